//! The registry as requests and workers see it.

use crate::{AIModels, BalanceOf, Config, Error, Families, ModelStatus, Pallet};
use frame_support::defensive;
use frame_support::pallet_prelude::*;
use frame_support::traits::DefensiveOption;
use sp_runtime::DispatchResult;
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{FamilyId, ModelId, ModelRegistry, ModelTerms};

impl<T: Config> ModelRegistry<T::AccountId, BalanceOf<T>> for Pallet<T> {
    fn terms(model: &ModelId) -> Option<ModelTerms<BalanceOf<T>>> {
        let record = AIModels::<T>::get(model)?;
        (record.status == ModelStatus::Live).then_some(ModelTerms {
            graph_root: record.graph_root,
            price: record.price,
            royalty: record.royalty,
            node_count: record.header.node_count,
            inputs: record.header.inputs,
            outputs: record.outputs,
        })
    }

    fn layout(model: &ModelId) -> Option<Layout> {
        AIModels::<T>::get(model)?.header.layout()
    }

    fn latest(family: &FamilyId) -> Option<ModelId> {
        Families::<T>::get(family)?.latest
    }

    fn is_servable(model: &ModelId) -> bool {
        AIModels::<T>::get(model).is_some_and(|record| {
            matches!(record.status, ModelStatus::Live | ModelStatus::Deprecated)
        })
    }

    fn payee(model: &ModelId) -> Option<T::AccountId> {
        let record = AIModels::<T>::get(model)?;
        match record.status {
            ModelStatus::Live | ModelStatus::Deprecated => {
                Families::<T>::get(record.family).defensive_map(|family| family.owner)
            }
            ModelStatus::Draft | ModelStatus::Condemned { .. } => None,
        }
    }

    fn is_condemned(model: &ModelId) -> bool {
        AIModels::<T>::get(model)
            .is_some_and(|record| matches!(record.status, ModelStatus::Condemned { .. }))
    }

    // The two counts change without an event of this pallet: the requests' own events tell.
    fn request_opened(model: &ModelId) -> DispatchResult {
        AIModels::<T>::try_mutate(model, |slot| {
            let record = slot.as_mut().ok_or(Error::<T>::NotFound)?;
            ensure!(record.status == ModelStatus::Live, Error::<T>::NotLive);
            record.open_requests = record
                .open_requests
                .checked_add(1)
                .ok_or(Error::<T>::TooManyRequests)?;
            Ok(())
        })
    }

    fn request_closed(model: &ModelId) {
        AIModels::<T>::mutate(model, |slot| {
            let Some(record) = slot else { return };
            match record.open_requests.checked_sub(1) {
                Some(left) => record.open_requests = left,
                None => {
                    defensive!("a request closed that was not open");
                }
            }
        });
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn create_live_model(author: &T::AccountId, input_elements: u32) -> ModelId {
        crate::benchmarking::create_live_model::<T>(author, input_elements)
    }
}
