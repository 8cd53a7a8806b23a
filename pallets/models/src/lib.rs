#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispatchable_impls;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod fixture;
#[cfg(test)]
mod mock;
mod registry_impls;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "runtime-benchmarks", test))]
mod try_state;
mod types;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::pallet_prelude::*;
    use frame_support::traits::{fungible, Contains};
    use frame_system::pallet_prelude::*;
    use sp_runtime::Permill;
    use veritrace_primitives::check::{GraphChecker, GraphLimits};
    use veritrace_primitives::graph::{Digest, GraphHeader, MAX_NODES};
    use veritrace_primitives::traits::ModelId;

    /// Version of the storage layout.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// Fewest bytes of a page item: a node of rank zero with one input.
    pub(crate) const MIN_ITEM_BYTES: u32 = 7;
    /// Most items of a graph.
    pub(crate) const MAX_ITEMS: u32 = 2 * MAX_NODES;

    /// Configuration of the pallet. What governs money or time is in [`ParametersRecord`], not here.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// What deposits are held in.
        type Currency: fungible::Inspect<Self::AccountId>
            + fungible::hold::Inspect<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + fungible::hold::Mutate<Self::AccountId>
            + fungible::Mutate<Self::AccountId>;
        /// The runtime's hold reason.
        type RuntimeHoldReason: From<HoldReason>;
        /// May change the parameters.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Most bytes of a page of a graph.
        #[pallet::constant]
        type MaxPageBytes: Get<u32>;
        /// Most bytes of a proof that a node is malformed.
        #[pallet::constant]
        type MaxProofBytes: Get<u32>;
        /// Most bytes of a model's metadata.
        #[pallet::constant]
        type MaxMetadata: Get<u32>;
        /// The limits under which models may be admitted: those within which every node can be contradicted.
        type Provable: Contains<GraphLimits>;
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
        /// An author's deposit for a model.
        #[codec(index = 0)]
        Deposit,
    }

    /// Every registered model.
    // Hasher: identity is safe, since a model id is a digest that binds its author.
    #[pallet::storage]
    pub type AIModels<T: Config> = StorageMap<_, Identity, ModelId, ModelRecordOf<T>, OptionQuery>;

    /// What has been checked so far of the graph of a model that isn't complete.
    #[pallet::storage]
    pub type Drafts<T: Config> = StorageMap<_, Identity, ModelId, GraphChecker, OptionQuery>;

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
                self.parameters.is_consistent(),
                "the models pallet's genesis parameters contradict each other",
            );
            Parameters::<T>::put(self.parameters);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A model was registered. It takes requests once its graph was submitted.
        ModelRegistered {
            /// Its id: a hash over author, artefact and graph root.
            model: ModelId,
            /// Who registered it.
            author: T::AccountId,
            /// SHA-256 of the compiled graph as a file.
            artefact: Digest,
            /// Commitment to the graph.
            graph_root: Digest,
            /// What is held of the author.
            deposit: BalanceOf<T>,
        },
        /// A page of a graph was decoded, checked and hashed.
        GraphPageAccepted {
            /// The model.
            model: ModelId,
            /// Initialisers accepted so far.
            initialisers: u16,
            /// Nodes accepted so far.
            nodes: u16,
        },
        /// The whole graph was checked and has the registered root: the model takes requests.
        ModelCompleted {
            /// The model.
            model: ModelId,
        },
        /// The author changed price or royalty. Open requests keep the terms they were made under.
        TermsChanged {
            /// The model.
            model: ModelId,
            /// Price of one inference by one worker.
            price: BalanceOf<T>,
            /// The author's share of the price.
            royalty: Permill,
        },
        /// The author withdrew the model from new requests.
        ModelDeprecated {
            /// The model.
            model: ModelId,
        },
        /// The model is gone.
        ModelRemoved {
            /// The model.
            model: ModelId,
            /// What the author got back.
            deposit: BalanceOf<T>,
        },
        /// A node of the model was shown to be malformed; its open requests are refunded.
        ModelCondemned {
            /// The model.
            model: ModelId,
            /// The malformed node.
            node: u16,
            /// Who showed it.
            reporter: T::AccountId,
            /// What the reporter got of the deposit.
            rewarded: BalanceOf<T>,
            /// What was burned of the deposit.
            burned: BalanceOf<T>,
        },
        /// Root changed the parameters.
        ParametersChanged {
            /// The new ones.
            parameters: ParametersOf<T>,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No model has this id. Ids are given by `ModelRegistered`.
        NotFound,
        /// This author already registered this artefact with this graph root. Use that model.
        AlreadyRegistered,
        /// Only the model's author may do this. Sign with the author's key.
        NotAuthor,
        /// The model's graph is complete; it takes no more pages. Register another model for another graph.
        NotDraft,
        /// The model is a draft, deprecated or condemned, and this needs a live one. Submit its pages first, or register
        /// it anew.
        NotLive,
        /// The model still takes requests. Deprecate it before removing it.
        StillLive,
        /// Requests are open, and need the model. Remove it after the last one closed.
        RequestsOpen,
        /// The royalty is above `max_royalty`. Ask for less.
        RoyaltyTooLarge,
        /// Versions, counts, inputs or outputs of the header aren't ones this chain accepts. Compile the model for its
        /// kernel and layout versions.
        UnsupportedHeader,
        /// The page isn't a list of page items, or has bytes left over. Encode it with SCALE.
        UndecodablePage,
        /// Initialisers and nodes must come in their order: no node before the last initialiser, and no more of either
        /// than the header counts. Read how many were accepted from `GraphPageAccepted`, and go on from there.
        PageOutOfOrder,
        /// A parameter's bytes don't fit its spec, or a scale isn't finite, positive and within range. Compile the model
        /// again.
        MalformedInitialiser,
        /// A node doesn't type-check: its operator, attributes, inputs and output don't fit together, an accumulator
        /// could overflow, or a bias, scale or table isn't a parameter. Compile the model again.
        MalformedNode,
        /// A node costs more to check on chain than `limits` allow. Split it.
        NodeTooCostly,
        /// The pages are complete and don't hash to the registered graph root. Remove the draft and register the root
        /// of what was submitted.
        GraphRootMismatch,
        /// The proof doesn't show a malformed node of this model. Check it with the referee before submitting it.
        NotMalformed,
        /// The reporter's share is above one half, so that authors could take most of their own deposits back, or the
        /// limits admit nodes that can't be contradicted. Raise what the disputes allow first.
        InconsistentParameters,
        /// More requests are open than can be counted. Wait until some have closed.
        TooManyRequests,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(
                T::MaxPageBytes::get() >= 2048,
                "a page must hold the largest parameter that a graph commonly has, a table with its spec",
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a model as a draft and holds its deposit.
        ///
        /// ## Dispatch Origin
        /// Signed, by the author.
        ///
        /// ## Details
        /// The id is `sha256("veritrace:model" ++ SCALE(author, artefact, graph_root))`, so that nobody can register
        /// another's model first. The model takes requests once [`Pallet::submit_graph_page`] completed its graph.
        ///
        /// ## Events
        /// [`Event::ModelRegistered`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_model())]
        pub fn register_model(
            origin: OriginFor<T>,
            artefact: Digest,
            graph_root: Digest,
            header: GraphHeader,
            price: BalanceOf<T>,
            royalty: Permill,
            metadata: BoundedVec<u8, T::MaxMetadata>,
        ) -> DispatchResult {
            let author = ensure_signed(origin)?;
            Self::do_register(
                author, artefact, graph_root, header, price, royalty, metadata,
            )
        }

        /// Submits the next page of a draft's graph.
        ///
        /// ## Dispatch Origin
        /// Signed, by the author.
        ///
        /// ## Details
        /// A page is a SCALE-encoded list of page items: all initialisers in order, then all nodes in order, cut
        /// anywhere between two items. Every item is decoded, type-checked, costed and hashed, not stored. The page
        /// with the last node completes the model, if the graph has the registered root. A page that is refused changes
        /// nothing.
        ///
        /// ## Events
        /// [`Event::GraphPageAccepted`], and [`Event::ModelCompleted`] with the last page.
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::weight_of_page(page.len() as u32))]
        pub fn submit_graph_page(
            origin: OriginFor<T>,
            model: ModelId,
            page: BoundedVec<u8, T::MaxPageBytes>,
        ) -> DispatchResultWithPostInfo {
            let author = ensure_signed(origin)?;
            Self::do_submit_graph_page(author, model, &page)
        }

        /// Changes price and royalty for requests to come.
        ///
        /// ## Dispatch Origin
        /// Signed, by the author of a draft or live model.
        ///
        /// ## Events
        /// [`Event::TermsChanged`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::set_terms())]
        pub fn set_terms(
            origin: OriginFor<T>,
            model: ModelId,
            price: BalanceOf<T>,
            royalty: Permill,
        ) -> DispatchResult {
            let author = ensure_signed(origin)?;
            Self::do_set_terms(author, model, price, royalty)
        }

        /// Withdraws a live model from new requests, for good. Open requests are served.
        ///
        /// ## Dispatch Origin
        /// Signed, by the author.
        ///
        /// ## Events
        /// [`Event::ModelDeprecated`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::deprecate())]
        pub fn deprecate(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            let author = ensure_signed(origin)?;
            Self::do_deprecate(author, model)
        }

        /// Forgets a model without open requests and gives its deposit back.
        ///
        /// ## Dispatch Origin
        /// Signed: by the author of a draft or deprecated model, by anyone for a condemned one, which has no deposit.
        ///
        /// ## Events
        /// [`Event::ModelRemoved`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::remove())]
        pub fn remove(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_remove(who, model)
        }

        /// Shows that a node of a live or deprecated model is malformed.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// The type check at registration lets no malformed node pass; this is the fallback should it have had a flaw.
        /// Workers are never slashed for a malformed node: its author loses the deposit, part of which rewards the
        /// reporter. A proof that shows it is free of charge.
        ///
        /// ## Events
        /// [`Event::ModelCondemned`].
        #[pallet::call_index(5)]
        #[pallet::weight((T::WeightInfo::condemn_model(proof.len() as u32), DispatchClass::Operational))]
        pub fn condemn_model(
            origin: OriginFor<T>,
            model: ModelId,
            proof: BoundedVec<u8, T::MaxProofBytes>,
        ) -> DispatchResultWithPostInfo {
            let reporter = ensure_signed(origin)?;
            Self::do_condemn(reporter, model, &proof)?;
            Ok(Pays::No.into())
        }

        /// Changes the parameters. Deposits already held and models already complete keep theirs.
        ///
        /// ## Dispatch Origin
        /// [`Config::AdminOrigin`].
        ///
        /// ## Events
        /// [`Event::ParametersChanged`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::set_parameters())]
        pub fn set_parameters(origin: OriginFor<T>, parameters: ParametersOf<T>) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_set_parameters(parameters)
        }
    }

    impl<T: Config> Pallet<T> {
        /// Weight of a page of that many bytes, whether or not it is the last.
        pub(crate) fn weight_of_page(bytes: u32) -> Weight {
            let items = bytes.div_ceil(MIN_ITEM_BYTES).min(MAX_ITEMS);
            T::WeightInfo::submit_graph_page(items, bytes)
                .max(T::WeightInfo::submit_last_graph_page(items, bytes))
        }
    }
}
