use crate::mock::*;
use crate::{
    ComplaintRecord, Complaints, Error, Event, HoldReason, InferenceRequests, RequestStatus,
    SlotState,
};
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use frame_support::traits::fungible::InspectHold;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};

fn held_of_operator(worker: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Complaint.into(), &(worker + 100))
}

#[test]
fn request_should_wait_for_its_input_when_a_worker_cannot_get_it() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        events();
        assert_ok!(complain(id, workers[0]));
        let due = 2 + PARAMETERS.publish_window;
        assert_eq!(status(id), RequestStatus::AwaitingInput);
        assert_eq!((record(id).since, record(id).due), (2, due));
        assert_eq!(held_of_operator(workers[0]), COMPLAINT_FEE);
        assert_eq!(
            Complaints::<Test>::get(id),
            Some(ComplaintRecord {
                operator: workers[0] + 100,
                fee: COMPLAINT_FEE,
            })
        );
        assert_eq!(
            events(),
            vec![Event::InputDemanded {
                request: id,
                worker: workers[0],
                fee: COMPLAINT_FEE,
                due,
            }]
        );
        // The clock of the working phase stands still: nobody is late in the block in which the phase would have ended.
        advance(DEADLINE);
        assert_eq!(state_of(id, workers[0]), SlotState::Assigned);
        assert_eq!(Burned::get(), 0);
    });
}

#[test]
fn complaint_should_be_accepted_until_half_of_the_phase_is_over_and_not_after() {
    for (deadline, last) in [(2, 1), (3, 1), (4, 2), (5, 2), (6, 3)] {
        for (passed, accepted) in [(last, true), (last + 1, false)] {
            ExtBuilder::default().build_and_execute(|| {
                let id = submit_with(USER, inputs_by_root(), 1);
                InferenceRequests::<Test>::mutate(id, |record| {
                    record.as_mut().unwrap().deadline = deadline
                });
                advance(1);
                assert_ok!(settle(id));
                let worker = active(id)[0];
                // By block number, swept or not.
                advance_unswept(passed);
                if accepted {
                    assert_ok!(complain(id, worker));
                } else {
                    assert_noop!(complain(id, worker), Error::<Test>::TooLate);
                }
            });
        }
    }
}

#[test]
fn one_complaint_should_be_enough_when_there_are_several_workers() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(3);
        assert_ok!(commit_to(id, workers[0], 1));
        assert_ok!(complain(id, workers[1]));
        // The request waits already, and those who have the input wait with it.
        assert_noop!(complain(id, workers[2]), Error::<Test>::WrongPhase);
        assert_noop!(commit_to(id, workers[2], 1), Error::<Test>::WrongPhase);
        assert_eq!(held_of_operator(workers[2]), 0);
    });
}

#[test]
fn complaint_should_be_refused_when_the_worker_has_answered() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(2);
        assert_ok!(commit_to(id, workers[0], 1));
        assert_noop!(complain(id, workers[0]), Error::<Test>::AlreadySubmitted);
        assert_ok!(commit_to(id, workers[1], 1));
        assert_noop!(complain(id, workers[0]), Error::<Test>::WrongPhase);
        assert_ok!(reveal(id, workers[0], 1));
        assert_noop!(complain(id, workers[1]), Error::<Test>::WrongPhase);
    });
}

#[test]
fn complaint_should_be_refused_when_every_input_is_on_chain() {
    ExtBuilder::default().build_and_execute(|| {
        let (public, workers) = assigned(1);
        assert_noop!(complain(public, workers[0]), Error::<Test>::InputAvailable);
        let (id, workers) = assigned_by_root(1);
        assert_ok!(publish(id));
        assert_noop!(complain(id, workers[0]), Error::<Test>::InputAvailable);
    });
}

#[test]
fn complaint_should_be_refused_when_signed_by_anyone_but_a_worker_of_the_request() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        let idle = (FIRST_WORKER..)
            .find(|worker| !workers.contains(worker))
            .unwrap();
        assert_noop!(complain(id, idle), Error::<Test>::NotAssigned);
        for who in [USER, workers[0]] {
            assert_noop!(
                Inference::input_unavailable(RuntimeOrigin::signed(who), id),
                Error::<Test>::NotAnOperator
            );
        }
        assert_noop!(
            Inference::input_unavailable(RuntimeOrigin::root(), id),
            DispatchError::BadOrigin
        );
        assert_noop!(complain(id + 1, workers[0]), Error::<Test>::UnknownRequest);
    });
}

#[test]
fn complaint_should_be_refused_when_the_model_is_condemned() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        Condemned::insert(MODEL, ());
        assert_noop!(complain(id, workers[0]), Error::<Test>::ModelCondemned);
    });
}

#[test]
fn complaint_should_be_refused_when_its_fee_cannot_be_held() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.complaint_fee = FUNDS + 1)
        .build_and_execute(|| {
            let (id, workers) = assigned_by_root(1);
            assert_noop!(complain(id, workers[0]), TokenError::FundsUnavailable);
        });
}

#[test]
fn complaint_should_find_room_when_blocks_are_full() {
    let call: RuntimeCall = crate::Call::input_unavailable { request: 0 }.into();
    assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
}
