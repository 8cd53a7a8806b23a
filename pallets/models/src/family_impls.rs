//! Families: whose models are, and which of them takes the requests made to the latest.

use crate::{
    AIModels, BalanceOf, Config, Error, Event, Families, FamilyRecordOf, HoldReason, ModelRecordOf,
    ModelStatus, Pallet,
};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate;
use frame_support::traits::tokens::Precision;
use frame_support::traits::{Defensive, DefensiveOption};
use veritrace_primitives::traits::{FamilyId, ModelId};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_latest(owner: T::AccountId, model: ModelId) -> DispatchResult {
        let (record, mut family) = Self::own_model(&owner, &model)?;
        ensure!(record.status == ModelStatus::Live, Error::<T>::NotLive);
        family.latest = Some(model);
        Families::<T>::insert(record.family, family);
        Self::deposit_event(Event::LatestChanged {
            family: record.family,
            model: Some(model),
        });
        Ok(())
    }

    pub(crate) fn do_offer_family(
        owner: T::AccountId,
        family: FamilyId,
        heir: Option<T::AccountId>,
    ) -> DispatchResult {
        let mut record = Self::own_family(&owner, &family)?;
        ensure!(heir.as_ref() != Some(&owner), Error::<T>::OfferedToOwner);
        record.heir.clone_from(&heir);
        Families::<T>::insert(family, record);
        Self::deposit_event(Event::FamilyOffered { family, heir });
        Ok(())
    }

    pub(crate) fn do_accept_family(
        heir: T::AccountId,
        family: FamilyId,
        max_deposit: BalanceOf<T>,
    ) -> DispatchResult {
        let mut record = Families::<T>::get(family).ok_or(Error::<T>::FamilyNotFound)?;
        ensure!(record.heir.as_ref() == Some(&heir), Error::<T>::NotHeir);
        let deposit = record.deposit;
        ensure!(deposit <= max_deposit, Error::<T>::DepositAboveLimit);
        let reason = HoldReason::Deposit.into();
        // First the new hold, so that what secures the models is never less than their deposits.
        T::Currency::hold(&reason, &heir, deposit)?;
        T::Currency::release(&reason, &record.owner, deposit, Precision::Exact).defensive()?;
        let from = core::mem::replace(&mut record.owner, heir.clone());
        record.heir = None;
        Families::<T>::insert(family, record);
        Self::deposit_event(Event::FamilyTransferred {
            family,
            from,
            to: heir,
            deposit,
        });
        Ok(())
    }

    /// A version that has just gone live is the latest, unless a newer one is.
    pub(crate) fn succeed(
        model: ModelId,
        record: &ModelRecordOf<T>,
        mut family: FamilyRecordOf<T>,
    ) {
        let present = family.latest.and_then(AIModels::<T>::get);
        if present.is_some_and(|present| present.version > record.version) {
            return;
        }
        family.latest = Some(model);
        Families::<T>::insert(record.family, family);
        Self::deposit_event(Event::LatestChanged {
            family: record.family,
            model: Some(model),
        });
    }

    /// A version that takes no more requests isn't the latest any longer. Says whether it was; storing the family is left
    /// to the caller.
    pub(crate) fn vacate(
        model: &ModelId,
        record: &ModelRecordOf<T>,
        family: &mut FamilyRecordOf<T>,
    ) -> bool {
        if family.latest.as_ref() != Some(model) {
            return false;
        }
        family.latest = None;
        Self::deposit_event(Event::LatestChanged {
            family: record.family,
            model: None,
        });
        true
    }

    /// A family, if it belongs to `who`.
    pub(crate) fn own_family(
        who: &T::AccountId,
        family: &FamilyId,
    ) -> Result<FamilyRecordOf<T>, Error<T>> {
        let record = Families::<T>::get(family).ok_or(Error::<T>::FamilyNotFound)?;
        ensure!(record.owner == *who, Error::<T>::NotOwner);
        Ok(record)
    }

    /// A model and its family, if they belong to `who`.
    pub(crate) fn own_model(
        who: &T::AccountId,
        model: &ModelId,
    ) -> Result<(ModelRecordOf<T>, FamilyRecordOf<T>), Error<T>> {
        let (record, family) = Self::model_and_family(model)?;
        ensure!(family.owner == *who, Error::<T>::NotOwner);
        Ok((record, family))
    }

    /// A model and its family, whosever they are.
    pub(crate) fn model_and_family(
        model: &ModelId,
    ) -> Result<(ModelRecordOf<T>, FamilyRecordOf<T>), Error<T>> {
        let record = AIModels::<T>::get(model).ok_or(Error::<T>::NotFound)?;
        let family =
            Families::<T>::get(record.family).defensive_ok_or(Error::<T>::FamilyNotFound)?;
        Ok((record, family))
    }
}
