//! Random sequences of everything that can happen to workers.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const REQUESTS: u64 = 6;

#[derive(Clone, Debug)]
enum Operation {
    Register(AccountId, Balance),
    SetOperator(AccountId, AccountId),
    BondExtra(AccountId, Balance),
    Unbond(AccountId, Balance),
    Withdraw(AccountId),
    Rebond(AccountId, Balance),
    Serve(AccountId, ModelId),
    StopServing(AccountId, ModelId),
    SetMinPrice(AccountId, Balance),
    Deregister(AccountId),
    Refresh(AccountId, ModelId),
    Draw {
        model: ModelId,
        price: Balance,
        request: u64,
        excluded: AccountId,
        seed: u64,
    },
    Release(AccountId, u64),
    Penalise(AccountId, u64),
    Slash(AccountId, u64, Vec<(AccountId, Balance)>),
    Accuse(AccountId),
    Absolve(AccountId),
    SetParameters {
        min_bond: Balance,
        ticket_size: Balance,
    },
    Advance(u32),
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let who = || ALICE..=4u64;
    let model = || prop_oneof![Just(MODEL), Just(OTHER)];
    let amount = || prop_oneof![0u128..150, 150u128..1_200];
    let request = || 0..REQUESTS;
    let shares = proptest::collection::vec((1u64..60, 0u128..200), 0..4);
    prop_oneof![
        4 => (who(), amount()).prop_map(|(worker, bond)| Register(worker, bond)),
        1 => (who(), 101u64..110).prop_map(|(worker, key)| SetOperator(worker, key)),
        3 => (who(), amount()).prop_map(|(worker, amount)| BondExtra(worker, amount)),
        3 => (who(), amount()).prop_map(|(worker, amount)| Unbond(worker, amount)),
        2 => who().prop_map(Withdraw),
        2 => (who(), amount()).prop_map(|(worker, amount)| Rebond(worker, amount)),
        5 => (who(), model()).prop_map(|(worker, model)| Serve(worker, model)),
        1 => (who(), model()).prop_map(|(worker, model)| StopServing(worker, model)),
        1 => (who(), 0u128..20).prop_map(|(worker, price)| SetMinPrice(worker, price)),
        1 => who().prop_map(Deregister),
        1 => (who(), model()).prop_map(|(worker, model)| Refresh(worker, model)),
        8 => (model(), 0u128..60, request(), who(), any::<u64>()).prop_map(
            |(model, price, request, excluded, seed)| Draw { model, price, request, excluded, seed }
        ),
        2 => (who(), request()).prop_map(|(worker, request)| Release(worker, request)),
        2 => (who(), request()).prop_map(|(worker, request)| Penalise(worker, request)),
        3 => (who(), request(), shares)
            .prop_map(|(worker, request, shares)| Slash(worker, request, shares)),
        1 => who().prop_map(Accuse),
        2 => who().prop_map(Absolve),
        1 => (100u128..400, 40u128..100)
            .prop_map(|(min_bond, ticket_size)| SetParameters { min_bond, ticket_size }),
        4 => (1u32..12).prop_map(Advance),
    ]
}

/// What the pallet is checked against besides its own invariants.
#[derive(Default)]
struct Shadow {
    burned: Balance,
    accusations: BTreeMap<AccountId, u32>,
    locks: BTreeMap<(AccountId, u64), Balance>,
}

