//! Bodies of the calls.

use crate::draft_facts::StoredFacts;
use crate::{
    AIModels, BalanceOf, Cards, Config, Drafts, Error, Event, Families, FamilyRecord, HoldReason,
    ModelCard, ModelRecord, ModelStatus, Pallet, Parameters, ParametersOf, Registration,
    WeightInfo,
};
use alloc::vec::Vec;
use codec::{DecodeAll, Encode};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate;
use frame_support::traits::tokens::{Fortitude, Precision, Restriction};
use frame_support::traits::{Contains, Defensive, DefensiveResult};
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::Permill;
use veritrace_primitives::check::{GraphChecker, GraphFault};
use veritrace_primitives::graph::{Digest, PageItem};
use veritrace_primitives::proof::{check_malformed, decode, MalformedProof};
use veritrace_primitives::traits::{HostSha256, ModelId, ModelOutput};

impl<T: Config> Pallet<T> {
    /// The id of a model: binding the author, so that nobody squats on another's model.
    pub fn model_id(author: &T::AccountId, artefact: &Digest, graph_root: &Digest) -> ModelId {
        let mut preimage = b"veritrace:model".to_vec();
        (author, artefact, graph_root).encode_to(&mut preimage);
        sp_io::hashing::sha2_256(&preimage)
    }

    pub(crate) fn do_register(
        author: T::AccountId,
        registration: Registration<BalanceOf<T>>,
    ) -> DispatchResult {
        let Registration {
            artefact,
            graph_root,
            header,
            price,
            royalty,
            family,
            card,
        } = registration;
        let parameters = Parameters::<T>::get();
        ensure!(
            royalty <= parameters.max_royalty,
            Error::<T>::RoyaltyTooLarge
        );
        Self::ensure_readable(&card)?;
        let model = Self::model_id(&author, &artefact, &graph_root);
        ensure!(
            !AIModels::<T>::contains_key(model),
            Error::<T>::AlreadyRegistered
        );
        // A family outlives its first version, and the id they share must not come to mean another one.
        ensure!(!Families::<T>::contains_key(model), Error::<T>::FamilyLives);
        let mut line = match family {
            Some(family) => Self::own_family(&author, &family)?,
            None => FamilyRecord::founded_by(author.clone()),
        };
        let family = family.unwrap_or(model);
        let checker = GraphChecker::new(header.clone()).map_err(Self::error_of)?;
        let deposit = parameters.deposit_base.saturating_add(
            parameters
                .deposit_per_node
                .saturating_mul(BalanceOf::<T>::from(u32::from(header.node_count))),
        );
        T::Currency::hold(&HoldReason::Deposit.into(), &author, deposit)?;
        let version = line
            .versions
            .checked_add(1)
            .ok_or(Error::<T>::TooManyVersions)?;
        line.versions = version;
        line.models = line.models.saturating_add(1);
        line.deposit = line.deposit.saturating_add(deposit);
        Families::<T>::insert(family, line);
        Drafts::<T>::insert(model, checker);
        Cards::<T>::insert(model, card);
        AIModels::<T>::insert(
            model,
            ModelRecord {
                author: author.clone(),
                family,
                version,
                artefact,
                graph_root,
                price,
                royalty,
                deposit,
                header,
                outputs: BoundedVec::new(),
                status: ModelStatus::Draft,
                open_requests: 0,
            },
        );
        Self::deposit_event(Event::ModelRegistered {
            model,
            author,
            family,
            version,
            artefact,
            graph_root,
            deposit,
        });
        Ok(())
    }

