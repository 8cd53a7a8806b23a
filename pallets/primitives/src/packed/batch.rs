//! Products of matrices one behind the other, each with a right-hand side of its own.

use super::{elements_of, Node, Stretches};
use crate::graph::DType;
use crate::kernel::Kernel;
use core::ops::Range;

/// The matrices of one of the products. All else is what it is.
struct OfOne<'s, S> {
    source: &'s mut S,
    /// Which of the products.
    index: usize,
    /// Bytes of the two matrices.
    sizes: [usize; 2],
}

impl<'a, S: Stretches<'a>> Stretches<'a> for OfOne<'_, S> {
    #[inline]
    fn stretch(&mut self, input: usize, first: usize, count: usize) -> Option<&'a [u8]> {
        let Some(size) = self.sizes.get(input) else {
            return self.source.stretch(input, first, count);
        };
        // What comes behind a matrix is another product's.
        if first.checked_add(count)? > *size {
            return None;
        }
        let start = self.index.checked_mul(*size)?;
        self.source.stretch(input, start.checked_add(first)?, count)
    }

    fn whole(&mut self, input: usize) -> Option<&'a [u8]> {
        match self.sizes.get(input) {
            Some(size) => self.stretch(input, 0, *size),
            None => self.source.whole(input),
        }
    }
}

/// Each of the products. `None` for another kernel.
pub(super) fn of(kernel: &Kernel) -> Option<Node> {
    Node::of(kernel.batch()?, kernel)
}

/// Computes the elements at `places` of committed order, product by product.
pub(super) fn elements<'a>(
    node: &Node,
    dtype: DType,
    places: Range<u32>,
    source: &mut impl Stretches<'a>,
    mut give: impl FnMut(&[u8]),
) -> Option<()> {
    let [rows, depth, ..] = node.conv.x;
    let columns = node.outputs();
    let size = rows.checked_mul(columns)?;
    let bytes = |lines: u32| lines.checked_mul(depth).map(|bytes| bytes as usize);
    let sizes = [bytes(rows)?, bytes(columns)?];
    let mut place = places.start;
    while place < places.end {
        let index = place.checked_div(size)?;
        let first = index.checked_mul(size)?;
        let end = places.end.min(first.checked_add(size)?);
        let within = place.checked_sub(first)?..end.checked_sub(first)?;
        let mut source = OfOne {
            source: &mut *source,
            index: index as usize,
            sizes,
        };
        elements_of(node, dtype, within, &mut source, &mut give)?;
        place = end;
    }
    Some(())
}
