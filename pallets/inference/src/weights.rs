//! Weights of the inference pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 5a1cfd527eaffcc0b9ccb5a9460ba2ea99d8810a
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 58_276_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// `b` from 1 to 262_144.
    ///
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::NextRequestId` (8 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 0 reads, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn submit_inference_request(b: u32) -> Weight;
    /// `b` from 1 to 262_144.
    ///
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::NextRequestId` (8 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 0 reads, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn submit_request_to_latest(b: u32) -> Weight;
    /// `t` from 1 to 1_024.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn submit_inference_result(t: u32, o: u32) -> Weight;
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn commit_result() -> Weight;
    /// `t` from 1 to 1_024.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn reveal_result(t: u32, o: u32) -> Weight;
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (90 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `Inference::Complaints` (72 bytes at most): 0 reads, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn input_unavailable() -> Weight;
    /// `b` from 1 to 262_144.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (90 bytes at most): 1 read, 0 writes
    fn publish_input(b: u32) -> Weight;
    /// `b` from 1 to 262_144.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 1 read, 1 write
    /// - `Inference::Complaints` (72 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn publish_input_resumes(b: u32) -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn cancel_request() -> Weight;
    /// - `Inference::Parameters` (78 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 20 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_assign(k: u32) -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_expire() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 5 reads, 5 writes
    /// - `Balances::Holds` (193 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_reopen(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 6 reads, 6 writes
    /// - `Balances::Holds` (193 bytes at most): 6 reads, 6 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_refund(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 8 reads, 8 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (193 bytes at most): 4 reads, 4 writes
    /// - `Workers::Workers` (806 bytes at most): 8 reads, 8 writes
    /// - `Inference::WorkOf` (562 bytes at most): 8 reads, 8 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 7 reads, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_replace(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (193 bytes at most): 4 reads, 4 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 16 reads, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_open_reveals(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (193 bytes at most): 4 reads, 4 writes
    /// - `Workers::Workers` (806 bytes at most): 4 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_open_window(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    /// - `Inference::Claims` (124 bytes at most): 1 read, 5 writes
    /// - `Payouts::Parameters` (4 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 7 reads, 7 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_pay(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    fn settle_contest(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 5 writes
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn settle_close_contest(k: u32) -> Weight;
    /// The draw of an auditor that succeeds, its fee put on hold.
    fn settle_draw_audit() -> Weight;
    /// The draw of an auditor that fails.
    fn settle_waive_audit() -> Weight;
    /// A late auditor, whose lock is penalised.
    fn end_audit() -> Weight;
    /// The reward of whoever settles what the sweep left over.
    fn reward_keeper() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (90 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Balances::Holds` (157 bytes at most): 2 reads, 2 writes
    /// - `System::Account` (128 bytes at most): 7 reads, 7 writes
    /// - `Inference::Complaints` (72 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn settle_unpublished(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Balances::Holds` (193 bytes at most): 6 reads, 6 writes
    /// - `System::Account` (128 bytes at most): 7 reads, 7 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 5 writes
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    fn convict(k: u32) -> Weight;
    /// - `Inference::Cursor` (4 bytes at most): 1 read, 0 writes
    fn sweep_base() -> Weight;
    /// - `Inference::Cursor` (4 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 1 read, 0 writes
    fn sweep_bucket() -> Weight;
    /// - `Inference::Due` (28 bytes at most): 2 reads, 0 writes
    fn sweep_entry() -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn sweep_move() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (80 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 19 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 4 reads, 4 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn sweep_postpone(k: u32) -> Weight;
    /// `p` from 2 to 16.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn submit_paged_result(p: u32, o: u32) -> Weight;
    /// `p` from 2 to 16.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn reveal_paged_result(p: u32, o: u32) -> Weight;
    /// - `Inference::StorageVersion`: 1 read, 1 write
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 1 write
    fn migrate_parameters() -> Weight;
    /// `b` from 0 to 1_048_576.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 3 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 2 reads, 1 write
    fn migrate_request(b: u32) -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn submit_inference_request(b: u32) -> Weight {
        Weight::from_parts(158_914_031, 3_906)
            .saturating_add(Weight::from_parts(6_660, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn submit_request_to_latest(b: u32) -> Weight {
        Weight::from_parts(158_294_732, 3_906)
            .saturating_add(Weight::from_parts(6_115, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(83_276_328, 5_379)
            .saturating_add(Weight::from_parts(595_839, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_840, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(49_894_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(82_928_760, 5_379)
            .saturating_add(Weight::from_parts(576_970, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_593, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn input_unavailable() -> Weight {
        Weight::from_parts(104_183_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn publish_input(b: u32) -> Weight {
        Weight::from_parts(612_470_000, 1_052_078)
            .saturating_add(Weight::from_parts(5_686, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn publish_input_resumes(b: u32) -> Weight {
        Weight::from_parts(712_470_000, 1_052_078)
            .saturating_add(Weight::from_parts(5_686, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(145_656_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_870_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(45_142_001, 5_379)
            .saturating_add(Weight::from_parts(50_891_307, 6_927).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(6_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(146_938_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(40_520_378, 5_379)
            .saturating_add(Weight::from_parts(56_446_460, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(151_804_545, 5_379)
            .saturating_add(Weight::from_parts(55_250_624, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(140_629_000, 7_552)
            .saturating_add(Weight::from_parts(48_348_766, 3_588).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(114_119_996, 42_197)
            .saturating_add(Weight::from_parts(71_736_107, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(38_177_000, 5_379)
            .saturating_add(Weight::from_parts(44_859_272, 1_335).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(191_148_993, 6_196)
            .saturating_add(Weight::from_parts(60_015_151, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(129_224_352, 5_379)
            .saturating_add(Weight::from_parts(3_594_622, 0).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(48_238_462, 5_379)
            .saturating_add(Weight::from_parts(25_864_965, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_unpublished(k: u32) -> Weight {
        Weight::from_parts(187_152_253, 6_196)
            .saturating_add(Weight::from_parts(98_082_561, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }

    fn settle_draw_audit() -> Weight {
        Weight::from_parts(162_000_000, 6_927)
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn settle_waive_audit() -> Weight {
        Weight::from_parts(118_000_000, 6_927)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn end_audit() -> Weight {
        Weight::from_parts(151_000_000, 6_563)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn reward_keeper() -> Weight {
        Weight::from_parts(88_000_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(149_327_463, 6_196)
            .saturating_add(Weight::from_parts(157_853_703, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(7_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_544_000, 1_489).saturating_add(T::DbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(6_710_000, 3_493)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn sweep_entry() -> Weight {
        Weight::from_parts(9_374_000, 5_996).saturating_add(T::DbWeight::get().reads(2))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(27_951_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(40_309_000, 10_699)
            .saturating_add(Weight::from_parts(86_502_513, 13_472).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(8_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn submit_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(104_000_000, 5_379)
            .saturating_add(Weight::from_parts(571_381, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(5_458, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn reveal_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(95_000_000, 5_379)
            .saturating_add(Weight::from_parts(546_595, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(6_478, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(20_000_000, 3_543)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn migrate_request(b: u32) -> Weight {
        Weight::from_parts(45_000_000, 1_052_078)
            .saturating_add(Weight::from_parts(1_200, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
    }
}

impl WeightInfo for () {
    fn submit_inference_request(b: u32) -> Weight {
        Weight::from_parts(158_914_031, 3_906)
            .saturating_add(Weight::from_parts(6_660, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn submit_request_to_latest(b: u32) -> Weight {
        Weight::from_parts(158_294_732, 3_906)
            .saturating_add(Weight::from_parts(6_115, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(83_276_328, 5_379)
            .saturating_add(Weight::from_parts(595_839, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_840, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(49_894_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(82_928_760, 5_379)
            .saturating_add(Weight::from_parts(576_970, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_593, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn input_unavailable() -> Weight {
        Weight::from_parts(104_183_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn publish_input(b: u32) -> Weight {
        Weight::from_parts(612_470_000, 1_052_078)
            .saturating_add(Weight::from_parts(5_686, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn publish_input_resumes(b: u32) -> Weight {
        Weight::from_parts(712_470_000, 1_052_078)
            .saturating_add(Weight::from_parts(5_686, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(145_656_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_870_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(45_142_001, 5_379)
            .saturating_add(Weight::from_parts(50_891_307, 6_927).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(6_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(146_938_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(40_520_378, 5_379)
            .saturating_add(Weight::from_parts(56_446_460, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(151_804_545, 5_379)
            .saturating_add(Weight::from_parts(55_250_624, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(7))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(140_629_000, 7_552)
            .saturating_add(Weight::from_parts(48_348_766, 3_588).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(11))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(114_119_996, 42_197)
            .saturating_add(Weight::from_parts(71_736_107, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(38_177_000, 5_379)
            .saturating_add(Weight::from_parts(44_859_272, 1_335).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(191_148_993, 6_196)
            .saturating_add(Weight::from_parts(60_015_151, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(129_224_352, 5_379)
            .saturating_add(Weight::from_parts(3_594_622, 0).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(48_238_462, 5_379)
            .saturating_add(Weight::from_parts(25_864_965, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_unpublished(k: u32) -> Weight {
        Weight::from_parts(187_152_253, 6_196)
            .saturating_add(Weight::from_parts(98_082_561, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }

    fn settle_draw_audit() -> Weight {
        Weight::from_parts(162_000_000, 6_927)
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn settle_waive_audit() -> Weight {
        Weight::from_parts(118_000_000, 6_927)
            .saturating_add(RocksDbWeight::get().reads(14))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn end_audit() -> Weight {
        Weight::from_parts(151_000_000, 6_563)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn reward_keeper() -> Weight {
        Weight::from_parts(88_000_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(149_327_463, 6_196)
            .saturating_add(Weight::from_parts(157_853_703, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(7_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_544_000, 1_489).saturating_add(RocksDbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(6_710_000, 3_493)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn sweep_entry() -> Weight {
        Weight::from_parts(9_374_000, 5_996).saturating_add(RocksDbWeight::get().reads(2))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(27_951_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(40_309_000, 10_699)
            .saturating_add(Weight::from_parts(86_502_513, 13_472).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(8_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn submit_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(104_000_000, 5_379)
            .saturating_add(Weight::from_parts(571_381, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(5_458, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn reveal_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(95_000_000, 5_379)
            .saturating_add(Weight::from_parts(546_595, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(6_478, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(20_000_000, 3_543)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn migrate_request(b: u32) -> Weight {
        Weight::from_parts(45_000_000, 1_052_078)
            .saturating_add(Weight::from_parts(1_200, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
}
