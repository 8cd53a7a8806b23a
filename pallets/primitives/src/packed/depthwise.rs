//! Convolutions whose channels have nothing to do with each other: eight channels side by side, tap by tap.

use super::{Node, Part, Stretches, Sums, Used, Weights, Window};
use alloc::vec::Vec;

/// Channels that are worked on at once.
const CHANNELS: usize = 8;
/// Weights that are kept at once, where one block of channels does not have more.
const MOST_WEIGHTS: usize = 1 << 15;

type Inputs = [i8; CHANNELS];
type Row = [i32; CHANNELS];

/// Sums of products of some channels, tap by tap.
#[inline]
fn multiply(inputs: &[Inputs], weights: &[Row], from: &Row) -> Row {
    let mut sums = *from;
    for (inputs, weights) in inputs.iter().zip(weights) {
        for ((sum, input), weight) in sums.iter_mut().zip(inputs).zip(weights) {
            *sum = sum.wrapping_add(i32::from(*input).wrapping_mul(*weight));
        }
    }
    sums
}

/// The sums of some channels.
pub(super) fn sums<'a>(
    node: &Node,
    part: &Part,
    source: &mut impl Stretches<'a>,
    sums: &mut Sums<'_>,
) -> Option<()> {
    let blocks = (MOST_WEIGHTS / node.depth.max(1) / CHANNELS).max(1);
    for first in part.outputs.clone().step_by(blocks.checked_mul(CHANNELS)?) {
        let last = first
            .checked_add((blocks * CHANNELS) as u32)?
            .min(part.outputs.end);
        let some = Part {
            positions: part.positions.clone(),
            outputs: first..last,
        };
        sums_of_some(node, &some, source, sums)?;
    }
    Some(())
}

fn sums_of_some<'a>(
    node: &Node,
    part: &Part,
    source: &mut impl Stretches<'a>,
    sums: &mut Sums<'_>,
) -> Option<()> {
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
    let channels = part.outputs.len();
    let blocks = channels.div_ceil(CHANNELS);
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
                *correction = sum.wrapping_mul(node.x.zero).wrapping_neg();
            })?;
        }
    }
    let mut inputs: Vec<Inputs> = alloc::vec![[0; CHANNELS]; blocks.checked_mul(taps)?];
    for (index, position) in part.positions.clone().enumerate() {
        inputs.fill([window.padding; CHANNELS]);
        window.visit(position, part.outputs.start, |tap, from, _| {
            let bytes = source.stretch(0, from, channels)?;
            let mut slots = inputs.iter_mut().skip(tap).step_by(taps);
            let (whole, rest) = bytes.as_chunks::<CHANNELS>();
            let flip = u64::from_le_bytes([window.flip; CHANNELS]);
            // In this order no slot is taken for which there are no bytes.
            for (bytes, slot) in whole.iter().zip(&mut slots) {
                *slot = (u64::from_le_bytes(*bytes) ^ flip)
                    .to_le_bytes()
                    .map(|byte| byte as i8);
            }
            if let Some(slot) = slots.next() {
                for (slot, byte) in slot.iter_mut().zip(rest) {
                    *slot = (*byte ^ window.flip) as i8;
                }
            }
            Some(())
        })?;
        let blocks = inputs
            .chunks_exact(taps)
            .zip(weights.chunks_exact(taps))
            .zip(&corrections);
        let slots = sums.from(index, part.outputs.start)?.chunks_mut(CHANNELS);
        for (slots, ((inputs, weights), correction)) in slots.zip(blocks) {
            for (slot, sum) in slots.iter_mut().zip(multiply(inputs, weights, correction)) {
                *slot = sum;
            }
        }
    }
    Some(())
}
