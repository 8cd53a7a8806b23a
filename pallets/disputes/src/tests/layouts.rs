//! Claims about a model of layout version 2: the same life, with the longer tiles.

use super::toy::*;
use super::*;
use crate::{Challenges, Content};
use frame_support::assert_ok;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::Opening;
use veritrace_primitives::tensor::Layout;

fn lying(node: u16, byte: usize) -> Claim {
    Claim::honest(1)
        .in_layout(Layout::Two)
        .lie_at(node, byte, 16)
}

#[test]
fn challenge_should_be_for_the_tiles_of_the_layout() {
    for (layout, hashes) in [(Layout::One, 96), (Layout::Two, 32)] {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).in_layout(layout);
            claim.reveal(R, WORKER);
            assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
            let record = Challenges::<Test>::get((R, WORKER), Subject::Node(ADD)).unwrap();
            let spec = claim.output_spec(ADD).clone();
            assert_eq!(record.content, Content::tensor(layout, spec));
            assert_eq!(record.opening_bytes, hashes);
            assert_free(open(WORKER, R, ADD, &claim.opening(ADD).unwrap()));
        });
    }
}

#[test]
fn opening_of_the_other_layout_should_be_refused() {
    for layout in Layout::ALL {
        let other = match layout {
            Layout::One => Layout::Two,
            Layout::Two => Layout::One,
        };
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).in_layout(layout);
            claim.reveal(R, WORKER);
            assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(ADD)));
            let foreign = Claim::honest(1).in_layout(other).opening(ADD).unwrap();
            assert!(matches!(foreign, Opening::Tiles(_)));
            assert_rejected(Rejection::WrongOpening, operator(WORKER), || {
                open(WORKER, R, ADD, &foreign)
            });
        });
    }
}

#[test]
fn claim_should_fall_to_node_tile_and_element() {
    for (node, byte) in [(CONV, 0), (TABLE, 575), (ADD, 256), (MATMUL, 2)] {
        ExtBuilder::default().build_and_execute(|| {
            let claim = lying(node, byte);
            claim.reveal(R, WORKER);
            let proof = claim.whole(node);
            assert_convicted(WORKER, || contradict_node(CHALLENGER, R, WORKER, proof));
        });
        ExtBuilder::default().build_and_execute(|| {
            let claim = lying(node, byte);
            claim.reveal(R, WORKER);
            let proof = claim.tile(node, &claim.opening(node).unwrap());
            assert_convicted(WORKER, || contradict_tile(CHALLENGER, R, WORKER, proof));
        });
        ExtBuilder::default().build_and_execute(|| {
            let claim = lying(node, byte);
            claim.reveal(R, WORKER);
            let shown = claim.said.opening(node, u32::MAX).unwrap();
            let proof = claim.element(node, &shown);
            assert_convicted(WORKER, || contradict_element(CHALLENGER, R, WORKER, proof));
        });
    }
}

#[test]
fn proof_of_one_layout_should_convict_no_claim_about_a_model_of_the_other() {
    for layout in Layout::ALL {
        let other = match layout {
            Layout::One => Layout::Two,
            Layout::Two => Layout::One,
        };
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).in_layout(layout).lie_at(TABLE, 7, 1);
            claim.reveal(R, WORKER);
            let foreign = Claim::honest(1).in_layout(other).lie_at(TABLE, 7, 1);
            let refused = contradict_node(CHALLENGER, R, WORKER, foreign.whole(TABLE));
            assert_ok!(refused.map(|_| ()));
            assert!(crate::Verdicts::<Test>::iter().next().is_none());
            let proof = claim.whole(TABLE);
            assert_convicted(WORKER, || contradict_node(CHALLENGER, R, WORKER, proof));
        });
    }
}
