//! Depthwise convolutions of whole rows: three neighbours of a row of inputs in a word, and three taps in another.
//!
//! A channel has its own weight for each tap, which is all that its positions share. So a word has three neighbours of a row, 21
//! bits from each other, and another the weights of three neighbouring taps the other way round: a product of both is a product of
//! polynomials. Its lanes are sums of products, the first and the second parts of outputs on the left, the third all that the taps
//! make of an output. What these three inputs give to the next two outputs is a product of the last two and of the first two taps.
//! So two multiplications give nine products:
//!
//! ```text
//! x0 x1 x2 · k2 k1 k0 = x0·k2 | x0·k1 + x1·k2 | x0·k0 + x1·k1 + x2·k2     sums to the left: outputs -2, -1 and 0
//!    x1 x2 ·    k1 k0 = x1·k1 | x1·k0 + x2·k1 | x2·k0                     sums to the right: nothing, outputs 1 and 2
//! ```
//!
//! Bytes are unsigned (a signed one and its zero point are 128 more, so that their difference stays). An output's sum, or its two
//! parts together, start with [`RAISE`], so that it is not negative. A part may be: it borrows from the next lane, which gets that
//! back when the parts are added.
//!
//! Inputs of which a stride is between lie in words of their own, and so do rows: the words of a tap, for all rows of outputs, are
//! then one stretch, in which the sums of some words beyond each row are computed, too, and not looked at. What is done with a
//! channel is a few long loops, each of few values at once, since compiled wasm keeps what a step reads in registers till its end.

use super::lanes::{LANE, LANES};
use super::settle::{Raised, Settling};
use super::{Conv, Node, Part, Sums};
use crate::requantise::{QuickOne, Values};
use alloc::vec::Vec;
use core::array;
use core::ops::Range;

/// Channels whose words are made at once.
const CHANNELS: usize = 8;
/// What is added to every sum, which is less than that either way.
const RAISE: i64 = 1 << (LANE - 1);
/// Words of a channel that are kept at once, unless a row of outputs needs more.
const MOST_WORDS: usize = 1 << 10;
/// Words of a channel that a row of outputs may need.
const MOST_WORDS_OF_A_ROW: usize = 1 << 13;
/// What is in a lane.
const IN_A_LANE: i64 = (1 << LANE) - 1;

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

/// Where a tap's inputs are, along one axis: which of those a stride apart, and how many of these on.
#[derive(Clone, Copy)]
struct Tap {
    phase: usize,
    offset: usize,
}

/// How words of one channel lie: by row and column modulo the strides, then column by column of words.
struct Shape {
    /// Of rows and of columns.
    strides: [usize; 2],
    /// Of the window's rows, and of its columns.
    taps: [Vec<Tap>; 2],
    /// Words of a row of outputs, and of a row of inputs of those a stride apart.
    triples: usize,
    columns: usize,
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
        // The last two outputs of a word have a part of the next.
        let beyond = taps[1].last()?.offset.checked_div(LANES)?.checked_add(1)?;
        Some(Self {
            strides: conv.strides.map(|stride| stride as usize),
            triples,
            columns: triples.checked_add(beyond)?,
            taps,
        })
    }

    /// Rows a stride apart that `outputs` rows of outputs read.
    fn rows(&self, outputs: usize) -> Option<usize> {
        self.taps[0].last()?.offset.checked_add(outputs)
    }

    /// Words that `outputs` rows of outputs read.
    fn words(&self, outputs: usize) -> Option<usize> {
        let [a, b] = self.strides;
        let plane = self.rows(outputs)?.checked_mul(self.columns)?;
        plane.checked_mul(a)?.checked_mul(b)
    }

    /// Pairs of sums of `outputs` rows of outputs, with those between them: a column of words more than there are triples.
    fn sums(&self, outputs: usize) -> Option<usize> {
        let columns = self.triples.checked_mul(self.rows(outputs)?)?;
        columns.checked_add(outputs)
    }

    /// As many rows of outputs as have [`MOST_WORDS`]; at least one.
    fn most_rows(&self) -> usize {
        let fits = |rows: &usize| self.words(*rows).is_some_and(|words| words <= MOST_WORDS);
        (2..=MOST_WORDS).take_while(fits).last().unwrap_or(1)
    }
}

