//! Proofs that a claim is false, and their check.
//!
//! A claim is false exactly if, for some node, the claim's own leaf is not the operator applied to the claim's own input
//! leaves. A [`Contradiction`] shows that for one node: it opens the node and its initialisers under the graph root,
//! the leaves under the trace root, exactly the input tiles that the target depends on, and lets the checker recompute.
//! The checker derives which tiles these are, their order, their count and the length of the last one from graph and
//! index; anything missing, extra or out of order rejects the proof.

use crate::commit::{
    graph_root, node_leaf, root_from_tiles, root_of_committed, root_of_tiles,
    tensor_root_from_tiles, tile_hash, trace_root_from, TilesRoot,
};
use crate::graph::{
    DType, Digest, GraphHeader, Node, Ref, TensorSpec, MAX_GRAPH_IO, MAX_NODE_INPUTS,
};
use crate::hash::Hasher;
use crate::kernel::{check_version, Fault, Inputs, Kernel, NodeFault, Run};
use crate::merkle::root_from;
use crate::packed::{self, Stretches};
use crate::tensor::{read, write, Geometry, Layout};
use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::Range;
use scale_info::TypeInfo;

/// What a claim is held against.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ClaimFacts {
    /// The model's graph root.
    pub graph_root: Digest,
    /// Leaves of the trace.
    pub node_count: u16,
    /// The claim's commitment to its trace.
    pub trace_root: Digest,
    /// The chain's own tensor roots of the request's inputs.
    pub input_roots: BoundedVec<Digest, ConstU32<MAX_GRAPH_IO>>,
}

/// What a proof may ask of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ProofLimits {
    /// Most input bytes of a whole node: the step limit.
    pub max_whole_bytes: u32,
    /// Most multiply-accumulates to recompute.
    pub max_macs: u64,
}

/// The part of a node's output that is recomputed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum Target {
    /// All of it.
    #[codec(index = 0)]
    Whole,
    /// One tile, of which the claim's hash is shown.
    #[codec(index = 1)]
    Tile {
        /// Index of the tile.
        tile: u32,
        /// Its hash in the claim.
        claimed: Digest,
        /// Merkle path from it to the leaf.
        path: Vec<Digest>,
    },
    /// One element, of whose tile the claim's bytes are shown.
    #[codec(index = 2)]
    Element {
        /// Index of the tile.
        tile: u32,
        /// Its bytes in the claim.
        bytes: Vec<u8>,
        /// Merkle path from its hash to the leaf.
        path: Vec<Digest>,
        /// Place of the element within the tile.
        place: u32,
    },
}

impl Target {
    /// Which kind it is.
    pub fn kind(&self) -> TargetKind {
        match self {
            Target::Whole => TargetKind::Node,
            Target::Tile { .. } => TargetKind::Tile,
            Target::Element { .. } => TargetKind::Element,
        }
    }
}

/// The kinds of targets, without their contents.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum TargetKind {
    /// A whole node.
    Node,
    /// A tile.
    Tile,
    /// A single element.
    Element,
}

/// The tiles of one input that the target depends on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct InputOpening {
    /// Type and shape of the whole tensor.
    pub spec: TensorSpec,
    /// Bytes of the tiles in committed order, one after the other. For a tile or an element of a node that reads this input
    /// both to learn where to read and for what is there, those of the first kind come first, then the others.
    pub tiles: Vec<u8>,
    /// The Merkle siblings that lead from these tiles to the tensor's root.
    pub siblings: Vec<Digest>,
}

/// Shows that a claim's leaf is not what its node computes from the claim's own inputs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Contradiction {
    /// The graph's header.
    pub header: GraphHeader,
    /// Which node.
    pub index: u16,
    /// The node.
    pub node: Node,
    /// Merkle path from the node to the root of the nodes.
    pub node_path: Vec<Digest>,
    /// Siblings for the initialisers the node refers to; the root itself when it refers to none.
    pub initialiser_siblings: Vec<Digest>,
    /// The claim's leaf of the node.
    pub leaf: Digest,
    /// Siblings, in the trace, of that leaf and those of the input nodes.
    pub trace_siblings: Vec<Digest>,
    /// One for each distinct reference, ascending ([`Ref`]'s order).
    pub inputs: BoundedVec<InputOpening, ConstU32<MAX_NODE_INPUTS>>,
    /// What is recomputed.
    pub target: Target,
}

/// Opens a node's spec and a claim's leaf, to demand that the worker show what is under the leaf.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ChallengeProof {
    /// The graph's header.
    pub header: GraphHeader,
    /// Which node.
    pub index: u16,
    /// The node.
    pub node: Node,
    /// Merkle path from the node to the root of the nodes.
    pub node_path: Vec<Digest>,
    /// Root of the initialisers.
    pub initialisers_root: Digest,
    /// The claim's leaf of the node.
    pub leaf: Digest,
    /// Merkle path from the leaf to the root of the trace's leaves.
    pub trace_path: Vec<Digest>,
}

/// What a challenged worker shows.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum Opening {
    /// The output's bytes in committed order.
    #[codec(index = 0)]
    Tensor(Vec<u8>),
    /// Too large for that: its tile hashes.
    #[codec(index = 1)]
    Tiles(Vec<Digest>),
}

/// Opens a node that does not decode or does not type-check.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MalformedProof {
    /// The graph's header.
    pub header: GraphHeader,
    /// Which node.
    pub index: u16,
    /// The nodes shown, ascending: the one at fault and those it refers to, as the bytes under their leaves.
    pub nodes: Vec<(u16, Vec<u8>)>,
    /// Siblings of these nodes.
    pub node_siblings: Vec<Digest>,
    /// The initialisers it refers to, ascending: index, spec, tiles root.
    pub initialisers: Vec<(u16, TensorSpec, Digest)>,
    /// Siblings of these initialisers; the root itself when there are none.
    pub initialiser_siblings: Vec<Digest>,
}

