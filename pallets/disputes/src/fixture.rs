//! Small models with their honest traces, and the proofs about claims of them.

use alloc::vec;
use alloc::vec::Vec;
use codec::Encode;
use veritrace_primitives::audit::attest;
use veritrace_primitives::commit::{tensor_root, trace_root};
use veritrace_primitives::evaluate::evaluate;
use veritrace_primitives::graph::{
    DType, Digest, Graph, GraphHeader, Initialiser, Node, Op, Ref, TensorSpec, KERNEL_VERSION,
};
use veritrace_primitives::page::TraceView;
use veritrace_primitives::proof::{Opening, Target};
use veritrace_primitives::prove::{element_target, opening, tile_target, Prover};
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::HostSha256;

/// Type and shape.
pub fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap_or_default(),
    }
}

/// A node.
pub fn node(op: Op, inputs: &[Ref], output: TensorSpec) -> Node {
    Node {
        op,
        inputs: inputs.to_vec().try_into().unwrap_or_default(),
        output,
    }
}

/// A graph of one input, answered by its last node. Of layout version 1, of which every tile and inner node is a call to the
/// host: on a node's executor a proof takes longer for each byte than in the other, so that benchmarks are of it.
pub fn graph(input: TensorSpec, initialisers: Vec<Initialiser>, nodes: Vec<Node>) -> Graph {
    let node_count = nodes.len() as u16;
    Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: Layout::One.version(),
            node_count,
            initialiser_count: initialisers.len() as u16,
            inputs: vec![input].try_into().unwrap_or_default(),
            outputs: vec![node_count.saturating_sub(1)]
                .try_into()
                .unwrap_or_default(),
        },
        initialisers,
        nodes,
    }
}

/// One product of an input `[rows, depth]` and weights `[columns, depth]`, clamped to a byte.
pub fn product(rows: u32, depth: u32, columns: u32) -> Graph {
    let weights = spec(DType::I8, &[columns, depth]);
    let scale = spec(DType::F32, &[1]);
    let bytes = columns.saturating_mul(depth);
    graph(
        spec(DType::U8, &[rows, depth]),
        vec![
            Initialiser {
                spec: weights,
                data: (0..bytes).map(|at| (at % 7) as u8).collect(),
            },
            Initialiser {
                spec: scale,
                data: 0.01f32.to_le_bytes().to_vec(),
            },
        ],
        vec![node(
            Op::MatMul {
                x_zero: 0,
                w_zero: 0,
                bias: false,
                requant: Some(veritrace_primitives::graph::Requant {
                    zero: 0,
                    min: 0,
                    max: 255,
                }),
            },
            &[Ref::Request(0), Ref::Initialiser(0), Ref::Initialiser(1)],
            spec(DType::U8, &[rows, columns]),
        )],
    )
}

/// `count` lookups in one table, each in what the one before gives, of an input `[1, width]`.
#[cfg(test)]
pub fn lookups(count: u16, width: u32) -> Graph {
    let tensor = spec(DType::U8, &[1, width]);
    let nodes = (0..count).map(|index| {
        let before = match index.checked_sub(1) {
            None => Ref::Request(0),
            Some(previous) => Ref::Node(previous),
        };
        node(Op::Table, &[before, Ref::Initialiser(0)], tensor.clone())
    });
    let table = Initialiser {
        spec: spec(DType::U8, &[256]),
        data: (0..=255u8)
            .map(|byte| byte.wrapping_mul(7).wrapping_add(3))
            .collect(),
    };
    graph(tensor.clone(), vec![table], nodes.collect())
}

/// A model and the outputs of all of its nodes for one input, row-major.
#[derive(Clone)]
pub struct Run {
    /// The model.
    pub graph: Graph,
    /// The request's inputs.
    pub inputs: Vec<Vec<u8>>,
    /// What the nodes give.
    pub outputs: Vec<Vec<u8>>,
}

