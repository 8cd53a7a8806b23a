//! The operators of all kernel versions: one definition of each, in integers.
//!
//! [`Kernel::new`] is the type check: it resolves a node against its inputs' specs once, with every dimension and loop
//! bound checked. [`Kernel::element`] computes one output element through an [`Inputs`], so that the same lines evaluate
//! a whole node, one tile from partial inputs, and, with an accessor that only takes notes, tell which elements a tile
//! depends on. Kernels are total: every input has one result or a [`Fault`].

mod arithmetic;
mod arrangement;
mod places;
mod reduction;
mod selection;
mod spans;
mod transposed;
mod window;

pub use reduction::MAX_SORTED;

use crate::graph::{DType, Node, Op, Requant, TensorSpec, Window, KERNEL_VERSION, MAX_RANK};
use crate::requantise::requantise;
use crate::tensor::{Geometry, Layout};
use alloc::vec::Vec;
use arithmetic::{clamped, Binary};
use arrangement::{pad, transpose};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use places::Broadcast;
use reduction::{Reduce, TopK};
use scale_info::TypeInfo;
use selection::{Concat, Gather, Resize, Slice};
pub(crate) use transposed::Spread;
use transposed::Transposed;
pub(crate) use window::Conv;
use window::{pool, slides};

/// Largest stride, padding, dilation or window side.
pub const MAX_ATTRIBUTE: u32 = 1 << 12;
/// Largest integer weight of an addition.
pub const MAX_ADD_WEIGHT: i32 = 1 << 15;

/// What an output element takes besides its inputs, in multiply-accumulates: its place, its bytes, its share of a hash.
/// This and the next two were measured in compiled wasm on the node's executor (`bench:disputes --executor`). With them no
/// operator's unit takes more than a twentieth longer than that of a product, by which contradictions are weighed.
pub const WORK_OF_ELEMENT: u64 = 24;
/// What one element looked up by itself takes.
pub const WORK_OF_READ: u64 = 28;
/// What looking up the two runs of a sum of products takes, however short.
pub const WORK_OF_RUN: u64 = 64;
/// What a step takes that reads nothing: a dimension of a place, a value put in order. This and the next are from native
/// timings against those above (`examples/check-times.rs`), rounded up.
pub const WORK_OF_STEP: u64 = 4;
/// What a quotient or a root of singles takes, in integers.
pub const WORK_OF_DIVISION: u64 = 32;

/// Largest zero point, and largest end of a clamp, of a 32-bit tensor, either way: a single counts so far.
pub const MAX_WIDE_ZERO: i32 = 1 << 23;

/// Why a node does not type-check.
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
pub enum NodeFault {
    /// An operator has another number of inputs.
    InputCount,
    /// A tensor has an empty dimension or too many elements.
    Shape,
    /// An input has a type the operator does not take.
    InputType,
    /// An input has a rank or dimension that does not fit the operator or another input.
    InputShape,
    /// A stride, dilation, padding, window, axis, permutation, group count or weight is out of range.
    Attribute,
    /// A zero point lies outside its tensor's type.
    ZeroPoint,
    /// The clamp is empty or outside the output's type.
    Clamp,
    /// The stated output is not what the operator gives.
    Output,
    /// An accumulator could exceed 32 bits.
    Overflow,
    /// The graph's kernel version does not have the operator, or is none.
    Version,
}

/// Whether a graph of kernel version `version` has the operator.
pub fn check_version(version: u16, op: &Op) -> Result<(), NodeFault> {
    ensure(
        (op.since()..=KERNEL_VERSION).contains(&version),
        NodeFault::Version,
    )
}

/// Why an element has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The accessor does not hold that element.
    Missing,
    /// An accumulator exceeded 32 bits.
    Overflow,
    /// A scale is not a finite positive single within range.
    Scale,
}

/// Gives input elements by the input's position and the element's row-major index.
pub trait Inputs {
    /// The element; [`Fault::Missing`] when it is not held.
    fn get(&mut self, input: usize, index: u32) -> Result<i32, Fault>;

    /// Sum of the products of two runs of `count` elements, zero points subtracted. Held bytes need not be looked up one
    /// by one for this.
    fn dot(&mut self, x: Run, w: Run, count: u32) -> Result<i64, Fault> {
        let mut sum = 0i64;
        for k in 0..count {
            let a = self.get(x.input, x.first + k * x.step)? - x.zero;
            let b = self.get(w.input, w.first + k * w.step)? - w.zero;
            sum += i64::from(a) * i64::from(b);
        }
        Ok(sum)
    }
}