/// Why a proof was not accepted.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum Rejection {
    /// The bytes are not an encoding of the proof, or have something after it.
    Undecodable,
    /// The node's index, a tile or an element is out of bounds.
    OutOfBounds,
    /// The number of inputs or an input's spec is not what the node refers to.
    WrongInputs,
    /// The node does not type-check: the model is at fault, not the worker.
    Malformed(NodeFault),
    /// The inputs of the node exceed the step limit: challenge it and contradict a tile or an element.
    NodeTooLarge,
    /// Recomputing takes more work than the chain allows.
    TooMuchWork,
    /// The bytes given are not exactly the tiles the target depends on.
    WrongTiles,
    /// An input is not the request's.
    NotTheRequest,
    /// Node or initialisers are not the model's.
    NotTheModel,
    /// The leaves are not the claim's.
    NotTheClaim,
    /// The target's tile is not under the claim's leaf.
    NotUnderLeaf,
    /// The kernel has no value for these inputs.
    NoValue,
    /// The claim is right about the target.
    ClaimHolds,
    /// The opening is not in the form that its size demands.
    WrongOpening,
    /// The node shown is well-formed.
    WellFormed,
    /// The leaves are not those under the page's hash.
    NotUnderPage,
}

/// What a check did, for the refund of weight.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct Work {
    /// Work of recomputing, in multiply-accumulates.
    pub macs: u64,
    /// Input bytes hashed.
    pub bytes: u32,
}

/// What a challenge establishes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenged {
    /// Which node.
    pub index: u16,
    /// The claim's leaf.
    pub leaf: Digest,
    /// How the graph's tensors are committed to.
    pub layout: Layout,
    /// What the graph says is under it.
    pub spec: TensorSpec,
}

/// Distinct references of a node, ascending: the order in which a proof opens inputs.
pub fn references(node: &Node) -> Vec<Ref> {
    node.inputs
        .iter()
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Some tiles of one input, one after the other as a proof brings them.
struct Held<'a> {
    geometry: Geometry,
    /// Which tiles, ascending.
    tiles: &'a [u32],
    bytes: &'a [u8],
    /// The tile last looked up, and where its bytes start: neighbours are read one after the other.
    last: (u32, usize),
}

impl<'a> Held<'a> {
    fn new(geometry: Geometry, tiles: &'a [u32], bytes: &'a [u8]) -> Self {
        Self {
            geometry,
            tiles,
            bytes,
            // No tensor has this tile.
            last: (u32::MAX, 0),
        }
    }

    /// Where the bytes of a tile start. Only a tensor's last tile is shorter, so those before are full.
    #[inline]
    fn start_of(&mut self, tile: u32) -> Option<usize> {
        if self.last.0 != tile {
            // Where all tiles are held, a tile is at its own number.
            let at = match self.tiles.get(tile as usize) {
                Some(held) if *held == tile => tile as usize,
                _ => self.tiles.binary_search(&tile).ok()?,
            };
            self.last = (
                tile,
                at.checked_mul(self.geometry.layout().tile_bytes() as usize)?,
            );
        }
        Some(self.last.1)
    }

    #[inline]
    fn element(&mut self, index: u32) -> Option<i32> {
        if index >= self.geometry.elements() {
            return None;
        }
        let (tile, place) = self.geometry.tile_of(self.geometry.committed(index));
        let start = self.start_of(tile)?;
        read(self.geometry.dtype, self.bytes.get(start..)?, place)
    }

    /// Bytes of a run of 8-bit elements.
    #[inline]
    fn run(&mut self, run: &Run, count: u32) -> Option<&'a [u8]> {
        let (first, last) = places(&self.geometry, run, count)?;
        let ((tile, place), (last_tile, _)) =
            (self.geometry.tile_of(first), self.geometry.tile_of(last));
        let start = self.start_of(tile)?;
        // Tiles ascend, so if the last is as far from the first as its number says, all between are there.
        let ahead = (last_tile.checked_sub(tile)?) as usize;
        let (at, _) = self.geometry.tile_of_byte(start);
        if self.tiles.get(at.checked_add(ahead)?) != Some(&last_tile) {
            return None;
        }
        let start = start.checked_add(place as usize)?;
        self.bytes.get(start..start.checked_add(count as usize)?)
    }
}

impl<'a> Held<'a> {
    /// `count` bytes from byte `first` of committed order.
    #[inline]
    fn stretch(&mut self, first: usize, count: usize) -> Option<&'a [u8]> {
        let end = first.checked_add(count)?;
        if end > self.geometry.bytes() as usize {
            return None;
        }
        let (tile, place) = self.geometry.tile_of_byte(first);
        let (last_tile, _) = self.geometry.tile_of_byte(end.checked_sub(1)?);
        let (tile, last_tile) = (u32::try_from(tile).ok()?, u32::try_from(last_tile).ok()?);
        let start = self.start_of(tile)?;
        // Tiles ascend, as above.
        let ahead = last_tile.checked_sub(tile)? as usize;
        let (at, _) = self.geometry.tile_of_byte(start);
        if self.tiles.get(at.checked_add(ahead)?) != Some(&last_tile) {
            return None;
        }
        let start = start.checked_add(place)?;
        self.bytes.get(start..start.checked_add(count)?)
    }
}

impl<'a> Stretches<'a> for Sparse<'a> {
    #[inline]
    fn stretch(&mut self, input: usize, first: usize, count: usize) -> Option<&'a [u8]> {
        self.0.get_mut(input)?.stretch(first, count)
    }

    fn whole(&mut self, input: usize) -> Option<&'a [u8]> {
        let held = self.0.get_mut(input)?;
        held.stretch(0, held.geometry.bytes() as usize)
    }
}

/// First and last place, in committed order, of a run. `None` when it is empty or leaves the tensor.
#[inline]
fn places(geometry: &Geometry, run: &Run, count: u32) -> Option<(u32, u32)> {
    let steps = count.checked_sub(1)?;
    let end = run.first.checked_add(steps.checked_mul(run.step)?)?;
    if end >= geometry.elements() {
        return None;
    }
    let first = geometry.committed(run.first);
    Some((first, first.checked_add(steps)?))
}

