//! The development chain with the digits classifier, real transactions, and the books checked after every block.

use super::*;
use codec::DecodeAll;
use frame_support::{
    storage::{with_transaction_unchecked, TransactionOutcome},
    traits::fungible::InspectHold,
};
use pallet_inference::{InferenceRequests, InputSource, RequestRecordOf, SlotState};
use sp_runtime::{
    traits::Zero, transaction_validity::InvalidTransaction, DispatchError, ModuleError,
};
use std::collections::BTreeMap;
use veritrace_primitives::{
    check::page_items,
    commit::{commitment, output_root, seal as seal_of, tensor_root, trace_root},
    evaluate::{evaluate, evaluate_at},
    graph::{Digest, Graph},
    page::{Subject, Trace},
    proof::{Opening, Target},
    prove::{element_target, first_wrong_tile, opening, tile_target, Prover},
    traits::{HostSha256, ModelId, RequestId},
};

/// Registers the model.
pub const AUTHOR: Sr25519Keyring = Sr25519Keyring::AliceStash;
/// Asks and pays.
pub const USER: Sr25519Keyring = Sr25519Keyring::Bob;
/// Holds model and inputs, and proves.
pub const CHALLENGER: Sr25519Keyring = Sr25519Keyring::Charlie;
/// Settles and expires.
pub const KEEPER: Sr25519Keyring = Sr25519Keyring::BobStash;
/// Stake of the workers.
pub const WORKERS: [Sr25519Keyring; 3] = [
    Sr25519Keyring::Dave,
    Sr25519Keyring::Eve,
    Sr25519Keyring::Ferdie,
];
/// What a worker bonds: three tickets.
pub const BOND: Balance = 300 * UNIT;
/// Price of one inference by one worker.
pub const PRICE: Balance = UNIT;
/// Working phases of the requests.
pub const DEADLINE: BlockNumber = 5;

const SALT: [u8; 32] = [7; 32];

/// The key that signs a worker's work.
pub fn operator_of(worker: Sr25519Keyring) -> Sr25519Keyring {
    match worker {
        Sr25519Keyring::Dave => Sr25519Keyring::DaveStash,
        Sr25519Keyring::Eve => Sr25519Keyring::EveStash,
        Sr25519Keyring::Ferdie => Sr25519Keyring::FerdieStash,
        other => panic!("{other} is no worker"),
    }
}

/// What a worker computed, or says it did.
#[derive(Clone)]
pub struct Answer {
    /// Every node's output, row-major.
    pub outputs: Vec<Vec<u8>>,
    /// The trace.
    pub leaves: Vec<Digest>,
}

impl Answer {
    fn new(graph: &Graph, outputs: Vec<Vec<u8>>) -> Self {
        let layout = graph.header.layout().unwrap();
        let leaves = graph
            .nodes
            .iter()
            .zip(&outputs)
            .map(|(node, output)| tensor_root::<HostSha256>(layout, &node.output, output).unwrap())
            .collect();
        Self { outputs, leaves }
    }

    pub fn trace_root(&self) -> Digest {
        trace_root::<HostSha256>(&self.leaves)
    }

    /// The trace, as a claim of few nodes reveals it.
    pub fn revealed(&self) -> Trace {
        Trace::Leaves(self.leaves.clone().try_into().unwrap())
    }
}

/// The model and a question.
pub struct Digits {
    pub graph: Graph,
    pub prover: Prover<Graph>,
    pub model: ModelId,
    pub input: Vec<u8>,
}

/// Asked for when a test runs, not when it is compiled: the compiled test may be run from another checkout.
fn scenarios() -> String {
    format!(
        "{}/../scenarios",
        std::env::var("CARGO_MANIFEST_DIR").unwrap()
    )
}

