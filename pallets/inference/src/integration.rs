//! The five pallets together. Models and workers are made as benchmarks make them.

use crate as pallet_inference;
use crate::{ParametersRecord, RequestStatus, SlotState};
use codec::Encode;
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::{Inspect, InspectHold, Mutate};
use frame_support::traits::{ConstU128, ConstU64, Hooks, Randomness};
use frame_support::weights::{FixedFee, NoFee};
use frame_support::{assert_ok, derive_impl, parameter_types, PalletId};
use frame_system::EnsureRoot;
use sp_core::H256;
use sp_runtime::traits::IdentityLookup;
use sp_runtime::{AccountId32, BuildStorage, Permill};
use veritrace_primitives::check::GraphLimits;
use veritrace_primitives::commit;
use veritrace_primitives::graph::{
    DType, Digest, Graph, GraphHeader, Node, Op, Ref, TensorSpec, KERNEL_VERSION,
};
use veritrace_primitives::page::Trace;
use veritrace_primitives::prove::Prover;
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{
    ClaimBook, Conviction, HostSha256, ModelId, ModelOutput, ModelRegistry, RequestId, WorkerPool,
};

type Block = frame_system::mocking::MockBlockU32<Full>;
type Balance = u128;

const FUNDS: Balance = 1_000_000_000_000;

