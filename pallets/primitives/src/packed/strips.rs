//! Depthwise convolutions of whole rows: three rows of outputs in a word.
//!
//! A channel has its own weight for each tap, which is all that its positions share. So a word has the inputs of three
//! positions, one below the other, 21 bits apart, and one multiplication by a weight gives three products. Words are made
//! once for each row and column of the window that they are in, and are used for all its columns. Their bytes are unsigned (a
//! signed one and its zero point are 128 more, so that their difference stays): no lane borrows from the next, and where the
//! window moves row by row, the words of its next row are those of the last, one lane on.

use super::lanes::{split, LANE, LANES};
use super::{Conv, Node, Part, Sums};
use alloc::vec::Vec;
use core::array;

/// Channels that are worked on at once.
const CHANNELS: usize = 8;
/// Words of inputs that are kept at once: the rows of the window by the columns that a row of outputs reads.
const MOST_WORDS: usize = 1 << 13;

type Words = [i64; CHANNELS];
type Bytes = [u8; CHANNELS];

/// Whether a part is of whole rows, and a lane has room for its sums.
pub(super) fn fits(node: &Node, part: &Part) -> bool {
    let conv = &node.conv;
    let kernel_h = conv.w[2];
    let width = conv.y[3].max(1);
    let words = columns(node).map(|columns| columns.saturating_mul(kernel_h as usize));
    part.positions.start.is_multiple_of(width)
        && part.positions.end.is_multiple_of(width)
        && node.most() < 1 << (LANE - 1)
        && words.is_some_and(|words| words <= MOST_WORDS)
}

/// Columns of the padded input that a row of outputs reads.
fn columns(node: &Node) -> Option<usize> {
    let conv = &node.conv;
    let steps = conv.y[3].checked_sub(1)?.checked_mul(conv.strides[1])?;
    let extent = conv.w[3].checked_sub(1)?.checked_mul(conv.dilations[1])?;
    Some(steps.checked_add(extent)?.checked_add(1)? as usize)
}

/// The rows that the lanes of a strip read, for one row of the window: pixels of the input, or padding.
type Rows<'a> = [&'a [u8]; LANES];

/// An input in committed order, and a row of padding.
struct Image<'a> {
    x: &'a [u8],
    padding: Vec<u8>,
}

impl<'a> Image<'a> {
    fn new(node: &Node, x: &'a [u8]) -> Option<Self> {
        let [_, channels, _, width] = node.conv.x;
        let line = (width as usize).checked_mul(channels as usize)?;
        let padding = alloc::vec![node.products.x_zero as u8; line];
        Some(Self { x, padding })
    }

    /// The rows of the strip whose first row of outputs is `row`, for row `kernel_row` of the window.
    fn rows(&self, node: &Node, batch: u32, row: u32, kernel_row: u32) -> Rows<'_> {
        let conv = &node.conv;
        let height = conv.x[2];
        let line = self.padding.len();
        let row_of = |lane: usize| {
            let output = row.checked_add(lane as u32)?;
            let padded = output
                .checked_mul(conv.strides[0])?
                .checked_add(kernel_row.checked_mul(conv.dilations[0])?)?;
            let h = padded.checked_sub(conv.pads[0]).filter(|h| *h < height)?;
            let index = batch.checked_mul(height)?.checked_add(h)? as usize;
            let first = index.checked_mul(line)?;
            self.x.get(first..first.checked_add(line)?)
        };
        array::from_fn(|lane| row_of(lane).unwrap_or(&self.padding))
    }
}

/// Some channels of a pixel from `channel` on. What is beyond the last is not looked at.
#[inline]
fn bytes_of(pixel: &[u8], channel: usize) -> Bytes {
    let rest = pixel.get(channel..).unwrap_or_default();
    match rest.first_chunk() {
        Some(bytes) => *bytes,
        None => array::from_fn(|lane| rest.get(lane).copied().unwrap_or_default()),
    }
}

/// The same byte, or word, in every lane.
const fn in_all_lanes(value: i64) -> i64 {
    value
        .wrapping_add(value.wrapping_shl(LANE))
        .wrapping_add(value.wrapping_shl(2 * LANE))
}

