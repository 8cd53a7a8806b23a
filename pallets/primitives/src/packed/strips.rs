//! Depthwise convolutions of whole rows: three neighbours of a row of outputs in a word.
//!
//! A channel has its own weight for each tap, which is all that its positions share. So a word has the inputs of three
//! positions of a row, as far apart as the window moves and 21 bits from each other, and one multiplication by a weight gives
//! three products. A word is made once for each pixel, from that before it, and is used wherever the window has it. Their
//! bytes are unsigned (a signed one and its zero point are 128 more, so that their difference stays), and sums start with
//! [`RAISE`] in every lane: no lane is negative or borrows from the next.
//!
//! Words of which a stride is between lie side by side, and so do rows: those of any tap, for all rows of outputs, are then one
//! stretch, in which the sums of some words beyond each row are computed, too, and not looked at. What is done with a channel is
//! a few long loops, each of few values at once, since compiled wasm keeps what a step reads in registers till its end.

use super::lanes::{LANE, LANES};
use super::settle::{Raised, Settling};
use super::{Conv, Node, Part, Sums};
use alloc::vec::Vec;
use core::array;
use core::ops::Range;

/// Channels that are worked on at once.
const CHANNELS: usize = 8;
/// What is added to every sum, which is less than that either way.
const RAISE: i64 = 1 << (LANE - 1);
/// Words of a channel that are kept at once, unless a row of outputs needs more.
const MOST_WORDS: usize = 1 << 11;
/// Words of a channel that a row of outputs may need.
const MOST_WORDS_OF_A_ROW: usize = 1 << 13;

/// A word of each of some channels.
type Words = [i64; CHANNELS];

/// Whether a part is of whole rows, and a lane has room for its sums.
pub(super) fn fits(node: &Node, part: &Part) -> bool {
    let width = node.conv.y[3].max(1);
    part.positions.start.is_multiple_of(width)
        && part.positions.end.is_multiple_of(width)
        && node.most() < RAISE as u64
        && Shape::new(&node.conv)
            .and_then(|shape| shape.words(1))
            .is_some_and(|words| words <= MOST_WORDS_OF_A_ROW)
}

/// Where a tap's words are, along one axis: which of those a stride apart, and how many of these on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tap {
    phase: usize,
    offset: usize,
}

/// How words of one channel lie: by row and column modulo the strides, then row by row.
struct Shape {
    /// Of rows and of columns.
    strides: [usize; 2],
    /// Of the window's rows, and of its columns.
    taps: [Vec<Tap>; 2],
    /// Words of three outputs in a row of outputs, with those beyond it.
    pitch: usize,
}

impl Shape {
    fn new(conv: &Conv) -> Option<Self> {
        let taps_of = |axis: usize| {
            let (stride, dilation) = (conv.strides[axis], conv.dilations[axis]);
            let tap = |index: u32| {
                let at = index.checked_mul(dilation)?;
                Some(Tap {
                    phase: at.checked_rem(stride)? as usize,
                    offset: at.checked_div(stride)? as usize,
                })
            };
            (0..conv.w[axis + 2]).map(tap).collect::<Option<Vec<_>>>()
        };
        let taps = [taps_of(0)?, taps_of(1)?];
        let triples = (conv.y[3] as usize).div_ceil(LANES);
        let beyond = taps[1].last()?.offset.div_ceil(LANES);
        Some(Self {
            strides: conv.strides.map(|stride| stride as usize),
            pitch: triples.checked_add(beyond)?,
            taps,
        })
    }

    /// Words of a row of those a stride apart.
    fn row(&self) -> Option<usize> {
        self.pitch.checked_mul(LANES)
    }

    /// Rows a stride apart that `outputs` rows of outputs read.
    fn rows(&self, outputs: usize) -> Option<usize> {
        self.taps[0].last()?.offset.checked_add(outputs)
    }

