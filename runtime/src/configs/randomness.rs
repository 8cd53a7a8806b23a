//! Where the draw of workers gets its randomness.

use crate::{BlockNumber, Hash, Runtime};
use frame_support::traits::Randomness;
use pallet_babe::{ParentBlockRandomness, RandomnessFromOneEpochAgo};

/// The VRF output of the parent block's author, or where that is missing (a block with no primary author and no
/// secondary VRF, or a chain without real authors) what the epoch before the last one came to.
///
/// A validator can bias it by withholding a block, which bends fairness between workers and never the truth of a claim.
/// The caller's subject is always hashed in.
pub struct BlockRandomness;

impl Randomness<Hash, BlockNumber> for BlockRandomness {
    fn random(subject: &[u8]) -> (Hash, BlockNumber) {
        match ParentBlockRandomness::<Runtime>::random(subject) {
            (Some(random), known_since) => (random, known_since),
            (None, _) => RandomnessFromOneEpochAgo::<Runtime>::random(subject),
        }
    }
}
