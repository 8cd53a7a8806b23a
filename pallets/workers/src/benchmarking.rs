//! Benchmarks of the workers pallet.
//!
//! The account that signs is whitelisted: whatever it calls, its fee and nonce read and write it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing
)]

use super::*;
use alloc::vec;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::traits::fungible::hold::{Inspect as _, Mutate as _};
use frame_support::traits::fungible::{Inspect as _, Mutate as _};
use frame_support::traits::{EnsureOrigin, Get};
use frame_support::BoundedVec;
use frame_system::RawOrigin;
use sp_runtime::traits::{Bounded, Zero};
use sp_runtime::{Permill, SaturatedConversion};
use veritrace_primitives::traits::{ModelId, ModelRegistry, WorkerPool};

const SEED: u32 = 0;

fn assert_last_event<T: Config>(event: Event<T>) {
    let event: <T as frame_system::Config>::RuntimeEvent = event.into();
    frame_system::Pallet::<T>::assert_last_event(event);
}

/// What the benchmarks of other pallets ask for: a worker that is its own operator, with stake for any price, and tickets
/// that can be drawn at once.
pub(crate) fn create_worker<T: Config>(worker: &T::AccountId, model: &ModelId) {
    Parameters::<T>::mutate(|parameters| parameters.ticket_age = Zero::zero());
    let parameters = Parameters::<T>::get();
    if !Workers::<T>::contains_key(worker) {
        let ample: BalanceOf<T> = 1_000_000_000_000_000_000u128.saturated_into();
        bonded::<T>(worker, worker, ample.max(parameters.min_bond));
    }
    serving::<T>(worker, &[*model], u32::MAX);
}

/// A worker with this stake.
fn bonded<T: Config>(worker: &T::AccountId, operator: &T::AccountId, stake: BalanceOf<T>) {
    let existence = T::Currency::minimum_balance();
    T::Currency::mint_into(worker, stake + existence + existence).expect("funds are minted");
    T::Currency::hold(&HoldReason::Stake.into(), worker, stake).expect("stake is held");
    Operators::<T>::insert(operator, worker);
    Workers::<T>::insert(
        worker,
        WorkerRecord {
            operator: operator.clone(),
            stake,
            locked: Zero::zero(),
            min_price: Zero::zero(),
            accusations: 0,
            unbonding: BoundedVec::new(),
            served: BoundedVec::new(),
        },
    );
}

/// Lets a worker serve models with up to so many tickets each, whatever its stake.
fn serving<T: Config>(worker: &T::AccountId, models: &[ModelId], tickets: u32) {
    Workers::<T>::mutate_extant(worker, |record| {
        for model in models {
            record.served.try_push(*model).expect("models are bounded");
        }
    });
    let entitled = Workers::<T>::get(worker)
        .expect("the worker is registered")
        .entitlement(&Parameters::<T>::get());
    for model in models {
        Pallet::<T>::set_tickets(worker, model, tickets.min(entitled));
    }
}

/// Parameters in which every unit of stake is a ticket. Returns the unit.
fn unit<T: Config>() -> BalanceOf<T> {
    let unit = T::Currency::minimum_balance().max(1_000u32.into());
    let parameters = WorkerParameters {
        min_bond: unit,
        ticket_size: unit,
        min_lock: unit,
        lock_multiple: 2,
        no_show_penalty: Zero::zero(),
        unbond_delay: 1u32.into(),
        ticket_age: Zero::zero(),
        max_draw_tries: MAX_DRAW_TRIES,
        no_show_share: Permill::zero(),
    };
    Parameters::<T>::put(parameters);
    unit
}

fn units<T: Config>(count: u32) -> BalanceOf<T> {
    unit::<T>() * count.into()
}

/// The models over which `n` tickets are spread, as few as possible, and each one's part.
fn spread<T: Config>(n: u32) -> Vec<(ModelId, u32)> {
    let most = T::MaxTickets::get();
    (0..n.div_ceil(most))
        .map(|model| {
            let mut id = [0xbe; 32];
            id[..4].copy_from_slice(&model.to_le_bytes());
            (id, most.min(n - model * most))
        })
        .collect()
}