/// Elements of one input that lie side by side in committed order: the depth of a convolution or a product.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Which input.
    pub input: usize,
    /// Row-major index of the first.
    pub first: u32,
    /// Row-major distance from one to the next.
    pub step: u32,
    /// Zero point.
    pub zero: i32,
}

/// How the last input requantises.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scaling {
    pub(crate) requant: Requant,
    pub(crate) input: usize,
    pub(crate) per_channel: bool,
}

/// A node that is sums of products, as a convolution. See [`crate::packed`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Products {
    pub(crate) conv: Conv,
    pub(crate) x_zero: i32,
    pub(crate) w_zero: i32,
    pub(crate) bias: bool,
    pub(crate) scaling: Option<Scaling>,
}

/// A product of matrices as a convolution, see [`Kernel::products`].
fn matrices(rows: u32, depth: u32, columns: u32) -> Conv {
    Conv {
        x: [rows, depth, 1, 1],
        w: [columns, depth, 1, 1],
        y: [rows, columns, 1, 1],
        groups: 1,
        strides: [1; 2],
        pads: [0; 4],
        dilations: [1; 2],
    }
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Conv(Conv),
    MatMul {
        depth: u32,
        columns: u32,
    },
    Elementwise {
        channels: u32,
        plane: u32,
    },
    Table {
        lowest: i32,
    },
    Pool {
        x: [u32; 4],
        y: [u32; 4],
        window: Window,
        max: bool,
    },
    Add {
        a_mul: i32,
        b_mul: i32,
        b_zero: i32,
    },
    Copy,
    Transpose {
        rank: usize,
        out: [u32; MAX_RANK as usize],
        strides: [u32; MAX_RANK as usize],
    },
    Pad {
        rank: usize,
        x: [u32; MAX_RANK as usize],
        y: [u32; MAX_RANK as usize],
        before: [u32; MAX_RANK as usize],
        value: i32,
    },
    ArgMax {
        length: u32,
        inner: u32,
    },
    Transposed(Transposed),
    BatchMatMul {
        rows: u32,
        columns: u32,
        depth: u32,
        /// Whether all groups have the same right-hand side.
        is_shared: bool,
    },
    Binary {
        op: Binary,
        broadcast: Broadcast,
    },
    SquareRoot,
    Concat(Concat),
    Slice(Slice),
    Gather(Gather),
    Resize(Resize),
    Reduce(Reduce),
    Lookup {
        lowest: i32,
    },
    TopK(TopK),
}

/// The output that an operator gives, and how.
type Resolved = (Vec<u32>, DType, Shape);

/// Which scales make sense.
#[derive(Clone, Copy)]
enum Scales {
    /// One, or one for each of so many channels, and an output of 8 bits: kernel version 1.
    Narrow(Option<u32>),
    /// One.
    One,
    /// One, or one for each of so many channels.
    OneOrPerChannel(u32),
}

/// A node resolved against its inputs' specs.
#[derive(Clone, Debug)]
pub struct Kernel {
    shape: Shape,
    x_zero: i32,
    w_zero: i32,
    bias: bool,
    scaling: Option<Scaling>,
    output: Geometry,
    inputs: Vec<Geometry>,
}

fn dims4(spec: &TensorSpec) -> Result<[u32; 4], NodeFault> {
    spec.shape
        .as_slice()
        .try_into()
        .map_err(|_| NodeFault::InputShape)
}

fn dims2(spec: &TensorSpec) -> Result<[u32; 2], NodeFault> {
    spec.shape
        .as_slice()
        .try_into()
        .map_err(|_| NodeFault::InputShape)
}

fn ensure(holds: bool, fault: NodeFault) -> Result<(), NodeFault> {
    if holds {
        Ok(())
    } else {
        Err(fault)
    }
}

fn check_zero(dtype: DType, zero: i32) -> Result<(), NodeFault> {
    let (low, high) = dtype.range().ok_or(NodeFault::InputType)?;
    ensure((low..=high).contains(&zero), NodeFault::ZeroPoint)
}

/// Checks an integer and its zero point: any of an 8-bit tensor, a bounded one of a 32-bit tensor.
fn check_integer(dtype: DType, zero: i32) -> Result<(), NodeFault> {
    match dtype {
        DType::U8 | DType::I8 => check_zero(dtype, zero),
        DType::I32 => ensure(is_wide(zero), NodeFault::ZeroPoint),
        DType::F32 => Err(NodeFault::InputType),
    }
}

/// Whether a zero point, or an end of a clamp, is one that a 32-bit tensor may have.
fn is_wide(value: i32) -> bool {
    (-MAX_WIDE_ZERO..=MAX_WIDE_ZERO).contains(&value)
}

