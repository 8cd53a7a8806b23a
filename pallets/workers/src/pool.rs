//! The worker pool, as requests and disputes use it.

use crate::{
    BalanceOf, Config, Event, HoldReason, Locks, Operators, Pallet, Parameters, ParametersOf,
    TicketCount, TicketOf, Tickets, WeightInfo, WorkerRecord, Workers, MAX_DRAW_TRIES,
};
use codec::Encode;
use frame_support::defensive;
use frame_support::traits::fungible::hold::Mutate as _;
use frame_support::traits::tokens::{Fortitude, Precision};
use frame_support::traits::Defensive;
use frame_support::weights::Weight;
use sp_runtime::helpers_128bit::multiply_by_rational_with_rounding;
use sp_runtime::traits::{CheckedAdd, CheckedDiv, Saturating, UniqueSaturatedInto, Zero};
use sp_runtime::{Rounding, SaturatedConversion};
use veritrace_primitives::graph::Digest;
use veritrace_primitives::hash::Hasher;
use veritrace_primitives::traits::{HostSha256, ModelId, Payments, RequestId, Slashed, WorkerPool};

impl<T: Config> Pallet<T> {
    /// Most that a draw weighs: every try but the last meets a void ticket.
    pub fn most_draw_weight() -> Weight {
        T::WeightInfo::draw_void(MAX_DRAW_TRIES).saturating_add(T::WeightInfo::draw_hit())
    }

    fn do_draw(
        model: &ModelId,
        price: BalanceOf<T>,
        request: RequestId,
        excluded: &[T::AccountId],
        seed: Digest,
    ) -> Option<T::AccountId> {
        let parameters = Parameters::<T>::get();
        for attempt in 0..parameters.max_draw_tries.min(MAX_DRAW_TRIES) {
            // Read anew, since void tickets are taken away.
            let count = TicketCount::<T>::get(model);
            let index = Self::lot(&seed, attempt, count)?;
            let ticket = Tickets::<T>::get(model, index).defensive()?;
            let record = Workers::<T>::get(&ticket.worker).defensive()?;
            if ticket.ordinal >= record.entitlement(&parameters) {
                // Its worker's last ticket is void too.
                Self::drop_last(&ticket.worker, model);
                continue;
            }
            let lock = parameters.lock_for(price);
            if excluded.contains(&ticket.worker)
                || !Self::can_take(&ticket, &record, &parameters, price, lock)
                || Locks::<T>::contains_key(&ticket.worker, request)
            {
                continue;
            }
            return Self::lock(ticket.worker, record, request, lock);
        }
        None
    }

    /// A random index below `count`; `None` if there is none. 128 bits are taken modulo `count`, which has 32: no index
    /// is likelier than another by more than 2^-96.
    fn lot(seed: &Digest, attempt: u32, count: u32) -> Option<u32> {
        let digest = HostSha256::hash(&(seed, attempt).encode());
        let (low, _) = digest.split_first_chunk::<16>()?;
        u128::from_le_bytes(*low)
            .checked_rem(u128::from(count))
            .and_then(|index| u32::try_from(index).ok())
    }

    fn can_take(
        ticket: &TicketOf<T>,
        record: &WorkerRecord<T>,
        parameters: &ParametersOf<T>,
        price: BalanceOf<T>,
        lock: BalanceOf<T>,
    ) -> bool {
        let now = frame_system::Pallet::<T>::block_number();
        ticket.since.saturating_add(parameters.ticket_age) <= now
            && record.accusations == 0
            && record.min_price <= price
            && record.free() >= lock
    }

    fn lock(
        worker: T::AccountId,
        mut record: WorkerRecord<T>,
        request: RequestId,
        amount: BalanceOf<T>,
    ) -> Option<T::AccountId> {
        record.locked = record.locked.checked_add(&amount).defensive()?;
        Workers::<T>::insert(&worker, record);
        Locks::<T>::insert(&worker, request, amount);
        Self::deposit_event(Event::Locked {
            worker: worker.clone(),
            request,
            amount,
        });
        Some(worker)
    }

    /// Ends a lock, `lost` of which has left the hold.
    fn unlock(worker: &T::AccountId, amount: BalanceOf<T>, lost: BalanceOf<T>) {
        Workers::<T>::mutate(worker, |record| match record {
            Some(record) => {
                record.locked.saturating_reduce(amount);
                record.stake.saturating_reduce(lost);
            }
            None => {
                defensive!("a worker with a lock cannot leave");
            }
        });
    }

    fn burn(worker: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
        if amount.is_zero() {
            return amount;
        }
        T::Currency::burn_held(
            &HoldReason::Stake.into(),
            worker,
            amount,
            Precision::BestEffort,
            Fortitude::Force,
        )
        .defensive_unwrap_or_default()
    }

