//! What later nodes of a draft may refer to, kept in storage a piece at a time: a page of a graph reads and writes the
//! pieces that its nodes refer to and that it adds to, however many nodes the graph has.

use crate::{Config, DraftFacts, Pallet, WeightInfo};
use alloc::collections::btree_map::{BTreeMap, Entry};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::defensive;
use frame_support::pallet_prelude::ConstU32;
use frame_support::weights::Weight;
use frame_support::BoundedVec;
use scale_info::TypeInfo;
use veritrace_primitives::check::{Fact, FactKind, Facts};
use veritrace_primitives::graph::MAX_NODES;
use veritrace_primitives::traits::ModelId;

/// Facts in a piece.
pub const PIECE_FACTS: u16 = 1_024;
/// Most pieces of a draft: of initialisers and of nodes.
pub const MAX_PIECES: u32 = MAX_NODES.div_ceil(PIECE_FACTS as u32).saturating_mul(2);

/// Which piece of a draft's facts.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct PieceKey {
    /// Of initialisers or of nodes.
    pub kind: FactKind,
    /// Counted from zero.
    pub piece: u16,
}

/// A piece of a draft's facts, in order.
pub type Piece = BoundedVec<Fact, ConstU32<{ PIECE_FACTS as u32 }>>;

/// The piece that has the fact of that number, and its place in it.
fn place_of(kind: FactKind, index: u16) -> (PieceKey, usize) {
    let piece = index / PIECE_FACTS;
    (PieceKey { kind, piece }, usize::from(index % PIECE_FACTS))
}

/// The facts of a draft, read when they are asked for.
pub(crate) struct StoredFacts<T> {
    model: ModelId,
    pieces: BTreeMap<PieceKey, (Piece, bool)>,
    runtime: core::marker::PhantomData<T>,
}

impl<T: Config> StoredFacts<T> {
    pub(crate) fn of(model: ModelId) -> Self {
        Self {
            model,
            pieces: BTreeMap::new(),
            runtime: core::marker::PhantomData,
        }
    }

    fn piece(&mut self, key: PieceKey) -> &mut (Piece, bool) {
        match self.pieces.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                unknown.insert((DraftFacts::<T>::get(self.model, key), false))
            }
        }
    }

    /// Pieces that were read.
    pub(crate) fn touched(&self) -> u32 {
        self.pieces.len() as u32
    }

    /// Writes what was added.
    pub(crate) fn store(self) {
        for (key, (piece, is_changed)) in self.pieces {
            if is_changed {
                DraftFacts::<T>::insert(self.model, key, piece);
            }
        }
    }
}

impl<T: Config> Facts for StoredFacts<T> {
    fn get(&mut self, kind: FactKind, index: u16) -> Option<Fact> {
        let (key, place) = place_of(kind, index);
        self.piece(key).0.get(place).cloned()
    }

    fn push(&mut self, kind: FactKind, index: u16, fact: Fact) -> Option<()> {
        let (key, place) = place_of(kind, index);
        let (piece, is_changed) = self.piece(key);
        if piece.len() != place {
            return None;
        }
        piece.try_push(fact).ok()?;
        *is_changed = true;
        Some(())
    }
}

impl<T: Config> Pallet<T> {
    /// Forgets the facts of a draft that is none any more. How many pieces there were.
    pub(crate) fn forget_facts(model: &ModelId) -> u32 {
        let cleared = DraftFacts::<T>::clear_prefix(model, MAX_PIECES, None);
        if cleared.maybe_cursor.is_some() {
            defensive!("a draft has no more pieces than its graph has nodes and initialisers");
        }
        // Those of this block too.
        cleared.unique
    }

    /// Most that a page's looking up what its nodes refer to weighs.
    pub(crate) fn most_lookup_weight() -> Weight {
        T::WeightInfo::look_up_facts(MAX_PIECES)
    }

    /// Most that forgetting the facts of a draft weighs.
    pub(crate) fn most_forget_weight() -> Weight {
        T::WeightInfo::forget_facts(MAX_PIECES)
    }
}