/// Columns of the window whose inputs are in the same words.
struct Group {
    phase: usize,
    /// How many words on.
    word: usize,
    /// Which columns they are, by their inputs' lanes.
    columns: [Option<usize>; LANES],
}

fn groups_of(taps: &[Tap]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (column, tap) in taps.iter().enumerate() {
        let (phase, word) = (tap.phase, tap.offset / LANES);
        let is_same = |group: &Group| (group.phase, group.word) == (phase, word);
        if !groups.iter().any(is_same) {
            groups.push(Group {
                phase,
                word,
                columns: [None; LANES],
            });
        }
        let group = groups.iter_mut().find(|group| is_same(group));
        if let Some(slot) = group.and_then(|group| group.columns.get_mut(tap.offset % LANES)) {
            *slot = Some(column);
        }
    }
    groups
}

/// Rows of the window that are worked on at once, at most.
const MOST_RUN: usize = 3;

/// Rows of the window whose words are one below the other.
struct Run {
    phase: usize,
    /// How many rows on the first of them is.
    offset: usize,
    rows: Vec<usize>,
}

fn runs_of(taps: &[Tap]) -> Vec<Run> {
    let mut order: Vec<_> = taps.iter().enumerate().collect();
    order.sort_by_key(|(_, tap)| (tap.phase, tap.offset));
    let mut runs: Vec<Run> = Vec::new();
    for (row, tap) in order {
        let follows = |run: &&mut Run| {
            let place = run.offset.saturating_add(run.rows.len());
            run.rows.len() < MOST_RUN && (run.phase, place) == (tap.phase, tap.offset)
        };
        match runs.last_mut().filter(follows) {
            Some(run) => run.rows.push(row),
            None => runs.push(Run {
                phase: tap.phase,
                offset: tap.offset,
                rows: alloc::vec![row],
            }),
        }
    }
    runs
}

/// Taps whose words are met together: of some columns in some rows.
struct Meeting {
    /// Modulo the strides.
    phases: [usize; 2],
    /// How many words and rows on.
    word: usize,
    row: usize,
    /// Which taps of the window they are: row by row, by their inputs' lanes. Where there is none, it is the one behind the last.
    taps: Vec<[usize; LANES]>,
}

fn meetings_of([rows, columns]: &[Vec<Tap>; 2]) -> Vec<Meeting> {
    let none = rows.len().saturating_mul(columns.len());
    let tap = |row: usize, column: Option<usize>| match column {
        Some(column) => row.saturating_mul(columns.len()).saturating_add(column),
        None => none,
    };
    let runs = runs_of(rows);
    let meeting = |group: &Group, run: &Run| {
        let rows = run.rows.iter();
        Meeting {
            phases: [run.phase, group.phase],
            word: group.word,
            row: run.offset,
            taps: rows
                .map(|row| group.columns.map(|column| tap(*row, column)))
                .collect(),
        }
    };
    let groups = groups_of(columns);
    let of_group = |group| runs.iter().map(move |run| meeting(group, run));
    groups.iter().flat_map(of_group).collect()
}

/// Three lanes, of which each may be less than nothing.
const fn word_of([first, second, third]: [i64; LANES]) -> i64 {
    first
        .wrapping_add(second.wrapping_shl(LANE))
        .wrapping_add(third.wrapping_shl(2 * LANE))
}

/// What a word is multiplied with, and what its last two lanes are.
type Weights = [i64; 2];

/// Sums to the left, and to the right.
type Pair = [i64; 2];

const fn weights_of([first, second, third]: [i64; LANES]) -> Weights {
    [word_of([third, second, first]), word_of([second, first, 0])]
}

/// What sums start with: [`RAISE`] for each of three outputs, one part of the last two having it, and for the lane on the right that is
/// not looked at, which must not borrow. The second on the left has it, so that the first borrows from that alone.
const START: Pair = [word_of([0, RAISE, RAISE]), word_of([RAISE, RAISE, 0])];

/// Which channels words are made of, and what their bytes are.
#[derive(Clone, Copy)]
struct Channels {
    /// The first.
    first: usize,
    /// Of how many.
    count: usize,
    /// What bytes are combined with to be unsigned.
    flip: u8,
    /// The zero point of the unsigned bytes.
    zero: u8,
}

