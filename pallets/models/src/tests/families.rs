//! Families: versions, the latest of them, cards, and owners that change.

use super::*;
use crate::{FamilyRecord, ModelCard};
use frame_support::traits::fungible::Inspect;

/// Graphs that differ, for one version each.
fn graph(version: u16) -> Graph {
    chain(0, version, 4)
}

fn deposit_of(version: u16) -> Balance {
    DEPOSIT_BASE + Balance::from(version) * DEPOSIT_PER_NODE
}

/// A family of [`AUTHOR`]'s with this many live versions.
fn family_with(versions: u16) -> (FamilyId, Vec<ModelId>) {
    let family = register_live(&graph(1));
    let models = (1..=versions)
        .map(|version| match version {
            1 => family,
            _ => version_live(&graph(version), family),
        })
        .collect();
    (family, models)
}

fn offer(who: AccountId, family: FamilyId, heir: Option<AccountId>) -> DispatchResult {
    Models::offer_family(RuntimeOrigin::signed(who), family, heir)
}

fn accept(who: AccountId, family: FamilyId) -> DispatchResult {
    Models::accept_family(RuntimeOrigin::signed(who), family, Balance::MAX)
}

fn sell(family: FamilyId, from: AccountId, to: AccountId) {
    assert_ok!(offer(from, family, Some(to)));
    assert_ok!(accept(to, family));
}

mod versions {
    use super::*;

    #[test]
    fn version_should_be_counted_and_pay_its_own_deposit() {
        ExtBuilder.build_and_execute(|| {
            let family = register_live(&graph(1));
            let second = register_version(&graph(2), family);
            System::assert_last_event(
                Event::ModelRegistered {
                    model: second,
                    author: AUTHOR,
                    family,
                    version: 2,
                    artefact: artefact(&graph(2)),
                    graph_root: root_of(&graph(2)),
                    deposit: deposit_of(2),
                }
                .into(),
            );
            assert_eq!(
                family_of(family),
                FamilyRecord {
                    owner: AUTHOR,
                    heir: None,
                    latest: Some(family),
                    versions: 2,
                    models: 2,
                    deposit: deposit_of(1) + deposit_of(2),
                }
            );
            assert_eq!(held(AUTHOR), deposit_of(1) + deposit_of(2));
            let record = AIModels::<Test>::get(second).unwrap();
            assert_eq!((record.family, record.version), (family, 2));
        });
    }

    #[test]
    fn version_should_be_refused_when_the_family_is_not_the_callers() {
        ExtBuilder.build_and_execute(|| {
            let family = register_live(&graph(1));
            assert_noop!(
                register_by(OTHER, &graph(2), Some(family)),
                Error::<Test>::NotOwner
            );
            assert_noop!(
                register_by(AUTHOR, &graph(2), Some([7; 32])),
                Error::<Test>::FamilyNotFound
            );
            // The id of a later version is no family's.
            let second = version_live(&graph(2), family);
            assert_noop!(
                register_by(AUTHOR, &graph(3), Some(second)),
                Error::<Test>::FamilyNotFound
            );
        });
    }

    #[test]
    fn number_should_not_be_given_twice_when_a_version_is_removed() {
        ExtBuilder.build_and_execute(|| {
            let family = register_live(&graph(1));
            let second = register_version(&graph(2), family);
            assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), second));
            let again = register_version(&graph(2), family);
            assert_eq!(again, second);
            assert_eq!(AIModels::<Test>::get(again).unwrap().version, 3);
            assert_eq!(family_of(family).versions, 3);
        });
    }

    #[test]
    fn family_should_outlive_its_first_version() {
        ExtBuilder.build_and_execute(|| {
            let (family, models) = family_with(2);
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), family));
            assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), family));
            assert_eq!(latest(&family), Some(models[1]));
            assert_eq!(held(AUTHOR), deposit_of(2));
            // The id stands for the family: neither a new one nor a version may take it.
            for place in [None, Some(family)] {
                assert_noop!(
                    register_by(AUTHOR, &graph(1), place),
                    Error::<Test>::FamilyLives
                );
            }
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), models[1]));
            assert_ok!(Models::remove(RuntimeOrigin::signed(AUTHOR), models[1]));
            System::assert_last_event(Event::FamilyEnded { family }.into());
            assert_eq!(held(AUTHOR), 0);
            assert_eq!(register_live(&graph(1)), family);
            assert_eq!(family_of(family).versions, 1);
        });
    }

    #[test]
    fn versions_should_be_refused_when_they_cannot_be_counted() {
        ExtBuilder.build_and_execute(|| {
            let family = register_live(&graph(1));
            Families::<Test>::mutate(family, |slot| slot.as_mut().unwrap().versions = u32::MAX);
            assert_noop!(
                register_by(AUTHOR, &graph(2), Some(family)),
                Error::<Test>::TooManyVersions
            );
        });
    }
}