    fn do_release(worker: &T::AccountId, request: RequestId) {
        let Some(amount) = Locks::<T>::take(worker, request) else {
            return;
        };
        Self::unlock(worker, amount, Zero::zero());
        Self::deposit_event(Event::LockReleased {
            worker: worker.clone(),
            request,
            amount,
        });
    }

    fn do_penalise(worker: &T::AccountId, request: RequestId) -> BalanceOf<T> {
        let Some(amount) = Locks::<T>::take(worker, request) else {
            return Zero::zero();
        };
        let penalty = Parameters::<T>::get().penalty_for(amount);
        let burned = Self::burn(worker, penalty);
        Self::unlock(worker, amount, burned);
        Self::deposit_event(Event::NoShowPenalised {
            worker: worker.clone(),
            request,
            burned,
            released: amount.saturating_sub(burned),
        });
        burned
    }

    fn do_slash(
        worker: &T::AccountId,
        request: RequestId,
        shares: &[(T::AccountId, BalanceOf<T>)],
    ) -> Slashed<BalanceOf<T>> {
        let Some(amount) = Locks::<T>::take(worker, request) else {
            return Slashed::default();
        };
        let half = amount
            .checked_div(&BalanceOf::<T>::from(2u32))
            .unwrap_or_default();
        let asked = shares
            .iter()
            .fold(BalanceOf::<T>::zero(), |sum, (_, share)| {
                sum.saturating_add(*share)
            });
        let (mut paid, mut first) = (BalanceOf::<T>::zero(), BalanceOf::<T>::zero());
        for (index, (to, share)) in shares.iter().enumerate() {
            let part = Self::scale(*share, half, asked).min(half.saturating_sub(paid));
            // What cannot be paid is burned with the rest.
            if T::Payments::pay(&HoldReason::Stake.into(), worker, to, part)
                .defensive()
                .is_ok()
            {
                paid.saturating_accrue(part);
                if index == 0 {
                    first = part;
                }
            }
        }
        let burned = Self::burn(worker, amount.saturating_sub(paid));
        Self::unlock(worker, amount, paid.saturating_add(burned));
        Self::deposit_event(Event::Slashed {
            worker: worker.clone(),
            request,
            paid,
            burned,
        });
        Slashed {
            paid,
            first,
            burned,
        }
    }

    /// A share, scaled down so that all that are asked for fit `most` together.
    fn scale(share: BalanceOf<T>, most: BalanceOf<T>, asked: BalanceOf<T>) -> BalanceOf<T> {
        if asked <= most {
            return share;
        }
        multiply_by_rational_with_rounding(
            share.unique_saturated_into(),
            most.unique_saturated_into(),
            asked.unique_saturated_into(),
            Rounding::Down,
        )
        .unwrap_or_default()
        .saturated_into()
    }

    fn do_accuse(worker: &T::AccountId) {
        Workers::<T>::mutate_extant(worker, |record| {
            record.accusations = record.accusations.saturating_add(1);
            Self::deposit_event(Event::Accused {
                worker: worker.clone(),
                accusations: record.accusations,
            });
        });
    }

    fn do_absolve(worker: &T::AccountId) {
        Workers::<T>::mutate_extant(worker, |record| {
            let Some(accusations) = record.accusations.checked_sub(1) else {
                defensive!("a worker is absolved once for each accusation");
                return;
            };
            record.accusations = accusations;
            Self::deposit_event(Event::Absolved {
                worker: worker.clone(),
                accusations,
            });
        });
    }
}

impl<T: Config> WorkerPool<T::AccountId, BalanceOf<T>> for Pallet<T> {
    fn draw(
        model: &ModelId,
        price: BalanceOf<T>,
        request: RequestId,
        excluded: &[T::AccountId],
        seed: Digest,
    ) -> Option<T::AccountId> {
        Self::do_draw(model, price, request, excluded, seed)
    }

    fn worker_of(operator: &T::AccountId) -> Option<T::AccountId> {
        Operators::<T>::get(operator)
    }

    fn release(worker: &T::AccountId, request: RequestId) {
        Self::do_release(worker, request)
    }

    fn penalise(worker: &T::AccountId, request: RequestId) -> BalanceOf<T> {
        Self::do_penalise(worker, request)
    }

    fn slash(
        worker: &T::AccountId,
        request: RequestId,
        shares: &[(T::AccountId, BalanceOf<T>)],
    ) -> Slashed<BalanceOf<T>> {
        Self::do_slash(worker, request, shares)
    }

    fn accuse(worker: &T::AccountId) {
        Self::do_accuse(worker)
    }

    fn absolve(worker: &T::AccountId) {
        Self::do_absolve(worker)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn create_worker(worker: &T::AccountId, model: &ModelId) {
        crate::benchmarking::create_worker::<T>(worker, model);
    }
}
