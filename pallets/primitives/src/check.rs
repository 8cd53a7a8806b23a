//! The check of a whole graph, page by page, as the chain does it at registration.
//!
//! Weights are known by their root only. Biases, scales and tables travel in the pages and are read: scales must be
//! finite, positive and within `2^±60`, biases bound the accumulators. Nothing is kept between pages but the frontiers of
//! two Merkle trees and, in [`Facts`], what later nodes may refer to: a graph has so many nodes that this is looked up
//! piece by piece.

use crate::commit::{graph_root, node_leaf, tensor_root, tensor_root_from_tiles, tiles_root};
use crate::graph::{
    DType, Digest, Graph, GraphHeader, Initialiser, Node, Op, PageItem, Ref, Requant, TensorSpec,
    KERNEL_VERSION, MAX_NODES,
};
use crate::hash::Hasher;
use crate::kernel::{check_version, Kernel, NodeFault};
use crate::merkle::Frontier;
use crate::requantise::is_valid_scale;
use crate::tensor::{byte_length, read, Geometry, Layout};
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What a single proof may cost. A node must be provable within these by tile or by element: whether it may also be shown
/// whole is the step limit's matter, which may then be set as low as one likes.
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
    serde::Serialize,
    serde::Deserialize,
)]
pub struct GraphLimits {
    /// Largest proof, in bytes.
    pub max_proof_bytes: u32,
    /// Most multiply-accumulates that the proof of a tile or an element makes the chain compute.
    pub max_macs: u64,
    /// Largest opening, in bytes.
    pub max_opening_bytes: u32,
}

/// What it takes to contradict a node's leaf: upper bounds from specs alone.
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
pub struct NodeCost {
    /// Bytes of all inputs: what a proof in one transaction carries. The step limit is compared with this.
    pub whole_bytes: u32,
    /// Work of the whole node, in multiply-accumulates.
    pub whole_macs: u64,
    /// Bytes of inputs that one output tile depends on, with the hashes beside them.
    pub tile_bytes: u32,
    /// Work of one tile, in multiply-accumulates.
    pub tile_macs: u64,
    /// Bytes of inputs that one output element depends on, with the hashes beside them, and the opened tile.
    pub element_bytes: u32,
    /// Bytes of the output.
    pub output_bytes: u32,
    /// Bytes of the output's tile hashes.
    pub hash_bytes: u32,
}

impl NodeCost {
    /// Costs of a resolved node.
    pub fn of(kernel: &Kernel) -> Self {
        let output = kernel.output();
        let full = u64::from(output.layout().tile_bytes());
        let per_tile = output.elements_per_tile().min(output.elements());
        let (mut whole, mut tile, mut element) = (0u64, 0u64, 0u64);
        for (position, geometry) in kernel.inputs().iter().enumerate() {
            let tiles = u64::from(geometry.tiles());
            let touched = kernel.tiles_per_element(position).min(tiles);
            let touched_by_tile = touched
                .saturating_mul(u64::from(per_tile))
                .min(kernel.tiles_per_tile(position).unwrap_or(u64::MAX))
                .min(tiles);
            let depth = u64::from(u64::BITS - tiles.leading_zeros());
            let cost = |touched: u64| {
                let bytes = (touched * full).min(u64::from(geometry.bytes()));
                bytes + 32 * (touched * depth).min(tiles)
            };
            whole += u64::from(geometry.bytes());
            tile += cost(touched_by_tile);
            element += cost(touched);
        }
        let narrow = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        let macs = kernel.macs_per_element();
        Self {
            whole_bytes: narrow(whole),
            whole_macs: macs.saturating_mul(u64::from(output.elements())),
            tile_bytes: narrow(tile),
            tile_macs: macs.saturating_mul(u64::from(per_tile)),
            element_bytes: narrow(element + full),
            output_bytes: output.bytes(),
            hash_bytes: output.tiles().saturating_mul(32),
        }
    }

