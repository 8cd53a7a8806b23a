//! The hash under every commitment, and the tags that keep commitments of different kinds apart.

use crate::graph::Digest;
use alloc::vec::Vec;

/// SHA-256. On chain it is the node's host function, elsewhere [`Sha256`]; both give the same digests.
pub trait Hasher {
    /// The digest of `data`.
    fn hash(data: &[u8]) -> Digest;

    /// Digests of `tag ‖ run` for each run of `length` bytes of `data`, in order; the last run may be shorter. One by one,
    /// unless a hasher is faster with many.
    fn runs(tag: Tag, data: &[u8], length: usize) -> Vec<Digest>
    where
        Self: Sized,
    {
        data.chunks(length.max(1))
            .map(|run| tagged::<Self>(tag, &[run]))
            .collect()
    }
}

/// SHA-256 in plain Rust.
#[derive(Clone, Copy, Debug)]
pub struct Sha256;

impl Hasher for Sha256 {
    fn hash(data: &[u8]) -> Digest {
        use sha2::Digest as _;
        sha2::Sha256::digest(data).into()
    }
}

/// First byte of everything that is hashed.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Tag {
    /// A tile's bytes.
    Tile = 0,
    /// An inner node of any Merkle tree.
    Inner = 1,
    /// A tensor: layout version, spec, tile count, Merkle root of the tiles.
    Tensor = 2,
    /// A node's encoding.
    Node = 3,
    /// Header, nodes root, initialisers root.
    Graph = 4,
    /// A trace: leaf count, Merkle root of the leaves.
    Trace = 5,
    /// The tensor roots of a claim's outputs.
    Outputs = 6,
    /// A commitment to a claim not yet revealed.
    Commitment = 7,
    /// An accusation not yet made.
    Seal = 8,
}

/// `hash(tag || parts…)`.
pub fn tagged<H: Hasher>(tag: Tag, parts: &[&[u8]]) -> Digest {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut data = Vec::with_capacity(length.saturating_add(1));
    data.push(tag as u8);
    for part in parts {
        data.extend_from_slice(part);
    }
    H::hash(&data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_should_be_hashed_each_with_its_tag() {
        let data: Vec<u8> = (0..=129).collect();
        let expected: Vec<Digest> = [&data[..64], &data[64..128], &data[128..]]
            .iter()
            .map(|run| tagged::<Sha256>(Tag::Inner, &[run]))
            .collect();
        assert_eq!(Sha256::runs(Tag::Inner, &data, 64), expected);
        assert_eq!(Sha256::runs(Tag::Inner, &[], 64), Vec::<Digest>::new());
        assert_eq!(
            Sha256::runs(Tag::Tile, &data, 500),
            [tagged::<Sha256>(Tag::Tile, &[&data])]
        );
    }
}