/// Sum of products of 8-bit operands. A zero point lies in its operand's range, so nothing here can wrap.
#[inline]
fn sum_products(
    x: impl Iterator<Item = i32>,
    x_zero: i32,
    w: impl Iterator<Item = i32>,
    w_zero: i32,
) -> i64 {
    x.zip(w).fold(0, |sum: i64, (x, w)| {
        let product = x.wrapping_sub(x_zero).wrapping_mul(w.wrapping_sub(w_zero));
        sum.wrapping_add(i64::from(product))
    })
}

/// For each of a node's inputs, what of it is held.
struct Sparse<'a>(Vec<Held<'a>>);

impl Inputs for Sparse<'_> {
    #[inline]
    fn get(&mut self, input: usize, index: u32) -> Result<i32, Fault> {
        self.0
            .get_mut(input)
            .and_then(|held| held.element(index))
            .ok_or(Fault::Missing)
    }

    #[inline]
    fn dot(&mut self, x: Run, w: Run, count: u32) -> Result<i64, Fault> {
        let mut bytes = |run: &Run| {
            let held = self.0.get_mut(run.input)?;
            Some((held.geometry.dtype, held.run(run, count)?))
        };
        let (x_type, x_bytes) = bytes(&x).ok_or(Fault::Missing)?;
        let (w_type, w_bytes) = bytes(&w).ok_or(Fault::Missing)?;
        let unsigned = |byte: &u8| i32::from(*byte);
        let signed = |byte: &u8| i32::from(*byte as i8);
        match (x_type, w_type) {
            (DType::U8, DType::U8) => Ok(sum_products(
                x_bytes.iter().map(unsigned),
                x.zero,
                w_bytes.iter().map(unsigned),
                w.zero,
            )),
            (DType::U8, DType::I8) => Ok(sum_products(
                x_bytes.iter().map(unsigned),
                x.zero,
                w_bytes.iter().map(signed),
                w.zero,
            )),
            (DType::I8, DType::U8) => Ok(sum_products(
                x_bytes.iter().map(signed),
                x.zero,
                w_bytes.iter().map(unsigned),
                w.zero,
            )),
            (DType::I8, DType::I8) => Ok(sum_products(
                x_bytes.iter().map(signed),
                x.zero,
                w_bytes.iter().map(signed),
                w.zero,
            )),
            // The type check lets only 8-bit operands into a product.
            (DType::I32 | DType::F32, _) | (_, DType::I32 | DType::F32) => Err(Fault::Missing),
        }
    }
}

/// The tiles of one input that were read.
struct Notes {
    geometry: Geometry,
    tiles: BTreeSet<u32>,
    last: u32,
    /// Most tiles worth noting: what the proof has bytes for.
    room: usize,
}

impl Notes {
    #[inline]
    fn note(&mut self, tile: u32) -> Option<()> {
        if self.last != tile {
            self.last = tile;
            self.tiles.insert(tile);
        }
        (self.tiles.len() <= self.room).then_some(())
    }

    fn run(&mut self, run: &Run, count: u32) -> Option<()> {
        let (first, last) = places(&self.geometry, run, count)?;
        (self.geometry.tile_of(first).0..=self.geometry.tile_of(last).0)
            .try_for_each(|tile| self.note(tile))
    }
}

/// Takes note of what is read from each of a node's inputs. Which elements a kernel reads depends on the values of its
/// pointers alone ([`Kernel::pointers`]), and for a table, which is one tile. So these are given, and nothing else is.
struct Recorder<'a> {
    notes: Vec<Notes>,
    /// What a pointer has at a place; `None` while it is the pointers' own tiles that are noted.
    pointers: Option<(&'static [usize], &'a mut dyn Inputs)>,
}

impl Inputs for Recorder<'_> {
    #[inline]
    fn get(&mut self, input: usize, index: u32) -> Result<i32, Fault> {
        let notes = self.notes.get_mut(input).ok_or(Fault::Missing)?;
        if index >= notes.geometry.elements() {
            return Err(Fault::Missing);
        }
        if let Some((pointers, values)) = &mut self.pointers {
            if pointers.contains(&input) {
                // Noted before.
                return values.get(input, index);
            }
        }
        let (tile, _) = notes.geometry.tile_of(notes.geometry.committed(index));
        notes.note(tile).ok_or(Fault::Missing)?;
        // A value that any type has, and a scale that is valid.
        Ok(match notes.geometry.dtype {
            DType::F32 => 0x3f80_0000,
            DType::U8 | DType::I8 | DType::I32 => 0,
        })
    }

    fn dot(&mut self, x: Run, w: Run, count: u32) -> Result<i64, Fault> {
        for run in [x, w] {
            self.notes
                .get_mut(run.input)
                .and_then(|notes| notes.run(&run, count))
                .ok_or(Fault::Missing)?;
        }
        Ok(0)
    }
}

/// Places, in committed order, of a tile's elements; `None` when it is out of bounds.
fn places_of(output: &Geometry, tile: u32) -> Option<Range<u32>> {
    let count = output.tile_bytes(tile)? / output.dtype.size();
    let start = tile.checked_mul(output.elements_per_tile())?;
    Some(start..start.checked_add(count)?)
}

/// Row-major indices of the output elements that a target recomputes; `None` when out of bounds.
fn elements_of(output: &Geometry, target: &Target) -> Option<Vec<u32>> {
    match target {
        Target::Whole => None,
        Target::Tile { tile, .. } => Some(
            places_of(output, *tile)?
                .map(|place| output.linear(place))
                .collect(),
        ),
        Target::Element { tile, place, .. } => {
            let range = places_of(output, *tile)?;
            let at = range.start.checked_add(*place)?;
            range.contains(&at).then(|| alloc::vec![output.linear(at)])
        }
    }
}

