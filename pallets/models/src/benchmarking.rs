//! Benchmarks of the models pallet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use super::*;
use crate::draft_facts::StoredFacts;
use crate::fixture::{artefact, chain, full_card, items, root_of, spec};
use crate::migrations::v2::{v1, Migration};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::migrations::SteppedMigration;
use frame_support::traits::fungible::{Inspect, InspectHold, Mutate};
use frame_support::traits::{EnsureOrigin, Get, GetStorageVersion, StorageVersion};
use frame_support::weights::WeightMeter;
use frame_system::RawOrigin;
use sp_runtime::traits::{Bounded, Zero};
use sp_runtime::{BoundedVec, Permill};
use veritrace_primitives::check::{Fact, FactKind, Facts};
use veritrace_primitives::graph::{DType, Graph, Initialiser, PageItem};
use veritrace_primitives::merkle::Frontier;
use veritrace_primitives::prove::Prover;
use veritrace_primitives::traits::{FamilyId, HostSha256, ModelId};

fn assert_last_event<T: Config>(event: Event<T>) {
    let event: <T as frame_system::Config>::RuntimeEvent = event.into();
    frame_system::Pallet::<T>::assert_last_event(event);
}

fn fund<T: Config>(who: &T::AccountId) {
    T::Currency::set_balance(who, BalanceOf::<T>::max_value() / 1_000u32.into());
}

fn page<T: Config>(items: &[PageItem]) -> BoundedVec<u8, T::MaxPageBytes> {
    items.to_vec().encode().try_into().unwrap()
}

/// Registers a graph as a draft, of a family of its own.
fn register<T: Config>(author: &T::AccountId, graph: &Graph) -> ModelId {
    fund::<T>(author);
    register_in::<T>(author, graph, None)
}

fn register_in<T: Config>(
    author: &T::AccountId,
    graph: &Graph,
    family: Option<FamilyId>,
) -> ModelId {
    let (artefact, root) = (artefact(graph), root_of(graph));
    Pallet::<T>::register_model(
        RawOrigin::Signed(author.clone()).into(),
        artefact,
        root,
        graph.header.clone(),
        T::Currency::minimum_balance(),
        Permill::zero(),
        family,
        Box::new(full_card()),
    )
    .unwrap();
    Pallet::<T>::model_id(author, &artefact, &root)
}

/// A live model of one node over one `U8` input.
pub(crate) fn create_live_model<T: Config>(author: &T::AccountId, input_elements: u32) -> ModelId {
    live::<T>(author, &chain(0, 1, input_elements))
}

fn live<T: Config>(author: &T::AccountId, graph: &Graph) -> ModelId {
    let model = register::<T>(author, graph);
    complete::<T>(author, model, graph);
    model
}

fn complete<T: Config>(author: &T::AccountId, model: ModelId, graph: &Graph) {
    for part in items(graph).chunks(256) {
        Pallet::<T>::submit_graph_page(
            RawOrigin::Signed(author.clone()).into(),
            model,
            page::<T>(part),
        )
        .unwrap();
    }
}

/// Whose facts are looked up; there need not be such a draft.
const MODEL: ModelId = [7; 32];

/// The first `c` pieces, of initialisers and of nodes in turn.
fn pieces(c: u32) -> impl Iterator<Item = PieceKey> {
    (0..c as u16).map(|index| PieceKey {
        kind: match index % 2 {
            0 => FactKind::Initialiser,
            _ => FactKind::Node,
        },
        piece: index / 2,
    })
}

/// Fills pieces with specs of the highest rank.
fn fill_pieces<T: Config>(c: u32) {
    let fact = Fact {
        spec: spec(DType::U8, &[1, 2, 3, 4, 5, 6]),
        parameter: Some(7),
    };
    for key in pieces(c) {
        let full = Piece::truncate_from(vec![fact.clone(); usize::from(PIECE_FACTS)]);
        DraftFacts::<T>::insert(MODEL, key, full);
    }
}

