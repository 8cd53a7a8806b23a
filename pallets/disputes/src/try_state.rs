//! What is always true of the pallet's storage.

use crate::page_impls::bytes_of_leaves;
use crate::{
    BalanceOf, Bounties, ChallengeCount, ChallengeState, Challenges, Config, Content, HoldReason,
    Opened, Pallet, Parameters, PendingOpenBytes, RunningCount, SealCount, Seals, SealsMade,
    Verdicts,
};
use alloc::collections::btree_map::BTreeMap;
use alloc::collections::btree_set::BTreeSet;
use frame_support::ensure;
use frame_support::traits::fungible::hold::Inspect;
use frame_support::traits::Get;
use sp_runtime::traits::Saturating;
use sp_runtime::TryRuntimeError;
use veritrace_primitives::holds::are_held;
use veritrace_primitives::page::{page_leaves, Subject};
use veritrace_primitives::traits::{ClaimBook, RequestId};

impl<T: Config> Pallet<T> {
    /// ## Invariants
    /// 1. What is held of each account for challenges is the sum of the bonds of those it made.
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
        let mut bonds: BTreeMap<T::AccountId, BalanceOf<T>> = BTreeMap::new();
        for (_, _, record) in Challenges::<T>::iter() {
            let sum = bonds.entry(record.challenger).or_default();
            *sum = sum.saturating_add(record.bond);
        }
        ensure!(
            Self::is_held(HoldReason::Bond, bonds),
            "1: bonds differ from what is held"
        );
        Ok(())
    }

    /// Whether sums are what is on hold for a reason. See [`are_held`].
    fn is_held(reason: HoldReason, sums: BTreeMap<T::AccountId, BalanceOf<T>>) -> bool {
        let reason = reason.into();
        are_held(
            frame_system::Account::<T>::iter_keys(),
            |who| T::Currency::balance_on_hold(&reason, who),
            sums,
        )
    }

    fn try_state_seals() -> Result<(), TryRuntimeError> {
        let mut bonds: BTreeMap<T::AccountId, BalanceOf<T>> = BTreeMap::new();
        let mut counts: BTreeMap<T::AccountId, u32> = BTreeMap::new();
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
            let count = counts.entry(who.clone()).or_default();
            *count = count.saturating_add(1);
            let sum = bonds.entry(who).or_default();
            *sum = sum.saturating_add(record.bond);
        }
        let stored: BTreeMap<_, _> = SealCount::<T>::iter().collect();
        ensure!(stored == counts, "7: an account's count of seals is wrong");
        ensure!(
            counts.values().all(|count| *count <= T::MaxSeals::get()),
            "7: an account has too many seals"
        );
        ensure!(
            Self::is_held(HoldReason::Seal, bonds),
            "7: bonds of seals differ from what is held"
        );
        Ok(())
    }

    fn try_state_bounties() -> Result<(), TryRuntimeError> {
        let mut sums: BTreeMap<T::AccountId, BalanceOf<T>> = BTreeMap::new();
        for (_, _, record) in Bounties::<T>::iter() {
            let sum = sums.entry(record.holder).or_default();
            *sum = sum.saturating_add(record.amount);
        }
        ensure!(
            Self::is_held(HoldReason::Bounty, sums),
            "9: bounties differ from what is held"
        );
        Ok(())
    }

    fn try_state_counts() -> Result<(), TryRuntimeError> {
        let mut counts: BTreeMap<(RequestId, T::AccountId), RunningCount> = BTreeMap::new();
        let mut pending: BTreeMap<T::AccountId, u32> = BTreeMap::new();
        for (claim, subject, record) in Challenges::<T>::iter() {
            if matches!(record.state, ChallengeState::Awaiting { .. }) {
                let bytes = pending.entry(claim.1.clone()).or_default();
                *bytes = bytes.saturating_add(record.opening_bytes);
            }
            let count = counts.entry(claim).or_default().of(subject);
            *count = count.saturating_add(1);
        }
        let stored: BTreeMap<_, _> = ChallengeCount::<T>::iter().collect();
        ensure!(stored == counts, "2: a claim's count is wrong");
        let stored: BTreeMap<_, _> = PendingOpenBytes::<T>::iter().collect();
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
                (Subject::Node(node), Content::Tensor(_) | Content::ChunkedTensor(_)) => {
                    node < claim.node_count
                }
                (Subject::Page(page), Content::Leaves(leaves)) => {
                    page_leaves(claim.node_count, page) == Some(*leaves)
                        && record.opening_bytes == bytes_of_leaves((*leaves).into())
                }
                (Subject::Node(_), Content::Leaves(_))
                | (Subject::Page(_), Content::Tensor(_) | Content::ChunkedTensor(_)) => false,
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
