// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The node itself: client, pool, consensus, finality, off-chain workers, RPC.

use crate::{
    metrics, rpc,
    runtime_api::RuntimeApi,
    types::{Block, Hash},
};
use futures::FutureExt;
use sc_client_api::{Backend, BlockBackend};
use sc_consensus_babe::SlotProportion;
use sc_consensus_grandpa::SharedVoterState;
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend};
use sc_service::{
    config::Configuration, error::Error as ServiceError, TaskManager, WarpSyncConfig,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::{sync::Arc, time::Duration};

type Executor = sc_executor::WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The client: blocks, state, and calls into the runtime in the state.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database behind the client.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// How the best of several branches is chosen: the longest.
pub type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;
/// Transactions that wait for a block.
pub type FullPool = TransactionPoolHandle<Block, FullClient>;

/// Blocks between two justifications of finality that are kept and gossiped; whoever syncs checks these.
const JUSTIFICATION_PERIOD: u32 = 512;
/// How often voters repeat themselves to their neighbours. Not less: every message costs every node a signature check.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);
/// Share of a slot in which a block is made; the rest is for sending it round.
const PROPOSAL_PORTION: f32 = 0.5;

fn telemetry_of(
    config: &Configuration,
) -> Result<Option<(TelemetryWorker, Telemetry)>, ServiceError> {
    config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty())
        .map(|endpoints| {
            let worker = TelemetryWorker::new(16)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Ok::<_, sc_telemetry::Error>((worker, telemetry))
        })
        .transpose()
        .map_err(ServiceError::from)
}

