//! The real runtime with its real transactions, in memory, from a genesis with models and workers in place.

use crate::{
    actors::{actors, Actor},
    setup,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    storage::{with_transaction_unchecked, TransactionOutcome},
    weights::Weight,
};
use frame_system::RawOrigin;
use serde_json::Value;
use sp_core::{storage::StateVersion, Pair, H256};
use sp_genesis_builder::runtime_decl_for_genesis_builder::GenesisBuilder;
use sp_io::TestExternalities;
use sp_runtime::{
    generic::Era,
    traits::{Dispatchable, Header as _},
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    DigestItem, DispatchError,
};
use std::sync::OnceLock;
use veritrace_runtime::{
    configs::system::RuntimeBlockWeights,
    constants::{treasury_account, EXISTENTIAL_DEPOSIT, SLOT_MILLISECONDS},
    genesis_config_presets::DEVELOPMENT,
    Address, Babe, Block, Executive, Header, Runtime, RuntimeCall, RuntimeEvent, Signature,
    SignedPayload, System, TxExtension, UncheckedExtrinsic,
};

/// What became of a transaction.
pub enum Applied {
    /// It cannot be in a block, and left no trace.
    Invalid(TransactionValidityError),
    /// It is in the block.
    Included {
        /// What its call gave.
        result: Result<(), DispatchError>,
        /// What it emitted.
        events: Vec<RuntimeEvent>,
    },
}

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

/// The development chain with the actors' accounts.
fn genesis() -> TestExternalities {
    let mut externalities = TestExternalities::default();
    externalities.execute_with(|| {
        let read = |id: Option<sp_genesis_builder::PresetId>| -> Value {
            let json = <Runtime as GenesisBuilder<Block>>::get_preset(&id)
                .expect("the preset is one of the runtime's");
            serde_json::from_slice(&json).expect("presets are JSON")
        };
        let mut config = read(None);
        merge(&mut config, read(Some(DEVELOPMENT.into())));
        let balances = config["balances"]["balances"]
            .as_array_mut()
            .expect("balances are a list");
        let treasury = serde_json::to_value(treasury_account()).expect("accounts are JSON");
        balances.retain(|entry| entry[0] != treasury);
        // In 128 bits, which JSON numbers here have.
        let mut endow = |account: &veritrace_runtime::AccountId, amount: u128| {
            balances.push(serde_json::json!([account, amount as u64]));
        };
        for Actor {
            account, endowment, ..
        } in actors()
        {
            if *endowment > 0 {
                endow(account, (*endowment).min(u128::from(u64::MAX)));
            }
        }
        endow(&treasury_account(), EXISTENTIAL_DEPOSIT);
        config["sudo"]["key"] = serde_json::to_value(&actors()[crate::actors::ROOT].account)
            .expect("accounts are JSON");
        let bytes = serde_json::to_vec(&config).expect("the config is JSON");
        <Runtime as GenesisBuilder<Block>>::build_state(bytes).expect("the config builds");
    });
    externalities
}

type Snapshot = (Vec<(Vec<u8>, (Vec<u8>, i32))>, H256);

/// Runs on a chain as it is when models are live and workers' tickets are old enough, at the beginning of a block. What is
/// done to the chain is gone afterwards.
pub fn on_chain<R>(run: impl FnOnce() -> R) -> R {
    static SNAPSHOT: OnceLock<Snapshot> = OnceLock::new();
    let (raw, root) = SNAPSHOT.get_or_init(|| {
        let mut externalities = genesis();
        externalities.execute_with(setup::prepare);
        externalities
            .commit_all()
            .expect("no storage transaction is open");
        externalities.into_raw_snapshot()
    });
    let mut externalities =
        TestExternalities::from_raw_snapshot(raw.clone(), *root, StateVersion::V1);
    externalities.execute_with(|| {
        begin_block();
        run()
    })
}

