//! A toy network and the parties that dispute over it.

use crate::fixture::{graph, node, spec, Run};
use crate::mock::*;
use crate::Salt;
use codec::Encode;
use frame_support::dispatch::DispatchResultWithPostInfo;
use sp_runtime::BoundedVec;
use std::sync::OnceLock;
use veritrace_primitives::evaluate::evaluate_at;
use veritrace_primitives::graph::{
    DType, Digest, Graph, Initialiser, Op, Ref, Requant, TensorSpec, Window,
};
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::{Opening, Target};
use veritrace_primitives::prove::{first_wrong_tile, opening_root};
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{HostSha256, RequestId};

pub const CONV: u16 = 0;
pub const TABLE: u16 = 1;
pub const ADD: u16 = 2;
pub const MATMUL: u16 = 5;
pub const NODES: u16 = 7;
/// Output bytes of convolution, table and addition: opened as three tile hashes.
pub const LARGE: u32 = 576;

struct Dice(u64);

impl Dice {
    fn byte(&mut self) -> u8 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 56) as u8
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }
}

/// Convolution, table, addition of both, pooling, reshape, product, index of the largest.
pub fn toy() -> &'static Graph {
    static TOY: OnceLock<Graph> = OnceLock::new();
    TOY.get_or_init(|| {
        let mut dice = Dice(7);
        let scale = |values: &[f32]| Initialiser {
            spec: spec(DType::F32, &[values.len() as u32]),
            data: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        };
        let (conv_scale, add_scale) = (scale(&[0.01, 0.02, 0.015, 0.005]), scale(&[0.2]));
        let mut tensor = |dtype, shape: &[u32], count| Initialiser {
            spec: spec(dtype, shape),
            data: dice.bytes(count),
        };
        let kernel = tensor(DType::I8, &[4, 2, 3, 3], 72);
        let table = tensor(DType::U8, &[256], 256);
        let weights = tensor(DType::I8, &[10, 144], 1440);
        let bias = Initialiser {
            spec: spec(DType::I32, &[4]),
            data: [-900i32, 40, 7000, 0]
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        };
        let requant = Some(Requant {
            zero: 100,
            min: 0,
            max: 255,
        });
        let large = spec(DType::U8, &[1, 4, 12, 12]);
        graph(
            spec(DType::U8, &[1, 2, 12, 12]),
            vec![kernel, bias, conv_scale, table, add_scale, weights],
            vec![
                node(
                    Op::Conv {
                        groups: 1,
                        strides: [1, 1],
                        pads: [1, 1, 1, 1],
                        dilations: [1, 1],
                        x_zero: 128,
                        w_zero: 0,
                        bias: true,
                        requant,
                    },
                    &[
                        Ref::Request(0),
                        Ref::Initialiser(0),
                        Ref::Initialiser(1),
                        Ref::Initialiser(2),
                    ],
                    large.clone(),
                ),
                node(
                    Op::Table,
                    &[Ref::Node(0), Ref::Initialiser(3)],
                    large.clone(),
                ),
                node(
                    Op::Add {
                        a_zero: 100,
                        a_mul: 3,
                        b_zero: 0,
                        b_mul: 2,
                        requant,
                    },
                    &[Ref::Node(0), Ref::Node(1), Ref::Initialiser(4)],
                    large,
                ),
                node(
                    Op::MaxPool(Window {
                        kernel: [2, 2],
                        strides: [2, 2],
                        pads: [0, 0, 0, 0],
                    }),
                    &[Ref::Node(2)],
                    spec(DType::U8, &[1, 4, 6, 6]),
                ),
                node(Op::Reshape, &[Ref::Node(3)], spec(DType::U8, &[1, 144])),
                node(
                    Op::MatMul {
                        x_zero: 100,
                        w_zero: 0,
                        bias: false,
                        requant: None,
                    },
                    &[Ref::Node(4), Ref::Initialiser(5)],
                    spec(DType::I32, &[1, 10]),
                ),
                node(
                    Op::ArgMax {
                        axis: 1,
                        keep_dims: false,
                    },
                    &[Ref::Node(5)],
                    spec(DType::I32, &[1]),
                ),
            ],
        )
    })
}

