//! Weights of the payouts pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 2e3668533e430717f1942ac2fabe93cd86607a26 with changes
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 53_789_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// - `Payouts::Claimable` (64 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Payouts::TotalClaimable` (16 bytes at most): 1 read, 1 write
    fn claim() -> Weight;
    /// - `Payouts::Parameters` (4 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn claim() -> Weight {
        Weight::from_parts(67_711_000, 6_196)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(5_267_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
}

impl WeightInfo for () {
    fn claim() -> Weight {
        Weight::from_parts(67_711_000, 6_196)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(5_267_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
}
