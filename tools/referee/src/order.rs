//! Bytes into committed order, fast: what a worker does to every image that it computes, before it hashes it.
//!
//! An image is `rows × columns` elements, a row for each channel; committed are its columns, one after the other. Blocks of
//! 16×16 bytes, or 4×4 elements of four bytes, are turned within vectors. What is left at an edge is covered by a block that
//! overlaps the one before and writes the same once more.

use alloc::borrow::Cow;
use veritrace_primitives::tensor::Geometry;

/// Some columns of an image.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Rows of the image.
    pub rows: usize,
    /// Columns of the image.
    pub columns: usize,
    /// The first that is wanted.
    pub first: usize,
    /// How many.
    pub count: usize,
}

/// Row-major bytes in committed order, the same bytes where the two orders are one. `None` when the length is not the
/// spec's.
pub fn committed<'a>(geometry: &Geometry, row_major: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    if row_major.len() != geometry.bytes() as usize {
        return None;
    }
    let Some((rows, columns)) = geometry.transposed() else {
        return Some(Cow::Borrowed(row_major));
    };
    let size = geometry.dtype.size() as usize;
    let (rows, columns) = (rows as usize, columns as usize);
    let wanted = Columns {
        rows,
        columns,
        first: 0,
        count: columns,
    };
    let mut out = alloc::vec![0; row_major.len()];
    let image = rows * columns * size;
    for (from, to) in row_major
        .chunks_exact(image)
        .zip(out.chunks_exact_mut(image))
    {
        turn(from, to, wanted, size);
    }
    Some(Cow::Owned(out))
}

/// Writes columns of an image of elements of `size` bytes, 1 or 4. Does nothing unless `from` is the image and `to` has room
/// for exactly these columns.
pub fn turn(from: &[u8], to: &mut [u8], wanted: Columns, size: usize) {
    let Columns {
        rows,
        columns,
        first,
        count,
    } = wanted;
    let fits = first.checked_add(count).is_some_and(|end| end <= columns)
        && rows
            .checked_mul(columns)
            .and_then(|all| all.checked_mul(size))
            == Some(from.len())
        && rows
            .checked_mul(count)
            .and_then(|all| all.checked_mul(size))
            == Some(to.len());
    if !fits || rows == 0 || count == 0 {
        return;
    }
    match size {
        1 => bytes(from, to, wanted),
        4 => words(from.as_chunks().0, to.as_chunks_mut().0, wanted),
        _ => {}
    }
}

/// Starts of blocks of `side` that cover `count`; the last overlaps the one before where it must.
fn starts(count: usize, side: usize) -> impl Iterator<Item = usize> + Clone {
    let last = count.saturating_sub(side);
    (0..count.div_ceil(side)).map(move |block| (block * side).min(last))
}

const SIDE: usize = 16;

fn bytes(from: &[u8], to: &mut [u8], wanted: Columns) {
    let Columns {
        rows,
        columns,
        first,
        count,
    } = wanted;
    if count < SIDE || rows == 1 {
        return plain(from.as_chunks::<1>().0, to.as_chunks_mut().0, wanted);
    }
    if rows >= SIDE {
        for column in starts(count, SIDE) {
            for row in starts(rows, SIDE) {
                let mut block = [vector::ZERO; SIDE];
                for (at, vector) in block.iter_mut().enumerate() {
                    *vector = vector::load(from, (row + at) * columns + first + column);
                }
                for (at, vector) in vector::turned(block).into_iter().enumerate() {
                    vector::store(vector, to, (column + at) * rows + row);
                }
            }
        }
        return;
    }
    // Of so few rows, each column's vector reaches into the columns after it, which are written later. The last ones,
    // whose vectors would reach beyond the end, are written one by one.
    let whole = count - SIDE.div_ceil(rows).min(count);
    let mut column = 0;
    while column + SIDE <= whole {
        let mut block = [vector::ZERO; SIDE];
        for (row, vector) in block.iter_mut().enumerate().take(rows) {
            *vector = vector::load(from, row * columns + first + column);
        }
        for (at, vector) in vector::turned(block).into_iter().enumerate() {
            vector::store(vector, to, (column + at) * rows);
        }
        column += SIDE;
    }
    let rest = Columns {
        rows,
        columns,
        first: first + column,
        count: count - column,
    };
    if let Some(to) = to.get_mut(column * rows..) {
        plain(from.as_chunks::<1>().0, to.as_chunks_mut().0, rest);
    }
}