    pub(crate) fn do_submit_graph_page(
        owner: T::AccountId,
        model: ModelId,
        page: &[u8],
    ) -> DispatchResultWithPostInfo {
        let (mut record, family) = Self::own_model(&owner, &model)?;
        ensure!(record.status == ModelStatus::Draft, Error::<T>::NotDraft);
        let mut checker = Drafts::<T>::get(model).ok_or(Error::<T>::NotDraft)?;
        let items =
            Vec::<PageItem>::decode_all(&mut &page[..]).map_err(|_| Error::<T>::UndecodablePage)?;
        let limits = Parameters::<T>::get().limits;
        let mut facts = StoredFacts::<T>::of(model);
        for item in &items {
            checker
                .push::<HostSha256>(&mut facts, item, &limits)
                .map_err(Self::error_of)?;
        }
        let (initialisers, nodes) = checker.progress();
        Self::deposit_event(Event::GraphPageAccepted {
            model,
            initialisers,
            nodes,
        });
        let (items, bytes) = (items.len() as u32, page.len() as u32);
        if !checker.is_complete() {
            let weight = T::WeightInfo::submit_graph_page(items, bytes)
                .saturating_add(T::WeightInfo::look_up_facts(facts.touched()));
            facts.store();
            Drafts::<T>::insert(model, checker);
            return Ok(Some(weight).into());
        }
        let (graph_root, outputs) = checker
            .finish::<HostSha256>(&mut facts)
            .map_err(Self::error_of)?;
        ensure!(
            graph_root == record.graph_root,
            Error::<T>::GraphRootMismatch
        );
        let outputs: Vec<_> = outputs
            .into_iter()
            .map(|(node, spec)| ModelOutput { node, spec })
            .collect();
        // The header bounds its outputs alike.
        record.outputs = outputs
            .try_into()
            .defensive_map_err(|_| Error::<T>::UnsupportedHeader)?;
        record.status = ModelStatus::Live;
        let weight = T::WeightInfo::submit_last_graph_page(items, bytes)
            .saturating_add(T::WeightInfo::look_up_facts(facts.touched()));
        Drafts::<T>::remove(model);
        let forgotten = Self::forget_facts(&model);
        AIModels::<T>::insert(model, &record);
        Self::deposit_event(Event::ModelCompleted { model });
        Self::succeed(model, &record, family);
        Ok(Some(weight.saturating_add(T::WeightInfo::forget_facts(forgotten))).into())
    }

    pub(crate) fn do_set_terms(
        owner: T::AccountId,
        model: ModelId,
        price: BalanceOf<T>,
        royalty: Permill,
    ) -> DispatchResult {
        ensure!(
            royalty <= Parameters::<T>::get().max_royalty,
            Error::<T>::RoyaltyTooLarge
        );
        let (mut record, _) = Self::own_model(&owner, &model)?;
        ensure!(
            matches!(record.status, ModelStatus::Draft | ModelStatus::Live),
            Error::<T>::NotLive
        );
        record.price = price;
        record.royalty = royalty;
        AIModels::<T>::insert(model, record);
        Self::deposit_event(Event::TermsChanged {
            model,
            price,
            royalty,
        });
        Ok(())
    }

    pub(crate) fn do_set_card(
        owner: T::AccountId,
        model: ModelId,
        card: ModelCard,
    ) -> DispatchResult {
        Self::ensure_readable(&card)?;
        Self::own_model(&owner, &model)?;
        Cards::<T>::insert(model, card);
        Self::deposit_event(Event::CardChanged { model });
        Ok(())
    }

    pub(crate) fn do_deprecate(owner: T::AccountId, model: ModelId) -> DispatchResult {
        let (mut record, mut family) = Self::own_model(&owner, &model)?;
        ensure!(record.status == ModelStatus::Live, Error::<T>::NotLive);
        record.status = ModelStatus::Deprecated;
        AIModels::<T>::insert(model, &record);
        Self::deposit_event(Event::ModelDeprecated { model });
        if Self::vacate(&model, &record, &mut family) {
            Families::<T>::insert(record.family, family);
        }
        Ok(())
    }

