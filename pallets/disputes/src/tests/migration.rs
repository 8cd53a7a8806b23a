//! Storage of version 1 is brought to version 2: what it was made of is what it becomes again.

use super::toy::*;
use super::*;
use crate::fixture::spec;
use crate::migrations::fixture::turn_back;
use crate::migrations::v2::{v1, Migration};
use crate::seals::Accusation;
use crate::{
    Bounties, BountyRecord, ChallengeCount, ChallengeState, Challenges, Content, Opened,
    Parameters, RunningCount, Seals, WeightInfo,
};
use codec::{Decode, Encode};
use frame_support::assert_storage_noop;
use frame_support::migrations::{SteppedMigration, SteppedMigrationError};
use frame_support::storage::{unhashed, StoragePrefixedMap};
use frame_support::traits::{GetStorageVersion, StorageVersion};
use frame_support::weights::{Weight, WeightMeter};
use proptest::prelude::*;
use std::collections::BTreeMap;
use veritrace_primitives::graph::DType;
use veritrace_primitives::page::Subject;
use veritrace_primitives::walk::Place;

type V2 = Migration<Test>;

/// A challenge that waits for its opening, one that was opened, a bounty on hold, and a seal.
fn scene() -> Claim {
    let honest = Claim::honest(1);
    honest.reveal(R, WORKER);
    assert_free(challenge(CHALLENGER, R, WORKER, honest.challenge(ADD)));
    assert_free(challenge(STRANGER, R, WORKER, honest.challenge(CONV)));
    let opening = honest.opening(CONV).unwrap();
    assert_free(open(WORKER, R, CONV, &opening));
    let lie = Claim::honest(2).lie_at(MATMUL, 0, 1);
    lie.reveal(R + 1, COPYCAT);
    assert_free(contradict_node(
        CHALLENGER,
        R + 1,
        COPYCAT,
        lie.whole(MATMUL),
    ));
    let accusation = Accusation {
        request: R,
        trace_root: honest.trace_root(),
        subject: Subject::Node(TABLE),
    };
    let seal = accusation.sealed_by(&STRANGER, &[5; 32]);
    assert_ok!(Disputes::seal(RuntimeOrigin::signed(STRANGER), seal));
    let numbers = (
        Challenges::<Test>::iter().count(),
        ChallengeCount::<Test>::iter().count(),
        Opened::<Test>::iter().count(),
        Bounties::<Test>::iter().count(),
        Seals::<Test>::iter().count(),
    );
    assert_eq!(numbers, (2, 1, 1, 1, 1));
    honest
}

/// Everything that the pallet stores.
fn stored() -> BTreeMap<Vec<u8>, Vec<u8>> {
    let prefix = sp_io::hashing::twox_128(b"Disputes");
    let mut all = BTreeMap::new();
    let mut key = prefix.to_vec();
    while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
        all.insert(next.clone(), unhashed::get_raw(&next).unwrap());
        key = next;
    }
    all
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

/// Weight of a step that gets one entry done, whichever.
fn enough_for_one() -> Weight {
    let heaviest = [
        <() as WeightInfo>::migrate_challenge(),
        <() as WeightInfo>::migrate_count(),
        <() as WeightInfo>::migrate_opened(),
        <() as WeightInfo>::migrate_bounty(),
    ]
    .into_iter()
    .fold(Weight::zero(), |most, weight| most.max(weight));
    <() as WeightInfo>::migrate_parameters().saturating_add(heaviest)
}

#[test]
fn disputes_should_be_what_they_were_however_many_blocks_it_takes() {
    for (limit, steps) in [(enough_for_one(), 5..=8), (Weight::MAX, 1..=1)] {
        ExtBuilder::default().build_and_execute(|| {
            scene();
            let before = stored();
            turn_back::<Test>();
            assert_ne!(stored(), before);
            assert_eq!(v1::OpenedNodes::<Test>::iter().count(), 1);
            #[cfg(feature = "try-runtime")]
            let state = V2::pre_upgrade().unwrap();
            let taken = migrate(limit);
            assert!(steps.contains(&taken), "{taken}");
            #[cfg(feature = "try-runtime")]
            V2::post_upgrade(state).unwrap();
            assert_eq!(stored(), before);
        });
    }
}