    /// Whether a proof of any tile, or of any element, stays within the limits.
    pub fn is_provable(&self, limits: &GraphLimits) -> bool {
        // An element has at most four bytes, so this is at least what one takes.
        let element_macs = self
            .whole_macs
            .saturating_mul(4)
            .div_ceil(u64::from(self.output_bytes.max(1)));
        let by_element = self.output_bytes <= limits.max_opening_bytes
            && self.element_bytes <= limits.max_proof_bytes
            && element_macs <= limits.max_macs;
        let by_tile = self.hash_bytes <= limits.max_opening_bytes
            && self.tile_bytes <= limits.max_proof_bytes
            && self.tile_macs <= limits.max_macs;
        by_element || by_tile
    }
}

/// Why a page was refused. The numbers are those of the initialiser or node at fault.
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
pub enum GraphFault {
    /// The header names a kernel or layout version that this chain does not have.
    Version,
    /// The header has no node, no input, no output, too many of something, or an output that is no node.
    Header,
    /// An initialiser where nodes are due, or a node where initialisers are due, or more than the header announced.
    OutOfOrder,
    /// The graph is not complete yet.
    Incomplete,
    /// Weights that are not 8-bit, or of an impossible shape.
    Weights(u16),
    /// A parameter whose bytes do not fit its spec, or that is no bias, scale or table.
    Parameter(u16),
    /// A scale that is not finite, positive and within `2^±60`.
    Scale(u16),
    /// A node refers to an initialiser, request input or earlier node that does not exist.
    Reference(u16),
    /// A bias, scale or table did not travel as a parameter.
    NotParameter(u16),
    /// A node does not type-check.
    Node(u16, NodeFault),
    /// No proof of the node would stay within the limits.
    Unprovable(u16),
}

/// What a node can refer to that comes before it.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum FactKind {
    /// An initialiser.
    #[codec(index = 0)]
    Initialiser,
    /// A node's output.
    #[codec(index = 1)]
    Node,
}

/// What is kept of an initialiser or a node.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Fact {
    /// Type and shape.
    pub spec: TensorSpec,
    /// The largest absolute value, for a parameter.
    pub parameter: Option<u32>,
}

/// Where a check keeps what later nodes may refer to.
pub trait Facts {
    /// The fact of that number; `None` when there is none.
    fn get(&mut self, kind: FactKind, index: u16) -> Option<Fact>;
    /// Keeps the next fact, whose number is given. `None` when there is no room.
    fn push(&mut self, kind: FactKind, index: u16, fact: Fact) -> Option<()>;
}

/// Facts in memory.
#[derive(Clone, Debug, Default)]
pub struct FactsInMemory {
    initialisers: Vec<Fact>,
    nodes: Vec<Fact>,
}

impl FactsInMemory {
    fn of(&mut self, kind: FactKind) -> &mut Vec<Fact> {
        match kind {
            FactKind::Initialiser => &mut self.initialisers,
            FactKind::Node => &mut self.nodes,
        }
    }
}

impl Facts for FactsInMemory {
    fn get(&mut self, kind: FactKind, index: u16) -> Option<Fact> {
        self.of(kind).get(usize::from(index)).cloned()
    }

    fn push(&mut self, kind: FactKind, index: u16, fact: Fact) -> Option<()> {
        let facts = self.of(kind);
        (facts.len() == usize::from(index)).then(|| facts.push(fact))
    }
}

/// The state of a check between pages, besides its [`Facts`].
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct GraphChecker {
    header: GraphHeader,
    initialisers: Frontier,
    nodes: Frontier,
}

/// Positions of a node's inputs that must be parameters.
#[derive(Clone, Copy, Default)]
struct Parameters {
    bias: Option<usize>,
    scale: Option<usize>,
    /// Tables of values, or of the rows and columns that an image is resized to.
    tables: [Option<usize>; 2],
}

impl Parameters {
    fn positions(self) -> impl Iterator<Item = usize> {
        let [first, second] = self.tables;
        [self.bias, self.scale, first, second].into_iter().flatten()
    }
}