    /// Words that `outputs` rows of outputs read.
    fn words(&self, outputs: usize) -> Option<usize> {
        let [a, b] = self.strides;
        let plane = self.rows(outputs)?.checked_mul(self.row()?)?;
        plane.checked_mul(a)?.checked_mul(b)
    }

    /// As many rows of outputs as have [`MOST_WORDS`]; at least one.
    fn most_rows(&self) -> usize {
        let fits = |rows: &usize| self.words(*rows).is_some_and(|words| words <= MOST_WORDS);
        (2..=MOST_WORDS).take_while(fits).last().unwrap_or(1)
    }
}

/// Which channels are worked on, and what their bytes are.
#[derive(Clone, Copy)]
struct Channels {
    /// The first.
    first: usize,
    /// Of how many.
    count: usize,
    /// What bytes are combined with to be unsigned.
    flip: u8,
    /// The zero point of the unsigned bytes: what padding is.
    zero: i64,
}

impl Channels {
    /// The bytes of a pixel. What is beyond the last channel is not looked at.
    #[inline]
    fn of(self, pixel: &[u8]) -> [u8; CHANNELS] {
        let rest = pixel.get(self.first..).unwrap_or_default();
        let bytes = match rest.first_chunk() {
            Some(bytes) => *bytes,
            None => array::from_fn(|lane| rest.get(lane).copied().unwrap_or_default()),
        };
        let flips = u64::from_le_bytes([self.flip; CHANNELS]);
        (u64::from_le_bytes(bytes) ^ flips).to_le_bytes()
    }
}

/// The same in every lane.
const fn in_all_lanes(value: i64) -> i64 {
    value
        .wrapping_add(value.wrapping_shl(LANE))
        .wrapping_add(value.wrapping_shl(2 * LANE))
}

/// A lane of a word that is not negative.
#[inline]
const fn lane(word: i64, index: u32) -> i64 {
    word >> (index * LANE) & ((1 << LANE) - 1)
}

/// Puts the words of the next position a stride on, of which the last lane has bytes that were not among them.
#[inline]
fn put_next(words: &Words, bytes: [u8; CHANNELS], slots: &mut Words) {
    for ((slot, word), byte) in slots.iter_mut().zip(words).zip(bytes) {
        *slot = *word >> LANE | i64::from(byte) << (2 * LANE);
    }
}

/// Makes the words of a row whose columns are `step` apart: of the pixels of `row` from its first on, after `before` of padding.
#[inline(never)]
fn make(row: &[u8], before: usize, step: usize, channels: Channels, words: &mut [Words]) {
    let padding = [channels.zero as u8; CHANNELS];
    let pixels = row.chunks_exact(channels.count.saturating_mul(step));
    // The last may have no others behind it.
    let rest = pixels.remainder();
    let mut last = (!rest.is_empty()).then(|| channels.of(rest));
    let mut pixels = pixels.map(|pixel| channels.of(pixel));
    let mut word = [in_all_lanes(channels.zero); CHANNELS];
    let more = LANES - 1;
    let (outside, words) = words
        .split_at_mut_checked(before.saturating_sub(more))
        .unwrap_or_default();
    outside.fill(word);
    // What only the first word has besides its last lane.
    for _ in before..more {
        let bytes = pixels.next().or_else(|| last.take());
        let from = word;
        put_next(&from, bytes.unwrap_or(padding), &mut word);
    }
    let mut above = &word;
    let mut words = words.iter_mut();
    for (bytes, slots) in pixels.zip(words.by_ref()) {
        put_next(above, bytes, slots);
        above = slots;
    }
    for slots in words {
        put_next(above, last.take().unwrap_or(padding), slots);
        above = slots;
    }
}

/// Neighbouring taps of a row of the window, whose words lie side by side.
struct Run {
    first: Tap,
    /// Which columns of the window they are.
    columns: Vec<usize>,
}

/// Taps that are worked on at once: as many as come to be neighbours of other outputs.
const TAPS: usize = LANES;

