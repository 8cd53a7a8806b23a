//! Weights of the models pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 2e3668533e430717f1942ac2fabe93cd86607a26 with changes
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 56_023_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Models::Cards` (1_516 bytes at most): 0 reads, 1 write
    /// - `Models::Drafts` (2_211 bytes at most): 0 reads, 1 write
    fn register_model() -> Weight;
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 2 reads, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Models::Cards` (1_516 bytes at most): 0 reads, 1 write
    /// - `Models::Drafts` (2_211 bytes at most): 0 reads, 1 write
    fn register_version() -> Weight;
    /// `n` from 1 to 256.
    /// `b` from 8_192 to 65_536.
    ///
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    /// - `Models::Drafts` (2_211 bytes at most): 1 read, 1 write
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::DraftFacts` (31_789 bytes at most): 2 reads, 2 writes
    fn submit_graph_page(n: u32, b: u32) -> Weight;
    /// `n` from 1 to 256.
    /// `b` from 8_192 to 65_536.
    ///
    /// - `Models::AIModels` (441 bytes at most): 2 reads, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Models::Drafts` (2_211 bytes at most): 1 read, 1 write
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::DraftFacts` (31_789 bytes at most): 2 reads, 0 writes
    fn submit_last_graph_page(n: u32, b: u32) -> Weight;
    /// `c` from 0 to 32.
    ///
    /// - `Models::DraftFacts` (31_789 bytes at most): 32 reads, 0 writes
    fn look_up_facts(c: u32) -> Weight;
    /// `c` from 0 to 32.
    ///
    /// - `Models::DraftFacts` (31_789 bytes at most): 32 reads, 32 writes
    fn forget_facts(c: u32) -> Weight;
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    fn set_terms() -> Weight;
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    fn deprecate() -> Weight;
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Models::Cards` (1_516 bytes at most): 0 reads, 1 write
    /// - `Models::Drafts` (2_211 bytes at most): 0 reads, 1 write
    fn remove() -> Weight;
    /// `b` from 1_024 to 65_536.
    ///
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 1 write
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
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
    /// - `Balances::Holds` (229 bytes at most): 2 reads, 2 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    fn accept_family() -> Weight;
    /// - `0xc3640f626d80070f2da7a29935f3402f4e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Models::Drafts` (2_211 bytes at most): 2 reads, 1 write
    /// - `Models::DraftFacts` (31_789 bytes at most): 1 read, 2 writes
    fn migrate_draft() -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_model() -> Weight {
        Weight::from_parts(77_235_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn register_version() -> Weight {
        Weight::from_parts(86_258_000, 6_248)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn submit_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(32_110_659, 69_518)
            .saturating_add(Weight::from_parts(3_019_046, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_928, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn submit_last_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(78_988_804, 69_518)
            .saturating_add(Weight::from_parts(3_089_342, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_529, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn look_up_facts(c: u32) -> Weight {
        Weight::from_parts(230_000, 990)
            .saturating_add(Weight::from_parts(177_778_751, 34_264).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
    }
    fn forget_facts(c: u32) -> Weight {
        Weight::from_parts(3_042_279, 990)
            .saturating_add(Weight::from_parts(1_100_927, 34_264).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    fn set_terms() -> Weight {
        Weight::from_parts(19_529_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn deprecate() -> Weight {
        Weight::from_parts(22_334_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn remove() -> Weight {
        Weight::from_parts(70_705_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn condemn_model(b: u32) -> Weight {
        Weight::from_parts(102_576_662, 3_906)
            .saturating_add(Weight::from_parts(1_512, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(8_543_000, 1_593)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_card() -> Weight {
        Weight::from_parts(20_751_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_latest() -> Weight {
        Weight::from_parts(18_818_000, 3_906)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn offer_family() -> Weight {
        Weight::from_parts(11_918_000, 3_619)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn accept_family() -> Weight {
        Weight::from_parts(109_773_000, 6_398)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn migrate_draft() -> Weight {
        Weight::from_parts(615_272_000, 62_829)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
}

impl WeightInfo for () {
    fn register_model() -> Weight {
        Weight::from_parts(77_235_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn register_version() -> Weight {
        Weight::from_parts(86_258_000, 6_248)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn submit_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(32_110_659, 69_518)
            .saturating_add(Weight::from_parts(3_019_046, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_928, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn submit_last_graph_page(n: u32, b: u32) -> Weight {
        Weight::from_parts(78_988_804, 69_518)
            .saturating_add(Weight::from_parts(3_089_342, 0).saturating_mul(n.into()))
            .saturating_add(Weight::from_parts(5_529, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn look_up_facts(c: u32) -> Weight {
        Weight::from_parts(230_000, 990)
            .saturating_add(Weight::from_parts(177_778_751, 34_264).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(c.into())))
    }
    fn forget_facts(c: u32) -> Weight {
        Weight::from_parts(3_042_279, 990)
            .saturating_add(Weight::from_parts(1_100_927, 34_264).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    fn set_terms() -> Weight {
        Weight::from_parts(19_529_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn deprecate() -> Weight {
        Weight::from_parts(22_334_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn remove() -> Weight {
        Weight::from_parts(70_705_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn condemn_model(b: u32) -> Weight {
        Weight::from_parts(102_576_662, 3_906)
            .saturating_add(Weight::from_parts(1_512, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(8_543_000, 1_593)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_card() -> Weight {
        Weight::from_parts(20_751_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_latest() -> Weight {
        Weight::from_parts(18_818_000, 3_906)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn offer_family() -> Weight {
        Weight::from_parts(11_918_000, 3_619)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn accept_family() -> Weight {
        Weight::from_parts(109_773_000, 6_398)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn migrate_draft() -> Weight {
        Weight::from_parts(615_272_000, 62_829)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
}
