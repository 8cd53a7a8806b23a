//! A runtime for the tests: real balances and payouts; models, workers and verdicts keep small books of their own, in
//! storage, so that what fails is rolled back.

use crate as pallet_inference;
use crate::offchain::OperatorKeys;
use crate::{
    Event, InferenceRequests, InputSource, OutputsOf, ParametersOf, ParametersRecord,
    RequestRecordOf, RequestStatus, SlotState,
};
use codec::{Decode, Encode};
use frame_support::pallet_prelude::*;
use frame_support::storage_alias;
use frame_support::traits::fungible::{Inspect, InspectHold, Mutate};
use frame_support::traits::tokens::{Fortitude, Precision, Preservation};
use frame_support::traits::{Hooks, Randomness};
use frame_support::{assert_ok, derive_impl, parameter_types, PalletId};
use frame_system::EnsureRoot;
use sp_core::H256;
use sp_runtime::{BuildStorage, Permill};
use veritrace_primitives::commit;
use veritrace_primitives::graph::{DType, Digest, TensorSpec};
use veritrace_primitives::page::{Subject, Trace};
use veritrace_primitives::proof::Rejection;
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{
    ChallengeBook, ChallengeView, ClaimBook, FamilyId, HostSha256, ModelId, ModelOutput,
    ModelRegistry, ModelTerms, RequestId, Slashed, VerdictBook, WorkerPool,
};

pub type Block = frame_system::mocking::MockBlockU32<Test>;
pub type AccountId = u64;
pub type Balance = u64;
pub type BlockNumber = u32;

pub const USER: AccountId = 1;
pub const OTHER_USER: AccountId = 2;
/// Cannot pay.
pub const PAUPER: AccountId = 3;
pub const AUTHOR: AccountId = 5;
pub const TREASURY: AccountId = 6;
pub const CHALLENGER: AccountId = 7;
pub const KEEPER: AccountId = 8;
/// Keeps the stakes.
pub const POOL: AccountId = 9;
/// Workers are this and the following; their operator keys are a hundred higher.
pub const FIRST_WORKER: AccountId = 11;

pub const FUNDS: Balance = 1_000_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 1;
pub const PRICE: Balance = 100;
pub const ROYALTY: Permill = Permill::from_percent(10);
pub const FEE: Permill = Permill::from_percent(5);
/// Of [`PRICE`], after royalty and fee.
pub const WAGE: Balance = 85;
pub const AUDIT_PAY: Permill = Permill::from_percent(70);
/// Of [`PRICE`], for an audit.
pub const AUDIT_FEE: Balance = 70;
pub const DEPOSIT: Balance = 50;
pub const LOCK: Balance = 1_000;
pub const PENALTY: Balance = 40;
pub const BOUNTY: Balance = 20;
pub const COMPLAINT_FEE: Balance = 15;
pub const UNAVAILABILITY_SHARE: Permill = Permill::from_percent(20);
/// Of [`PRICE`].
pub const COMPENSATION: Balance = 20;
pub const STAKE: Balance = 4_000;
pub const DEADLINE: BlockNumber = 5;
pub const MODEL: ModelId = [7; 32];
pub const INPUT: [u8; 4] = [1, 2, 3, 4];

pub const PARAMETERS: ParametersRecord<Balance, BlockNumber> = ParametersRecord {
    min_price: 10,
    request_deposit: DEPOSIT,
    max_open_per_account: 20,
    max_redundancy: 4,
    max_reassignments: 1,
    min_deadline: 2,
    max_deadline: 50,
    assign_window: 6,
    challenge_window: 12,
    agreed_window: 4,
    min_window_after_challenge: 3,
    bounty: BOUNTY,
    publish_window: 6,
    complaint_fee: COMPLAINT_FEE,
    unavailability_share: UNAVAILABILITY_SHARE,
    settle_reward: 0,
    audit_share: Permill::zero(),
    audit_pay: AUDIT_PAY,
    audit_window: 2,
};

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Payouts: pallet_payouts,
        Inference: pallet_inference,
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
    pub const DrawWeight: Weight = Weight::from_parts(1_000_000, 1_000);
    pub const ForgetWeight: Weight = Weight::from_parts(2_000_000, 2_000);
    // Not constant, so that there can be wrong ones.
    pub static MaxRedundancy: u32 = 4;
    pub static MaxSlots: u32 = 12;
    pub static MaxWork: u32 = 3;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
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