frame_support::construct_runtime!(
    pub enum Full {
        System: frame_system,
        Balances: pallet_balances,
        Models: pallet_models,
        Workers: pallet_workers,
        Inference: pallet_inference,
        Disputes: pallet_disputes,
        Payouts: pallet_payouts,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Full {
    type Block = Block;
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type AccountData = pallet_balances::AccountData<Balance>;
    type BlockWeights = BlockWeights;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Full {
    type AccountStore = System;
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<1_000>;
}

parameter_types! {
    /// Room for any proof: what fits a real block is the runtime's business.
    pub BlockWeights: frame_system::limits::BlockWeights =
        frame_system::limits::BlockWeights::simple_max(Weight::from_parts(u64::MAX / 4, u64::MAX));
    pub const PayoutsId: PalletId = PalletId(*b"vt/payou");
    pub Treasury: AccountId32 = account("treasury");
    pub DrawWeight: Weight = Workers::most_draw_weight();
    pub ForgetWeight: Weight = Disputes::most_forget_weight();
    pub ConvictWeight: Weight = crate::SettleBranch::heaviest_verdict::<Full>();
    pub Limits: GraphLimits = pallet_models::Parameters::<Full>::get().limits;
}

impl pallet_models::Config for Full {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdminOrigin = EnsureRoot<AccountId32>;
    type MaxPageBytes = ConstU32<65_536>;
    type MaxProofBytes = ConstU32<65_536>;
    type Provable = Disputes;
    type WeightInfo = ();
}

impl pallet_workers::Config for Full {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Payments = Payouts;
    type Models = Models;
    type AdminOrigin = EnsureRoot<AccountId32>;
    type MaxTickets = ConstU32<32>;
    type MaxServed = ConstU32<16>;
    type MaxUnbonding = ConstU32<8>;
    type WeightInfo = ();
}

impl pallet_payouts::Config for Full {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type PalletId = PayoutsId;
    type Treasury = Treasury;
    type AdminOrigin = EnsureRoot<AccountId32>;
    type WeightInfo = ();
}

impl pallet_disputes::Config for Full {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Claims = Inference;
    type Workers = Workers;
    type GraphLimits = Limits;
    type LengthToFee = NoFee<Balance>;
    type WeightToFee = FixedFee<1, Balance>;
    type AdminOrigin = EnsureRoot<AccountId32>;
    type MaxProofBytes = ConstU32<1_048_576>;
    type MaxOpeningBytes = ConstU32<1_048_576>;
    type MaxMacs = ConstU64<200_000_000>;
    type MaxTileMacs = ConstU64<200_000_000>;
    type MaxClaims = ConstU32<20>;
    type MaxSeals = ConstU32<16>;
    type ConvictWeight = ConvictWeight;
    type WeightInfo = ();
}

impl pallet_inference::Config for Full {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdminOrigin = EnsureRoot<AccountId32>;
    type Models = Models;
    type Workers = Workers;
    type Verdicts = Disputes;
    type Challenges = Disputes;
    type Operators = ();
    type Payments = Payouts;
    type Treasury = Treasury;
    type Randomness = Unchanging;
    type MaxRedundancy = ConstU32<5>;
    type MaxSlots = ConstU32<20>;
    type MaxInputBytes = ConstU32<1_024>;
    type MaxOutputBytes = ConstU32<1_024>;
    type MaxWork = ConstU32<64>;
    type DrawWeight = DrawWeight;
    type ForgetWeight = ForgetWeight;
    type WeightInfo = ();
}

/// The same in every block, as on a chain in its first epochs.
pub struct Unchanging;

impl Randomness<H256, u32> for Unchanging {
    fn random(subject: &[u8]) -> (H256, u32) {
        (H256(sp_io::hashing::blake2_256(subject)), 0)
    }
}

fn account(name: &str) -> AccountId32 {
    AccountId32::new(sp_io::hashing::sha2_256(name.as_bytes()))
}

/// A chain with nothing on it but a few funded accounts.
pub fn chain() -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig {
        payouts: pallet_payouts::GenesisConfig {
            parameters: pallet_payouts::PayoutParameters {
                protocol_fee: Permill::from_percent(5),
            },
            ..Default::default()
        },
        inference: pallet_inference::GenesisConfig {
            parameters: ParametersRecord {
                max_redundancy: 3,
                max_reassignments: 2,
                ..Default::default()
            },
        },
        ..Default::default()
    }
    .build_storage()
    .unwrap();
    let mut externalities = sp_io::TestExternalities::new(storage);
    externalities.execute_with(|| {
        System::set_block_number(1);
        for name in ["author", "user", "challenger", "keeper", "treasury"] {
            Balances::mint_into(&account(name), FUNDS).unwrap();
        }
    });
    externalities
}

/// A live model and its three workers.
fn served() -> (ModelId, Vec<AccountId32>) {
    let model = Models::create_live_model(&account("author"), 16);
    let workers: Vec<_> = (0..3u8)
        .map(|index| account(&format!("worker {index}")))
        .collect();
    for worker in &workers {
        <Workers as WorkerPool<_, _>>::create_worker(worker, &model);
    }
    (model, workers)
}

fn check() {
    assert_ok!(Models::do_try_state());
    assert_ok!(Workers::do_try_state());
    assert_ok!(Inference::do_try_state());
    assert_ok!(Disputes::do_try_state());
    assert_ok!(Payouts::do_try_state());
}

fn advance(blocks: u32) {
    for _ in 0..blocks {
        Inference::on_idle(System::block_number(), Weight::MAX);
        check();
        System::set_block_number(System::block_number() + 1);
    }
}

fn submit(model: ModelId, redundancy: u8) -> RequestId {
    let id = crate::NextRequestId::<Full>::get();
    assert_ok!(Inference::submit_inference_request(
        RuntimeOrigin::signed(account("user")),
        model,
        vec![crate::InputSource::Inline(vec![1; 16].try_into().unwrap())]
            .try_into()
            .unwrap(),
        Inference::quote(&model, redundancy).unwrap().total,
        5,
        redundancy,
    ));
    id
}

fn drawn(id: RequestId) -> Vec<AccountId32> {
    let record = crate::InferenceRequests::<Full>::get(id).expect("the request is open");
    record
        .slots
        .into_iter()
        .filter(|slot| slot.state.is_locked())
        .map(|slot| slot.worker)
        .collect()
}

/// An answer with outputs of this byte, true to its trace and to nothing else.
fn answer(id: RequestId, byte: u8) -> (Vec<Digest>, crate::OutputsOf<Full>) {
    let terms = crate::InferenceRequests::<Full>::get(id).unwrap().terms;
    let mut trace = vec![[byte; 32]; usize::from(terms.node_count)];
    let mut outputs = Vec::new();
    for output in &terms.outputs {
        let elements: u32 = output.spec.shape.iter().product();
        let data = vec![byte; (elements * output.spec.dtype.size()) as usize];
        trace[usize::from(output.node)] =
            commit::tensor_root::<HostSha256>(Layout::One, &output.spec, &data).unwrap();
        outputs.push(data.try_into().unwrap());
    }
    (trace, outputs.try_into().unwrap())
}

/// These leaves, as they are revealed.
fn reveal(leaves: Vec<Digest>) -> Trace {
    Trace::Leaves(leaves.try_into().unwrap())
}

#[test]
fn everyone_should_be_paid_when_nobody_objects() {
    chain().execute_with(|| {
        let (model, _) = served();
        let id = submit(model, 3);
        advance(2);
        let workers = drawn(id);
        assert_eq!(workers.len(), 3);
        let (trace, outputs) = answer(id, 1);
        let salt = [9; 32];
        let terms = Models::terms(&model).unwrap();
        let roots: Vec<Digest> = terms
            .outputs
            .iter()
            .map(|output| trace[usize::from(output.node)])
            .collect();
        for worker in &workers {
            let commitment = commit::commitment::<HostSha256>(
                id,
                &worker.encode(),
                &commit::trace_root::<HostSha256>(&trace),
                &commit::output_root::<HostSha256>(&roots),
                &salt,
            );
            assert_ok!(Inference::commit_result(
                RuntimeOrigin::signed(worker.clone()),
                id,
                commitment
            ));
        }
        for worker in &workers {
            assert_ok!(Inference::reveal_result(
                RuntimeOrigin::signed(worker.clone()),
                id,
                reveal(trace.clone()),
                outputs.clone(),
                salt
            ));
        }
        let price = terms.price;
        let before = Balances::total_balance(&workers[0]);
        let issued = Balances::total_issuance();
        advance(11);
        assert!(crate::InferenceRequests::<Full>::get(id).is_none());
        assert_eq!(Balances::total_issuance(), issued);
        assert_eq!(Balances::total_balance(&account("user")), FUNDS - 3 * price);
        let fee = Permill::from_percent(5) * price;
        let royalty = terms.royalty * price;
        assert_eq!(
            Balances::total_balance(&workers[0]),
            before + price - fee - royalty
        );
        assert_eq!(Balances::total_balance_on_hold(&account("user")), 0);
    });
}

/// Makes models cost a deposit from now on.
fn ask_deposits() {
    pallet_models::Parameters::<Full>::mutate(|parameters| parameters.deposit_base = 1_000_000);
}

/// Answers a request of redundancy one by the worker drawn for it, who is returned.
fn answered(id: RequestId) -> AccountId32 {
    let worker = drawn(id).remove(0);
    let (trace, outputs) = answer(id, 1);
    assert_ok!(Inference::submit_inference_result(
        RuntimeOrigin::signed(worker.clone()),
        id,
        reveal(trace),
        outputs
    ));
    worker
}

#[test]
fn royalty_should_go_to_the_owner_of_the_block_it_is_paid_in() {
    chain().execute_with(|| {
        ask_deposits();
        let (model, _) = served();
        let royalty = Permill::from_percent(10);
        let author = RuntimeOrigin::signed(account("author"));
        let price = Models::terms(&model).unwrap().price;
        assert_ok!(Models::set_terms(author.clone(), model, price, royalty));
        let id = submit(model, 1);
        advance(2);
        answered(id);

        // New terms, and a new owner, while the request is open.
        assert_ok!(Models::set_terms(
            author.clone(),
            model,
            3 * price,
            Permill::zero()
        ));
        let heir = account("heir");
        Balances::mint_into(&heir, FUNDS).unwrap();
        assert_ok!(Models::offer_family(author, model, Some(heir.clone())));
        let deposit = pallet_models::Families::<Full>::get(model).unwrap().deposit;
        assert_ok!(Models::accept_family(
            RuntimeOrigin::signed(heir.clone()),
            model,
            deposit
        ));
        check();
        assert_eq!(Balances::total_balance_on_hold(&account("author")), 0);
        assert_eq!(Balances::total_balance_on_hold(&heir), deposit);

        let before = Balances::total_balance(&account("author"));
        advance(22);
        assert!(crate::InferenceRequests::<Full>::get(id).is_none());
        assert_eq!(Balances::total_balance(&heir), FUNDS + royalty * price);
        assert_eq!(Balances::total_balance(&account("author")), before);
        assert_eq!(Balances::total_balance(&account("user")), FUNDS - price);
    });
}

#[test]
fn request_to_the_latest_should_stay_with_the_version_it_was_made_to() {
    chain().execute_with(|| {
        let (model, _) = served();
        let id = crate::NextRequestId::<Full>::get();
        assert_ok!(Inference::submit_request_to_latest(
            RuntimeOrigin::signed(account("user")),
            model,
            vec![crate::InputSource::Inline(vec![1; 16].try_into().unwrap())]
                .try_into()
                .unwrap(),
            Balance::MAX,
            5,
            1,
        ));
        assert_ok!(Models::deprecate(
            RuntimeOrigin::signed(account("author")),
            model
        ));
        assert_eq!(Models::latest(&model), None);
        advance(2);
        assert_eq!(
            crate::InferenceRequests::<Full>::get(id).unwrap().model,
            model
        );
        answered(id);
        advance(22);
        assert!(crate::InferenceRequests::<Full>::get(id).is_none());
        assert!(Balances::total_balance(&account("user")) < FUNDS);
    });
}

/// A live model whose only node does not type-check, as if the check at registration had a flaw; with the proof of it.
fn malformed() -> (ModelId, Vec<u8>) {
    let spec = |elements| TensorSpec {
        dtype: DType::U8,
        shape: vec![1, elements].try_into().unwrap(),
    };
    let graph = Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: Layout::One.version(),
            node_count: 1,
            initialiser_count: 0,
            inputs: vec![spec(16)].try_into().unwrap(),
            outputs: vec![0].try_into().unwrap(),
        },
        initialisers: vec![],
        nodes: vec![Node {
            op: Op::Reshape,
            inputs: vec![Ref::Request(0)].try_into().unwrap(),
            output: spec(17),
        }],
    };
    let author = account("author");
    let root = commit::graph_root::<HostSha256>(
        &graph.header,
        &commit::node_leaf::<HostSha256>(&graph.nodes[0].encode()),
        &veritrace_primitives::merkle::EMPTY_ROOT,
    );
    assert_ok!(Models::register_model(
        RuntimeOrigin::signed(author.clone()),
        [3; 32],
        root,
        graph.header.clone(),
        1_000_000,
        Permill::from_percent(10),
        None,
        Box::new(pallet_models::ModelCard {
            name: b"flawed".to_vec().try_into().unwrap(),
            ..Default::default()
        }),
    ));
    let model = Models::model_id(&author, &[3; 32], &root);
    pallet_models::Drafts::<Full>::remove(model);
    pallet_models::AIModels::<Full>::mutate(model, |slot| {
        let record = slot.as_mut().unwrap();
        record.status = pallet_models::ModelStatus::Live;
        record.outputs = vec![ModelOutput {
            node: 0,
            spec: spec(17),
        }]
        .try_into()
        .unwrap();
    });
    let proof = Prover::new::<HostSha256>(&graph)
        .unwrap()
        .malformed::<HostSha256>(0)
        .unwrap();
    (model, proof.encode())
}

