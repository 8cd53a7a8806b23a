//! What the pallet stores.

use crate::audit::AuditState;
use crate::{BalanceOf, ComplaintRecord, Config, InputSource, Visibility};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::BlockNumberFor;
use serde::{Deserialize, Serialize};
use sp_runtime::Permill;
use veritrace_primitives::graph::{Digest, MAX_GRAPH_IO};
use veritrace_primitives::traits::{ModelId, ModelTerms};

/// One tensor of a claim, as row-major little-endian bytes; empty when it is larger than `MaxOutputBytes`, and its leaf in
/// the trace alone stands for it.
pub type OutputOf<T> = BoundedVec<u8, <T as Config>::MaxOutputBytes>;
/// What a claim answers, in the order of the model's outputs.
pub type OutputsOf<T> = BoundedVec<OutputOf<T>, ConstU32<MAX_GRAPH_IO>>;
/// One input's row-major little-endian bytes.
pub type InputBytesOf<T> = BoundedVec<u8, <T as Config>::MaxInputBytes>;
/// [`InputSource`] of a runtime.
pub type InputSourceOf<T> = InputSource<InputBytesOf<T>>;
/// What a request asks, in the order of the model's inputs.
pub type InputsOf<T> = BoundedVec<InputSourceOf<T>, ConstU32<MAX_GRAPH_IO>>;
/// [`ComplaintRecord`] of a runtime.
pub type ComplaintRecordOf<T> =
    ComplaintRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>>;
/// Workers of a request, as events carry them.
pub type WorkersOf<T> = BoundedVec<<T as frame_system::Config>::AccountId, <T as Config>::MaxSlots>;
/// [`ParametersRecord`] of a runtime.
pub type ParametersOf<T> = ParametersRecord<BalanceOf<T>, BlockNumberFor<T>>;
/// [`RequestRecord`] of a runtime.
pub type RequestRecordOf<T> = RequestRecord<
    <T as frame_system::Config>::AccountId,
    BalanceOf<T>,
    BlockNumberFor<T>,
    <T as Config>::MaxSlots,
>;
/// [`ClaimRecord`] of a runtime.
pub type ClaimRecordOf<T> = ClaimRecord<BlockNumberFor<T>>;

/// Everything economic or temporal. Set at genesis, changed by the admin origin. All windows are counted in blocks.
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
    /// Least price of one inference by one worker: cheaper models take no requests.
    pub min_price: Balance,
    /// Held from a user while his request is in storage.
    pub request_deposit: Balance,
    /// Most requests a user has open at once.
    pub max_open_per_account: u32,
    /// Most workers a request asks for.
    pub max_redundancy: u8,
    /// How many times workers are drawn anew before a request is refunded.
    pub max_reassignments: u8,
    /// Shortest working phase a user may set.
    pub min_deadline: BlockNumber,
    /// Longest working phase a user may set.
    pub max_deadline: BlockNumber,
    /// For how long workers are looked for before a request is refunded.
    pub assign_window: BlockNumber,
    /// For how long a claim may be contradicted before it is paid.
    pub challenge_window: BlockNumber,
    /// The same when every worker first drawn made the same claim, and there were several.
    pub agreed_window: BlockNumber,
    /// What is left of a window at least when a challenge ends or another claim falls.
    pub min_window_after_challenge: BlockNumber,
    /// What a conviction pays the challenger, out of the lock of the worker convicted.
    pub bounty: Balance,
    /// For how long an input that a worker could not get may be published.
    pub publish_window: BlockNumber,
    /// Held from the operator who says that an input cannot be had, and burned if it is published. Should be less than the
    /// no-show penalty, so that whoever lacks an input says so, and no less than what publishing costs.
    pub complaint_fee: Balance,
    /// What each worker gets of its price when no one publishes. At most half: to work must pay better than to complain.
    pub unavailability_share: Permill,
    /// What whoever settles a request that the sweep left over gets of its deposit.
    pub settle_reward: Balance,
    /// The share of requests of which a claim is audited. Times `audit_pay` it should be no more than the protocol's fee,
    /// which pays for it.
    pub audit_share: Permill,
    /// What an auditor is paid, as a share of the price of one inference by one worker.
    pub audit_pay: Permill,
    /// For how long an auditor has time, within the window of the claim.
    pub audit_window: BlockNumber,
}

