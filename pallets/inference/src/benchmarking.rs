//! Benchmarks: every call, every branch of `settle`, the sweep, and a verdict.
//!
//! The account that signs is whitelisted: whatever it calls, its fee and nonce read and write it. Its name stands before
//! the call, since what makes an origin is measured with it.

use crate::migrations::fixture::{older, older_parameters, SomeAdded};
use crate::migrations::v2::{most_bytes, v1, Migration};
use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::migrations::SteppedMigration;
use frame_support::pallet_prelude::*;
use frame_support::storage::{with_transaction, TransactionOutcome};
use frame_support::traits::fungible::hold::{Inspect as _, Mutate as _};
use frame_support::traits::fungible::{Inspect as _, Mutate as _};
use frame_support::traits::EnsureOrigin;
use frame_support::weights::WeightMeter;
use frame_system::pallet_prelude::BlockNumberFor;
use frame_system::RawOrigin;
use sp_runtime::traits::{Bounded, One, Saturating, Zero};
use sp_runtime::Permill;
use veritrace_primitives::commit;
use veritrace_primitives::graph::{DType, Digest, TensorSpec};
use veritrace_primitives::page::{Trace, MAX_PAGES, PAGE_LEAVES};
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{
    ClaimBook, HostSha256, ModelId, ModelOutput, ModelRegistry, RequestId, WorkerPool,
};
use veritrace_primitives::walk::Place;

const SALT: [u8; 32] = [7; 32];

fn now<T: Config>() -> BlockNumberFor<T> {
    frame_system::Pallet::<T>::block_number()
}

fn go_to<T: Config>(block: BlockNumberFor<T>) {
    frame_system::Pallet::<T>::set_block_number(block);
}

fn funded<T: Config>(name: &'static str, index: u32) -> T::AccountId {
    let who: T::AccountId = account(name, index, 0);
    fund::<T>(&who);
    who
}

fn fund<T: Config>(who: &T::AccountId) {
    // Prices and stakes of what is made for benchmarks are small against this.
    let plenty = T::Currency::minimum_balance()
        .saturating_mul(1_000_000_000u32.into())
        .min(BalanceOf::<T>::max_value() / 1_000_000u32.into());
    let _ = T::Currency::mint_into(who, plenty);
}

/// Parameters that let everything through, so that they differ from runtime to runtime in nothing that costs weight.
fn open_up<T: Config>() {
    Parameters::<T>::put(ParametersRecord {
        min_price: Default::default(),
        request_deposit: 1_000u32.into(),
        max_open_per_account: u32::MAX,
        max_redundancy: T::MaxRedundancy::get() as u8,
        max_reassignments: 1,
        min_deadline: 2u32.into(),
        max_deadline: 1_000u32.into(),
        assign_window: 100_000u32.into(),
        challenge_window: 100u32.into(),
        agreed_window: 50u32.into(),
        min_window_after_challenge: 10u32.into(),
        bounty: 100u32.into(),
        publish_window: 20u32.into(),
        complaint_fee: 100u32.into(),
        unavailability_share: Permill::from_percent(20),
        settle_reward: Default::default(),
        audit_share: Permill::zero(),
        audit_pay: Permill::from_percent(50),
        audit_window: 20u32.into(),
    });
    go_to::<T>(now::<T>().max(One::one()));
}

fn spec(elements: u32) -> TensorSpec {
    TensorSpec {
        dtype: DType::U8,
        shape: BoundedVec::truncate_from(alloc::vec![elements]),
    }
}

/// One input of so many bytes.
fn inline<T: Config>(bytes: u32) -> InputsOf<T> {
    let bytes = BoundedVec::truncate_from(alloc::vec![1; bytes as usize]);
    InputsOf::<T>::truncate_from(alloc::vec![InputSource::Inline(bytes)])
}

