//! Paid audits: of some requests, drawn by lot when their claims are in, a further worker is paid to show a tile of a claim
//! that it can only have by computing it. So whoever serves a model is paid to look, also when nobody lies.
//!
//! A request is [`AuditState::Awaiting`] when its window opens, since what a block's randomness falls on must not be known to
//! whoever reveals in that block. A later block draws: whether there is an audit, of which claim, node and tile, and by whom.
//! The window goes on meanwhile and ends when it would have ended anyway.

use crate::branch::SettleBranch;
use crate::{
    BalanceOf, Claims, Config, Error, Event, HoldReason, InferenceRequests, Pallet, Parameters,
    ParametersOf, RequestRecordOf, RequestStatus, SlotState, Visibility, WorkOf,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::{Inspect as _, Mutate as _};
use frame_support::traits::tokens::Precision;
use frame_support::traits::{Defensive, Randomness};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating};
use veritrace_primitives::graph::Digest;
use veritrace_primitives::traits::{AuditView, ModelOutput, Payments, RequestId, WorkerPool};

/// What an auditor has to show, and gets for it.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct AuditRecord<AccountId, Balance, BlockNumber> {
    /// Who has to show it. Not one of the request's workers, and with a lock for it as they have.
    pub auditor: AccountId,
    /// Whose claim it is about.
    pub worker: AccountId,
    /// The node of whose output a tile is to be shown.
    pub node: u16,
    /// Decides which tile.
    pub lot: u64,
    /// The first block in which it is too late.
    pub due: BlockNumber,
    /// On hold on the treasury's account, and paid when the request is.
    pub fee: Balance,
}

/// [`AuditRecord`] of a runtime.
pub type AuditRecordOf<T> =
    AuditRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

/// Where the audit of a request stands.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum AuditState<AccountId, Balance, BlockNumber> {
    /// There is none: not yet, not any more, or not at all.
    #[default]
    #[codec(index = 0)]
    None,
    /// All claims are in. Whether one is audited is drawn in a later block, or never if the window ends before.
    #[codec(index = 1)]
    Awaiting,
    /// An auditor was drawn. Ends in `Attested`, or when the request leaves its window or the audited claim falls.
    #[codec(index = 2)]
    Running(AuditRecord<AccountId, Balance, BlockNumber>),
    /// The auditor has shown it, its lock is free. It is paid when the request is.
    #[codec(index = 3)]
    Attested(AuditRecord<AccountId, Balance, BlockNumber>),
}

impl<AccountId, Balance, BlockNumber> AuditState<AccountId, Balance, BlockNumber> {
    /// Who still has to show something, and has a lock for it.
    pub fn running(&self) -> Option<&AuditRecord<AccountId, Balance, BlockNumber>> {
        match self {
            Self::Running(audit) => Some(audit),
            Self::None | Self::Awaiting | Self::Attested(_) => None,
        }
    }

    /// An auditor that was drawn, whether or not it has shown what it has to.
    pub fn drawn(&self) -> Option<&AuditRecord<AccountId, Balance, BlockNumber>> {
        match self {
            Self::Running(audit) | Self::Attested(audit) => Some(audit),
            Self::None | Self::Awaiting => None,
        }
    }
}

/// Why there is no audit of a request whose claims were in.
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
pub enum Waiver {
    /// The lot fell on other requests.
    #[codec(index = 0)]
    NotDrawn,
    /// The sweep came so late that too little of the window is left.
    #[codec(index = 1)]
    TooLate,
    /// The treasury cannot pay for it.
    #[codec(index = 2)]
    NoFunds,
    /// No worker was found for it.
    #[codec(index = 3)]
    NoAuditor,
    /// The model is condemned.
    #[codec(index = 4)]
    Condemned,
}

/// What a block's randomness comes to for a request.
struct Lots {
    share: u64,
    claim: u64,
    node: u64,
    tile: u64,
    auditor: Digest,
}

impl Lots {
    fn new(random: &[u8]) -> Self {
        let lots = sp_io::hashing::sha2_256(&(b"lots", random).encode());
        let mut parts = lots.chunks_exact(8).map(|part| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(part);
            u64::from_le_bytes(bytes)
        });
        let mut next = || parts.next().unwrap_or_default();
        Self {
            share: next(),
            claim: next(),
            node: next(),
            tile: next(),
            auditor: sp_io::hashing::sha2_256(&(b"auditor", random).encode()),
        }
    }
}

/// The element that a lot falls on.
fn pick<Item>(items: &[Item], lot: u64) -> Option<&Item> {
    let at = lot.checked_rem(items.len() as u64)?;
    items.get(usize::try_from(at).ok()?)
}

impl<T: Config> Pallet<T> {
    /// Whether an audit of the request is drawn when its window opens. Not of a private one: nobody is drawn to compute what
    /// it may have no means to get.
    pub(crate) fn is_audit_wanted(
        record: &RequestRecordOf<T>,
        parameters: &ParametersOf<T>,
    ) -> bool {
        !parameters.audit_share.is_zero()
            && record.visibility == Visibility::Public
            && !Self::is_condemned(&record.model)
    }

