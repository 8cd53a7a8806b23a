//! Deadline buckets and their sweep.

use crate::branch::{SettleBranch, Until};
use crate::{Config, Cursor, Due, InferenceRequests, Pallet, RequestRecordOf, WeightInfo};
use frame_support::pallet_prelude::*;
use frame_support::weights::WeightMeter;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating};
use veritrace_primitives::traits::RequestId;

impl<T: Config> Pallet<T> {
    /// Puts a request into the bucket of `at`, but never into the present block's, which may have been swept. Takes it out
    /// of the one it is in.
    pub(crate) fn schedule(id: RequestId, record: &mut RequestRecordOf<T>, at: BlockNumberFor<T>) {
        Self::unschedule(id, record);
        let bucket = at.max(Self::now().saturating_add(One::one()));
        Due::<T>::insert(bucket, id, ());
        record.bucket = Some(bucket);
    }

    /// Takes a request out of its bucket.
    pub(crate) fn unschedule(id: RequestId, record: &mut RequestRecordOf<T>) {
        if let Some(bucket) = record.bucket.take() {
            Due::<T>::remove(bucket, id);
        }
    }

    /// Advances what is due, bucket after bucket, while the meter can bear the heaviest transition.
    pub(crate) fn sweep(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
        if meter.try_consume(T::WeightInfo::sweep_base()).is_err() {
            return;
        }
        let entry = T::WeightInfo::sweep_entry();
        let heaviest = entry.saturating_add(SettleBranch::heaviest::<T>());
        let first = Cursor::<T>::get();
        let mut cursor = first;
        'buckets: while cursor <= now {
            if meter.try_consume(T::WeightInfo::sweep_bucket()).is_err() {
                break;
            }
            // What is done to a request takes no other out of the bucket, and puts none into it.
            for (id, ()) in Due::<T>::iter_prefix(cursor) {
                if !meter.can_consume(heaviest) {
                    break 'buckets;
                }
                meter.consume(entry.saturating_add(Self::sweep_one(id, cursor)));
            }
            cursor.saturating_inc();
        }
        if cursor != first {
            Cursor::<T>::put(cursor);
        }
    }

    /// Advances a request of a bucket that is due, or moves it to when there may be something to do.
    pub(crate) fn sweep_one(id: RequestId, bucket: BlockNumberFor<T>) -> Weight {
        let postponed = match Self::do_advance(id) {
            Ok(done) => return done.branch.weight::<T>(done.redundancy),
            Err(postponed) => postponed,
        };
        let Some(mut record) = InferenceRequests::<T>::get(id) else {
            frame_support::defensive!("buckets hold open requests only");
            Due::<T>::remove(bucket, id);
            return T::WeightInfo::sweep_move();
        };
        let (at, weight) = match postponed.until {
            Until::Block(at) => (at, T::WeightInfo::sweep_move()),
            Until::NextDraw { draws } => {
                (Self::now(), SettleBranch::weight_of_failed_draw::<T>(draws))
            }
        };
        Self::schedule(id, &mut record, at);
        InferenceRequests::<T>::insert(id, record);
        weight
    }
}
