use super::*;

#[test]
fn bond_extra_should_hold_more_and_make_tickets() {
    ExtBuilder::default()
        .with_worker(ALICE, 250, &[MODEL, OTHER])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::bond_extra(signed(ALICE), 150));
            assert_eq!(held(ALICE), 400);
            assert_eq!(record(ALICE).stake, 400);
            assert_eq!((tickets(ALICE, MODEL), tickets(ALICE, OTHER)), (4, 4));
            System::assert_last_event(
                Event::Bonded {
                    worker: ALICE,
                    amount: 150,
                    stake: 400,
                }
                .into(),
            );
        });
}

#[test]
fn bond_extra_should_keep_the_age_of_older_tickets() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::bond_extra(signed(ALICE), 100));
            let since: Vec<u32> = (0..3)
                .map(|index| Tickets::<Test>::get(MODEL, index).unwrap().since)
                .collect();
            assert_eq!(since, [1, 1, 1 + AGE]);
        });
}

#[test]
fn bond_extra_should_not_revive_void_tickets_at_their_old_age() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_eq!(draw(0), Some(ALICE));
            WorkersPallet::slash(&ALICE, 0, &[]);
            assert_eq!(tickets(ALICE, MODEL), 2);
            assert_ok!(WorkersPallet::bond_extra(signed(ALICE), 50));
            assert_eq!(tickets(ALICE, MODEL), 2);
            assert_eq!(draw(1), None);
            advance(AGE);
            assert_eq!(draw(1), Some(ALICE));
        });
}

#[test]
fn bond_extra_should_make_no_more_tickets_than_the_limit() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::bond_extra(signed(ALICE), 10_000));
            assert_eq!(tickets(ALICE, MODEL), MaxTickets::get());
        });
}

#[test]
fn bond_extra_should_refund_the_weight_of_tickets_it_did_not_change() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL, OTHER])
        .build_and_execute(|| {
            let info = WorkersPallet::bond_extra(signed(ALICE), 100).unwrap();
            assert_eq!(info.actual_weight, Some(<() as WeightInfo>::bond_extra(2)));
        });
}

#[test]
fn changes_of_stake_should_be_declared_with_every_ticket_void_and_made_anew() {
    use crate::Call;
    use frame_support::dispatch::GetDispatchInfo;
    // Twice eight tickets for each of three models.
    let declared = |call: Call<Test>| call.get_dispatch_info().call_weight;
    assert_eq!(
        declared(Call::bond_extra { amount: 1 }),
        <() as WeightInfo>::bond_extra(48)
    );
    assert_eq!(
        declared(Call::unbond { amount: 1 }),
        <() as WeightInfo>::unbond(48)
    );
    assert_eq!(
        declared(Call::deregister {}),
        <() as WeightInfo>::deregister(48)
    );
}

#[test]
fn bond_extra_should_fail_when_nothing_is_named_or_there() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[])
        .build_and_execute(|| {
            assert_noop!(
                WorkersPallet::bond_extra(signed(ALICE), 0),
                Error::<Test>::NothingToMove
            );
            assert_noop!(
                WorkersPallet::bond_extra(signed(ALICE), ENDOWMENT),
                TokenError::FundsUnavailable
            );
            assert_noop!(
                WorkersPallet::bond_extra(signed(BOB), 1),
                Error::<Test>::NotRegistered
            );
        });
}

#[test]
fn unbond_should_keep_the_stake_on_hold_until_the_delay_is_over() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            let at = System::block_number() + DELAY;
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 300));
            System::assert_last_event(
                Event::UnbondingStarted {
                    worker: ALICE,
                    amount: 300,
                    at,
                }
                .into(),
            );
            assert_eq!((held(ALICE), record(ALICE).stake), (500, 200));
            assert_eq!(tickets(ALICE, MODEL), 2);
            advance(DELAY - 1);
            assert_noop!(
                WorkersPallet::withdraw_unbonded(signed(ALICE)),
                Error::<Test>::NothingToWithdraw
            );
            advance(1);
            assert_ok!(WorkersPallet::withdraw_unbonded(signed(ALICE)));
            assert_eq!((held(ALICE), free(ALICE)), (200, ENDOWMENT - 200));
            System::assert_last_event(
                Event::Withdrawn {
                    worker: ALICE,
                    amount: 300,
                }
                .into(),
            );
        });
}

#[test]
fn unbond_should_take_every_ticket_away_when_less_than_the_least_bond_is_left() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL, OTHER])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 301));
            assert_eq!((pool(MODEL), pool(OTHER)), (0, 0));
            assert_eq!(draw(0), None);
        });
}