impl pallet_inference::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdminOrigin = EnsureRoot<AccountId>;
    type Models = Models;
    type Workers = Workers;
    type Verdicts = Verdicts;
    type Challenges = Challenges;
    type Operators = Keystore;
    type Payments = Payouts;
    type Treasury = Treasury;
    type Randomness = BlockRandomness;
    type MaxRedundancy = MaxRedundancy;
    type MaxSlots = MaxSlots;
    type MaxInputBytes = ConstU32<64>;
    type MaxOutputBytes = ConstU32<64>;
    type MaxWork = MaxWork;
    type DrawWeight = DrawWeight;
    type ForgetWeight = ForgetWeight;
    type WeightInfo = ();
}

/// Another number in each block, known in that block.
pub struct BlockRandomness;

impl Randomness<H256, BlockNumber> for BlockRandomness {
    fn random(subject: &[u8]) -> (H256, BlockNumber) {
        let now = System::block_number();
        (
            H256(sp_io::hashing::sha2_256(&(subject, now).encode())),
            now,
        )
    }
}

#[storage_alias]
pub type Terms = StorageMap<MockBooks, Twox64Concat, ModelId, ModelTerms<Balance>>;
/// The latest version of a family.
#[storage_alias]
pub type Latest = StorageMap<MockBooks, Twox64Concat, FamilyId, ModelId>;
#[storage_alias]
pub type Withdrawn = StorageMap<MockBooks, Twox64Concat, ModelId, ()>;
/// Models of layout version 2; any other is of version 1.
#[storage_alias]
pub type Chunked = StorageMap<MockBooks, Twox64Concat, ModelId, ()>;
#[storage_alias]
pub type Condemned = StorageMap<MockBooks, Twox64Concat, ModelId, ()>;
#[storage_alias]
pub type OpenRequests = StorageMap<MockBooks, Twox64Concat, ModelId, u32, ValueQuery>;
#[storage_alias]
pub type Serving = StorageValue<MockBooks, Vec<(AccountId, ModelId)>, ValueQuery>;
#[storage_alias]
pub type Stakes = StorageMap<MockBooks, Twox64Concat, AccountId, Balance, ValueQuery>;
#[storage_alias]
pub type Locks = StorageMap<MockBooks, Twox64Concat, (AccountId, RequestId), Balance>;
/// Workers that are their own operators.
#[storage_alias]
pub type BenchmarkWorkers = StorageMap<MockBooks, Twox64Concat, AccountId, ()>;
#[storage_alias]
pub type Burned = StorageValue<MockBooks, Balance, ValueQuery>;
#[storage_alias]
pub type Convicted = StorageMap<MockBooks, Twox64Concat, (RequestId, Digest), ()>;
#[storage_alias]
pub type Closed = StorageMap<MockBooks, Twox64Concat, RequestId, u32, ValueQuery>;

pub fn u8_spec(elements: u32) -> TensorSpec {
    TensorSpec {
        dtype: DType::U8,
        shape: vec![elements].try_into().unwrap(),
    }
}

pub fn model_terms(input_elements: u32) -> ModelTerms<Balance> {
    ModelTerms {
        graph_root: [8; 32],
        price: PRICE,
        royalty: ROYALTY,
        node_count: 3,
        inputs: vec![u8_spec(input_elements)].try_into().unwrap(),
        outputs: vec![ModelOutput {
            node: 2,
            spec: u8_spec(2),
        }]
        .try_into()
        .unwrap(),
    }
}

pub struct Models;

