//! The tree of BLAKE3 (plain hash mode), piece by piece: what stands over the tiles of layout version 2.
//!
//! A chunk is 1,024 bytes, the last one shorter. Its chaining value depends on its place; that of two subtrees on nothing
//! but theirs. On the left is always the largest power of two of chunks that leaves something on the right, which is the
//! tree of [`crate::merkle`], where an odd node is promoted. Whatever is on top has a flag of its own, so that the root is
//! no chaining value, and nobody can take a part for the whole.

use crate::graph::Digest;
use crate::merkle::Tree;
use alloc::boxed::Box;
use alloc::vec::Vec;
use blake3::hazmat::{merge_subtrees_non_root, merge_subtrees_root, HasherExt, Mode};
use blake3::CHUNK_LEN;

/// How chaining values become one.
#[derive(Clone, Copy, Debug)]
pub struct Chunks;

impl Tree for Chunks {
    fn inner(left: &Digest, right: &Digest, is_root: bool) -> Digest {
        if is_root {
            merge_subtrees_root(left, right, Mode::Hash).into()
        } else {
            merge_subtrees_non_root(left, right, Mode::Hash)
        }
    }
}

/// Chaining value of the chunk of that index, or the hash of all when it is the only one. What has not the length of a
/// chunk gets a digest that no chunk among others has.
pub fn chunk(index: u32, bytes: &[u8], is_only: bool) -> Digest {
    if is_only || bytes.is_empty() || bytes.len() > CHUNK_LEN {
        return whole(bytes);
    }
    let mut hasher = blake3::Hasher::new();
    hasher.set_input_offset(u64::from(index) * CHUNK_LEN as u64);
    hasher.update(bytes);
    hasher.finalize_non_root()
}

/// Chaining values of all chunks, in order; none of no bytes.
pub fn chunks(bytes: &[u8]) -> Vec<Digest> {
    let is_only = bytes.len() <= CHUNK_LEN;
    (0..)
        .zip(bytes.chunks(CHUNK_LEN))
        .map(|(index, bytes)| chunk(index, bytes, is_only))
        .collect()
}

/// The hash: the root over all chunks.
pub fn whole(bytes: &[u8]) -> Digest {
    blake3::hash(bytes).into()
}

/// The hash of what comes in pieces, whatever their lengths.
#[derive(Default)]
pub struct Stream(Box<blake3::Hasher>);

impl Stream {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all so far.
    pub fn root(&self) -> Digest {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle;
    use proptest::prelude::*;

    fn bytes(count: usize, seed: u32) -> Vec<u8> {
        let mut state = seed | 1;
        (0..count)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                (state >> 11) as u8
            })
            .collect()
    }

    fn hex(digest: &Digest) -> alloc::string::String {
        digest
            .iter()
            .map(|byte| alloc::format!("{byte:02x}"))
            .collect()
    }

    /// Hashes of the bytes 0, 1, … 250, 0, … by the library's authors, from the test vectors of the specification.
    #[test]
    fn root_should_be_that_of_the_published_vectors() {
        for (count, expected) in [
            (
                1,
                "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
            ),
            (
                1023,
                "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
            ),
            (
                1024,
                "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
            ),
            (
                1025,
                "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
            ),
            (
                2049,
                "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030",
            ),
            (
                3073,
                "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3",
            ),
            (
                31_744,
                "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47",
            ),
        ] {
            let data: Vec<u8> = (0..count).map(|at| (at % 251) as u8).collect();
            assert_eq!(hex(&whole(&data)), expected, "{count} bytes");
            assert_eq!(
                hex(&merkle::root::<Chunks>(&chunks(&data))),
                expected,
                "{count} bytes in chunks"
            );
        }
    }

    proptest! {
        #[test]
        fn hash_should_be_the_root_over_the_chunks(count in 1usize..40_000, edge in 0usize..40, seed in any::<u32>()) {
            for count in [count, (edge * CHUNK_LEN).max(1), edge * CHUNK_LEN + 1] {
                let data = bytes(count, seed);
                let hashes = chunks(&data);
                prop_assert_eq!(hashes.len(), count.div_ceil(CHUNK_LEN));
                prop_assert_eq!(merkle::root::<Chunks>(&hashes), whole(&data));
                let mut stream = Stream::default();
                data.chunks(1 + seed as usize % 3000).for_each(|part| stream.push(part));
                prop_assert_eq!(stream.root(), whole(&data));
            }
        }

        #[test]
        fn multiproof_should_give_the_hash(
            count in 1usize..70_000, seed in any::<u32>(), picks in prop::collection::btree_set(0u32..70, 0..12), bit in 0usize..256,
        ) {
            let data = bytes(count, seed);
            let hashes = chunks(&data);
            let length = hashes.len() as u32;
            let positions: Vec<u32> = picks.into_iter().filter(|p| *p < length).collect();
            let proof = merkle::prove::<Chunks>(&hashes, &positions).unwrap();
            let mut known: Vec<_> = positions.iter().map(|p| (*p, hashes[*p as usize])).collect();
            prop_assert_eq!(merkle::root_from::<Chunks>(length, &known, &proof), Some(whole(&data)));
            let mut longer = proof.clone();
            longer.push([7; 32]);
            prop_assert_eq!(merkle::root_from::<Chunks>(length, &known, &longer), None);
            if let Some((_, digest)) = known.first_mut() {
                digest[bit / 8] ^= 1 << (bit % 8);
                prop_assert_ne!(merkle::root_from::<Chunks>(length, &known, &proof), Some(whole(&data)));
            }
        }
    }

    #[test]
    fn chunk_should_be_of_its_place() {
        let data = bytes(CHUNK_LEN, 7);
        assert_ne!(chunk(0, &data, false), chunk(1, &data, false));
        assert_ne!(chunk(0, &data, false), chunk(0, &data, true));
        assert_eq!(chunk(0, &data, true), whole(&data));
        // The subtree on the right of a larger tensor is not the hash of its bytes.
        let right = bytes(2 * CHUNK_LEN, 9);
        let [a, b] =
            [0, 1].map(|at| chunk(at, &right[at as usize * CHUNK_LEN..][..CHUNK_LEN], false));
        assert_eq!(Chunks::inner(&a, &b, true), whole(&right));
        assert_ne!(Chunks::inner(&a, &b, false), whole(&right));
    }

    #[test]
    fn what_is_no_chunk_should_have_another_digest() {
        assert_eq!(chunk(3, &[], false), whole(&[]));
        let long = bytes(CHUNK_LEN + 1, 5);
        assert_eq!(chunk(3, &long, false), whole(&long));
        assert_eq!(chunks(&[]), Vec::<Digest>::new());
    }
}
