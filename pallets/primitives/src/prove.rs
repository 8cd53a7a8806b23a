//! Making the proofs that [`crate::proof`] checks, for whoever holds the model and honest tensors.

use crate::commit::{
    node_leaf, prove_tiles, root_of_committed, root_of_tiles, tensor_root, tensor_root_from_tiles,
    tile_hash, tile_hashes, tiles_root,
};
use crate::evaluate::{data_of, dense_of, kernel_of, spec_of};
use crate::graph::{Digest, Graph, Ref, TensorSpec};
use crate::hash::Hasher;
use crate::merkle;
use crate::page::TraceView;
use crate::proof::{
    needed_tiles, references, ChallengeProof, Contradiction, InputOpening, MalformedProof, Opening,
    Target,
};
use crate::tensor::{read, Geometry, Layout};
use alloc::vec::Vec;
use codec::Encode;
use core::borrow::Borrow;

/// A graph with its Merkle leaves at hand.
pub struct Prover<G> {
    graph: G,
    layout: Layout,
    node_leaves: Vec<Digest>,
    initialiser_roots: Vec<Digest>,
}

impl<G: Borrow<Graph>> Prover<G> {
    /// `None` when an initialiser's bytes do not fit its spec, or the header names a layout that there is not.
    pub fn new<H: Hasher>(graph: G) -> Option<Self> {
        let borrowed = graph.borrow();
        let layout = borrowed.header.layout()?;
        Some(Self {
            layout,
            node_leaves: borrowed
                .nodes
                .iter()
                .map(|node| node_leaf::<H>(&node.encode()))
                .collect(),
            initialiser_roots: borrowed
                .initialisers
                .iter()
                .map(|init| tensor_root::<H>(layout, &init.spec, &init.data).ok())
                .collect::<Option<_>>()?,
            graph,
        })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        self.graph.borrow()
    }

    /// How its tensors are committed to.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The graph's root.
    pub fn graph_root<H: Hasher>(&self) -> Digest {
        crate::commit::graph_root::<H>(
            &self.graph().header,
            &merkle::root::<H>(&self.node_leaves),
            &merkle::root::<H>(&self.initialiser_roots),
        )
    }

    /// A contradiction of node `index`. `leaves` is the claim's trace, as far as it is known; `inputs` and `outputs` are
    /// row-major tensors of which those the node refers to must be the ones under the claim's leaves.
    pub fn contradiction<H: Hasher>(
        &self,
        index: u16,
        leaves: &(impl TraceView + ?Sized),
        inputs: &[Vec<u8>],
        outputs: &[Vec<u8>],
        target: Target,
    ) -> Option<Contradiction> {
        let node = self.graph().nodes.get(usize::from(index))?;
        let kernel = kernel_of(self.graph(), index, node).ok()?;
        let references = references(node);
        let values = dense_of(self.graph(), node, &kernel, inputs, outputs)?;
        let needed = needed_tiles(node, &kernel, &target, values).ok()?;
        let (mut initialisers, mut trace) = (Vec::new(), Vec::new());
        let mut openings = Vec::with_capacity(references.len());
        for (reference, tiles) in references.iter().zip(&needed) {
            match reference {
                Ref::Request(_) => {}
                Ref::Initialiser(i) => initialisers.push(u32::from(*i)),
                Ref::Node(j) => trace.push(u32::from(*j)),
            }
            let spec = spec_of(self.graph(), index, *reference)?;
            let data = data_of(self.graph(), inputs, outputs, *reference)?;
            openings.push(open_tiles::<H>(self.layout, spec, data, tiles)?);
        }
        trace.push(u32::from(index));
        Some(Contradiction {
            header: self.graph().header.clone(),
            index,
            node: node.clone(),
            node_path: merkle::prove::<H>(&self.node_leaves, &[u32::from(index)])?,
            initialiser_siblings: merkle::prove::<H>(&self.initialiser_roots, &initialisers)?,
            leaf: leaves.leaf(index)?,
            trace_siblings: leaves.siblings::<H>(&trace)?,
            inputs: openings.try_into().ok()?,
            target,
        })
    }

    /// Demands an opening of node `index`.
    pub fn challenge<H: Hasher>(
        &self,
        index: u16,
        leaves: &(impl TraceView + ?Sized),
    ) -> Option<ChallengeProof> {
        let at = [u32::from(index)];
        Some(ChallengeProof {
            header: self.graph().header.clone(),
            index,
            node: self.graph().nodes.get(usize::from(index))?.clone(),
            node_path: merkle::prove::<H>(&self.node_leaves, &at)?,
            initialisers_root: merkle::root::<H>(&self.initialiser_roots),
            leaf: leaves.leaf(index)?,
            trace_path: leaves.siblings::<H>(&at)?,
        })
    }

