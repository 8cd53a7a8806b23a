//! From version 1 to 2: what later nodes of a draft may refer to is kept apart from the draft, in pieces.
//!
//! A draft goes on where it was: what was checked of its graph is checked. There may be many, so that they are brought over in
//! as many blocks as it takes.
//!
//! An entry that is not what version 1 stores is left as it is, with [`Event::NotMigrated`]: no migration may panic, since the
//! block would have no successor. Its author can remove the draft, which gives the deposit back. A draft that has pieces, or
//! is one of version 2 to the last byte, is left too, so that a walk that begins anew after some entries does no harm.

use crate::{Config, DraftFacts, Drafts, Event, Pallet, Piece, PieceKey, WeightInfo};
use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::migrations::{MigrationId, SteppedMigration, SteppedMigrationError};
use frame_support::pallet_prelude::*;
use frame_support::storage::{unhashed, StoragePrefixedMap};
use frame_support::weights::WeightMeter;
use veritrace_primitives::check::{Fact, FactKind, GraphChecker};
use veritrace_primitives::graph::{GraphHeader, TensorSpec};
use veritrace_primitives::merkle::Frontier;
use veritrace_primitives::traits::ModelId;
use veritrace_primitives::walk::{Key, Place, Walked};

/// The layout of version 1.
pub mod v1 {
    use super::*;
    use frame_support::storage_alias;

    /// Most nodes, and most initialisers, that a graph had. No more than a piece has facts.
    pub const MAX_NODES: u32 = 1_024;

    /// The state of a check with all that later nodes may refer to.
    #[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
    pub struct GraphChecker {
        pub header: GraphHeader,
        pub initialisers: BoundedVec<Fact, ConstU32<MAX_NODES>>,
        pub initialiser_roots: Frontier,
        pub nodes: BoundedVec<TensorSpec, ConstU32<MAX_NODES>>,
        pub node_leaves: Frontier,
    }

    #[storage_alias]
    pub type Drafts<T: Config> = StorageMap<Pallet<T>, Identity, ModelId, GraphChecker>;
}

/// Brings the storage from version 1 to 2.
pub struct Migration<T>(PhantomData<T>);

/// The draft, and its pieces: one of each kind that it has facts of.
fn brought(old: v1::GraphChecker) -> (GraphChecker, [(FactKind, Piece); 2]) {
    let v1::GraphChecker {
        header,
        initialisers,
        initialiser_roots,
        nodes,
        node_leaves,
    } = old;
    let nodes = nodes
        .into_iter()
        .map(|spec| Fact {
            spec,
            parameter: None,
        })
        .collect();
    let pieces = [
        (
            FactKind::Initialiser,
            Piece::truncate_from(initialisers.into_inner()),
        ),
        (FactKind::Node, Piece::truncate_from(nodes)),
    ];
    let checker = GraphChecker::resumed(header, initialiser_roots, node_leaves);
    (checker, pieces)
}

/// Brings a draft over. `None` when it is of neither version.
fn bring<T: Config>(key: &[u8]) -> Option<()> {
    let model = ModelId::decode_all(&mut key.get(32..)?).ok()?;
    if DraftFacts::<T>::iter_key_prefix(model).next().is_some() {
        return Some(());
    }
    let raw = unhashed::get_raw(key)?;
    let Ok(old) = v1::GraphChecker::decode_all(&mut &raw[..]) else {
        return GraphChecker::decode_all(&mut &raw[..]).ok().map(|_| ());
    };
    let (checker, pieces) = brought(old);
    for (kind, piece) in pieces {
        if !piece.is_empty() {
            DraftFacts::<T>::insert(model, PieceKey { kind, piece: 0 }, piece);
        }
    }
    Drafts::<T>::insert(model, checker);
    Some(())
}

impl<T: Config> SteppedMigration for Migration<T> {
    type Cursor = Place;
    type Identifier = MigrationId<13>;