/// Largest `|x - zero|` of an operand.
fn reach(dtype: DType, zero: i32) -> Result<u64, NodeFault> {
    ensure(dtype.is_operand(), NodeFault::InputType)?;
    check_zero(dtype, zero)?;
    let (low, high) = dtype.range().ok_or(NodeFault::InputType)?;
    Ok(u64::from(high.abs_diff(zero).max(low.abs_diff(zero))))
}

fn in_range(values: &[u32], low: u32) -> Result<(), NodeFault> {
    ensure(
        values.iter().all(|v| (low..=MAX_ATTRIBUTE).contains(v)),
        NodeFault::Attribute,
    )
}

fn check_accumulator(terms: u64, product: u64, bias: u64) -> Result<(), NodeFault> {
    let worst = terms
        .checked_mul(product)
        .and_then(|sum| sum.checked_add(bias))
        .ok_or(NodeFault::Overflow)?;
    ensure(worst < 1 << 31, NodeFault::Overflow)
}

fn check_bias(spec: Option<&&TensorSpec>, channels: u32) -> Result<(), NodeFault> {
    let spec = spec.ok_or(NodeFault::InputCount)?;
    ensure(spec.dtype == DType::I32, NodeFault::InputType)?;
    ensure(spec.shape.as_slice() == [channels], NodeFault::InputShape)
}

/// Checks scale and clamp.
fn check_scaling(
    requant: &Option<Requant>,
    specs: &[&TensorSpec],
    input: usize,
    scales: Scales,
    output: DType,
) -> Result<Option<Scaling>, NodeFault> {
    let Some(requant) = requant else {
        ensure(specs.len() == input, NodeFault::InputCount)?;
        ensure(output == DType::I32, NodeFault::Output)?;
        return Ok(None);
    };
    ensure(
        specs.len() == input.saturating_add(1),
        NodeFault::InputCount,
    )?;
    let scale = specs.get(input).ok_or(NodeFault::InputCount)?;
    ensure(scale.dtype == DType::F32, NodeFault::InputType)?;
    let (channels, is_narrow) = match scales {
        Scales::Narrow(channels) => (channels, true),
        Scales::One => (None, false),
        Scales::OneOrPerChannel(channels) => (Some(channels), false),
    };
    ensure(
        output.is_operand() || (output == DType::I32 && !is_narrow),
        NodeFault::Output,
    )?;
    check_integer(output, requant.zero)?;
    let (low, high) = if output.is_operand() {
        output.range().ok_or(NodeFault::Output)?
    } else {
        (-MAX_WIDE_ZERO, MAX_WIDE_ZERO)
    };
    ensure(
        low <= requant.min && requant.min <= requant.max && requant.max <= high,
        NodeFault::Clamp,
    )?;
    let per_channel = match scale.shape.as_slice() {
        [1] => false,
        [count] if Some(*count) == channels => true,
        _ => return Err(NodeFault::InputShape),
    };
    Ok(Some(Scaling {
        requant: *requant,
        input,
        per_channel,
    }))
}

