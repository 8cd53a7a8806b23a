//! Weights of the models pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 5a1cfd527eaffcc0b9ccb5a9460ba2ea99d8810a
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 53_930_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Models::Cards` (1_516 bytes at most): 0 reads, 1 write
    /// - `Models::Drafts` (2_249 bytes at most): 0 reads, 1 write
    fn register_model() -> Weight;
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 2 reads, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Models::Cards` (1_516 bytes at most): 0 reads, 1 write
    /// - `Models::Drafts` (2_249 bytes at most): 0 reads, 1 write
    fn register_version() -> Weight;
    /// `n` from 1 to 256.
    /// `b` from 8_192 to 65_536.
    ///
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    /// - `Models::Drafts` (2_249 bytes at most): 1 read, 1 write
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    fn submit_graph_page(n: u32, b: u32) -> Weight;
    /// `n` from 1 to 256.
    /// `b` from 8_192 to 65_536.
    ///
    /// - `Models::AIModels` (441 bytes at most): 2 reads, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Models::Drafts` (2_249 bytes at most): 1 read, 1 write
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    fn submit_last_graph_page(n: u32, b: u32) -> Weight;
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    fn set_terms() -> Weight;
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    fn deprecate() -> Weight;
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Models::Cards` (1_516 bytes at most): 0 reads, 1 write
    /// - `Models::Drafts` (2_249 bytes at most): 0 reads, 1 write
    fn remove() -> Weight;
    /// `b` from 1_024 to 65_536.
    ///
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    fn condemn_model(b: u32) -> Weight;
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Models::Parameters` (56 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    /// - `Models::Cards` (1_516 bytes at most): 0 reads, 1 write
    fn set_card() -> Weight;
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    fn set_latest() -> Weight;
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    fn offer_family() -> Weight;
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 2 reads, 2 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    fn accept_family() -> Weight;
    /// `c` from 0 to 32.
    ///
    /// - `Models::DraftFacts` (31_799 bytes at most): 32 reads, 0 writes
    fn look_up_facts(c: u32) -> Weight;
    /// `c` from 0 to 32.
    ///
    /// - `Models::DraftFacts` (31_799 bytes at most): 32 reads, 32 writes
    fn forget_facts(c: u32) -> Weight;
    /// - `Models::StorageVersion`: 1 read, 1 write
    /// - `Models::Drafts` (66_150 bytes at most): 3 reads, 1 write
    /// - `Models::DraftFacts` (33_829 bytes at most): 2 reads, 2 writes
    fn migrate_draft() -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_model() -> Weight {
        Weight::from_parts(78_226_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn register_version() -> Weight {
        Weight::from_parts(85_507_000, 6_248)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn submit_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(16_487_455, 64_048)
            .saturating_add(Weight::from_parts(2_692_892, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_959, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn submit_last_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(55_939_906, 64_048)
            .saturating_add(Weight::from_parts(2_702_508, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_615, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn set_terms() -> Weight {
        Weight::from_parts(19_669_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn deprecate() -> Weight {
        Weight::from_parts(22_643_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn remove() -> Weight {
        Weight::from_parts(68_802_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn condemn_model(b: u32) -> Weight {
        Weight::from_parts(104_020_485, 3_906)
            .saturating_add(Weight::from_parts(1_591, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(8_693_000, 1_593)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_card() -> Weight {
        Weight::from_parts(20_370_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_latest() -> Weight {
        Weight::from_parts(18_627_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn offer_family() -> Weight {
        Weight::from_parts(12_007_000, 3_619)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn accept_family() -> Weight {
        Weight::from_parts(111_094_000, 6_326)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn look_up_facts(c: u32) -> Weight {
        Weight::from_parts(2_000_000, 990)
            .saturating_add(Weight::from_parts(92_000_000, 34_274).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(c.into()))
    }
    fn forget_facts(c: u32) -> Weight {
        Weight::from_parts(3_000_000, 990)
            .saturating_add(Weight::from_parts(1_500_000, 34_274).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(c.into()))
            .saturating_add(T::DbWeight::get().writes(c.into()))
    }
    fn migrate_draft() -> Weight {
        Weight::from_parts(420_000_000, 69_615)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(4))
    }
}

impl WeightInfo for () {
    fn register_model() -> Weight {
        Weight::from_parts(78_226_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn register_version() -> Weight {
        Weight::from_parts(85_507_000, 6_248)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn submit_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(16_487_455, 64_048)
            .saturating_add(Weight::from_parts(2_692_892, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_959, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn submit_last_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(55_939_906, 64_048)
            .saturating_add(Weight::from_parts(2_702_508, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_615, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn set_terms() -> Weight {
        Weight::from_parts(19_669_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn deprecate() -> Weight {
        Weight::from_parts(22_643_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn remove() -> Weight {
        Weight::from_parts(68_802_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn condemn_model(b: u32) -> Weight {
        Weight::from_parts(104_020_485, 3_906)
            .saturating_add(Weight::from_parts(1_591, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(8_693_000, 1_593)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_card() -> Weight {
        Weight::from_parts(20_370_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_latest() -> Weight {
        Weight::from_parts(18_627_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn offer_family() -> Weight {
        Weight::from_parts(12_007_000, 3_619)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn accept_family() -> Weight {
        Weight::from_parts(111_094_000, 6_326)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn look_up_facts(c: u32) -> Weight {
        Weight::from_parts(2_000_000, 990)
            .saturating_add(Weight::from_parts(92_000_000, 34_274).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(c.into()))
    }
    fn forget_facts(c: u32) -> Weight {
        Weight::from_parts(3_000_000, 990)
            .saturating_add(Weight::from_parts(1_500_000, 34_274).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(c.into()))
            .saturating_add(RocksDbWeight::get().writes(c.into()))
    }
    fn migrate_draft() -> Weight {
        Weight::from_parts(420_000_000, 69_615)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
}
