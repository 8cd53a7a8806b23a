//! Stored types keep their encoding: clients decode them, and a change needs a migration.

use crate::mock::*;
use crate::{
    ComplaintRecord, InputSource, RefundReason, RequestStatus, SlotRecord, SlotState, Visibility,
};
use codec::{Decode, Encode};

#[test]
fn enums_should_keep_their_indices() {
    assert_eq!(
        [
            RequestStatus::Pending,
            RequestStatus::Assigned,
            RequestStatus::Committing,
            RequestStatus::Revealing,
            RequestStatus::Claimed,
            RequestStatus::Contested,
            RequestStatus::AwaitingInput,
        ]
        .encode(),
        [0, 1, 2, 3, 4, 5, 6]
    );
    assert_eq!(
        [
            RefundReason::NotAssigned,
            RefundReason::NotServed,
            RefundReason::Convicted,
            RefundReason::Condemned,
            RefundReason::InputUnavailable,
        ]
        .encode(),
        [0, 1, 2, 3, 4]
    );
    assert_eq!([Visibility::Public, Visibility::Private].encode(), [0, 1]);
    assert_eq!(InputSource::Inline(vec![7u8]).encode(), [0, 4, 7]);
    assert_eq!(
        InputSource::<Vec<u8>>::ByRoot([9; 32]).encode(),
        [vec![1], vec![9; 32]].concat()
    );
    let states = [
        SlotState::Assigned,
        SlotState::Committed([1; 32]),
        SlotState::Revealed([2; 32]),
        SlotState::Missed,
        SlotState::Struck,
        SlotState::Excused,
    ];
    let expected = [
        vec![0],
        [vec![1], vec![1; 32]].concat(),
        [vec![2], vec![2; 32]].concat(),
        vec![3],
        vec![4],
        vec![5],
    ]
    .concat();
    assert_eq!(states.encode(), expected);
}

#[test]
fn request_should_keep_its_layout() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let record = record(id);
        let fields = (
            (USER, MODEL, model_terms(4), 1u8, PRICE, DEPOSIT),
            (record.input_roots.clone(), Visibility::Public),
            RequestStatus::Assigned,
            (DEADLINE, 2u32, 7u32, Some(7u32), 1u8),
            vec![SlotRecord {
                worker: workers[0],
                state: SlotState::Assigned,
                challenges: 0,
            }],
            // No audit.
            0u8,
        );
        assert_eq!(record.encode(), fields.encode());
        assert_eq!(
            crate::RequestRecordOf::<Test>::decode(&mut &record.encode()[..]),
            Ok(record)
        );
    });
}

#[test]
fn parameters_should_keep_their_layout() {
    let fields = (
        (10u64, 50u64, 20u32, 4u8, 1u8),
        (2u32, 50u32, 6u32, 12u32, 4u32, 3u32, 20u64),
        (6u32, 15u64, UNAVAILABILITY_SHARE),
        (0u64, 0u32, 700_000u32, 2u32),
    );
    assert_eq!(PARAMETERS.encode(), fields.encode());
}

#[test]
fn complaint_should_keep_its_layout() {
    let complaint = ComplaintRecord {
        operator: 3u64,
        fee: 4u64,
    };
    assert_eq!(complaint.encode(), (3u64, 4u64).encode());
}
