use crate::fixture::{artefact, chain, items, root_of, spec};
use crate::mock::*;
use crate::{
    AIModels, Cards, DraftFacts, Drafts, Error, Event, Families, ModelStatus, Pallet, Parameters,
    ParametersRecord,
};
use codec::Encode;
use frame_support::dispatch::{DispatchClass, GetDispatchInfo, Pays};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::traits::BadOrigin;
use sp_runtime::{BoundedVec, DispatchResult, Permill, TokenError};
use veritrace_primitives::graph::{
    DType, Graph, GraphHeader, Initialiser, Op, PageItem, Ref, Requant, KERNEL_VERSION,
};
use veritrace_primitives::prove::Prover;
use veritrace_primitives::traits::{FamilyId, HostSha256, ModelId, ModelRegistry, ModelTerms};

mod families;
mod migration;
mod try_state;

fn page(items: &[PageItem]) -> BoundedVec<u8, <Test as crate::Config>::MaxPageBytes> {
    items.to_vec().encode().try_into().unwrap()
}

fn submit(model: ModelId, items: &[PageItem]) -> DispatchResult {
    Models::submit_graph_page(RuntimeOrigin::signed(AUTHOR), model, page(items))
        .map(|_| ())
        .map_err(|e| e.error)
}

fn status(model: ModelId) -> Option<ModelStatus> {
    AIModels::<Test>::get(model).map(|record| record.status)
}

fn terms(model: &ModelId) -> Option<ModelTerms<Balance>> {
    <Models as ModelRegistry<AccountId, Balance>>::terms(model)
}

fn payee(model: &ModelId) -> Option<AccountId> {
    <Models as ModelRegistry<AccountId, Balance>>::payee(model)
}

fn latest(family: &FamilyId) -> Option<ModelId> {
    <Models as ModelRegistry<AccountId, Balance>>::latest(family)
}

fn open(model: &ModelId) -> DispatchResult {
    <Models as ModelRegistry<AccountId, Balance>>::request_opened(model)
}

fn close(model: &ModelId) {
    <Models as ModelRegistry<AccountId, Balance>>::request_closed(model);
}

fn is_servable(model: &ModelId) -> bool {
    <Models as ModelRegistry<AccountId, Balance>>::is_servable(model)
}

fn is_condemned(model: &ModelId) -> bool {
    <Models as ModelRegistry<AccountId, Balance>>::is_condemned(model)
}

/// A live model whose graph the check would have refused, as if the check had a flaw.
fn live_although_malformed(graph: &Graph) -> ModelId {
    let model = register(graph);
    Drafts::<Test>::remove(model);
    AIModels::<Test>::mutate(model, |slot| {
        let record = slot.as_mut().unwrap();
        record.status = ModelStatus::Live;
        record.outputs = vec![veritrace_primitives::traits::ModelOutput {
            node: 0,
            spec: spec(DType::U8, &[1]),
        }]
        .try_into()
        .unwrap();
    });
    model
}

fn malformed() -> Graph {
    let mut graph = two_nodes();
    graph.nodes[1].output = spec(DType::U8, &[5]);
    graph
}

fn proof(graph: &Graph, node: u16) -> BoundedVec<u8, <Test as crate::Config>::MaxProofBytes> {
    Prover::new::<HostSha256>(graph)
        .unwrap()
        .malformed::<HostSha256>(node)
        .unwrap()
        .encode()
        .try_into()
        .unwrap()
}

mod register_model {
    use super::*;

    fn call(header: GraphHeader, royalty: Permill, who: AccountId) -> DispatchResult {
        Models::register_model(
            RuntimeOrigin::signed(who),
            [1; 32],
            [2; 32],
            header,
            PRICE,
            royalty,
            None,
            Box::new(card("name")),
        )
    }