impl ModelRegistry<AccountId, Balance> for Models {
    fn terms(model: &ModelId) -> Option<ModelTerms<Balance>> {
        let offered = !Withdrawn::contains_key(model) && !Condemned::contains_key(model);
        Terms::get(model).filter(|_| offered)
    }
    fn layout(model: &ModelId) -> Option<Layout> {
        Terms::contains_key(model).then(|| match Chunked::contains_key(model) {
            true => Layout::Two,
            false => Layout::One,
        })
    }
    fn latest(family: &FamilyId) -> Option<ModelId> {
        Latest::get(family)
    }
    fn is_servable(model: &ModelId) -> bool {
        Terms::contains_key(model) && !Condemned::contains_key(model)
    }
    fn payee(model: &ModelId) -> Option<AccountId> {
        Self::is_servable(model).then_some(AUTHOR)
    }
    fn is_condemned(model: &ModelId) -> bool {
        Condemned::contains_key(model)
    }
    fn request_opened(model: &ModelId) -> DispatchResult {
        OpenRequests::mutate(model, |count| *count += 1);
        Ok(())
    }
    fn request_closed(model: &ModelId) {
        OpenRequests::mutate(model, |count| {
            *count = count.checked_sub(1).expect("a request closes once")
        });
    }
    #[cfg(feature = "runtime-benchmarks")]
    fn create_live_model(author: &AccountId, input_elements: u32) -> ModelId {
        let model = sp_io::hashing::sha2_256(&author.encode());
        Terms::insert(model, model_terms(input_elements));
        Latest::insert(model, model);
        model
    }
}

pub struct Workers;

impl Workers {
    pub fn locked(worker: &AccountId) -> Balance {
        Locks::iter()
            .filter(|((other, _), _)| other == worker)
            .map(|(_, lock)| lock)
            .sum()
    }

    pub fn bond(worker: AccountId, model: ModelId) {
        // Whose money it is matters to no test but must not come from nowhere.
        Balances::transfer(&KEEPER, &POOL, STAKE, Preservation::Preserve).unwrap();
        Stakes::mutate(worker, |stake| *stake += STAKE);
        Serving::append((worker, model));
    }

    fn burn(amount: Balance) {
        Balances::burn_from(
            &POOL,
            amount,
            Preservation::Preserve,
            Precision::Exact,
            Fortitude::Polite,
        )
        .unwrap();
        Burned::mutate(|burned| *burned += amount);
    }
}

impl WorkerPool<AccountId, Balance> for Workers {
    fn draw(
        model: &ModelId,
        _price: Balance,
        request: RequestId,
        excluded: &[AccountId],
        seed: Digest,
    ) -> Option<AccountId> {
        let able: Vec<AccountId> = Serving::get()
            .into_iter()
            .filter(|(worker, served)| {
                served == model
                    && !excluded.contains(worker)
                    && Stakes::get(worker) >= Self::locked(worker) + LOCK
            })
            .map(|(worker, _)| worker)
            .collect();
        let pick = u64::from_le_bytes(seed[..8].try_into().unwrap());
        let worker = *able.get((pick % (able.len() as u64).max(1)) as usize)?;
        assert!(!Locks::contains_key((worker, request)), "locked twice");
        Locks::insert((worker, request), LOCK);
        Some(worker)
    }
    fn worker_of(operator: &AccountId) -> Option<AccountId> {
        if BenchmarkWorkers::contains_key(operator) {
            return Some(*operator);
        }
        let worker = (*operator).checked_sub(100)?;
        Stakes::contains_key(worker).then_some(worker)
    }
    fn release(worker: &AccountId, request: RequestId) {
        Locks::remove((*worker, request));
    }
    fn penalise(worker: &AccountId, request: RequestId) -> Balance {
        if Locks::take((*worker, request)).is_none() {
            return 0;
        }
        Stakes::mutate(worker, |stake| *stake -= PENALTY);
        Self::burn(PENALTY);
        PENALTY
    }
    fn slash(
        worker: &AccountId,
        request: RequestId,
        shares: &[(AccountId, Balance)],
    ) -> Slashed<Balance> {
        let Some(lock) = Locks::take((*worker, request)) else {
            return Slashed::default();
        };
        Stakes::mutate(worker, |stake| *stake -= lock);
        let mut left = lock / 2;
        let (mut paid, mut first) = (0, None);
        for (to, amount) in shares {
            let part = left.min(*amount);
            Balances::transfer(&POOL, to, part, Preservation::Preserve).unwrap();
            left -= part;
            paid += part;
            first.get_or_insert(part);
        }
        Self::burn(lock - paid);
        Slashed {
            paid,
            first: first.unwrap_or_default(),
            burned: lock - paid,
        }
    }
    fn accuse(_worker: &AccountId) {}
    fn absolve(_worker: &AccountId) {}
    #[cfg(feature = "runtime-benchmarks")]
    fn create_worker(worker: &AccountId, model: &ModelId) {
        Self::bond(*worker, *model);
        BenchmarkWorkers::insert(worker, ());
    }
}

