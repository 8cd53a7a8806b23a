//! From version 1 to 2: what is challenged, opened, counted and convicted may be a page of a trace, not only a node. Every
//! trace of version 1 has so few nodes that it has no pages.
//!
//! There may be many entries, so that they are brought over in as many blocks as it takes. Seals stay as they are: they
//! are over the number of a node, and still are.
//!
//! An entry that is not what version 1 stores is left as it is, with [`Event::NotMigrated`]: no migration may panic, since the
//! block would have no successor, nor drop what accounts are held for. Keys or lengths tell the layouts apart, so that a
//! walk that begins anew after some entries does no harm.

use crate::page_impls::PAGE_BYTES;
use crate::{
    kib, BalanceOf, BountyRecord, BountyRecordOf, ChallengeRecord, ChallengeRecordOf,
    ChallengeState, Challenges, Config, Content, Event, Opened, OpenedSet, Pallet, Parameters,
    ParametersOf, RunningCount, WeightInfo,
};
use codec::{Decode, DecodeAll, Encode, FullCodec, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::migrations::{MigrationId, SteppedMigration, SteppedMigrationError};
use frame_support::pallet_prelude::*;
use frame_support::storage::{unhashed, StoragePrefixedMap};
use frame_support::weights::WeightMeter;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Saturating;
use veritrace_primitives::graph::{Digest, TensorSpec};
use veritrace_primitives::page::Subject;
use veritrace_primitives::traits::RequestId;
use veritrace_primitives::walk::{Key, Place, Prefix, Walked};

/// The layout of version 1.
pub mod v1 {
    use super::*;
    use frame_support::storage_alias;

    /// A demand that a worker show what is under a leaf of its claim.
    #[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
    pub struct ChallengeRecord<AccountId, Balance, BlockNumber> {
        pub challenger: AccountId,
        pub bond: Balance,
        pub leaf: Digest,
        pub spec: TensorSpec,
        pub state: ChallengeState<BlockNumber>,
        pub opening_bytes: u32,
        pub at: BlockNumber,
    }

    /// [`ChallengeRecord`] of a runtime.
    pub type ChallengeRecordOf<T> =
        ChallengeRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

    /// A bounty that names a node.
    #[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
    pub struct BountyRecord<AccountId, Balance, BlockNumber> {
        pub holder: AccountId,
        pub amount: Balance,
        pub node: u16,
        pub order: Option<u64>,
        pub before: BlockNumber,
        pub convicted: BlockNumber,
        pub due: BlockNumber,
    }

    /// [`BountyRecord`] of a runtime.
    pub type BountyRecordOf<T> =
        BountyRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

    /// Most nodes that a graph had.
    pub const MAX_NODES: u32 = 1_024;
    /// Nodes of a trace.
    pub type NodeSet = BoundedBTreeSet<u16, ConstU32<MAX_NODES>>;

    #[storage_alias]
    pub type Challenges<T: Config> = StorageDoubleMap<
        Pallet<T>,
        Blake2_128Concat,
        (RequestId, <T as frame_system::Config>::AccountId),
        Twox64Concat,
        u16,
        ChallengeRecordOf<T>,
    >;

    #[storage_alias]
    pub type ChallengeCount<T: Config> = StorageMap<
        Pallet<T>,
        Blake2_128Concat,
        (RequestId, <T as frame_system::Config>::AccountId),
        u32,
    >;

    #[storage_alias]
    pub type OpenedNodes<T: Config> = StorageDoubleMap<
        Pallet<T>,
        Twox64Concat,
        RequestId,
        Blake2_128Concat,
        <T as frame_system::Config>::AccountId,
        NodeSet,
    >;

    #[storage_alias]
    pub type Bounties<T: Config> =
        StorageDoubleMap<Pallet<T>, Twox64Concat, RequestId, Identity, Digest, BountyRecordOf<T>>;
}

/// Brings the storage from version 1 to 2.
pub struct Migration<T>(PhantomData<T>);

/// The maps with entries of another layout, in the order in which they are walked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Map {
    Challenges,
    Counts,
    Opened,
    Bounties,
}

impl Map {
    const ALL: [Self; 4] = [Self::Challenges, Self::Counts, Self::Opened, Self::Bounties];

    fn prefix<T: Config>(self) -> Prefix {
        match self {
            Self::Challenges => v1::Challenges::<T>::final_prefix(),
            Self::Counts => v1::ChallengeCount::<T>::final_prefix(),
            Self::Opened => v1::OpenedNodes::<T>::final_prefix(),
            Self::Bounties => v1::Bounties::<T>::final_prefix(),
        }
    }