    #[test]
    fn model_should_be_a_draft_with_a_deposit_for_each_node() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let record = AIModels::<Test>::get(model).unwrap();
            assert_eq!(record.status, ModelStatus::Draft);
            assert_eq!(
                (record.author, record.price, record.royalty),
                (AUTHOR, PRICE, ROYALTY)
            );
            assert_eq!((record.family, record.version), (model, 1));
            assert_eq!(Cards::<Test>::get(model), Some(card("name")));
            assert_eq!(record.deposit, DEPOSIT_BASE + 2 * DEPOSIT_PER_NODE);
            assert_eq!(held(AUTHOR), record.deposit);
            System::assert_last_event(
                Event::ModelRegistered {
                    model,
                    author: AUTHOR,
                    family: model,
                    version: 1,
                    artefact: artefact(&graph),
                    graph_root: root_of(&graph),
                    deposit: record.deposit,
                }
                .into(),
            );
            assert_eq!(terms(&model), None);
            assert!(!is_servable(&model));
            assert_eq!(payee(&model), None);
            assert_noop!(open(&model), Error::<Test>::NotLive);
        });
    }

    #[test]
    fn id_should_bind_the_author() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            assert_ok!(register_by(OTHER, &graph, None));
            assert_eq!(AIModels::<Test>::iter().count(), 2);
            assert_eq!(AIModels::<Test>::get(model).unwrap().author, AUTHOR);
        });
    }

    #[test]
    fn id_should_be_the_documented_hash() {
        let mut preimage = b"veritrace:model".to_vec();
        preimage.extend(7u64.encode());
        preimage.extend([1; 32]);
        preimage.extend([2; 32]);
        assert_eq!(
            Pallet::<Test>::model_id(&7, &[1; 32], &[2; 32]),
            sp_io::hashing::sha2_256(&preimage)
        );
    }

    #[test]
    fn model_should_not_be_registered_twice() {
        ExtBuilder.build_and_execute(|| {
            assert_ok!(call(two_nodes().header, ROYALTY, AUTHOR));
            assert_noop!(
                call(two_nodes().header, ROYALTY, AUTHOR),
                Error::<Test>::AlreadyRegistered
            );
        });
    }

    #[test]
    fn royalty_should_be_refused_when_above_the_maximum() {
        ExtBuilder.build_and_execute(|| {
            assert_noop!(
                call(two_nodes().header, Permill::from_percent(31), AUTHOR),
                Error::<Test>::RoyaltyTooLarge
            );
            assert_ok!(call(two_nodes().header, Permill::from_percent(30), AUTHOR));
        });
    }

    #[test]
    fn header_should_be_refused_when_it_is_not_of_this_chain() {
        ExtBuilder.build_and_execute(|| {
            let changes: [fn(&mut GraphHeader); 5] = [
                |header| header.kernel_version = KERNEL_VERSION + 1,
                |header| header.layout_version = 0,
                |header| header.node_count = 0,
                |header| header.outputs = BoundedVec::new(),
                |header| header.outputs = vec![2].try_into().unwrap(),
            ];
            for change in changes {
                let mut header = two_nodes().header;
                change(&mut header);
                assert_noop!(
                    call(header, ROYALTY, AUTHOR),
                    Error::<Test>::UnsupportedHeader
                );
            }
        });
    }

    #[test]
    fn author_should_be_refused_when_the_deposit_is_not_there() {
        ExtBuilder.build_and_execute(|| {
            assert_noop!(
                call(two_nodes().header, ROYALTY, POOR),
                TokenError::FundsUnavailable
            );
        });
    }

    #[test]
    fn origin_should_be_signed() {
        ExtBuilder.build_and_execute(|| {
            assert_noop!(
                Models::register_model(
                    RuntimeOrigin::root(),
                    [1; 32],
                    [2; 32],
                    two_nodes().header,
                    PRICE,
                    ROYALTY,
                    None,
                    Box::new(card("name"))
                ),
                BadOrigin
            );
        });
    }
}

mod submit_graph_page {
    use super::*;

    #[test]
    fn model_should_go_live_with_its_last_page() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let items = items(&graph);
            assert_ok!(submit(model, &items[..2]));
            System::assert_last_event(
                Event::GraphPageAccepted {
                    model,
                    initialisers: 1,
                    nodes: 1,
                }
                .into(),
            );
            assert_eq!(status(model), Some(ModelStatus::Draft));
            assert_ok!(submit(model, &items[2..]));
            System::assert_has_event(Event::ModelCompleted { model }.into());
            System::assert_last_event(
                Event::LatestChanged {
                    family: model,
                    model: Some(model),
                }
                .into(),
            );
            assert_eq!(status(model), Some(ModelStatus::Live));
            assert!(!Drafts::<Test>::contains_key(model));

