//! Who finds a lie first has the bounty, whoever brings the proof. The claims here are wrong at the product.

use super::toy::*;
use super::*;
use crate::seals::Accusation;
use crate::{Bounties, Call, Error, Evidence, Salt, SealCount, SealRecord, Seals, WeightInfo};
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchResult, TokenError};
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Subject;

mod attacks;
mod interleavings;

const SALT: Salt = [5; 32];
const OTHER_SALT: Salt = [6; 32];

fn lie() -> Claim {
    Claim::honest(1).lie_at(MATMUL, 0, 1)
}

fn seal_at(who: AccountId, claim: &Claim, node: u16, salt: Salt) -> Digest {
    let accusation = Accusation {
        request: R,
        trace_root: claim.trace_root(),
        subject: Subject::Node(node),
    };
    accusation.sealed_by(&who, &salt)
}

/// Of the node at which the claims here are wrong.
fn seal_of(who: AccountId, claim: &Claim) -> Digest {
    seal_at(who, claim, MATMUL, SALT)
}

fn place(who: AccountId, seal: Digest) -> DispatchResult {
    Disputes::seal(RuntimeOrigin::signed(who), seal)
}

fn seal(who: AccountId, claim: &Claim) {
    assert_ok!(place(who, seal_of(who, claim)));
}

fn prove(who: AccountId, claim: &Claim, salt: Option<Salt>) -> DispatchResultWithPostInfo {
    contradict_node_sealed(who, R, WORKER, claim.whole(MATMUL), salt)
}

fn show(who: AccountId, claim: &Claim, salt: Salt) -> DispatchResultWithPostInfo {
    Disputes::reveal_seal(RuntimeOrigin::signed(who), R, claim.trace_root(), salt)
}

fn release(claim: &Claim) -> DispatchResult {
    Disputes::release_bounty(RuntimeOrigin::signed(WORKER), R, claim.trace_root())
}

fn forfeit(who: AccountId, seal: Digest) -> DispatchResult {
    Disputes::expire_seal(RuntimeOrigin::signed(WORKER), who, seal)
}

/// The bounty is released to one of them, and nothing of anyone's stays on hold.
#[track_caller]
fn assert_paid(claim: &Claim, winner: AccountId) {
    pass(WINDOW + 1);
    assert_ok!(release(claim));
    for who in [CHALLENGER, STRANGER] {
        let won = if who == winner { BOUNTY } else { 0 };
        assert_eq!(Balances::free_balance(who), FUNDS + won - sealed(who));
        assert_eq!(bounties(who), 0);
    }
    assert_eq!(Bounties::<Test>::iter().count(), 0);
}

#[test]
fn seal_should_hold_a_bond() {
    ExtBuilder::default().build_and_execute(|| {
        let seal = [7; 32];
        pass(1);
        assert_ok!(place(STRANGER, [8; 32]));
        assert_ok!(place(CHALLENGER, seal));
        System::assert_last_event(
            Event::Sealed {
                who: CHALLENGER,
                seal,
                bond: SEAL,
                until: 2 + LIFETIME + 1,
            }
            .into(),
        );
        assert_eq!(
            Seals::<Test>::get(CHALLENGER, seal),
            Some(SealRecord {
                bond: SEAL,
                order: 1,
                at: 2,
                until: 2 + LIFETIME + 1,
                forfeit: 2 + LIFETIME + 1 + WINDOW,
            })
        );
        assert_eq!((sealed(CHALLENGER), total(CHALLENGER)), (SEAL, FUNDS));
        assert_noop!(place(CHALLENGER, seal), Error::<Test>::AlreadySealed);
        // Another's is another, whatever its digest.
        assert_ok!(place(STRANGER, seal));
    });
}

#[test]
fn seal_should_be_refused_when_the_account_has_too_many_or_too_little() {
    ExtBuilder::default().build_and_execute(|| {
        for seal in 0..MAX_SEALS {
            assert_ok!(place(CHALLENGER, [seal as u8; 32]));
        }
        assert_noop!(place(CHALLENGER, [9; 32]), Error::<Test>::TooManySeals);
        assert_noop!(place(POOR, [9; 32]), TokenError::FundsUnavailable);
        assert_eq!(SealCount::<Test>::get(CHALLENGER), MAX_SEALS);
        pass(LIFETIME + 1 + WINDOW);
        assert_ok!(forfeit(CHALLENGER, [0; 32]));
        assert_ok!(place(CHALLENGER, [9; 32]));
    });
}

