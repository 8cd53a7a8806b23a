//! Claims, as disputes see them.

use crate::{
    BalanceOf, Config, Error, Event, InferenceRequests, Pallet, Parameters, RequestRecordOf,
    RequestStatus, SlotState,
};
use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use frame_support::traits::Defensive;
use sp_runtime::traits::Saturating;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::traits::{AuditView, ClaimBook, ClaimView, Conviction, RequestId};

impl<T: Config> Pallet<T> {
    /// Whether claims that stand can still be contradicted. By block number, swept or not; a challenge that runs keeps
    /// every claim of the request open.
    pub(crate) fn is_open(record: &RequestRecordOf<T>) -> bool {
        let in_time = Self::now() < record.due || record.is_challenged();
        match record.status {
            RequestStatus::Pending
            | RequestStatus::Assigned
            | RequestStatus::Committing
            | RequestStatus::AwaitingInput => false,
            RequestStatus::Revealing => true,
            RequestStatus::Claimed => in_time,
            RequestStatus::Contested => in_time || !record.claims_agree(),
        }
    }

    /// An open claim's request, and the trace root of the claim.
    fn open_claim(
        request: RequestId,
        worker: &T::AccountId,
    ) -> Option<(RequestRecordOf<T>, Digest)> {
        let record = InferenceRequests::<T>::get(request).filter(Self::is_open)?;
        let root = record.slots.iter().find_map(|slot| match slot.state {
            SlotState::Revealed(root) if slot.worker == *worker => Some(root),
            _ => None,
        })?;
        Some((record, root))
    }

    /// Who is paid out of the lock of a worker convicted, in order.
    fn shares_of_conviction(
        record: &RequestRecordOf<T>,
        challenger: Option<&T::AccountId>,
    ) -> Vec<(T::AccountId, BalanceOf<T>)> {
        let bounty = Parameters::<T>::get().bounty;
        challenger
            .map(|account| (account.clone(), bounty))
            .into_iter()
            .chain([(record.user.clone(), record.terms.price)])
            .collect()
    }
}

impl<T: Config> ClaimBook<T::AccountId, BalanceOf<T>> for Pallet<T> {
    fn claim(request: RequestId, worker: &T::AccountId) -> Option<ClaimView> {
        let (record, trace_root) = Self::open_claim(request, worker)?;
        Some(ClaimView {
            graph_root: record.terms.graph_root,
            node_count: record.terms.node_count,
            trace_root,
            input_roots: record.input_roots,
        })
    }

    fn challenge_opened(request: RequestId, worker: &T::AccountId) -> DispatchResult {
        let (mut record, _) = Self::open_claim(request, worker).ok_or(Error::<T>::ClaimNotOpen)?;
        let slot = Self::slot_of(&mut record, worker)?;
        slot.challenges = slot.challenges.checked_add(1).ok_or(Error::<T>::Overflow)?;
        InferenceRequests::<T>::insert(request, record);
        Self::deposit_event(Event::ClaimChallenged {
            request,
            worker: worker.clone(),
        });
        Ok(())
    }

    fn challenge_closed(request: RequestId, worker: &T::AccountId) {
        let Some((mut record, _)) = Self::open_claim(request, worker) else {
            // The claim fell, or the request was closed; its challenges went with it.
            return;
        };
        let Ok(slot) = Self::slot_of(&mut record, worker).defensive() else {
            return;
        };
        let Some(left) = slot.challenges.checked_sub(1) else {
            frame_support::defensive!("only challenges that were opened are closed");
            return;
        };
        slot.challenges = left;
        Self::deposit_event(Event::ChallengeWithdrawn {
            request,
            worker: worker.clone(),
        });
        let decided = match record.status {
            RequestStatus::Claimed => true,
            RequestStatus::Contested => record.claims_agree() || Self::is_condemned(&record.model),
            RequestStatus::Pending
            | RequestStatus::Assigned
            | RequestStatus::Committing
            | RequestStatus::Revealing
            | RequestStatus::AwaitingInput => false,
        };
        if decided {
            Self::extend_window(request, record);
        } else {
            InferenceRequests::<T>::insert(request, record);
        }
    }

    fn convict(
        request: RequestId,
        trace_root: Digest,
        challenger: Option<&T::AccountId>,
    ) -> Result<Conviction<BalanceOf<T>>, DispatchError> {
        let mut record = InferenceRequests::<T>::get(request)
            .filter(Self::is_open)
            .ok_or(Error::<T>::ClaimNotOpen)?;
        let shares = Self::shares_of_conviction(&record, challenger);
        let (mut struck, mut bounty) = (0u32, BalanceOf::<T>::default());
        for slot in record
            .slots
            .iter_mut()
            .filter(|slot| slot.state == SlotState::Revealed(trace_root))
        {
            let slashed = Self::strike(request, slot, trace_root, &shares);
            struck = struck.saturating_add(1);
            // The challenger's share is the first, if there is a challenger.
            if challenger.is_some() {
                bounty.saturating_accrue(slashed.first);
            }
        }
        ensure!(struck > 0, Error::<T>::ClaimNotOpen);
        if let Some(challenger) = challenger {
            Self::credit_auditor(request, &mut record, trace_root, challenger);
        }
        Self::after_strike(request, record);
        Ok(Conviction { struck, bounty })
    }

    fn audit(
        request: RequestId,
        auditor: &T::AccountId,
    ) -> Result<AuditView<T::AccountId>, DispatchError> {
        Self::audit_of(request, auditor).map_err(Into::into)
    }

    fn attested(request: RequestId, auditor: &T::AccountId) -> DispatchResult {
        Self::do_attested(request, auditor)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn create_audit(
        request: RequestId,
        worker: &T::AccountId,
        auditor: &T::AccountId,
        node: u16,
        lot: u64,
    ) {
        crate::benchmarking::create_audit::<T>(request, worker, auditor, node, lot)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn create_claim(
        worker: &T::AccountId,
        graph_root: Digest,
        node_count: u16,
        trace_root: Digest,
        input_roots: &[Digest],
    ) -> RequestId {
        crate::benchmarking::create_claim::<T>(
            worker,
            graph_root,
            node_count,
            trace_root,
            input_roots,
        )
    }
}
