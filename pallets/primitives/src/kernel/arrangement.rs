//! The same elements in another order, or with others around them: what version 1 has of that.

use super::{ensure, in_range, NodeFault, Shape};
use crate::graph::{TensorSpec, MAX_RANK};
use alloc::vec::Vec;

pub(super) fn transpose(x: &TensorSpec, perm: &[u8]) -> Result<(Vec<u32>, Shape), NodeFault> {
    let rank = x.shape.len();
    ensure(perm.len() == rank, NodeFault::Attribute)?;
    let mut input_strides = [1u32; MAX_RANK as usize];
    let mut running = 1u32;
    for (slot, size) in input_strides.iter_mut().zip(x.shape.iter().rev()) {
        *slot = running;
        running = running.saturating_mul(*size);
    }
    let mut seen = [false; MAX_RANK as usize];
    let (mut out, mut strides) = ([1; MAX_RANK as usize], [0; MAX_RANK as usize]);
    let mut expected = Vec::with_capacity(rank);
    for ((axis, size_slot), stride_slot) in perm.iter().zip(out.iter_mut()).zip(strides.iter_mut())
    {
        let axis = usize::from(*axis);
        let size = *x.shape.get(axis).ok_or(NodeFault::Attribute)?;
        let mark = seen.get_mut(axis).ok_or(NodeFault::Attribute)?;
        ensure(!*mark, NodeFault::Attribute)?;
        *mark = true;
        *size_slot = size;
        // `input_strides` runs from the innermost dimension.
        *stride_slot = *input_strides
            .get(rank.saturating_sub(axis).saturating_sub(1))
            .ok_or(NodeFault::Attribute)?;
        expected.push(size);
    }
    Ok((expected, Shape::Transpose { rank, out, strides }))
}

pub(super) fn pad(
    x: &TensorSpec,
    pads: &[(u32, u32)],
    value: i32,
) -> Result<(Vec<u32>, Shape), NodeFault> {
    let rank = x.shape.len();
    ensure(pads.len() == rank, NodeFault::Attribute)?;
    let (mut from, mut to, mut before) = (
        [1; MAX_RANK as usize],
        [1; MAX_RANK as usize],
        [0; MAX_RANK as usize],
    );
    let mut expected = Vec::with_capacity(rank);
    let slots = from.iter_mut().zip(to.iter_mut()).zip(before.iter_mut());
    for ((size, (lead, trail)), ((from, to), before)) in x.shape.iter().zip(pads).zip(slots) {
        in_range(&[*lead, *trail], 0)?;
        let padded = size
            .checked_add(*lead)
            .and_then(|sum| sum.checked_add(*trail))
            .ok_or(NodeFault::Shape)?;
        (*from, *to, *before) = (*size, padded, *lead);
        expected.push(padded);
    }
    Ok((
        expected,
        Shape::Pad {
            rank,
            x: from,
            y: to,
            before,
            value,
        },
    ))
}
