//! Weights of the workers pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 2e3668533e430717f1942ac2fabe93cd86607a26 with changes
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 53_319_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 1 write
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    fn register_worker() -> Weight;
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 2 writes
    fn set_operator() -> Weight;
    /// `n` from 0 to 512.
    ///
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketsOf` (209 bytes at most): 16 reads, 16 writes
    /// - `Workers::TicketCount` (36 bytes at most): 16 reads, 16 writes
    /// - `Workers::Tickets` (84 bytes at most): 0 reads, 512 writes
    fn bond_extra(n: u32) -> Weight;
    /// `n` from 0 to 512.
    ///
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketsOf` (209 bytes at most): 32 reads, 32 writes
    /// - `Workers::TicketCount` (36 bytes at most): 16 reads, 16 writes
    /// - `Workers::Tickets` (84 bytes at most): 512 reads, 1024 writes
    fn unbond(n: u32) -> Weight;
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    fn withdraw_unbonded() -> Weight;
    /// `n` from 0 to 512.
    ///
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketsOf` (209 bytes at most): 16 reads, 16 writes
    /// - `Workers::TicketCount` (36 bytes at most): 16 reads, 16 writes
    /// - `Workers::Tickets` (84 bytes at most): 0 reads, 512 writes
    fn rebond(n: u32) -> Weight;
    /// `n` from 1 to 32.
    ///
    /// - `Workers::Workers` (806 bytes at most): 2 reads, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 1 write
    /// - `Workers::Tickets` (84 bytes at most): 0 reads, 32 writes
    /// - `Workers::TicketsOf` (209 bytes at most): 0 reads, 1 write
    fn serve_model(n: u32) -> Weight;
    /// `n` from 1 to 32.
    ///
    /// - `Workers::Workers` (806 bytes at most): 2 reads, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketsOf` (209 bytes at most): 2 reads, 2 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 1 write
    /// - `Workers::Tickets` (84 bytes at most): 32 reads, 64 writes
    fn stop_serving(n: u32) -> Weight;
    /// - `Workers::Workers` (806 bytes at most): 2 reads, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    fn set_min_price() -> Weight;
    /// `n` from 0 to 512.
    ///
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Workers::TicketsOf` (209 bytes at most): 32 reads, 32 writes
    /// - `Workers::TicketCount` (36 bytes at most): 16 reads, 16 writes
    /// - `Workers::Tickets` (84 bytes at most): 512 reads, 1024 writes
    /// - `Workers::Operators` (80 bytes at most): 0 reads, 1 write
    fn deregister(n: u32) -> Weight;
    /// - `Workers::Parameters` (84 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
    /// `n` from 1 to 32.
    ///
    /// - `Workers::Workers` (806 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketsOf` (209 bytes at most): 2 reads, 2 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 1 write
    /// - `Workers::Tickets` (84 bytes at most): 32 reads, 64 writes
    fn refresh_tickets(n: u32) -> Weight;
    /// `n` from 1 to 32.
    ///
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 1 write
    /// - `Workers::Tickets` (84 bytes at most): 48 reads, 48 writes
    /// - `Workers::Workers` (806 bytes at most): 32 reads, 0 writes
    /// - `Workers::TicketsOf` (209 bytes at most): 48 reads, 48 writes
    fn draw_void(n: u32) -> Weight;
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    fn draw_hit() -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_worker() -> Weight {
        Weight::from_parts(68_542_000, 4_271)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn set_operator() -> Weight {
        Weight::from_parts(20_411_000, 4_271)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn bond_extra(n: u32) -> Weight {
        Weight::from_parts(63_024_650, 4_271)
            .saturating_add(Weight::from_parts(6_392_461, 84).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn unbond(n: u32) -> Weight {
        Weight::from_parts(79_305_608, 4_271)
            .saturating_add(Weight::from_parts(12_767_413, 2_559).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn withdraw_unbonded() -> Weight {
        Weight::from_parts(56_494_000, 4_271)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn rebond(n: u32) -> Weight {
        Weight::from_parts(16_191_946, 4_271)
            .saturating_add(Weight::from_parts(6_231_940, 84).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn serve_model(n: u32) -> Weight {
        Weight::from_parts(34_947_192, 7_552)
            .saturating_add(Weight::from_parts(5_765_738, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn stop_serving(n: u32) -> Weight {
        Weight::from_parts(39_245_085, 7_552)
            .saturating_add(Weight::from_parts(12_852_350, 2_559).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn set_min_price() -> Weight {
        Weight::from_parts(18_928_000, 7_552)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn deregister(n: u32) -> Weight {
        Weight::from_parts(44_653_353, 4_271)
            .saturating_add(Weight::from_parts(12_741_792, 2_559).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_109_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn refresh_tickets(n: u32) -> Weight {
        Weight::from_parts(28_938_713, 6_358)
            .saturating_add(Weight::from_parts(12_922_721, 2_559).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn draw_void(n: u32) -> Weight {
        Weight::from_parts(31_497_000, 3_674)
            .saturating_add(Weight::from_parts(31_290_100, 3_861).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn draw_hit() -> Weight {
        Weight::from_parts(27_051_000, 4_271)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}

impl WeightInfo for () {
    fn register_worker() -> Weight {
        Weight::from_parts(68_542_000, 4_271)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn set_operator() -> Weight {
        Weight::from_parts(20_411_000, 4_271)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn bond_extra(n: u32) -> Weight {
        Weight::from_parts(63_024_650, 4_271)
            .saturating_add(Weight::from_parts(6_392_461, 84).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn unbond(n: u32) -> Weight {
        Weight::from_parts(79_305_608, 4_271)
            .saturating_add(Weight::from_parts(12_767_413, 2_559).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn withdraw_unbonded() -> Weight {
        Weight::from_parts(56_494_000, 4_271)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn rebond(n: u32) -> Weight {
        Weight::from_parts(16_191_946, 4_271)
            .saturating_add(Weight::from_parts(6_231_940, 84).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn serve_model(n: u32) -> Weight {
        Weight::from_parts(34_947_192, 7_552)
            .saturating_add(Weight::from_parts(5_765_738, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
    }
    fn stop_serving(n: u32) -> Weight {
        Weight::from_parts(39_245_085, 7_552)
            .saturating_add(Weight::from_parts(12_852_350, 2_559).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn set_min_price() -> Weight {
        Weight::from_parts(18_928_000, 7_552)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn deregister(n: u32) -> Weight {
        Weight::from_parts(44_653_353, 4_271)
            .saturating_add(Weight::from_parts(12_741_792, 2_559).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_109_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
    fn refresh_tickets(n: u32) -> Weight {
        Weight::from_parts(28_938_713, 6_358)
            .saturating_add(Weight::from_parts(12_922_721, 2_559).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn draw_void(n: u32) -> Weight {
        Weight::from_parts(31_497_000, 3_674)
            .saturating_add(Weight::from_parts(31_290_100, 3_861).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(n.into())))
    }
    fn draw_hit() -> Weight {
        Weight::from_parts(27_051_000, 4_271)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
}
