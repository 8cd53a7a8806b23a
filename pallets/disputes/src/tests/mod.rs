mod attest;
mod challenge;
mod challenge_book;
mod contradict;
mod encoding;
mod expire;
mod integrity;
mod laws;
mod layouts;
mod migration;
mod open;
mod pages;
mod parameters;
mod reclaim;
mod seals;
mod stories;
mod toy;
mod try_state;
mod verdicts;

use crate::mock::*;
use crate::Event;
use frame_support::assert_ok;
use frame_support::dispatch::{DispatchResultWithPostInfo, Pays};
use frame_support::traits::fungible::Inspect;
use veritrace_primitives::proof::Rejection;

/// The first request.
const R: u64 = 0;

/// A call that was accepted, and is free.
#[track_caller]
fn assert_free(result: DispatchResultWithPostInfo) {
    assert_eq!(result.expect("accepted").pays_fee, Pays::No);
}

/// A call that did nothing but cost the caller the penalty and the full fee.
#[track_caller]
fn assert_rejected(
    reason: Rejection,
    who: AccountId,
    call: impl FnOnce() -> DispatchResultWithPostInfo,
) {
    let (before, issuance) = (Balances::free_balance(who), Balances::total_issuance());
    let (locks, convictions) = (book::Locks::<Test>::iter().count(), verdicts());
    let info = call().expect("an error would undo the penalty");
    assert_eq!((info.pays_fee, info.actual_weight), (Pays::Yes, None));
    assert_eq!(Balances::free_balance(who), before - PENALTY);
    assert_eq!(Balances::total_issuance(), issuance - PENALTY);
    assert_eq!(book::Locks::<Test>::iter().count(), locks);
    assert_eq!(verdicts(), convictions);
    let last = System::events().pop().expect("an event").event;
    match last {
        RuntimeEvent::Disputes(Event::ProofRejected {
            who: by,
            reason: why,
            penalty,
            ..
        }) => assert_eq!((by, why, penalty), (who, reason, PENALTY)),
        other => panic!("{other:?} instead of a rejection"),
    }
}

/// Free and held.
fn total(who: AccountId) -> Balance {
    <Balances as Inspect<AccountId>>::total_balance(&who)
}

fn verdicts() -> usize {
    crate::Verdicts::<Test>::iter().count()
}

/// The claim fell: its lock is gone, the bounty is on hold for the challenger, the rest was burned.
#[track_caller]
fn assert_convicted(worker: AccountId, convict: impl FnOnce() -> DispatchResultWithPostInfo) {
    let (before, issuance) = (total(CHALLENGER), Balances::total_issuance());
    let held = bounties(CHALLENGER);
    assert_ok!(convict());
    assert!(!is_open(R, worker), "the claim is struck");
    assert_eq!(book::Locks::<Test>::get(worker, R), None);
    assert_eq!(total(CHALLENGER), before + BOUNTY);
    assert_eq!(bounties(CHALLENGER), held + BOUNTY);
    assert_eq!(Balances::total_issuance(), issuance - (LOCK - BOUNTY));
}
