//! Invariants of the pallet.

use crate::{
    BalanceOf, Config, HoldReason, Locks, Operators, Pallet, Parameters, TicketCount, Tickets,
    TicketsOf, Workers,
};
use alloc::collections::BTreeMap;
use frame_support::ensure;
use frame_support::traits::fungible::hold::Inspect as _;
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::TryRuntimeError;
use veritrace_primitives::holds::are_held;

impl<T: Config> Pallet<T> {
    /// ## Invariants
    ///
    /// 1. The parameters are consistent.
    /// 2. Stake: what is on hold on a worker's account is its stake and what it is unbonding, and nobody else has any.
    /// 3. Locks: none is empty, each is a worker's, and together they are the worker's `locked`, which its stake covers.
    /// 4. Operators: workers and operator keys are in one-to-one correspondence.
    /// 5. Tickets: a model's are numbered without a gap, each is where its worker's list says, and only workers that
    ///    serve the model have any.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(
            Parameters::<T>::get().is_consistent(),
            "workers 1: consistent parameters"
        );
        Self::try_state_stake()?;
        Self::try_state_locks()?;
        Self::try_state_operators()?;
        Self::try_state_tickets()
    }

    fn try_state_stake() -> Result<(), TryRuntimeError> {
        let mut stakes = BTreeMap::new();
        for (worker, record) in Workers::<T>::iter() {
            let mut owed = record.stake;
            for chunk in &record.unbonding {
                ensure!(
                    !chunk.amount.is_zero(),
                    "workers 2: nothing empty is unbonding"
                );
                owed = owed.saturating_add(chunk.amount);
            }
            stakes.insert(worker, owed);
        }
        ensure!(
            are_held(
                frame_system::Account::<T>::iter_keys(),
                |who| T::Currency::balance_on_hold(&HoldReason::Stake.into(), who),
                stakes
            ),
            "workers 2: the hold is stake and unbonding"
        );
        Ok(())
    }

    fn try_state_locks() -> Result<(), TryRuntimeError> {
        for (worker, _, amount) in Locks::<T>::iter() {
            ensure!(!amount.is_zero(), "workers 3: no empty lock");
            ensure!(
                Workers::<T>::contains_key(&worker),
                "workers 3: a lock is a worker's"
            );
        }
        for (worker, record) in Workers::<T>::iter() {
            let locked = Locks::<T>::iter_prefix_values(&worker)
                .fold(BalanceOf::<T>::zero(), |sum, amount| {
                    sum.saturating_add(amount)
                });
            ensure!(
                record.locked == locked,
                "workers 3: what is locked is the sum of locks"
            );
            ensure!(
                record.locked <= record.stake,
                "workers 3: stake covers the locks"
            );
        }
        Ok(())
    }

    fn try_state_operators() -> Result<(), TryRuntimeError> {
        let mut count = 0u32;
        for (operator, worker) in Operators::<T>::iter() {
            count = count.saturating_add(1);
            ensure!(
                Workers::<T>::get(&worker).is_some_and(|record| record.operator == operator),
                "workers 4: an operator is its worker's"
            );
        }
        ensure!(
            u32::try_from(Workers::<T>::iter_keys().count()) == Ok(count),
            "workers 4: every worker has an operator"
        );
        Ok(())
    }

    fn try_state_tickets() -> Result<(), TryRuntimeError> {
        let mut counted = 0u32;
        for (model, count) in TicketCount::<T>::iter() {
            ensure!(count > 0, "workers 5: no empty count");
            counted = counted.saturating_add(count);
            for index in 0..count {
                let ticket = Tickets::<T>::get(model, index)
                    .ok_or("workers 5: tickets are numbered without a gap")?;
                let place = usize::try_from(ticket.ordinal).unwrap_or(usize::MAX);
                ensure!(
                    TicketsOf::<T>::get(&ticket.worker, model).get(place) == Some(&index),
                    "workers 5: a ticket is where its worker's list says"
                );
            }
        }
        ensure!(
            u32::try_from(Tickets::<T>::iter_keys().count()) == Ok(counted),
            "workers 5: no ticket beyond the count"
        );
        let mut listed = 0u32;
        for (worker, model, own) in TicketsOf::<T>::iter() {
            ensure!(!own.is_empty(), "workers 5: no empty list");
            listed = listed.saturating_add(u32::try_from(own.len()).unwrap_or(u32::MAX));
            ensure!(
                Workers::<T>::get(&worker).is_some_and(|record| record.served.contains(&model)),
                "workers 5: tickets are for models the worker serves"
            );
        }
        ensure!(
            listed == counted,
            "workers 5: every ticket is in one worker's list"
        );
        for record in Workers::<T>::iter_values() {
            let twice = record.served.iter().enumerate().any(|(place, model)| {
                record
                    .served
                    .iter()
                    .skip(place.saturating_add(1))
                    .any(|other| other == model)
            });
            ensure!(!twice, "workers 5: a model is served once");
        }
        Ok(())
    }
}
