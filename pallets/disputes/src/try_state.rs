//! What is always true of the pallet's storage.

use crate::page_impls::bytes_of_leaves;
use crate::{
    BalanceOf, Bounties, ChallengeCount, ChallengeState, Challenges, Config, Content, HoldReason,
    Opened, Pallet, Parameters, PendingOpenBytes, RunningCount, SealCount, Seals, SealsMade,
    Verdicts,
};
use alloc::collections::btree_map::BTreeMap;
use alloc::collections::btree_set::BTreeSet;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::ensure;
use frame_support::traits::fungible::hold::Inspect;
use frame_support::traits::Get;
use sp_runtime::traits::{Saturating, Zero};
use sp_runtime::TryRuntimeError;
use veritrace_primitives::page::{page_leaves, Subject};
use veritrace_primitives::traits::ClaimBook;

impl<T: Config> Pallet<T> {
    /// ## Invariants
    /// 1. What is held of each challenger is the sum of the bonds of its challenges.
    /// 2. Each claim's count is that of its challenges, and never zero.
    /// 3. Each worker's pending bytes are those of its unanswered challenges, and never zero.
    /// 4. While a claim is open, a challenged node or page is opened exactly if its challenge says so; a page is one that
    ///    the claim has, and asked for by its own number of leaves.
    /// 5. No open claim that is challenged has a convicted trace root.
    /// 6. The parameters are consistent.
    /// 7. What is held of each account for seals is the sum of their bonds; its count is that of its seals, within the
    ///    limit and never zero.
    /// 8. No two seals are made in the same order, and each ends after it began.
    /// 9. What is held of each account for bounties is the sum of those that are held for it.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_bonds()?;
        Self::try_state_counts()?;
        Self::try_state_claims()?;
        Self::try_state_seals()?;
        Self::try_state_bounties()?;
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

    fn try_state_seals() -> Result<(), TryRuntimeError> {
        let mut bonds: BTreeMap<Vec<u8>, (T::AccountId, BalanceOf<T>, u32)> = BTreeMap::new();
        let mut orders = BTreeSet::new();
        for (who, _, record) in Seals::<T>::iter() {
            ensure!(
                orders.insert(record.order) && record.order < SealsMade::<T>::get(),
                "8: two seals have one order"
            );
            ensure!(
                record.at < record.until && record.until <= record.forfeit,
                "8: a seal ends before it begins"
            );
            let (_, sum, count) = bonds.entry(who.encode()).or_insert((who, Zero::zero(), 0));
            *sum = sum.saturating_add(record.bond);
            *count = count.saturating_add(1);
        }
        let stored: BTreeMap<_, _> = SealCount::<T>::iter()
            .map(|(who, count)| (who.encode(), count))
            .collect();
        ensure!(
            stored.len() == bonds.len(),
            "7: an account without seals has a count"
        );
        for (key, (who, sum, count)) in bonds {
            ensure!(
                stored.get(&key) == Some(&count) && count <= T::MaxSeals::get(),
                "7: an account's count of seals is wrong"
            );
            ensure!(
                T::Currency::balance_on_hold(&HoldReason::Seal.into(), &who) == sum,
                "7: bonds of seals differ from what is held"
            );
        }
        Ok(())
    }

    fn try_state_bounties() -> Result<(), TryRuntimeError> {
        let mut sums: BTreeMap<Vec<u8>, (T::AccountId, BalanceOf<T>)> = BTreeMap::new();
        for (_, _, record) in Bounties::<T>::iter() {
            let (_, sum) = sums
                .entry(record.holder.encode())
                .or_insert((record.holder, Zero::zero()));
            *sum = sum.saturating_add(record.amount);
        }
        for (holder, sum) in sums.into_values() {
            ensure!(
                T::Currency::balance_on_hold(&HoldReason::Bounty.into(), &holder) == sum,
                "9: bounties differ from what is held"
            );
        }
        Ok(())
    }

    fn try_state_counts() -> Result<(), TryRuntimeError> {
        let mut counts: BTreeMap<Vec<u8>, RunningCount> = BTreeMap::new();
        let mut pending: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for (claim, subject, record) in Challenges::<T>::iter() {
            let count = counts.entry(claim.encode()).or_default().of(subject);
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
        for ((request, worker), subject, record) in Challenges::<T>::iter() {
            let Some(claim) = T::Claims::claim(request, &worker) else {
                continue;
            };
            let opened = matches!(record.state, ChallengeState::Opened { .. });
            ensure!(
                Opened::<T>::get(request, &worker).contains(subject) == opened,
                "4: a node or page is opened and its challenge is not, or the reverse"
            );
            let fits = match (subject, &record.content) {
                (Subject::Node(node), Content::Tensor(_)) => node < claim.node_count,
                (Subject::Page(page), Content::Leaves(leaves)) => {
                    page_leaves(claim.node_count, page) == Some(*leaves)
                        && record.opening_bytes == bytes_of_leaves((*leaves).into())
                }
                (Subject::Node(_), Content::Leaves(_)) | (Subject::Page(_), Content::Tensor(_)) => {
                    false
                }
            };
            ensure!(fits, "4: a challenge is about nothing that the claim has");
            ensure!(
                !Verdicts::<T>::contains_key(request, claim.trace_root),
                "5: a convicted claim is open"
            );
        }
        Ok(())
    }
}
