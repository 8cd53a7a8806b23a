//! Bodies of the calls.

use crate::audit::AuditState;
use crate::utility_impls::ClaimRoots;
use crate::{
    Answers, BalanceOf, ClaimRecord, Claims, Config, Error, Event, HoldReason, InferenceRequests,
    Inputs, InputsOf, NextRequestId, OpenOf, OutputsOf, Pallet, Parameters, ParametersOf,
    RequestRecord, RequestRecordOf, RequestStatus, SlotState,
};
use codec::Encode;
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate as _;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{CheckedMul, Saturating};
use veritrace_primitives::commit;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Trace;
use veritrace_primitives::traits::{
    HostSha256, ModelId, ModelRegistry, RequestId, VerdictBook, WorkerPool,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_submit_request(
        user: T::AccountId,
        model: ModelId,
        inputs: InputsOf<T>,
        max_price: BalanceOf<T>,
        deadline: BlockNumberFor<T>,
        redundancy: u8,
    ) -> DispatchResult {
        let parameters = Parameters::<T>::get();
        ensure!(
            redundancy >= 1 && redundancy <= parameters.max_redundancy,
            Error::<T>::RedundancyOutOfRange
        );
        ensure!(
            deadline >= parameters.min_deadline && deadline <= parameters.max_deadline,
            Error::<T>::DeadlineOutOfRange
        );
        let terms = T::Models::terms(&model).ok_or(Error::<T>::ModelNotOffered)?;
        ensure!(
            terms.price >= parameters.min_price,
            Error::<T>::PriceBelowFloor
        );
        let escrow = terms
            .price
            .checked_mul(&redundancy.into())
            .filter(|total| *total <= max_price)
            .ok_or(Error::<T>::PriceAboveLimit)?;

        ensure!(
            inputs.len() == terms.inputs.len(),
            Error::<T>::InputMismatch
        );
        let layout = Self::layout_of(&model)?;
        let mut input_roots = BoundedVec::new();
        for (spec, source) in terms.inputs.iter().zip(inputs.iter()) {
            let root = Self::input_root(layout, spec, source)?;
            input_roots
                .try_push(root)
                .map_err(|_| Error::<T>::InputMismatch)?;
        }

        let open = OpenOf::<T>::get(&user);
        ensure!(
            open < parameters.max_open_per_account,
            Error::<T>::TooManyOpenRequests
        );

        let id = NextRequestId::<T>::get();
        NextRequestId::<T>::put(id.checked_add(1).ok_or(Error::<T>::Overflow)?);
        let deposit = parameters.request_deposit;
        T::Currency::hold(&HoldReason::Escrow.into(), &user, escrow)?;
        T::Currency::hold(&HoldReason::Deposit.into(), &user, deposit)?;
        T::Models::request_opened(&model)?;
        OpenOf::<T>::insert(&user, open.saturating_add(1));
        let visibility = Self::visibility_of(&inputs);
        Inputs::<T>::insert(id, inputs);

        let now = Self::now();
        let mut record = RequestRecord {
            user: user.clone(),
            model,
            terms,
            redundancy,
            escrow,
            deposit,
            input_roots,
            visibility,
            status: RequestStatus::Pending,
            deadline,
            since: now,
            due: now.saturating_add(parameters.assign_window),
            bucket: None,
            attempts_left: parameters.max_reassignments,
            slots: BoundedVec::new(),
            audit: AuditState::None,
        };
        Self::schedule(id, &mut record, now);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::RequestSubmitted {
            request: id,
            user,
            model,
            redundancy,
            escrow,
            deposit,
        });
        Ok(())
    }

    /// Returns whether the claim was struck at once.
    pub(crate) fn do_submit_result(
        operator: T::AccountId,
        id: RequestId,
        trace: &Trace,
        outputs: OutputsOf<T>,
    ) -> Result<bool, DispatchError> {
        let (worker, mut record) = Self::work_for(&operator, id)?;
        ensure!(
            Self::slot_of(&mut record, &worker)?.state == SlotState::Assigned,
            Error::<T>::AlreadySubmitted
        );
        Self::ensure_workable(&record, RequestStatus::Assigned)?;
        let roots = Self::check_claim(&record, trace, &outputs)?;
        Self::make_claim(id, record, worker, roots, outputs)
    }

    pub(crate) fn do_commit_result(
        operator: T::AccountId,
        id: RequestId,
        commitment: Digest,
    ) -> DispatchResult {
        let (worker, mut record) = Self::work_for(&operator, id)?;
        let slot = Self::slot_of(&mut record, &worker)?;
        ensure!(
            slot.state == SlotState::Assigned,
            Error::<T>::AlreadySubmitted
        );
        slot.state = SlotState::Committed(commitment);
        Self::ensure_workable(&record, RequestStatus::Committing)?;
        Self::deposit_event(Event::ResultCommitted {
            request: id,
            worker,
            commitment,
        });
        let all_in = record
            .slots
            .iter()
            .all(|slot| slot.state != SlotState::Assigned);
        if all_in {
            Self::open_reveals(id, record);
        } else {
            InferenceRequests::<T>::insert(id, record);
        }
        Ok(())
    }

    /// Returns whether the claim was struck at once.
    pub(crate) fn do_reveal_result(
        operator: T::AccountId,
        id: RequestId,
        trace: &Trace,
        outputs: OutputsOf<T>,
        salt: [u8; 32],
    ) -> Result<bool, DispatchError> {
        let (worker, mut record) = Self::work_for(&operator, id)?;
        let committed = match Self::slot_of(&mut record, &worker)?.state {
            SlotState::Committed(commitment) => commitment,
            SlotState::Revealed(_) => return Err(Error::<T>::AlreadySubmitted.into()),
            SlotState::Assigned => return Err(Error::<T>::WrongPhase.into()),
            // None of these has a lock, so that no slot was found.
            SlotState::Missed | SlotState::Struck | SlotState::Excused => {
                return Err(Error::<T>::NotAssigned.into())
            }
        };
        Self::ensure_workable(&record, RequestStatus::Revealing)?;
        let roots = Self::check_claim(&record, trace, &outputs)?;
        let opened = commit::commitment::<HostSha256>(
            id,
            &worker.encode(),
            &roots.trace,
            &roots.output,
            &salt,
        );
        ensure!(opened == committed, Error::<T>::CommitmentMismatch);
        Self::make_claim(id, record, worker, roots, outputs)
    }

    pub(crate) fn do_cancel_request(user: T::AccountId, id: RequestId) -> DispatchResult {
        let mut record = InferenceRequests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        ensure!(record.user == user, Error::<T>::NotRequester);
        ensure!(
            record.status == RequestStatus::Pending,
            Error::<T>::AlreadyAssigned
        );
        let refunded = Self::release_holds(&mut record);
        Self::close(id, record);
        Self::deposit_event(Event::RequestCancelled {
            request: id,
            refunded,
        });
        Ok(())
    }

    pub(crate) fn do_set_parameters(parameters: ParametersOf<T>) -> DispatchResult {
        Self::check_parameters(&parameters)?;
        Parameters::<T>::put(parameters);
        Self::deposit_event(Event::ParametersChanged { parameters });
        Ok(())
    }

    /// The worker behind an operator key, and the request it means.
    pub(crate) fn work_for(
        operator: &T::AccountId,
        id: RequestId,
    ) -> Result<(T::AccountId, RequestRecordOf<T>), Error<T>> {
        let worker = T::Workers::worker_of(operator).ok_or(Error::<T>::NotAnOperator)?;
        let record = InferenceRequests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        Ok((worker, record))
    }

    /// The request is in that phase, the phase is not over by its block number, and the model stands.
    fn ensure_workable(record: &RequestRecordOf<T>, phase: RequestStatus) -> DispatchResult {
        ensure!(record.status == phase, Error::<T>::WrongPhase);
        ensure!(Self::now() < record.due, Error::<T>::TooLate);
        ensure!(
            !Self::is_condemned(&record.model),
            Error::<T>::ModelCondemned
        );
        Ok(())
    }

    /// Books a claim that was checked, or strikes it if its trace has already been proved wrong.
    fn make_claim(
        id: RequestId,
        mut record: RequestRecordOf<T>,
        worker: T::AccountId,
        roots: ClaimRoots,
        outputs: OutputsOf<T>,
    ) -> Result<bool, DispatchError> {
        if T::Verdicts::is_convicted(id, &roots.trace) {
            // Nobody earned a bounty here.
            let shares = [(record.user.clone(), record.terms.price)];
            let slot = Self::slot_of(&mut record, &worker)?;
            Self::strike(id, slot, roots.trace, &shares);
            Self::after_strike(id, record);
            return Ok(true);
        }
        Self::slot_of(&mut record, &worker)?.state = SlotState::Revealed(roots.trace);
        Claims::<T>::insert(
            id,
            &worker,
            ClaimRecord {
                trace_root: roots.trace,
                output_root: roots.output,
                at: Self::now(),
            },
        );
        Answers::<T>::insert(id, &worker, outputs);
        Self::deposit_event(Event::ResultRevealed {
            request: id,
            worker,
            trace_root: roots.trace,
            output_root: roots.output,
            visibility: record.visibility,
        });
        if record.is_awaiting() {
            InferenceRequests::<T>::insert(id, record);
        } else {
            Self::open_window(id, record);
        }
        Ok(false)
    }
}
