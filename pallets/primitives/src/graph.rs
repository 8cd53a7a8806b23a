//! The canonical graph: what a model *is* to the chain.
//!
//! A model is compiled once to nodes in topological order. Everything is SCALE-encoded and bounded, so that a node can
//! be decoded, type-checked and costed inside an extrinsic. See the crate's README for the commitment built over it.

use crate::tensor::Layout;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A digest: of SHA-256 or, within a tensor of layout version 2, of BLAKE3. Every commitment of this crate is one.
pub type Digest = [u8; 32];

/// The newest meaning of the operators below. A fix of any kernel is a new version, never a change of one that is. A graph
/// of an earlier version keeps its meaning, and has the operators of that version only: see [`Op::since`].
pub const KERNEL_VERSION: u16 = 2;
/// The newest of the ways in which tensors are cut into tiles and hashed: see [`crate::tensor::Layout`]. A graph of an earlier
/// one keeps its roots.
pub const LAYOUT_VERSION: u8 = 2;
/// Most dimensions a tensor has.
pub const MAX_RANK: u32 = 6;
/// Most inputs a node has: data, weights, bias, scale.
pub const MAX_NODE_INPUTS: u32 = 4;
/// Most inputs, and most outputs, a graph has.
pub const MAX_GRAPH_IO: u32 = 4;
/// Most nodes, and most initialisers, a graph has. See [`crate::page`] for traces of so many leaves.
pub const MAX_NODES: u32 = 16_384;
/// Most elements a tensor has: offsets and byte counts stay within 32 bits with room to spare.
pub const MAX_ELEMENTS: u64 = 1 << 28;

/// Dimensions of a tensor, outermost first.
pub type Shape = BoundedVec<u32, ConstU32<MAX_RANK>>;

/// Element type of a tensor. Multi-byte elements are little-endian.
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
pub enum DType {
    /// Unsigned 8-bit operand.
    #[codec(index = 0)]
    U8,
    /// Signed 8-bit operand.
    #[codec(index = 1)]
    I8,
    /// Accumulator, bias or index.
    #[codec(index = 2)]
    I32,
    /// Only for the scales of a requantisation: the bits of an IEEE-754 single.
    #[codec(index = 3)]
    F32,
}

impl DType {
    /// Bytes an element takes.
    pub const fn size(self) -> u32 {
        match self {
            DType::U8 | DType::I8 => 1,
            DType::I32 | DType::F32 => 4,
        }
    }

    /// Smallest and largest integer of the type; `None` for `F32`.
    pub const fn range(self) -> Option<(i32, i32)> {
        match self {
            DType::U8 => Some((0, 255)),
            DType::I8 => Some((-128, 127)),
            DType::I32 => Some((i32::MIN, i32::MAX)),
            DType::F32 => None,
        }
    }

    /// Whether the type is an operand of a product.
    pub const fn is_operand(self) -> bool {
        matches!(self, DType::U8 | DType::I8)
    }
}

/// Element type and dimensions of a tensor.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct TensorSpec {
    /// Element type.
    pub dtype: DType,
    /// Dimensions, outermost first; none is zero.
    pub shape: Shape,
}

/// Where a node's input comes from.
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
pub enum Ref {
    /// The request's input of that index.
    #[codec(index = 0)]
    Request(u16),
    /// The initialiser of that index.
    #[codec(index = 1)]
    Initialiser(u16),
    /// The output of the node of that index. Every node has one output.
    #[codec(index = 2)]
    Node(u16),
}

/// From accumulator to 8-bit output: `clamp(rint(f32(acc) * scale) + zero, min, max)`.
///
/// The scale is the node's last input, an `F32` parameter with one element, or one per output channel.
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
pub struct Requant {
    /// Zero point of the output.
    pub zero: i32,
    /// Smallest output; a folded `Relu` raises it.
    pub min: i32,
    /// Largest output; a folded `Clip` lowers it.
    pub max: i32,
}

/// Pooling window, common to both poolings. `[vertical, horizontal]` and `[top, left, bottom, right]`.
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
pub struct Window {
    /// Height and width of the window.
    pub kernel: [u32; 2],
    /// Steps.
    pub strides: [u32; 2],
    /// Padding; always smaller than the window, so that no window lies wholly in it.
    pub pads: [u32; 4],
}

/// How a [`Op::Reduce`] brings elements together.
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
pub enum Reduction {
    /// `sum(x - x_zero)`.
    #[codec(index = 0)]
    Sum,
    /// `sum((x - x_zero)^2)`.
    #[codec(index = 1)]
    SumOfSquares,
    /// The largest.
    #[codec(index = 2)]
    Max,
    /// The smallest.
    #[codec(index = 3)]
    Min,
}