fn runs_of(taps: &[Tap]) -> Vec<Run> {
    let mut order: Vec<_> = taps.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, tap)| *tap);
    let mut runs: Vec<Run> = Vec::new();
    for (column, tap) in order {
        let follows = |run: &&mut Run| {
            let place = run.first.offset.saturating_add(run.columns.len());
            run.columns.len() < TAPS && run.first.phase == tap.phase && place == tap.offset
        };
        match runs.last_mut().filter(follows) {
            Some(run) => run.columns.push(column),
            None => runs.push(Run {
                first: tap,
                columns: alloc::vec![column],
            }),
        }
    }
    runs
}

/// Adds the products of some neighbouring taps to sums of which each begins three words on.
#[inline(never)]
fn meet<const N: usize>(words: &[Words], weights: &[Words], sums: &mut [Words]) {
    let Some(weights) = weights.first_chunk::<N>() else {
        return;
    };
    let (windows, _) = words.as_chunks::<LANES>();
    for (sums, window) in sums.iter_mut().zip(windows) {
        for channel in 0..CHANNELS {
            let products = window.iter().zip(weights);
            sums[channel] = products.fold(sums[channel], |sum, (words, weights)| {
                sum.wrapping_add(words[channel].wrapping_mul(weights[channel]))
            });
        }
    }
}

/// Rows of outputs of one image, of those of a part.
struct Rows {
    batch: u32,
    /// The first, of its image and of the part.
    row: u32,
    line: usize,
    count: usize,
}

/// What a part is worked on with.
struct Work<'a> {
    node: &'a Node,
    shape: Shape,
    runs: Vec<Run>,
    x: &'a [u8],
    w: &'a [u8],
    words: Vec<Words>,
    /// Tap by tap.
    weights: Vec<Words>,
    sums: Vec<Words>,
}

impl<'a> Work<'a> {
    fn new(node: &'a Node, (x, w): (&'a [u8], &'a [u8]), most: usize) -> Option<Self> {
        let shape = Shape::new(&node.conv)?;
        Some(Self {
            runs: runs_of(&shape.taps[1]),
            words: alloc::vec![[0; CHANNELS]; shape.words(most)?],
            weights: alloc::vec![[0; CHANNELS]; node.depth],
            sums: alloc::vec![[0; CHANNELS]; shape.pitch.checked_mul(most)?],
            node,
            shape,
            x,
            w,
        })
    }

    /// The words of some phases, for so many rows of outputs.
    fn plane(&self, [a, b]: [usize; 2], outputs: usize) -> Option<Range<usize>> {
        let size = self.shape.rows(outputs)?.checked_mul(self.shape.row()?)?;
        let index = a.checked_mul(self.shape.strides[1])?.checked_add(b)?;
        let first = index.checked_mul(size)?;
        Some(first..first.checked_add(size)?)
    }

    /// Makes the words that some rows of outputs read.
    fn make(&mut self, rows: &Rows, channels: Channels) -> Option<()> {
        let conv = &self.node.conv;
        let [_, _, height, width] = conv.x;
        let [down, across] = conv.strides;
        let line = (width as usize).checked_mul(channels.count)?;
        let row_words = self.shape.row()?;
        for a in 0..down {
            let taps = self.shape.taps[0].iter();
            let offsets = taps.filter(|tap| tap.phase == a as usize);
            let Some(most) = offsets.map(|tap| tap.offset).max() else {
                continue;
            };
            let count = most.checked_add(rows.count)?;
            for b in 0..across {
                if !self.shape.taps[1].iter().any(|tap| tap.phase == b as usize) {
                    continue;
                }
                // Columns of padding before the image, of those a stride apart.
                let before = conv.pads[1].saturating_sub(b).div_ceil(across);
                let first = before.checked_mul(across)?.checked_add(b)?;
                let first = first.checked_sub(conv.pads[1])? as usize;
                let plane = self.plane([a as usize, b as usize], rows.count)?;
                let words = self.words.get_mut(plane)?.chunks_exact_mut(row_words);
                for (index, words) in (0..).zip(words.take(count)) {
                    let padded = rows.row.checked_add(index)?.checked_mul(down)?;
                    let padded = padded.checked_add(a)?;
                    let inside = padded.checked_sub(conv.pads[0]);
                    let Some(h) = inside.filter(|h| *h < height) else {
                        words.fill([in_all_lanes(channels.zero); CHANNELS]);
                        continue;
                    };
                    let start = rows.batch.checked_mul(height)?.checked_add(h)? as usize;
                    let start = start.checked_mul(line)?;
                    let row = self.x.get(start..start.checked_add(line)?)?;
                    let row = row.get(first.checked_mul(channels.count)?..);
                    let row = row.unwrap_or_default();
                    make(row, before as usize, across as usize, channels, words);
                }
            }
        }
        Some(())
    }