    /// What an entry weighs.
    fn weight<T: Config>(self) -> Weight {
        match self {
            Self::Challenges => T::WeightInfo::migrate_challenge(),
            Self::Counts => T::WeightInfo::migrate_count(),
            Self::Opened => T::WeightInfo::migrate_opened(),
            Self::Bounties => T::WeightInfo::migrate_bounty(),
        }
    }

    /// Brings an entry over. `None` when it is of neither version.
    fn bring<T: Config>(self, key: &[u8]) -> Option<()> {
        match self {
            Self::Challenges => bring_challenge::<T>(key),
            Self::Counts => bring_value(key, |nodes: u32| RunningCount { nodes, pages: 0 }),
            Self::Opened => bring_opened::<T>(key),
            Self::Bounties => {
                bring_value::<v1::BountyRecordOf<T>, BountyRecordOf<T>>(key, brought_bounty::<T>)
            }
        }
    }
}

/// Brings a value over whose key stays. The layouts have values of different lengths.
fn bring_value<Old: Decode, New: FullCodec>(
    key: &[u8],
    brought: impl FnOnce(Old) -> New,
) -> Option<()> {
    let raw = unhashed::get_raw(key)?;
    match Old::decode_all(&mut &raw[..]) {
        Ok(old) => {
            unhashed::put(key, &brought(old));
            Some(())
        }
        Err(_) => New::decode_all(&mut &raw[..]).is_ok().then_some(()),
    }
}

fn brought_challenge<T: Config>(old: v1::ChallengeRecordOf<T>) -> ChallengeRecordOf<T> {
    let v1::ChallengeRecord {
        challenger,
        bond,
        leaf,
        spec,
        state,
        opening_bytes,
        at,
    } = old;
    ChallengeRecord {
        challenger,
        bond,
        digest: leaf,
        content: Content::Tensor(spec),
        state,
        opening_bytes,
        at,
    }
}

fn brought_bounty<T: Config>(old: v1::BountyRecordOf<T>) -> BountyRecordOf<T> {
    let v1::BountyRecord {
        holder,
        amount,
        node,
        order,
        before,
        convicted,
        due,
    } = old;
    BountyRecord {
        holder,
        amount,
        subject: Subject::Node(node),
        order,
        before,
        convicted,
        due,
    }
}

fn brought_nodes(old: &v1::NodeSet) -> Option<OpenedSet> {
    let mut opened = OpenedSet::default();
    for node in old {
        opened.insert(Subject::Node(*node))?;
    }
    Some(opened)
}

/// Takes the hash and the value of a part of a key off it.
fn take<Part: Decode>(key: &mut &[u8], hash: usize) -> Option<Part> {
    *key = key.get(hash..)?;
    Part::decode(key).ok()
}

/// A challenge has another key: the node's number became a subject, which is a byte longer.
fn bring_challenge<T: Config>(key: &[u8]) -> Option<()> {
    let mut rest = key.get(32..)?;
    let claim: (RequestId, T::AccountId) = take(&mut rest, 16)?;
    let subject = rest.get(8..)?;
    let raw = unhashed::get_raw(key)?;
    if let Ok(node) = u16::decode_all(&mut &subject[..]) {
        let old = v1::ChallengeRecordOf::<T>::decode_all(&mut &raw[..]).ok()?;
        unhashed::kill(key);
        Challenges::<T>::insert(claim, Subject::Node(node), brought_challenge::<T>(old));
        return Some(());
    }
    Subject::decode_all(&mut &subject[..]).ok()?;
    ChallengeRecordOf::<T>::decode_all(&mut &raw[..]).ok()?;
    Some(())
}

/// What was opened has a map of another name.
fn bring_opened<T: Config>(key: &[u8]) -> Option<()> {
    let mut rest = key.get(32..)?;
    let request: RequestId = take(&mut rest, 8)?;
    let worker: T::AccountId = take(&mut rest, 16)?;
    let raw = unhashed::get_raw(key)?;
    let old = v1::NodeSet::decode_all(&mut &raw[..]).ok()?;
    let opened = brought_nodes(&old)?;
    unhashed::kill(key);
    Opened::<T>::insert(request, worker, opened);
    Some(())
}

/// The same parameters, with seals that count as long as two openings take, and bonds that pay for the opening of a page.
fn brought_parameters<T: Config>(mut parameters: ParametersOf<T>) -> ParametersOf<T> {
    parameters.seal_lifetime = parameters
        .seal_lifetime
        .max(Pallet::<T>::longest_dispute(&parameters));
    for bytes in [0, PAGE_BYTES] {
        let least = Pallet::<T>::page_response_cost(bytes).saturating_mul(2u32.into());
        let of_bytes = parameters.bond_per_kib.saturating_mul(kib(bytes).into());
        parameters.bond_base = parameters.bond_base.max(least.saturating_sub(of_bytes));
    }
    parameters
}

