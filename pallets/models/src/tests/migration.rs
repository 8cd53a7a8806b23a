//! Drafts of version 1 are brought to version 2, and go on where they were.

use super::*;
use crate::migrations::v2::{v1, Migration};
use crate::{PieceKey, WeightInfo};
use codec::{Decode, DecodeAll};
use frame_support::assert_storage_noop;
use frame_support::migrations::{SteppedMigration, SteppedMigrationError};
use frame_support::storage::unhashed;
use frame_support::traits::{Get, GetStorageVersion, StorageVersion};
use frame_support::weights::{Weight, WeightMeter};
use std::collections::BTreeMap;
use veritrace_primitives::check::FactKind;
use veritrace_primitives::merkle::Frontier;
use veritrace_primitives::walk::Place;

type V2 = Migration<Test>;

/// One table and 40 nodes.
fn long() -> Graph {
    chain(1, 39, 4)
}

/// Drafts without a page, with an initialiser, and with some nodes.
fn scene() -> [ModelId; 3] {
    let graphs = [two_nodes(), chain(1, 2, 4), long()];
    let models = graphs.clone().map(|graph| register(&graph));
    assert_ok!(submit(models[1], &items(&graphs[1])[..1]));
    assert_ok!(submit(models[2], &items(&graphs[2])[..30]));
    models
}

/// Everything that the pallet stores.
fn stored() -> BTreeMap<Vec<u8>, Vec<u8>> {
    let prefix = sp_io::hashing::twox_128(b"Models");
    let mut all = BTreeMap::new();
    let mut key = prefix.to_vec();
    while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
        all.insert(next.clone(), unhashed::get_raw(&next).unwrap());
        key = next;
    }
    all
}

/// Turns every draft into what version 1 stores.
fn turn_back() {
    for model in Drafts::<Test>::iter_keys().collect::<Vec<_>>() {
        let checker = Drafts::<Test>::get(model).unwrap();
        let (header, initialiser_roots, node_leaves) =
            <(GraphHeader, Frontier, Frontier)>::decode_all(&mut &checker.encode()[..]).unwrap();
        let facts = |kind| DraftFacts::<Test>::get(model, PieceKey { kind, piece: 0 }).into_inner();
        let specs: Vec<_> = facts(FactKind::Node)
            .into_iter()
            .map(|fact| fact.spec)
            .collect();
        let older = v1::GraphChecker {
            header,
            initialisers: facts(FactKind::Initialiser).try_into().unwrap(),
            initialiser_roots,
            nodes: specs.try_into().unwrap(),
            node_leaves,
        };
        let _ = DraftFacts::<Test>::clear_prefix(model, 100, None);
        v1::Drafts::<Test>::insert(model, older);
    }
    StorageVersion::new(1).put::<Models>();
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

fn enough_for_one() -> Weight {
    let weights: frame_support::weights::RuntimeDbWeight =
        <Test as frame_system::Config>::DbWeight::get();
    weights
        .reads_writes(1, 1)
        .saturating_add(<() as WeightInfo>::migrate_draft())
}

#[test]
fn drafts_should_be_what_they_were_and_go_on() {
    for (limit, steps) in [(enough_for_one(), 3), (Weight::MAX, 1)] {
        ExtBuilder.build_and_execute(|| {
            let models = scene();
            let before = stored();
            turn_back();
            assert_ne!(stored(), before);
            #[cfg(feature = "try-runtime")]
            let state = V2::pre_upgrade().unwrap();
            assert_eq!(migrate(limit), steps);
            #[cfg(feature = "try-runtime")]
            V2::post_upgrade(state).unwrap();
            assert_eq!(stored(), before);

            assert_ok!(submit(models[2], &items(&long())[30..]));
            assert_eq!(status(models[2]), Some(ModelStatus::Live));
            complete(models[0], &two_nodes());
            assert_eq!(status(models[0]), Some(ModelStatus::Live));
            let held_before = held(AUTHOR);
            assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), models[1]));
            assert!(held(AUTHOR) < held_before);
        });
    }
}

#[test]
fn second_run_should_do_nothing() {
    ExtBuilder.build_and_execute(|| {
        scene();
        turn_back();
        migrate(Weight::MAX);
        assert_storage_noop!(assert_eq!(migrate(Weight::MAX), 1));
    });
}

