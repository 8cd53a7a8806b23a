// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! What Substrate's own metrics do not tell: how regularly blocks come, how full they are, how often the best chain
//! changes its mind, and how far finality is behind.

use crate::{
    service::FullClient,
    types::{Block, BlockNumber},
};
use codec::Encode;
use futures::{stream, StreamExt};
use sc_client_api::{BlockBackend, BlockImportNotification, BlockchainEvents};
use sp_blockchain::HeaderBackend;
use std::{sync::Arc, time::Instant};
use substrate_prometheus_endpoint::{
    exponential_buckets, register, Counter, Gauge, Histogram, HistogramOpts, PrometheusError,
    Registry, U64,
};

struct Metrics {
    finality_lag: Gauge<U64>,
    reorganisations: Counter<U64>,
    retracted: Counter<U64>,
    interval: Histogram,
    extrinsics: Histogram,
    bytes: Histogram,
}

impl Metrics {
    fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let histogram = |name: &str, help: &str, buckets: Vec<f64>| {
            register(
                Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets))?,
                registry,
            )
        };
        Ok(Self {
            finality_lag: register(
                Gauge::new(
                    "veritrace_finality_lag_blocks",
                    "Blocks of the best chain that are not final",
                )?,
                registry,
            )?,
            reorganisations: register(
                Counter::new(
                    "veritrace_reorganisations_total",
                    "Times the best chain left a branch for another",
                )?,
                registry,
            )?,
            retracted: register(
                Counter::new(
                    "veritrace_retracted_blocks_total",
                    "Blocks that were in the best chain and are no longer",
                )?,
                registry,
            )?,
            interval: histogram(
                "veritrace_block_interval_seconds",
                "Time between a best block and the one before, as seen here",
                vec![
                    1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 9.0, 12.0, 30.0, 60.0,
                ],
            )?,
            extrinsics: histogram(
                "veritrace_block_extrinsics",
                "Extrinsics in a best block, inherents among them",
                exponential_buckets(1.0, 2.0, 12)?,
            )?,
            bytes: histogram(
                "veritrace_block_bytes",
                "Bytes of the extrinsics in a best block",
                exponential_buckets(256.0, 4.0, 9)?,
            )?,
        })
    }
}

enum Notice {
    Imported(BlockImportNotification<Block>),
    Finalized,
}

/// Follows the chain for as long as the client gives notice. Ends at once where nothing is measured.
pub async fn follow(client: Arc<FullClient>, registry: Option<Registry>) {
    let metrics = match registry.as_ref().map(Metrics::register) {
        Some(Ok(metrics)) => metrics,
        Some(Err(error)) => {
            log::warn!("the chain is not measured: {error}");
            return;
        }
        None => return,
    };
    let mut notices = stream::select(
        client.import_notification_stream().map(Notice::Imported),
        client
            .finality_notification_stream()
            .map(|_| Notice::Finalized),
    );
    let mut last_best: Option<Instant> = None;
    while let Some(notice) = notices.next().await {
        if let Notice::Imported(imported) = &notice {
            if imported.is_new_best {
                look_at(&metrics, &client, imported, &mut last_best);
            }
        }
        let info = client.info();
        let lag: BlockNumber = info.best_number.saturating_sub(info.finalized_number);
        metrics.finality_lag.set(lag.into());
    }
}

fn look_at(
    metrics: &Metrics,
    client: &FullClient,
    imported: &BlockImportNotification<Block>,
    last_best: &mut Option<Instant>,
) {
    let now = Instant::now();
    if let Some(before) = last_best.replace(now) {
        metrics.interval.observe((now - before).as_secs_f64());
    }
    if let Some(route) = imported.tree_route.as_ref() {
        let retracted = route.retracted().len();
        if retracted > 0 {
            metrics.reorganisations.inc();
            metrics.retracted.inc_by(retracted as u64);
        }
    }
    // Measured for its own sake: a body that cannot be read is none of this task's business.
    if let Ok(Some(body)) = client.block_body(imported.hash) {
        metrics.extrinsics.observe(body.len() as f64);
        let bytes: usize = body.iter().map(Encode::encoded_size).sum();
        metrics.bytes.observe(bytes as f64);
    }
}