impl Kernel {
    /// Type-checks `node` against the specs of its inputs, in their order. Of the layout nothing depends but the tiles in
    /// which things are. `bias_bound` is the largest absolute bias
    /// where it is known, which only the registration of a graph can say; elsewhere sums are checked as they are made.
    pub fn new(
        layout: Layout,
        node: &Node,
        specs: &[&TensorSpec],
        bias_bound: Option<u32>,
    ) -> Result<Self, NodeFault> {
        ensure(specs.len() == node.inputs.len(), NodeFault::InputCount)?;
        let output = Geometry::new(layout, &node.output).ok_or(NodeFault::Shape)?;
        let inputs = specs
            .iter()
            .map(|spec| Geometry::new(layout, spec).ok_or(NodeFault::Shape))
            .collect::<Result<Vec<_>, _>>()?;
        let x = specs.first().ok_or(NodeFault::InputCount)?;
        let bias_bound = u64::from(bias_bound.unwrap_or(0));
        let dtype = node.output.dtype;
        let mut kernel = Kernel {
            shape: Shape::Copy,
            x_zero: 0,
            w_zero: 0,
            bias: false,
            scaling: None,
            output,
            inputs,
        };
        let (expected, expected_dtype): (Vec<u32>, DType) = match &node.op {
            Op::Conv {
                groups,
                strides,
                pads,
                dilations,
                x_zero,
                w_zero,
                bias,
                requant,
            } => {
                let w = specs.get(1).ok_or(NodeFault::InputCount)?;
                let (xd, wd) = (dims4(x)?, dims4(w)?);
                in_range(strides, 1)?;
                in_range(dilations, 1)?;
                in_range(pads, 0)?;
                in_range(&[wd[2], wd[3], *groups], 1)?;
                ensure(
                    xd[1] % groups == 0 && wd[0] % groups == 0 && wd[1] == xd[1] / groups,
                    NodeFault::InputShape,
                )?;
                let product = reach(x.dtype, *x_zero)?
                    .checked_mul(reach(w.dtype, *w_zero)?)
                    .ok_or(NodeFault::Overflow)?;
                let terms = u64::from(wd[1]) * u64::from(wd[2]) * u64::from(wd[3]);
                check_accumulator(terms, product, bias_bound)?;
                let extent = |side: u32, dilation: u32| (side - 1) * dilation + 1;
                let height = slides(
                    xd[2],
                    extent(wd[2], dilations[0]),
                    pads[0],
                    pads[2],
                    strides[0],
                )?;
                let width = slides(
                    xd[3],
                    extent(wd[3], dilations[1]),
                    pads[1],
                    pads[3],
                    strides[1],
                )?;
                if *bias {
                    check_bias(specs.get(2), wd[0])?;
                }
                kernel.scaling = check_scaling(
                    requant,
                    specs,
                    2 + usize::from(*bias),
                    Scales::Narrow(Some(wd[0])),
                    dtype,
                )?;
                let y = [xd[0], wd[0], height, width];
                kernel.shape = Shape::Conv(Conv {
                    x: xd,
                    w: wd,
                    y,
                    groups: *groups,
                    strides: *strides,
                    pads: *pads,
                    dilations: *dilations,
                });
                (kernel.x_zero, kernel.w_zero, kernel.bias) = (*x_zero, *w_zero, *bias);
                (y.to_vec(), dtype)
            }
            Op::MatMul {
                x_zero,
                w_zero,
                bias,
                requant,
            } => {
                let w = specs.get(1).ok_or(NodeFault::InputCount)?;
                let ([rows, depth], [columns, other]) = (dims2(x)?, dims2(w)?);
                ensure(depth == other, NodeFault::InputShape)?;
                let product = reach(x.dtype, *x_zero)?
                    .checked_mul(reach(w.dtype, *w_zero)?)
                    .ok_or(NodeFault::Overflow)?;
                check_accumulator(u64::from(depth), product, bias_bound)?;
                if *bias {
                    check_bias(specs.get(2), columns)?;
                }
                kernel.scaling = check_scaling(
                    requant,
                    specs,
                    2 + usize::from(*bias),
                    Scales::Narrow(Some(columns)),
                    dtype,
                )?;
                kernel.shape = Shape::MatMul { depth, columns };
                (kernel.x_zero, kernel.w_zero, kernel.bias) = (*x_zero, *w_zero, *bias);
                (alloc::vec![rows, columns], dtype)
            }
            Op::Requantise { x_zero, requant } => {
                check_zero(x.dtype, *x_zero)?;
                let channels = x.shape.get(1).copied();
                kernel.scaling =
                    check_scaling(&Some(*requant), specs, 1, Scales::Narrow(channels), dtype)?;
                // An I32 input minus its zero point must fit again.
                ensure(x.dtype.is_operand() || *x_zero == 0, NodeFault::ZeroPoint)?;
                kernel.x_zero = *x_zero;
                kernel.shape = Shape::Elementwise {
                    channels: channels.unwrap_or(1),
                    plane: x
                        .shape
                        .iter()
                        .skip(2)
                        .fold(1, |p: u32, d| p.saturating_mul(*d)),
                };
                (x.shape.to_vec(), dtype)
            }
            Op::Table => {
                let table = specs.get(1).ok_or(NodeFault::InputCount)?;
                ensure(specs.len() == 2, NodeFault::InputCount)?;
                ensure(
                    x.dtype.is_operand() && table.dtype.is_operand(),
                    NodeFault::InputType,
                )?;
                ensure(table.shape.as_slice() == [256], NodeFault::InputShape)?;
                let (lowest, _) = x.dtype.range().ok_or(NodeFault::InputType)?;
                kernel.shape = Shape::Table { lowest };
                (x.shape.to_vec(), table.dtype)
            }
            Op::MaxPool(window) => {
                ensure(specs.len() == 1, NodeFault::InputCount)?;
                ensure(x.dtype.is_operand(), NodeFault::InputType)?;
                let (xd, y) = pool(x, window)?;
                kernel.shape = Shape::Pool {
                    x: xd,
                    y,
                    window: *window,
                    max: true,
                };
                (y.to_vec(), x.dtype)
            }
            Op::SumPool {
                window,
                x_zero,
                requant,
            } => {
                let (xd, y) = pool(x, window)?;
                let terms = u64::from(window.kernel[0]) * u64::from(window.kernel[1]);
                check_accumulator(terms, reach(x.dtype, *x_zero)?, 0)?;
                kernel.scaling =
                    check_scaling(requant, specs, 1, Scales::Narrow(Some(xd[1])), dtype)?;
                kernel.x_zero = *x_zero;
                kernel.shape = Shape::Pool {
                    x: xd,
                    y,
                    window: *window,
                    max: false,
                };
                (y.to_vec(), dtype)
            }
            Op::Add {
                a_zero,
                a_mul,
                b_zero,
                b_mul,
                requant,
            } => {
                let b = specs.get(1).ok_or(NodeFault::InputCount)?;
                ensure(x.shape == b.shape, NodeFault::InputShape)?;
                reach(x.dtype, *a_zero)?;
                reach(b.dtype, *b_zero)?;
                ensure(
                    [a_mul, b_mul]
                        .iter()
                        .all(|m| (1..=MAX_ADD_WEIGHT).contains(*m)),
                    NodeFault::Attribute,
                )?;
                kernel.scaling = check_scaling(requant, specs, 2, Scales::Narrow(None), dtype)?;
                kernel.x_zero = *a_zero;
                kernel.shape = Shape::Add {
                    a_mul: *a_mul,
                    b_mul: *b_mul,
                    b_zero: *b_zero,
                };
                (x.shape.to_vec(), dtype)
            }
            Op::Reshape => {
                ensure(specs.len() == 1, NodeFault::InputCount)?;
                ensure(x.dtype != DType::F32, NodeFault::InputType)?;
                ensure(
                    kernel.inputs.first().map(Geometry::elements) == Some(output.elements()),
                    NodeFault::Output,
                )?;
                (node.output.shape.to_vec(), x.dtype)
            }
            Op::Transpose { perm } => {
                ensure(specs.len() == 1, NodeFault::InputCount)?;
                ensure(x.dtype != DType::F32, NodeFault::InputType)?;
                let (expected, shape) = transpose(x, perm)?;
                kernel.shape = shape;
                (expected, x.dtype)
            }
            Op::Pad { pads, value } => {
                ensure(specs.len() == 1, NodeFault::InputCount)?;
                check_zero(x.dtype, *value)?;
                let (expected, shape) = pad(x, pads, *value)?;
                kernel.shape = shape;
                (expected, x.dtype)
            }
            Op::ArgMax { axis, keep_dims } => {
                ensure(specs.len() == 1, NodeFault::InputCount)?;
                ensure(x.dtype != DType::F32, NodeFault::InputType)?;
                let axis = usize::from(*axis);
                let length = *x.shape.get(axis).ok_or(NodeFault::Attribute)?;
                let mut expected = x.shape.to_vec();
                if *keep_dims {
                    if let Some(slot) = expected.get_mut(axis) {
                        *slot = 1;
                    }
                } else {
                    expected.remove(axis);
                }
                let inner = x
                    .shape
                    .iter()
                    .skip(axis + 1)
                    .fold(1, |p: u32, d| p.saturating_mul(*d));
                kernel.shape = Shape::ArgMax { length, inner };
                (expected, DType::I32)
            }
            Op::ConvTranspose { .. }
            | Op::BatchMatMul { .. }
            | Op::WeightedSum { .. }
            | Op::Product { .. }
            | Op::Quotient { .. }
            | Op::SquareRoot { .. }
            | Op::Concat { .. }
            | Op::Slice { .. }
            | Op::Gather { .. }
            | Op::Resize { .. }
            | Op::Reduce { .. }
            | Op::Lookup
            | Op::TopK { .. } => {
                let (expected, expected_dtype, shape) =
                    kernel.resolve_second(node, specs, bias_bound)?;
                kernel.shape = shape;
                (expected, expected_dtype)
            }
        };
        ensure(
            node.output.shape.as_slice() == expected.as_slice() && dtype == expected_dtype,
            NodeFault::Output,
        )?;
        Ok(kernel)
    }

