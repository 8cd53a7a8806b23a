use crate::{
    configs::system::RuntimeBlockWeights,
    constants::{treasury_account, EXISTENTIAL_DEPOSIT, FEE_PER_BYTE, MAXIMUM_BLOCK_WEIGHT, UNIT},
    genesis_config_presets::{get_preset, preset_names, DEVELOPMENT, LOCAL, REHEARSAL},
    *,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    traits::fungible::Inspect,
};
use serde_json::Value;
use sp_core::{sr25519, Pair};
use sp_genesis_builder::{runtime_decl_for_genesis_builder::GenesisBuilder, PresetId};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{generic::Era, traits::Header as _, DigestItem, ExtrinsicInclusionMode};

mod lives;
mod offchain;
mod turmoil;
mod upgrade;
mod weaknesses;
mod world;

fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}

/// The state of a chain started from the preset, as a chain-spec builder makes it.
fn chain(preset: &str) -> sp_io::TestExternalities {
    let mut externalities = sp_io::TestExternalities::default();
    externalities.execute_with(|| {
        let read = |id: Option<PresetId>| -> Value {
            let json = <Runtime as GenesisBuilder<Block>>::get_preset(&id).unwrap();
            serde_json::from_slice(&json).unwrap()
        };
        let mut config = read(None);
        merge(&mut config, read(Some(PresetId::from(preset))));
        <Runtime as GenesisBuilder<Block>>::build_state(serde_json::to_vec(&config).unwrap())
            .unwrap();
    });
    externalities
}

/// Starts the next block, in the next slot, with a digest that BABE accepts. Says what may get into it.
fn begin_block() -> ExtrinsicInclusionMode {
    let number = System::block_number() + 1;
    let in_slot = *Babe::current_slot() + 1;
    let slot = sp_consensus_babe::digests::PreDigest::SecondaryPlain(
        sp_consensus_babe::digests::SecondaryPlainPreDigest {
            authority_index: 0,
            slot: in_slot.into(),
        },
    );
    let digest = sp_runtime::Digest {
        logs: vec![DigestItem::PreRuntime(
            sp_consensus_babe::BABE_ENGINE_ID,
            slot.encode(),
        )],
    };
    let header = Header::new(
        number,
        Default::default(),
        Default::default(),
        System::parent_hash(),
        digest,
    );
    let mode = Executive::initialize_block(&header);
    let inherent = UncheckedExtrinsic::new_bare(
        pallet_timestamp::Call::set {
            now: in_slot * constants::SLOT_MILLISECONDS,
        }
        .into(),
    );
    Executive::apply_extrinsic(inherent).unwrap().unwrap();
    mode
}

fn sign(signer: Sr25519Keyring, tip: Balance, call: RuntimeCall) -> UncheckedExtrinsic {
    sign_by(&signer.pair(), tip, call)
}

fn sign_by(signer: &sr25519::Pair, tip: Balance, call: RuntimeCall) -> UncheckedExtrinsic {
    let account = AccountId::from(signer.public());
    let extension: TxExtension = (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(System::account_nonce(&account)),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(tip),
    );
    let payload = SignedPayload::new(call.clone(), extension.clone()).unwrap();
    let signature = payload.using_encoded(|bytes| signer.sign(bytes));
    UncheckedExtrinsic::new_signed(
        call,
        Address::Id(account),
        Signature::Sr25519(signature),
        extension,
    )
}

#[test]
fn every_preset_should_build_a_genesis() {
    for name in preset_names() {
        assert!(get_preset(&name).is_some());
        chain(name.as_ref()).execute_with(|| {
            assert!(!Session::validators().is_empty());
            assert_eq!(Babe::authorities().len(), Session::validators().len());
            assert_eq!(
                Grandpa::grandpa_authorities().len(),
                Session::validators().len()
            );
            assert_eq!(Balances::balance(&treasury_account()), EXISTENTIAL_DEPOSIT);
        });
    }
}

#[test]
fn presets_should_differ_in_their_validators() {
    chain(DEVELOPMENT).execute_with(|| assert_eq!(Session::validators().len(), 1));
    chain(LOCAL).execute_with(|| assert_eq!(Session::validators().len(), 4));
    chain(REHEARSAL).execute_with(|| assert_eq!(Session::validators().len(), 4));
}

#[test]
fn unknown_preset_should_be_absent() {
    assert_eq!(get_preset(&PresetId::from("moon")), None);
}

#[test]
fn fees_should_go_to_the_treasury_with_the_tip() {
    chain(DEVELOPMENT).execute_with(|| {
        begin_block();
        let issuance = Balances::total_issuance();
        let alice = Balances::balance(&Sr25519Keyring::Alice.to_account_id());
        let transfer = sign(
            Sr25519Keyring::Alice,
            7,
            pallet_balances::Call::transfer_keep_alive {
                dest: Address::Id(Sr25519Keyring::Bob.to_account_id()),
                value: UNIT,
            }
            .into(),
        );
        Executive::apply_extrinsic(transfer).unwrap().unwrap();

        let paid = alice - UNIT - Balances::balance(&Sr25519Keyring::Alice.to_account_id());
        assert!(paid > 7);
        assert_eq!(
            Balances::balance(&treasury_account()),
            EXISTENTIAL_DEPOSIT + paid
        );
        assert_eq!(Balances::total_issuance(), issuance);
    });
}

#[test]
fn blocks_should_follow_each_other_every_three_seconds() {
    chain(LOCAL).execute_with(|| {
        for expected in 1..=3 {
            begin_block();
            let header = Executive::finalize_block();
            assert_eq!(*header.number(), expected);
        }
        assert_eq!(Timestamp::get(), 3 * constants::SLOT_MILLISECONDS);
    });
}

#[test]
fn randomness_should_depend_on_the_subject_when_a_block_has_none_of_its_own() {
    use crate::configs::randomness::BlockRandomness;
    use frame_support::traits::Randomness;
    chain(DEVELOPMENT).execute_with(|| {
        begin_block();
        let (first, _) = BlockRandomness::random(b"1");
        assert_eq!(first, BlockRandomness::random(b"1").0);
        assert_ne!(first, BlockRandomness::random(b"2").0);
    });
}

#[test]
fn operational_transactions_should_fit_when_normal_ones_fill_their_room() {
    let weights = RuntimeBlockWeights::get();
    let normal = weights.get(DispatchClass::Normal).max_total.unwrap();
    let operational = weights.get(DispatchClass::Operational).max_total.unwrap();
    assert_eq!(operational, MAXIMUM_BLOCK_WEIGHT);
    assert!(normal.all_lt(operational.div(3).saturating_mul(2)));
}

#[test]
fn a_call_should_stay_small_enough_to_pass_by_value() {
    RuntimeCall::assert_size_under(256);
}

#[test]
fn a_transfer_should_cost_about_a_thousandth_and_a_mebibyte_about_a_tenth_of_a_token() {
    chain(DEVELOPMENT).execute_with(|| {
        let call: RuntimeCall = pallet_balances::Call::transfer_keep_alive {
            dest: Address::Id(Sr25519Keyring::Bob.to_account_id()),
            value: UNIT,
        }
        .into();
        let fee = TransactionPayment::weight_to_fee(call.get_dispatch_info().call_weight);
        assert!((UNIT / 5_000..UNIT / 200).contains(&fee), "{fee}");
        let length = TransactionPayment::length_to_fee(1024 * 1024);
        assert_eq!(length, 1024 * 1024 * FEE_PER_BYTE);
        assert!((UNIT / 20..UNIT / 5).contains(&length), "{length}");
    });
}
