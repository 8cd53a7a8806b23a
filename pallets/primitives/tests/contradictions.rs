//! The release-blocking property: for every corruption of a claim there is an accepted proof, and for an honest claim no
//! proof is accepted. Graphs, inputs and corruptions are random.

#[path = "contradictions/long.rs"]
mod long;

use codec::{Decode, Encode};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeSet;
use veritrace_primitives::check::{
    check_graph, page_items, FactsInMemory, GraphChecker, GraphFault, GraphLimits, NodeCost,
};
use veritrace_primitives::commit::{tensor_root, trace_root};
use veritrace_primitives::evaluate::{evaluate, evaluate_at};
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::kernel::{Fault, Inputs, Kernel};
use veritrace_primitives::proof::*;
use veritrace_primitives::prove::{element_target, first_wrong_tile, opening, tile_target, Prover};
use veritrace_primitives::tensor::{Geometry, Layout};

const LIMITS: GraphLimits = GraphLimits {
    max_proof_bytes: u32::MAX,
    max_macs: u64::MAX,
    max_opening_bytes: u32::MAX,
};
const PROOF_LIMITS: ProofLimits = ProofLimits {
    max_whole_bytes: u32::MAX,
    max_macs: u64::MAX,
};

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap(),
    }
}

/// Builds graphs node by node; every parameter comes from a stream of random bytes.
struct Builder {
    graph: Graph,
    random: Vec<u8>,
    at: usize,
}