    /// The operators of kernel version 2.
    fn resolve_second(
        &mut self,
        node: &Node,
        specs: &[&TensorSpec],
        bias_bound: u64,
    ) -> Result<Resolved, NodeFault> {
        match &node.op {
            Op::ConvTranspose { .. } => transposed::resolve(self, node, specs, bias_bound),
            Op::BatchMatMul {
                a_zero,
                b_zero,
                requant,
            } => arithmetic::batch_mat_mul(self, node, specs, (*a_zero, *b_zero), requant),
            Op::WeightedSum {
                a_zero,
                a_mul,
                b_zero,
                b_mul,
                requant,
            } => {
                let (a_mul, b_mul) = (*a_mul, *b_mul);
                let op = Binary::WeightedSum { a_mul, b_mul };
                arithmetic::binary(self, node, specs, (*a_zero, *b_zero), op, requant)
            }
            Op::Product {
                a_zero,
                b_zero,
                requant,
            } => {
                let zeros = (*a_zero, *b_zero);
                arithmetic::binary(self, node, specs, zeros, Binary::Product, requant)
            }
            Op::Quotient {
                a_zero,
                b_zero,
                requant,
            } => {
                let (zeros, requant) = ((*a_zero, *b_zero), Some(*requant));
                arithmetic::binary(self, node, specs, zeros, Binary::Quotient, &requant)
            }
            Op::SquareRoot { x_zero, requant } => {
                arithmetic::root(self, node, specs, *x_zero, requant)
            }
            Op::Concat { axis } => selection::concat(specs, *axis),
            Op::Slice { ranges } => selection::slice(node, specs, ranges),
            Op::Gather { axis } => selection::gather(specs, *axis),
            Op::Resize { x_zero, requant } => {
                selection::resize(self, node, specs, *x_zero, requant)
            }
            Op::Reduce { .. } => reduction::reduce(self, node, specs),
            Op::Lookup => arithmetic::lookup(specs),
            Op::TopK {
                axis,
                largest,
                indices,
            } => reduction::top_k(self, node, specs, *axis, *largest, *indices),
            Op::Conv { .. }
            | Op::MatMul { .. }
            | Op::Requantise { .. }
            | Op::Table
            | Op::MaxPool(_)
            | Op::SumPool { .. }
            | Op::Add { .. }
            | Op::Reshape
            | Op::Transpose { .. }
            | Op::Pad { .. }
            | Op::ArgMax { .. } => Err(NodeFault::Attribute),
        }
    }

