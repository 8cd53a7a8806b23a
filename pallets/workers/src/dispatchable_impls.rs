//! Bodies of the calls.

use crate::{
    BalanceOf, Config, Error, Event, HoldReason, Operators, Pallet, Parameters, ParametersOf,
    UnbondChunk, WorkerRecord, Workers,
};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate as _;
use frame_support::traits::tokens::Precision;
use sp_runtime::traits::{CheckedAdd, CheckedSub, Saturating, Zero};
use sp_runtime::ArithmeticError;
use veritrace_primitives::traits::{ModelId, ModelRegistry};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(
        worker: T::AccountId,
        operator: T::AccountId,
        bond: BalanceOf<T>,
        min_price: BalanceOf<T>,
    ) -> DispatchResult {
        ensure!(
            !Workers::<T>::contains_key(&worker),
            Error::<T>::AlreadyRegistered
        );
        ensure!(
            !Operators::<T>::contains_key(&operator),
            Error::<T>::OperatorTaken
        );
        ensure!(
            bond >= Parameters::<T>::get().min_bond,
            Error::<T>::BondTooSmall
        );
        T::Currency::hold(&HoldReason::Stake.into(), &worker, bond)?;
        Operators::<T>::insert(&operator, &worker);
        Workers::<T>::insert(
            &worker,
            WorkerRecord {
                operator: operator.clone(),
                stake: bond,
                locked: Zero::zero(),
                min_price,
                accusations: 0,
                unbonding: BoundedVec::new(),
                served: BoundedVec::new(),
            },
        );
        Self::deposit_event(Event::WorkerRegistered {
            worker,
            operator,
            stake: bond,
            min_price,
        });
        Ok(())
    }

    pub(crate) fn do_set_operator(worker: T::AccountId, operator: T::AccountId) -> DispatchResult {
        let mut record = Self::registered(&worker)?;
        ensure!(
            !Operators::<T>::contains_key(&operator),
            Error::<T>::OperatorTaken
        );
        Operators::<T>::remove(&record.operator);
        Operators::<T>::insert(&operator, &worker);
        record.operator = operator.clone();
        Workers::<T>::insert(&worker, record);
        Self::deposit_event(Event::OperatorChanged { worker, operator });
        Ok(())
    }

    pub(crate) fn do_bond_extra(
        worker: T::AccountId,
        amount: BalanceOf<T>,
    ) -> Result<u32, DispatchError> {
        ensure!(!amount.is_zero(), Error::<T>::NothingToMove);
        let mut record = Self::registered(&worker)?;
        T::Currency::hold(&HoldReason::Stake.into(), &worker, amount)?;
        let changed = Self::add_stake(&worker, &mut record, amount)?;
        let stake = record.stake;
        Workers::<T>::insert(&worker, record);
        Self::deposit_event(Event::Bonded {
            worker,
            amount,
            stake,
        });
        Ok(changed)
    }

    pub(crate) fn do_unbond(
        worker: T::AccountId,
        amount: BalanceOf<T>,
    ) -> Result<u32, DispatchError> {
        ensure!(!amount.is_zero(), Error::<T>::NothingToMove);
        let mut record = Self::registered(&worker)?;
        ensure!(amount <= record.free(), Error::<T>::StakeLocked);
        let parameters = Parameters::<T>::get();
        let at = frame_system::Pallet::<T>::block_number().saturating_add(parameters.unbond_delay);
        record.stake = record
            .stake
            .checked_sub(&amount)
            .ok_or(ArithmeticError::Underflow)?;
        match record.unbonding.iter_mut().find(|chunk| chunk.at == at) {
            Some(chunk) => {
                chunk.amount = chunk
                    .amount
                    .checked_add(&amount)
                    .ok_or(ArithmeticError::Overflow)?;
            }
            None => record
                .unbonding
                .try_push(UnbondChunk { amount, at })
                .map_err(|_| Error::<T>::TooManyUnbonding)?,
        }
        let changed = Self::sync_all(&worker, &record, &parameters);
        Workers::<T>::insert(&worker, record);
        Self::deposit_event(Event::UnbondingStarted { worker, amount, at });
        Ok(changed)
    }

    pub(crate) fn do_withdraw(worker: T::AccountId) -> DispatchResult {
        let mut record = Self::registered(&worker)?;
        let now = frame_system::Pallet::<T>::block_number();
        let mut amount = BalanceOf::<T>::zero();
        record.unbonding.retain(|chunk| {
            let due = chunk.at <= now;
            if due {
                amount.saturating_accrue(chunk.amount);
            }
            !due
        });
        ensure!(!amount.is_zero(), Error::<T>::NothingToWithdraw);
        T::Currency::release(&HoldReason::Stake.into(), &worker, amount, Precision::Exact)?;
        Workers::<T>::insert(&worker, record);
        Self::deposit_event(Event::Withdrawn { worker, amount });
        Ok(())
    }

    pub(crate) fn do_rebond(
        worker: T::AccountId,
        amount: BalanceOf<T>,
    ) -> Result<u32, DispatchError> {
        ensure!(!amount.is_zero(), Error::<T>::NothingToMove);
        let mut record = Self::registered(&worker)?;
        let mut moved = BalanceOf::<T>::zero();
        while let Some(mut chunk) = record.unbonding.pop() {
            let part = chunk.amount.min(amount.saturating_sub(moved));
            moved.saturating_accrue(part);
            chunk.amount.saturating_reduce(part);
            if !chunk.amount.is_zero() {
                // It was just popped, so there is room for it.
                let _ = record.unbonding.try_push(chunk);
                break;
            }
        }
        ensure!(!moved.is_zero(), Error::<T>::NothingUnbonding);
        let changed = Self::add_stake(&worker, &mut record, moved)?;
        let stake = record.stake;
        Workers::<T>::insert(&worker, record);
        Self::deposit_event(Event::Rebonded {
            worker,
            amount: moved,
            stake,
        });
        Ok(changed)
    }

    pub(crate) fn do_serve(signer: T::AccountId, model: ModelId) -> Result<u32, DispatchError> {
        let (worker, mut record) = Self::registered_or_operated(signer)?;
        ensure!(!record.served.contains(&model), Error::<T>::AlreadyServed);
        ensure!(T::Models::is_servable(&model), Error::<T>::ModelNotServable);
        let tickets = record.entitlement(&Parameters::<T>::get());
        ensure!(tickets > 0, Error::<T>::StakeTooSmall);
        record
            .served
            .try_push(model)
            .map_err(|_| Error::<T>::TooManyServed)?;
        Workers::<T>::insert(&worker, record);
        Self::deposit_event(Event::ServingStarted {
            worker: worker.clone(),
            model,
        });
        Ok(Self::change_tickets(
            &worker,
            &model,
            Default::default(),
            tickets,
        ))
    }

    pub(crate) fn do_stop_serving(
        signer: T::AccountId,
        model: ModelId,
    ) -> Result<u32, DispatchError> {
        let (worker, mut record) = Self::registered_or_operated(signer)?;
        ensure!(record.served.contains(&model), Error::<T>::NotServed);
        record.served.retain(|served| *served != model);
        Workers::<T>::insert(&worker, record);
        let changed = Self::set_tickets(&worker, &model, 0);
        Self::deposit_event(Event::ServingStopped { worker, model });
        Ok(changed)
    }

    pub(crate) fn do_set_min_price(
        signer: T::AccountId,
        min_price: BalanceOf<T>,
    ) -> DispatchResult {
        let (worker, mut record) = Self::registered_or_operated(signer)?;
        record.min_price = min_price;
        Workers::<T>::insert(&worker, record);
        Self::deposit_event(Event::MinPriceChanged { worker, min_price });
        Ok(())
    }

    pub(crate) fn do_deregister(worker: T::AccountId) -> Result<u32, DispatchError> {
        let record = Self::registered(&worker)?;
        // What is locked is staked, so there is no lock either.
        ensure!(
            record.stake.is_zero() && record.unbonding.is_empty(),
            Error::<T>::StillBonded
        );
        ensure!(record.accusations == 0, Error::<T>::StillAccused);
        let changed = record.served.iter().fold(0u32, |changed, model| {
            changed.saturating_add(Self::set_tickets(&worker, model, 0))
        });
        Operators::<T>::remove(&record.operator);
        Workers::<T>::remove(&worker);
        Self::deposit_event(Event::Deregistered { worker });
        Ok(changed)
    }

    pub(crate) fn do_set_parameters(parameters: ParametersOf<T>) -> DispatchResult {
        ensure!(
            parameters.is_consistent(),
            Error::<T>::InconsistentParameters
        );
        Parameters::<T>::put(parameters);
        Self::deposit_event(Event::ParametersChanged { parameters });
        Ok(())
    }

    pub(crate) fn do_refresh_tickets(
        worker: T::AccountId,
        model: ModelId,
    ) -> Result<u32, DispatchError> {
        let record = Self::registered(&worker)?;
        ensure!(record.served.contains(&model), Error::<T>::NotServed);
        let wanted = record.entitlement(&Parameters::<T>::get());
        Ok(Self::set_tickets(&worker, &model, wanted))
    }

    /// Adds stake that is on hold already, and the tickets it makes.
    fn add_stake(
        worker: &T::AccountId,
        record: &mut WorkerRecord<T>,
        amount: BalanceOf<T>,
    ) -> Result<u32, DispatchError> {
        let parameters = Parameters::<T>::get();
        let dropped = Self::drop_void(worker, record, &parameters);
        record.stake = record
            .stake
            .checked_add(&amount)
            .ok_or(ArithmeticError::Overflow)?;
        let made = Self::sync_all(worker, record, &parameters);
        Ok(dropped.saturating_add(made))
    }

    fn registered(worker: &T::AccountId) -> Result<WorkerRecord<T>, DispatchError> {
        Workers::<T>::get(worker).ok_or_else(|| Error::<T>::NotRegistered.into())
    }

    /// The worker an account speaks for: itself, or the one whose operator it is.
    fn registered_or_operated(
        signer: T::AccountId,
    ) -> Result<(T::AccountId, WorkerRecord<T>), DispatchError> {
        if let Some(record) = Workers::<T>::get(&signer) {
            return Ok((signer, record));
        }
        let worker = Operators::<T>::get(&signer).ok_or(Error::<T>::NotRegistered)?;
        let record = Self::registered(&worker)?;
        Ok((worker, record))
    }
}