/// An operator with its attributes. `x - x_zero` is meant wherever a zero point is given.
///
/// Kernel version 1 ends with `ArgMax`. What version 2 adds takes operands of 32 bits as well where it says "integer"
/// (`U8`, `I8`, `I32`), and then each input has a value: the formula is computed exactly, and its result is clamped to 32
/// bits once, before it is put out, requantised or converted to a single. Nothing else is clamped. (No formula leaves 64
/// bits, but for a sum of squares: there each square may be clamped as well, which comes to the same.) In convolutions
/// and products of matrices nothing needs a clamp: their operands are of 8 bits, and the type check bounds the sum.
/// The zero point of an `I32` operand lies within `±2^23`. A requantisation of an operator of version 2 may give `I32`,
/// with zero point, `min` and `max` within `±2^23`; those of version 1 give 8 bits in either version. "Broadcast" is that
/// of NumPy. A value of 32 bits is converted to a single by rounding to nearest, ties to even, as every step in singles is.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Op {
    /// 2-D convolution. Inputs `x [N,C,H,W]`, `w [O,C/groups,kh,kw]`, `bias [O]` (`I32`) if `bias`, `scale` if `requant`.
    /// `sum((x - x_zero) * (w - w_zero)) + bias`; padding contributes nothing.
    #[codec(index = 0)]
    Conv {
        /// Groups; divides both channel counts.
        groups: u32,
        /// Vertical and horizontal step.
        strides: [u32; 2],
        /// Top, left, bottom, right.
        pads: [u32; 4],
        /// Vertical and horizontal dilation.
        dilations: [u32; 2],
        /// Zero point of `x`.
        x_zero: i32,
        /// Zero point of `w`.
        w_zero: i32,
        /// Whether there is a bias input.
        bias: bool,
        /// `None`: the output is the `I32` accumulator.
        requant: Option<Requant>,
    },
    /// Matrix product. Inputs `x [M,K]`, `w [N,K]` (rows are output channels), `bias [N]` if `bias`, `scale` if `requant`.
    /// Output `[M,N]`.
    #[codec(index = 1)]
    MatMul {
        /// Zero point of `x`.
        x_zero: i32,
        /// Zero point of `w`.
        w_zero: i32,
        /// Whether there is a bias input.
        bias: bool,
        /// `None`: the output is the `I32` accumulator.
        requant: Option<Requant>,
    },
    /// Inputs `x`, `scale`: `requant(x - x_zero)`, elementwise, scale per tensor or per dimension 1.
    #[codec(index = 2)]
    Requantise {
        /// Zero point of `x`.
        x_zero: i32,
        /// The requantisation.
        requant: Requant,
    },
    /// Inputs `x` (8-bit), `table [256]` (8-bit parameter): `table[x - min(dtype of x)]`, elementwise.
    #[codec(index = 3)]
    Table,
    /// Input `x [N,C,H,W]` (8-bit). Padding is never the maximum.
    #[codec(index = 4)]
    MaxPool(Window),
    /// Inputs `x [N,C,H,W]` (8-bit), `scale` if `requant`: `sum(x - x_zero)` over the window, padding contributing
    /// nothing. An average is a sum requantised with a scale divided by the window's size.
    #[codec(index = 5)]
    SumPool {
        /// The window.
        window: Window,
        /// Zero point of `x`.
        x_zero: i32,
        /// `None`: the output is the `I32` sum.
        requant: Option<Requant>,
    },
    /// Inputs `a`, `b` of one shape (8-bit), `scale` if `requant`: `(a - a_zero) * a_mul + (b - b_zero) * b_mul`.
    #[codec(index = 6)]
    Add {
        /// Zero point of `a`.
        a_zero: i32,
        /// Integer weight of `a`, 1 to 2^15.
        a_mul: i32,
        /// Zero point of `b`.
        b_zero: i32,
        /// Integer weight of `b`, 1 to 2^15.
        b_mul: i32,
        /// `None`: the output is the `I32` sum.
        requant: Option<Requant>,
    },
    /// Input `x`: the same elements in row-major order under the output's shape. `Flatten` is one of these.
    #[codec(index = 7)]
    Reshape,
    /// Input `x`: output dimension `d` is input dimension `perm[d]`.
    #[codec(index = 8)]
    Transpose {
        /// A permutation of the dimensions.
        perm: BoundedVec<u8, ConstU32<MAX_RANK>>,
    },
    /// Input `x` surrounded by a constant: `(before, after)` for each dimension.
    #[codec(index = 9)]
    Pad {
        /// Elements before and after, for each dimension.
        pads: BoundedVec<(u32, u32), ConstU32<MAX_RANK>>,
        /// The constant, of the input's type.
        value: i32,
    },
    /// Input `x`: index (`I32`) of the largest element along an axis, the first on a tie.
    #[codec(index = 10)]
    ArgMax {
        /// The axis.
        axis: u8,
        /// Whether the axis stays with dimension 1.
        keep_dims: bool,
    },
    /// Transposed 2-D convolution. Inputs `x [N,C,H,W]`, `w [O,C/groups,kh,kw]` (not ONNX's order), `bias [O]` (`I32`) if
    /// `bias`, `scale` if `requant`. `x[c,h,w]` contributes to `y[o, h * stride + kh * dilation - top, ...]`. The output's
    /// size is `(H - 1) * stride + (kh - 1) * dilation + 1 - top - bottom` and up to `stride - 1` more. One scale, or one
    /// per output channel.
    #[codec(index = 11)]
    ConvTranspose {
        /// Groups; divides both channel counts.
        groups: u32,
        /// Vertical and horizontal step.
        strides: [u32; 2],
        /// Top, left, bottom, right.
        pads: [u32; 4],
        /// Vertical and horizontal dilation.
        dilations: [u32; 2],
        /// Zero point of `x`.
        x_zero: i32,
        /// Zero point of `w`.
        w_zero: i32,
        /// Whether there is a bias input.
        bias: bool,
        /// `None`: the output is the `I32` accumulator.
        requant: Option<Requant>,
    },
    /// Products of matrices. Inputs `a [G,M,K]`, `b [G,N,K]` or `[1,N,K]` (8-bit), `scale [1]` if `requant`.
    /// Output `[G,M,N]`: `sum((a - a_zero) * (b - b_zero))` over K.
    #[codec(index = 12)]
    BatchMatMul {
        /// Zero point of `a`.
        a_zero: i32,
        /// Zero point of `b`.
        b_zero: i32,
        /// `None`: the output is the `I32` accumulator.
        requant: Option<Requant>,
    },
    /// Inputs `a`, `b` (integer, broadcast), `scale [1]` if `requant`: `(a - a_zero) * a_mul + (b - b_zero) * b_mul`.
    #[codec(index = 13)]
    WeightedSum {
        /// Zero point of `a`.
        a_zero: i32,
        /// Integer weight of `a`, within `±2^15`, not zero.
        a_mul: i32,
        /// Zero point of `b`.
        b_zero: i32,
        /// Integer weight of `b`, within `±2^15`, not zero.
        b_mul: i32,
        /// `None`: the output is the `I32` sum.
        requant: Option<Requant>,
    },
    /// Inputs `a`, `b` (integer, broadcast), `scale [1]` if `requant`: `(a - a_zero) * (b - b_zero)`.
    #[codec(index = 14)]
    Product {
        /// Zero point of `a`.
        a_zero: i32,
        /// Zero point of `b`.
        b_zero: i32,
        /// `None`: the output is the `I32` product.
        requant: Option<Requant>,
    },
    /// Inputs `a`, `b` (integer, broadcast), `scale [1]`: numerator and divisor in IEEE-754 singles,
    /// `clamp(rint(f32(f32(f32(a - a_zero) / f32(max(b - b_zero, 1))) * scale)) + zero, min, max)`. Both differences are
    /// clamped to 32 bits first.
    #[codec(index = 15)]
    Quotient {
        /// Zero point of `a`.
        a_zero: i32,
        /// Zero point of `b`.
        b_zero: i32,
        /// The requantisation.
        requant: Requant,
    },
    /// Inputs `x` (integer), `scale [1]`: in IEEE-754 singles,
    /// `clamp(rint(f32(f32(sqrt(f32(max(x - x_zero, 0)))) * scale)) + zero, min, max)`. The difference is clamped to 32 bits
    /// first.
    #[codec(index = 16)]
    SquareRoot {
        /// Zero point of `x`; a constant added under the root is a negative one.
        x_zero: i32,
        /// The requantisation.
        requant: Requant,
    },
    /// Up to four inputs of one integer type, equal but along the axis, one after the other.
    #[codec(index = 17)]
    Concat {
        /// The axis.
        axis: u8,
    },
    /// Input `x` (integer): along each dimension, elements `start`, `start + step`, ... as many as the output has.
    #[codec(index = 18)]
    Slice {
        /// `(start, step)` for each dimension; a step is at least 1, and the last element is one of the input's.
        ranges: BoundedVec<(u32, u32), ConstU32<MAX_RANK>>,
    },
    /// Inputs `x` (integer), `indices` (integer): the indices' shape takes the place of the axis, and each index, clamped to
    /// `0 ..= size - 1`, says which slice stands there.
    #[codec(index = 19)]
    Gather {
        /// The axis of `x`.
        axis: u8,
    },
    /// Inputs `x [N,C,H,W]` (8-bit), `rows [H']`, `columns [W']` (`I32` parameters), `scale [1]` if `requant`. A place in
    /// `rows` or `columns` is `index * 256 + weight`, with a weight of `0..=255` whatever the sign: the index is clamped to
    /// `0 ..= size - 1`, the weight is the share of the next index (or of this, at the end) in 128ths, clamped to `0..=128`,
    /// and this index has the rest of 128. With a requantisation the sum of the four
    /// `(x - x_zero) * row weight * column weight`; without, the element at the two indices, whatever the weights.
    #[codec(index = 20)]
    Resize {
        /// Zero point of `x`.
        x_zero: i32,
        /// `None`: nearest, and the output's type is the input's.
        requant: Option<Requant>,
    },
    /// Inputs `x` (integer), `scale [1]` if `requant`. `Max` and `Min` have neither zero point (it is 0) nor requantisation,
    /// and give the input's type.
    #[codec(index = 21)]
    Reduce {
        /// How.
        reduction: Reduction,
        /// Axes reduced, ascending, at least one.
        axes: BoundedVec<u8, ConstU32<MAX_RANK>>,
        /// Whether they stay with dimension 1.
        keep_dims: bool,
        /// Zero point of `x`.
        x_zero: i32,
        /// `None`: the output is the `I32` sum, or for `Max` and `Min` of the input's type.
        requant: Option<Requant>,
    },
    /// Inputs `x` (8-bit), `table [256]` (`I32` parameter): `table[x - min(dtype of x)]`, elementwise.
    #[codec(index = 22)]
    Lookup,
    /// Input `x` (integer): the largest (or smallest) elements along an axis in order, the first on a tie, as many as the
    /// output has: their values, or their indices (`I32`). The axis has at most 2^20 elements.
    #[codec(index = 23)]
    TopK {
        /// The axis.
        axis: u8,
        /// Largest first; else smallest first.
        largest: bool,
        /// Indices instead of values.
        indices: bool,
    },
}

