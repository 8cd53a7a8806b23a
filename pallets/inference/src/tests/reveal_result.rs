use crate::mock::*;
use crate::{Error, Event, RequestStatus, SlotState};
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::page::Trace;

#[test]
fn window_should_be_short_when_all_workers_agree() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = claimed(&[1, 1, 1]);
        assert_eq!(status(id), RequestStatus::Claimed);
        assert_eq!(
            events().last(),
            Some(&Event::WindowOpened {
                request: id,
                due: 2 + PARAMETERS.agreed_window,
                agreed: true,
            })
        );
    });
}

#[test]
fn window_should_be_long_when_workers_disagree() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = claimed(&[1, 1, 2]);
        assert_eq!(
            events().last(),
            Some(&Event::WindowOpened {
                request: id,
                due: 2 + PARAMETERS.challenge_window,
                agreed: false,
            })
        );
    });
}

#[test]
fn window_should_be_long_when_those_who_agree_were_not_all_drawn_first() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_ok!(commit_to(id, workers[0], 1));
        advance(DEADLINE + 1);
        let replacement = active(id)[1];
        assert_ok!(commit_to(id, replacement, 1));
        assert_ok!(reveal(id, replacement, 1));
        assert_ok!(reveal(id, workers[0], 1));
        assert_eq!(
            record(id).due,
            System::block_number() + PARAMETERS.challenge_window
        );
    });
}

#[test]
fn reveal_should_be_refused_when_not_all_have_committed() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_ok!(commit_to(id, workers[0], 1));
        assert_noop!(reveal(id, workers[0], 1), Error::<Test>::WrongPhase);
        assert_noop!(reveal(id, workers[1], 1), Error::<Test>::WrongPhase);
    });
}

#[test]
fn copied_commitment_should_be_worthless_when_revealed_by_another_account() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        let (honest, copycat) = (workers[0], workers[1]);
        let copied = commitment(id, honest, 1);
        assert_ok!(Inference::commit_result(operator(honest), id, copied));
        assert_ok!(Inference::commit_result(operator(copycat), id, copied));
        assert_ok!(reveal(id, honest, 1));
        // Everything is public now, salt included.
        let (trace, outputs) = answer(1);
        assert_noop!(
            Inference::reveal_result(operator(copycat), id, trace, outputs, salt(honest)),
            Error::<Test>::CommitmentMismatch
        );
        advance(DEADLINE + 1);
        assert_eq!(state_of(id, copycat), SlotState::Missed);
    });
}

#[test]
fn reveal_should_be_refused_when_anything_differs_from_the_commitment() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        // Another answer.
        assert_noop!(reveal(id, workers[0], 2), Error::<Test>::CommitmentMismatch);
        // Another salt.
        let (trace, outputs) = answer(1);
        assert_noop!(
            Inference::reveal_result(operator(workers[0]), id, trace, outputs, [0; 32]),
            Error::<Test>::CommitmentMismatch
        );
        // Another trace with the same answer.
        let (_, outputs) = answer(1);
        let mut leaves = leaves(1);
        leaves[0] = [0; 32];
        let trace = Trace::Leaves(leaves.try_into().unwrap());
        assert_noop!(
            Inference::reveal_result(operator(workers[0]), id, trace, outputs, salt(workers[0])),
            Error::<Test>::CommitmentMismatch
        );
    });
}

#[test]
fn reveal_should_be_refused_when_the_commitment_was_to_another_request() {
    ExtBuilder::default().with_workers(2).build_and_execute(|| {
        let (first, workers) = assigned(2);
        let (second, _) = assigned(2);
        for worker in &workers {
            assert_ok!(Inference::commit_result(
                operator(*worker),
                second,
                commitment(first, *worker, 1)
            ));
        }
        assert_noop!(
            reveal(second, workers[0], 1),
            Error::<Test>::CommitmentMismatch
        );
    });
}

#[test]
fn second_reveal_should_be_an_error_when_the_first_stands() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1, 2]);
        assert_noop!(reveal(id, workers[0], 1), Error::<Test>::AlreadySubmitted);
    });
}

#[test]
fn reveal_should_be_refused_when_late_even_if_not_swept() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        advance_unswept(DEADLINE - 1);
        assert_ok!(reveal(id, workers[0], 1));
        advance_unswept(1);
        assert_noop!(reveal(id, workers[1], 1), Error::<Test>::TooLate);
    });
}

#[test]
fn reveal_should_be_refused_when_no_output_fits_its_leaf() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        for worker in &workers {
            assert_ok!(commit_to(id, *worker, 1));
        }
        let (trace, _) = answer(1);
        let (_, outputs) = answer(2);
        assert_noop!(
            Inference::reveal_result(operator(workers[0]), id, trace, outputs, salt(workers[0])),
            Error::<Test>::OutputMismatch
        );
    });
}

#[test]
fn reveal_should_be_struck_at_once_when_its_trace_is_already_convicted() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(3);
        for (worker, tag) in workers.iter().zip([2, 2, 1]) {
            assert_ok!(commit_to(id, *worker, tag));
        }
        assert_ok!(reveal(id, workers[0], 2));
        assert_ok!(convict(id, 2));
        assert_eq!(status(id), RequestStatus::Revealing);
        assert_ok!(reveal(id, workers[1], 2));
        assert_eq!(state_of(id, workers[1]), SlotState::Struck);
        assert_ok!(reveal(id, workers[2], 1));
        // One is left, and has the long window.
        assert_eq!(status(id), RequestStatus::Claimed);
        assert_eq!(
            record(id).due,
            System::block_number() + PARAMETERS.challenge_window
        );
    });
}

#[test]
fn reveal_should_be_refused_when_the_worker_was_late_with_its_commitment() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.max_reassignments = 0)
        .build_and_execute(|| {
            let (id, workers) = assigned(2);
            assert_ok!(commit_to(id, workers[0], 1));
            advance(DEADLINE + 1);
            assert_eq!(status(id), RequestStatus::Revealing);
            assert_eq!(state_of(id, workers[1]), SlotState::Missed);
            assert_noop!(reveal(id, workers[1], 1), Error::<Test>::NotAssigned);
            assert_ok!(reveal(id, workers[0], 1));
        });
}
