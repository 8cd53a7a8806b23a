//! What is always true of the pallet's storage.

use crate::{
    BalanceOf, ChallengeCount, ChallengeState, Challenges, Config, HoldReason, OpenedNodes, Pallet,
    Parameters, PendingOpenBytes, Verdicts,
};
use alloc::collections::btree_map::BTreeMap;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::ensure;
use frame_support::traits::fungible::hold::Inspect;
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::TryRuntimeError;
use veritrace_primitives::traits::ClaimBook;

impl<T: Config> Pallet<T> {
    /// ## Invariants
    /// 1. What is held of each challenger is the sum of the bonds of its challenges.
    /// 2. Each claim's count is that of its challenges, and never zero.
    /// 3. Each worker's pending bytes are those of its unanswered challenges, and never zero.
    /// 4. While a claim is open, a challenged node is opened exactly if its challenge says so.
    /// 5. No open claim that is challenged has a convicted trace root.
    /// 6. The parameters are consistent.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_bonds()?;
        Self::try_state_counts()?;
        Self::try_state_claims()?;
        ensure!(
            Self::are_consistent(&Parameters::<T>::get()),
            "6: the parameters are inconsistent"
        );
        Ok(())
    }

    fn try_state_bonds() -> Result<(), TryRuntimeError> {
        // Keyed by encoding, since account ids need not be ordered.
        let mut bonds: BTreeMap<Vec<u8>, (T::AccountId, BalanceOf<T>)> = BTreeMap::new();
        for (_, _, record) in Challenges::<T>::iter() {
            let (_, sum) = bonds
                .entry(record.challenger.encode())
                .or_insert((record.challenger, Zero::zero()));
            *sum = sum.saturating_add(record.bond);
        }
        for (challenger, sum) in bonds.into_values() {
            ensure!(
                T::Currency::balance_on_hold(&HoldReason::Bond.into(), &challenger) == sum,
                "1: bonds differ from what is held"
            );
        }
        Ok(())
    }

    fn try_state_counts() -> Result<(), TryRuntimeError> {
        let mut counts: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        let mut pending: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for (claim, _, record) in Challenges::<T>::iter() {
            let count = counts.entry(claim.encode()).or_default();
            *count = count.saturating_add(1);
            if matches!(record.state, ChallengeState::Awaiting { .. }) {
                let bytes = pending.entry(claim.1.encode()).or_default();
                *bytes = bytes.saturating_add(record.opening_bytes);
            }
        }
        let stored: BTreeMap<_, _> = ChallengeCount::<T>::iter()
            .map(|(claim, count)| (claim.encode(), count))
            .collect();
        ensure!(stored == counts, "2: a claim's count is wrong");
        let stored: BTreeMap<_, _> = PendingOpenBytes::<T>::iter()
            .map(|(worker, bytes)| (worker.encode(), bytes))
            .collect();
        ensure!(stored == pending, "3: a worker's pending bytes are wrong");
        Ok(())
    }

    fn try_state_claims() -> Result<(), TryRuntimeError> {
        for ((request, worker), node, record) in Challenges::<T>::iter() {
            let Some(claim) = T::Claims::claim(request, &worker) else {
                continue;
            };
            let opened = matches!(record.state, ChallengeState::Opened { .. });
            ensure!(
                OpenedNodes::<T>::get(request, &worker).contains(&node) == opened,
                "4: a node is opened and its challenge is not, or the reverse"
            );
            ensure!(
                !Verdicts::<T>::contains_key(request, claim.trace_root),
                "5: a convicted claim is open"
            );
        }
        Ok(())
    }
}
