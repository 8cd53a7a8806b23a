//! Operators that bring the elements along some dimensions together, or put them in order.

use super::arithmetic::clamped;
use super::places::{inner_of, strides_of, tiles_along, Walk};
use super::{
    check_integer, check_scaling, ensure, Fault, Inputs, Kernel, NodeFault, Resolved, Scales, Shape,
};
use crate::graph::{DType, Node, Op, Reduction, TensorSpec};
use alloc::vec::Vec;

/// Most elements that are put in order: they are held in memory at once.
pub const MAX_SORTED: u32 = 1 << 20;

/// Which elements come together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reduce {
    reduction: Reduction,
    /// Over the output, to the first element that goes into one.
    kept: Walk,
    /// Over what goes into it, but for the last dimension of that.
    outer: Walk,
    rows: u32,
    /// Number and distance of the elements along the last dimension.
    row: (u32, u32),
    tiles: u64,
}

/// Which elements are put in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct TopK {
    length: u32,
    inner: u32,
    kept: u32,
    largest: bool,
    indices: bool,
    tiles: u64,
}

impl Reduce {
    /// Elements that go into one.
    pub(super) fn count(&self) -> u64 {
        u64::from(self.rows) * u64::from(self.row.0)
    }

    /// Dimensions that it takes to find them.
    pub(super) fn steps(&self) -> u64 {
        self.kept.steps() + u64::from(self.rows) * self.outer.steps()
    }

    /// Tiles they are in, at most.
    pub(super) fn tiles(&self) -> u64 {
        self.tiles
    }
}

impl TopK {
    /// Elements that are put in order.
    pub(super) fn length(&self) -> u64 {
        u64::from(self.length)
    }

    /// Tiles they are in, at most.
    pub(super) fn tiles(&self) -> u64 {
        self.tiles
    }
}

pub(super) fn reduce(
    kernel: &mut Kernel,
    node: &Node,
    specs: &[&TensorSpec],
) -> Result<Resolved, NodeFault> {
    let Op::Reduce {
        reduction,
        axes,
        keep_dims,
        x_zero,
        requant,
    } = &node.op
    else {
        return Err(NodeFault::Attribute);
    };
    let x = specs.first().ok_or(NodeFault::InputCount)?;
    let dtype = match reduction {
        Reduction::Sum | Reduction::SumOfSquares => {
            check_integer(x.dtype, *x_zero)?;
            kernel.scaling = check_scaling(requant, specs, 1, Scales::One, node.output.dtype)?;
            node.output.dtype
        }
        Reduction::Max | Reduction::Min => {
            ensure(specs.len() == 1, NodeFault::InputCount)?;
            ensure(x.dtype != DType::F32, NodeFault::InputType)?;
            ensure(*x_zero == 0, NodeFault::ZeroPoint)?;
            ensure(requant.is_none(), NodeFault::Attribute)?;
            x.dtype
        }
    };
    kernel.x_zero = *x_zero;
    let ascending = axes.iter().zip(axes.iter().skip(1)).all(|(a, b)| a < b);
    let in_range = axes.iter().all(|axis| usize::from(*axis) < x.shape.len());
    ensure(
        ascending && in_range && !axes.is_empty(),
        NodeFault::Attribute,
    )?;
    let is_reduced = |axis: usize| axes.iter().any(|other| usize::from(*other) == axis);
    let (mut expected, mut kept, mut reduced) = (Vec::new(), Vec::new(), Vec::new());
    let dims = x.shape.iter().copied().zip(strides_of(&x.shape));
    for (axis, (size, stride)) in dims.enumerate() {
        if is_reduced(axis) {
            reduced.push((size, stride));
            expected.extend(keep_dims.then_some(1));
        } else {
            kept.push((size, stride));
            expected.push(size);
        }
    }
    let row = reduced.pop().ok_or(NodeFault::Attribute)?;
    let rows = reduced
        .iter()
        .fold(1u32, |p, (size, _)| p.saturating_mul(*size));
    let shape = Shape::Reduce(Reduce {
        reduction: *reduction,
        kept: Walk::new(kept).ok_or(NodeFault::Shape)?,
        outer: Walk::new(reduced).ok_or(NodeFault::Shape)?,
        rows,
        row,
        tiles: tiles_along(kernel.output.layout(), x, is_reduced),
    });
    Ok((expected, dtype, shape))
}