            let terms = terms(&model).unwrap();
            assert_eq!(terms.graph_root, root_of(&graph));
            assert_eq!(
                (terms.price, terms.royalty, terms.node_count),
                (PRICE, ROYALTY, 2)
            );
            assert_eq!(terms.inputs.as_slice(), [spec(DType::U8, &[1, 4])]);
            assert_eq!(terms.outputs[0].node, 1);
            assert_eq!(terms.outputs[0].spec, spec(DType::U8, &[1, 4]));
            assert!(is_servable(&model));
            assert_eq!(payee(&model), Some(AUTHOR));
        });
    }

    #[test]
    fn weight_should_be_refunded_by_what_the_page_held() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let page = page(&items(&graph));
            let declared = crate::Call::<Test>::submit_graph_page {
                model,
                page: page.clone(),
            }
            .get_dispatch_info()
            .call_weight;
            let info =
                Models::submit_graph_page(RuntimeOrigin::signed(AUTHOR), model, page).unwrap();
            let actual = info.actual_weight.unwrap();
            assert!(actual.ref_time() < declared.ref_time());
            assert!(actual.all_lte(declared));
        });
    }

    /// Of 2,500 nodes, for which the author need not be rich; some of them refer to the other end of the graph.
    fn long_graph() -> Graph {
        Parameters::<Test>::mutate(|parameters| parameters.deposit_per_node = 0);
        let mut graph = chain(1, 2_499, 4);
        for far in [1_030, 2_049, 2_499] {
            graph.nodes[far].inputs = vec![Ref::Node((far % 7) as u16)].try_into().unwrap();
        }
        graph
    }

    #[test]
    fn long_graph_should_be_checked_a_piece_at_a_time() {
        ExtBuilder.build_and_execute(|| {
            let graph = long_graph();
            let model = register(&graph);
            let items = items(&graph);
            let pieces = || DraftFacts::<Test>::iter_prefix_values(model).map(|piece| piece.len());
            for part in [&items[..1_000], &items[1_000..2_200]] {
                assert_ok!(submit(model, part));
                // What is written is in order, whatever the pages are.
                Pallet::<Test>::do_try_state().unwrap();
            }
            let mut kept: Vec<usize> = pieces().collect();
            kept.sort();
            assert_eq!(kept, [1, 151, 1_024, 1_024]);
            // The rest of the check is as small as ever.
            assert!(Drafts::<Test>::get(model).unwrap().encode().len() < 1_000);
            assert_ok!(submit(model, &items[2_200..]));
            assert_eq!(status(model), Some(ModelStatus::Live));
            assert_eq!(terms(&model).unwrap().node_count, 2_500);
            assert_eq!(pieces().count(), 0);
        });
    }

    #[test]
    fn long_graph_should_be_refused_when_it_refers_to_what_comes_later() {
        ExtBuilder.build_and_execute(|| {
            let mut graph = long_graph();
            graph.nodes[2_049].inputs = vec![Ref::Node(2_049)].try_into().unwrap();
            let model = register(&graph);
            let items = items(&graph);
            assert_ok!(submit(model, &items[..1_200]));
            assert_noop!(
                submit(model, &items[1_200..2_300]),
                Error::<Test>::MalformedNode
            );
        });
    }

    #[test]
    fn weight_should_be_refunded_by_the_pieces_that_were_not_looked_at() {
        ExtBuilder.build_and_execute(|| {
            let graph = long_graph();
            let model = register(&graph);
            let items = items(&graph);
            let weigh = |part: &[PageItem]| {
                Models::submit_graph_page(RuntimeOrigin::signed(AUTHOR), model, page(part))
                    .unwrap()
                    .actual_weight
                    .unwrap()
            };
            weigh(&items[..600]);
            let near = weigh(&items[600..1_000]);
            // As many items of as many bytes, the last of them in another piece.
            let far = weigh(&items[1_000..1_400]);
            let look = |pieces| <() as crate::WeightInfo>::look_up_facts(pieces);
            assert_eq!(far.saturating_sub(near), look(2).saturating_sub(look(1)));
        });
    }

    #[test]
    fn page_should_be_declared_with_a_whole_graph_when_it_is_as_large_as_several() {
        use crate::WeightInfo as _;
        type Weights = ();
        // An item is 7 bytes at least, and no graph has more than 16,384 nodes and as many initialisers. Their facts are
        // in 32 pieces.
        for (bytes, items) in [(0, 0), (7, 1), (8, 2), (1_000_000, 32_768)] {
            let last = Weights::submit_last_graph_page(items, bytes)
                .saturating_add(Weights::forget_facts(32));
            assert_eq!(
                Pallet::<Test>::weight_of_page(bytes),
                Weights::submit_graph_page(items, bytes)
                    .max(last)
                    .saturating_add(Weights::look_up_facts(32))
            );
        }
    }

    #[test]
    fn page_should_be_refused_when_it_does_not_decode() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let mut bytes = items(&graph).encode();
            bytes.push(0);
            assert_noop!(
                Models::submit_graph_page(
                    RuntimeOrigin::signed(AUTHOR),
                    model,
                    bytes.try_into().unwrap()
                ),
                Error::<Test>::UndecodablePage
            );
            assert_noop!(
                Models::submit_graph_page(
                    RuntimeOrigin::signed(AUTHOR),
                    model,
                    vec![255; 9].try_into().unwrap()
                ),
                Error::<Test>::UndecodablePage
            );
        });
    }

    #[test]
    fn items_should_be_refused_when_out_of_order() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let items = items(&graph);
            assert_noop!(submit(model, &items[1..]), Error::<Test>::PageOutOfOrder);
            let twice = [items[0].clone(), items[0].clone()];
            assert_noop!(submit(model, &twice), Error::<Test>::PageOutOfOrder);
            let mut more = items.clone();
            more.push(items[2].clone());
            assert_noop!(submit(model, &more), Error::<Test>::PageOutOfOrder);
        });
    }

    #[test]
    fn node_should_be_refused_when_it_does_not_type_check() {
        ExtBuilder.build_and_execute(|| {
            let graph = malformed();
            let model = register(&graph);
            assert_noop!(submit(model, &items(&graph)), Error::<Test>::MalformedNode);

            let mut graph = two_nodes();
            graph.nodes[0].inputs[0] = Ref::Node(1);
            let model = register(&graph);
            assert_noop!(submit(model, &items(&graph)), Error::<Test>::MalformedNode);
        });
    }

    #[test]
    fn initialiser_should_be_refused_when_its_bytes_do_not_fit() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let short = PageItem::Parameter {
                spec: spec(DType::U8, &[256]),
                data: vec![0; 255],
            };
            assert_noop!(submit(model, &[short]), Error::<Test>::MalformedInitialiser);
        });
    }

    #[test]
    fn scale_should_be_refused_when_it_is_not_finite() {
        ExtBuilder.build_and_execute(|| {
            let mut graph = chain(1, 0, 4);
            graph.initialisers[0] = Initialiser {
                spec: spec(DType::F32, &[1]),
                data: f32::INFINITY.to_le_bytes().to_vec(),
            };
            graph.nodes[0].op = Op::Requantise {
                x_zero: 0,
                requant: Requant {
                    zero: 0,
                    min: 0,
                    max: 255,
                },
            };
            let model = register(&graph);
            assert_noop!(
                submit(model, &items(&graph)),
                Error::<Test>::MalformedInitialiser
            );
            graph.initialisers[0].data = 0.5f32.to_le_bytes().to_vec();
            let model = register_live(&graph);
            assert_eq!(status(model), Some(ModelStatus::Live));
        });
    }

    #[test]
    fn node_should_be_refused_when_no_proof_of_it_would_fit() {
        ExtBuilder.build_and_execute(|| {
            let graph = chain(0, 1, 1024);
            let model = register(&graph);
            Parameters::<Test>::mutate(|parameters| {
                parameters.limits.max_proof_bytes = 16;
                parameters.limits.max_opening_bytes = 16;
            });
            assert_noop!(submit(model, &items(&graph)), Error::<Test>::NodeTooCostly);
        });
    }

    #[test]
    fn node_should_be_refused_when_it_is_provable_only_as_a_whole() {
        ExtBuilder.build_and_execute(|| {
            // A megabyte of padding around one byte: nothing to recompute a whole node from, and 128 KB of tile hashes.
            let mut graph = chain(0, 1, 1);
            graph.nodes[0].op = Op::Pad {
                pads: vec![(0, 251), (0, 4_096)].try_into().unwrap(),
                value: 0,
            };
            graph.nodes[0].output = spec(DType::U8, &[252, 4_097]);
            let model = register(&graph);
            assert_noop!(submit(model, &items(&graph)), Error::<Test>::NodeTooCostly);
            Parameters::<Test>::mutate(|parameters| {
                parameters.limits.max_opening_bytes = 128 * 1024;
            });
            assert_ok!(submit(model, &items(&graph)));
        });
    }

    #[test]
    fn graph_should_be_refused_when_it_has_another_root() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let mut items = items(&graph);
            items[0] = PageItem::Parameter {
                spec: spec(DType::U8, &[256]),
                data: vec![0; 256],
            };
            assert_noop!(submit(model, &items), Error::<Test>::GraphRootMismatch);
        });
    }

    #[test]
    fn page_should_be_refused_when_nothing_is_due() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register_live(&graph);
            assert_noop!(submit(model, &items(&graph)), Error::<Test>::NotDraft);
            assert_noop!(submit([0; 32], &items(&graph)), Error::<Test>::NotFound);
        });
    }

    #[test]
    fn page_should_come_from_the_author() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            assert_noop!(
                Models::submit_graph_page(
                    RuntimeOrigin::signed(OTHER),
                    model,
                    page(&items(&graph))
                ),
                Error::<Test>::NotOwner
            );
        });
    }
}

