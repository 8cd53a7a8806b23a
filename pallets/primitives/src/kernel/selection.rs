//! Operators that only choose among elements, and the resizing of images: some by attributes, some by what another input
//! says. Inputs that say where to read are *pointers*: see [`Kernel::pointers`].

use super::places::{inner_of, strides_of, Walk};
use super::{
    check_scaling, dims4, ensure, reach, Fault, Inputs, Kernel, NodeFault, Resolved, Scales, Shape,
};
use crate::graph::{DType, Node, Requant, TensorSpec, MAX_NODE_INPUTS};

/// A weight of one in a [`crate::graph::Op::Resize`].
const WHOLE: i32 = 128;

/// Inputs one after the other along an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Concat {
    /// Of each input, elements along the axis; zero where there is none.
    lengths: [u32; MAX_NODE_INPUTS as usize],
    total: u32,
    inner: u32,
}

/// Where each output element comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    first: u32,
    walk: Walk,
}

/// Slices of an axis, as indices say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gather {
    length: u32,
    indices: u32,
    inner: u32,
}

/// Rows and columns of images, as their places say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resize {
    x: [u32; 4],
    y: [u32; 4],
}

/// Type of `x` where it may be any integer.
fn integer(x: &TensorSpec) -> Result<DType, NodeFault> {
    ensure(x.dtype != DType::F32, NodeFault::InputType)?;
    Ok(x.dtype)
}

pub(super) fn concat(specs: &[&TensorSpec], axis: u8) -> Result<Resolved, NodeFault> {
    let x = specs.first().ok_or(NodeFault::InputCount)?;
    let dtype = integer(x)?;
    let axis = usize::from(axis);
    ensure(axis < x.shape.len(), NodeFault::Attribute)?;
    let mut concat = Concat {
        lengths: [0; MAX_NODE_INPUTS as usize],
        total: 0,
        inner: inner_of(&x.shape, axis),
    };
    for (slot, spec) in concat.lengths.iter_mut().zip(specs) {
        ensure(spec.dtype == dtype, NodeFault::InputType)?;
        ensure(spec.shape.len() == x.shape.len(), NodeFault::InputShape)?;
        let mut pairs = spec.shape.iter().zip(x.shape.iter()).enumerate();
        ensure(
            pairs.all(|(at, (own, first))| at == axis || own == first),
            NodeFault::InputShape,
        )?;
        *slot = *spec.shape.get(axis).ok_or(NodeFault::InputShape)?;
        concat.total = concat.total.checked_add(*slot).ok_or(NodeFault::Shape)?;
    }
    let mut expected = x.shape.to_vec();
    if let Some(slot) = expected.get_mut(axis) {
        *slot = concat.total;
    }
    Ok((expected, dtype, Shape::Concat(concat)))
}

pub(super) fn slice(
    node: &Node,
    specs: &[&TensorSpec],
    ranges: &[(u32, u32)],
) -> Result<Resolved, NodeFault> {
    let [x] = specs else {
        return Err(NodeFault::InputCount);
    };
    let dtype = integer(x)?;
    let out = node.output.shape.as_slice();
    ensure(ranges.len() == x.shape.len(), NodeFault::Attribute)?;
    ensure(out.len() == x.shape.len(), NodeFault::Output)?;
    let mut first = 0u32;
    let mut dims = alloc::vec::Vec::with_capacity(out.len());
    let each = x.shape.iter().zip(strides_of(&x.shape));
    for (((size, stride), (start, step)), count) in each.zip(ranges).zip(out) {
        ensure(*step >= 1, NodeFault::Attribute)?;
        // No dimension of the output is empty.
        let steps = u64::from(count.saturating_sub(1));
        let last = u64::from(*start) + steps * u64::from(*step);
        ensure(last < u64::from(*size), NodeFault::Attribute)?;
        first += start * stride;
        // A step that is never taken may be of any length.
        let distance = if *count == 1 { 0 } else { step * stride };
        dims.push((*count, distance));
    }
    let walk = Walk::new(dims).ok_or(NodeFault::Shape)?;
    Ok((out.to_vec(), dtype, Shape::Slice(Slice { first, walk })))
}

pub(super) fn gather(specs: &[&TensorSpec], axis: u8) -> Result<Resolved, NodeFault> {
    let [x, indices] = specs else {
        return Err(NodeFault::InputCount);
    };
    let dtype = integer(x)?;
    integer(indices)?;
    let axis = usize::from(axis);
    let length = *x.shape.get(axis).ok_or(NodeFault::Attribute)?;
    let before = x.shape.iter().take(axis);
    let after = x.shape.iter().skip(axis.saturating_add(1));
    let expected = before.chain(indices.shape.iter()).chain(after);
    let count = indices.shape.iter().fold(1u32, |p, d| p.saturating_mul(*d));
    let shape = Shape::Gather(Gather {
        length,
        indices: count,
        inner: inner_of(&x.shape, axis),
    });
    Ok((expected.copied().collect(), dtype, shape))
}