mod latest {
    use super::*;

    fn set(who: AccountId, model: ModelId) -> DispatchResult {
        Models::set_latest(RuntimeOrigin::signed(who), model)
    }

    #[test]
    fn latest_should_be_the_newest_version_that_is_complete() {
        ExtBuilder.build_and_execute(|| {
            let first = register(&graph(1));
            assert_eq!(latest(&first), None);
            complete(first, &graph(1));
            assert_eq!(latest(&first), Some(first));
            let second = register_version(&graph(2), first);
            let third = version_live(&graph(3), first);
            assert_eq!(latest(&first), Some(third));
            // Complete at last, and older than what there is.
            complete(second, &graph(2));
            System::assert_last_event(Event::ModelCompleted { model: second }.into());
            assert_eq!(latest(&first), Some(third));
            assert_eq!(latest(&second), None);
        });
    }

    #[test]
    fn owner_should_go_back_to_an_older_version() {
        ExtBuilder.build_and_execute(|| {
            let (family, models) = family_with(2);
            assert_ok!(set(AUTHOR, family));
            System::assert_last_event(
                Event::LatestChanged {
                    family,
                    model: Some(family),
                }
                .into(),
            );
            assert_eq!(latest(&family), Some(models[0]));
            // The next one takes over.
            let third = version_live(&graph(3), family);
            assert_eq!(latest(&family), Some(third));
        });
    }

    #[test]
    fn latest_should_be_none_when_it_is_withdrawn() {
        ExtBuilder.build_and_execute(|| {
            let (family, models) = family_with(2);
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), models[1]));
            System::assert_last_event(
                Event::LatestChanged {
                    family,
                    model: None,
                }
                .into(),
            );
            assert_eq!(latest(&family), None);
            assert!(terms(&family).is_some(), "the first can be asked by its id");
            assert_ok!(set(AUTHOR, family));
            assert_eq!(latest(&family), Some(family));
        });
    }

    #[test]
    fn latest_should_stay_when_another_version_is_withdrawn() {
        ExtBuilder.build_and_execute(|| {
            let (family, models) = family_with(2);
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), family));
            System::assert_last_event(Event::ModelDeprecated { model: family }.into());
            assert_eq!(latest(&family), Some(models[1]));
        });
    }

    #[test]
    fn latest_should_be_none_when_it_is_condemned() {
        ExtBuilder.build_and_execute(|| {
            let graph = malformed();
            let model = live_although_malformed(&graph);
            assert_ok!(set(AUTHOR, model));
            assert_ok!(Models::condemn_model(
                RuntimeOrigin::signed(OTHER),
                model,
                proof(&graph, 1)
            ));
            System::assert_last_event(
                Event::LatestChanged {
                    family: model,
                    model: None,
                }
                .into(),
            );
            assert_eq!(latest(&model), None);
            assert_eq!(family_of(model).deposit, 0);
        });
    }

    #[test]
    fn latest_should_be_refused_when_it_could_not_be_asked() {
        ExtBuilder.build_and_execute(|| {
            let (family, models) = family_with(2);
            assert_noop!(set(OTHER, family), Error::<Test>::NotOwner);
            assert_noop!(set(AUTHOR, [7; 32]), Error::<Test>::NotFound);
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(AUTHOR), models[1]));
            assert_noop!(set(AUTHOR, models[1]), Error::<Test>::NotLive);
            let draft = register_version(&graph(3), family);
            assert_noop!(set(AUTHOR, draft), Error::<Test>::NotLive);
        });
    }
}

mod cards {
    use super::*;

    fn set(who: AccountId, model: ModelId, card: ModelCard) -> DispatchResult {
        Models::set_card(RuntimeOrigin::signed(who), model, card)
    }

