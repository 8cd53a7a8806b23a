//! Two products of one output in a multiplication: a few positions, whose weights are read once.
//!
//! Eight weights are one 64-bit read. Of these, those four apart are 32 bits apart: `w0 + w4·2^32`. Inputs are made into
//! words the other way round, `x4 + x0·2^32`, so that the upper half of the product has `x0·w0 + x4·w4`.

use super::{Node, Operand, Part, Stretches, Sums, Used, Weights, Window};
use alloc::vec::Vec;

/// Weights of a read.
const READ: usize = 8;
/// Words of inputs that meet them.
const WORDS: usize = READ / 2;
/// The lowest byte of each half.
const PAIR: u64 = 0x0000_00ff_0000_00ff;
/// Reads until the lower half could run over: four products of at most 255 by 255 each.
const READS: usize = 1 << 12;
/// What keeps the lower half from being negative.
const OFFSET: u64 = 1 << 31;

/// Inputs less their zero point, in words.
type Inputs = [i64; WORDS];

fn pack(x: Operand, row: &[i8], inputs: &mut [Inputs]) -> i32 {
    let mut sum = 0i32;
    for (inputs, row) in inputs.iter_mut().zip(row.chunks(READ)) {
        *inputs = [0; WORDS];
        for (place, input) in row.iter().enumerate() {
            let value = i32::from(*input).wrapping_sub(x.zero);
            sum = sum.wrapping_add(value);
            let shift = if place < WORDS { 32 } else { 0 };
            if let Some(word) = inputs.get_mut(place % WORDS) {
                *word = word.wrapping_add(i64::from(value) << shift);
            }
        }
    }
    sum
}

#[inline]
fn read(bytes: [u8; READ], flips: u64) -> u64 {
    u64::from_le_bytes(bytes) ^ flips
}

#[inline]
fn products(inputs: &Inputs, weights: u64, sum: u64) -> u64 {
    let [a, b, c, d] = *inputs;
    let product = |input: i64, shift: u32| ((weights >> shift) & PAIR).wrapping_mul(input as u64);
    sum.wrapping_add(product(a, 0))
        .wrapping_add(product(b, 8))
        .wrapping_add(product(c, 16))
        .wrapping_add(product(d, 24))
}

/// Sum of the products of a position's inputs with an output's weights, as unsigned bytes, modulo 2^32.
#[inline(never)]
fn multiply(inputs: &[Inputs], row: &[u8], flips: u64) -> i32 {
    let (whole, rest) = row.as_chunks::<READ>();
    let mut total = 0i32;
    for (inputs, row) in inputs.chunks(READS).zip(whole.chunks(READS)) {
        let sum = inputs.iter().zip(row).fold(OFFSET, |sum, (inputs, bytes)| {
            products(inputs, read(*bytes, flips), sum)
        });
        total = total.wrapping_add((sum >> 32) as i32);
    }
    if let (Some(inputs), false) = (inputs.get(whole.len()), rest.is_empty()) {
        let mut bytes = [0; READ];
        for (slot, byte) in bytes.iter_mut().zip(rest) {
            *slot = *byte;
        }
        // Where there are no weights there are no inputs either.
        let sum = products(inputs, read(bytes, flips), OFFSET);
        total = total.wrapping_add((sum >> 32) as i32);
    }
    total
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
    // Unsigned weights, and their zero point.
    let flips = u64::from_le_bytes([node.w.flip ^ 0x80; READ]);
    let zero = node.w.zero.wrapping_add(128);
    let mut used = Used::new(depth);
    let reads = depth.div_ceil(READ);
    let mut row = alloc::vec![0i8; depth];
    let mut inputs: Vec<Inputs> = alloc::vec![[0; WORDS]; reads.checked_mul(part.positions.len())?];
    let mut corrections = Vec::with_capacity(part.positions.len());
    for (position, inputs) in part.positions.clone().zip(inputs.chunks_exact_mut(reads)) {
        window.gather::<1>(position, group, source, &mut row, &mut used)?;
        let sum = pack(node.x, &row, inputs);
        corrections.push(sum.wrapping_mul(zero));
    }
    let mut weights = Weights::new(depth, &used);
    for output in part.outputs.clone() {
        weights.with_row(output, source, |row| {
            let positions = inputs.chunks_exact(reads).zip(&corrections);
            for (position, (inputs, correction)) in positions.enumerate() {
                let slot = sums.from(position, output)?.first_mut()?;
                *slot = multiply(inputs, row, flips).wrapping_sub(*correction);
            }
            Some(())
        })??;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Either way, and however many there are: the type check bounds sums, not what is kept of them in a word.
    #[test]
    fn largest_products_should_not_run_over() {
        let signed = Operand { flip: 0, zero: 127 };
        let unsigned = Operand {
            flip: 0x80,
            zero: -128,
        };
        for (operand, byte, input) in [(signed, i8::MIN, -255i64), (unsigned, i8::MAX, 255)] {
            for reads in [1, READS, READS + 1, 3 * READS] {
                let depth = reads * READ;
                let mut inputs = alloc::vec![[0; WORDS]; reads];
                pack(operand, &alloc::vec![byte; depth], &mut inputs);
                let sum = input * 255 * depth as i64;
                assert_eq!(multiply(&inputs, &alloc::vec![255; depth], 0), sum as i32);
            }
        }
    }
}