/// Names the request's input, of so many bytes, by its root, and puts as many and as large inputs beside it as there can
/// be. Returns what is to be published.
fn hide_input<T: Config>(id: RequestId, bytes: u32) -> InputBytesOf<T> {
    let hidden = InputBytesOf::<T>::truncate_from(alloc::vec![1; bytes as usize]);
    let specs = |size: u32| [bytes, size, size, size].map(spec);
    let largest = T::MaxInputBytes::get();
    let root =
        commit::tensor_root::<HostSha256>(Layout::One, &spec(bytes), &hidden).expect("it fits");
    let beside = InputSource::Inline(BoundedVec::truncate_from(alloc::vec![2; largest as usize]));
    let mut sources = alloc::vec![InputSource::ByRoot(root)];
    sources.extend(core::iter::repeat_n(beside, 3));
    edit::<T>(id, |record| {
        record.terms.inputs = BoundedVec::truncate_from(specs(largest).to_vec());
        record.input_roots = BoundedVec::truncate_from(alloc::vec![root; 4]);
        record.visibility = Visibility::Private;
    });
    Inputs::<T>::insert(id, InputsOf::<T>::truncate_from(sources));
    hidden
}

/// The same of a request that waits for it.
fn awaiting<T: Config>(k: u32, bytes: u32) -> (RequestId, InputBytesOf<T>) {
    let id = assigned::<T>(k);
    let hidden = hide_input::<T>(id, bytes);
    // A block later, so that it leaves one bucket for another.
    go_to::<T>(now::<T>().saturating_add(One::one()));
    Pallet::<T>::do_input_unavailable(worker::<T>(0), id).expect("it is early");
    (id, hidden)
}

fn worker<T: Config>(index: u32) -> T::AccountId {
    funded::<T>("worker", index)
}

/// A request of a new model for `k` workers that waits for its draw, and so many who serve it.
fn pending<T: Config>(workers: u32, bytes: u32, k: u32) -> RequestId {
    open_up::<T>();
    let author = funded::<T>("author", 0);
    let model = T::Models::create_live_model(&author, bytes);
    for index in 0..workers {
        T::Workers::create_worker(&worker::<T>(index), &model);
    }
    let user = funded::<T>("user", 0);
    let id = NextRequestId::<T>::get();
    let inputs = inline::<T>(bytes);
    Pallet::<T>::do_submit_request(
        user,
        model,
        inputs,
        BalanceOf::<T>::max_value(),
        10u32.into(),
        k as u8,
    )
    .expect("a request of a live model is accepted");
    id
}

/// Goes on, block by block, to where this transition of the request is possible. A draw tries a bounded number of tickets,
/// which may belong to workers drawn already.
fn go_to_where<T: Config>(id: RequestId, branch: SettleBranch) {
    for _ in 0..1_000 {
        let found = with_transaction(|| {
            let found = Pallet::<T>::do_advance(id).is_ok_and(|done| done.branch == branch);
            TransactionOutcome::Rollback(Ok::<bool, DispatchError>(found))
        });
        if found == Ok(true) {
            return;
        }
        go_to::<T>(now::<T>().saturating_add(One::one()));
    }
    panic!("workers made for a model are drawn");
}

/// The same with its workers drawn.
fn assigned<T: Config>(k: u32) -> RequestId {
    let id = pending::<T>(k, 16, k);
    go_to_where::<T>(id, SettleBranch::Assigned);
    Pallet::<T>::do_advance(id).expect("the draw was tried");
    id
}

fn edit<T: Config>(id: RequestId, change: impl FnOnce(&mut RequestRecordOf<T>)) {
    InferenceRequests::<T>::mutate(id, |record| change(record.as_mut().expect("it is open")));
}

fn record_of<T: Config>(id: RequestId) -> RequestRecordOf<T> {
    InferenceRequests::<T>::get(id).expect("it is open")
}

/// Gives the request a model with such a trace and output, and returns what its worker answers.
fn reshape<T: Config>(id: RequestId, leaves: u32, bytes: u32) -> (Vec<Digest>, OutputsOf<T>) {
    let spec = spec(bytes);
    let output = alloc::vec![3; bytes as usize];
    let leaf = commit::tensor_root::<HostSha256>(Layout::One, &spec, &output)
        .expect("the length is right");
    edit::<T>(id, |record| {
        record.terms.node_count = leaves as u16;
        record.terms.outputs = BoundedVec::truncate_from(alloc::vec![ModelOutput {
            node: leaves.saturating_sub(1) as u16,
            spec,
        }]);
    });
    let trace = alloc::vec![leaf; leaves as usize];
    let outputs = OutputsOf::<T>::truncate_from(alloc::vec![BoundedVec::truncate_from(output)]);
    (trace, outputs)
}