impl Digits {
    pub fn load() -> Self {
        let folder = scenarios();
        let bytes =
            std::fs::read(format!("{folder}/models/digits-mlp/compiled/graph.bin")).unwrap();
        let graph = Graph::decode_all(&mut &bytes[..]).unwrap();
        let images = std::fs::read(format!("{folder}/inputs/digits/test-images.u8")).unwrap();
        let prover = Prover::new::<HostSha256>(graph.clone()).unwrap();
        let model = Models::model_id(
            &AUTHOR.to_account_id(),
            &sp_io::hashing::sha2_256(&bytes),
            &prover.graph_root::<HostSha256>(),
        );
        Self {
            model,
            input: images[..64].to_vec(),
            prover,
            graph,
        }
    }

    fn inputs(&self) -> Vec<Vec<u8>> {
        vec![self.input.clone()]
    }

    /// What a request brings.
    pub fn asked(&self) -> pallet_inference::InputsOf<Runtime> {
        let input = InputSource::Inline(self.input.clone().try_into().unwrap());
        vec![input].try_into().unwrap()
    }

    /// The same by its root.
    pub fn asked_by_root(&self) -> pallet_inference::InputsOf<Runtime> {
        let spec = &self.graph.header.inputs[0];
        let root = tensor_root::<HostSha256>(self.prover.layout(), spec, &self.input).unwrap();
        vec![InputSource::ByRoot(root)].try_into().unwrap()
    }

    pub fn honest(&self) -> Answer {
        Answer::new(&self.graph, evaluate(&self.graph, &self.inputs()).unwrap())
    }

    /// True but for one byte of one node; what follows is computed from that.
    pub fn lie_at(&self, node: u16, flip: u8) -> Answer {
        let mut outputs = self.honest().outputs;
        outputs.truncate(usize::from(node) + 1);
        outputs[usize::from(node)][0] ^= flip;
        for next in node + 1..self.graph.nodes.len() as u16 {
            outputs.push(evaluate_at(&self.graph, next, &self.inputs(), &outputs).unwrap());
        }
        Answer::new(&self.graph, outputs)
    }

    pub fn contradiction(&self, claim: &Answer, node: u16, target: Target) -> Vec<u8> {
        self.prover
            .contradiction::<HostSha256>(
                node,
                &claim.leaves,
                &self.inputs(),
                &claim.outputs,
                target,
            )
            .unwrap()
            .encode()
    }

    pub fn challenge(&self, claim: &Answer, node: u16) -> Vec<u8> {
        self.prover
            .challenge::<HostSha256>(node, &claim.leaves)
            .unwrap()
            .encode()
    }

    pub fn opening(&self, claim: &Answer, node: u16) -> Opening {
        opening::<HostSha256>(
            self.prover.layout(),
            &self.graph.nodes[usize::from(node)].output,
            &claim.outputs[usize::from(node)],
            pallet_disputes::Parameters::<Runtime>::get().max_opening_bytes,
        )
        .unwrap()
    }

    /// The first lie that an opening shows, by tile or by element.
    pub fn wrong_target(&self, opened: &Opening, node: u16, by_element: bool) -> Target {
        let spec = &self.graph.nodes[usize::from(node)].output;
        let honest = &self.honest().outputs[usize::from(node)];
        let tile =
            first_wrong_tile::<HostSha256>(self.prover.layout(), spec, opened, honest).unwrap();
        match by_element {
            true => element_target::<HostSha256>(self.prover.layout(), spec, opened, tile, honest)
                .unwrap(),
            false => tile_target::<HostSha256>(self.prover.layout(), opened, tile).unwrap(),
        }
    }
}

