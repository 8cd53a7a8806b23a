//! Transposed convolutions no two of whose windows meet: an output element has products of one place of the filter, or none.
//! Each place is a convolution of one pixel, whose outputs lie a stride apart.

use super::{
    lanes, pairs, settling_of, Node, Part, Stretches, Sums, FEWEST_POSITIONS, FEWEST_PRODUCTS,
    MOST_GATHERED, MOST_SUMS,
};
use crate::kernel::{Kernel, Spread};
use alloc::vec::Vec;

/// The weights of one place of the filter, as those of a filter of one pixel. All else is what it is.
struct AtPlace<'s, S> {
    source: &'s mut S,
    depth: usize,
    places: usize,
    place: usize,
}

impl<'a, S: Stretches<'a>> Stretches<'a> for AtPlace<'_, S> {
    fn stretch(&mut self, input: usize, first: usize, count: usize) -> Option<&'a [u8]> {
        if input != 1 {
            return self.source.stretch(input, first, count);
        }
        let output = first.checked_div(self.depth)?;
        let within = first.checked_rem(self.depth)?;
        // A stretch ends with its output's weights: what comes behind them is another place's.
        if within.checked_add(count)? > self.depth {
            return None;
        }
        let start = output
            .checked_mul(self.places)?
            .checked_add(self.place)?
            .checked_mul(self.depth)?
            .checked_add(within)?;
        self.source.stretch(1, start, count)
    }

    fn whole(&mut self, input: usize) -> Option<&'a [u8]> {
        match input {
            1 => None,
            _ => self.source.whole(input),
        }
    }
}

/// A transposed convolution that is better computed here than element by element.
pub(super) struct Apart {
    /// Each place of the filter.
    node: Node,
    spread: Spread,
    /// Rows of the input that are worked on at once.
    rows: u32,
}

/// `None` for another kernel, where a row of the input has too much for the memory there is, and where a block has too little to
/// prepare for each place of the filter.
pub(super) fn of(kernel: &Kernel) -> Option<Apart> {
    let (products, spread) = kernel.spread()?;
    let node = Node::of(products, kernel)?;
    let [_, _, height, width] = node.conv.x;
    let gathered = node.depth.checked_mul(width as usize)?;
    let most = (MOST_SUMS.checked_div(sums_of_row(&node, &spread)?)?)
        .min(MOST_GATHERED.checked_div(gathered)?) as u32;
    if most == 0 {
        return None;
    }
    // Blocks of about one size, so that none is left with little.
    let rows = height.div_ceil(height.div_ceil(most).max(1));
    let positions = u64::from(rows).checked_mul(width.into())?;
    let products = positions
        .checked_mul(node.outputs().into())?
        .checked_mul(node.depth as u64)?;
    let pays = positions >= FEWEST_POSITIONS as u64
        && products >= FEWEST_PRODUCTS.checked_mul(FEWEST_POSITIONS as u64)?;
    pays.then_some(Apart { node, spread, rows })
}

/// Sums of a row of the input: of each pixel, place of the filter, and output.
fn sums_of_row(node: &Node, spread: &Spread) -> Option<usize> {
    let [_, _, _, width] = node.conv.x;
    let [rows, columns] = spread.filter;
    [rows, columns, node.outputs()]
        .into_iter()
        .try_fold(width, u32::checked_mul)
        .map(|sums| sums as usize)
}

/// Computes all of the output and gives its bytes in committed order, those of a pixel at a time.
pub(super) fn elements<'a>(
    kernel: &Kernel,
    Apart {
        node,
        spread,
        rows: most,
    }: &Apart,
    source: &mut impl Stretches<'a>,
    mut give: impl FnMut(&[u8]),
) -> Option<()> {
    let [batches, _, height, width] = node.conv.x;
    let [filter_rows, filter_columns] = spread.filter;
    let [row_stride, column_stride] = spread.strides;
    let [output_rows, output_columns] = spread.output;
    let outputs = node.outputs() as usize;
    let places = filter_rows.checked_mul(filter_columns)? as usize;
    let all = Part {
        positions: 0..1,
        outputs: 0..node.outputs(),
    };
    let settling = settling_of(node, kernel.output().dtype, &all, source)?;
    let nothing = alloc::vec![0i32; outputs];
    let (mut sums, mut bytes) = (Vec::new(), Vec::new());
    for batch in 0..batches {
        let mut row = 0;
        while row < height {
            let rows = height.checked_sub(row)?.min(*most);
            let pixels = rows.checked_mul(width)?;
            let first = batch
                .checked_mul(height)?
                .checked_add(row)?
                .checked_mul(width)?;
            let part = Part {
                positions: first..first.checked_add(pixels)?,
                outputs: 0..node.outputs(),
            };
            // Of a place of the filter after the other.
            let of_place = (pixels as usize).checked_mul(outputs)?;
            sums.clear();
            sums.resize(of_place.checked_mul(places)?, 0i32);
            for (place, sums) in sums.chunks_exact_mut(of_place).enumerate() {
                let mut source = AtPlace {
                    source: &mut *source,
                    depth: node.depth,
                    places,
                    place,
                };
                let mut table = Sums {
                    sums,
                    width: outputs,
                    first: 0,
                };
                if part.positions.len() < FEWEST_POSITIONS {
                    pairs::sums(node, 0, &part, &mut source, &mut table)?;
                } else {
                    lanes::sums(node, 0, &part, &mut source, &mut table)?;
                }
            }
            let end = row.checked_add(rows)?;
            // Rows of the output below the last that an input is spread onto belong to nobody.
            let below = match end < height {
                true => end.checked_mul(row_stride)?,
                false => output_rows,
            };
            for y in row.checked_mul(row_stride)?..below {
                let (from, down) = (y.checked_div(row_stride)?, y.checked_rem(row_stride)?);
                for x in 0..output_columns {
                    bytes.clear();
                    let (column, right) =
                        (x.checked_div(column_stride)?, x.checked_rem(column_stride)?);
                    let is_met = from < end
                        && down < filter_rows
                        && column < width
                        && right < filter_columns;
                    if !is_met {
                        settling.put(&nothing, &mut bytes)?;
                        give(&bytes);
                        continue;
                    }
                    let place = down.checked_mul(filter_columns)?.checked_add(right)?;
                    let pixel = from
                        .checked_sub(row)?
                        .checked_mul(width)?
                        .checked_add(column)?;
                    let start = place
                        .checked_mul(pixels)?
                        .checked_add(pixel)?
                        .try_into()
                        .ok()
                        .and_then(|at: usize| at.checked_mul(outputs))?;
                    settling.put(sums.get(start..start.checked_add(outputs)?)?, &mut bytes)?;
                    give(&bytes);
                }
            }
            row = end;
        }
    }
    Some(())
}