/// Starts the next block, in the next slot.
pub fn begin_block() {
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
    Executive::initialize_block(&header);
    let inherent = UncheckedExtrinsic::new_bare(
        pallet_timestamp::Call::set {
            now: in_slot * SLOT_MILLISECONDS,
        }
        .into(),
    );
    Executive::apply_extrinsic(inherent)
        .expect("the inherent is valid")
        .expect("the time is set");
    System::reset_events();
}

/// Fills what is left of the block, as transactions that pay more would: nothing else gets in, and the sweep at its end has
/// nothing to run with.
pub fn fill_block() {
    let most = RuntimeBlockWeights::get().max_block;
    let used = System::block_weight().total();
    System::register_extra_weight_unchecked(most.saturating_sub(used), DispatchClass::Operational);
}

/// Share of the block's time that is used, in percent.
pub fn fullness() -> u64 {
    let most = RuntimeBlockWeights::get().max_block.ref_time();
    System::block_weight()
        .total()
        .ref_time()
        .saturating_mul(100)
        / most
}

/// Ends the block with all that is due. Gives what its end emitted. Its weight is within the limits.
pub fn end_block() -> Vec<RuntimeEvent> {
    Executive::finalize_block();
    let limits = RuntimeBlockWeights::get();
    let used = System::block_weight();
    assert!(
        used.total().all_lte(limits.max_block),
        "a block is within its weight: {:?} of {:?}",
        used.total(),
        limits.max_block
    );
    let normal = limits
        .get(DispatchClass::Normal)
        .max_total
        .expect("normal transactions have a limit");
    assert!(
        used.get(DispatchClass::Normal).all_lte(normal),
        "normal transactions are within their part of a block"
    );
    take_events()
}

/// Everything emitted since this was last called.
pub fn take_events() -> Vec<RuntimeEvent> {
    let events = System::events()
        .into_iter()
        .map(|record| record.event)
        .collect();
    System::reset_events();
    events
}

/// A signed transaction. The nonce is the right one, and there is no tip.
pub fn sign(signer: &Actor, call: RuntimeCall) -> UncheckedExtrinsic {
    let extension: TxExtension = (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(System::account_nonce(&signer.account)),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
    );
    let payload = SignedPayload::new(call.clone(), extension.clone())
        .expect("the extension has its implicit");
    let signature = payload.using_encoded(|bytes| signer.pair.sign(bytes));
    UncheckedExtrinsic::new_signed(
        call,
        Address::Id(signer.account.clone()),
        Signature::Sr25519(signature),
        extension,
    )
}

/// What was weighed before covers what the call says it weighed. As the call says it: the fee's extension would hide more.
fn check_weight(signer: &Actor, call: &RuntimeCall) {
    let declared = call.get_dispatch_info().call_weight;
    let actual = with_transaction_unchecked(|| {
        let origin = RawOrigin::Signed(signer.account.clone()).into();
        let post = match call.clone().dispatch(origin) {
            Ok(post) => post.actual_weight,
            Err(error) => error.post_info.actual_weight,
        };
        TransactionOutcome::Rollback(post)
    });
    let actual: Weight = actual.unwrap_or(declared);
    assert!(
        actual.all_lte(declared),
        "a call weighs no more than it declared: {actual:?} of {declared:?}, {}",
        crate::coverage::name_of(call)
    );
}

/// Applies a transaction as a block's author does.
pub fn apply(signer: &Actor, call: RuntimeCall) -> Applied {
    check_weight(signer, &call);
    let extrinsic = sign(signer, call);
    let result = with_transaction_unchecked(|| {
        let result = Executive::apply_extrinsic(extrinsic);
        match result {
            Ok(_) => TransactionOutcome::Commit(result),
            Err(_) => TransactionOutcome::Rollback(result),
        }
    });
    match result {
        Ok(result) => Applied::Included {
            result,
            events: take_events(),
        },
        Err(error) => Applied::Invalid(error),
    }
}

/// Whether the block has no room for it.
pub fn is_exhausted(error: &TransactionValidityError) -> bool {
    *error == TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)
}