#[test]
fn condemned_model_should_stay_with_all_locks_until_its_last_claim_closed() {
    chain().execute_with(|| {
        ask_deposits();
        let (model, proof) = malformed();
        let worker = account("worker");
        <Workers as WorkerPool<_, _>>::create_worker(&worker, &model);
        let claimed = submit(model, 1);
        advance(2);
        assert_eq!(answered(claimed), worker);
        let lock = pallet_workers::Locks::<Full>::get(&worker, claimed).unwrap();

        let deposit = Balances::total_balance_on_hold(&account("author"));
        assert!(deposit > 0);
        assert_ok!(Models::condemn_model(
            RuntimeOrigin::signed(account("challenger")),
            model,
            proof.try_into().unwrap()
        ));
        check();
        assert_eq!(Balances::total_balance_on_hold(&account("author")), 0);
        assert!(Balances::total_balance(&account("challenger")) > FUNDS);

        // The claim can still be proved wrong: record and lock are there for as long as it is open.
        let remove = || Models::remove(RuntimeOrigin::signed(account("keeper")), model);
        let mut waited = 0;
        while crate::InferenceRequests::<Full>::get(claimed).is_some() {
            frame_support::assert_noop!(remove(), pallet_models::Error::<Full>::RequestsOpen);
            assert_eq!(
                pallet_workers::Locks::<Full>::get(&worker, claimed),
                Some(lock)
            );
            advance(1);
            waited += 1;
        }
        assert!(waited > 1, "the claim waited out its window");
        assert_eq!(pallet_workers::Locks::<Full>::get(&worker, claimed), None);
        assert_eq!(Balances::total_balance(&account("user")), FUNDS);
        assert_ok!(remove());
        assert!(pallet_models::Families::<Full>::get(model).is_none());
    });
}

