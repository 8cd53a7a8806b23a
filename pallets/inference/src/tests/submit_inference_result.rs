use crate::mock::*;
use crate::{Answers, Claims, Error, Event, RequestStatus, SlotState, Visibility, WorkOf};
use codec::Encode;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::commit;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Trace;
use veritrace_primitives::traits::HostSha256;

#[test]
fn claim_should_be_readable_when_the_result_is_submitted() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        events();
        assert_ok!(result(id, workers[0], 1));
        let claim = Claims::<Test>::get(id, workers[0]).unwrap();
        assert_eq!(claim.trace_root, trace_root(1));
        assert_eq!(claim.output_root, output_root(1));
        assert_eq!(Answers::<Test>::get(id, workers[0]), Some(answer(1).1));
        assert_eq!(claim.at, 2);
        assert_eq!(status(id), RequestStatus::Claimed);
        assert_eq!(
            events(),
            vec![
                Event::ResultRevealed {
                    request: id,
                    worker: workers[0],
                    trace_root: trace_root(1),
                    output_root: output_root(1),
                    visibility: Visibility::Public,
                },
                Event::WindowOpened {
                    request: id,
                    due: 14,
                    agreed: false,
                },
            ]
        );
    });
}

#[test]
fn result_should_be_accepted_when_one_block_is_left() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        advance_unswept(DEADLINE - 1);
        assert_eq!(System::block_number() + 1, record(id).due);
        assert_ok!(result(id, workers[0], 1));
    });
}

#[test]
fn result_should_be_refused_when_late_even_if_not_swept() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        advance_unswept(DEADLINE);
        assert_eq!(System::block_number(), record(id).due);
        assert_eq!(status(id), RequestStatus::Assigned);
        assert_noop!(result(id, workers[0], 1), Error::<Test>::TooLate);
    });
}

#[test]
fn result_should_be_refused_when_sent_by_anyone_but_the_operator() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let (trace, outputs) = answer(1);
        // The worker's own account, and a stranger.
        for who in [workers[0], USER] {
            assert_noop!(
                Inference::submit_inference_result(
                    RuntimeOrigin::signed(who),
                    id,
                    trace.clone(),
                    outputs.clone()
                ),
                Error::<Test>::NotAnOperator
            );
        }
        let idle = (FIRST_WORKER..)
            .find(|worker| !workers.contains(worker))
            .unwrap();
        assert_noop!(result(id, idle, 1), Error::<Test>::NotAssigned);
    });
}

#[test]
fn result_should_be_refused_when_the_request_is_unknown() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(result(9, FIRST_WORKER, 1), Error::<Test>::UnknownRequest);
    });
}

#[test]
fn second_result_should_be_an_error_when_the_first_stands() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        assert_noop!(result(id, workers[0], 2), Error::<Test>::AlreadySubmitted);
        assert_eq!(state_of(id, workers[0]), SlotState::Revealed(trace_root(1)));
    });
}

#[test]
fn result_should_be_refused_when_the_request_asks_for_commits() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        assert_noop!(result(id, workers[0], 1), Error::<Test>::WrongPhase);
    });
}

#[test]
fn result_should_be_refused_when_the_trace_has_another_length() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let (_, outputs) = answer(1);
        for length in [0, 2, 4] {
            let mut leaves = leaves(1);
            leaves.resize(length, [0; 32]);
            assert_noop!(
                Inference::submit_inference_result(
                    operator(workers[0]),
                    id,
                    Trace::Leaves(leaves.try_into().unwrap()),
                    outputs.clone()
                ),
                Error::<Test>::TraceLengthMismatch
            );
        }
    });
}

#[test]
fn result_should_be_refused_when_an_output_is_not_its_leaf() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let (trace, outputs) = answer(1);
        let honest = outputs.clone().into_inner();
        let bad: Vec<Vec<Vec<u8>>> = vec![
            vec![],
            vec![vec![1]],
            vec![vec![1, 2, 3]],
            vec![vec![1, 3]],
            vec![vec![1, 2], vec![1, 2]],
        ];
        for outputs in bad {
            let outputs: Vec<_> = outputs
                .into_iter()
                .map(|bytes| bytes.try_into().unwrap())
                .collect();
            assert_noop!(
                Inference::submit_inference_result(
                    operator(workers[0]),
                    id,
                    trace.clone(),
                    outputs.try_into().unwrap()
                ),
                Error::<Test>::OutputMismatch
            );
        }
        assert_ok!(Inference::submit_inference_result(
            operator(workers[0]),
            id,
            trace,
            honest.try_into().unwrap()
        ));
    });
}

