//! Weights of the models pallet.
//!
//! Interim figures, not measured: database accesses were counted by hand, and the times are generous guesses.

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Of `register_model` with `m` bytes of metadata.
    fn register_model(m: u32) -> Weight;
    /// Of `submit_graph_page` with `n` items in `b` bytes, after which more are due.
    fn submit_graph_page(n: u32, b: u32) -> Weight;
    /// Of `submit_graph_page` with `n` items in `b` bytes that complete the graph.
    fn submit_last_graph_page(n: u32, b: u32) -> Weight;
    /// Of `set_terms`.
    fn set_terms() -> Weight;
    /// Of `deprecate`.
    fn deprecate() -> Weight;
    /// Of `remove`.
    fn remove() -> Weight;
    /// Of `condemn_model` with a proof of `b` bytes.
    fn condemn_model(b: u32) -> Weight;
    /// Of `set_parameters`.
    fn set_parameters() -> Weight;
}

// A draft is the largest thing the pallet stores: its time is that of encoding, decoding and copying some 70 KB.
const DRAFT: u64 = 150_000_000;
const ITEM: u64 = 15_000_000;
const BYTE: u64 = 12_000;

fn register(db: RuntimeDbWeight, m: u32) -> Weight {
    // Parameters, model, draft, the author's account and holds.
    Weight::from_parts(80_000_000, 8_000)
        .saturating_add(Weight::from_parts(BYTE, 0).saturating_mul(m.into()))
        .saturating_add(db.reads_writes(4, 4))
}

fn page(db: RuntimeDbWeight, n: u32, b: u32) -> Weight {
    // Model, draft, parameters; the draft is written.
    Weight::from_parts(DRAFT, 80_000)
        .saturating_add(Weight::from_parts(ITEM, 0).saturating_mul(n.into()))
        .saturating_add(Weight::from_parts(BYTE, 0).saturating_mul(b.into()))
        .saturating_add(db.reads_writes(3, 1))
}

fn last_page(db: RuntimeDbWeight, n: u32, b: u32) -> Weight {
    page(db, n, b).saturating_add(db.writes(1))
}

fn terms(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(20_000_000, 8_000).saturating_add(db.reads_writes(2, 1))
}

fn remove(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(60_000_000, 8_000).saturating_add(db.reads_writes(3, 4))
}

fn condemn(db: RuntimeDbWeight, b: u32) -> Weight {
    // Model, parameters, both accounts and the author's holds.
    Weight::from_parts(150_000_000, 12_000)
        .saturating_add(Weight::from_parts(BYTE, 0).saturating_mul(b.into()))
        .saturating_add(db.reads_writes(5, 4))
}

fn parameters(db: RuntimeDbWeight) -> Weight {
    Weight::from_parts(10_000_000, 0).saturating_add(db.writes(1))
}

/// Interim weights with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_model(m: u32) -> Weight {
        register(T::DbWeight::get(), m)
    }
    fn submit_graph_page(n: u32, b: u32) -> Weight {
        page(T::DbWeight::get(), n, b)
    }
    fn submit_last_graph_page(n: u32, b: u32) -> Weight {
        last_page(T::DbWeight::get(), n, b)
    }
    fn set_terms() -> Weight {
        terms(T::DbWeight::get())
    }
    fn deprecate() -> Weight {
        terms(T::DbWeight::get())
    }
    fn remove() -> Weight {
        remove(T::DbWeight::get())
    }
    fn condemn_model(b: u32) -> Weight {
        condemn(T::DbWeight::get(), b)
    }
    fn set_parameters() -> Weight {
        parameters(T::DbWeight::get())
    }
}

impl WeightInfo for () {
    fn register_model(m: u32) -> Weight {
        register(RocksDbWeight::get(), m)
    }
    fn submit_graph_page(n: u32, b: u32) -> Weight {
        page(RocksDbWeight::get(), n, b)
    }
    fn submit_last_graph_page(n: u32, b: u32) -> Weight {
        last_page(RocksDbWeight::get(), n, b)
    }
    fn set_terms() -> Weight {
        terms(RocksDbWeight::get())
    }
    fn deprecate() -> Weight {
        terms(RocksDbWeight::get())
    }
    fn remove() -> Weight {
        remove(RocksDbWeight::get())
    }
    fn condemn_model(b: u32) -> Weight {
        condemn(RocksDbWeight::get(), b)
    }
    fn set_parameters() -> Weight {
        parameters(RocksDbWeight::get())
    }
}
