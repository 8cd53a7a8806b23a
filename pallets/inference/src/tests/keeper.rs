//! What `settle` is worth: the fee where there was something to do, and a reward where the sweep had left it.

use crate::mock::*;
use crate::{Error, Event, RequestStatus};
use frame_support::dispatch::Pays;
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use veritrace_primitives::traits::ClaimBook;

const REWARD: Balance = 15;

fn rewarding() -> ExtBuilder {
    ExtBuilder::default().with_parameters(|parameters| parameters.settle_reward = REWARD)
}

fn keeper_has() -> Balance {
    Balances::free_balance(KEEPER)
}

#[test]
fn settle_should_be_free_when_something_was_due() {
    rewarding().build_and_execute(|| {
        let id = submit(USER, 1);
        advance_unswept(1);
        assert_eq!(settle(id).unwrap().pays_fee, Pays::No);
        let refused = settle(id).unwrap_err();
        assert_eq!(refused.error, Error::<Test>::NothingDue.into());
        assert_eq!(refused.post_info.pays_fee, Pays::Yes);
    });
}

#[test]
fn keeper_should_get_nothing_for_what_the_sweep_of_the_same_block_does() {
    rewarding().build_and_execute(|| {
        let before = keeper_has();
        // The first block in which the draw is possible.
        let (id, workers) = assigned(1);
        assert_ok!(result(id, workers[0], 1));
        // The first block after the window.
        advance(PARAMETERS.challenge_window);
        assert_eq!(System::block_number(), record(id).due);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(keeper_has(), before);
        assert_eq!(Balances::free_balance(USER), FUNDS - PRICE);
    });
}

#[test]
fn keeper_should_be_rewarded_out_of_the_deposit_when_the_sweep_left_something() {
    rewarding().build_and_execute(|| {
        let before = keeper_has();
        let id = submit(USER, 1);
        advance_unswept(2);
        events();
        let full = settle(id).unwrap();
        assert_eq!(full.pays_fee, Pays::No);
        assert_eq!(status(id), RequestStatus::Assigned);
        assert_eq!(keeper_has(), before + REWARD);
        assert_eq!(record(id).deposit, DEPOSIT - REWARD);
        assert_eq!(
            events().first(),
            Some(&Event::KeeperRewarded {
                request: id,
                keeper: KEEPER,
                amount: REWARD,
            })
        );
        let worker = active(id)[0];
        assert_ok!(result(id, worker, 1));
        advance_unswept(PARAMETERS.challenge_window + 1);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(keeper_has(), before + 2 * REWARD);
        assert_eq!(Balances::free_balance(USER), FUNDS - PRICE - 2 * REWARD);
    });
}

#[test]
fn keeper_should_be_rewarded_when_the_sweep_left_the_draw_of_an_audit() {
    // The draw is possible in the block after the claim, and left over in the one after that.
    for (blocks, reward) in [(1, 0), (2, REWARD)] {
        rewarding()
            .with_parameters(audited_always)
            .build_and_execute(|| {
                let (id, _) = claimed(&[1]);
                let before = keeper_has();
                advance_unswept(blocks);
                assert_ok!(settle(id));
                audit(id);
                assert_eq!(keeper_has(), before + reward);
                assert_eq!(record(id).deposit, DEPOSIT - reward);
            });
    }
}

#[test]
fn keeper_should_get_nothing_in_the_first_block_after_a_window_that_was_made_longer() {
    rewarding().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        advance_unswept(PARAMETERS.challenge_window - 1);
        Inference::challenge_closed(id, &workers[0]);
        let (before, longer) = (keeper_has(), record(id));
        // No sweep has moved it since.
        assert!(longer.bucket < Some(longer.due));
        advance_unswept(PARAMETERS.min_window_after_challenge);
        assert_eq!(System::block_number(), longer.due);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(keeper_has(), before);
    });
}

#[test]
fn keeper_should_be_rewarded_when_it_closes_a_request_whose_input_nobody_published() {
    rewarding().build_and_execute(|| {
        let before = keeper_has();
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        advance_unswept(PARAMETERS.publish_window + 1);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(keeper_has(), before + REWARD);
        // Out of the deposit, not out of what the worker gets.
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + COMPENSATION);
        assert_eq!(Balances::free_balance(USER), FUNDS - COMPENSATION - REWARD);
    });
}

#[test]
fn keeper_should_get_nothing_when_nothing_was_due() {
    rewarding().build_and_execute(|| {
        let before = keeper_has();
        let (id, _) = assigned(1);
        advance_unswept(1);
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        assert_noop!(settle(id + 1), Error::<Test>::UnknownRequest);
        assert_eq!((keeper_has(), record(id).deposit), (before, DEPOSIT));
    });
    rewarding().with_workers(0).build_and_execute(|| {
        // Left over, but there is nobody to draw: what fails is undone, the reward with it.
        let id = submit(USER, 1);
        advance_unswept(3);
        let before = keeper_has();
        assert_noop!(settle(id), Error::<Test>::NoWorkerAvailable);
        assert_eq!((keeper_has(), record(id).deposit), (before, DEPOSIT));
    });
}

#[test]
fn keeper_should_get_no_more_than_the_deposit() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.settle_reward = DEPOSIT)
        .build_and_execute(|| {
            let before = keeper_has();
            let id = submit(USER, 1);
            for _ in 0..20 {
                if is_closed(id) {
                    break;
                }
                advance_unswept(PARAMETERS.challenge_window + 2);
                let _ = settle(id);
            }
            assert!(is_closed(id));
            assert_eq!(keeper_has(), before + DEPOSIT);
            assert_eq!(Balances::free_balance(USER), FUNDS - DEPOSIT);
        });
}

#[test]
fn contested_request_should_pay_no_keeper_when_it_holds_nothing() {
    rewarding().with_workers(6).build_and_execute(|| {
        let (id, _) = claimed(&[1, 2]);
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(status(id), RequestStatus::Contested);
        let before = keeper_has();
        assert_ok!(convict(id, 2));
        advance_unswept(PARAMETERS.min_window_after_challenge + 1);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(keeper_has(), before);
    });
}

#[test]
fn parameters_should_be_refused_when_the_reward_exceeds_the_deposit() {
    ExtBuilder::default().build_and_execute(|| {
        let mut parameters = PARAMETERS;
        parameters.settle_reward = DEPOSIT + 1;
        assert_noop!(
            Inference::set_parameters(RuntimeOrigin::root(), parameters),
            Error::<Test>::InconsistentParameters
        );
    });
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whoever makes requests and settles them himself, however full the blocks are, has no more than whoever lets the
    /// chain do it.
    #[test]
    fn nobody_should_earn_by_settling_his_own_requests(
        requests in 1..4u8,
        gaps in proptest::collection::vec((0..20u32, any::<bool>()), 1..30),
    ) {
        rewarding().with_workers(6).build_and_execute(|| {
            let ids: Vec<_> = (0..requests).map(|_| submit(USER, 1)).collect();
            for (gap, swept) in gaps {
                match swept {
                    true => advance(gap),
                    false => advance_unswept(gap),
                }
                for id in &ids {
                    let _ = frame_support::storage::with_storage_layer(|| {
                        Inference::settle(RuntimeOrigin::signed(USER), *id)
                            .map_err(|error| error.error)
                    });
                }
            }
            advance(200);
            let price: Balance = ids.iter().filter(|id| !is_closed(**id)).map(|_| PRICE).sum();
            assert_eq!(price, 0, "everything ends");
            assert_eq!(Balances::free_balance(USER), FUNDS);
        });
    }
}
