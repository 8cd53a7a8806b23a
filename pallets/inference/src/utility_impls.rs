//! What the calls and the transitions share.

use crate::{
    Answers, BalanceOf, Claims, Config, Error, Event, HoldReason, InferenceRequests, Inputs,
    OpenOf, OutputsOf, Pallet, ParametersOf, RequestRecordOf, RequestStatus, SlotRecord, SlotState,
    WeightInfo, WorkOf,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate as _;
use frame_support::traits::tokens::Precision;
use frame_support::traits::{Defensive, Randomness};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating, Zero};
use sp_runtime::Permill;
use veritrace_primitives::commit;
use veritrace_primitives::graph::{Digest, TensorSpec};
use veritrace_primitives::page::{Trace, TraceFault};
use veritrace_primitives::tensor::{byte_length, Layout};
use veritrace_primitives::traits::{
    HostSha256, ModelId, ModelRegistry, RequestId, Slashed, VerdictBook, WorkerPool,
};

/// What a claim commits to.
pub(crate) struct ClaimRoots {
    pub trace: Digest,
    pub output: Digest,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn now() -> BlockNumberFor<T> {
        frame_system::Pallet::<T>::block_number()
    }

    /// Bytes of tensors, which is what hashing them costs.
    pub(crate) fn bytes_of<S: Get<u32>, N: Get<u32>>(
        tensors: &BoundedVec<BoundedVec<u8, S>, N>,
    ) -> u32 {
        tensors
            .iter()
            .fold(0u32, |sum, tensor| sum.saturating_add(tensor.len() as u32))
    }

    /// Whether parameters fit each other and the limits of the runtime.
    pub(crate) fn check_parameters(parameters: &ParametersOf<T>) -> Result<(), Error<T>> {
        let slots = u32::from(parameters.max_redundancy)
            .saturating_mul(u32::from(parameters.max_reassignments).saturating_add(1));
        let consistent = parameters.max_redundancy >= 1
            && u32::from(parameters.max_redundancy) <= T::MaxRedundancy::get()
            && slots <= T::MaxSlots::get()
            && parameters.max_open_per_account >= 1
            // A phase of one block would be over before anyone had seen it begin.
            && parameters.min_deadline >= 2u32.into()
            && parameters.min_deadline <= parameters.max_deadline
            && parameters.assign_window >= 2u32.into()
            && parameters.agreed_window >= 1u32.into()
            && parameters.agreed_window <= parameters.challenge_window
            && parameters.min_window_after_challenge >= 1u32.into()
            && parameters.publish_window >= 2u32.into()
            && parameters.unavailability_share <= Permill::from_percent(50)
            && parameters.settle_reward <= parameters.request_deposit;
        // An audit is drawn in the block after the one that opens the window, and over when the window is.
        let audit = parameters.audit_window.saturating_add(One::one());
        let audited = parameters.audit_share.is_zero()
            || (!parameters.audit_window.is_zero() && audit <= parameters.agreed_window);
        ensure!(consistent && audited, Error::<T>::InconsistentParameters);
        Ok(())
    }

