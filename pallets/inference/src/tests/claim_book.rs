//! Challenges and verdicts, as disputes report them.

use crate::mock::*;
use crate::{Answers, Claims, Error, Event, RefundReason, RequestStatus, SlotState};
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::traits::ClaimBook;

#[test]
fn claim_should_have_what_a_proof_is_checked_against() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        let view = Inference::claim(id, &workers[0]).unwrap();
        assert_eq!(view.graph_root, [8; 32]);
        assert_eq!(view.node_count, 3);
        assert_eq!(view.trace_root, trace_root(1));
        assert_eq!(view.input_roots, record(id).input_roots);
        assert_eq!(Inference::claim(id, &USER), None);
        assert_eq!(Inference::claim(id + 1, &workers[0]), None);
    });
}

#[test]
fn claim_should_be_open_when_others_have_not_revealed() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_eq!(Inference::claim(id, &workers[0]), None);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        assert_eq!(Inference::claim(id, &workers[0]), None);
        assert_ok!(reveal(id, workers[0], 1));
        assert!(Inference::claim(id, &workers[0]).is_some());
        assert_eq!(Inference::claim(id, &workers[1]), None);
    });
}

#[test]
fn claim_should_be_final_when_its_window_ended_even_if_not_swept() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        advance_unswept(PARAMETERS.challenge_window - 1);
        assert!(Inference::claim(id, &workers[0]).is_some());
        advance_unswept(1);
        assert_eq!(Inference::claim(id, &workers[0]), None);
        assert_noop!(
            Inference::challenge_opened(id, &workers[0]),
            Error::<Test>::ClaimNotOpen
        );
        assert_noop!(convict(id, 1), Error::<Test>::ClaimNotOpen);
    });
}

#[test]
fn request_should_not_settle_when_a_challenge_runs() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        advance(PARAMETERS.challenge_window + 7);
        assert_noop!(settle(id), Error::<Test>::ChallengesOpen);
        assert!(Inference::claim(id, &workers[0]).is_some());
        assert_ok!(convict(id, 1));
        assert_eq!(status(id), RequestStatus::Pending);
    });
}

#[test]
fn window_should_stay_open_for_a_minimum_when_a_challenge_ends() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        advance(PARAMETERS.challenge_window + 1);
        Inference::challenge_closed(id, &workers[0]);
        advance(PARAMETERS.min_window_after_challenge + 2);
        assert_eq!(status(id), RequestStatus::Claimed);
        events();
        let now = System::block_number();
        Inference::challenge_closed(id, &workers[0]);
        let due = now + PARAMETERS.min_window_after_challenge;
        assert_eq!(
            events(),
            vec![
                Event::ChallengeWithdrawn {
                    request: id,
                    worker: workers[0],
                },
                Event::WindowExtended { request: id, due },
            ]
        );
        // Swept exactly when the window ends.
        advance(PARAMETERS.min_window_after_challenge);
        assert_eq!(System::block_number(), due);
        assert_eq!(status(id), RequestStatus::Claimed);
        advance(1);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
    });
}

#[test]
fn window_should_stay_as_it_is_when_just_the_minimum_of_it_is_left() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        let due = record(id).due;
        advance(PARAMETERS.challenge_window - PARAMETERS.min_window_after_challenge);
        events();
        Inference::challenge_closed(id, &workers[0]);
        assert_eq!(
            events(),
            vec![Event::ChallengeWithdrawn {
                request: id,
                worker: workers[0],
            }]
        );
        assert_eq!(record(id).due, due);
    });
}

#[test]
fn challenge_that_ends_before_the_window_should_leave_the_time_for_reveals() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        assert_ok!(reveal(id, workers[0], 1));
        let before = record(id);
        assert_eq!(before.status, RequestStatus::Revealing);
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        events();
        Inference::challenge_closed(id, &workers[0]);
        assert_eq!(record(id), before);
        assert_eq!(
            events(),
            vec![Event::ChallengeWithdrawn {
                request: id,
                worker: workers[0],
            }]
        );
        assert_ok!(reveal(id, workers[1], 1));
        assert_eq!(status(id), RequestStatus::Claimed);
    });
}