#[test]
fn late_workers_should_be_replaced_until_nobody_is_left() {
    chain().execute_with(|| {
        let (model, _) = served();
        let id = submit(model, 1);
        let mut late = Vec::new();
        for _ in 0..3 {
            while crate::InferenceRequests::<Full>::get(id).unwrap().status
                == RequestStatus::Pending
            {
                advance(1);
            }
            let worker = drawn(id).remove(0);
            assert!(!late.contains(&worker));
            late.push(worker);
            // The sweep of the fifth block from the draw finds it late.
            advance(5);
        }
        assert!(crate::InferenceRequests::<Full>::get(id).is_none());
        assert_eq!(Balances::total_balance(&account("user")), FUNDS);
        for worker in &late {
            let record = pallet_workers::Workers::<Full>::get(worker).unwrap();
            assert_eq!(record.locked, 0);
        }
    });
}

#[test]
fn lock_should_pay_when_a_claim_is_convicted() {
    chain().execute_with(|| {
        let (model, _) = served();
        let id = submit(model, 1);
        advance(2);
        let worker = drawn(id).remove(0);
        let (trace, outputs) = answer(id, 3);
        let root = commit::trace_root::<HostSha256>(&trace);
        assert_ok!(Inference::submit_inference_result(
            RuntimeOrigin::signed(worker.clone()),
            id,
            reveal(trace),
            outputs
        ));
        let lock = pallet_workers::Locks::<Full>::get(&worker, id).unwrap();
        let staked = pallet_workers::Workers::<Full>::get(&worker).unwrap().stake;
        let issued = Balances::total_issuance();
        let before = Balances::total_balance(&account("challenger"));
        assert_eq!(
            Inference::convict(id, root, Some(&account("challenger"))),
            Ok(Conviction {
                struck: 1,
                bounty: crate::Parameters::<Full>::get().bounty,
            })
        );
        check();
        assert_eq!(
            Balances::total_balance(&account("challenger")),
            before + crate::Parameters::<Full>::get().bounty
        );
        assert_eq!(
            pallet_workers::Workers::<Full>::get(&worker).unwrap().stake,
            staked - lock
        );
        assert!(issued - Balances::total_issuance() >= lock / 2);
        assert_eq!(
            crate::InferenceRequests::<Full>::get(id).unwrap().slots[0].state,
            SlotState::Struck
        );
        advance(2);
        assert_ne!(drawn(id), vec![worker]);
    });
}