/// Some channels of a pixel.
type Pixel = [u8; CHANNELS];

/// Words of some channels, one channel after the other.
struct Words<'a> {
    all: &'a mut [i64],
    /// Of a channel.
    each: usize,
}

/// Some channels of a row of pixels, of those a stride apart.
struct Line<'a> {
    /// From the first channel of the first pixel on.
    bytes: &'a [u8],
    /// Bytes from one pixel to the next.
    step: usize,
    /// Pixels of padding before the first.
    before: usize,
    padding: Pixel,
    /// What bytes are combined with to be unsigned, in all lanes.
    flips: i64,
}

impl Line<'_> {
    /// The pixel of a place among those with padding. What is beyond the last channel is not looked at.
    fn pixel(&self, place: usize) -> Pixel {
        let bytes = place
            .checked_sub(self.before)
            .and_then(|index| self.bytes.get(index.checked_mul(self.step)?..))
            .filter(|bytes| !bytes.is_empty());
        let Some(bytes) = bytes else {
            return self.padding;
        };
        match bytes.first_chunk() {
            Some(pixel) => *pixel,
            None => array::from_fn(|lane| bytes.get(lane).copied().unwrap_or_default()),
        }
    }

    /// Puts a word of each channel, at `at` of its own.
    #[inline]
    fn put(&self, [first, second, third]: [&Pixel; LANES], mut at: usize, words: &mut Words<'_>) {
        for lane in 0..CHANNELS {
            let bytes = [first[lane], second[lane], third[lane]];
            if let Some(slot) = words.all.get_mut(at) {
                *slot = word_of(bytes.map(i64::from)) ^ self.flips;
            }
            at = at.wrapping_add(words.each);
        }
    }

    /// Puts the words of some places, pixel by pixel.
    fn put_each(&self, places: Range<usize>, at: impl Fn(usize) -> usize, words: &mut Words<'_>) {
        for index in places {
            let place = index.wrapping_mul(LANES);
            let [a, b, c] = array::from_fn(|lane| self.pixel(place.wrapping_add(lane)));
            self.put([&a, &b, &c], at(index), words);
        }
    }

    /// Makes the words of a row: `count` of them, from `first` on, `rows` apart.
    #[inline(never)]
    fn make(&self, first: usize, rows: usize, count: usize, words: &mut Words<'_>) {
        let at = |index: usize| index.wrapping_mul(rows).wrapping_add(first);
        // What has padding, all in the image, and what has not three pixels behind it.
        let edge = self.before.div_ceil(LANES).min(count);
        self.put_each(0..edge, at, words);
        let skipped = edge.wrapping_mul(LANES).wrapping_sub(self.before);
        let rest = self.bytes.get(skipped.wrapping_mul(self.step)..);
        let size = self.step.wrapping_mul(LANES);
        let pixels = rest.unwrap_or_default().chunks_exact(size);
        // A pixel has to have so many bytes behind its first.
        let inside = if self.step >= CHANNELS {
            pixels.len()
        } else {
            0
        };
        let end = edge.saturating_add(inside).min(count);
        let mut place = at(edge);
        for (_, pixels) in (edge..end).zip(pixels) {
            let (first, pixels) = pixels.split_at(self.step);
            let (second, third) = pixels.split_at(self.step);
            let pixels = [first, second, third].map(|pixel| pixel.first_chunk());
            if let [Some(first), Some(second), Some(third)] = pixels {
                self.put([first, second, third], place, words);
            }
            place = place.wrapping_add(rows);
        }
        self.put_each(end..count, at, words);
    }
}

/// Sums that are worked on at once: as many as there are rows of the window, so that each word meets all.
const SUMS: usize = MOST_RUN;

