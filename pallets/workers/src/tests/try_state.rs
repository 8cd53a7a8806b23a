//! Every check of `try_state` notices what it is there for: a sound state is broken in one place.

use super::*;
use frame_support::traits::fungible::MutateHold;
use sp_runtime::{BoundedVec, DispatchError};
use std::collections::BTreeSet;

/// Who has stake in two models' tickets, something unbonding and two locks; another worker is beside it.
fn sound() {
    assert_ok!(WorkersPallet::unbond(signed(ALICE), 100));
    for request in 0..2 {
        assert!(
            WorkersPallet::draw(&OTHER, PRICE, request, &[], seed(request)) == Some(ALICE),
            "nobody else serves it"
        );
    }
    let alice = record(ALICE);
    assert_eq!((alice.stake, alice.locked), (400, 2 * LOCK));
    assert_eq!((pool(MODEL), pool(OTHER)), (4 + 8, 4));
}

fn change(worker: AccountId, change: impl FnOnce(&mut WorkerRecord<Test>)) {
    Workers::<Test>::mutate(worker, |record| change(record.as_mut().unwrap()));
}

fn hold(who: AccountId, amount: Balance) {
    assert_ok!(Balances::hold(&HoldReason::Stake.into(), &who, amount));
}

/// What a check says, and what it is to notice.
type Break = (&'static str, fn());

const BREAKS: &[Break] = &[
    ("workers 1: consistent parameters", || {
        Parameters::<Test>::mutate(|parameters| parameters.lock_multiple = 1)
    }),
    ("workers 2: nothing empty is unbonding", || {
        change(ALICE, |record| record.unbonding[0].amount = 0)
    }),
    ("workers 2: the hold is stake and unbonding", || {
        change(ALICE, |record| record.stake += 1)
    }),
    ("workers 2: the hold is stake and unbonding", || {
        change(ALICE, |record| record.unbonding[0].amount -= 1)
    }),
    // On hold of nobody who is a worker.
    ("workers 2: the hold is stake and unbonding", || {
        hold(CHARLIE, 1)
    }),
    // Of someone without an account.
    ("workers 2: the hold is stake and unbonding", || {
        Workers::<Test>::insert(77, record(ALICE))
    }),
    ("workers 3: no empty lock", || {
        Locks::<Test>::insert(ALICE, 7, 0)
    }),
    ("workers 3: a lock is a worker's", || {
        Locks::<Test>::insert(CHARLIE, 7, 1)
    }),
    ("workers 3: what is locked is the sum of locks", || {
        change(ALICE, |record| record.locked += 1)
    }),
    ("workers 3: what is locked is the sum of locks", || {
        Locks::<Test>::remove(ALICE, 1)
    }),
    ("workers 3: stake covers the locks", || {
        Locks::<Test>::insert(ALICE, 7, 301);
        change(ALICE, |record| record.locked += 301)
    }),
    ("workers 4: an operator is its worker's", || {
        Operators::<Test>::insert(operator(CHARLIE), ALICE)
    }),
    ("workers 4: an operator is its worker's", || {
        change(ALICE, |record| record.operator = operator(BOB))
    }),
    ("workers 4: every worker has an operator", || {
        Operators::<Test>::remove(operator(ALICE))
    }),
    ("workers 5: no empty count", || {
        TicketCount::<Test>::insert(DRAFT, 0)
    }),
    ("workers 5: tickets are numbered without a gap", || {
        Tickets::<Test>::remove(MODEL, 3)
    }),
    (
        "workers 5: a ticket is where its worker's list says",
        || TicketsOf::<Test>::mutate(ALICE, MODEL, |own| (own[0], own[1]) = (own[1], own[0])),
    ),
    (
        "workers 5: a ticket is where its worker's list says",
        || Tickets::<Test>::mutate(MODEL, 0, |ticket| ticket.as_mut().unwrap().worker = CHARLIE),
    ),
    ("workers 5: no ticket beyond the count", || {
        let ticket = Tickets::<Test>::get(MODEL, 0).unwrap();
        Tickets::<Test>::insert(MODEL, pool(MODEL) + 1, ticket)
    }),
    ("workers 5: no empty list", || {
        TicketsOf::<Test>::insert(BOB, OTHER, BoundedVec::default())
    }),
    (
        "workers 5: tickets are for models the worker serves",
        || change(ALICE, |record| record.served.truncate(1)),
    ),
    ("workers 5: every ticket is in one worker's list", || {
        TicketsOf::<Test>::mutate(ALICE, MODEL, |own| own.try_push(0).unwrap())
    }),
    ("workers 5: a model is served once", || {
        change(ALICE, |record| record.served.try_push(MODEL).unwrap())
    }),
];

#[test]
fn broken_states_should_be_noticed() {
    for (place, (message, break_it)) in BREAKS.iter().enumerate() {
        ExtBuilder::default()
            .with_worker(ALICE, 500, &[MODEL, OTHER])
            .with_worker(BOB, 800, &[MODEL])
            .build()
            .execute_with(|| {
                sound();
                assert_ok!(Pallet::<Test>::do_try_state());
                break_it();
                assert_eq!(
                    Pallet::<Test>::do_try_state(),
                    Err(DispatchError::Other(message)),
                    "break {place}"
                );
            });
    }
}

#[test]
fn every_check_should_have_a_state_that_fails_it() {
    let messages: BTreeSet<_> = include_str!("../try_state.rs")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect();
    let noticed: BTreeSet<_> = BREAKS.iter().map(|(message, _)| *message).collect();
    assert_eq!(noticed, messages);
}