pub struct Verdicts;

impl VerdictBook for Verdicts {
    fn is_convicted(request: RequestId, trace_root: &Digest) -> bool {
        Convicted::contains_key((request, *trace_root))
    }
    fn convicted(request: RequestId) -> Vec<Digest> {
        Convicted::iter_keys()
            .filter_map(|(id, root)| (id == request).then_some(root))
            .collect()
    }
    fn request_closed(request: RequestId) {
        let roots: Vec<_> = Convicted::iter_keys()
            .filter(|(id, _)| *id == request)
            .collect();
        for key in roots {
            Convicted::remove(key);
        }
        Closed::mutate(request, |times| *times += 1);
    }
}

/// A challenge as it is kept here: what is challenged, bytes, whether it is opened, due.
pub type Challenge = (Subject, u32, bool, BlockNumber);

#[storage_alias]
pub type Challenged =
    StorageMap<MockBooks, Twox64Concat, (RequestId, AccountId), Vec<Challenge>, ValueQuery>;

/// What does not rebuild any leaf.
pub const FALSE_OPENING: &[u8] = b"false";

pub struct Challenges;

impl Challenges {
    /// What the call of an opening looks like.
    pub fn opening(request: RequestId, subject: Subject, opening: &[u8]) -> RuntimeCall {
        let remark = ("open", request, subject, opening).encode();
        frame_system::Call::remark { remark }.into()
    }

    /// What the call of an attestation looks like.
    pub fn attestation(request: RequestId, proof: &[u8]) -> RuntimeCall {
        let remark = ("attest", request, proof).encode();
        frame_system::Call::remark { remark }.into()
    }

    /// What the call of an expiry looks like.
    pub fn expiry(request: RequestId, worker: AccountId, subject: Subject) -> RuntimeCall {
        let remark = ("expire", request, worker, subject).encode();
        frame_system::Call::remark { remark }.into()
    }
}

impl ChallengeBook<AccountId, BlockNumber> for Challenges {
    type Call = frame_system::Call<Test>;

    fn challenges(request: RequestId, worker: &AccountId) -> Vec<ChallengeView<BlockNumber>> {
        Challenged::get((request, *worker))
            .into_iter()
            .map(|(subject, opening_bytes, is_opened, due)| ChallengeView {
                subject,
                opening_bytes,
                is_opened,
                due,
            })
            .collect()
    }
    fn open(
        request: RequestId,
        worker: &AccountId,
        subject: Subject,
        opening: Vec<u8>,
    ) -> Result<Self::Call, Rejection> {
        assert!(Challenged::contains_key((request, *worker)));
        match Self::opening(request, subject, &opening) {
            _ if opening == FALSE_OPENING => Err(Rejection::NotUnderLeaf),
            RuntimeCall::System(call) => Ok(call),
            other => panic!("{other:?} opens nothing"),
        }
    }
    fn attest(
        request: RequestId,
        auditor: &AccountId,
        proof: Vec<u8>,
    ) -> Result<Self::Call, Rejection> {
        assert!(Inference::audit(request, auditor).is_ok());
        match Self::attestation(request, &proof) {
            _ if proof == FALSE_OPENING => Err(Rejection::NotUnderLeaf),
            RuntimeCall::System(call) => Ok(call),
            other => panic!("{other:?} shows nothing"),
        }
    }
    fn expire(request: RequestId, worker: AccountId, subject: Subject) -> Self::Call {
        match Self::expiry(request, worker, subject) {
            RuntimeCall::System(call) => call,
            other => panic!("{other:?} ends nothing"),
        }
    }
}

parameter_types! {
    /// Accounts whose keys the node has.
    pub static Keys: Vec<AccountId> = Vec::new();
}

/// A transaction, as the keystore here signs it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Transaction {
    pub account: AccountId,
    pub call: RuntimeCall,
    pub nonce: u32,
    pub birth: BlockNumber,
    pub birth_hash: H256,
    pub life: u32,
}

pub struct Keystore;

