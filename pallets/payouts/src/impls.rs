//! Bodies of the calls, and the payments other pallets ask for.

use crate::{
    BalanceOf, Claimable, Config, Error, Event, Pallet, Parameters, PayoutParameters,
    TotalClaimable,
};
use frame_support::pallet_prelude::*;
use frame_support::storage::with_storage_layer;
use frame_support::traits::fungible::{hold::Mutate as _, Inspect as _, Mutate as _};
use frame_support::traits::tokens::{
    DepositConsequence, Fortitude, Precision, Preservation, Provenance, Restriction,
};
use sp_runtime::traits::{AccountIdConversion, CheckedAdd, Saturating, Zero};
use sp_runtime::{ArithmeticError, Permill};
use veritrace_primitives::traits::{Payments, Split};

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

    fn do_pay(
        reason: &T::RuntimeHoldReason,
        from: &T::AccountId,
        to: &T::AccountId,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        if amount.is_zero() {
            return Ok(());
        }
        if Self::opens(to, amount) {
            Self::move_held(reason, from, to, amount)?;
            Self::deposit_event(Event::Paid {
                from: from.clone(),
                to: to.clone(),
                amount,
            });
            return Ok(());
        }
        Self::move_held(reason, from, &Self::account_id(), amount)?;
        let claimable = Claimable::<T>::get(to)
            .unwrap_or_default()
            .checked_add(&amount)
            .ok_or(ArithmeticError::Overflow)?;
        let total = TotalClaimable::<T>::get()
            .checked_add(&amount)
            .ok_or(ArithmeticError::Overflow)?;
        Claimable::<T>::insert(to, claimable);
        TotalClaimable::<T>::put(total);
        Self::deposit_event(Event::MadeClaimable {
            from: from.clone(),
            to: to.clone(),
            amount,
        });
        Ok(())
    }

    /// Whether the account exists, or exists once it has `amount` more.
    fn opens(who: &T::AccountId, amount: BalanceOf<T>) -> bool {
        T::Currency::can_deposit(who, amount, Provenance::Extant) == DepositConsequence::Success
    }

    // Held funds are owed: no freeze of the payer stands in the way.
    fn move_held(
        reason: &T::RuntimeHoldReason,
        from: &T::AccountId,
        to: &T::AccountId,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        T::Currency::transfer_on_hold(
            reason,
            from,
            to,
            amount,
            Precision::Exact,
            Restriction::Free,
            Fortitude::Force,
        )
        .map(|_| ())
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
        with_storage_layer(|| Self::do_pay(reason, from, to, amount))
    }

    fn pay_inference(
        reason: &T::RuntimeHoldReason,
        from: &T::AccountId,
        author: &T::AccountId,
        worker: &T::AccountId,
        price: BalanceOf<T>,
        royalty: Permill,
    ) -> Result<Split<BalanceOf<T>>, DispatchError> {
        with_storage_layer(|| {
            let split = Self::split_price(price, royalty);
            Self::do_pay(reason, from, author, split.author)?;
            Self::do_pay(reason, from, &T::Treasury::get(), split.treasury)?;
            Self::do_pay(reason, from, worker, split.worker)?;
            Self::deposit_event(Event::InferencePaid {
                from: from.clone(),
                author: author.clone(),
                worker: worker.clone(),
                author_amount: split.author,
                treasury_amount: split.treasury,
                worker_amount: split.worker,
            });
            Ok(split)
        })
    }
}
