//! The life of a request after its submission. Every function here takes a record and either stores it in its next phase
//! or closes the request.

use crate::audit::AuditState;
use crate::branch::{Advanced, Postponed, SettleBranch, Until};
use crate::{
    Claims, Config, Error, Event, HoldReason, InferenceRequests, Pallet, Parameters, RefundReason,
    RequestRecordOf, RequestStatus, SlotState, WorkersOf,
};
use alloc::vec::Vec;
use frame_support::traits::Defensive;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Saturating;
use veritrace_primitives::traits::{ModelRegistry, Payments, RequestId, WorkerPool};

type Outcome<T> = Result<SettleBranch, Postponed<BlockNumberFor<T>>>;

/// Too early, and until when.
fn not_before<T: Config>(due: BlockNumberFor<T>) -> Postponed<BlockNumberFor<T>> {
    Postponed {
        why: Error::<T>::NothingDue.into(),
        until: Until::Block(due),
    }
}

impl<T: Config> Pallet<T> {
    /// Does whatever is due. When it fails the request is as before; a draw that failed may have rid the pool of tickets
    /// that were void.
    pub(crate) fn do_advance(id: RequestId) -> Result<Advanced, Postponed<BlockNumberFor<T>>> {
        let record = InferenceRequests::<T>::get(id).ok_or_else(|| Postponed {
            why: Error::<T>::UnknownRequest.into(),
            until: Until::Block(Self::now()),
        })?;
        let redundancy = u32::from(record.redundancy);
        let branch = match record.status {
            RequestStatus::Pending => Self::advance_pending(id, record),
            RequestStatus::Assigned => Self::advance_assigned(id, record),
            RequestStatus::Committing => Self::advance_committing(id, record),
            RequestStatus::Revealing => Self::advance_revealing(id, record),
            RequestStatus::Claimed => Self::advance_claimed(id, record),
            RequestStatus::Contested => Self::advance_contested(id, record),
            RequestStatus::AwaitingInput => {
                Self::advance_awaiting_input(id, record).map_err(not_before::<T>)
            }
        }?;
        Ok(Advanced { branch, redundancy })
    }

