//! Whole nodes and whole tiles of the operators that are sums of products, several products in one multiplication.
//!
//! [`Kernel::element`] says what an element is; this module gives the same bits for many neighbours at once, or nothing.
//! It reads stretches of committed order, in which the depth of a product lies side by side. Operands become signed bytes
//! (an unsigned one less 128, and its zero point too, so that their difference stays). Three ways:
//!
//! - `lanes`: many positions by several outputs. A 64-bit word has the weights of three outputs, 21 bits apart, so that one
//!   multiplication by an input gives three products. Words are made once for many positions.
//! - `pairs`: a few positions. Nothing is made of the weights, which are read once; inputs are, and meet them in pairs.
//! - `strips` and `depthwise`: a channel has a weight of its own for each tap, which only its positions share. Of whole rows,
//!   a word has the inputs of three neighbours and another the weights of three neighbouring taps, so that two multiplications
//!   give nine products; elsewhere products are plain, of eight channels side by side.
//!
//! A batch of products of matrices is one of these for each product, or one in all where they share a right-hand side: `batch`.
//!
//! A transposed convolution no two of whose windows meet is one of these for each place of its filter: `spread`, for whole
//! nodes alone.
//!
//! A sum of products and its parts are kept modulo 2^32. The type check has bounded the sum itself below 2^31, so the
//! 32 bits are the sum.
//!
//! Memory, besides what is held: at most `MOST_SUMS` sums; `MOST_GATHERED` bytes of inputs, in words four times as many,
//! or those of one position where a sum has more products; and weights of six outputs in words or of eight channels. Then,
//! instead of inputs and weights, biases, scales and what is worked out of them: 24 bytes for each output of a position, 40 of a
//! depthwise one, which has inputs in words, sums and bytes of eight channels besides: less than 1 MiB. The type check allows
//! 131,071 products a sum, and `MOST_SUMS` outputs are settled at once, so that it all comes to less than 8 MiB, and of the
//! layers of real models to less than 2 MiB.

mod batch;
mod depthwise;
mod lanes;
mod pairs;
mod settle;
mod spread;
mod strips;
#[cfg(test)]
mod tests;

use crate::graph::DType;
use crate::kernel::{Conv, Kernel, Products};
use crate::tensor::Geometry;
use alloc::vec::Vec;
use core::ops::Range;
use settle::Settling;

/// Sums that are kept at once.
const MOST_SUMS: usize = 1 << 18;
/// Outputs of channels that have nothing to do with each other: what is prepared for them is prepared for many.
const MOST_APART: usize = 1 << 16;
/// Bytes of inputs that are brought together at once, where one position does not need more.
const MOST_GATHERED: usize = 1 << 18;
/// From how many positions on it pays to make words of weights.
const FEWEST_POSITIONS: usize = 8;
/// From how many products of a group on it pays to prepare for them.
const FEWEST_PRODUCTS: u64 = 128;

/// Gives bytes of a node's inputs, in committed order.
pub trait Stretches<'a> {
    /// `count` bytes of input `input` from byte `first` of its committed order; `None` when they are not all held.
    fn stretch(&mut self, input: usize, first: usize, count: usize) -> Option<&'a [u8]>;

    /// All bytes of input `input`, where all are held.
    fn whole(&mut self, input: usize) -> Option<&'a [u8]>;
}

/// Inputs in full, as bytes in committed order.
struct Whole<'a>(Vec<&'a [u8]>);

impl<'a> Stretches<'a> for Whole<'a> {
    #[inline]
    fn stretch(&mut self, input: usize, first: usize, count: usize) -> Option<&'a [u8]> {
        self.0.get(input)?.get(first..first.checked_add(count)?)
    }

    fn whole(&mut self, input: usize) -> Option<&'a [u8]> {
        self.0.get(input).copied()
    }
}

/// An 8-bit operand as signed bytes.
#[derive(Clone, Copy)]
struct Operand {
    /// What a byte is combined with to be a signed one.
    flip: u8,
    /// The zero point of the signed bytes.
    zero: i32,
}

impl Operand {
    /// `None` for a type that is no operand.
    fn new(dtype: DType, zero: i32) -> Option<Self> {
        match dtype {
            DType::U8 => Some(Self {
                flip: 0x80,
                zero: zero.checked_sub(128)?,
            }),
            DType::I8 => Some(Self { flip: 0, zero }),
            DType::I32 | DType::F32 => None,
        }
    }

    #[inline]
    fn signed(self, byte: u8) -> i8 {
        (byte ^ self.flip) as i8
    }

