#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

extern crate alloc;

pub use pallet::*;

pub mod audit;
pub mod branch;
pub mod migrations;
pub mod offchain;
pub mod runtime_api;
pub mod types;
pub mod weights;

mod claim_book;
mod dispatchable_impls;
mod input;
mod keeper;
mod request_life;
mod schedule;
mod transitions;
mod utility_impls;

#[cfg(feature = "runtime-benchmarks")]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
mod benchmarking;
#[cfg(all(test, feature = "runtime-benchmarks"))]
mod integration;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;

pub use audit::{AuditRecord, AuditRecordOf, AuditState, Waiver};
pub use branch::SettleBranch;
pub use input::{ComplaintRecord, InputSource, Visibility};
pub use types::*;
pub use weights::WeightInfo;

use frame_support::traits::fungible;

/// Balance of the pallet's currency.
pub type BalanceOf<T> =
    <<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

// What the macro expands to has expectations of its own.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use crate::offchain::OperatorKeys;
    use frame_support::pallet_prelude::*;
    use frame_support::traits::{fungible, Randomness};
    use frame_support::weights::WeightMeter;
    use frame_system::pallet_prelude::*;
    use veritrace_primitives::graph::Digest;
    use veritrace_primitives::page::Trace;
    use veritrace_primitives::traits::{
        ChallengeBook, FamilyId, ModelId, ModelRegistry, Payments, RequestId, VerdictBook,
        WorkerPool,
    };
    use veritrace_primitives::walk::Key;

    /// Layout of the storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Configuration of the pallet.
    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeCall: From<Call<Self>>> {
        /// What users pay in.
        type Currency: fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + fungible::Mutate<Self::AccountId>;

        /// The runtime's hold reason.
        type RuntimeHoldReason: From<HoldReason>;

        /// Who may change the parameters.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// The models that can be asked.
        type Models: ModelRegistry<Self::AccountId, BalanceOf<Self>>;

        /// The workers that can be drawn, and their locks.
        type Workers: WorkerPool<Self::AccountId, BalanceOf<Self>>;

        /// Which traces have been proved wrong.
        type Verdicts: VerdictBook;

        /// The challenges that the off-chain worker answers.
        type Challenges: ChallengeBook<
            Self::AccountId,
            BlockNumberFor<Self>,
            Call: Into<<Self as frame_system::Config>::RuntimeCall>,
        >;

        /// The operator keys in the node's keystore, which the off-chain worker signs with.
        type Operators: OperatorKeys<Self>;

        /// Moves escrow to those who earned it.
        type Payments: Payments<Self::AccountId, BalanceOf<Self>, Self::RuntimeHoldReason>;

        /// Receives the protocol's fee, and pays for audits.
        type Treasury: Get<Self::AccountId>;

        /// Decides who is drawn. A bias costs fairness, never soundness.
        type Randomness: Randomness<Self::Hash, BlockNumberFor<Self>>;

        /// Most workers a request asks for.
        #[pallet::constant]
        type MaxRedundancy: Get<u32>;

        /// Most workers ever drawn for one request: redundancy times one more than the reassignments.
        #[pallet::constant]
        type MaxSlots: Get<u32>;

        /// Most bytes of one input, on chain or by its root.
        #[pallet::constant]
        type MaxInputBytes: Get<u32>;

        /// Most bytes of one output in a claim. A larger one is committed to by its leaf in the trace.
        #[pallet::constant]
        type MaxOutputBytes: Get<u32>;

        /// Most requests a worker has at once.
        #[pallet::constant]
        type MaxWork: Get<u32>;

        /// Most that one draw weighs, with a pool in the worst order.
        type DrawWeight: Get<Weight>;

        /// Most that forgetting the verdicts of a request that closes weighs, and what was opened of its claims.
        type ForgetWeight: Get<Weight>;

        /// Weights of the calls and of the branches of `settle`.
        type WeightInfo: WeightInfo;
    }

    /// Why funds of a user are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The price of an open request.
        #[codec(index = 0)]
        Escrow,
        /// The storage of an open request.
        #[codec(index = 1)]
        Deposit,
        /// The word of an operator that an input cannot be had.
        #[codec(index = 2)]
        Complaint,
        /// The fees of audits that were drawn, on the treasury's account.
        #[codec(index = 3)]
        Audit,
    }

    /// Everything economic or temporal.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, ParametersOf<T>, ValueQuery>;

    /// Id of the next request.
    #[pallet::storage]
    pub type NextRequestId<T: Config> = StorageValue<_, RequestId, ValueQuery>;

    /// Open requests.
    // Hasher: Twox safe since ids are counted.
    #[pallet::storage]
    pub type InferenceRequests<T: Config> =
        StorageMap<_, Twox64Concat, RequestId, RequestRecordOf<T>>;

    /// What open requests ask.
    // Hasher: Twox safe since ids are counted.
    #[pallet::storage]
    pub type Inputs<T: Config> = StorageMap<_, Twox64Concat, RequestId, InputsOf<T>>;

    /// The requests that wait for an input, and whose word it is that it cannot be had.
    // Hasher: Twox safe since ids are counted.
    #[pallet::storage]
    pub type Complaints<T: Config> = StorageMap<_, Twox64Concat, RequestId, ComplaintRecordOf<T>>;

    /// Claims that stand, by request and worker.
    // Hashers: Twox safe since ids are counted, and workers of a request were drawn.
    #[pallet::storage]
    pub type Claims<T: Config> =
        StorageDoubleMap<_, Twox64Concat, RequestId, Twox64Concat, T::AccountId, ClaimRecordOf<T>>;

    /// What the claims that stand answer, by request and worker. Apart from [`Claims`], so that to pay one does not read
    /// what it answers.
    // Hashers: as of the claims.
    #[pallet::storage]
    pub type Answers<T: Config> =
        StorageDoubleMap<_, Twox64Concat, RequestId, Twox64Concat, T::AccountId, OutputsOf<T>>;

    /// Deadline buckets: what the sweep looks at in a block. An index of [`InferenceRequests`], and never consulted for
    /// whether a phase is over. An entry for each request, so that none of the others is read to put it in or take it out.
    // Hashers: Twox safe since block numbers are within the windows of the parameters, and ids are counted.
    #[pallet::storage]
    pub type Due<T: Config> =
        StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, RequestId, ()>;

    /// The first bucket that has not been swept.
    #[pallet::storage]
    pub type Cursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

    /// How many requests a user has open, contested ones aside.
    // Hasher: Blake2 since anyone chooses his account.
    #[pallet::storage]
    pub type OpenOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    /// The requests for which stake of a worker is locked.
    // Hasher: Blake2 since anyone chooses his account.
    #[pallet::storage]
    pub type WorkOf<T: Config> = StorageMap<
        _,
        Blake2_128Concat,
        T::AccountId,
        BoundedVec<RequestId, T::MaxWork>,
        ValueQuery,
    >;

    /// Parameters at genesis.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Everything economic or temporal.
        pub parameters: ParametersOf<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(
                Pallet::<T>::check_parameters(&self.parameters).is_ok(),
                "inference parameters contradict each other or the runtime's limits"
            );
            Parameters::<T>::put(self.parameters);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A request was made, its price and deposit are held.
        RequestSubmitted {
            /// The request.
            request: RequestId,
            /// Who pays.
            user: T::AccountId,
            /// What is to be run.
            model: ModelId,
            /// How many workers it asks for.
            redundancy: u8,
            /// Held for the workers.
            escrow: BalanceOf<T>,
            /// Held for the storage.
            deposit: BalanceOf<T>,
        },
        /// Workers were drawn, their stake is locked.
        RequestAssigned {
            /// The request.
            request: RequestId,
            /// The workers.
            workers: WorkersOf<T>,
            /// The first block in which they are late.
            due: BlockNumberFor<T>,
        },
        /// Workers who did not commit were replaced.
        WorkersReplaced {
            /// The request.
            request: RequestId,
            /// The replacements.
            workers: WorkersOf<T>,
            /// The first block in which they are late.
            due: BlockNumberFor<T>,
        },
        /// A worker committed to a claim.
        ResultCommitted {
            /// The request.
            request: RequestId,
            /// The worker.
            worker: T::AccountId,
            /// What it committed to.
            commitment: Digest,
        },
        /// No more commits: those who committed may reveal.
        RevealOpened {
            /// The request.
            request: RequestId,
            /// The first block in which it is too late to reveal.
            due: BlockNumberFor<T>,
        },
        /// A worker made a claim: the request has a soft result.
        ResultRevealed {
            /// The request.
            request: RequestId,
            /// The worker.
            worker: T::AccountId,
            /// Commitment to its trace.
            trace_root: Digest,
            /// Commitment to its answer.
            output_root: Digest,
            /// Whether anyone can check it, or only who holds the inputs.
            visibility: Visibility,
        },
        /// All claims are in. They may be contradicted until the window ends.
        WindowOpened {
            /// The request.
            request: RequestId,
            /// The first block in which claims that stand unchallenged are final.
            due: BlockNumberFor<T>,
            /// Whether the window is the shorter one, all workers having made the same claim.
            agreed: bool,
        },
        /// The window ends later, because a challenge ended, a claim fell, or the inputs were published.
        WindowExtended {
            /// The request.
            request: RequestId,
            /// The first block in which claims that stand unchallenged are final.
            due: BlockNumberFor<T>,
        },
        /// A worker was late.
        WorkerMissed {
            /// The request.
            request: RequestId,
            /// The worker.
            worker: T::AccountId,
            /// Burned from its lock.
            burned: BalanceOf<T>,
        },
        /// A worker owes nothing for a request of a condemned model.
        WorkerExcused {
            /// The request.
            request: RequestId,
            /// The worker.
            worker: T::AccountId,
        },
        /// A challenge was opened against a claim: the request does not settle before it ends.
        ClaimChallenged {
            /// The request.
            request: RequestId,
            /// Whose claim.
            worker: T::AccountId,
        },
        /// A challenge against a claim ended without conviction.
        ChallengeWithdrawn {
            /// The request.
            request: RequestId,
            /// Whose claim.
            worker: T::AccountId,
        },
        /// A claim was proved wrong.
        ClaimStruck {
            /// The request.
            request: RequestId,
            /// Whose claim.
            worker: T::AccountId,
            /// Commitment to the trace that is wrong.
            trace_root: Digest,
            /// Paid out of the lock.
            paid: BalanceOf<T>,
            /// Burned from the lock.
            burned: BalanceOf<T>,
        },
        /// Workers are drawn anew.
        RequestReopened {
            /// The request.
            request: RequestId,
            /// How many times this can happen again.
            attempts_left: u8,
            /// The first block in which it is refunded if no workers are found.
            due: BlockNumberFor<T>,
        },
        /// The claims that stand are final, everyone was paid, the request is closed.
        Settled {
            /// The request.
            request: RequestId,
            /// Commitment to the answer.
            output_root: Digest,
            /// How many workers were paid.
            workers: u32,
            /// Taken from the escrow, the author's and the treasury's parts included.
            paid: BalanceOf<T>,
            /// Given back to the user: the rest of the escrow, and the deposit.
            refunded: BalanceOf<T>,
            /// Whether anyone could have contradicted it, or only who held the inputs.
            visibility: Visibility,
        },
        /// The payment failed, and its amount went back to the user. A bug in the runtime.
        PaymentFailed {
            /// The request.
            request: RequestId,
            /// What failed.
            error: DispatchError,
        },
        /// The user withdrew his request before workers were drawn. It is closed.
        RequestCancelled {
            /// The request.
            request: RequestId,
            /// Given back: escrow and deposit.
            refunded: BalanceOf<T>,
        },
        /// The user got his money back, the request is closed.
        RequestRefunded {
            /// The request.
            request: RequestId,
            /// Why.
            reason: RefundReason,
            /// Given back: escrow and deposit.
            refunded: BalanceOf<T>,
        },
        /// Unequal claims that no one contradicted: the user got his money back, the locks wait for a verdict.
        RequestContested {
            /// The request.
            request: RequestId,
            /// Given back: escrow and deposit.
            refunded: BalanceOf<T>,
        },
        /// Verdicts left no unequal claims of a contested request. It closes when the window ends.
        ContestDecided {
            /// The request.
            request: RequestId,
            /// The first block in which it can be closed.
            due: BlockNumberFor<T>,
        },
        /// A contested request was closed, and the locks that were left given back.
        ContestClosed {
            /// The request.
            request: RequestId,
        },
        /// A request was settled that the sweep had left over.
        KeeperRewarded {
            /// The request.
            request: RequestId,
            /// Who settled it.
            keeper: T::AccountId,
            /// Paid out of the request's deposit.
            amount: BalanceOf<T>,
        },
        /// A worker was drawn to show a tile of a claim. Its stake is locked, the fee is on hold.
        AuditDrawn {
            /// The request.
            request: RequestId,
            /// Who has to show it.
            auditor: T::AccountId,
            /// Whose claim.
            worker: T::AccountId,
            /// The node of whose output a tile is to be shown.
            node: u16,
            /// Decides which tile: the remainder of its division by their number.
            lot: u64,
            /// The first block in which it is too late.
            due: BlockNumberFor<T>,
            /// Held of the treasury.
            fee: BalanceOf<T>,
        },
        /// The claims that are in are not audited.
        AuditWaived {
            /// The request.
            request: RequestId,
            /// Why.
            reason: Waiver,
        },
        /// An auditor showed its tile. Its stake is free, and it is paid when the request is.
        AuditAttested {
            /// The request.
            request: RequestId,
            /// The auditor.
            auditor: T::AccountId,
            /// Whose claim it was about.
            worker: T::AccountId,
        },
        /// An auditor was paid by the treasury.
        AuditPaid {
            /// The request.
            request: RequestId,
            /// The auditor.
            auditor: T::AccountId,
            /// What it got.
            fee: BalanceOf<T>,
        },
        /// An auditor that had shown its tile is not paid, since the request is not, or the claim fell.
        AuditUnpaid {
            /// The request.
            request: RequestId,
            /// The auditor.
            auditor: T::AccountId,
        },
        /// An auditor showed nothing in time.
        AuditMissed {
            /// The request.
            request: RequestId,
            /// The auditor.
            auditor: T::AccountId,
            /// Burned from its lock.
            burned: BalanceOf<T>,
        },
        /// An auditor that still had time owes nothing any more: the claim fell, or the model was condemned.
        AuditCalledOff {
            /// The request.
            request: RequestId,
            /// The auditor.
            auditor: T::AccountId,
        },
        /// The parameters were changed.
        ParametersChanged {
            /// What holds from now on.
            parameters: ParametersOf<T>,
        },
        /// A worker cannot get an input: the request waits until every one of them is published.
        InputDemanded {
            /// The request.
            request: RequestId,
            /// The worker.
            worker: T::AccountId,
            /// Held from its operator.
            fee: BalanceOf<T>,
            /// The first block in which it is too late to publish.
            due: BlockNumberFor<T>,
        },
        /// An input that was named by its root is on chain.
        InputPublished {
            /// The request.
            request: RequestId,
            /// Which of the model's inputs.
            index: u8,
            /// Who published it.
            who: T::AccountId,
        },
        /// Every input is on chain: the workers have the whole working phase again.
        RequestResumed {
            /// The request.
            request: RequestId,
            /// The first block in which they are late.
            due: BlockNumberFor<T>,
        },
        /// The input that could not be had was published: the complaint is paid for.
        ComplaintCharged {
            /// The request.
            request: RequestId,
            /// Who complained.
            operator: T::AccountId,
            /// Burned of what was held.
            burned: BalanceOf<T>,
        },
        /// The input that could not be had was not published, or does not matter any more.
        ComplaintReleased {
            /// The request.
            request: RequestId,
            /// Who complained.
            operator: T::AccountId,
            /// Given back of what was held.
            released: BalanceOf<T>,
        },
        /// A worker was paid for a request whose input could not be had. Its lock was given back.
        WorkerCompensated {
            /// The request.
            request: RequestId,
            /// The worker.
            worker: T::AccountId,
            /// Paid out of the escrow.
            amount: BalanceOf<T>,
        },
        /// What an earlier release stored under this key is not what it stores. It was left as it is: root can look at it, and
        /// put it right with `set_storage`.
        NotMigrated {
            /// The key, with the map's prefix.
            key: Key,
        },
    }

    #[pallet::error]
    #[derive(PartialEq)]
    pub enum Error<T> {
        /// No open request has this id. It was never made, or is closed.
        UnknownRequest,
        /// The model takes no requests: it is unknown, unfinished, deprecated or condemned. Choose a live one.
        ModelNotOffered,
        /// The family has no version that takes the requests to its latest: it is unknown, or its owner has withdrawn that
        /// version and named no other. Name a model.
        NoLatestVersion,
        /// The model is condemned. `settle` refunds the request, nothing else can be done for it.
        ModelCondemned,
        /// The number of workers is zero or above the parameter `max_redundancy`. Ask for as many as it allows.
        RedundancyOutOfRange,
        /// The deadline is outside the parameters `min_deadline` and `max_deadline`. It counts blocks from the draw.
        DeadlineOutOfRange,
        /// The price of all workers together exceeds what the user is ready to pay. Ask for the present price.
        PriceAboveLimit,
        /// The model is cheaper than the parameter `min_price`. Its owner has to raise the price.
        PriceBelowFloor,
        /// The inputs are not those of the model, in number or in bytes, or not the one that the request names. Compare with
        /// the model's input specs and the record's `input_roots`.
        InputMismatch,
        /// The user has the most requests open that an account may have. Wait until one closes.
        TooManyOpenRequests,
        /// The origin is no worker's operator key. Work is signed by the key named at registration.
        NotAnOperator,
        /// The worker was not drawn for the request, or has lost its slot. Read the record's `slots`.
        NotAssigned,
        /// The worker has already committed or revealed. The first submission stands; a second one is no offence.
        AlreadySubmitted,
        /// The request is not in the phase to which this call belongs. Read its status.
        WrongPhase,
        /// The phase ended by its block number, swept or not. Act before the record's `due`.
        TooLate,
        /// The trace has not one leaf per node of the model, or is not revealed in the form that the number of nodes demands:
        /// as its leaves, or by its pages. Reveal what the request's own copy of the terms asks for.
        TraceLengthMismatch,
        /// An output is missing, superfluous, of the wrong size, or not the tensor that the trace commits to. Give the bytes
        /// of each of the model's outputs, in its order; none for one larger than `MaxOutputBytes`.
        OutputMismatch,
        /// This is not what the worker committed to. Request, account, trace, answer and salt must all be the same.
        CommitmentMismatch,
        /// Only the user who made the request may cancel it. Sign with that account.
        NotRequester,
        /// Workers have been drawn, so that the request can no longer be cancelled. Wait for its result or its refund.
        AlreadyAssigned,
        /// The present phase is not over, and nothing else is due. See the record's `due`.
        NothingDue,
        /// A challenge runs against a claim. Settle when it has ended.
        ChallengesOpen,
        /// The draw found too few workers. It is tried again in the next block until the assign window ends.
        NoWorkerAvailable,
        /// No open claim of that worker or with that trace: it was never made, has fallen, or is final. Nothing is left to
        /// be proved.
        ClaimNotOpen,
        /// The parameters contradict each other or the limits of the runtime. See [`ParametersRecord`].
        InconsistentParameters,
        /// A counter would overflow. Nothing was changed; try again when less is open.
        Overflow,
        /// The model's input is larger than a transaction could publish, so that it cannot be named by its root. Choose a
        /// model with smaller inputs.
        InputNotPublishable,
        /// The input is on chain already. Read it from `Inputs`.
        InputAvailable,
        /// The model has no input of this index. They are counted from zero, in the order of its specs.
        NoSuchInput,
        /// The worker has nothing to show of this request: it is not audited, by another worker, or the audit has ended. Read
        /// the record's `audit`.
        NotAuditor,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Sweeps buckets that are due, as far as the weight goes. What is left waits for the next block or for `settle`.
        fn on_idle(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
            let mut meter = WeightMeter::with_limit(remaining);
            Self::sweep(now, &mut meter);
            meter.consumed()
        }

        /// Does what the workers owe whose operator keys are in the node's keystore. See [`crate::offchain`].
        fn offchain_worker(now: BlockNumberFor<T>) {
            // Of storage that is brought from one layout to the next, part of what is owed cannot be read, and nothing gets in.
            if Self::on_chain_storage_version() == Self::in_code_storage_version() {
                Self::work_offchain(now);
            }
        }

        fn integrity_test() {
            assert!(T::MaxRedundancy::get() >= 1, "no request could be made");
            assert!(
                T::MaxSlots::get() >= T::MaxRedundancy::get(),
                "not every worker of a request has a slot"
            );
            assert!(T::MaxWork::get() >= 1, "no worker could be drawn");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Asks a model.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the user who pays.
        ///
        /// ## Details
        ///
        /// `inputs` are in the order of the model's, each as row-major little-endian bytes or by its tensor root. What is
        /// named by its root must be published when a worker cannot get it ([`Pallet::input_unavailable`]), and makes the
        /// result private: only who holds it can contradict a claim. The price of `redundancy`
        /// workers, `max_price` at most, and a deposit are held. Workers are drawn from the next block on; `deadline` is
        /// the number of blocks they have to compute, and again to reveal.
        ///
        /// ## Events
        ///
        /// [`Event::RequestSubmitted`]
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::submit_inference_request(Pallet::<T>::input_bytes_of(inputs)))]
        pub fn submit_inference_request(
            origin: OriginFor<T>,
            model: ModelId,
            inputs: InputsOf<T>,
            #[pallet::compact] max_price: BalanceOf<T>,
            deadline: BlockNumberFor<T>,
            redundancy: u8,
        ) -> DispatchResult {
            let user = ensure_signed(origin)?;
            Self::do_submit_request(user, model, inputs, max_price, deadline, redundancy)
        }

        /// Answers a request of redundancy one.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the operator key of the worker drawn.
        ///
        /// ## Details
        ///
        /// `trace` has the tensor root of every node's output or, of more than 1,024 nodes, the hashes of its pages, with a
        /// path for each output; `outputs` is the answer in the order of the model's outputs. An output larger than
        /// [`Config::MaxOutputBytes`] is left empty: its leaf in the trace stands for it, and whoever challenges the claim
        /// at its node has it opened. Where the trace is by pages, the 32 bytes of its leaf are in its place.
        /// A trace already proved wrong for this request is struck at once.
        ///
        /// ## Events
        ///
        /// [`Event::ResultRevealed`] and [`Event::WindowOpened`]; or [`Event::ClaimStruck`] and what follows from it.
        #[pallet::call_index(1)]
        #[pallet::weight((
            Pallet::<T>::weight_of_result(trace, outputs)
                .saturating_add(SettleBranch::weight_of_verdict::<T>(1)),
            DispatchClass::Operational,
        ))]
        pub fn submit_inference_result(
            origin: OriginFor<T>,
            request: RequestId,
            trace: Trace,
            outputs: OutputsOf<T>,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let weight = Self::weight_of_result(&trace, &outputs);
            let struck = Self::do_submit_result(operator, request, &trace, outputs)?;
            Ok(Some(match struck {
                true => weight.saturating_add(SettleBranch::weight_of_verdict::<T>(1)),
                false => weight,
            })
            .into())
        }

        /// Commits to an answer of a request of higher redundancy.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the operator key of a worker drawn.
        ///
        /// ## Details
        ///
        /// `commitment` is a hash over request, worker, trace root, output root and a salt. The worker's account is in
        /// it, so that a copied commitment cannot be revealed.
        ///
        /// ## Events
        ///
        /// [`Event::ResultCommitted`]; with the last one also [`Event::RevealOpened`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::commit_result())]
        pub fn commit_result(
            origin: OriginFor<T>,
            request: RequestId,
            commitment: Digest,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_commit_result(operator, request, commitment)
        }

        /// Reveals what was committed.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the operator key of a worker that committed.
        ///
        /// ## Details
        ///
        /// As `submit_inference_result`, and the commitment must be the one made. Not before every worker has committed
        /// or the commit phase is over.
        ///
        /// ## Events
        ///
        /// [`Event::ResultRevealed`], with the last one also [`Event::WindowOpened`]; or [`Event::ClaimStruck`] and what
        /// follows from it.
        #[pallet::call_index(3)]
        #[pallet::weight((
            Pallet::<T>::weight_of_reveal(trace, outputs)
                .saturating_add(SettleBranch::weight_of_verdict::<T>(1)),
            DispatchClass::Operational,
        ))]
        pub fn reveal_result(
            origin: OriginFor<T>,
            request: RequestId,
            trace: Trace,
            outputs: OutputsOf<T>,
            salt: [u8; 32],
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let weight = Self::weight_of_reveal(&trace, &outputs);
            let struck = Self::do_reveal_result(operator, request, &trace, outputs, salt)?;
            Ok(Some(match struck {
                true => weight.saturating_add(SettleBranch::weight_of_verdict::<T>(1)),
                false => weight,
            })
            .into())
        }

        /// Withdraws a request for which no workers have been drawn yet.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the user who made the request.
        ///
        /// ## Details
        ///
        /// Everything held is given back. Between draws, when the workers of a first draw have failed, this works too.
        ///
        /// ## Events
        ///
        /// [`Event::RequestCancelled`]
        #[pallet::call_index(4)]
        #[pallet::weight(
            T::WeightInfo::cancel_request().saturating_add(SettleBranch::weight_of_forgetting::<T>())
        )]
        pub fn cancel_request(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
            let user = ensure_signed(origin)?;
            Self::do_cancel_request(user, request)
        }

        /// Does what is due for a request: draws workers or an audit, ends a phase, pays or refunds.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by anyone.
        ///
        /// ## Details
        ///
        /// The same is done at the end of blocks as far as their weight goes. Refused with [`Error::NothingDue`] when
        /// the present phase is not over.
        ///
        /// Free when something was due. What an earlier block's sweep has left over pays a reward out of the request's
        /// deposit; what the sweep of this block would do does not.
        ///
        /// ## Events
        ///
        /// Those of the transition, see [`SettleBranch`]; before them [`Event::KeeperRewarded`].
        #[pallet::call_index(5)]
        #[pallet::weight(
            SettleBranch::heaviest::<T>().saturating_add(T::WeightInfo::reward_keeper())
        )]
        pub fn settle(origin: OriginFor<T>, request: RequestId) -> DispatchResultWithPostInfo {
            let keeper = ensure_signed(origin)?;
            let (done, rewarded) = Self::do_settle(&keeper, request)?;
            let weight = done.branch.weight::<T>(done.redundancy);
            let actual = match rewarded {
                true => weight.saturating_add(T::WeightInfo::reward_keeper()),
                false => weight,
            };
            Ok((Some(actual), Pays::No).into())
        }

        /// Changes the parameters. Open requests keep what they were made with, windows that begin later are the new ones.
        ///
        /// ## Dispatch Origin
        ///
        /// [`Config::AdminOrigin`]
        ///
        /// ## Events
        ///
        /// [`Event::ParametersChanged`]
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::set_parameters())]
        pub fn set_parameters(origin: OriginFor<T>, parameters: ParametersOf<T>) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_set_parameters(parameters)
        }

        /// Asks the latest version of a family.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the user who pays.
        ///
        /// ## Details
        ///
        /// Which version that is decides the block the request is made in; everything else is as in
        /// [`Pallet::submit_inference_request`]. The owner of the family may name another version, with other terms, until
        /// then: `max_price` limits what it costs. Who must have a certain version asks for that one.
        ///
        /// ## Events
        ///
        /// [`Event::RequestSubmitted`], with the version.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::submit_request_to_latest(Pallet::<T>::input_bytes_of(inputs)))]
        pub fn submit_request_to_latest(
            origin: OriginFor<T>,
            family: FamilyId,
            inputs: InputsOf<T>,
            #[pallet::compact] max_price: BalanceOf<T>,
            deadline: BlockNumberFor<T>,
            redundancy: u8,
        ) -> DispatchResult {
            let user = ensure_signed(origin)?;
            let model = T::Models::latest(&family).ok_or(Error::<T>::NoLatestVersion)?;
            Self::do_submit_request(user, model, inputs, max_price, deadline, redundancy)
        }

        /// Says that an input cannot be had. The request waits until it is published, or closes.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by the operator key of a worker drawn that has not answered.
        ///
        /// ## Details
        ///
        /// In the first half of a working phase, for a request not all of whose inputs are on chain. A fee is held from
        /// the operator: it is burned when the inputs are published within `publish_window`, and the workers have a whole
        /// working phase again. Otherwise the request closes, every worker gets `unavailability_share` of its price, the
        /// user the rest, and the fee is given back.
        ///
        /// ## Events
        ///
        /// [`Event::InputDemanded`]
        #[pallet::call_index(8)]
        #[pallet::weight((T::WeightInfo::input_unavailable(), DispatchClass::Operational))]
        pub fn input_unavailable(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_input_unavailable(operator, request)
        }

        /// Puts an input on chain that was named by its root.
        ///
        /// ## Dispatch Origin
        ///
        /// Signed, by anyone who has it.
        ///
        /// ## Details
        ///
        /// `index` counts the model's inputs from zero. Possible as long as the request is open, demanded or not: with
        /// every input on chain its result is public. When it was demanded and was the last one missing, the workers
        /// have a whole working phase again. When claims are in already, they wait another `challenge_window` for others to
        /// check them.
        ///
        /// ## Events
        ///
        /// [`Event::InputPublished`]; and [`Event::ComplaintCharged`] and [`Event::RequestResumed`] when the workers go on,
        /// or [`Event::WindowExtended`].
        #[pallet::call_index(9)]
        #[pallet::weight((
            T::WeightInfo::publish_input_resumes(bytes.len() as u32)
                .max(T::WeightInfo::publish_input(bytes.len() as u32)),
            DispatchClass::Operational,
        ))]
        pub fn publish_input(
            origin: OriginFor<T>,
            request: RequestId,
            index: u8,
            bytes: InputBytesOf<T>,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let length = bytes.len() as u32;
            let weight = match Self::do_publish_input(who, request, index, bytes)? {
                true => T::WeightInfo::publish_input_resumes(length),
                false => T::WeightInfo::publish_input(length),
            };
            Ok(Some(weight).into())
        }
    }
}