impl OperatorKeys<Test> for Keystore {
    fn accounts() -> Vec<AccountId> {
        Keys::get()
    }
    fn sign(
        account: &AccountId,
        call: RuntimeCall,
        nonce: u32,
        birth: BlockNumber,
        life: u32,
    ) -> Option<Vec<u8>> {
        let transaction = Transaction {
            account: *account,
            call,
            nonce,
            birth,
            birth_hash: System::block_hash(birth),
            life,
        };
        Keys::get().contains(account).then(|| transaction.encode())
    }
}

/// Builds a chain and checks, after the test, every invariant of every book.
pub struct ExtBuilder {
    parameters: ParametersOf<Test>,
    workers: u64,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            parameters: PARAMETERS,
            workers: 4,
        }
    }
}

impl ExtBuilder {
    pub fn with_parameters(mut self, change: impl FnOnce(&mut ParametersOf<Test>)) -> Self {
        change(&mut self.parameters);
        self
    }

    pub fn with_workers(mut self, workers: u64) -> Self {
        self.workers = workers;
        self
    }

    pub fn build(self) -> sp_io::TestExternalities {
        let storage = RuntimeGenesisConfig {
            system: Default::default(),
            balances: pallet_balances::GenesisConfig {
                balances: vec![
                    (USER, FUNDS),
                    (OTHER_USER, FUNDS),
                    (PAUPER, PRICE),
                    (AUTHOR, FUNDS),
                    (TREASURY, FUNDS),
                    (CHALLENGER, FUNDS),
                    (KEEPER, FUNDS),
                    (POOL, EXISTENTIAL_DEPOSIT),
                ],
                ..Default::default()
            },
            payouts: pallet_payouts::GenesisConfig {
                parameters: pallet_payouts::PayoutParameters { protocol_fee: FEE },
                ..Default::default()
            },
            inference: pallet_inference::GenesisConfig {
                parameters: self.parameters,
            },
        }
        .build_storage()
        .unwrap();
        let mut ext = sp_io::TestExternalities::new(storage);
        ext.execute_with(|| {
            System::set_block_number(1);
            Terms::insert(MODEL, model_terms(INPUT.len() as u32));
            for index in 0..self.workers {
                let worker = FIRST_WORKER + index;
                Balances::mint_into(&worker, FUNDS).unwrap();
                Balances::mint_into(&(worker + 100), FUNDS).unwrap();
                Workers::bond(worker, MODEL);
            }
        });
        ext
    }

    pub fn build_and_execute(self, test: impl FnOnce()) {
        let mut ext = self.build();
        ext.execute_with(|| {
            let issued = Balances::total_issuance();
            test();
            check_everything(issued);
        });
    }
}

#[cfg(feature = "runtime-benchmarks")]
pub fn new_test_ext() -> sp_io::TestExternalities {
    ExtBuilder::default().build()
}

/// Every invariant, of this pallet, of payouts, and between the books.
pub fn check_everything(issued: Balance) {
    assert_ok!(Inference::do_try_state());
    assert_eq!(
        Balances::total_issuance() + Burned::get() + charged(),
        issued,
        "issuance changes by burns only"
    );
    assert_eq!(
        Balances::balance(&POOL),
        EXISTENTIAL_DEPOSIT + Stakes::iter_values().sum::<Balance>(),
        "stakes are all there"
    );
    let mut expected: Vec<_> = InferenceRequests::<Test>::iter()
        .flat_map(|(id, record)| {
            record
                .slots
                .iter()
                .filter(|slot| slot.state.is_locked())
                .map(move |slot| (slot.worker, id))
                .chain(record.audit.running().map(|audit| (audit.auditor, id)))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut locked: Vec<_> = Locks::iter_keys().collect();
    expected.sort_unstable();
    locked.sort_unstable();
    assert_eq!(locked, expected, "locks are those of open requests");
    for (model, count) in OpenRequests::iter() {
        let open = InferenceRequests::<Test>::iter_values()
            .filter(|record| record.model == model)
            .count();
        assert_eq!(open, count as usize, "models know their open requests");
    }
    for (id, times) in Closed::iter() {
        assert_eq!(times, 1, "verdicts are forgotten once");
        assert!(!InferenceRequests::<Test>::contains_key(id));
    }
    for (id, _) in Convicted::iter_keys() {
        assert!(
            InferenceRequests::<Test>::contains_key(id),
            "verdicts belong to open requests"
        );
    }
}

/// Ends blocks, sweeping each.
pub fn advance(blocks: BlockNumber) {
    for _ in 0..blocks {
        Inference::on_idle(System::block_number(), Weight::MAX);
        System::set_block_number(System::block_number() + 1);
    }
}

/// Ends blocks that are too full for a sweep.
pub fn advance_unswept(blocks: BlockNumber) {
    System::set_block_number(System::block_number() + blocks);
}

/// Fees of complaints that the present events say were burned.
fn charged() -> Balance {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Inference(Event::ComplaintCharged { burned, .. }) => Some(burned),
            _ => None,
        })
        .sum()
}