#[test]
fn claims_made_for_benchmarks_should_be_as_real_ones() {
    chain().execute_with(|| {
        for name in ["one", "two"] {
            let worker = account(name);
            let id = Inference::create_claim(&worker, [1; 32], 7, [2; 32], &[[3; 32], [4; 32]]);
            let view = Inference::claim(id, &worker).unwrap();
            assert_eq!((view.graph_root, view.node_count), ([1; 32], 7));
            assert_eq!(view.trace_root, [2; 32]);
            assert_eq!(view.input_roots.into_inner(), vec![[3; 32], [4; 32]]);
            check();
            let conviction = Conviction {
                struck: 1,
                bounty: 0,
            };
            assert_eq!(Inference::convict(id, [2; 32], None), Ok(conviction));
            check();
        }
    });
}

/// Whoever plays together: what they have, held or not.
fn wealth_of(accounts: &[AccountId32]) -> Balance {
    accounts.iter().map(Balances::total_balance).sum()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// User, liars and challenger are one purse: every lie that falls costs it at least half of its lock, whoever of them
    /// reports it, however large the bounty, however many claims fall together. And nobody honest loses by it.
    #[test]
    fn coalition_should_lose_half_of_every_lock_when_it_convicts_itself(
        redundancy in 1..=3u8,
        tags in proptest::array::uniform3(0..3u8),
        reporter in 0..5usize,
        bounty in 0..10_000_000_000_000u128,
        lock_multiple in 2..1_000u32,
        reversed in proptest::bool::ANY,
    ) {
        chain().execute_with(|| {
            let (model, workers) = served();
            pallet_workers::Parameters::<Full>::mutate(|parameters| {
                parameters.lock_multiple = lock_multiple;
            });
            crate::Parameters::<Full>::mutate(|parameters| parameters.bounty = bounty);
            let id = submit(model, redundancy);
            advance(2);
            let drawn = drawn(id);
            let price = Models::terms(&model).unwrap().price;

            // Tag 0 is the truth, told by workers who belong to nobody.
            let (honest, liars): (Vec<_>, Vec<_>) = drawn
                .iter()
                .zip(tags)
                .map(|(worker, tag)| (worker.clone(), tag))
                .partition(|(_, tag)| *tag == 0);
            let coalition: Vec<_> = [account("user"), account("challenger")]
                .into_iter()
                .chain(liars.iter().map(|(worker, _)| worker.clone()))
                .collect();
            let outsiders: Vec<_> = workers
                .into_iter()
                .filter(|worker| !coalition.contains(worker))
                .collect();
            let (before, others) = (wealth_of(&coalition), wealth_of(&outsiders));
            let issued = Balances::total_issuance();

            let salt = [5; 32];
            let tag_of = |worker: &AccountId32| {
                honest
                    .iter()
                    .chain(&liars)
                    .find(|(other, _)| other == worker)
                    .map(|(_, tag)| *tag)
                    .unwrap()
            };
            let terms = Models::terms(&model).unwrap();
            let roots_of = |trace: &[Digest]| -> Vec<Digest> {
                terms
                    .outputs
                    .iter()
                    .map(|output| trace[usize::from(output.node)])
                    .collect()
            };
            if redundancy > 1 {
                for worker in &drawn {
                    let (trace, _) = answer(id, tag_of(worker));
                    let commitment = commit::commitment::<HostSha256>(
                        id,
                        &worker.encode(),
                        &commit::trace_root::<HostSha256>(&trace),
                        &commit::output_root::<HostSha256>(&roots_of(&trace)),
                        &salt,
                    );
                    let origin = RuntimeOrigin::signed(worker.clone());
                    assert_ok!(Inference::commit_result(origin, id, commitment));
                }
            }
            for worker in &drawn {
                let (trace, outputs) = answer(id, tag_of(worker));
                let origin = RuntimeOrigin::signed(worker.clone());
                if redundancy > 1 {
                    let trace = reveal(trace);
                    assert_ok!(Inference::reveal_result(origin, id, trace, outputs, salt));
                } else {
                    let trace = reveal(trace);
                    assert_ok!(Inference::submit_inference_result(origin, id, trace, outputs));
                }
            }
            check();

            let locks: Balance = liars
                .iter()
                .map(|(worker, _)| pallet_workers::Locks::<Full>::get(worker, id).unwrap())
                .sum();
            let mut lies = vec![1u8, 2];
            if reversed {
                lies.reverse();
            }
            for tag in lies {
                if !liars.iter().any(|(_, lie)| *lie == tag) {
                    continue;
                }
                let (trace, _) = answer(id, tag);
                let root = commit::trace_root::<HostSha256>(&trace);
                let reporter = &coalition[reporter % coalition.len()];
                assert_ok!(Inference::convict(id, root, Some(reporter)));
                check();
                // A verdict is once.
                let again = Inference::convict(id, root, Some(reporter));
                assert_eq!(again, Err(crate::Error::<Full>::ClaimNotOpen.into()));
            }
            // Nobody else is to answer instead.
            let origin = RuntimeOrigin::signed(account("user"));
            let _ = Inference::cancel_request(origin, id);
            advance(22);
            assert!(crate::InferenceRequests::<Full>::get(id).is_none());

            let paid = price * honest.len() as Balance;
            let lost = before - wealth_of(&coalition);
            assert!(lost >= locks / 2 + paid);
            assert!(issued - Balances::total_issuance() >= locks / 2);
            assert!(wealth_of(&outsiders) >= others);
            for account in coalition.iter().chain(&outsiders) {
                assert!(pallet_workers::Locks::<Full>::iter_prefix(account).next().is_none());
            }
        });
    }
}
