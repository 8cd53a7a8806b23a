//! Changes of the parameters that root may make: mostly ones that fit, sometimes ones that do not.

use crate::{choices::Choices, setup::by_root};
use sp_runtime::Permill;
use veritrace_runtime::{constants::UNIT, Balance, Runtime, RuntimeCall};

/// All parameters, as they are on the chain.
pub struct Parameters {
    models: pallet_models::ParametersOf<Runtime>,
    workers: pallet_workers::ParametersOf<Runtime>,
    inference: pallet_inference::ParametersOf<Runtime>,
    disputes: pallet_disputes::ParametersOf<Runtime>,
    payouts: pallet_payouts::PayoutParameters,
}

impl Parameters {
    /// Those in force.
    pub fn now() -> Self {
        Self {
            models: pallet_models::Parameters::<Runtime>::get(),
            workers: pallet_workers::Parameters::<Runtime>::get(),
            inference: pallet_inference::Parameters::<Runtime>::get(),
            disputes: pallet_disputes::Parameters::<Runtime>::get(),
            payouts: pallet_payouts::Parameters::<Runtime>::get(),
        }
    }

    /// Calls that bring these into force. In this order every one is accepted, whatever is in force.
    pub fn calls(&self) -> Vec<RuntimeCall> {
        vec![
            by_root(pallet_workers::Call::set_parameters {
                parameters: self.workers,
            }),
            by_root(pallet_inference::Call::set_parameters {
                parameters: self.inference,
            }),
            by_root(pallet_disputes::Call::set_parameters {
                parameters: self.disputes,
            }),
            by_root(pallet_models::Call::set_parameters {
                parameters: self.models,
            }),
            by_root(pallet_payouts::Call::set_parameters {
                parameters: self.payouts,
            }),
        ]
    }
}

fn tokens(choices: &mut Choices, most: usize) -> Balance {
    choices.below(most) as Balance * UNIT / 4
}

/// A change of one parameter.
pub fn change(choices: &mut Choices) -> RuntimeCall {
    let mut now = Parameters::now();
    match choices.below(5) {
        0 => {
            let inference = &mut now.inference;
            match choices.below(14) {
                0 => inference.challenge_window = 3 + choices.below(8) as u32,
                1 => inference.agreed_window = choices.below(7) as u32,
                2 => inference.min_window_after_challenge = choices.below(5) as u32,
                3 => inference.bounty = tokens(choices, 80),
                4 => {
                    inference.audit_share = Permill::from_percent(choices.below(3) as u32 * 50);
                }
                5 => inference.audit_pay = Permill::from_percent(choices.below(101) as u32),
                6 => inference.audit_window = choices.below(4) as u32,
                7 => inference.publish_window = choices.below(6) as u32,
                8 => inference.complaint_fee = tokens(choices, 8),
                9 => {
                    inference.unavailability_share =
                        Permill::from_percent(choices.below(60) as u32);
                }
                10 => inference.max_reassignments = choices.below(6) as u8,
                11 => inference.assign_window = choices.below(7) as u32,
                12 => inference.settle_reward = tokens(choices, 3) / 10,
                _ => inference.max_open_per_account = choices.below(10) as u32,
            }
            by_root(pallet_inference::Call::set_parameters {
                parameters: *inference,
            })
        }
        1 => {
            let workers = &mut now.workers;
            match choices.below(8) {
                0 => workers.lock_multiple = choices.below(40) as u32,
                1 => workers.min_lock = tokens(choices, 200),
                2 => workers.no_show_penalty = tokens(choices, 100),
                3 => workers.no_show_share = Permill::from_percent(choices.below(101) as u32),
                4 => workers.ticket_age = choices.below(4) as u32,
                5 => workers.unbond_delay = choices.below(20) as u32,
                6 => workers.min_bond = tokens(choices, 255) * 2,
                _ => workers.ticket_size = tokens(choices, 255) * 2,
            }
            by_root(pallet_workers::Call::set_parameters {
                parameters: *workers,
            })
        }
        2 => {
            let disputes = &mut now.disputes;
            match choices.below(10) {
                0 => disputes.bond_base = tokens(choices, 40),
                1 => disputes.open_clock = choices.below(6) as u32,
                2 => disputes.contradict_clock = choices.below(6) as u32,
                3 => disputes.max_whole_bytes = choices.word().into(),
                4 => disputes.rejected_proof_penalty = tokens(choices, 20),
                5 => disputes.seal_bond = tokens(choices, 40),
                6 => disputes.seal_lifetime = 40 + choices.below(20) as u32,
                7 => disputes.seal_reveal_window = choices.below(5) as u32,
                8 => disputes.open_clock_per_kib = choices.below(3) as u32,
                _ => disputes.max_opening_bytes = 256 << choices.below(13),
            }
            by_root(pallet_disputes::Call::set_parameters {
                parameters: *disputes,
            })
        }
        3 => {
            let models = &mut now.models;
            match choices.below(5) {
                0 => models.deposit_base = tokens(choices, 100),
                1 => models.deposit_per_node = tokens(choices, 4),
                2 => models.max_royalty = Permill::from_percent(choices.below(101) as u32),
                3 => models.reporter_share = Permill::from_percent(choices.below(70) as u32),
                _ => models.limits.max_opening_bytes = 256 << choices.below(13),
            }
            by_root(pallet_models::Call::set_parameters {
                parameters: *models,
            })
        }
        _ => {
            now.payouts.protocol_fee = Permill::from_percent(choices.below(101) as u32);
            by_root(pallet_payouts::Call::set_parameters {
                parameters: now.payouts,
            })
        }
    }
}
