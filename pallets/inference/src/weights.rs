//! Weights of the inference pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 5386c0320999d5c40788a2143f14cdce756d0b36 with changes
//! - AMD EPYC, 2 cores
//! - 10 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 53_790_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// `b` from 1 to 262_144.
    ///
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (663 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::NextRequestId` (8 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 64 reads, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn submit_inference_request(b: u32) -> Weight;
    /// `t` from 1 to 1_024.
    /// `o` from 1 to 65_536.
    ///
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::Claims` (262_285 bytes at most): 0 reads, 1 write
    fn submit_inference_result(t: u32, o: u32) -> Weight;
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn commit_result() -> Weight;
    /// `t` from 1 to 1_024.
    /// `o` from 1 to 65_536.
    ///
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::Claims` (262_285 bytes at most): 0 reads, 1 write
    fn reveal_result(t: u32, o: u32) -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn cancel_request() -> Weight;
    /// - `Inference::Parameters` (78 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 20 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn settle_assign(k: u32) -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_expire() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 5 reads, 5 writes
    /// - `Balances::Holds` (157 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn settle_reopen(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 6 reads, 6 writes
    /// - `Balances::Holds` (157 bytes at most): 6 reads, 6 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::Due` (526 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_refund(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 8 reads, 8 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (157 bytes at most): 4 reads, 4 writes
    /// - `Workers::Workers` (806 bytes at most): 8 reads, 8 writes
    /// - `Inference::WorkOf` (562 bytes at most): 8 reads, 8 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 7 reads, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn settle_replace(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (157 bytes at most): 4 reads, 4 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 16 reads, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn settle_open_reveals(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (157 bytes at most): 4 reads, 4 writes
    /// - `Workers::Workers` (806 bytes at most): 4 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn settle_open_window(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 1 write
    /// - `Inference::Claims` (262_285 bytes at most): 5 reads, 5 writes
    /// - `Payouts::Parameters` (4 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 7 reads, 7 writes
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_pay(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    fn settle_contest(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Models::AIModels` (663 bytes at most): 1 read, 1 write
    /// - `Inference::Claims` (262_285 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_close_contest(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `System::Account` (128 bytes at most): 7 reads, 7 writes
    /// - `Balances::Holds` (157 bytes at most): 6 reads, 6 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Models::AIModels` (663 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 1 read, 1 write
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Claims` (262_285 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn convict(k: u32) -> Weight;
    /// - `Inference::Cursor` (4 bytes at most): 1 read, 0 writes
    fn sweep_base() -> Weight;
    /// - `Inference::Cursor` (4 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (526 bytes at most): 1 read, 0 writes
    fn sweep_bucket() -> Weight;
    /// - `Inference::Due` (20 bytes at most): 1 read, 0 writes
    fn sweep_entry() -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn sweep_move() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (663 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 19 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 4 reads, 4 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Inference::Due` (526 bytes at most): 65 reads, 2 writes
    /// - `Inference::Scheduled` (4 bytes at most): 1 read, 1 write
    fn sweep_postpone(k: u32) -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn submit_inference_request(b: u32) -> Weight {
        Weight::from_parts(321_904_641, 193_054)
            .saturating_add(Weight::from_parts(6_282, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(70))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(282_303_591, 196_055)
            .saturating_add(Weight::from_parts(575_381, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(6_033, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(72))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(270_742_000, 196_055)
            .saturating_add(T::DbWeight::get().reads(70))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(320_234_972, 196_055)
            .saturating_add(Weight::from_parts(527_374, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_725, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(72))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(144_254_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_320_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(208_053_651, 196_055)
            .saturating_add(Weight::from_parts(66_003_788, 7_631).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(71))
            .saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(172_635_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(225_289_573, 196_055)
            .saturating_add(Weight::from_parts(61_278_092, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(70))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(103_751_608, 5_379)
            .saturating_add(Weight::from_parts(94_510_004, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(184_632_283, 196_055)
            .saturating_add(Weight::from_parts(122_544_739, 3_564).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(59))
            .saturating_add(T::DbWeight::get().reads(11_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(12))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(332_379_816, 196_055)
            .saturating_add(Weight::from_parts(65_234_069, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(84))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(173_868_207, 196_055)
            .saturating_add(Weight::from_parts(63_321_841, 1_580).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(64))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(171_827_235, 6_196)
            .saturating_add(Weight::from_parts(290_334_855, 264_760).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(114_568_650, 5_379)
            .saturating_add(Weight::from_parts(15_460_687, 0).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(53_191_083, 5_379)
            .saturating_add(Weight::from_parts(31_500_995, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(144_630_396, 6_196)
            .saturating_add(Weight::from_parts(179_505_635, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_634_000, 1_489).saturating_add(T::DbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(4_857_000, 3_991)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn sweep_entry() -> Weight {
        Weight::from_parts(4_857_000, 3_991).saturating_add(T::DbWeight::get().reads(1))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(216_361_000, 196_055)
            .saturating_add(T::DbWeight::get().reads(68))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(158_309_865, 196_055)
            .saturating_add(Weight::from_parts(102_308_232, 5_886).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(68))
            .saturating_add(T::DbWeight::get().reads(9_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
}

impl WeightInfo for () {
    fn submit_inference_request(b: u32) -> Weight {
        Weight::from_parts(321_904_641, 193_054)
            .saturating_add(Weight::from_parts(6_282, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(70))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(282_303_591, 196_055)
            .saturating_add(Weight::from_parts(575_381, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(6_033, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(72))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(270_742_000, 196_055)
            .saturating_add(RocksDbWeight::get().reads(70))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(320_234_972, 196_055)
            .saturating_add(Weight::from_parts(527_374, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_725, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(72))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(144_254_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_320_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(208_053_651, 196_055)
            .saturating_add(Weight::from_parts(66_003_788, 7_631).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(71))
            .saturating_add(RocksDbWeight::get().reads(7_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(172_635_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(225_289_573, 196_055)
            .saturating_add(Weight::from_parts(61_278_092, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(70))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(103_751_608, 5_379)
            .saturating_add(Weight::from_parts(94_510_004, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(184_632_283, 196_055)
            .saturating_add(Weight::from_parts(122_544_739, 3_564).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(59))
            .saturating_add(RocksDbWeight::get().reads(11_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(12))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(332_379_816, 196_055)
            .saturating_add(Weight::from_parts(65_234_069, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(84))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(173_868_207, 196_055)
            .saturating_add(Weight::from_parts(63_321_841, 1_580).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(64))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(171_827_235, 6_196)
            .saturating_add(Weight::from_parts(290_334_855, 264_760).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(114_568_650, 5_379)
            .saturating_add(Weight::from_parts(15_460_687, 0).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(53_191_083, 5_379)
            .saturating_add(Weight::from_parts(31_500_995, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(5))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(144_630_396, 6_196)
            .saturating_add(Weight::from_parts(179_505_635, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_634_000, 1_489).saturating_add(RocksDbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(4_857_000, 3_991)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn sweep_entry() -> Weight {
        Weight::from_parts(4_857_000, 3_991).saturating_add(RocksDbWeight::get().reads(1))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(216_361_000, 196_055)
            .saturating_add(RocksDbWeight::get().reads(68))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(158_309_865, 196_055)
            .saturating_add(Weight::from_parts(102_308_232, 5_886).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(68))
            .saturating_add(RocksDbWeight::get().reads(9_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
}
