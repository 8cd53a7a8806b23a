//! A runtime for the tests: balances, payouts, workers, and models that are just a list.

use crate as pallet_workers;
use crate::{
    HoldReason, Pallet, ParametersOf, TicketCount, TicketsOf, WorkerParameters, WorkerRecord,
    Workers,
};
use codec::Encode;
use frame_support::traits::fungible::{Inspect, InspectHold};
use frame_support::{assert_ok, derive_impl, parameter_types, PalletId};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchResult, Permill};
use veritrace_primitives::graph::Digest;
use veritrace_primitives::traits::{
    FamilyId, ModelId, ModelRegistry, ModelTerms, RequestId, WorkerPool,
};

pub type Block = frame_system::mocking::MockBlockU32<Test>;
pub type AccountId = u64;
pub type Balance = u128;

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CHARLIE: AccountId = 3;
/// Gets a share of a slashed lock.
pub const CHALLENGER: AccountId = 8;
/// Likewise.
pub const USER: AccountId = 9;
pub const TREASURY: AccountId = 10;

/// The operator key of a worker.
pub const fn operator(worker: AccountId) -> AccountId {
    worker + 100
}

pub const ENDOWMENT: Balance = 1_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 10;

/// Models that can be served.
pub const MODEL: ModelId = [1; 32];
pub const OTHER: ModelId = [2; 32];
/// A model that cannot.
pub const DRAFT: ModelId = [3; 32];

pub const PRICE: Balance = 10;
/// What a claim at `PRICE` locks.
pub const LOCK: Balance = 50;
pub const AGE: u32 = 5;
pub const DELAY: u32 = 20;

pub const PARAMETERS: WorkerParameters<Balance, u32> = WorkerParameters {
    min_bond: 200,
    ticket_size: 100,
    min_lock: 50,
    lock_multiple: 4,
    no_show_penalty: 7,
    unbond_delay: DELAY,
    ticket_age: AGE,
    max_draw_tries: 16,
    no_show_share: Permill::from_percent(10),
};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Payouts: pallet_payouts,
        WorkersPallet: pallet_workers,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    pub const PayoutsId: PalletId = PalletId(*b"vt/payou");
    pub const Treasury: AccountId = TREASURY;
    // Not constant, so that there can be wrong ones.
    pub static MaxTickets: u32 = 8;
    pub static MaxServed: u32 = 3;
    pub static MaxUnbonding: u32 = 4;
    /// Models that can be served.
    pub static Servable: Vec<ModelId> = vec![MODEL, OTHER];
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type AccountStore = System;
    type ExistentialDeposit = ExistentialDeposit;
}

impl pallet_payouts::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type PalletId = PayoutsId;
    type Treasury = Treasury;
    type AdminOrigin = EnsureRoot<AccountId>;
    type WeightInfo = ();
}

impl pallet_workers::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Payments = Payouts;
    type Models = Models;
    type AdminOrigin = EnsureRoot<AccountId>;
    type MaxTickets = MaxTickets;
    type MaxServed = MaxServed;
    type MaxUnbonding = MaxUnbonding;
    type WeightInfo = ();
}

/// Models are the list [`Servable`]; nothing else about them matters here.
pub struct Models;

impl ModelRegistry<AccountId, Balance> for Models {
    fn terms(_: &ModelId) -> Option<ModelTerms<Balance>> {
        None
    }

    fn layout(_: &ModelId) -> Option<veritrace_primitives::tensor::Layout> {
        None
    }

    fn latest(_: &FamilyId) -> Option<ModelId> {
        None
    }

    fn is_servable(model: &ModelId) -> bool {
        Servable::get().contains(model)
    }

    fn payee(_: &ModelId) -> Option<AccountId> {
        None
    }

    fn is_condemned(_: &ModelId) -> bool {
        false
    }

    fn request_opened(_: &ModelId) -> DispatchResult {
        Ok(())
    }

    fn request_closed(_: &ModelId) {}

    #[cfg(feature = "runtime-benchmarks")]
    fn create_live_model(author: &AccountId, _: u32) -> ModelId {
        let model = sp_io::hashing::sha2_256(&author.encode());
        Servable::mutate(|models| models.push(model));
        model
    }
}

/// Builds the chain a test runs on.
pub struct ExtBuilder {
    parameters: ParametersOf<Test>,
    workers: Vec<(AccountId, Balance, Vec<ModelId>)>,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            parameters: PARAMETERS,
            workers: Vec::new(),
        }
    }
}

impl ExtBuilder {
    pub fn with_parameters(mut self, parameters: ParametersOf<Test>) -> Self {
        self.parameters = parameters;
        self
    }

    /// A worker with this stake that serves these models, old enough to be drawn.
    pub fn with_worker(mut self, worker: AccountId, stake: Balance, models: &[ModelId]) -> Self {
        self.workers.push((worker, stake, models.to_vec()));
        self
    }

    pub fn build(self) -> sp_io::TestExternalities {
        Servable::set(vec![MODEL, OTHER]);
        let storage = RuntimeGenesisConfig {
            balances: pallet_balances::GenesisConfig {
                balances: (ALICE..=TREASURY).map(|who| (who, ENDOWMENT)).collect(),
                ..Default::default()
            },
            payouts: pallet_payouts::GenesisConfig {
                parameters: pallet_payouts::PayoutParameters {
                    protocol_fee: Permill::from_percent(5),
                },
                ..Default::default()
            },
            workers_pallet: pallet_workers::GenesisConfig {
                parameters: self.parameters,
            },
            ..Default::default()
        }
        .build_storage()
        .unwrap();
        let workers = self.workers;
        let mut ext = sp_io::TestExternalities::from(storage);
        ext.execute_with(|| {
            System::set_block_number(1);
            let any = !workers.is_empty();
            for (worker, stake, models) in workers {
                assert_ok!(register(worker, stake));
                for model in models {
                    assert_ok!(serve(worker, model));
                }
            }
            if any {
                advance(AGE);
            }
            System::reset_events();
        });
        ext
    }

    /// Runs a test, then checks the invariants.
    pub fn build_and_execute(self, test: impl FnOnce()) {
        self.build().execute_with(|| {
            test();
            Pallet::<Test>::do_try_state().unwrap();
        });
    }
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

pub fn register(worker: AccountId, stake: Balance) -> DispatchResult {
    WorkersPallet::register_worker(signed(worker), operator(worker), stake, 0)
}

pub fn serve(worker: AccountId, model: ModelId) -> DispatchResult {
    WorkersPallet::serve_model(signed(worker), model)
        .map(|_| ())
        .map_err(|failed| failed.error)
}

pub fn advance(blocks: u32) {
    System::set_block_number(System::block_number() + blocks);
}

pub fn record(worker: AccountId) -> WorkerRecord<Test> {
    Workers::<Test>::get(worker).unwrap()
}

/// What is on hold as the worker's stake.
pub fn held(worker: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Stake.into(), &worker)
}

pub fn free(who: AccountId) -> Balance {
    Balances::balance(&who)
}

pub fn tickets(worker: AccountId, model: ModelId) -> u32 {
    TicketsOf::<Test>::get(worker, model).len() as u32
}

pub fn pool(model: ModelId) -> u32 {
    TicketCount::<Test>::get(model)
}

pub fn seed(number: u64) -> Digest {
    sp_io::hashing::sha2_256(&number.encode())
}

/// Draws a worker for `MODEL` at `PRICE`, the request being its own seed.
pub fn draw(request: RequestId) -> Option<AccountId> {
    <WorkersPallet as WorkerPool<_, _>>::draw(&MODEL, PRICE, request, &[], seed(request))
}
