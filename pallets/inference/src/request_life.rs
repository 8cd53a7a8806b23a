//! A request's whole life so far, as those who show it to people want it: in one call, without any storage of their own.

use crate::audit::AuditState;
use crate::{
    Answers, BalanceOf, Claims, Config, InferenceRequests, Inputs, Pallet, RefundReason,
    RequestRecordOf, RequestStatus, SlotState, Visibility,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::traits::{One, Saturating, UniqueSaturatedInto};
use veritrace_primitives::graph::{Digest, TensorSpec};
use veritrace_primitives::page::Subject;
use veritrace_primitives::tensor::byte_length;
use veritrace_primitives::traits::{
    ChallengeBook, ChallengeView, ModelId, ModelTerms, RequestId, VerdictBook,
};

/// An input of a request.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct InputLife {
    /// Its tensor root, as the chain formed it.
    pub root: Digest,
    /// Its type and shape.
    pub spec: TensorSpec,
    /// Its size.
    pub bytes: u32,
    /// Whether it is on chain. If it is not, whoever holds it gives it to the workers.
    pub is_published: bool,
}

/// A claim that stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ClaimLife {
    /// Commitment to the tensor root of every node's output.
    pub trace_root: Digest,
    /// Commitment to the answer.
    pub output_root: Digest,
    /// The block in which it was made.
    pub at: u32,
    /// Size of each output.
    pub output_bytes: Vec<u32>,
}

/// A challenge that runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChallengeLife {
    /// What the worker is to show.
    pub subject: Subject,
    /// Bytes of the opening.
    pub opening_bytes: u32,
    /// Whether the worker has opened it: then it is others who have the move.
    pub is_opened: bool,
    /// The first block in which it is too late for the present move.
    pub due: u32,
}

/// A worker that was drawn.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct WorkerLife<AccountId> {
    /// The worker.
    pub worker: AccountId,
    /// What became of it.
    pub state: SlotState,
    /// Its claim, while that stands.
    pub claim: Option<ClaimLife>,
    /// Challenges that run against the claim: by node, then by page.
    pub challenges: Vec<ChallengeLife>,
}

/// An audit that was drawn.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AuditLife<AccountId, Balance> {
    /// Who has to show a tile.
    pub auditor: AccountId,
    /// Whose claim it is about.
    pub worker: AccountId,
    /// The node of whose output the tile is to be shown.
    pub node: u16,
    /// Decides which tile.
    pub lot: u64,
    /// The first block in which it is too late.
    pub due: u32,
    /// On hold on the treasury's account, and paid when the request is.
    pub fee: Balance,
    /// Whether the tile was shown.
    pub is_attested: bool,
}

/// What happens to a request next if nobody does anything before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum NextStep {
    /// Workers are drawn for it, in each block anew until there are enough or the phase ends.
    #[codec(index = 0)]
    Draw,
    /// Those who are late are penalised, and workers drawn anew.
    #[codec(index = 1)]
    DrawAgain,
    /// Those who are late with their commitments are penalised and replaced; when no replacement is found, those who
    /// committed reveal.
    #[codec(index = 2)]
    Replace,
    /// Those who committed reveal.
    #[codec(index = 3)]
    OpenReveals,
    /// The claims that are in may be contradicted from then on.
    #[codec(index = 4)]
    OpenWindow,
    /// Workers, author and treasury are paid.
    #[codec(index = 5)]
    Pay,
    /// The user is refunded, and the locks wait for a verdict on unequal claims.
    #[codec(index = 6)]
    Contest,
    /// The user is refunded and the request closed.
    #[codec(index = 7)]
    Refund(RefundReason),
    /// What is left of the locks is given back and the request closed.
    #[codec(index = 8)]
    CloseContest,
    /// Nothing before the challenges that run have ended.
    #[codec(index = 9)]
    AwaitChallenges,
    /// Nothing before one of the unequal claims was proved wrong.
    #[codec(index = 10)]
    AwaitVerdict,
    /// It is drawn whether a claim is audited, and by whom.
    #[codec(index = 11)]
    DrawAudit,
}

