//! Inputs: on chain, or named by their tensor root. What a worker does who cannot get one, and how one is published.
//!
//! What is named by its root is checked by computing it: type, shape and layout are in the root. Only what fits a
//! transaction may be named so, since whoever is told that it cannot be had must be able to publish it.

use crate::branch::SettleBranch;
use crate::{
    BalanceOf, Complaints, Config, Error, Event, HoldReason, InferenceRequests, InputBytesOf,
    InputSourceOf, Inputs, InputsOf, Pallet, Parameters, RefundReason, RequestRecordOf,
    RequestStatus, SlotState,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate as _;
use frame_support::traits::tokens::{Fortitude, Precision};
use frame_support::traits::Defensive;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Saturating, Zero};
use veritrace_primitives::commit;
use veritrace_primitives::graph::{Digest, TensorSpec};
use veritrace_primitives::tensor::{byte_length, Layout};
use veritrace_primitives::traits::{HostSha256, Payments, RequestId, WorkerPool};

/// One input of a request.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum InputSource<Bytes> {
    /// The tensor's row-major little-endian bytes.
    #[codec(index = 0)]
    Inline(Bytes),
    /// Its tensor root. Whoever has the tensor gives it to the workers, off chain.
    #[codec(index = 1)]
    ByRoot(Digest),
}

impl<Bytes> InputSource<Bytes> {
    /// The bytes, if they are on chain.
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Inline(bytes) => Some(bytes),
            Self::ByRoot(_) => None,
        }
    }
}

/// Who can check what is claimed of a request.
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
pub enum Visibility {
    /// Anyone: every input is on chain.
    #[codec(index = 0)]
    Public,
    /// Whoever holds the inputs that are named by their roots. Others should not trust a result that nobody else could
    /// have contradicted.
    #[codec(index = 1)]
    Private,
}

/// A worker's word that it cannot get an input.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ComplaintRecord<AccountId, Balance> {
    /// Who signed it, and pays the fee if the input turns up.
    pub operator: AccountId,
    /// What is held for that.
    pub fee: Balance,
}

impl<T: Config> Pallet<T> {
    /// Bytes of inputs that are given as such, which is what hashing them costs.
    pub(crate) fn input_bytes_of(inputs: &InputsOf<T>) -> u32 {
        inputs
            .iter()
            .filter_map(InputSource::bytes)
            .fold(0u32, |sum, bytes| sum.saturating_add(bytes.len() as u32))
    }

    /// The tensor root of an input, which an inline one must have and any other is named by.
    pub(crate) fn input_root(
        layout: Layout,
        spec: &TensorSpec,
        source: &InputSourceOf<T>,
    ) -> Result<Digest, Error<T>> {
        match source {
            InputSource::Inline(bytes) => commit::tensor_root::<HostSha256>(layout, spec, bytes)
                .map_err(|_| Error::<T>::InputMismatch),
            InputSource::ByRoot(root) => {
                let bytes = byte_length(spec).unwrap_or(u32::MAX);
                ensure!(
                    bytes <= T::MaxInputBytes::get(),
                    Error::<T>::InputNotPublishable
                );
                Ok(*root)
            }
        }
    }

    /// Public when every input is on chain.
    pub(crate) fn visibility_of(inputs: &InputsOf<T>) -> Visibility {
        match inputs.iter().all(|source| source.bytes().is_some()) {
            true => Visibility::Public,
            false => Visibility::Private,
        }
    }