impl Builder {
    fn new(layout: Layout, random: Vec<u8>, channels: u32, side: u32) -> Self {
        let header = GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: layout.version(),
            node_count: 0,
            initialiser_count: 0,
            inputs: vec![
                spec(DType::U8, &[1, channels, side, side]),
                spec(DType::I8, &[2, channels, side + 2, side]),
                spec(DType::I32, &[channels, 70]),
                spec(DType::I8, &[]),
            ]
            .try_into()
            .unwrap(),
            outputs: vec![].try_into().unwrap(),
        };
        Self {
            graph: Graph {
                header,
                initialisers: vec![],
                nodes: vec![],
            },
            random,
            at: 0,
        }
    }

    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.random[self.at % self.random.len()]
            .wrapping_mul((self.at / self.random.len()) as u8 | 1)
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::from(self.byte()) % bound
    }

    fn initialiser(&mut self, spec: TensorSpec) -> Ref {
        let bytes = spec.shape.iter().product::<u32>() * spec.dtype.size();
        let data = match spec.dtype {
            DType::F32 => (0..bytes / 4)
                .flat_map(|_| ((124 - self.below(9)) << 23 | self.below(256) << 12).to_le_bytes())
                .collect(),
            DType::I32 => (0..bytes / 4)
                .flat_map(|_| (self.below(256) as i32 * 9 - 1000).to_le_bytes())
                .collect(),
            DType::U8 | DType::I8 => (0..bytes).map(|_| self.byte()).collect(),
        };
        self.graph.initialisers.push(Initialiser { spec, data });
        Ref::Initialiser(self.graph.initialisers.len() as u16 - 1)
    }

    fn last(&self) -> (Ref, TensorSpec) {
        match self.graph.nodes.last() {
            Some(node) => (
                Ref::Node(self.graph.nodes.len() as u16 - 1),
                node.output.clone(),
            ),
            None => (Ref::Request(0), self.graph.header.inputs[0].clone()),
        }
    }

    /// What the next operator takes: mostly what came last, else anything that there is.
    fn pick(&mut self) -> (Ref, TensorSpec) {
        if self.below(3) > 0 {
            return self.last();
        }
        let nodes = self.graph.nodes.len() as u32;
        let at = self.below(nodes + 4);
        match at.checked_sub(nodes) {
            Some(r) => (
                Ref::Request(r as u16),
                self.graph.header.inputs[r as usize].clone(),
            ),
            None => (
                Ref::Node(at as u16),
                self.graph.nodes[at as usize].output.clone(),
            ),
        }
    }

    /// Another tensor of that shape, of 8 bits; `x` itself where there is none.
    fn partner(&mut self, x: Ref, xs: &TensorSpec) -> (Ref, TensorSpec) {
        let fits: Vec<_> = self
            .graph
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.output.shape == xs.shape && node.output.dtype.is_operand())
            .map(|(at, node)| (Ref::Node(at as u16), node.output.clone()))
            .collect();
        let at = self.below(fits.len() as u32 + 1) as usize;
        fits.get(at).cloned().unwrap_or((x, xs.clone()))
    }

    fn zero_of(&mut self, dtype: DType) -> i32 {
        self.below(256) as i32 - if dtype == DType::U8 { 0 } else { 128 }
    }

    fn push(&mut self, op: Op, inputs: Vec<Ref>, output: TensorSpec) {
        self.graph.nodes.push(Node {
            op,
            inputs: inputs.try_into().unwrap(),
            output,
        });
    }

    fn requant(&mut self, dtype: DType) -> Requant {
        let (min, max) = dtype.range().unwrap();
        let relu = self.below(2) == 0;
        let zero = if dtype == DType::U8 {
            self.below(200) as i32
        } else {
            self.below(90) as i32 - 45
        };
        Requant {
            zero,
            min: if relu { zero } else { min },
            max,
        }
    }

    /// Appends one operator that fits what came before.
    fn step(&mut self, choice: u8) {
        let (x, xs) = self.pick();
        self.apply(choice, x, xs);
    }

    /// A requantisation of up to `channels` scales, or the accumulator: type of the output, and the scale's reference.
    fn scaling(&mut self, channels: u32) -> (DType, Option<Requant>, Option<Ref>) {
        let out = match self.below(5) {
            0 | 1 => DType::U8,
            2 | 3 => DType::I8,
            _ => return (DType::I32, None, None),
        };
        let count = if self.below(2) == 0 { channels } else { 1 };
        let scale = self.initialiser(spec(DType::F32, &[count]));
        (out, Some(self.requant(out)), Some(scale))
    }

    /// The same of version 2, which gives 32 bits as well.
    fn wide_scaling(&mut self) -> (DType, Option<Requant>, Option<Ref>) {
        match self.below(4) {
            0 => {
                let scale = self.initialiser(spec(DType::F32, &[1]));
                let ends = [(); 2].map(|()| (self.below(256) as i32 - 128) * 65_000);
                let requant = Requant {
                    zero: (self.below(256) as i32 - 128) * 1_000,
                    min: ends[0].min(ends[1]),
                    max: ends[0].max(ends[1]),
                };
                (DType::I32, Some(requant), Some(scale))
            }
            _ => self.scaling(1),
        }
    }

    /// Scaling where there is always one.
    fn always_scaling(&mut self) -> (DType, Requant, Ref) {
        loop {
            if let (dtype, Some(requant), Some(scale)) = self.wide_scaling() {
                return (dtype, requant, scale);
            }
        }
    }

    fn wide_zero_of(&mut self, dtype: DType) -> i32 {
        match (dtype, self.below(4)) {
            (DType::I32, 0) => 1 << 23,
            (DType::I32, 1) => -(1 << 23),
            (DType::I32, _) => self.below(256) as i32 * 32_000 - (1 << 22),
            _ => self.zero_of(dtype),
        }
    }

    /// Any integer type.
    fn any_type(&mut self) -> DType {
        [DType::U8, DType::I8, DType::I32][self.below(3) as usize]
    }

    /// A tensor that is broadcast with one of these dimensions, and what comes out.
    fn broadcast_partner(&mut self, x: Ref, xs: &TensorSpec) -> (Ref, TensorSpec, Vec<u32>) {
        let dims = xs.shape.to_vec();
        match self.below(5) {
            0 => return (x, xs.clone(), dims),
            1 => {
                let (other, spec) = self.partner(x, xs);
                return (other, spec, dims);
            }
            _ => {}
        }
        let skip = self.below(dims.len() as u32 + 1) as usize;
        let (mut own, mut out) = (vec![], dims.clone());
        for (axis, size) in dims.iter().enumerate().skip(skip) {
            let small = out.iter().product::<u32>() < 1000;
            own.push(match (self.below(3), *size) {
                (0, _) => 1,
                (_, 1) if small => {
                    out[axis] = 1 + self.below(3);
                    out[axis]
                }
                _ => *size,
            });
        }
        let spec = spec(self.any_type(), &own);
        (self.initialiser(spec.clone()), spec, out)
    }

    fn apply(&mut self, choice: u8, x: Ref, xs: TensorSpec) {
        let shape = xs.shape.to_vec();
        let operand = xs.dtype.is_operand();
        let zero = if xs.dtype == DType::U8 {
            self.below(255) as i32
        } else {
            self.below(255) as i32 - 128
        };
        let out = if self.below(2) == 0 {
            DType::U8
        } else {
            DType::I8
        };
        match (choice % 23, shape.as_slice()) {
            (0, &[n, c, h, w]) if operand => {
                let groups = if c % 2 == 0 { 1 + self.below(2) } else { 1 };
                let outs = groups * (1 + self.below(3));
                let pads = [(); 4].map(|()| self.below(3));
                let (mut kernel, mut strides, mut dilations) = ([1; 2], [1; 2], [1; 2]);
                let mut sides = [h, w];
                for axis in 0..2 {
                    let room = sides[axis] + pads[axis] + pads[axis + 2];
                    kernel[axis] = 1 + self.below(room.min(3));
                    strides[axis] = 1 + self.below(3);
                    if (kernel[axis] - 1) * 2 < room {
                        dilations[axis] = 1 + self.below(2);
                    }
                    let extent = (kernel[axis] - 1) * dilations[axis] + 1;
                    sides[axis] = (room - extent) / strides[axis] + 1;
                }
                let weight_type = if self.below(2) == 0 {
                    DType::U8
                } else {
                    DType::I8
                };
                let w_zero = self.zero_of(weight_type);
                let weights =
                    self.initialiser(spec(weight_type, &[outs, c / groups, kernel[0], kernel[1]]));
                let mut inputs = vec![x, weights];
                let bias = self.below(2) == 0;
                if bias {
                    inputs.push(self.initialiser(spec(DType::I32, &[outs])));
                }
                let (out, requant, scale) = self.scaling(outs);
                inputs.extend(scale);
                self.push(
                    Op::Conv {
                        groups,
                        strides,
                        pads,
                        dilations,
                        x_zero: zero,
                        w_zero,
                        bias,
                        requant,
                    },
                    inputs,
                    spec(out, &[n, outs, sides[0], sides[1]]),
                );
            }
            (1, dims) if operand && dims.len() != 2 => {
                let count = dims.iter().product();
                self.push(Op::Reshape, vec![x], spec(xs.dtype, &[1, count]));
                let (x, xs) = self.last();
                self.apply(1, x, xs);
            }
            (1, &[rows, depth]) if operand => {
                let columns = 1 + self.below(300);
                // Sometimes a product of two results, or of one with itself.
                let weights = match self.partner(x, &xs) {
                    (other, spec) if self.below(3) == 0 && rows < 40 => (other, spec.dtype, rows),
                    _ => {
                        let weights = self.initialiser(spec(DType::I8, &[columns, depth]));
                        (weights, DType::I8, columns)
                    }
                };
                let (weights, weight_type, columns) = weights;
                let w_zero = self.zero_of(weight_type);
                let mut inputs = vec![x, weights];
                let bias = self.below(2) == 0;
                if bias {
                    inputs.push(self.initialiser(spec(DType::I32, &[columns])));
                }
                let (out, requant, scale) = self.scaling(columns);
                inputs.extend(scale);
                self.push(
                    Op::MatMul {
                        x_zero: zero,
                        w_zero,
                        bias,
                        requant,
                    },
                    inputs,
                    spec(out, &[rows, columns]),
                );
            }
            (2, _) => {
                let scale = self.initialiser(spec(DType::F32, &[1]));
                let requant = self.requant(out);
                let x_zero = if operand { zero } else { 0 };
                self.push(
                    Op::Requantise { x_zero, requant },
                    vec![x, scale],
                    spec(out, &shape),
                );
            }
            (3, _) if operand => {
                let table = self.initialiser(spec(out, &[256]));
                self.push(Op::Table, vec![x, table], spec(out, &shape));
            }
            (4, &[n, c, h, w]) if operand && h >= 2 && w >= 2 => {
                let window = Window {
                    kernel: [2, 2],
                    strides: [1 + self.below(2), 1],
                    pads: [0, 1, 1, 0],
                };
                let y = [n, c, (h - 1) / window.strides[0] + 1, w];
                if self.below(2) == 0 {
                    self.push(Op::MaxPool(window), vec![x], spec(xs.dtype, &y));
                } else {
                    let (out, requant, scale) = self.scaling(c);
                    self.push(
                        Op::SumPool {
                            window,
                            x_zero: zero,
                            requant,
                        },
                        [x].into_iter().chain(scale).collect(),
                        spec(out, &y),
                    );
                }
            }
            (5, _) if operand => {
                let (b, b_spec) = self.partner(x, &xs);
                let (out, requant, scale) = self.scaling(1);
                let (b_zero, b_mul) = (self.zero_of(b_spec.dtype), 1 + self.below(200) as i32);
                self.push(
                    Op::Add {
                        a_zero: zero,
                        a_mul: 7,
                        b_zero,
                        b_mul,
                        requant,
                    },
                    [x, b].into_iter().chain(scale).collect(),
                    spec(out, &shape),
                );
            }
            (6, _) => {
                let count: u32 = shape.iter().product();
                let into: &[u32] = match (self.below(4), count % 2) {
                    (0, 0) => &[2, 1, count / 2, 1],
                    (0, _) => &[1, count, 1, 1],
                    (1, _) if count == 1 => &[],
                    (1, _) => &[count],
                    _ => &[1, count],
                };
                self.push(Op::Reshape, vec![x], spec(xs.dtype, into));
            }
            (7, dims) => {
                let mut perm: Vec<u8> = (0..dims.len() as u8).rev().collect();
                if perm.len() > 1 {
                    let turn = self.below(dims.len() as u32) as usize;
                    perm.rotate_left(turn);
                    perm.swap(0, turn);
                }
                let reversed: Vec<u32> = perm.iter().map(|axis| dims[usize::from(*axis)]).collect();
                self.push(
                    Op::Transpose {
                        perm: perm.try_into().unwrap(),
                    },
                    vec![x],
                    spec(xs.dtype, &reversed),
                );
            }
            (8, dims) if dims.iter().product::<u32>() < 2000 => {
                let pads: Vec<(u32, u32)> = dims
                    .iter()
                    .map(|_| (self.below(2), self.below(3)))
                    .collect();
                let padded: Vec<u32> = dims
                    .iter()
                    .zip(&pads)
                    .map(|(d, (a, b))| d + a + b)
                    .collect();
                let value = if operand { zero } else { -7 };
                self.push(
                    Op::Pad {
                        pads: pads.try_into().unwrap(),
                        value,
                    },
                    vec![x],
                    spec(xs.dtype, &padded),
                );
            }
            (9, dims) if !dims.is_empty() => {
                let axis = self.below(dims.len() as u32) as usize;
                let mut kept = dims.to_vec();
                let keep_dims = self.below(2) == 0;
                if keep_dims {
                    kept[axis] = 1
                } else {
                    kept.remove(axis);
                }
                self.push(
                    Op::ArgMax {
                        axis: axis as u8,
                        keep_dims,
                    },
                    vec![x],
                    spec(DType::I32, &kept),
                );
            }
            (10, &[n, c, h, w]) if operand && n * c * h * w < 600 => {
                let groups = if c % 2 == 0 { 1 + self.below(2) } else { 1 };
                let outs = groups * (1 + self.below(3));
                let (mut kernel, mut strides, mut dilations) = ([1; 2], [1; 2], [1; 2]);
                let (mut pads, mut sides) = ([0; 4], [h, w]);
                for axis in 0..2 {
                    kernel[axis] = 1 + self.below(3);
                    strides[axis] = 1 + self.below(4);
                    dilations[axis] = 1 + self.below(3);
                    let whole = (sides[axis] - 1) * strides[axis]
                        + (kernel[axis] - 1) * dilations[axis]
                        + 1;
                    let more = self.below(strides[axis]);
                    pads[axis] = self.below(whole.min(3));
                    pads[axis + 2] = self.below((whole - pads[axis]).min(3));
                    sides[axis] = whole - pads[axis] - pads[axis + 2] + more;
                }
                let weight_type = if self.below(2) == 0 {
                    DType::U8
                } else {
                    DType::I8
                };
                let w_zero = self.zero_of(weight_type);
                let weights =
                    self.initialiser(spec(weight_type, &[outs, c / groups, kernel[0], kernel[1]]));
                let mut inputs = vec![x, weights];
                let bias = self.below(2) == 0;
                if bias {
                    inputs.push(self.initialiser(spec(DType::I32, &[outs])));
                }
                let (out, requant, scale) = if self.below(2) == 0 {
                    self.scaling(outs)
                } else {
                    self.wide_scaling()
                };
                inputs.extend(scale);
                self.push(
                    Op::ConvTranspose {
                        groups,
                        strides,
                        pads,
                        dilations,
                        x_zero: zero,
                        w_zero,
                        bias,
                        requant,
                    },
                    inputs,
                    spec(out, &[n, outs, sides[0], sides[1]]),
                );
            }
            (11, dims) if operand && dims.len() != 3 => {
                let count: u32 = dims.iter().product();
                let groups = if count.is_multiple_of(2) { 2 } else { 1 };
                let rows = [5, 4, 3, 2, 1]
                    .into_iter()
                    .find(|rows| (count / groups).is_multiple_of(*rows))
                    .unwrap();
                let into = [groups, rows, count / groups / rows];
                self.push(Op::Reshape, vec![x], spec(xs.dtype, &into));
                let (x, xs) = self.last();
                self.apply(11, x, xs);
            }
            (11, &[groups, rows, depth]) if operand => {
                let (b, b_spec) = match self.below(3) {
                    0 if groups * rows * rows < 3000 => (x, xs.clone()),
                    which => {
                        let columns = 1 + self.below(20);
                        let shared = if which == 1 { 1 } else { groups };
                        let dtype = if self.below(2) == 0 {
                            DType::U8
                        } else {
                            DType::I8
                        };
                        let spec = spec(dtype, &[shared, columns, depth]);
                        (self.initialiser(spec.clone()), spec)
                    }
                };
                let b_zero = self.zero_of(b_spec.dtype);
                let (out, requant, scale) = self.wide_scaling();
                self.push(
                    Op::BatchMatMul {
                        a_zero: zero,
                        b_zero,
                        requant,
                    },
                    [x, b].into_iter().chain(scale).collect(),
                    spec(out, &[groups, rows, b_spec.shape[1]]),
                );
            }
            (which @ 12..=14, dims) if dims.iter().product::<u32>() < 2000 => {
                let (b, b_spec, out_shape) = self.broadcast_partner(x, &xs);
                let (mut a, mut b) = ((x, xs.dtype), (b, b_spec.dtype));
                if self.below(2) == 0 {
                    (a, b) = (b, a);
                }
                let (a_zero, b_zero) = (self.wide_zero_of(a.1), self.wide_zero_of(b.1));
                let (out, op, scale) = if which == 14 {
                    let (out, requant, scale) = self.always_scaling();
                    let op = Op::Quotient {
                        a_zero,
                        b_zero,
                        requant,
                    };
                    (out, op, Some(scale))
                } else {
                    let (out, requant, scale) = self.wide_scaling();
                    let op = if which == 12 {
                        Op::WeightedSum {
                            a_zero,
                            a_mul: 1 + self.below(1 << 15) as i32,
                            b_zero,
                            b_mul: -1 - self.below(200) as i32,
                            requant,
                        }
                    } else {
                        Op::Product {
                            a_zero,
                            b_zero,
                            requant,
                        }
                    };
                    (out, op, scale)
                };
                let inputs = [a.0, b.0].into_iter().chain(scale).collect();
                self.push(op, inputs, spec(out, &out_shape));
            }
            (15, _) => {
                let (out, requant, scale) = self.always_scaling();
                let x_zero = self.wide_zero_of(xs.dtype);
                self.push(
                    Op::SquareRoot { x_zero, requant },
                    vec![x, scale],
                    spec(out, &shape),
                );
            }
            (16, dims) if !dims.is_empty() && dims.iter().product::<u32>() < 1000 => {
                let axis = self.below(dims.len() as u32) as usize;
                let (mut inputs, mut joined) = (vec![x], dims.to_vec());
                for _ in 0..self.below(4) {
                    if self.below(3) == 0 {
                        inputs.push(x);
                        joined[axis] += dims[axis];
                        continue;
                    }
                    let mut other = dims.to_vec();
                    other[axis] = 1 + self.below(3);
                    joined[axis] += other[axis];
                    inputs.push(self.initialiser(spec(xs.dtype, &other)));
                }
                self.push(
                    Op::Concat { axis: axis as u8 },
                    inputs,
                    spec(xs.dtype, &joined),
                );
            }
            (17, dims) => {
                let (mut ranges, mut counts) = (vec![], vec![]);
                for size in dims {
                    let start = self.below(*size);
                    let step = 1 + self.below(3);
                    ranges.push((start, step));
                    counts.push(1 + self.below((size - 1 - start) / step + 1));
                }
                self.push(
                    Op::Slice {
                        ranges: ranges.try_into().unwrap(),
                    },
                    vec![x],
                    spec(xs.dtype, &counts),
                );
            }
            (18, dims) if !dims.is_empty() && dims.iter().product::<u32>() < 2000 => {
                // Sometimes what points is what it points into.
                if self.below(3) == 0 {
                    let (mut x, count) = (x, dims.iter().product());
                    if dims.len() != 1 {
                        self.push(Op::Reshape, vec![x], spec(xs.dtype, &[count]));
                        x = self.last().0;
                    }
                    self.push(Op::Gather { axis: 0 }, vec![x, x], spec(xs.dtype, &[count]));
                    return;
                }
                let axis = self.below(dims.len() as u32) as usize;
                let rest = dims.iter().product::<u32>() / dims[axis];
                let (indices, indices_spec) = match self.pick() {
                    (other, spec)
                        if self.below(2) == 0
                            && dims.len() + spec.shape.len() <= 7
                            && spec.shape.iter().product::<u32>() * rest < 4000 =>
                    {
                        (other, spec)
                    }
                    _ => {
                        let rank = self.below(3).min(7 - dims.len() as u32);
                        let own: Vec<u32> = (0..rank).map(|_| 1 + self.below(4)).collect();
                        let spec = spec(self.any_type(), &own);
                        (self.initialiser(spec.clone()), spec)
                    }
                };
                let mut out = dims.to_vec();
                out.splice(axis..=axis, indices_spec.shape.iter().copied());
                self.push(
                    Op::Gather { axis: axis as u8 },
                    vec![x, indices],
                    spec(xs.dtype, &out),
                );
            }
            (19, &[n, c, h, w]) if operand && n * c * h * w < 1500 => {
                let sides = [1 + self.below(9), 1 + self.below(9)];
                let rows = self.initialiser(spec(DType::I32, &[sides[0]]));
                let (columns, width) = match self.below(4) {
                    0 => (rows, sides[0]),
                    _ => (self.initialiser(spec(DType::I32, &[sides[1]])), sides[1]),
                };
                let mut inputs = vec![x, rows, columns];
                let (out, requant) = if self.below(3) == 0 {
                    (xs.dtype, None)
                } else {
                    let (out, requant, scale) = self.always_scaling();
                    inputs.push(scale);
                    (out, Some(requant))
                };
                self.push(
                    Op::Resize {
                        x_zero: zero,
                        requant,
                    },
                    inputs,
                    spec(out, &[n, c, sides[0], width]),
                );
            }
            (20, dims) if !dims.is_empty() => {
                let reduction = [
                    Reduction::Sum,
                    Reduction::SumOfSquares,
                    Reduction::Max,
                    Reduction::Min,
                ][self.below(4) as usize];
                let mut axes: Vec<u8> = (0..dims.len() as u8)
                    .filter(|_| self.below(2) == 0)
                    .collect();
                if axes.is_empty() {
                    axes.push(self.below(dims.len() as u32) as u8);
                }
                let keep_dims = self.below(2) == 0;
                let mut kept = vec![];
                for (axis, size) in dims.iter().enumerate() {
                    if !axes.contains(&(axis as u8)) {
                        kept.push(*size);
                    } else if keep_dims {
                        kept.push(1);
                    }
                }
                let sums = matches!(reduction, Reduction::Sum | Reduction::SumOfSquares);
                let (out, requant, scale) = if sums {
                    self.wide_scaling()
                } else {
                    (xs.dtype, None, None)
                };
                let x_zero = if sums { self.wide_zero_of(xs.dtype) } else { 0 };
                self.push(
                    Op::Reduce {
                        reduction,
                        axes: axes.try_into().unwrap(),
                        keep_dims,
                        x_zero,
                        requant,
                    },
                    [x].into_iter().chain(scale).collect(),
                    spec(out, &kept),
                );
            }
            (21, _) if operand => {
                let table = self.initialiser(spec(DType::I32, &[256]));
                self.push(Op::Lookup, vec![x, table], spec(DType::I32, &shape));
            }
            (22, dims) if !dims.is_empty() => {
                let axis = self.below(dims.len() as u32) as usize;
                let mut kept = dims.to_vec();
                kept[axis] = 1 + self.below(dims[axis]);
                let (largest, indices) = (self.below(2) == 0, self.below(2) == 0);
                let out = if indices { DType::I32 } else { xs.dtype };
                self.push(
                    Op::TopK {
                        axis: axis as u8,
                        largest,
                        indices,
                    },
                    vec![x],
                    spec(out, &kept),
                );
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Graph {
        if self.graph.nodes.is_empty() {
            self.step(6);
        }
        let last = self.graph.nodes.len() as u16 - 1;
        self.graph.header.node_count = last + 1;
        self.graph.header.initialiser_count = self.graph.initialisers.len() as u16;
        self.graph.header.outputs = vec![last].try_into().unwrap();
        self.graph
    }
}

fn layouts() -> impl Strategy<Value = Layout> {
    prop_oneof![Just(Layout::One), Just(Layout::Two)]
}

fn layout_of(graph: &Graph) -> Layout {
    graph.header.layout().unwrap()
}

prop_compose! {
    fn graphs()(
        random in prop::collection::vec(any::<u8>(), 64..200),
        channels in 1u32..5,
        side in 3u32..10,
        steps in prop::collection::vec(any::<u8>(), 1..9),
        layout in layouts(),
        large in any::<bool>(),
    ) -> Graph {
        // Large enough, now and then, for several of the longer tiles.
        let more = if large && layout == Layout::Two { [3, 8] } else { [0, 0] };
        let mut builder = Builder::new(layout, random, channels + more[0], side + more[1]);
        for step in steps {
            builder.step(step);
        }
        builder.finish()
    }
}

struct Claim {
    leaves: Vec<Digest>,
    outputs: Vec<Vec<u8>>,
    facts: ClaimFacts,
}

fn input_of(graph: &Graph, seed: u8) -> Vec<Vec<u8>> {
    let bytes = |spec: &TensorSpec| spec.shape.iter().product::<u32>() * spec.dtype.size();
    let inputs = graph.header.inputs.iter().enumerate();
    inputs
        .map(|(at, spec)| {
            (0..bytes(spec))
                .map(|i| (i as u8).wrapping_mul(31 + 2 * at as u8).wrapping_add(seed))
                .collect()
        })
        .collect()
}

fn claim(graph: &Graph, inputs: &[Vec<u8>], outputs: Vec<Vec<u8>>) -> Claim {
    let prover = Prover::new::<Sha256>(graph).unwrap();
    let layout = layout_of(graph);
    let leaves: Vec<Digest> = graph
        .nodes
        .iter()
        .zip(&outputs)
        .map(|(node, output)| tensor_root::<Sha256>(layout, &node.output, output).unwrap())
        .collect();
    let facts = ClaimFacts {
        graph_root: prover.graph_root::<Sha256>(),
        node_count: graph.header.node_count,
        trace_root: trace_root::<Sha256>(&leaves),
        input_roots: (graph.header.inputs.iter().zip(inputs))
            .map(|(spec, input)| tensor_root::<Sha256>(layout, spec, input).unwrap())
            .collect::<Vec<_>>()
            .try_into()
            .unwrap(),
    };
    Claim {
        leaves,
        outputs,
        facts,
    }
}

/// Every proof a challenger could make about node `index` of a claim, from these honest tensors.
fn proofs(
    graph: &Graph,
    claim: &Claim,
    index: u16,
    inputs: &[Vec<u8>],
    honest: &[Vec<u8>],
) -> Vec<Contradiction> {
    let prover = Prover::new::<Sha256>(graph).unwrap();
    targets(graph, claim, index, honest)
        .into_iter()
        .map(|target| {
            prover
                .contradiction::<Sha256>(index, &claim.leaves, inputs, honest, target)
                .unwrap()
        })
        .collect()
}

/// What such proofs can target: the node, and tiles and elements of what the worker opens in either form.
fn targets(graph: &Graph, claim: &Claim, index: u16, honest: &[Vec<u8>]) -> Vec<Target> {
    let layout = layout_of(graph);
    let output = &graph.nodes[usize::from(index)].output;
    let leaf = &claim.leaves[usize::from(index)];
    let stated = &claim.outputs[usize::from(index)];
    let right = &honest[usize::from(index)];
    let mut targets = vec![Target::Whole];
    for max in [0, u32::MAX] {
        let shown = opening::<Sha256>(layout, output, stated, max).unwrap();
        check_opening::<Sha256>(layout, output, leaf, &shown, max).unwrap();
        if let Some(tile) = first_wrong_tile::<Sha256>(layout, output, &shown, right) {
            targets.extend(tile_target::<Sha256>(layout, &shown, tile));
            targets.extend(element_target::<Sha256>(
                layout, output, &shown, tile, right,
            ));
        } else {
            targets.extend(tile_target::<Sha256>(layout, &shown, 0));
            let place = 0;
            if let (Opening::Tensor(bytes), Some(Target::Tile { path, .. })) =
                (&shown, tile_target::<Sha256>(layout, &shown, 0))
            {
                let bytes = bytes[..bytes.len().min(layout.tile_bytes() as usize)].to_vec();
                targets.push(Target::Element {
                    tile: 0,
                    bytes,
                    path,
                    place,
                });
            }
        }
    }
    targets
}

fn verdict(facts: &ClaimFacts, proof: &Contradiction) -> Result<Work, Rejection> {
    check::<Sha256>(facts, &decode(&proof.encode())?, &PROOF_LIMITS)
}

/// So many cases, or as many as `PROPTEST_CASES` says.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig::with_cases(asked.and_then(|text| text.parse().ok()).unwrap_or(usual))
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn random_graphs_should_type_check_and_evaluate(graph in graphs(), seed in any::<u8>()) {
        let (root, costs) = check_graph::<Sha256>(&graph, &LIMITS).unwrap();
        prop_assert_eq!(root, Prover::new::<Sha256>(&graph).unwrap().graph_root::<Sha256>());
        prop_assert_eq!(costs.len(), graph.nodes.len());
        prop_assert_eq!(evaluate(&graph, &input_of(&graph, seed)).unwrap().len(), graph.nodes.len());
        prop_assert_eq!(Graph::decode(&mut &graph.encode()[..]).unwrap(), graph);
    }

    #[test]
    fn corrupted_claim_should_fall_to_every_kind_of_proof(
        graph in graphs(), seed in any::<u8>(), node in any::<Index>(), byte in any::<Index>(), flip in 1u8..=255, propagate in any::<bool>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let index = node.index(graph.nodes.len());
        let mut outputs = honest.clone();
        let at = byte.index(outputs[index].len());
        outputs[index][at] ^= flip;
        if propagate {
            for later in index + 1..outputs.len() {
                outputs[later] = evaluate_at(&graph, later as u16, &inputs, &outputs).unwrap();
            }
        }
        let claim = claim(&graph, &inputs, outputs);
        let all = proofs(&graph, &claim, index as u16, &inputs, &honest);
        prop_assert!(all.len() >= 4);
        for proof in &all {
            prop_assert!(verdict(&claim.facts, proof).is_ok(), "{:?} rejected: {:?}", proof.target, verdict(&claim.facts, proof));
            #[cfg(feature = "runtime-benchmarks")]
            {
                let output = Geometry::new(layout_of(&graph), &proof.node.output).unwrap();
                let computed = compute_whole(proof, |compute| compute()).map(|bytes| output.to_row_major(&bytes.unwrap()).unwrap());
                match proof.target {
                    Target::Whole => prop_assert_eq!(computed.as_ref(), Ok(&honest[index])),
                    Target::Tile { .. } | Target::Element { .. } => prop_assert_eq!(computed, Err(Rejection::OutOfBounds)),
                }
            }
        }
        let challenge = Prover::new::<Sha256>(&graph).unwrap().challenge::<Sha256>(index as u16, &claim.leaves).unwrap();
        let challenged = check_challenge::<Sha256>(&claim.facts, &challenge).unwrap();
        prop_assert_eq!(challenged.leaf, claim.leaves[index]);
    }

    #[test]
    fn honest_claim_should_stand_against_every_proof(graph in graphs(), seed in any::<u8>(), other in any::<u8>()) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let truth = claim(&graph, &inputs, honest.clone());
        // Proofs from honest tensors, and from those of another input, which are under other roots.
        let elsewhere = input_of(&graph, other);
        let foreign = evaluate(&graph, &elsewhere).unwrap();
        for index in 0..graph.header.node_count {
            for proof in proofs(&graph, &truth, index, &inputs, &honest) {
                prop_assert_eq!(verdict(&truth.facts, &proof), Err(Rejection::ClaimHolds));
            }
            if elsewhere != inputs {
                for proof in proofs(&graph, &truth, index, &elsewhere, &foreign) {
                    prop_assert!(verdict(&truth.facts, &proof).is_err());
                }
            }
        }
    }

    #[test]
    fn mutated_proof_should_never_convict_an_honest_claim(
        graph in graphs(), seed in any::<u8>(), node in any::<Index>(), lie in any::<Index>(),
        edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6), cut in any::<Option<Index>>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let truth = claim(&graph, &inputs, honest.clone());
        let index = node.index(graph.nodes.len());
        let mut wrong = honest.clone();
        let at = lie.index(wrong[index].len());
        wrong[index][at] ^= 1;
        // Proofs that would convict a liar, presented against the honest claim and tampered with.
        let liar = claim(&graph, &inputs, wrong);
        for proof in proofs(&graph, &liar, index as u16, &inputs, &honest)
            .into_iter()
            .chain(proofs(&graph, &truth, index as u16, &inputs, &honest))
        {
            let mut bytes = proof.encode();
            for (at, value) in &edits {
                let at = at.index(bytes.len());
                bytes[at] ^= value;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            if let Ok(proof) = decode::<Contradiction>(&bytes) {
                prop_assert!(check::<Sha256>(&truth.facts, &proof, &PROOF_LIMITS).is_err());
            }
        }
    }

    #[test]
    fn mutated_page_should_be_an_error_or_another_graph(
        graph in graphs(), which in any::<Index>(), edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let (root, _) = check_graph::<Sha256>(&graph, &LIMITS).unwrap();
        let mut pages: Vec<Vec<u8>> = page_items::<Sha256>(&graph).unwrap().iter().map(Encode::encode).collect();
        let original = pages.clone();
        let which = which.index(pages.len());
        for (at, value) in edits {
            let at = at.index(pages[which].len());
            pages[which][at] ^= value;
        }
        let check = || -> Option<Digest> {
            let mut checker = GraphChecker::new(graph.header.clone()).ok()?;
            let mut facts = FactsInMemory::default();
            for page in &pages {
                checker.push::<Sha256>(&mut facts, &decode::<PageItem>(page).ok()?, &LIMITS).ok()?;
            }
            checker.finish::<Sha256>(&mut facts).ok().map(|(root, _)| root)
        };
        match check() {
            Some(found) if pages == original => prop_assert_eq!(found, root),
            Some(found) => prop_assert_ne!(found, root),
            None => {}
        }
    }

    #[test]
    fn random_bytes_should_be_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let facts = ClaimFacts { graph_root: [1; 32], node_count: 3, trace_root: [2; 32], input_roots: vec![].try_into().unwrap() };
        if let Ok(proof) = decode::<Contradiction>(&bytes) {
            prop_assert!(check::<Sha256>(&facts, &proof, &PROOF_LIMITS).is_err());
        }
        if let Ok(proof) = decode::<ChallengeProof>(&bytes) {
            prop_assert!(check_challenge::<Sha256>(&facts, &proof).is_err());
        }
        if let Ok(proof) = decode::<MalformedProof>(&bytes) {
            prop_assert!(check_malformed::<Sha256>(&[3; 32], &proof).is_err());
        }
        let _ = decode::<PageItem>(&bytes);
        let _ = decode::<Opening>(&bytes);
    }

    #[test]
    fn malformed_node_should_condemn_and_well_formed_ones_not(graph in graphs(), node in any::<Index>()) {
        let index = node.index(graph.nodes.len()) as u16;
        let sound = Prover::new::<Sha256>(&graph).unwrap();
        let proof = sound.malformed::<Sha256>(index).unwrap();
        prop_assert_eq!(check_malformed::<Sha256>(&sound.graph_root::<Sha256>(), &proof), Err(Rejection::WellFormed));

        let mut broken = graph.clone();
        let output = &mut broken.nodes[usize::from(index)].output;
        output.shape = vec![7, 7, 7, 7, 7].try_into().unwrap();
        prop_assert!(matches!(check_graph::<Sha256>(&broken, &LIMITS), Err(GraphFault::Node(at, _)) if at == index));
        let prover = Prover::new::<Sha256>(&broken).unwrap();
        let proof = prover.malformed::<Sha256>(index).unwrap();
        prop_assert_eq!(check_malformed::<Sha256>(&prover.graph_root::<Sha256>(), &proof), Ok(()));
        prop_assert_eq!(check_malformed::<Sha256>(&sound.graph_root::<Sha256>(), &proof), Err(Rejection::NotTheModel));
    }
}

