//! The shadow notices when the chain is not as it should be: each test makes one thing wrong.

use frame_support::traits::fungible::{hold::Mutate as _, Mutate as _};
use frame_support::traits::tokens::Precision;
use pallet_inference::Event as Inference;
use veritrace_fuzz::{
    actors::{account, USERS, WORKERS},
    chain::on_chain,
    shadow::Shadow,
};
use veritrace_runtime::{Balances, Runtime, RuntimeEvent};

fn worker() -> veritrace_runtime::AccountId {
    account(WORKERS[0])
}

#[test]
fn shadow_should_agree_with_a_chain_on_which_nothing_happened() {
    on_chain(|| Shadow::of_chain().check());
}

#[test]
#[should_panic(expected = "user-1 has what the ledger says")]
fn shadow_should_notice_money_from_nowhere() {
    on_chain(|| {
        let mut shadow = Shadow::of_chain();
        Balances::mint_into(&account(USERS[0]), 1).expect("it can be minted");
        shadow.check();
    });
}

#[test]
#[should_panic(expected = "what is held of worker-1")]
fn shadow_should_notice_stake_that_leaves() {
    on_chain(|| {
        let mut shadow = Shadow::of_chain();
        let stake = pallet_workers::HoldReason::Stake.into();
        Balances::release(&stake, &worker(), 1, Precision::Exact).expect("it is held");
        shadow.check();
    });
}

#[test]
#[should_panic(expected = "the chain's lock")]
fn shadow_should_notice_a_lock_for_nothing() {
    on_chain(|| {
        let mut shadow = Shadow::of_chain();
        pallet_workers::Locks::<Runtime>::insert(worker(), 7, 1);
        shadow.check();
    });
}

#[test]
#[should_panic(expected = "the stake of worker-1")]
fn shadow_should_notice_a_record_that_differs() {
    on_chain(|| {
        let mut shadow = Shadow::of_chain();
        pallet_workers::Workers::<Runtime>::mutate(worker(), |record| {
            record.as_mut().expect("it is registered").accusations = 1;
        });
        shadow.check();
    });
}

#[test]
#[should_panic(expected = "request 3 is open")]
fn shadow_should_not_believe_in_the_end_of_what_never_began() {
    on_chain(|| {
        let mut shadow = Shadow::of_chain();
        shadow.apply(&RuntimeEvent::Inference(Inference::RequestCancelled {
            request: 3,
            refunded: 0,
        }));
    });
}

#[test]
#[should_panic(expected = "every payment has a reason")]
fn shadow_should_want_a_reason_for_a_payment() {
    on_chain(|| {
        let mut shadow = Shadow::of_chain();
        shadow.apply(&RuntimeEvent::Payouts(pallet_payouts::Event::Paid {
            reason: pallet_workers::HoldReason::Stake.into(),
            from: worker(),
            to: account(USERS[0]),
            amount: 1,
        }));
        shadow.check();
    });
}
