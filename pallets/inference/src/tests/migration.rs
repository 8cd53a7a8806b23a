//! Storage of version 1 is brought to version 2: what it was made of is what it becomes again.

use crate::migrations::fixture::{older, older_parameters, SomeAdded};
use crate::migrations::v2::{v1, Added, Migration};
use crate::mock::*;
use crate::{
    Event, InferenceRequests, InputSource, Inputs, InputsOf, Parameters, ParametersOf,
    RequestStatus, SlotRecord, SlotState, Visibility, WeightInfo,
};
use codec::{Decode, Encode};
use frame_support::migrations::{SteppedMigration, SteppedMigrationError};
use frame_support::pallet_prelude::*;
use frame_support::storage::unhashed;
use frame_support::weights::WeightMeter;
use frame_support::{assert_ok, assert_storage_noop};
use proptest::prelude::*;
use sp_runtime::traits::Convert;
use sp_runtime::BoundedVec;
use std::collections::BTreeMap;
use veritrace_primitives::traits::RequestId;
use veritrace_primitives::walk::Place;

type V2 = Migration<Test, SomeAdded>;

/// A chain whose parameters are those that the migration comes to.
fn builder() -> ExtBuilder {
    ExtBuilder::default()
        .with_workers(12)
        .with_parameters(|parameters| {
            let Added {
                publish_window,
                complaint_fee,
                unavailability_share,
                settle_reward,
                audit_share,
                audit_pay,
                audit_window,
            } = SomeAdded::convert(v1::ParametersRecord {
                min_price: 0,
                request_deposit: 0,
                max_open_per_account: 0,
                max_redundancy: 0,
                max_reassignments: 0,
                min_deadline: 0,
                max_deadline: 0,
                assign_window: 0,
                challenge_window: 0,
                agreed_window: 0,
                min_window_after_challenge: 0,
                bounty: 0,
            });
            *parameters = ParametersOf::<Test> {
                publish_window,
                complaint_fee,
                unavailability_share,
                settle_reward,
                audit_share,
                audit_pay,
                audit_window,
                ..*parameters
            };
        })
}

/// Requests in every phase that version 1 has.
fn scene() {
    let _pending = submit(USER, 1);
    assigned(1);
    let (committing, workers) = assigned(2);
    assert_ok!(commit_to(committing, workers[0], 1));
    claimed(&[1]);
    claimed(&[1, 1]);
    let (contested, _) = claimed(&[1, 2]);
    System::set_block_number(record(contested).due);
    assert_ok!(settle(contested));
}

/// Everything that the pallet stores.
fn stored() -> BTreeMap<Vec<u8>, Vec<u8>> {
    let prefix = sp_io::hashing::twox_128(b"Inference");
    let mut all = BTreeMap::new();
    let mut key = prefix.to_vec();
    while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
        all.insert(next.clone(), unhashed::get_raw(&next).unwrap());
        key = next;
    }
    all
}

fn older_inputs(inputs: &InputsOf<Test>) -> v1::InputsOf<Test> {
    let all: Vec<_> = inputs
        .iter()
        .map(|source| source.bytes().unwrap().clone())
        .collect();
    all.try_into().unwrap()
}

/// Turns all of it into what version 1 stores.
fn turn_back() {
    for id in InferenceRequests::<Test>::iter_keys().collect::<Vec<_>>() {
        turn_request_back(id);
    }
    v1::Parameters::<Test>::put(older_parameters::<Test>());
    StorageVersion::new(1).put::<Inference>();
}

fn turn_request_back(id: RequestId) {
    let inputs = Inputs::<Test>::get(id).unwrap();
    v1::InferenceRequests::<Test>::insert(id, older(record(id)));
    v1::Inputs::<Test>::insert(id, older_inputs(&inputs));
}

/// Steps with so much weight each, until there are none. How many.
fn migrate(limit: Weight) -> u32 {
    let mut cursor: Option<Place> = None;
    for step in 1..1_000 {
        // As the cursor is stored between blocks.
        cursor = cursor.map(|cursor| Decode::decode(&mut &cursor.encode()[..]).unwrap());
        let mut meter = WeightMeter::with_limit(limit);
        cursor = V2::transactional_step(cursor, &mut meter).unwrap();
        assert!(meter.consumed().all_lte(limit));
        if cursor.is_none() {
            return step;
        }
    }
    panic!("the migration does not end");
}