pub(super) fn top_k(
    kernel: &Kernel,
    node: &Node,
    specs: &[&TensorSpec],
    axis: u8,
    largest: bool,
    indices: bool,
) -> Result<Resolved, NodeFault> {
    let [x] = specs else {
        return Err(NodeFault::InputCount);
    };
    ensure(x.dtype != DType::F32, NodeFault::InputType)?;
    let axis = usize::from(axis);
    let length = *x.shape.get(axis).ok_or(NodeFault::Attribute)?;
    ensure(length <= MAX_SORTED, NodeFault::InputShape)?;
    let kept = *node.output.shape.get(axis).ok_or(NodeFault::Output)?;
    ensure((1..=length).contains(&kept), NodeFault::Output)?;
    let mut expected = x.shape.to_vec();
    if let Some(slot) = expected.get_mut(axis) {
        *slot = kept;
    }
    let dtype = if indices { DType::I32 } else { x.dtype };
    let shape = Shape::TopK(TopK {
        length,
        inner: inner_of(&x.shape, axis),
        kept,
        largest,
        indices,
        tiles: tiles_along(kernel.output.layout(), x, |other| other == axis),
    });
    Ok((expected, dtype, shape))
}

impl Kernel {
    pub(super) fn reduce<I: Inputs>(
        &self,
        reduce: &Reduce,
        at: u32,
        inputs: &mut I,
    ) -> Result<i32, Fault> {
        let (length, stride) = reduce.row;
        let base = reduce.kept.index(at);
        let (mut sum, mut best) = (0i64, None::<i32>);
        for row in 0..reduce.rows {
            let start = base + reduce.outer.index(row);
            for k in 0..length {
                let value = inputs.get(0, start + k * stride)?;
                let term = i64::from(value) - i64::from(self.x_zero);
                match reduce.reduction {
                    // At most 2^28 of them, each below 2^32.
                    Reduction::Sum => sum += term,
                    // None is negative, so that a sum of clamped ones is clamped if that of exact ones is.
                    Reduction::SumOfSquares => sum += i64::from(clamped(term * term)),
                    Reduction::Max => best = Some(best.map_or(value, |so_far| so_far.max(value))),
                    Reduction::Min => best = Some(best.map_or(value, |so_far| so_far.min(value))),
                }
            }
        }
        match reduce.reduction {
            Reduction::Sum | Reduction::SumOfSquares => self.finish_wide(sum, inputs),
            Reduction::Max | Reduction::Min => best.ok_or(Fault::Missing),
        }
    }
}

impl TopK {
    pub(super) fn element<I: Inputs>(&self, at: u32, inputs: &mut I) -> Result<i32, Fault> {
        let (within, along) = (at % self.inner, at / self.inner % self.kept);
        let start = at / self.inner / self.kept * self.length * self.inner + within;
        // What comes first has the smallest key: by value, then by index.
        let mut keys = Vec::with_capacity(self.length as usize);
        for k in 0..self.length {
            let value = inputs.get(0, start + k * self.inner)?;
            keys.push((self.rank(value), k));
        }
        if along as usize >= keys.len() {
            return Err(Fault::Missing);
        }
        let (_, (rank, index), _) = keys.select_nth_unstable(along as usize);
        Ok(if self.indices {
            *index as i32
        } else {
            self.rank(*rank)
        })
    }

    /// Ascends with what comes first; its own inverse.
    #[inline]
    fn rank(&self, value: i32) -> i32 {
        if self.largest {
            !value
        } else {
            value
        }
    }
}
