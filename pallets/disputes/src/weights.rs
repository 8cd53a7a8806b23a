//! Weights of the disputes pallet, as measured. Written by `npm run bench:weights`: not to be edited.
//!
//! - 2026-11-26, commit 80695a972cc86826786034833f9b014db01dfcae with changes
//! - AMD EPYC, 2 cores
//! - 50 steps of 20 repetitions, in compiled wasm, by frame-benchmarking-cli 64.0.0
//! - runtime compiled by rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
//! - `balances::transfer_keep_alive` took 54_962_000 ps in the same run

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What the benchmarks measured, each by its name.
pub trait WeightInfo {
    /// `b` from 65_536 to 131_072.
    /// `m` from 2_400 to 3_800.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 3 reads, 3 writes
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
    /// - `Disputes::Bounties` (119 bytes at most): 0 reads, 1 write
    fn contradict_node_convicts(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 2_400 to 3_800.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn contradict_node_rejected(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 192 to 544.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 3 reads, 3 writes
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
    /// - `Disputes::Bounties` (119 bytes at most): 0 reads, 1 write
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight;
    /// `b` from 65_536 to 131_072.
    /// `m` from 192 to 544.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight;
    /// `m` from 1 to 64.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 3 reads, 3 writes
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
    /// - `Disputes::Bounties` (119 bytes at most): 0 reads, 1 write
    fn contradict_element_convicts(m: u32) -> Weight;
    /// `m` from 1 to 64.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn contradict_element_rejected(m: u32) -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_119 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    fn challenge_accepted() -> Weight;
    /// `b` from 1_024 to 65_536.
    ///
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 0 writes
    /// - `Disputes::Opened` (2_119 bytes at most): 1 read, 0 writes
    fn challenge_rejected(b: u32) -> Weight;
    /// `b` from 1_024 to 524_288.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_119 bytes at most): 1 read, 1 write
    fn open_tensor(b: u32) -> Weight;
    /// `b` from 1_024 to 32_768.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_119 bytes at most): 1 read, 1 write
    fn open_tiles(b: u32) -> Weight;
    /// `b` from 1_024 to 524_288.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn open_rejected(b: u32) -> Weight;
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 3 reads, 3 writes
    /// - `Balances::Holds` (193 bytes at most): 3 reads, 3 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    /// - `Workers::Locks` (80 bytes at most): 1 read, 1 write
    /// - `Inference::WorkOf` (562 bytes at most): 1 read, 1 write
    /// - `Models::AIModels` (441 bytes at most): 1 read, 1 write
    /// - `Inference::OpenOf` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Inference::Due` (28 bytes at most): 0 reads, 1 write
    /// - `Inference::Answers` (262_217 bytes at most): 0 reads, 1 write
    /// - `Inference::Claims` (124 bytes at most): 0 reads, 1 write
    /// - `Inference::Inputs` (1_048_609 bytes at most): 0 reads, 1 write
    /// - `Disputes::Verdicts` (48 bytes at most): 0 reads, 1 write
    /// - `Disputes::Bounties` (119 bytes at most): 0 reads, 1 write
    fn expire_unanswered() -> Weight;
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 2 reads, 2 writes
    /// - `Inference::Parameters` (78 bytes at most): 1 read, 0 writes
    fn expire_uncontradicted() -> Weight;
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::ChallengeCount` (60 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    fn reclaim_bond() -> Weight;
    /// `n` from 0 to 20.
    ///
    /// - `Disputes::Verdicts` (48 bytes at most): 20 reads, 20 writes
    /// - `Disputes::Opened` (2_119 bytes at most): 20 reads, 20 writes
    fn forget(n: u32) -> Weight;
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    /// - `Disputes::SealsMade` (8 bytes at most): 1 read, 1 write
    fn seal() -> Weight;
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    fn use_seal() -> Weight;
    /// - `Disputes::Bounties` (119 bytes at most): 1 read, 1 write
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 2 reads, 2 writes
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    fn reveal_seal() -> Weight;
    /// - `Disputes::Bounties` (119 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    fn release_bounty() -> Weight;
    /// - `Disputes::Seals` (132 bytes at most): 1 read, 1 write
    /// - `Disputes::SealCount` (52 bytes at most): 1 read, 1 write
    /// - `System::Account` (128 bytes at most): 1 read, 1 write
    /// - `Balances::Holds` (193 bytes at most): 1 read, 1 write
    fn expire_seal() -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_119 bytes at most): 1 read, 0 writes
    /// - `Balances::Holds` (191 bytes at most): 1 read, 1 write
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::ChallengeCount` (64 bytes at most): 1 read, 1 write
    /// - `Workers::Workers` (806 bytes at most): 1 read, 1 write
    fn challenge_page_accepted() -> Weight;
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 0 writes
    /// - `Disputes::Opened` (2_119 bytes at most): 1 read, 0 writes
    fn challenge_page_rejected() -> Weight;
    /// `l` from 1 to 1_024.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 1 write
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    /// - `Disputes::PendingOpenBytes` (52 bytes at most): 1 read, 1 write
    /// - `Disputes::Opened` (2_119 bytes at most): 1 read, 1 write
    fn open_page(l: u32) -> Weight;
    /// `l` from 1 to 1_024.
    ///
    /// - `Workers::Operators` (80 bytes at most): 1 read, 0 writes
    /// - `Disputes::Challenges` (186 bytes at most): 1 read, 0 writes
    /// - `Inference::InferenceRequests` (1_914 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 0 writes
    fn open_page_rejected(l: u32) -> Weight;
    /// A tile of an audited claim, and its paths.
    fn attest_accepted() -> Weight;
    /// `b` from 1_024 to 65_536.
    fn attest_rejected(b: u32) -> Weight;
    /// - `Models::Parameters` (56 bytes at most): 1 read, 0 writes
    /// - `Disputes::Parameters` (108 bytes at most): 0 reads, 1 write
    fn set_parameters() -> Weight;
    /// - `Disputes::StorageVersion`: 1 read, 1 write
    /// - `Disputes::Parameters` (108 bytes at most): 1 read, 1 write
    fn migrate_parameters() -> Weight;
    /// - `Disputes::Challenges` (189 bytes at most): 3 reads, 2 writes
    fn migrate_challenge() -> Weight;
    /// - `Disputes::ChallengeCount` (64 bytes at most): 3 reads, 1 write
    fn migrate_count() -> Weight;
    /// - `Disputes::OpenedNodes` (2_114 bytes at most): 3 reads, 1 write
    /// - `Disputes::Opened` (2_117 bytes at most): 0 reads, 1 write
    fn migrate_opened() -> Weight;
    /// - `Disputes::Bounties` (120 bytes at most): 3 reads, 1 write
    fn migrate_bounty() -> Weight;
}

/// Measured weights, under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn contradict_node_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(1_119_029_598, 8_994)
            .saturating_add(Weight::from_parts(1_690, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(819_957, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_node_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(682_146_717, 5_379)
            .saturating_add(Weight::from_parts(3_010, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(775_027, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(189_931_462, 8_994)
            .saturating_add(Weight::from_parts(7_769, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(1_306_492, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(18_473_204, 5_379)
            .saturating_add(Weight::from_parts(7_549, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(977_047, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn contradict_element_convicts(m: u32) -> Weight {
        Weight::from_parts(413_284_836, 8_994)
            .saturating_add(Weight::from_parts(14_845_673, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(17))
    }
    fn contradict_element_rejected(m: u32) -> Weight {
        Weight::from_parts(136_104_033, 5_379)
            .saturating_add(Weight::from_parts(14_129_490, 0).saturating_mul(m.into()))
            .saturating_add(T::DbWeight::get().reads(2))
    }
    fn challenge_accepted() -> Weight {
        Weight::from_parts(130_594_000, 5_579)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn challenge_rejected(b: u32) -> Weight {
        Weight::from_parts(67_160_347, 5_579)
            .saturating_add(Weight::from_parts(1_281, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
    }
    fn open_tensor(b: u32) -> Weight {
        Weight::from_parts(136_869_159, 5_579)
            .saturating_add(Weight::from_parts(5_876, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_tiles(b: u32) -> Weight {
        Weight::from_parts(42_815_111, 5_579)
            .saturating_add(Weight::from_parts(20_967, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_rejected(b: u32) -> Weight {
        Weight::from_parts(73_682_053, 5_379)
            .saturating_add(Weight::from_parts(5_941, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(4))
    }
    fn expire_unanswered() -> Weight {
        Weight::from_parts(439_021_000, 8_994)
            .saturating_add(T::DbWeight::get().reads(17))
            .saturating_add(T::DbWeight::get().writes(21))
    }
    fn expire_uncontradicted() -> Weight {
        Weight::from_parts(145_676_000, 6_196)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn reclaim_bond() -> Weight {
        Weight::from_parts(92_948_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(7_141_581, 990)
            .saturating_add(Weight::from_parts(1_522_536, 4_589).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn seal() -> Weight {
        Weight::from_parts(72_007_000, 3_658)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn use_seal() -> Weight {
        Weight::from_parts(67_781_000, 3_658)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn reveal_seal() -> Weight {
        Weight::from_parts(141_129_000, 6_326)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn release_bounty() -> Weight {
        Weight::from_parts(65_737_000, 3_658)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn expire_seal() -> Weight {
        Weight::from_parts(49_673_000, 3_658)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn challenge_page_accepted() -> Weight {
        Weight::from_parts(135_000_000, 5_584)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn challenge_page_rejected() -> Weight {
        Weight::from_parts(72_000_000, 5_584).saturating_add(T::DbWeight::get().reads(4))
    }
    fn open_page(l: u32) -> Weight {
        Weight::from_parts(60_000_000, 5_584)
            .saturating_add(Weight::from_parts(690_000, 0).saturating_mul(l.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn open_page_rejected(l: u32) -> Weight {
        Weight::from_parts(50_000_000, 5_379)
            .saturating_add(Weight::from_parts(690_000, 0).saturating_mul(l.into()))
            .saturating_add(T::DbWeight::get().reads(4))
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
        Weight::from_parts(9_113_000, 1_541)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(35_000_000, 5_379)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn migrate_challenge() -> Weight {
        Weight::from_parts(50_000_000, 6_130)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn migrate_count() -> Weight {
        Weight::from_parts(40_000_000, 6_130)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn migrate_opened() -> Weight {
        Weight::from_parts(120_000_000, 6_130)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn migrate_bounty() -> Weight {
        Weight::from_parts(40_000_000, 6_130)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}

impl WeightInfo for () {
    fn contradict_node_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(1_119_029_598, 8_994)
            .saturating_add(Weight::from_parts(1_690, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(819_957, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_node_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(682_146_717, 5_379)
            .saturating_add(Weight::from_parts(3_010, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(775_027, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn contradict_tile_convicts(b: u32, m: u32) -> Weight {
        Weight::from_parts(189_931_462, 8_994)
            .saturating_add(Weight::from_parts(7_769, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(1_306_492, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_tile_rejected(b: u32, m: u32) -> Weight {
        Weight::from_parts(18_473_204, 5_379)
            .saturating_add(Weight::from_parts(7_549, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(977_047, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn contradict_element_convicts(m: u32) -> Weight {
        Weight::from_parts(413_284_836, 8_994)
            .saturating_add(Weight::from_parts(14_845_673, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(17))
    }
    fn contradict_element_rejected(m: u32) -> Weight {
        Weight::from_parts(136_104_033, 5_379)
            .saturating_add(Weight::from_parts(14_129_490, 0).saturating_mul(m.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
    }
    fn challenge_accepted() -> Weight {
        Weight::from_parts(130_594_000, 5_579)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn challenge_rejected(b: u32) -> Weight {
        Weight::from_parts(67_160_347, 5_579)
            .saturating_add(Weight::from_parts(1_281, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
    }
    fn open_tensor(b: u32) -> Weight {
        Weight::from_parts(136_869_159, 5_579)
            .saturating_add(Weight::from_parts(5_876, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_tiles(b: u32) -> Weight {
        Weight::from_parts(42_815_111, 5_579)
            .saturating_add(Weight::from_parts(20_967, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_rejected(b: u32) -> Weight {
        Weight::from_parts(73_682_053, 5_379)
            .saturating_add(Weight::from_parts(5_941, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
    }
    fn expire_unanswered() -> Weight {
        Weight::from_parts(439_021_000, 8_994)
            .saturating_add(RocksDbWeight::get().reads(17))
            .saturating_add(RocksDbWeight::get().writes(21))
    }
    fn expire_uncontradicted() -> Weight {
        Weight::from_parts(145_676_000, 6_196)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn reclaim_bond() -> Weight {
        Weight::from_parts(92_948_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn forget(n: u32) -> Weight {
        Weight::from_parts(7_141_581, 990)
            .saturating_add(Weight::from_parts(1_522_536, 4_589).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
    fn seal() -> Weight {
        Weight::from_parts(72_007_000, 3_658)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn use_seal() -> Weight {
        Weight::from_parts(67_781_000, 3_658)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn reveal_seal() -> Weight {
        Weight::from_parts(141_129_000, 6_326)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn release_bounty() -> Weight {
        Weight::from_parts(65_737_000, 3_658)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn expire_seal() -> Weight {
        Weight::from_parts(49_673_000, 3_658)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn challenge_page_accepted() -> Weight {
        Weight::from_parts(135_000_000, 5_584)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn challenge_page_rejected() -> Weight {
        Weight::from_parts(72_000_000, 5_584).saturating_add(RocksDbWeight::get().reads(4))
    }
    fn open_page(l: u32) -> Weight {
        Weight::from_parts(60_000_000, 5_584)
            .saturating_add(Weight::from_parts(690_000, 0).saturating_mul(l.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn open_page_rejected(l: u32) -> Weight {
        Weight::from_parts(50_000_000, 5_379)
            .saturating_add(Weight::from_parts(690_000, 0).saturating_mul(l.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
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
        Weight::from_parts(9_113_000, 1_541)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn migrate_parameters() -> Weight {
        Weight::from_parts(35_000_000, 5_379)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn migrate_challenge() -> Weight {
        Weight::from_parts(50_000_000, 6_130)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn migrate_count() -> Weight {
        Weight::from_parts(40_000_000, 6_130)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn migrate_opened() -> Weight {
        Weight::from_parts(120_000_000, 6_130)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn migrate_bounty() -> Weight {
        Weight::from_parts(40_000_000, 6_130)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
}