/// Weight of a step that gets so many requests done.
fn enough_for(requests: u64) -> Weight {
    let request = <() as WeightInfo>::migrate_request(inputs().encoded_size() as u32);
    <() as WeightInfo>::migrate_parameters().saturating_add(request.saturating_mul(requests))
}

#[test]
fn requests_should_be_what_they_were_however_many_blocks_it_takes() {
    for (at_once, steps) in [(1, 6), (2, 3), (4, 2), (100, 1)] {
        builder().build_and_execute(|| {
            scene();
            let before = stored();
            assert_eq!(InferenceRequests::<Test>::iter().count(), 6);
            turn_back();
            assert_ne!(stored(), before);
            assert_eq!(InferenceRequests::<Test>::iter_values().count(), 0);
            #[cfg(feature = "try-runtime")]
            let state = V2::pre_upgrade().unwrap();
            assert_eq!(migrate(enough_for(at_once)), steps);
            #[cfg(feature = "try-runtime")]
            V2::post_upgrade(state).unwrap();
            assert_eq!(stored(), before);
            let parameters = Parameters::<Test>::get();
            System::assert_has_event(Event::ParametersChanged { parameters }.into());
        });
    }
}

#[test]
fn second_run_should_do_nothing() {
    builder().build_and_execute(|| {
        scene();
        turn_back();
        migrate(Weight::MAX);
        assert_storage_noop!(assert_eq!(migrate(Weight::MAX), 1));
    });
}

#[test]
fn fresh_chain_should_be_left_alone() {
    builder().build_and_execute(|| {
        scene();
        assert_eq!(Inference::on_chain_storage_version(), 2);
        #[cfg(feature = "try-runtime")]
        let state = V2::pre_upgrade().unwrap();
        assert_storage_noop!(assert_eq!(migrate(Weight::MAX), 1));
        #[cfg(feature = "try-runtime")]
        V2::post_upgrade(state).unwrap();
    });
}

/// Root can lose the cursor.
#[test]
fn walk_should_do_no_harm_when_it_begins_anew_half_way() {
    builder().build_and_execute(|| {
        scene();
        let before = stored();
        turn_back();
        let mut meter = WeightMeter::with_limit(enough_for(3));
        let cursor = V2::transactional_step(None, &mut meter).unwrap();
        assert!(cursor.is_some());
        assert_eq!(InferenceRequests::<Test>::iter_values().count(), 3);
        migrate(Weight::MAX);
        assert_eq!(stored(), before);
    });
}

#[test]
fn step_should_ask_for_more_weight_when_it_can_do_nothing() {
    builder().build_and_execute(|| {
        scene();
        let before = stored();
        turn_back();
        assert_storage_noop!({
            let required = <() as WeightInfo>::migrate_parameters();
            let mut meter =
                WeightMeter::with_limit(required.saturating_sub(Weight::from_parts(1, 0)));
            assert_eq!(
                V2::transactional_step(None, &mut meter),
                Err(SteppedMigrationError::InsufficientWeight { required })
            );
            let mut meter = WeightMeter::with_limit(required);
            assert!(matches!(
                V2::transactional_step(None, &mut meter),
                Err(SteppedMigrationError::InsufficientWeight { .. })
            ));
        });
        migrate(enough_for(1));
        assert_eq!(stored(), before);
    });
}

#[test]
fn entry_that_is_of_neither_version_should_be_left_and_told_of() {
    builder().build().execute_with(|| {
        scene();
        turn_back();
        let ids: Vec<_> = v1::InferenceRequests::<Test>::iter_keys().collect();
        let (record_of, inputs_of) = (ids[1], ids[4]);
        let broken = InferenceRequests::<Test>::hashed_key_for(record_of);
        unhashed::put_raw(&broken, &[1, 2, 3]);
        unhashed::put_raw(&Inputs::<Test>::hashed_key_for(inputs_of), &[200]);
        let odd = [
            &InferenceRequests::<Test>::hashed_key_for(0)[..33],
            &[255; 9],
        ]
        .concat();
        unhashed::put_raw(&odd, &[7]);
        #[cfg(feature = "try-runtime")]
        assert!(V2::pre_upgrade().is_err());
        let kept = InferenceRequests::<Test>::hashed_key_for(inputs_of);
        let record_before = unhashed::get_raw(&kept);

        migrate(enough_for(1));
        assert_eq!(Inference::on_chain_storage_version(), 2);
        assert_eq!(InferenceRequests::<Test>::iter_values().count(), 4);
        assert_eq!(unhashed::get_raw(&broken), Some(vec![1, 2, 3]));
        assert_eq!(unhashed::get_raw(&kept), record_before);
        for key in [broken, kept, odd] {
            let key = BoundedVec::try_from(key).unwrap();
            System::assert_has_event(Event::NotMigrated { key }.into());
        }
    });
}

