//! Every check of `try_state` notices what it is there for: a sound state is broken in one place.

use super::*;
use crate::{FamilyRecord, HoldReason, ModelRecordOf, PieceKey};
use frame_support::traits::fungible::MutateHold;
use sp_runtime::DispatchError;
use std::collections::BTreeSet;
use veritrace_primitives::check::FactKind;

/// A family of three live versions and a draft of which a lookup, its table and a reshape were checked.
struct Sound {
    family: FamilyId,
    third: ModelId,
    draft: ModelId,
}

fn sound() -> Sound {
    let family = register_live(&chain(0, 1, 4));
    version_live(&chain(0, 2, 4), family);
    let third = version_live(&chain(0, 3, 4), family);
    let graph = chain(1, 5, 4);
    let draft = register_version(&graph, family);
    assert_ok!(submit(draft, &items(&graph)[..3]));
    Sound {
        family,
        third,
        draft,
    }
}

fn change(model: ModelId, change: impl FnOnce(&mut ModelRecordOf<Test>)) {
    AIModels::<Test>::mutate(model, |record| change(record.as_mut().unwrap()));
}

fn change_family(family: FamilyId, change: impl FnOnce(&mut crate::FamilyRecordOf<Test>)) {
    Families::<Test>::mutate(family, |record| change(record.as_mut().unwrap()));
}

const NODES: PieceKey = PieceKey {
    kind: FactKind::Node,
    piece: 0,
};
const INITIALISERS: PieceKey = PieceKey {
    kind: FactKind::Initialiser,
    piece: 0,
};

