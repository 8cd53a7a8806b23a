#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use openings::OpenedSet;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod attest;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod branch;
mod challenge_book;
mod dispatchable_impls;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod fixture;
pub mod migrations;
#[cfg(test)]
mod mock;
mod openings;
mod page_impls;
mod seals;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "runtime-benchmarks", test))]
mod try_state;
mod types;
mod utility_impls;
mod verdict_book;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use crate::branch::DisputeBranch;
    use crate::page_impls::{bytes_of_leaves, PAGE_BYTES};
    use frame_support::pallet_prelude::*;
    use frame_support::traits::fungible;
    use frame_support::weights::WeightToFee;
    use frame_system::pallet_prelude::*;
    use veritrace_primitives::check::GraphLimits;
    use veritrace_primitives::graph::Digest;
    use veritrace_primitives::page::{PageProof, Subject, PAGE_LEAVES};
    use veritrace_primitives::proof::Rejection;
    use veritrace_primitives::traits::{ClaimBook, RequestId, WorkerPool};
    use veritrace_primitives::walk::Key;

    /// Version of the storage layout.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

    /// Configuration of the pallet. What governs money or time is in [`ParametersRecord`], not here.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// What bonds are held in.
        type Currency: fungible::Inspect<Self::AccountId>
            + fungible::Mutate<Self::AccountId>
            + fungible::hold::Inspect<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + fungible::hold::Mutate<Self::AccountId>;
        /// The runtime's hold reason.
        type RuntimeHoldReason: From<HoldReason>;
        /// The claims that proofs are about.
        type Claims: ClaimBook<Self::AccountId, BalanceOf<Self>>;
        /// The workers that answer for them.
        type Workers: WorkerPool<Self::AccountId, BalanceOf<Self>>;
        /// What nodes may cost that models are admitted with: all of them must stay provable here.
        type GraphLimits: Get<GraphLimits>;
        /// Fee of a transaction's length, against which bonds are measured.
        type LengthToFee: WeightToFee<Balance = BalanceOf<Self>>;
        /// Fee of a transaction's weight, against which bonds are measured.
        type WeightToFee: WeightToFee<Balance = BalanceOf<Self>>;
        /// May change the parameters.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Most bytes of a proof.
        #[pallet::constant]
        type MaxProofBytes: Get<u32>;
        /// Most bytes of an opening, encoded.
        #[pallet::constant]
        type MaxOpeningBytes: Get<u32>;
        /// Largest `max_macs` that can be set.
        #[pallet::constant]
        type MaxMacs: Get<u64>;
        /// Largest `max_tile_macs` that can be set.
        #[pallet::constant]
        type MaxTileMacs: Get<u64>;
        /// Most claims that a request sees in its life.
        #[pallet::constant]
        type MaxClaims: Get<u32>;
        /// Most seals that an account has at a time.
        #[pallet::constant]
        type MaxSeals: Get<u32>;
        /// Most that a conviction weighs where claims are kept: every equal claim is struck, and the request may close.
        type ConvictWeight: Get<Weight>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Why the pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A challenger's bond.
        #[codec(index = 0)]
        Bond,
        /// The bond of a seal.
        #[codec(index = 1)]
        Seal,
        /// A bounty, as long as an earlier seal may turn up.
        #[codec(index = 2)]
        Bounty,
    }

    /// Running challenges, by claim (request and worker) and node or page.
    // Hashers: blake2 since requesters could grind account ids; twox is safe for the few nodes and pages of a claim.
    #[pallet::storage]
    pub type Challenges<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        (RequestId, T::AccountId),
        Twox64Concat,
        Subject,
        ChallengeRecordOf<T>,
        OptionQuery,
    >;

    /// Running challenges of each claim. Absent for none.
    #[pallet::storage]
    pub type ChallengeCount<T: Config> =
        StorageMap<_, Blake2_128Concat, (RequestId, T::AccountId), RunningCount, ValueQuery>;

    /// Nodes and pages of each claim that were opened. They are not opened again: anyone may use what was shown.
    #[pallet::storage]
    pub type Opened<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        RequestId,
        Blake2_128Concat,
        T::AccountId,
        OpenedSet,
        ValueQuery,
    >;

    /// Trace roots that were proved wrong, by request, until the request closes.
    // Hashers: request ids are counted; a trace root is a digest formed by the chain.
    #[pallet::storage]
    pub type Verdicts<T: Config> =
        StorageDoubleMap<_, Twox64Concat, RequestId, Identity, Digest, (), OptionQuery>;

    /// Bytes that each worker still has to open. Absent for none.
    #[pallet::storage]
    pub type PendingOpenBytes<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    /// Sealed accusations, by owner and seal.
    // Hashers: owners could grind account ids, and choose the digests.
    #[pallet::storage]
    pub type Seals<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        T::AccountId,
        Blake2_128Concat,
        Digest,
        SealRecordOf<T>,
        OptionQuery,
    >;

    /// Seals that each account has. Absent for none.
    #[pallet::storage]
    pub type SealCount<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    /// Seals ever made: the order of the next one.
    #[pallet::storage]
    pub type SealsMade<T: Config> = StorageValue<_, u64, ValueQuery>;

    /// Bounties on hold, by request and trace root. They outlast the request.
    // Hashers: like those of `Verdicts`.
    #[pallet::storage]
    pub type Bounties<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        RequestId,
        Identity,
        Digest,
        BountyRecordOf<T>,
        OptionQuery,
    >;

    /// What root may change.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, ParametersOf<T>, ValueQuery>;

    /// Parameters at genesis.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// What root may change later.
        pub parameters: ParametersOf<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(
                Pallet::<T>::are_consistent(&self.parameters),
                "the disputes pallet's genesis parameters contradict each other, the fees or the models' limits",
            );
            Parameters::<T>::put(self.parameters);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker was asked to open a node of its claim.
        NodeChallenged {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// The node.
            node: u16,
            /// Who asks.
            challenger: T::AccountId,
            /// What is held of the challenger.
            bond: BalanceOf<T>,
            /// Bytes of the opening.
            opening_bytes: u32,
            /// The first block in which an opening is too late.
            due: BlockNumberFor<T>,
        },
        /// A worker opened a node in time. What it showed is in the call.
        NodeOpened {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// The node.
            node: u16,
            /// The first block in which the bond can be forfeited.
            due: BlockNumberFor<T>,
        },
        /// A proof or an opening was not accepted. Nothing changed but the penalty.
        ProofRejected {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// Who submitted it.
            who: T::AccountId,
            /// Why it was not accepted.
            reason: Rejection,
            /// What was burned of who submitted it.
            penalty: BalanceOf<T>,
        },
        /// A claim was proved wrong, and with it every claim of the request that has its trace root.
        ClaimConvicted {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// The trace root that fell.
            trace_root: Digest,
            /// The node at which it was wrong, or what was not opened.
            subject: Subject,
            /// Who brought the proof, or whose challenge was not answered. The bounty is on hold for it.
            challenger: T::AccountId,
            /// What convicted it.
            evidence: Evidence,
            /// Number of claims struck.
            struck: u32,
        },
        /// A challenge ended with the claim: the bond is free.
        BondReturned {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// What was challenged.
            subject: Subject,
            /// Whose bond it was.
            challenger: T::AccountId,
            /// The bond.
            bond: BalanceOf<T>,
        },
        /// A challenge was answered and nobody contradicted the answer in time.
        BondForfeited {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// What was challenged.
            subject: Subject,
            /// Whose bond it was.
            challenger: T::AccountId,
            /// What the worker got of it.
            compensation: BalanceOf<T>,
            /// What was burned of it.
            burned: BalanceOf<T>,
        },
        /// An accusation was sealed.
        Sealed {
            /// Whose it is.
            who: T::AccountId,
            /// Digest of what is accused, the account and a salt.
            seal: Digest,
            /// What is held of the owner.
            bond: BalanceOf<T>,
            /// The first block in which it does not count any more.
            until: BlockNumberFor<T>,
        },
        /// A seal was shown to be over a claim that fell: its bond is free.
        SealOpened {
            /// Whose it was.
            who: T::AccountId,
            /// The seal.
            seal: Digest,
            /// The request that it was about.
            request: RequestId,
            /// The trace root that it was about.
            trace_root: Digest,
            /// The node that it was about; in a long trace, the page.
            subject: Subject,
            /// The bond.
            bond: BalanceOf<T>,
        },
        /// A seal expired unused.
        SealForfeited {
            /// Whose it was.
            who: T::AccountId,
            /// The seal.
            seal: Digest,
            /// What was burned of its owner.
            burned: BalanceOf<T>,
        },
        /// The bounty of a conviction is on hold for who brought the proof, unless an earlier seal turns up.
        BountyHeld {
            /// The claim's request.
            request: RequestId,
            /// The trace root that fell.
            trace_root: Digest,
            /// The node at which it was wrong, or which was not opened; in a long trace, the page.
            subject: Subject,
            /// Whom it is on hold for.
            who: T::AccountId,
            /// How much it is.
            amount: BalanceOf<T>,
            /// The first block in which it is released.
            due: BlockNumberFor<T>,
        },
        /// An earlier seal turned up: the bounty is on hold for its owner.
        BountyMoved {
            /// The claim's request.
            request: RequestId,
            /// The trace root that fell.
            trace_root: Digest,
            /// Whom it was on hold for.
            from: T::AccountId,
            /// Whom it is on hold for now.
            to: T::AccountId,
            /// How much it is.
            amount: BalanceOf<T>,
        },
        /// A bounty is free.
        BountyReleased {
            /// The claim's request.
            request: RequestId,
            /// The trace root that fell.
            trace_root: Digest,
            /// Who has it.
            who: T::AccountId,
            /// How much it is.
            amount: BalanceOf<T>,
        },
        /// A worker was asked to open a page of its claim.
        PageChallenged {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// The page.
            page: u16,
            /// Who asks.
            challenger: T::AccountId,
            /// What is held of the challenger.
            bond: BalanceOf<T>,
            /// Bytes of the opening.
            opening_bytes: u32,
            /// The first block in which an opening is too late.
            due: BlockNumberFor<T>,
        },
        /// A worker opened a page in time. Its leaves are in the call.
        PageOpened {
            /// The claim's request.
            request: RequestId,
            /// The claim's worker.
            worker: T::AccountId,
            /// The page.
            page: u16,
            /// The first block in which the bond can be forfeited.
            due: BlockNumberFor<T>,
        },
        /// The parameters were changed.
        ParametersChanged {
            /// The new ones.
            parameters: ParametersOf<T>,
        },
        /// What an earlier release stored under this key is not what it stores. It was left as it is: root can look at it, and
        /// put it right with `set_storage`.
        NotMigrated {
            /// The key, with the map's prefix.
            key: Key,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The worker has no open claim on the request: it fell, is final, or was never made. Nothing is left to prove;
        /// a bond comes back by `reclaim_bond`.
        ClaimNotOpen,
        /// The proof's target isn't the one this call checks. Submit it by the call for its target.
        WrongTarget,
        /// The caller couldn't pay the penalty of a rejected proof. Have it spendable when submitting proofs.
        PenaltyNotCovered,
        /// The node, or page, is being challenged. Wait for its opening: anyone may contradict it.
        AlreadyChallenged,
        /// The node, or page, was opened before. Use that opening: it is in the block of its `NodeOpened` or `PageOpened`
        /// event.
        AlreadyOpened,
        /// The node's output is too large to be opened. Contradict the node as a whole.
        OpeningTooLarge,
        /// The caller isn't the operator of a worker. Sign with the worker's operator key.
        NotOperator,
        /// There is no such challenge: it ended, or was never opened. Read the challenges that run against the claim.
        NotChallenged,
        /// The clock has run out: the opening, or the seal, comes too late. Anyone may end the challenge by
        /// `expire_challenge`, and the seal by `expire_seal`.
        TooLate,
        /// The clock is running: whoever's move it is still has time, and a seal that expired may still be shown for a
        /// while. Try again when it has run out.
        TooEarly,
        /// The claim is still open, so the bond stays. It is free when the claim falls or closes.
        ClaimStillOpen,
        /// The parameters contradict each other, the limits of the runtime or those of the models, or let a challenge
        /// cost less than twice its answer. See [`ParametersRecord`].
        InconsistentParameters,
        /// More challenges, seals or bytes than can be counted. Wait until some have ended.
        Overflow,
        /// The caller has this seal already. Go on with the proof: it counts from the block after the one it was made in.
        AlreadySealed,
        /// The caller has as many seals as an account may. Prove what is sealed, or let what expired be forfeited.
        TooManySeals,
        /// The account has no such seal: it was used, forfeited or never made, or request, trace root, node or salt are not
        /// those it was made with. Show what was sealed, or seal anew.
        NotSealed,
        /// The seal had expired when the claim fell. Seal an accusation when it can be proved soon.
        SealExpired,
        /// There is no such bounty on hold: no claim of this request with this trace root fell, or the bounty was released.
        /// Read the bounties that are held.
        NoBounty,
        /// A node of the claim is being challenged: what its opening shows may be wrong with the page. Try again when that
        /// challenge has ended.
        NodesChallenged,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::MaxClaims::get() > 0, "a request sees at least one claim");
            assert!(
                T::MaxTileMacs::get() <= T::MaxMacs::get(),
                "a tile is part of a node"
            );
            let largest = <T as frame_system::Config>::BlockWeights::get()
                .get(DispatchClass::Operational)
                .max_extrinsic
                .unwrap_or(Weight::MAX);
            for branch in DisputeBranch::ALL {
                let bytes = match branch {
                    DisputeBranch::Open => T::MaxOpeningBytes::get(),
                    DisputeBranch::OpenPage => PAGE_BYTES,
                    _ => T::MaxProofBytes::get(),
                };
                let declared = branch.declared::<T>(bytes, Some(&Default::default()));
                assert!(
                    declared.all_lte(largest),
                    "no block has room for {branch:?}, which declares {declared:?} of {largest:?}",
                );
            }
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Proves a claim wrong at a node, all of whose inputs the proof shows.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// `proof` is a SCALE-encoded `Contradiction` with target `Whole`. An accepted one is free and convicts at
        /// once. One that is not accepted costs the full fee and the penalty, and the call succeeds with
        /// [`Event::ProofRejected`], since an error would undo the penalty.
        ///
        /// `salt` is that of the caller's own seal over this request, trace root and node, or its page. If it was made in an earlier
        /// block and has not expired, its bond is free and the bounty is the caller's unless an earlier seal turns up.
        /// Without one, or with one that does not count, the bounty is anyone's who has a seal made in an earlier block.
        ///
        /// ## Events
        /// [`Event::ClaimConvicted`] and [`Event::BountyHeld`], with [`Event::SealOpened`] when a seal counted; or
        /// [`Event::ProofRejected`].
        #[pallet::call_index(0)]
        #[pallet::weight((
            DisputeBranch::Node.declared::<T>(proof.len() as u32, salt.as_ref()),
            DispatchClass::Operational,
        ))]
        pub fn contradict_node(
            origin: OriginFor<T>,
            request: RequestId,
            worker: T::AccountId,
            proof: BoundedVec<u8, T::MaxProofBytes>,
            salt: Option<Salt>,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_contradict(who, request, worker, &proof, salt, DisputeBranch::Node)
        }

        /// Asks a worker to open a node of its claim, or lose.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone who can afford the bond.
        ///
        /// ## Details
        /// `proof` is a SCALE-encoded `ChallengeProof`. The worker has `open_clock` and more for the bytes it still has
        /// to open. The request doesn't settle meanwhile, and the worker gets no new work. Each node of a claim is
        /// opened once.
        ///
        /// ## Events
        /// [`Event::NodeChallenged`] or [`Event::ProofRejected`].
        #[pallet::call_index(1)]
        #[pallet::weight((
            DisputeBranch::Challenge.declared::<T>(proof.len() as u32, None),
            DispatchClass::Operational,
        ))]
        pub fn challenge(
            origin: OriginFor<T>,
            request: RequestId,
            worker: T::AccountId,
            proof: BoundedVec<u8, T::MaxProofBytes>,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_challenge(who, request, worker, &proof)
        }

        /// Answers a challenge by showing what is under the leaf.
        ///
        /// ## Dispatch Origin
        /// Signed, by the operator of the challenged worker.
        ///
        /// ## Details
        /// `opening` is a SCALE-encoded `Opening`: the output's bytes if they are at most `max_opening_bytes`, else its
        /// tile hashes. One that doesn't rebuild the leaf costs the full fee and the penalty, and the clock runs on.
        ///
        /// ## Events
        /// [`Event::NodeOpened`] or [`Event::ProofRejected`].
        #[pallet::call_index(2)]
        #[pallet::weight((
            DisputeBranch::Open.declared::<T>(opening.len() as u32, None),
            DispatchClass::Operational,
        ))]
        pub fn open(
            origin: OriginFor<T>,
            request: RequestId,
            node: u16,
            opening: BoundedVec<u8, T::MaxOpeningBytes>,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            Self::do_open(operator, request, node, &opening)
        }

        /// Proves a claim wrong at one tile of a node's output.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// Like [`Pallet::contradict_node`], with target `Tile`: a tile's hash in the claim and the path to the leaf,
        /// which an opening of the node gives to everyone.
        ///
        /// ## Events
        /// Those of [`Pallet::contradict_node`].
        #[pallet::call_index(3)]
        #[pallet::weight((
            DisputeBranch::Tile.declared::<T>(proof.len() as u32, salt.as_ref()),
            DispatchClass::Operational,
        ))]
        pub fn contradict_tile(
            origin: OriginFor<T>,
            request: RequestId,
            worker: T::AccountId,
            proof: BoundedVec<u8, T::MaxProofBytes>,
            salt: Option<Salt>,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_contradict(who, request, worker, &proof, salt, DisputeBranch::Tile)
        }

        /// Proves a claim wrong at one element of a node's output.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// Like [`Pallet::contradict_node`], with target `Element`: the bytes of the element's tile in the claim and
        /// the path to the leaf, which an opening with bytes gives to everyone.
        ///
        /// ## Events
        /// Those of [`Pallet::contradict_node`].
        #[pallet::call_index(4)]
        #[pallet::weight((
            DisputeBranch::Element.declared::<T>(proof.len() as u32, salt.as_ref()),
            DispatchClass::Operational,
        ))]
        pub fn contradict_element(
            origin: OriginFor<T>,
            request: RequestId,
            worker: T::AccountId,
            proof: BoundedVec<u8, T::MaxProofBytes>,
            salt: Option<Salt>,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_contradict(who, request, worker, &proof, salt, DisputeBranch::Element)
        }

        /// Ends a challenge whose clock has run out.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// A node, or page, that wasn't opened convicts the claim: the challenger gets the bond back, and the bounty unless a seal
        /// turns up that was made before the challenge. An opening that wasn't contradicted forfeits the bond: half of it
        /// to the worker, the rest burned. That of a page isn't over while a node of the claim is challenged.
        ///
        /// ## Events
        /// [`Event::ClaimConvicted`], [`Event::BountyHeld`] and [`Event::BondReturned`], or [`Event::BondForfeited`].
        #[pallet::call_index(5)]
        #[pallet::weight(DisputeBranch::Expire.declared::<T>(0, None))]
        pub fn expire_challenge(
            origin: OriginFor<T>,
            request: RequestId,
            worker: T::AccountId,
            subject: Subject,
        ) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_expire(request, worker, subject)
        }

        /// Ends a challenge whose claim fell to another proof, or closed: the bond goes back.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Events
        /// [`Event::BondReturned`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::reclaim_bond())]
        pub fn reclaim_bond(
            origin: OriginFor<T>,
            request: RequestId,
            worker: T::AccountId,
            subject: Subject,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_reclaim(request, worker, subject)
        }

        /// Changes the parameters. Running challenges keep their clocks, bonds and form of opening.
        ///
        /// ## Dispatch Origin
        /// [`Config::AdminOrigin`].
        ///
        /// ## Events
        /// [`Event::ParametersChanged`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::set_parameters())]
        pub fn set_parameters(origin: OriginFor<T>, parameters: ParametersOf<T>) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_set_parameters(parameters)
        }

        /// Seals an accusation, so that whoever copies its proof does not get the bounty.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone who can afford the bond.
        ///
        /// ## Details
        /// `seal` is `H(8 ‖ request ‖ trace root ‖ place ‖ account ‖ salt)`, the place being the node or, of a trace that is
        /// revealed by pages, the page of the node. It counts from the next block on, for
        /// `seal_lifetime` blocks: submit the proof, or the challenge, once the seal is in a block. The bond comes back
        /// when the claim falls at this place and the seal is shown; otherwise it is forfeited.
        ///
        /// ## Events
        /// [`Event::Sealed`].
        #[pallet::call_index(8)]
        #[pallet::weight((T::WeightInfo::seal(), DispatchClass::Operational))]
        pub fn seal(origin: OriginFor<T>, seal: Digest) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_seal(who, seal)
        }

        /// Shows a seal over a claim that fell: the bond goes back, and the bounty comes if no seal is earlier.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner of the seal.
        ///
        /// ## Details
        /// The seal must not have expired before the claim fell. It takes the bounty if it was made in a block before
        /// that of the proof, or of the challenge that was not answered, and before the seal the bounty is held for.
        ///
        /// ## Events
        /// [`Event::SealOpened`], and [`Event::BountyMoved`] when the bounty was held for someone else.
        #[pallet::call_index(9)]
        #[pallet::weight((T::WeightInfo::reveal_seal(), DispatchClass::Operational))]
        pub fn reveal_seal(
            origin: OriginFor<T>,
            request: RequestId,
            trace_root: Digest,
            salt: Salt,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_reveal_seal(who, request, trace_root, &salt)?;
            Ok(Pays::No.into())
        }

        /// Frees a bounty when it is too late for any seal.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Events
        /// [`Event::BountyReleased`].
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::release_bounty())]
        pub fn release_bounty(
            origin: OriginFor<T>,
            request: RequestId,
            trace_root: Digest,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_release_bounty(request, trace_root)
        }

        /// Forfeits the bond of a seal that expired unused.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// A seal that has just expired is left alone for `seal_reveal_window`: its claim may have fallen before.
        ///
        /// ## Events
        /// [`Event::SealForfeited`].
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::expire_seal())]
        pub fn expire_seal(
            origin: OriginFor<T>,
            who: T::AccountId,
            seal: Digest,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_expire_seal(who, seal)
        }

        /// Asks a worker to open a page of its claim's trace, or lose.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone who can afford the bond.
        ///
        /// ## Details
        /// Of a trace with more leaves than a page, the claim has shown the hashes of its pages. `proof` has the hash of one
        /// and its path to the trace root. The worker has `open_clock` and more for the bytes it still has to open, as when a
        /// node is challenged. Each page of a claim is opened once.
        ///
        /// ## Events
        /// [`Event::PageChallenged`] or [`Event::ProofRejected`].
        #[pallet::call_index(12)]
        #[pallet::weight((
            DisputeBranch::ChallengePage.declared::<T>(0, None),
            DispatchClass::Operational,
        ))]
        pub fn challenge_page(
            origin: OriginFor<T>,
            request: RequestId,
            worker: T::AccountId,
            proof: PageProof,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_challenge_page(who, request, worker, &proof)
        }

        /// Answers the challenge of a page by showing its leaves.
        ///
        /// ## Dispatch Origin
        /// Signed, by the operator of the challenged worker.
        ///
        /// ## Details
        /// `leaves` are all of the page, in order. Then they are in a block for everyone, who can contradict or challenge the
        /// node that they are wrong at. Leaves that do not give the page's hash cost the full fee and the penalty, and the
        /// clock runs on.
        ///
        /// ## Events
        /// [`Event::PageOpened`] or [`Event::ProofRejected`].
        #[pallet::call_index(13)]
        #[pallet::weight((
            DisputeBranch::OpenPage.declared::<T>(bytes_of_leaves(leaves.len()), None),
            DispatchClass::Operational,
        ))]
        pub fn open_page(
            origin: OriginFor<T>,
            request: RequestId,
            page: u16,
            leaves: BoundedVec<Digest, ConstU32<PAGE_LEAVES>>,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            Self::do_open_page(operator, request, page, &leaves)
        }

        /// Shows the tile of an audited claim that the auditor was drawn for.
        ///
        /// ## Dispatch Origin
        /// Signed, by the operator of the auditor.
        ///
        /// ## Details
        /// `proof` is a SCALE-encoded `Attestation` of the node and the tile that the audit's lot falls on, with the bytes
        /// that the claim commits to. Who finds other bytes holds a contradiction, and shows that instead: it ends the audit
        /// with the claim. An accepted one is free, and the auditor is paid when the request is; one that is not accepted
        /// costs the full fee and the penalty, and another may follow as long as there is time.
        ///
        /// ## Events
        /// `AuditAttested` of the requests' pallet, or [`Event::ProofRejected`].
        #[pallet::call_index(14)]
        #[pallet::weight((
            DisputeBranch::Attest.declared::<T>(proof.len() as u32, None),
            DispatchClass::Operational,
        ))]
        pub fn attest(
            origin: OriginFor<T>,
            request: RequestId,
            proof: BoundedVec<u8, T::MaxProofBytes>,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            Self::do_attest(operator, request, &proof)
        }
    }
}
