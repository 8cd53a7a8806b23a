//! Benchmarks of the payouts pallet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects
)]

use super::*;
use frame_benchmarking::v2::*;
use frame_support::traits::fungible::{Inspect, Mutate};
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;
use sp_runtime::traits::Zero;
use sp_runtime::Permill;

fn assert_last_event<T: Config>(event: Event<T>) {
    let event: <T as frame_system::Config>::RuntimeEvent = event.into();
    frame_system::Pallet::<T>::assert_last_event(event);
}

#[benchmarks]
mod benches {
    use super::*;

    /// Worst case: the claim opens the account.
    #[benchmark]
    fn claim() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let earner: T::AccountId = account("earner", 0, 0);
        let amount = T::Currency::minimum_balance();
        T::Currency::mint_into(&Pallet::<T>::account_id(), amount + amount)?;
        Claimable::<T>::insert(&earner, amount);
        TotalClaimable::<T>::mutate(|total| *total += amount);

        #[extrinsic_call]
        claim(RawOrigin::Signed(caller), earner.clone());

        assert!(Claimable::<T>::get(&earner).is_none());
        assert!(TotalClaimable::<T>::get().is_zero());
        assert_eq!(T::Currency::balance(&earner), amount);
        assert_last_event::<T>(Event::Claimed {
            who: earner,
            amount,
        });
        Ok(())
    }

    #[benchmark]
    fn set_parameters() -> Result<(), BenchmarkError> {
        let origin =
            T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let parameters = PayoutParameters {
            protocol_fee: Permill::from_percent(7),
        };

        #[extrinsic_call]
        set_parameters(origin as T::RuntimeOrigin, parameters);

        assert_eq!(Parameters::<T>::get(), parameters);
        assert_last_event::<T>(Event::ParametersChanged { parameters });
        Ok(())
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::mock::ExtBuilder::default().build(),
        crate::mock::Test
    );
}