#[test]
fn window_should_not_shorten_when_a_challenge_ends_early() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        let due = record(id).due;
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        Inference::challenge_closed(id, &workers[0]);
        assert_eq!(record(id).due, due);
        // One more than was opened changes nothing once the claim is closed.
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        Inference::challenge_closed(id, &workers[0]);
    });
}

#[test]
fn liar_should_pay_challenger_and_user_when_convicted() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[2]);
        events();
        assert_eq!(convict(id, 2), Ok(1));
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS + BOUNTY);
        assert_eq!(Balances::free_balance(USER) + held(USER), FUNDS + PRICE);
        assert_eq!(Burned::get(), LOCK - BOUNTY - PRICE);
        assert_eq!(Stakes::get(workers[0]), STAKE - LOCK);
        assert_eq!(Claims::<Test>::get(id, workers[0]), None);
        assert_eq!(Answers::<Test>::get(id, workers[0]), None);
        assert_eq!(
            events(),
            vec![
                Event::ClaimStruck {
                    request: id,
                    worker: workers[0],
                    trace_root: trace_root(2),
                    paid: BOUNTY + PRICE,
                    burned: LOCK - BOUNTY - PRICE,
                },
                Event::RequestReopened {
                    request: id,
                    attempts_left: 0,
                    due: 2 + PARAMETERS.assign_window,
                },
            ]
        );
        // Another worker is drawn and does better.
        advance(2);
        let honest = active(id)[0];
        assert_ne!(honest, workers[0]);
        assert_ok!(result(id, honest, 1));
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(Balances::free_balance(honest), FUNDS + WAGE);
        // What he paid was made good.
        assert_eq!(Balances::free_balance(USER), FUNDS);
    });
}

#[test]
fn user_should_be_refunded_when_the_last_claim_falls() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.max_reassignments = 0)
        .build_and_execute(|| {
            let (id, _) = claimed(&[2]);
            events();
            assert_ok!(convict(id, 2));
            assert!(is_closed(id));
            assert_eq!(Balances::free_balance(USER), FUNDS + PRICE);
            assert_eq!(
                events()[1],
                Event::RequestRefunded {
                    request: id,
                    reason: RefundReason::Convicted,
                    refunded: PRICE + DEPOSIT,
                }
            );
        });
}

#[test]
fn nobody_should_get_a_bounty_when_the_verdict_has_no_challenger() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = claimed(&[2]);
        assert_ok!(Inference::convict(id, trace_root(2), None));
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS);
        assert_eq!(Burned::get(), LOCK - PRICE);
    });
}

#[test]
fn same_lies_should_fall_together_when_one_is_proved() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[2, 2, 1]);
        assert_eq!(convict(id, 2), Ok(2));
        assert_eq!(Stakes::get(workers[0]), STAKE - LOCK);
        assert_eq!(Stakes::get(workers[1]), STAKE - LOCK);
        assert_eq!(status(id), RequestStatus::Claimed);
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        // The one that stands is paid, whatever the majority said.
        assert_eq!(Balances::free_balance(workers[2]), FUNDS + WAGE);
        assert_eq!(Balances::free_balance(workers[0]), FUNDS);
        assert_eq!(Balances::free_balance(USER), FUNDS + 2 * PRICE - PRICE);
    });
}

#[test]
fn window_should_stay_open_for_a_minimum_when_another_claim_falls() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = claimed(&[2, 1]);
        advance(PARAMETERS.challenge_window - 1);
        let due = System::block_number() + PARAMETERS.min_window_after_challenge;
        assert_ok!(convict(id, 2));
        assert_eq!(record(id).due, due);
        advance(PARAMETERS.min_window_after_challenge);
        assert_eq!(status(id), RequestStatus::Claimed);
        advance(1);
        assert!(is_closed(id));
    });
}