    /// The output's geometry.
    pub fn output(&self) -> &Geometry {
        &self.output
    }

    /// The inputs' geometries, in the node's order.
    pub fn inputs(&self) -> &[Geometry] {
        &self.inputs
    }

    /// What the node's sums of products are, if it is such. A product of matrices is a convolution of images of one pixel,
    /// one for each row, whose committed order is row-major. So is a batch of them with one right-hand side.
    pub(crate) fn products(&self) -> Option<Products> {
        let conv = match self.shape {
            Shape::Conv(conv) => conv,
            Shape::MatMul { depth, columns }
            | Shape::BatchMatMul {
                depth,
                columns,
                is_shared: true,
                ..
            } => {
                let rows = self.output.elements().checked_div(columns)?;
                matrices(rows, depth, columns)
            }
            _ => return None,
        };
        Some(self.products_of(conv))
    }

    /// What each of a batch of products of matrices is, where each has a right-hand side of its own.
    pub(crate) fn batch(&self) -> Option<Products> {
        match self.shape {
            Shape::BatchMatMul {
                rows,
                columns,
                depth,
                is_shared: false,
            } => Some(self.products_of(matrices(rows, depth, columns))),
            _ => None,
        }
    }

    /// What each place of the filter of a transposed convolution is, if no two of its windows meet and all of them lie in the
    /// output.
    pub(crate) fn spread(&self) -> Option<(Products, Spread)> {
        let Shape::Transposed(transposed) = &self.shape else {
            return None;
        };
        let spread = transposed.spread(self.output.elements())?;
        Some((self.products_of(spread.conv), spread))
    }

    fn products_of(&self, conv: Conv) -> Products {
        Products {
            conv,
            x_zero: self.x_zero,
            w_zero: self.w_zero,
            bias: self.bias,
            scaling: self.scaling,
        }
    }