pub(super) fn resize(
    kernel: &mut Kernel,
    node: &Node,
    specs: &[&TensorSpec],
    x_zero: i32,
    requant: &Option<Requant>,
) -> Result<Resolved, NodeFault> {
    let [x, rows, columns, ..] = specs else {
        return Err(NodeFault::InputCount);
    };
    let xd = dims4(x)?;
    reach(x.dtype, x_zero)?;
    let places = |spec: &TensorSpec| {
        ensure(spec.dtype == DType::I32, NodeFault::InputType)?;
        match spec.shape.as_slice() {
            [count] => Ok(*count),
            _ => Err(NodeFault::InputShape),
        }
    };
    let y = [xd[0], xd[1], places(rows)?, places(columns)?];
    let dtype = match requant {
        Some(_) => {
            let dtype = node.output.dtype;
            kernel.scaling = check_scaling(requant, specs, 3, Scales::One, dtype)?;
            dtype
        }
        None => {
            ensure(specs.len() == 3, NodeFault::InputCount)?;
            x.dtype
        }
    };
    kernel.x_zero = x_zero;
    Ok((y.to_vec(), dtype, Shape::Resize(Resize { x: xd, y })))
}

/// A place as an index within the dimension, the one after it, and the share of that.
#[inline]
fn place(value: i32, size: u32) -> (u32, u32, i32) {
    let last = size - 1;
    let index = (value.max(0) as u32 >> 8).min(last);
    (index, (index + 1).min(last), (value & 0xff).min(WHOLE))
}

impl Kernel {
    /// Positions of the inputs whose values say which elements of the others an element depends on. Which of their own
    /// elements are read depends on the place alone.
    pub fn pointers(&self) -> &'static [usize] {
        match &self.shape {
            Shape::Gather(_) => &[1],
            Shape::Resize(_) => &[1, 2],
            // A table of 32-bit values is several tiles.
            Shape::Lookup { .. } => &[0],
            _ => &[],
        }
    }

    /// Reads of its pointers what the output element at row-major index `at` reads of them.
    pub fn point<I: Inputs>(&self, at: u32, inputs: &mut I) -> Result<(), Fault> {
        match &self.shape {
            Shape::Gather(gather) => inputs.get(1, gather.pointer(at)).map(|_| ()),
            Shape::Resize(resize) => {
                let (row, column) = resize.pointers(at);
                inputs.get(1, row)?;
                inputs.get(2, column).map(|_| ())
            }
            Shape::Lookup { .. } => inputs.get(0, at).map(|_| ()),
            _ => Ok(()),
        }
    }

    pub(super) fn resize<I: Inputs>(
        &self,
        resize: &Resize,
        at: u32,
        inputs: &mut I,
    ) -> Result<i32, Fault> {
        let [_, _, height, width] = resize.x;
        let (row, column) = resize.pointers(at);
        let plane = at / resize.y[3] / resize.y[2];
        let (top, bottom, down) = place(inputs.get(1, row)?, height);
        let (left, right, along) = place(inputs.get(2, column)?, width);
        let mut read = |h: u32, w: u32| inputs.get(0, (plane * height + h) * width + w);
        if self.scaling.is_none() {
            return read(top, left);
        }
        // Below 2^23: 8 bits, and two weights of at most 128.
        let sum = (read(top, left)? - self.x_zero) * (WHOLE - down) * (WHOLE - along)
            + (read(top, right)? - self.x_zero) * (WHOLE - down) * along
            + (read(bottom, left)? - self.x_zero) * down * (WHOLE - along)
            + (read(bottom, right)? - self.x_zero) * down * along;
        self.finish_wide(i64::from(sum), inputs)
    }
}

impl Resize {
    /// Channels, of input and output.
    pub(super) fn channels(&self) -> u32 {
        let [_, channels, ..] = self.x;
        channels
    }
}

impl Concat {
    /// Which input an output element is of, and where.
    #[inline]
    pub(super) fn origin(&self, at: u32) -> Option<(usize, u32)> {
        let (outer, within) = (at / self.inner / self.total, at % self.inner);
        let mut along = at / self.inner % self.total;
        for (input, length) in self.lengths.iter().enumerate() {
            match along.checked_sub(*length) {
                Some(rest) => along = rest,
                None => return Some((input, (outer * length + along) * self.inner + within)),
            }
        }
        None
    }
}

impl Slice {
    /// Dimensions that it takes to find an element.
    pub(super) fn steps(&self) -> u64 {
        self.walk.steps()
    }

    #[inline]
    pub(super) fn origin(&self, at: u32) -> u32 {
        self.first + self.walk.index(at)
    }
}

impl Gather {
    /// Which index an output element goes by.
    #[inline]
    fn pointer(&self, at: u32) -> u32 {
        at / self.inner % self.indices
    }

    #[inline]
    pub(super) fn element<I: Inputs>(&self, at: u32, inputs: &mut I) -> Result<i32, Fault> {
        let index = inputs.get(1, self.pointer(at))?;
        let slice = (index.max(0) as u32).min(self.length - 1);
        let outer = at / self.inner / self.indices;
        inputs.get(
            0,
            (outer * self.length + slice) * self.inner + at % self.inner,
        )
    }
}

impl Resize {
    /// Which row and which column an output element goes by.
    #[inline]
    fn pointers(&self, at: u32) -> (u32, u32) {
        let [_, _, height, width] = self.y;
        (at / width % height, at % width)
    }
}
