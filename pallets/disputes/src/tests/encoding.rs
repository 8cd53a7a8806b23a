use crate::fixture::spec;
use crate::mock::parameters;
use crate::{
    BountyRecord, ChallengeRecord, ChallengeState, Content, Evidence, HoldReason, RunningCount,
    SealRecord,
};
use codec::Encode;
use veritrace_primitives::graph::DType;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::TargetKind;

#[test]
fn stored_types_should_keep_their_encoding() {
    let record = ChallengeRecord {
        challenger: 3u64,
        bond: 258u64,
        digest: [9; 32],
        content: Content::Tensor(spec(DType::I32, &[1, 10])),
        state: ChallengeState::Opened { due: 7u32 },
        opening_bytes: 40,
        at: 11,
    };
    let mut expected = vec![3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0];
    expected.extend([9; 32]);
    expected.extend([0, 2, 8, 1, 0, 0, 0, 10, 0, 0, 0]);
    expected.extend([1, 7, 0, 0, 0, 40, 0, 0, 0, 11, 0, 0, 0]);
    assert_eq!(record.encode(), expected);
    assert_eq!(
        ChallengeState::Awaiting { due: 1u32 }.encode(),
        [0, 1, 0, 0, 0]
    );
    assert_eq!(
        Evidence::Contradiction(TargetKind::Element).encode(),
        [0, 2]
    );
    assert_eq!(Evidence::Silence.encode(), [1]);
    assert_eq!(Subject::Node(258).encode(), [0, 2, 1]);
    assert_eq!(Subject::Page(3).encode(), [1, 3, 0]);
    assert_eq!(Content::Leaves(258).encode(), [1, 2, 1]);
    let running = RunningCount { nodes: 1, pages: 2 };
    assert_eq!(running.encode(), (1u32, 2u32).encode());
}

#[test]
fn seals_and_bounties_should_keep_their_encoding() {
    let seal = SealRecord {
        bond: 258u64,
        order: 3,
        at: 4u32,
        until: 5,
        forfeit: 6,
    };
    assert_eq!(seal.encode(), (258u64, 3u64, 4u32, 5u32, 6u32).encode());
    let bounty = BountyRecord {
        holder: 3u64,
        amount: 258u64,
        subject: Subject::Page(7),
        order: Some(8),
        before: 9u32,
        convicted: 10,
        due: 11,
    };
    assert_eq!(
        bounty.encode(),
        (3u64, 258u64, (1u8, 7u16), Some(8u64), 9u32, 10u32, 11u32).encode()
    );
    for (reason, index) in [
        (HoldReason::Bond, 0),
        (HoldReason::Seal, 1),
        (HoldReason::Bounty, 2),
    ] {
        assert_eq!(reason.encode(), [index]);
    }
}

#[test]
fn parameters_should_keep_their_encoding() {
    let p = parameters();
    let expected = (
        (p.bond_base, p.bond_per_kib),
        (p.open_clock, p.open_clock_per_kib, p.contradict_clock),
        (p.max_whole_bytes, p.max_macs, p.max_tile_macs),
        (p.max_opening_bytes, p.rejected_proof_penalty),
        (p.seal_bond, p.seal_lifetime, p.seal_reveal_window),
    );
    assert_eq!(p.encode(), expected.encode());
}