/// Tiles of each distinct reference that a target depends on, in the order in which a proof brings them: ascending, but of
/// a reference that is both pointer and pointed into the tiles of the pointer first. `values` has the pointers' elements,
/// by the positions of the node's inputs.
pub fn needed_tiles(
    node: &Node,
    kernel: &Kernel,
    target: &Target,
    mut values: impl Inputs,
) -> Result<Vec<Vec<u32>>, Rejection> {
    let references = references(node);
    let positions = positions(node, &references)?;
    let search = Search::new(kernel, &positions, references.len(), target, |_| usize::MAX)?;
    search.needed(search.pointers()?, &mut values)
}

/// The search for the tiles of each reference that a target depends on, given up when a reference needs more of them than
/// there is room for.
struct Search<'a, R> {
    kernel: &'a Kernel,
    /// Of each input, its reference.
    positions: &'a [usize],
    /// Of each reference, its geometry.
    geometries: Vec<Geometry>,
    /// The elements that are recomputed; `None` for all of them, which depend on everything.
    elements: Option<Vec<u32>>,
    room: R,
}

impl<'a, R: Fn(usize) -> usize> Search<'a, R> {
    fn new(
        kernel: &'a Kernel,
        positions: &'a [usize],
        references: usize,
        target: &Target,
        room: R,
    ) -> Result<Self, Rejection> {
        let elements = match target {
            Target::Whole => None,
            Target::Tile { .. } | Target::Element { .. } => {
                Some(elements_of(kernel.output(), target).ok_or(Rejection::OutOfBounds)?)
            }
        };
        Ok(Self {
            kernel,
            positions,
            geometries: geometries(kernel, positions, references)?,
            elements,
            room,
        })
    }

    /// Of each reference, the tiles that are read to learn where to read, ascending.
    fn pointers(&self) -> Result<Vec<Vec<u32>>, Rejection> {
        let Some(elements) = &self.elements else {
            return Ok(alloc::vec![Vec::new(); self.geometries.len()]);
        };
        let mut recorder = self.recorder(None);
        for at in elements {
            self.kernel
                .point(*at, &mut recorder)
                .map_err(Self::refused)?;
        }
        let noted = self.by_reference(recorder.notes)?;
        Ok(noted
            .into_iter()
            .map(|tiles| tiles.into_iter().collect())
            .collect())
    }

    /// Of each reference, the tiles that are needed: first those of `pointers`, whose elements `values` has, then the others.
    fn needed(
        &self,
        pointers: Vec<Vec<u32>>,
        values: &mut dyn Inputs,
    ) -> Result<Vec<Vec<u32>>, Rejection> {
        let Some(elements) = &self.elements else {
            let all = self
                .geometries
                .iter()
                .map(|each| (0..each.tiles()).collect());
            return Ok(all.collect());
        };
        let mut recorder = self.recorder(Some((self.kernel.pointers(), values)));
        for at in elements {
            self.kernel
                .element(*at, &mut recorder)
                .map_err(Self::refused)?;
        }
        let noted = self.by_reference(recorder.notes)?;
        let add = |(mut first, tiles): (Vec<u32>, BTreeSet<u32>)| {
            let others = tiles
                .into_iter()
                .filter(|tile| first.binary_search(tile).is_err());
            let others: Vec<u32> = others.collect();
            first.extend(others);
            first
        };
        Ok(pointers.into_iter().zip(noted).map(add).collect())
    }

    fn recorder<'v>(
        &self,
        pointers: Option<(&'static [usize], &'v mut dyn Inputs)>,
    ) -> Recorder<'v> {
        let inputs = self.kernel.inputs().iter().zip(self.positions);
        let notes = inputs.map(|(geometry, position)| Notes {
            geometry: *geometry,
            tiles: BTreeSet::new(),
            last: u32::MAX,
            room: (self.room)(*position),
        });
        Recorder {
            notes: notes.collect(),
            pointers,
        }
    }

    /// A reference that is several inputs is opened once.
    fn by_reference(&self, notes: Vec<Notes>) -> Result<Vec<BTreeSet<u32>>, Rejection> {
        let mut needed = alloc::vec![BTreeSet::new(); self.geometries.len()];
        for (position, notes) in self.positions.iter().zip(notes) {
            needed
                .get_mut(*position)
                .ok_or(Rejection::WrongInputs)?
                .extend(notes.tiles);
        }
        Ok(needed)
    }

    fn refused(fault: Fault) -> Rejection {
        match fault {
            Fault::Missing => Rejection::WrongTiles,
            // Of what is noted, all zero and the scale one, no sum overflows in a node that type-checks.
            Fault::Overflow | Fault::Scale => Rejection::NoValue,
        }
    }
}

fn positions(node: &Node, references: &[Ref]) -> Result<Vec<usize>, Rejection> {
    node.inputs
        .iter()
        .map(|reference| references.iter().position(|other| other == reference))
        .collect::<Option<_>>()
        .ok_or(Rejection::WrongInputs)
}

fn geometries(
    kernel: &Kernel,
    positions: &[usize],
    count: usize,
) -> Result<Vec<Geometry>, Rejection> {
    (0..count)
        .map(|reference| {
            let input = positions
                .iter()
                .position(|position| *position == reference)?;
            kernel.inputs().get(input).copied()
        })
        .collect::<Option<_>>()
        .ok_or(Rejection::WrongInputs)
}

/// Decodes a proof; nothing may follow it.
pub fn decode<T: Decode>(bytes: &[u8]) -> Result<T, Rejection> {
    T::decode_all(&mut &bytes[..]).map_err(|_| Rejection::Undecodable)
}