mod set_terms {
    use super::*;

    #[test]
    fn terms_should_change_for_requests_to_come() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&two_nodes());
            let royalty = Permill::from_percent(20);
            assert_ok!(Models::set_terms(
                RuntimeOrigin::signed(AUTHOR),
                model,
                77,
                royalty
            ));
            System::assert_last_event(
                Event::TermsChanged {
                    model,
                    price: 77,
                    royalty,
                }
                .into(),
            );
            let terms = terms(&model).unwrap();
            assert_eq!((terms.price, terms.royalty), (77, royalty));
        });
    }

    #[test]
    fn terms_should_be_refused_when_they_are_not_the_callers_to_set() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&two_nodes());
            let set =
                |who, royalty| Models::set_terms(RuntimeOrigin::signed(who), model, 1, royalty);
            assert_noop!(set(OTHER, ROYALTY), Error::<Test>::NotOwner);
            assert_noop!(
                set(AUTHOR, Permill::from_percent(31)),
                Error::<Test>::RoyaltyTooLarge
            );
            assert_noop!(
                Models::set_terms(RuntimeOrigin::signed(AUTHOR), [0; 32], 1, ROYALTY),
                Error::<Test>::NotFound
            );
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), model));
            assert_noop!(set(AUTHOR, ROYALTY), Error::<Test>::NotLive);
        });
    }
}