#[test]
fn random_nodes_should_cover_every_operator() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut sound = std::collections::BTreeMap::<u8, usize>::new();
    let mut large = 0;
    for _ in 0..16_000 {
        let (node, inputs) = any_node().new_tree(&mut runner).unwrap().current();
        let specs: Vec<&TensorSpec> = inputs.iter().collect();
        if let Ok(kernel) = Kernel::new(Layout::One, &node, &specs, Some(0)) {
            *sound.entry(node.op.encode()[0]).or_default() += 1;
            large += usize::from(kernel.output().elements() > 1 << 20);
        }
    }
    assert_eq!(sound.len(), 24, "sound nodes: {sound:?}");
    assert!(
        sound.values().all(|count| *count >= 10) && large >= 100,
        "sound nodes: {sound:?}, large: {large}"
    );
}

#[test]
fn random_graphs_should_cover_every_operator() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<u8, usize>::new();
    for _ in 0..600 {
        for node in graphs().new_tree(&mut runner).unwrap().current().nodes {
            *seen.entry(node.op.encode()[0]).or_default() += 1;
        }
    }
    assert_eq!(seen.len(), 24, "operators seen: {seen:?}");
    assert!(
        seen.values().all(|count| *count >= 20),
        "operators seen: {seen:?}"
    );
}

