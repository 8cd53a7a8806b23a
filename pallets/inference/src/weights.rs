//! Weights of the pallet.
//!
//! **Interim figures, not measured**: estimates by hand of time, reads and writes at the worst case of each branch, on the
//! generous side. They are to be replaced by the output of the benchmarks in `benchmarking.rs`, which cover each function.

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::constants::RocksDbWeight;
use frame_support::weights::{RuntimeDbWeight, Weight};

/// Picoseconds of a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// Picoseconds of a nanosecond.
const NANOSECOND: u64 = 1_000;
/// Bytes of proof for each storage item read.
const PROOF_BYTES: u64 = 4_096;

/// Weights of the calls, of the branches of `settle`, and of the sweep.
pub trait WeightInfo {
    /// A request with `b` bytes of input.
    fn submit_inference_request(b: u32) -> Weight;
    /// A claim of `t` trace leaves and `o` bytes of output.
    fn submit_inference_result(t: u32, o: u32) -> Weight;
    /// The last commit of a request, which opens the reveals.
    fn commit_result() -> Weight;
    /// The last reveal of a request, of `t` trace leaves and `o` bytes of output.
    fn reveal_result(t: u32, o: u32) -> Weight;
    /// A request cancelled.
    fn cancel_request() -> Weight;
    /// The parameters replaced.
    fn set_parameters() -> Weight;
    /// `k` workers drawn.
    fn settle_assign(k: u32) -> Weight;
    /// No workers found in time, the user refunded.
    fn settle_expire() -> Weight;
    /// `k` workers late, others will be drawn.
    fn settle_reopen(k: u32) -> Weight;
    /// `k` workers late, the user refunded.
    fn settle_refund(k: u32) -> Weight;
    /// All but one of `k` workers late and replaced.
    fn settle_replace(k: u32) -> Weight;
    /// All but one of `k` workers late, the other one reveals.
    fn settle_open_reveals(k: u32) -> Weight;
    /// All but one of `k` workers late to reveal, the other one's window opened.
    fn settle_open_window(k: u32) -> Weight;
    /// `k` workers paid.
    fn settle_pay(k: u32) -> Weight;
    /// `k` unequal claims, the user refunded.
    fn settle_contest(k: u32) -> Weight;
    /// A contest closed, the locks of `k` workers given back.
    fn settle_close_contest(k: u32) -> Weight;
    /// `k` equal claims struck and the user refunded: what a verdict costs this pallet.
    fn convict(k: u32) -> Weight;
    /// A sweep with nothing to do.
    fn sweep_base() -> Weight;
    /// A bucket looked at.
    fn sweep_bucket() -> Weight;
    /// A request with nothing due moved to a later bucket.
    fn sweep_move() -> Weight;
    /// A draw of `k` workers that fails at the last, the locks of the others given back.
    fn sweep_postpone(k: u32) -> Weight;
}

/// A fixed part: microseconds, reads, writes.
fn fixed(db: RuntimeDbWeight, micros: u64, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(
        micros.saturating_mul(MICROSECOND),
        reads.saturating_mul(PROOF_BYTES),
    )
    .saturating_add(db.reads_writes(reads, writes))
}

/// A part for each of `count`: nanoseconds, reads, writes.
fn each(db: RuntimeDbWeight, count: u32, nanos: u64, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(
        nanos.saturating_mul(NANOSECOND),
        reads.saturating_mul(PROOF_BYTES),
    )
    .saturating_add(db.reads_writes(reads, writes))
    .saturating_mul(u64::from(count))
}

macro_rules! interim {
    ($db:expr) => {
        fn submit_inference_request(b: u32) -> Weight {
            fixed($db, 60, 72, 8).saturating_add(each($db, b, 10, 0, 0))
        }
        fn submit_inference_result(t: u32, o: u32) -> Weight {
            fixed($db, 50, 71, 5)
                .saturating_add(each($db, t, 900, 0, 0))
                .saturating_add(each($db, o, 10, 0, 0))
        }
        fn commit_result() -> Weight {
            fixed($db, 40, 69, 4)
        }
        fn reveal_result(t: u32, o: u32) -> Weight {
            fixed($db, 55, 71, 5)
                .saturating_add(each($db, t, 900, 0, 0))
                .saturating_add(each($db, o, 10, 0, 0))
        }
        fn cancel_request() -> Weight {
            fixed($db, 60, 8, 9)
        }
        fn set_parameters() -> Weight {
            fixed($db, 10, 0, 1)
        }
        fn settle_assign(k: u32) -> Weight {
            fixed($db, 40, 72, 4).saturating_add(each($db, k, 60000, 16, 5))
        }
        fn settle_expire() -> Weight {
            fixed($db, 60, 8, 9)
        }
        fn settle_reopen(k: u32) -> Weight {
            fixed($db, 40, 70, 4).saturating_add(each($db, k, 50000, 6, 6))
        }
        fn settle_refund(k: u32) -> Weight {
            fixed($db, 60, 9, 9).saturating_add(each($db, k, 50000, 6, 6))
        }
        fn settle_replace(k: u32) -> Weight {
            fixed($db, 50, 72, 4).saturating_add(each($db, k, 110000, 22, 11))
        }
        fn settle_open_reveals(k: u32) -> Weight {
            fixed($db, 45, 72, 4).saturating_add(each($db, k, 60000, 22, 6))
        }
        fn settle_open_window(k: u32) -> Weight {
            fixed($db, 45, 70, 4).saturating_add(each($db, k, 50000, 6, 6))
        }
        fn settle_pay(k: u32) -> Weight {
            fixed($db, 70, 10, 10).saturating_add(each($db, k, 140000, 10, 9))
        }
        fn settle_contest(k: u32) -> Weight {
            fixed($db, 60, 6, 6).saturating_add(each($db, k, 1000, 0, 0))
        }
        fn settle_close_contest(k: u32) -> Weight {
            fixed($db, 45, 6, 7).saturating_add(each($db, k, 40000, 5, 5))
        }
        fn convict(k: u32) -> Weight {
            fixed($db, 70, 10, 10).saturating_add(each($db, k, 130000, 9, 9))
        }
        fn sweep_base() -> Weight {
            fixed($db, 4, 1, 1)
        }
        fn sweep_bucket() -> Weight {
            fixed($db, 4, 1, 0)
        }
        fn sweep_move() -> Weight {
            fixed($db, 30, 70, 4)
        }
        fn sweep_postpone(k: u32) -> Weight {
            fixed($db, 40, 72, 4).saturating_add(each($db, k, 90_000, 20, 9))
        }
    };
}

/// Interim weights under the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    interim!(T::DbWeight::get());
}

/// Interim weights for tests.
impl WeightInfo for () {
    interim!(RocksDbWeight::get());
}
