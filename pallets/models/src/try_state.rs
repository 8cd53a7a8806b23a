//! What is always true of the pallet's storage.

use crate::{
    AIModels, BalanceOf, Cards, Config, DraftFacts, Drafts, Families, HoldReason, ModelStatus,
    Pallet, Parameters, PieceKey, PIECE_FACTS,
};
use alloc::collections::btree_map::BTreeMap;
use alloc::collections::btree_set::BTreeSet;
use frame_support::ensure;
use frame_support::traits::fungible::hold::Inspect;
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::TryRuntimeError;
use veritrace_primitives::check::FactKind;
use veritrace_primitives::holds::are_held;
use veritrace_primitives::traits::{FamilyId, ModelId};

impl<T: Config> Pallet<T> {
    /// ## Invariants
    /// 1. A model is stored under the hash of its author, artefact and graph root.
    /// 2. Drafts, and only they, have a checker and no outputs, and as many facts as were checked, in full pieces but for
    ///    the last.
    /// 3. Drafts have no open requests; condemned models have no deposit.
    /// 4. What is held of each account is the sum of the deposits of its families.
    /// 5. The parameters make sense together.
    /// 6. Every model has a card with a name, in UTF-8, and there are no others.
    /// 7. A family counts its models, at least one, and their deposits; no two are the same version, none is beyond the
    ///    last, and none but the first of the family has its id.
    /// 8. The latest of a family is a live model of it.
    /// 9. No family is offered to its owner.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_records()?;
        Self::try_state_families()?;
        Self::try_state_deposits()?;
        ensure!(
            Parameters::<T>::get().is_consistent(),
            "5: the parameters contradict each other"
        );
        Ok(())
    }

    fn try_state_records() -> Result<(), TryRuntimeError> {
        for (model, record) in AIModels::<T>::iter() {
            ensure!(
                model == Self::model_id(&record.author, &record.artefact, &record.graph_root),
                "1: a model has another's id"
            );
            let draft = record.status == ModelStatus::Draft;
            ensure!(
                draft == Drafts::<T>::contains_key(model),
                "2: a checker is missing or left over"
            );
            ensure!(
                draft == record.outputs.is_empty(),
                "2: outputs are missing or too early"
            );
            ensure!(
                !draft || record.open_requests == 0,
                "3: a draft has open requests"
            );
            ensure!(
                !matches!(record.status, ModelStatus::Condemned { .. }) || record.deposit.is_zero(),
                "3: a condemned model has a deposit"
            );
            let card = Cards::<T>::get(model).ok_or("6: a model has no card")?;
            ensure!(
                card.is_text() && !card.name.is_empty(),
                "6: a card has no name, or isn't text"
            );
        }
        ensure!(
            Drafts::<T>::iter_keys().all(AIModels::<T>::contains_key),
            "2: a checker has no model"
        );
        Self::try_state_facts()?;
        ensure!(
            Cards::<T>::iter_keys().all(AIModels::<T>::contains_key),
            "6: a card has no model"
        );
        Ok(())
    }

    fn try_state_facts() -> Result<(), TryRuntimeError> {
        let mut kept: BTreeMap<(ModelId, FactKind), usize> = BTreeMap::new();
        for (model, PieceKey { kind, piece }, facts) in DraftFacts::<T>::iter() {
            let (initialisers, nodes) = Drafts::<T>::get(model)
                .ok_or("2: facts have no draft")?
                .progress();
            let all = match kind {
                FactKind::Initialiser => initialisers,
                FactKind::Node => nodes,
            };
            let before = u32::from(piece).saturating_mul(PIECE_FACTS.into());
            let here = u32::from(all)
                .saturating_sub(before)
                .min(PIECE_FACTS.into());
            ensure!(
                facts.len() == here as usize,
                "2: a piece of facts is not full"
            );
            let count = kept.entry((model, kind)).or_default();
            *count = count.saturating_add(facts.len());
        }
        for (model, checker) in Drafts::<T>::iter() {
            let (initialisers, nodes) = checker.progress();
            for (kind, count) in [
                (FactKind::Initialiser, initialisers),
                (FactKind::Node, nodes),
            ] {
                let found = kept.get(&(model, kind)).copied().unwrap_or_default();
                ensure!(
                    found == usize::from(count),
                    "2: facts of a draft are missing"
                );
            }
        }
        Ok(())
    }

    fn try_state_families() -> Result<(), TryRuntimeError> {
        let mut found: BTreeMap<FamilyId, (BTreeSet<u32>, BalanceOf<T>)> = BTreeMap::new();
        for (model, record) in AIModels::<T>::iter() {
            let (versions, deposit) = found
                .entry(record.family)
                .or_insert((BTreeSet::new(), Zero::zero()));
            ensure!(
                versions.insert(record.version),
                "7: two models are the same version"
            );
            ensure!(
                (model == record.family) == (record.version == 1),
                "7: a family has not the id of its first model"
            );
            *deposit = deposit.saturating_add(record.deposit);
        }
        for (id, family) in Families::<T>::iter() {
            let (versions, deposit) = found.remove(&id).ok_or("7: a family has no models")?;
            ensure!(
                versions
                    .iter()
                    .all(|version| (1..=family.versions).contains(version)),
                "7: a version is beyond the last"
            );
            ensure!(
                versions.len() == family.models as usize && deposit == family.deposit,
                "7: a family counts its models or deposits wrongly"
            );
            if let Some(latest) = family.latest {
                let latest = AIModels::<T>::get(latest).ok_or("8: the latest is gone")?;
                ensure!(
                    latest.family == id && latest.status == ModelStatus::Live,
                    "8: the latest isn't live, or of another family"
                );
            }
            ensure!(
                family.heir.as_ref() != Some(&family.owner),
                "9: a family is offered to its owner"
            );
        }
        ensure!(found.is_empty(), "7: a model has no family");
        Ok(())
    }

    fn try_state_deposits() -> Result<(), TryRuntimeError> {
        let mut deposits: BTreeMap<T::AccountId, BalanceOf<T>> = BTreeMap::new();
        for family in Families::<T>::iter_values() {
            let sum = deposits.entry(family.owner).or_default();
            *sum = sum.saturating_add(family.deposit);
        }
        ensure!(
            are_held(
                frame_system::Account::<T>::iter_keys(),
                |who| T::Currency::balance_on_hold(&HoldReason::Deposit.into(), who),
                deposits
            ),
            "4: deposits differ from what is held"
        );
        Ok(())
    }
}
