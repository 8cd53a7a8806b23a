//! Invariants of the pallet.

use crate::{BalanceOf, Claimable, Config, Pallet, Parameters, TotalClaimable};
use frame_support::ensure;
use frame_support::traits::fungible::Inspect;
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// ## Invariants
    ///
    /// 1. The parameters are there, can be read, and are consistent. A fee above 100 % is one that cannot be read.
    /// 2. Nobody can claim nothing, and `TotalClaimable` is the sum of what can be claimed.
    /// 3. The pallet's account has all of it, and the existential deposit besides.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(
            Parameters::<T>::try_get().is_ok_and(|parameters| parameters.is_consistent()),
            "payouts 1: consistent parameters"
        );
        let mut sum = BalanceOf::<T>::zero();
        for (_, amount) in Claimable::<T>::iter() {
            ensure!(!amount.is_zero(), "payouts 2: no empty claim");
            sum = sum.saturating_add(amount);
        }
        let total = TotalClaimable::<T>::get();
        ensure!(
            total == sum,
            "payouts 2: the total is the sum of the claims"
        );
        ensure!(
            T::Currency::balance(&Self::account_id())
                >= total.saturating_add(T::Currency::minimum_balance()),
            "payouts 3: the pallet's account covers every claim"
        );
        Ok(())
    }
}