fn commitment<T: Config>(id: RequestId, worker: &T::AccountId, trace: &[Digest]) -> Digest {
    let trace_root = commit::trace_root::<HostSha256>(trace);
    let roots: Vec<Digest> = record_of::<T>(id)
        .terms
        .outputs
        .iter()
        .map(|output| trace[usize::from(output.node)])
        .collect();
    let output_root = commit::output_root::<HostSha256>(&roots);
    commit::commitment::<HostSha256>(id, &worker.encode(), &trace_root, &output_root, &SALT)
}

/// The same with as many outputs as a model has, all of the same node.
fn reshape_paged<T: Config>(id: RequestId, pages: u32, bytes: u32) -> (Vec<Digest>, OutputsOf<T>) {
    let (leaves, outputs) = reshape::<T>(id, pages * PAGE_LEAVES, bytes);
    let mut all = outputs.into_inner();
    edit::<T>(id, |record| {
        let only = record.terms.outputs[0].clone();
        // Bytes are counted over all outputs, so that the others are small.
        let small = ModelOutput {
            node: 0,
            spec: spec(1),
        };
        record.terms.outputs =
            BoundedVec::truncate_from(alloc::vec![only, small.clone(), small.clone(), small]);
    });
    all.extend((0..3).map(|_| BoundedVec::truncate_from(alloc::vec![3])));
    let mut leaves = leaves;
    leaves[0] =
        commit::tensor_root::<HostSha256>(Layout::One, &spec(1), &[3]).expect("a byte is a tensor");
    (leaves, OutputsOf::<T>::truncate_from(all))
}

/// The trace as its worker reveals it.
fn revealed<T: Config>(id: RequestId, leaves: &[Digest]) -> Trace {
    let outputs: Vec<u16> = record_of::<T>(id)
        .terms
        .outputs
        .iter()
        .map(|output| output.node)
        .collect();
    Trace::of::<HostSha256>(leaves, &outputs).expect("the graph is not too large")
}

/// Puts a claim of each worker into the books, by what the trace root of each index is.
fn claim_all<T: Config>(id: RequestId, root_of: impl Fn(usize) -> Digest) {
    let mut record = record_of::<T>(id);
    for (index, slot) in record.slots.iter_mut().enumerate() {
        let trace_root = root_of(index);
        slot.state = SlotState::Revealed(trace_root);
        Claims::<T>::insert(
            id,
            &slot.worker,
            ClaimRecord {
                trace_root,
                output_root: [2; 32],
                at: now::<T>(),
            },
        );
        let output = BoundedVec::truncate_from(alloc::vec![1; T::MaxOutputBytes::get() as usize]);
        Answers::<T>::insert(
            id,
            &slot.worker,
            OutputsOf::<T>::truncate_from(alloc::vec![output; 4]),
        );
    }
    Pallet::<T>::open_window(id, record);
}

/// Goes to the end of the present phase.
fn go_to_due<T: Config>(id: RequestId) {
    go_to::<T>(record_of::<T>(id).due);
}

fn assert_done<T: Config>(id: RequestId, status: Option<RequestStatus>) {
    assert_eq!(
        InferenceRequests::<T>::get(id).map(|record| record.status),
        status
    );
}

