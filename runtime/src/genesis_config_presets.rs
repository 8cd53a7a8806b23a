//! The chains that can be started by name. All are made by one builder and differ in their validators and their pace.

use crate::{
    constants::{treasury_account, EXISTENTIAL_DEPOSIT, PRIMARY_PROBABILITY, UNIT},
    economy::{self, Economy},
    AccountId, Balance, BalancesConfig, RuntimeGenesisConfig, SessionConfig, SessionKeys,
    SudoConfig,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// One validator, for a chain on one machine.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// Four validators, for a network of nodes.
pub const LOCAL: &str = "local";
/// The same validators, with windows so short that whole disputes can be watched: for tests on real nodes.
pub const REHEARSAL: &str = "rehearsal";

/// What BABE starts with: a slot without a primary author has a secondary one that still gives randomness.
pub const BABE_GENESIS_EPOCH_CONFIG: BabeEpochConfiguration = BabeEpochConfiguration {
    c: PRIMARY_PROBABILITY,
    allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots,
};

/// What every well-known account starts with.
const ENDOWMENT: Balance = 1_000_000 * UNIT;

/// A validator: the account, and the seed of its session keys.
struct Validator {
    account: Sr25519Keyring,
    finality: Ed25519Keyring,
}

impl Validator {
    const fn new(account: Sr25519Keyring, finality: Ed25519Keyring) -> Self {
        Self { account, finality }
    }

    fn keys(&self) -> (AccountId, AccountId, SessionKeys) {
        let account = self.account.to_account_id();
        let keys = SessionKeys {
            babe: self.account.public().into(),
            grandpa: self.finality.public().into(),
        };
        (account.clone(), account, keys)
    }
}

fn genesis(validators: &[Validator], economy: Economy) -> Value {
    let Economy {
        models,
        workers,
        inference,
        disputes,
        payouts,
    } = economy;
    // The treasury exists from the start, so that no fee is too small for it to receive.
    let balances = Sr25519Keyring::well_known()
        .map(|account| (account.to_account_id(), ENDOWMENT))
        .chain([(treasury_account(), EXISTENTIAL_DEPOSIT)])
        .collect::<Vec<_>>();
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig { balances },
        session: SessionConfig {
            keys: validators.iter().map(Validator::keys).collect::<Vec<_>>(),
        },
        sudo: SudoConfig {
            key: Some(Sr25519Keyring::Alice.to_account_id()),
        },
        models,
        workers,
        inference,
        disputes,
        payouts,
    })
}

fn development() -> Value {
    genesis(
        &[Validator::new(Sr25519Keyring::Alice, Ed25519Keyring::Alice)],
        economy::development(),
    )
}

fn local(economy: Economy) -> Value {
    let validators = [
        Validator::new(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
        Validator::new(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
        Validator::new(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
        Validator::new(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
    ];
    genesis(&validators, economy)
}

/// The JSON of the preset of that name, to be laid over the default genesis config.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        DEVELOPMENT => development(),
        LOCAL => local(economy::local()),
        REHEARSAL => local(economy::rehearsal()),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![
        PresetId::from(DEVELOPMENT),
        PresetId::from(LOCAL),
        PresetId::from(REHEARSAL),
    ]
}