/// Everything that the chain has of an open request.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RequestLife<AccountId, Balance> {
    /// The request.
    pub request: RequestId,
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
    /// Length of each working phase.
    pub deadline: u32,
    /// How many times workers may still be drawn anew.
    pub attempts_left: u8,
    /// What it asks, in the order of the model's inputs.
    pub inputs: Vec<InputLife>,
    /// Whether every input is on chain, so that anyone can check what is claimed.
    pub visibility: Visibility,
    /// Where it stands.
    pub status: RequestStatus,
    /// When the present phase began.
    pub since: u32,
    /// The first block in which the present phase is over.
    pub due: u32,
    /// Every worker ever drawn for it, in the order of the draws.
    pub workers: Vec<WorkerLife<AccountId>>,
    /// Trace roots that were proved wrong for it.
    pub convicted: Vec<Digest>,
    /// What happens next if nobody does anything before.
    pub next: NextStep,
    /// The first block in which that can happen. `None` when it waits for others than the clock.
    pub next_at: Option<u32>,
    /// The audit of one of its claims.
    pub audit: Option<AuditLife<AccountId, Balance>>,
}

impl<T: Config> Pallet<T> {
    /// Everything that the chain has of an open request.
    pub fn life_of(request: RequestId) -> Option<RequestLife<T::AccountId, BalanceOf<T>>> {
        let record = InferenceRequests::<T>::get(request)?;
        let (next, next_at) = Self::next_of(&record);
        let inputs = Inputs::<T>::get(request).unwrap_or_default();
        Some(RequestLife {
            request,
            inputs: record
                .input_roots
                .iter()
                .zip(&record.terms.inputs)
                .zip(&inputs)
                .map(|((root, spec), input)| InputLife {
                    root: *root,
                    spec: spec.clone(),
                    bytes: byte_length(spec).unwrap_or(0),
                    is_published: input.bytes().is_some(),
                })
                .collect(),
            workers: record
                .slots
                .iter()
                .map(|slot| WorkerLife {
                    worker: slot.worker.clone(),
                    state: slot.state,
                    claim: Self::claim_life(request, &slot.worker),
                    challenges: Self::challenges_life(request, &slot.worker, &slot.state),
                })
                .collect(),
            convicted: T::Verdicts::convicted(request),
            user: record.user,
            model: record.model,
            terms: record.terms,
            redundancy: record.redundancy,
            escrow: record.escrow,
            deposit: record.deposit,
            visibility: record.visibility,
            deadline: record.deadline.unique_saturated_into(),
            attempts_left: record.attempts_left,
            status: record.status,
            since: record.since.unique_saturated_into(),
            due: record.due.unique_saturated_into(),
            next,
            next_at: next_at.map(UniqueSaturatedInto::unique_saturated_into),
            audit: Self::audit_life(&record.audit),
        })
    }

    fn audit_life(
        audit: &AuditState<T::AccountId, BalanceOf<T>, BlockNumberFor<T>>,
    ) -> Option<AuditLife<T::AccountId, BalanceOf<T>>> {
        let drawn = audit.drawn()?;
        Some(AuditLife {
            auditor: drawn.auditor.clone(),
            worker: drawn.worker.clone(),
            node: drawn.node,
            lot: drawn.lot,
            due: drawn.due.unique_saturated_into(),
            fee: drawn.fee,
            is_attested: matches!(audit, AuditState::Attested(_)),
        })
    }

    fn claim_life(request: RequestId, worker: &T::AccountId) -> Option<ClaimLife> {
        let claim = Claims::<T>::get(request, worker)?;
        let outputs = Answers::<T>::get(request, worker).unwrap_or_default();
        Some(ClaimLife {
            trace_root: claim.trace_root,
            output_root: claim.output_root,
            at: claim.at.unique_saturated_into(),
            output_bytes: outputs.iter().map(|output| output.len() as u32).collect(),
        })
    }

