//! What daemons and users ask without reading storage themselves.

pub use crate::request_life::{
    AuditLife, ChallengeLife, ClaimLife, InputLife, NextStep, RequestLife, WorkerLife,
};
use crate::{
    BalanceOf, Claims, Config, InferenceRequests, Pallet, Parameters, RequestStatus, SlotState,
    WorkOf,
};
use alloc::vec::Vec;
use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::traits::{CheckedMul, UniqueSaturatedInto};
use sp_runtime::Permill;
use veritrace_primitives::graph::{Digest, TensorSpec};
use veritrace_primitives::traits::{ModelId, ModelRegistry, RequestId};

/// A request, as one of its workers sees it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct OpenRequest {
    /// The request.
    pub request: RequestId,
    /// What is to be run.
    pub model: ModelId,
    /// Root of the graph to be run.
    pub graph_root: Digest,
    /// Tensor root of each input.
    pub input_roots: Vec<Digest>,
    /// How many workers it asks for.
    pub redundancy: u8,
    /// Where it stands.
    pub status: RequestStatus,
    /// Where this worker stands.
    pub state: SlotState,
    /// The first block in which the present phase is over.
    pub due: u32,
}

/// What a worker has to show of a request that is not its own.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct OpenAudit<AccountId> {
    /// The request.
    pub request: RequestId,
    /// What is to be run.
    pub model: ModelId,
    /// Root of the graph to be run.
    pub graph_root: Digest,
    /// Tensor root of each input.
    pub input_roots: Vec<Digest>,
    /// Whose claim it is about.
    pub worker: AccountId,
    /// Commitment to the trace of that claim.
    pub trace_root: Digest,
    /// The node of whose output a tile is to be shown.
    pub node: u16,
    /// Decides which tile.
    pub lot: u64,
    /// The first block in which it is too late.
    pub due: u32,
}

/// What a request would cost now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Quote<Balance> {
    /// Price of one worker.
    pub price: Balance,
    /// Price of all workers: the least `max_price`.
    pub total: Balance,
    /// Held besides, and given back.
    pub deposit: Balance,
    /// The owner's share of each price.
    pub royalty: Permill,
    /// What the request must bring.
    pub inputs: Vec<TensorSpec>,
    /// Shortest and longest deadline, in blocks.
    pub deadlines: (u32, u32),
    /// Blocks from the last claim to a final result, when no one objects.
    pub window: u32,
}

sp_api::decl_runtime_apis! {
    /// Requests and prices.
    pub trait InferenceApi<AccountId, Balance>
    where
        AccountId: Codec,
        Balance: Codec,
    {
        /// The requests for which stake of a worker is locked.
        fn open_requests(worker: AccountId) -> Vec<OpenRequest>;

        /// What a worker has to show of other workers' claims.
        fn open_audits(worker: AccountId) -> Vec<OpenAudit<AccountId>>;

        /// What a request would cost now. `None` when the model takes no requests, or none with so many workers.
        fn quote(model: ModelId, redundancy: u8) -> Option<Quote<Balance>>;

        /// Everything that the chain has of an open request: what was asked and is held, who was drawn, what they claim,
        /// which challenges run, what was proved wrong, and what happens next. `None` when there is no such request, or
        /// it is closed: then its events have the rest.
        fn life_of(request: RequestId) -> Option<RequestLife<AccountId, Balance>>;
    }
}

impl<T: Config> Pallet<T> {
    /// The requests for which stake of a worker is locked.
    pub fn open_requests(worker: &T::AccountId) -> Vec<OpenRequest> {
        WorkOf::<T>::get(worker)
            .into_iter()
            .filter_map(|request| {
                let record = InferenceRequests::<T>::get(request)?;
                let state = record
                    .slots
                    .iter()
                    .find(|slot| slot.worker == *worker)?
                    .state;
                Some(OpenRequest {
                    request,
                    model: record.model,
                    graph_root: record.terms.graph_root,
                    input_roots: record.input_roots.into_inner(),
                    redundancy: record.redundancy,
                    status: record.status,
                    state,
                    due: record.due.unique_saturated_into(),
                })
            })
            .collect()
    }

    /// What a worker has to show of other workers' claims.
    pub fn open_audits(worker: &T::AccountId) -> Vec<OpenAudit<T::AccountId>> {
        WorkOf::<T>::get(worker)
            .into_iter()
            .filter_map(|request| {
                let record = InferenceRequests::<T>::get(request)?;
                let audit = record
                    .audit
                    .running()
                    .filter(|audit| audit.auditor == *worker)?;
                Some(OpenAudit {
                    request,
                    model: record.model,
                    graph_root: record.terms.graph_root,
                    trace_root: Claims::<T>::get(request, &audit.worker)?.trace_root,
                    worker: audit.worker.clone(),
                    node: audit.node,
                    lot: audit.lot,
                    due: audit.due.unique_saturated_into(),
                    input_roots: record.input_roots.into_inner(),
                })
            })
            .collect()
    }

    /// What a request would cost now.
    pub fn quote(model: &ModelId, redundancy: u8) -> Option<Quote<BalanceOf<T>>> {
        let parameters = Parameters::<T>::get();
        let terms = T::Models::terms(model)?;
        if redundancy == 0
            || redundancy > parameters.max_redundancy
            || terms.price < parameters.min_price
        {
            return None;
        }
        Some(Quote {
            price: terms.price,
            total: terms.price.checked_mul(&redundancy.into())?,
            deposit: parameters.request_deposit,
            royalty: terms.royalty,
            inputs: terms.inputs.into_inner(),
            deadlines: (
                parameters.min_deadline.unique_saturated_into(),
                parameters.max_deadline.unique_saturated_into(),
            ),
            window: match redundancy {
                1 => parameters.challenge_window,
                _ => parameters.agreed_window,
            }
            .unique_saturated_into(),
        })
    }
}
