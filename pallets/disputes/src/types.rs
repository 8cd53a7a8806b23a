//! What the pallet stores and says.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::Inspect;
use frame_system::pallet_prelude::BlockNumberFor;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::{AtLeast32BitUnsigned, SaturatedConversion};
use veritrace_primitives::graph::{Digest, TensorSpec};
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::TargetKind;
use veritrace_primitives::tensor::Layout;

/// Balance of the configured currency.
pub type BalanceOf<T> =
    <<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// [`ChallengeRecord`] of a runtime.
pub type ChallengeRecordOf<T> =
    ChallengeRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
/// [`SealRecord`] of a runtime.
pub type SealRecordOf<T> = SealRecord<BalanceOf<T>, BlockNumberFor<T>>;
/// [`BountyRecord`] of a runtime.
pub type BountyRecordOf<T> =
    BountyRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
/// [`ParametersRecord`] of a runtime.
pub type ParametersOf<T> = ParametersRecord<BalanceOf<T>, BlockNumberFor<T>>;
/// What hides an accusation in its seal, until the owner shows it.
pub type Salt = [u8; 32];

/// Whose move it is.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum ChallengeState<BlockNumber> {
    /// The worker's: it must open the node, or page. Ends as `Opened`, or in conviction from `due` on.
    #[codec(index = 0)]
    Awaiting {
        /// The first block in which an opening is too late.
        due: BlockNumber,
    },
    /// Anyone's: the opening may be contradicted. Ends in conviction, or in the bond's forfeit from `due` on.
    #[codec(index = 1)]
    Opened {
        /// The first block in which the bond can be forfeited.
        due: BlockNumber,
    },
}

/// What the worker has to show.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Content {
    /// The output of a node, of which the graph says this, in layout version 1.
    #[codec(index = 0)]
    Tensor(TensorSpec),
    /// So many leaves of a page.
    #[codec(index = 1)]
    Leaves(u16),
    /// The output of a node, of which the graph says this, in layout version 2.
    #[codec(index = 2)]
    ChunkedTensor(TensorSpec),
}

impl Content {
    /// A node's output.
    pub fn tensor(layout: Layout, spec: TensorSpec) -> Self {
        match layout {
            Layout::One => Self::Tensor(spec),
            Layout::Two => Self::ChunkedTensor(spec),
        }
    }

    /// The layout and the spec of a node's output; `None` of anything else.
    pub fn as_tensor(&self) -> Option<(Layout, &TensorSpec)> {
        match self {
            Self::Tensor(spec) => Some((Layout::One, spec)),
            Self::ChunkedTensor(spec) => Some((Layout::Two, spec)),
            Self::Leaves(_) => None,
        }
    }
}

/// A demand that a worker show what is under a leaf of its claim, or under a page's hash.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ChallengeRecord<AccountId, Balance, BlockNumber> {
    /// Who demands it.
    pub challenger: AccountId,
    /// What is held of the challenger.
    pub bond: Balance,
    /// The claim's leaf, or the hash of the page.
    pub digest: Digest,
    /// What is to be shown under it.
    pub content: Content,
    /// Whose move it is.
    pub state: ChallengeState<BlockNumber>,
    /// Bytes of the opening. Its form, too, is that of an opening limit of this many bytes.
    pub opening_bytes: u32,
    /// The block it was made in: whoever seals the same later has read it here.
    pub at: BlockNumber,
}

/// A sealed accusation: since when, and in which order of all, its owner knows of a lie.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct SealRecord<Balance, BlockNumber> {
    /// What is held of the owner.
    pub bond: Balance,
    /// How many seals were made before it.
    pub order: u64,
    /// The block it was made in. It counts from the next one on.
    pub at: BlockNumber,
    /// The first block in which it does not count any more.
    pub until: BlockNumber,
    /// The first block in which its bond can be forfeited: a conviction before `until` leaves the time to show it.
    pub forfeit: BlockNumber,
}

