//! What the genesis presets set, and root may change: prices, deposits, bonds, windows, clocks and limits.

use crate::{
    configs::veritrace::{MAX_MACS, MAX_TILE_MACS},
    constants::{MILLIUNIT, MINUTES, UNIT},
    DisputesConfig, InferenceConfig, ModelsConfig, PayoutsConfig, WorkersConfig,
};
use sp_runtime::Permill;
use veritrace_primitives::check::GraphLimits;

/// The parameters of our five pallets.
pub struct Economy {
    pub models: ModelsConfig,
    pub workers: WorkersConfig,
    pub inference: InferenceConfig,
    pub disputes: DisputesConfig,
    pub payouts: PayoutsConfig,
}

/// What the presets differ in.
struct Pace {
    /// Blocks in which a demonstration counts one.
    unit: u32,
    /// Most input bytes of a node that is contradicted in one transaction.
    step_limit: u32,
    /// Whether claims are audited by lot. What is told, or tested, must not depend on who is drawn.
    audits: bool,
}

/// Windows of a few blocks, and a step limit so low that a small model has nodes on both sides of it.
pub fn development() -> Economy {
    economy(Pace {
        unit: 1,
        step_limit: 1024,
        audits: false,
    })
}

/// The limits of a demonstration, and windows three times as long: on a network transactions take a block or two more,
/// finality is some blocks behind, and a node that is started anew has to catch up within a clock.
pub fn rehearsal() -> Economy {
    economy(Pace {
        unit: 3,
        step_limit: 1024,
        audits: false,
    })
}

/// Windows of minutes, a step limit of 64 KiB, and audits. What each attack costs under these parameters is in the disputes
/// pallet's `ECONOMY.md`.
pub fn local() -> Economy {
    economy(Pace {
        unit: MINUTES / 2,
        step_limit: 64 * 1024,
        audits: true,
    })
}

/// Of the requests; with `AUDIT_PAY` no more than `PROTOCOL_FEE`, so that the treasury earns what it pays.
const AUDIT_SHARE: Permill = Permill::from_percent(12);
/// Of the price.
const AUDIT_PAY: Permill = Permill::from_percent(40);
/// Of the price.
const PROTOCOL_FEE: Permill = Permill::from_percent(5);

fn economy(
    Pace {
        unit,
        step_limit,
        audits,
    }: Pace,
) -> Economy {
    Economy {
        models: ModelsConfig {
            parameters: pallet_models::ParametersRecord {
                deposit_base: 10 * UNIT,
                deposit_per_node: UNIT / 10,
                max_royalty: Permill::from_percent(30),
                reporter_share: Permill::from_percent(25),
                limits: GraphLimits {
                    max_proof_bytes: 512 * 1024,
                    max_macs: MAX_TILE_MACS,
                    max_opening_bytes: 512 * 1024,
                },
            },
        },
        workers: WorkersConfig {
            parameters: pallet_workers::WorkerParameters {
                min_bond: 100 * UNIT,
                ticket_size: 100 * UNIT,
                min_lock: 20 * UNIT,
                // Audits of an eighth of the requests then take more from whoever does not compute than computing costs.
                lock_multiple: 20,
                no_show_penalty: 2 * UNIT,
                unbond_delay: 200 * unit,
                ticket_age: 2 * unit,
                max_draw_tries: 16,
                // The price, where locks are twenty times as much: silence never pays better than computing.
                no_show_share: Permill::from_percent(5),
            },
        },
        inference: InferenceConfig {
            parameters: pallet_inference::ParametersRecord {
                min_price: 10 * MILLIUNIT,
                request_deposit: UNIT / 10,
                max_open_per_account: 32,
                max_redundancy: 3,
                max_reassignments: 2,
                min_deadline: 2 * unit,
                max_deadline: 20 * unit,
                assign_window: 5 * unit,
                challenge_window: 6 * unit,
                agreed_window: 3 * unit,
                min_window_after_challenge: 3 * unit,
                bounty: 5 * UNIT,
                publish_window: 4 * unit,
                // More than publishing the largest input costs, less than not to show up.
                complaint_fee: UNIT / 10,
                unavailability_share: Permill::from_percent(20),
                settle_reward: MILLIUNIT / 2,
                audit_share: match audits {
                    true => AUDIT_SHARE,
                    false => Permill::zero(),
                },
                audit_pay: AUDIT_PAY,
                audit_window: 2 * unit,
            },
        },
        disputes: DisputesConfig {
            parameters: pallet_disputes::ParametersRecord {
                bond_base: UNIT,
                bond_per_kib: 10 * MILLIUNIT,
                open_clock: 4 * unit,
                // Whoever is challenged at many large nodes at once has the time to send them all.
                open_clock_per_kib: 1,
                contradict_clock: 5 * unit,
                max_whole_bytes: step_limit,
                max_macs: MAX_MACS,
                max_tile_macs: MAX_TILE_MACS,
                max_opening_bytes: 512 * 1024,
                rejected_proof_penalty: UNIT / 2,
                // The bounty.
                seal_bond: 5 * UNIT,
                // Two clocks of either side, and the KiB of a full page on top.
                seal_lifetime: 20 * unit + 32,
                seal_reveal_window: 3 * unit,
            },
        },
        payouts: PayoutsConfig {
            parameters: pallet_payouts::PayoutParameters {
                protocol_fee: PROTOCOL_FEE,
            },
            _config: Default::default(),
        },
    }
}
