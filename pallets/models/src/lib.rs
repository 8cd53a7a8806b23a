#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use draft_facts::{Piece, PieceKey, MAX_PIECES, PIECE_FACTS};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispatchable_impls;
mod draft_facts;
mod family_impls;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod fixture;
pub mod migrations;
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
    use alloc::boxed::Box;
    use frame_support::pallet_prelude::*;
    use frame_support::traits::{fungible, Contains};
    use frame_system::pallet_prelude::*;
    use sp_runtime::Permill;
    use veritrace_primitives::check::{GraphChecker, GraphLimits};
    use veritrace_primitives::graph::{Digest, GraphHeader, MAX_NODES};
    use veritrace_primitives::traits::{FamilyId, ModelId};
    use veritrace_primitives::walk::Key;

    /// Version of the storage layout.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

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
        /// An owner's deposits for the models of the own families.
        #[codec(index = 0)]
        Deposit,
    }

    /// Every registered model.
    // Hasher: identity is safe, since a model id is a digest that binds its author.
    #[pallet::storage]
    pub type AIModels<T: Config> = StorageMap<_, Identity, ModelId, ModelRecordOf<T>, OptionQuery>;

    /// Whose models are: every family with a model, by the id of its first.
    // Hasher: identity is safe, since so it is for the models.
    #[pallet::storage]
    pub type Families<T: Config> =
        StorageMap<_, Identity, FamilyId, FamilyRecordOf<T>, OptionQuery>;

    /// Every model's card: apart from the records, which every request reads.
    #[pallet::storage]
    pub type Cards<T: Config> = StorageMap<_, Identity, ModelId, ModelCard, OptionQuery>;

    /// What has been checked so far of the graph of a model that isn't complete.
    #[pallet::storage]
    pub type Drafts<T: Config> = StorageMap<_, Identity, ModelId, GraphChecker, OptionQuery>;

    /// What later nodes of a draft may refer to: its initialisers and nodes, a thousand to a piece.
    // Hashers: identity as for the models, and twox is safe for the few pieces of a draft.
    #[pallet::storage]
    pub type DraftFacts<T: Config> =
        StorageDoubleMap<_, Identity, ModelId, Twox64Concat, PieceKey, Piece, ValueQuery>;

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
            /// The family it is a version of; its own id for a new one.
            family: FamilyId,
            /// Its number in the family.
            version: u32,
            /// SHA-256 of the compiled graph as a file.
            artefact: Digest,
            /// Commitment to the graph.
            graph_root: Digest,
            /// What is held for it, of the author.
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
        /// The owner changed price or royalty. Open requests keep the terms they were made under.
        TermsChanged {
            /// The model.
            model: ModelId,
            /// Price of one inference by one worker.
            price: BalanceOf<T>,
            /// The owner's share of the price.
            royalty: Permill,
        },
        /// The owner withdrew the model from new requests.
        ModelDeprecated {
            /// The model.
            model: ModelId,
        },
        /// The model is gone.
        ModelRemoved {
            /// The model.
            model: ModelId,
            /// What the owner got back.
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
        /// The owner changed a model's card.
        CardChanged {
            /// The model.
            model: ModelId,
        },
        /// Requests to the latest version of a family go to another model from now on.
        LatestChanged {
            /// The family.
            family: FamilyId,
            /// The model; none when the family takes no such requests now.
            model: Option<ModelId>,
        },
        /// The owner offered a family to someone, or withdrew the offer.
        FamilyOffered {
            /// The family.
            family: FamilyId,
            /// Who may accept it.
            heir: Option<T::AccountId>,
        },
        /// A family has another owner, who earns its royalties and answers for its deposits from now on.
        FamilyTransferred {
            /// The family.
            family: FamilyId,
            /// Whose it was.
            from: T::AccountId,
            /// Whose it is.
            to: T::AccountId,
            /// What is held of the new owner instead of the former.
            deposit: BalanceOf<T>,
        },
        /// The last model of a family is gone, and the family with it.
        FamilyEnded {
            /// The family.
            family: FamilyId,
        },
        /// Root changed the parameters.
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
        /// No model has this id. Ids are given by `ModelRegistered`.
        NotFound,
        /// This author already registered this artefact with this graph root. Use that model.
        AlreadyRegistered,
        /// Only the owner of the model's family may do this. Sign with the owner's key.
        NotOwner,
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
        /// No family has this id. It is the id of the family's first model, and is gone with the last of its models.
        FamilyNotFound,
        /// This model was the first of a family that still has others, and its id stands for that family. Register another
        /// artefact, or remove the others first.
        FamilyLives,
        /// More versions were registered than can be counted. Found another family.
        TooManyVersions,
        /// The card has no name. Give the model one.
        CardWithoutName,
        /// A field of the card isn't UTF-8. Write it as text.
        CardNotText,
        /// The family is offered to who owns it already. Offer it to another account, or to none.
        OfferedToOwner,
        /// The family isn't offered to this account. Have its owner offer it.
        NotHeir,
        /// More is held for the family's models than `max_deposit`. Look at what has been added to it, and allow for that.
        DepositAboveLimit,
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
        /// Signed, by the author; who adds a version to a family must own it.
        ///
        /// ## Details
        /// Without a `family` the model founds one, otherwise it is the next version of that one. The id is `sha256("veritrace:model" ++ SCALE(author, artefact, graph_root))`, so that nobody can register
        /// another's model first. The model takes requests once [`Pallet::submit_graph_page`] completed its graph.
        ///
        /// ## Events
        /// [`Event::ModelRegistered`].
        #[pallet::call_index(0)]
        #[pallet::weight(match family {
            None => T::WeightInfo::register_model(),
            Some(_) => T::WeightInfo::register_version(),
        })]
        // A call's arguments are what its signer sees.
        #[allow(clippy::too_many_arguments)]
        pub fn register_model(
            origin: OriginFor<T>,
            artefact: Digest,
            graph_root: Digest,
            header: GraphHeader,
            price: BalanceOf<T>,
            royalty: Permill,
            family: Option<FamilyId>,
            // Boxed, so that every call of the runtime stays small.
            card: Box<ModelCard>,
        ) -> DispatchResult {
            let author = ensure_signed(origin)?;
            Self::do_register(
                author,
                Registration {
                    artefact,
                    graph_root,
                    header,
                    price,
                    royalty,
                    family,
                    card: *card,
                },
            )
        }

        /// Submits the next page of a draft's graph.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// A page is a SCALE-encoded list of page items: all initialisers in order, then all nodes in order, cut
        /// anywhere between two items. Every item is decoded, type-checked, costed and hashed, not stored. The page
        /// with the last node completes the model, if the graph has the registered root; unless a newer version is the
        /// family's latest, it is that from now on. A page that is refused changes nothing.
        ///
        /// ## Events
        /// [`Event::GraphPageAccepted`]; with the last page [`Event::ModelCompleted`] and [`Event::LatestChanged`].
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::weight_of_page(page.len() as u32))]
        pub fn submit_graph_page(
            origin: OriginFor<T>,
            model: ModelId,
            page: BoundedVec<u8, T::MaxPageBytes>,
        ) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            Self::do_submit_graph_page(owner, model, &page)
        }

        /// Changes price and royalty for requests to come.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner of a draft or live model.
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
            let owner = ensure_signed(origin)?;
            Self::do_set_terms(owner, model, price, royalty)
        }

        /// Withdraws a live model from new requests, for good. Open requests are served.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// If it was the latest of its family, none is until [`Pallet::set_latest`] names another.
        ///
        /// ## Events
        /// [`Event::ModelDeprecated`], [`Event::LatestChanged`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::deprecate())]
        pub fn deprecate(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_deprecate(owner, model)
        }

        /// Forgets a model without open requests and gives its deposit back.
        ///
        /// ## Dispatch Origin
        /// Signed: by the owner of a draft or deprecated model, by anyone for a condemned one, which has no deposit.
        ///
        /// ## Details
        /// With its last model a family ends, whoever it is offered to.
        ///
        /// ## Events
        /// [`Event::ModelRemoved`], [`Event::FamilyEnded`].
        #[pallet::call_index(4)]
        #[pallet::weight(
            T::WeightInfo::remove().saturating_add(Pallet::<T>::most_forget_weight())
        )]
        pub fn remove(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
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
        /// Workers are never slashed for a malformed node: the owner, whoever that is now, loses the deposit, part of which
        /// rewards the reporter. A proof that shows it is free of charge.
        ///
        /// ## Events
        /// [`Event::ModelCondemned`], [`Event::LatestChanged`].
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

        /// Changes what a model's card says.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// The new card takes the place of the old one as a whole. What the model *is* never changes: graph and artefact
        /// are bound by its id.
        ///
        /// ## Events
        /// [`Event::CardChanged`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::set_card())]
        pub fn set_card(origin: OriginFor<T>, model: ModelId, card: ModelCard) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_card(owner, model, card)
        }

        /// Lets a live model take the requests that are made to the latest of its family.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// An older version, too: this is how a bad one is taken back, and how a family has a latest again after that was
        /// deprecated. The next version that is completed takes its place. Requests that are open stay with their model.
        ///
        /// ## Events
        /// [`Event::LatestChanged`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::set_latest())]
        pub fn set_latest(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_latest(owner, model)
        }

        /// Offers a family to another account, or to none any more.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// Nothing changes hands before [`Pallet::accept_family`]. A second offer takes the place of the first.
        ///
        /// ## Events
        /// [`Event::FamilyOffered`].
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::offer_family())]
        pub fn offer_family(
            origin: OriginFor<T>,
            family: FamilyId,
            heir: Option<T::AccountId>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_offer_family(owner, family, heir)
        }

        /// Takes over a family with all its models as they are.
        ///
        /// ## Dispatch Origin
        /// Signed, by whom it is offered to.
        ///
        /// ## Details
        /// The deposits of all its models are held of the heir, and the former owner gets back as much. Royalties go to the
        /// heir from now on, those of open requests too. `max_deposit` is there because the owner may have added versions
        /// since the heir looked.
        ///
        /// ## Events
        /// [`Event::FamilyTransferred`].
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::accept_family())]
        pub fn accept_family(
            origin: OriginFor<T>,
            family: FamilyId,
            #[pallet::compact] max_deposit: BalanceOf<T>,
        ) -> DispatchResult {
            let heir = ensure_signed(origin)?;
            Self::do_accept_family(heir, family, max_deposit)
        }
    }

    impl<T: Config> Pallet<T> {
        /// Weight of a page of that many bytes, whether or not it is the last.
        pub(crate) fn weight_of_page(bytes: u32) -> Weight {
            let items = bytes.div_ceil(MIN_ITEM_BYTES).min(MAX_ITEMS);
            T::WeightInfo::submit_graph_page(items, bytes)
                .max(
                    T::WeightInfo::submit_last_graph_page(items, bytes)
                        .saturating_add(Self::most_forget_weight()),
                )
                .saturating_add(Self::most_lookup_weight())
        }
    }
}
