//! Every phase, and how it ends.

use crate::mock::*;
use crate::{
    Error, Event, Inputs, RefundReason, RequestStatus, SettleBranch, SlotState, Visibility, WorkOf,
};
use frame_support::{assert_noop, assert_ok};

#[test]
fn workers_should_be_drawn_when_the_requests_block_has_passed() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 3);
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        advance_unswept(1);
        events();
        assert_ok!(settle(id));
        let workers = active(id);
        assert_eq!(workers.len(), 3);
        assert_eq!(status(id), RequestStatus::Committing);
        for worker in &workers {
            assert_eq!(Locks::get((*worker, id)), Some(LOCK));
            assert_eq!(WorkOf::<Test>::get(worker).into_inner(), vec![id]);
        }
        assert_eq!(
            events(),
            vec![Event::RequestAssigned {
                request: id,
                workers: workers.try_into().unwrap(),
                due: 2 + DEADLINE,
            }]
        );
    });
}

#[test]
fn nothing_should_be_done_when_the_phase_is_not_over() {
    ExtBuilder::default().build_and_execute(|| {
        let (one, workers) = assigned(1);
        assert_noop!(settle(one), Error::<Test>::NothingDue);
        assert_ok!(result(one, workers[0], 1));
        assert_noop!(settle(one), Error::<Test>::NothingDue);
        let (two, workers) = assigned(2);
        assert_noop!(settle(two), Error::<Test>::NothingDue);
        for worker in &workers {
            assert_ok!(commit_to(two, *worker, 1));
        }
        assert_noop!(settle(two), Error::<Test>::NothingDue);
        assert_noop!(settle(9), Error::<Test>::UnknownRequest);
    });
}

#[test]
fn no_lock_should_stay_when_too_few_workers_are_found() {
    ExtBuilder::default().with_workers(2).build_and_execute(|| {
        let id = submit(USER, 3);
        advance_unswept(1);
        assert_noop!(settle(id), Error::<Test>::NoWorkerAvailable);
        advance(3);
        assert_eq!(status(id), RequestStatus::Pending);
        assert_eq!(Locks::iter().count(), 0);
        Workers::bond(FIRST_WORKER + 2, MODEL);
        advance(1);
        assert_eq!(status(id), RequestStatus::Committing);
    });
}

#[test]
fn user_should_be_refunded_when_no_workers_are_found_in_time() {
    ExtBuilder::default().with_workers(0).build_and_execute(|| {
        let id = submit(USER, 1);
        advance_unswept(PARAMETERS.assign_window - 1);
        assert_noop!(settle(id), Error::<Test>::NoWorkerAvailable);
        advance_unswept(1);
        events();
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(USER), FUNDS);
        assert_eq!(
            events(),
            vec![Event::RequestRefunded {
                request: id,
                reason: RefundReason::NotAssigned,
                refunded: PRICE + DEPOSIT,
            }]
        );
    });
}

#[test]
fn no_workers_should_be_drawn_when_the_assign_window_is_over() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        advance_unswept(PARAMETERS.assign_window);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(Locks::iter().count(), 0);
    });
}

#[test]
fn worker_with_full_hands_should_not_be_drawn() {
    ExtBuilder::default().with_workers(1).build_and_execute(|| {
        for _ in 0..3 {
            assigned(1);
        }
        // The stake would do for a fourth.
        assert!(STAKE - Workers::locked(&FIRST_WORKER) >= LOCK);
        let id = submit(USER, 1);
        advance(3);
        assert_eq!(status(id), RequestStatus::Pending);
    });
}

#[test]
fn late_worker_should_be_replaced_when_attempts_are_left() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        advance_unswept(DEADLINE);
        events();
        assert_ok!(settle(id));
        assert_eq!(state_of(id, workers[0]), SlotState::Missed);
        assert_eq!(Stakes::get(workers[0]), STAKE - PENALTY);
        assert!(WorkOf::<Test>::get(workers[0]).is_empty());
        assert_eq!(
            events(),
            vec![
                Event::WorkerMissed {
                    request: id,
                    worker: workers[0],
                    burned: PENALTY,
                },
                Event::RequestReopened {
                    request: id,
                    attempts_left: 0,
                    due: 7 + PARAMETERS.assign_window,
                },
            ]
        );
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        advance(2);
        let replacement = active(id);
        assert_eq!(replacement.len(), 1);
        assert_ne!(replacement, workers);
    });
}

