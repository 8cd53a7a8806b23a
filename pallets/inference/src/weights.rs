//! Weights of the inference pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 21da2e20816da347b29609976474ed92acfb5761
//! - AMD EPYC, 2 cores
//! - 10 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 54_611_000 ps in the same run

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
        Weight::from_parts(326_683_425, 193_054)
            .saturating_add(Weight::from_parts(6_101, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(70))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(226_994_351, 196_055)
            .saturating_add(Weight::from_parts(827_669, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(6_107, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(72))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(298_512_000, 196_055)
            .saturating_add(T::DbWeight::get().reads(70))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(903_885_623, 196_055)
            .saturating_add(Weight::from_parts(300_230, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(1_938, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(72))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(148_019_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_499_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(215_635_092, 196_055)
            .saturating_add(Weight::from_parts(60_383_433, 7_112).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(72))
            .saturating_add(T::DbWeight::get().reads(7_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(156_202_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(243_491_811, 196_055)
            .saturating_add(Weight::from_parts(58_920_168, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(70))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(141_132_826, 5_379)
            .saturating_add(Weight::from_parts(58_566_863, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(54_371_683, 196_055)
            .saturating_add(Weight::from_parts(138_130_689, 3_564).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(59))
            .saturating_add(T::DbWeight::get().reads(11_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(12))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(95_107_766, 196_055)
            .saturating_add(Weight::from_parts(156_551_635, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(84))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(304_169_302, 196_055)
            .saturating_add(Weight::from_parts(26_850_076, 1_463).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(64))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(134_584_179, 6_196)
            .saturating_add(Weight::from_parts(276_053_777, 264_760).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(134_425_283, 5_379)
            .saturating_add(Weight::from_parts(4_046_120, 0).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(40_105_083, 5_379)
            .saturating_add(Weight::from_parts(28_901_214, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(152_410_204, 6_196)
            .saturating_add(Weight::from_parts(163_926_852, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_634_000, 1_489).saturating_add(T::DbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(4_847_000, 3_991)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(215_770_000, 196_055)
            .saturating_add(T::DbWeight::get().reads(68))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(159_577_675, 196_055)
            .saturating_add(Weight::from_parts(99_167_125, 8_366).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(67))
            .saturating_add(T::DbWeight::get().reads(9_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
}

impl WeightInfo for () {
    fn submit_inference_request(b: u32) -> Weight {
        Weight::from_parts(326_683_425, 193_054)
            .saturating_add(Weight::from_parts(6_101, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(70))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(226_994_351, 196_055)
            .saturating_add(Weight::from_parts(827_669, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(6_107, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(72))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(298_512_000, 196_055)
            .saturating_add(RocksDbWeight::get().reads(70))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(903_885_623, 196_055)
            .saturating_add(Weight::from_parts(300_230, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(1_938, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(72))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(148_019_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_499_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(215_635_092, 196_055)
            .saturating_add(Weight::from_parts(60_383_433, 7_112).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(72))
            .saturating_add(RocksDbWeight::get().reads(7_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(156_202_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(243_491_811, 196_055)
            .saturating_add(Weight::from_parts(58_920_168, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(70))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(141_132_826, 5_379)
            .saturating_add(Weight::from_parts(58_566_863, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(54_371_683, 196_055)
            .saturating_add(Weight::from_parts(138_130_689, 3_564).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(59))
            .saturating_add(RocksDbWeight::get().reads(11_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(12))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(95_107_766, 196_055)
            .saturating_add(Weight::from_parts(156_551_635, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(84))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(304_169_302, 196_055)
            .saturating_add(Weight::from_parts(26_850_076, 1_463).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(64))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(134_584_179, 6_196)
            .saturating_add(Weight::from_parts(276_053_777, 264_760).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(134_425_283, 5_379)
            .saturating_add(Weight::from_parts(4_046_120, 0).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(40_105_083, 5_379)
            .saturating_add(Weight::from_parts(28_901_214, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(5))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(152_410_204, 6_196)
            .saturating_add(Weight::from_parts(163_926_852, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_634_000, 1_489).saturating_add(RocksDbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(4_847_000, 3_991)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(215_770_000, 196_055)
            .saturating_add(RocksDbWeight::get().reads(68))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(159_577_675, 196_055)
            .saturating_add(Weight::from_parts(99_167_125, 8_366).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(67))
            .saturating_add(RocksDbWeight::get().reads(9_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
}