impl Op {
    /// The kernel version that brought the operator.
    pub const fn since(&self) -> u16 {
        match self {
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
            | Op::ArgMax { .. } => 1,
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
            | Op::TopK { .. } => 2,
        }
    }
}

/// One step of a graph.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Node {
    /// What it computes.
    pub op: Op,
    /// From what; the meaning of the positions is the operator's.
    pub inputs: BoundedVec<Ref, ConstU32<MAX_NODE_INPUTS>>,
    /// What comes out. Redundant with operator and inputs, and checked against them.
    pub output: TensorSpec,
}

/// What a graph root commits to besides nodes and initialisers.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct GraphHeader {
    /// From 1 to [`KERNEL_VERSION`].
    pub kernel_version: u16,
    /// From 1 to [`LAYOUT_VERSION`].
    pub layout_version: u8,
    /// Number of nodes, hence of leaves of a trace.
    pub node_count: u16,
    /// Number of initialisers.
    pub initialiser_count: u16,
    /// What a request must bring.
    pub inputs: BoundedVec<TensorSpec, ConstU32<MAX_GRAPH_IO>>,
    /// The nodes whose outputs answer a request.
    pub outputs: BoundedVec<u16, ConstU32<MAX_GRAPH_IO>>,
}

impl GraphHeader {
    /// How the tensors of the graph are committed to, initialisers, inputs and outputs alike. `None` for a version that
    /// there is not.
    pub fn layout(&self) -> Option<Layout> {
        Layout::of(self.layout_version)
    }
}

