//! What is always true of the pallet's storage.

use crate::{AIModels, BalanceOf, Config, Drafts, HoldReason, ModelStatus, Pallet, Parameters};
use alloc::collections::btree_map::BTreeMap;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::ensure;
use frame_support::traits::fungible::hold::Inspect;
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// ## Invariants
    /// 1. A model is stored under the hash of its author, artefact and graph root.
    /// 2. Drafts, and only they, have a checker and no outputs.
    /// 3. Drafts have no open requests; condemned models have no deposit.
    /// 4. What is held of each author is the sum of the deposits of its models.
    /// 5. The parameters make sense together.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_records()?;
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
        }
        ensure!(
            Drafts::<T>::iter_keys().all(AIModels::<T>::contains_key),
            "2: a checker has no model"
        );
        Ok(())
    }

    fn try_state_deposits() -> Result<(), TryRuntimeError> {
        // Keyed by encoding, since account ids need not be ordered.
        let mut deposits: BTreeMap<Vec<u8>, (T::AccountId, BalanceOf<T>)> = BTreeMap::new();
        for (_, record) in AIModels::<T>::iter() {
            let (_, sum) = deposits
                .entry(record.author.encode())
                .or_insert((record.author, Zero::zero()));
            *sum = sum.saturating_add(record.deposit);
        }
        for (author, sum) in deposits.into_values() {
            ensure!(
                T::Currency::balance_on_hold(&HoldReason::Deposit.into(), &author) == sum,
                "4: deposits differ from what is held"
            );
        }
        Ok(())
    }
}