#[test]
fn unbond_should_not_touch_what_is_locked() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            assert_eq!(draw(0), Some(ALICE));
            assert_noop!(
                WorkersPallet::unbond(signed(ALICE), 451),
                Error::<Test>::StakeLocked
            );
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 450));
            assert_noop!(
                WorkersPallet::unbond(signed(ALICE), 1),
                Error::<Test>::StakeLocked
            );
            WorkersPallet::release(&ALICE, 0);
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 50));
        });
}

#[test]
fn unbond_should_fail_when_too_many_amounts_are_unbonding() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[])
        .build_and_execute(|| {
            for _ in 0..MaxUnbonding::get() {
                assert_ok!(WorkersPallet::unbond(signed(ALICE), 10));
                // The same block adds to the same amount.
                assert_ok!(WorkersPallet::unbond(signed(ALICE), 10));
                advance(1);
            }
            assert_noop!(
                WorkersPallet::unbond(signed(ALICE), 10),
                Error::<Test>::TooManyUnbonding
            );
            advance(DELAY - MaxUnbonding::get());
            assert_ok!(WorkersPallet::withdraw_unbonded(signed(ALICE)));
            assert_eq!(held(ALICE), 480);
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 10));
        });
}

#[test]
fn unbond_should_fail_when_nothing_is_named() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[])
        .build_and_execute(|| {
            assert_noop!(
                WorkersPallet::unbond(signed(ALICE), 0),
                Error::<Test>::NothingToMove
            );
            assert_noop!(
                WorkersPallet::unbond(signed(BOB), 1),
                Error::<Test>::NotRegistered
            );
        });
}

#[test]
fn unbonding_stake_should_be_neither_locked_nor_slashed() {
    ExtBuilder::default()
        .with_worker(ALICE, 300, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 100));
            for request in 0..4 {
                assert_eq!(draw(request), Some(ALICE));
            }
            assert_eq!(draw(4), None);
            for request in 0..4 {
                WorkersPallet::slash(&ALICE, request, &[]);
            }
            assert_eq!((record(ALICE).stake, held(ALICE)), (0, 100));
            advance(DELAY);
            assert_ok!(WorkersPallet::withdraw_unbonded(signed(ALICE)));
            assert_eq!(free(ALICE), ENDOWMENT - 200);
        });
}

#[test]
fn withdraw_should_fail_when_the_account_is_no_worker() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            WorkersPallet::withdraw_unbonded(signed(ALICE)),
            Error::<Test>::NotRegistered
        );
    });
}

#[test]
fn rebond_should_take_the_newest_first() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            let first = System::block_number() + DELAY;
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 100));
            advance(3);
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 200));
            assert_ok!(WorkersPallet::rebond(signed(ALICE), 250));
            let record = record(ALICE);
            assert_eq!(record.stake, 450);
            assert_eq!(
                record.unbonding.into_inner(),
                [UnbondChunk {
                    amount: 50,
                    at: first
                }]
            );
            assert_eq!(held(ALICE), 500);
            assert_eq!(tickets(ALICE, MODEL), 4);
            System::assert_last_event(
                Event::Rebonded {
                    worker: ALICE,
                    amount: 250,
                    stake: 450,
                }
                .into(),
            );
        });
}

#[test]
fn rebond_should_take_all_there_is_when_more_is_asked() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 300));
            assert_ok!(WorkersPallet::rebond(signed(ALICE), 1_000));
            assert_eq!(record(ALICE).stake, 500);
            assert!(record(ALICE).unbonding.is_empty());
        });
}

#[test]
fn rebond_should_fail_when_nothing_is_unbonding() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[])
        .build_and_execute(|| {
            assert_noop!(
                WorkersPallet::rebond(signed(ALICE), 1),
                Error::<Test>::NothingUnbonding
            );
            assert_noop!(
                WorkersPallet::rebond(signed(ALICE), 0),
                Error::<Test>::NothingToMove
            );
            assert_noop!(
                WorkersPallet::rebond(signed(BOB), 1),
                Error::<Test>::NotRegistered
            );
        });
}

#[test]
fn rebonded_stake_should_make_new_tickets() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 200));
            assert_ok!(WorkersPallet::rebond(signed(ALICE), 200));
            assert_eq!(tickets(ALICE, MODEL), 2);
            assert_eq!(draw(0), None);
            advance(AGE);
            assert_eq!(draw(0), Some(ALICE));
        });
}