impl<T: Config> Migration<T> {
    fn bring_parameters() {
        let old = Parameters::<T>::get();
        let parameters = brought_parameters::<T>(old);
        if parameters != old {
            Parameters::<T>::put(parameters);
            Pallet::<T>::deposit_event(Event::ParametersChanged { parameters });
        }
        if !Pallet::<T>::are_consistent(&parameters) {
            log::error!(
                target: "runtime::veritrace",
                "the disputes' parameters contradict each other: {parameters:?}",
            );
        }
    }

    fn bring(map: Map, key: &[u8]) {
        if map.bring::<T>(key).is_none() {
            log::error!(
                target: "runtime::veritrace",
                "an entry of {map:?} is not what version 1 of the disputes' storage has, and left as it is: {key:?}",
            );
            Pallet::<T>::deposit_event(Event::NotMigrated {
                key: Key::truncate_from(key.to_vec()),
            });
        }
    }
}

impl<T: Config> SteppedMigration for Migration<T> {
    type Cursor = Place;
    type Identifier = MigrationId<15>;

    fn id() -> Self::Identifier {
        MigrationId {
            pallet_id: *b"pallet-disputes",
            version_from: 1,
            version_to: 2,
        }
    }

    // No `max_steps`: every step passes an entry, and no others can be made meanwhile. To give up would freeze the chain.

    fn migrating_prefixes() -> Option<impl IntoIterator<Item = alloc::vec::Vec<u8>>> {
        Some(
            Map::ALL
                .map(Map::prefix::<T>)
                .into_iter()
                .chain([Opened::<T>::final_prefix()])
                .map(|prefix| prefix.to_vec()),
        )
    }

    fn step(
        cursor: Option<Place>,
        meter: &mut WeightMeter,
    ) -> Result<Option<Place>, SteppedMigrationError> {
        let required = T::WeightInfo::migrate_parameters();
        if meter.try_consume(required).is_err() {
            return Err(SteppedMigrationError::InsufficientWeight { required });
        }
        if Pallet::<T>::on_chain_storage_version() != 1 {
            return Ok(None);
        }
        let mut place = match cursor {
            Some(place) => place,
            None => {
                Self::bring_parameters();
                Place::default()
            }
        };
        let mut required = Weight::zero();
        let walked = place.walk(&Map::ALL.map(Map::prefix::<T>), |map, key| {
            // The walk gives none but the numbers of these maps.
            let Some(map) = Map::ALL.get(usize::from(map)) else {
                return true;
            };
            required = map.weight::<T>();
            let affordable = meter.try_consume(required).is_ok();
            if affordable {
                Self::bring(*map, key);
            }
            affordable
        });
        match walked {
            Walked::Everywhere => {
                StorageVersion::new(2).put::<Pallet<T>>();
                Ok(None)
            }
            Walked::UpTo(0) => Err(SteppedMigrationError::InsufficientWeight { required }),
            Walked::UpTo(_) => Ok(Some(place)),
        }
    }

    #[cfg(feature = "try-runtime")]
    fn pre_upgrade() -> Result<alloc::vec::Vec<u8>, sp_runtime::TryRuntimeError> {
        try_runtime::before::<T>()
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(state: alloc::vec::Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
        try_runtime::after::<T>(&state)
    }
}

#[cfg(feature = "try-runtime")]
mod try_runtime {
    use super::*;
    use crate::{
        Bounties, ChallengeCount, HoldReason, PendingOpenBytes, SealCount, Seals, SealsMade,
        Verdicts,
    };
    use alloc::vec::Vec;
    use frame_support::ensure;
    use frame_support::traits::fungible::hold::Inspect as _;
    use sp_runtime::TryRuntimeError;

    type Claim<T> = (RequestId, <T as frame_system::Config>::AccountId);

    /// Everything of version 1, and a digest of what must not change at all: verdicts, seals, bytes to be opened, and what
    /// is held of those who challenged, sealed and won.
    #[derive(Encode, Decode)]
    struct Before<T: Config> {
        parameters: ParametersOf<T>,
        challenges: Vec<(Claim<T>, u16, v1::ChallengeRecordOf<T>)>,
        counts: Vec<(Claim<T>, u32)>,
        opened: Vec<(RequestId, T::AccountId, v1::NodeSet)>,
        bounties: Vec<(RequestId, Digest, v1::BountyRecordOf<T>)>,
        rest: [u8; 32],
    }

