//! The small traits through which the pallets talk. Each is implemented by the pallet that owns the storage and wired
//! in the runtime; none gives access to storage.

use crate::graph::{Digest, TensorSpec, MAX_GRAPH_IO};
use crate::page::Subject;
use crate::proof::Rejection;
use crate::tensor::Layout;
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult, Permill};

/// Identifies a request, counted from zero.
pub type RequestId = u64;
/// Identifies a model: a hash over author, artefact and graph root.
pub type ModelId = Digest;
/// Identifies a family of models, the versions of one: the id of its first.
pub type FamilyId = ModelId;

/// SHA-256 by the node's host function: what pallets pass wherever this crate takes a hasher.
pub struct HostSha256;

impl crate::hash::Hasher for HostSha256 {
    fn hash(data: &[u8]) -> Digest {
        sp_io::hashing::sha2_256(data)
    }
}

/// A graph's output: node and spec.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ModelOutput {
    /// The node whose trace leaf the output must have.
    pub node: u16,
    /// Its type and shape.
    pub spec: TensorSpec,
}

/// What a request needs to know of a model, and keeps a copy of.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct ModelTerms<Balance> {
    /// What every proof is checked against.
    pub graph_root: Digest,
    /// Price of one inference by one worker.
    pub price: Balance,
    /// The share of the price that goes to the owner of the model's family.
    pub royalty: Permill,
    /// Leaves of a trace.
    pub node_count: u16,
    /// What a request brings.
    pub inputs: BoundedVec<TensorSpec, ConstU32<MAX_GRAPH_IO>>,
    /// What a claim answers.
    pub outputs: BoundedVec<ModelOutput, ConstU32<MAX_GRAPH_IO>>,
}

/// The models pallet, seen from requests and workers.
pub trait ModelRegistry<AccountId, Balance> {
    /// Terms of a model that takes requests; `None` when unknown, unfinished, deprecated or condemned.
    fn terms(model: &ModelId) -> Option<ModelTerms<Balance>>;
    /// How the model's inputs and outputs are committed to; `None` when unknown.
    fn layout(model: &ModelId) -> Option<Layout>;
    /// The version of a family that takes the requests made to its latest; `None` when unknown, or when there is none now.
    fn latest(family: &FamilyId) -> Option<ModelId>;
    /// Whether workers may (still) serve the model: registered in full and not condemned.
    fn is_servable(model: &ModelId) -> bool;
    /// Who is paid the royalty now: the owner of the model's family. `None` for an unknown or condemned model.
    fn payee(model: &ModelId) -> Option<AccountId>;
    /// Whether a node of the model was shown to be malformed. Its open requests are refunded and pay no claim.
    fn is_condemned(model: &ModelId) -> bool;
    /// A request was opened: the model's deposit stays locked until it closes.
    fn request_opened(model: &ModelId) -> DispatchResult;
    /// A request was closed, its last claim with it. Never fails; unknown models are ignored.
    fn request_closed(model: &ModelId);
    /// For benchmarks: a live model with `inputs` U8 input of that many elements, the latest of its own family, and its id.
    #[cfg(feature = "runtime-benchmarks")]
    fn create_live_model(author: &AccountId, input_elements: u32) -> ModelId;
}

/// The workers pallet, seen from requests and disputes. A lock is keyed by `(worker, request)`.
pub trait WorkerPool<AccountId, Balance> {
    /// Draws a worker by stake ticket in O(1), and locks stake for the request. A bounded number of tickets is tried;
    /// `None` when none of them belongs to a worker that serves the model at this price, is old enough, is not accused,
    /// is not in `excluded` and has the stake free.
    fn draw(
        model: &ModelId,
        price: Balance,
        request: RequestId,
        excluded: &[AccountId],
        seed: Digest,
    ) -> Option<AccountId>;
    /// The worker whose operator key this is.
    fn worker_of(operator: &AccountId) -> Option<AccountId>;
    /// Gives the lock back. Idempotent.
    fn release(worker: &AccountId, request: RequestId);
    /// Burns the no-show penalty out of the lock and gives the rest back. Idempotent: without a lock, nothing happens.
    /// Returns what was burned.
    fn penalise(worker: &AccountId, request: RequestId) -> Balance;
    /// Takes the whole lock: pays `shares` out of it in order, scaled down so that all together get at most half, and
    /// burns the rest. Idempotent: without a lock, nothing happens and `Slashed` is zero throughout.
    fn slash(
        worker: &AccountId,
        request: RequestId,
        shares: &[(AccountId, Balance)],
    ) -> Slashed<Balance>;
    /// A challenge against one of the worker's claims was opened: it gets no new work until `absolve`.
    fn accuse(worker: &AccountId);
    /// That challenge is over, whatever its outcome.
    fn absolve(worker: &AccountId);
    /// For benchmarks: a bonded worker that serves the model, whose operator is the account itself, old enough to be drawn.
    #[cfg(feature = "runtime-benchmarks")]
    fn create_worker(worker: &AccountId, model: &ModelId);
}

/// What became of a lock.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct Slashed<Balance> {
    /// Paid to the shares.
    pub paid: Balance,
    /// What of it the first share got.
    pub first: Balance,
    /// Burned.
    pub burned: Balance,
}

/// What a conviction came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Conviction<Balance> {
    /// Claims that were struck.
    pub struck: u32,
    /// What the challenger was paid for all of them.
    pub bounty: Balance,
}

/// What a dispute needs to know of a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimView {
    /// Of the request's snapshot.
    pub graph_root: Digest,
    /// Leaves of the trace.
    pub node_count: u16,
    /// Commitment to the trace.
    pub trace_root: Digest,
    /// Tensor root of each input, formed by the chain.
    pub input_roots: BoundedVec<Digest, ConstU32<MAX_GRAPH_IO>>,
}