/// Everything anyone ever burned, by the events of this block.
fn burned() -> Balance {
    System::events()
        .into_iter()
        .map(|record| match record.event {
            RuntimeEvent::Workers(pallet_workers::Event::Slashed { burned, .. })
            | RuntimeEvent::Workers(pallet_workers::Event::NoShowPenalised { burned, .. })
            | RuntimeEvent::Disputes(pallet_disputes::Event::BondForfeited { burned, .. })
            | RuntimeEvent::Disputes(pallet_disputes::Event::SealForfeited { burned, .. })
            | RuntimeEvent::Inference(pallet_inference::Event::ComplaintCharged {
                burned, ..
            })
            | RuntimeEvent::Models(pallet_models::Event::ModelCondemned { burned, .. }) => burned,
            RuntimeEvent::Disputes(pallet_disputes::Event::ProofRejected { penalty, .. }) => {
                penalty
            }
            _ => 0,
        })
        .sum()
}

/// What is held of every account, by account and reason, nothing left out.
fn held() -> BTreeMap<(AccountId, Vec<u8>), Balance> {
    pallet_balances::Holds::<Runtime>::iter()
        .flat_map(|(account, holds)| {
            holds
                .into_iter()
                .map(move |hold| ((account.clone(), hold.id.encode()), hold.amount))
        })
        .collect()
}

/// What our pallets' records say is held.
fn owed() -> BTreeMap<(AccountId, Vec<u8>), Balance> {
    let mut sums = BTreeMap::new();
    let mut add = |account: AccountId, reason: RuntimeHoldReason, amount: Balance| {
        if !amount.is_zero() {
            *sums.entry((account, reason.encode())).or_default() += amount;
        }
    };
    for request in InferenceRequests::<Runtime>::iter_values() {
        let escrow = pallet_inference::HoldReason::Escrow.into();
        add(request.user.clone(), escrow, request.escrow);
        let deposit = pallet_inference::HoldReason::Deposit.into();
        add(request.user, deposit, request.deposit);
        if let Some(audit) = request.audit.drawn() {
            let reason = pallet_inference::HoldReason::Audit.into();
            add(constants::treasury_account(), reason, audit.fee);
        }
    }
    for complaint in pallet_inference::Complaints::<Runtime>::iter_values() {
        let reason = pallet_inference::HoldReason::Complaint.into();
        add(complaint.operator, reason, complaint.fee);
    }
    for (account, worker) in pallet_workers::Workers::<Runtime>::iter() {
        let reason: RuntimeHoldReason = pallet_workers::HoldReason::Stake.into();
        add(account.clone(), reason, worker.stake);
        for chunk in worker.unbonding {
            add(account.clone(), reason, chunk.amount);
        }
    }
    for (_, _, challenge) in pallet_disputes::Challenges::<Runtime>::iter() {
        let reason = pallet_disputes::HoldReason::Bond.into();
        add(challenge.challenger, reason, challenge.bond);
    }
    for (who, _, seal) in pallet_disputes::Seals::<Runtime>::iter() {
        add(who, pallet_disputes::HoldReason::Seal.into(), seal.bond);
    }
    for (_, _, bounty) in pallet_disputes::Bounties::<Runtime>::iter() {
        let reason = pallet_disputes::HoldReason::Bounty.into();
        add(bounty.holder, reason, bounty.amount);
    }
    for family in pallet_models::Families::<Runtime>::iter_values() {
        let reason = pallet_models::HoldReason::Deposit.into();
        add(family.owner, reason, family.deposit);
    }
    sums
}