    fn rest<T: Config>(
        challenges: &[(Claim<T>, u16, v1::ChallengeRecordOf<T>)],
        bounties: &[(RequestId, Digest, v1::BountyRecordOf<T>)],
    ) -> [u8; 32] {
        let challengers = challenges.iter().map(|(_, _, record)| &record.challenger);
        let holders = bounties.iter().map(|(_, _, record)| &record.holder);
        let held: Vec<_> = challengers
            .chain(holders)
            .map(|who| {
                [HoldReason::Bond, HoldReason::Seal, HoldReason::Bounty]
                    .map(|reason| T::Currency::balance_on_hold(&reason.into(), who))
            })
            .collect();
        let all = (
            Verdicts::<T>::iter_keys().collect::<Vec<_>>(),
            PendingOpenBytes::<T>::iter().collect::<Vec<_>>(),
            Seals::<T>::iter().collect::<Vec<_>>(),
            SealCount::<T>::iter().collect::<Vec<_>>(),
            SealsMade::<T>::get(),
            held,
        );
        sp_io::hashing::blake2_256(&all.encode())
    }

    /// `None` when there is nothing to bring over.
    pub fn before<T: Config>() -> Result<Vec<u8>, TryRuntimeError> {
        if Pallet::<T>::on_chain_storage_version() != 1 {
            return Ok(None::<Before<T>>.encode());
        }
        let challenges: Vec<_> = v1::Challenges::<T>::iter().collect();
        let counts: Vec<_> = v1::ChallengeCount::<T>::iter().collect();
        let opened: Vec<_> = v1::OpenedNodes::<T>::iter().collect();
        let bounties: Vec<_> = v1::Bounties::<T>::iter().collect();
        // What cannot be decoded has a key all the same.
        let whole = v1::Challenges::<T>::iter_keys().count() == challenges.len()
            && v1::ChallengeCount::<T>::iter_keys().count() == counts.len()
            && v1::OpenedNodes::<T>::iter_keys().count() == opened.len()
            && v1::Bounties::<T>::iter_keys().count() == bounties.len();
        ensure!(whole, "an entry is not what version 1 stores");
        let rest = rest::<T>(&challenges, &bounties);
        Ok(Some(Before::<T> {
            parameters: Parameters::<T>::get(),
            challenges,
            counts,
            opened,
            bounties,
            rest,
        })
        .encode())
    }

    pub fn after<T: Config>(state: &[u8]) -> Result<(), TryRuntimeError> {
        ensure!(
            Pallet::<T>::on_chain_storage_version() == Pallet::<T>::in_code_storage_version(),
            "the disputes' storage has not the version of the code"
        );
        let Some(before) = Option::<Before<T>>::decode_all(&mut &state[..])
            .map_err(|_| "what was before cannot be decoded")?
        else {
            return Ok(());
        };
        ensure!(
            Challenges::<T>::iter_keys().count() == before.challenges.len()
                && ChallengeCount::<T>::iter_keys().count() == before.counts.len()
                && Opened::<T>::iter_keys().count() == before.opened.len()
                && Bounties::<T>::iter_keys().count() == before.bounties.len()
                && v1::OpenedNodes::<T>::iter_keys().next().is_none(),
            "there are not as many challenges, claims or bounties as there were"
        );
        let rest_now = rest::<T>(&before.challenges, &before.bounties);
        ensure!(
            rest_now == before.rest,
            "verdicts, seals or holds are not what they were"
        );
        for (claim, node, old) in before.challenges {
            ensure!(
                Challenges::<T>::get(claim, Subject::Node(node))
                    == Some(brought_challenge::<T>(old)),
                "a challenge is not what it was"
            );
        }
        for (claim, nodes) in before.counts {
            ensure!(
                ChallengeCount::<T>::get(claim) == RunningCount { nodes, pages: 0 },
                "a claim's challenges are not as many as they were"
            );
        }
        for (request, worker, old) in before.opened {
            let opened = Opened::<T>::get(request, worker);
            let is_same = (0..v1::MAX_NODES as u16)
                .all(|node| opened.contains(Subject::Node(node)) == old.contains(&node));
            ensure!(is_same, "what was opened of a claim is not what it was");
        }
        for (request, trace_root, old) in before.bounties {
            ensure!(
                Bounties::<T>::get(request, trace_root) == Some(brought_bounty::<T>(old)),
                "a bounty is not what it was"
            );
        }
        ensure!(
            Parameters::<T>::get() == brought_parameters::<T>(before.parameters)
                && Pallet::<T>::are_consistent(&Parameters::<T>::get()),
            "the disputes' parameters are not what they were, or contradict each other"
        );
        Ok(())
    }
}
