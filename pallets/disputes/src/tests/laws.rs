//! For every corruption of a claim there is an accepted proof; for an honest claim there is none.

use super::toy::*;
use super::*;
use crate::Challenges;
use frame_support::assert_ok;
use proptest::prelude::*;
use veritrace_primitives::proof::{Opening, Target};

#[derive(Clone, Debug)]
enum Corruption {
    Consistent { node: u16, byte: usize, flip: u8 },
    Isolated { node: u16, byte: usize, flip: u8 },
    Garbage { node: u16, leaf: [u8; 32] },
    Misshapen { node: u16 },
    Stale { seed: u64 },
    Twice { first: u16, second: u16, flip: u8 },
}

fn corruption() -> impl Strategy<Value = Corruption> {
    let node = || 0..NODES;
    prop_oneof![
        (node(), any::<usize>(), 1u8..).prop_map(|(node, byte, flip)| Corruption::Consistent {
            node,
            byte,
            flip
        }),
        (node(), any::<usize>(), 1u8..).prop_map(|(node, byte, flip)| Corruption::Isolated {
            node,
            byte,
            flip
        }),
        (node(), any::<[u8; 32]>()).prop_map(|(node, leaf)| Corruption::Garbage { node, leaf }),
        node().prop_map(|node| Corruption::Misshapen { node }),
        (100u64..).prop_map(|seed| Corruption::Stale { seed }),
        (node(), node(), 1u8..).prop_map(|(first, second, flip)| Corruption::Twice {
            first,
            second,
            flip
        }),
    ]
}

fn corrupted(seed: u64, corruption: &Corruption) -> Claim {
    let honest = Claim::honest(seed);
    match *corruption {
        Corruption::Consistent { node, byte, flip } => honest.lie_at(node, byte, flip),
        Corruption::Isolated { node, byte, flip } => honest.lie_only_at(node, byte, flip),
        Corruption::Garbage { node, leaf } => honest.garbage_at(node, leaf),
        Corruption::Misshapen { node } => honest.misshapen_at(node),
        Corruption::Stale { seed } => honest.stale(seed),
        Corruption::Twice {
            first,
            second,
            flip,
        } => honest.lie_at(first, 0, flip).lie_only_at(second, 1, flip),
    }
}

/// The one honest challenger: holds the model and the request's input, and nothing of the worker's but what it
/// publishes.
fn convict(claim: &Claim, by_tile: bool) {
    let node = claim.first_wrong().expect("a corrupted claim");
    let small = crate::Parameters::<Test>::get().max_whole_bytes > 0;
    if small {
        assert_free(contradict_node(CHALLENGER, R, WORKER, claim.whole(node)));
        return;
    }
    assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(node)));
    match claim.opening(node) {
        None => {
            pass(13);
            assert_ok!(expire(R, WORKER, node));
        }
        Some(opening) => {
            assert_free(open(WORKER, R, node, &opening));
            let by_element = matches!(opening, Opening::Tensor(_)) && !by_tile;
            assert_free(if by_element {
                contradict_element(CHALLENGER, R, WORKER, claim.element(node, &opening))
            } else {
                contradict_tile(CHALLENGER, R, WORKER, claim.tile(node, &opening))
            });
            assert_ok!(reclaim(R, WORKER, node));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn corrupted_claim_should_fall_to_one_honest_challenger(
        seed in 0u64..64,
        corruption in corruption(),
        step_limit in prop_oneof![Just(0u32), Just(64 * 1024)],
        by_tile in any::<bool>(),
    ) {
        let claim = corrupted(seed, &corruption);
        prop_assume!(claim.first_wrong().is_some());
        ExtBuilder::default().with_step_limit(step_limit).build_and_execute(|| {
            claim.reveal(R, WORKER);
            convict(&claim, by_tile);
            assert!(!is_open(R, WORKER));
            assert_eq!(total(CHALLENGER), FUNDS + BOUNTY);
            assert_eq!(bonds(CHALLENGER), 0);
            assert_eq!(Challenges::<Test>::iter().count(), 0);
        });
    }

    #[test]
    fn honest_claim_should_survive_every_proof(
        seed in 0u64..64,
        corruption in corruption(),
        node in 0..NODES,
        tile in 0u32..4,
        damage in prop::option::of((any::<prop::sample::Index>(), 1u8..)),
    ) {
        ExtBuilder::default().build_and_execute(|| {
            let (honest, liar) = (Claim::honest(seed), corrupted(seed, &corruption));
            honest.reveal(R, WORKER);
            let opening = honest.opening(node).expect("an honest worker holds everything");
            let hurt = |mut proof: Vec<u8>| {
                if let (Some((at, flip)), false) = (&damage, proof.is_empty()) {
                    let at = at.index(proof.len());
                    proof[at] ^= flip;
                }
                proof
            };
            // True tensors against the claim, a liar's tensors against the claim, true tensors against the liar.
            let runs = [(&honest.truth, &honest.leaves), (&liar.said, &honest.leaves), (&honest.truth, &liar.leaves)];
            for (run, leaves) in runs {
                let _ = contradict_node(
                    CHALLENGER, R, WORKER, hurt(run.contradiction(leaves, node, Target::Whole)),
                );
                if let Some(target) = crate::fixture::Run::tile(veritrace_primitives::tensor::Layout::One, &opening, tile) {
                    let _ = contradict_tile(CHALLENGER, R, WORKER, hurt(run.contradiction(leaves, node, target)));
                }
                if let Some(target) = liar.said.element(node, &opening, tile) {
                    let _ = contradict_element(CHALLENGER, R, WORKER, hurt(run.contradiction(leaves, node, target)));
                }
                assert!(is_open(R, WORKER));
                assert_eq!(book::Locks::<Test>::get(WORKER, R), Some(LOCK));
            }
            assert_eq!(verdicts(), 0);
        });
    }

    #[test]
    fn honest_worker_should_gain_by_every_challenge(seed in 0u64..64, nodes in prop::collection::btree_set(0..NODES, 1..7)) {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(seed);
            claim.reveal(R, WORKER);
            let before = total(WORKER) + total(operator(WORKER));
            for node in &nodes {
                assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(*node)));
            }
            pass(5);
            for node in &nodes {
                assert_free(open(WORKER, R, *node, &claim.opening(*node).expect("all of it")));
            }
            pass(21);
            for node in &nodes {
                assert_ok!(expire(R, WORKER, *node));
            }
            let after = total(WORKER) + total(operator(WORKER));
            assert!(after > before);
            assert!(is_open(R, WORKER));
        });
    }
}