    /// The element less its zero point.
    #[inline]
    fn value(self, byte: u8) -> i32 {
        i32::from(self.signed(byte)).wrapping_sub(self.zero)
    }

    /// The zero point as a signed byte: what padding is.
    fn padding(self) -> i8 {
        self.zero as i8
    }
}

/// A part of a node's output: some positions (of all batches, row by row) by some outputs (channels).
#[derive(Clone)]
struct Part {
    positions: Range<u32>,
    outputs: Range<u32>,
}

/// A node with what its products are made of.
struct Node {
    products: Products,
    conv: Conv,
    x: Operand,
    w: Operand,
    /// Products of an output element.
    depth: usize,
}

impl Node {
    /// `None` when the node's output is no sum of products.
    fn new(kernel: &Kernel) -> Option<Self> {
        Self::of(kernel.products()?, kernel)
    }

    /// The same of products that are known.
    fn of(products: Products, kernel: &Kernel) -> Option<Self> {
        let [x, w, ..] = kernel.inputs() else {
            return None;
        };
        let conv = products.conv;
        let depth = conv
            .w
            .iter()
            .skip(1)
            .try_fold(1u32, |product, size| product.checked_mul(*size))?;
        Some(Self {
            x: Operand::new(x.dtype, products.x_zero)?,
            w: Operand::new(w.dtype, products.w_zero)?,
            products,
            conv,
            depth: depth as usize,
        })
    }

    /// Output channels.
    fn outputs(&self) -> u32 {
        self.conv.y[1]
    }

    /// How many of so many positions are worked on at once: in blocks of about one size, so that none is left with few.
    fn block(&self, positions: u32) -> u32 {
        let outputs = self.outputs().max(1) as usize;
        let positions = positions.max(1);
        if self.is_depthwise() {
            // Whole rows.
            let row = self.conv.y[3].max(1);
            let count = (MOST_APART / outputs) as u32 / row;
            let rows = count.max(1).saturating_mul(row);
            if rows as usize <= MOST_SUMS / outputs {
                return rows.min(positions);
            }
        }
        let most = (MOST_SUMS / outputs)
            .min(MOST_GATHERED / self.depth.max(1))
            .max(1) as u32;
        positions.div_ceil(positions.div_ceil(most))
    }

    /// The most that a signed weight less its zero point comes to, either way.
    fn reach(&self) -> u32 {
        self.w
            .zero
            .abs_diff(i32::from(i8::MIN))
            .max(self.w.zero.abs_diff(i32::from(i8::MAX)))
    }

    /// The most that a sum comes to, either way: an input less its zero point is at most 255.
    fn most(&self) -> u64 {
        (self.depth as u64)
            .saturating_mul(255)
            .saturating_mul(u64::from(self.reach()))
    }

    /// Whether every channel is a group of its own.
    fn is_depthwise(&self) -> bool {
        self.conv.w[1] == 1 && self.conv.w[0] == self.conv.groups
    }
}

/// The inputs of a position of one group that lie side by side, and where they go: for each row of the window, where the
/// depth is all channels and columns are neighbours; for each tap, otherwise.
struct Window<'n> {
    conv: &'n Conv,
    padding: i8,
    flip: u8,
    /// Whether taps may come together.
    is_contiguous: bool,
}

impl<'n> Window<'n> {
    fn new(node: &'n Node) -> Self {
        let conv = &node.conv;
        Self {
            conv,
            padding: node.x.padding(),
            flip: node.x.flip,
            is_contiguous: !node.is_depthwise()
                && conv.w[1] == conv.x[1]
                && (conv.dilations[1] == 1 || conv.w[3] == 1),
        }
    }