    fn id() -> Self::Identifier {
        MigrationId {
            pallet_id: *b"pallet-models",
            version_from: 1,
            version_to: 2,
        }
    }

    // No `max_steps`: every step passes an entry, and no others can be made meanwhile. To give up would freeze the chain.

    fn migrating_prefixes() -> Option<impl IntoIterator<Item = alloc::vec::Vec<u8>>> {
        Some([
            Drafts::<T>::final_prefix().to_vec(),
            DraftFacts::<T>::final_prefix().to_vec(),
        ])
    }

    fn step(
        cursor: Option<Place>,
        meter: &mut WeightMeter,
    ) -> Result<Option<Place>, SteppedMigrationError> {
        let required = T::DbWeight::get().reads_writes(1, 1);
        if meter.try_consume(required).is_err() {
            return Err(SteppedMigrationError::InsufficientWeight { required });
        }
        if Pallet::<T>::on_chain_storage_version() != 1 {
            return Ok(None);
        }
        let mut place = cursor.unwrap_or_default();
        let required = T::WeightInfo::migrate_draft();
        let walked = place.walk(&[Drafts::<T>::final_prefix()], |_, key| {
            if meter.try_consume(required).is_err() {
                return false;
            }
            if bring::<T>(key).is_none() {
                log::error!(
                    target: "runtime::veritrace",
                    "a draft is not what version 1 of the models' storage has, and left as it is: {key:?}",
                );
                Pallet::<T>::deposit_event(Event::NotMigrated {
                    key: Key::truncate_from(key.to_vec()),
                });
            }
            true
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

    /// Every draft, and what must not change at all: models, families, cards.
    #[cfg(feature = "try-runtime")]
    fn pre_upgrade() -> Result<alloc::vec::Vec<u8>, sp_runtime::TryRuntimeError> {
        if Pallet::<T>::on_chain_storage_version() != 1 {
            return Ok(None::<Before>.encode());
        }
        let drafts: alloc::vec::Vec<_> = v1::Drafts::<T>::iter().collect();
        frame_support::ensure!(
            v1::Drafts::<T>::iter_keys().count() == drafts.len(),
            "a draft is not what version 1 stores"
        );
        Ok(Some((drafts, rest::<T>())).encode())
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(state: alloc::vec::Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
        use frame_support::ensure;
        ensure!(
            Pallet::<T>::on_chain_storage_version() == Pallet::<T>::in_code_storage_version(),
            "the models' storage has not the version of the code"
        );
        let before = Option::<Before>::decode_all(&mut &state[..])
            .map_err(|_| "what was before cannot be decoded")?;
        let Some((drafts, rest_before)) = before else {
            return Ok(());
        };
        ensure!(
            Drafts::<T>::iter_keys().count() == drafts.len(),
            "there are not as many drafts as there were"
        );
        for (model, old) in drafts {
            let (checker, pieces) = brought(old);
            ensure!(
                Drafts::<T>::get(model) == Some(checker),
                "a draft is not what it was"
            );
            for (kind, piece) in pieces {
                ensure!(
                    DraftFacts::<T>::get(model, PieceKey { kind, piece: 0 }) == piece,
                    "a draft's facts are not what they were"
                );
            }
        }
        ensure!(
            rest::<T>() == rest_before,
            "models, families or cards are not what they were"
        );
        Pallet::<T>::do_try_state()
    }
}

#[cfg(feature = "try-runtime")]
type Before = (alloc::vec::Vec<(ModelId, v1::GraphChecker)>, [u8; 32]);

#[cfg(feature = "try-runtime")]
fn rest<T: Config>() -> [u8; 32] {
    use crate::{AIModels, Cards, Families};
    use alloc::vec::Vec;
    let all = (
        AIModels::<T>::iter().collect::<Vec<_>>(),
        Families::<T>::iter().collect::<Vec<_>>(),
        Cards::<T>::iter().collect::<Vec<_>>(),
    );
    sp_io::hashing::blake2_256(&all.encode())
}