    #[test]
    fn card_should_change_and_nothing_else() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&graph(1));
            let before = AIModels::<Test>::get(model);
            let new = crate::fixture::full_card();
            assert_ok!(set(AUTHOR, model, new.clone()));
            System::assert_last_event(Event::CardChanged { model }.into());
            assert_eq!(Cards::<Test>::get(model), Some(new));
            assert_eq!(AIModels::<Test>::get(model), before);
        });
    }

    #[test]
    fn card_should_be_refused_when_it_is_not_the_callers() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&graph(1));
            assert_noop!(set(OTHER, model, card("mine")), Error::<Test>::NotOwner);
            assert_noop!(set(AUTHOR, [7; 32], card("none")), Error::<Test>::NotFound);
        });
    }

    #[test]
    fn card_should_be_refused_without_a_name() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&graph(1));
            assert_noop!(set(AUTHOR, model, card("")), Error::<Test>::CardWithoutName);
        });
    }

    #[test]
    fn card_should_be_refused_when_any_field_is_not_text() {
        ExtBuilder.build_and_execute(|| {
            let model = register_live(&graph(1));
            let changes: [fn(&mut ModelCard); 6] = [
                |card| card.name = vec![0xff].try_into().unwrap(),
                |card| card.licence = vec![0xc0, 0x80].try_into().unwrap(),
                |card| card.task = vec![0xe2, 0x82].try_into().unwrap(),
                |card| card.inputs = vec![0xed, 0xa0, 0x80].try_into().unwrap(),
                |card| card.outputs = vec![0x80].try_into().unwrap(),
                |card| card.artefact_uri = vec![0xf5, 0x80, 0x80, 0x80].try_into().unwrap(),
            ];
            for change in changes {
                let mut bad = card("ünïcödé");
                assert_ok!(set(AUTHOR, model, bad.clone()));
                change(&mut bad);
                assert_noop!(set(AUTHOR, model, bad.clone()), Error::<Test>::CardNotText);
                // Nor can one be registered with it.
                assert_noop!(
                    Models::register_model(
                        RuntimeOrigin::signed(AUTHOR),
                        [1; 32],
                        [2; 32],
                        graph(1).header,
                        PRICE,
                        ROYALTY,
                        None,
                        Box::new(bad),
                    ),
                    Error::<Test>::CardNotText
                );
            }
        });
    }
}

mod owners {
    use super::*;

    #[test]
    fn deposits_should_change_hands_with_the_family() {
        ExtBuilder.build_and_execute(|| {
            let other = register_live(&chain(1, 0, 4));
            let (family, models) = family_with(3);
            let deposit = deposit_of(1) + deposit_of(2) + deposit_of(3);
            assert_ok!(offer(AUTHOR, family, Some(OTHER)));
            System::assert_last_event(
                Event::FamilyOffered {
                    family,
                    heir: Some(OTHER),
                }
                .into(),
            );
            assert_eq!((held(AUTHOR), held(OTHER)), (deposit + deposit_of(1), 0));
            assert_ok!(accept(OTHER, family));
            System::assert_last_event(
                Event::FamilyTransferred {
                    family,
                    from: AUTHOR,
                    to: OTHER,
                    deposit,
                }
                .into(),
            );
            assert_eq!((held(AUTHOR), held(OTHER)), (deposit_of(1), deposit));
            assert_eq!(payee(&models[2]), Some(OTHER));
            assert_eq!(payee(&other), Some(AUTHOR));
            // The ids stay, and who wrote them is still known.
            assert_eq!(AIModels::<Test>::get(family).unwrap().author, AUTHOR);
            assert_eq!(latest(&family), Some(models[2]));
            assert_eq!(family_of(family).heir, None);
        });
    }

    #[test]
    fn rights_should_go_with_the_family() {
        ExtBuilder.build_and_execute(|| {
            let (family, _) = family_with(2);
            let draft = register_version(&graph(3), family);
            sell(family, AUTHOR, OTHER);
            let by = RuntimeOrigin::signed;
            let royalty = Permill::zero();
            assert_noop!(
                Models::set_terms(by(AUTHOR), family, 1, royalty),
                Error::<Test>::NotOwner
            );
            assert_noop!(
                Models::deprecate(by(AUTHOR), family),
                Error::<Test>::NotOwner
            );
            assert_noop!(Models::remove(by(AUTHOR), draft), Error::<Test>::NotOwner);
            assert_noop!(
                Models::set_latest(by(AUTHOR), family),
                Error::<Test>::NotOwner
            );
            assert_noop!(
                Models::set_card(by(AUTHOR), family, card("mine")),
                Error::<Test>::NotOwner
            );
            assert_noop!(offer(AUTHOR, family, Some(POOR)), Error::<Test>::NotOwner);
            assert_noop!(
                register_by(AUTHOR, &graph(4), Some(family)),
                Error::<Test>::NotOwner
            );
            assert_noop!(submit(draft, &items(&graph(3))), Error::<Test>::NotOwner);

            assert_ok!(Models::set_terms(by(OTHER), family, 1, royalty));
            assert_ok!(Models::submit_graph_page(
                by(OTHER),
                draft,
                page(&items(&graph(3)))
            ));
            assert_eq!(latest(&family), Some(draft));
            assert_ok!(register_by(OTHER, &graph(4), Some(family)));
            assert_ok!(Models::deprecate(by(OTHER), family));
            assert_ok!(Models::remove(by(OTHER), family));
            assert_eq!(held(OTHER), deposit_of(2) + deposit_of(3) + deposit_of(4));
            assert_eq!(held(AUTHOR), 0);
            assert_eq!(Balances::free_balance(AUTHOR), FUNDS);
        });
    }