/// What no pallet can check alone, since it is about two of them.
fn check_across_pallets() {
    assert_eq!(held(), owed(), "what is held is what the records say");

    let mut open = BTreeMap::<ModelId, u32>::new();
    let mut locks = Vec::new();
    for (id, request) in InferenceRequests::<Runtime>::iter() {
        *open.entry(request.model).or_default() += 1;
        if let Some(audit) = request.audit.running() {
            locks.push((audit.auditor.clone(), id));
        }
        for slot in request.slots {
            let claim = (id, slot.worker.clone());
            if slot.state.is_locked() {
                locks.push((slot.worker.clone(), id));
            }
            if matches!(slot.state, SlotState::Revealed(_)) {
                assert_eq!(
                    slot.challenges,
                    pallet_disputes::ChallengeCount::<Runtime>::get(claim).total(),
                    "requests and disputes count the same challenges of a claim that stands"
                );
            }
        }
    }
    for (model, record) in pallet_models::AIModels::<Runtime>::iter() {
        assert_eq!(
            record.open_requests,
            open.remove(&model).unwrap_or(0),
            "a model counts its open requests"
        );
    }
    assert!(open.is_empty(), "a model with open requests is there");

    let mut locked: Vec<_> = pallet_workers::Locks::<Runtime>::iter_keys().collect();
    locked.sort();
    locks.sort();
    assert_eq!(
        locked, locks,
        "a lock for every slot, and every auditor, that has one"
    );

    let mut accusations = BTreeMap::<AccountId, u32>::new();
    for ((_, worker), _, _) in pallet_disputes::Challenges::<Runtime>::iter() {
        *accusations.entry(worker).or_default() += 1;
    }
    for (worker, record) in pallet_workers::Workers::<Runtime>::iter() {
        assert_eq!(
            record.accusations,
            accusations.remove(&worker).unwrap_or(0),
            "a worker is accused once for each challenge"
        );
    }

    for (request, _, ()) in pallet_disputes::Verdicts::<Runtime>::iter() {
        assert!(
            InferenceRequests::<Runtime>::contains_key(request),
            "a verdict is about an open request"
        );
    }
    for (request, _, _) in pallet_disputes::Opened::<Runtime>::iter() {
        assert!(
            InferenceRequests::<Runtime>::contains_key(request),
            "what was opened is of an open request"
        );
    }
}

/// Runs a story on a chain with the model live and the workers' tickets old enough.
pub fn story(play: impl FnOnce(&Digits)) {
    chain(DEVELOPMENT).execute_with(|| {
        let digits = Digits::load();
        begin_block();
        register(&digits);
        for worker in WORKERS {
            serve(&digits, worker);
        }
        pass(3);
        play(&digits);
        end_block();
    });
}

pub fn register(digits: &Digits) {
    let folder = scenarios();
    let bytes = std::fs::read(format!("{folder}/models/digits-mlp/compiled/graph.bin")).unwrap();
    ok(
        AUTHOR,
        pallet_models::Call::register_model {
            artefact: sp_io::hashing::sha2_256(&bytes),
            graph_root: digits.prover.graph_root::<HostSha256>(),
            header: digits.graph.header.clone(),
            price: PRICE,
            royalty: sp_runtime::Permill::from_percent(10),
            family: None,
            card: Box::new(pallet_models::ModelCard {
                name: b"digits".to_vec().try_into().unwrap(),
                ..Default::default()
            }),
        },
    );
    for page in page_items::<HostSha256>(&digits.graph).unwrap().chunks(3) {
        ok(
            AUTHOR,
            pallet_models::Call::submit_graph_page {
                model: digits.model,
                page: page.to_vec().encode().try_into().unwrap(),
            },
        );
    }
    assert!(System::events().iter().any(|record| matches!(
        record.event,
        RuntimeEvent::Models(pallet_models::Event::ModelCompleted { .. })
    )));
}

pub fn serve(digits: &Digits, worker: Sr25519Keyring) {
    ok(
        worker,
        pallet_workers::Call::register_worker {
            operator: operator_of(worker).to_account_id(),
            bond: BOND,
            min_price: PRICE,
        },
    );
    ok(
        operator_of(worker),
        pallet_workers::Call::serve_model {
            model: digits.model,
        },
    );
}

/// Ends the block, with all that is due, and checks the books.
pub fn end_block() {
    let before = burned();
    let issued = Balances::total_issuance();
    Executive::finalize_block();
    assert_eq!(
        Balances::total_issuance() + burned() - before,
        issued,
        "issuance changes only by what is burned"
    );
    check();
}

