use crate::mock::*;
use crate::{
    Complaints, Error, Event, HoldReason, InputSource, Inputs, RequestStatus, SlotState,
    Visibility, WeightInfo,
};
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use frame_support::traits::fungible::InspectHold;
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::commit;
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::HostSha256;

fn publish_as(
    who: AccountId,
    id: u64,
    index: u8,
    bytes: &[u8],
) -> frame_support::dispatch::DispatchResultWithPostInfo {
    let bytes = bytes.to_vec().try_into().unwrap();
    Inference::publish_input(RuntimeOrigin::signed(who), id, index, bytes)
}

#[test]
fn workers_should_have_a_whole_phase_when_the_input_is_published() {
    for redundancy in [1, 2] {
        ExtBuilder::default().build_and_execute(|| {
            let (id, workers) = assigned_by_root(redundancy);
            advance_unswept(1);
            assert_ok!(complain(id, workers[0]));
            // In the last block in which it is in time.
            advance(PARAMETERS.publish_window - 1);
            events();
            let before = Balances::total_issuance();
            let info = publish(id).unwrap();
            assert_eq!(
                info.actual_weight,
                Some(<() as WeightInfo>::publish_input_resumes(4))
            );
            let now = System::block_number();
            let resumed = record(id);
            assert_eq!(
                resumed.status,
                match redundancy {
                    1 => RequestStatus::Assigned,
                    _ => RequestStatus::Committing,
                }
            );
            assert_eq!((resumed.since, resumed.due), (now, now + DEADLINE));
            assert_eq!(resumed.visibility, Visibility::Public);
            assert_eq!(Inputs::<Test>::get(id), Some(inputs()));
            assert_eq!(Complaints::<Test>::get(id), None);
            assert_eq!(Balances::total_issuance(), before - COMPLAINT_FEE);
            assert_eq!(
                events(),
                vec![
                    Event::InputPublished {
                        request: id,
                        index: 0,
                        who: USER,
                    },
                    Event::ComplaintCharged {
                        request: id,
                        operator: workers[0] + 100,
                        burned: COMPLAINT_FEE,
                    },
                    Event::RequestResumed {
                        request: id,
                        due: now + DEADLINE,
                    },
                ]
            );
            // Once for all: there is nothing left that could not be had.
            assert_noop!(complain(id, workers[0]), Error::<Test>::InputAvailable);
        });
    }
}

#[test]
fn request_should_settle_as_any_other_when_its_input_was_published() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        assert_ok!(publish(id));
        assert_ok!(result(id, workers[0], 1));
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        // The worker has its wage, its operator one fee less; the user pays the price, and what publishing costs.
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
        assert_eq!(
            Balances::free_balance(workers[0] + 100),
            FUNDS - COMPLAINT_FEE
        );
        assert_eq!(Balances::free_balance(USER), FUNDS - PRICE);
        assert!(matches!(
            events().last(),
            Some(Event::Settled {
                visibility: Visibility::Public,
                ..
            })
        ));
    });
}

#[test]
fn worker_should_be_penalised_when_the_input_was_published_and_it_is_late_all_the_same() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        assert_ok!(publish(id));
        advance(DEADLINE + 1);
        assert_eq!(state_of(id, workers[0]), SlotState::Missed);
    });
}

#[test]
fn committed_workers_should_keep_their_commitments_when_the_request_waits() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(2);
        assert_ok!(commit_to(id, workers[0], 1));
        assert_ok!(complain(id, workers[1]));
        advance(2);
        assert_ok!(publish(id));
        assert_ok!(commit_to(id, workers[1], 1));
        assert_ok!(reveal(id, workers[0], 1));
        assert_ok!(reveal(id, workers[1], 1));
        assert_eq!(
            record(id).due,
            System::block_number() + PARAMETERS.agreed_window
        );
    });
}

#[test]
fn publishing_should_be_refused_when_the_window_is_over_by_its_block_number() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        advance_unswept(PARAMETERS.publish_window);
        assert_eq!(status(id), RequestStatus::AwaitingInput);
        assert_noop!(publish(id), Error::<Test>::TooLate);
    });
}

#[test]
fn publishing_should_be_refused_when_the_bytes_are_not_those_of_the_root() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, _) = assigned_by_root(1);
        for bytes in [
            &[1, 2, 3, 5][..],
            &INPUT[..3],
            &[1, 2, 3, 4, 0][..],
            &[][..],
        ] {
            assert_noop!(publish_as(USER, id, 0, bytes), Error::<Test>::InputMismatch);
        }
        assert_noop!(publish_as(USER, id, 1, &INPUT), Error::<Test>::NoSuchInput);
        assert_noop!(
            publish_as(USER, id, u8::MAX, &INPUT),
            Error::<Test>::NoSuchInput
        );
        assert_noop!(
            publish_as(USER, id + 1, 0, &INPUT),
            Error::<Test>::UnknownRequest
        );
        // By anyone who has it, once.
        assert_ok!(publish_as(CHALLENGER, id, 0, &INPUT));
        assert_noop!(publish(id), Error::<Test>::InputAvailable);
        let public = submit(USER, 1);
        assert_noop!(
            publish_as(USER, public, 0, &INPUT),
            Error::<Test>::InputAvailable
        );
    });
}

#[test]
fn input_should_be_published_by_the_root_of_the_layout_of_the_model() {
    ExtBuilder::default().build_and_execute(|| {
        Chunked::insert(MODEL, ());
        let root = |layout| commit::tensor_root::<HostSha256>(layout, &u8_spec(4), &INPUT).unwrap();
        let [wrong, right] = [Layout::One, Layout::Two].map(|layout| {
            let inputs = vec![InputSource::ByRoot(root(layout))];
            submit_with(USER, inputs.try_into().unwrap(), 1)
        });
        assert_noop!(publish(wrong), Error::<Test>::InputMismatch);
        assert_ok!(publish(right));
    });
}