    #[test]
    fn nobody_should_be_given_a_family_he_did_not_accept() {
        ExtBuilder.build_and_execute(|| {
            let (family, _) = family_with(1);
            assert_noop!(accept(OTHER, family), Error::<Test>::NotHeir);
            assert_ok!(offer(AUTHOR, family, Some(POOR)));
            assert_noop!(accept(OTHER, family), Error::<Test>::NotHeir);
            // Nor one whose deposits he can't or won't answer for.
            assert_noop!(accept(POOR, family), TokenError::FundsUnavailable);
            assert_ok!(offer(AUTHOR, family, Some(OTHER)));
            assert_noop!(accept(POOR, family), Error::<Test>::NotHeir);
            let limit = deposit_of(1);
            version_live(&graph(2), family);
            assert_noop!(
                Models::accept_family(RuntimeOrigin::signed(OTHER), family, limit),
                Error::<Test>::DepositAboveLimit
            );
            assert_ok!(offer(AUTHOR, family, None));
            assert_noop!(accept(OTHER, family), Error::<Test>::NotHeir);
            assert_noop!(accept(OTHER, [7; 32]), Error::<Test>::FamilyNotFound);
            assert_eq!(held(AUTHOR), deposit_of(1) + deposit_of(2));
        });
    }

    #[test]
    fn offer_should_be_refused_when_it_is_not_the_callers_to_make() {
        ExtBuilder.build_and_execute(|| {
            let (family, _) = family_with(1);
            assert_noop!(offer(OTHER, family, Some(OTHER)), Error::<Test>::NotOwner);
            assert_noop!(
                offer(AUTHOR, family, Some(AUTHOR)),
                Error::<Test>::OfferedToOwner
            );
            assert_noop!(
                offer(AUTHOR, [7; 32], Some(OTHER)),
                Error::<Test>::FamilyNotFound
            );
        });
    }

    #[test]
    fn payee_should_be_the_owner_of_now_also_for_open_requests() {
        ExtBuilder.build_and_execute(|| {
            let (family, _) = family_with(1);
            assert_ok!(open(&family));
            sell(family, AUTHOR, OTHER);
            assert_eq!(payee(&family), Some(OTHER));
            assert_ok!(Models::deprecate(RuntimeOrigin::signed(OTHER), family));
            assert_noop!(
                Models::remove(RuntimeOrigin::signed(OTHER), family),
                Error::<Test>::RequestsOpen
            );
            close(&family);
            assert_ok!(Models::remove(RuntimeOrigin::signed(OTHER), family));
        });
    }

    #[test]
    fn condemnation_should_take_from_the_owner_of_now() {
        ExtBuilder.build_and_execute(|| {
            let graph = malformed();
            let model = live_although_malformed(&graph);
            let deposit = held(AUTHOR);
            sell(model, AUTHOR, OTHER);
            assert_ok!(Models::condemn_model(
                RuntimeOrigin::signed(POOR),
                model,
                proof(&graph, 1)
            ));
            assert_eq!(Balances::total_balance(&AUTHOR), FUNDS);
            assert_eq!(Balances::total_balance(&OTHER), FUNDS - deposit);
            assert_eq!((held(AUTHOR), held(OTHER)), (0, 0));
            // A condemned family can be had for nothing, and cleared away by anyone.
            sell(model, OTHER, AUTHOR);
            assert_ok!(Models::remove(RuntimeOrigin::signed(POOR), model));
            System::assert_last_event(Event::FamilyEnded { family: model }.into());
        });
    }
}

