//! Outputs larger than a claim carries: their leaf in the trace stands for them.

use crate::mock::*;
use crate::{Answers, Claims, Error, InferenceRequests, OutputsOf};
use frame_support::{assert_noop, assert_ok};
use veritrace_primitives::commit;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Trace;
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{HostSha256, ModelOutput};

/// A model of three nodes, whose outputs are of these sizes.
fn model_with_outputs(sizes: [u32; 2]) {
    Terms::mutate(MODEL, |terms| {
        terms.as_mut().unwrap().outputs = vec![
            ModelOutput {
                node: 1,
                spec: u8_spec(sizes[0]),
            },
            ModelOutput {
                node: 2,
                spec: u8_spec(sizes[1]),
            },
        ]
        .try_into()
        .unwrap();
    });
}

fn leaf(bytes: &[u8]) -> Digest {
    commit::tensor_root::<HostSha256>(Layout::One, &u8_spec(bytes.len() as u32), bytes).unwrap()
}

fn all(leaves: [Digest; 2]) -> [Digest; 3] {
    [[7; 32], leaves[0], leaves[1]]
}

fn trace(leaves: [Digest; 2]) -> Trace {
    Trace::Leaves(all(leaves).to_vec().try_into().unwrap())
}

fn outputs(outputs: [&[u8]; 2]) -> OutputsOf<Test> {
    outputs
        .map(|bytes| bytes.to_vec().try_into().unwrap())
        .to_vec()
        .try_into()
        .unwrap()
}

#[test]
fn large_output_should_be_committed_to_by_its_leaf_alone() {
    ExtBuilder::default().build_and_execute(|| {
        model_with_outputs([65, 2]);
        let (id, workers) = assigned(1);
        let leaves = [leaf(&[1; 65]), leaf(&[1, 2])];
        assert_ok!(Inference::submit_inference_result(
            operator(workers[0]),
            id,
            trace(leaves),
            outputs([&[], &[1, 2]]),
        ));
        let claim = Claims::<Test>::get(id, workers[0]).unwrap();
        assert_eq!(
            claim.output_root,
            commit::output_root::<HostSha256>(&leaves),
            "the answer's root is over the large one, too"
        );
        assert_eq!(
            Answers::<Test>::get(id, workers[0]),
            Some(outputs([&[], &[1, 2]]))
        );
        advance(PARAMETERS.challenge_window + 1);
        assert!(is_closed(id));
        assert_eq!(Balances::free_balance(workers[0]), FUNDS + WAGE);
    });
}

#[test]
fn nobody_should_choose_whether_an_output_is_given_or_left_to_its_leaf() {
    ExtBuilder::default().build_and_execute(|| {
        model_with_outputs([65, 64]);
        let (id, workers) = assigned(1);
        let small = [3; 64];
        let leaves = [leaf(&[1; 65]), leaf(&small)];
        for wrong in [
            // One that fits a claim is not left out.
            outputs([&[], &[]]),
            // Nor is one given that does not, in part or as something else.
            outputs([&[1; 64], &small]),
            outputs([&[1], &small]),
        ] {
            assert_noop!(
                Inference::submit_inference_result(operator(workers[0]), id, trace(leaves), wrong),
                Error::<Test>::OutputMismatch
            );
        }
        assert_ok!(Inference::submit_inference_result(
            operator(workers[0]),
            id,
            trace(leaves),
            outputs([&[], &small]),
        ));
    });
}

#[test]
fn commitment_should_bind_a_large_output_when_it_is_revealed() {
    ExtBuilder::default().build_and_execute(|| {
        model_with_outputs([65, 66]);
        let (id, workers) = assigned(2);
        let leaves = [leaf(&[1; 65]), leaf(&[2; 66])];
        let other = [leaf(&[1; 65]), leaf(&[3; 66])];
        for worker in &workers {
            let committed = commit::commitment::<HostSha256>(
                id,
                &codec::Encode::encode(worker),
                &commit::trace_root::<HostSha256>(&all(leaves)),
                &commit::output_root::<HostSha256>(&leaves),
                &salt(*worker),
            );
            assert_ok!(Inference::commit_result(operator(*worker), id, committed));
        }
        let show = |leaves| {
            Inference::reveal_result(
                operator(workers[0]),
                id,
                trace(leaves),
                outputs([&[], &[]]),
                salt(workers[0]),
            )
        };
        assert_noop!(show(other), Error::<Test>::CommitmentMismatch);
        assert_ok!(show(leaves));
    });
}

