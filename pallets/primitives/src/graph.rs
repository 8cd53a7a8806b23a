//! The canonical graph: what a model *is* to the chain.
//!
//! A model is compiled once to nodes in topological order. Everything is SCALE-encoded and bounded, so that a node can
//! be decoded, type-checked and costed inside an extrinsic. See the crate's README for the commitment built over it.

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A SHA-256 digest. Every commitment of this crate is one.
pub type Digest = [u8; 32];

/// The meaning of the operators below. A fix of any kernel is a new version, never a change of this one.
pub const KERNEL_VERSION: u16 = 1;
/// The order in which a tensor's elements are cut into tiles, and the tile's size. See [`crate::tensor`].
pub const LAYOUT_VERSION: u8 = 1;
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
    /// The output of the node of that index. In kernel version 1 every node has one output.
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

/// An operator of kernel version 1 with its attributes. `x - x_zero` is meant wherever a zero point is given.
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
    /// [`KERNEL_VERSION`].
    pub kernel_version: u16,
    /// [`LAYOUT_VERSION`].
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
    /// A bias (`I32`), scale (`F32`) or table (`U8`/`I8`, 256 elements): read by the chain.
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