#[test]
fn long_trace_should_be_revealed_by_its_pages() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let nodes = 2_100;
        lengthen(id, nodes);
        let (leaves, outputs) = long_answer(nodes, 1);
        let submit = |trace: Trace, outputs: &crate::OutputsOf<Test>| {
            Inference::submit_inference_result(operator(workers[0]), id, trace, outputs.clone())
        };
        let trace = Trace::of::<HostSha256>(&leaves, &[nodes - 2]).unwrap();
        let Trace::Pages {
            pages,
            outputs: paths,
        } = &trace
        else {
            panic!("it is long")
        };
        // A page less, a page more, leaves, no path, a path too many.
        let change = |change: fn(&mut Vec<Digest>)| {
            let mut pages = pages.to_vec();
            change(&mut pages);
            Trace::Pages {
                pages: pages.try_into().unwrap(),
                outputs: paths.clone(),
            }
        };
        for wrong in [
            change(|pages| pages.truncate(2)),
            change(|pages| pages.push([7; 32])),
            Trace::Leaves(leaves[..1_024].to_vec().try_into().unwrap()),
        ] {
            assert_noop!(submit(wrong, &outputs), Error::<Test>::TraceLengthMismatch);
        }
        let with_paths = |paths: Vec<_>| Trace::Pages {
            pages: pages.clone(),
            outputs: paths.try_into().unwrap(),
        };
        let mut another = paths[0].clone();
        another[0][0] ^= 1;
        for wrong in [
            with_paths(vec![]),
            with_paths(vec![paths[0].clone(), paths[0].clone()]),
            with_paths(vec![another]),
            // The hash of the page of the output is another.
            change(|pages| pages[2] = [7; 32]),
        ] {
            assert_noop!(submit(wrong, &outputs), Error::<Test>::OutputMismatch);
        }
        assert_noop!(
            submit(trace.clone(), &answer(2).1),
            Error::<Test>::OutputMismatch
        );

        let weight = submit(trace, &outputs).unwrap().actual_weight.unwrap();
        assert_eq!(weight, <() as crate::WeightInfo>::submit_paged_result(3, 2));
        let root = commit::trace_root::<HostSha256>(&leaves);
        assert_eq!(state_of(id, workers[0]), SlotState::Revealed(root));
    });
}

#[test]
fn long_claim_should_be_what_was_committed_to() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(2);
        lengthen(id, 1_025);
        let (leaves, outputs) = long_answer(1_025, 1);
        let root = commit::trace_root::<HostSha256>(&leaves);
        for worker in &workers {
            let commitment = commit::commitment::<HostSha256>(
                id,
                &worker.encode(),
                &root,
                &output_root(1),
                &salt(*worker),
            );
            assert_ok!(Inference::commit_result(operator(*worker), id, commitment));
        }
        let trace = Trace::of::<HostSha256>(&leaves, &[1_023]).unwrap();
        for worker in &workers {
            let reveal = Inference::reveal_result(
                operator(*worker),
                id,
                trace.clone(),
                outputs.clone(),
                salt(*worker),
            );
            let weight = reveal.unwrap().actual_weight.unwrap();
            assert_eq!(weight, <() as crate::WeightInfo>::reveal_paged_result(2, 2));
            assert_eq!(state_of(id, *worker), SlotState::Revealed(root));
        }
    });
}

#[test]
fn short_trace_should_not_be_revealed_by_pages() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let (_, outputs) = answer(1);
        let trace = Trace::Pages {
            pages: vec![trace_root(1)].try_into().unwrap(),
            outputs: vec![Default::default()].try_into().unwrap(),
        };
        assert_noop!(
            Inference::submit_inference_result(operator(workers[0]), id, trace, outputs),
            Error::<Test>::TraceLengthMismatch
        );
    });
}

#[test]
fn result_should_be_struck_at_once_when_its_trace_is_already_convicted() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = claimed(&[1]);
        assert_ok!(convict(id, 1));
        advance(2);
        let replacement = active(id)[0];
        assert_ne!(replacement, workers[0]);
        let before = (
            Balances::free_balance(USER),
            Balances::free_balance(CHALLENGER),
        );
        events();
        assert_ok!(result(id, replacement, 1));
        // Refunded besides, since no attempts are left. Nobody earned the bounty.
        assert_eq!(
            Balances::free_balance(USER),
            before.0 + PRICE + PRICE + DEPOSIT
        );
        assert_eq!(Balances::free_balance(CHALLENGER), before.1);
        assert!(is_closed(id));
        assert!(WorkOf::<Test>::get(replacement).is_empty());
        assert_eq!(
            events()[0],
            Event::ClaimStruck {
                request: id,
                worker: replacement,
                trace_root: trace_root(1),
                paid: PRICE,
                burned: LOCK - PRICE,
            }
        );
    });
}

#[test]
fn results_should_pass_when_blocks_are_full() {
    let (trace, outputs) = answer(1);
    let calls = [
        crate::Call::<Test>::submit_inference_result {
            request: 0,
            trace: trace.clone(),
            outputs: outputs.clone(),
        },
        crate::Call::<Test>::reveal_result {
            request: 0,
            trace,
            outputs,
            salt: [0; 32],
        },
    ];
    for call in calls {
        assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
    }
}
