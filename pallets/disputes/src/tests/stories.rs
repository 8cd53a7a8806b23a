//! The two disputes of the README, block by block.

use super::toy::*;
use super::*;
use crate::ChallengeState::{Awaiting, Opened};
use crate::Challenges;
use frame_support::assert_ok;
use veritrace_primitives::page::Subject;

#[test]
fn small_node_should_be_settled_in_one_transaction() {
    ExtBuilder::default().build_and_execute(|| {
        // Block 1: the worker reveals a claim whose product is off by one.
        let claim = Claim::honest(1).lie_at(MATMUL, 0, 1);
        claim.reveal(R, WORKER);

        // Block 2: the challenger has evaluated the model and compares the traces.
        pass(1);
        assert_eq!(claim.first_wrong(), Some(MATMUL));
        assert_convicted(WORKER, || {
            contradict_node(CHALLENGER, R, WORKER, claim.whole(MATMUL))
        });
    });
}

#[test]
fn large_node_should_be_settled_in_three_transactions() {
    ExtBuilder::default()
        .with_step_limit(0)
        .build_and_execute(|| {
            // Block 1: the worker reveals a claim with one wrong byte in the convolution.
            let claim = Claim::honest(1).lie_at(CONV, 300, 1);
            claim.reveal(R, WORKER);

            // Block 2: the node has more inputs than the step limit allows, so the challenger demands its opening.
            pass(1);
            assert_eq!(claim.first_wrong(), Some(CONV));
            assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(CONV)));
            let state = || {
                Challenges::<Test>::get((R, WORKER), Subject::Node(CONV))
                    .unwrap()
                    .state
            };
            assert_eq!(state(), Awaiting { due: 15 });

            // Block 5: the worker shows the hashes of its three tiles.
            pass(3);
            let opening = claim.opening(CONV).unwrap();
            assert_free(open(WORKER, R, CONV, &opening));
            assert_eq!(state(), Opened { due: 26 });

            // Block 6: one of them isn't the challenger's. The chain recomputes that tile.
            pass(1);
            let proof = claim.tile(CONV, &opening);
            assert_convicted(WORKER, || contradict_tile(CHALLENGER, R, WORKER, proof));

            // Block 7: the bond is free.
            pass(1);
            assert_ok!(reclaim(R, WORKER, CONV));
            assert_eq!(total(CHALLENGER), FUNDS + BOUNTY);
        });
}