    /// Multiply-accumulates for one output element, and as many more as the rest of it takes: limits and weights count
    /// these, so an operator must not take longer than its share. See [`WORK_OF_ELEMENT`] and its neighbours.
    pub fn macs_per_element(&self) -> u64 {
        let main = match &self.shape {
            Shape::Conv(conv) => {
                let runs = u64::from(conv.w[2]) * u64::from(conv.w[3]);
                runs * (u64::from(conv.w[1]) + WORK_OF_RUN)
            }
            Shape::MatMul { depth, .. } => u64::from(*depth) + WORK_OF_RUN,
            Shape::Elementwise { .. }
            | Shape::Copy
            | Shape::Transpose { .. }
            | Shape::Pad { .. } => WORK_OF_READ,
            Shape::Table { .. } | Shape::Add { .. } => 2 * WORK_OF_READ,
            Shape::Pool { window, .. } => {
                u64::from(window.kernel[0]) * u64::from(window.kernel[1]) * WORK_OF_READ
            }
            Shape::ArgMax { length, .. } => u64::from(*length) * WORK_OF_READ,
            Shape::Transposed(conv) => {
                conv.runs() * (u64::from(conv.depth()) + WORK_OF_RUN) + conv.steps() * WORK_OF_STEP
            }
            Shape::BatchMatMul { depth, .. } => u64::from(*depth) + WORK_OF_RUN,
            Shape::Binary { op, broadcast } => {
                let division = match op {
                    Binary::WeightedSum { .. } | Binary::Product => 0,
                    Binary::Quotient => WORK_OF_DIVISION,
                };
                2 * WORK_OF_READ + broadcast.steps() * WORK_OF_STEP + division
            }
            Shape::SquareRoot => WORK_OF_READ + WORK_OF_DIVISION,
            Shape::Concat(_) => WORK_OF_READ + 4 * WORK_OF_STEP,
            Shape::Slice(slice) => WORK_OF_READ + slice.steps() * WORK_OF_STEP,
            // What points is read twice, to know where it points and to go there.
            Shape::Gather(_) => 3 * WORK_OF_READ + 4 * WORK_OF_STEP,
            Shape::Lookup { .. } => 3 * WORK_OF_READ,
            Shape::Resize(_) => {
                let corners = if self.scaling.is_some() { 4 } else { 1 };
                (4 + corners) * WORK_OF_READ + 4 * WORK_OF_STEP
            }
            Shape::Reduce(reduce) => reduce.count() * WORK_OF_READ + reduce.steps() * WORK_OF_STEP,
            Shape::TopK(top) => top.length() * (WORK_OF_READ + WORK_OF_STEP),
        };
        let parameters = u64::from(self.bias) + u64::from(self.scaling.is_some());
        main + WORK_OF_ELEMENT + parameters * WORK_OF_READ
    }

    /// Tiles of input `input` that one output element can touch, at most.
    pub fn tiles_per_element(&self, input: usize) -> u64 {
        let full = self.output.layout().tile_bytes();
        let tiles_of_run = |bytes: u32| u64::from(bytes / full) + 2;
        match (&self.shape, input) {
            (Shape::Conv(conv), 0) => {
                u64::from(conv.w[2]) * u64::from(conv.w[3]) * tiles_of_run(conv.w[1])
            }
            (Shape::Conv(conv), 1) => tiles_of_run(
                conv.w[1]
                    .saturating_mul(conv.w[2])
                    .saturating_mul(conv.w[3]),
            ),
            (Shape::MatMul { depth, .. }, 0 | 1) => tiles_of_run(*depth),
            (Shape::Pool { window, .. }, 0) => {
                u64::from(window.kernel[0]) * u64::from(window.kernel[1])
            }
            (Shape::ArgMax { length, .. }, 0) => u64::from(*length),
            (Shape::Transposed(conv), 0) => conv.runs().saturating_mul(tiles_of_run(conv.depth())),
            (Shape::Transposed(conv), 1) => tiles_of_run(conv.weights()),
            (Shape::BatchMatMul { depth, .. }, 0 | 1) => tiles_of_run(*depth),
            (Shape::Resize(_), 0) => 4,
            (Shape::Reduce(reduce), 0) => reduce.tiles(),
            (Shape::TopK(top), 0) => top.tiles(),
            _ => 1,
        }
    }

