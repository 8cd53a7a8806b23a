//! The worked timeline of the README, block by block.

use super::*;

const REQUEST_1: u64 = 1;
const REQUEST_2: u64 = 2;

fn at(block: u32) {
    System::set_block_number(block);
}

fn assert_row(stake: Balance, locked: Balance, own: u32) {
    let record = record(BOB);
    assert_eq!(
        (record.stake, record.locked, tickets(BOB, MODEL)),
        (stake, locked, own)
    );
}

#[test]
fn timeline_should_be_as_the_readme_tells_it() {
    ExtBuilder::default().build_and_execute(|| {
        at(1);
        assert_ok!(register(BOB, 500));
        assert_ok!(serve(BOB, MODEL));
        assert_row(500, 0, 5);

        at(5);
        assert_eq!(draw(REQUEST_1), None);
        at(6);
        assert_row(500, 0, 5);

        at(10);
        assert_eq!(draw(REQUEST_1), Some(BOB));
        assert_row(500, 50, 5);

        at(11);
        assert_eq!(
            WorkersPallet::draw(&MODEL, 30, REQUEST_2, &[], seed(2)),
            Some(BOB)
        );
        assert_row(500, 170, 5);

        at(12);
        assert_noop!(
            WorkersPallet::unbond(signed(BOB), 400),
            Error::<Test>::StakeLocked
        );

        at(13);
        assert_ok!(WorkersPallet::unbond(signed(BOB), 300));
        assert_row(200, 170, 2);

        at(14);
        WorkersPallet::accuse(&BOB);

        at(16);
        assert_eq!(
            WorkersPallet::slash(&BOB, REQUEST_2, &[(CHALLENGER, 40), (USER, 30)]),
            Slashed {
                paid: 59,
                first: 34,
                burned: 61
            }
        );
        assert_eq!(free(CHALLENGER), ENDOWMENT + 34);
        assert_eq!(free(USER), ENDOWMENT + 25);
        WorkersPallet::absolve(&BOB);
        assert_row(80, 50, 2);

        at(17);
        let mut parameters = PARAMETERS;
        parameters.max_draw_tries = 1;
        Parameters::<Test>::put(parameters);
        assert_eq!(draw(3), None);
        assert_row(80, 50, 1);

        at(18);
        WorkersPallet::release(&BOB, REQUEST_1);
        assert_row(80, 0, 1);

        at(20);
        assert_ok!(WorkersPallet::bond_extra(signed(BOB), 120));
        assert_row(200, 0, 2);
        assert_eq!(Tickets::<Test>::get(MODEL, 0).unwrap().since, 20);
        assert_eq!(Tickets::<Test>::get(MODEL, 1).unwrap().since, 20);

        at(32);
        assert_noop!(
            WorkersPallet::withdraw_unbonded(signed(BOB)),
            Error::<Test>::NothingToWithdraw
        );
        at(33);
        assert_ok!(WorkersPallet::withdraw_unbonded(signed(BOB)));
        assert_row(200, 0, 2);

        at(40);
        assert_ok!(WorkersPallet::unbond(signed(BOB), 200));
        assert_row(0, 0, 0);

        at(60);
        assert_ok!(WorkersPallet::withdraw_unbonded(signed(BOB)));
        assert_ok!(WorkersPallet::deregister(signed(BOB)));
        assert_eq!(free(BOB), ENDOWMENT - 120);
    });
}