    /// Calls `visit(place, first, count)` for each stretch of `count` bytes of the input from byte `first` of committed
    /// order, that goes to `place` of the window. What is not visited is padding.
    #[inline]
    fn visit(
        &self,
        position: u32,
        group: u32,
        mut visit: impl FnMut(usize, usize, usize) -> Option<()>,
    ) -> Option<()> {
        let Conv {
            x: [_, channels, height, width],
            w: [_, depth, kernel_h, kernel_w],
            y: [_, _, y_h, y_w],
            strides,
            pads,
            dilations,
            ..
        } = *self.conv;
        let (row, column) = (position / y_w % y_h, position % y_w);
        let batch = position / y_w / y_h;
        let first = group.checked_mul(depth)?;
        // Columns of the window that lie in the image.
        let left = column.checked_mul(strides[1])?;
        let missing = pads[1].saturating_sub(left);
        let begin = missing.div_ceil(dilations[1]);
        let room = width.checked_add(pads[1])?.saturating_sub(left);
        let end = room.div_ceil(dilations[1]).min(kernel_w);
        for kh in 0..kernel_h {
            let h = row
                .checked_mul(strides[0])?
                .checked_add(kh.checked_mul(dilations[0])?)?;
            let Some(h) = h.checked_sub(pads[0]) else {
                continue;
            };
            if h >= height {
                break;
            }
            let line = batch.checked_mul(height)?.checked_add(h)?;
            let place_of = |kw: u32| {
                let w = left
                    .checked_add(kw.checked_mul(dilations[1])?)?
                    .checked_sub(pads[1])?;
                let pixel = line.checked_mul(width)?.checked_add(w)?;
                let from = pixel.checked_mul(channels)?.checked_add(first)?;
                let to = kh
                    .checked_mul(kernel_w)?
                    .checked_add(kw)?
                    .checked_mul(depth)?;
                Some((to as usize, from as usize))
            };
            if self.is_contiguous {
                if begin < end {
                    let (to, from) = place_of(begin)?;
                    visit(to, from, (end - begin).checked_mul(depth)? as usize)?;
                }
            } else {
                for kw in begin..end {
                    let (to, from) = place_of(kw)?;
                    visit(to, from, depth as usize)?;
                }
            }
        }
        Some(())
    }

    /// Whether no part of a position's window is padding.
    #[inline]
    fn is_inside(&self, position: u32) -> bool {
        let conv = self.conv;
        let [_, _, height, width] = conv.x;
        let [_, _, y_h, y_w] = conv.y;
        let inside = |at: u32, axis: usize, size: u32| {
            let first = at.saturating_mul(conv.strides[axis]);
            let extent = (conv.w[axis + 2].saturating_sub(1)).saturating_mul(conv.dilations[axis]);
            let last = first.saturating_add(extent);
            first >= conv.pads[axis] && last < size.saturating_add(conv.pads[axis])
        };
        inside(position / y_w % y_h, 0, height) && inside(position % y_w, 1, width)
    }

    /// Brings the signed inputs of a position together, each `STEP` behind the one before, and notes which places are not
    /// padding.
    #[inline]
    fn gather<'a, const STEP: usize>(
        &self,
        position: u32,
        group: u32,
        source: &mut impl Stretches<'a>,
        row: &mut [i8],
        used: &mut Used,
    ) -> Option<()> {
        if !self.is_inside(position) {
            for slot in row.iter_mut().step_by(STEP) {
                *slot = self.padding;
            }
        }
        self.visit(position, group, |to, from, count| {
            let bytes = source.stretch(0, from, count)?;
            let slots = row.get_mut(to.checked_mul(STEP)?..)?;
            for (slot, byte) in slots.iter_mut().step_by(STEP).zip(bytes) {
                *slot = (*byte ^ self.flip) as i8;
            }
            used.note(to..to.checked_add(count)?);
            Some(())
        })
    }
}

/// Which places of the window are an input's at any of some positions. Weights of the others are not asked for: a proof
/// does not bring what is only ever multiplied by padding.
struct Used {
    depth: usize,
    /// Whether all places are, which is all there is to know in most cases.
    all: bool,
    places: Vec<bool>,
}

impl Used {
    fn new(depth: usize) -> Self {
        Self {
            depth,
            all: false,
            places: Vec::new(),
        }
    }

    fn note(&mut self, places: Range<usize>) {
        if self.all {
            return;
        }
        if places == (0..self.depth) {
            self.all = true;
            return;
        }
        if self.places.is_empty() {
            self.places.resize(self.depth, false);
        }
        if let Some(places) = self.places.get_mut(places) {
            places.fill(true);
        }
    }

    /// The stretches of places that are an input's.
    fn spans(&self) -> Vec<Range<usize>> {
        if self.all {
            return alloc::vec![0..self.depth];
        }
        let mut spans: Vec<Range<usize>> = Vec::new();
        for (place, _) in self.places.iter().enumerate().filter(|(_, used)| **used) {
            match spans.last_mut() {
                Some(last) if last.end == place => last.end = place.saturating_add(1),
                _ => spans.push(place..place.saturating_add(1)),
            }
        }
        spans
    }
}

/// Reads the weights of one output after the other.
struct Weights {
    depth: usize,
    spans: Vec<Range<usize>>,
    row: Vec<u8>,
}

impl Weights {
    fn new(depth: usize, used: &Used) -> Self {
        Self {
            depth,
            spans: used.spans(),
            row: Vec::new(),
        }
    }