/// Adds products of words, one below the other, and weights to one side of sums, or puts them after what sums start with. One side by
/// itself, so that its weights fit the registers.
#[inline(never)]
fn meet_side<const RUN: usize, const SIDE: usize, const FIRST: bool>(
    words: &[i64],
    weights: [i64; RUN],
    start: i64,
    sums: &mut [Pair],
) {
    let (sums, _) = sums.as_chunks_mut::<SUMS>();
    let (words, _) = words.as_chunks::<SUMS>();
    let Some((_, next)) = words.split_first() else {
        return;
    };
    for ((sums, words), next) in sums.iter_mut().zip(words).zip(next) {
        let met = [words[0], words[1], words[2], next[0], next[1]];
        let met = met.map(|word| word >> (SIDE as u32 * LANE));
        for (at, pair) in sums.iter_mut().enumerate() {
            let mut sum = if FIRST { start } else { pair[SIDE] };
            for (row, weight) in weights.iter().enumerate() {
                sum = sum.wrapping_add(met[at + row].wrapping_mul(*weight));
            }
            pair[SIDE] = sum;
        }
    }
}

/// The same of both sides: pairs of sums, a multiple of [`SUMS`], and words for all of them and as many more.
fn meet<const RUN: usize>(
    words: &[i64],
    weights: [Weights; RUN],
    start: Option<Pair>,
    sums: &mut [Pair],
) {
    let [left, right] = [0, 1].map(|side| weights.map(|weights| weights[side]));
    match start {
        Some([of_left, of_right]) => {
            meet_side::<RUN, 0, true>(words, left, of_left, sums);
            meet_side::<RUN, 1, true>(words, right, of_right, sums);
        }
        None => {
            meet_side::<RUN, 0, false>(words, left, 0, sums);
            meet_side::<RUN, 1, false>(words, right, 0, sums);
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
    meetings: Vec<Meeting>,
    /// Lanes of the taps' inputs.
    lanes: Vec<usize>,
    x: &'a [u8],
    w: &'a [u8],
    /// Channel by channel.
    words: Vec<i64>,
    /// Words of a channel, with some that are only met by what is not looked at.
    each: usize,
    /// Of a channel, tap by tap, and one of nothing behind them.
    weights: Vec<i64>,
    sums: Vec<Pair>,
}

impl<'a> Work<'a> {
    fn new(node: &'a Node, (x, w): (&'a [u8], &'a [u8]), most: usize) -> Option<Self> {
        let shape = Shape::new(&node.conv)?;
        let each = shape.words(most)?.checked_add(2 * SUMS)?;
        let columns = shape.taps[1].iter().map(|tap| tap.offset % LANES);
        let lanes = shape.taps[0]
            .iter()
            .flat_map(|_| columns.clone())
            .collect::<Vec<_>>();
        Some(Self {
            meetings: meetings_of(&shape.taps),
            lanes,
            words: alloc::vec![0; each.checked_mul(CHANNELS)?],
            each,
            weights: alloc::vec![0; node.depth.checked_add(1)?],
            sums: alloc::vec![[0; 2]; shape.sums(most)?.next_multiple_of(SUMS)],
            node,
            shape,
            x,
            w,
        })
    }

    /// The words of some phases, for so many rows of outputs.
    fn plane(&self, [a, b]: [usize; 2], outputs: usize) -> Option<Range<usize>> {
        let size = self.shape.rows(outputs)?.checked_mul(self.shape.columns)?;
        let index = a.checked_mul(self.shape.strides[1])?.checked_add(b)?;
        let first = index.checked_mul(size)?;
        Some(first..first.checked_add(size)?)
    }

    /// Makes the words that some rows of outputs read.
    fn make(&mut self, rows: &Rows, channels: Channels) -> Option<()> {
        let conv = &self.node.conv;
        let [_, _, height, width] = conv.x;
        let [down, across] = conv.strides;
        let size = (width as usize).checked_mul(channels.count)?;
        let flip = i64::from(channels.flip);
        let mut line = Line {
            bytes: &[],
            step: channels.count.checked_mul(across as usize)?,
            before: 0,
            padding: [channels.zero ^ channels.flip; CHANNELS],
            flips: word_of([flip; LANES]),
        };
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
                line.before = before as usize;
                let first = before.checked_mul(across)?.checked_add(b)?;
                let first = first.checked_sub(conv.pads[1])? as usize;
                let first = first.checked_mul(channels.count)?;
                let plane = self.plane([a as usize, b as usize], rows.count)?;
                let of_rows = self.shape.rows(rows.count)?;
                let mut words = Words {
                    all: self.words.get_mut(plane.start..)?,
                    each: self.each,
                };
                for (index, row) in (0..).zip(0..count as u32) {
                    let padded = rows.row.checked_add(row)?.checked_mul(down)?;
                    let padded = padded.checked_add(a)?;
                    let inside = padded.checked_sub(conv.pads[0]);
                    let Some(h) = inside.filter(|h| *h < height) else {
                        line.bytes = &[];
                        line.make(index, of_rows, self.shape.columns, &mut words);
                        continue;
                    };
                    let start = rows.batch.checked_mul(height)?.checked_add(h)? as usize;
                    let start = start.checked_mul(size)?;
                    let row = self.x.get(start..start.checked_add(size)?)?;
                    let row = row.get(first.checked_add(channels.first)?..);
                    line.bytes = row.unwrap_or_default();
                    line.make(index, of_rows, self.shape.columns, &mut words);
                }
            }
        }
        Some(())
    }

    /// Makes the weights of a channel, and gives what its sums start with: [`START`], less what the inputs' zero point makes of the
    /// weights.
    fn weigh(&mut self, channel: usize, zero: u8) -> Option<Pair> {
        let depth = self.lanes.len();
        let first = channel.checked_mul(depth)?;
        let bytes = self.w.get(first..first.checked_add(depth)?)?;
        // Of the taps that meet each lane of inputs.
        let mut sums = [0i64; LANES];
        for ((weight, byte), lane) in self.weights.iter_mut().zip(bytes).zip(&self.lanes) {
            *weight = self.node.w.value(*byte).into();
            if let Some(sum) = sums.get_mut(*lane) {
                *sum = sum.wrapping_add(*weight);
            }
        }
        let [first, second, third] = sums;
        let (begin, end) = (first.wrapping_add(second), second.wrapping_add(third));
        let sides = [[third, end, begin.wrapping_add(third)], [0, begin, first]];
        let of_zero = sides.map(|lanes| word_of(lanes).wrapping_mul(zero.into()));
        Some([
            START[0].wrapping_sub(of_zero[0]),
            START[1].wrapping_sub(of_zero[1]),
        ])
    }

    fn turn<'b>(&'b self, rows: &'b Rows, place: usize, channels: usize) -> Turn<'b> {
        Turn {
            shape: &self.shape,
            rows,
            places: place..place.saturating_add(channels),
        }
    }

    /// Makes the sums of a channel.
    fn multiply(&mut self, rows: &Rows, lane: usize, start: Pair) -> Option<()> {
        let mut sums = core::mem::take(&mut self.sums);
        let count = self.shape.sums(rows.count)?.next_multiple_of(SUMS);
        let of_rows = sums.get_mut(..count)?;
        let mut start = Some(start);
        let words = self.words.chunks_exact(self.each).nth(lane)?;
        for meeting in &self.meetings {
            let plane = self.plane(meeting.phases, rows.count)?;
            let first = meeting.word.checked_mul(self.shape.rows(rows.count)?)?;
            let first = plane.start.checked_add(first)?.checked_add(meeting.row)?;
            let words = words.get(first..)?;
            let mut weights = [[0; 2]; MOST_RUN];
            for (weights, taps) in weights.iter_mut().zip(&meeting.taps) {
                let of = |tap: usize| self.weights.get(tap).copied().unwrap_or_default();
                *weights = weights_of(taps.map(of));
            }
            let start = start.take();
            let [a, b, c] = weights;
            match meeting.taps.len() {
                1 => meet(words, [a], start, of_rows),
                2 => meet(words, [a, b], start, of_rows),
                _ => meet(words, [a, b, c], start, of_rows),
            }
        }
        self.sums = sums;
        Some(())
    }
}