impl<Balance: From<u32>, BlockNumber: From<u32>> Default
    for ParametersRecord<Balance, BlockNumber>
{
    fn default() -> Self {
        Self {
            min_price: 1u32.into(),
            request_deposit: 1u32.into(),
            max_open_per_account: 16,
            max_redundancy: 1,
            max_reassignments: 1,
            min_deadline: 2u32.into(),
            max_deadline: 1_000u32.into(),
            assign_window: 10u32.into(),
            challenge_window: 20u32.into(),
            agreed_window: 10u32.into(),
            min_window_after_challenge: 10u32.into(),
            bounty: 1u32.into(),
            publish_window: 10u32.into(),
            complaint_fee: 1u32.into(),
            unavailability_share: Permill::from_percent(20),
            settle_reward: 0u32.into(),
            audit_share: Permill::zero(),
            audit_pay: Permill::zero(),
            audit_window: 5u32.into(),
        }
    }
}

/// Where a request stands. Each phase ends at the record's `due`, the first block in which it is over.
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
pub enum RequestStatus {
    /// Waits for the draw of its workers, which comes in a later block than the request. Ends in `Assigned` or
    /// `Committing`, or is refunded when no workers are found in time.
    #[codec(index = 0)]
    Pending,
    /// Its only worker computes. Ends in `Claimed`, or, when the worker is late, in `Pending` or a refund.
    #[codec(index = 1)]
    Assigned,
    /// Its workers compute and commit. Ends in `Revealing` as soon as all have, or when no replacement is left to draw.
    #[codec(index = 2)]
    Committing,
    /// Those who committed reveal. Ends in `Claimed`.
    #[codec(index = 3)]
    Revealing,
    /// What was revealed may be contradicted. Ends settled when all claims are equal, else in `Contested`.
    #[codec(index = 4)]
    Claimed,
    /// Unequal claims, none of them contradicted in time. The user has his money back, the locks wait for a verdict.
    #[codec(index = 5)]
    Contested,
    /// A worker cannot get an input. Ends as the working phase it interrupted, which begins anew, when the input is
    /// published, else closed.
    #[codec(index = 6)]
    AwaitingInput,
}

/// What became of a worker drawn for a request.
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
pub enum SlotState {
    /// Drawn, its stake locked.
    #[codec(index = 0)]
    Assigned,
    /// Committed to a claim.
    #[codec(index = 1)]
    Committed(Digest),
    /// Made a claim with this trace root; [`crate::Claims`] has the rest of it.
    #[codec(index = 2)]
    Revealed(Digest),
    /// Was late, and paid the no-show penalty.
    #[codec(index = 3)]
    Missed,
    /// Its claim was proved wrong, its lock slashed.
    #[codec(index = 4)]
    Struck,
    /// Owes nothing, because the model was condemned or an input was not published; its lock was given back.
    #[codec(index = 5)]
    Excused,
}

impl SlotState {
    /// Whether stake is locked for the slot.
    pub const fn is_locked(&self) -> bool {
        matches!(
            self,
            Self::Assigned | Self::Committed(_) | Self::Revealed(_)
        )
    }
}

/// A worker drawn for a request. Slots are never taken out, so that no worker is drawn twice for one request.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct SlotRecord<AccountId> {
    /// The worker.
    pub worker: AccountId,
    /// What became of it.
    pub state: SlotState,
    /// Challenges running against its claim.
    pub challenges: u32,
}

/// An open request.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, TypeInfo, MaxEncodedLen,
)]
#[scale_info(skip_type_params(MaxSlots))]
pub struct RequestRecord<
    AccountId: Clone + PartialEq + Eq + core::fmt::Debug,
    Balance: Clone + PartialEq + Eq + core::fmt::Debug,
    BlockNumber: Clone + PartialEq + Eq + core::fmt::Debug,
    MaxSlots: Get<u32>,