    /// Calls `with` with the bytes of output `output`. Those of places that are padding everywhere are anything.
    fn with_row<'a, R>(
        &mut self,
        output: u32,
        source: &mut impl Stretches<'a>,
        with: impl FnOnce(&[u8]) -> R,
    ) -> Option<R> {
        let start = (output as usize).checked_mul(self.depth)?;
        if matches!(self.spans.as_slice(), [span] if *span == (0..self.depth)) {
            return Some(with(source.stretch(1, start, self.depth)?));
        }
        self.row.resize(self.depth, 0);
        for span in &self.spans {
            let bytes = source.stretch(1, start.checked_add(span.start)?, span.len())?;
            self.row.get_mut(span.clone())?.copy_from_slice(bytes);
        }
        Some(with(&self.row))
    }
}

/// The sums of a part, those of a position side by side.
struct Sums<'s> {
    sums: &'s mut [i32],
    /// Outputs of a position.
    width: usize,
    /// Which output is the first.
    first: u32,
}

impl Sums<'_> {
    /// The sums of a position from output `output` on.
    #[inline]
    fn from(&mut self, position: usize, output: u32) -> Option<&mut [i32]> {
        let start = position.checked_mul(self.width)?;
        let offset = output.checked_sub(self.first)? as usize;
        self.sums
            .get_mut(start.checked_add(offset)?..start.checked_add(self.width)?)
    }
}

/// The sums of products of a part of a node's output.
fn sums_of<'a>(
    node: &Node,
    part: &Part,
    source: &mut impl Stretches<'a>,
    sums: &mut Sums<'_>,
) -> Option<()> {
    if node.is_depthwise() {
        return depthwise::sums(node, part, source, sums);
    }
    let per_group = node.outputs().checked_div(node.conv.groups)?;
    let mut output = part.outputs.start;
    while output < part.outputs.end {
        let group = output.checked_div(per_group)?;
        let end = group
            .checked_add(1)?
            .checked_mul(per_group)?
            .min(part.outputs.end);
        let of_group = Part {
            positions: part.positions.clone(),
            outputs: output..end,
        };
        if part.positions.len() < FEWEST_POSITIONS {
            pairs::sums(node, group, &of_group, source, sums)?;
        } else {
            lanes::sums(node, group, &of_group, source, sums)?;
        }
        output = end;
    }
    Some(())
}

/// Little-endian words of an input, from element `first` on.
fn words<'a>(
    source: &mut impl Stretches<'a>,
    input: usize,
    first: u32,
    count: usize,
) -> Option<Vec<i32>> {
    let bytes = source.stretch(
        input,
        (first as usize).checked_mul(4)?,
        count.checked_mul(4)?,
    )?;
    let (words, _) = bytes.as_chunks();
    Some(words.iter().copied().map(i32::from_le_bytes).collect())
}

/// How a kernel is computed here.
enum Way {
    Products(Node),
    Batch(Node),
    Apart(spread::Apart),
}

impl Way {
    /// `None` when the kernel is no sum of products, or better left to its elements.
    fn of(kernel: &Kernel) -> Option<Self> {
        Node::new(kernel)
            .map(Self::Products)
            .or_else(|| batch::of(kernel).map(Self::Batch))
            .or_else(|| spread::of(kernel).map(Self::Apart))
    }
}

/// Whether these elements, at `places` of committed order, are better computed here than one by one. Of a convolution of
/// many groups each group is prepared for by itself, for which it has to have enough to do.
pub(crate) fn pays(kernel: &Kernel, places: &Range<u32>) -> bool {
    let node = match Way::of(kernel) {
        None => return false,
        Some(Way::Batch(_)) => return true,
        Some(Way::Apart(_)) => return *places == (0..kernel.output().elements()),
        Some(Way::Products(node)) => node,
    };
    let (outputs, groups) = (node.outputs().max(1), node.conv.groups.max(1));
    let positions = node.block(places.len() as u32 / outputs);
    let products = u64::from(positions)
        .saturating_mul(u64::from(outputs / groups))
        .saturating_mul(node.depth as u64);
    groups == 1 || node.is_depthwise() || products >= FEWEST_PRODUCTS
}

/// Computes the output elements at `places` of committed order and gives their bytes to `give`, some elements at a time, in
/// that order. `None` when the node is no sum of products, when anything is missing, or when an element has no value; what
/// was given before is then worth nothing.
pub(crate) fn elements<'a>(
    kernel: &Kernel,
    places: Range<u32>,
    source: &mut impl Stretches<'a>,
    give: impl FnMut(&[u8]),
) -> Option<()> {
    let (all, dtype) = (kernel.output().elements(), kernel.output().dtype);
    if places.end > all {
        return None;
    }
    match Way::of(kernel)? {
        Way::Products(node) => elements_of(&node, dtype, places, source, give),
        Way::Batch(node) => batch::elements(&node, dtype, places, source, give),
        Way::Apart(apart) if places == (0..all) => spread::elements(kernel, &apart, source, give),
        Way::Apart(_) => None,
    }
}