/// See [`ClaimBook::create_claim`].
pub(crate) fn create_claim<T: Config>(
    worker: &T::AccountId,
    graph_root: Digest,
    node_count: u16,
    trace_root: Digest,
    input_roots: &[Digest],
) -> RequestId {
    if now::<T>() < One::one() {
        go_to::<T>(One::one());
    }
    // A model for each claim, so that nobody else can be drawn.
    let id = NextRequestId::<T>::get();
    let author = funded::<T>("claim author", id as u32);
    let model: ModelId = T::Models::create_live_model(&author, 16);
    fund::<T>(worker);
    T::Workers::create_worker(worker, &model);
    let user = funded::<T>("claim user", id as u32);
    let mut terms = T::Models::terms(&model).expect("the model is live");
    let drawn =
        (0u8..100).find_map(|seed| T::Workers::draw(&model, terms.price, id, &[], [seed; 32]));
    assert!(drawn.as_ref() == Some(worker), "the only worker is drawn");
    WorkOf::<T>::try_append(worker, id).expect("the worker has room");
    NextRequestId::<T>::put(id.saturating_add(1));
    T::Models::request_opened(&model).expect("the model is live");
    let deposit: BalanceOf<T> = 1_000u32.into();
    T::Currency::hold(&HoldReason::Escrow.into(), &user, terms.price).expect("funded");
    T::Currency::hold(&HoldReason::Deposit.into(), &user, deposit).expect("funded");
    OpenOf::<T>::mutate(&user, |count| count.saturating_inc());
    Inputs::<T>::insert(
        id,
        InputsOf::<T>::truncate_from(
            input_roots
                .iter()
                .map(|_| InputSource::Inline(BoundedVec::truncate_from(alloc::vec![1; 16])))
                .collect(),
        ),
    );
    terms.graph_root = graph_root;
    terms.node_count = node_count;
    let input_spec = spec(16);
    terms.inputs =
        BoundedVec::truncate_from(input_roots.iter().map(|_| input_spec.clone()).collect());
    let escrow = terms.price;
    let record = RequestRecord {
        user,
        model,
        terms,
        redundancy: 1,
        escrow,
        deposit,
        input_roots: BoundedVec::truncate_from(input_roots.to_vec()),
        visibility: Visibility::Public,
        status: RequestStatus::Claimed,
        deadline: 10u32.into(),
        since: now::<T>(),
        due: now::<T>(),
        bucket: None,
        // Refunding is the dearer end.
        attempts_left: 0,
        slots: BoundedVec::truncate_from(alloc::vec![SlotRecord {
            worker: worker.clone(),
            state: SlotState::Assigned,
            challenges: 0,
        }]),
        audit: AuditState::None,
    };
    InferenceRequests::<T>::insert(id, record);
    claim_all::<T>(id, |_| trace_root);
    id
}