/// What an auditor was drawn to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditView<AccountId> {
    /// Whose claim it is about.
    pub worker: AccountId,
    /// The node of whose output a tile is to be shown.
    pub node: u16,
    /// Decides which tile.
    pub lot: u64,
}

/// The inference pallet, seen from disputes.
pub trait ClaimBook<AccountId, Balance> {
    /// An open claim: revealed, not struck, not final. `None` otherwise.
    fn claim(request: RequestId, worker: &AccountId) -> Option<ClaimView>;
    /// A challenge against the claim was opened: the request does not settle until `challenge_closed`.
    fn challenge_opened(request: RequestId, worker: &AccountId) -> DispatchResult;
    /// The challenge ended without conviction; the window stays open for at least a minimum from now.
    fn challenge_closed(request: RequestId, worker: &AccountId);
    /// Strikes every claim of the request with this trace root: locks are slashed, `challenger` is rewarded, the user
    /// compensated, the request goes on with what is left, is reassigned, or refunded. `challenger` is `None` when no
    /// one earned a bounty.
    fn convict(
        request: RequestId,
        trace_root: Digest,
        challenger: Option<&AccountId>,
    ) -> Result<Conviction<Balance>, DispatchError>;
    /// What this account has to show as the auditor of a request; an error when it has nothing to, or not any more.
    fn audit(
        request: RequestId,
        auditor: &AccountId,
    ) -> Result<AuditView<AccountId>, DispatchError>;
    /// The auditor showed it: its lock is free, and it is paid when the request is.
    fn attested(request: RequestId, auditor: &AccountId) -> DispatchResult;
    /// For benchmarks: `auditor` was drawn to show this of an open claim, and is paid for it in the end.
    #[cfg(feature = "runtime-benchmarks")]
    fn create_audit(
        request: RequestId,
        worker: &AccountId,
        auditor: &AccountId,
        node: u16,
        lot: u64,
    );
    /// For benchmarks: an open claim with this trace root by `worker` on a model with this graph root and input roots.
    #[cfg(feature = "runtime-benchmarks")]
    fn create_claim(
        worker: &AccountId,
        graph_root: Digest,
        node_count: u16,
        trace_root: Digest,
        input_roots: &[Digest],
    ) -> RequestId;
}

/// The disputes pallet, seen from requests.
pub trait VerdictBook {
    /// Whether claims with this trace root have been proved wrong for this request.
    fn is_convicted(request: RequestId, trace_root: &Digest) -> bool;
    /// The trace roots that have been proved wrong for this request, at most one for each claim it saw. Reads all there
    /// are: not for calls and hooks.
    fn convicted(request: RequestId) -> Vec<Digest>;
    /// The request is closed: its verdicts may be forgotten. Bounded by the claims a request can have.
    fn request_closed(request: RequestId);
}

/// A challenge that runs against a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChallengeView<BlockNumber> {
    /// What the worker is to show.
    pub subject: Subject,
    /// Bytes of the opening; its form, too, is that of an opening limit of this many bytes.
    pub opening_bytes: u32,
    /// Whether the worker has opened it: then it is others who have the move.
    pub is_opened: bool,
    /// The first block in which it is too late for the present move.
    pub due: BlockNumber,
}

/// The disputes pallet, seen from whoever answers for a claim, or audits one, off chain.
pub trait ChallengeBook<AccountId, BlockNumber> {
    /// A call of that pallet.
    type Call;
    /// The challenges that run against a claim. Reads all there are, at most one for each node and page: not for calls and
    /// hooks.
    fn challenges(request: RequestId, worker: &AccountId) -> Vec<ChallengeView<BlockNumber>>;
    /// The call by which the worker's operator opens a node, or a page; or why the chain would not accept this opening: an
    /// encoded `Opening`, or the encoded leaves.
    fn open(
        request: RequestId,
        worker: &AccountId,
        subject: Subject,
        opening: Vec<u8>,
    ) -> Result<Self::Call, Rejection>;
    /// The call by which an auditor's operator shows its tile; or why the chain would not accept it.
    fn attest(
        request: RequestId,
        auditor: &AccountId,
        proof: Vec<u8>,
    ) -> Result<Self::Call, Rejection>;
    /// The call that ends a challenge whose clock has run out.
    fn expire(request: RequestId, worker: AccountId, subject: Subject) -> Self::Call;
}

/// A price, split. The three sum to the price exactly.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct Split<Balance> {
    /// The royalty, rounded down.
    pub author: Balance,
    /// The protocol fee, rounded down.
    pub treasury: Balance,
    /// The remainder.
    pub worker: Balance,
}

/// The payouts pallet: moves held funds to those who earned them. `Reason` is the runtime's hold reason.
pub trait Payments<AccountId, Balance, Reason> {
    /// Splits a price between author, treasury and worker by the exact-remainder rule.
    fn split(price: Balance, royalty: Permill) -> Split<Balance>;
    /// Pays `amount` held on `from` for `reason` to `to`; what is too small to open an account becomes claimable by it.
    fn pay(reason: &Reason, from: &AccountId, to: &AccountId, amount: Balance) -> DispatchResult;
    /// Pays the price of an inference once for each worker, and splits it: all of them or, when less is held than that,
    /// none.
    fn pay_inference(
        reason: &Reason,
        from: &AccountId,
        author: &AccountId,
        workers: &[AccountId],
        price: Balance,
        royalty: Permill,
    ) -> Result<Split<Balance>, DispatchError>;
}