/// Every invariant, of each pallet and between them.
pub fn check() {
    #[cfg(feature = "try-runtime")]
    {
        use frame_support::traits::{TryState, TryStateSelect};
        AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All).unwrap();
    }
    check_across_pallets();
}

/// So many blocks later.
pub fn pass(blocks: u32) {
    for _ in 0..blocks {
        end_block();
        begin_block();
    }
}

/// What is not valid leaves no trace, as when a block is made.
fn apply(signer: &sr25519::Pair, call: RuntimeCall) -> sp_runtime::ApplyExtrinsicResult {
    with_transaction_unchecked(|| {
        let result = Executive::apply_extrinsic(sign_by(signer, 0, call));
        match result {
            Ok(_) => TransactionOutcome::Commit(result),
            Err(_) => TransactionOutcome::Rollback(result),
        }
    })
}

/// A signed transaction in the present block. Nothing is created or destroyed but what its events say.
pub fn submit(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) -> Result<(), DispatchError> {
    submit_by(&signer.pair(), call)
}

/// The same by whoever has the key.
pub fn submit_by(
    signer: &sr25519::Pair,
    call: impl Into<RuntimeCall>,
) -> Result<(), DispatchError> {
    let call = call.into();
    let (mut issued, mut before) = (Balances::total_issuance(), burned());
    let mut applied = apply(signer, call.clone());
    if applied == Err(InvalidTransaction::ExhaustsResources.into()) {
        // The block is full: in the next one.
        pass(1);
        (issued, before) = (Balances::total_issuance(), burned());
        applied = apply(signer, call);
    }
    let result = applied.expect("it is valid");
    assert_eq!(
        Balances::total_issuance() + burned() - before,
        issued,
        "issuance changes only by what is burned"
    );
    check_across_pallets();
    result
}

/// One that succeeds.
pub fn ok(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) {
    submit(signer, call).unwrap();
}

/// One that fails like this.
pub fn fails(
    signer: Sr25519Keyring,
    call: impl Into<RuntimeCall>,
    expected: impl Into<DispatchError>,
) {
    let mut error = submit(signer, call).unwrap_err();
    if let DispatchError::Module(ModuleError { message, .. }) = &mut error {
        *message = None;
    }
    let mut expected = expected.into();
    if let DispatchError::Module(ModuleError { message, .. }) = &mut expected {
        *message = None;
    }
    assert_eq!(error, expected);
}

pub fn wealth(account: Sr25519Keyring) -> Balance {
    Balances::total_balance(&account.to_account_id())
}

pub fn held_of(account: Sr25519Keyring) -> Balance {
    Balances::total_balance_on_hold(&account.to_account_id())
}

pub fn record(id: RequestId) -> Option<RequestRecordOf<Runtime>> {
    InferenceRequests::<Runtime>::get(id)
}

pub fn stake_of(worker: Sr25519Keyring) -> Balance {
    pallet_workers::Workers::<Runtime>::get(worker.to_account_id())
        .unwrap()
        .stake
}

pub fn lock_of(worker: Sr25519Keyring, id: RequestId) -> Balance {
    pallet_workers::Locks::<Runtime>::get(worker.to_account_id(), id).unwrap_or_default()
}

/// Asks, and waits for the draw. Returns the request and who was drawn.
pub fn ask(digits: &Digits, redundancy: u8) -> (RequestId, Vec<Sr25519Keyring>) {
    let id = pallet_inference::NextRequestId::<Runtime>::get();
    ok(
        USER,
        pallet_inference::Call::submit_inference_request {
            model: digits.model,
            inputs: digits.asked(),
            max_price: PRICE * Balance::from(redundancy),
            deadline: DEADLINE,
            redundancy,
        },
    );
    (id, drawn(id))
}