    /// Challenges against a claim that fell are over, though their records wait for the bonds to be reclaimed.
    fn challenges_life(
        request: RequestId,
        worker: &T::AccountId,
        state: &SlotState,
    ) -> Vec<ChallengeLife> {
        if !matches!(state, SlotState::Revealed(_)) {
            return Vec::new();
        }
        let mut challenges: Vec<_> = T::Challenges::challenges(request, worker)
            .into_iter()
            .map(|view| {
                let ChallengeView {
                    subject,
                    opening_bytes,
                    is_opened,
                    due,
                } = view;
                ChallengeLife {
                    subject,
                    opening_bytes,
                    is_opened,
                    due: due.unique_saturated_into(),
                }
            })
            .collect();
        challenges.sort_by_key(|challenge| challenge.subject);
        challenges
    }

    /// What `settle` does next, and from which block on. The conditions are those of the transitions, in their order.
    fn next_of(record: &RequestRecordOf<T>) -> (NextStep, Option<BlockNumberFor<T>>) {
        let now = Self::now();
        let due = Some(record.due);
        let condemned = Self::is_condemned(&record.model);
        let again = |reason: RefundReason| match (condemned, record.attempts_left) {
            (true, _) => NextStep::Refund(RefundReason::Condemned),
            (false, 0) => NextStep::Refund(reason),
            (false, _) => NextStep::DrawAgain,
        };
        match record.status {
            RequestStatus::Pending
            | RequestStatus::Assigned
            | RequestStatus::Committing
            | RequestStatus::AwaitingInput
                if condemned =>
            {
                (NextStep::Refund(RefundReason::Condemned), Some(now))
            }
            RequestStatus::Pending if now >= record.due => {
                (NextStep::Refund(RefundReason::NotAssigned), due)
            }
            RequestStatus::Pending => {
                let first = record.since.saturating_add(One::one());
                (NextStep::Draw, Some(first.max(now)))
            }
            RequestStatus::Assigned => (again(RefundReason::NotServed), due),
            RequestStatus::AwaitingInput => (NextStep::Refund(RefundReason::InputUnavailable), due),
            RequestStatus::Committing => {
                let is_committed = |state: &SlotState| matches!(state, SlotState::Committed(_));
                let step = if !record.slots.iter().any(|slot| is_committed(&slot.state)) {
                    again(RefundReason::NotServed)
                } else if record.attempts_left > 0 {
                    // Whoever still owes a commitment: with the last one the reveals begin.
                    NextStep::Replace
                } else {
                    NextStep::OpenReveals
                };
                (step, due)
            }
            RequestStatus::Revealing => {
                let step = match record.standing().next() {
                    None => again(RefundReason::NotServed),
                    Some(_) => NextStep::OpenWindow,
                };
                (step, due)
            }
            RequestStatus::Claimed if Self::audit_draw(record).is_some() => {
                (NextStep::DrawAudit, Self::audit_draw(record))
            }
            RequestStatus::Claimed if record.is_challenged() => (NextStep::AwaitChallenges, None),
            RequestStatus::Claimed => {
                let step = match (condemned, record.claims_agree()) {
                    (true, _) => NextStep::Refund(RefundReason::Condemned),
                    (false, true) => NextStep::Pay,
                    (false, false) => NextStep::Contest,
                };
                (step, due)
            }
            RequestStatus::Contested => {
                let agree = record.claims_agree();
                if !agree && !condemned {
                    (NextStep::AwaitVerdict, None)
                } else if !agree && record.due <= record.since {
                    // Of a malformed model two honest claims may differ: one more window, then the end.
                    (NextStep::OpenWindow, Some(now))
                } else if record.is_challenged() {
                    (NextStep::AwaitChallenges, None)
                } else {
                    (NextStep::CloseContest, due)
                }
            }
        }
    }
}