/// Makes the words of a row of the window, for all columns that are in the image.
#[inline]
fn fill(conv: &Conv, rows: &Rows<'_>, channel: usize, flip: u8, words: &mut [Words]) {
    let channels = (conv.x[1] as usize).max(1);
    let flips = in_all_lanes(flip.into());
    let [a, b, c] = rows.map(|row| row.chunks_exact(channels));
    let inside = words.iter_mut().skip(conv.pads[1] as usize);
    for (((words, a), b), c) in inside.zip(a).zip(b).zip(c) {
        let [a, b, c] = [a, b, c].map(|pixel| bytes_of(pixel, channel));
        for (((slot, a), b), c) in words.iter_mut().zip(a).zip(b).zip(c) {
            *slot = (i64::from(a) | i64::from(b) << LANE | i64::from(c) << (2 * LANE)) ^ flips;
        }
    }
}

/// The same from the words of the row above: what moves up is not read again.
#[inline(never)]
fn follow(conv: &Conv, above: &[Words], row: &[u8], channel: usize, flip: u8, words: &mut [Words]) {
    let channels = (conv.x[1] as usize).max(1);
    let inside = words.iter_mut().zip(above).skip(conv.pads[1] as usize);
    for ((words, above), pixel) in inside.zip(row.chunks_exact(channels)) {
        let bytes = bytes_of(pixel, channel);
        for ((slot, above), byte) in words.iter_mut().zip(above).zip(bytes) {
            *slot = *above >> LANE | i64::from(byte ^ flip) << (2 * LANE);
        }
    }
}

/// Weights of some channels less their zero point, tap by tap, and what their sums start with: less what the inputs' zero
/// point `zero` makes of them.
fn weights_of(node: &Node, w: &[u8], channel: usize, zero: i32) -> Option<(Vec<Words>, Words)> {
    let taps = node.depth;
    let mut weights: Vec<Words> = alloc::vec![[0; CHANNELS]; taps];
    let mut starts = [0; CHANNELS];
    let first = channel.checked_mul(taps)?;
    let rows = w.get(first..)?.chunks_exact(taps);
    for (lane, (start, row)) in starts.iter_mut().zip(rows).enumerate() {
        let mut sum = 0i32;
        for (words, byte) in weights.iter_mut().zip(row) {
            let weight = node.w.value(*byte);
            sum = sum.wrapping_add(weight);
            if let Some(word) = words.get_mut(lane) {
                *word = i64::from(weight);
            }
        }
        *start = in_all_lanes(i64::from(sum.wrapping_mul(zero))).wrapping_neg();
    }
    Some((weights, starts))
}

/// Sums of products at one column of outputs: of three rows, for some channels.
#[inline]
fn multiply(
    words: &[Words],
    steps: Steps,
    first: usize,
    (weights, starts): &(Vec<Words>, Words),
) -> Option<Words> {
    let mut sums = *starts;
    let rows = words.chunks_exact(steps.columns);
    for (row, weights) in rows.zip(weights.chunks_exact(steps.kernel_w)) {
        let mut at = first;
        for weights in weights {
            for ((sum, input), weight) in sums.iter_mut().zip(row.get(at)?).zip(weights) {
                *sum = sum.wrapping_add(input.wrapping_mul(*weight));
            }
            at = at.wrapping_add(steps.dilation);
        }
    }
    Some(sums)
}

/// How words lie.
#[derive(Clone, Copy)]
struct Steps {
    /// Words of a row of the window.
    columns: usize,
    kernel_w: usize,
    /// From one column of the window to the next.
    dilation: usize,
    /// From one column of outputs to the next.
    stride: usize,
}

/// Where some channels of a position go; to `spare` where they are not all there.
#[inline]
fn slots_of<'s>(
    row: Option<&'s mut [i32]>,
    place: usize,
    spare: &'s mut [i32; CHANNELS],
) -> &'s mut [i32; CHANNELS] {
    row.and_then(|row| row.get_mut(place..)?.first_chunk_mut())
        .unwrap_or(spare)
}