/// Some channels of some rows of outputs, which are worked on at once.
struct Turn<'a> {
    shape: &'a Shape,
    rows: &'a Rows,
    /// The channels, of those of the part.
    places: Range<usize>,
}

/// What becomes of sums.
trait Put {
    /// Takes the sums of a turn's channel: its place among those.
    fn channel(&mut self, turn: &Turn<'_>, lane: usize, sums: &[Pair]) -> Option<()>;

    /// Ends a turn.
    fn end(&mut self, turn: &Turn<'_>) -> Option<()>;
}

/// Computes the sums of whole rows, from inputs and weights in committed order, and gives them to `put`, channel by channel.
fn each(node: &Node, part: &Part, of: (&[u8], &[u8]), put: &mut impl Put) -> Option<()> {
    let [_, _, height, width] = node.conv.y;
    let lines = part.positions.start.checked_div(width)?..part.positions.end.checked_div(width)?;
    let most = Shape::new(&node.conv)?.most_rows().min(lines.len());
    let mut work = Work::new(node, of, most)?;
    // Unsigned inputs, and their zero point.
    let zero = node.x.zero.wrapping_add(128) as u8;
    for first in part.outputs.clone().step_by(CHANNELS) {
        let channels = Channels {
            first: first as usize,
            count: node.conv.x[1] as usize,
            flip: node.x.flip ^ 0x80,
            zero,
        };
        let some = first..part.outputs.end.min(first.saturating_add(CHANNELS as u32));
        let place = first.checked_sub(part.outputs.start)? as usize;
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
            for (lane, channel) in some.clone().enumerate() {
                let start = work.weigh(channel as usize, zero)?;
                work.multiply(&rows, lane, start)?;
                let sums = work.sums.get(..work.shape.sums(rows.count)?)?;
                put.channel(&work.turn(&rows, place, some.len()), lane, sums)?;
            }
            put.end(&work.turn(&rows, place, some.len()))?;
            line = line.checked_add(count)?;
        }
    }
    Some(())
}

/// The three sums that begin with a pair, of which the next has parts; none is negative.
#[inline]
const fn three([left, right]: Pair, next: Pair) -> [i64; LANES] {
    // The two lanes that are parts on either side: together not negative.
    let both = (right >> LANE).wrapping_add(next[0] & ((1 << (2 * LANE)) - 1));
    // The bit before the third lane is of a fourth.
    [
        left >> (2 * LANE) & IN_A_LANE,
        both & IN_A_LANE,
        both >> LANE,
    ]
}

impl Turn<'_> {
    /// The sums of a column of words, three of each row.
    fn column<'s>(
        &self,
        column: usize,
        sums: &'s [Pair],
    ) -> Option<impl Iterator<Item = [i64; LANES]> + 's> {
        let rows = self.shape.rows(self.rows.count)?;
        let sums = sums.get(column.checked_mul(rows)?..)?;
        let (first, next) = (sums.get(..self.rows.count)?, sums.get(rows..)?);
        Some(
            first
                .iter()
                .zip(next)
                .map(|(pair, next)| three(*pair, *next)),
        )
    }
}

