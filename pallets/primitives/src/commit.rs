//! Commitments to tensors, nodes, graphs, traces and claims.

use crate::chunks::{self, Chunks, Stream};
use crate::graph::{Digest, GraphHeader, TensorSpec};
use crate::hash::{tagged, Hasher, Tag};
use crate::merkle;
use crate::tensor::{Geometry, Layout};
use alloc::vec::Vec;
use codec::Encode;

/// Why bytes are not the tensor that a spec describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TensorFault {
    /// The spec has an empty dimension or too many elements.
    Shape,
    /// The bytes are too few or too many.
    Length,
}

/// Hash of a tile's bytes, which is not the same in every place of every layout.
pub fn tile_hash<H: Hasher>(geometry: &Geometry, tile: u32, bytes: &[u8]) -> Digest {
    match geometry.layout() {
        Layout::One => tagged::<H>(Tag::Tile, &[bytes]),
        Layout::Two => chunks::chunk(tile, bytes, geometry.tiles() == 1),
    }
}

/// Tile hashes of all of a tensor's bytes in committed order.
pub fn tile_hashes<H: Hasher>(layout: Layout, committed: &[u8]) -> Vec<Digest> {
    match layout {
        Layout::One => H::runs(Tag::Tile, committed, layout.tile_bytes() as usize),
        Layout::Two => chunks::chunks(committed),
    }
}

/// Root over all of a tensor's tile hashes.
pub fn root_of_tiles<H: Hasher>(layout: Layout, hashes: &[Digest]) -> Digest {
    match layout {
        Layout::One => merkle::root::<H>(hashes),
        Layout::Two => merkle::root::<Chunks>(hashes),
    }
}

/// Root over a tensor's tiles, of which some are known, ascending, and the rest are covered by `siblings`; `None` unless
/// these are exactly those needed.
pub fn root_from_tiles<H: Hasher>(
    geometry: &Geometry,
    known: &[(u32, Digest)],
    siblings: &[Digest],
) -> Option<Digest> {
    match geometry.layout() {
        Layout::One => merkle::root_from::<H>(geometry.tiles(), known, siblings),
        Layout::Two => merkle::root_from::<Chunks>(geometry.tiles(), known, siblings),
    }
}

/// What leads from the tiles at some positions, ascending, to the root over all of these. `None` for positions that there
/// are not.
pub fn prove_tiles<H: Hasher>(
    layout: Layout,
    hashes: &[Digest],
    positions: &[u32],
) -> Option<Vec<Digest>> {
    match layout {
        Layout::One => merkle::prove::<H>(hashes, positions),
        Layout::Two => merkle::prove::<Chunks>(hashes, positions),
    }
}

/// Root over the tiles of a tensor's bytes in committed order.
pub fn root_of_committed<H: Hasher>(layout: Layout, committed: &[u8]) -> Digest {
    match layout {
        Layout::One => merkle::root::<H>(&tile_hashes::<H>(layout, committed)),
        Layout::Two => chunks::whole(committed),
    }
}

/// The root over tiles that are made one after the other.
pub enum TilesRoot {
    /// Of layout version 1: the hashes so far.
    One(Vec<Digest>),
    /// Of layout version 2.
    Two(Stream),
}

impl TilesRoot {
    /// Of no tile yet.
    pub fn new(layout: Layout) -> Self {
        match layout {
            Layout::One => Self::One(Vec::new()),
            Layout::Two => Self::Two(Stream::default()),
        }
    }

    /// Takes the next tile: full, unless it is the last.
    pub fn push<H: Hasher>(&mut self, tile: &[u8]) {
        match self {
            Self::One(hashes) => hashes.push(tagged::<H>(Tag::Tile, &[tile])),
            Self::Two(stream) => stream.push(tile),
        }
    }

    /// The root over all of them.
    pub fn root<H: Hasher>(&self) -> Digest {
        match self {
            Self::One(hashes) => merkle::root::<H>(hashes),
            Self::Two(stream) => stream.root(),
        }
    }
}

/// `H(tensor || layout || spec || tile count || tiles root)`.
pub fn tensor_root_from_tiles<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    tiles_root: &Digest,
) -> Result<Digest, TensorFault> {
    let geometry = Geometry::new(layout, spec).ok_or(TensorFault::Shape)?;
    let tiles = geometry.tiles();
    Ok(tagged::<H>(
        Tag::Tensor,
        &[
            &[layout.version()],
            &spec.encode(),
            &tiles.to_le_bytes(),
            tiles_root,
        ],
    ))
}

