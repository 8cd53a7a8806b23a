use super::*;

#[test]
fn register_should_hold_the_bond_and_note_the_operator() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(WorkersPallet::register_worker(
            signed(ALICE),
            operator(ALICE),
            500,
            3
        ));
        assert_eq!(held(ALICE), 500);
        assert_eq!(free(ALICE), ENDOWMENT - 500);
        assert_eq!(record(ALICE).stake, 500);
        assert_eq!(record(ALICE).min_price, 3);
        assert_eq!(WorkersPallet::worker_of(&operator(ALICE)), Some(ALICE));
        assert_eq!(WorkersPallet::worker_of(&ALICE), None);
        System::assert_last_event(
            Event::WorkerRegistered {
                worker: ALICE,
                operator: operator(ALICE),
                stake: 500,
                min_price: 3,
            }
            .into(),
        );
    });
}

#[test]
fn register_should_let_a_worker_be_its_own_operator() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(WorkersPallet::register_worker(signed(ALICE), ALICE, 200, 0));
        assert_eq!(WorkersPallet::worker_of(&ALICE), Some(ALICE));
    });
}

#[test]
fn register_should_fail_when_the_bond_is_below_the_least() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(register(ALICE, 199), Error::<Test>::BondTooSmall);
        assert_ok!(register(ALICE, 200));
    });
}

#[test]
fn register_should_fail_when_registered_already() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(register(ALICE, 200));
        assert_noop!(
            WorkersPallet::register_worker(signed(ALICE), operator(BOB), 200, 0),
            Error::<Test>::AlreadyRegistered
        );
    });
}

#[test]
fn register_should_fail_when_the_operator_is_taken() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(register(ALICE, 200));
        assert_noop!(
            WorkersPallet::register_worker(signed(BOB), operator(ALICE), 200, 0),
            Error::<Test>::OperatorTaken
        );
    });
}

#[test]
fn register_should_fail_when_the_bond_is_not_there() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(register(ALICE, ENDOWMENT + 1), TokenError::FundsUnavailable);
    });
}

#[test]
fn register_should_fail_when_unsigned() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            WorkersPallet::register_worker(RuntimeOrigin::none(), BOB, 200, 0),
            BadOrigin
        );
    });
}

#[test]
fn set_operator_should_replace_the_key() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::set_operator(signed(ALICE), 77));
            assert_eq!(WorkersPallet::worker_of(&77), Some(ALICE));
            assert_eq!(WorkersPallet::worker_of(&operator(ALICE)), None);
            assert_noop!(
                WorkersPallet::set_min_price(signed(operator(ALICE)), 5),
                Error::<Test>::NotRegistered
            );
            System::assert_last_event(
                Event::OperatorChanged {
                    worker: ALICE,
                    operator: 77,
                }
                .into(),
            );
        });
}

#[test]
fn set_operator_should_fail_when_the_key_is_taken() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[])
        .with_worker(BOB, 200, &[])
        .build_and_execute(|| {
            for taken in [operator(ALICE), operator(BOB)] {
                assert_noop!(
                    WorkersPallet::set_operator(signed(ALICE), taken),
                    Error::<Test>::OperatorTaken
                );
            }
        });
}

#[test]
fn set_operator_should_fail_when_the_account_is_no_worker() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            WorkersPallet::set_operator(signed(ALICE), 77),
            Error::<Test>::NotRegistered
        );
    });
}

#[test]
fn operator_should_not_move_stake() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 100));
            advance(DELAY);
            let key = signed(operator(ALICE));
            let refused = Error::<Test>::NotRegistered;
            assert_noop!(WorkersPallet::bond_extra(key.clone(), 1), refused);
            assert_noop!(
                WorkersPallet::unbond(key.clone(), 1),
                Error::<Test>::NotRegistered
            );
            assert_noop!(
                WorkersPallet::withdraw_unbonded(key.clone()),
                Error::<Test>::NotRegistered
            );
            assert_noop!(
                WorkersPallet::rebond(key.clone(), 1),
                Error::<Test>::NotRegistered
            );
            assert_noop!(
                WorkersPallet::set_operator(key.clone(), 77),
                Error::<Test>::NotRegistered
            );
            assert_noop!(WorkersPallet::deregister(key), Error::<Test>::NotRegistered);
        });
}