#[test]
fn fresh_chain_should_be_left_alone() {
    ExtBuilder.build_and_execute(|| {
        scene();
        assert_eq!(Models::on_chain_storage_version(), 2);
        assert_storage_noop!(assert_eq!(migrate(Weight::MAX), 1));
    });
}

/// Root can lose the cursor.
#[test]
fn walk_should_do_no_harm_when_it_begins_anew_half_way() {
    ExtBuilder.build_and_execute(|| {
        scene();
        let before = stored();
        turn_back();
        for _ in 0..2 {
            let mut meter = WeightMeter::with_limit(enough_for_one());
            assert_ok!(V2::transactional_step(None, &mut meter));
        }
        migrate(Weight::MAX);
        assert_eq!(stored(), before);
    });
}

#[test]
fn step_should_ask_for_more_weight_when_it_can_do_nothing() {
    ExtBuilder.build_and_execute(|| {
        scene();
        turn_back();
        let least = enough_for_one().saturating_sub(Weight::from_parts(1, 0));
        for limit in [Weight::zero(), least] {
            let mut meter = WeightMeter::with_limit(limit);
            assert_storage_noop!(assert!(matches!(
                V2::transactional_step(None, &mut meter),
                Err(SteppedMigrationError::InsufficientWeight { .. })
            )));
        }
        migrate(Weight::MAX);
    });
}

#[test]
fn draft_that_is_of_neither_version_should_be_left_and_can_be_removed() {
    ExtBuilder.build_and_execute(|| {
        let models = scene();
        turn_back();
        let key = Drafts::<Test>::hashed_key_for(models[0]);
        unhashed::put_raw(&key, &[1, 2, 3]);
        #[cfg(feature = "try-runtime")]
        assert!(V2::pre_upgrade().is_err());
        migrate(enough_for_one());
        assert_eq!(unhashed::get_raw(&key), Some(vec![1, 2, 3]));
        let key = key.try_into().unwrap();
        System::assert_last_event(Event::NotMigrated { key }.into());
        assert!(Drafts::<Test>::get(models[2]).is_some());
        assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), models[0]));
    });
}

/// The encoding that version 1 is known to have, of a draft with one initialiser and no node.
#[test]
fn bytes_of_version_1_should_be_understood() {
    ExtBuilder.build_and_execute(|| {
        let graph = chain(1, 2, 4);
        let model = register(&graph);
        assert_ok!(submit(model, &items(&graph)[..1]));
        let before = stored();
        let fact = DraftFacts::<Test>::get(
            model,
            PieceKey {
                kind: FactKind::Initialiser,
                piece: 0,
            },
        );
        let leaf = graph_leaf(&graph);
        let mut bytes = graph.header.encode();
        // One fact, a tree of one leaf, no nodes, an empty tree.
        bytes.extend([4]);
        bytes.extend(fact[0].encode());
        bytes.extend([1, 0, 0, 0, 4]);
        bytes.extend(leaf);
        bytes.extend([0, 0, 0, 0, 0, 0]);
        let _ = DraftFacts::<Test>::clear_prefix(model, 100, None);
        unhashed::put_raw(&Drafts::<Test>::hashed_key_for(model), &bytes);
        StorageVersion::new(1).put::<Models>();
        migrate(Weight::MAX);
        assert_eq!(stored(), before);
    });
}

/// The root of the graph's only initialiser.
fn graph_leaf(graph: &Graph) -> [u8; 32] {
    let initialiser = &graph.initialisers[0];
    veritrace_primitives::commit::tensor_root::<HostSha256>(
        veritrace_primitives::tensor::Layout::One,
        &initialiser.spec,
        &initialiser.data,
    )
    .unwrap()
}

proptest! {
    /// Whatever root or a bug may have put there: the walk ends, and no draft is lost.
    #[test]
    fn migration_should_end_and_lose_nothing_whatever_is_stored(
        entries in prop::collection::vec((any::<[u8; 32]>(), any::<Vec<u8>>()), 0..6),
    ) {
        ExtBuilder.build().execute_with(|| {
            for (model, value) in entries {
                unhashed::put_raw(&Drafts::<Test>::hashed_key_for(model), &value);
            }
            let number = Drafts::<Test>::iter_keys().count();
            StorageVersion::new(1).put::<Models>();
            migrate(enough_for_one());
            assert_eq!(Drafts::<Test>::iter_keys().count(), number);
        });
    }
}
