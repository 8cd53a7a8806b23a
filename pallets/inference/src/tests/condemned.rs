//! What becomes of a request whose model turns out to be malformed.

use crate::mock::*;
use crate::{Error, Event, RefundReason, RequestStatus, SlotState};
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::traits::ClaimBook;

fn condemn() {
    Condemned::insert(MODEL, ());
}

fn assert_refunded(id: u64) {
    assert!(is_closed(id));
    assert_eq!(Balances::free_balance(USER), FUNDS);
    assert_eq!(Locks::iter().count(), 0);
    assert_eq!(Burned::get(), 0);
    assert!(events().iter().any(|event| matches!(
        event,
        Event::RequestRefunded {
            reason: RefundReason::Condemned,
            ..
        }
    )));
}

#[test]
fn user_should_be_refunded_at_once_when_nothing_was_claimed() {
    for redundancy in [1, 2] {
        ExtBuilder::default().build_and_execute(|| {
            let (id, _) = assigned(redundancy);
            condemn();
            assert_ok!(settle(id));
            assert_refunded(id);
        });
    }
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        condemn();
        advance(2);
        assert_refunded(id);
    });
}

#[test]
fn late_worker_should_not_be_penalised_when_the_model_is_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = assigned(2);
        condemn();
        advance(DEADLINE + 2);
        assert_refunded(id);
    });
}

#[test]
fn work_should_be_refused_when_the_model_is_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (one, first) = assigned(1);
        let (two, workers) = assigned(2);
        assert_ok!(commit_to(two, workers[0], 1));
        let (three, revealing) = assigned(2);
        for worker in &revealing {
            assert_ok!(commit_to(three, *worker, 1));
        }
        condemn();
        assert_noop!(result(one, first[0], 1), Error::<Test>::ModelCondemned);
        assert_noop!(commit_to(two, workers[1], 1), Error::<Test>::ModelCondemned);
        assert_noop!(
            reveal(three, revealing[0], 1),
            Error::<Test>::ModelCondemned
        );
    });
}

#[test]
fn those_who_did_not_reveal_should_be_excused_when_the_model_is_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        assert_ok!(reveal(id, workers[0], 1));
        condemn();
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        advance(DEADLINE + 1);
        assert_eq!(status(id), RequestStatus::Claimed);
        assert_eq!(state_of(id, workers[1]), SlotState::Excused);
        advance(PARAMETERS.challenge_window + 1);
        assert_refunded(id);
    });
}

#[test]
fn user_should_be_refunded_when_the_model_is_condemned_and_nobody_revealed() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        condemn();
        advance(DEADLINE + 1);
        assert_refunded(id);
    });
}

#[test]
fn no_claim_should_be_paid_when_the_model_is_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        condemn();
        advance(PARAMETERS.challenge_window + 1);
        assert_refunded(id);
        assert_eq!(Balances::free_balance(workers[0]), FUNDS);
        assert_eq!(Balances::free_balance(AUTHOR), FUNDS);
    });
}

#[test]
fn liar_should_not_escape_when_he_has_his_own_model_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[2]);
        condemn();
        // The window goes on, and so do challenges.
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        advance(PARAMETERS.challenge_window + 2);
        assert_noop!(settle(id), Error::<Test>::ChallengesOpen);
        assert_ok!(convict(id, 2));
        assert_eq!(Stakes::get(workers[0]), STAKE - LOCK);
        // Not drawn anew: there is nothing to compute.
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(USER), FUNDS + PRICE);
    });
}

#[test]
fn contested_locks_should_be_given_back_when_the_model_is_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1, 2]);
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(status(id), RequestStatus::Contested);
        condemn();
        assert_ok!(settle(id));
        assert_ok!(Inference::challenge_opened(id, &workers[0]));
        advance(PARAMETERS.challenge_window);
        assert_noop!(settle(id), Error::<Test>::ChallengesOpen);
        Inference::challenge_closed(id, &workers[0]);
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        advance(PARAMETERS.min_window_after_challenge);
        assert_ok!(settle(id));
        assert!(is_closed(id));
        assert_eq!(Locks::iter().count(), 0);
    });
}

#[test]
fn liar_should_not_escape_a_contest_when_he_has_his_own_model_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1, 2]);
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(status(id), RequestStatus::Contested);
        // Condemned and settled just before the proof: there is still a window for it.
        condemn();
        assert_ok!(settle(id));
        assert_noop!(settle(id), Error::<Test>::NothingDue);
        assert_ok!(convict(id, 2));
        assert_eq!(Stakes::get(workers[1]), STAKE - LOCK);
        assert_eq!(Stakes::get(workers[0]), STAKE);
    });
}

#[test]
fn contest_should_close_by_itself_when_the_model_is_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = claimed(&[1, 2]);
        advance(PARAMETERS.challenge_window + 1);
        condemn();
        assert_ok!(settle(id));
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        assert_eq!(Locks::iter().count(), 0);
    });
}
