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

#[cfg(any(test, feature = "runtime-benchmarks", feature = "try-runtime"))]
extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[deny(clippy::expect_used)]
mod dispatchable_impls;
pub mod migrations;
#[cfg(test)]
mod mock;
#[deny(clippy::expect_used)]
mod pool;
#[cfg(test)]
mod tests;
#[deny(clippy::expect_used)]
mod tickets;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
#[deny(clippy::expect_used)]
mod types;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::pallet_prelude::*;
    use frame_support::traits::fungible::{hold::Mutate as HoldMutate, Mutate as FungibleMutate};
    use frame_system::pallet_prelude::*;
    use veritrace_primitives::traits::{ModelId, ModelRegistry, Payments, RequestId};
    use veritrace_primitives::walk::Key;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

    /// Configuration of the pallet.
    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// The currency stake is held in.
        type Currency: FungibleMutate<Self::AccountId>
            + HoldMutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason> + Parameter;

        /// Pays shares of a slashed lock.
        type Payments: Payments<Self::AccountId, BalanceOf<Self>, Self::RuntimeHoldReason>;

        /// Says which models can be served.
        type Models: ModelRegistry<Self::AccountId, BalanceOf<Self>>;

        /// Who may change the parameters.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Most tickets a worker has for one model, however much stake it has.
        #[pallet::constant]
        type MaxTickets: Get<u32>;

        /// Most models a worker serves.
        #[pallet::constant]
        type MaxServed: Get<u32>;

        /// Most amounts a worker is unbonding.
        #[pallet::constant]
        type MaxUnbonding: Get<u32>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A worker's stake: bonded, locked or unbonding.
        #[codec(index = 0)]
        Stake,
    }

    /// The parameters in force.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, ParametersOf<T>, ValueQuery>;

    /// The workers, by the account whose stake it is.
    #[pallet::storage]
    pub type Workers<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, WorkerRecord<T>, OptionQuery>;

    /// The worker each operator key signs for.
    #[pallet::storage]
    pub type Operators<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, T::AccountId, OptionQuery>;

    /// Stake locked by a worker for a request. Never zero.
    // Hasher: Twox safe for requests, which are counted.
    #[pallet::storage]
    pub type Locks<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        T::AccountId,
        Twox64Concat,
        RequestId,
        BalanceOf<T>,
        OptionQuery,
    >;

    /// The tickets for a model, from zero to its [`TicketCount`] without a gap.
    // Hasher: Identity safe for models, which are hashes; Twox for indices, which are counted.
    #[pallet::storage]
    pub type Tickets<T: Config> =
        StorageDoubleMap<_, Identity, ModelId, Twox64Concat, u32, TicketOf<T>, OptionQuery>;

    /// How many tickets there are for a model.
    // Hasher: Identity safe for models, which are hashes.
    #[pallet::storage]
    pub type TicketCount<T: Config> = StorageMap<_, Identity, ModelId, u32, ValueQuery>;

    /// Where a worker's tickets for a model are, by their ordinal. Never empty.
    // Hasher: Identity safe for models, which are hashes.
    #[pallet::storage]
    pub type TicketsOf<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        T::AccountId,
        Identity,
        ModelId,
        BoundedVec<u32, T::MaxTickets>,
        ValueQuery,
    >;

    /// Genesis of the pallet: its parameters.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The parameters.
        pub parameters: ParametersOf<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(
                self.parameters.is_consistent(),
                "workers: the parameters are consistent"
            );
            Parameters::<T>::put(self.parameters);
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker was registered.
        WorkerRegistered {
            /// Whose stake it is.
            worker: T::AccountId,
            /// The key that signs its work.
            operator: T::AccountId,
            /// What was bonded.
            stake: BalanceOf<T>,
            /// It is not drawn for less.
            min_price: BalanceOf<T>,
        },
        /// Another key signs a worker's work from now on.
        OperatorChanged {
            /// The worker.
            worker: T::AccountId,
            /// The new key.
            operator: T::AccountId,
        },
        /// More stake was bonded.
        Bonded {
            /// The worker.
            worker: T::AccountId,
            /// How much was added.
            amount: BalanceOf<T>,
            /// What is bonded now.
            stake: BalanceOf<T>,
        },
        /// Stake began to be unbonded.
        UnbondingStarted {
            /// The worker.
            worker: T::AccountId,
            /// How much.
            amount: BalanceOf<T>,
            /// The block from which it can be withdrawn.
            at: BlockNumberFor<T>,
        },
        /// Unbonded stake was given back.
        Withdrawn {
            /// The worker.
            worker: T::AccountId,
            /// How much.
            amount: BalanceOf<T>,
        },
        /// Stake that was unbonding was bonded again.
        Rebonded {
            /// The worker.
            worker: T::AccountId,
            /// How much.
            amount: BalanceOf<T>,
            /// What is bonded now.
            stake: BalanceOf<T>,
        },
        /// A worker serves a model from now on.
        ServingStarted {
            /// The worker.
            worker: T::AccountId,
            /// The model.
            model: ModelId,
        },
        /// A worker no longer serves a model. Work it has already been drawn for remains.
        ServingStopped {
            /// The worker.
            worker: T::AccountId,
            /// The model.
            model: ModelId,
        },
        /// A worker's tickets for a model were made or taken away.
        TicketsChanged {
            /// The worker.
            worker: T::AccountId,
            /// The model.
            model: ModelId,
            /// How many it has now.
            tickets: u32,
        },
        /// A worker asks another price.
        MinPriceChanged {
            /// The worker.
            worker: T::AccountId,
            /// It is not drawn for less.
            min_price: BalanceOf<T>,
        },
        /// A worker left.
        Deregistered {
            /// The worker.
            worker: T::AccountId,
        },
        /// A worker was drawn for a request, and stake was locked.
        Locked {
            /// The worker.
            worker: T::AccountId,
            /// The request.
            request: RequestId,
            /// How much.
            amount: BalanceOf<T>,
        },
        /// A lock was given back in full.
        LockReleased {
            /// The worker.
            worker: T::AccountId,
            /// The request.
            request: RequestId,
            /// How much.
            amount: BalanceOf<T>,
        },
        /// A worker missed a deadline.
        NoShowPenalised {
            /// The worker.
            worker: T::AccountId,
            /// The request.
            request: RequestId,
            /// What was burned.
            burned: BalanceOf<T>,
            /// What of the lock was given back.
            released: BalanceOf<T>,
        },
        /// A worker was convicted, and lost the lock.
        Slashed {
            /// The worker.
            worker: T::AccountId,
            /// The request.
            request: RequestId,
            /// What of the lock was paid to others.
            paid: BalanceOf<T>,
            /// What was burned.
            burned: BalanceOf<T>,
        },
        /// A challenge was opened against a claim of the worker. It gets no new work.
        Accused {
            /// The worker.
            worker: T::AccountId,
            /// Challenges open now.
            accusations: u32,
        },
        /// A challenge against a claim of the worker is over.
        Absolved {
            /// The worker.
            worker: T::AccountId,
            /// Challenges still open.
            accusations: u32,
        },
        /// The parameters were changed.
        ParametersChanged {
            /// The new values.
            parameters: ParametersOf<T>,
        },
        /// What an earlier release stored under this key is not what it stores. It was left as it is: root can look at it, and
        /// put it right with `set_storage`.
        NotMigrated {
            /// The key, with the map's prefix.
            key: Key,
        },
    }

    /// Why a call failed.
    #[pallet::error]
    pub enum Error<T> {
        /// The account is a worker already. Use `bond_extra` to add stake.
        AlreadyRegistered,
        /// The account is no worker, nor, where that would do, a worker's operator. Register first.
        NotRegistered,
        /// The key signs for a worker already. Make a new key for each worker.
        OperatorTaken,
        /// A worker is registered with at least the least bond. Bond more.
        BondTooSmall,
        /// The stake is below the least bond, so that it makes no tickets. Bond more, then serve.
        StakeTooSmall,
        /// Nothing was to be moved. Name an amount above zero.
        NothingToMove,
        /// The amount is more than what is bonded and not locked for claims. Wait until claims are final, or name less.
        StakeLocked,
        /// The worker is unbonding as many amounts as it can. Withdraw those that are due, or wait.
        TooManyUnbonding,
        /// No unbonded stake is due. Wait for the block named when it was unbonded.
        NothingToWithdraw,
        /// Nothing is unbonding, so nothing can be bonded again. Use `bond_extra`.
        NothingUnbonding,
        /// The model is unknown, unfinished or condemned. Only live models can be served.
        ModelNotServable,
        /// The worker serves the model already. Nothing is left to do.
        AlreadyServed,
        /// The worker does not serve the model. Read the record's `served`.
        NotServed,
        /// The worker serves as many models as it can. Stop serving another.
        TooManyServed,
        /// The worker has stake, bonded or unbonding. Unbond and withdraw it before leaving.
        StillBonded,
        /// A challenge against a claim of the worker is open. It can leave when that is over.
        StillAccused,
        /// The parameters do not fit each other. See [`WorkerParameters::is_consistent`].
        InconsistentParameters,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::MaxTickets::get() > 0, "a worker can have a ticket");
            assert!(T::MaxServed::get() > 0, "a worker can serve a model");
            assert!(T::MaxUnbonding::get() > 0, "a worker can unbond");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers the caller as a worker.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the account whose stake it is.
        ///
        /// ## Details
        ///
        /// `bond` is put on hold. `operator` signs the work; it may be the account itself, but a key of its own need not be
        /// kept where the stake's is. The worker is not drawn for less than `min_price`.
        ///
        /// ## Events
        ///
        /// [`Event::WorkerRegistered`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_worker())]
        pub fn register_worker(
            origin: OriginFor<T>,
            operator: T::AccountId,
            #[pallet::compact] bond: BalanceOf<T>,
            #[pallet::compact] min_price: BalanceOf<T>,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_register(worker, operator, bond, min_price)
        }

        /// Replaces the key that signs the worker's work.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker itself: never by the operator.
        ///
        /// ## Events
        ///
        /// [`Event::OperatorChanged`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::set_operator())]
        pub fn set_operator(origin: OriginFor<T>, operator: T::AccountId) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_set_operator(worker, operator)
        }

        /// Bonds more stake.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker itself.
        ///
        /// ## Details
        ///
        /// Tickets it makes are new: they can be drawn once they have the age. Older ones keep theirs.
        ///
        /// ## Events
        ///
        /// [`Event::Bonded`], and [`Event::TicketsChanged`] for each model whose tickets did.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::bond_extra(Pallet::<T>::most_ticket_changes()))]
        pub fn bond_extra(
            origin: OriginFor<T>,
            #[pallet::compact] amount: BalanceOf<T>,
        ) -> DispatchResultWithPostInfo {
            let worker = ensure_signed(origin)?;
            let changed = Self::do_bond_extra(worker, amount)?;
            Ok(Some(T::WeightInfo::bond_extra(changed)).into())
        }

        /// Begins to take out stake that is not locked.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker itself.
        ///
        /// ## Details
        ///
        /// From now on the amount makes no tickets and cannot be locked, but it stays on hold for the unbonding delay.
        ///
        /// ## Events
        ///
        /// [`Event::UnbondingStarted`], and [`Event::TicketsChanged`] for each model whose tickets did.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::unbond(Pallet::<T>::most_ticket_changes()))]
        pub fn unbond(
            origin: OriginFor<T>,
            #[pallet::compact] amount: BalanceOf<T>,
        ) -> DispatchResultWithPostInfo {
            let worker = ensure_signed(origin)?;
            let changed = Self::do_unbond(worker, amount)?;
            Ok(Some(T::WeightInfo::unbond(changed)).into())
        }

        /// Gives back everything whose unbonding delay is over.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker itself.
        ///
        /// ## Events
        ///
        /// [`Event::Withdrawn`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::withdraw_unbonded())]
        pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_withdraw(worker)
        }

        /// Bonds again what is unbonding, the newest first, up to `amount`.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker itself.
        ///
        /// ## Events
        ///
        /// [`Event::Rebonded`], and [`Event::TicketsChanged`] for each model whose tickets did.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::rebond(Pallet::<T>::most_ticket_changes()))]
        pub fn rebond(
            origin: OriginFor<T>,
            #[pallet::compact] amount: BalanceOf<T>,
        ) -> DispatchResultWithPostInfo {
            let worker = ensure_signed(origin)?;
            let changed = Self::do_rebond(worker, amount)?;
            Ok(Some(T::WeightInfo::rebond(changed)).into())
        }

        /// Serves a model: from now on the worker has tickets for it.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker or its operator.
        ///
        /// ## Events
        ///
        /// [`Event::ServingStarted`], [`Event::TicketsChanged`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::serve_model(T::MaxTickets::get()))]
        pub fn serve_model(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
            let signer = ensure_signed(origin)?;
            let changed = Self::do_serve(signer, model)?;
            Ok(Some(T::WeightInfo::serve_model(changed)).into())
        }

        /// Serves a model no longer: its tickets are taken away.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker or its operator.
        ///
        /// ## Details
        ///
        /// Requests the worker has been drawn for are still its own.
        ///
        /// ## Events
        ///
        /// [`Event::ServingStopped`], and [`Event::TicketsChanged`] if there were tickets.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::stop_serving(T::MaxTickets::get()))]
        pub fn stop_serving(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
            let signer = ensure_signed(origin)?;
            let changed = Self::do_stop_serving(signer, model)?;
            Ok(Some(T::WeightInfo::stop_serving(changed)).into())
        }

        /// Sets the price below which the worker is not drawn.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker or its operator.
        ///
        /// ## Events
        ///
        /// [`Event::MinPriceChanged`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::set_min_price())]
        pub fn set_min_price(
            origin: OriginFor<T>,
            #[pallet::compact] min_price: BalanceOf<T>,
        ) -> DispatchResult {
            let signer = ensure_signed(origin)?;
            Self::do_set_min_price(signer, min_price)
        }

        /// Leaves: the worker's records are removed.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the worker itself.
        ///
        /// ## Details
        ///
        /// Only with all stake withdrawn, so that leaving is no way around the unbonding delay, and with no challenge open.
        ///
        /// ## Events
        ///
        /// [`Event::Deregistered`], after [`Event::TicketsChanged`] for void tickets that were left.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::deregister(Pallet::<T>::most_ticket_changes()))]
        pub fn deregister(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
            let worker = ensure_signed(origin)?;
            let changed = Self::do_deregister(worker)?;
            Ok(Some(T::WeightInfo::deregister(changed)).into())
        }

        /// Changes the parameters.
        ///
        /// ## Dispatch Origin
        ///
        /// [`Config::AdminOrigin`].
        ///
        /// ## Details
        ///
        /// Locks keep their amounts, and unbonding stake its block. Tickets that are void by the new values are never
        /// drawn; new ones are made at each worker's next change of stake, or by `refresh_tickets`.
        ///
        /// ## Events
        ///
        /// [`Event::ParametersChanged`].
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::set_parameters())]
        pub fn set_parameters(origin: OriginFor<T>, parameters: ParametersOf<T>) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_set_parameters(parameters)
        }

        /// Makes a worker's tickets for a model as many as its stake entitles it to.
        ///
        /// ## Dispatch Origin
        ///
        /// Any signed account.
        ///
        /// ## Details
        ///
        /// Only needed after a slash or a change of parameters: void tickets cost draws their tries.
        ///
        /// ## Events
        ///
        /// [`Event::TicketsChanged`] if they did.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::refresh_tickets(T::MaxTickets::get()))]
        pub fn refresh_tickets(
            origin: OriginFor<T>,
            worker: T::AccountId,
            model: ModelId,
        ) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let changed = Self::do_refresh_tickets(worker, model)?;
            Ok(Some(T::WeightInfo::refresh_tickets(changed)).into())
        }
    }
}