#[test]
fn bounty_should_be_released_when_no_seal_can_turn_up_any_more() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        assert_free(prove(CHALLENGER, &claim, None));
        System::assert_has_event(
            Event::BountyHeld {
                request: R,
                trace_root: claim.trace_root(),
                subject: Subject::Node(MATMUL),
                who: CHALLENGER,
                amount: BOUNTY,
                due: 1 + WINDOW + 1,
            }
            .into(),
        );
        assert_eq!(bounties(CHALLENGER), BOUNTY);
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS);
        pass(WINDOW);
        assert_noop!(release(&claim), Error::<Test>::TooEarly);
        pass(1);
        assert_ok!(release(&claim));
        System::assert_last_event(
            Event::BountyReleased {
                request: R,
                trace_root: claim.trace_root(),
                who: CHALLENGER,
                amount: BOUNTY,
            }
            .into(),
        );
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS + BOUNTY);
        assert_noop!(release(&claim), Error::<Test>::NoBounty);
    });
}

#[test]
fn bond_should_come_back_when_the_proof_brings_the_salt() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(1);
        assert_free(prove(CHALLENGER, &claim, Some(SALT)));
        System::assert_has_event(
            Event::SealOpened {
                who: CHALLENGER,
                seal: seal_of(CHALLENGER, &claim),
                request: R,
                trace_root: claim.trace_root(),
                subject: Subject::Node(MATMUL),
                bond: SEAL,
            }
            .into(),
        );
        assert_eq!(sealed(CHALLENGER), 0);
        assert_eq!(SealCount::<Test>::iter().count(), 0);
        let bounty = Bounties::<Test>::get(R, claim.trace_root()).unwrap();
        assert_eq!(
            (bounty.order, bounty.before, bounty.convicted),
            (Some(0), 2, 2)
        );
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn tile_and_element_should_bring_a_salt_too() {
    for by_element in [false, true] {
        ExtBuilder::default()
            .with_step_limit(0)
            .build_and_execute(|| {
                let claim = lie();
                claim.reveal(R, WORKER);
                seal(CHALLENGER, &claim);
                pass(1);
                assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(MATMUL)));
                // As long as a dispute lasts without it being late for anyone.
                pass(11);
                let opening = claim.opening(MATMUL).unwrap();
                assert_free(open(WORKER, R, MATMUL, &opening));
                pass(18);
                assert_free(if by_element {
                    let proof = claim.element(MATMUL, &opening);
                    contradict_element_sealed(CHALLENGER, R, WORKER, proof, Some(SALT))
                } else {
                    let proof = claim.tile(MATMUL, &opening);
                    contradict_tile_sealed(CHALLENGER, R, WORKER, proof, Some(SALT))
                });
                assert_eq!(sealed(CHALLENGER), 0);
                assert_ok!(reclaim(R, WORKER, MATMUL));
                assert_paid(&claim, CHALLENGER);
            });
    }
}

#[test]
fn claim_should_fall_whatever_the_salt() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(1);
        assert_convicted(WORKER, || prove(CHALLENGER, &claim, Some(OTHER_SALT)));
        // The seal that was meant is still there to be shown.
        assert_eq!(sealed(CHALLENGER), SEAL);
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_eq!(sealed(CHALLENGER), 0);
        let bounty = Bounties::<Test>::get(R, claim.trace_root()).unwrap();
        assert_eq!((bounty.holder, bounty.order), (CHALLENGER, Some(0)));
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn earliest_seal_should_have_the_bounty_in_whatever_order_they_are_shown() {
    for (first, second) in [(CHALLENGER, STRANGER), (STRANGER, CHALLENGER)] {
        for apart in [0, 1] {
            for prover in [CHALLENGER, STRANGER, COPYCAT] {
                ExtBuilder::default().build_and_execute(|| {
                    let claim = lie();
                    claim.reveal(R, WORKER);
                    seal(first, &claim);
                    pass(apart);
                    seal(second, &claim);
                    pass(1);
                    assert_free(prove(prover, &claim, Some(SALT)));
                    for who in [second, first] {
                        if who != prover {
                            assert_free(show(who, &claim, SALT));
                        }
                    }
                    // Both have found the lie, so both have their bond.
                    assert_eq!(Seals::<Test>::iter().count(), 0);
                    assert_paid(&claim, first);
                });
            }
        }
    }
}

