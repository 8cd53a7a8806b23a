//! What always holds, after every block and after every test.

use crate::audit::AuditState;
use crate::{
    Answers, BalanceOf, Claims, Complaints, Config, Cursor, Due, HoldReason, InferenceRequests,
    InputSource, Inputs, NextRequestId, OpenOf, Pallet, Parameters, RequestStatus, SlotState,
    Visibility, WorkOf,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::ensure;
use frame_support::traits::fungible::hold::Inspect as _;
use frame_support::traits::Get;
use sp_runtime::traits::Saturating;
use sp_runtime::TryRuntimeError;
use veritrace_primitives::holds::are_held;
use veritrace_primitives::tensor::byte_length;
use veritrace_primitives::traits::RequestId;

impl<T: Config> Pallet<T> {
    /// Every invariant of the pallet.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(
            Self::check_parameters(&Parameters::<T>::get()).is_ok(),
            "the parameters contradict each other"
        );
        Self::try_state_requests()?;
        Self::try_state_escrow()?;
        Self::try_state_buckets()?;
        Self::try_state_claims()?;
        Self::try_state_audits()?;
        Self::try_state_work()?;
        Self::try_state_complaints()
    }

    /// Whether sums are what is on hold for a reason. See [`are_held`].
    fn is_held(reason: HoldReason, sums: BTreeMap<T::AccountId, BalanceOf<T>>) -> bool {
        let reason = reason.into();
        are_held(
            frame_system::Account::<T>::iter_keys(),
            |who| T::Currency::balance_on_hold(&reason, who),
            sums,
        )
    }

    /// Audits are of claims that stand, by workers that have none there, and the treasury, and nobody else, holds what
    /// they are paid.
    fn try_state_audits() -> Result<(), TryRuntimeError> {
        let mut fees = BalanceOf::<T>::default();
        for record in InferenceRequests::<T>::iter_values() {
            ensure!(
                record.audit == AuditState::None || record.status == RequestStatus::Claimed,
                "a request is audited outside of its window"
            );
            ensure!(
                record.audit == AuditState::None || record.visibility == Visibility::Public,
                "a request is audited whose inputs are not all on chain"
            );
            let Some(audit) = record.audit.drawn() else {
                continue;
            };
            fees = fees.saturating_add(audit.fee);
            ensure!(audit.due <= record.due, "an audit outlasts the window");
            ensure!(
                audit.node < record.terms.node_count,
                "an audit is of a node that is not there"
            );
            let stands = record.slots.iter().any(|slot| {
                slot.worker == audit.worker && matches!(slot.state, SlotState::Revealed(_))
            });
            ensure!(stands, "a claim that is audited does not stand");
            ensure!(
                record.slots.iter().all(|slot| slot.worker != audit.auditor),
                "an auditor is one of the request's workers"
            );
        }
        ensure!(
            Self::is_held(
                HoldReason::Audit,
                BTreeMap::from([(T::Treasury::get(), fees)])
            ),
            "the fees held are the sum over audits"
        );
        Ok(())
    }

    /// Records are well formed.
    fn try_state_requests() -> Result<(), TryRuntimeError> {
        let next = NextRequestId::<T>::get();
        for (id, record) in InferenceRequests::<T>::iter() {
            ensure!(id < next, "an id is in use before it was given out");
            ensure!(record.since <= Self::now(), "a phase begins in the future");
            let inputs = Inputs::<T>::get(id).ok_or("an open request has its inputs")?;
            ensure!(
                inputs.len() == record.terms.inputs.len()
                    && inputs.len() == record.input_roots.len(),
                "a request has the inputs of its model, and their roots"
            );
            ensure!(
                record.visibility == Self::visibility_of(&inputs),
                "a request is public exactly if every input is on chain"
            );
            for ((spec, source), root) in record
                .terms
                .inputs
                .iter()
                .zip(&inputs)
                .zip(&record.input_roots)
            {
                // The bytes of inline ones were hashed when they came.
                let fits = match source {
                    InputSource::Inline(bytes) => {
                        byte_length(spec).is_some_and(|length| length as usize == bytes.len())
                    }
                    InputSource::ByRoot(named) => named == root,
                };
                ensure!(fits, "an input is the one that the request's root names");
            }
            let locked = record
                .slots
                .iter()
                .filter(|slot| slot.state.is_locked())
                .count();
            ensure!(
                locked <= usize::from(record.redundancy),
                "no more workers hold locks than were asked for"
            );
            let workers: BTreeSet<_> = record
                .slots
                .iter()
                .map(|slot| slot.worker.clone())
                .collect();
            ensure!(
                workers.len() == record.slots.len(),
                "no worker is drawn twice for a request"
            );
            let sound = match record.status {
                RequestStatus::Pending => locked == 0,
                RequestStatus::Assigned => locked == 1 && record.redundancy == 1,
                RequestStatus::Committing => {
                    locked >= 1
                        && record.standing().next().is_none()
                        && record
                            .slots
                            .iter()
                            .any(|slot| slot.state == SlotState::Assigned)
                }
                RequestStatus::Revealing => record
                    .slots
                    .iter()
                    .any(|slot| matches!(slot.state, SlotState::Committed(_))),
                RequestStatus::AwaitingInput => {
                    record.visibility == Visibility::Private
                        && record.standing().next().is_none()
                        && record
                            .slots
                            .iter()
                            .any(|slot| slot.state == SlotState::Assigned)
                }
                RequestStatus::Claimed | RequestStatus::Contested => {
                    record.standing().next().is_some() && !record.is_awaiting()
                }
            };
            ensure!(sound, "the slots of a request fit its status");
        }
        ensure!(
            Inputs::<T>::iter_keys().all(InferenceRequests::<T>::contains_key),
            "closed requests leave no inputs"
        );
        Ok(())
    }

    /// What is held from anyone is the sum over his open requests, and contested ones hold nothing.
    fn try_state_escrow() -> Result<(), TryRuntimeError> {
        let mut escrows: BTreeMap<T::AccountId, BalanceOf<T>> = BTreeMap::new();
        let mut deposits: BTreeMap<T::AccountId, BalanceOf<T>> = BTreeMap::new();
        let mut counts: BTreeMap<T::AccountId, u32> = BTreeMap::new();
        for record in InferenceRequests::<T>::iter_values() {
            if record.status == RequestStatus::Contested {
                ensure!(
                    record.escrow == Default::default() && record.deposit == Default::default(),
                    "a contested request holds nothing"
                );
                continue;
            }
            ensure!(
                record.escrow
                    == record
                        .terms
                        .price
                        .saturating_mul(u32::from(record.redundancy).into()),
                "the escrow of an open request is the price of its workers"
            );
            let escrow = escrows.entry(record.user.clone()).or_default();
            *escrow = escrow.saturating_add(record.escrow);
            let deposit = deposits.entry(record.user.clone()).or_default();
            *deposit = deposit.saturating_add(record.deposit);
            let count = counts.entry(record.user).or_default();
            *count = count.saturating_add(1);
        }
        ensure!(
            Self::is_held(HoldReason::Escrow, escrows),
            "the escrow held is the sum over open requests"
        );
        ensure!(
            Self::is_held(HoldReason::Deposit, deposits),
            "the deposits held are the sum over open requests"
        );
        let stored: BTreeMap<_, _> = OpenOf::<T>::iter().collect();
        ensure!(
            stored == counts,
            "a user's count is that of his open requests, and absent for none"
        );
        Ok(())
    }

    /// Every open request is in exactly one bucket, the one it says, and none of them was swept; only contested ones may
    /// be in none.
    fn try_state_buckets() -> Result<(), TryRuntimeError> {
        let cursor = Cursor::<T>::get();
        let mut seen: BTreeSet<RequestId> = BTreeSet::new();
        for (bucket, id) in Due::<T>::iter_keys() {
            ensure!(bucket >= cursor, "a bucket was swept and is not empty");
            ensure!(seen.insert(id), "a request is in two buckets");
            let record = InferenceRequests::<T>::get(id).ok_or("a bucket has a closed request")?;
            ensure!(
                record.bucket == Some(bucket),
                "a request is in another bucket than it says"
            );
        }
        for (id, record) in InferenceRequests::<T>::iter() {
            ensure!(
                record.bucket.is_some() == seen.contains(&id),
                "a request is not in the bucket it says"
            );
            ensure!(
                record.bucket.is_some() || record.status == RequestStatus::Contested,
                "an open request is in no bucket"
            );
        }
        Ok(())
    }

    /// There is a claim in storage exactly for each slot that has one.
    fn try_state_claims() -> Result<(), TryRuntimeError> {
        let mut standing = 0usize;
        for (id, record) in InferenceRequests::<T>::iter() {
            for slot in &record.slots {
                if let SlotState::Revealed(root) = slot.state {
                    let claim =
                        Claims::<T>::get(id, &slot.worker).ok_or("a claim is not in storage")?;
                    ensure!(claim.trace_root == root, "a slot names another trace");
                    ensure!(
                        Answers::<T>::contains_key(id, &slot.worker),
                        "a claim has no answer"
                    );
                    standing = standing.saturating_add(1);
                }
            }
        }
        ensure!(
            Claims::<T>::iter_keys().count() == standing,
            "a claim fell or was closed, and is still in storage"
        );
        ensure!(
            Answers::<T>::iter_keys().count() == standing,
            "an answer is in storage without its claim"
        );
        Ok(())
    }

    /// A request waits for an input exactly if someone complained, and for each complaint its fee is held.
    fn try_state_complaints() -> Result<(), TryRuntimeError> {
        let mut expected: BTreeMap<T::AccountId, BalanceOf<T>> = BTreeMap::new();
        for (id, complaint) in Complaints::<T>::iter() {
            let record =
                InferenceRequests::<T>::get(id).ok_or("a closed request leaves no complaint")?;
            ensure!(
                record.status == RequestStatus::AwaitingInput,
                "a complaint outlives the wait for the input"
            );
            let sum = expected.entry(complaint.operator).or_default();
            *sum = sum.saturating_add(complaint.fee);
        }
        let waiting = InferenceRequests::<T>::iter_values()
            .filter(|record| record.status == RequestStatus::AwaitingInput)
            .count();
        ensure!(
            Complaints::<T>::iter_keys().count() == waiting,
            "a request waits for an input without a complaint"
        );
        ensure!(
            Self::is_held(HoldReason::Complaint, expected),
            "what is held for complaints is the sum of their fees"
        );
        Ok(())
    }

    /// A worker's list has exactly the requests for which its stake is locked.
    fn try_state_work() -> Result<(), TryRuntimeError> {
        let mut expected: BTreeSet<(T::AccountId, RequestId)> = BTreeSet::new();
        for (id, record) in InferenceRequests::<T>::iter() {
            for slot in record.slots.iter().filter(|slot| slot.state.is_locked()) {
                expected.insert((slot.worker.clone(), id));
            }
            if let Some(audit) = record.audit.running() {
                expected.insert((audit.auditor.clone(), id));
            }
        }
        let mut listed: BTreeSet<(T::AccountId, RequestId)> = BTreeSet::new();
        for (worker, ids) in WorkOf::<T>::iter() {
            ensure!(!ids.is_empty(), "a worker without work has no list");
            for id in ids {
                ensure!(
                    listed.insert((worker.clone(), id)),
                    "a worker's list has a request twice"
                );
            }
        }
        ensure!(
            listed == expected,
            "a worker's list is not that of its locks"
        );
        Ok(())
    }
}