/// A live second version, and the first one, live too.
fn second_version<T: Config>(author: &T::AccountId) -> (ModelId, FamilyId) {
    let family = create_live_model::<T>(author, 16);
    let graph = chain(1, 1, 16);
    let model = register_in::<T>(author, &graph, Some(family));
    complete::<T>(author, model, &graph);
    (model, family)
}

/// A graph with `n` nodes, and unused biases that fill a page of the given number of items and bytes; with it the page.
fn filled(n: u32, b: u32) -> (Graph, Vec<PageItem>) {
    let mut graph = chain(0, n.max(1) as u16, 1);
    // Biases take what the nodes leave of the page, in halves so that no single length is special.
    let nodes = items(&graph).encode().len();
    let room = (b as usize).saturating_sub(nodes) / 2;
    for _ in 0..2 {
        let elements = (room.saturating_sub(16) / 4) as u32;
        if elements > 0 {
            graph.initialisers.push(Initialiser {
                spec: spec(DType::I32, &[elements]),
                data: vec![7; elements as usize * 4],
            });
        }
    }
    graph.header.initialiser_count = graph.initialisers.len() as u16;
    let mut all = items(&graph);
    for (index, init) in graph.initialisers.iter().enumerate() {
        all[index] = PageItem::Parameter {
            spec: init.spec.clone(),
            data: init.data.clone(),
        };
    }
    (graph, all)
}

#[benchmarks]
mod benches {
    use super::*;