    /// Whether the draw of an audit is the next thing to do, and how long it is not yet possible.
    pub(crate) fn audit_draw(record: &RequestRecordOf<T>) -> Option<BlockNumberFor<T>> {
        let first = record.since.saturating_add(One::one());
        let waits = record.status == RequestStatus::Claimed
            && record.audit == AuditState::Awaiting
            && Self::now() < record.due;
        // Not in the block that opened the window: whoever revealed in it knew what that one draws.
        (waits && first < record.due).then_some(first)
    }

    /// Draws the audit of a request whose claims are in, or lets it be.
    pub(crate) fn draw_audit(id: RequestId, mut record: RequestRecordOf<T>) -> SettleBranch {
        let (audit, event, branch) = match Self::try_draw_audit(id, &record) {
            Ok(audit) => {
                let AuditRecord {
                    auditor,
                    worker,
                    node,
                    lot,
                    due,
                    fee,
                } = audit.clone();
                let event = Event::AuditDrawn {
                    request: id,
                    auditor,
                    worker,
                    node,
                    lot,
                    due,
                    fee,
                };
                let state = AuditState::Running(audit);
                (state, event, SettleBranch::AuditDrawn)
            }
            Err(reason) => {
                let event = Event::AuditWaived {
                    request: id,
                    reason,
                };
                (AuditState::None, event, SettleBranch::AuditWaived)
            }
        };
        record.audit = audit;
        let due = record.due;
        Self::schedule(id, &mut record, due);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(event);
        branch
    }

    fn try_draw_audit(
        id: RequestId,
        record: &RequestRecordOf<T>,
    ) -> Result<AuditRecordOf<T>, Waiver> {
        let parameters = Parameters::<T>::get();
        let now = Self::now();
        let subject = (b"veritrace:audit", id, now).encode();
        let (random, _) = T::Randomness::random(&subject);
        let lots = Lots::new(&(subject, random).encode());
        let share = u64::from(parameters.audit_share.deconstruct());
        ensure!(
            lots.share.checked_rem(1_000_000) < Some(share),
            Waiver::NotDrawn
        );
        ensure!(!Self::is_condemned(&record.model), Waiver::Condemned);
        let due = now.saturating_add(parameters.audit_window);
        ensure!(due <= record.due, Waiver::TooLate);

        let standing: Vec<&T::AccountId> = record
            .slots
            .iter()
            .filter(|slot| matches!(slot.state, SlotState::Revealed(_)))
            .map(|slot| &slot.worker)
            .collect();
        let worker = pick(&standing, lots.claim).ok_or(Waiver::NoAuditor)?;
        let node = Self::hidden_node(record, lots.node).ok_or(Waiver::NoAuditor)?;
        let fee = parameters.audit_pay.mul_floor(record.terms.price);
        let (reason, treasury) = (HoldReason::Audit.into(), T::Treasury::get());
        // Before the draw, which locks stake.
        ensure!(
            T::Currency::can_hold(&reason, &treasury, fee),
            Waiver::NoFunds
        );
        let auditor = Self::draw_auditor(id, record, lots.auditor).ok_or(Waiver::NoAuditor)?;
        if T::Currency::hold(&reason, &treasury, fee)
            .defensive()
            .is_err()
        {
            T::Workers::release(&auditor, id);
            Self::forget_work(&auditor, id);
            return Err(Waiver::NoFunds);
        }
        Ok(AuditRecord {
            auditor,
            worker: (*worker).clone(),
            node,
            lot: lots.tile,
            due,
            fee,
        })
    }

    /// The node that a lot falls on, among those whose output is not in the answer, which everyone can read. Any of them
    /// where all are. Of an output that is left to its leaf the answer has nothing.
    fn hidden_node(record: &RequestRecordOf<T>, lot: u64) -> Option<u16> {
        let terms = &record.terms;
        let shown = |node: &u16| {
            let is_it =
                |output: &ModelOutput| output.node == *node && !Self::is_by_leaf(&output.spec);
            terms.outputs.iter().any(is_it)
        };
        let hidden: Vec<u16> = (0..terms.node_count).filter(|node| !shown(node)).collect();
        let all: Vec<u16> = (0..terms.node_count).collect();
        pick(if hidden.is_empty() { &all } else { &hidden }, lot).copied()
    }

    /// Draws a worker that is none of the request's, and locks its stake.
    fn draw_auditor(
        id: RequestId,
        record: &RequestRecordOf<T>,
        seed: Digest,
    ) -> Option<T::AccountId> {
        let excluded: Vec<T::AccountId> = record
            .slots
            .iter()
            .map(|slot| slot.worker.clone())
            .collect();
        let auditor = T::Workers::draw(&record.model, record.terms.price, id, &excluded, seed)?;
        if WorkOf::<T>::try_append(&auditor, id).is_err() {
            T::Workers::release(&auditor, id);
            return None;
        }
        Some(auditor)
    }

