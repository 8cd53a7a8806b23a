use super::*;

fn slash(shares: &[(AccountId, Balance)]) -> Slashed<Balance> {
    WorkersPallet::slash(&ALICE, 0, shares)
}

/// Alice has a lock of 50 for request 0.
fn locked(stake: Balance) -> ExtBuilder {
    ExtBuilder::default().with_worker(ALICE, stake, &[MODEL])
}

#[test]
fn release_should_free_the_lock_once() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        WorkersPallet::release(&ALICE, 0);
        assert_eq!((record(ALICE).locked, record(ALICE).stake), (0, 500));
        System::assert_last_event(
            Event::LockReleased {
                worker: ALICE,
                request: 0,
                amount: LOCK,
            }
            .into(),
        );
        System::reset_events();
        WorkersPallet::release(&ALICE, 0);
        WorkersPallet::release(&BOB, 0);
        assert_eq!(System::events().len(), 0);
    });
}

#[test]
fn penalise_should_burn_the_penalty_and_free_the_rest() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        let issuance = Balances::total_issuance();
        assert_eq!(WorkersPallet::penalise(&ALICE, 0), 7);
        assert_eq!((record(ALICE).locked, record(ALICE).stake), (0, 493));
        assert_eq!(held(ALICE), 493);
        assert_eq!(Balances::total_issuance(), issuance - 7);
        System::assert_last_event(
            Event::NoShowPenalised {
                worker: ALICE,
                request: 0,
                burned: 7,
                released: 43,
            }
            .into(),
        );
        assert_eq!(WorkersPallet::penalise(&ALICE, 0), 0);
        assert_eq!(held(ALICE), 493);
    });
}

#[test]
fn penalise_should_void_the_ticket_that_is_no_longer_covered() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        WorkersPallet::penalise(&ALICE, 0);
        for request in 1..40 {
            if let Some(worker) = draw(request) {
                WorkersPallet::release(&worker, request);
            }
        }
        assert_eq!(tickets(ALICE, MODEL), 4);
    });
}

#[test]
fn penalise_should_burn_no_more_than_the_lock() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        let mut parameters = PARAMETERS;
        parameters.min_lock = 200;
        parameters.no_show_penalty = 200;
        assert_ok!(WorkersPallet::set_parameters(
            RuntimeOrigin::root(),
            parameters
        ));
        assert_eq!(WorkersPallet::penalise(&ALICE, 0), LOCK);
        assert_eq!(record(ALICE).stake, 450);
    });
}

#[test]
fn penalise_should_only_free_the_lock_when_there_is_no_penalty() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        assert_ok!(WorkersPallet::set_parameters(
            RuntimeOrigin::root(),
            WorkerParameters {
                no_show_penalty: 0,
                no_show_share: sp_runtime::Permill::zero(),
                ..PARAMETERS
            }
        ));
        let issuance = Balances::total_issuance();
        assert_eq!(WorkersPallet::penalise(&ALICE, 0), 0);
        assert_eq!(Balances::total_issuance(), issuance);
        assert_eq!((record(ALICE).locked, record(ALICE).stake), (0, 500));
        System::assert_last_event(
            Event::NoShowPenalised {
                worker: ALICE,
                request: 0,
                burned: 0,
                released: LOCK,
            }
            .into(),
        );
    });
}

#[test]
fn penalise_should_burn_a_share_of_the_lock_when_that_is_more() {
    assert_eq!(PARAMETERS.penalty_for(LOCK), 7);
    assert_eq!(PARAMETERS.penalty_for(80), 8);
    assert_eq!(PARAMETERS.penalty_for(5), 5);
    locked(500).build_and_execute(|| {
        // Four times the price is locked.
        let drawn = <WorkersPallet as WorkerPool<_, _>>::draw(&MODEL, 100, 0, &[], seed(0));
        assert_eq!(drawn, Some(ALICE));
        assert_eq!(WorkersPallet::penalise(&ALICE, 0), 40);
        assert_eq!((record(ALICE).stake, record(ALICE).locked), (460, 0));
    });
}

#[test]
fn slash_should_pay_the_shares_and_burn_the_rest() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        let issuance = Balances::total_issuance();
        assert_eq!(
            slash(&[(CHALLENGER, 12), (USER, 10)]),
            Slashed {
                paid: 22,
                first: 12,
                burned: 28
            }
        );
        assert_eq!(free(CHALLENGER), ENDOWMENT + 12);
        assert_eq!(free(USER), ENDOWMENT + 10);
        assert_eq!((record(ALICE).locked, record(ALICE).stake), (0, 450));
        assert_eq!(held(ALICE), 450);
        assert_eq!(Balances::total_issuance(), issuance - 28);
        System::assert_last_event(
            Event::Slashed {
                worker: ALICE,
                request: 0,
                paid: 22,
                burned: 28,
            }
            .into(),
        );
    });
}

#[test]
fn slash_should_scale_the_shares_down_to_half_the_lock() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        assert_eq!(
            slash(&[(CHALLENGER, 40), (USER, 10)]),
            Slashed {
                paid: 25,
                first: 20,
                burned: 25
            }
        );
        assert_eq!(free(CHALLENGER), ENDOWMENT + 20);
        assert_eq!(free(USER), ENDOWMENT + 5);
    });
}

#[test]
fn slash_should_pay_at_most_half_whatever_is_asked() {
    let extremes: [&[(AccountId, Balance)]; 5] = [
        &[(CHALLENGER, Balance::MAX)],
        &[(CHALLENGER, Balance::MAX), (USER, Balance::MAX)],
        &[(CHALLENGER, Balance::MAX), (USER, 1)],
        &[(CHALLENGER, 26)],
        &[(CHALLENGER, 25), (USER, 25), (BOB, 25)],
    ];
    for shares in extremes {
        locked(500).build_and_execute(|| {
            assert_eq!(draw(0), Some(ALICE));
            let slashed = slash(shares);
            assert!(slashed.paid <= LOCK / 2);
            assert_eq!(slashed.paid + slashed.burned, LOCK);
            assert_eq!(held(ALICE), 450);
        });
    }
}