/// Bytes of inputs that a proof shows, with the hashes beside them.
fn shown_bytes(proof: &Contradiction) -> usize {
    let inputs = proof.inputs.iter();
    inputs
        .map(|input| input.tiles.len() + 32 * input.siblings.len())
        .sum()
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn leaf_with_nothing_of_the_kind_under_it_should_fall(
        graph in graphs(), seed in any::<u8>(), node in any::<Index>(), garbage in any::<[u8; 32]>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let index = node.index(graph.nodes.len());
        let output = &graph.nodes[index].output;
        // The right bytes under another shape, or another type of the same size, or no tensor at all.
        let mut deeper = output.shape.to_vec();
        deeper.insert(0, 1);
        deeper.truncate(MAX_RANK as usize);
        let other = match output.dtype {
            DType::U8 => DType::I8,
            DType::I8 => DType::U8,
            DType::I32 | DType::F32 => DType::F32,
        };
        let reshaped = tensor_root::<Sha256>(layout_of(&graph), &spec(output.dtype, &deeper), &honest[index]).ok();
        let retyped = tensor_root::<Sha256>(layout_of(&graph), &spec(other, &output.shape), &honest[index]).ok();
        let truth = claim(&graph, &inputs, honest.clone());
        for leaf in [reshaped, retyped, Some(garbage)].into_iter().flatten() {
            if leaf == truth.leaves[index] {
                continue;
            }
            let mut leaves = truth.leaves.clone();
            leaves[index] = leaf;
            let facts = ClaimFacts { trace_root: trace_root::<Sha256>(&leaves), ..truth.facts.clone() };
            let prover = Prover::new::<Sha256>(&graph).unwrap();
            let proof = prover.contradiction::<Sha256>(index as u16, &leaves, &inputs, &honest, Target::Whole).unwrap();
            prop_assert!(verdict(&facts, &proof).is_ok());
            // Where the node is too large for that, it is challenged, and no opening answers.
            let challenge = prover.challenge::<Sha256>(index as u16, &leaves).unwrap();
            let challenged = check_challenge::<Sha256>(&facts, &challenge).unwrap();
            for max in [0, u32::MAX] {
                let answer = opening::<Sha256>(challenged.layout, &challenged.spec, &honest[index], max).unwrap();
                prop_assert_eq!(
                    check_opening::<Sha256>(challenged.layout, &challenged.spec, &challenged.leaf, &answer, max),
                    Err(Rejection::NotUnderLeaf)
                );
            }
        }
    }

    #[test]
    fn proofs_should_cost_no_more_than_was_said_at_registration(graph in graphs(), seed in any::<u8>(), at in any::<Index>()) {
        let (_, costs) = check_graph::<Sha256>(&graph, &LIMITS).unwrap();
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let mut wrong = honest.clone();
        for output in &mut wrong {
            let at = at.index(output.len());
            output[at] ^= 1;
        }
        let claim = claim(&graph, &inputs, wrong);
        for (index, cost) in costs.iter().enumerate() {
            prop_assert_eq!(cost.output_bytes as usize, honest[index].len());
            for proof in proofs(&graph, &claim, index as u16, &inputs, &claim.outputs) {
                let (bytes, macs) = match &proof.target {
                    Target::Whole => {
                        // Whole tensors have no hashes beside them.
                        prop_assert!(proof.inputs.iter().all(|input| input.siblings.is_empty()));
                        (cost.whole_bytes as usize, cost.whole_macs)
                    }
                    Target::Tile { .. } => (cost.tile_bytes as usize, cost.tile_macs),
                    Target::Element { bytes, .. } => {
                        (cost.element_bytes as usize - bytes.len(), cost.tile_macs)
                    }
                };
                prop_assert!(shown_bytes(&proof) <= bytes, "{} > {bytes}: {:?}", shown_bytes(&proof), proof.target);
                let exact = ProofLimits { max_whole_bytes: cost.whole_bytes, max_macs: macs };
                let verdict = check::<Sha256>(&claim.facts, &proof, &exact);
                prop_assert!(!matches!(verdict, Err(Rejection::NodeTooLarge | Rejection::TooMuchWork)));
            }
        }
    }

    /// Everything about the attack is consistent, hashes and all, but for one thing that is not the chain's.
    #[test]
    fn consistent_proof_about_something_else_should_never_convict(
        graph in graphs(), seed in any::<u8>(), node in any::<Index>(), other in any::<Index>(), byte in any::<Index>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let truth = claim(&graph, &inputs, honest.clone());
        let index = node.index(graph.nodes.len()) as u16;

        // Other graphs of the same shapes, evaluated to other values.
        let mut forged = Vec::new();
        if !graph.initialisers.is_empty() {
            let mut weights = graph.clone();
            let which = other.index(weights.initialisers.len());
            let init = &mut weights.initialisers[which];
            if init.spec.dtype.is_operand() {
                let at = byte.index(init.data.len());
                init.data[at] ^= 1;
                forged.push(weights);
            }
        }
        for change in 0..3u8 {
            let mut changed = graph.clone();
            let node = &mut changed.nodes[usize::from(index)];
            match (&mut node.op, change) {
                (Op::Conv { x_zero, .. } | Op::MatMul { x_zero, .. } | Op::SumPool { x_zero, .. }, 0) => *x_zero ^= 1,
                (Op::Add { a_mul, .. }, 0) => *a_mul += 1,
                (Op::Pad { value, .. }, 0) => *value ^= 1,
                (Op::ConvTranspose { w_zero: zero, .. } | Op::BatchMatMul { a_zero: zero, .. } | Op::Resize { x_zero: zero, .. }, 0)
                    => *zero ^= 1,
                (Op::WeightedSum { b_zero: zero, .. } | Op::Product { a_zero: zero, .. } | Op::Quotient { b_zero: zero, .. }, 0)
                    => *zero ^= 1,
                (Op::SquareRoot { requant, .. }, 0) => requant.zero ^= 1,
                (Op::Slice { ranges }, 0) if !ranges.is_empty() => ranges[0].0 = ranges[0].0.saturating_sub(1),
                (Op::Gather { axis }, 0) => *axis ^= 1,
                (Op::Reduce { x_zero, .. }, 0) => *x_zero ^= 1,
                (Op::TopK { largest, .. }, 0) => *largest ^= true,
                (_, 1) => node.inputs[0] = Ref::Request(other.index(4) as u16),
                (_, 2) => changed.header.outputs = vec![0, 0].try_into().unwrap(),
                _ => continue,
            }
            forged.push(changed);
        }
        for forged in forged {
            let Ok(outputs) = evaluate(&forged, &inputs) else { continue };
            for proof in proofs(&forged, &truth, index, &inputs, &outputs) {
                prop_assert!(verdict(&truth.facts, &proof).is_err());
                // The same with the honest header, node or siblings in place of the forged ones.
                for honestly in proofs(&graph, &truth, index, &inputs, &honest) {
                    let mut mixed = proof.clone();
                    mixed.header = honestly.header.clone();
                    prop_assert!(verdict(&truth.facts, &mixed).is_err());
                    mixed.node = honestly.node.clone();
                    prop_assert!(verdict(&truth.facts, &mixed).is_err());
                    mixed.initialiser_siblings = honestly.initialiser_siblings.clone();
                    prop_assert!(verdict(&truth.facts, &mixed).is_err());
                }
            }
        }

        // The honest graph, with the leaf, the inputs or the index of another node.
        let another = other.index(graph.nodes.len()) as u16;
        for (proof, foreign) in proofs(&graph, &truth, index, &inputs, &honest).into_iter()
            .zip(proofs(&graph, &truth, another, &inputs, &honest))
        {
            let mut mixed = proof.clone();
            mixed.leaf = foreign.leaf;
            prop_assert!(verdict(&truth.facts, &mixed).is_err());
            mixed.trace_siblings = foreign.trace_siblings.clone();
            prop_assert!(verdict(&truth.facts, &mixed).is_err());
            let mut mixed = proof.clone();
            mixed.index = another;
            prop_assert!(verdict(&truth.facts, &mixed).is_err());
            let mut mixed = proof.clone();
            mixed.inputs = foreign.inputs.clone();
            prop_assert!(verdict(&truth.facts, &mixed).is_err());
            let mut mixed = proof;
            mixed.target = foreign.target;
            prop_assert!(verdict(&truth.facts, &mixed).is_err());
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// The same graph, inputs and outputs, committed to in the other layout: what convicts there proves nothing here, in
    /// whatever part it is mixed with what is honest here, whether the claim is false or true.
    #[test]
    fn proof_of_another_layout_should_never_be_accepted(
        graph in graphs(), seed in any::<u8>(), node in any::<Index>(), byte in any::<Index>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let index = node.index(graph.nodes.len());
        let mut wrong = honest.clone();
        let at = byte.index(wrong[index].len());
        wrong[index][at] ^= 1;
        let mut other = graph.clone();
        other.header.layout_version = match layout_of(&graph) {
            Layout::One => Layout::Two.version(),
            Layout::Two => Layout::One.version(),
        };
        let [truth, liar] = [&honest, &wrong].map(|outputs| claim(&graph, &inputs, outputs.clone()));
        let [true_there, liar_there] = [&honest, &wrong].map(|outputs| claim(&other, &inputs, outputs.clone()));
        prop_assert_ne!(truth.facts.graph_root, true_there.facts.graph_root);
        for (here, there) in truth.leaves.iter().chain(&liar.leaves).zip(true_there.leaves.iter().chain(&liar_there.leaves)) {
            prop_assert_ne!(here, there);
        }
        let index = index as u16;
        for (facts, own) in [(&truth.facts, &truth), (&liar.facts, &liar)] {
            let foreign = proofs(&other, &liar_there, index, &inputs, &honest);
            for (proof, honestly) in foreign.iter().zip(proofs(&graph, own, index, &inputs, &honest)) {
                prop_assert!(verdict(&liar_there.facts, proof).is_ok());
                prop_assert!(verdict(facts, proof).is_err());
                let mut mixed = proof.clone();
                mixed.header = honestly.header.clone();
                prop_assert!(verdict(facts, &mixed).is_err());
                mixed.node_path = honestly.node_path.clone();
                mixed.initialiser_siblings = honestly.initialiser_siblings.clone();
                mixed.leaf = honestly.leaf;
                mixed.trace_siblings = honestly.trace_siblings.clone();
                // Tensors that are shown in full, or are no longer than the shorter tile, are shown alike.
                prop_assert!(verdict(facts, &mixed).is_err() || mixed == honestly, "{:?}", mixed.target);
                let mut mixed = honestly.clone();
                mixed.target = proof.target.clone();
                prop_assert!(verdict(facts, &mixed).is_err() || mixed == honestly, "{:?}", mixed.target);
                let mut mixed = honestly;
                mixed.header = proof.header.clone();
                prop_assert!(verdict(facts, &mixed).is_err());
            }
        }
    }
}

/// Hashes that go with these leaves out of `count`.
fn siblings(count: u32, leaves: &[u32]) -> u32 {
    if leaves.is_empty() {
        return 1;
    }
    let (mut known, mut width, mut total) =
        (leaves.iter().copied().collect::<BTreeSet<_>>(), count, 0);
    while width > 1 {
        total += known
            .iter()
            .filter(|at| (**at ^ 1) < width && !known.contains(&(**at ^ 1)))
            .count();
        known = known.iter().map(|at| at / 2).collect();
        width = width.div_ceil(2);
    }
    total as u32
}

fn dimension() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => 1u32..6,
        1 => (0u32..=28, -1i64..2).prop_map(|(bits, by)| ((1i64 << bits) + by) as u32),
        1 => prop_oneof![Just(0), Just(4095), Just(4096), Just(u32::MAX)],
    ]
}