/// See [`ClaimBook::create_audit`].
pub(crate) fn create_audit<T: Config>(
    id: RequestId,
    worker: &T::AccountId,
    auditor: &T::AccountId,
    node: u16,
    lot: u64,
) {
    let record = record_of::<T>(id);
    let excluded: alloc::vec::Vec<_> = record
        .slots
        .iter()
        .map(|slot| slot.worker.clone())
        .collect();
    fund::<T>(auditor);
    fund::<T>(&T::Treasury::get());
    T::Workers::create_worker(auditor, &record.model);
    let price = record.terms.price;
    let drawn = (0u8..200)
        .find_map(|seed| T::Workers::draw(&record.model, price, id, &excluded, [seed; 32]));
    assert!(
        drawn.as_ref() == Some(auditor),
        "the only other worker is drawn"
    );
    WorkOf::<T>::try_append(auditor, id).expect("the auditor has room");
    // An account that is paid holds no less than the least there can be.
    let fee = T::Currency::minimum_balance().max(1u32.into());
    T::Currency::hold(&HoldReason::Audit.into(), &T::Treasury::get(), fee).expect("funded");
    edit::<T>(id, |record| {
        // The window outlasts the audit.
        record.due = now::<T>().saturating_add(100u32.into());
        record.audit = AuditState::Running(AuditRecord {
            auditor: auditor.clone(),
            worker: worker.clone(),
            node,
            lot,
            due: now::<T>().saturating_add(50u32.into()),
            fee,
        });
    });
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn submit_inference_request(b: Linear<1, { T::MaxInputBytes::get() }>) {
        open_up::<T>();
        let author = funded::<T>("author", 0);
        let model = T::Models::create_live_model(&author, b);
        let user = funded::<T>("user", 0);
        whitelist_account!(user);
        let inputs = inline::<T>(b);
        let id = NextRequestId::<T>::get();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(user),
            model,
            inputs,
            BalanceOf::<T>::max_value(),
            10u32.into(),
            1,
        );

        assert_done::<T>(id, Some(RequestStatus::Pending));
    }

    #[benchmark]
    fn submit_request_to_latest(b: Linear<1, { T::MaxInputBytes::get() }>) {
        open_up::<T>();
        let author = funded::<T>("author", 0);
        // The first of its family has the family's id.
        let family = T::Models::create_live_model(&author, b);
        let user = funded::<T>("user", 0);
        whitelist_account!(user);
        let inputs = inline::<T>(b);
        let id = NextRequestId::<T>::get();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(user),
            family,
            inputs,
            BalanceOf::<T>::max_value(),
            10u32.into(),
            1,
        );

        assert_done::<T>(id, Some(RequestStatus::Pending));
    }

    #[benchmark]
    fn submit_inference_result(
        t: Linear<1, { PAGE_LEAVES }>,
        o: Linear<1, { T::MaxOutputBytes::get() }>,
    ) {
        let id = assigned::<T>(1);
        let (leaves, outputs) = reshape::<T>(id, t, o);
        let trace = revealed::<T>(id, &leaves);
        let signer = worker::<T>(0);

        #[extrinsic_call]
        _(RawOrigin::Signed(signer), id, trace, outputs);

        assert_done::<T>(id, Some(RequestStatus::Claimed));
    }

    /// A trace of `p` pages, with as many outputs as a model has.
    #[benchmark]
    fn submit_paged_result(
        p: Linear<2, { MAX_PAGES }>,
        o: Linear<1, { T::MaxOutputBytes::get() }>,
    ) {
        let id = assigned::<T>(1);
        let (leaves, outputs) = reshape_paged::<T>(id, p, o);
        let trace = revealed::<T>(id, &leaves);
        let signer = worker::<T>(0);

        #[extrinsic_call]
        submit_inference_result(RawOrigin::Signed(signer), id, trace, outputs);

        assert_done::<T>(id, Some(RequestStatus::Claimed));
    }

    #[benchmark]
    fn reveal_paged_result(
        p: Linear<2, { MAX_PAGES }>,
        o: Linear<1, { T::MaxOutputBytes::get() }>,
    ) {
        let id = assigned::<T>(1);
        let (leaves, outputs) = reshape_paged::<T>(id, p, o);
        let trace = revealed::<T>(id, &leaves);
        let committed = commitment::<T>(id, &worker::<T>(0), &leaves);
        edit::<T>(id, |record| {
            record.status = RequestStatus::Revealing;
            for slot in record.slots.iter_mut() {
                slot.state = SlotState::Committed(committed);
            }
        });
        let signer = worker::<T>(0);

        #[extrinsic_call]
        reveal_result(RawOrigin::Signed(signer), id, trace, outputs, SALT);

        assert_done::<T>(id, Some(RequestStatus::Claimed));
    }

    #[benchmark]
    fn commit_result() {
        let k = T::MaxRedundancy::get();
        let id = assigned::<T>(k);
        // The last one of them opens the reveals.
        edit::<T>(id, |record| {
            record.status = RequestStatus::Committing;
            for slot in record.slots.iter_mut() {
                if slot.worker != worker::<T>(0) {
                    slot.state = SlotState::Committed([1; 32]);
                }
            }
        });
        // A block later, so that it leaves one bucket for another.
        go_to::<T>(now::<T>().saturating_add(One::one()));
        let signer = worker::<T>(0);

        #[extrinsic_call]
        _(RawOrigin::Signed(signer), id, [9; 32]);

        assert_done::<T>(id, Some(RequestStatus::Revealing));
    }

    #[benchmark]
    fn reveal_result(t: Linear<1, { PAGE_LEAVES }>, o: Linear<1, { T::MaxOutputBytes::get() }>) {
        let id = assigned::<T>(1);
        let (leaves, outputs) = reshape::<T>(id, t, o);
        let trace = revealed::<T>(id, &leaves);
        let committed = commitment::<T>(id, &worker::<T>(0), &leaves);
        edit::<T>(id, |record| {
            record.status = RequestStatus::Revealing;
            for slot in record.slots.iter_mut() {
                slot.state = SlotState::Committed(committed);
            }
        });
        let signer = worker::<T>(0);

        #[extrinsic_call]
        _(RawOrigin::Signed(signer), id, trace, outputs, SALT);

        assert_done::<T>(id, Some(RequestStatus::Claimed));
    }

    #[benchmark]
    fn input_unavailable() {
        let id = assigned::<T>(1);
        hide_input::<T>(id, 16);
        go_to::<T>(now::<T>().saturating_add(One::one()));
        let signer = worker::<T>(0);

        #[extrinsic_call]
        _(RawOrigin::Signed(signer), id);

        assert_done::<T>(id, Some(RequestStatus::AwaitingInput));
    }

    #[benchmark]
    fn publish_input(b: Linear<1, { T::MaxInputBytes::get() }>) {
        let id = assigned::<T>(1);
        let bytes = hide_input::<T>(id, b);
        // After the claim: that the window is longer costs more than that nothing follows.
        claim_all::<T>(id, |_| [1; 32]);
        go_to::<T>(now::<T>().saturating_add(One::one()));
        let caller = funded::<T>("publisher", 0);
        whitelist_account!(caller);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, 0, bytes);

        assert_eq!(record_of::<T>(id).visibility, Visibility::Public);
        assert_done::<T>(id, Some(RequestStatus::Claimed));
    }

    #[benchmark]
    fn publish_input_resumes(b: Linear<1, { T::MaxInputBytes::get() }>) {
        let (id, bytes) = awaiting::<T>(1, b);
        let caller = funded::<T>("publisher", 0);
        whitelist_account!(caller);
        go_to::<T>(now::<T>().saturating_add(One::one()));

        #[extrinsic_call]
        publish_input(RawOrigin::Signed(caller), id, 0, bytes);

        assert_done::<T>(id, Some(RequestStatus::Assigned));
        assert!(!Complaints::<T>::contains_key(id));
    }

    #[benchmark]
    fn cancel_request() {
        let id = pending::<T>(1, T::MaxInputBytes::get(), 1);
        let user = record_of::<T>(id).user;
        whitelist_account!(user);

        #[extrinsic_call]
        _(RawOrigin::Signed(user), id);

        assert_done::<T>(id, None);
    }

    #[benchmark]
    fn set_parameters() -> Result<(), BenchmarkError> {
        open_up::<T>();
        let mut parameters = Parameters::<T>::get();
        parameters.bounty = 7u32.into();
        parameters.max_reassignments = 0;
        let origin =
            T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, parameters);

        assert_eq!(Parameters::<T>::get(), parameters);
        Ok(())
    }

    #[benchmark]
    fn settle_assign(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let id = pending::<T>(k, 16, k);
        go_to_where::<T>(id, SettleBranch::Assigned);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_eq!(record_of::<T>(id).slots.len(), k as usize);
    }

    #[benchmark]
    fn settle_expire() {
        let id = pending::<T>(1, T::MaxInputBytes::get(), 1);
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, None);
    }

    #[benchmark]
    fn settle_reopen(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        edit::<T>(id, |record| {
            record.status = RequestStatus::Committing;
            record.attempts_left = 1;
        });
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, Some(RequestStatus::Pending));
    }

    #[benchmark]
    fn settle_refund(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        edit::<T>(id, |record| {
            record.status = RequestStatus::Committing;
            record.attempts_left = 0;
        });
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, None);
    }

    #[benchmark]
    fn settle_replace(k: Linear<2, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        let model = record_of::<T>(id).model;
        for index in 0..k {
            T::Workers::create_worker(&worker::<T>(100 + index), &model);
        }
        edit::<T>(id, |record| {
            record.attempts_left = 1;
            if let Some(slot) = record.slots.iter_mut().next() {
                slot.state = SlotState::Committed([1; 32]);
            }
        });
        go_to_due::<T>(id);
        go_to_where::<T>(id, SettleBranch::Replaced);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert!(record_of::<T>(id).slots.len() > k as usize);
        assert_done::<T>(id, Some(RequestStatus::Committing));
    }

    #[benchmark]
    fn settle_open_reveals(k: Linear<2, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        // The draw of replacements fails, which costs as much as one that succeeds.
        edit::<T>(id, |record| {
            record.attempts_left = 1;
            if let Some(slot) = record.slots.iter_mut().next() {
                slot.state = SlotState::Committed([1; 32]);
            }
        });
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, Some(RequestStatus::Revealing));
    }

    #[benchmark]
    fn settle_open_window(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        claim_all::<T>(id, |_| [1; 32]);
        edit::<T>(id, |record| {
            record.status = RequestStatus::Revealing;
            for slot in record.slots.iter_mut().skip(1) {
                Claims::<T>::remove(id, &slot.worker);
                Answers::<T>::remove(id, &slot.worker);
                slot.state = SlotState::Committed([1; 32]);
            }
        });
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, Some(RequestStatus::Claimed));
    }

    #[benchmark]
    fn settle_pay(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        let RequestRecord { user, terms, .. } = record_of::<T>(id);
        let (before, price) = (T::Currency::total_balance(&user), terms.price);
        claim_all::<T>(id, |_| [1; 32]);
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, None);
        assert!(T::Currency::balance_on_hold(&HoldReason::Escrow.into(), &user).is_zero());
        assert_eq!(T::Currency::total_balance(&user), before - price * k.into());
    }

    #[benchmark]
    fn settle_contest(k: Linear<2, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        claim_all::<T>(id, |index| [index as u8; 32]);
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, Some(RequestStatus::Contested));
    }

    #[benchmark]
    fn settle_close_contest(k: Linear<2, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        claim_all::<T>(id, |index| [index as u8; 32]);
        go_to_due::<T>(id);
        Pallet::<T>::do_advance(id).expect("the window is over");
        // As after verdicts on others: those that are left agree.
        let mut record = record_of::<T>(id);
        for slot in record.slots.iter_mut() {
            slot.state = SlotState::Revealed([1; 32]);
        }
        let due = now::<T>().saturating_add(10u32.into());
        record.due = due;
        Pallet::<T>::schedule(id, &mut record, due);
        InferenceRequests::<T>::insert(id, record);
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, None);
    }

    /// The draw itself counts apart, as that of workers does.
    #[benchmark]
    fn settle_draw_audit() {
        let id = assigned::<T>(1);
        let model = record_of::<T>(id).model;
        fund::<T>(&T::Treasury::get());
        T::Workers::create_worker(&worker::<T>(100), &model);
        Parameters::<T>::mutate(|parameters| parameters.audit_share = Permill::one());
        claim_all::<T>(id, |_| [1; 32]);
        go_to_where::<T>(id, SettleBranch::AuditDrawn);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert!(record_of::<T>(id).audit.running().is_some());
    }

    /// Ways to no audit are part of the way to one, down to the worker that is not found.
    #[benchmark]
    fn settle_waive_audit() {
        let id = assigned::<T>(1);
        fund::<T>(&T::Treasury::get());
        Parameters::<T>::mutate(|parameters| parameters.audit_share = Permill::one());
        claim_all::<T>(id, |_| [1; 32]);
        go_to_where::<T>(id, SettleBranch::AuditWaived);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert!(record_of::<T>(id).audit == AuditState::None);
    }

    /// A late auditor, whose lock is penalised: more than to pay one, whose lock is free already.
    #[benchmark]
    fn end_audit() {
        let id = assigned::<T>(1);
        claim_all::<T>(id, |_| [1; 32]);
        let auditor = funded::<T>("auditor", 0);
        create_audit::<T>(id, &worker::<T>(0), &auditor, 0, 0);
        go_to_due::<T>(id);
        let mut record = record_of::<T>(id);

        #[block]
        {
            Pallet::<T>::end_audit(id, &mut record, true);
        }

        assert!(record.audit == AuditState::None);
        assert!(WorkOf::<T>::get(&auditor).is_empty());
        edit::<T>(id, |stored| stored.audit = AuditState::None);
    }

    #[benchmark]
    fn reward_keeper() {
        let id = pending::<T>(1, 16, 1);
        go_to_due::<T>(id);
        let reward = T::Currency::minimum_balance()
            .max(1u32.into())
            .min(record_of::<T>(id).deposit);
        Parameters::<T>::mutate(|parameters| parameters.settle_reward = reward);
        let keeper = funded::<T>("keeper", 0);
        let before = T::Currency::balance(&keeper);
        let rewarded;

        #[block]
        {
            rewarded = Pallet::<T>::reward_keeper(&keeper, id);
        }

        assert!(rewarded);
        assert_eq!(T::Currency::balance(&keeper), before.saturating_add(reward));
    }

    #[benchmark]
    fn settle_unpublished(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let (id, _) = awaiting::<T>(k, 16);
        go_to_due::<T>(id);
        let caller = funded::<T>("keeper", 0);

        #[extrinsic_call]
        settle(RawOrigin::Signed(caller), id);

        assert_done::<T>(id, None);
        assert!(!Complaints::<T>::contains_key(id));
    }

    #[benchmark]
    fn convict(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let id = assigned::<T>(k);
        claim_all::<T>(id, |_| [1; 32]);
        edit::<T>(id, |record| record.attempts_left = 0);
        let challenger = funded::<T>("challenger", 0);
        let struck;

        #[block]
        {
            struck = Pallet::<T>::convict(id, [1; 32], Some(&challenger));
        }

        assert_eq!(struck.map(|conviction| conviction.struck), Ok(k));
        assert_done::<T>(id, None);
    }

    #[benchmark]
    fn sweep_base() {
        open_up::<T>();
        let now = now::<T>();
        Cursor::<T>::put(now.saturating_add(One::one()));
        let mut meter = WeightMeter::new();

        #[block]
        {
            Pallet::<T>::sweep(now, &mut meter);
        }

        assert_eq!(meter.consumed(), T::WeightInfo::sweep_base());
    }

    #[benchmark]
    fn sweep_bucket() {
        open_up::<T>();
        let now = now::<T>();
        Cursor::<T>::put(now);
        let mut meter = WeightMeter::new();

        #[block]
        {
            Pallet::<T>::sweep(now, &mut meter);
        }

        assert_eq!(Cursor::<T>::get(), now.saturating_add(One::one()));
    }

    #[benchmark]
    fn sweep_entry() {
        let id = pending::<T>(0, 16, 1);
        let bucket = record_of::<T>(id).bucket.expect("it waits for its draw");
        let found;

        #[block]
        {
            found = Due::<T>::iter_prefix(bucket).next();
        }

        assert_eq!(found, Some((id, ())));
    }

    #[benchmark]
    fn sweep_move() {
        let id = assigned::<T>(1);
        let bucket = record_of::<T>(id).due;
        edit::<T>(id, |record| record.due.saturating_accrue(20u32.into()));
        go_to::<T>(bucket);

        #[block]
        {
            Pallet::<T>::sweep_one(id, bucket);
        }

        assert!(record_of::<T>(id).bucket > Some(bucket));
    }

    #[benchmark]
    fn sweep_postpone(k: Linear<1, { T::MaxRedundancy::get() }>) {
        let id = pending::<T>(k.saturating_sub(1), 16, k);
        let bucket = now::<T>().saturating_add(One::one());
        go_to::<T>(bucket);

        #[block]
        {
            Pallet::<T>::sweep_one(id, bucket);
        }

        assert_done::<T>(id, Some(RequestStatus::Pending));
        assert!(record_of::<T>(id).bucket > Some(bucket));
    }

    /// What the first step, and every other, does besides the requests.
    #[benchmark]
    fn migrate_parameters() {
        StorageVersion::new(1).put::<Pallet<T>>();
        v1::Parameters::<T>::put(older_parameters::<T>());

        #[block]
        {
            let done = Migration::<T, SomeAdded>::step(None, &mut WeightMeter::new());
            assert_eq!(done, Ok(None));
        }

        assert_eq!(Pallet::<T>::on_chain_storage_version(), 2);
        assert_eq!(Parameters::<T>::get().publish_window, 2u32.into());
    }

    /// With as many slots as a request has, and so many bytes of inputs.
    #[benchmark]
    fn migrate_request(b: Linear<0, { most_bytes::<T>() }>) {
        let id = pending::<T>(1, 16, 1);
        let mut record = record_of::<T>(id);
        record.slots = BoundedVec::truncate_from(
            (0..T::MaxSlots::get())
                .map(|index| SlotRecord {
                    worker: account("slot", index, 0),
                    state: SlotState::Revealed([1; 32]),
                    challenges: 1,
                })
                .collect(),
        );
        let quarter = BoundedVec::truncate_from(alloc::vec![1; (b / 4) as usize]);
        StorageVersion::new(1).put::<Pallet<T>>();
        v1::InferenceRequests::<T>::insert(id, older(record.clone()));
        v1::Inputs::<T>::insert(
            id,
            v1::InputsOf::<T>::truncate_from(alloc::vec![quarter; 4]),
        );

        #[block]
        {
            let place = Some(Place::default());
            let done = Migration::<T, SomeAdded>::step(place, &mut WeightMeter::new());
            assert_eq!(done, Ok(None));
        }

        assert_eq!(record_of::<T>(id), record);
        let inputs = Inputs::<T>::get(id).expect("they were brought over");
        assert_eq!(Pallet::<T>::input_bytes_of(&inputs), b / 4 * 4);
    }

    #[cfg(test)]
    mod with_real_pallets {
        use crate::integration::{chain, Full};
        use frame_benchmarking::Benchmarking;

        #[test]
        fn benchmarks_should_run_when_the_other_pallets_are_the_real_ones() {
            let names = crate::Pallet::<Full>::benchmarks(true);
            assert!(names.len() > 20);
            for benchmark in names {
                let name = String::from_utf8_lossy(&benchmark.name).into_owned();
                chain().execute_with(|| {
                    crate::Pallet::<Full>::test_bench_by_name(&benchmark.name)
                        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
                });
            }
        }
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