pub fn inputs() -> crate::InputsOf<Test> {
    vec![InputSource::Inline(INPUT.to_vec().try_into().unwrap())]
        .try_into()
        .unwrap()
}

/// The same by its root.
pub fn inputs_by_root() -> crate::InputsOf<Test> {
    let root = commit::tensor_root::<HostSha256>(Layout::One, &u8_spec(4), &INPUT).unwrap();
    vec![InputSource::ByRoot(root)].try_into().unwrap()
}

/// A request whose workers have just been drawn, in slot order, and who have to get its input elsewhere.
pub fn assigned_by_root(redundancy: u8) -> (RequestId, Vec<AccountId>) {
    let id = submit_with(USER, inputs_by_root(), redundancy);
    advance(1);
    assert_ok!(settle(id));
    (id, active(id))
}

pub fn complain(id: RequestId, worker: AccountId) -> DispatchResult {
    Inference::input_unavailable(operator(worker), id)
}

/// By the user, who has it.
pub fn publish(id: RequestId) -> DispatchResultWithPostInfo {
    let bytes = INPUT.to_vec().try_into().unwrap();
    Inference::publish_input(RuntimeOrigin::signed(USER), id, 0, bytes)
}

pub fn submit(user: AccountId, redundancy: u8) -> RequestId {
    submit_with(user, inputs(), redundancy)
}

pub fn submit_with(user: AccountId, inputs: crate::InputsOf<Test>, redundancy: u8) -> RequestId {
    let id = crate::NextRequestId::<Test>::get();
    assert_ok!(Inference::submit_inference_request(
        RuntimeOrigin::signed(user),
        MODEL,
        inputs,
        PRICE * u64::from(redundancy),
        DEADLINE,
        redundancy,
    ));
    id
}

/// A request whose workers have just been drawn, in slot order.
pub fn assigned(redundancy: u8) -> (RequestId, Vec<AccountId>) {
    let id = submit(USER, redundancy);
    advance(1);
    assert_ok!(settle(id));
    (id, active(id))
}

pub fn settle(id: RequestId) -> DispatchResultWithPostInfo {
    Inference::settle(RuntimeOrigin::signed(KEEPER), id)
}

pub fn record(id: RequestId) -> RequestRecordOf<Test> {
    InferenceRequests::<Test>::get(id).expect("the request is open")
}

pub fn status(id: RequestId) -> RequestStatus {
    record(id).status
}

pub fn is_closed(id: RequestId) -> bool {
    !InferenceRequests::<Test>::contains_key(id) && Closed::get(id) == 1
}

/// Workers that hold a lock for the request, in slot order.
pub fn active(id: RequestId) -> Vec<AccountId> {
    record(id)
        .slots
        .iter()
        .filter(|slot| slot.state.is_locked())
        .map(|slot| slot.worker)
        .collect()
}

pub fn state_of(id: RequestId, worker: AccountId) -> SlotState {
    record(id)
        .slots
        .iter()
        .find(|slot| slot.worker == worker)
        .expect("the worker was drawn")
        .state
}

/// Leaves of a well-formed answer, others for each tag.
pub fn leaves(tag: u8) -> Vec<Digest> {
    let leaf = commit::tensor_root::<HostSha256>(Layout::One, &u8_spec(2), &output(tag)).unwrap();
    vec![[tag; 32], [tag.wrapping_add(2); 32], leaf]
}

