//! Weights of the payouts pallet.
//!
//! Interim figures, not measured: database accesses were counted by hand, and the times are generous guesses.

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Of `claim`.
    fn claim() -> Weight;
    /// Of `set_parameters`.
    fn set_parameters() -> Weight;
}

/// Interim weights with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Claimable, TotalClaimable, both accounts.
    fn claim() -> Weight {
        Weight::from_parts(60_000_000, 7_000).saturating_add(T::DbWeight::get().reads_writes(4, 4))
    }

    // Parameters.
    fn set_parameters() -> Weight {
        Weight::from_parts(10_000_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
}

impl WeightInfo for () {
    fn claim() -> Weight {
        Weight::from_parts(60_000_000, 7_000)
            .saturating_add(RocksDbWeight::get().reads_writes(4, 4))
    }

    fn set_parameters() -> Weight {
        Weight::from_parts(10_000_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
}
