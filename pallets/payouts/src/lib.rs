#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[deny(clippy::expect_used)]
mod impls;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
#[deny(clippy::expect_used)]
mod types;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::pallet_prelude::*;
    use frame_support::traits::fungible::{
        hold::Balanced as HoldBalanced, Inspect as FungibleInspect, Mutate as FungibleMutate,
    };
    use frame_support::PalletId;
    use frame_system::pallet_prelude::*;
    use sp_runtime::traits::{Saturating, Zero};

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// Configuration of the pallet.
    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// The currency prices are paid in.
        type Currency: FungibleMutate<Self::AccountId>
            + HoldBalanced<Self::AccountId, Reason = Self::RuntimeHoldReason>;

        /// The runtime's hold reasons: the caller of [`Payments`](veritrace_primitives::traits::Payments) names the
        /// one its funds are held for.
        type RuntimeHoldReason: Parameter;

        /// Derives the account that keeps what is claimable.
        #[pallet::constant]
        type PalletId: Get<PalletId>;

        /// Where the protocol fee goes.
        type Treasury: Get<Self::AccountId>;

        /// Who may change the parameters.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The fee in force.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, PayoutParameters, ValueQuery>;

    /// What was earned by accounts it was too little to open. Never zero.
    #[pallet::storage]
    pub type Claimable<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, BalanceOf<T>, OptionQuery>;

    /// Sum of [`Claimable`].
    #[pallet::storage]
    pub type TotalClaimable<T: Config> = StorageValue<_, BalanceOf<T>, ValueQuery>;

    /// Genesis of the pallet: the parameters. The pallet's account is endowed with the existential deposit, so this
    /// pallet comes after the currency's.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The fee.
        pub parameters: PayoutParameters,
        /// Only ties the type to the runtime.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(
                self.parameters.is_consistent(),
                "payouts: the protocol fee is at most 100 %"
            );
            Parameters::<T>::put(self.parameters);
            let pot = Pallet::<T>::account_id();
            let missing =
                T::Currency::minimum_balance().saturating_sub(T::Currency::total_balance(&pot));
            let endowed = T::Currency::mint_into(&pot, missing);
            assert!(
                missing.is_zero() || endowed.is_ok(),
                "payouts: the pallet's account is endowed"
            );
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Held funds were paid out.
        Paid {
            /// What they were held for.
            reason: T::RuntimeHoldReason,
            /// Whose hold they came from.
            from: T::AccountId,
            /// Who has them now, free.
            to: T::AccountId,
            /// How much.
            amount: BalanceOf<T>,
        },
        /// Held funds were earned by an account that they are too little to open. They wait for `claim`.
        MadeClaimable {
            /// What they were held for.
            reason: T::RuntimeHoldReason,
            /// Whose hold they came from.
            from: T::AccountId,
            /// Who may claim them.
            to: T::AccountId,
            /// How much was added.
            amount: BalanceOf<T>,
        },
        /// The price of one inference was split and paid. The three amounts sum to the price.
        InferencePaid {
            /// Who paid.
            from: T::AccountId,
            /// The model's author.
            author: T::AccountId,
            /// The worker.
            worker: T::AccountId,
            /// The royalty.
            author_amount: BalanceOf<T>,
            /// The protocol fee.
            treasury_amount: BalanceOf<T>,
            /// The remainder.
            worker_amount: BalanceOf<T>,
        },
        /// What was claimable was paid out.
        Claimed {
            /// Who earned it.
            who: T::AccountId,
            /// How much.
            amount: BalanceOf<T>,
        },
        /// The fee was changed.
        ParametersChanged {
            /// The new values.
            parameters: PayoutParameters,
        },
    }

    /// Why a call failed.
    #[pallet::error]
    pub enum Error<T> {
        /// The account has nothing to claim: it was paid directly, or this was claimed already. Look at its balance.
        NothingClaimable,
        /// What is claimable still does not open the account. Send the account the existential deposit, or wait until it
        /// has earned more.
        AccountNotOpen,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Pays out what `who` can claim.
        ///
        /// ## Dispatch Origin
        ///
        /// Any signed account, for any other.
        ///
        /// ## Details
        ///
        /// All of it is paid at once, as soon as it, with what the account has, reaches the existential deposit.
        ///
        /// ## Events
        ///
        /// [`Event::Claimed`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::claim())]
        pub fn claim(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_claim(&who)
        }

        /// Changes the fee of payments from now on.
        ///
        /// ## Dispatch Origin
        ///
        /// [`Config::AdminOrigin`].
        ///
        /// ## Events
        ///
        /// [`Event::ParametersChanged`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::set_parameters())]
        pub fn set_parameters(
            origin: OriginFor<T>,
            parameters: PayoutParameters,
        ) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_set_parameters(parameters);
            Ok(())
        }
    }
}