#[test]
fn seal_should_not_count_when_it_expired_before_the_claim_fell() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(LIFETIME + 1);
        assert_free(prove(STRANGER, &claim, None));
        assert_noop!(show(CHALLENGER, &claim, SALT), Error::<Test>::SealExpired);
        pass(WINDOW);
        let (seal, issuance) = (seal_of(CHALLENGER, &claim), Balances::total_issuance());
        assert_ok!(forfeit(CHALLENGER, seal));
        System::assert_last_event(
            Event::SealForfeited {
                who: CHALLENGER,
                seal,
                burned: SEAL,
            }
            .into(),
        );
        assert_eq!(Balances::total_issuance(), issuance - SEAL);
        assert_eq!(total(CHALLENGER), FUNDS - SEAL);
        assert_noop!(forfeit(CHALLENGER, seal), Error::<Test>::NotSealed);
        pass(1);
        assert_ok!(release(&claim));
        assert_eq!(Balances::free_balance(STRANGER), FUNDS + BOUNTY);
    });
}

#[test]
fn proof_should_convict_without_priority_when_its_seal_expired() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(LIFETIME);
        seal(STRANGER, &claim);
        pass(1);
        assert_convicted(WORKER, || prove(CHALLENGER, &claim, Some(SALT)));
        assert_eq!(sealed(CHALLENGER), SEAL);
        assert_free(show(STRANGER, &claim, SALT));
        assert_paid(&claim, STRANGER);
    });
}

#[test]
fn seal_should_be_shown_in_time_and_once() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        assert_noop!(show(CHALLENGER, &claim, SALT), Error::<Test>::NoBounty);
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(1);
        assert_free(prove(STRANGER, &claim, None));
        assert_noop!(
            show(CHALLENGER, &claim, OTHER_SALT),
            Error::<Test>::NotSealed
        );
        pass(WINDOW);
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_noop!(show(CHALLENGER, &claim, SALT), Error::<Test>::NotSealed);
        pass(1);
        assert_noop!(show(CHALLENGER, &claim, SALT), Error::<Test>::TooLate);
    });
}

#[test]
fn one_seal_should_be_over_equal_claims() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        claim.reveal(R, COPYCAT);
        seal(CHALLENGER, &claim);
        pass(1);
        let proof = claim.whole(MATMUL);
        assert_free(contradict_node_sealed(
            CHALLENGER,
            R,
            COPYCAT,
            proof,
            Some(SALT),
        ));
        assert!(!is_open(R, WORKER) && !is_open(R, COPYCAT));
        assert_eq!(bounties(CHALLENGER), 2 * BOUNTY);
        pass(WINDOW + 1);
        assert_ok!(release(&claim));
        assert_eq!(Balances::free_balance(CHALLENGER), FUNDS + 2 * BOUNTY);
    });
}

#[test]
fn seal_over_another_node_should_be_another_discovery() {
    ExtBuilder::default().build_and_execute(|| {
        // Wrong at two nodes, and each finds one of them.
        let claim = Claim::honest(1)
            .lie_at(TABLE, 0, 1)
            .lie_only_at(MATMUL, 0, 1);
        claim.reveal(R, WORKER);
        assert_ok!(place(CHALLENGER, seal_at(CHALLENGER, &claim, TABLE, SALT)));
        pass(1);
        seal(STRANGER, &claim);
        pass(1);
        // It is neither one that the prover can use, nor one that takes the bounty of the other node.
        let at_product = claim.said.clone();
        assert_eq!(claim.first_wrong(), Some(TABLE));
        let proof = at_product.contradiction(
            &claim.leaves,
            MATMUL,
            veritrace_primitives::proof::Target::Whole,
        );
        assert_free(contradict_node_sealed(
            STRANGER,
            R,
            WORKER,
            proof,
            Some(SALT),
        ));
        assert_noop!(show(CHALLENGER, &claim, SALT), Error::<Test>::NotSealed);
        assert_eq!(sealed(STRANGER), 0);
        assert_paid(&claim, STRANGER);
    });
}

