use crate::mock::*;
use crate::{Error, Event, RequestStatus, SlotState};
use frame_support::{assert_noop, assert_ok};

#[test]
fn reveals_should_open_at_once_when_all_have_committed() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_eq!(status(id), RequestStatus::Committing);
        events();
        assert_ok!(commit_to(id, workers[0], 1));
        assert_eq!(status(id), RequestStatus::Committing);
        advance(1);
        assert_ok!(commit_to(id, workers[1], 1));
        assert_eq!(status(id), RequestStatus::Revealing);
        assert_eq!(
            events(),
            vec![
                Event::ResultCommitted {
                    request: id,
                    worker: workers[0],
                    commitment: commitment(id, workers[0], 1),
                },
                Event::ResultCommitted {
                    request: id,
                    worker: workers[1],
                    commitment: commitment(id, workers[1], 1),
                },
                Event::RevealOpened {
                    request: id,
                    due: 3 + DEADLINE,
                },
            ]
        );
    });
}

#[test]
fn second_commit_should_be_an_error_when_the_first_stands() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_ok!(commit_to(id, workers[0], 1));
        assert_noop!(
            commit_to(id, workers[0], 2),
            Error::<Test>::AlreadySubmitted
        );
        assert_eq!(
            state_of(id, workers[0]),
            SlotState::Committed(commitment(id, workers[0], 1))
        );
    });
}

#[test]
fn commit_should_be_refused_when_late_even_if_not_swept() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        advance_unswept(DEADLINE - 1);
        assert_ok!(commit_to(id, workers[0], 1));
        advance_unswept(1);
        assert_noop!(commit_to(id, workers[1], 1), Error::<Test>::TooLate);
    });
}

#[test]
fn commit_should_be_refused_when_the_request_asks_for_a_result() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        assert_noop!(commit_to(id, workers[0], 1), Error::<Test>::WrongPhase);
    });
}

#[test]
fn commit_should_be_refused_when_the_worker_was_not_drawn() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        let idle = (FIRST_WORKER..)
            .find(|worker| !workers.contains(worker))
            .unwrap();
        assert_noop!(commit_to(id, idle, 1), Error::<Test>::NotAssigned);
        assert_noop!(
            Inference::commit_result(RuntimeOrigin::signed(USER), id, [0; 32]),
            Error::<Test>::NotAnOperator
        );
        assert_noop!(commit_to(9, workers[0], 1), Error::<Test>::UnknownRequest);
    });
}
