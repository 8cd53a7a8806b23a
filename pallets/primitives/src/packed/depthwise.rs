//! Convolutions whose channels have nothing to do with each other: eight channels side by side, tap by tap.

use super::{settling_of, strips, Node, Part, Stretches, Sums, Used, Weights, Window};
use crate::graph::DType;
use alloc::vec::Vec;

/// Channels that are worked on at once.
const CHANNELS: usize = 8;
/// Weights that are kept at once, where one block of channels does not have more.
const MOST_WEIGHTS: usize = 1 << 15;

type Inputs = [u8; CHANNELS];
type Row = [i32; CHANNELS];

/// Sums of products of some channels, tap by tap. `None` when a tap has not so many inputs.
#[inline]
fn multiply(
    taps: &[&[Inputs]],
    block: usize,
    weights: &[Row],
    from: &Row,
    value: impl Fn(u8) -> i32,
) -> Option<Row> {
    let mut sums = *from;
    for (tap, weights) in taps.iter().zip(weights) {
        let inputs = tap.get(block)?;
        for ((sum, input), weight) in sums.iter_mut().zip(inputs).zip(weights) {
            *sum = sum.wrapping_add(value(*input).wrapping_mul(*weight));
        }
    }
    Some(sums)
}

/// The sums of some channels.
pub(super) fn sums<'a>(
    node: &Node,
    part: &Part,
    source: &mut impl Stretches<'a>,
    sums: &mut Sums<'_>,
) -> Option<()> {
    if strips::fits(node, part) {
        if let (Some(x), Some(w)) = (source.whole(0), source.whole(1)) {
            return strips::sums(node, part, x, w, sums);
        }
    }
    by_position(node, part, source, sums)
}

/// The bytes of a part's outputs, where they are computed without sums in between; else `Some(None)`.
#[allow(clippy::option_option, reason = "an error, or another way")]
pub(super) fn bytes<'a>(
    node: &Node,
    dtype: DType,
    part: &Part,
    source: &mut impl Stretches<'a>,
) -> Option<Option<Vec<u8>>> {
    if node.products.scaling.is_none() || !node.is_depthwise() || !strips::fits(node, part) {
        return Some(None);
    }
    let (Some(x), Some(w)) = (source.whole(0), source.whole(1)) else {
        return Some(None);
    };
    let settling = settling_of(node, dtype, part, source)?;
    strips::bytes(node, part, (x, w), &settling)
}

/// Channels whose weights are kept at once, by the weights of each: whole blocks, as many as have [`MOST_WEIGHTS`], and one where
/// it has more.
#[inline]
pub(super) fn channels_at_once(taps: usize) -> u32 {
    let blocks = (MOST_WEIGHTS / taps.max(1) / CHANNELS).max(1);
    blocks.saturating_mul(CHANNELS) as u32
}

/// The same, of any positions.
pub(super) fn by_position<'a>(
    node: &Node,
    part: &Part,
    source: &mut impl Stretches<'a>,
    sums: &mut Sums<'_>,
) -> Option<()> {
    let channels = channels_at_once(node.depth);
    for first in part.outputs.clone().step_by(channels as usize) {
        let last = first.saturating_add(channels).min(part.outputs.end);
        let some = Part {
            positions: part.positions.clone(),
            outputs: first..last,
        };
        sums_of_some(node, &some, source, sums)?;
    }
    Some(())
}

/// Weights less their zero point, of eight channels after the other, and what the inputs' zero point takes off a sum.
fn weights_of<'a>(
    node: &Node,
    part: &Part,
    source: &mut impl Stretches<'a>,
) -> Option<(Vec<Row>, Vec<Row>)> {
    let taps = node.depth;
    let window = Window::new(node);
    let mut used = Used::new(taps);
    for position in part.positions.clone() {
        window.visit(position, 0, |tap, _, _| {
            used.note(tap..tap.saturating_add(1));
            Some(())
        })?;
    }
    let mut rows = Weights::new(taps, &used);
    let blocks = part.outputs.len().div_ceil(CHANNELS);
    let mut weights: Vec<Row> = alloc::vec![[0; CHANNELS]; blocks.checked_mul(taps)?];
    let mut corrections: Vec<Row> = alloc::vec![[0; CHANNELS]; blocks];
    let targets = weights.chunks_exact_mut(taps).zip(&mut corrections);
    let mut outputs = part.outputs.clone();
    for (weights, corrections) in targets {
        for (lane, (correction, output)) in corrections.iter_mut().zip(&mut outputs).enumerate() {
            rows.with_row(output, source, |row| {
                let mut sum = 0i32;
                for (weights, byte) in weights.iter_mut().zip(row) {
                    let weight = node.w.value(*byte);
                    sum = sum.wrapping_add(weight);
                    if let Some(slot) = weights.get_mut(lane) {
                        *slot = weight;
                    }
                }
                *correction = sum.wrapping_mul(node.products.x_zero).wrapping_neg();
            })?;
        }
    }
    Some((weights, corrections))
}

fn sums_of_some<'a>(
    node: &Node,
    part: &Part,
    source: &mut impl Stretches<'a>,
    sums: &mut Sums<'_>,
) -> Option<()> {
    let taps = node.depth;
    let window = Window::new(node);
    let (weights, corrections) = weights_of(node, part, source)?;
    let channels = part.outputs.len();
    let whole = channels / CHANNELS;
    let rest = channels % CHANNELS;
    // What a tap in the padding has, and the last channels of each tap, made up to eight.
    let padding = [node.products.x_zero as u8; CHANNELS];
    let pads = alloc::vec![padding; whole];
    let mut inputs: Vec<&[Inputs]> = alloc::vec![&[]; taps];
    let mut last = alloc::vec![padding; taps];
    for (index, position) in part.positions.clone().enumerate() {
        inputs.fill(&pads);
        last.fill(padding);
        window.visit(position, part.outputs.start, |tap, from, _| {
            let (blocks, bytes) = source.stretch(0, from, channels)?.as_chunks();
            *inputs.get_mut(tap)? = blocks;
            for (slot, byte) in last.get_mut(tap)?.iter_mut().zip(bytes) {
                *slot = *byte;
            }
            Some(())
        })?;
        let slots = sums.from(index, part.outputs.start)?;
        let mut slots = slots.chunks_mut(CHANNELS);
        let mut blocks = weights.chunks_exact(taps).zip(&corrections);
        // One loop for each type, so that there is no choice in it.
        let mut put = |inputs: &[&[Inputs]], block: usize| {
            let (weights, correction) = blocks.next()?;
            let sums = if node.x.flip == 0 {
                multiply(inputs, block, weights, correction, |byte| {
                    i32::from(byte as i8)
                })
            } else {
                multiply(inputs, block, weights, correction, i32::from)
            }?;
            for (slot, sum) in slots.next()?.iter_mut().zip(sums) {
                *slot = sum;
            }
            Some(())
        };
        for block in 0..whole {
            put(&inputs, block)?;
        }
        if rest > 0 {
            let last: Vec<&[Inputs]> = last.iter().map(core::slice::from_ref).collect();
            put(&last, 0)?;
        }
    }
    Some(())
}