/// What was paid for a conviction, while an earlier seal may still turn up.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct BountyRecord<AccountId, Balance, BlockNumber> {
    /// Who gets it unless an earlier seal turns up. It is on hold there.
    pub holder: AccountId,
    /// How much it is.
    pub amount: Balance,
    /// Where the claim was convicted, as seals name it: the node, or its page in a long trace.
    pub subject: Subject,
    /// Order of the holder's seal; `None` without one.
    pub order: Option<u64>,
    /// Only seals made in earlier blocks go before the holder: that of the proof, or that of the challenge which was not
    /// answered.
    pub before: BlockNumber,
    /// When the claim fell.
    pub convicted: BlockNumber,
    /// The first block in which it is released, and too late for a seal.
    pub due: BlockNumber,
}

/// What a claim was convicted by.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum Evidence {
    /// A contradiction.
    #[codec(index = 0)]
    Contradiction(TargetKind),
    /// A challenge that was not answered in time.
    #[codec(index = 1)]
    Silence,
}

/// Challenges that run against a claim.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct RunningCount {
    /// Those of nodes.
    pub nodes: u32,
    /// Those of pages.
    pub pages: u32,
}

impl RunningCount {
    /// All of them.
    pub fn total(self) -> u32 {
        self.nodes.saturating_add(self.pages)
    }

    /// The one that a challenge of this counts in.
    pub(crate) fn of(&mut self, subject: Subject) -> &mut u32 {
        match subject {
            Subject::Node(_) => &mut self.nodes,
            Subject::Page(_) => &mut self.pages,
        }
    }
}

/// Everything economic or temporal. Set at genesis, changed by the admin origin. Clocks are counted in blocks.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParametersRecord<Balance, BlockNumber> {
    /// Held of a challenger for each challenge.
    pub bond_base: Balance,
    /// Held on top for each KiB that the worker has to open, rounded up.
    pub bond_per_kib: Balance,
    /// Blocks a worker has to open a node or a page.
    pub open_clock: BlockNumber,
    /// Blocks on top for each KiB that this worker still has to open in all, rounded up.
    pub open_clock_per_kib: BlockNumber,
    /// Blocks an opening may be contradicted before the bond is forfeited.
    pub contradict_clock: BlockNumber,
    /// The step limit: a node with more bytes of inputs is contradicted by tile or by element, not as a whole.
    pub max_whole_bytes: u32,
    /// Most multiply-accumulates of a node contradicted as a whole.
    pub max_macs: u64,
    /// Most multiply-accumulates of a tile or an element.
    pub max_tile_macs: u64,
    /// Largest opening in bytes. Tensors up to this size are opened as their bytes, larger ones as their tile hashes.
    pub max_opening_bytes: u32,
    /// Burned from whoever submits a proof or an opening that is not accepted.
    pub rejected_proof_penalty: Balance,
    /// Held of a challenger for each seal. Should be no less than the bounty: a liar that seals its own lie beforehand then
    /// loses by every lie that nobody finds what it saves by one that somebody finds.
    pub seal_bond: Balance,
    /// Blocks a seal counts. No less than two openings and their contradictions may take together: of a full page, and of
    /// a small node found in it.
    pub seal_lifetime: BlockNumber,
    /// Blocks a bounty is on hold, in which an earlier seal may be shown. Should outlast what a block's author can keep a
    /// transaction out.
    pub seal_reveal_window: BlockNumber,
}

impl<Balance: AtLeast32BitUnsigned, BlockNumber: From<u32>> Default
    for ParametersRecord<Balance, BlockNumber>
{
    fn default() -> Self {
        Self {
            bond_base: 1_000_000_000_000u64.saturated_into(),
            bond_per_kib: 100_000_000_000u64.saturated_into(),
            open_clock: 20.into(),
            open_clock_per_kib: 1.into(),
            contradict_clock: 40.into(),
            max_whole_bytes: 256 * 1024,
            max_macs: 40_000_000,
            max_tile_macs: 2_000_000,
            max_opening_bytes: 128 * 1024,
            rejected_proof_penalty: 10_000_000_000u64.saturated_into(),
            seal_bond: 1_000_000_000_000u64.saturated_into(),
            seal_lifetime: 160.into(),
            seal_reveal_window: 20.into(),
        }
    }
}

/// KiB that so many bytes take, rounded up.
pub(crate) fn kib(bytes: u32) -> u32 {
    bytes.div_ceil(1024)
}