/// Resolves the node of a contradiction against the specs it brings.
pub fn resolve(proof: &Contradiction) -> Result<Kernel, Rejection> {
    let Contradiction {
        header,
        index,
        node,
        inputs,
        ..
    } = proof;
    if *index >= header.node_count {
        return Err(Rejection::OutOfBounds);
    }
    let references = references(node);
    if inputs.len() != references.len() {
        return Err(Rejection::WrongInputs);
    }
    for (reference, input) in references.iter().zip(inputs) {
        let exists = match reference {
            Ref::Request(r) => header.inputs.get(usize::from(*r)) == Some(&input.spec),
            Ref::Initialiser(i) => *i < header.initialiser_count,
            Ref::Node(j) => j < index,
        };
        if !exists {
            return Err(Rejection::WrongInputs);
        }
    }
    let layout = header.layout().ok_or(Rejection::NotTheModel)?;
    let specs = positions(node, &references)?
        .into_iter()
        .map(|position| inputs.get(position).map(|input| &input.spec))
        .collect::<Option<Vec<_>>>()
        .ok_or(Rejection::WrongInputs)?;
    check_version(header.kernel_version, &node.op).map_err(Rejection::Malformed)?;
    Kernel::new(layout, node, &specs, None).map_err(Rejection::Malformed)
}

/// Checks a contradiction. `Ok` convicts: the claim is false.
pub fn check<H: Hasher>(
    facts: &ClaimFacts,
    proof: &Contradiction,
    limits: &ProofLimits,
) -> Result<Work, Rejection> {
    let kernel = resolve(proof)?;
    let output = *kernel.output();
    let layout = output.layout();

    // What recomputing would take, before anything is done.
    let bytes = kernel
        .inputs()
        .iter()
        .fold(0u32, |sum, input| sum.saturating_add(input.bytes()));
    let elements = match &proof.target {
        Target::Whole => {
            if bytes > limits.max_whole_bytes {
                return Err(Rejection::NodeTooLarge);
            }
            output.elements()
        }
        Target::Tile { tile, .. } => {
            output.tile_bytes(*tile).ok_or(Rejection::OutOfBounds)? / output.dtype.size()
        }
        Target::Element { .. } => 1,
    };
    let macs = kernel
        .macs_per_element()
        .saturating_mul(u64::from(elements));
    if macs > limits.max_macs {
        return Err(Rejection::TooMuchWork);
    }

    // Exactly the tiles the target depends on, hashed up to each input's root.
    let references = references(&proof.node);
    let room = |position: usize| {
        let bytes = proof.inputs.get(position).map(|input| input.tiles.len());
        bytes
            .unwrap_or_default()
            .div_ceil(layout.tile_bytes() as usize)
    };
    let positions = positions(&proof.node, &references)?;
    let search = Search::new(&kernel, &positions, references.len(), &proof.target, room)?;
    // What points comes first, so that it can be read before it is known where it points. It is hashed below with the
    // rest: whatever it says, a proof convicts only if these are the bytes under the roots.
    let pointers = search.pointers()?;
    let brought: Vec<&[u8]> = proof.inputs.iter().map(|input| &input.tiles[..]).collect();
    let mut values = sparse(&kernel, &positions, &pointers, &brought)?;
    let needed = search.needed(pointers.clone(), &mut values)?;
    let mut hashed = 0u32;
    let mut roots = Vec::with_capacity(references.len());
    let mut sorted = Vec::with_capacity(references.len());
    for (tiles, input) in needed.iter().zip(&proof.inputs) {
        let geometry = Geometry::new(layout, &input.spec).ok_or(Rejection::WrongInputs)?;
        let parts = cut(&geometry, tiles, &input.tiles)?;
        hashed = hashed.saturating_add(input.tiles.len() as u32);
        let leaves: Vec<_> = parts
            .iter()
            .map(|(tile, part)| (*tile, tile_hash::<H>(&geometry, *tile, part)))
            .collect();
        let tiles_root = root_from_tiles::<H>(&geometry, &leaves, &input.siblings)
            .ok_or(Rejection::WrongTiles)?;
        let root = tensor_root_from_tiles::<H>(layout, &input.spec, &tiles_root)
            .map_err(|_| Rejection::WrongInputs)?;
        roots.push(root);
        sorted.push(in_order(tiles, &parts, &input.tiles));
    }

    // Every root in its place: request, model, claim.
    bind::<H>(facts, proof, &references, &roots)?;

    // The claim's side of the target.
    let claimed = claimed_tile::<H>(proof, &output)?;

    // Our side.
    let tiles: Vec<_> = sorted.iter().map(|(tiles, _)| tiles.as_ref()).collect();
    let bytes: Vec<_> = sorted.iter().map(|(_, bytes)| bytes.as_ref()).collect();
    let mut inputs = sparse(&kernel, &positions, &tiles, &bytes)?;
    let differs = recompute::<H>(proof, &kernel, &mut inputs, claimed)?;
    if differs {
        Ok(Work {
            macs,
            bytes: hashed,
        })
    } else {
        Err(Rejection::ClaimHolds)
    }
}

/// Computes a node that is shown whole from the tiles that a proof brings, whatever they hash to: what is left of a check
/// without decoding and hashes. `timed` is handed the computing, which gives the output's bytes in committed order and may be
/// done more than once. A proof of a tile or an element is `OutOfBounds`.
#[cfg(feature = "runtime-benchmarks")]
pub fn compute_whole<T>(
    proof: &Contradiction,
    timed: impl FnOnce(&mut dyn FnMut() -> Result<Vec<u8>, Rejection>) -> T,
) -> Result<T, Rejection> {
    if !matches!(proof.target, Target::Whole) {
        return Err(Rejection::OutOfBounds);
    }
    let kernel = resolve(proof)?;
    let positions = positions(&proof.node, &references(&proof.node))?;
    let (mut tiles, mut bytes) = (Vec::new(), Vec::new());
    for input in &proof.inputs {
        let layout = kernel.output().layout();
        let geometry = Geometry::new(layout, &input.spec).ok_or(Rejection::WrongInputs)?;
        let all: Vec<_> = (0..geometry.tiles()).collect();
        cut(&geometry, &all, &input.tiles)?;
        tiles.push(all);
        bytes.push(&input.tiles[..]);
    }
    let output = kernel.output();
    Ok(timed(&mut || {
        let mut inputs = sparse(&kernel, &positions, &tiles, &bytes)?;
        let mut out = Vec::with_capacity(output.bytes() as usize);
        values(&kernel, 0..output.elements(), &mut inputs, |part| {
            out.extend_from_slice(part);
        })?;
        Ok(out)
    }))
}

