use crate::fixture::spec;
use crate::mock::parameters;
use crate::{ChallengeRecord, ChallengeState, Evidence};
use codec::Encode;
use veritrace_primitives::graph::DType;
use veritrace_primitives::proof::TargetKind;

#[test]
fn stored_types_should_keep_their_encoding() {
    let record = ChallengeRecord {
        challenger: 3u64,
        bond: 258u64,
        leaf: [9; 32],
        spec: spec(DType::I32, &[1, 10]),
        state: ChallengeState::Opened { due: 7u32 },
        opening_bytes: 40,
    };
    let mut expected = vec![3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0];
    expected.extend([9; 32]);
    expected.extend([2, 8, 1, 0, 0, 0, 10, 0, 0, 0]);
    expected.extend([1, 7, 0, 0, 0, 40, 0, 0, 0]);
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
}

#[test]
fn parameters_should_keep_their_encoding() {
    let p = parameters();
    let expected = (
        (p.bond_base, p.bond_per_kib),
        (p.open_clock, p.open_clock_per_kib, p.contradict_clock),
        (p.max_whole_bytes, p.max_macs, p.max_tile_macs),
        (p.max_opening_bytes, p.rejected_proof_penalty),
    );
    assert_eq!(p.encode(), expected.encode());
}