    /// With as much on the card as there may be: some hundred bytes, which take no time that could be measured.
    #[benchmark]
    fn register_model() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        fund::<T>(&author);
        let graph = chain(1, 1, 16);
        let (artefact, root) = (artefact(&graph), root_of(&graph));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(author.clone()),
            artefact,
            root,
            graph.header.clone(),
            T::Currency::minimum_balance(),
            Permill::zero(),
            None,
            Box::new(full_card()),
        );

        let model = Pallet::<T>::model_id(&author, &artefact, &root);
        assert_eq!(
            AIModels::<T>::get(model).unwrap().status,
            ModelStatus::Draft
        );
        Ok(())
    }

    /// `register_model` for another version of a family.
    #[benchmark]
    fn register_version() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let family = create_live_model::<T>(&author, 16);
        let graph = chain(1, 1, 16);
        let (artefact, root) = (artefact(&graph), root_of(&graph));

        #[extrinsic_call]
        register_model(
            RawOrigin::Signed(author.clone()),
            artefact,
            root,
            graph.header.clone(),
            T::Currency::minimum_balance(),
            Permill::zero(),
            Some(family),
            Box::new(full_card()),
        );

        let model = Pallet::<T>::model_id(&author, &artefact, &root);
        assert_eq!(AIModels::<T>::get(model).unwrap().version, 2);
        Ok(())
    }

    /// Worst case: the draft already holds almost as many nodes as it can.
    #[benchmark]
    fn submit_graph_page(
        n: Linear<1, 256>,
        b: Linear<8_192, { T::MaxPageBytes::get() }>,
    ) -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let (graph, all) = filled(n + 1, b);
        let model = register::<T>(&author, &graph);
        let last = all.len() - 1;

        #[extrinsic_call]
        _(RawOrigin::Signed(author), model, page::<T>(&all[..last]));

        assert_eq!(Drafts::<T>::get(model).unwrap().progress().1, n as u16);
        Ok(())
    }

    /// Worst case: an older version is the latest of the family.
    #[benchmark]
    fn submit_last_graph_page(
        n: Linear<1, 256>,
        b: Linear<8_192, { T::MaxPageBytes::get() }>,
    ) -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let family = live::<T>(&author, &chain(1, 0, 16));
        let (graph, all) = filled(n, b);
        let model = register_in::<T>(&author, &graph, Some(family));

        #[extrinsic_call]
        submit_graph_page(RawOrigin::Signed(author), model, page::<T>(&all));

        assert_last_event::<T>(Event::LatestChanged {
            family,
            model: Some(model),
        });
        Ok(())
    }

    /// What its nodes refer to fills `c` pieces of those before it.
    #[benchmark]
    fn look_up_facts(c: Linear<0, { MAX_PIECES }>) -> Result<(), BenchmarkError> {
        fill_pieces::<T>(c);
        let mut facts = StoredFacts::<T>::of(MODEL);
        let mut found = 0;

        #[block]
        {
            for key in pieces(c) {
                let index = key.piece.saturating_mul(PIECE_FACTS);
                found += u32::from(facts.get(key.kind, index).is_some());
            }
        }

        assert_eq!((found, facts.touched()), (c, c));
        Ok(())
    }

    #[benchmark]
    fn forget_facts(c: Linear<0, { MAX_PIECES }>) -> Result<(), BenchmarkError> {
        fill_pieces::<T>(c);

        #[block]
        {
            Pallet::<T>::forget_facts(&MODEL);
        }

        assert!(DraftFacts::<T>::iter_prefix(MODEL).next().is_none());
        Ok(())
    }

    #[benchmark]
    fn set_terms() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let model = create_live_model::<T>(&author, 16);
        let price = T::Currency::minimum_balance();

        #[extrinsic_call]
        _(RawOrigin::Signed(author), model, price, Permill::zero());

        assert_last_event::<T>(Event::TermsChanged {
            model,
            price,
            royalty: Permill::zero(),
        });
        Ok(())
    }

    /// Worst case: it is the latest of its family.
    #[benchmark]
    fn deprecate() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let model = create_live_model::<T>(&author, 16);

        #[extrinsic_call]
        _(RawOrigin::Signed(author), model);

        assert_last_event::<T>(Event::LatestChanged {
            family: model,
            model: None,
        });
        Ok(())
    }

    /// Worst case: a draft, which has a checker too.
    #[benchmark]
    fn remove() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let model = register::<T>(&author, &chain(1, 1, 16));

        #[extrinsic_call]
        _(RawOrigin::Signed(author), model);

        assert!(!AIModels::<T>::contains_key(model));
        Ok(())
    }

    /// A malformed node among `b` bytes of proof: the longest are those of large graphs.
    #[benchmark]
    fn condemn_model(b: Linear<1_024, { T::MaxProofBytes::get() }>) -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let reporter: T::AccountId = account("reporter", 0, 0);
        fund::<T>(&reporter);
        whitelist_account!(reporter);
        let mut graph = chain(0, 1, 16);
        // The node is one byte sequence that doesn't decode: the proof carries it as it is.
        graph.nodes[0].output = spec(DType::U8, &[17]);
        let mut proof = Prover::new::<HostSha256>(&graph)
            .unwrap()
            .malformed::<HostSha256>(0)
            .unwrap();
        let room = (b as usize).saturating_sub(proof.encode().len() + 4);
        proof.nodes[0].1.extend(vec![0; room]);
        let leaf = veritrace_primitives::commit::node_leaf::<HostSha256>(&proof.nodes[0].1);
        let root = veritrace_primitives::commit::graph_root::<HostSha256>(
            &graph.header,
            &leaf,
            &veritrace_primitives::merkle::EMPTY_ROOT,
        );
        fund::<T>(&author);
        Pallet::<T>::register_model(
            RawOrigin::Signed(author.clone()).into(),
            [0; 32],
            root,
            graph.header.clone(),
            T::Currency::minimum_balance(),
            Permill::zero(),
            None,
            Box::new(full_card()),
        )?;
        let model = Pallet::<T>::model_id(&author, &[0; 32], &root);
        Drafts::<T>::remove(model);
        AIModels::<T>::mutate(model, |slot| {
            slot.as_mut().unwrap().status = ModelStatus::Live
        });
        Families::<T>::mutate(model, |slot| slot.as_mut().unwrap().latest = Some(model));
        let proof: BoundedVec<u8, T::MaxProofBytes> = proof.encode().try_into().unwrap();

        #[extrinsic_call]
        _(RawOrigin::Signed(reporter), model, proof);

        assert!(T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &author).is_zero());
        assert_eq!(
            AIModels::<T>::get(model).unwrap().status,
            ModelStatus::Condemned { node: 0 }
        );
        Ok(())
    }

    #[benchmark]
    fn set_parameters() -> Result<(), BenchmarkError> {
        let origin =
            T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let parameters = Parameters::<T>::get();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, parameters);

        assert_last_event::<T>(Event::ParametersChanged { parameters });
        Ok(())
    }

    #[benchmark]
    fn set_card() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let model = create_live_model::<T>(&author, 16);

        #[extrinsic_call]
        _(RawOrigin::Signed(author), model, full_card());

        assert_last_event::<T>(Event::CardChanged { model });
        Ok(())
    }

    #[benchmark]
    fn set_latest() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let (model, family) = second_version::<T>(&author);
        assert_eq!(Families::<T>::get(family).unwrap().latest, Some(model));

        #[extrinsic_call]
        _(RawOrigin::Signed(author), family);

        assert_last_event::<T>(Event::LatestChanged {
            family,
            model: Some(family),
        });
        Ok(())
    }

    #[benchmark]
    fn offer_family() -> Result<(), BenchmarkError> {
        let author: T::AccountId = whitelisted_caller();
        let family = create_live_model::<T>(&author, 16);
        let heir = Some(account("heir", 0, 0));

        #[extrinsic_call]
        _(RawOrigin::Signed(author), family, heir.clone());

        assert_last_event::<T>(Event::FamilyOffered { family, heir });
        Ok(())
    }

    /// Whatever the family has: its deposits change hands as one sum.
    #[benchmark]
    fn accept_family() -> Result<(), BenchmarkError> {
        let author: T::AccountId = account("author", 0, 0);
        let heir: T::AccountId = whitelisted_caller();
        fund::<T>(&heir);
        let (_, family) = second_version::<T>(&author);
        Pallet::<T>::offer_family(
            RawOrigin::Signed(author.clone()).into(),
            family,
            Some(heir.clone()),
        )?;
        let deposit = Families::<T>::get(family).unwrap().deposit;

        #[extrinsic_call]
        _(RawOrigin::Signed(heir.clone()), family, deposit);

        assert_last_event::<T>(Event::FamilyTransferred {
            family,
            from: author,
            to: heir,
            deposit,
        });
        Ok(())
    }

    /// A draft with as many facts as one had, of the highest rank.
    #[benchmark]
    fn migrate_draft() {
        let fact = Fact {
            spec: spec(DType::U8, &[1, 2, 3, 4, 5, 6]),
            parameter: Some(7),
        };
        let facts = vec![fact.clone(); v1::MAX_NODES as usize];
        let specs = vec![fact.spec.clone(); v1::MAX_NODES as usize];
        let mut frontier = Frontier::default();
        for _ in 0..v1::MAX_NODES - 1 {
            frontier.push::<HostSha256>([1; 32]).expect("there is room");
        }
        let older = v1::GraphChecker {
            header: chain(0, 1, 16).header,
            initialisers: facts.try_into().expect("as many as there may be"),
            initialiser_roots: frontier.clone(),
            nodes: specs.try_into().expect("as many as there may be"),
            node_leaves: frontier,
        };
        v1::Drafts::<T>::insert(MODEL, older);
        StorageVersion::new(1).put::<Pallet<T>>();

        #[block]
        {
            let done = Migration::<T>::step(None, &mut WeightMeter::new());
            assert_eq!(done, Ok(None));
        }

        assert_eq!(Pallet::<T>::on_chain_storage_version(), 2);
        assert!(Drafts::<T>::get(MODEL).is_some());
        assert_eq!(DraftFacts::<T>::iter_prefix(MODEL).count(), 2);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
