//! Deadline buckets and their sweep.

use crate::branch::{SettleBranch, Until};
use crate::{
    Config, Cursor, Due, InferenceRequests, Pallet, RequestRecordOf, Scheduled, WeightInfo,
};
use frame_support::pallet_prelude::*;
use frame_support::weights::WeightMeter;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating};
use veritrace_primitives::traits::RequestId;

impl<T: Config> Pallet<T> {
    /// How many requests are in buckets at most.
    ///
    /// The buckets that are probed have together this much room, so that a request that is moved, and is itself in none
    /// of them, always finds some.
    pub(crate) fn capacity() -> u32 {
        T::MaxPerBucket::get().saturating_mul(T::MaxProbes::get())
    }

    /// Whether one more request can be put into a bucket.
    pub(crate) fn has_room() -> bool {
        Scheduled::<T>::get() < Self::capacity()
    }

    /// Puts a request into the first bucket with room, from `at` on and never into the present block's, which may have
    /// been swept. Takes it out of the one it is in.
    pub(crate) fn schedule(id: RequestId, record: &mut RequestRecordOf<T>, at: BlockNumberFor<T>) {
        Self::unschedule(id, record);
        let next = frame_system::Pallet::<T>::block_number().saturating_add(One::one());
        let mut bucket = at.max(next);
        for _ in 0..T::MaxProbes::get() {
            if Due::<T>::try_append(bucket, id).is_ok() {
                record.bucket = Some(bucket);
                Scheduled::<T>::mutate(|count| *count = count.saturating_add(1));
                return;
            }
            bucket.saturating_inc();
        }
        frame_support::defensive!("buckets hold no more than their capacity");
    }

    /// Takes a request out of its bucket.
    pub(crate) fn unschedule(id: RequestId, record: &mut RequestRecordOf<T>) {
        if let Some(bucket) = record.bucket.take() {
            Self::remove_from_bucket(id, bucket);
        }
    }

    fn remove_from_bucket(id: RequestId, bucket: BlockNumberFor<T>) {
        Due::<T>::mutate_exists(bucket, |entry| {
            let Some(ids) = entry else {
                frame_support::defensive!("a request is in the bucket it says");
                return;
            };
            let before = ids.len();
            ids.retain(|other| *other != id);
            if ids.len() < before {
                Scheduled::<T>::mutate(|count| count.saturating_dec());
            } else {
                frame_support::defensive!("a request is in the bucket it says");
            }
            if ids.is_empty() {
                *entry = None;
            }
        });
    }

    /// Advances what is due, bucket after bucket, while the meter can bear the heaviest transition.
    pub(crate) fn sweep(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
        if meter.try_consume(T::WeightInfo::sweep_base()).is_err() {
            return;
        }
        let heaviest = SettleBranch::heaviest::<T>();
        let first = Cursor::<T>::get();
        let mut cursor = first;
        'buckets: while cursor <= now {
            if meter.try_consume(T::WeightInfo::sweep_bucket()).is_err() {
                break;
            }
            for id in Due::<T>::get(cursor) {
                if !meter.can_consume(heaviest) {
                    break 'buckets;
                }
                meter.consume(Self::sweep_one(id, cursor));
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
            Self::remove_from_bucket(id, bucket);
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