fn any_spec() -> impl Strategy<Value = TensorSpec> {
    let dtype = prop_oneof![
        Just(DType::U8),
        Just(DType::I8),
        Just(DType::I32),
        Just(DType::F32)
    ];
    (dtype, prop::collection::vec(dimension(), 0..=6))
        .prop_map(|(dtype, shape)| spec(dtype, &shape))
}

fn attribute() -> impl Strategy<Value = u32> {
    prop_oneof![60 => 1u32..4, 4 => Just(0), 3 => 4094u32..4099, 1 => any::<u32>()]
}

fn zero() -> impl Strategy<Value = i32> {
    prop_oneof![12 => 1i32..128, 4 => -128i32..256, 1 => any::<i32>()]
}

prop_compose! {
    fn any_op()(
        which in 0u8..24, a in prop::array::uniform4(attribute()), b in prop::array::uniform4(attribute()),
        pads in prop::collection::vec((attribute(), attribute()), 0..=6), perm in prop::collection::vec(0u8..7, 0..=6),
        x_zero in zero(), w_zero in zero(), bias in any::<bool>(), requant in any::<bool>(), axis in 0u8..8,
        reduction in prop_oneof![Just(Reduction::Sum), Just(Reduction::SumOfSquares), Just(Reduction::Max), Just(Reduction::Min)],
    ) -> Op {
        let requant = requant.then_some(Requant { zero: x_zero, min: 0, max: 127 });
        let window = Window { kernel: [a[0], a[1]], strides: [a[2], a[3]], pads: b };
        match which {
            0 => Op::Conv { groups: a[0], strides: [a[1], a[2]], pads: b, dilations: [a[3], a[3]], x_zero, w_zero, bias, requant },
            1 => Op::MatMul { x_zero, w_zero, bias, requant },
            2 => Op::Requantise { x_zero, requant: Requant { zero: w_zero, min: w_zero, max: w_zero } },
            3 => Op::Table,
            4 => Op::MaxPool(window),
            5 => Op::SumPool { window, x_zero, requant },
            6 => Op::Add { a_zero: x_zero, a_mul: x_zero, b_zero: w_zero, b_mul: a[0] as i32, requant },
            7 => Op::Reshape,
            8 => Op::Transpose { perm: perm.try_into().unwrap() },
            9 => Op::Pad { pads: pads.try_into().unwrap(), value: w_zero },
            10 => Op::ArgMax { axis, keep_dims: bias },
            11 => Op::ConvTranspose {
                groups: a[0], strides: [a[1], a[2]], pads: b, dilations: [a[3], a[3]], x_zero, w_zero, bias, requant,
            },
            12 => Op::BatchMatMul { a_zero: x_zero, b_zero: w_zero, requant },
            13 => Op::WeightedSum { a_zero: x_zero, a_mul: x_zero, b_zero: w_zero, b_mul: -(a[0] as i32 & 0xffff), requant },
            14 => Op::Product { a_zero: x_zero, b_zero: w_zero, requant },
            15 => Op::Quotient { a_zero: x_zero, b_zero: w_zero, requant: requant.unwrap_or(Requant { zero: 0, min: -1, max: 1 }) },
            16 => Op::SquareRoot { x_zero, requant: Requant { zero: w_zero, min: w_zero, max: w_zero } },
            17 => Op::Concat { axis },
            18 => Op::Slice { ranges: pads.try_into().unwrap() },
            19 => Op::Gather { axis },
            20 => Op::Resize { x_zero, requant },
            21 => Op::Reduce { reduction, axes: perm.try_into().unwrap(), keep_dims: bias, x_zero, requant },
            22 => Op::Lookup,
            _ => Op::TopK { axis, largest: bias, indices: requant.is_some() },
        }
    }
}