/// Concatenated tiles, one by one and ascending; lengths must fit exactly.
fn cut<'a>(
    geometry: &Geometry,
    tiles: &[u32],
    bytes: &'a [u8],
) -> Result<Vec<(u32, &'a [u8])>, Rejection> {
    let mut rest = bytes;
    let mut parts = Vec::with_capacity(tiles.len());
    for tile in tiles {
        let length = geometry.tile_bytes(*tile).ok_or(Rejection::WrongTiles)?;
        let (part, after) = rest
            .split_at_checked(length as usize)
            .ok_or(Rejection::WrongTiles)?;
        parts.push((*tile, part));
        rest = after;
    }
    if !rest.is_empty() {
        return Err(Rejection::WrongTiles);
    }
    parts.sort_unstable_by_key(|(tile, _)| *tile);
    Ok(parts)
}

/// Tiles and bytes ascending: as they are, or copied where a proof brings them in another order.
fn in_order<'a>(
    tiles: &'a [u32],
    parts: &[(u32, &[u8])],
    bytes: &'a [u8],
) -> (Cow<'a, [u32]>, Cow<'a, [u8]>) {
    if tiles.is_sorted() {
        return (Cow::Borrowed(tiles), Cow::Borrowed(bytes));
    }
    let sorted = parts.iter().map(|(tile, _)| *tile).collect();
    let mut joined = Vec::with_capacity(bytes.len());
    for (_, part) in parts {
        joined.extend_from_slice(part);
    }
    (Cow::Owned(sorted), Cow::Owned(joined))
}

/// What of each of a node's inputs is held, by what is held of each reference.
fn sparse<'a, T: AsRef<[u32]>>(
    kernel: &Kernel,
    positions: &[usize],
    tiles: &'a [T],
    bytes: &[&'a [u8]],
) -> Result<Sparse<'a>, Rejection> {
    let held = positions.iter().zip(kernel.inputs());
    held.map(|(position, geometry)| {
        let tiles = tiles.get(*position)?.as_ref();
        Some(Held::new(*geometry, tiles, bytes.get(*position)?))
    })
    .collect::<Option<_>>()
    .map(Sparse)
    .ok_or(Rejection::WrongInputs)
}

fn bind<H: Hasher>(
    facts: &ClaimFacts,
    proof: &Contradiction,
    references: &[Ref],
    roots: &[Digest],
) -> Result<(), Rejection> {
    let (mut initialisers, mut leaves) = (Vec::new(), Vec::new());
    for (reference, root) in references.iter().zip(roots) {
        match reference {
            Ref::Request(r) => {
                if facts.input_roots.get(usize::from(*r)) != Some(root) {
                    return Err(Rejection::NotTheRequest);
                }
            }
            Ref::Initialiser(i) => initialisers.push((u32::from(*i), *root)),
            Ref::Node(j) => leaves.push((u32::from(*j), *root)),
        }
    }
    let header = &proof.header;
    let nodes_root = root_from::<H>(
        u32::from(header.node_count),
        &[(u32::from(proof.index), node_leaf::<H>(&proof.node.encode()))],
        &proof.node_path,
    );
    let initialisers_root = root_from::<H>(
        u32::from(header.initialiser_count),
        &initialisers,
        &proof.initialiser_siblings,
    );
    match (nodes_root, initialisers_root) {
        (Some(nodes), Some(initialisers))
            if graph_root::<H>(header, &nodes, &initialisers) == facts.graph_root => {}
        _ => return Err(Rejection::NotTheModel),
    }
    leaves.push((u32::from(proof.index), proof.leaf));
    let count = u32::from(facts.node_count);
    match root_from::<H>(count, &leaves, &proof.trace_siblings) {
        Some(root) if trace_root_from::<H>(count, &root) == facts.trace_root => Ok(()),
        _ => Err(Rejection::NotTheClaim),
    }
}

/// Binds the target's tile to the claim's leaf; the bytes or hash that the claim has there.
fn claimed_tile<H: Hasher>(
    proof: &Contradiction,
    output: &Geometry,
) -> Result<Option<Digest>, Rejection> {
    let (tile, hash, path) = match &proof.target {
        Target::Whole => return Ok(None),
        Target::Tile {
            tile,
            claimed,
            path,
        } => (*tile, *claimed, path),
        Target::Element {
            tile, bytes, path, ..
        } => {
            if output.tile_bytes(*tile) != Some(bytes.len() as u32) {
                return Err(Rejection::OutOfBounds);
            }
            (*tile, tile_hash::<H>(output, *tile, bytes), path)
        }
    };
    let root =
        root_from_tiles::<H>(output, &[(tile, hash)], path).ok_or(Rejection::NotUnderLeaf)?;
    let leaf = tensor_root_from_tiles::<H>(output.layout(), &proof.node.output, &root)
        .map_err(|_| Rejection::NotUnderLeaf)?;
    if leaf == proof.leaf {
        Ok(Some(hash))
    } else {
        Err(Rejection::NotUnderLeaf)
    }
}

/// Gives the bytes of a node's output elements at `places` of committed order, some at a time, in that order.
fn values(
    kernel: &Kernel,
    places: Range<u32>,
    inputs: &mut Sparse<'_>,
    mut give: impl FnMut(&[u8]),
) -> Result<(), Rejection> {
    if packed::pays(kernel, &places) {
        return packed::elements(kernel, places, inputs, give).ok_or(Rejection::NoValue);
    }
    let output = kernel.output();
    let mut bytes = Vec::with_capacity(4);
    for place in places {
        let value = kernel
            .element(output.linear(place), inputs)
            .map_err(|_| Rejection::NoValue)?;
        bytes.clear();
        write(output.dtype, value, &mut bytes);
        give(&bytes);
    }
    Ok(())
}