/// The honest run for the input that a seed gives.
pub fn honest(seed: u64) -> Run {
    Run::new(toy().clone(), vec![Dice(seed).bytes(288)])
}

/// What a worker claims, and holds.
#[derive(Clone)]
pub struct Claim {
    /// What is asked, and the true answer.
    pub truth: Run,
    /// What the worker says, as far as it holds anything.
    pub said: Run,
    /// The trace it reveals.
    pub leaves: Vec<Digest>,
}

impl Claim {
    pub fn honest(seed: u64) -> Self {
        let truth = honest(seed);
        Self {
            leaves: truth.leaves(),
            said: truth.clone(),
            truth,
        }
    }

    /// The same about the graph with its tensors committed to in this layout.
    pub fn in_layout(mut self, layout: Layout) -> Self {
        for run in [&mut self.truth, &mut self.said] {
            run.graph.header.layout_version = layout.version();
        }
        self.leaves = self.said.leaves();
        self
    }

    /// Changes a byte of a node's output. The nodes after it are computed from the lie.
    pub fn lie_at(mut self, node: u16, byte: usize, flip: u8) -> Self {
        self.corrupt(node, byte, flip);
        for later in node + 1..NODES {
            let output = evaluate_at(
                &self.said.graph,
                later,
                &self.said.inputs,
                &self.said.outputs[..usize::from(later)],
            )
            .unwrap();
            self.said.outputs[usize::from(later)] = output;
        }
        self.leaves = self.said.leaves();
        self
    }

    /// Changes a byte of a node's output and nothing else.
    pub fn lie_only_at(mut self, node: u16, byte: usize, flip: u8) -> Self {
        self.corrupt(node, byte, flip);
        self.leaves = self.said.leaves();
        self
    }

    fn corrupt(&mut self, node: u16, byte: usize, flip: u8) {
        let output = &mut self.said.outputs[usize::from(node)];
        let at = byte % output.len();
        output[at] ^= flip;
    }

    /// Reveals a leaf with nothing under it.
    pub fn garbage_at(mut self, node: u16, leaf: Digest) -> Self {
        self.leaves[usize::from(node)] = leaf;
        self
    }

    /// Commits to the right bytes under another shape.
    pub fn misshapen_at(mut self, node: u16) -> Self {
        let output = &self.said.outputs[usize::from(node)];
        let flat = spec(DType::U8, &[output.len() as u32, 1, 1]);
        self.leaves[usize::from(node)] = veritrace_primitives::commit::tensor_root::<HostSha256>(
            self.said.layout(),
            &flat,
            output,
        )
        .unwrap();
        self
    }

    /// Answers for another input.
    pub fn stale(mut self, seed: u64) -> Self {
        self.said = honest(seed);
        self.leaves = self.said.leaves();
        self
    }

    pub fn trace_root(&self) -> Digest {
        Run::trace_root(&self.leaves)
    }

    /// The worker reveals it.
    pub fn reveal(&self, request: RequestId, worker: AccountId) {
        reveal(request, worker, &self.truth, &self.leaves);
    }

    pub fn first_wrong(&self) -> Option<u16> {
        let truth = self.truth.leaves();
        (0..NODES).find(|node| self.leaves[usize::from(*node)] != truth[usize::from(*node)])
    }

    pub fn output_spec(&self, node: u16) -> &TensorSpec {
        &self.truth.graph.nodes[usize::from(node)].output
    }

    pub fn whole(&self, node: u16) -> Vec<u8> {
        self.truth.contradiction(&self.leaves, node, Target::Whole)
    }

    /// A proof that the opening is wrong in its first wrong tile, and the target's kind.
    pub fn tile(&self, node: u16, opening: &Opening) -> Vec<u8> {
        let target =
            Run::tile(self.said.layout(), opening, self.wrong_tile(node, opening)).unwrap();
        self.truth.contradiction(&self.leaves, node, target)
    }

    pub fn element(&self, node: u16, opening: &Opening) -> Vec<u8> {
        let tile = self.wrong_tile(node, opening);
        let target = self.truth.element(node, opening, tile).unwrap();
        self.truth.contradiction(&self.leaves, node, target)
    }