/// Waits for the draw.
pub fn drawn(id: RequestId) -> Vec<Sr25519Keyring> {
    while record(id).unwrap().status == pallet_inference::RequestStatus::Pending {
        pass(1);
    }
    record(id)
        .unwrap()
        .slots
        .iter()
        .filter(|slot| slot.state.is_locked())
        .map(|slot| {
            WORKERS
                .into_iter()
                .find(|worker| worker.to_account_id() == slot.worker)
                .unwrap()
        })
        .collect()
}

fn outputs(id: RequestId, answer: &Answer) -> pallet_inference::OutputsOf<Runtime> {
    record(id)
        .unwrap()
        .terms
        .outputs
        .iter()
        .map(|output| {
            answer.outputs[usize::from(output.node)]
                .clone()
                .try_into()
                .unwrap()
        })
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

/// The answer to a request of redundancy one.
pub fn result(id: RequestId, answer: &Answer) -> pallet_inference::Call<Runtime> {
    pallet_inference::Call::submit_inference_result {
        request: id,
        trace: answer.revealed(),
        outputs: outputs(id, answer),
    }
}

pub fn commit(
    id: RequestId,
    worker: Sr25519Keyring,
    answer: &Answer,
) -> pallet_inference::Call<Runtime> {
    let roots: Vec<_> = record(id)
        .unwrap()
        .terms
        .outputs
        .iter()
        .map(|output| answer.leaves[usize::from(output.node)])
        .collect();
    pallet_inference::Call::commit_result {
        request: id,
        commitment: commitment::<HostSha256>(
            id,
            &worker.to_account_id().encode(),
            &answer.trace_root(),
            &output_root::<HostSha256>(&roots),
            &SALT,
        ),
    }
}

pub fn reveal(id: RequestId, answer: &Answer) -> pallet_inference::Call<Runtime> {
    pallet_inference::Call::reveal_result {
        request: id,
        trace: answer.revealed(),
        outputs: outputs(id, answer),
        salt: SALT,
    }
}

/// Commits and reveals one answer for each worker.
pub fn claim(id: RequestId, workers: &[Sr25519Keyring], answers: &[Answer]) {
    for (worker, answer) in workers.iter().zip(answers) {
        ok(operator_of(*worker), commit(id, *worker, answer));
    }
    for (worker, answer) in workers.iter().zip(answers) {
        ok(operator_of(*worker), reveal(id, answer));
    }
}

pub fn complain(id: RequestId) -> pallet_inference::Call<Runtime> {
    pallet_inference::Call::input_unavailable { request: id }
}

pub fn publish(id: RequestId, digits: &Digits) -> pallet_inference::Call<Runtime> {
    pallet_inference::Call::publish_input {
        request: id,
        index: 0,
        bytes: digits.input.clone().try_into().unwrap(),
    }
}

pub fn settle(id: RequestId) -> pallet_inference::Call<Runtime> {
    pallet_inference::Call::settle { request: id }
}

pub fn contradict(
    id: RequestId,
    worker: Sr25519Keyring,
    proof: Vec<u8>,
    target: &Target,
) -> pallet_disputes::Call<Runtime> {
    contradict_sealed(id, worker, proof, target, None)
}

pub fn contradict_sealed(
    id: RequestId,
    worker: Sr25519Keyring,
    proof: Vec<u8>,
    target: &Target,
    salt: Option<pallet_disputes::Salt>,
) -> pallet_disputes::Call<Runtime> {
    let (request, worker) = (id, worker.to_account_id());
    let proof = proof.try_into().unwrap();
    match target {
        Target::Whole => pallet_disputes::Call::contradict_node {
            request,
            worker,
            proof,
            salt,
        },
        Target::Tile { .. } => pallet_disputes::Call::contradict_tile {
            request,
            worker,
            proof,
            salt,
        },
        Target::Element { .. } => pallet_disputes::Call::contradict_element {
            request,
            worker,
            proof,
            salt,
        },
    }
}

pub fn challenge(
    id: RequestId,
    worker: Sr25519Keyring,
    proof: Vec<u8>,
) -> pallet_disputes::Call<Runtime> {
    pallet_disputes::Call::challenge {
        request: id,
        worker: worker.to_account_id(),
        proof: proof.try_into().unwrap(),
    }
}

/// A seal over a claim with this trace root, and what shows it.
pub fn seal(
    who: Sr25519Keyring,
    id: RequestId,
    trace_root: Digest,
    node: u16,
    salt: pallet_disputes::Salt,
) -> [pallet_disputes::Call<Runtime>; 2] {
    let account = who.to_account_id();
    let seal = seal_of::<HostSha256>(id, &trace_root, node, account.as_ref(), &salt);
    let reveal = pallet_disputes::Call::reveal_seal {
        request: id,
        trace_root,
        salt,
    };
    [pallet_disputes::Call::seal { seal }, reveal]
}

/// Frees every bounty for which it is too late for seals, and forfeits every seal for which it is too late for bounties.
pub fn sweep_bounties() {
    let bounties: Vec<_> = pallet_disputes::Bounties::<Runtime>::iter_keys().collect();
    for (request, trace_root) in bounties {
        let call = pallet_disputes::Call::release_bounty {
            request,
            trace_root,
        };
        let _ = submit(KEEPER, call);
    }
    let seals: Vec<_> = pallet_disputes::Seals::<Runtime>::iter_keys().collect();
    for (who, seal) in seals {
        let _ = submit(KEEPER, pallet_disputes::Call::expire_seal { who, seal });
    }
}

pub fn open(id: RequestId, node: u16, opened: &Opening) -> pallet_disputes::Call<Runtime> {
    pallet_disputes::Call::open {
        request: id,
        node,
        opening: opened.encode().try_into().unwrap(),
    }
}

pub fn expire(id: RequestId, worker: Sr25519Keyring, node: u16) -> pallet_disputes::Call<Runtime> {
    pallet_disputes::Call::expire_challenge {
        request: id,
        worker: worker.to_account_id(),
        subject: Subject::Node(node),
    }
}

pub fn reclaim(id: RequestId, worker: Sr25519Keyring, node: u16) -> pallet_disputes::Call<Runtime> {
    pallet_disputes::Call::reclaim_bond {
        request: id,
        worker: worker.to_account_id(),
        subject: Subject::Node(node),
    }
}

/// Names of what a pallet still has in storage, besides what it has on an empty chain.
pub fn leftovers() -> Vec<String> {
    let kept = [
        ("Models", "Parameters"),
        ("Workers", "Parameters"),
        ("Inference", "Parameters"),
        ("Inference", "NextRequestId"),
        ("Inference", "Scheduled"),
        ("Inference", "Cursor"),
        ("Disputes", "Parameters"),
        ("Disputes", "SealsMade"),
        ("Payouts", "Parameters"),
        ("Payouts", "TotalClaimable"),
    ];
    let key = |pallet: &str, item: &str| {
        [
            sp_io::hashing::twox_128(pallet.as_bytes()),
            sp_io::hashing::twox_128(item.as_bytes()),
        ]
        .concat()
    };
    let expected: Vec<_> = kept.map(|(pallet, item)| key(pallet, item)).into();
    ["Models", "Workers", "Inference", "Disputes", "Payouts"]
        .into_iter()
        .flat_map(|pallet| {
            let prefix = sp_io::hashing::twox_128(pallet.as_bytes()).to_vec();
            let version = key(pallet, ":__STORAGE_VERSION__:");
            let mut found = Vec::new();
            let mut at = prefix.clone();
            while let Some(next) = sp_io::storage::next_key(&at) {
                if !next.starts_with(&prefix) {
                    break;
                }
                if next != version && !expected.contains(&next) {
                    found.push(format!(
                        "{pallet}: {:?}",
                        sp_core::hexdisplay::HexDisplay::from(&next)
                    ));
                }
                at = next;
            }
            found
        })
        .collect()
}