fn output(tag: u8) -> Vec<u8> {
    vec![tag, tag.wrapping_add(1)]
}

/// A well-formed answer.
pub fn answer(tag: u8) -> (Trace, OutputsOf<Test>) {
    (
        Trace::Leaves(leaves(tag).try_into().unwrap()),
        vec![output(tag).try_into().unwrap()].try_into().unwrap(),
    )
}

/// The same of a model with so many nodes, whose last but one has the output.
pub fn long_answer(nodes: u16, tag: u8) -> (Vec<Digest>, OutputsOf<Test>) {
    let mut long = vec![[tag; 32]; usize::from(nodes)];
    long[usize::from(nodes) - 2] = leaves(tag)[2];
    (long, answer(tag).1)
}

/// Gives an open request the terms of a model with so many nodes.
pub fn lengthen(id: RequestId, nodes: u16) {
    InferenceRequests::<Test>::mutate(id, |record| {
        let terms = &mut record.as_mut().unwrap().terms;
        terms.node_count = nodes;
        terms.outputs[0].node = nodes - 2;
    });
}

pub fn trace_root(tag: u8) -> Digest {
    commit::trace_root::<HostSha256>(&leaves(tag))
}

pub fn output_root(tag: u8) -> Digest {
    commit::output_root::<HostSha256>(&leaves(tag)[2..])
}

pub fn operator(worker: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(worker + 100)
}

pub fn result(id: RequestId, worker: AccountId, tag: u8) -> DispatchResultWithPostInfo {
    let (trace, outputs) = answer(tag);
    Inference::submit_inference_result(operator(worker), id, trace, outputs)
}

pub fn salt(worker: AccountId) -> [u8; 32] {
    sp_io::hashing::sha2_256(&worker.encode())
}

pub fn commitment(id: RequestId, worker: AccountId, tag: u8) -> Digest {
    commit::commitment::<HostSha256>(
        id,
        &worker.encode(),
        &trace_root(tag),
        &output_root(tag),
        &salt(worker),
    )
}

pub fn commit_to(id: RequestId, worker: AccountId, tag: u8) -> DispatchResult {
    Inference::commit_result(operator(worker), id, commitment(id, worker, tag))
}

pub fn reveal(id: RequestId, worker: AccountId, tag: u8) -> DispatchResultWithPostInfo {
    let (trace, outputs) = answer(tag);
    Inference::reveal_result(operator(worker), id, trace, outputs, salt(worker))
}

/// A request with a claim of each worker, by these tags.
pub fn claimed(tags: &[u8]) -> (RequestId, Vec<AccountId>) {
    let (id, workers) = assigned(tags.len() as u8);
    if let [tag] = tags {
        assert_ok!(result(id, workers[0], *tag));
    } else {
        for (worker, tag) in workers.iter().zip(tags) {
            assert_ok!(commit_to(id, *worker, *tag));
        }
        for (worker, tag) in workers.iter().zip(tags) {
            assert_ok!(reveal(id, *worker, *tag));
        }
    }
    (id, workers)
}

/// Parameters under which every claim is audited.
pub fn audited_always(parameters: &mut ParametersOf<Test>) {
    parameters.audit_share = Permill::one();
}

/// The audit of a request that runs.
pub fn audit(id: RequestId) -> crate::AuditRecordOf<Test> {
    let running = record(id).audit;
    running.running().expect("an auditor was drawn").clone()
}

/// What disputes do on a conviction.
pub fn convict(id: RequestId, tag: u8) -> Result<u32, DispatchError> {
    frame_support::storage::with_storage_layer(|| {
        Convicted::insert((id, trace_root(tag)), ());
        Inference::convict(id, trace_root(tag), Some(&CHALLENGER))
            .map(|conviction| conviction.struck)
    })
}

pub fn held(user: AccountId) -> Balance {
    Balances::total_balance_on_hold(&user)
}

/// Events of this pallet since the last call.
pub fn events() -> Vec<Event<Test>> {
    let events = System::events()
        .into_iter()
        .filter_map(|event| match event.event {
            RuntimeEvent::Inference(event) => Some(event),
            _ => None,
        })
        .collect();
    // They are forgotten now, and what they say is burned with them.
    Burned::mutate(|burned| *burned += charged());
    System::reset_events();
    events
}