#[test]
fn others_should_go_on_when_a_claim_falls_before_their_reveal() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_ok!(commit_to(id, workers[0], 2));
        assert_ok!(commit_to(id, workers[1], 1));
        assert_ok!(reveal(id, workers[0], 2));
        assert_ok!(convict(id, 2));
        assert_eq!(status(id), RequestStatus::Revealing);
        assert_ok!(reveal(id, workers[1], 1));
        assert_eq!(
            record(id).due,
            System::block_number() + PARAMETERS.challenge_window
        );
    });
}

#[test]
fn request_should_reopen_when_a_claim_falls_and_the_others_withhold() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_ok!(commit_to(id, workers[0], 2));
        assert_ok!(commit_to(id, workers[1], 1));
        assert_ok!(reveal(id, workers[0], 2));
        assert_ok!(convict(id, 2));
        advance_unswept(DEADLINE);
        assert_ok!(settle(id));
        assert_eq!(status(id), RequestStatus::Pending);
        assert_eq!(state_of(id, workers[0]), SlotState::Struck);
        assert_eq!(state_of(id, workers[1]), SlotState::Missed);
    });
}

#[test]
fn verdict_should_be_refused_when_no_claim_has_that_trace() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = claimed(&[1]);
        assert_noop!(convict(id, 2), Error::<Test>::ClaimNotOpen);
        assert_ok!(convict(id, 1));
        assert_noop!(convict(id, 1), Error::<Test>::ClaimNotOpen);
    });
}

fn contested(tags: &[u8]) -> (u64, Vec<AccountId>) {
    let (id, workers) = claimed(tags);
    advance(PARAMETERS.challenge_window + 1);
    assert_eq!(status(id), RequestStatus::Contested);
    (id, workers)
}

#[test]
fn contest_should_end_a_window_later_when_a_verdict_leaves_equal_claims() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = contested(&[1, 2, 1]);
        advance(30);
        assert!(Inference::claim(id, &workers[0]).is_some());
        events();
        let due = System::block_number() + PARAMETERS.min_window_after_challenge;
        assert_eq!(convict(id, 2), Ok(1));
        assert_eq!(events()[1], Event::ContestDecided { request: id, due });
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        advance(PARAMETERS.min_window_after_challenge);
        assert_eq!(Inference::claim(id, &workers[0]), None);
        advance(1);
        assert!(is_closed(id));
        assert_eq!(events(), vec![Event::ContestClosed { request: id }]);
        assert_eq!(Locks::iter().count(), 0);
        // Compensated besides the refund, out of the liar's lock; nobody else was paid.
        assert_eq!(Balances::free_balance(USER), FUNDS + PRICE);
        assert_eq!(Balances::free_balance(workers[0]), FUNDS);
    });
}

#[test]
fn second_liar_should_not_escape_when_the_first_is_convicted() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = contested(&[2, 3]);
        assert_ok!(convict(id, 2));
        assert_ok!(convict(id, 3));
        assert!(is_closed(id));
        for worker in workers {
            assert_eq!(Stakes::get(worker), STAKE - LOCK);
        }
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS + 2 * BOUNTY);
    });
}

#[test]
fn contest_should_go_on_when_a_verdict_leaves_unequal_claims() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = contested(&[1, 2, 3]);
        assert_ok!(convict(id, 2));
        advance(50);
        assert_eq!(status(id), RequestStatus::Contested);
        assert_ok!(convict(id, 3));
        advance(PARAMETERS.min_window_after_challenge + 1);
        assert!(is_closed(id));
    });
}

#[test]
fn contest_should_not_close_when_a_challenge_runs() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = contested(&[2, 3]);
        assert_ok!(Inference::challenge_opened(id, &workers[1]));
        assert_ok!(convict(id, 2));
        advance(PARAMETERS.min_window_after_challenge + 5);
        assert_noop!(settle(id), Error::<Test>::ChallengesOpen);
        let due = System::block_number() + PARAMETERS.min_window_after_challenge;
        Inference::challenge_closed(id, &workers[1]);
        assert_eq!(record(id).due, due);
        advance(PARAMETERS.min_window_after_challenge + 1);
        assert!(is_closed(id));
    });
}