/// An item of a registration page. All initialisers come first, in order, then all nodes, in order.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum PageItem {
    /// Weights: only the Merkle root of their tiles travels.
    #[codec(index = 0)]
    Weights {
        /// Type (`U8` or `I8`) and shape.
        spec: TensorSpec,
        /// Merkle root over the tiles.
        tiles_root: Digest,
    },
    /// A bias (`I32`), scale (`F32`), table (256 elements), or list of rows or columns (`I32`), of one dimension; or any
    /// other constant of 32-bit integers: read by the chain.
    #[codec(index = 1)]
    Parameter {
        /// Type and shape.
        spec: TensorSpec,
        /// The elements in row-major order, little-endian.
        data: alloc::vec::Vec<u8>,
    },
    /// A node.
    #[codec(index = 2)]
    Node(Node),
}

/// A compiled model as a file: SCALE bytes of this are the artefact whose SHA-256 an author registers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Graph {
    /// Versions, counts, inputs, outputs.
    pub header: GraphHeader,
    /// Type, shape and elements (row-major, little-endian) of each initialiser.
    pub initialisers: alloc::vec::Vec<Initialiser>,
    /// Nodes in topological order.
    pub nodes: alloc::vec::Vec<Node>,
}

/// A constant of a graph.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Initialiser {
    /// Type and shape.
    pub spec: TensorSpec,
    /// Elements in row-major order, little-endian.
    pub data: alloc::vec::Vec<u8>,
}