impl Run {
    /// Evaluates the model honestly.
    pub fn new(graph: Graph, inputs: Vec<Vec<u8>>) -> Self {
        let outputs = evaluate(&graph, &inputs).unwrap_or_default();
        Self {
            graph,
            inputs,
            outputs,
        }
    }

    /// The commitment to the model.
    pub fn graph_root(&self) -> Digest {
        Prover::new::<HostSha256>(&self.graph)
            .map(|prover| prover.graph_root::<HostSha256>())
            .unwrap_or_default()
    }

    /// The chain's roots of the inputs.
    pub fn input_roots(&self) -> Vec<Digest> {
        self.graph
            .header
            .inputs
            .iter()
            .zip(&self.inputs)
            .map(|(spec, data)| self.root(spec, data))
            .collect()
    }

    /// How the model's tensors are committed to.
    pub fn layout(&self) -> Layout {
        self.graph.header.layout().unwrap_or(Layout::One)
    }

    fn root(&self, spec: &TensorSpec, data: &[u8]) -> Digest {
        tensor_root::<HostSha256>(self.layout(), spec, data).unwrap_or_default()
    }

    /// The trace's leaf of a node.
    pub fn leaf(&self, index: u16) -> Digest {
        let at = usize::from(index);
        match (self.graph.nodes.get(at), self.outputs.get(at)) {
            (Some(node), Some(data)) => self.root(&node.output, data),
            _ => Digest::default(),
        }
    }

    /// The trace.
    pub fn leaves(&self) -> Vec<Digest> {
        (0..self.graph.header.node_count)
            .map(|index| self.leaf(index))
            .collect()
    }

    /// The commitment to a trace.
    pub fn trace_root(leaves: &[Digest]) -> Digest {
        trace_root::<HostSha256>(leaves)
    }

    /// A contradiction of a node of the claim with these leaves, from this run's tensors.
    pub fn contradiction(
        &self,
        leaves: &(impl TraceView + ?Sized),
        index: u16,
        target: Target,
    ) -> Vec<u8> {
        Prover::new::<HostSha256>(&self.graph)
            .and_then(|prover| {
                prover.contradiction::<HostSha256>(
                    index,
                    leaves,
                    &self.inputs,
                    &self.outputs,
                    target,
                )
            })
            .map(|proof| proof.encode())
            .unwrap_or_default()
    }

    /// A challenge of a node of the claim with these leaves.
    pub fn challenge(&self, leaves: &(impl TraceView + ?Sized), index: u16) -> Vec<u8> {
        Prover::new::<HostSha256>(&self.graph)
            .and_then(|prover| prover.challenge::<HostSha256>(index, leaves))
            .map(|proof| proof.encode())
            .unwrap_or_default()
    }

    /// What an auditor of the claim with these leaves shows, who holds this run's tensors.
    pub fn attestation(&self, leaves: &[Digest], index: u16, lot: u64) -> Vec<u8> {
        let output = self.outputs.get(usize::from(index));
        Prover::new::<HostSha256>(&self.graph)
            .and_then(|prover| attest::<HostSha256, _>(&prover, index, lot, leaves, output?))
            .map(|proof| proof.encode())
            .unwrap_or_default()
    }

    /// What is under this run's leaf of a node.
    pub fn opening(&self, index: u16, max_opening_bytes: u32) -> Option<Opening> {
        let at = usize::from(index);
        let (node, data) = (self.graph.nodes.get(at)?, self.outputs.get(at)?);
        opening::<HostSha256>(self.layout(), &node.output, data, max_opening_bytes)
    }

    /// Targets a tile of an opening.
    pub fn tile(layout: Layout, opening: &Opening, tile: u32) -> Option<Target> {
        tile_target::<HostSha256>(layout, opening, tile)
    }

    /// Targets the first element in a tile of an opening that differs from this run's.
    pub fn element(&self, index: u16, opening: &Opening, tile: u32) -> Option<Target> {
        let at = usize::from(index);
        let (node, data) = (self.graph.nodes.get(at)?, self.outputs.get(at)?);
        element_target::<HostSha256>(self.layout(), &node.output, opening, tile, data)
    }
}