/// Starts a node. It runs until the task manager is dropped or an essential task ends.
pub fn start(config: Configuration) -> Result<TaskManager, ServiceError> {
    if !matches!(config.network.network_backend, NetworkBackendType::Litep2p) {
        return Err(ServiceError::Other(
            "this node speaks litep2p only: leave --network-backend out".into(),
        ));
    }
    let telemetry = telemetry_of(&config)?;
    let executor = sc_service::new_wasm_executor::<sp_io::SubstrateHostFunctions>(&config.executor);
    let (client, backend, keystore_container, mut task_manager) =
        sc_service::new_full_parts::<Block, RuntimeApi, _>(
            &config,
            telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
            executor,
            Vec::new(),
        )?;
    let client = Arc::new(client);
    let mut telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager
            .spawn_handle()
            .spawn("telemetry", None, worker.run());
        telemetry
    });
    let telemetry_handle = telemetry.as_ref().map(|telemetry| telemetry.handle());
    let registry = config.prometheus_registry().cloned();
    let keystore = keystore_container.keystore();
    let select_chain = sc_consensus::LongestChain::new(backend.clone());
    let pool = Arc::new(
        sc_transaction_pool::Builder::new(
            task_manager.spawn_essential_handle(),
            client.clone(),
            config.role.is_authority().into(),
        )
        .with_options(config.transaction_pool.clone())
        .with_prometheus(registry.as_ref())
        .build(),
    );
    let offchain_pool = OffchainTransactionPoolFactory::new(pool.clone());

    let (grandpa_import, grandpa_link) = sc_consensus_grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD,
        &client,
        select_chain.clone(),
        telemetry_handle.clone(),
    )?;
    let justification_import = grandpa_import.clone();
    let babe_config = sc_consensus_babe::configuration(&*client)?;
    let slot_duration = babe_config.slot_duration();
    let inherents = move |_: Hash, ()| async move {
        let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
        let slot =
            sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
                *timestamp,
                slot_duration,
            );
        Ok((slot, timestamp))
    };
    let (block_import, babe_link) = sc_consensus_babe::block_import(
        babe_config,
        grandpa_import,
        client.clone(),
        inherents,
        select_chain.clone(),
        offchain_pool.clone(),
    )?;
    let (import_queue, babe_worker) =
        sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
            link: babe_link.clone(),
            block_import: block_import.clone(),
            justification_import: Some(Box::new(justification_import)),
            client: client.clone(),
            slot_duration,
            spawner: &task_manager.spawn_essential_handle(),
            registry: registry.as_ref(),
            telemetry: telemetry_handle.clone(),
        })?;

    let mut net_config = sc_network::config::FullNetworkConfiguration::<
        Block,
        Hash,
        Litep2pNetworkBackend,
    >::new(&config.network, registry.clone());
    let notification_metrics =
        <Litep2pNetworkBackend as sc_network::NetworkBackend<Block, Hash>>::register_notification_metrics(
            registry.as_ref(),
        );
    let genesis_hash = client
        .block_hash(0)?
        .ok_or_else(|| ServiceError::Other("the database has no genesis block".into()))?;
    let grandpa_protocol =
        sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
    let (grandpa_set, grandpa_notifications) =
        sc_consensus_grandpa::grandpa_peers_set_config::<Block, Litep2pNetworkBackend>(
            grandpa_protocol.clone(),
            notification_metrics.clone(),
            net_config.peer_store_handle(),
        );
    net_config.add_notification_protocol(grandpa_set);
    let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
        backend.clone(),
        grandpa_link.shared_authority_set().clone(),
        Vec::new(),
    ));
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
        sc_service::build_network(sc_service::BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
            block_relay: None,
            metrics: notification_metrics,
            gap_sync_body_policy: None,
        })?;

    if config.offchain_worker.enabled {
        let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
            runtime_api_provider: client.clone(),
            keystore: Some(keystore.clone()),
            offchain_db: backend.offchain_storage(),
            transaction_pool: Some(offchain_pool.clone()),
            network_provider: Arc::new(network.clone()),
            is_validator: config.role.is_authority(),
            enable_http_requests: true,
            custom_extensions: |_| Vec::new(),
        })?;
        task_manager.spawn_handle().spawn(
            "offchain-workers-runner",
            "offchain-worker",
            workers
                .run(client.clone(), task_manager.spawn_handle())
                .boxed(),
        );
    }
    task_manager.spawn_handle().spawn(
        "veritrace-metrics",
        None,
        metrics::follow(client.clone(), registry.clone()),
    );

    let role = config.role;
    let force_authoring = config.force_authoring;
    let name = config.network.node_name.clone();
    let votes = !config.disable_grandpa;
    let voter_state = SharedVoterState::empty();
    let deps = rpc::Deps {
        client: client.clone(),
        pool: pool.clone(),
        select_chain: select_chain.clone(),
        chain_spec: config.chain_spec.cloned_box(),
        keystore: keystore.clone(),
        babe_worker,
        voter_state: voter_state.clone(),
        authority_set: grandpa_link.shared_authority_set().clone(),
        justifications: grandpa_link.justification_stream(),
        finality_proofs: sc_consensus_grandpa::FinalityProofProvider::new_for_service(
            backend.clone(),
            Some(grandpa_link.shared_authority_set().clone()),
        ),
    };
    sc_service::spawn_tasks(sc_service::SpawnTasksParams {
        config,
        client: client.clone(),
        backend,
        task_manager: &mut task_manager,
        keystore: keystore.clone(),
        transaction_pool: pool.clone(),
        rpc_builder: Box::new(move |executor| rpc::create(&deps, executor).map_err(Into::into)),
        network: network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: sync_service.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    if role.is_authority() {
        let env = sc_basic_authorship::ProposerFactory::new(
            task_manager.spawn_handle(),
            client.clone(),
            pool.clone(),
            registry.as_ref(),
            telemetry_handle.clone(),
        );
        let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
            keystore: keystore.clone(),
            client: client.clone(),
            select_chain,
            env,
            block_import,
            sync_oracle: sync_service.clone(),
            justification_sync_link: sync_service.clone(),
            create_inherent_data_providers: inherents,
            force_authoring,
            backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging::default()),
            babe_link,
            block_proposal_slot_portion: SlotProportion::new(PROPOSAL_PORTION),
            max_block_proposal_slot_portion: None,
            telemetry: telemetry_handle.clone(),
        })?;
        task_manager.spawn_essential_handle().spawn_blocking(
            "babe-proposer",
            Some("block-authoring"),
            babe,
        );
    }

    if votes {
        let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
            config: sc_consensus_grandpa::Config {
                gossip_duration: GOSSIP_DURATION,
                justification_generation_period: JUSTIFICATION_PERIOD,
                name: Some(name),
                observer_enabled: false,
                keystore: role.is_authority().then_some(keystore),
                local_role: role,
                telemetry: telemetry_handle.clone(),
                protocol_name: grandpa_protocol,
            },
            link: grandpa_link,
            network,
            sync: sync_service,
            notification_service: grandpa_notifications,
            voting_rule: sc_consensus_grandpa::VotingRulesBuilder::default().build(),
            prometheus_registry: registry,
            shared_voter_state: voter_state,
            telemetry: telemetry_handle,
            offchain_tx_pool_factory: offchain_pool,
        })?;
        task_manager
            .spawn_essential_handle()
            .spawn_blocking("grandpa-voter", None, voter);
    }
    Ok(task_manager)
}