/// A worker with `n` tickets, each of whose removal moves a rival's ticket.
fn crowded<T: Config>(stake: BalanceOf<T>, n: u32) -> T::AccountId {
    let (worker, rival) = (account("worker", 0, SEED), account("rival", 0, SEED));
    let most = units::<T>(T::MaxTickets::get());
    bonded::<T>(&worker, &account("operator", 0, SEED), most);
    bonded::<T>(&rival, &account("operator", 1, SEED), most);
    for (model, tickets) in spread::<T>(n) {
        serving::<T>(&worker, &[model], tickets);
        serving::<T>(&rival, &[model], u32::MAX);
    }
    // Its tickets stay, whatever it has left.
    Workers::<T>::mutate_extant(&worker, |record| record.stake = stake);
    worker
}

fn tickets_of<T: Config>(worker: &T::AccountId) -> u32 {
    TicketsOf::<T>::iter_prefix_values(worker)
        .map(|own| own.len() as u32)
        .sum()
}

/// A worker that lacks one unit of stake, which then makes `n` tickets.
fn short_of_tickets<T: Config>(n: u32) -> T::AccountId {
    let worker = account("worker", 0, SEED);
    let most = T::MaxTickets::get();
    bonded::<T>(&worker, &account("operator", 0, SEED), units::<T>(most - 1));
    for (model, missing) in spread::<T>(n) {
        serving::<T>(&worker, &[model], most - missing);
    }
    let existence = T::Currency::minimum_balance();
    T::Currency::mint_into(&worker, unit::<T>() + existence).expect("funds are minted");
    worker
}

#[benchmarks]
mod benches {
    use super::*;

    #[benchmark]
    fn register_worker() -> Result<(), BenchmarkError> {
        let worker: T::AccountId = whitelisted_caller();
        let operator: T::AccountId = account("operator", 0, SEED);
        let stake = unit::<T>();
        T::Currency::mint_into(&worker, stake + stake)?;

        #[extrinsic_call]
        register_worker(
            RawOrigin::Signed(worker.clone()),
            operator.clone(),
            stake,
            Zero::zero(),
        );

        assert_eq!(Operators::<T>::get(&operator), Some(worker.clone()));
        assert_eq!(
            T::Currency::balance_on_hold(&HoldReason::Stake.into(), &worker),
            stake
        );
        assert_last_event::<T>(Event::WorkerRegistered {
            worker,
            operator,
            stake,
            min_price: Zero::zero(),
        });
        Ok(())
    }

    #[benchmark]
    fn set_operator() {
        let worker: T::AccountId = whitelisted_caller();
        let operator: T::AccountId = account("operator", 1, SEED);
        bonded::<T>(&worker, &account("operator", 0, SEED), unit::<T>());

        #[extrinsic_call]
        set_operator(RawOrigin::Signed(worker.clone()), operator.clone());

        assert_eq!(Operators::<T>::iter().count(), 1);
        assert_last_event::<T>(Event::OperatorChanged { worker, operator });
    }

    /// `n` tickets are made.
    #[benchmark]
    fn bond_extra(n: Linear<0, { T::MaxServed::get().saturating_mul(T::MaxTickets::get()) }>) {
        let worker = short_of_tickets::<T>(n);
        whitelist_account!(worker);
        let amount = unit::<T>();
        let before = tickets_of::<T>(&worker);

        #[extrinsic_call]
        bond_extra(RawOrigin::Signed(worker.clone()), amount);

        assert_eq!(tickets_of::<T>(&worker), before + n);
        assert_last_event::<T>(Event::Bonded {
            worker,
            amount,
            stake: units::<T>(T::MaxTickets::get()),
        });
    }