    /// Makes the weights of some channels, and gives what their sums start with: [`RAISE`], less what the inputs' zero point
    /// makes of the weights.
    fn weigh(&mut self, channels: Channels) -> Option<Words> {
        let first = channels.first.checked_mul(self.node.depth)?;
        let rows = self.w.get(first..)?.chunks_exact(self.node.depth);
        let mut starts = [0; CHANNELS];
        for (lane, (start, row)) in starts.iter_mut().zip(rows).enumerate() {
            let mut sum = 0i64;
            for (words, byte) in self.weights.iter_mut().zip(row) {
                let weight = i64::from(self.node.w.value(*byte));
                sum = sum.wrapping_add(weight);
                if let Some(word) = words.get_mut(lane) {
                    *word = weight;
                }
            }
            *start = in_all_lanes(RAISE.wrapping_sub(sum.wrapping_mul(channels.zero)));
        }
        Some(starts)
    }

    /// Makes the sums of some channels, [`Shape::pitch`] words for each row of outputs.
    fn multiply(&mut self, rows: &Rows, starts: &Words) -> Option<()> {
        let kernel_w = self.node.conv.w[3] as usize;
        let count = self.shape.pitch.checked_mul(rows.count)?;
        let mut sums = core::mem::take(&mut self.sums);
        let of_rows = sums.get_mut(..count)?;
        of_rows.fill(*starts);
        let down = self.shape.taps[0].iter();
        for (tap, weights) in down.zip(self.weights.chunks_exact(kernel_w)) {
            for run in &self.runs {
                let plane = self.plane([tap.phase, run.first.phase], rows.count)?;
                let first = tap.offset.checked_mul(self.shape.row()?)?;
                let first = first.checked_add(run.first.offset)?;
                let words = self.words.get(plane)?.get(first..)?;
                let mut some = [[0; CHANNELS]; TAPS];
                for (slot, column) in some.iter_mut().zip(&run.columns) {
                    *slot = *weights.get(*column)?;
                }
                match run.columns.len() {
                    1 => meet::<1>(words, &some, of_rows),
                    2 => meet::<2>(words, &some, of_rows),
                    _ => meet::<TAPS>(words, &some, of_rows),
                }
            }
        }
        self.sums = sums;
        Some(())
    }
}

/// Sums of some channels of some rows of outputs.
struct Done<'a> {
    shape: &'a Shape,
    sums: &'a [Words],
    rows: &'a Rows,
    /// The first channel, of those of the part.
    place: usize,
}