/// The sums of some channels of a strip: `rows` are its rows of outputs, position by position.
#[inline(never)]
fn strip(
    words: &[Words],
    steps: Steps,
    weights: &(Vec<Words>, Words),
    place: usize,
    rows: [&mut [i32]; LANES],
    width: usize,
) -> Option<()> {
    let is_whole = place.checked_add(CHANNELS)? <= width;
    let [a, mut b, mut c] = rows.map(|row| row.chunks_exact_mut(width));
    let mut spares = [[0; CHANNELS]; LANES];
    let mut first = 0;
    for a in a {
        let (b, c) = (b.next(), c.next());
        let products = multiply(words, steps, first, weights)?;
        let [x, y, z] = &mut spares;
        let put = |x: &mut [i32; CHANNELS], y: &mut [i32; CHANNELS], z: &mut [i32; CHANNELS]| {
            for (((x, y), z), product) in x.iter_mut().zip(y).zip(z).zip(products) {
                [*x, *y, *z] = split(product);
            }
        };
        if is_whole {
            put(
                slots_of(Some(a), place, x),
                slots_of(b, place, y),
                slots_of(c, place, z),
            );
        } else {
            // The last channels, fewer.
            put(x, y, z);
            for (row, values) in [Some(a), b, c].into_iter().zip(&spares) {
                let slots = row.and_then(|row| row.get_mut(place..)).unwrap_or_default();
                for (slot, value) in slots.iter_mut().zip(values) {
                    *slot = *value;
                }
            }
        }
        first = first.wrapping_add(steps.stride);
    }
    Some(())
}

/// The sums of some channels of whole rows, from inputs and weights in committed order.
pub(super) fn sums(
    node: &Node,
    part: &Part,
    x: &[u8],
    w: &[u8],
    sums: &mut Sums<'_>,
) -> Option<()> {
    let conv = &node.conv;
    let [_, _, height, width] = conv.y;
    let [_, _, kernel_h, kernel_w] = conv.w;
    let image = Image::new(node, x)?;
    let steps = Steps {
        columns: columns(node)?,
        kernel_w: kernel_w as usize,
        dilation: conv.dilations[1] as usize,
        stride: conv.strides[1] as usize,
    };
    // Unsigned inputs, and their zero point, which is what padding is.
    let flip = node.x.flip ^ 0x80;
    let zero = node.x.zero.wrapping_add(128);
    let count = steps.columns.checked_mul(kernel_h as usize)?;
    let mut words: Vec<Words> = alloc::vec![[in_all_lanes(zero.into()); CHANNELS]; count];
    let is_row_by_row = (conv.strides[0], conv.dilations[0]) == (1, 1);
    let lines = part.positions.start.checked_div(width)?..part.positions.end.checked_div(width)?;
    let row_width = (width as usize).checked_mul(sums.width)?;
    for channel in part.outputs.clone().step_by(CHANNELS) {
        let weights = weights_of(node, w, channel as usize, zero)?;
        let place = channel.checked_sub(sums.first)? as usize;
        let mut rows = sums.sums.chunks_exact_mut(row_width);
        let mut line = lines.start;
        while line < lines.end {
            let (batch, row) = (line.checked_div(height)?, line.checked_rem(height)?);
            let mut above: Option<&[Words]> = None;
            for (kernel_row, words) in (0..).zip(words.chunks_exact_mut(steps.columns)) {
                let rows = image.rows(node, batch, row, kernel_row);
                match above {
                    Some(above) if is_row_by_row => {
                        follow(conv, above, rows[LANES - 1], channel as usize, flip, words);
                    }
                    _ => fill(conv, &rows, channel as usize, flip, words),
                }
                above = Some(words);
            }
            // As many as there are, of this image.
            let here = (lines.end - line).min(height - row).min(LANES as u32);
            let rows = array::from_fn(|lane| {
                let next = if lane < here as usize {
                    rows.next()
                } else {
                    None
                };
                next.unwrap_or_default()
            });
            strip(&words, steps, &weights, place, rows, sums.width)?;
            line = line.checked_add(here)?;
        }
    }
    Some(())
}