    pub(crate) fn do_remove(who: T::AccountId, model: ModelId) -> DispatchResultWithPostInfo {
        let (record, mut family) = Self::model_and_family(&model)?;
        match record.status {
            ModelStatus::Condemned { .. } => {}
            ModelStatus::Draft | ModelStatus::Deprecated => {
                ensure!(family.owner == who, Error::<T>::NotOwner);
            }
            ModelStatus::Live => {
                ensure!(family.owner == who, Error::<T>::NotOwner);
                return Err(Error::<T>::StillLive.into());
            }
        }
        ensure!(record.open_requests == 0, Error::<T>::RequestsOpen);
        // Exactness is a defensive matter: the deposit has been on hold since registration, or since the family was
        // accepted.
        let deposit = T::Currency::release(
            &HoldReason::Deposit.into(),
            &family.owner,
            record.deposit,
            Precision::Exact,
        )
        .defensive()?;
        Drafts::<T>::remove(model);
        let forgotten = Self::forget_facts(&model);
        Cards::<T>::remove(model);
        AIModels::<T>::remove(model);
        Self::deposit_event(Event::ModelRemoved { model, deposit });
        family.models = family.models.saturating_sub(1);
        family.deposit = family.deposit.saturating_sub(record.deposit);
        if family.models.is_zero() {
            Families::<T>::remove(record.family);
            Self::deposit_event(Event::FamilyEnded {
                family: record.family,
            });
        } else {
            Families::<T>::insert(record.family, family);
        }
        let weight = T::WeightInfo::remove().saturating_add(T::WeightInfo::forget_facts(forgotten));
        Ok(Some(weight).into())
    }

    pub(crate) fn do_condemn(
        reporter: T::AccountId,
        model: ModelId,
        proof: &[u8],
    ) -> DispatchResult {
        let (mut record, mut family) = Self::model_and_family(&model)?;
        ensure!(
            matches!(record.status, ModelStatus::Live | ModelStatus::Deprecated),
            Error::<T>::NotLive
        );
        let proof: MalformedProof = decode(proof).map_err(|_| Error::<T>::NotMalformed)?;
        check_malformed::<HostSha256>(&record.graph_root, &proof)
            .map_err(|_| Error::<T>::NotMalformed)?;
        let node = proof.index;
        let reason = HoldReason::Deposit.into();
        let share = Parameters::<T>::get()
            .reporter_share
            .mul_floor(record.deposit);
        let rewarded = T::Currency::transfer_on_hold(
            &reason,
            &family.owner,
            &reporter,
            share,
            Precision::BestEffort,
            Restriction::Free,
            Fortitude::Force,
        )?;
        let burned = T::Currency::burn_held(
            &reason,
            &family.owner,
            record.deposit.saturating_sub(rewarded),
            Precision::BestEffort,
            Fortitude::Force,
        )?;
        family.deposit = family.deposit.saturating_sub(record.deposit);
        record.deposit = Zero::zero();
        record.status = ModelStatus::Condemned { node };
        AIModels::<T>::insert(model, &record);
        Self::deposit_event(Event::ModelCondemned {
            model,
            node,
            reporter,
            rewarded,
            burned,
        });
        Self::vacate(&model, &record, &mut family);
        Families::<T>::insert(record.family, family);
        Ok(())
    }

    pub(crate) fn do_set_parameters(parameters: ParametersOf<T>) -> DispatchResult {
        ensure!(
            parameters.is_consistent() && T::Provable::contains(&parameters.limits),
            Error::<T>::InconsistentParameters
        );
        Parameters::<T>::put(parameters);
        Self::deposit_event(Event::ParametersChanged { parameters });
        Ok(())
    }

    fn ensure_readable(card: &ModelCard) -> Result<(), Error<T>> {
        ensure!(!card.name.is_empty(), Error::<T>::CardWithoutName);
        ensure!(card.is_text(), Error::<T>::CardNotText);
        Ok(())
    }

    /// The checker's refusals in the pallet's words.
    fn error_of(fault: GraphFault) -> Error<T> {
        match fault {
            GraphFault::Version | GraphFault::Header => Error::<T>::UnsupportedHeader,
            GraphFault::OutOfOrder | GraphFault::Incomplete => Error::<T>::PageOutOfOrder,
            GraphFault::Weights(_) | GraphFault::Parameter(_) | GraphFault::Scale(_) => {
                Error::<T>::MalformedInitialiser
            }
            GraphFault::Reference(_) | GraphFault::NotParameter(_) | GraphFault::Node(..) => {
                Error::<T>::MalformedNode
            }
            GraphFault::Unprovable(_) => Error::<T>::NodeTooCostly,
        }
    }
}