    /// The slot in which a worker can still act: one whose stake is locked.
    pub(crate) fn slot_of<'a>(
        record: &'a mut RequestRecordOf<T>,
        worker: &T::AccountId,
    ) -> Result<&'a mut SlotRecord<T::AccountId>, Error<T>> {
        record
            .slots
            .iter_mut()
            .find(|slot| slot.worker == *worker && slot.state.is_locked())
            .ok_or(Error::<T>::NotAssigned)
    }

    /// Weight of a result of redundancy one, by the form of its trace.
    pub(crate) fn weight_of_result(trace: &Trace, outputs: &OutputsOf<T>) -> Weight {
        let bytes = Self::bytes_of(outputs);
        match trace {
            Trace::Leaves(leaves) => {
                T::WeightInfo::submit_inference_result(leaves.len() as u32, bytes)
            }
            Trace::Pages { pages, .. } => {
                T::WeightInfo::submit_paged_result(pages.len() as u32, bytes)
            }
        }
    }

    /// Weight of a result that was committed to.
    pub(crate) fn weight_of_reveal(trace: &Trace, outputs: &OutputsOf<T>) -> Weight {
        let bytes = Self::bytes_of(outputs);
        match trace {
            Trace::Leaves(leaves) => T::WeightInfo::reveal_result(leaves.len() as u32, bytes),
            Trace::Pages { pages, .. } => {
                T::WeightInfo::reveal_paged_result(pages.len() as u32, bytes)
            }
        }
    }

    /// Checks a claim against the model: a trace of one leaf per node, every output the tensor that its leaf commits to, or
    /// left to it.
    pub(crate) fn check_claim(
        record: &RequestRecordOf<T>,
        trace: &Trace,
        outputs: &OutputsOf<T>,
    ) -> Result<ClaimRoots, Error<T>> {
        ensure!(
            outputs.len() == record.terms.outputs.len(),
            Error::<T>::OutputMismatch
        );
        let layout = Self::layout_of(&record.model)?;
        let mut roots = Vec::with_capacity(outputs.len());
        for (declared, bytes) in record.terms.outputs.iter().zip(outputs.iter()) {
            let root = match (Self::is_by_leaf(&declared.spec), trace) {
                (false, _) => commit::tensor_root::<HostSha256>(layout, &declared.spec, bytes).ok(),
                (true, Trace::Leaves(leaves)) if bytes.is_empty() => {
                    leaves.get(usize::from(declared.node)).copied()
                }
                (true, Trace::Leaves(_)) => None,
                // The leaves are not here, so that this one is shown by itself, and the path says whether it is that.
                (true, Trace::Pages { .. }) => Digest::try_from(bytes.as_slice()).ok(),
            };
            roots.push((declared.node, root.ok_or(Error::<T>::OutputMismatch)?));
        }
        let trace = trace
            .root::<HostSha256>(record.terms.node_count, &roots)
            .map_err(|fault| match fault {
                TraceFault::Length => Error::<T>::TraceLengthMismatch,
                TraceFault::Output => Error::<T>::OutputMismatch,
            })?;
        let roots: Vec<Digest> = roots.into_iter().map(|(_, root)| root).collect();
        Ok(ClaimRoots {
            trace,
            output: commit::output_root::<HostSha256>(&roots),
        })
    }

    /// How the tensors of a model are committed to. A model stays while a request to it is open.
    pub(crate) fn layout_of(model: &ModelId) -> Result<Layout, Error<T>> {
        T::Models::layout(model).ok_or(Error::<T>::ModelNotOffered)
    }

    /// Whether an output is too large for a claim, so that its leaf in the trace stands for it. By its spec alone: nobody
    /// chooses to keep an answer back.
    pub(crate) fn is_by_leaf(spec: &TensorSpec) -> bool {
        byte_length(spec).is_none_or(|bytes| bytes > T::MaxOutputBytes::get())
    }

    /// Draws one more worker and gives it a slot. `None` when there is none, or it has its hands full.
    pub(crate) fn draw_one(id: RequestId, record: &mut RequestRecordOf<T>) -> Option<T::AccountId> {
        let excluded: Vec<T::AccountId> = record
            .slots
            .iter()
            .map(|slot| slot.worker.clone())
            .collect();
        // Each draw of a request is another one: by the number of slots within a block, by the block where the randomness
        // stays the same for longer than that.
        let subject = (b"veritrace:draw", id, excluded.len() as u32, Self::now()).encode();
        let (random, _) = T::Randomness::random(&subject);
        let seed = sp_io::hashing::sha2_256(&(subject, random).encode());
        let worker = T::Workers::draw(&record.model, record.terms.price, id, &excluded, seed)?;
        if WorkOf::<T>::try_append(&worker, id).is_err() {
            T::Workers::release(&worker, id);
            return None;
        }
        let slot = SlotRecord {
            worker: worker.clone(),
            state: SlotState::Assigned,
            challenges: 0,
        };
        if record.slots.try_push(slot).is_err() {
            frame_support::defensive!("redundancy times attempts is within the slots");
            T::Workers::release(&worker, id);
            Self::forget_work(&worker, id);
            return None;
        }
        Some(worker)
    }

    /// Takes a request off a worker's list.
    pub(crate) fn forget_work(worker: &T::AccountId, id: RequestId) {
        WorkOf::<T>::mutate_exists(worker, |entry| {
            if let Some(work) = entry {
                work.retain(|other| *other != id);
                if work.is_empty() {
                    *entry = None;
                }
            }
        });
    }

    /// Burns the no-show penalty of every slot in that state and counts the workers as late.
    pub(crate) fn penalise_where(
        id: RequestId,
        record: &mut RequestRecordOf<T>,
        is_late: impl Fn(&SlotState) -> bool,
    ) -> u32 {
        let mut late = 0u32;
        for slot in record.slots.iter_mut().filter(|slot| is_late(&slot.state)) {
            let burned = T::Workers::penalise(&slot.worker, id);
            slot.state = SlotState::Missed;
            Self::forget_work(&slot.worker, id);
            Self::deposit_event(Event::WorkerMissed {
                request: id,
                worker: slot.worker.clone(),
                burned,
            });
            late.saturating_inc();
        }
        late
    }

    /// Slashes the lock of a slot and removes its claim.
    pub(crate) fn strike(
        id: RequestId,
        slot: &mut SlotRecord<T::AccountId>,
        trace_root: Digest,
        shares: &[(T::AccountId, BalanceOf<T>)],
    ) -> Slashed<BalanceOf<T>> {
        let slashed = T::Workers::slash(&slot.worker, id, shares);
        slot.state = SlotState::Struck;
        Self::forget_work(&slot.worker, id);
        Self::remove_claim(id, &slot.worker);
        Self::deposit_event(Event::ClaimStruck {
            request: id,
            worker: slot.worker.clone(),
            trace_root,
            paid: slashed.paid,
            burned: slashed.burned,
        });
        slashed
    }

    fn remove_claim(id: RequestId, worker: &T::AccountId) {
        Claims::<T>::remove(id, worker);
        Answers::<T>::remove(id, worker);
    }

    /// Gives everything back that is still held from the user. Returns how much that was.
    pub(crate) fn release_holds(record: &mut RequestRecordOf<T>) -> BalanceOf<T> {
        let mut released = BalanceOf::<T>::default();
        for (reason, amount) in [
            (HoldReason::Escrow, core::mem::take(&mut record.escrow)),
            (HoldReason::Deposit, core::mem::take(&mut record.deposit)),
        ] {
            let given =
                T::Currency::release(&reason.into(), &record.user, amount, Precision::Exact)
                    .defensive_unwrap_or_default();
            released = released.saturating_add(given);
        }
        released
    }

    /// The user has one request less open.
    pub(crate) fn count_out(user: &T::AccountId) {
        OpenOf::<T>::mutate_exists(user, |count| {
            *count = count
                .unwrap_or_default()
                .checked_sub(1)
                .filter(|left| *left > 0);
        });
    }

    /// Removes a request and all that belongs to it. Locks that are left go back to their workers. The user's holds must
    /// have been released.
    pub(crate) fn close(id: RequestId, mut record: RequestRecordOf<T>) {
        Self::unschedule(id, &mut record);
        Self::end_audit(id, &mut record, false);
        for slot in record.slots.iter().filter(|slot| slot.state.is_locked()) {
            T::Workers::release(&slot.worker, id);
            Self::forget_work(&slot.worker, id);
            if matches!(slot.state, SlotState::Revealed(_)) {
                Self::remove_claim(id, &slot.worker);
            }
        }
        if record.status != RequestStatus::Contested {
            Self::count_out(&record.user);
        }
        if record.status == RequestStatus::AwaitingInput {
            Self::release_complaint(id);
        }
        Inputs::<T>::remove(id);
        InferenceRequests::<T>::remove(id);
        T::Models::request_closed(&record.model);
        T::Verdicts::request_closed(id);
    }

    /// Whether the model's malformed: looked up where it decides something.
    pub(crate) fn is_condemned(model: &ModelId) -> bool {
        T::Models::is_condemned(model)
    }
}