    pub(crate) fn do_input_unavailable(operator: T::AccountId, id: RequestId) -> DispatchResult {
        let (worker, mut record) = Self::work_for(&operator, id)?;
        ensure!(
            matches!(
                record.status,
                RequestStatus::Assigned | RequestStatus::Committing
            ),
            Error::<T>::WrongPhase
        );
        ensure!(
            Self::slot_of(&mut record, &worker)?.state == SlotState::Assigned,
            Error::<T>::AlreadySubmitted
        );
        ensure!(
            record.visibility == Visibility::Private,
            Error::<T>::InputAvailable
        );
        ensure!(
            !Self::is_condemned(&record.model),
            Error::<T>::ModelCondemned
        );
        ensure!(
            Self::may_complain(&record, Self::now()),
            Error::<T>::TooLate
        );

        let parameters = Parameters::<T>::get();
        let fee = parameters.complaint_fee;
        T::Currency::hold(&HoldReason::Complaint.into(), &operator, fee)?;
        Complaints::<T>::insert(id, ComplaintRecord { operator, fee });
        record.status = RequestStatus::AwaitingInput;
        let due = Self::now().saturating_add(parameters.publish_window);
        Self::enter(id, &mut record, due);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::InputDemanded {
            request: id,
            worker,
            fee,
            due,
        });
        Ok(())
    }

    /// Whether a block is early enough in the working phase to say that an input cannot be had: in its first half, so that
    /// nobody who has idled gets away with it.
    pub(crate) fn may_complain(record: &RequestRecordOf<T>, at: BlockNumberFor<T>) -> bool {
        let passed = at.saturating_sub(record.since);
        passed.saturating_mul(2u32.into()) <= record.deadline
    }

    /// Returns whether the workers go on because of it.
    pub(crate) fn do_publish_input(
        who: T::AccountId,
        id: RequestId,
        index: u8,
        bytes: InputBytesOf<T>,
    ) -> Result<bool, DispatchError> {
        let mut record = InferenceRequests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        let is_awaited = record.status == RequestStatus::AwaitingInput;
        ensure!(!is_awaited || Self::now() < record.due, Error::<T>::TooLate);
        let mut inputs = Inputs::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
        let place = usize::from(index);
        let spec = record
            .terms
            .inputs
            .get(place)
            .ok_or(Error::<T>::NoSuchInput)?;
        let source = inputs.get_mut(place).ok_or(Error::<T>::NoSuchInput)?;
        let InputSource::ByRoot(root) = source else {
            return Err(Error::<T>::InputAvailable.into());
        };
        let layout = Self::layout_of(&record.model)?;
        let given = commit::tensor_root::<HostSha256>(layout, spec, &bytes)
            .map_err(|_| Error::<T>::InputMismatch)?;
        ensure!(given == *root, Error::<T>::InputMismatch);
        *source = InputSource::Inline(bytes);
        record.visibility = Self::visibility_of(&inputs);
        Inputs::<T>::insert(id, inputs);
        Self::deposit_event(Event::InputPublished {
            request: id,
            index,
            who,
        });
        let is_public = record.visibility == Visibility::Public;
        let goes_on = is_awaited && is_public;
        if goes_on {
            Self::resume(id, record);
        } else if is_public && record.status == RequestStatus::Claimed {
            // Or a result would be called public that others had a block to check.
            let window = Parameters::<T>::get().challenge_window;
            Self::leave_of_window(id, record, window);
        } else {
            InferenceRequests::<T>::insert(id, record);
        }
        Ok(goes_on)
    }

    /// The workers have what they need: they get the whole working phase, and the complaint is paid for. What it costs is
    /// burned, so that nobody is the better for keeping an input back until a worker complains.
    fn resume(id: RequestId, mut record: RequestRecordOf<T>) {
        if let Some(ComplaintRecord { operator, fee }) = Complaints::<T>::take(id) {
            let burned = T::Currency::burn_held(
                &HoldReason::Complaint.into(),
                &operator,
                fee,
                Precision::BestEffort,
                Fortitude::Force,
            )
            .defensive_unwrap_or_default();
            Self::deposit_event(Event::ComplaintCharged {
                request: id,
                operator,
                burned,
            });
        }
        record.status = match record.redundancy {
            1 => RequestStatus::Assigned,
            _ => RequestStatus::Committing,
        };
        let due = Self::now().saturating_add(record.deadline);
        Self::enter(id, &mut record, due);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::RequestResumed { request: id, due });
    }

    /// Gives what is held for a complaint back, if there is one: it was true, or nobody will ever know.
    pub(crate) fn release_complaint(id: RequestId) {
        let Some(ComplaintRecord { operator, fee }) = Complaints::<T>::take(id) else {
            return;
        };
        let released = T::Currency::release(
            &HoldReason::Complaint.into(),
            &operator,
            fee,
            Precision::BestEffort,
        )
        .defensive_unwrap_or_default();
        Self::deposit_event(Event::ComplaintReleased {
            request: id,
            operator,
            released,
        });
    }

    /// Nobody published in time: every worker that holds a lock is compensated, the user has the rest.
    pub(crate) fn close_unpublished(id: RequestId, mut record: RequestRecordOf<T>) -> SettleBranch {
        let share = Parameters::<T>::get().unavailability_share;
        let amount = share.mul_floor(record.terms.price);
        let mut paid = BalanceOf::<T>::zero();
        for slot in record
            .slots
            .iter_mut()
            .filter(|slot| slot.state.is_locked())
        {
            T::Workers::release(&slot.worker, id);
            Self::forget_work(&slot.worker, id);
            slot.state = SlotState::Excused;
            let escrow = HoldReason::Escrow.into();
            let event = match T::Payments::pay(&escrow, &record.user, &slot.worker, amount) {
                Ok(()) => {
                    paid.saturating_accrue(amount);
                    Event::WorkerCompensated {
                        request: id,
                        worker: slot.worker.clone(),
                        amount,
                    }
                }
                Err(error) => {
                    frame_support::defensive!("escrow covers a share of every worker's price");
                    Event::PaymentFailed { request: id, error }
                }
            };
            Self::deposit_event(event);
        }
        record.escrow.saturating_reduce(paid);
        Self::refund(id, record, RefundReason::InputUnavailable);
        SettleBranch::Unpublished
    }

    /// See [`crate::branch`].
    pub(crate) fn advance_awaiting_input(
        id: RequestId,
        record: RequestRecordOf<T>,
    ) -> Result<SettleBranch, BlockNumberFor<T>> {
        if Self::is_condemned(&record.model) {
            Self::refund(id, record, RefundReason::Condemned);
            return Ok(SettleBranch::Unpublished);
        }
        match Self::now() < record.due {
            true => Err(record.due),
            false => Ok(Self::close_unpublished(id, record)),
        }
    }
}
