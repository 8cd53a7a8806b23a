//! What `settle` is worth to whoever calls it.
//!
//! Every transition is done by the sweep of the block in which it is due, for nothing. Only when blocks were too full for
//! that does anyone have to call `settle`, and then it pays: the fee is given back, and a reward comes out of the request's
//! deposit. So nobody can be first at the user's cost to do what the chain would have done in the same block. The reward is
//! the user's own money, so that who settles what he asked himself moves it from one hand to the other.

use crate::audit::AuditState;
use crate::branch::Advanced;
use crate::{
    Config, Event, HoldReason, InferenceRequests, Pallet, Parameters, RequestRecordOf,
    RequestStatus,
};
use frame_support::pallet_prelude::*;
use frame_support::traits::Defensive;
use sp_runtime::traits::{Saturating, Zero};
use veritrace_primitives::traits::{Payments, RequestId};

impl<T: Config> Pallet<T> {
    /// Does whatever is due, and says whether the keeper was rewarded for it. When it fails nothing was done.
    pub(crate) fn do_settle(
        keeper: &T::AccountId,
        id: RequestId,
    ) -> Result<(Advanced, bool), DispatchError> {
        // First, as the deposit goes back when the request closes. Undone when nothing was due.
        let rewarded = Self::reward_keeper(keeper, id);
        let done = Self::do_advance(id).map_err(|postponed| postponed.why)?;
        Ok((done, rewarded))
    }

    /// Pays who settles what the sweep has left over.
    pub(crate) fn reward_keeper(keeper: &T::AccountId, id: RequestId) -> bool {
        let Some(mut record) = InferenceRequests::<T>::get(id).filter(Self::is_left_over) else {
            return false;
        };
        let amount = Parameters::<T>::get().settle_reward.min(record.deposit);
        if amount.is_zero() {
            return false;
        }
        let paid = T::Payments::pay(&HoldReason::Deposit.into(), &record.user, keeper, amount);
        if paid.defensive().is_err() {
            return false;
        }
        record.deposit = record.deposit.saturating_sub(amount);
        InferenceRequests::<T>::insert(id, record);
        Self::deposit_event(Event::KeeperRewarded {
            request: id,
            keeper: keeper.clone(),
            amount,
        });
        true
    }

    /// Whether something was possible, by its bucket and its phase, in an earlier block whose sweep did not come to it.
    fn is_left_over(record: &RequestRecordOf<T>) -> bool {
        let Some(bucket) = record.bucket else {
            return false;
        };
        let draws = record.status == RequestStatus::Pending
            || (record.status == RequestStatus::Claimed && record.audit == AuditState::Awaiting);
        let possible = match draws {
            true => bucket,
            // A phase made longer is in a bucket of before.
            false => bucket.max(record.due),
        };
        possible < Self::now()
    }
}