#[test]
fn what_was_open_should_end_as_it_would_have() {
    ExtBuilder::default().build_and_execute(|| {
        let honest = scene();
        turn_back::<Test>();
        migrate(enough_for_one());
        // One was opened and not contradicted, one is opened now.
        assert_free(open(WORKER, R, ADD, &honest.opening(ADD).unwrap()));
        pass(100);
        assert_ok!(expire(R, WORKER, CONV));
        assert_ok!(expire(R, WORKER, ADD));
        assert!(is_open(R, WORKER));
        assert_eq!(Challenges::<Test>::iter().count(), 0);
        assert_eq!((bonds(CHALLENGER), bonds(STRANGER)), (0, 0));
        let lie = Claim::honest(2).lie_at(MATMUL, 0, 1);
        assert_ok!(Disputes::release_bounty(
            RuntimeOrigin::signed(STRANGER),
            R + 1,
            lie.trace_root()
        ));
        assert_eq!(bounties(CHALLENGER), 0);
    });
}

#[test]
fn second_run_should_do_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        scene();
        turn_back::<Test>();
        migrate(Weight::MAX);
        assert_storage_noop!(assert_eq!(migrate(Weight::MAX), 1));
    });
}

#[test]
fn fresh_chain_should_be_left_alone() {
    ExtBuilder::default().build_and_execute(|| {
        scene();
        assert_eq!(Disputes::on_chain_storage_version(), 2);
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
    ExtBuilder::default().build_and_execute(|| {
        scene();
        let before = stored();
        turn_back::<Test>();
        for _ in 0..4 {
            let mut meter = WeightMeter::with_limit(enough_for_one());
            assert_ok!(V2::transactional_step(None, &mut meter));
        }
        migrate(Weight::MAX);
        assert_eq!(stored(), before);
    });
}

#[test]
fn step_should_ask_for_more_weight_when_it_can_do_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        scene();
        turn_back::<Test>();
        let required = <() as WeightInfo>::migrate_parameters();
        for limit in [required.saturating_sub(Weight::from_parts(1, 0)), required] {
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
fn entries_that_are_of_neither_version_should_be_left_and_told_of() {
    ExtBuilder::default().build().execute_with(|| {
        scene();
        turn_back::<Test>();
        let broken = [
            v1::Challenges::<Test>::hashed_key_for((R, WORKER), ADD),
            v1::ChallengeCount::<Test>::hashed_key_for((R, WORKER)),
            v1::OpenedNodes::<Test>::hashed_key_for(R, WORKER),
            v1::Bounties::<Test>::hashed_key_for(7, [1; 32]),
            [&v1::Challenges::<Test>::final_prefix()[..], &[1, 2]].concat(),
        ];
        for key in &broken {
            unhashed::put_raw(key, &[9, 9, 9]);
        }
        #[cfg(feature = "try-runtime")]
        assert!(V2::pre_upgrade().is_err());
        migrate(enough_for_one());
        assert_eq!(Disputes::on_chain_storage_version(), 2);
        for key in broken {
            assert_eq!(unhashed::get_raw(&key), Some(vec![9, 9, 9]));
            let key = key.try_into().unwrap();
            System::assert_has_event(Event::NotMigrated { key }.into());
        }
        // The others were brought over.
        assert_eq!(Challenges::<Test>::iter().count(), 1);
        assert_eq!(Bounties::<Test>::iter().count(), 1);
    });
}

#[test]
fn parameters_should_allow_for_pages() {
    ExtBuilder::default().build_and_execute(|| {
        let fit = Parameters::<Test>::get();
        Parameters::<Test>::mutate(|older| {
            older.seal_lifetime = 30;
            older.bond_base = 0;
            older.bond_per_kib = 0;
        });
        assert!(!Disputes::are_consistent(&Parameters::<Test>::get()));
        StorageVersion::new(1).put::<Disputes>();
        migrate(Weight::MAX);
        let parameters = Parameters::<Test>::get();
        // Two clocks of either side, and 32 KiB of two blocks each.
        assert_eq!(parameters.seal_lifetime, 2 * (10 + 20) + 32 * 2);
        // Twice a byte's fee for each of 32 KiB, and some.
        assert!((65_536..80_000).contains(&parameters.bond_base));
        assert_eq!(parameters.open_clock, fit.open_clock);
        System::assert_last_event(Event::ParametersChanged { parameters }.into());
    });
}

/// The encodings that version 1 is known to have.
#[test]
fn bytes_of_version_1_should_be_understood() {
    ExtBuilder::default().build().execute_with(|| {
        let claim = (R, WORKER);
        let mut challenge = vec![3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0];
        challenge.extend([9; 32]);
        challenge.extend([2, 8, 1, 0, 0, 0, 10, 0, 0, 0]);
        // A block number has eight bytes here.
        challenge.extend([
            1, 7, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0,
        ]);
        let node = 258u16;
        let key = [
            &v1::Challenges::<Test>::final_prefix()[..],
            &sp_io::hashing::blake2_128(&claim.encode()),
            &claim.encode(),
            &sp_io::hashing::twox_64(&[2, 1]),
            &[2, 1],
        ]
        .concat();
        unhashed::put_raw(&key, &challenge);
        let count = v1::ChallengeCount::<Test>::hashed_key_for(claim);
        unhashed::put_raw(&count, &[3, 0, 0, 0]);
        let opened = v1::OpenedNodes::<Test>::hashed_key_for(R, WORKER);
        unhashed::put_raw(&opened, &[12, 0, 0, 9, 0, 255, 3]);
        let bounty = (3u64, 258u64, 7u16, Some(8u64), 9u64, 10u64, 11u64);
        let key_of_bounty = v1::Bounties::<Test>::hashed_key_for(R, [4; 32]);
        unhashed::put_raw(&key_of_bounty, &bounty.encode());
        StorageVersion::new(1).put::<Disputes>();

        migrate(Weight::MAX);
        let record = Challenges::<Test>::get(claim, Subject::Node(node)).unwrap();
        assert_eq!((record.challenger, record.bond, record.at), (3, 258, 11));
        assert_eq!(record.digest, [9; 32]);
        assert_eq!(record.content, Content::Tensor(spec(DType::I32, &[1, 10])));
        assert_eq!(record.state, ChallengeState::Opened { due: 7 });
        assert_eq!(Challenges::<Test>::iter_keys().count(), 1);
        let running = RunningCount { nodes: 3, pages: 0 };
        assert_eq!(ChallengeCount::<Test>::get(claim), running);
        let set = Opened::<Test>::get(R, WORKER);
        let nodes: Vec<u16> = (0..2_000)
            .filter(|n| set.contains(Subject::Node(*n)))
            .collect();
        assert_eq!(nodes, [0, 9, 1_023]);
        assert!((0..16).all(|page| !set.contains(Subject::Page(page))));
        assert_eq!(
            Bounties::<Test>::get(R, [4; 32]),
            Some(BountyRecord {
                holder: 3,
                amount: 258,
                subject: Subject::Node(7),
                order: Some(8),
                before: 9,
                convicted: 10,
                due: 11,
            })
        );
    });
}

proptest! {
    /// Whatever root or a bug may have put there: the walk ends, and no entry is lost.
    #[test]
    fn migration_should_end_and_lose_nothing_whatever_is_stored(
        entries in prop::collection::vec((0usize..4, any::<Vec<u8>>(), any::<Vec<u8>>()), 0..8),
    ) {
        ExtBuilder::default().build().execute_with(|| {
            let prefixes = [
                v1::Challenges::<Test>::final_prefix(),
                v1::ChallengeCount::<Test>::final_prefix(),
                v1::OpenedNodes::<Test>::final_prefix(),
                v1::Bounties::<Test>::final_prefix(),
            ];
            for (map, key, value) in entries {
                unhashed::put_raw(&[&prefixes[map][..], &key].concat(), &value);
            }
            let number = stored().len();
            StorageVersion::new(1).put::<Disputes>();
            migrate(enough_for_one());
            assert_eq!(stored().len(), number);
        });
    }
}
