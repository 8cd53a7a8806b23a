use super::toy::*;
use super::*;
use crate::{Call, Error};
use codec::{Decode, Encode};
use frame_support::assert_noop;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use proptest::prelude::*;
use sp_runtime::DispatchError;
use veritrace_primitives::audit::{tile_of_lot, Attestation};

/// Another worker, drawn to look at the first.
const AUDITOR: AccountId = COPYCAT;

/// The addition's output has three tiles; the last one is shorter.
const LAST: u64 = 5;

/// An honest claim of which an auditor has to show the last tile of the addition.
fn audited() -> Claim {
    let claim = Claim::honest(1);
    claim.reveal(R, WORKER);
    Book::draw_auditor(R, WORKER, AUDITOR, ADD, LAST);
    claim
}

fn shown(claim: &Claim, node: u16, lot: u64) -> Vec<u8> {
    claim.said.attestation(&claim.leaves, node, lot)
}

fn changed(proof: &[u8], change: impl FnOnce(&mut Attestation)) -> Vec<u8> {
    let mut attestation = Attestation::decode(&mut &proof[..]).unwrap();
    change(&mut attestation);
    attestation.encode()
}

#[test]
fn attestation_should_be_accepted_when_it_shows_the_tile_of_the_lot() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = audited();
        let before = Balances::free_balance(operator(AUDITOR));
        assert_free(attest(AUDITOR, R, shown(&claim, ADD, LAST)));
        assert_eq!(Balances::free_balance(operator(AUDITOR)), before);
        assert!(!book::Audits::<Test>::contains_key(R, AUDITOR));
        assert!(is_open(R, WORKER));
        // Once is enough: its stake is free, and it has no other here.
        assert_noop!(
            attest(AUDITOR, R, shown(&claim, ADD, LAST)),
            Error::<Test>::NotOperator
        );
    });
}

#[test]
fn attestation_should_be_refused_when_the_signer_is_no_auditor() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = audited();
        let proof = shown(&claim, ADD, LAST);
        assert_noop!(
            Disputes::attest(
                RuntimeOrigin::signed(STRANGER),
                R,
                proof.clone().try_into().unwrap()
            ),
            Error::<Test>::NotOperator
        );
        assert_noop!(attest(WORKER, R, proof), DispatchError::Other("no auditor"));
    });
}

#[test]
fn attestation_should_be_rejected_when_it_shows_anything_else() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = audited();
        let right = shown(&claim, ADD, LAST);
        let wrong: [(&str, Vec<u8>, Rejection); 9] = [
            (
                "another node",
                shown(&claim, CONV, LAST),
                Rejection::OutOfBounds,
            ),
            (
                "another tile",
                shown(&claim, ADD, LAST - 1),
                Rejection::WrongTiles,
            ),
            ("no proof", right[1..].to_vec(), Rejection::Undecodable),
            (
                "more than a proof",
                [right.clone(), vec![0]].concat(),
                Rejection::Undecodable,
            ),
            (
                "another byte",
                changed(&right, |shown| shown.bytes[3] ^= 1),
                Rejection::NotUnderLeaf,
            ),
            (
                "a byte more",
                changed(&right, |shown| shown.bytes.push(0)),
                Rejection::WrongTiles,
            ),
            (
                "another path",
                changed(&right, |shown| shown.path[0][0] ^= 1),
                Rejection::NotUnderLeaf,
            ),
            (
                "another leaf",
                changed(&right, |shown| shown.node.leaf[0] ^= 1),
                Rejection::NotTheClaim,
            ),
            (
                "another model",
                changed(&right, |shown| shown.node.header.node_count += 1),
                Rejection::NotTheModel,
            ),
        ];
        for (what, proof, reason) in wrong {
            let signer = operator(AUDITOR);
            assert_rejected(reason, signer, || attest(AUDITOR, R, proof));
            assert!(book::Audits::<Test>::contains_key(R, AUDITOR), "{what}");
        }
        assert_free(attest(AUDITOR, R, right));
    });
}

#[test]
fn auditor_should_have_nothing_to_show_of_a_lie_but_a_contradiction() {
    ExtBuilder::default().build_and_execute(|| {
        // The lie is in the node that was drawn.
        let claim = Claim::honest(1).lie_at(ADD, 575, 1);
        claim.reveal(R, WORKER);
        Book::draw_auditor(R, WORKER, AUDITOR, ADD, LAST);
        let honest = claim.truth.attestation(&claim.leaves, ADD, LAST);
        assert_rejected(Rejection::NotUnderLeaf, operator(AUDITOR), || {
            attest(AUDITOR, R, honest)
        });
        assert_convicted(WORKER, || {
            contradict_node(CHALLENGER, R, WORKER, claim.whole(ADD))
        });
        assert_noop!(
            attest(AUDITOR, R, shown(&claim, ADD, LAST)),
            Error::<Test>::ClaimNotOpen
        );
    });
}

#[test]
fn attestation_should_be_operational_and_declare_what_a_rejected_one_takes() {
    let declared = |bytes: usize| {
        let info = Call::<Test>::attest {
            request: R,
            proof: vec![0; bytes].try_into().unwrap(),
        }
        .get_dispatch_info();
        assert_eq!(info.class, DispatchClass::Operational);
        info.call_weight
    };
    assert!(declared(500_000).ref_time() > declared(100).ref_time());
}

proptest! {
    /// Whatever the lot falls on, who has the trace can show it, and who has another one cannot.
    #[test]
    fn attestation_should_be_accepted_exactly_when_the_tile_is_the_claims(
        seed in 0..20u64,
        node in 0..NODES,
        lot: u64,
        lie in proptest::option::of((0..NODES, 0..600usize, 1..=255u8)),
    ) {
        ExtBuilder::default().build_and_execute(|| {
            let claim = match lie {
                Some((at, byte, flip)) => Claim::honest(seed).lie_at(at, byte, flip),
                None => Claim::honest(seed),
            };
            claim.reveal(R, WORKER);
            Book::draw_auditor(R, WORKER, AUDITOR, node, lot);
            let honest = claim.truth.attestation(&claim.leaves, node, lot);
            let agrees = tile(&claim.truth, node, lot) == tile(&claim.said, node, lot)
                && claim.truth.leaf(node) == claim.leaves[usize::from(node)];
            let accepted = attest(AUDITOR, R, honest).unwrap().pays_fee
                == frame_support::dispatch::Pays::No;
            prop_assert_eq!(accepted, agrees);
            if !accepted {
                // Whoever computed the lie, or was told it, can: that is what an attestation says, and no more.
                assert_free(attest(AUDITOR, R, shown(&claim, node, lot)));
            }
            Ok(())
        })?;
    }
}

fn tile(run: &crate::fixture::Run, node: u16, lot: u64) -> Vec<u8> {
    let proof = run.attestation(&run.leaves(), node, lot);
    let spec = &run.graph.nodes[usize::from(node)].output;
    assert!(tile_of_lot(veritrace_primitives::tensor::Layout::One, spec, lot).is_some());
    Attestation::decode(&mut &proof[..]).unwrap().bytes
}