#[test]
fn deregister_should_remove_every_record_of_the_worker() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[MODEL, OTHER])
        .with_worker(BOB, 500, &[MODEL])
        .build_and_execute(|| {
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 500));
            advance(DELAY);
            assert_ok!(WorkersPallet::withdraw_unbonded(signed(ALICE)));
            assert_ok!(WorkersPallet::deregister(signed(ALICE)));
            assert_eq!(free(ALICE), ENDOWMENT);
            assert!(!Workers::<Test>::contains_key(ALICE));
            assert_eq!(WorkersPallet::worker_of(&operator(ALICE)), None);
            assert_eq!((pool(MODEL), pool(OTHER)), (5, 0));
            System::assert_last_event(Event::Deregistered { worker: ALICE }.into());
            assert_ok!(register(ALICE, 200));
        });
}

#[test]
fn deregister_should_take_void_tickets_away() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            // Three slashed locks leave 50, and the tickets void.
            for request in 0..3 {
                assert_eq!(draw(request), Some(ALICE));
            }
            for request in 0..3 {
                WorkersPallet::slash(&ALICE, request, &[]);
            }
            assert_eq!(tickets(ALICE, MODEL), 2);
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 50));
            assert_eq!(tickets(ALICE, MODEL), 0);
            advance(DELAY);
            assert_ok!(WorkersPallet::withdraw_unbonded(signed(ALICE)));
            assert_ok!(WorkersPallet::deregister(signed(ALICE)));
            assert_eq!(free(ALICE), ENDOWMENT - 150);
        });
}

#[test]
fn deregister_should_leave_no_ticket_when_the_whole_stake_was_slashed() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL, OTHER])
        .build_and_execute(|| {
            for request in 0..4 {
                assert_eq!(draw(request), Some(ALICE));
            }
            for request in 0..4 {
                WorkersPallet::slash(&ALICE, request, &[]);
            }
            assert_eq!(record(ALICE).stake, 0);
            assert_eq!((pool(MODEL), pool(OTHER)), (2, 2));
            assert_ok!(WorkersPallet::deregister(signed(ALICE)));
            assert_eq!((pool(MODEL), pool(OTHER)), (0, 0));
        });
}

#[test]
fn deregister_should_fail_while_stake_is_bonded_or_unbonding() {
    ExtBuilder::default()
        .with_worker(ALICE, 500, &[])
        .build_and_execute(|| {
            assert_noop!(
                WorkersPallet::deregister(signed(ALICE)),
                Error::<Test>::StillBonded
            );
            assert_ok!(WorkersPallet::unbond(signed(ALICE), 500));
            advance(DELAY);
            assert_noop!(
                WorkersPallet::deregister(signed(ALICE)),
                Error::<Test>::StillBonded
            );
        });
}

#[test]
fn deregister_should_fail_while_accused() {
    ExtBuilder::default()
        .with_worker(ALICE, 200, &[MODEL])
        .build_and_execute(|| {
            for request in 0..4 {
                assert_eq!(draw(request), Some(ALICE));
            }
            WorkersPallet::accuse(&ALICE);
            for request in 0..4 {
                WorkersPallet::slash(&ALICE, request, &[]);
            }
            assert_noop!(
                WorkersPallet::deregister(signed(ALICE)),
                Error::<Test>::StillAccused
            );
            WorkersPallet::absolve(&ALICE);
            assert_ok!(WorkersPallet::deregister(signed(ALICE)));
        });
}
