//! Bodies of the calls, and the payments other pallets ask for.

use crate::{
    BalanceOf, Claimable, Config, Error, Event, Pallet, Parameters, PayoutParameters,
    TotalClaimable,
};
use frame_support::defensive_assert;
use frame_support::pallet_prelude::*;
use frame_support::storage::with_storage_layer;
use frame_support::traits::fungible::{
    hold::Balanced as _, Balanced as _, Credit, Inspect as _, Mutate as _,
};
use frame_support::traits::tokens::{DepositConsequence, Preservation, Provenance};
use frame_support::traits::Imbalance as _;
use sp_runtime::traits::{AccountIdConversion, CheckedAdd, CheckedMul, Saturating, Zero};
use sp_runtime::{ArithmeticError, Permill, TokenError};
use veritrace_primitives::traits::{Payments, Split};

/// Funds on their way from a hold to those who earned them.
type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

impl<T: Config> Pallet<T> {
    /// The account that keeps what is claimable.
    pub fn account_id() -> T::AccountId {
        T::PalletId::get().into_account_truncating()
    }

    /// Splits a price: the royalty first, then the fee, both rounded down and neither more than what is left; the worker
    /// has the exact remainder.
    pub fn split_price(price: BalanceOf<T>, royalty: Permill) -> Split<BalanceOf<T>> {
        let fee = Parameters::<T>::get().protocol_fee;
        let author = royalty.mul_floor(price).min(price);
        let rest = price.saturating_sub(author);
        let treasury = fee.mul_floor(price).min(rest);
        Split {
            author,
            treasury,
            worker: rest.saturating_sub(treasury),
        }
    }

    pub(crate) fn do_claim(who: &T::AccountId) -> DispatchResult {
        let amount = Claimable::<T>::take(who).ok_or(Error::<T>::NothingClaimable)?;
        ensure!(Self::opens(who, amount), Error::<T>::AccountNotOpen);
        TotalClaimable::<T>::mutate(|total| total.saturating_reduce(amount));
        T::Currency::transfer(&Self::account_id(), who, amount, Preservation::Preserve)?;
        Self::deposit_event(Event::Claimed {
            who: who.clone(),
            amount,
        });
        Ok(())
    }

    pub(crate) fn do_set_parameters(parameters: PayoutParameters) {
        Parameters::<T>::put(parameters);
        Self::deposit_event(Event::ParametersChanged { parameters });
    }

    /// Takes held funds, all of them. When it fails, part of them has been taken: the caller's storage layer undoes that.
    // Held funds are owed: no freeze of the payer stands in the way.
    fn take(
        reason: &T::RuntimeHoldReason,
        from: &T::AccountId,
        amount: BalanceOf<T>,
    ) -> Result<CreditOf<T>, DispatchError> {
        let (credit, missing) = T::Currency::slash(reason, from, amount);
        ensure!(missing.is_zero(), TokenError::FundsUnavailable);
        Ok(credit)
    }

    /// Gives what was taken to an account, or makes it claimable where it is too little to open it.
    // The events name the reason: taking held funds by itself says nothing, and an account may have several holds.
    fn give(
        reason: &T::RuntimeHoldReason,
        from: &T::AccountId,
        to: &T::AccountId,
        credit: CreditOf<T>,
    ) -> DispatchResult {
        let amount = credit.peek();
        if amount.is_zero() {
            return Ok(());
        }
        let (reason, from, to) = (reason.clone(), from.clone(), to.clone());
        let Err(credit) = T::Currency::resolve(&to, credit) else {
            Self::deposit_event(Event::Paid {
                reason,
                from,
                to,
                amount,
            });
            return Ok(());
        };
        T::Currency::resolve(&Self::account_id(), credit).map_err(|_| TokenError::CannotCreate)?;
        let claimable = Claimable::<T>::get(&to)
            .unwrap_or_default()
            .checked_add(&amount)
            .ok_or(ArithmeticError::Overflow)?;
        let total = TotalClaimable::<T>::get()
            .checked_add(&amount)
            .ok_or(ArithmeticError::Overflow)?;
        Claimable::<T>::insert(&to, claimable);
        TotalClaimable::<T>::put(total);
        Self::deposit_event(Event::MadeClaimable {
            reason,
            from,
            to,
            amount,
        });
        Ok(())
    }

    /// Whether the account exists, or exists once it has `amount` more.
    fn opens(who: &T::AccountId, amount: BalanceOf<T>) -> bool {
        T::Currency::can_deposit(who, amount, Provenance::Extant) == DepositConsequence::Success
    }
}

impl<T: Config> Payments<T::AccountId, BalanceOf<T>, T::RuntimeHoldReason> for Pallet<T> {
    fn split(price: BalanceOf<T>, royalty: Permill) -> Split<BalanceOf<T>> {
        Self::split_price(price, royalty)
    }

    fn pay(
        reason: &T::RuntimeHoldReason,
        from: &T::AccountId,
        to: &T::AccountId,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        with_storage_layer(|| Self::give(reason, from, to, Self::take(reason, from, amount)?))
    }

    // Author and treasury have theirs of all workers at once: a payment each, whatever the redundancy.
    fn pay_inference(
        reason: &T::RuntimeHoldReason,
        from: &T::AccountId,
        author: &T::AccountId,
        workers: &[T::AccountId],
        price: BalanceOf<T>,
        royalty: Permill,
    ) -> Result<Split<BalanceOf<T>>, DispatchError> {
        let count = u32::try_from(workers.len()).map_err(|_| ArithmeticError::Overflow)?;
        let times = |amount: BalanceOf<T>| {
            amount
                .checked_mul(&count.into())
                .ok_or(ArithmeticError::Overflow)
        };
        let split = Self::split_price(price, royalty);
        with_storage_layer(|| {
            let credit = Self::take(reason, from, times(price)?)?;
            let (royalties, rest) = credit.split(times(split.author)?);
            let (fees, mut wages) = rest.split(times(split.treasury)?);
            Self::give(reason, from, author, royalties)?;
            Self::give(reason, from, &T::Treasury::get(), fees)?;
            for worker in workers {
                let (wage, rest) = wages.split(split.worker);
                wages = rest;
                Self::give(reason, from, worker, wage)?;
                Self::deposit_event(Event::InferencePaid {
                    from: from.clone(),
                    author: author.clone(),
                    worker: worker.clone(),
                    author_amount: split.author,
                    treasury_amount: split.treasury,
                    worker_amount: split.worker,
                });
            }
            defensive_assert!(wages.peek().is_zero(), "the parts sum to the price");
            Ok(split)
        })
    }
}