/// The same of a node's own elements.
fn elements_of<'a>(
    node: &Node,
    dtype: DType,
    places: Range<u32>,
    source: &mut impl Stretches<'a>,
    mut give: impl FnMut(&[u8]),
) -> Option<()> {
    let outputs = node.outputs();
    let end = places.end;
    let block = node.block((places.len() as u32).checked_div(outputs)?);
    let (mut sums, mut bytes) = (Vec::new(), Vec::new());
    let mut place = places.start;
    while place < end {
        let part = part_at(outputs, block, place, end)?;
        let (rows, columns) = (part.positions.len(), part.outputs.len());
        let count = rows.checked_mul(columns)?;
        place = place.checked_add(u32::try_from(count).ok()?)?;
        if let Some(bytes) = depthwise::bytes(node, dtype, &part, source)? {
            give(&bytes);
            continue;
        }
        sums.clear();
        sums.resize(count, 0i32);
        let mut table = Sums {
            sums: &mut sums,
            width: columns,
            first: part.outputs.start,
        };
        sums_of(node, &part, source, &mut table)?;
        let settling = settling_of(node, dtype, &part, source)?;
        for row in sums.chunks_exact(columns) {
            bytes.clear();
            settling.put(row, &mut bytes)?;
            give(&bytes);
        }
    }
    Some(())
}

/// What is worked on next of the elements from `place` to `end`: whole positions, at most `block` of them, where they are;
/// stretches of one elsewhere, and where one has more than [`MOST_SUMS`] outputs. It never has more sums than that if so many
/// positions have no more, or there is but one.
#[inline]
fn part_at(outputs: u32, block: u32, place: u32, end: u32) -> Option<Part> {
    let (position, output) = (place.checked_div(outputs)?, place.checked_rem(outputs)?);
    let left = end.checked_sub(place)?;
    let whole = left.checked_div(outputs)?.min(block);
    if output == 0 && whole > 0 && outputs <= MOST_SUMS as u32 {
        return Some(Part {
            positions: position..position.checked_add(whole)?,
            outputs: 0..outputs,
        });
    }
    let stretch = outputs.checked_sub(output)?.min(left).min(MOST_SUMS as u32);
    Some(Part {
        positions: position..position.checked_add(1)?,
        outputs: output..output.checked_add(stretch)?,
    })
}

/// What follows the sums of a part's outputs.
fn settling_of<'a, 'n>(
    node: &'n Node,
    dtype: DType,
    part: &Part,
    source: &mut impl Stretches<'a>,
) -> Option<Settling<'n>> {
    let (first, columns) = (part.outputs.start, part.outputs.len());
    let biases = if node.products.bias {
        words(source, 2, first, columns)?
    } else {
        alloc::vec![0; columns]
    };
    let scaling = match &node.products.scaling {
        None => None,
        Some(scaling) => {
            let scales = if scaling.per_channel {
                words(source, scaling.input, first, columns)?
            } else {
                let scale = words(source, scaling.input, 0, 1)?;
                alloc::vec![*scale.first()?; columns]
            };
            let bits = scales.into_iter().map(|scale| scale as u32).collect();
            Some((&scaling.requant, bits))
        }
    };
    Settling::new(dtype, node.most(), biases, scaling)
}

/// A whole output as row-major bytes, from inputs as row-major bytes. `None` when the node is no
/// sum of products, when anything is missing, or when an element has no value.
pub fn whole_node(kernel: &Kernel, inputs: &[&[u8]]) -> Option<Vec<u8>> {
    if kernel.inputs().len() != inputs.len() {
        return None;
    }
    let committed = kernel
        .inputs()
        .iter()
        .zip(inputs)
        .map(|(geometry, bytes)| geometry.to_committed(bytes))
        .collect::<Option<Vec<_>>>()?;
    let output = kernel.output();
    let mut out = Vec::with_capacity(output.bytes() as usize);
    let mut source = Whole(committed.iter().map(Vec::as_slice).collect());
    elements(kernel, 0..output.elements(), &mut source, |bytes| {
        out.extend_from_slice(bytes);
    })?;
    Geometry::to_row_major(output, &out)
}
