//! Weights of the disputes pallet.
//!
//! Interim figures, not measured on the runtime: database accesses were counted by hand, and the times are generous
//! guesses after native runs (5 to 13 ns a product of a whole node, 40 to 170 ns a product of a tile).

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Weights of the calls, one for each way through them. `b` counts bytes of a proof or opening, `m` thousands of
/// multiply-accumulates.
pub trait WeightInfo {
    /// Of `contradict_node` with an accepted proof.
    fn contradict_node_convicts(b: u32, m: u32) -> Weight;
    /// Of `contradict_node` with a proof that is rejected at the very end.
    fn contradict_node_rejected(b: u32, m: u32) -> Weight;
    /// Of `contradict_tile` with an accepted proof.
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight;
    /// Of `contradict_tile` with a proof that is rejected at the very end.
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight;
    /// Of `contradict_element` with an accepted proof, whose inputs are two bytes for each product.
    fn contradict_element_convicts(m: u32) -> Weight;
    /// Of `contradict_element` with a proof that is rejected at the very end.
    fn contradict_element_rejected(m: u32) -> Weight;
    /// Of `challenge` with an accepted proof, which is short.
    fn challenge_accepted() -> Weight;
    /// Of `challenge` with a rejected proof.
    fn challenge_rejected(b: u32) -> Weight;
    /// Of `open` with the bytes of a tensor.
    fn open_tensor(b: u32) -> Weight;
    /// Of `open` with tile hashes.
    fn open_tiles(b: u32) -> Weight;
    /// Of `open` with an opening that is not the leaf's.
    fn open_rejected(b: u32) -> Weight;
    /// Of `expire_challenge` for a node that was not opened.
    fn expire_unanswered() -> Weight;
    /// Of `expire_challenge` for an opening that was not contradicted.
    fn expire_uncontradicted() -> Weight;
    /// Of `reclaim_bond`.
    fn reclaim_bond() -> Weight;
    /// Of `set_parameters`.
    fn set_parameters() -> Weight;
}

// Decoding and hashing a byte; a thousand products from dense rows; a thousand products from tiles looked up one by
// one, twice.
const BYTE: u64 = 20_000;
const DENSE: u64 = 20_000_000;
const SPARSE: u64 = 300_000_000;

/// Reading and checking a proof, whatever becomes of it.
fn proof(b: u32, m: u32, thousand: u64) -> Weight {
    Weight::from_parts(200_000_000, 10_000)
        .saturating_add(Weight::from_parts(BYTE, 0).saturating_mul(b.into()))
        .saturating_add(Weight::from_parts(thousand, 0).saturating_mul(m.into()))
}

/// Striking one claim: its record, the worker with lock and payments, the verdict.
fn conviction(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(250_000_000, 80_000).saturating_add(db.reads_writes(20, 20))
}

/// The caller's account.
fn penalty(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(50_000_000, 4_000).saturating_add(db.reads_writes(2, 1))
}

/// The bond, the challenge, its counts, the request's record and the worker's.
fn challenge(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(150_000_000, 30_000).saturating_add(db.reads_writes(9, 7))
}

fn open(db: RuntimeDbWeight, b: u32) -> Weight {
    proof(b, 0, 0).saturating_add(db.reads_writes(7, 3))
}

fn expire(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(200_000_000, 30_000).saturating_add(db.reads_writes(9, 8))
}

fn parameters(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(20_000_000, 2_000).saturating_add(db.reads_writes(1, 1))
}

macro_rules! interim {
    ($db:expr) => {
        fn contradict_node_convicts(b: u32, m: u32) -> Weight {
            proof(b, m, DENSE).saturating_add(conviction($db))
        }
        fn contradict_node_rejected(b: u32, m: u32) -> Weight {
            proof(b, m, DENSE).saturating_add(penalty($db))
        }
        fn contradict_tile_convicts(b: u32, m: u32) -> Weight {
            proof(b, m, SPARSE).saturating_add(conviction($db))
        }
        fn contradict_tile_rejected(b: u32, m: u32) -> Weight {
            proof(b, m, SPARSE).saturating_add(penalty($db))
        }
        fn contradict_element_convicts(m: u32) -> Weight {
            proof(m.saturating_mul(2_000), m, SPARSE).saturating_add(conviction($db))
        }
        fn contradict_element_rejected(m: u32) -> Weight {
            proof(m.saturating_mul(2_000), m, SPARSE).saturating_add(penalty($db))
        }
        fn challenge_accepted() -> Weight {
            proof(1_024, 0, 0).saturating_add(challenge($db))
        }
        fn challenge_rejected(b: u32) -> Weight {
            proof(b, 0, 0).saturating_add(penalty($db))
        }
        fn open_tensor(b: u32) -> Weight {
            open($db, b)
        }
        fn open_tiles(b: u32) -> Weight {
            open($db, b)
        }
        fn open_rejected(b: u32) -> Weight {
            open($db, b).saturating_add(penalty($db))
        }
        fn expire_unanswered() -> Weight {
            expire($db).saturating_add(conviction($db))
        }
        fn expire_uncontradicted() -> Weight {
            expire($db)
        }
        fn reclaim_bond() -> Weight {
            expire($db)
        }
        fn set_parameters() -> Weight {
            parameters($db)
        }
    };
}

/// Interim weights with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    interim!(T::DbWeight::get());
}

impl WeightInfo for () {
    interim!(RocksDbWeight::get());
}