fn words(from: &[[u8; 4]], to: &mut [[u8; 4]], wanted: Columns) {
    let Columns {
        rows,
        columns,
        first,
        count,
    } = wanted;
    if count < 4 || rows < 4 {
        return plain(from, to, wanted);
    }
    let (from, to) = (from.as_flattened(), to.as_flattened_mut());
    for column in starts(count, 4) {
        for row in starts(rows, 4) {
            let block = [0, 1, 2, 3]
                .map(|at| vector::load(from, ((row + at) * columns + first + column) * 4));
            for (at, vector) in vector::turned_words(block).into_iter().enumerate() {
                vector::store(vector, to, ((column + at) * rows + row) * 4);
            }
        }
    }
}

/// Element by element.
fn plain<const SIZE: usize>(from: &[[u8; SIZE]], to: &mut [[u8; SIZE]], wanted: Columns) {
    for (at, column) in to.chunks_exact_mut(wanted.rows).enumerate() {
        let run = from.get(wanted.first + at..).unwrap_or_default();
        for (place, element) in column.iter_mut().zip(run.iter().step_by(wanted.columns)) {
            *place = *element;
        }
    }
}

/// Sixteen bytes in one value: a vector of wasm's fixed-width SIMD where the module is compiled with it, an array anywhere
/// else.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vector {
    use core::arch::wasm32::{u32x4_shuffle, u8x16_shuffle, u8x16_splat, v128};

    pub type Sixteen = v128;
    pub const ZERO: Sixteen = core::arch::wasm32::u64x2(0, 0);

    #[inline(always)]
    pub fn load(from: &[u8], at: usize) -> Sixteen {
        match from.get(at..at + 16) {
            // SAFETY: sixteen bytes are there, and the instruction asks for no alignment.
            Some(bytes) => unsafe { core::arch::wasm32::v128_load(bytes.as_ptr().cast()) },
            None => u8x16_splat(0),
        }
    }

    #[inline(always)]
    pub fn store(vector: Sixteen, to: &mut [u8], at: usize) {
        if let Some(bytes) = to.get_mut(at..at + 16) {
            // SAFETY: there is room for sixteen bytes, and the instruction asks for no alignment.
            unsafe { core::arch::wasm32::v128_store(bytes.as_mut_ptr().cast(), vector) }
        }
    }

    #[inline(always)]
    pub fn zipped(a: Sixteen, b: Sixteen) -> [Sixteen; 2] {
        [
            u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b),
            u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b),
        ]
    }

    #[inline(always)]
    pub fn zipped_words(a: Sixteen, b: Sixteen) -> [Sixteen; 2] {
        [
            u32x4_shuffle::<0, 4, 1, 5>(a, b),
            u32x4_shuffle::<2, 6, 3, 7>(a, b),
        ]
    }

    pub use super::network::{turned, turned_words};
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod vector {
    pub type Sixteen = [u8; 16];
    pub const ZERO: Sixteen = [0; 16];

    pub fn load(from: &[u8], at: usize) -> Sixteen {
        let bytes = from
            .get(at..at + 16)
            .and_then(|bytes| bytes.try_into().ok());
        bytes.unwrap_or(ZERO)
    }

    pub fn store(vector: Sixteen, to: &mut [u8], at: usize) {
        if let Some(bytes) = to.get_mut(at..at + 16) {
            bytes.copy_from_slice(&vector);
        }
    }

    pub fn zipped(a: Sixteen, b: Sixteen) -> [Sixteen; 2] {
        let mut both = [0; 32];
        for (pair, (a, b)) in both.as_chunks_mut::<2>().0.iter_mut().zip(a.iter().zip(&b)) {
            *pair = [*a, *b];
        }
        halves(both)
    }

    pub fn zipped_words(a: Sixteen, b: Sixteen) -> [Sixteen; 2] {
        let mut both = [0; 32];
        let pairs = a.as_chunks::<4>().0.iter().zip(b.as_chunks::<4>().0);
        for (room, (a, b)) in both.as_chunks_mut::<8>().0.iter_mut().zip(pairs) {
            let (first, second) = room.split_at_mut(4);
            first.copy_from_slice(a);
            second.copy_from_slice(b);
        }
        halves(both)
    }

    fn halves(both: [u8; 32]) -> [Sixteen; 2] {
        let mut halves = [ZERO; 2];
        for (half, bytes) in halves.iter_mut().zip(both.as_chunks::<16>().0) {
            *half = *bytes;
        }
        halves
    }

    pub use super::network::{turned, turned_words};
}

