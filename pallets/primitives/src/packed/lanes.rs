//! Three outputs in a word: many positions by several outputs.

use super::{Node, Operand, Part, Stretches, Sums, Used, Weights, Window};
use alloc::vec::Vec;
use core::ops::Range;

/// Bits from one lane to the next.
pub(super) const LANE: u32 = 21;
/// Lanes of a word.
pub(super) const LANES: usize = 3;
/// Words of weights, and positions, that are worked on at once: their sums fit the registers.
const WORDS: usize = 2;
const POSITIONS: usize = 2;
/// Outputs that are worked on at once.
const OUTPUTS: usize = WORDS * LANES;

/// Inputs of some positions at one place of the window, and weights of some outputs there.
type Inputs = [i8; POSITIONS];
type Words = [i64; WORDS];

/// Products until a lane could run over into the next: their sum is to stay below 2^20 either way.
fn products_in_a_lane(reach: u32) -> usize {
    // An input is at most 128, a weight at most 255.
    (((1u32 << (LANE - 1)) - 1) / reach.saturating_mul(128).max(1)).max(1) as usize
}

/// The three lanes of a sum of words.
#[inline]
fn split(sum: i64) -> [i32; LANES] {
    let lane = |word: i64| word.wrapping_shl(i64::BITS - LANE) >> (i64::BITS - LANE);
    let first = lane(sum);
    // A negative lane has borrowed from the next.
    let rest = sum.wrapping_sub(first) >> LANE;
    let second = lane(rest);
    let third = rest.wrapping_sub(second) >> LANE;
    [first as i32, second as i32, third as i32]
}

/// Sums of products of a few positions and outputs, with the first `USED` words of weights.
#[inline]
fn multiply<const USED: usize>(
    x: &[Inputs],
    w: &[Words],
    every: usize,
) -> [[[i32; LANES]; USED]; POSITIONS] {
    let mut sums = [[[0i32; LANES]; USED]; POSITIONS];
    for (x, w) in x.chunks(every).zip(w.chunks(every)) {
        let mut words = [[0i64; USED]; POSITIONS];
        for (inputs, weights) in x.iter().zip(w) {
            for (words, input) in words.iter_mut().zip(inputs) {
                for (word, weight) in words.iter_mut().zip(weights) {
                    *word = word.wrapping_add(i64::from(*input).wrapping_mul(*weight));
                }
            }
        }
        for (sums, words) in sums.iter_mut().zip(words) {
            for (sums, word) in sums.iter_mut().zip(words) {
                for (sum, lane) in sums.iter_mut().zip(split(word)) {
                    *sum = sum.wrapping_add(lane);
                }
            }
        }
    }
    sums
}

/// Adds the weights of an output to lane `lane` of the words. Gives their sum.
fn pack(operand: Operand, row: &[u8], lane: usize, words: &mut [Words]) -> i32 {
    let shift = (lane % LANES) as u32 * LANE;
    let index = lane / LANES;
    let mut sum = 0i32;
    for (words, byte) in words.iter_mut().zip(row) {
        let weight = operand.value(*byte);
        sum = sum.wrapping_add(weight);
        if let Some(word) = words.get_mut(index) {
            *word = word.wrapping_add(i64::from(weight) << shift);
        }
    }
    sum
}

/// The sums of some outputs of one group.
pub(super) fn sums<'a>(
    node: &Node,
    group: u32,
    part: &Part,
    source: &mut impl Stretches<'a>,
    sums: &mut Sums<'_>,
) -> Option<()> {
    let depth = node.depth;
    let window = Window::new(node);
    let mut used = Used::new(depth);
    let blocks = part.positions.len().div_ceil(POSITIONS);
    let mut inputs: Vec<Inputs> = alloc::vec![[0; POSITIONS]; blocks.checked_mul(depth)?];
    // The last block may have fewer positions; what the others have there is not looked at.
    for (index, position) in part.positions.clone().enumerate() {
        let first = index.checked_div(POSITIONS)?.checked_mul(depth)?;
        let block = inputs.get_mut(first..first.checked_add(depth)?)?;
        let row = block.as_flattened_mut().get_mut(index % POSITIONS..)?;
        window.gather::<POSITIONS>(position, group, source, row, &mut used)?;
    }
    let mut weights = Weights::new(depth, &used);
    let every = products_in_a_lane(node.reach());
    let mut words: Vec<Words> = alloc::vec![[0; WORDS]; depth];
    for first in part.outputs.clone().step_by(OUTPUTS) {
        let last = first.checked_add(OUTPUTS as u32)?.min(part.outputs.end);
        words.fill([0; WORDS]);
        let mut corrections = [0i32; OUTPUTS];
        for ((lane, correction), output) in corrections.iter_mut().enumerate().zip(first..last) {
            let sum =
                weights.with_row(output, source, |row| pack(node.w, row, lane, &mut words))?;
            *correction = sum.wrapping_mul(node.x.zero);
        }
        let slots = Slots {
            positions: part.positions.len(),
            outputs: first..last,
        };
        let meet = if slots.outputs.len() <= LANES {
            meet::<1>
        } else {
            meet::<WORDS>
        };
        meet(&inputs, &words, every, &corrections, &slots, sums)?;
    }
    Some(())
}

/// Where the sums of some outputs go.
struct Slots {
    positions: usize,
    /// At most [`OUTPUTS`].
    outputs: Range<u32>,
}

/// All positions' inputs meet the words of some outputs, of which those of the first `USED` are kept. A function of its own,
/// whoever the source is: what the compiler makes of the loop is otherwise another thing wherever it becomes part of something.
#[inline(never)]
fn meet<const USED: usize>(
    inputs: &[Inputs],
    words: &[Words],
    every: usize,
    corrections: &[i32; OUTPUTS],
    slots: &Slots,
    sums: &mut Sums<'_>,
) -> Option<()> {
    let count = slots.outputs.len();
    for (index, block) in inputs.chunks_exact(words.len()).enumerate() {
        let products = multiply::<USED>(block, words, every);
        let position = index.checked_mul(POSITIONS)?;
        let present = slots.positions.checked_sub(position)?;
        for (offset, products) in products.iter().enumerate().take(present) {
            let row = sums.from(position.checked_add(offset)?, slots.outputs.start)?;
            let products = products.as_flattened().iter().zip(corrections);
            for (slot, (product, correction)) in row.iter_mut().zip(products).take(count) {
                *slot = product.wrapping_sub(*correction);
            }
        }
    }
    Some(())
}
