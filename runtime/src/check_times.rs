//! How long checks of contradictions take in this runtime, host calls for hashes included. Only where there are benchmarks.

use alloc::{format, string::String, vec::Vec};
use codec::{Decode, Encode};
use frame_benchmarking::current_time;
use scale_info::TypeInfo;
use veritrace_primitives::proof::{
    check, compute_whole, decode, ClaimFacts, Contradiction, ProofLimits, Rejection, Target,
};
use veritrace_primitives::traits::HostSha256;

/// Times of one proof, and what its check does.
#[derive(Encode, Decode, TypeInfo)]
pub struct CheckTimes {
    /// Work of recomputing, in multiply-accumulates.
    pub macs: u64,
    /// Input bytes hashed.
    pub bytes: u32,
    /// Nanoseconds of each check, decoding included.
    pub nanoseconds: Vec<u64>,
    /// Of a node that is shown whole, nanoseconds of computing it alone, without decoding and hashes; else empty.
    pub computing: Vec<u64>,
}

sp_api::decl_runtime_apis! {
    /// Times checks of contradictions.
    pub trait CheckTimesApi {
        /// Checks a proof `repeat` times against encoded [`ClaimFacts`], as the calls of the disputes pallet do, without
        /// limits. A proof that does not convict is an error, in words.
        fn check_times(facts: Vec<u8>, proof: Vec<u8>, repeat: u32) -> Result<CheckTimes, String>;
    }
}

/// What `act` gives, and how many nanoseconds it took.
fn timed<T>(act: impl FnOnce() -> T) -> (T, u64) {
    let began = current_time();
    let given = act();
    let took = current_time().saturating_sub(began);
    (given, u64::try_from(took).unwrap_or(u64::MAX))
}

/// See [`CheckTimesApi`].
pub fn check_times(facts: &[u8], proof: &[u8], repeat: u32) -> Result<CheckTimes, String> {
    let facts: ClaimFacts = decode(facts).map_err(|why| format!("facts: {why:?}"))?;
    let limits = ProofLimits {
        max_whole_bytes: u32::MAX,
        max_macs: u64::MAX,
    };
    let mut times = CheckTimes {
        macs: 0,
        bytes: 0,
        nanoseconds: Vec::new(),
        computing: Vec::new(),
    };
    for _ in 0..repeat {
        let (work, took) = timed(|| {
            decode::<Contradiction>(proof)
                .and_then(|proof| check::<HostSha256>(&facts, &proof, &limits))
        });
        let work = work.map_err(|why| format!("{why:?}"))?;
        times.macs = work.macs;
        times.bytes = work.bytes;
        times.nanoseconds.push(took);
    }
    let proof = decode::<Contradiction>(proof).map_err(|why| format!("{why:?}"))?;
    if matches!(proof.target, Target::Whole) {
        times.computing = compute_whole(&proof, |compute| {
            (0..repeat)
                .map(|_| {
                    let (bytes, took) = timed(&mut *compute);
                    core::hint::black_box(bytes?);
                    Ok(took)
                })
                .collect::<Result<Vec<_>, Rejection>>()
        })
        .and_then(|times| times)
        .map_err(|why| format!("{why:?}"))?;
    }
    Ok(times)
}
