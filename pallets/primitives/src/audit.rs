//! Showing a tile of a claim's trace that nobody knows who has not computed the trace, or got it from someone who has.
//!
//! Node and tile are drawn by lot after the claim was made. The claim binds what is under its leaves, so whoever shows the
//! tile has what the claim commits to; whether that is *true* is what contradictions are for.

use crate::commit::{prove_tiles, root_from_tiles, tensor_root_from_tiles, tile_hash, tile_hashes};
use crate::graph::{Digest, Graph, TensorSpec};
use crate::hash::Hasher;
use crate::proof::{check_challenge, ChallengeProof, ClaimFacts, Rejection};
use crate::prove::Prover;
use crate::tensor::{Geometry, Layout};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use core::borrow::Borrow;
use scale_info::TypeInfo;

/// Shows the tile that was drawn.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Attestation {
    /// The node under the model, and its leaf under the claim.
    pub node: ChallengeProof,
    /// The tile's bytes.
    pub bytes: Vec<u8>,
    /// Merkle path from the tile to the leaf.
    pub path: Vec<Digest>,
}

/// The tile that a lot falls on; `None` for what is no tensor.
pub fn tile_of_lot(layout: Layout, spec: &TensorSpec, lot: u64) -> Option<u32> {
    let tiles = u64::from(Geometry::new(layout, spec)?.tiles());
    u32::try_from(lot.checked_rem(tiles)?).ok()
}

/// Whether an attestation shows what the lot fell on in the claim.
pub fn check_attestation<H: Hasher>(
    facts: &ClaimFacts,
    node: u16,
    lot: u64,
    proof: &Attestation,
) -> Result<(), Rejection> {
    if proof.node.index != node {
        return Err(Rejection::OutOfBounds);
    }
    let shown = check_challenge::<H>(facts, &proof.node)?;
    let geometry = Geometry::new(shown.layout, &shown.spec).ok_or(Rejection::WrongTiles)?;
    let tile = tile_of_lot(shown.layout, &shown.spec, lot).ok_or(Rejection::WrongTiles)?;
    if geometry.tile_bytes(tile) != Some(proof.bytes.len() as u32) {
        return Err(Rejection::WrongTiles);
    }
    let hash = tile_hash::<H>(&geometry, tile, &proof.bytes);
    let root = root_from_tiles::<H>(&geometry, &[(tile, hash)], &proof.path)
        .ok_or(Rejection::NotUnderLeaf)?;
    let leaf = tensor_root_from_tiles::<H>(shown.layout, &shown.spec, &root)
        .map_err(|_| Rejection::NotUnderLeaf)?;
    if leaf == shown.leaf {
        Ok(())
    } else {
        Err(Rejection::NotUnderLeaf)
    }
}

/// Shows the tile that the lot falls on. `leaves` is the claim's trace, `output` the node's row-major output. `None` when
/// there is no such node, or the output is not one of its.
pub fn attest<H: Hasher, G: Borrow<Graph>>(
    prover: &Prover<G>,
    node: u16,
    lot: u64,
    leaves: &[Digest],
    output: &[u8],
) -> Option<Attestation> {
    let shown = prover.challenge::<H>(node, leaves)?;
    let layout = shown.header.layout()?;
    let geometry = Geometry::new(layout, &shown.node.output)?;
    let committed = geometry.committed_bytes(output)?;
    let tile = tile_of_lot(layout, &shown.node.output, lot)?;
    let hashes = tile_hashes::<H>(layout, &committed);
    Some(Attestation {
        bytes: committed.get(geometry.tile_range(tile)?)?.to_vec(),
        path: prove_tiles::<H>(layout, &hashes, &[tile])?,
        node: shown,
    })
}
