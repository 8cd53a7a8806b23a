//! Seals, and the bounties they decide about.

use crate::{
    BalanceOf, Bounties, BountyRecord, BountyRecordOf, Config, Error, Event, HoldReason, Pallet,
    Parameters, Salt, SealCount, SealRecord, SealRecordOf, Seals, SealsMade,
};
use frame_support::pallet_prelude::*;
use frame_support::traits::fungible::hold::Mutate as MutateHold;
use frame_support::traits::tokens::{Fortitude, Precision, Restriction};
use frame_support::traits::Defensive;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Saturating;
use veritrace_primitives::commit;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::page::Subject;
use veritrace_primitives::traits::{HostSha256, RequestId};

/// What a seal is over, besides its owner.
pub(crate) struct Accusation {
    pub request: RequestId,
    pub trace_root: Digest,
    /// As seals name it, see [`Subject::sealed`]: a trace root is of a trace that is revealed by pages or of one that is
    /// not, so the number alone tells.
    pub subject: Subject,
}

impl Accusation {
    pub(crate) fn sealed_by<AccountId: Encode>(&self, who: &AccountId, salt: &Salt) -> Digest {
        commit::seal::<HostSha256>(
            self.request,
            &self.trace_root,
            self.subject.index(),
            &who.encode(),
            salt,
        )
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_seal(who: T::AccountId, seal: Digest) -> DispatchResult {
        ensure!(
            !Seals::<T>::contains_key(&who, seal),
            Error::<T>::AlreadySealed
        );
        SealCount::<T>::try_mutate(&who, |count| {
            ensure!(*count < T::MaxSeals::get(), Error::<T>::TooManySeals);
            *count = count.saturating_add(1);
            Ok::<_, DispatchError>(())
        })?;
        let parameters = Parameters::<T>::get();
        let bond = parameters.seal_bond;
        T::Currency::hold(&HoldReason::Seal.into(), &who, bond)?;
        let order = SealsMade::<T>::try_mutate(|made| {
            let order = *made;
            *made = made.checked_add(1).ok_or(Error::<T>::Overflow)?;
            Ok::<_, DispatchError>(order)
        })?;
        let until = Self::over_after(parameters.seal_lifetime);
        Seals::<T>::insert(
            &who,
            seal,
            SealRecord {
                bond,
                order,
                at: Self::now(),
                until,
                forfeit: until.saturating_add(parameters.seal_reveal_window),
            },
        );
        Self::deposit_event(Event::Sealed {
            who,
            seal,
            bond,
            until,
        });
        Ok(())
    }

    /// Uses a prover's own seal, if there is one that was made in an earlier block and has not expired: its bond is free.
    /// Gives its order. Any other salt is passed over, for the claim is to fall all the same.
    pub(crate) fn use_seal(
        who: &T::AccountId,
        accusation: &Accusation,
        salt: &Salt,
    ) -> Result<Option<u64>, DispatchError> {
        let seal = accusation.sealed_by(who, salt);
        let now = Self::now();
        let Some(record) =
            Seals::<T>::get(who, seal).filter(|record| record.at < now && now < record.until)
        else {
            return Ok(None);
        };
        Self::end_seal(who, &seal, &record, accusation)?;
        Ok(Some(record.order))
    }

    /// Puts what a conviction paid on hold, until whoever found the lie first has had the time to say so.
    pub(crate) fn hold_bounty(
        accusation: &Accusation,
        who: &T::AccountId,
        amount: BalanceOf<T>,
        order: Option<u64>,
        before: BlockNumberFor<T>,
    ) {
        // Had it failed, the bounty would stay with who brought the proof.
        if T::Currency::hold(&HoldReason::Bounty.into(), who, amount)
            .defensive()
            .is_err()
        {
            return;
        }
        let now = Self::now();
        let due = Self::over_after(Parameters::<T>::get().seal_reveal_window);
        let Accusation {
            request,
            trace_root,
            subject,
        } = *accusation;
        Bounties::<T>::insert(
            request,
            trace_root,
            BountyRecord {
                holder: who.clone(),
                amount,
                subject,
                order,
                before,
                convicted: now,
                due,
            },
        );
        Self::deposit_event(Event::BountyHeld {
            request,
            trace_root,
            subject,
            who: who.clone(),
            amount,
            due,
        });
    }

    pub(crate) fn do_reveal_seal(
        who: T::AccountId,
        request: RequestId,
        trace_root: Digest,
        salt: &Salt,
    ) -> DispatchResult {
        let bounty = Bounties::<T>::get(request, trace_root).ok_or(Error::<T>::NoBounty)?;
        ensure!(Self::now() < bounty.due, Error::<T>::TooLate);
        let accusation = Accusation {
            request,
            trace_root,
            subject: bounty.subject,
        };
        let seal = accusation.sealed_by(&who, salt);
        let record = Seals::<T>::get(&who, seal).ok_or(Error::<T>::NotSealed)?;
        ensure!(bounty.convicted < record.until, Error::<T>::SealExpired);
        Self::end_seal(&who, &seal, &record, &accusation)?;
        if Self::is_before(&record, &bounty) {
            Self::move_bounty(&accusation, bounty, who, record.order)?;
        }
        Ok(())
    }

    /// Whether a seal goes before whatever its bounty is held for now.
    fn is_before(seal: &SealRecordOf<T>, bounty: &BountyRecordOf<T>) -> bool {
        seal.at < bounty.before && bounty.order.is_none_or(|order| seal.order < order)
    }

    fn move_bounty(
        accusation: &Accusation,
        mut bounty: BountyRecordOf<T>,
        to: T::AccountId,
        order: u64,
    ) -> DispatchResult {
        let from = core::mem::replace(&mut bounty.holder, to.clone());
        bounty.order = Some(order);
        let amount = bounty.amount;
        Bounties::<T>::insert(accusation.request, accusation.trace_root, bounty);
        if from == to {
            return Ok(());
        }
        T::Currency::transfer_on_hold(
            &HoldReason::Bounty.into(),
            &from,
            &to,
            amount,
            Precision::Exact,
            Restriction::OnHold,
            Fortitude::Force,
        )
        .defensive()?;
        Self::deposit_event(Event::BountyMoved {
            request: accusation.request,
            trace_root: accusation.trace_root,
            from,
            to,
            amount,
        });
        Ok(())
    }

    pub(crate) fn do_release_bounty(request: RequestId, trace_root: Digest) -> DispatchResult {
        let bounty = Bounties::<T>::get(request, trace_root).ok_or(Error::<T>::NoBounty)?;
        ensure!(Self::now() >= bounty.due, Error::<T>::TooEarly);
        Bounties::<T>::remove(request, trace_root);
        let amount = T::Currency::release(
            &HoldReason::Bounty.into(),
            &bounty.holder,
            bounty.amount,
            Precision::Exact,
        )
        .defensive()?;
        Self::deposit_event(Event::BountyReleased {
            request,
            trace_root,
            who: bounty.holder,
            amount,
        });
        Ok(())
    }

    pub(crate) fn do_expire_seal(who: T::AccountId, seal: Digest) -> DispatchResult {
        let record = Seals::<T>::get(&who, seal).ok_or(Error::<T>::NotSealed)?;
        ensure!(Self::now() >= record.forfeit, Error::<T>::TooEarly);
        Self::forget_seal(&who, &seal);
        let burned = T::Currency::burn_held(
            &HoldReason::Seal.into(),
            &who,
            record.bond,
            Precision::BestEffort,
            Fortitude::Force,
        )
        .defensive_unwrap_or_default();
        Self::deposit_event(Event::SealForfeited { who, seal, burned });
        Ok(())
    }

    /// A seal whose accusation turned out true: its bond goes back.
    fn end_seal(
        who: &T::AccountId,
        seal: &Digest,
        record: &SealRecordOf<T>,
        accusation: &Accusation,
    ) -> DispatchResult {
        Self::forget_seal(who, seal);
        let bond =
            T::Currency::release(&HoldReason::Seal.into(), who, record.bond, Precision::Exact)
                .defensive()?;
        Self::deposit_event(Event::SealOpened {
            who: who.clone(),
            seal: *seal,
            request: accusation.request,
            trace_root: accusation.trace_root,
            subject: accusation.subject,
            bond,
        });
        Ok(())
    }

    fn forget_seal(who: &T::AccountId, seal: &Digest) {
        Seals::<T>::remove(who, seal);
        SealCount::<T>::mutate_exists(who, |count| {
            let left = count
                .and_then(|count| count.checked_sub(1))
                .defensive_unwrap_or_default();
            *count = (left > 0).then_some(left);
        });
    }
}