/// Sums that are put down.
struct Down<'s, 'a> {
    sums: &'s mut Sums<'a>,
    width: usize,
}

impl Put for Down<'_, '_> {
    fn channel(&mut self, turn: &Turn<'_>, lane: usize, sums: &[Pair]) -> Option<()> {
        let outputs = self.sums.width;
        let size = self.width.checked_mul(outputs)?;
        let table = self
            .sums
            .sums
            .get_mut(turn.rows.line.checked_mul(size)?..)?;
        let place = turn.places.start.checked_add(lane)?;
        for column in 0..turn.shape.triples {
            let first = column
                .checked_mul(LANES)?
                .checked_mul(outputs)?
                .checked_add(place)?;
            let rows = table.chunks_exact_mut(size);
            for (row, sums) in rows.zip(turn.column(column, sums)?) {
                let slots = row.iter_mut().skip(first).step_by(outputs.max(1));
                for (slot, sum) in slots.zip(sums) {
                    *slot = sum.wrapping_sub(RAISE) as i32;
                }
            }
        }
        Some(())
    }

    fn end(&mut self, _: &Turn<'_>) -> Option<()> {
        Some(())
    }
}

/// The sums of whole rows, from inputs and weights in committed order.
pub(super) fn sums(
    node: &Node,
    part: &Part,
    x: &[u8],
    w: &[u8],
    sums: &mut Sums<'_>,
) -> Option<()> {
    let width = node.conv.y[3] as usize;
    each(node, part, (x, w), &mut Down { sums, width })
}

/// Bytes of some channels of three neighbouring outputs.
const BYTES: usize = CHANNELS * LANES;

