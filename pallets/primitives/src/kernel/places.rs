//! From an output element's place to places of inputs.

use super::{ensure, NodeFault};
use crate::graph::{TensorSpec, MAX_RANK};
use crate::tensor::Layout;
use alloc::vec::Vec;

/// One number for each dimension; unused ones are 1 where they are sizes, 0 where they are distances.
pub(super) type Dims = [u32; MAX_RANK as usize];

/// Dimensions of what is walked over in row-major order, and how far a step along each leads in some input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    rank: usize,
    sizes: Dims,
    strides: Dims,
}

impl Walk {
    /// Over these dimensions: size and distance of each, outermost first. `None` for more than a tensor has.
    pub(super) fn new(dims: impl IntoIterator<Item = (u32, u32)>) -> Option<Self> {
        let mut walk = Walk {
            rank: 0,
            sizes: [1; MAX_RANK as usize],
            strides: [0; MAX_RANK as usize],
        };
        for (size, stride) in dims {
            *walk.sizes.get_mut(walk.rank)? = size;
            *walk.strides.get_mut(walk.rank)? = stride;
            walk.rank += 1;
        }
        Some(walk)
    }

    /// Dimensions that it takes to find a place.
    pub(super) fn steps(&self) -> u64 {
        self.rank as u64
    }

    /// Where the step of that number leads, from the first.
    #[inline]
    pub(super) fn index(&self, at: u32) -> u32 {
        let (mut rest, mut index) = (at, 0);
        for (size, stride) in self.sizes.iter().zip(&self.strides).take(self.rank).rev() {
            index += rest % size * stride;
            rest /= size;
        }
        index
    }
}

/// Row-major distances of a tensor of [`crate::graph::MAX_ELEMENTS`] at most.
pub(super) fn strides_of(shape: &[u32]) -> Vec<u32> {
    let mut strides = alloc::vec![1u32; shape.len()];
    let mut running = 1u32;
    for (slot, size) in strides.iter_mut().zip(shape).rev() {
        *slot = running;
        running = running.saturating_mul(*size);
    }
    strides
}

/// Elements of the dimensions after `axis`, of a tensor of [`crate::graph::MAX_ELEMENTS`] at most.
pub(super) fn inner_of(shape: &[u32], axis: usize) -> u32 {
    shape
        .iter()
        .skip(axis.saturating_add(1))
        .fold(1, |product: u32, size| product.saturating_mul(*size))
}

/// How two tensors of different shapes are brought together, by NumPy's rule.
#[derive(Clone, Copy, Debug)]
pub(super) enum Broadcast {
    /// They have the same shape.
    Same,
    /// Where an output element's two operands are.
    Walks(Walk, Walk),
}

impl Broadcast {
    /// The shape that comes out, and how to get there.
    pub(super) fn new(a: &TensorSpec, b: &TensorSpec) -> Result<(Vec<u32>, Self), NodeFault> {
        if a.shape == b.shape {
            return Ok((a.shape.to_vec(), Broadcast::Same));
        }
        let rank = a.shape.len().max(b.shape.len());
        // Dimensions and distances with those in front that the tensor lacks: one element, which stays where it is.
        let aligned = |spec: &TensorSpec| -> Vec<(u32, u32)> {
            let missing = rank.saturating_sub(spec.shape.len());
            let strides = strides_of(&spec.shape);
            let own = spec.shape.iter().copied().zip(strides);
            core::iter::repeat_n((1, 0), missing).chain(own).collect()
        };
        let (a, b) = (aligned(a), aligned(b));
        let mut shape = Vec::with_capacity(rank);
        for ((a_size, _), (b_size, _)) in a.iter().zip(&b) {
            ensure(
                a_size == b_size || *a_size == 1 || *b_size == 1,
                NodeFault::InputShape,
            )?;
            shape.push(*a_size.max(b_size));
        }
        let walk = |own: &[(u32, u32)]| {
            let dims = shape.iter().zip(own).map(|(size, (own_size, stride))| {
                // What has one element along a dimension has it everywhere.
                (*size, if own_size == size { *stride } else { 0 })
            });
            Walk::new(dims).ok_or(NodeFault::Shape)
        };
        let walks = Broadcast::Walks(walk(&a)?, walk(&b)?);
        Ok((shape, walks))
    }

    /// Dimensions that it takes to find both places.
    pub(super) fn steps(&self) -> u64 {
        match self {
            Broadcast::Same => 0,
            Broadcast::Walks(a, b) => a.steps() + b.steps(),
        }
    }

    /// Places of both operands of an output element.
    #[inline]
    pub(super) fn places(&self, at: u32) -> (u32, u32) {
        match self {
            Broadcast::Same => (at, at),
            Broadcast::Walks(a, b) => (a.index(at), b.index(at)),
        }
    }
}

/// Tiles that the elements of a reduction may lie in, at most: those along some dimensions of a tensor, at one place of
/// the others.
pub(super) fn tiles_along(
    layout: Layout,
    spec: &TensorSpec,
    reduced: impl Fn(usize) -> bool,
) -> u64 {
    let mut dims: Vec<(u32, bool)> = spec
        .shape
        .iter()
        .enumerate()
        .map(|(axis, size)| (*size, reduced(axis)))
        .collect();
    // In committed order: see [`crate::tensor`].
    if dims.len() == 4 {
        if let Some(pixels) = dims.get_mut(1..) {
            pixels.rotate_left(1);
        }
    }
    // What is reduced at the end lies side by side; anything before starts anew.
    let (mut run, mut runs, mut joined) = (1u64, 1u64, true);
    for (size, is_reduced) in dims.into_iter().rev() {
        // A dimension of one parts nothing.
        joined = joined && (is_reduced || size == 1);
        if is_reduced && joined {
            run = run.saturating_mul(u64::from(size));
        } else if is_reduced {
            runs = runs.saturating_mul(u64::from(size));
        }
    }
    let bytes = run.saturating_mul(u64::from(spec.dtype.size()));
    let tiles = match run {
        1 => 1,
        _ => bytes / u64::from(layout.tile_bytes()) + 2,
    };
    runs.saturating_mul(tiles)
}