> {
    /// Who asked and pays.
    pub user: AccountId,
    /// What is to be run.
    pub model: ModelId,
    /// The model as it was when the request was made.
    pub terms: ModelTerms<Balance>,
    /// How many workers it asked for.
    pub redundancy: u8,
    /// Held from the user for the workers: what has not been paid or given back.
    pub escrow: Balance,
    /// Held from the user for the storage.
    pub deposit: Balance,
    /// Tensor root of each input.
    pub input_roots: BoundedVec<Digest, ConstU32<MAX_GRAPH_IO>>,
    /// Whether every input is on chain.
    pub visibility: Visibility,
    /// Where it stands.
    pub status: RequestStatus,
    /// Length of each working phase.
    pub deadline: BlockNumber,
    /// When the present phase began.
    pub since: BlockNumber,
    /// When the present phase is over: the first block in which nothing of it can be done any more.
    pub due: BlockNumber,
    /// The bucket of [`crate::Due`] that has it. Earlier than `due` when the phase was made longer; `None` only when contested.
    pub bucket: Option<BlockNumber>,
    /// How many times workers may still be drawn anew.
    pub attempts_left: u8,
    /// Every worker ever drawn for it.
    pub slots: BoundedVec<SlotRecord<AccountId>, MaxSlots>,
    /// Where the audit of its claims stands.
    pub audit: AuditState<AccountId, Balance, BlockNumber>,
}

impl<AccountId, Balance, BlockNumber, MaxSlots>
    RequestRecord<AccountId, Balance, BlockNumber, MaxSlots>
where
    AccountId: Clone + PartialEq + Eq + core::fmt::Debug,
    Balance: Clone + PartialEq + Eq + core::fmt::Debug,
    BlockNumber: Clone + PartialEq + Eq + core::fmt::Debug,
    MaxSlots: Get<u32>,
{
    /// Trace roots of the claims that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Digest> {
        self.slots.iter().filter_map(|slot| match &slot.state {
            SlotState::Revealed(root) => Some(root),
            SlotState::Assigned
            | SlotState::Committed(_)
            | SlotState::Missed
            | SlotState::Struck
            | SlotState::Excused => None,
        })
    }

    /// Whether there is a claim, and all that stand are the same.
    pub fn claims_agree(&self) -> bool {
        let mut roots = self.standing();
        roots
            .next()
            .is_some_and(|first| roots.all(|root| root == first))
    }

    /// Whether every worker first drawn made the same claim, there being several.
    pub fn is_unanimous(&self) -> bool {
        self.redundancy > 1
            && self.slots.len() == usize::from(self.redundancy)
            && self
                .slots
                .iter()
                .all(|slot| matches!(slot.state, SlotState::Revealed(_)))
            && self.claims_agree()
    }

    /// Whether a challenge runs against a claim that stands.
    pub fn is_challenged(&self) -> bool {
        self.slots
            .iter()
            .any(|slot| matches!(slot.state, SlotState::Revealed(_)) && slot.challenges > 0)
    }

    /// Whether a worker still has to commit or to reveal.
    pub fn is_awaiting(&self) -> bool {
        self.slots
            .iter()
            .any(|slot| matches!(slot.state, SlotState::Assigned | SlotState::Committed(_)))
    }
}

/// What a worker claims to have computed. [`crate::Answers`] has the answer itself.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ClaimRecord<BlockNumber> {
    /// Commitment to the tensor root of every node's output.
    pub trace_root: Digest,
    /// Commitment to the answer.
    pub output_root: Digest,
    /// The block in which it was made.
    pub at: BlockNumber,
}

/// Why a user got his money back.
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
pub enum RefundReason {
    /// No workers were found in time.
    #[codec(index = 0)]
    NotAssigned,
    /// Every worker drawn was late.
    #[codec(index = 1)]
    NotServed,
    /// No claim was left standing.
    #[codec(index = 2)]
    Convicted,
    /// The model was condemned.
    #[codec(index = 3)]
    Condemned,
    /// A worker could not get an input, and nobody published it in time.
    #[codec(index = 4)]
    InputUnavailable,
}