impl Shadow {
    fn play(&mut self, operation: Operation) {
        use Operation::*;
        match operation {
            Register(worker, bond) => {
                let _ = register(worker, bond);
            }
            SetOperator(worker, key) => {
                let _ = WorkersPallet::set_operator(signed(worker), key);
            }
            BondExtra(worker, amount) => {
                let _ = WorkersPallet::bond_extra(signed(worker), amount);
            }
            Unbond(worker, amount) => {
                let _ = WorkersPallet::unbond(signed(worker), amount);
            }
            Withdraw(worker) => {
                let _ = WorkersPallet::withdraw_unbonded(signed(worker));
            }
            Rebond(worker, amount) => {
                let _ = WorkersPallet::rebond(signed(worker), amount);
            }
            Serve(worker, model) => {
                let _ = serve(worker, model);
            }
            StopServing(worker, model) => {
                let _ = WorkersPallet::stop_serving(signed(worker), model);
            }
            SetMinPrice(worker, price) => {
                let _ = WorkersPallet::set_min_price(signed(worker), price);
            }
            Deregister(worker) => {
                if WorkersPallet::deregister(signed(worker)).is_ok() {
                    assert!(self.locks.keys().all(|(owner, _)| *owner != worker));
                    assert_eq!(self.accusations.get(&worker).copied().unwrap_or(0), 0);
                }
            }
            Refresh(worker, model) => {
                let _ = WorkersPallet::refresh_tickets(signed(CHARLIE), worker, model);
            }
            Draw {
                model,
                price,
                request,
                excluded,
                seed: number,
            } => self.draw(model, price, request, excluded, number),
            Release(worker, request) => {
                WorkersPallet::release(&worker, request);
                self.locks.remove(&(worker, request));
            }
            Penalise(worker, request) => {
                let burned = WorkersPallet::penalise(&worker, request);
                let lock = self.locks.remove(&(worker, request)).unwrap_or(0);
                assert_eq!(
                    burned,
                    (lock / 10).max(PARAMETERS.no_show_penalty).min(lock)
                );
                self.burned += burned;
            }
            Slash(worker, request, shares) => {
                let slashed = WorkersPallet::slash(&worker, request, &shares);
                let lock = self.locks.remove(&(worker, request)).unwrap_or(0);
                assert_eq!(slashed.paid + slashed.burned, lock);
                assert!(slashed.paid <= lock / 2);
                self.burned += slashed.burned;
            }
            Accuse(worker) => {
                if Workers::<Test>::contains_key(worker) {
                    WorkersPallet::accuse(&worker);
                    *self.accusations.entry(worker).or_default() += 1;
                }
            }
            Absolve(worker) => {
                let open = self.accusations.entry(worker).or_default();
                if *open > 0 {
                    WorkersPallet::absolve(&worker);
                    *open -= 1;
                }
            }
            SetParameters {
                min_bond,
                ticket_size,
            } => {
                let parameters = WorkerParameters {
                    min_bond,
                    ticket_size,
                    ..PARAMETERS
                };
                assert_ok!(WorkersPallet::set_parameters(
                    RuntimeOrigin::root(),
                    parameters
                ));
            }
            Advance(blocks) => advance(blocks),
        }
    }

    fn draw(
        &mut self,
        model: ModelId,
        price: Balance,
        request: u64,
        excluded: AccountId,
        number: u64,
    ) {
        let before: BTreeMap<_, _> = Workers::<Test>::iter().collect();
        let drawn = WorkersPallet::draw(&model, price, request, &[excluded], seed(number));
        let Some(worker) = drawn else {
            return;
        };
        let parameters = Parameters::<Test>::get();
        let lock = parameters.lock_for(price);
        let record = &before[&worker];
        assert_ne!(worker, excluded);
        assert_eq!(record.accusations, 0);
        assert!(record.served.contains(&model));
        assert!(record.min_price <= price);
        assert!(record.stake >= parameters.min_bond);
        assert!(record.stake - record.locked >= lock);
        assert_eq!(self.locks.insert((worker, request), lock), None);
    }

    fn check(&self, issuance: Balance) {
        Pallet::<Test>::do_try_state().unwrap();
        Payouts::do_try_state().unwrap();
        assert_eq!(Balances::total_issuance(), issuance - self.burned);
        let locks: BTreeMap<_, _> = Locks::<Test>::iter()
            .map(|(worker, request, amount)| ((worker, request), amount))
            .collect();
        assert_eq!(locks, self.locks);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn invariants_should_hold_whatever_happens(
        operations in proptest::collection::vec(operation(), 1..100),
    ) {
        ExtBuilder::default()
            .with_worker(ALICE, 500, &[MODEL, OTHER])
            .with_worker(BOB, 800, &[MODEL])
            .build_and_execute(|| {
                let issuance = Balances::total_issuance();
                let mut shadow = Shadow::default();
                for operation in operations {
                    shadow.play(operation);
                    shadow.check(issuance);
                }
            });
    }
}