#[test]
fn request_should_go_on_only_when_every_input_is_published() {
    ExtBuilder::default().build_and_execute(|| {
        let other = [9u8, 8];
        Terms::mutate(MODEL, |terms| {
            let inputs = &mut terms.as_mut().unwrap().inputs;
            inputs.try_push(u8_spec(2)).unwrap();
            inputs.try_push(u8_spec(4)).unwrap();
        });
        let root = commit::tensor_root::<HostSha256>(Layout::One, &u8_spec(2), &other).unwrap();
        let inputs = [
            inputs_by_root().into_inner(),
            vec![InputSource::ByRoot(root)],
            inputs().into_inner(),
        ]
        .concat();
        let id = submit_with(USER, inputs.try_into().unwrap(), 1);
        advance(1);
        assert_ok!(settle(id));
        assert_ok!(complain(id, active(id)[0]));
        assert_ok!(publish_as(USER, id, 1, &other));
        assert_eq!(status(id), RequestStatus::AwaitingInput);
        assert_eq!(record(id).visibility, Visibility::Private);
        assert_noop!(
            publish_as(USER, id, 2, &INPUT),
            Error::<Test>::InputAvailable
        );
        assert_ok!(publish_as(USER, id, 0, &INPUT));
        assert_eq!(status(id), RequestStatus::Assigned);
    });
}

#[test]
fn result_should_be_public_when_the_input_was_published_before_the_answer() {
    for published in [false, true] {
        ExtBuilder::default().build_and_execute(|| {
            let (id, workers) = assigned_by_root(1);
            if published {
                let info = publish(id).unwrap();
                assert_eq!(
                    info.actual_weight,
                    Some(<() as WeightInfo>::publish_input(4))
                );
                // Nobody had complained: the clock runs on.
                assert_eq!((record(id).since, record(id).due), (2, 2 + DEADLINE));
            }
            assert_ok!(result(id, workers[0], 1));
            let said = events().into_iter().find_map(|event| match event {
                Event::ResultRevealed { visibility, .. } => Some(visibility),
                _ => None,
            });
            let expected = match published {
                true => Visibility::Public,
                false => Visibility::Private,
            };
            assert_eq!(said, Some(expected));
            advance(PARAMETERS.challenge_window + 1);
            assert!(matches!(
                events().last(),
                Some(Event::Settled { visibility, .. }) if *visibility == expected
            ));
            // A private result is paid like any other.
            assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
        });
    }
}

#[test]
fn others_should_have_a_whole_window_when_the_input_is_published_after_the_claim() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(result(id, workers[0], 1));
        advance(PARAMETERS.challenge_window - 1);
        let now = System::block_number();
        assert_eq!(record(id).due, now + 1);
        events();
        assert_ok!(publish(id));
        let due = now + PARAMETERS.challenge_window;
        assert_eq!(record(id).due, due);
        assert_eq!(
            events().last(),
            Some(&Event::WindowExtended { request: id, due })
        );
        // Once: there is nothing left to publish.
        assert_noop!(publish(id), Error::<Test>::InputAvailable);
        advance(PARAMETERS.challenge_window - 1);
        assert_ok!(convict(id, 1));
    });
}

#[test]
fn contested_request_should_take_an_input_when_someone_wants_to_know_who_lies() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(2);
        for (worker, tag) in workers.iter().zip([1, 2]) {
            assert_ok!(commit_to(id, *worker, tag));
        }
        for (worker, tag) in workers.iter().zip([1, 2]) {
            assert_ok!(reveal(id, *worker, tag));
        }
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(status(id), RequestStatus::Contested);
        assert_ok!(publish(id));
        assert_eq!(status(id), RequestStatus::Contested);
        assert_ok!(convict(id, 2));
        advance(PARAMETERS.min_window_after_challenge + 1);
        assert!(is_closed(id));
    });
}

#[test]
fn fee_of_a_complaint_should_be_nobodys_gain_when_the_input_is_published() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned_by_root(1);
        assert_ok!(complain(id, workers[0]));
        let before: Vec<_> = [USER, CHALLENGER, AUTHOR, TREASURY, workers[0]]
            .map(|account| {
                <Balances as frame_support::traits::fungible::Inspect<AccountId>>::total_balance(
                    &account,
                )
            })
            .into();
        assert_ok!(publish_as(CHALLENGER, id, 0, &INPUT));
        let after: Vec<_> = [USER, CHALLENGER, AUTHOR, TREASURY, workers[0]]
            .map(|account| {
                <Balances as frame_support::traits::fungible::Inspect<AccountId>>::total_balance(
                    &account,
                )
            })
            .into();
        assert_eq!(before, after);
        assert_eq!(
            Balances::balance_on_hold(&HoldReason::Complaint.into(), &(workers[0] + 100)),
            0
        );
    });
}

#[test]
fn publication_should_find_room_when_blocks_are_full() {
    let call: RuntimeCall = crate::Call::publish_input {
        request: 0,
        index: 0,
        bytes: vec![0; 64].try_into().unwrap(),
    }
    .into();
    let info = call.get_dispatch_info();
    assert_eq!(info.class, DispatchClass::Operational);
    for weight in [
        <() as WeightInfo>::publish_input(64),
        <() as WeightInfo>::publish_input_resumes(64),
    ] {
        assert!(weight.all_lte(info.call_weight));
    }
}