    /// `n` tickets are taken away, and each moves a rival's.
    #[benchmark]
    fn unbond(n: Linear<0, { T::MaxServed::get().saturating_mul(T::MaxTickets::get()) }>) {
        let amount = units::<T>(T::MaxTickets::get());
        let worker = crowded::<T>(amount, n);
        whitelist_account!(worker);
        assert_eq!(tickets_of::<T>(&worker), n);

        #[extrinsic_call]
        unbond(RawOrigin::Signed(worker.clone()), amount);

        assert_eq!(tickets_of::<T>(&worker), 0);
        assert_last_event::<T>(Event::UnbondingStarted {
            worker,
            amount,
            at: frame_system::Pallet::<T>::block_number() + 1u32.into(),
        });
    }

    /// Everything a worker can be unbonding is due.
    #[benchmark]
    fn withdraw_unbonded() {
        let worker: T::AccountId = whitelisted_caller();
        let chunks = T::MaxUnbonding::get();
        let amount = units::<T>(chunks);
        bonded::<T>(&worker, &account("operator", 0, SEED), amount);
        Workers::<T>::mutate_extant(&worker, |record| {
            record.stake = Zero::zero();
            record.unbonding = unbonding::<T>(Zero::zero());
        });

        #[extrinsic_call]
        withdraw_unbonded(RawOrigin::Signed(worker.clone()));

        assert!(T::Currency::balance_on_hold(&HoldReason::Stake.into(), &worker).is_zero());
        assert_last_event::<T>(Event::Withdrawn { worker, amount });
    }

    /// Everything a worker can be unbonding is bonded again, and makes `n` tickets.
    #[benchmark]
    fn rebond(n: Linear<0, { T::MaxServed::get().saturating_mul(T::MaxTickets::get()) }>) {
        let worker = short_of_tickets::<T>(n);
        whitelist_account!(worker);
        let amount = units::<T>(T::MaxUnbonding::get());
        let before = tickets_of::<T>(&worker);
        T::Currency::mint_into(&worker, amount).expect("funds are minted");
        T::Currency::hold(&HoldReason::Stake.into(), &worker, amount).expect("stake is held");
        Workers::<T>::mutate_extant(&worker, |record| {
            record.unbonding = unbonding::<T>(Bounded::max_value());
        });

        #[extrinsic_call]
        rebond(RawOrigin::Signed(worker.clone()), amount);

        assert_eq!(tickets_of::<T>(&worker), before + n);
        assert_last_event::<T>(Event::Rebonded {
            worker,
            amount,
            stake: amount + units::<T>(T::MaxTickets::get() - 1),
        });
    }

    /// `n` tickets are made. The operator signs, so that its worker has to be looked up.
    #[benchmark]
    fn serve_model(n: Linear<1, { T::MaxTickets::get() }>) {
        let worker: T::AccountId = account("worker", 0, SEED);
        let operator: T::AccountId = whitelisted_caller();
        let model = T::Models::create_live_model(&account("author", 0, SEED), 16);
        bonded::<T>(&worker, &operator, units::<T>(n));

        #[extrinsic_call]
        serve_model(RawOrigin::Signed(operator), model);

        assert_eq!(tickets_of::<T>(&worker), n);
        assert_last_event::<T>(Event::TicketsChanged {
            worker,
            model,
            tickets: n,
        });
    }

    /// `n` tickets are taken away, and each moves a rival's.
    #[benchmark]
    fn stop_serving(n: Linear<1, { T::MaxTickets::get() }>) {
        let worker = crowded::<T>(units::<T>(n), n);
        let operator = account("operator", 0, SEED);
        let model = spread::<T>(n)[0].0;

        #[extrinsic_call]
        stop_serving(RawOrigin::Signed(operator), model);

        assert_eq!(tickets_of::<T>(&worker), 0);
        assert_last_event::<T>(Event::ServingStopped { worker, model });
    }

    #[benchmark]
    fn set_min_price() {
        let worker: T::AccountId = account("worker", 0, SEED);
        let operator: T::AccountId = whitelisted_caller();
        let min_price = unit::<T>();
        bonded::<T>(&worker, &operator, min_price);

        #[extrinsic_call]
        set_min_price(RawOrigin::Signed(operator), min_price);

        assert_last_event::<T>(Event::MinPriceChanged { worker, min_price });
    }