mod deprecate {
    use super::*;

    #[test]
    fn model_should_take_no_new_requests_and_serve_open_ones() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&two_nodes());
            assert_ok!(open(&model));
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), model));
            System::assert_has_event(Event::ModelDeprecated { model }.into());
            assert_eq!(terms(&model), None);
            assert_noop!(open(&model), Error::<Test>::NotLive);
            assert!(is_servable(&model));
            assert_eq!(payee(&model), Some(AUTHOR));
            close(&model);
            assert_eq!(AIModels::<Test>::get(model).unwrap().open_requests, 0);
        });
    }

    #[test]
    fn model_should_stay_when_it_is_not_the_callers_or_not_live() {
        ExtBuilder.build_and_execute(|| {
            let model = register(&two_nodes());
            let deprecate = |who| Models::deprecate(RuntimeOrigin::signed(who), model);
            assert_noop!(deprecate(OTHER), Error::<Test>::NotOwner);
            assert_noop!(deprecate(AUTHOR), Error::<Test>::NotLive);
            assert_noop!(
                Models::deprecate(RuntimeOrigin::signed(AUTHOR), [0; 32]),
                Error::<Test>::NotFound
            );
        });
    }
}

mod remove {
    use super::*;

    #[test]
    fn draft_should_give_its_deposit_back() {
        ExtBuilder.build_and_execute(|| {
            let model = register(&two_nodes());
            let deposit = held(AUTHOR);
            assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), model));
            System::assert_has_event(Event::ModelRemoved { model, deposit }.into());
            System::assert_last_event(Event::FamilyEnded { family: model }.into());
            assert_eq!(Families::<Test>::iter().count(), 0);
            assert_eq!(Cards::<Test>::iter().count(), 0);
            assert_eq!(held(AUTHOR), 0);
            assert_eq!(status(model), None);
            assert!(!Drafts::<Test>::contains_key(model));
        });
    }

    #[test]
    fn draft_should_leave_nothing_of_what_was_checked() {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            assert_ok!(submit(model, &items(&graph)[..2]));
            assert_eq!(DraftFacts::<Test>::iter().count(), 2);
            let declared = crate::Call::<Test>::remove { model }
                .get_dispatch_info()
                .call_weight;
            let info = Models::remove(RuntimeOrigin::signed(AUTHOR), model).unwrap();
            let actual = info.actual_weight.unwrap();
            assert!(actual.ref_time() < declared.ref_time() && actual.all_lte(declared));
            assert_eq!(DraftFacts::<Test>::iter().count(), 0);
        });
    }

    #[test]
    fn deposit_should_be_what_was_held_when_parameters_changed_since() {
        ExtBuilder.build_and_execute(|| {
            let model = register(&two_nodes());
            Parameters::<Test>::mutate(|parameters| parameters.deposit_base = 1_000_000);
            assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), model));
            assert_eq!(Balances::free_balance(AUTHOR), FUNDS);
        });
    }

    #[test]
    fn model_should_stay_until_the_last_request_closed() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&two_nodes());
            let remove = |who| Models::remove(RuntimeOrigin::signed(who), model);
            assert_noop!(remove(AUTHOR), Error::<Test>::StillLive);
            assert_ok!(open(&model));
            assert_ok!(open(&model));
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), model));
            assert_noop!(remove(OTHER), Error::<Test>::NotOwner);
            assert_noop!(remove(AUTHOR), Error::<Test>::RequestsOpen);
            close(&model);
            assert_noop!(remove(AUTHOR), Error::<Test>::RequestsOpen);
            close(&model);
            assert_ok!(remove(AUTHOR));
            assert_noop!(remove(AUTHOR), Error::<Test>::NotFound);
            assert_eq!(Balances::free_balance(AUTHOR), FUNDS);
            assert_eq!(payee(&model), None);
        });
    }

    #[test]
    fn model_should_be_registrable_again_after_removal() {
        ExtBuilder.build_and_execute(|| {
            let model = register(&two_nodes());
            assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), model));
            assert_eq!(register_live(&two_nodes()), model);
        });
    }
}