/// Blocks turned by perfect shuffles: each halves the distance of what belongs together.
mod network {
    use super::vector::{zipped, zipped_words, Sixteen, ZERO};

    /// Columns of a block of 16×16 bytes.
    #[inline(always)]
    pub fn turned(mut block: [Sixteen; 16]) -> [Sixteen; 16] {
        for _ in 0..4 {
            let mut next = [ZERO; 16];
            let (low, high) = block.split_at(8);
            for (pair, (a, b)) in next
                .as_chunks_mut::<2>()
                .0
                .iter_mut()
                .zip(low.iter().zip(high))
            {
                *pair = zipped(*a, *b);
            }
            block = next;
        }
        block
    }

    /// Columns of a block of 4×4 words.
    #[inline(always)]
    pub fn turned_words([a, b, c, d]: [Sixteen; 4]) -> [Sixteen; 4] {
        let ([ac, ca], [bd, db]) = (zipped_words(a, c), zipped_words(b, d));
        let ([first, second], [third, fourth]) = (zipped_words(ac, bd), zipped_words(ca, db));
        [first, second, third, fourth]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use veritrace_primitives::graph::{DType, TensorSpec};
    use veritrace_primitives::tensor::Layout;

    fn drawn(count: usize, seed: usize) -> Vec<u8> {
        (0..count)
            .map(|at| ((at + seed).wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect()
    }

    #[test]
    fn order_should_be_that_of_the_primitives() {
        for dtype in [DType::U8, DType::I32] {
            for channels in [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 24, 31, 32, 33, 96] {
                for plane in [1, 2, 3, 4, 5, 15, 16, 17, 30, 31, 32, 33, 48, 100, 257] {
                    for images in [1, 2] {
                        let shape = vec![images, channels, 1, plane].try_into().unwrap();
                        let spec = TensorSpec { dtype, shape };
                        let geometry = Geometry::new(Layout::Two, &spec).unwrap();
                        let data = drawn(geometry.bytes() as usize, channels as usize);
                        let expected = geometry.to_committed(&data).unwrap();
                        assert_eq!(
                            &committed(&geometry, &data).unwrap()[..],
                            expected,
                            "{spec:?}"
                        );
                        assert_eq!(committed(&geometry, &data[1..]), None);
                    }
                }
            }
        }
    }

    #[test]
    fn columns_should_be_those_of_the_whole() {
        for size in [1, 4] {
            for (rows, columns) in [(3, 100), (16, 64), (24, 70), (33, 40), (5, 19)] {
                let from = drawn(rows * columns * size, rows);
                let all = |first, count| {
                    let mut to = vec![0; rows * count * size];
                    let wanted = Columns {
                        rows,
                        columns,
                        first,
                        count,
                    };
                    turn(&from, &mut to, wanted, size);
                    to
                };
                let whole = all(0, columns);
                for step in [1, 7, 16, 17, 31] {
                    let parts: Vec<u8> = (0..columns)
                        .step_by(step)
                        .flat_map(|first| all(first, step.min(columns - first)))
                        .collect();
                    assert_eq!(parts, whole, "{rows} by {columns} in steps of {step}");
                }
            }
        }
    }

    #[test]
    fn nothing_should_be_written_that_does_not_fit() {
        let wanted = Columns {
            rows: 4,
            columns: 8,
            first: 0,
            count: 8,
        };
        for (from, to, wanted) in [
            (31, 32, wanted),
            (32, 31, wanted),
            (32, 32, Columns { first: 1, ..wanted }),
            (
                32,
                32,
                Columns {
                    first: usize::MAX,
                    ..wanted
                },
            ),
            (
                32,
                32,
                Columns {
                    rows: usize::MAX,
                    ..wanted
                },
            ),
        ] {
            let mut out = vec![9; to];
            turn(&drawn(from, 1), &mut out, wanted, 1);
            assert_eq!(out, vec![9; to]);
        }
    }
}