fn recompute<H: Hasher>(
    proof: &Contradiction,
    kernel: &Kernel,
    inputs: &mut Sparse<'_>,
    claimed: Option<Digest>,
) -> Result<bool, Rejection> {
    let output = kernel.output();
    let layout = output.layout();
    let full = layout.tile_bytes() as usize;
    match &proof.target {
        Target::Whole => {
            // In committed order, tile by tile, so that hashes are all that is kept.
            let mut tiles = TilesRoot::new(layout);
            let mut pending = Vec::with_capacity(full);
            let places = 0..output.elements();
            values(kernel, places, inputs, |mut bytes| {
                while let Some((part, rest)) = bytes.split_at_checked(full - pending.len()) {
                    pending.extend_from_slice(part);
                    tiles.push::<H>(&pending);
                    pending.clear();
                    bytes = rest;
                }
                pending.extend_from_slice(bytes);
            })?;
            if !pending.is_empty() {
                tiles.push::<H>(&pending);
            }
            let root = tiles.root::<H>();
            let leaf = tensor_root_from_tiles::<H>(layout, &proof.node.output, &root)
                .map_err(|_| Rejection::WrongInputs)?;
            Ok(leaf != proof.leaf)
        }
        Target::Tile { tile, .. } => {
            let mut bytes = Vec::with_capacity(full);
            let places = places_of(output, *tile).ok_or(Rejection::OutOfBounds)?;
            values(kernel, places, inputs, |part| bytes.extend_from_slice(part))?;
            Ok(Some(tile_hash::<H>(output, *tile, &bytes)) != claimed)
        }
        Target::Element { bytes, place, .. } => {
            let at = elements_of(output, &proof.target)
                .and_then(|elements| elements.first().copied())
                .ok_or(Rejection::OutOfBounds)?;
            let stated = read(output.dtype, bytes, *place).ok_or(Rejection::OutOfBounds)?;
            let value = kernel.element(at, inputs).map_err(|_| Rejection::NoValue)?;
            Ok(value != stated)
        }
    }
}

/// Checks what a challenge shows: that the node is the model's and the leaf the claim's.
pub fn check_challenge<H: Hasher>(
    facts: &ClaimFacts,
    proof: &ChallengeProof,
) -> Result<Challenged, Rejection> {
    let index = u32::from(proof.index);
    if proof.index >= proof.header.node_count {
        return Err(Rejection::OutOfBounds);
    }
    let nodes_root = root_from::<H>(
        u32::from(proof.header.node_count),
        &[(index, node_leaf::<H>(&proof.node.encode()))],
        &proof.node_path,
    )
    .ok_or(Rejection::NotTheModel)?;
    if graph_root::<H>(&proof.header, &nodes_root, &proof.initialisers_root) != facts.graph_root {
        return Err(Rejection::NotTheModel);
    }
    let count = u32::from(facts.node_count);
    let leaves_root = root_from::<H>(count, &[(index, proof.leaf)], &proof.trace_path)
        .ok_or(Rejection::NotTheClaim)?;
    if trace_root_from::<H>(count, &leaves_root) != facts.trace_root {
        return Err(Rejection::NotTheClaim);
    }
    Ok(Challenged {
        index: proof.index,
        leaf: proof.leaf,
        layout: proof.header.layout().ok_or(Rejection::NotTheModel)?,
        spec: proof.node.output.clone(),
    })
}

/// Whether an opening of this spec carries the tensor's bytes or its tile hashes, and how many bytes that is.
pub fn opening_form(
    layout: Layout,
    spec: &TensorSpec,
    max_opening_bytes: u32,
) -> Option<(TargetKind, u32)> {
    let geometry = Geometry::new(layout, spec)?;
    if geometry.bytes() <= max_opening_bytes {
        Some((TargetKind::Element, geometry.bytes()))
    } else {
        Some((TargetKind::Tile, geometry.tiles().checked_mul(32)?))
    }
}

/// Rebuilds the leaf from an opening, under the graph's own type and shape.
pub fn check_opening<H: Hasher>(
    layout: Layout,
    spec: &TensorSpec,
    leaf: &Digest,
    opening: &Opening,
    max_opening_bytes: u32,
) -> Result<(), Rejection> {
    let geometry = Geometry::new(layout, spec).ok_or(Rejection::WrongOpening)?;
    let as_tensor = geometry.bytes() <= max_opening_bytes;
    let tiles_root = match opening {
        Opening::Tensor(bytes) if as_tensor && bytes.len() == geometry.bytes() as usize => {
            root_of_committed::<H>(layout, bytes)
        }
        Opening::Tiles(hashes) if !as_tensor && hashes.len() == geometry.tiles() as usize => {
            root_of_tiles::<H>(layout, hashes)
        }
        Opening::Tensor(_) | Opening::Tiles(_) => return Err(Rejection::WrongOpening),
    };
    let root = tensor_root_from_tiles::<H>(layout, spec, &tiles_root)
        .map_err(|_| Rejection::WrongOpening)?;
    if root == *leaf {
        Ok(())
    } else {
        Err(Rejection::NotUnderLeaf)
    }
}