#[test]
fn user_should_be_refunded_when_the_last_worker_is_late() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, first) = assigned(1);
        advance(DEADLINE + 2);
        let second = active(id);
        advance_unswept(DEADLINE);
        events();
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(USER), FUNDS);
        assert_eq!(Burned::get(), 2 * PENALTY);
        assert_eq!(Stakes::get(first[0]), STAKE - PENALTY);
        assert_eq!(Stakes::get(second[0]), STAKE - PENALTY);
        assert_eq!(
            events()[1],
            Event::RequestRefunded {
                request: id,
                reason: RefundReason::NotServed,
                refunded: PRICE + DEPOSIT,
            }
        );
    });
}

#[test]
fn late_committers_should_be_replaced_when_attempts_are_left() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_ok!(commit_to(id, workers[0], 1));
        advance_unswept(DEADLINE);
        events();
        assert_ok!(settle(id));
        assert_eq!(state_of(id, workers[1]), SlotState::Missed);
        let now = active(id);
        assert_eq!(now.len(), 2);
        assert_eq!(now[0], workers[0]);
        assert_eq!(status(id), RequestStatus::Committing);
        assert_eq!(
            events()[1],
            Event::WorkersReplaced {
                request: id,
                workers: vec![now[1]].try_into().unwrap(),
                due: 7 + DEADLINE,
            }
        );
        // The first commitment stands, the replacement makes its own.
        assert_ok!(commit_to(id, now[1], 1));
        assert_eq!(status(id), RequestStatus::Revealing);
    });
}

#[test]
fn those_who_committed_should_reveal_when_no_replacement_is_left() {
    ExtBuilder::default().with_workers(2).build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_ok!(commit_to(id, workers[0], 1));
        advance_unswept(DEADLINE);
        assert_ok!(settle(id));
        assert_eq!(status(id), RequestStatus::Revealing);
        assert_eq!(record(id).attempts_left, 1);
        assert_ok!(reveal(id, workers[0], 1));
        advance(PARAMETERS.challenge_window + 1);
        // One of two was paid, the other's price is given back.
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(USER), FUNDS - PRICE);
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
    });
}

#[test]
fn those_who_committed_should_reveal_when_no_attempt_is_left() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.max_reassignments = 0)
        .build_and_execute(|| {
            let (id, workers) = assigned(3);
            assert_ok!(commit_to(id, workers[2], 1));
            advance_unswept(DEADLINE);
            assert_ok!(settle(id));
            assert_eq!(status(id), RequestStatus::Revealing);
            assert_eq!(active(id), vec![workers[2]]);
        });
}

#[test]
fn request_should_reopen_when_nobody_committed() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        advance_unswept(DEADLINE);
        assert_ok!(settle(id));
        assert_eq!(status(id), RequestStatus::Pending);
        assert_eq!(Burned::get(), 2 * PENALTY);
        advance(2);
        assert!(active(id).iter().all(|worker| !workers.contains(worker)));
        assert_eq!(active(id).len(), 2);
        advance(DEADLINE);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(USER), FUNDS);
        assert_eq!(Burned::get(), 4 * PENALTY);
    });
}

#[test]
fn claims_should_stand_alone_when_others_withhold_their_reveal() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(3);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        assert_ok!(reveal(id, workers[1], 1));
        advance_unswept(DEADLINE);
        events();
        assert_ok!(settle(id));
        assert_eq!(state_of(id, workers[0]), SlotState::Missed);
        assert_eq!(state_of(id, workers[2]), SlotState::Missed);
        assert_eq!(
            events()[2],
            Event::WindowOpened {
                request: id,
                due: 7 + PARAMETERS.challenge_window,
                agreed: false,
            }
        );
    });
}

#[test]
fn request_should_reopen_when_nobody_revealed() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        advance_unswept(DEADLINE);
        assert_ok!(settle(id));
        assert_eq!(status(id), RequestStatus::Pending);
        assert_eq!(record(id).attempts_left, 0);
        assert_eq!(Burned::get(), 2 * PENALTY);
    });
}