/// The output that an operator has for these inputs, where a guess is easy; otherwise anything.
fn likely_output(op: &Op, inputs: &[TensorSpec], any: TensorSpec) -> TensorSpec {
    let x = &inputs[0];
    let dims = x.shape.to_vec();
    let slide = |size: u32, side: u32, stride: u32, before: u32, after: u32| {
        let room = (u64::from(size) + u64::from(before) + u64::from(after))
            .saturating_sub(u64::from(side));
        (room / u64::from(stride.max(1)) + 1) as u32
    };
    let shape = match (op, dims.as_slice()) {
        (
            Op::Conv {
                strides,
                pads,
                dilations,
                ..
            },
            &[n, _, h, w],
        ) if inputs[1].shape.len() == 4 => {
            let filter = &inputs[1].shape;
            let extent =
                |side: u32, by: u32| side.saturating_sub(1).saturating_mul(by).saturating_add(1);
            vec![
                n,
                filter[0],
                slide(
                    h,
                    extent(filter[2], dilations[0]),
                    strides[0],
                    pads[0],
                    pads[2],
                ),
                slide(
                    w,
                    extent(filter[3], dilations[1]),
                    strides[1],
                    pads[1],
                    pads[3],
                ),
            ]
        }
        (Op::MatMul { .. }, &[m, _]) if inputs[1].shape.len() == 2 => vec![m, inputs[1].shape[0]],
        (Op::MaxPool(window) | Op::SumPool { window, .. }, &[n, c, h, w]) => vec![
            n,
            c,
            slide(
                h,
                window.kernel[0],
                window.strides[0],
                window.pads[0],
                window.pads[2],
            ),
            slide(
                w,
                window.kernel[1],
                window.strides[1],
                window.pads[1],
                window.pads[3],
            ),
        ],
        (Op::Transpose { perm }, dims) => perm
            .iter()
            .map(|axis| dims.get(usize::from(*axis)).copied().unwrap_or(1))
            .collect(),
        (Op::Pad { pads, .. }, dims) => dims
            .iter()
            .zip(pads.iter())
            .map(|(size, (before, after))| size.saturating_add(*before).saturating_add(*after))
            .collect(),
        (Op::ArgMax { axis, keep_dims }, dims) if usize::from(*axis) < dims.len() => {
            let mut kept = dims.to_vec();
            if *keep_dims {
                kept[usize::from(*axis)] = 1;
            } else {
                kept.remove(usize::from(*axis));
            }
            kept
        }
        (Op::Reshape, _) => any.shape.to_vec(),
        (
            Op::ConvTranspose {
                strides,
                pads,
                dilations,
                ..
            },
            &[n, _, h, w],
        ) if inputs[1].shape.len() == 4 => {
            let filter = &inputs[1].shape;
            let side = |axis: usize, size: u32| {
                let [size, stride, side, dilation, before, after] = [
                    size,
                    strides[axis],
                    filter[axis + 2],
                    dilations[axis],
                    pads[axis],
                    pads[axis + 2],
                ]
                .map(i128::from);
                let whole = (size - 1) * stride + (side - 1) * dilation + 1 - before - after;
                // One of the sizes there may be.
                (whole.clamp(0, 1 << 31) as u32).saturating_add(strides[axis].saturating_sub(1) / 2)
            };
            vec![n, filter[0], side(0, h), side(1, w)]
        }
        (Op::BatchMatMul { .. }, &[groups, rows, _]) if inputs[1].shape.len() == 3 => {
            vec![groups, rows, inputs[1].shape[1]]
        }
        (Op::WeightedSum { .. } | Op::Product { .. } | Op::Quotient { .. }, dims) => {
            let other = &inputs[1].shape;
            let missing = dims.len().saturating_sub(other.len());
            let aligned = dims.iter().enumerate();
            aligned
                .map(|(axis, size)| {
                    let own = axis.checked_sub(missing).and_then(|axis| other.get(axis));
                    own.map_or(*size, |own| *size.max(own))
                })
                .collect()
        }
        (Op::Concat { axis }, dims) if usize::from(*axis) < dims.len() => {
            let axis = usize::from(*axis);
            let mut joined = dims.to_vec();
            joined[axis] = inputs.iter().fold(0u32, |sum, input| {
                sum.saturating_add(input.shape.get(axis).copied().unwrap_or(0))
            });
            joined
        }
        (Op::Slice { ranges }, dims) => dims
            .iter()
            .zip(ranges.iter())
            .map(|(size, (start, step))| size.saturating_sub(*start).div_ceil((*step).max(1)))
            .collect(),
        (Op::Gather { axis }, dims) if usize::from(*axis) < dims.len() => {
            let axis = usize::from(*axis);
            let mut out = dims.to_vec();
            out.splice(axis..=axis, inputs[1].shape.iter().copied());
            out.truncate(MAX_RANK as usize);
            out
        }
        (Op::Resize { .. }, &[n, c, _, _]) => vec![n, c, inputs[1].shape[0], inputs[2].shape[0]],
        (
            Op::Reduce {
                axes, keep_dims, ..
            },
            dims,
        ) => {
            let mut kept = vec![];
            for (axis, size) in dims.iter().enumerate() {
                if !axes.contains(&(axis as u8)) {
                    kept.push(*size);
                } else if *keep_dims {
                    kept.push(1);
                }
            }
            kept
        }
        (Op::TopK { axis, .. }, dims) if usize::from(*axis) < dims.len() => {
            let mut kept = dims.to_vec();
            let slot = &mut kept[usize::from(*axis)];
            *slot = slot.div_ceil(2);
            kept
        }
        _ => dims.clone(),
    };
    let dtype = match op {
        Op::ArgMax { .. } => DType::I32,
        Op::Conv { requant: None, .. }
        | Op::MatMul { requant: None, .. }
        | Op::SumPool { requant: None, .. }
        | Op::Add { requant: None, .. }
        | Op::ConvTranspose { requant: None, .. }
        | Op::BatchMatMul { requant: None, .. }
        | Op::WeightedSum { requant: None, .. }
        | Op::Product { requant: None, .. }
        | Op::Lookup
        | Op::TopK { indices: true, .. } => DType::I32,
        Op::Reduce {
            reduction: Reduction::Sum | Reduction::SumOfSquares,
            requant: None,
            ..
        } => DType::I32,
        Op::Reduce {
            reduction: Reduction::Max | Reduction::Min,
            ..
        }
        | Op::Concat { .. }
        | Op::Slice { .. }
        | Op::Gather { .. }
        | Op::Resize { requant: None, .. }
        | Op::TopK { .. } => x.dtype,
        Op::Table => inputs.get(1).map_or(any.dtype, |table| table.dtype),
        Op::MaxPool(_) | Op::Reshape | Op::Transpose { .. } | Op::Pad { .. } => x.dtype,
        _ => any.dtype,
    };
    spec(dtype, &shape)
}