    /// `n` void tickets are left, and taking each away moves a rival's.
    #[benchmark]
    fn deregister(n: Linear<0, { T::MaxServed::get().saturating_mul(T::MaxTickets::get()) }>) {
        let worker = crowded::<T>(Zero::zero(), n);
        whitelist_account!(worker);

        #[extrinsic_call]
        deregister(RawOrigin::Signed(worker.clone()));

        assert_eq!(tickets_of::<T>(&worker), 0);
        assert!(!Workers::<T>::contains_key(&worker));
        assert_last_event::<T>(Event::Deregistered { worker });
    }

    #[benchmark]
    fn set_parameters() -> Result<(), BenchmarkError> {
        let origin =
            T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        unit::<T>();
        let mut parameters = Parameters::<T>::get();
        parameters.lock_multiple = 9;

        #[extrinsic_call]
        set_parameters(origin as T::RuntimeOrigin, parameters);

        assert_eq!(Parameters::<T>::get(), parameters);
        assert_last_event::<T>(Event::ParametersChanged { parameters });
        Ok(())
    }

    /// `n` void tickets are taken away, and each moves a rival's.
    #[benchmark]
    fn refresh_tickets(n: Linear<1, { T::MaxTickets::get() }>) {
        let worker = crowded::<T>(Zero::zero(), n);
        let caller = whitelisted_caller();
        let model = spread::<T>(n)[0].0;

        #[extrinsic_call]
        refresh_tickets(RawOrigin::Signed(caller), worker.clone(), model);

        assert_last_event::<T>(Event::TicketsChanged {
            worker,
            model,
            tickets: 0,
        });
    }

    /// Every try meets the void ticket of another worker, and taking it away moves that of a third.
    #[benchmark]
    fn draw_void(n: Linear<1, MAX_DRAW_TRIES>) {
        let stake = unit::<T>();
        let model = [0xbe; 32];
        for index in 0..2 * n {
            let worker = account("worker", index, SEED);
            bonded::<T>(&worker, &account("operator", index, SEED), stake);
            serving::<T>(&worker, &[model], 1);
            Workers::<T>::mutate_extant(&worker, |record| record.stake = Zero::zero());
        }
        Parameters::<T>::mutate(|parameters| parameters.max_draw_tries = n);
        let drawn;

        #[block]
        {
            drawn = <Pallet<T> as WorkerPool<_, _>>::draw(&model, stake, 0, &[], [7; 32]);
        }

        assert_eq!(drawn, None);
        assert_eq!(TicketCount::<T>::get(model), n);
    }

    #[benchmark]
    fn draw_hit() {
        let worker: T::AccountId = account("worker", 0, SEED);
        let model = [0xbe; 32];
        let price = unit::<T>();
        create_worker::<T>(&worker, &model);
        let drawn;

        #[block]
        {
            drawn = <Pallet<T> as WorkerPool<_, _>>::draw(&model, price, 0, &[], [7; 32]);
        }

        assert_eq!(drawn, Some(worker.clone()));
        assert_last_event::<T>(Event::Locked {
            worker,
            request: 0,
            amount: price + price,
        });
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::mock::ExtBuilder::default().build(),
        crate::mock::Test
    );
}

type Unbonding<T> = BoundedVec<
    UnbondChunk<BalanceOf<T>, frame_system::pallet_prelude::BlockNumberFor<T>>,
    <T as Config>::MaxUnbonding,
>;

/// As many chunks of one unit as a worker can have.
fn unbonding<T: Config>(at: frame_system::pallet_prelude::BlockNumberFor<T>) -> Unbonding<T> {
    let chunk = UnbondChunk {
        amount: unit::<T>(),
        at,
    };
    BoundedVec::truncate_from(vec![chunk; T::MaxUnbonding::get() as usize])
}