/// Computes the sums of whole rows, from inputs and weights in committed order, and gives them to `put`, some channels at a time.
fn each(
    node: &Node,
    part: &Part,
    of: (&[u8], &[u8]),
    mut put: impl FnMut(&Done<'_>) -> Option<()>,
) -> Option<()> {
    let [_, _, height, width] = node.conv.y;
    let lines = part.positions.start.checked_div(width)?..part.positions.end.checked_div(width)?;
    let most = Shape::new(&node.conv)?.most_rows().min(lines.len());
    let mut work = Work::new(node, of, most)?;
    for channel in part.outputs.clone().step_by(CHANNELS) {
        let channels = Channels {
            first: channel as usize,
            count: node.conv.x[1] as usize,
            // Unsigned inputs, and their zero point.
            flip: node.x.flip ^ 0x80,
            zero: i64::from(node.x.zero.wrapping_add(128)),
        };
        let starts = work.weigh(channels)?;
        let mut line = lines.start;
        while line < lines.end {
            let (batch, row) = (line.checked_div(height)?, line.checked_rem(height)?);
            let count = (lines.end - line).min(height - row).min(most as u32);
            let rows = Rows {
                batch,
                row,
                line: (line - lines.start) as usize,
                count: count as usize,
            };
            work.make(&rows, channels)?;
            work.multiply(&rows, &starts)?;
            put(&Done {
                shape: &work.shape,
                sums: &work.sums,
                rows: &rows,
                place: channel.checked_sub(part.outputs.start)? as usize,
            })?;
            line = line.checked_add(count)?;
        }
    }
    Some(())
}

/// Gives `put` sums of some channels of a position, position by position, with their places in `table`: positions of `outputs`
/// elements, of which those from [`Done::place`] on are meant. There may be fewer places than channels.
#[inline]
fn each_position<T>(
    table: &mut [T],
    (width, outputs): (usize, usize),
    done: &Done<'_>,
    mut put: impl FnMut([i64; CHANNELS], &mut [T]) -> Option<()>,
) -> Option<()> {
    let size = width.checked_mul(outputs)?;
    let of_rows = table.get_mut(done.rows.line.checked_mul(size)?..)?;
    let of_rows = of_rows.chunks_exact_mut(size).take(done.rows.count);
    for (row, words) in of_rows.zip(done.sums.chunks_exact(done.shape.pitch)) {
        let triples = row.chunks_mut(outputs.checked_mul(LANES)?);
        for (positions, words) in triples.zip(words) {
            for (index, position) in (0..).zip(positions.chunks_exact_mut(outputs)) {
                let slots = position.get_mut(done.place..)?;
                put(words.map(|word| lane(word, index)), slots)?;
            }
        }
    }
    Some(())
}

/// The sums of whole rows, from inputs and weights in committed order.
pub(super) fn sums(
    node: &Node,
    part: &Part,
    x: &[u8],
    w: &[u8],
    sums: &mut Sums<'_>,
) -> Option<()> {
    let size = (node.conv.y[3] as usize, sums.width);
    each(node, part, (x, w), |done| {
        each_position(sums.sums, size, done, |values, slots| {
            for (slot, value) in slots.iter_mut().zip(values) {
                *slot = value.wrapping_sub(RAISE) as i32;
            }
            Some(())
        })
    })
}

/// The bytes of outputs of whole rows in committed order, where they are settled fast; `Some(None)` where not.
#[allow(clippy::option_option, reason = "an error, or another way")]
pub(super) fn bytes(
    node: &Node,
    part: &Part,
    of: (&[u8], &[u8]),
    settling: &Settling<'_>,
) -> Option<Option<Vec<u8>>> {
    let Some(raised) = settling.raised(RAISE as u32) else {
        return Some(None);
    };
    let size = (node.conv.y[3] as usize, part.outputs.len());
    let mut bytes = alloc::vec![0; part.positions.len().checked_mul(size.1)?];
    each(node, part, of, |done| {
        settle(&raised, &mut bytes, size, done)
    })?;
    Some(Some(bytes))
}

/// Settles sums of some channels.
#[inline(never)]
fn settle(
    raised: &Raised<'_>,
    bytes: &mut [u8],
    size: (usize, usize),
    done: &Done<'_>,
) -> Option<()> {
    each_position(bytes, size, done, |sums, slots| {
        // As many as are known when this is compiled, where they are all there.
        match slots.first_chunk_mut::<CHANNELS>() {
            Some(slots) => raised.put(done.place, &sums, slots),
            None => raised.put(done.place, &sums, slots),
        }
    })
}