fn parameters(op: &Op) -> Parameters {
    let none = Parameters::default();
    let scale = |requant: &Option<Requant>, at: usize| Parameters {
        scale: requant.map(|_| at),
        ..none
    };
    match op {
        Op::Conv { bias, requant, .. }
        | Op::MatMul { bias, requant, .. }
        | Op::ConvTranspose { bias, requant, .. } => Parameters {
            bias: bias.then_some(2),
            ..scale(requant, 2 + usize::from(*bias))
        },
        Op::Requantise { requant, .. } | Op::SquareRoot { requant, .. } => {
            scale(&Some(*requant), 1)
        }
        Op::SumPool { requant, .. } | Op::Reduce { requant, .. } => scale(requant, 1),
        Op::Add { requant, .. }
        | Op::BatchMatMul { requant, .. }
        | Op::WeightedSum { requant, .. }
        | Op::Product { requant, .. } => scale(requant, 2),
        Op::Quotient { requant, .. } => scale(&Some(*requant), 2),
        Op::Table | Op::Lookup => Parameters {
            tables: [Some(1), None],
            ..none
        },
        Op::Resize { requant, .. } => Parameters {
            tables: [Some(1), Some(2)],
            ..scale(requant, 3)
        },
        Op::MaxPool(_)
        | Op::Reshape
        | Op::Transpose { .. }
        | Op::Pad { .. }
        | Op::ArgMax { .. }
        | Op::Concat { .. }
        | Op::Slice { .. }
        | Op::Gather { .. }
        | Op::TopK { .. } => none,
    }
}

impl GraphChecker {
    /// Starts a check. The header is checked here, the rest as it comes.
    pub fn new(header: GraphHeader) -> Result<Self, GraphFault> {
        let is_known = (1..=KERNEL_VERSION).contains(&header.kernel_version);
        if !is_known || header.layout().is_none() {
            return Err(GraphFault::Version);
        }
        let nodes = u32::from(header.node_count);
        let counts_fit = (1..=MAX_NODES).contains(&nodes)
            && u32::from(header.initialiser_count) <= MAX_NODES
            && !header.inputs.is_empty()
            && !header.outputs.is_empty();
        let io_fits = header
            .outputs
            .iter()
            .all(|output| *output < header.node_count)
            && header
                .inputs
                .iter()
                .all(|spec| spec.dtype != DType::F32 && byte_length(spec).is_some());
        if !counts_fit || !io_fits {
            return Err(GraphFault::Header);
        }
        Ok(Self {
            header,
            initialisers: Frontier::default(),
            nodes: Frontier::default(),
        })
    }

    /// Goes on with a check whose header was found right, by the frontiers of what has come: what the storage of an
    /// earlier release is brought into.
    pub fn resumed(header: GraphHeader, initialisers: Frontier, nodes: Frontier) -> Self {
        Self {
            header,
            initialisers,
            nodes,
        }
    }

    fn layout(&self) -> Result<Layout, GraphFault> {
        self.header.layout().ok_or(GraphFault::Version)
    }

    /// The header under check.
    pub fn header(&self) -> &GraphHeader {
        &self.header
    }

    /// Initialisers and nodes so far.
    pub fn progress(&self) -> (u16, u16) {
        (self.initialisers.count() as u16, self.nodes.count() as u16)
    }

    /// Whether everything the header announced has come.
    pub fn is_complete(&self) -> bool {
        self.nodes.count() == u32::from(self.header.node_count)
    }

    /// Checks and hashes the next item. For a node, its cost.
    pub fn push<H: Hasher>(
        &mut self,
        facts: &mut impl Facts,
        item: &PageItem,
        limits: &GraphLimits,
    ) -> Result<Option<NodeCost>, GraphFault> {
        match item {
            PageItem::Weights { spec, tiles_root } => {
                let fault = GraphFault::Weights(self.progress().0);
                if !spec.dtype.is_operand() {
                    return Err(fault);
                }
                let root = tensor_root_from_tiles::<H>(self.layout()?, spec, tiles_root)
                    .map_err(|_| fault)?;
                self.push_initialiser::<H>(facts, spec, None, root)
                    .map(|()| None)
            }
            PageItem::Parameter { spec, data } => {
                let index = self.progress().0;
                let root = tensor_root::<H>(self.layout()?, spec, data)
                    .map_err(|_| GraphFault::Parameter(index))?;
                let bound = check_parameter(spec, data, index)?;
                self.push_initialiser::<H>(facts, spec, Some(bound), root)
                    .map(|()| None)
            }
            PageItem::Node(node) => self.push_node::<H>(facts, node, limits).map(Some),
        }
    }