mod condemn_model {
    use super::*;

    #[test]
    fn deposit_should_be_shared_with_the_reporter_and_burned() {
        ExtBuilder.build_and_execute(|| {
            let graph = malformed();
            let model = live_although_malformed(&graph);
            assert_ok!(open(&model));
            let (deposit, issuance) = (held(AUTHOR), Balances::total_issuance());
            let info = Models::condemn_model(RuntimeOrigin::signed(OTHER), model, proof(&graph, 1))
                .unwrap();
            assert_eq!(info.pays_fee, Pays::No);
            let (rewarded, burned) = (deposit / 2, deposit - deposit / 2);
            System::assert_last_event(
                Event::ModelCondemned {
                    model,
                    node: 1,
                    reporter: OTHER,
                    rewarded,
                    burned,
                }
                .into(),
            );
            assert_eq!(held(AUTHOR), 0);
            assert_eq!(Balances::free_balance(AUTHOR), FUNDS - deposit);
            assert_eq!(Balances::free_balance(OTHER), FUNDS + rewarded);
            assert_eq!(Balances::total_issuance(), issuance - burned);
            assert_eq!(status(model), Some(ModelStatus::Condemned { node: 1 }));
            assert!(is_condemned(&model));
            assert!(!is_servable(&model));
            assert_eq!((terms(&model), payee(&model)), (None, None));
            assert_noop!(open(&model), Error::<Test>::NotLive);

            let remove = || Models::remove(RuntimeOrigin::signed(OTHER), model);
            assert_noop!(remove(), Error::<Test>::RequestsOpen);
            close(&model);
            assert_ok!(remove());
            System::assert_has_event(Event::ModelRemoved { model, deposit: 0 }.into());
        });
    }