/// Dimensions that are broadcast to those of `x`.
fn broadcast_of(x: &TensorSpec, other: &TensorSpec) -> Vec<u32> {
    let skip = x.shape.len().min(other.shape.len() / 2);
    let dims = x.shape.iter().enumerate().skip(skip);
    dims.map(|(axis, size)| match other.shape.get(axis) {
        Some(own) if own % 2 == 0 => 1,
        _ => *size,
    })
    .collect()
}

/// Some value for every element.
struct Noise<'a> {
    kernel: &'a Kernel,
    seed: u32,
}

impl Inputs for Noise<'_> {
    fn get(&mut self, input: usize, index: u32) -> Result<i32, Fault> {
        let geometry = self.kernel.inputs().get(input).ok_or(Fault::Missing)?;
        let mixed = (index ^ self.seed)
            .wrapping_mul(2_654_435_761)
            .rotate_left(15)
            .wrapping_mul(0x85eb_ca6b) as i32;
        Ok(match geometry.dtype {
            DType::U8 => mixed & 0xff,
            DType::I8 => (mixed & 0xff) - 128,
            // Mostly small, so that it points somewhere.
            DType::I32 => mixed >> (index % 29),
            DType::F32 => 0x3f80_0000,
        })
    }
}

prop_compose! {
    /// A node with inputs that mostly fit it, of any size and with any attribute.
    fn any_node()(
        op in any_op(), x in any_spec(), rank in prop::collection::vec(dimension(), 4), second in any_spec(), any in any_spec(),
        fitting in 0u8..8,
    ) -> (Node, Vec<TensorSpec>) {
        let narrow = |dtype: DType| if dtype.is_operand() { dtype } else { DType::U8 };
        let (mut x, mut op) = (x, op);
        if fitting > 0 {
            let rank = x.shape.len();
            match &mut op {
                Op::Conv { groups, pads, .. } | Op::ConvTranspose { groups, pads, .. } if fitting < 6 => {
                    *groups = 1;
                    for pad in pads {
                        *pad -= 1.min(*pad);
                    }
                }
                Op::MaxPool(window) | Op::SumPool { window, .. } if fitting < 6 => {
                    for (pad, side) in window.pads.iter_mut().zip([0, 1, 0, 1]) {
                        *pad = (*pad).min(window.kernel[side].saturating_sub(1));
                    }
                }
                Op::Transpose { perm } => {
                    let turn = perm.first().map_or(0, |axis| usize::from(*axis) % rank.max(1));
                    let mut turned: Vec<u8> = (0..rank as u8).collect();
                    turned.rotate_left(turn);
                    *perm = turned.try_into().unwrap();
                }
                Op::Pad { pads, .. } => {
                    let mut fitted = pads.to_vec();
                    fitted.resize(rank, (0, 2));
                    *pads = fitted.try_into().unwrap();
                }
                Op::Slice { ranges } => {
                    let mut fitted = ranges.to_vec();
                    fitted.resize(rank, (0, 2));
                    for ((start, _), size) in fitted.iter_mut().zip(x.shape.iter()) {
                        *start %= (*size).max(1);
                    }
                    *ranges = fitted.try_into().unwrap();
                }
                Op::Reduce { axes, reduction, x_zero, requant, .. } => {
                    let fitted: BTreeSet<u8> = axes.iter().map(|axis| axis % (rank.max(1) as u8)).collect();
                    *axes = fitted.into_iter().collect::<Vec<_>>().try_into().unwrap();
                    if matches!(reduction, Reduction::Max | Reduction::Min) && fitting < 6 {
                        (*x_zero, *requant) = (0, None);
                    }
                }
                Op::Concat { axis } | Op::Gather { axis } | Op::TopK { axis, .. } if fitting < 6 => *axis %= rank.max(1) as u8,
                _ => {}
            }
        }
        let is_wide = op.since() == 2
            && !matches!(op, Op::ConvTranspose { .. } | Op::BatchMatMul { .. } | Op::Resize { .. } | Op::Lookup);
        let integer = |dtype: DType| if dtype == DType::F32 { DType::I32 } else { dtype };
        if fitting > 0 && is_wide {
            x.dtype = integer(x.dtype);
        } else if fitting > 0
            && !matches!(op, Op::Reshape | Op::Transpose { .. } | Op::Pad { .. } | Op::ArgMax { .. } | Op::Requantise { .. })
        {
            x.dtype = narrow(x.dtype);
        }
        let four = |rank: &[u32]| rank.to_vec().try_into().unwrap();
        let scale = spec(DType::F32, &[1]);
        let inputs = match &op {
            Op::Conv { groups, bias, requant, .. } | Op::ConvTranspose { groups, bias, requant, .. } => {
                x.shape = four(&rank);
                let mut filter = second.shape.to_vec();
                filter.resize(4, 1);
                if fitting > 0 {
                    filter[1] = rank[1] / (*groups).max(1);
                }
                let outs = filter[0];
                let mut inputs = vec![x, spec(narrow(second.dtype), &filter)];
                inputs.extend(bias.then(|| spec(DType::I32, &[outs])));
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::MatMul { bias, requant, .. } => {
                x.shape = four(&rank[..2]);
                let rows = rank[2];
                let mut inputs = vec![x, spec(narrow(second.dtype), &[rows, rank[1]])];
                inputs.extend(bias.then(|| spec(DType::I32, &[rows])));
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::MaxPool(_) => {
                x.shape = four(&rank);
                vec![x]
            }
            Op::SumPool { requant, .. } => {
                x.shape = four(&rank);
                let mut inputs = vec![x];
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::Add { requant, .. } => {
                let mut inputs = vec![x.clone(), spec(narrow(second.dtype), &x.shape)];
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::Requantise { .. } => vec![x, scale],
            Op::Table => vec![x, spec(narrow(second.dtype), &[256])],
            Op::Reshape | Op::Transpose { .. } | Op::Pad { .. } | Op::ArgMax { .. } => vec![x],
            Op::BatchMatMul { requant, .. } => {
                x.shape = four(&rank[..3]);
                let groups = if fitting % 2 == 0 { 1 } else { rank[0] };
                let mut inputs = vec![x, spec(narrow(second.dtype), &[groups, rank[3], rank[2]])];
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::WeightedSum { requant, .. } | Op::Product { requant, .. } => {
                let other = broadcast_of(&x, &second);
                let mut inputs = vec![x, spec(integer(second.dtype), &other)];
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::Quotient { .. } => {
                let other = broadcast_of(&x, &second);
                vec![x, spec(integer(second.dtype), &other), scale]
            }
            Op::SquareRoot { .. } => vec![x, scale],
            Op::Concat { axis } => {
                let mut other = x.shape.to_vec();
                if let Some(size) = other.get_mut(usize::from(*axis)) {
                    *size = rank[0];
                }
                vec![x.clone(), spec(x.dtype, &other), x]
            }
            Op::Gather { .. } => vec![x, spec(integer(second.dtype), &second.shape)],
            Op::Resize { requant, .. } => {
                x.shape = four(&rank);
                let places = |count: u32| spec(DType::I32, &[count]);
                let (rows, columns) = (second.shape.first(), second.shape.last());
                let mut inputs = vec![x, places(*rows.unwrap_or(&1)), places(*columns.unwrap_or(&1))];
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::Reduce { requant, .. } => {
                let mut inputs = vec![x];
                inputs.extend(requant.map(|_| scale));
                inputs
            }
            Op::Lookup => vec![x, spec(DType::I32, &[256])],
            Op::Slice { .. } | Op::TopK { .. } => vec![x],
        };
        let output = if fitting > 0 { likely_output(&op, &inputs, any) } else { any };
        let references: Vec<Ref> = (0..inputs.len() as u16).map(Ref::Node).collect();
        (Node { op, inputs: references.try_into().unwrap(), output }, inputs)
    }
}

proptest! {
    #![proptest_config(cases(30_000))]

    /// Arithmetic is checked in tests, so that anything that could wrap panics here.
    #[test]
    fn any_node_should_be_refused_or_have_a_value_everywhere((node, inputs) in any_node(), seed in any::<u32>(), layout in layouts()) {
        let specs: Vec<&TensorSpec> = inputs.iter().collect();
        let Ok(kernel) = Kernel::new(layout, &node, &specs, Some(0)) else { return Ok(()) };
        let cost = NodeCost::of(&kernel);
        let tiles = kernel.output().tiles();
        let limits = GraphLimits { max_proof_bytes: 1 << 19, max_macs: 2_000_000, max_opening_bytes: 1 << 19 };
        let _ = cost.is_provable(&limits);
        if cost.tile_macs > 1_000_000 {
            return Ok(());
        }
        for tile in [0, tiles / 3, tiles / 2, tiles - 1] {
            let place = kernel.output().tile_bytes(tile).unwrap() / kernel.output().dtype.size() / 2;
            let targets = [
                (Target::Tile { tile, claimed: [0; 32], path: vec![] }, cost.tile_bytes),
                (Target::Element { tile, bytes: vec![], path: vec![], place }, cost.element_bytes - layout.tile_bytes()),
            ];
            for (target, most) in targets {
                let needed = needed_tiles(&node, &kernel, &target, Noise { kernel: &kernel, seed });
                prop_assert!(needed.is_ok(), "{needed:?}");
                let mut bytes = 0;
                for (tiles, geometry) in needed.unwrap().iter().zip(kernel.inputs()) {
                    bytes += tiles.iter().map(|tile| geometry.tile_bytes(*tile).unwrap()).sum::<u32>();
                    bytes += 32 * siblings(geometry.tiles(), tiles);
                }
                prop_assert!(bytes <= most, "{bytes} > {most}: {target:?} of {node:?}");
            }
        }
        let beyond = Target::Tile { tile: tiles, claimed: [0; 32], path: vec![] };
        let none = needed_tiles(&node, &kernel, &beyond, Noise { kernel: &kernel, seed });
        prop_assert_eq!(none, Err(Rejection::OutOfBounds));
        // Whatever the values are, there is one.
        if cost.tile_macs < 20_000 {
            for at in [0, kernel.output().elements() / 2, kernel.output().elements() - 1] {
                let value = kernel.element(at, &mut Noise { kernel: &kernel, seed });
                let is_bounded = !matches!(node.op, Op::Conv { .. } | Op::MatMul { .. } | Op::ConvTranspose { .. });
                match value {
                    Ok(value) => {
                        let (low, high) = kernel.output().dtype.range().unwrap();
                        prop_assert!((low..=high).contains(&value), "{value} of {node:?}");
                    }
                    // A bias, of which nothing is known here.
                    Err(fault) => prop_assert!(fault == Fault::Overflow && !is_bounded, "{fault:?} of {node:?}"),
                }
            }
        }
    }
}

/// A contradiction of a graph that nobody registered: whatever it costs to refuse is paid before any hash is compared.
fn unregistered(node: Node, inputs: Vec<InputOpening>, target: Target) -> Contradiction {
    let specs: Vec<TensorSpec> = inputs.iter().map(|input| input.spec.clone()).collect();
    Contradiction {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: Layout::One.version(),
            node_count: 1,
            initialiser_count: 0,
            inputs: specs.try_into().unwrap(),
            outputs: vec![0].try_into().unwrap(),
        },
        index: 0,
        node,
        node_path: vec![],
        initialiser_siblings: vec![],
        leaf: [0; 32],
        trace_siblings: vec![],
        inputs: inputs.try_into().unwrap(),
        target,
    }
}

#[test]
fn tiles_that_the_proof_does_not_bring_should_not_be_searched_for() {
    // One element depends on very many tiles.
    let length = 1 << 17;
    let x = spec(DType::I32, &[length, 64]);
    let node = Node {
        op: Op::ArgMax {
            axis: 0,
            keep_dims: false,
        },
        inputs: vec![Ref::Request(0)].try_into().unwrap(),
        output: spec(DType::I32, &[64]),
    };
    let brought = InputOpening {
        spec: x,
        tiles: vec![0; 512],
        siblings: vec![],
    };
    let target = Target::Tile {
        tile: 0,
        claimed: [0; 32],
        path: vec![],
    };
    let facts = ClaimFacts {
        graph_root: [1; 32],
        node_count: 1,
        trace_root: [2; 32],
        input_roots: vec![].try_into().unwrap(),
    };
    let kernel = Kernel::new(Layout::One, &node, &[&brought.spec], None).unwrap();
    let started = std::time::Instant::now();
    let values = Noise {
        kernel: &kernel,
        seed: 0,
    };
    let needed = needed_tiles(&node, &kernel, &target, values).unwrap();
    assert_eq!(needed[0].len(), length as usize);
    let search = started.elapsed();
    let proof = unregistered(node, vec![brought], target);
    let started = std::time::Instant::now();
    assert_eq!(
        check::<Sha256>(&facts, &proof, &PROOF_LIMITS),
        Err(Rejection::WrongTiles)
    );
    // Three tiles are enough to know.
    assert!(started.elapsed() < search / 10);
}

#[test]
fn inputs_beyond_what_a_node_has_should_not_be_decoded() {
    let node = Node {
        op: Op::Reshape,
        inputs: vec![Ref::Request(0)].try_into().unwrap(),
        output: spec(DType::U8, &[]),
    };
    let bytes = unregistered(node, vec![], Target::Whole).encode();
    // The list of inputs is empty and the target has no content: the last two bytes.
    let (list, before) = bytes.split_last().unwrap().1.split_last().unwrap();
    assert_eq!(*list, 0);
    let mut bomb = before.to_vec();
    // A few bytes an opening, many times that in memory.
    codec::Compact(100_000u32).encode_to(&mut bomb);
    bomb.extend(vec![0; 400_001]);
    assert_eq!(decode::<Contradiction>(&bomb), Err(Rejection::Undecodable));
}

#[test]
fn work_should_count_what_operators_do_besides_multiplying() {
    // A depthwise convolution multiplies little, and takes forty times as long for each product as a deep one.
    let macs = |channels: u32, groups: u32| {
        let node = Node {
            op: Op::Conv {
                groups,
                strides: [1, 1],
                pads: [1; 4],
                dilations: [1, 1],
                x_zero: 0,
                w_zero: 0,
                bias: false,
                requant: None,
            },
            inputs: vec![Ref::Node(0), Ref::Node(1)].try_into().unwrap(),
            output: spec(DType::I32, &[1, channels, 8, 8]),
        };
        let (x, w) = (
            spec(DType::U8, &[1, channels, 8, 8]),
            spec(DType::I8, &[channels, channels / groups, 3, 3]),
        );
        Kernel::new(Layout::One, &node, &[&x, &w], None)
            .unwrap()
            .macs_per_element()
    };
    assert_eq!(macs(64, 1), 9 * (64 + 64) + 24);
    assert_eq!(macs(64, 64), 9 * (1 + 64) + 24);
}