    fn push_initialiser<H: Hasher>(
        &mut self,
        facts: &mut impl Facts,
        spec: &TensorSpec,
        parameter: Option<u32>,
        root: Digest,
    ) -> Result<(), GraphFault> {
        let (index, _) = self.progress();
        if index >= self.header.initialiser_count {
            return Err(GraphFault::OutOfOrder);
        }
        let fact = Fact {
            spec: spec.clone(),
            parameter,
        };
        facts
            .push(FactKind::Initialiser, index, fact)
            .ok_or(GraphFault::Header)?;
        self.initialisers.push::<H>(root).ok_or(GraphFault::Header)
    }

    fn push_node<H: Hasher>(
        &mut self,
        facts: &mut impl Facts,
        node: &Node,
        limits: &GraphLimits,
    ) -> Result<NodeCost, GraphFault> {
        let (initialisers, index) = self.progress();
        if initialisers != self.header.initialiser_count || index >= self.header.node_count {
            return Err(GraphFault::OutOfOrder);
        }
        let inputs = node
            .inputs
            .iter()
            .map(|reference| match reference {
                Ref::Request(r) => {
                    let spec = self.header.inputs.get(usize::from(*r))?.clone();
                    Some(Fact {
                        spec,
                        parameter: None,
                    })
                }
                Ref::Initialiser(i) => facts.get(FactKind::Initialiser, *i),
                Ref::Node(j) => facts.get(FactKind::Node, *j),
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(GraphFault::Reference(index))?;
        let specs: Vec<&TensorSpec> = inputs.iter().map(|fact| &fact.spec).collect();
        let bound = |position: Option<usize>| -> Result<Option<u32>, GraphFault> {
            let Some(position) = position else {
                return Ok(None);
            };
            match inputs.get(position) {
                // What came from elsewhere than a parameter has no bound.
                Some(fact) => fact
                    .parameter
                    .map(Some)
                    .ok_or(GraphFault::NotParameter(index)),
                // The kernel's own check reports a missing input.
                None => Ok(None),
            }
        };
        let parameters = parameters(&node.op);
        for position in parameters.positions() {
            bound(Some(position))?;
        }
        let bias_bound = bound(parameters.bias)?;
        let layout = self.layout()?;
        let kernel = check_version(self.header.kernel_version, &node.op)
            .and_then(|()| Kernel::new(layout, node, &specs, bias_bound))
            .map_err(|fault| GraphFault::Node(index, fault))?;
        let cost = NodeCost::of(&kernel);
        if !cost.is_provable(limits) {
            return Err(GraphFault::Unprovable(index));
        }
        let fact = Fact {
            spec: node.output.clone(),
            parameter: None,
        };
        facts
            .push(FactKind::Node, index, fact)
            .ok_or(GraphFault::Header)?;
        self.nodes
            .push::<H>(node_leaf::<H>(&node.encode()))
            .ok_or(GraphFault::Header)?;
        Ok(cost)
    }

    /// The graph's root and the specs of its outputs, once complete.
    pub fn finish<H: Hasher>(
        &self,
        facts: &mut impl Facts,
    ) -> Result<(Digest, Vec<(u16, TensorSpec)>), GraphFault> {
        if !self.is_complete() {
            return Err(GraphFault::Incomplete);
        }
        let outputs = self
            .header
            .outputs
            .iter()
            .map(|node| {
                let fact = facts.get(FactKind::Node, *node)?;
                Some((*node, fact.spec))
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(GraphFault::Header)?;
        let root = graph_root::<H>(
            &self.header,
            &self.nodes.root::<H>(),
            &self.initialisers.root::<H>(),
        );
        Ok((root, outputs))
    }
}

/// Reads a parameter; the largest absolute value of an integer one.
fn check_parameter(spec: &TensorSpec, data: &[u8], index: u16) -> Result<u32, GraphFault> {
    // Of how it is cut, this is no matter.
    let count = Geometry::new(Layout::One, spec)
        .ok_or(GraphFault::Parameter(index))?
        .elements();
    let mut bound = 0;
    for at in 0..count {
        let value = read(spec.dtype, data, at).ok_or(GraphFault::Parameter(index))?;
        if spec.dtype == DType::F32 {
            if !is_valid_scale(value as u32) {
                return Err(GraphFault::Scale(index));
            }
        } else {
            bound = bound.max(value.unsigned_abs());
        }
    }
    // 32-bit constants are operands and indices as well, which have more dimensions.
    if spec.shape.len() != 1 && spec.dtype != DType::I32 {
        return Err(GraphFault::Parameter(index));
    }
    Ok(bound)
}

/// Which initialisers are parameters: those that some node uses as bias, scale or table, and any of 32-bit integers.
fn parameters_of(graph: &Graph) -> BTreeSet<u16> {
    let used = graph.nodes.iter().flat_map(|node| {
        let positions = parameters(&node.op).positions();
        positions.filter_map(|position| match node.inputs.get(position) {
            Some(Ref::Initialiser(initialiser)) => Some(*initialiser),
            Some(Ref::Request(_) | Ref::Node(_)) | None => None,
        })
    });
    let wide = (0..).zip(&graph.initialisers);
    let wide = wide.filter_map(|(index, init)| (init.spec.dtype == DType::I32).then_some(index));
    used.chain(wide).collect()
}

/// The pages' items of a compiled model, in order. `None` when an initialiser's bytes do not fit its spec, or the header
/// names a layout that there is not.
pub fn page_items<H: Hasher>(graph: &Graph) -> Option<Vec<PageItem>> {
    let parameters = parameters_of(graph);
    let layout = graph.header.layout()?;
    let item = |(index, Initialiser { spec, data }): (usize, &Initialiser)| {
        if parameters.contains(&(index as u16)) {
            Some(PageItem::Parameter {
                spec: spec.clone(),
                data: data.clone(),
            })
        } else {
            Some(PageItem::Weights {
                spec: spec.clone(),
                tiles_root: tiles_root::<H>(layout, spec, data).ok()?,
            })
        }
    };
    let mut items = graph
        .initialisers
        .iter()
        .enumerate()
        .map(item)
        .collect::<Option<Vec<_>>>()?;
    items.extend(graph.nodes.iter().cloned().map(PageItem::Node));
    Some(items)
}

/// Checks a compiled model as the chain would: its root, and each node's cost.
pub fn check_graph<H: Hasher>(
    graph: &Graph,
    limits: &GraphLimits,
) -> Result<(Digest, Vec<NodeCost>), GraphFault> {
    let counts_match = graph.nodes.len() == usize::from(graph.header.node_count)
        && graph.initialisers.len() == usize::from(graph.header.initialiser_count);
    if !counts_match {
        return Err(GraphFault::Header);
    }
    let mut checker = GraphChecker::new(graph.header.clone())?;
    let mut facts = FactsInMemory::default();
    let mut costs = Vec::with_capacity(graph.nodes.len());
    for (index, initialiser) in graph.initialisers.iter().enumerate() {
        let length = byte_length(&initialiser.spec).map(|bytes| bytes as usize);
        if length != Some(initialiser.data.len()) {
            return Err(GraphFault::Parameter(index as u16));
        }
    }
    for item in page_items::<H>(graph).ok_or(GraphFault::Header)? {
        costs.extend(checker.push::<H>(&mut facts, &item, limits)?);
    }
    checker
        .finish::<H>(&mut facts)
        .map(|(root, _)| (root, costs))
}