    #[test]
    fn deposit_of_another_model_should_be_left_alone() {
        ExtBuilder.build_and_execute(|| {
            let other = register_live(&chain(0, 3, 4));
            let graph = malformed();
            let model = live_although_malformed(&graph);
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), model));
            assert_ok!(Models::condemn_model(
                RuntimeOrigin::signed(OTHER),
                model,
                proof(&graph, 1)
            ));
            assert_eq!(held(AUTHOR), DEPOSIT_BASE + 3 * DEPOSIT_PER_NODE);
            assert!(is_servable(&other));
        });
    }

    #[test]
    fn model_should_not_be_condemned_for_a_sound_node() {
        ExtBuilder.build_and_execute(|| {
            let sound = two_nodes();
            let model = register_live(&sound);
            let condemn = |proof| Models::condemn_model(RuntimeOrigin::signed(OTHER), model, proof);
            for node in 0..2 {
                assert_noop!(condemn(proof(&sound, node)), Error::<Test>::NotMalformed);
            }
            assert_noop!(condemn(proof(&malformed(), 1)), Error::<Test>::NotMalformed);
            assert_noop!(condemn(BoundedVec::new()), Error::<Test>::NotMalformed);
        });
    }

    #[test]
    fn model_should_not_be_condemned_when_draft_or_condemned_already() {
        ExtBuilder.build_and_execute(|| {
            let graph = malformed();
            let draft = register(&two_nodes());
            let condemn = |model| {
                Models::condemn_model(RuntimeOrigin::signed(OTHER), model, proof(&graph, 1))
            };
            assert_noop!(condemn(draft), Error::<Test>::NotLive);
            assert_noop!(condemn([0; 32]), Error::<Test>::NotFound);
            let model = live_although_malformed(&graph);
            assert_ok!(condemn(model));
            assert_noop!(condemn(model), Error::<Test>::NotLive);
        });
    }

    #[test]
    fn call_should_be_operational() {
        let call = crate::Call::<Test>::condemn_model {
            model: [0; 32],
            proof: BoundedVec::new(),
        };
        assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
    }
}

mod set_parameters {
    use super::*;

    #[test]
    fn root_should_change_the_parameters() {
        ExtBuilder.build_and_execute(|| {
            let new = ParametersRecord {
                deposit_base: 1,
                ..parameters()
            };
            assert_ok!(Models::set_parameters(RuntimeOrigin::root(), new));
            assert_eq!(Parameters::<Test>::get(), new);
            System::assert_last_event(Event::ParametersChanged { parameters: new }.into());
        });
    }

    #[test]
    fn parameters_should_be_refused_when_reporting_would_pay_authors() {
        ExtBuilder.build_and_execute(|| {
            let new = ParametersRecord {
                reporter_share: Permill::from_parts(500_001),
                ..parameters()
            };
            assert_noop!(
                Models::set_parameters(RuntimeOrigin::root(), new),
                Error::<Test>::InconsistentParameters
            );
        });
    }

    #[test]
    fn limits_should_be_refused_when_they_admit_what_cannot_be_contradicted() {
        ExtBuilder.build_and_execute(|| {
            let mut new = parameters();
            new.limits.max_macs = 2_000_000;
            assert_ok!(Models::set_parameters(RuntimeOrigin::root(), new));
            new.limits.max_macs = 2_000_001;
            assert_noop!(
                Models::set_parameters(RuntimeOrigin::root(), new),
                Error::<Test>::InconsistentParameters
            );
        });
    }

