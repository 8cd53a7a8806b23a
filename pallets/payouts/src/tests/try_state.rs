//! Every check of `try_state` notices what it is there for: a sound state is broken in one place.

use super::*;
use crate::Pallet;
use frame_support::storage::unhashed;
use frame_support::traits::fungible::Mutate;
use frame_support::traits::tokens::{Fortitude, Precision, Preservation};
use std::collections::BTreeSet;

/// What a check says, and what it is to notice.
type Break = (&'static str, fn());

const BREAKS: &[Break] = &[
    ("payouts 1: consistent parameters", || {
        let fee: u32 = 1_000_001;
        unhashed::put(&Parameters::<Test>::hashed_key(), &fee)
    }),
    ("payouts 1: consistent parameters", || {
        Parameters::<Test>::kill()
    }),
    ("payouts 2: no empty claim", || {
        Claimable::<Test>::insert(STRANGER, 0)
    }),
    ("payouts 2: the total is the sum of the claims", || {
        Claimable::<Test>::insert(STRANGER, 1)
    }),
    ("payouts 2: the total is the sum of the claims", || {
        TotalClaimable::<Test>::mutate(|total| *total -= 1)
    }),
    ("payouts 3: the pallet's account covers every claim", || {
        assert_ok!(Balances::burn_from(
            &Payouts::account_id(),
            1,
            Preservation::Preserve,
            Precision::Exact,
            Fortitude::Force,
        ));
    }),
];

#[test]
fn broken_states_should_be_noticed() {
    for (place, (message, break_it)) in BREAKS.iter().enumerate() {
        ExtBuilder::default().build().execute_with(|| {
            assert_ok!(pay(NEWCOMER, EXISTENTIAL_DEPOSIT - 1));
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