#[test]
fn everyone_should_be_paid_when_the_window_ends() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        advance_unswept(PARAMETERS.challenge_window - 1);
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        advance_unswept(1);
        events();
        assert_ok!(settle(id));
        assert_eq!(Balances::free_balance(USER), FUNDS - PRICE);
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
        assert_eq!(Balances::free_balance(AUTHOR), FUNDS + ROYALTY * PRICE);
        assert_eq!(Balances::free_balance(TREASURY), FUNDS + FEE * PRICE);
        assert_eq!(held(USER), 0);
        assert!(is_closed(id));
        assert_eq!(Inputs::<Test>::get(id), None);
        assert_eq!(Locks::get((workers[0], id)), None);
        assert_eq!(
            events(),
            vec![Event::Settled {
                request: id,
                output_root: output_root(1),
                workers: 1,
                paid: PRICE,
                refunded: DEPOSIT,
                visibility: Visibility::Public,
            }]
        );
    });
}

#[test]
fn every_worker_should_be_paid_when_their_claims_are_equal() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1, 1, 1]);
        advance_unswept(PARAMETERS.agreed_window);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        for worker in workers {
            assert_eq!(Balances::free_balance(worker), FUNDS + WAGE);
        }
        assert_eq!(Balances::free_balance(USER), FUNDS - 3 * PRICE);
        assert_eq!(
            Balances::free_balance(AUTHOR),
            FUNDS + 3 * (ROYALTY * PRICE)
        );
    });
}

#[test]
fn new_royalty_should_not_matter_when_a_request_is_open() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        Terms::mutate(MODEL, |terms| {
            terms.as_mut().unwrap().royalty = sp_runtime::Permill::from_percent(90)
        });
        // Nor that it takes no new requests.
        Withdrawn::insert(MODEL, ());
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
    });
}

#[test]
fn nobody_should_be_paid_when_claims_differ() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1, 1, 2]);
        advance_unswept(PARAMETERS.challenge_window);
        events();
        assert_ok!(settle(id));
        assert_eq!(status(id), RequestStatus::Contested);
        // The user has everything back and may ask again, the locks stay.
        assert_eq!(Balances::free_balance(USER), FUNDS);
        assert_eq!(crate::OpenOf::<Test>::get(USER), 0);
        assert_eq!(active(id), workers);
        assert_eq!(
            events(),
            vec![Event::RequestContested {
                request: id,
                refunded: 3 * PRICE + DEPOSIT,
            }]
        );
        advance(100);
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        assert_eq!(status(id), RequestStatus::Contested);
    });
}

#[test]
fn weight_should_be_that_of_the_branch_when_settled() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 2);
        advance_unswept(1);
        let info = settle(id).unwrap();
        assert_eq!(
            info.actual_weight,
            Some(SettleBranch::Assigned.weight::<Test>(2))
        );
        for branch in SettleBranch::ALL {
            for k in 1..=4 {
                assert!(branch
                    .weight::<Test>(k)
                    .all_lte(SettleBranch::heaviest::<Test>()));
            }
        }
    });
}

#[test]
fn verdict_should_weigh_all_that_it_may_end() {
    use crate::WeightInfo;
    let verdict = |k| {
        <() as WeightInfo>::convict(k)
            .saturating_add(ForgetWeight::get())
            .saturating_add(<() as WeightInfo>::end_audit())
    };
    for k in 1..=4 {
        assert_eq!(SettleBranch::weight_of_verdict::<Test>(k), verdict(k));
        assert!(verdict(k).all_lte(SettleBranch::heaviest_verdict::<Test>()));
    }
    // No more workers are asked for.
    assert_eq!(SettleBranch::heaviest_verdict::<Test>(), verdict(4));
}

#[test]
fn late_settling_should_change_no_outcome_when_nobody_sweeps() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        advance_unswept(1_000);
        // Final since the window ended, whoever says otherwise now.
        assert_noop!(convict(id, 1), Error::<Test>::ClaimNotOpen);
        assert_ok!(settle(id));
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
    });
}
