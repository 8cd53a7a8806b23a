//! Transactions decoded from bytes, by anyone, on the whole runtime. What must hold whatever they are: no panic, every block
//! within its weight, no call heavier than it declared, nothing minted, every pallet's own invariants.

use crate::{
    actors::{actors, ROOT},
    chain::{self, apply, begin_block, end_block, fill_block, Applied},
    choices::Choices,
    coverage, invariants, machine,
};
use codec::{DecodeLimit, Encode};
use std::ops::Range;
use veritrace_runtime::{Balance, Balances, Runtime, RuntimeCall, RuntimeEvent};

/// Most operations of a run.
const MOST_OPERATIONS: usize = 120;
/// Deepest nesting of calls and their arguments.
const MOST_DEPTH: u32 = 24;

/// From this first byte on an operation is no transaction.
const BLOCK: u8 = 200;
/// From this one on the block is full before it ends.
const FULL: u8 = 250;

/// What a run came to.
#[derive(Clone, Copy, Default, Debug)]
pub struct Summary {
    /// Transactions that were in blocks.
    pub transactions: u64,
    /// Bytes that were none.
    pub undecodable: u64,
}

/// A transaction as these bytes.
fn encoded(signer: usize, call: &RuntimeCall) -> Vec<u8> {
    let call = call.encode();
    let length = u16::try_from(call.len()).unwrap_or(u16::MAX);
    [&[signer as u8][..], &length.to_le_bytes(), &call].concat()
}

/// What a run of the state machine did, as a run of this: seeds.
pub fn seed(commands: &[u8]) -> Vec<u8> {
    machine::record(commands)
        .into_iter()
        .filter(|entry| {
            // A few transactions with a thousand nodes would be all there is room for.
            entry
                .as_ref()
                .is_none_or(|(_, call)| call.encoded_size() < 4096)
        })
        .take(MOST_OPERATIONS)
        .flat_map(|entry| match entry {
            None => vec![BLOCK],
            Some((signer, call)) => encoded(signer, &call),
        })
        .collect()
}

/// Where the operations of a run begin and end.
pub fn operations(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let length = match (*first < BLOCK, bytes.get(at + 1..at + 3)) {
            (true, Some(length)) => 3 + usize::from(u16::from_le_bytes([length[0], length[1]])),
            (true, None) => 3,
            (false, _) => 1,
        };
        let end = (at + length).min(bytes.len());
        found.push(at..end);
        at = end;
    }
    found
}

/// Whether a call may be made here. Root can do anything, and is only to change parameters.
fn is_fair(call: &RuntimeCall) -> bool {
    use pallet_utility::Call as Utility;
    match call {
        RuntimeCall::Sudo(pallet_sudo::Call::sudo { call }) => matches!(
            **call,
            RuntimeCall::Models(pallet_models::Call::set_parameters { .. })
                | RuntimeCall::Workers(pallet_workers::Call::set_parameters { .. })
                | RuntimeCall::Inference(pallet_inference::Call::set_parameters { .. })
                | RuntimeCall::Disputes(pallet_disputes::Call::set_parameters { .. })
                | RuntimeCall::Payouts(pallet_payouts::Call::set_parameters { .. })
        ),
        RuntimeCall::Sudo(_) => false,
        RuntimeCall::Utility(
            Utility::batch { calls }
            | Utility::batch_all { calls }
            | Utility::force_batch { calls },
        ) => calls.iter().all(is_fair),
        RuntimeCall::Utility(Utility::if_else { main, fallback }) => {
            is_fair(main) && is_fair(fallback)
        }
        RuntimeCall::Utility(
            Utility::as_derivative { call, .. }
            | Utility::dispatch_as { call, .. }
            | Utility::with_weight { call, .. }
            | Utility::dispatch_as_fallible { call, .. },
        ) => is_fair(call),
        _ => true,
    }
}

/// Runs operations on a chain of its own. Panics when anything is not as it must be.
pub fn run(bytes: &[u8]) -> Summary {
    chain::on_chain(|| {
        let mut summary = Summary::default();
        let mut issued = check_issuance(Balances::total_issuance());
        for operation in operations(bytes).into_iter().take(MOST_OPERATIONS) {
            let mut choices = Choices::new(&bytes[operation]);
            let first = choices.byte();
            if first >= BLOCK {
                if first >= FULL {
                    fill_block();
                }
                next_block();
            } else {
                let mut call = choices.rest().get(2..).unwrap_or_default();
                match RuntimeCall::decode_with_depth_limit(MOST_DEPTH, &mut call) {
                    Ok(call) => {
                        let signer = usize::from(first) % actors().len();
                        summary.transactions += u64::from(transact(signer, call));
                    }
                    Err(_) => summary.undecodable += 1,
                }
            }
            issued = check_issuance(issued);
            invariants::check();
        }
        next_block();
        check_issuance(issued);
        invariants::check();
        summary
    })
}

fn next_block() {
    let events = end_block();
    check_events(&events);
    begin_block();
}

fn transact(signer: usize, call: RuntimeCall) -> bool {
    if !is_fair(&call) || (signer == ROOT && !matches!(call, RuntimeCall::Sudo(_))) {
        return false;
    }
    let name = coverage::name_of(&call);
    match apply(&actors()[signer], call) {
        Applied::Invalid(error) => {
            coverage::note(name, format!("{error:?}"));
            if chain::is_exhausted(&error) {
                next_block();
            }
            false
        }
        Applied::Included { result, events } => {
            check_events(&events);
            let outcome = result
                .as_ref()
                .map_or_else(coverage::error_name, |()| "done".to_string());
            coverage::note(name, outcome);
            true
        }
    }
}

/// Nothing goes wrong that the pallets say never does.
fn check_events(events: &[RuntimeEvent]) {
    for event in events {
        if let RuntimeEvent::Inference(pallet_inference::Event::PaymentFailed { request, error }) =
            event
        {
            panic!("the payment of request {request} failed: {error:?}");
        }
    }
}

/// All that accounts have is all there is, and nothing was minted.
fn check_issuance(before: Balance) -> Balance {
    let issued = Balances::total_issuance();
    assert!(issued <= before, "nothing is minted");
    let sum: Balance = frame_system::Account::<Runtime>::iter_values()
        .map(|account| account.data.free + account.data.reserved)
        .sum();
    assert_eq!(issued, sum, "what was issued is what accounts have");
    for (who, account) in frame_system::Account::<Runtime>::iter() {
        assert!(
            account.consumers == 0 || account.providers > 0,
            "{who:?} has consumers only with a provider"
        );
        let held: Balance = pallet_balances::Holds::<Runtime>::get(&who)
            .iter()
            .map(|hold| hold.amount)
            .sum();
        assert!(held <= account.data.reserved, "holds of {who:?} are there");
    }
    issued
}
