// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The RPCs besides those every Substrate node has: accounts, fees, BABE, GRANDPA, and where a light client may begin.

use crate::{
    service::{FullBackend, FullClient, FullPool, FullSelectChain},
    types::{AccountId, Balance, Block, BlockNumber, Hash, Nonce},
};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
    FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the RPCs answer from.
pub struct Deps {
    pub client: Arc<FullClient>,
    pub pool: Arc<FullPool>,
    pub select_chain: FullSelectChain,
    pub chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
    pub keystore: KeystorePtr,
    /// Must be kept for as long as the node runs: the task that answers it is an essential one, and ends without it.
    pub babe_worker: BabeWorkerHandle<Block>,
    pub voter_state: SharedVoterState,
    pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    pub justifications: GrandpaJustificationStream<Block>,
    pub finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// All of them in one module.
pub fn create(
    deps: &Deps,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
    let client = &deps.client;
    let mut module = RpcModule::new(());
    module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(
        System::new(client.clone(), deps.pool.clone()),
    ))?;
    module.merge(TransactionPaymentApiServer::<
        Hash,
        pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance>,
    >::into_rpc(TransactionPayment::new(client.clone())))?;
    module.merge(
        Babe::new(
            client.clone(),
            deps.babe_worker.clone(),
            deps.keystore.clone(),
            deps.select_chain.clone(),
        )
        .into_rpc(),
    )?;
    module.merge(
        Grandpa::new(
            executor,
            deps.authority_set.clone(),
            deps.voter_state.clone(),
            deps.justifications.clone(),
            deps.finality_proofs.clone(),
        )
        .into_rpc(),
    )?;
    module.merge(
        SyncState::new(
            deps.chain_spec.cloned_box(),
            client.clone(),
            deps.authority_set.clone(),
            deps.babe_worker.clone(),
        )?
        .into_rpc(),
    )?;
    Ok(module)
}