/// Sums that are settled.
struct Settled<'s> {
    raised: Raised<'s>,
    /// Of a turn, as its sums lie: some channels of three neighbouring outputs, and those of one more behind all.
    bytes: Vec<u8>,
    /// Of the part.
    all: Vec<u8>,
    /// Positions of a row of outputs, and outputs of a position.
    width: usize,
    outputs: usize,
}

impl Put for Settled<'_> {
    fn channel(&mut self, turn: &Turn<'_>, lane: usize, sums: &[Pair]) -> Option<()> {
        let place = turn.places.start.checked_add(lane)?;
        let one = self.raised.one(place)?;
        let rows = turn.shape.rows(turn.rows.count)?;
        let next = sums.get(rows..)?;
        let size = next.len().checked_mul(BYTES)?.checked_add(CHANNELS)?;
        if self.bytes.len() < size {
            self.bytes.resize(size, 0);
        }
        // Of the channel alone: those between are not looked at.
        let (bytes, _) = self.bytes.get_mut(lane..)?.as_chunks_mut();
        let mut at = 0;
        while let Some(found) = settle(
            one,
            &self.raised.values,
            (sums.get(at..)?, next.get(at..)?),
            bytes.get_mut(at..)?,
        ) {
            at = at.checked_add(found)?;
            let sums = three(*sums.get(at)?, *next.get(at)?);
            let slots = bytes.get_mut(at)?.iter_mut().step_by(CHANNELS);
            for (slot, sum) in slots.zip(sums) {
                *slot = self.raised.byte(place, sum)?;
            }
            at = at.checked_add(1)?;
        }
        Some(())
    }

    fn end(&mut self, turn: &Turn<'_>) -> Option<()> {
        let rows = turn.shape.rows(turn.rows.count)?;
        let size = self.width.checked_mul(self.outputs)?;
        let table = self.all.get_mut(turn.rows.line.checked_mul(size)?..)?;
        for (row, table) in table
            .chunks_exact_mut(size)
            .take(turn.rows.count)
            .enumerate()
        {
            let (pixels, _) = self.bytes.as_chunks::<CHANNELS>();
            let (triples, _) = pixels.as_chunks::<LANES>();
            let triples = triples.iter().skip(row).step_by(rows);
            let positions = table.chunks_exact_mut(self.outputs);
            for (position, pixel) in positions.zip(triples.flatten()) {
                let slots = position.get_mut(turn.places.clone())?;
                match slots.first_chunk_mut() {
                    Some(slots) => *slots = *pixel,
                    None => slots.copy_from_slice(pixel.get(..slots.len())?),
                }
            }
        }
        Some(())
    }
}

/// Settles sums of a channel, with those of the column of words behind them, up to the first that is to be settled slowly.
#[inline(never)]
fn settle(
    one: QuickOne,
    values: &Values,
    (first, next): (&[Pair], &[Pair]),
    bytes: &mut [[u8; BYTES]],
) -> Option<usize> {
    let count = bytes.len().min(first.len()).min(next.len());
    let (first, next) = (first.get(..count)?, next.get(..count)?);
    let bytes = bytes.get_mut(..count)?;
    let mut place = 0;
    while place < count {
        let settled = one.bytes(three(first[place], next[place]), values);
        let Some([a, b, c]) = settled else {
            return Some(place);
        };
        let slots = &mut bytes[place];
        (slots[0], slots[CHANNELS], slots[2 * CHANNELS]) = (a, b, c);
        place = place.wrapping_add(1);
    }
    None
}

/// The bytes of outputs of whole rows in committed order, where they are settled fast; `Some(None)` where not.
#[allow(clippy::option_option, reason = "an error, or another way")]
pub(super) fn bytes(
    node: &Node,
    part: &Part,
    of: (&[u8], &[u8]),
    settling: &Settling<'_>,
) -> Option<Option<Vec<u8>>> {
    let Some(raised) = settling.raised(RAISE as i32) else {
        return Some(None);
    };
    let outputs = part.outputs.len();
    let mut settled = Settled {
        raised,
        bytes: Vec::new(),
        all: alloc::vec![0; part.positions.len().checked_mul(outputs)?],
        width: node.conv.y[3] as usize,
        outputs,
    };
    each(node, part, of, &mut settled)?;
    Some(Some(settled.all))
}