/// Checks that a node of a graph does not decode or does not type-check. `Ok` condemns the model.
pub fn check_malformed<H: Hasher>(
    expected_root: &Digest,
    proof: &MalformedProof,
) -> Result<(), Rejection> {
    let header = &proof.header;
    if proof.index >= header.node_count {
        return Err(Rejection::OutOfBounds);
    }
    let leaves: Vec<_> = proof
        .nodes
        .iter()
        .map(|(index, bytes)| (u32::from(*index), node_leaf::<H>(bytes)))
        .collect();
    let nodes_root = root_from::<H>(u32::from(header.node_count), &leaves, &proof.node_siblings)
        .ok_or(Rejection::NotTheModel)?;
    let layout = header.layout().ok_or(Rejection::NotTheModel)?;
    let roots = proof
        .initialisers
        .iter()
        .map(|(index, spec, tiles)| {
            // A spec that is no tensor's is still a spec under the root.
            let root = tensor_root_from_tiles::<H>(layout, spec, tiles).ok()?;
            Some((u32::from(*index), root))
        })
        .collect::<Option<Vec<_>>>()
        .ok_or(Rejection::WrongInputs)?;
    let initialisers_root = root_from::<H>(
        u32::from(header.initialiser_count),
        &roots,
        &proof.initialiser_siblings,
    )
    .ok_or(Rejection::NotTheModel)?;
    if graph_root::<H>(header, &nodes_root, &initialisers_root) != *expected_root {
        return Err(Rejection::NotTheModel);
    }
    let shown = |index: u16| {
        proof
            .nodes
            .iter()
            .find(|(other, _)| *other == index)
            .map(|(_, bytes)| bytes.as_slice())
    };
    let Ok(node) = decode::<Node>(shown(proof.index).ok_or(Rejection::OutOfBounds)?) else {
        return if proof.nodes.len() == 1 && proof.initialisers.is_empty() {
            Ok(())
        } else {
            Err(Rejection::WrongInputs)
        };
    };
    let mut specs: Vec<TensorSpec> = Vec::with_capacity(node.inputs.len());
    for reference in &node.inputs {
        let spec = match reference {
            Ref::Request(r) => match header.inputs.get(usize::from(*r)) {
                Some(spec) => spec.clone(),
                None => return Ok(()),
            },
            Ref::Initialiser(i) if *i >= header.initialiser_count => return Ok(()),
            Ref::Initialiser(i) => proof
                .initialisers
                .iter()
                .find(|(other, _, _)| other == i)
                .map(|(_, spec, _)| spec.clone())
                .ok_or(Rejection::WrongInputs)?,
            Ref::Node(j) if *j >= proof.index => return Ok(()),
            Ref::Node(j) => {
                let bytes = shown(*j).ok_or(Rejection::WrongInputs)?;
                match decode::<Node>(bytes) {
                    Ok(node) => node.output,
                    // The fault is that node's own, to be shown as such.
                    Err(_) => return Err(Rejection::WellFormed),
                }
            }
        };
        specs.push(spec);
    }
    let is_well_formed = check_version(header.kernel_version, &node.op).is_ok()
        && Kernel::new(layout, &node, &specs.iter().collect::<Vec<_>>(), None).is_ok();
    if is_well_formed {
        Err(Rejection::WellFormed)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn geometry(dtype: DType, elements: u32) -> Geometry {
        let shape = alloc::vec![elements].try_into().unwrap();
        Geometry::new(Layout::One, &TensorSpec { dtype, shape }).unwrap()
    }

    fn run(first: u32, step: u32) -> Run {
        Run {
            input: 0,
            first,
            step,
            zero: 0,
        }
    }

    /// A kernel reads only what its type check says is there, so that no proof gets so far as to ask for anything else.
    #[test]
    fn what_is_not_held_should_be_missing() {
        // The first and the last of three tiles.
        let bytes: Vec<u8> = (0..600u32)
            .filter(|at| at / 256 != 1)
            .map(|at| at as u8)
            .collect();
        let mut held = Held::new(geometry(DType::U8, 600), &[0, 2], &bytes);
        assert_eq!(held.element(7), Some(7));
        assert_eq!(held.element(599), Some(599 % 256));
        assert_eq!(held.element(256), None);
        assert_eq!(held.element(600), None);
        assert_eq!(held.run(&run(512, 1), 88), Some(&bytes[256..]));
        assert_eq!(held.run(&run(250, 1), 10), None);
        assert_eq!(held.run(&run(0, 1), 600), None);
        assert_eq!(held.run(&run(512, 1), 89), None);
        assert_eq!(held.run(&run(512, 1), 0), None);
        assert_eq!(held.run(&run(1, u32::MAX), 3), None);
        let mut inputs = Sparse(alloc::vec![held]);
        assert_eq!(inputs.get(0, 7), Ok(7));
        assert_eq!(inputs.get(1, 7), Err(Fault::Missing));
        assert_eq!(inputs.dot(run(0, 1), run(512, 1), 2), Ok(1));
        assert_eq!(inputs.dot(run(0, 1), run(256, 1), 2), Err(Fault::Missing));
    }

    #[test]
    fn sum_of_products_should_be_missing_when_an_operand_has_more_than_8_bits() {
        let bytes = [1; 8];
        let wide = Held::new(geometry(DType::I32, 2), &[0], &bytes);
        let mut inputs = Sparse(alloc::vec![wide]);
        assert_eq!(inputs.dot(run(0, 1), run(0, 1), 2), Err(Fault::Missing));
    }

    #[test]
    fn what_is_beyond_an_input_should_not_be_noted() {
        let notes = |room| Notes {
            geometry: geometry(DType::U8, 600),
            tiles: BTreeSet::new(),
            last: u32::MAX,
            room,
        };
        let mut recorder = Recorder {
            notes: alloc::vec![notes(2)],
            pointers: None,
        };
        assert_eq!(recorder.get(0, 600), Err(Fault::Missing));
        assert_eq!(recorder.get(1, 0), Err(Fault::Missing));
        assert_eq!(recorder.dot(run(599, 1), run(0, 1), 2), Err(Fault::Missing));
        assert!(recorder.notes[0].tiles.is_empty());
        // And no more than there is room for.
        assert_eq!(recorder.get(0, 0), Ok(0));
        assert_eq!(recorder.dot(run(0, 1), run(300, 1), 2), Ok(0));
        assert_eq!(recorder.get(0, 512), Err(Fault::Missing));
    }

    #[test]
    fn whole_node_should_have_no_list_of_elements() {
        assert_eq!(elements_of(&geometry(DType::U8, 4), &Target::Whole), None);
    }
}