    fn advance_pending(id: RequestId, mut record: RequestRecordOf<T>) -> Outcome<T> {
        let now = Self::now();
        if Self::is_condemned(&record.model) {
            return Ok(Self::refund(id, record, RefundReason::Condemned));
        }
        if now >= record.due {
            Self::refund(id, record, RefundReason::NotAssigned);
            return Ok(SettleBranch::Expired);
        }
        if now <= record.since {
            // Not in the block of the request, whose author knows what it will draw.
            return Err(not_before::<T>(now));
        }
        let redundancy = record.redundancy;
        let workers = Self::draw_up_to(id, &mut record, u32::from(redundancy));
        if workers.len() < usize::from(redundancy) {
            let draws = (workers.len() as u32).saturating_add(1);
            for worker in workers {
                T::Workers::release(&worker, id);
                Self::forget_work(&worker, id);
            }
            return Err(Postponed {
                why: Error::<T>::NoWorkerAvailable.into(),
                until: Until::NextDraw { draws },
            });
        }
        record.status = match redundancy {
            1 => RequestStatus::Assigned,
            _ => RequestStatus::Committing,
        };
        let due = now.saturating_add(record.deadline);
        Self::enter(id, &mut record, due);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::RequestAssigned {
            request: id,
            workers,
            due,
        });
        Ok(SettleBranch::Assigned)
    }

    fn advance_assigned(id: RequestId, mut record: RequestRecordOf<T>) -> Outcome<T> {
        if Self::is_condemned(&record.model) {
            return Ok(Self::refund(id, record, RefundReason::Condemned));
        }
        if Self::now() < record.due {
            return Err(not_before::<T>(record.due));
        }
        Self::penalise_where(id, &mut record, |state| *state == SlotState::Assigned);
        Ok(Self::reopen_or_refund(id, record, RefundReason::NotServed))
    }

    fn advance_committing(id: RequestId, mut record: RequestRecordOf<T>) -> Outcome<T> {
        let now = Self::now();
        if Self::is_condemned(&record.model) {
            return Ok(Self::refund(id, record, RefundReason::Condemned));
        }
        if now < record.due {
            return Err(not_before::<T>(record.due));
        }
        let late = Self::penalise_where(id, &mut record, |state| *state == SlotState::Assigned);
        if !record.is_awaiting() {
            return Ok(Self::reopen_or_refund(id, record, RefundReason::NotServed));
        }
        if record.attempts_left > 0 {
            let workers = Self::draw_up_to(id, &mut record, late);
            if !workers.is_empty() {
                record.attempts_left = record.attempts_left.saturating_sub(1);
                let due = now.saturating_add(record.deadline);
                Self::enter(id, &mut record, due);
                InferenceRequests::<T>::insert(id, record);
                Self::deposit_event(Event::WorkersReplaced {
                    request: id,
                    workers,
                    due,
                });
                return Ok(SettleBranch::Replaced);
            }
        }
        Self::open_reveals(id, record);
        Ok(SettleBranch::RevealOpened)
    }

    fn advance_revealing(id: RequestId, mut record: RequestRecordOf<T>) -> Outcome<T> {
        if Self::now() < record.due {
            return Err(not_before::<T>(record.due));
        }
        let owes = |state: &SlotState| matches!(state, SlotState::Committed(_));
        if Self::is_condemned(&record.model) {
            Self::excuse_where(id, &mut record, owes);
        } else {
            Self::penalise_where(id, &mut record, owes);
        }
        if record.standing().next().is_none() {
            return Ok(Self::reopen_or_refund(id, record, RefundReason::NotServed));
        }
        // A condemned model's claims wait out their window too: a liar must not escape by condemning his own model.
        Self::open_window(id, record);
        Ok(SettleBranch::WindowOpened)
    }

    fn advance_claimed(id: RequestId, record: RequestRecordOf<T>) -> Outcome<T> {
        let now = Self::now();
        if let Some(first) = Self::audit_draw(&record) {
            if now < first {
                return Err(not_before::<T>(first));
            }
            return Ok(Self::draw_audit(id, record));
        }
        if now < record.due {
            return Err(not_before::<T>(record.due));
        }
        if record.is_challenged() {
            // The end of a challenge leaves this much of the window, so that looking again then is soon enough.
            let rest = Parameters::<T>::get().min_window_after_challenge;
            return Err(Postponed {
                why: Error::<T>::ChallengesOpen.into(),
                until: Until::Block(now.saturating_add(rest)),
            });
        }
        if Self::is_condemned(&record.model) {
            return Ok(Self::refund(id, record, RefundReason::Condemned));
        }
        if record.claims_agree() {
            return Ok(Self::pay_out(id, record));
        }
        Self::contest(id, record);
        Ok(SettleBranch::Contested)
    }

    fn advance_contested(id: RequestId, mut record: RequestRecordOf<T>) -> Outcome<T> {
        let now = Self::now();
        let agree = record.claims_agree();
        // Of a malformed model two honest claims may differ.
        if !agree && !Self::is_condemned(&record.model) {
            return Err(not_before::<T>(record.due));
        }
        if !agree && record.due <= record.since {
            // One more window: a liar about to be proved wrong must not escape by condemning his own model.
            record.due = now.saturating_add(Parameters::<T>::get().challenge_window);
            let due = record.due;
            Self::schedule(id, &mut record, due);
            InferenceRequests::<T>::insert(id, record);
            Self::deposit_event(Event::WindowOpened {
                request: id,
                due,
                agreed: false,
            });
            return Ok(SettleBranch::WindowOpened);
        }
        if now < record.due {
            return Err(not_before::<T>(record.due));
        }
        if record.is_challenged() {
            let rest = Parameters::<T>::get().min_window_after_challenge;
            return Err(Postponed {
                why: Error::<T>::ChallengesOpen.into(),
                until: Until::Block(now.saturating_add(rest)),
            });
        }
        Self::close(id, record);
        Self::deposit_event(Event::ContestClosed { request: id });
        Ok(SettleBranch::ContestClosed)
    }

    /// Draws workers until there are enough or a draw finds none.
    fn draw_up_to(id: RequestId, record: &mut RequestRecordOf<T>, count: u32) -> WorkersOf<T> {
        let mut workers = WorkersOf::<T>::new();
        for _ in 0..count {
            let Some(drawn) = Self::draw_one(id, record) else {
                break;
            };
            if workers.try_push(drawn).is_err() {
                frame_support::defensive!("workers drawn have slots");
                break;
            }
        }
        workers
    }

    /// Begins the phase that the record's status says, and schedules its end.
    pub(crate) fn enter(id: RequestId, record: &mut RequestRecordOf<T>, due: BlockNumberFor<T>) {
        record.since = Self::now();
        record.due = due;
        Self::schedule(id, record, due);
    }

    /// No more commits.
    pub(crate) fn open_reveals(id: RequestId, mut record: RequestRecordOf<T>) {
        record.status = RequestStatus::Revealing;
        let due = Self::now().saturating_add(record.deadline);
        Self::enter(id, &mut record, due);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::RevealOpened { request: id, due });
    }

    /// All claims are in.
    pub(crate) fn open_window(id: RequestId, mut record: RequestRecordOf<T>) {
        let parameters = Parameters::<T>::get();
        let agreed = record.is_unanimous();
        let window = match agreed {
            true => parameters.agreed_window,
            false => parameters.challenge_window,
        };
        record.status = RequestStatus::Claimed;
        let now = Self::now();
        let due = now.saturating_add(window);
        record.since = now;
        record.due = due;
        // Whether there is an audit is drawn in the next block.
        let first = match Self::is_audit_wanted(&record, &parameters) {
            true => {
                record.audit = AuditState::Awaiting;
                now
            }
            false => due,
        };
        Self::schedule(id, &mut record, first);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::WindowOpened {
            request: id,
            due,
            agreed,
        });
    }

    /// Goes on with what a verdict left of a request.
    pub(crate) fn after_strike(id: RequestId, mut record: RequestRecordOf<T>) {
        Self::end_audit_of_fallen(id, &mut record);
        let stands = record.standing().next().is_some();
        if record.status == RequestStatus::Contested {
            if !stands {
                Self::close(id, record);
                Self::deposit_event(Event::ContestClosed { request: id });
                return;
            }
            if record.claims_agree() {
                // Not closed at once: what is left may be another lie, which someone is about to prove.
                let rest = Parameters::<T>::get().min_window_after_challenge;
                let due = Self::now().saturating_add(rest);
                record.due = due;
                Self::schedule(id, &mut record, due);
                Self::deposit_event(Event::ContestDecided { request: id, due });
            }
            InferenceRequests::<T>::insert(id, record);
            return;
        }
        if record.is_awaiting() {
            InferenceRequests::<T>::insert(id, record);
        } else if !stands {
            Self::reopen_or_refund(id, record, RefundReason::Convicted);
        } else if record.status == RequestStatus::Claimed {
            Self::extend_window(id, record);
        } else {
            Self::open_window(id, record);
        }
    }

    /// Leaves at least the minimum of the window.
    pub(crate) fn extend_window(id: RequestId, record: RequestRecordOf<T>) {
        let rest = Parameters::<T>::get().min_window_after_challenge;
        Self::leave_of_window(id, record, rest);
    }

    /// Leaves at least so many blocks of the window.
    pub(crate) fn leave_of_window(
        id: RequestId,
        mut record: RequestRecordOf<T>,
        rest: BlockNumberFor<T>,
    ) {
        let least = Self::now().saturating_add(rest);
        if least > record.due {
            record.due = least;
            // Moved by the sweep when it comes to the bucket: nothing can be due before.
            Self::deposit_event(Event::WindowExtended {
                request: id,
                due: least,
            });
        }
        InferenceRequests::<T>::insert(id, record);
    }

    /// Has workers drawn anew, or refunds the user when the attempts are used up.
    fn reopen_or_refund(
        id: RequestId,
        mut record: RequestRecordOf<T>,
        reason: RefundReason,
    ) -> SettleBranch {
        if Self::is_condemned(&record.model) {
            return Self::refund(id, record, RefundReason::Condemned);
        }
        let Some(attempts_left) = record.attempts_left.checked_sub(1) else {
            return Self::refund(id, record, reason);
        };
        let now = Self::now();
        Self::end_audit(id, &mut record, false);
        record.attempts_left = attempts_left;
        record.status = RequestStatus::Pending;
        let due = now.saturating_add(Parameters::<T>::get().assign_window);
        record.since = now;
        record.due = due;
        Self::schedule(id, &mut record, now);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::RequestReopened {
            request: id,
            attempts_left,
            due,
        });
        SettleBranch::Reopened
    }

    /// Gives the user everything back and closes the request.
    pub(crate) fn refund(
        id: RequestId,
        mut record: RequestRecordOf<T>,
        reason: RefundReason,
    ) -> SettleBranch {
        let refunded = Self::release_holds(&mut record);
        Self::close(id, record);
        Self::deposit_event(Event::RequestRefunded {
            request: id,
            reason,
            refunded,
        });
        SettleBranch::Refunded
    }

    /// Gives the locks of such slots back.
    fn excuse_where(
        id: RequestId,
        record: &mut RequestRecordOf<T>,
        owes: impl Fn(&SlotState) -> bool,
    ) {
        for slot in record.slots.iter_mut().filter(|slot| owes(&slot.state)) {
            T::Workers::release(&slot.worker, id);
            slot.state = SlotState::Excused;
            Self::forget_work(&slot.worker, id);
            Self::deposit_event(Event::WorkerExcused {
                request: id,
                worker: slot.worker.clone(),
            });
        }
    }

    /// Pays every claim that stands, gives the rest back, closes the request.
    fn pay_out(id: RequestId, mut record: RequestRecordOf<T>) -> SettleBranch {
        let Some(author) = T::Models::payee(&record.model) else {
            frame_support::defensive!("a model with open requests is not removed");
            return Self::refund(id, record, RefundReason::Condemned);
        };
        let served: Vec<T::AccountId> = record
            .slots
            .iter()
            .filter(|slot| matches!(slot.state, SlotState::Revealed(_)))
            .map(|slot| slot.worker.clone())
            .collect();
        // One of them speaks for all: claims that agree have the same root.
        let output_root = served
            .first()
            .and_then(|worker| Claims::<T>::get(id, worker))
            .defensive_proof("a claim that stands is in storage")
            .map(|claim| claim.output_root)
            .unwrap_or_default();
        let (price, visibility) = (record.terms.price, record.visibility);
        let result = T::Payments::pay_inference(
            &HoldReason::Escrow.into(),
            &record.user,
            &author,
            &served,
            price,
            record.terms.royalty,
        );
        let workers = match result {
            Ok(_) => served.len() as u32,
            Err(error) => {
                frame_support::defensive!("escrow covers the price of every worker");
                Self::deposit_event(Event::PaymentFailed { request: id, error });
                0
            }
        };
        let paid = price.saturating_mul(workers.into());
        record.escrow = record.escrow.saturating_sub(paid);
        Self::end_audit(id, &mut record, workers > 0);
        let refunded = Self::release_holds(&mut record);
        Self::close(id, record);
        Self::deposit_event(Event::Settled {
            request: id,
            output_root,
            workers,
            paid,
            refunded,
            visibility,
        });
        SettleBranch::Settled
    }

    /// Unequal claims never pay by the passing of time.
    fn contest(id: RequestId, mut record: RequestRecordOf<T>) {
        let refunded = Self::release_holds(&mut record);
        Self::end_audit(id, &mut record, false);
        Self::unschedule(id, &mut record);
        Self::count_out(&record.user);
        record.status = RequestStatus::Contested;
        record.since = Self::now();
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::RequestContested {
            request: id,
            refunded,
        });
    }
}
