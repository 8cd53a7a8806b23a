use super::toy::*;
use super::*;
use crate::fixture::{product, Run};
use crate::{Call, Error, Evidence, Verdicts};
use codec::Encode;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;
use sp_runtime::BoundedVec;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::{Target, TargetKind};
use veritrace_primitives::tensor::Layout;

mod contradict_node {
    use super::*;

    #[test]
    fn claim_should_fall_when_a_node_is_wrong() {
        for node in 0..NODES {
            ExtBuilder::default().build_and_execute(|| {
                let claim = Claim::honest(1).lie_at(node, 3, 1);
                claim.reveal(R, WORKER);
                let proof = claim.whole(node);
                assert_convicted(WORKER, || contradict_node(CHALLENGER, R, WORKER, proof));
                System::assert_last_event(
                    Event::ClaimConvicted {
                        request: R,
                        worker: WORKER,
                        trace_root: claim.trace_root(),
                        subject: Subject::Node(node),
                        challenger: CHALLENGER,
                        evidence: Evidence::Contradiction(TargetKind::Node),
                        struck: 1,
                    }
                    .into(),
                );
            });
        }
    }

    #[test]
    fn proof_should_be_free_with_the_weight_of_its_work() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            claim.reveal(R, WORKER);
            let proof: BoundedVec<_, _> = claim.whole(CONV).try_into().unwrap();
            let declared = Call::<Test>::contradict_node {
                request: R,
                worker: WORKER,
                proof: proof.clone(),
                salt: None,
            }
            .get_dispatch_info();
            assert_eq!(declared.class, DispatchClass::Operational);
            let info = contradict_node(CHALLENGER, R, WORKER, proof.into_inner()).unwrap();
            assert_eq!(info.pays_fee, Pays::No);
            let actual = info.actual_weight.unwrap();
            assert!(actual.all_lte(declared.call_weight));
            assert!(actual.ref_time() < declared.call_weight.ref_time() / 2);
            // Whatever it took to strike every equal claim is in it.
            assert!(ConvictWeight::get().all_lte(actual));
        });
    }

    #[test]
    fn equal_claims_should_fall_together() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(TABLE, 9, 4);
            claim.reveal(R, WORKER);
            claim.reveal(R, COPYCAT);
            assert_ok!(contradict_node(CHALLENGER, R, WORKER, claim.whole(TABLE)));
            assert!(!is_open(R, WORKER) && !is_open(R, COPYCAT));
            assert_eq!(total(CHALLENGER), FUNDS + 2 * BOUNTY);
        });
    }

    #[test]
    fn unequal_claims_should_fall_one_by_one() {
        ExtBuilder::default().build_and_execute(|| {
            let (claim, other) = (
                Claim::honest(1).lie_at(TABLE, 9, 4),
                Claim::honest(1).lie_at(TABLE, 9, 8),
            );
            claim.reveal(R, WORKER);
            other.reveal(R, COPYCAT);
            assert_ok!(contradict_node(CHALLENGER, R, WORKER, claim.whole(TABLE)));
            assert!(Verdicts::<Test>::contains_key(R, claim.trace_root()));
            assert!(is_open(R, COPYCAT));
            assert_ok!(contradict_node(CHALLENGER, R, COPYCAT, other.whole(TABLE)));
            assert!(!is_open(R, COPYCAT));
        });
    }

    #[test]
    fn proof_should_be_rejected_when_the_claim_holds() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1);
            claim.reveal(R, WORKER);
            for node in 0..NODES {
                assert_rejected(Rejection::ClaimHolds, CHALLENGER, || {
                    contradict_node(CHALLENGER, R, WORKER, claim.whole(node))
                });
            }
            assert!(is_open(R, WORKER));
        });
    }

    #[test]
    fn proof_should_be_rejected_when_the_node_follows_from_its_own_wrong_inputs() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            claim.reveal(R, WORKER);
            let proof = claim
                .said
                .contradiction(&claim.leaves, TABLE, Target::Whole);
            assert_rejected(Rejection::ClaimHolds, CHALLENGER, || {
                contradict_node(CHALLENGER, R, WORKER, proof)
            });
        });
    }

    #[test]
    fn proof_should_be_rejected_when_it_is_about_another_claim() {
        ExtBuilder::default().build_and_execute(|| {
            let (honest, liar) = (Claim::honest(1), Claim::honest(1).lie_at(ADD, 0, 1));
            honest.reveal(R, WORKER);
            liar.reveal(R, COPYCAT);
            assert_rejected(Rejection::NotTheClaim, CHALLENGER, || {
                contradict_node(CHALLENGER, R, WORKER, liar.whole(ADD))
            });
            // The same node of a request that asked something else.
            Claim::honest(2).lie_at(CONV, 0, 1).reveal(R + 1, WORKER);
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            assert_rejected(Rejection::NotTheRequest, CHALLENGER, || {
                contradict_node(CHALLENGER, R + 1, WORKER, claim.whole(CONV))
            });
        });
    }

    #[test]
    fn proof_should_be_rejected_when_it_does_not_decode() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            claim.reveal(R, WORKER);
            let mut longer = claim.whole(CONV);
            longer.push(0);
            for bytes in [vec![], vec![255; 40], longer] {
                assert_rejected(Rejection::Undecodable, CHALLENGER, || {
                    contradict_node(CHALLENGER, R, WORKER, bytes)
                });
            }
        });
    }

    #[test]
    fn proof_should_be_rejected_when_the_node_is_above_the_step_limit() {
        ExtBuilder::default()
            .with_step_limit(LARGE - 1)
            .build_and_execute(|| {
                let claim = Claim::honest(1).lie_at(TABLE, 0, 1);
                claim.reveal(R, WORKER);
                assert_rejected(Rejection::NodeTooLarge, CHALLENGER, || {
                    contradict_node(CHALLENGER, R, WORKER, claim.whole(TABLE))
                });
            });
    }

    #[test]
    fn proof_should_be_rejected_when_it_takes_too_much_work() {
        ExtBuilder::default().build_and_execute(|| {
            let truth = Run::new(product(256, 256, 200), vec![vec![1; 256 * 256]]);
            let leaves = vec![[7; 32]];
            reveal(R, WORKER, &truth, &leaves);
            set(|parameters| {
                parameters.max_macs = 256 * 256 * 200 - 1;
                parameters.max_whole_bytes = 1 << 20;
            });
            let proof = truth.contradiction(&leaves, 0, Target::Whole);
            assert_rejected(Rejection::TooMuchWork, CHALLENGER, || {
                contradict_node(CHALLENGER, R, WORKER, proof)
            });
        });
    }

    #[test]
    fn proof_should_be_refused_when_no_claim_is_open() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            let prove = || contradict_node(CHALLENGER, R, WORKER, claim.whole(CONV));
            assert_noop!(prove(), Error::<Test>::ClaimNotOpen);
            claim.reveal(R, WORKER);
            assert_ok!(prove());
            assert_noop!(prove(), Error::<Test>::ClaimNotOpen);
            assert_noop!(
                contradict_node(CHALLENGER, R, STRANGER, claim.whole(CONV)),
                Error::<Test>::ClaimNotOpen
            );
        });
    }

    #[test]
    fn proof_should_be_refused_when_the_penalty_is_not_there() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            claim.reveal(R, WORKER);
            assert_noop!(
                contradict_node(POOR, R, WORKER, claim.whole(CONV)),
                Error::<Test>::PenaltyNotCovered
            );
        });
    }

    #[test]
    fn proof_should_be_refused_when_its_target_belongs_to_another_call() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(MATMUL, 0, 1);
            claim.reveal(R, WORKER);
            let opening = claim.opening(MATMUL).unwrap();
            let (whole, tile, element) = (
                claim.whole(MATMUL),
                claim.tile(MATMUL, &opening),
                claim.element(MATMUL, &opening),
            );
            for wrong in [&tile, &element] {
                assert_noop!(
                    contradict_node(CHALLENGER, R, WORKER, wrong.clone()),
                    Error::<Test>::WrongTarget
                );
            }
            for wrong in [&whole, &element] {
                assert_noop!(
                    contradict_tile(CHALLENGER, R, WORKER, wrong.clone()),
                    Error::<Test>::WrongTarget
                );
            }
            for wrong in [&whole, &tile] {
                assert_noop!(
                    contradict_element(CHALLENGER, R, WORKER, wrong.clone()),
                    Error::<Test>::WrongTarget
                );
            }
        });
    }

    #[test]
    fn worker_should_lose_when_it_contradicts_itself() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            claim.reveal(R, WORKER);
            let before = total(WORKER);
            assert_ok!(contradict_node(WORKER, R, WORKER, claim.whole(CONV)));
            assert_eq!(total(WORKER), before - LOCK + BOUNTY);
        });
    }

    #[test]
    fn origin_should_be_signed() {
        ExtBuilder::default().build_and_execute(|| {
            assert_noop!(
                Disputes::contradict_node(
                    RuntimeOrigin::root(),
                    R,
                    WORKER,
                    BoundedVec::new(),
                    None
                ),
                BadOrigin
            );
        });
    }
}