#[test]
fn parameters_should_stay_the_defaults_when_none_were_set() {
    builder().build().execute_with(|| {
        Parameters::<Test>::kill();
        StorageVersion::new(1).put::<Inference>();
        migrate(Weight::MAX);
        assert!(!Parameters::<Test>::exists());
        assert_eq!(Parameters::<Test>::get(), Default::default());
    });
}

#[test]
fn parameters_should_be_left_when_they_are_of_neither_version() {
    builder().build().execute_with(|| {
        let key = Parameters::<Test>::hashed_key();
        unhashed::put_raw(&key, &[9]);
        StorageVersion::new(1).put::<Inference>();
        migrate(Weight::MAX);
        assert_eq!(unhashed::get_raw(&key), Some(vec![9]));
        let key = BoundedVec::try_from(key.to_vec()).unwrap();
        System::assert_last_event(Event::NotMigrated { key }.into());
    });
}

/// The encoding that version 1 is known to have.
#[test]
fn bytes_of_version_1_should_be_understood() {
    builder().build_and_execute(|| {
        let (id, workers) = assigned(1);
        let expected = record(id);
        let fields = (
            (USER, MODEL, model_terms(4), 1u8, PRICE, DEPOSIT),
            expected.input_roots.clone(),
            RequestStatus::Assigned,
            (DEADLINE, 2u32, 7u32, Some(7u32), 1u8),
            vec![SlotRecord {
                worker: workers[0],
                state: SlotState::Assigned,
                challenges: 0,
            }],
        );
        unhashed::put_raw(
            &InferenceRequests::<Test>::hashed_key_for(id),
            &fields.encode(),
        );
        // One input of four bytes.
        unhashed::put_raw(&Inputs::<Test>::hashed_key_for(id), &[4, 16, 1, 2, 3, 4]);
        let parameters = (
            (10u64, 50u64, 20u32, 4u8, 1u8),
            (2u32, 50u32, 6u32, 12u32, 4u32, 3u32, 20u64),
        );
        unhashed::put_raw(&Parameters::<Test>::hashed_key(), &parameters.encode());
        StorageVersion::new(1).put::<Inference>();

        migrate(Weight::MAX);
        assert_eq!(record(id), expected);
        assert_eq!(expected.visibility, Visibility::Public);
        let source = InputSource::Inline(INPUT.to_vec().try_into().unwrap());
        assert_eq!(Inputs::<Test>::get(id).unwrap().into_inner(), [source]);
        let added = SomeAdded::convert(older_parameters::<Test>());
        let now = Parameters::<Test>::get();
        assert_eq!((now.min_price, now.bounty), (10, 20));
        assert_eq!(now.publish_window, added.publish_window);
        assert_eq!(now.audit_window, added.audit_window);
    });
}

proptest! {
    /// Whatever root or a bug may have put there: the walk ends, and no entry is lost.
    #[test]
    fn migration_should_end_and_lose_nothing_whatever_is_stored(
        entries in prop::collection::vec((any::<u64>(), any::<Vec<u8>>(), any::<Vec<u8>>()), 0..6),
    ) {
        builder().build().execute_with(|| {
            for (id, record, inputs) in entries {
                unhashed::put_raw(&InferenceRequests::<Test>::hashed_key_for(id), &record);
                unhashed::put_raw(&Inputs::<Test>::hashed_key_for(id), &inputs);
            }
            let keys: Vec<_> = stored().into_keys().collect();
            StorageVersion::new(1).put::<Inference>();
            migrate(enough_for(2));
            assert_eq!(stored().into_keys().collect::<Vec<_>>(), keys);
        });
    }

    /// What tells the versions apart.
    #[test]
    fn inputs_of_version_2_should_be_none_of_version_1(
        inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..=64), 1..5),
    ) {
        let older: Vec<BoundedVec<u8, _>> = inputs
            .into_iter()
            .map(|bytes| bytes.try_into().unwrap())
            .collect();
        let sources: Vec<_> = older.iter().cloned().map(InputSource::Inline).collect();
        let present = InputsOf::<Test>::try_from(sources).unwrap().encode();
        prop_assert!(codec::DecodeAll::decode_all(&mut &present[..])
            .map(|_: v1::InputsOf<Test>| ())
            .is_err());
    }
}
