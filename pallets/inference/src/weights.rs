//! Weights of the inference pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 2e3668533e430717f1942ac2fabe93cd86607a26 with changes
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 53_199_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// `b` from 1 to 262_144.
    ///
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::NextRequestId` (8 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 0 reads, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn submit_inference_request(b: u32) -> Weight;
    /// `b` from 1 to 262_144.
    ///
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::NextRequestId` (8 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 0 reads, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn submit_request_to_latest(b: u32) -> Weight;
    /// `t` from 1 to 1_024.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn submit_inference_result(t: u32, o: u32) -> Weight;
    /// `p` from 2 to 16.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn submit_paged_result(p: u32, o: u32) -> Weight;
    /// `p` from 2 to 16.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn reveal_paged_result(p: u32, o: u32) -> Weight;
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn commit_result() -> Weight;
    /// `t` from 1 to 1_024.
    /// `o` from 1 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Disputes::Verdicts` (48 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    fn reveal_result(t: u32, o: u32) -> Weight;
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    /// - `Inference::Complaints` (64 bytes at most): 0 reads, 1 write
    fn input_unavailable() -> Weight;
    /// `b` from 1 to 262_144.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    fn publish_input(b: u32) -> Weight;
    /// `b` from 1 to 262_144.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Complaints` (64 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn publish_input_resumes(b: u32) -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn cancel_request() -> Weight;
    /// - `Inference::Parameters` (130 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 20 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_assign(k: u32) -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn settle_expire() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 5 reads, 5 writes
    /// - `Balances::Holds` (229 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_reopen(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 6 reads, 6 writes
    /// - `Balances::Holds` (229 bytes at most): 6 reads, 6 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn settle_refund(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 8 reads, 8 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (229 bytes at most): 4 reads, 4 writes
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
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (229 bytes at most): 4 reads, 4 writes
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
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 4 reads, 4 writes
    /// - `Balances::Holds` (229 bytes at most): 4 reads, 4 writes
    /// - `Workers::Workers` (806 bytes at most): 4 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_open_window(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Models::Families` (154 bytes at most): 1 read, 0 writes
    /// - `Inference::Claims` (124 bytes at most): 1 read, 5 writes
    /// - `Payouts::Parameters` (4 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 7 reads, 7 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn settle_pay(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    fn settle_contest(k: u32) -> Weight;
    /// `k` from 2 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 5 writes
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn settle_close_contest(k: u32) -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 2 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 2 reads, 1 write
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_draw_audit() -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 13 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn settle_waive_audit() -> Weight;
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Balances::Holds` (229 bytes at most): 2 reads, 2 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    fn end_audit() -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    fn reward_keeper() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Balances::Holds` (229 bytes at most): 2 reads, 2 writes
    /// - `System::Account` (128 bytes at most): 6 reads, 6 writes
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Complaints` (64 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn settle_unpublished(k: u32) -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 5 reads, 5 writes
    /// - `Balances::Holds` (229 bytes at most): 6 reads, 6 writes
    /// - `System::Account` (128 bytes at most): 7 reads, 7 writes
    /// - `Workers::Workers` (806 bytes at most): 5 reads, 5 writes
    /// - `Inference::WorkOf` (562 bytes at most): 5 reads, 5 writes
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 5 writes
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 5 writes
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    fn convict(k: u32) -> Weight;
    /// - `Inference::Cursor` (4 bytes at most): 1 read, 0 writes
    fn sweep_base() -> Weight;
    /// - `Inference::Cursor` (4 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 1 read, 0 writes
    fn sweep_bucket() -> Weight;
    /// - `Inference::Due` (28 bytes at most): 2 reads, 0 writes
    fn sweep_entry() -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn sweep_move() -> Weight;
    /// `k` from 1 to 5.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 0 writes
    /// - `Babe::AuthorVrfRandomness` (33 bytes at most): 1 read, 0 writes
    /// - `Babe::NextRandomness` (32 bytes at most): 1 read, 0 writes
    /// - `Babe::EpochStart` (8 bytes at most): 1 read, 0 writes
    /// - `Workers::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Workers::TicketCount` (36 bytes at most): 1 read, 0 writes
    /// - `Workers::Tickets` (84 bytes at most): 19 reads, 0 writes
    /// - `Workers::Workers` (806 bytes at most): 4 reads, 4 writes
    /// - `Workers::Locks` (80 bytes at most): 4 reads, 4 writes
    /// - `Inference::WorkOf` (562 bytes at most): 4 reads, 4 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 2 writes
    fn sweep_postpone(k: u32) -> Weight;
    /// - `0x0fbb8c673569023f0e5fbd0530f6a0514e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    fn migrate_parameters() -> Weight;
    /// `b` from 0 to 1_048_576.
    ///
    /// - `0x0fbb8c673569023f0e5fbd0530f6a0514e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 2 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 1 read, 1 write
    fn migrate_request(b: u32) -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn submit_inference_request(b: u32) -> Weight {
        Weight::from_parts(150_072_986, 3_906)
            .saturating_add(Weight::from_parts(5_552, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn submit_request_to_latest(b: u32) -> Weight {
        Weight::from_parts(152_620_748, 3_906)
            .saturating_add(Weight::from_parts(5_577, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(65_708_627, 5_475)
            .saturating_add(Weight::from_parts(557_478, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_571, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn submit_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(99_129_578, 5_475)
            .saturating_add(Weight::from_parts(1_825_800, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(5_750, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn reveal_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(102_954_393, 5_475)
            .saturating_add(Weight::from_parts(2_967_402, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(5_698, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(48_151_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(52_839_774, 5_475)
            .saturating_add(Weight::from_parts(565_256, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_754, 0).saturating_mul(o.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn input_unavailable() -> Weight {
        Weight::from_parts(109_933_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn publish_input(b: u32) -> Weight {
        Weight::from_parts(670_354_499, 1_052_078)
            .saturating_add(Weight::from_parts(6_591, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn publish_input_resumes(b: u32) -> Weight {
        Weight::from_parts(785_509_894, 1_052_078)
            .saturating_add(Weight::from_parts(5_930, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(136_302_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_710_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(49_919_544, 5_475)
            .saturating_add(Weight::from_parts(49_461_868, 6_927).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(6_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(150_793_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(51_728_346, 5_475)
            .saturating_add(Weight::from_parts(55_440_751, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(150_641_046, 5_475)
            .saturating_add(Weight::from_parts(53_833_739, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(141_600_000, 7_552)
            .saturating_add(Weight::from_parts(46_148_659, 3_588).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(132_688_213, 42_197)
            .saturating_add(Weight::from_parts(59_539_519, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(41_913_000, 5_475)
            .saturating_add(Weight::from_parts(39_355_213, 1_335).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(186_723_381, 6_196)
            .saturating_add(Weight::from_parts(57_707_923, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(129_499_608, 5_475)
            .saturating_add(Weight::from_parts(3_959_112, 0).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(51_201_277, 5_475)
            .saturating_add(Weight::from_parts(24_223_238, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_draw_audit() -> Weight {
        Weight::from_parts(169_501_000, 7_552)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn settle_waive_audit() -> Weight {
        Weight::from_parts(202_620_000, 34_257)
            .saturating_add(T::DbWeight::get().reads(24))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn end_audit() -> Weight {
        Weight::from_parts(115_992_000, 6_398)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn reward_keeper() -> Weight {
        Weight::from_parts(71_926_000, 6_196)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn settle_unpublished(k: u32) -> Weight {
        Weight::from_parts(201_944_230, 6_398)
            .saturating_add(Weight::from_parts(75_008_537, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(156_607_316, 6_196)
            .saturating_add(Weight::from_parts(142_765_388, 3_281).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(7_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_964_000, 1_489).saturating_add(T::DbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(7_251_000, 3_493)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn sweep_entry() -> Weight {
        Weight::from_parts(9_975_000, 5_996).saturating_add(T::DbWeight::get().reads(2))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(26_970_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(38_908_000, 10_699)
            .saturating_add(Weight::from_parts(84_366_113, 13_472).saturating_mul(k.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(8_u64.saturating_mul(k.into())))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(12_438_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn migrate_request(b: u32) -> Weight {
        Weight::from_parts(19_228_150, 1_052_078)
            .saturating_add(Weight::from_parts(1_109, 1).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
}

impl WeightInfo for () {
    fn submit_inference_request(b: u32) -> Weight {
        Weight::from_parts(150_072_986, 3_906)
            .saturating_add(Weight::from_parts(5_552, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn submit_request_to_latest(b: u32) -> Weight {
        Weight::from_parts(152_620_748, 3_906)
            .saturating_add(Weight::from_parts(5_577, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn submit_inference_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(65_708_627, 5_475)
            .saturating_add(Weight::from_parts(557_478, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_571, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn submit_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(99_129_578, 5_475)
            .saturating_add(Weight::from_parts(1_825_800, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(5_750, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn reveal_paged_result(p: u32, o: u32) -> Weight {
        Weight::from_parts(102_954_393, 5_475)
            .saturating_add(Weight::from_parts(2_967_402, 0).saturating_mul(p.into()))
            .saturating_add(Weight::from_parts(5_698, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn commit_result() -> Weight {
        Weight::from_parts(48_151_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn reveal_result(t: u32, o: u32) -> Weight {
        Weight::from_parts(52_839_774, 5_475)
            .saturating_add(Weight::from_parts(565_256, 0).saturating_mul(t.into()))
            .saturating_add(Weight::from_parts(5_754, 0).saturating_mul(o.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn input_unavailable() -> Weight {
        Weight::from_parts(109_933_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn publish_input(b: u32) -> Weight {
        Weight::from_parts(670_354_499, 1_052_078)
            .saturating_add(Weight::from_parts(6_591, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn publish_input_resumes(b: u32) -> Weight {
        Weight::from_parts(785_509_894, 1_052_078)
            .saturating_add(Weight::from_parts(5_930, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn cancel_request() -> Weight {
        Weight::from_parts(136_302_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(6_710_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
    fn settle_assign(k: u32) -> Weight {
        Weight::from_parts(49_919_544, 5_475)
            .saturating_add(Weight::from_parts(49_461_868, 6_927).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(6_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_expire() -> Weight {
        Weight::from_parts(150_793_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn settle_reopen(k: u32) -> Weight {
        Weight::from_parts(51_728_346, 5_475)
            .saturating_add(Weight::from_parts(55_440_751, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_refund(k: u32) -> Weight {
        Weight::from_parts(150_641_046, 5_475)
            .saturating_add(Weight::from_parts(53_833_739, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(7))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_replace(k: u32) -> Weight {
        Weight::from_parts(141_600_000, 7_552)
            .saturating_add(Weight::from_parts(46_148_659, 3_588).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(11))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_open_reveals(k: u32) -> Weight {
        Weight::from_parts(132_688_213, 42_197)
            .saturating_add(Weight::from_parts(59_539_519, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(k.into())))
    }
    fn settle_open_window(k: u32) -> Weight {
        Weight::from_parts(41_913_000, 5_475)
            .saturating_add(Weight::from_parts(39_355_213, 1_335).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn settle_pay(k: u32) -> Weight {
        Weight::from_parts(186_723_381, 6_196)
            .saturating_add(Weight::from_parts(57_707_923, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(k.into())))
    }
    fn settle_contest(k: u32) -> Weight {
        Weight::from_parts(129_499_608, 5_475)
            .saturating_add(Weight::from_parts(3_959_112, 0).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn settle_close_contest(k: u32) -> Weight {
        Weight::from_parts(51_201_277, 5_475)
            .saturating_add(Weight::from_parts(24_223_238, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(k.into())))
    }
    fn settle_draw_audit() -> Weight {
        Weight::from_parts(169_501_000, 7_552)
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn settle_waive_audit() -> Weight {
        Weight::from_parts(202_620_000, 34_257)
            .saturating_add(RocksDbWeight::get().reads(24))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn end_audit() -> Weight {
        Weight::from_parts(115_992_000, 6_398)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn reward_keeper() -> Weight {
        Weight::from_parts(71_926_000, 6_196)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn settle_unpublished(k: u32) -> Weight {
        Weight::from_parts(201_944_230, 6_398)
            .saturating_add(Weight::from_parts(75_008_537, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(k.into())))
    }
    fn convict(k: u32) -> Weight {
        Weight::from_parts(156_607_316, 6_196)
            .saturating_add(Weight::from_parts(142_765_388, 3_281).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(7_u64.saturating_mul(k.into())))
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(2_964_000, 1_489).saturating_add(RocksDbWeight::get().reads(1))
    }
    fn sweep_bucket() -> Weight {
        Weight::from_parts(7_251_000, 3_493)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn sweep_entry() -> Weight {
        Weight::from_parts(9_975_000, 5_996).saturating_add(RocksDbWeight::get().reads(2))
    }
    fn sweep_move() -> Weight {
        Weight::from_parts(26_970_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn sweep_postpone(k: u32) -> Weight {
        Weight::from_parts(38_908_000, 10_699)
            .saturating_add(Weight::from_parts(84_366_113, 13_472).saturating_mul(k.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(8_u64.saturating_mul(k.into())))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(k.into())))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(12_438_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn migrate_request(b: u32) -> Weight {
        Weight::from_parts(19_228_150, 1_052_078)
            .saturating_add(Weight::from_parts(1_109, 1).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
}