mod contradict_tile {
    use super::*;

    #[test]
    fn claim_should_fall_when_a_tile_is_wrong() {
        for (node, byte) in [
            (CONV, 0),
            (CONV, 300),
            (TABLE, 575),
            (ADD, 256),
            (MATMUL, 2),
        ] {
            ExtBuilder::default().build_and_execute(|| {
                let claim = Claim::honest(1).lie_at(node, byte, 16);
                claim.reveal(R, WORKER);
                // Nobody needs to have challenged the node: whoever knows the tiles can use them.
                let proof = claim.tile(node, &claim.opening(node).unwrap());
                assert_convicted(WORKER, || contradict_tile(CHALLENGER, R, WORKER, proof));
                System::assert_last_event(
                    Event::ClaimConvicted {
                        request: R,
                        worker: WORKER,
                        trace_root: claim.trace_root(),
                        subject: Subject::Node(node),
                        challenger: CHALLENGER,
                        evidence: Evidence::Contradiction(TargetKind::Tile),
                        struck: 1,
                    }
                    .into(),
                );
            });
        }
    }

    #[test]
    fn proof_should_be_free_with_the_weight_of_its_work() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(CONV, 0, 1);
            claim.reveal(R, WORKER);
            let proof = claim.tile(CONV, &claim.opening(CONV).unwrap());
            let declared = Call::<Test>::contradict_tile {
                request: R,
                worker: WORKER,
                proof: proof.clone().try_into().unwrap(),
                salt: None,
            }
            .get_dispatch_info();
            assert_eq!(declared.class, DispatchClass::Operational);
            let info = contradict_tile(CHALLENGER, R, WORKER, proof).unwrap();
            assert_eq!(info.pays_fee, Pays::No);
            assert!(info.actual_weight.unwrap().ref_time() < declared.call_weight.ref_time());
        });
    }

    #[test]
    fn proof_should_be_rejected_when_the_claim_holds() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1);
            claim.reveal(R, WORKER);
            for node in 0..NODES {
                let proof = claim.tile(node, &claim.opening(node).unwrap());
                assert_rejected(Rejection::ClaimHolds, CHALLENGER, || {
                    contradict_tile(CHALLENGER, R, WORKER, proof)
                });
            }
        });
    }

    #[test]
    fn proof_should_be_rejected_when_the_tile_is_not_under_the_leaf() {
        ExtBuilder::default().build_and_execute(|| {
            let (claim, other) = (Claim::honest(1), Claim::honest(1).lie_at(CONV, 0, 1));
            claim.reveal(R, WORKER);
            let foreign = Run::tile(Layout::One, &other.opening(CONV).unwrap(), 0).unwrap();
            let proof = claim.truth.contradiction(&claim.leaves, CONV, foreign);
            assert_rejected(Rejection::NotUnderLeaf, CHALLENGER, || {
                contradict_tile(CHALLENGER, R, WORKER, proof)
            });
        });
    }

    #[test]
    fn proof_should_be_rejected_when_it_takes_too_much_work() {
        ExtBuilder::default().build_and_execute(|| {
            let truth = Run::new(product(16, 4_000, 16), vec![vec![1; 64_000]]);
            let mut said = truth.clone();
            said.outputs[0][0] ^= 1;
            let leaves = said.leaves();
            reveal(R, WORKER, &truth, &leaves);
            let target = Run::tile(Layout::One, &said.opening(0, MAX_OPENING).unwrap(), 0).unwrap();
            let proof = truth.contradiction(&leaves, 0, target);
            assert_rejected(Rejection::TooMuchWork, CHALLENGER, || {
                contradict_tile(CHALLENGER, R, WORKER, proof.clone())
            });
            set(|parameters| parameters.max_tile_macs = 256 * 4_200);
            assert_free(contradict_tile(CHALLENGER, R, WORKER, proof));
        });
    }
}