#[test]
fn bounty_of_silence_should_be_the_challengers() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).garbage_at(MATMUL, [9; 32]);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(MATMUL)));
        // Whoever seals what the challenge says has found nothing.
        seal(STRANGER, &claim);
        pass(1);
        assert_ok!(place(
            STRANGER,
            seal_at(STRANGER, &claim, MATMUL, OTHER_SALT)
        ));
        pass(12);
        assert_ok!(expire(R, WORKER, MATMUL));
        for salt in [SALT, OTHER_SALT] {
            assert_free(show(STRANGER, &claim, salt));
        }
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn request_should_close_while_its_bounty_is_on_hold() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(1);
        assert_free(prove(STRANGER, &claim, None));
        // It was the only claim.
        assert_eq!(verdicts(), 0);
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn each_trace_should_have_a_bounty_of_its_own() {
    ExtBuilder::default().build_and_execute(|| {
        let (claim, other) = (lie(), Claim::honest(1).lie_at(MATMUL, 0, 2));
        claim.reveal(R, WORKER);
        other.reveal(R, COPYCAT);
        seal(CHALLENGER, &claim);
        pass(1);
        assert_free(prove(STRANGER, &claim, None));
        let proof = other.whole(MATMUL);
        assert_free(contradict_node(STRANGER, R, COPYCAT, proof));
        assert_eq!(bounties(STRANGER), 2 * BOUNTY);
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_noop!(show(CHALLENGER, &other, SALT), Error::<Test>::NotSealed);
        assert_eq!((bounties(CHALLENGER), bounties(STRANGER)), (BOUNTY, BOUNTY));
        pass(WINDOW + 1);
        assert_ok!(release(&claim));
        assert_ok!(release(&other));
    });
}

#[test]
fn salt_should_be_weighed() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        let declared = |salt| {
            let call = Call::<Test>::contradict_node {
                request: R,
                worker: WORKER,
                proof: claim.whole(MATMUL).try_into().unwrap(),
                salt,
            };
            call.get_dispatch_info().call_weight
        };
        let more = <() as WeightInfo>::use_seal();
        assert_eq!(declared(Some(SALT)), declared(None) + more);
        let info = prove(CHALLENGER, &claim, Some(SALT)).unwrap();
        assert!(info.actual_weight.unwrap().all_lte(declared(Some(SALT))));
        assert!((ConvictWeight::get() + more).all_lte(info.actual_weight.unwrap()));
        // A seal, too, has to be in a block in time.
        for call in [
            Call::<Test>::seal { seal: [0; 32] },
            Call::<Test>::reveal_seal {
                request: R,
                trace_root: [0; 32],
                salt: SALT,
            },
        ] {
            assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
        }
    });
}

#[test]
fn seals_should_keep_what_they_were_made_under() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        set(|parameters| {
            parameters.seal_bond = 1;
            parameters.seal_lifetime = 1_000;
            parameters.seal_reveal_window = 1;
        });
        pass(1);
        assert_free(prove(STRANGER, &claim, None));
        assert_eq!(
            Bounties::<Test>::get(R, claim.trace_root()).unwrap().due,
            2 + 1 + 1
        );
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_eq!(sealed(CHALLENGER), 0);
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn silence_should_be_told_with_its_bounty() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).garbage_at(MATMUL, [9; 32]);
        claim.reveal(R, WORKER);
        assert_free(challenge(CHALLENGER, R, WORKER, claim.challenge(MATMUL)));
        pass(13);
        assert_ok!(expire(R, WORKER, MATMUL));
        let bounty = Bounties::<Test>::get(R, claim.trace_root()).unwrap();
        assert_eq!((bounty.before, bounty.convicted), (1, 14));
        System::assert_last_event(
            Event::ClaimConvicted {
                request: R,
                worker: WORKER,
                trace_root: claim.trace_root(),
                subject: Subject::Node(MATMUL),
                challenger: CHALLENGER,
                evidence: Evidence::Silence,
                struck: 1,
            }
            .into(),
        );
    });
}
