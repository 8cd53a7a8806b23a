//! Weights of the disputes pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 8d2fc7b40b556dd21669f51ef532498f82088453
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 55_993_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// `b` from 65_536 to 131_072.
    /// `m` from 2_500 to 4_000.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 3 reads, 3 writes
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (133 bytes at most): 0 reads, 1 write
    fn contradict_node_convicts(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 2_500 to 4_000.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    fn contradict_node_rejected(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 160 to 512.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 3 reads, 3 writes
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (133 bytes at most): 0 reads, 1 write
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 160 to 512.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight;
    /// `m` from 1 to 64.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 3 reads, 3 writes
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (133 bytes at most): 0 reads, 1 write
    fn contradict_element_convicts(m: u32) -> Weight;
    /// `m` from 1 to 64.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    fn contradict_element_rejected(m: u32) -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 1 write
    /// - `Disputes::OpenedNodes` (2_114 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    fn challenge_accepted() -> Weight;
    /// `b` from 1_024 to 65_536.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 0 writes
    /// - `Disputes::OpenedNodes` (2_114 bytes at most): 1 read, 0 writes
    fn challenge_rejected(b: u32) -> Weight;
    /// `b` from 1_024 to 524_288.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::OpenedNodes` (2_114 bytes at most): 1 read, 1 write
    fn open_tensor(b: u32) -> Weight;
    /// `b` from 1_024 to 32_768.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::OpenedNodes` (2_114 bytes at most): 1 read, 1 write
    fn open_tiles(b: u32) -> Weight;
    /// `b` from 1_024 to 524_288.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 1 read, 0 writes
    fn open_rejected(b: u32) -> Weight;
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 3 reads, 3 writes
    /// - `Balances::Holds` (157 bytes at most): 3 reads, 3 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (133 bytes at most): 0 reads, 1 write
    fn expire_unanswered() -> Weight;
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    fn expire_uncontradicted() -> Weight;
    /// - `Disputes::Challenges` (181 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (157 bytes at most): 1 read, 1 write
    fn reclaim_bond() -> Weight;
    /// `n` from 0 to 20.
    ///
    /// - `Disputes::Verdicts` (48 bytes at most): 20 reads, 20 writes
    /// - `Disputes::OpenedNodes` (2_114 bytes at most): 20 reads, 20 writes
    fn forget(n: u32) -> Weight;
    /// - `Disputes::Seals` (128 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (191 bytes at most): 1 read, 1 write
    /// - `Disputes::SealsMade` (8 bytes at most): 1 read, 1 write
    fn seal() -> Weight;
    /// - `Disputes::Seals` (128 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (191 bytes at most): 1 read, 1 write
    fn use_seal() -> Weight;
    /// - `Disputes::Bounties` (133 bytes at most): 1 read, 1 write
    /// - `Disputes::Seals` (128 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (191 bytes at most): 2 reads, 2 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    fn reveal_seal() -> Weight;
    /// - `Disputes::Bounties` (133 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (191 bytes at most): 1 read, 1 write
    fn release_bounty() -> Weight;
    /// - `Disputes::Seals` (128 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (191 bytes at most): 1 read, 1 write
    fn expire_seal() -> Weight;
    /// A tile of an audited claim, and its paths.
    fn attest_accepted() -> Weight;
    /// `b` from 1_024 to 65_536.
    fn attest_rejected(b: u32) -> Weight;
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (84 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn contradict_node_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(1_739_981_791, 6_254)
            .saturating_add(Weight::from_parts(2_948, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(838_424, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_node_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(966_600_828, 5_379)
            .saturating_add(Weight::from_parts(5_122, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(871_928, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(300_622_115, 6_254)
            .saturating_add(Weight::from_parts(7_155, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(1_193_716, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(289_884_263, 5_379)
            .saturating_add(Weight::from_parts(6_322, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(650_081, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn contradict_element_convicts(m: u32) -> Weight {
        Weight::from_parts(428_090_575, 6_254)
            .saturating_add(Weight::from_parts(14_315_643, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_element_rejected(m: u32) -> Weight {
        Weight::from_parts(84_733_811, 5_379)
            .saturating_add(Weight::from_parts(14_051_620, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn challenge_accepted() -> Weight {
        Weight::from_parts(127_789_000, 5_579)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn challenge_rejected(b: u32) -> Weight {
        Weight::from_parts(67_150_536, 5_579)
            .saturating_add(Weight::from_parts(1_261, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
    }
    fn open_tensor(b: u32) -> Weight {
        Weight::from_parts(152_300_920, 5_579)
            .saturating_add(Weight::from_parts(5_786, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_tiles(b: u32) -> Weight {
        Weight::from_parts(57_903_940, 5_579)
            .saturating_add(Weight::from_parts(19_638, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_rejected(b: u32) -> Weight {
        Weight::from_parts(44_453_295, 5_379)
            .saturating_add(Weight::from_parts(6_374, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
    }
    fn expire_unanswered() -> Weight {
        Weight::from_parts(447_865_000, 8_886)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(21))
    }
    fn expire_uncontradicted() -> Weight {
        Weight::from_parts(148_220_000, 6_196)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn reclaim_bond() -> Weight {
        Weight::from_parts(95_872_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(7_365_465, 990)
            .saturating_add(Weight::from_parts(1_547_249, 4_589).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn seal() -> Weight {
        Weight::from_parts(78_000_000, 3_656)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn use_seal() -> Weight {
        Weight::from_parts(61_000_000, 3_656)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn reveal_seal() -> Weight {
        Weight::from_parts(142_000_000, 6_324)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn release_bounty() -> Weight {
        Weight::from_parts(72_000_000, 3_656)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn expire_seal() -> Weight {
        Weight::from_parts(84_000_000, 3_656)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn attest_accepted() -> Weight {
        Weight::from_parts(118_000_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn attest_rejected(b: u32) -> Weight {
        Weight::from_parts(60_000_000, 5_379)
            .saturating_add(Weight::from_parts(3_500, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(8_703_000, 1_541)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}

impl WeightInfo for () {
    fn contradict_node_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(1_739_981_791, 6_254)
            .saturating_add(Weight::from_parts(2_948, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(838_424, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_node_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(966_600_828, 5_379)
            .saturating_add(Weight::from_parts(5_122, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(871_928, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(300_622_115, 6_254)
            .saturating_add(Weight::from_parts(7_155, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(1_193_716, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(289_884_263, 5_379)
            .saturating_add(Weight::from_parts(6_322, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(650_081, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn contradict_element_convicts(m: u32) -> Weight {
        Weight::from_parts(428_090_575, 6_254)
            .saturating_add(Weight::from_parts(14_315_643, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_element_rejected(m: u32) -> Weight {
        Weight::from_parts(84_733_811, 5_379)
            .saturating_add(Weight::from_parts(14_051_620, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn challenge_accepted() -> Weight {
        Weight::from_parts(127_789_000, 5_579)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn challenge_rejected(b: u32) -> Weight {
        Weight::from_parts(67_150_536, 5_579)
            .saturating_add(Weight::from_parts(1_261, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
    }
    fn open_tensor(b: u32) -> Weight {
        Weight::from_parts(152_300_920, 5_579)
            .saturating_add(Weight::from_parts(5_786, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_tiles(b: u32) -> Weight {
        Weight::from_parts(57_903_940, 5_579)
            .saturating_add(Weight::from_parts(19_638, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_rejected(b: u32) -> Weight {
        Weight::from_parts(44_453_295, 5_379)
            .saturating_add(Weight::from_parts(6_374, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
    }
    fn expire_unanswered() -> Weight {
        Weight::from_parts(447_865_000, 8_886)
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().writes(21))
    }
    fn expire_uncontradicted() -> Weight {
        Weight::from_parts(148_220_000, 6_196)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn reclaim_bond() -> Weight {
        Weight::from_parts(95_872_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(7_365_465, 990)
            .saturating_add(Weight::from_parts(1_547_249, 4_589).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn seal() -> Weight {
        Weight::from_parts(78_000_000, 3_656)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn use_seal() -> Weight {
        Weight::from_parts(61_000_000, 3_656)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn reveal_seal() -> Weight {
        Weight::from_parts(142_000_000, 6_324)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn release_bounty() -> Weight {
        Weight::from_parts(72_000_000, 3_656)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn expire_seal() -> Weight {
        Weight::from_parts(84_000_000, 3_656)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn attest_accepted() -> Weight {
        Weight::from_parts(118_000_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn attest_rejected(b: u32) -> Weight {
        Weight::from_parts(60_000_000, 5_379)
            .saturating_add(Weight::from_parts(3_500, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(8_703_000, 1_541)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
}