    /// The output element at row-major index `at`, which must be below the output's element count.
    pub fn element<I: Inputs>(&self, at: u32, inputs: &mut I) -> Result<i32, Fault> {
        match &self.shape {
            Shape::Conv(conv) => self.conv(conv, at, inputs),
            Shape::MatMul { depth, columns } => {
                let (row, column) = (at / columns, at % columns);
                let x = self.run(0, row * depth, 1);
                let w = self.run(1, column * depth, 1);
                let sum = inputs.dot(x, w, *depth)?;
                self.finish(sum, column, inputs)
            }
            Shape::Elementwise { channels, plane } => {
                let x = i64::from(inputs.get(0, at)?) - i64::from(self.x_zero);
                self.finish(x, at / plane % channels, inputs)
            }
            Shape::Table { lowest } => {
                let index = inputs.get(0, at)? - lowest;
                inputs.get(1, index as u32)
            }
            Shape::Pool { x, y, window, max } => self.pool(x, y, window, *max, at, inputs),
            Shape::Add {
                a_mul,
                b_mul,
                b_zero,
            } => {
                let a = i64::from(inputs.get(0, at)? - self.x_zero) * i64::from(*a_mul);
                let b = i64::from(inputs.get(1, at)? - b_zero) * i64::from(*b_mul);
                self.finish(a + b, 0, inputs)
            }
            Shape::Copy => inputs.get(0, at),
            Shape::Transpose { rank, out, strides } => {
                let (mut rest, mut index) = (at, 0);
                for (size, stride) in out.iter().zip(strides).take(*rank).rev() {
                    index += rest % size * stride;
                    rest /= size;
                }
                inputs.get(0, index)
            }
            Shape::Pad {
                rank,
                x,
                y,
                before,
                value,
            } => {
                let (mut rest, mut index, mut stride) = (at, 0, 1);
                for ((from, to), lead) in x.iter().zip(y).zip(before).take(*rank).rev() {
                    match (rest % to).checked_sub(*lead) {
                        Some(position) if position < *from => index += position * stride,
                        _ => return Ok(*value),
                    }
                    rest /= to;
                    stride *= from;
                }
                inputs.get(0, index)
            }
            Shape::ArgMax { length, inner } => {
                let start = at / inner * inner * length + at % inner;
                let (mut best, mut best_at) = (inputs.get(0, start)?, 0);
                for k in 1..*length {
                    let value = inputs.get(0, start + k * inner)?;
                    if value > best {
                        (best, best_at) = (value, k);
                    }
                }
                Ok(best_at as i32)
            }
            Shape::Transposed(conv) => self.transposed(conv, at, inputs),
            Shape::BatchMatMul {
                rows,
                columns,
                depth,
                is_shared,
            } => {
                let (group, row, column) = (at / columns / rows, at / columns % rows, at % columns);
                let other = if *is_shared { 0 } else { group };
                let a = self.run(0, (group * rows + row) * depth, 1);
                let b = self.run(1, (other * columns + column) * depth, 1);
                let sum = inputs.dot(a, b, *depth)?;
                self.finish(sum, 0, inputs)
            }
            Shape::Binary { op, broadcast } => self.binary(op, broadcast, at, inputs),
            Shape::SquareRoot => self.root(at, inputs),
            Shape::Concat(concat) => {
                let (input, index) = concat.origin(at).ok_or(Fault::Missing)?;
                inputs.get(input, index)
            }
            Shape::Slice(slice) => inputs.get(0, slice.origin(at)),
            Shape::Gather(gather) => gather.element(at, inputs),
            Shape::Resize(resize) => self.resize(resize, at, inputs),
            Shape::Reduce(reduce) => self.reduce(reduce, at, inputs),
            Shape::Lookup { lowest } => {
                let index = inputs.get(0, at)? - lowest;
                inputs.get(1, index as u32)
            }
            Shape::TopK(top) => top.element(at, inputs),
        }
    }

    /// Neighbours along the depth of operand `input`.
    fn run(&self, input: usize, first: u32, step: u32) -> Run {
        let zero = if input == 0 { self.x_zero } else { self.w_zero };
        Run {
            input,
            first,
            step,
            zero,
        }
    }

    /// Adds the bias and requantises.
    fn finish<I: Inputs>(&self, sum: i64, channel: u32, inputs: &mut I) -> Result<i32, Fault> {
        let biased = if self.bias {
            sum + i64::from(inputs.get(2, channel)?)
        } else {
            sum
        };
        let acc = i32::try_from(biased).map_err(|_| Fault::Overflow)?;
        self.scale(acc, channel, inputs)
    }

    /// Requantises a sum of 32-bit operands, of which every one has a value.
    fn finish_wide<I: Inputs>(&self, sum: i64, inputs: &mut I) -> Result<i32, Fault> {
        self.scale(clamped(sum), 0, inputs)
    }

    /// Requantises.
    #[inline]
    fn scale<I: Inputs>(&self, acc: i32, channel: u32, inputs: &mut I) -> Result<i32, Fault> {
        match &self.scaling {
            None => Ok(acc),
            Some(scaling) => {
                let index = if scaling.per_channel { channel } else { 0 };
                let scale = inputs.get(scaling.input, index)? as u32;
                requantise(acc, scale, &scaling.requant).ok_or(Fault::Scale)
            }
        }
    }
}

#[cfg(test)]
mod tests;