/// Root over the tiles of row-major bytes.
pub fn tiles_root<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    data: &[u8],
) -> Result<Digest, TensorFault> {
    let geometry = Geometry::new(layout, spec).ok_or(TensorFault::Shape)?;
    let committed = geometry.committed_bytes(data).ok_or(TensorFault::Length)?;
    Ok(root_of_committed::<H>(layout, &committed))
}

/// Commitment to a tensor given as row-major bytes.
pub fn tensor_root<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    data: &[u8],
) -> Result<Digest, TensorFault> {
    tensor_root_from_tiles::<H>(layout, spec, &tiles_root::<H>(layout, spec, data)?)
}

/// Leaf of a graph's tree of nodes.
pub fn node_leaf<H: Hasher>(encoded: &[u8]) -> Digest {
    tagged::<H>(Tag::Node, &[encoded])
}

/// `H(graph || header || nodes root || initialisers root)`; leaves of the latter are tensor roots.
pub fn graph_root<H: Hasher>(
    header: &GraphHeader,
    nodes_root: &Digest,
    initialisers_root: &Digest,
) -> Digest {
    tagged::<H>(
        Tag::Graph,
        &[&header.encode(), nodes_root, initialisers_root],
    )
}

/// `H(trace || leaf count || Merkle root)`.
pub fn trace_root_from<H: Hasher>(count: u32, leaves_root: &Digest) -> Digest {
    tagged::<H>(Tag::Trace, &[&count.to_le_bytes(), leaves_root])
}

/// Commitment to a trace: the tensor root of every node's output, in order.
pub fn trace_root<H: Hasher>(leaves: &[Digest]) -> Digest {
    trace_root_from::<H>(leaves.len() as u32, &merkle::root::<H>(leaves))
}

/// Commitment to a claim's answer: the tensor roots of its outputs, in the header's order.
pub fn output_root<H: Hasher>(roots: &[Digest]) -> Digest {
    let parts: Vec<&[u8]> = roots.iter().map(Digest::as_slice).collect();
    tagged::<H>(Tag::Outputs, &parts)
}

/// What a worker publishes before it reveals. The account is in it, so that nobody can reveal another's commitment.
pub fn commitment<H: Hasher>(
    request: u64,
    account: &[u8],
    trace_root: &Digest,
    output_root: &Digest,
    salt: &[u8; 32],
) -> Digest {
    tagged::<H>(
        Tag::Commitment,
        &[
            &request.to_le_bytes(),
            account,
            trace_root,
            output_root,
            salt,
        ],
    )
}

/// What a challenger publishes before it accuses the claims of a request with this trace root at a place: a node or, where
/// the trace is revealed by pages, a page. The account is in it, so that nobody can use another's seal.
pub fn seal<H: Hasher>(
    request: u64,
    trace_root: &Digest,
    place: u16,
    account: &[u8],
    salt: &[u8; 32],
) -> Digest {
    tagged::<H>(
        Tag::Seal,
        &[
            &request.to_le_bytes(),
            trace_root,
            &place.to_le_bytes(),
            account,
            salt,
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Sha256;

    const ACCOUNT: [u8; 32] = [3; 32];

    fn example() -> Digest {
        seal::<Sha256>(7, &[1; 32], 258, &ACCOUNT, &[9; 32])
    }

    #[test]
    fn seal_should_be_the_digest_of_its_parts_in_order() {
        let mut bytes = vec![8, 7, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend([1; 32]);
        bytes.extend([2, 1]);
        bytes.extend(ACCOUNT);
        bytes.extend([9; 32]);
        assert_eq!(example(), Sha256::hash(&bytes));
        assert_eq!(
            example(),
            [
                0x2f, 0x50, 0xec, 0x7e, 0x1c, 0xdc, 0x1b, 0x7a, 0xcf, 0x5d, 0xa3, 0xd9, 0x96, 0x9f,
                0x1f, 0x35, 0x8d, 0x77, 0xec, 0x9b, 0x17, 0x17, 0x06, 0xf8, 0xb2, 0x3d, 0x94, 0xff,
                0x12, 0x1e, 0xce, 0xc6
            ]
        );
    }

    #[test]
    fn seal_should_differ_in_every_part() {
        for other in [
            seal::<Sha256>(8, &[1; 32], 258, &ACCOUNT, &[9; 32]),
            seal::<Sha256>(7, &[2; 32], 258, &ACCOUNT, &[9; 32]),
            seal::<Sha256>(7, &[1; 32], 259, &ACCOUNT, &[9; 32]),
            seal::<Sha256>(7, &[1; 32], 258, &[4; 32], &[9; 32]),
            seal::<Sha256>(7, &[1; 32], 258, &ACCOUNT, &[8; 32]),
            commitment::<Sha256>(7, &ACCOUNT, &[1; 32], &[1; 32], &[9; 32]),
        ] {
            assert_ne!(example(), other);
        }
    }
}