mod contradict_element {
    use super::*;

    #[test]
    fn claim_should_fall_when_an_element_is_wrong() {
        for (node, byte) in [(3, 100), (4, 0), (MATMUL, 7), (6, 0)] {
            ExtBuilder::default().build_and_execute(|| {
                let claim = Claim::honest(1).lie_at(node, byte, 16);
                claim.reveal(R, WORKER);
                let proof = claim.element(node, &claim.opening(node).unwrap());
                assert_convicted(WORKER, || contradict_element(CHALLENGER, R, WORKER, proof));
                System::assert_last_event(
                    Event::ClaimConvicted {
                        request: R,
                        worker: WORKER,
                        trace_root: claim.trace_root(),
                        subject: Subject::Node(node),
                        challenger: CHALLENGER,
                        evidence: Evidence::Contradiction(TargetKind::Element),
                        struck: 1,
                    }
                    .into(),
                );
            });
        }
    }

    #[test]
    fn proof_should_be_small_when_the_tile_is_not() {
        ExtBuilder::default().build_and_execute(|| {
            // One element of a product of 16 by 16 needs one row of each.
            let truth = Run::new(product(16, 1_024, 16), vec![vec![1; 16_384]]);
            let mut said = truth.clone();
            said.outputs[0][77] ^= 1;
            let leaves = said.leaves();
            reveal(R, WORKER, &truth, &leaves);
            let opening = said.opening(0, MAX_OPENING).unwrap();
            let element = truth.element(0, &opening, 0).unwrap();
            let proof = truth.contradiction(&leaves, 0, element);
            let tile =
                truth.contradiction(&leaves, 0, Run::tile(Layout::One, &opening, 0).unwrap());
            assert!(proof.len() * 8 < tile.len());
            assert_free(contradict_element(CHALLENGER, R, WORKER, proof));
        });
    }