#[test]
fn slash_should_cost_the_worker_half_when_it_convicts_itself() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        slash(&[(ALICE, Balance::MAX)]);
        assert_eq!(free(ALICE) + held(ALICE), ENDOWMENT - LOCK / 2);
    });
}

#[test]
fn slash_should_burn_the_whole_lock_when_nobody_has_a_share() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        assert_eq!(
            slash(&[]),
            Slashed {
                paid: 0,
                first: 0,
                burned: LOCK
            }
        );
    });
}

#[test]
fn slash_should_make_claimable_what_opens_no_account() {
    const NEWCOMER: AccountId = 55;
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        assert_eq!(
            slash(&[(NEWCOMER, EXISTENTIAL_DEPOSIT - 1)]),
            Slashed {
                paid: 9,
                first: 9,
                burned: 41
            }
        );
        assert_eq!(
            pallet_payouts::Claimable::<Test>::get(NEWCOMER),
            Some(EXISTENTIAL_DEPOSIT - 1)
        );
        Payouts::do_try_state().unwrap();
    });
}

#[test]
fn slash_should_happen_once() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        slash(&[(CHALLENGER, 10)]);
        System::reset_events();
        assert_eq!(slash(&[(CHALLENGER, 10)]), Slashed::default());
        assert_eq!(WorkersPallet::penalise(&ALICE, 0), 0);
        WorkersPallet::release(&ALICE, 0);
        assert_eq!(free(CHALLENGER), ENDOWMENT + 10);
        assert_eq!(held(ALICE), 450);
        assert_eq!(System::events().len(), 0);
    });
}

#[test]
fn slash_should_leave_other_locks_alone() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        assert_eq!(draw(1), Some(ALICE));
        slash(&[]);
        assert_eq!(Locks::<Test>::get(ALICE, 1), Some(LOCK));
        assert_eq!((record(ALICE).locked, record(ALICE).stake), (LOCK, 450));
    });
}

#[test]
fn slash_should_reach_a_worker_that_has_taken_out_all_it_could() {
    locked(500).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        assert_ok!(WorkersPallet::stop_serving(signed(ALICE), MODEL));
        assert_ok!(WorkersPallet::set_operator(signed(ALICE), 77));
        assert_ok!(WorkersPallet::unbond(signed(ALICE), 450));
        advance(DELAY);
        assert_ok!(WorkersPallet::withdraw_unbonded(signed(ALICE)));
        assert_noop!(
            WorkersPallet::deregister(signed(ALICE)),
            Error::<Test>::StillBonded
        );
        assert_eq!(
            slash(&[(CHALLENGER, 25)]),
            Slashed {
                paid: 25,
                first: 25,
                burned: 25
            }
        );
        assert_eq!(held(ALICE), 0);
        assert_ok!(WorkersPallet::deregister(signed(ALICE)));
    });
}

#[test]
fn slash_should_do_nothing_when_the_worker_has_left() {
    locked(200).build_and_execute(|| {
        assert_eq!(draw(0), Some(ALICE));
        slash(&[]);
        assert_ok!(WorkersPallet::unbond(signed(ALICE), 150));
        advance(DELAY);
        assert_ok!(WorkersPallet::withdraw_unbonded(signed(ALICE)));
        assert_ok!(WorkersPallet::deregister(signed(ALICE)));
        System::reset_events();
        assert_eq!(slash(&[(CHALLENGER, 25)]), Slashed::default());
        assert_eq!(WorkersPallet::penalise(&ALICE, 0), 0);
        WorkersPallet::release(&ALICE, 0);
        WorkersPallet::accuse(&ALICE);
        WorkersPallet::absolve(&ALICE);
        assert_eq!(System::events().len(), 0);
        assert_eq!(free(CHALLENGER), ENDOWMENT);
    });
}

#[test]
fn accuse_should_count_open_challenges() {
    locked(500).build_and_execute(|| {
        WorkersPallet::accuse(&ALICE);
        WorkersPallet::accuse(&ALICE);
        System::assert_last_event(
            Event::Accused {
                worker: ALICE,
                accusations: 2,
            }
            .into(),
        );
        WorkersPallet::absolve(&ALICE);
        System::assert_last_event(
            Event::Absolved {
                worker: ALICE,
                accusations: 1,
            }
            .into(),
        );
        assert_eq!(record(ALICE).accusations, 1);
    });
}

#[test]
fn accusation_should_survive_whatever_else_changes_the_worker() {
    locked(500).build_and_execute(|| {
        WorkersPallet::accuse(&ALICE);
        assert_ok!(WorkersPallet::bond_extra(RuntimeOrigin::signed(ALICE), 100));
        assert_ok!(WorkersPallet::unbond(RuntimeOrigin::signed(ALICE), 50));
        assert_ok!(WorkersPallet::rebond(RuntimeOrigin::signed(ALICE), 50));
        assert_ok!(WorkersPallet::set_operator(
            RuntimeOrigin::signed(ALICE),
            99
        ));
        assert_ok!(WorkersPallet::set_min_price(
            RuntimeOrigin::signed(ALICE),
            7
        ));
        WorkersPallet::penalise(&ALICE, 0);
        WorkersPallet::slash(&ALICE, 0, &[]);
        assert_eq!(record(ALICE).accusations, 1);
    });
}