    fn wrong_tile(&self, node: u16, opening: &Opening) -> u32 {
        let honest = &self.truth.outputs[usize::from(node)];
        let layout = self.said.layout();
        first_wrong_tile::<HostSha256>(layout, self.output_spec(node), opening, honest).unwrap_or(0)
    }

    pub fn challenge(&self, node: u16) -> Vec<u8> {
        self.truth.challenge(&self.leaves, node)
    }

    /// What the worker can show, if anything is under its leaf.
    pub fn opening(&self, node: u16) -> Option<Opening> {
        let opening = self.said.opening(node, MAX_OPENING).unwrap();
        let root = opening_root::<HostSha256>(self.said.layout(), self.output_spec(node), &opening);
        (root == Some(self.leaves[usize::from(node)])).then_some(opening)
    }
}

fn bounded<S: frame_support::traits::Get<u32>>(bytes: Vec<u8>) -> BoundedVec<u8, S> {
    bytes.try_into().unwrap()
}

pub fn contradict_node(
    who: AccountId,
    request: RequestId,
    worker: AccountId,
    proof: Vec<u8>,
) -> DispatchResultWithPostInfo {
    contradict_node_sealed(who, request, worker, proof, None)
}

pub fn contradict_tile(
    who: AccountId,
    request: RequestId,
    worker: AccountId,
    proof: Vec<u8>,
) -> DispatchResultWithPostInfo {
    contradict_tile_sealed(who, request, worker, proof, None)
}

pub fn contradict_element(
    who: AccountId,
    request: RequestId,
    worker: AccountId,
    proof: Vec<u8>,
) -> DispatchResultWithPostInfo {
    contradict_element_sealed(who, request, worker, proof, None)
}

pub fn challenge(
    who: AccountId,
    request: RequestId,
    worker: AccountId,
    proof: Vec<u8>,
) -> DispatchResultWithPostInfo {
    Disputes::challenge(RuntimeOrigin::signed(who), request, worker, bounded(proof))
}

pub fn open(
    worker: AccountId,
    request: RequestId,
    node: u16,
    opening: &Opening,
) -> DispatchResultWithPostInfo {
    Disputes::open(
        RuntimeOrigin::signed(operator(worker)),
        request,
        node,
        bounded(opening.encode()),
    )
}

pub fn expire(request: RequestId, worker: AccountId, node: u16) -> DispatchResultWithPostInfo {
    let subject = Subject::Node(node);
    Disputes::expire_challenge(RuntimeOrigin::signed(STRANGER), request, worker, subject)
}

pub fn reclaim(request: RequestId, worker: AccountId, node: u16) -> sp_runtime::DispatchResult {
    let subject = Subject::Node(node);
    Disputes::reclaim_bond(RuntimeOrigin::signed(STRANGER), request, worker, subject)
}

pub fn contradict_node_sealed(
    who: AccountId,
    request: RequestId,
    worker: AccountId,
    proof: Vec<u8>,
    salt: Option<Salt>,
) -> DispatchResultWithPostInfo {
    Disputes::contradict_node(
        RuntimeOrigin::signed(who),
        request,
        worker,
        bounded(proof),
        salt,
    )
}

pub fn contradict_tile_sealed(
    who: AccountId,
    request: RequestId,
    worker: AccountId,
    proof: Vec<u8>,
    salt: Option<Salt>,
) -> DispatchResultWithPostInfo {
    Disputes::contradict_tile(
        RuntimeOrigin::signed(who),
        request,
        worker,
        bounded(proof),
        salt,
    )
}

pub fn contradict_element_sealed(
    who: AccountId,
    request: RequestId,
    worker: AccountId,
    proof: Vec<u8>,
    salt: Option<Salt>,
) -> DispatchResultWithPostInfo {
    Disputes::contradict_element(
        RuntimeOrigin::signed(who),
        request,
        worker,
        bounded(proof),
        salt,
    )
}

pub fn attest(
    auditor: AccountId,
    request: RequestId,
    proof: Vec<u8>,
) -> DispatchResultWithPostInfo {
    Disputes::attest(
        RuntimeOrigin::signed(operator(auditor)),
        request,
        bounded(proof),
    )
}