    #[test]
    fn proof_should_be_rejected_when_the_claim_holds() {
        ExtBuilder::default().build_and_execute(|| {
            let (claim, liar) = (Claim::honest(1), Claim::honest(1).lie_only_at(MATMUL, 0, 1));
            claim.reveal(R, WORKER);
            // Targets the element as the claim has it, not as the liar has it.
            let opening = claim.opening(MATMUL).unwrap();
            let target = liar.said.element(MATMUL, &opening, 0).unwrap();
            let proof = claim.truth.contradiction(&claim.leaves, MATMUL, target);
            assert_rejected(Rejection::ClaimHolds, CHALLENGER, || {
                contradict_element(CHALLENGER, R, WORKER, proof)
            });
        });
    }

    #[test]
    fn proof_should_be_rejected_when_the_element_is_out_of_bounds() {
        ExtBuilder::default().build_and_execute(|| {
            let claim = Claim::honest(1).lie_at(MATMUL, 0, 1);
            claim.reveal(R, WORKER);
            let opening = claim.opening(MATMUL).unwrap();
            let Some(Target::Element {
                tile, bytes, path, ..
            }) = claim.truth.element(MATMUL, &opening, 0)
            else {
                panic!("an element");
            };
            let beyond = |place| {
                let mut proof = veritrace_primitives::proof::decode::<
                    veritrace_primitives::proof::Contradiction,
                >(&claim.element(MATMUL, &opening))
                .unwrap();
                proof.target = Target::Element {
                    tile,
                    bytes: bytes.clone(),
                    path: path.clone(),
                    place,
                };
                proof.encode()
            };
            for place in [10, u32::MAX] {
                assert_rejected(Rejection::OutOfBounds, CHALLENGER, || {
                    contradict_element(CHALLENGER, R, WORKER, beyond(place))
                });
            }
        });
    }

    #[test]
    fn call_should_be_operational() {
        let call = Call::<Test>::contradict_element {
            request: R,
            worker: WORKER,
            proof: BoundedVec::new(),
            salt: None,
        };
        assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
    }
}