    /// Opens node `index` and what it refers to, to show that it does not type-check.
    pub fn malformed<H: Hasher>(&self, index: u16) -> Option<MalformedProof> {
        let node = self.graph().nodes.get(usize::from(index))?;
        let (mut nodes, mut initialisers) = (Vec::new(), Vec::new());
        for reference in references(node) {
            match reference {
                Ref::Initialiser(i) => {
                    if let Some(init) = self.graph().initialisers.get(usize::from(i)) {
                        let root = tiles_root::<H>(self.layout, &init.spec, &init.data).ok()?;
                        initialisers.push((i, init.spec.clone(), root));
                    }
                }
                Ref::Node(j) if j < index => {
                    nodes.push((j, self.graph().nodes.get(usize::from(j))?.encode()));
                }
                Ref::Request(_) | Ref::Node(_) => {}
            }
        }
        nodes.push((index, node.encode()));
        let positions =
            |indices: Vec<u16>| -> Vec<u32> { indices.into_iter().map(u32::from).collect() };
        Some(MalformedProof {
            header: self.graph().header.clone(),
            index,
            node_siblings: merkle::prove::<H>(
                &self.node_leaves,
                &positions(nodes.iter().map(|(i, _)| *i).collect()),
            )?,
            initialiser_siblings: merkle::prove::<H>(
                &self.initialiser_roots,
                &positions(initialisers.iter().map(|(i, _, _)| *i).collect()),
            )?,
            nodes,
            initialisers,
        })
    }
}

fn open_tiles<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    data: &[u8],
    tiles: &[u32],
) -> Option<InputOpening> {
    let geometry = Geometry::new(layout, spec)?;
    let committed = geometry.committed_bytes(data)?;
    let hashes = tile_hashes::<H>(layout, &committed);
    let mut bytes = Vec::with_capacity(tiles.len().saturating_mul(layout.tile_bytes() as usize));
    for tile in tiles {
        bytes.extend_from_slice(committed.get(geometry.tile_range(*tile)?)?);
    }
    let mut ascending = tiles.to_vec();
    ascending.sort_unstable();
    Some(InputOpening {
        spec: spec.clone(),
        tiles: bytes,
        siblings: prove_tiles::<H>(layout, &hashes, &ascending)?,
    })
}

/// Answers a challenge: the tensor's bytes when they are at most `max_opening_bytes`, else its tile hashes.
pub fn opening<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    row_major: &[u8],
    max_opening_bytes: u32,
) -> Option<Opening> {
    let geometry = Geometry::new(layout, spec)?;
    let committed = geometry.to_committed(row_major)?;
    Some(if geometry.bytes() <= max_opening_bytes {
        Opening::Tensor(committed)
    } else {
        Opening::Tiles(tile_hashes::<H>(layout, &committed))
    })
}

fn hashes_of<H: Hasher>(layout: Layout, opening: &Opening) -> Vec<Digest> {
    match opening {
        Opening::Tensor(bytes) => tile_hashes::<H>(layout, bytes),
        Opening::Tiles(hashes) => hashes.clone(),
    }
}

/// The first tile in which an opening differs from the honest output (row-major).
pub fn first_wrong_tile<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    opening: &Opening,
    honest: &[u8],
) -> Option<u32> {
    let geometry = Geometry::new(layout, spec)?;
    let committed = geometry.committed_bytes(honest)?;
    let honest = tile_hashes::<H>(layout, &committed);
    let place = hashes_of::<H>(layout, opening)
        .iter()
        .zip(&honest)
        .position(|(claimed, right)| claimed != right)?;
    u32::try_from(place).ok()
}

/// Targets one tile of an opening.
pub fn tile_target<H: Hasher>(layout: Layout, opening: &Opening, tile: u32) -> Option<Target> {
    let hashes = hashes_of::<H>(layout, opening);
    Some(Target::Tile {
        tile,
        claimed: *hashes.get(tile as usize)?,
        path: prove_tiles::<H>(layout, &hashes, &[tile])?,
    })
}

/// Targets the first element of a tile in which an opening with bytes differs from the honest output (row-major).
pub fn element_target<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    opening: &Opening,
    tile: u32,
    honest: &[u8],
) -> Option<Target> {
    let Opening::Tensor(claimed) = opening else {
        return None;
    };
    let geometry = Geometry::new(layout, spec)?;
    let honest = geometry.committed_bytes(honest)?;
    let range = geometry.tile_range(tile)?;
    let (claimed_tile, honest_tile) = (claimed.get(range.clone())?, honest.get(range)?);
    let count = geometry.tile_bytes(tile)? / geometry.dtype.size();
    let place = (0..count).find(|place| {
        read(geometry.dtype, claimed_tile, *place) != read(geometry.dtype, honest_tile, *place)
    })?;
    let hashes = tile_hashes::<H>(layout, claimed);
    Some(Target::Element {
        tile,
        bytes: claimed_tile.to_vec(),
        path: prove_tiles::<H>(layout, &hashes, &[tile])?,
        place,
    })
}

/// The tensor root that an opening rebuilds.
pub fn opening_root<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    opening: &Opening,
) -> Option<Digest> {
    let root = match opening {
        Opening::Tensor(bytes) => root_of_committed::<H>(layout, bytes),
        Opening::Tiles(hashes) => root_of_tiles::<H>(layout, hashes),
    };
    tensor_root_from_tiles::<H>(layout, spec, &root).ok()
}

/// Hash of one tile of an honest output (row-major).
pub fn honest_tile<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    honest: &[u8],
    tile: u32,
) -> Option<Digest> {
    let geometry = Geometry::new(layout, spec)?;
    let committed = geometry.committed_bytes(honest)?;
    let bytes = committed.get(geometry.tile_range(tile)?)?;
    Some(tile_hash::<H>(&geometry, tile, bytes))
}