#[test]
fn large_output_should_be_shown_by_its_leaf_when_the_trace_is_by_pages() {
    ExtBuilder::default().build_and_execute(|| {
        model_with_outputs([65, 2]);
        let (id, workers) = assigned(1);
        InferenceRequests::<Test>::mutate(id, |record| {
            record.as_mut().unwrap().terms.node_count = 1_030;
        });
        let mut leaves = vec![[7; 32]; 1_030];
        leaves[1] = leaf(&[1; 65]);
        leaves[2] = leaf(&[1, 2]);
        let trace = Trace::of::<HostSha256>(&leaves, &[1, 2]).unwrap();
        let submit = |large: &[u8]| {
            let outputs = outputs([large, &[1, 2]]);
            Inference::submit_inference_result(operator(workers[0]), id, trace.clone(), outputs)
        };
        // Nothing, a part of it, another one's leaf, more than a leaf.
        for wrong in [
            &[][..],
            &[1; 64],
            &leaf(&[2; 65]),
            &[&leaf(&[1; 65])[..], &[0]].concat(),
        ] {
            assert_noop!(submit(wrong), Error::<Test>::OutputMismatch);
        }
        assert_ok!(submit(&leaves[1]));
        let claim = Claims::<Test>::get(id, workers[0]).unwrap();
        assert_eq!(claim.trace_root, commit::trace_root::<HostSha256>(&leaves));
        assert_eq!(
            claim.output_root,
            commit::output_root::<HostSha256>(&leaves[1..3])
        );
    });
}

#[test]
fn audit_should_fall_on_an_output_that_the_answer_has_not() {
    let audited = ExtBuilder::default().with_parameters(audited_always);
    audited.build_and_execute(|| {
        let sizes = [2, 2, 65];
        Terms::mutate(MODEL, |terms| {
            terms.as_mut().unwrap().outputs = (0..3)
                .zip(sizes)
                .map(|(node, size)| ModelOutput {
                    node,
                    spec: u8_spec(size),
                })
                .collect::<Vec<_>>()
                .try_into()
                .unwrap();
        });
        let (id, workers) = assigned(1);
        let leaves = sizes.map(|size| leaf(&vec![1; size as usize]));
        let answer: Vec<_> = [vec![1; 2], vec![1; 2], vec![]]
            .map(|bytes| bytes.try_into().unwrap())
            .to_vec();
        assert_ok!(Inference::submit_inference_result(
            operator(workers[0]),
            id,
            Trace::Leaves(leaves.to_vec().try_into().unwrap()),
            answer.try_into().unwrap(),
        ));
        advance(1);
        assert_ok!(settle(id));
        assert_eq!(audit(id).node, 2);
    });
}

#[test]
fn output_should_have_the_leaf_of_the_layout_of_the_model() {
    for (layout, other) in [(Layout::One, Layout::Two), (Layout::Two, Layout::One)] {
        ExtBuilder::default().build_and_execute(|| {
            if layout == Layout::Two {
                Chunked::insert(MODEL, ());
            }
            model_with_outputs([3, 2]);
            let (id, workers) = assigned(1);
            let leaves = |layout| {
                [&[1u8, 2, 3][..], &[1, 2]].map(|bytes| {
                    let spec = u8_spec(bytes.len() as u32);
                    commit::tensor_root::<HostSha256>(layout, &spec, bytes).unwrap()
                })
            };
            let submit = |layout| {
                let shown = outputs([&[1, 2, 3], &[1, 2]]);
                let trace = trace(leaves(layout));
                Inference::submit_inference_result(operator(workers[0]), id, trace, shown)
            };
            assert_noop!(submit(other), Error::<Test>::OutputMismatch);
            assert_ok!(submit(layout));
        });
    }
}