    /// What this account still has to show.
    pub(crate) fn audit_of(
        request: RequestId,
        auditor: &T::AccountId,
    ) -> Result<AuditView<T::AccountId>, Error<T>> {
        let record = InferenceRequests::<T>::get(request).ok_or(Error::<T>::UnknownRequest)?;
        let audit = record
            .audit
            .running()
            .filter(|audit| audit.auditor == *auditor)
            .ok_or(Error::<T>::NotAuditor)?;
        ensure!(Self::now() < audit.due, Error::<T>::TooLate);
        Ok(AuditView {
            worker: audit.worker.clone(),
            node: audit.node,
            lot: audit.lot,
        })
    }

    /// The auditor has done its duty.
    pub(crate) fn do_attested(request: RequestId, auditor: &T::AccountId) -> DispatchResult {
        Self::audit_of(request, auditor)?;
        let mut record = InferenceRequests::<T>::get(request).ok_or(Error::<T>::UnknownRequest)?;
        let AuditState::Running(audit) = core::mem::take(&mut record.audit) else {
            return Err(Error::<T>::NotAuditor.into());
        };
        T::Workers::release(&audit.auditor, request);
        Self::forget_work(&audit.auditor, request);
        Self::deposit_event(Event::AuditAttested {
            request,
            auditor: audit.auditor.clone(),
            worker: audit.worker.clone(),
        });
        record.audit = AuditState::Attested(audit);
        InferenceRequests::<T>::insert(request, record);
        Ok(())
    }

    /// Pays the auditor who convicts the claim it had to look at, as if it had shown a tile: a liar that gives it the tile
    /// must not make it the better deal to show that. A conviction may take longer than an audit. With half a lock burned
    /// for it, nobody lives on the treasury in this way.
    pub(crate) fn credit_auditor(
        id: RequestId,
        record: &mut RequestRecordOf<T>,
        trace_root: Digest,
        challenger: &T::AccountId,
    ) {
        let Some(audit) = record.audit.running() else {
            return;
        };
        // The claim may be equal to the one that was proved wrong.
        let is_fallen =
            Claims::<T>::get(id, &audit.worker).is_none_or(|claim| claim.trace_root == trace_root);
        let is_auditor = audit.auditor == *challenger
            || T::Workers::worker_of(challenger).as_ref() == Some(&audit.auditor);
        if !is_fallen || !is_auditor {
            return;
        }
        T::Workers::release(&audit.auditor, id);
        Self::forget_work(&audit.auditor, id);
        record.audit = AuditState::Attested(audit.clone());
        Self::end_audit(id, record, true);
    }

    /// Ends the audit if the claim it is about has fallen: by whose proof makes no difference to the auditor's duty, which
    /// is gone. The bounty is for whoever brought it.
    pub(crate) fn end_audit_of_fallen(id: RequestId, record: &mut RequestRecordOf<T>) {
        let stands = |worker: &T::AccountId| {
            record
                .slots
                .iter()
                .any(|slot| slot.worker == *worker && matches!(slot.state, SlotState::Revealed(_)))
        };
        let fallen = record
            .audit
            .drawn()
            .is_some_and(|audit| !stands(&audit.worker));
        if fallen {
            Self::end_audit(id, record, false);
        }
    }

    /// Ends the audit of a request: pays who has shown something if the request is `paid`, penalises who is late, and lets
    /// go who still had time. What is not paid goes back to the treasury.
    pub(crate) fn end_audit(id: RequestId, record: &mut RequestRecordOf<T>, paid: bool) {
        let (reason, treasury) = (HoldReason::Audit.into(), T::Treasury::get());
        let give_back = |fee: BalanceOf<T>| {
            T::Currency::release(&reason, &treasury, fee, Precision::Exact)
                .defensive_unwrap_or_default()
        };
        match core::mem::take(&mut record.audit) {
            AuditState::None | AuditState::Awaiting => {}
            AuditState::Running(AuditRecord {
                auditor, due, fee, ..
            }) => {
                let late = Self::now() >= due && !Self::is_condemned(&record.model);
                let burned = match late {
                    true => T::Workers::penalise(&auditor, id),
                    false => {
                        T::Workers::release(&auditor, id);
                        Default::default()
                    }
                };
                Self::forget_work(&auditor, id);
                give_back(fee);
                Self::deposit_event(match late {
                    true => Event::AuditMissed {
                        request: id,
                        auditor,
                        burned,
                    },
                    false => Event::AuditCalledOff {
                        request: id,
                        auditor,
                    },
                });
            }
            AuditState::Attested(AuditRecord { auditor, fee, .. }) => {
                let is_paid = paid
                    && T::Payments::pay(&reason, &treasury, &auditor, fee)
                        .defensive()
                        .is_ok();
                if is_paid {
                    Self::deposit_event(Event::AuditPaid {
                        request: id,
                        auditor,
                        fee,
                    });
                } else {
                    give_back(fee);
                    Self::deposit_event(Event::AuditUnpaid {
                        request: id,
                        auditor,
                    });
                }
            }
        }
    }
}