/// What a check says, and what it is to notice.
type Break = (&'static str, fn(Sound));

const BREAKS: &[Break] = &[
    ("1: a model has another's id", |at| {
        change(at.third, |record| record.author = OTHER)
    }),
    ("1: a model has another's id", |at| {
        change(at.third, |record| record.graph_root = [7; 32])
    }),
    ("2: a checker is missing or left over", |at| {
        Drafts::<Test>::remove(at.draft)
    }),
    ("2: a checker is missing or left over", |at| {
        Drafts::<Test>::insert(at.third, Drafts::<Test>::get(at.draft).unwrap())
    }),
    ("2: outputs are missing or too early", |at| {
        change(at.third, |record| record.outputs = BoundedVec::new())
    }),
    ("2: outputs are missing or too early", |at| {
        let outputs = AIModels::<Test>::get(at.third).unwrap().outputs;
        change(at.draft, |record| record.outputs = outputs)
    }),
    ("2: a checker has no model", |at| {
        Drafts::<Test>::insert([7; 32], Drafts::<Test>::get(at.draft).unwrap())
    }),
    ("2: facts have no draft", |at| {
        let piece = DraftFacts::<Test>::get(at.draft, NODES);
        DraftFacts::<Test>::insert(at.third, NODES, piece)
    }),
    ("2: a piece of facts is not full", |at| {
        DraftFacts::<Test>::mutate(at.draft, NODES, |piece| piece.pop());
    }),
    // Nothing was checked that could be in a second piece.
    ("2: a piece of facts is not full", |at| {
        let piece = DraftFacts::<Test>::get(at.draft, NODES);
        DraftFacts::<Test>::insert(at.draft, PieceKey { piece: 1, ..NODES }, piece)
    }),
    ("2: facts of a draft are missing", |at| {
        DraftFacts::<Test>::remove(at.draft, NODES)
    }),
    ("2: facts of a draft are missing", |at| {
        DraftFacts::<Test>::remove(at.draft, INITIALISERS)
    }),
    ("3: a draft has open requests", |at| {
        change(at.draft, |record| record.open_requests = 1)
    }),
    ("3: a condemned model has a deposit", |at| {
        change(at.third, |record| {
            record.status = ModelStatus::Condemned { node: 0 }
        })
    }),
    ("4: deposits differ from what is held", |at| {
        change_family(at.family, |family| family.owner = OTHER)
    }),
    ("4: deposits differ from what is held", |_| {
        let amount = 1;
        assert_ok!(Balances::hold(&HoldReason::Deposit.into(), &AUTHOR, amount));
    }),
    // Of nobody who has a family.
    ("4: deposits differ from what is held", |_| {
        let amount = 1;
        assert_ok!(Balances::hold(&HoldReason::Deposit.into(), &OTHER, amount));
    }),
    // Of someone without an account.
    ("4: deposits differ from what is held", |at| {
        change_family(at.family, |family| family.owner = 77)
    }),
    ("5: the parameters contradict each other", |_| {
        Parameters::<Test>::mutate(|parameters| {
            parameters.reporter_share = Permill::from_percent(51)
        })
    }),
    ("6: a model has no card", |at| {
        Cards::<Test>::remove(at.third)
    }),
    ("6: a card has no name, or isn't text", |at| {
        Cards::<Test>::insert(at.third, card(""))
    }),
    ("6: a card has no name, or isn't text", |at| {
        Cards::<Test>::mutate(at.third, |slot| {
            slot.as_mut().unwrap().task.try_push(0xff).unwrap()
        })
    }),
    ("6: a card has no model", |_| {
        Cards::<Test>::insert([7; 32], card("nobody's"))
    }),
    ("7: two models are the same version", |at| {
        change(at.third, |record| record.version = 2)
    }),
    ("7: a family has not the id of its first model", |at| {
        change(at.third, |record| record.version = 5);
        change(at.family, |record| record.version = 3)
    }),
    ("7: a family has no models", |_| {
        Families::<Test>::insert([7; 32], FamilyRecord::founded_by(OTHER))
    }),
    ("7: a version is beyond the last", |at| {
        change(at.third, |record| record.version = 5)
    }),
    ("7: a family counts its models or deposits wrongly", |at| {
        change_family(at.family, |family| family.models = 3)
    }),
    ("7: a family counts its models or deposits wrongly", |at| {
        change(at.draft, |record| record.deposit += 1)
    }),
    ("7: a model has no family", |at| {
        Families::<Test>::remove(at.family)
    }),
    ("8: the latest is gone", |at| {
        change_family(at.family, |family| family.latest = Some([7; 32]))
    }),
    ("8: the latest isn't live, or of another family", |at| {
        change_family(at.family, |family| family.latest = Some(at.draft))
    }),
    ("8: the latest isn't live, or of another family", |at| {
        let graph = chain(0, 9, 4);
        assert_ok!(register_by(OTHER, &graph, None));
        let other = Pallet::<Test>::model_id(&OTHER, &artefact(&graph), &root_of(&graph));
        assert_ok!(Models::submit_graph_page(
            RuntimeOrigin::signed(OTHER),
            other,
            page(&items(&graph))
        ));
        assert_ok!(Pallet::<Test>::do_try_state());
        change_family(at.family, |family| family.latest = Some(other))
    }),
    ("9: a family is offered to its owner", |at| {
        change_family(at.family, |family| family.heir = Some(AUTHOR))
    }),
];

#[test]
fn broken_states_should_be_noticed() {
    for (place, (message, break_it)) in BREAKS.iter().enumerate() {
        ExtBuilder.build().execute_with(|| {
            let at = sound();
            assert_ok!(Pallet::<Test>::do_try_state());
            break_it(at);
            assert_eq!(
                Pallet::<Test>::do_try_state(),
                Err(DispatchError::Other(message)),
                "break {place}"
            );
        });
    }
}

#[test]
fn every_check_should_have_a_state_that_fails_it() {
    let messages: BTreeSet<_> = include_str!("../try_state.rs")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect();
    let noticed: BTreeSet<_> = BREAKS.iter().map(|(message, _)| *message).collect();
    assert_eq!(noticed, messages);
}
