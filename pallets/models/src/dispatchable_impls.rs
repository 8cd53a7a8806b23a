//! Bodies of the calls.

use crate::{
    AIModels, BalanceOf, Config, Drafts, Error, Event, HoldReason, ModelRecord, ModelStatus,
    Pallet, Parameters, ParametersOf, WeightInfo,
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
use veritrace_primitives::graph::{Digest, GraphHeader, PageItem};
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
        artefact: Digest,
        graph_root: Digest,
        header: GraphHeader,
        price: BalanceOf<T>,
        royalty: Permill,
        metadata: BoundedVec<u8, T::MaxMetadata>,
    ) -> DispatchResult {
        let parameters = Parameters::<T>::get();
        ensure!(
            royalty <= parameters.max_royalty,
            Error::<T>::RoyaltyTooLarge
        );
        let model = Self::model_id(&author, &artefact, &graph_root);
        ensure!(
            !AIModels::<T>::contains_key(model),
            Error::<T>::AlreadyRegistered
        );
        let checker = GraphChecker::new(header.clone()).map_err(Self::error_of)?;
        let deposit = parameters.deposit_base.saturating_add(
            parameters
                .deposit_per_node
                .saturating_mul(BalanceOf::<T>::from(u32::from(header.node_count))),
        );
        T::Currency::hold(&HoldReason::Deposit.into(), &author, deposit)?;
        Drafts::<T>::insert(model, checker);
        AIModels::<T>::insert(
            model,
            ModelRecord {
                author: author.clone(),
                artefact,
                graph_root,
                metadata,
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
            artefact,
            graph_root,
            deposit,
        });
        Ok(())
    }

    pub(crate) fn do_submit_graph_page(
        author: T::AccountId,
        model: ModelId,
        page: &[u8],
    ) -> DispatchResultWithPostInfo {
        let mut record = AIModels::<T>::get(model).ok_or(Error::<T>::NotFound)?;
        ensure!(record.author == author, Error::<T>::NotAuthor);
        ensure!(record.status == ModelStatus::Draft, Error::<T>::NotDraft);
        let mut checker = Drafts::<T>::get(model).ok_or(Error::<T>::NotDraft)?;
        let items =
            Vec::<PageItem>::decode_all(&mut &page[..]).map_err(|_| Error::<T>::UndecodablePage)?;
        let limits = Parameters::<T>::get().limits;
        for item in &items {
            checker
                .push::<HostSha256>(item, &limits)
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
            Drafts::<T>::insert(model, checker);
            return Ok(Some(T::WeightInfo::submit_graph_page(items, bytes)).into());
        }
        let (graph_root, outputs) = checker.finish::<HostSha256>().map_err(Self::error_of)?;
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
        Drafts::<T>::remove(model);
        AIModels::<T>::insert(model, record);
        Self::deposit_event(Event::ModelCompleted { model });
        Ok(Some(T::WeightInfo::submit_last_graph_page(items, bytes)).into())
    }

    pub(crate) fn do_set_terms(
        author: T::AccountId,
        model: ModelId,
        price: BalanceOf<T>,
        royalty: Permill,
    ) -> DispatchResult {
        ensure!(
            royalty <= Parameters::<T>::get().max_royalty,
            Error::<T>::RoyaltyTooLarge
        );
        Self::try_mutate_own(&author, &model, |record| {
            ensure!(
                matches!(record.status, ModelStatus::Draft | ModelStatus::Live),
                Error::<T>::NotLive
            );
            record.price = price;
            record.royalty = royalty;
            Ok(())
        })?;
        Self::deposit_event(Event::TermsChanged {
            model,
            price,
            royalty,
        });
        Ok(())
    }

    pub(crate) fn do_deprecate(author: T::AccountId, model: ModelId) -> DispatchResult {
        Self::try_mutate_own(&author, &model, |record| {
            ensure!(record.status == ModelStatus::Live, Error::<T>::NotLive);
            record.status = ModelStatus::Deprecated;
            Ok(())
        })?;
        Self::deposit_event(Event::ModelDeprecated { model });
        Ok(())
    }

    pub(crate) fn do_remove(who: T::AccountId, model: ModelId) -> DispatchResult {
        let record = AIModels::<T>::get(model).ok_or(Error::<T>::NotFound)?;
        match record.status {
            ModelStatus::Condemned { .. } => {}
            ModelStatus::Draft | ModelStatus::Deprecated => {
                ensure!(record.author == who, Error::<T>::NotAuthor);
            }
            ModelStatus::Live => {
                ensure!(record.author == who, Error::<T>::NotAuthor);
                return Err(Error::<T>::StillLive.into());
            }
        }
        ensure!(record.open_requests == 0, Error::<T>::RequestsOpen);
        // Exactness is a defensive matter: the deposit has been on hold since registration.
        let deposit = T::Currency::release(
            &HoldReason::Deposit.into(),
            &record.author,
            record.deposit,
            Precision::Exact,
        )
        .defensive()?;
        Drafts::<T>::remove(model);
        AIModels::<T>::remove(model);
        Self::deposit_event(Event::ModelRemoved { model, deposit });
        Ok(())
    }

    pub(crate) fn do_condemn(
        reporter: T::AccountId,
        model: ModelId,
        proof: &[u8],
    ) -> DispatchResult {
        let mut record = AIModels::<T>::get(model).ok_or(Error::<T>::NotFound)?;
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
            &record.author,
            &reporter,
            share,
            Precision::BestEffort,
            Restriction::Free,
            Fortitude::Force,
        )?;
        let burned = T::Currency::burn_held(
            &reason,
            &record.author,
            record.deposit.saturating_sub(rewarded),
            Precision::BestEffort,
            Fortitude::Force,
        )?;
        record.deposit = Zero::zero();
        record.status = ModelStatus::Condemned { node };
        AIModels::<T>::insert(model, record);
        Self::deposit_event(Event::ModelCondemned {
            model,
            node,
            reporter,
            rewarded,
            burned,
        });
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

    fn try_mutate_own(
        author: &T::AccountId,
        model: &ModelId,
        change: impl FnOnce(&mut crate::ModelRecordOf<T>) -> DispatchResult,
    ) -> DispatchResult {
        AIModels::<T>::try_mutate(model, |slot| {
            let record = slot.as_mut().ok_or(Error::<T>::NotFound)?;
            ensure!(record.author == *author, Error::<T>::NotAuthor);
            change(record)
        })
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