/// What can be done to two authors' families.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Found {
        by: AccountId,
        nodes: u16,
    },
    Version {
        by: AccountId,
        of: usize,
        nodes: u16,
    },
    Complete {
        by: AccountId,
        model: usize,
    },
    Deprecate {
        by: AccountId,
        model: usize,
    },
    Remove {
        by: AccountId,
        model: usize,
    },
    SetLatest {
        by: AccountId,
        model: usize,
    },
    Offer {
        by: AccountId,
        of: usize,
        heir: Option<AccountId>,
    },
    Accept {
        by: AccountId,
        of: usize,
    },
    Open {
        model: usize,
    },
    Close {
        model: usize,
    },
}

fn deed() -> impl Strategy<Value = Deed> {
    let who = || AUTHOR..=OTHER;
    let one = || 0usize..6;
    prop_oneof![
        (who(), 1u16..5).prop_map(|(by, nodes)| Deed::Found { by, nodes }),
        (who(), one(), 1u16..9).prop_map(|(by, of, nodes)| Deed::Version { by, of, nodes }),
        (who(), one()).prop_map(|(by, model)| Deed::Complete { by, model }),
        (who(), one()).prop_map(|(by, model)| Deed::Complete { by, model }),
        (who(), one()).prop_map(|(by, model)| Deed::Deprecate { by, model }),
        (who(), one()).prop_map(|(by, model)| Deed::Remove { by, model }),
        (who(), one()).prop_map(|(by, model)| Deed::SetLatest { by, model }),
        (who(), one(), prop::option::of(who())).prop_map(|(by, of, heir)| Deed::Offer {
            by,
            of,
            heir
        }),
        (who(), one()).prop_map(|(by, of)| Deed::Accept { by, of }),
        one().prop_map(|model| Deed::Open { model }),
        one().prop_map(|model| Deed::Close { model }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever two authors do with their families, in whatever order: the books balance, and nobody gains or loses.
    #[test]
    fn books_should_balance_whatever_is_done(deeds in prop::collection::vec(deed(), 1..60)) {
        ExtBuilder.build_and_execute(|| {
            let mut graphs = std::collections::BTreeMap::new();
            for deed in deeds {
                let mut models: Vec<_> = AIModels::<Test>::iter_keys().collect();
                models.sort();
                let mut families: Vec<_> = Families::<Test>::iter_keys().collect();
                families.sort();
                let pick = |list: &[ModelId], index: usize| -> ModelId {
                    list.get(index % list.len().max(1)).copied().unwrap_or_default()
                };
                let by = RuntimeOrigin::signed;
                let _ = frame_support::storage::with_storage_layer(|| match deed {
                    Deed::Found { by, nodes } => {
                        graphs.insert(root_of(&graph(nodes)), graph(nodes));
                        register_by(by, &graph(nodes), None)
                    }
                    Deed::Version { by, of, nodes } => {
                        graphs.insert(root_of(&graph(nodes)), graph(nodes));
                        register_by(by, &graph(nodes), Some(pick(&families, of)))
                    }
                    Deed::Complete { by: who, model } => {
                        let model = pick(&models, model);
                        let Some(record) = AIModels::<Test>::get(model) else {
                            return Ok(());
                        };
                        Models::submit_graph_page(
                            by(who),
                            model,
                            page(&items(&graphs[&record.graph_root])),
                        )
                        .map(|_| ())
                        .map_err(|refused| refused.error)
                    }
                    Deed::Deprecate { by: who, model } => {
                        Models::deprecate(by(who), pick(&models, model))
                    }
                    Deed::Remove { by: who, model } => {
                        Models::remove(by(who), pick(&models, model))
                            .map(|_| ())
                            .map_err(|e| e.error)
                    }
                    Deed::SetLatest { by: who, model } => {
                        Models::set_latest(by(who), pick(&models, model))
                    }
                    Deed::Offer { by, of, heir } => offer(by, pick(&families, of), heir),
                    Deed::Accept { by, of } => accept(by, pick(&families, of)),
                    Deed::Open { model } => open(&pick(&models, model)),
                    Deed::Close { model } => {
                        let model = pick(&models, model);
                        let is_open = AIModels::<Test>::get(model)
                            .is_some_and(|record| record.open_requests > 0);
                        if is_open {
                            close(&model);
                        }
                        Ok(())
                    }
                });
                Pallet::<Test>::do_try_state().unwrap();
                for who in [AUTHOR, OTHER] {
                    let owned: Balance = Families::<Test>::iter_values()
                        .filter(|family| family.owner == who)
                        .map(|family| family.deposit)
                        .sum();
                    prop_assert_eq!(held(who), owned);
                    prop_assert_eq!(Balances::total_balance(&who), FUNDS);
                }
            }
            Ok(())
        })?;
    }
}
