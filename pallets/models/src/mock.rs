//! A runtime for the tests: balances and models.

use crate as pallet_models;
use crate::fixture::{artefact, chain, items, root_of};
use crate::{Families, FamilyRecordOf, HoldReason, ModelCard, Pallet, ParametersRecord};
use codec::Encode;
use frame_support::traits::fungible::InspectHold;
use frame_support::traits::{ConstU32, ConstU64, Contains};
use frame_support::{assert_ok, derive_impl, parameter_types};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchResult, Permill};
use veritrace_primitives::check::GraphLimits;
use veritrace_primitives::graph::Graph;
use veritrace_primitives::traits::{FamilyId, ModelId};

pub type Block = frame_system::mocking::MockBlock<Test>;
pub type AccountId = u64;
pub type Balance = u64;

pub const AUTHOR: AccountId = 1;
pub const OTHER: AccountId = 2;
/// Has less than a deposit.
pub const POOR: AccountId = 3;
pub const FUNDS: Balance = 10_000;
pub const DEPOSIT_BASE: Balance = 100;
pub const DEPOSIT_PER_NODE: Balance = 7;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Models: pallet_models,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type ExistentialDeposit = ConstU64<1>;
}

parameter_types! {
    // Not constant, so that there can be a wrong one.
    pub static MaxPageBytes: u32 = 64 * 1024;
}

/// The limits that the imagined disputes pallet can prove within.
pub struct Cheap;

impl Contains<GraphLimits> for Cheap {
    fn contains(limits: &GraphLimits) -> bool {
        limits.max_macs <= 2_000_000
    }
}

impl pallet_models::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdminOrigin = EnsureRoot<AccountId>;
    type MaxPageBytes = MaxPageBytes;
    type MaxProofBytes = ConstU32<{ 64 * 1024 }>;
    type Provable = Cheap;
    type WeightInfo = ();
}

/// The parameters that tests start with.
pub fn parameters() -> ParametersRecord<Balance> {
    ParametersRecord {
        deposit_base: DEPOSIT_BASE,
        deposit_per_node: DEPOSIT_PER_NODE,
        max_royalty: Permill::from_percent(30),
        reporter_share: Permill::from_percent(50),
        limits: GraphLimits {
            max_proof_bytes: 64 * 1024,
            max_macs: 1_000_000,
            max_opening_bytes: 16 * 1024,
        },
    }
}

/// Builds the chain a test runs on.
#[derive(Default)]
pub struct ExtBuilder;

impl ExtBuilder {
    pub fn build(self) -> sp_io::TestExternalities {
        let storage = RuntimeGenesisConfig {
            balances: pallet_balances::GenesisConfig {
                balances: vec![(AUTHOR, FUNDS), (OTHER, FUNDS), (POOR, DEPOSIT_BASE)],
                ..Default::default()
            },
            models: pallet_models::GenesisConfig {
                parameters: parameters(),
            },
            ..Default::default()
        }
        .build_storage()
        .unwrap();
        let mut ext = sp_io::TestExternalities::from(storage);
        ext.execute_with(|| System::set_block_number(1));
        ext
    }

    /// Runs a test, then checks the invariants.
    pub fn build_and_execute<R>(self, test: impl FnOnce() -> R) -> R {
        self.build().execute_with(|| {
            let result = test();
            Pallet::<Test>::do_try_state().unwrap();
            result
        })
    }
}

/// What is held of an account.
pub fn held(who: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Deposit.into(), &who)
}

/// A table lookup and a reshape.
pub fn two_nodes() -> Graph {
    chain(1, 1, 4)
}

pub const PRICE: Balance = 50;
pub const ROYALTY: Permill = Permill::from_percent(10);

/// A card that says no more than a name.
pub fn card(name: &str) -> ModelCard {
    ModelCard {
        name: name.as_bytes().to_vec().try_into().unwrap(),
        ..ModelCard::default()
    }
}

/// Registers a graph by [`AUTHOR`] as a draft.
pub fn register(graph: &Graph) -> ModelId {
    let (artefact, root) = (artefact(graph), root_of(graph));
    assert_ok!(register_by(AUTHOR, graph, None));
    Pallet::<Test>::model_id(&AUTHOR, &artefact, &root)
}

/// Registers a graph as a draft; with a family, as its next version.
pub fn register_by(who: AccountId, graph: &Graph, family: Option<FamilyId>) -> DispatchResult {
    Models::register_model(
        RuntimeOrigin::signed(who),
        artefact(graph),
        root_of(graph),
        graph.header.clone(),
        PRICE,
        ROYALTY,
        family,
        Box::new(card("name")),
    )
}

/// Registers a graph by [`AUTHOR`] as the next version of a family.
pub fn register_version(graph: &Graph, family: FamilyId) -> ModelId {
    assert_ok!(register_by(AUTHOR, graph, Some(family)));
    Pallet::<Test>::model_id(&AUTHOR, &artefact(graph), &root_of(graph))
}

/// Submits the whole graph of a draft of [`AUTHOR`]'s.
pub fn complete(model: ModelId, graph: &Graph) {
    assert_ok!(Models::submit_graph_page(
        RuntimeOrigin::signed(AUTHOR),
        model,
        items(graph).encode().try_into().unwrap(),
    ));
}

/// Registers a graph by [`AUTHOR`] and submits it in one page.
pub fn register_live(graph: &Graph) -> ModelId {
    let model = register(graph);
    complete(model, graph);
    model
}

/// Registers the next version of a family by [`AUTHOR`] and submits it.
pub fn version_live(graph: &Graph, family: FamilyId) -> ModelId {
    let model = register_version(graph, family);
    complete(model, graph);
    model
}

/// A family as it is stored.
pub fn family_of(family: FamilyId) -> FamilyRecordOf<Test> {
    Families::<Test>::get(family).expect("the family is there")
}
