//! Weights of the disputes pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 17fea58480b7248c7571f449a744d7eff65d8c4c with changes
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 54_421_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// `b` from 65_536 to 131_072.
    /// `m` from 2_400 to 3_800.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 3 reads, 3 writes
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (120 bytes at most): 0 reads, 1 write
    fn contradict_node_convicts(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 2_400 to 3_800.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn contradict_node_rejected(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 192 to 544.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 3 reads, 3 writes
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (120 bytes at most): 0 reads, 1 write
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 192 to 544.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight;
    /// `m` from 1 to 64.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 3 reads, 3 writes
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (120 bytes at most): 0 reads, 1 write
    fn contradict_element_convicts(m: u32) -> Weight;
    /// `m` from 1 to 64.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn contradict_element_rejected(m: u32) -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_117 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    fn challenge_accepted() -> Weight;
    /// `b` from 1_024 to 65_536.
    ///
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Disputes::Opened` (2_117 bytes at most): 1 read, 0 writes
    fn challenge_rejected(b: u32) -> Weight;
    /// `b` from 1_024 to 524_288.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_117 bytes at most): 1 read, 1 write
    fn open_tensor(b: u32) -> Weight;
    /// `b` from 1_024 to 32_768.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_117 bytes at most): 1 read, 1 write
    fn open_tiles(b: u32) -> Weight;
    /// `b` from 1_024 to 524_288.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn open_rejected(b: u32) -> Weight;
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 3 reads, 3 writes
    /// - `Balances::Holds` (229 bytes at most): 3 reads, 3 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_613 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (120 bytes at most): 0 reads, 1 write
    fn expire_unanswered() -> Weight;
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Inference::Parameters` (130 bytes at most): 1 read, 0 writes
    fn expire_uncontradicted() -> Weight;
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    fn reclaim_bond() -> Weight;
    /// `n` from 0 to 20.
    ///
    /// - `Disputes::Verdicts` (48 bytes at most): 20 reads, 20 writes
    /// - `Disputes::Opened` (2_117 bytes at most): 20 reads, 20 writes
    fn forget(n: u32) -> Weight;
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Disputes::SealsMade` (8 bytes at most): 1 read, 1 write
    fn seal() -> Weight;
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    fn use_seal() -> Weight;
    /// - `Disputes::Bounties` (120 bytes at most): 1 read, 1 write
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 2 reads, 2 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    fn reveal_seal() -> Weight;
    /// - `Disputes::Bounties` (120 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    fn release_bounty() -> Weight;
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    fn expire_seal() -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_117 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (229 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    fn challenge_page_accepted() -> Weight;
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Disputes::Opened` (2_117 bytes at most): 1 read, 0 writes
    fn challenge_page_rejected() -> Weight;
    /// `l` from 1 to 1_024.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_117 bytes at most): 1 read, 1 write
    fn open_page(l: u32) -> Weight;
    /// `l` from 1 to 1_024.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn open_page_rejected(l: u32) -> Weight;
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 1 write
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    fn attest_accepted() -> Weight;
    /// `b` from 1_024 to 65_536.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (2_010 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    fn attest_rejected(b: u32) -> Weight;
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
    /// - `0x6ad0691af7b285f7855961737137ac7c4e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 1 write
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 0 writes
    /// - `0x6ad0691af7b285f7855961737137ac7c47d80549a6828c24f924e5a8f5a53698` (unbounded): 1 read, 0 writes
    /// - `Disputes::Bounties` (120 bytes at most): 1 read, 0 writes
    fn migrate_parameters() -> Weight;
    /// - `0x6ad0691af7b285f7855961737137ac7c4e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Disputes::Challenges` (187 bytes at most): 3 reads, 2 writes
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 0 writes
    /// - `0x6ad0691af7b285f7855961737137ac7c47d80549a6828c24f924e5a8f5a53698` (unbounded): 1 read, 0 writes
    /// - `Disputes::Bounties` (120 bytes at most): 1 read, 0 writes
    fn migrate_challenge() -> Weight;
    /// - `0x6ad0691af7b285f7855961737137ac7c4e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Disputes::ChallengeCount` (64 bytes at most): 2 reads, 1 write
    /// - `0x6ad0691af7b285f7855961737137ac7c47d80549a6828c24f924e5a8f5a53698` (unbounded): 1 read, 0 writes
    /// - `Disputes::Bounties` (120 bytes at most): 1 read, 0 writes
    fn migrate_count() -> Weight;
    /// - `0x6ad0691af7b285f7855961737137ac7c4e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 0 writes
    /// - `0x6ad0691af7b285f7855961737137ac7c47d80549a6828c24f924e5a8f5a53698` (unbounded): 2 reads, 1 write
    /// - `Disputes::Bounties` (120 bytes at most): 1 read, 0 writes
    /// - `Disputes::Opened` (2_117 bytes at most): 0 reads, 1 write
    fn migrate_opened() -> Weight;
    /// - `0x6ad0691af7b285f7855961737137ac7c4e7b9012096b41c4eb3aaf947f6ea429` (unbounded): 1 read, 1 write
    /// - `Disputes::Challenges` (187 bytes at most): 1 read, 0 writes
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 0 writes
    /// - `0x6ad0691af7b285f7855961737137ac7c47d80549a6828c24f924e5a8f5a53698` (unbounded): 1 read, 0 writes
    /// - `Disputes::Bounties` (120 bytes at most): 2 reads, 1 write
    fn migrate_bounty() -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn contradict_node_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(477_795_472, 9_102)
            .saturating_add(Weight::from_parts(4_641, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(835_241, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_node_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(44_418_482, 5_475)
            .saturating_add(Weight::from_parts(5_621, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(823_691, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(385_256_501, 9_102)
            .saturating_add(Weight::from_parts(6_561, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(980_120, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(75_352_646, 5_475)
            .saturating_add(Weight::from_parts(6_505, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(966_536, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn contradict_element_convicts(m: u32) -> Weight {
        Weight::from_parts(413_444_687, 9_102)
            .saturating_add(Weight::from_parts(13_486_426, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_element_rejected(m: u32) -> Weight {
        Weight::from_parts(84_104_288, 5_475)
            .saturating_add(Weight::from_parts(13_454_968, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn challenge_accepted() -> Weight {
        Weight::from_parts(125_556_000, 5_582)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn challenge_rejected(b: u32) -> Weight {
        Weight::from_parts(63_233_007, 5_582)
            .saturating_add(Weight::from_parts(1_184, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
    }
    fn open_tensor(b: u32) -> Weight {
        Weight::from_parts(63_087_370, 5_582)
            .saturating_add(Weight::from_parts(5_759, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_tiles(b: u32) -> Weight {
        Weight::from_parts(51_818_814, 5_582)
            .saturating_add(Weight::from_parts(19_190, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_rejected(b: u32) -> Weight {
        Weight::from_parts(88_006_372, 5_475)
            .saturating_add(Weight::from_parts(5_757, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
    }
    fn expire_unanswered() -> Weight {
        Weight::from_parts(441_745_000, 9_102)
            .saturating_add(T::DbWeight::get().reads(17))
            .saturating_add(T::DbWeight::get().writes(21))
    }
    fn expire_uncontradicted() -> Weight {
        Weight::from_parts(147_288_000, 6_196)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn reclaim_bond() -> Weight {
        Weight::from_parts(92_747_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(7_141_655, 990)
            .saturating_add(Weight::from_parts(1_518_431, 4_592).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn seal() -> Weight {
        Weight::from_parts(71_666_000, 3_694)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn use_seal() -> Weight {
        Weight::from_parts(66_418_000, 3_694)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn reveal_seal() -> Weight {
        Weight::from_parts(139_357_000, 6_398)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn release_bounty() -> Weight {
        Weight::from_parts(64_556_000, 3_694)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn expire_seal() -> Weight {
        Weight::from_parts(48_903_000, 3_694)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn challenge_page_accepted() -> Weight {
        Weight::from_parts(147_268_000, 5_582)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn challenge_page_rejected() -> Weight {
        Weight::from_parts(87_439_000, 5_582).saturating_add(T::DbWeight::get().reads(4))
    }
    fn open_page(l: u32) -> Weight {
        Weight::from_parts(52_535_298, 5_582)
            .saturating_add(Weight::from_parts(613_104, 0).saturating_mul(l.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_page_rejected(l: u32) -> Weight {
        Weight::from_parts(70_098_239, 5_475)
            .saturating_add(Weight::from_parts(612_963, 0).saturating_mul(l.into()))
            .saturating_add(T::DbWeight::get().reads(4))
    }
    fn attest_accepted() -> Weight {
        Weight::from_parts(81_701_000, 5_475)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn attest_rejected(b: u32) -> Weight {
        Weight::from_parts(76_564_858, 5_475)
            .saturating_add(Weight::from_parts(854, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(9_024_000, 1_541)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(22_774_000, 3_690)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn migrate_challenge() -> Weight {
        Weight::from_parts(27_181_000, 8_976)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn migrate_count() -> Weight {
        Weight::from_parts(19_178_000, 6_068)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn migrate_opened() -> Weight {
        Weight::from_parts(62_212_000, 8_143)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn migrate_bounty() -> Weight {
        Weight::from_parts(19_559_000, 6_180)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}

impl WeightInfo for () {
    fn contradict_node_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(477_795_472, 9_102)
            .saturating_add(Weight::from_parts(4_641, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(835_241, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_node_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(44_418_482, 5_475)
            .saturating_add(Weight::from_parts(5_621, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(823_691, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(385_256_501, 9_102)
            .saturating_add(Weight::from_parts(6_561, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(980_120, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(75_352_646, 5_475)
            .saturating_add(Weight::from_parts(6_505, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(966_536, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn contradict_element_convicts(m: u32) -> Weight {
        Weight::from_parts(413_444_687, 9_102)
            .saturating_add(Weight::from_parts(13_486_426, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_element_rejected(m: u32) -> Weight {
        Weight::from_parts(84_104_288, 5_475)
            .saturating_add(Weight::from_parts(13_454_968, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn challenge_accepted() -> Weight {
        Weight::from_parts(125_556_000, 5_582)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn challenge_rejected(b: u32) -> Weight {
        Weight::from_parts(63_233_007, 5_582)
            .saturating_add(Weight::from_parts(1_184, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
    }
    fn open_tensor(b: u32) -> Weight {
        Weight::from_parts(63_087_370, 5_582)
            .saturating_add(Weight::from_parts(5_759, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_tiles(b: u32) -> Weight {
        Weight::from_parts(51_818_814, 5_582)
            .saturating_add(Weight::from_parts(19_190, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_rejected(b: u32) -> Weight {
        Weight::from_parts(88_006_372, 5_475)
            .saturating_add(Weight::from_parts(5_757, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
    }
    fn expire_unanswered() -> Weight {
        Weight::from_parts(441_745_000, 9_102)
            .saturating_add(RocksDbWeight::get().reads(17))
            .saturating_add(RocksDbWeight::get().writes(21))
    }
    fn expire_uncontradicted() -> Weight {
        Weight::from_parts(147_288_000, 6_196)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn reclaim_bond() -> Weight {
        Weight::from_parts(92_747_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(7_141_655, 990)
            .saturating_add(Weight::from_parts(1_518_431, 4_592).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn seal() -> Weight {
        Weight::from_parts(71_666_000, 3_694)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn use_seal() -> Weight {
        Weight::from_parts(66_418_000, 3_694)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn reveal_seal() -> Weight {
        Weight::from_parts(139_357_000, 6_398)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn release_bounty() -> Weight {
        Weight::from_parts(64_556_000, 3_694)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn expire_seal() -> Weight {
        Weight::from_parts(48_903_000, 3_694)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn challenge_page_accepted() -> Weight {
        Weight::from_parts(147_268_000, 5_582)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn challenge_page_rejected() -> Weight {
        Weight::from_parts(87_439_000, 5_582).saturating_add(RocksDbWeight::get().reads(4))
    }
    fn open_page(l: u32) -> Weight {
        Weight::from_parts(52_535_298, 5_582)
            .saturating_add(Weight::from_parts(613_104, 0).saturating_mul(l.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_page_rejected(l: u32) -> Weight {
        Weight::from_parts(70_098_239, 5_475)
            .saturating_add(Weight::from_parts(612_963, 0).saturating_mul(l.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
    }
    fn attest_accepted() -> Weight {
        Weight::from_parts(81_701_000, 5_475)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn attest_rejected(b: u32) -> Weight {
        Weight::from_parts(76_564_858, 5_475)
            .saturating_add(Weight::from_parts(854, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(9_024_000, 1_541)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(22_774_000, 3_690)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn migrate_challenge() -> Weight {
        Weight::from_parts(27_181_000, 8_976)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn migrate_count() -> Weight {
        Weight::from_parts(19_178_000, 6_068)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn migrate_opened() -> Weight {
        Weight::from_parts(62_212_000, 8_143)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn migrate_bounty() -> Weight {
        Weight::from_parts(19_559_000, 6_180)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
}