    #[test]
    fn origin_should_be_root() {
        ExtBuilder.build_and_execute(|| {
            assert_noop!(
                Models::set_parameters(RuntimeOrigin::signed(AUTHOR), parameters()),
                BadOrigin
            );
        });
    }
}

#[test]
fn runtime_should_be_refused_when_a_table_has_no_room_in_a_page() {
    use frame_support::traits::Hooks;
    let holds = |bytes| {
        let before = MaxPageBytes::get();
        MaxPageBytes::set(bytes);
        let outcome = std::panic::catch_unwind(<Models as Hooks<u64>>::integrity_test);
        MaxPageBytes::set(before);
        outcome.is_ok()
    };
    assert!(holds(2_048));
    assert!(!holds(2_047));
}

#[test]
fn closing_should_be_ignored_when_the_model_is_unknown() {
    ExtBuilder.build_and_execute(|| close(&[0; 32]));
}

#[test]
fn stored_types_should_keep_their_encoding() {
    ExtBuilder.build_and_execute(|| {
        let model = register_live(&chain(0, 1, 2));
        let record = AIModels::<Test>::get(model).unwrap();
        let mut expected = AUTHOR.encode();
        expected.extend(model); // the family
        expected.extend(1u32.encode());
        expected.extend(record.artefact);
        expected.extend(record.graph_root);
        expected.extend(PRICE.encode());
        expected.extend(100_000u32.encode()); // 10 % in parts per million
        expected.extend((DEPOSIT_BASE + DEPOSIT_PER_NODE).encode());
        expected.extend(record.header.encode());
        expected.extend(record.outputs.encode());
        expected.push(1); // Live
        expected.extend(0u32.encode());
        assert_eq!(record.encode(), expected);
        let mut expected = AUTHOR.encode();
        expected.push(0); // no heir
        expected.push(1);
        expected.extend(model);
        expected.extend((1u32, 1u32, record.deposit).encode());
        assert_eq!(family_of(model).encode(), expected);
        let expected = [b"\x10name".to_vec(), vec![0; 5]].concat();
        assert_eq!(Cards::<Test>::get(model).unwrap().encode(), expected);
        assert_eq!(ModelStatus::Draft.encode(), [0]);
        assert_eq!(ModelStatus::Deprecated.encode(), [2]);
        assert_eq!(ModelStatus::Condemned { node: 258 }.encode(), [3, 2, 1]);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Wherever an author cuts the pages, the chain comes to the same graph.
    #[test]
    fn graph_should_not_depend_on_how_pages_are_cut(
        tables in 0u16..6,
        copies in 1u16..20,
        cuts in prop::collection::btree_set(1usize..26, 0..6),
    ) {
        ExtBuilder.build_and_execute(|| {
            let graph = chain(tables, copies, 5);
            let model = register(&graph);
            let items = items(&graph);
            let mut from = 0;
            for cut in cuts.into_iter().filter(|cut| *cut < items.len()) {
                assert_ok!(submit(model, &items[from..cut]));
                assert_eq!(status(model), Some(ModelStatus::Draft));
                from = cut;
            }
            assert_ok!(submit(model, &items[from..]));
            assert_eq!(status(model), Some(ModelStatus::Live));
        });
    }

    /// No change of a single byte of a page makes another graph pass for the registered one.
    #[test]
    fn graph_should_not_pass_when_a_byte_differs(at in any::<prop::sample::Index>(), flip in 1u8..=255) {
        ExtBuilder.build_and_execute(|| {
            let graph = two_nodes();
            let model = register(&graph);
            let mut bytes = items(&graph).encode();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            let result = Models::submit_graph_page(
                RuntimeOrigin::signed(AUTHOR),
                model,
                bytes.try_into().unwrap(),
            );
            // A shorter list is a sound beginning of a graph only if it stays a draft.
            prop_assert!(result.is_err() || status(model) == Some(ModelStatus::Draft));
            prop_assert_ne!(status(model), Some(ModelStatus::Live));
            Ok(())
        })?;
    }
}
