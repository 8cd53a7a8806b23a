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

/// Rows, and columns, of a block of bytes.
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
                let source = from.get(row * columns + first + column..);
                let target = to.get_mut(column * rows + row..);
                block::<SIDE>(source, columns, target, rows);
            }
        }
        return;
    }
    // Of so few rows, each column's vector reaches into the columns after it, which are written later. The last ones,
    // whose vectors would reach beyond the end, are written one by one.
    let whole = count - SIDE.div_ceil(rows).min(count);
    let mut column = 0;
    while column + SIDE <= whole {
        let source = from.get(first + column..);
        let target = to.get_mut(column * rows..);
        match rows {
            2 => block::<2>(source, columns, target, rows),
            3 => block::<3>(source, columns, target, rows),
            4 => block::<4>(source, columns, target, rows),
            5..=8 => few::<8>(source, columns, target, rows),
            _ => few::<15>(source, columns, target, rows),
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

/// Of at most `MOST` rows. What is read beyond the last of them is the last of them once more, and is written over.
#[inline(always)]
fn few<const MOST: usize>(
    source: Option<&[u8]>,
    columns: usize,
    target: Option<&mut [u8]>,
    rows: usize,
) {
    let last = rows.saturating_sub(1);
    blocks::<MOST>(
        source,
        |row| row.min(last) * columns,
        last * columns,
        target,
        rows,
    );
}

/// Turns a block of `ROWS` rows, each `columns` after the one before, to columns, each `rows` after the one before.
#[inline(always)]
fn block<const ROWS: usize>(
    source: Option<&[u8]>,
    columns: usize,
    target: Option<&mut [u8]>,
    rows: usize,
) {
    let last = (ROWS - 1) * columns;
    blocks::<ROWS>(source, |row| row * columns, last, target, rows);
}

/// The same where rows are at `place`, none beyond `last`. Does nothing where a block would reach beyond an end.
#[inline(always)]
fn blocks<const ROWS: usize>(
    source: Option<&[u8]>,
    place: impl Fn(usize) -> usize,
    last: usize,
    target: Option<&mut [u8]>,
    rows: usize,
) {
    let (Some(source), Some(target)) = (source, target) else {
        return;
    };
    if source.len() < last + SIDE || target.len() < (SIDE - 1) * rows + SIDE {
        return;
    }
    let load = |row: usize| {
        if row < ROWS {
            // SAFETY: no place is beyond the last, after which there are sixteen bytes.
            unsafe { vector::load(source.as_ptr().add(place(row))) }
        } else {
            vector::ZERO
        }
    };
    let columns = network::turned([
        load(0),
        load(1),
        load(2),
        load(3),
        load(4),
        load(5),
        load(6),
        load(7),
        load(8),
        load(9),
        load(10),
        load(11),
        load(12),
        load(13),
        load(14),
        load(15),
    ]);
    let start = target.as_mut_ptr();
    for (at, column) in columns.into_iter().enumerate() {
        // SAFETY: there is room for sixteen bytes after the last of these places.
        unsafe { vector::store(start.add(at * rows), column) }
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
    for column in starts(count, 4) {
        for row in starts(rows, 4) {
            let source = from.get(row * columns + first + column..);
            let target = to.get_mut(column * rows + row..);
            let (Some(source), Some(target)) = (source, target) else {
                return;
            };
            if source.len() < 3 * columns + 4 || target.len() < 3 * rows + 4 {
                return;
            }
            let load = |row: usize| {
                // SAFETY: four words are there after the start of each of the four rows.
                unsafe { vector::load(source.as_ptr().add(row * columns).cast()) }
            };
            let [a, b, c, d] = network::turned_words([load(0), load(1), load(2), load(3)]);
            let start = target.as_mut_ptr();
            // SAFETY: there is room for four words after the start of each of the four columns.
            unsafe {
                vector::store(start.cast(), a);
                vector::store(start.add(rows).cast(), b);
                vector::store(start.add(2 * rows).cast(), c);
                vector::store(start.add(3 * rows).cast(), d);
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
    use core::arch::wasm32::{u32x4_shuffle, u64x2, u8x16_shuffle, v128, v128_load, v128_store};

    pub type Sixteen = v128;
    pub const ZERO: Sixteen = u64x2(0, 0);

    /// # Safety
    /// Sixteen bytes must be readable there.
    #[inline(always)]
    pub unsafe fn load(from: *const u8) -> Sixteen {
        // SAFETY: by the function's contract; the instruction asks for no alignment.
        unsafe { v128_load(from.cast()) }
    }

    /// # Safety
    /// Sixteen bytes must be writable there.
    #[inline(always)]
    pub unsafe fn store(to: *mut u8, vector: Sixteen) {
        // SAFETY: by the function's contract; the instruction asks for no alignment.
        unsafe { v128_store(to.cast(), vector) }
    }

    #[inline(always)]
    pub fn low(a: Sixteen, b: Sixteen) -> Sixteen {
        u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b)
    }

    #[inline(always)]
    pub fn high(a: Sixteen, b: Sixteen) -> Sixteen {
        u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b)
    }

    #[inline(always)]
    pub fn low_words(a: Sixteen, b: Sixteen) -> Sixteen {
        u32x4_shuffle::<0, 4, 1, 5>(a, b)
    }

    #[inline(always)]
    pub fn high_words(a: Sixteen, b: Sixteen) -> Sixteen {
        u32x4_shuffle::<2, 6, 3, 7>(a, b)
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod vector {
    pub type Sixteen = [u8; 16];
    pub const ZERO: Sixteen = [0; 16];

    /// # Safety
    /// Sixteen bytes must be readable there.
    pub unsafe fn load(from: *const u8) -> Sixteen {
        // SAFETY: by the function's contract.
        unsafe { from.cast::<Sixteen>().read_unaligned() }
    }

    /// # Safety
    /// Sixteen bytes must be writable there.
    pub unsafe fn store(to: *mut u8, vector: Sixteen) {
        // SAFETY: by the function's contract.
        unsafe { to.cast::<Sixteen>().write_unaligned(vector) }
    }

    /// Elements of `size` bytes of both, in turns, from element `first` on.
    fn zipped(a: Sixteen, b: Sixteen, size: usize, first: usize) -> Sixteen {
        core::array::from_fn(|at| {
            let (element, byte) = (at / size, at % size);
            let source = if element % 2 == 0 { a } else { b };
            source[(first + element / 2) * size + byte]
        })
    }

    pub fn low(a: Sixteen, b: Sixteen) -> Sixteen {
        zipped(a, b, 1, 0)
    }

    pub fn high(a: Sixteen, b: Sixteen) -> Sixteen {
        zipped(a, b, 1, 8)
    }

    pub fn low_words(a: Sixteen, b: Sixteen) -> Sixteen {
        zipped(a, b, 4, 0)
    }

    pub fn high_words(a: Sixteen, b: Sixteen) -> Sixteen {
        zipped(a, b, 4, 2)
    }
}

/// Blocks turned by perfect shuffles: each halves the distance of what belongs together. Written out, so that all of a block
/// stays in registers.
mod network {
    use super::vector::{high, high_words, low, low_words, Sixteen};

    #[inline(always)]
    fn step(v: [Sixteen; 16]) -> [Sixteen; 16] {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = v;
        [
            low(a, i),
            high(a, i),
            low(b, j),
            high(b, j),
            low(c, k),
            high(c, k),
            low(d, l),
            high(d, l),
            low(e, m),
            high(e, m),
            low(f, n),
            high(f, n),
            low(g, o),
            high(g, o),
            low(h, p),
            high(h, p),
        ]
    }

    /// Columns of a block of 16×16 bytes.
    #[inline(always)]
    pub fn turned(block: [Sixteen; 16]) -> [Sixteen; 16] {
        step(step(step(step(block))))
    }

    /// Columns of a block of 4×4 words.
    #[inline(always)]
    pub fn turned_words([a, b, c, d]: [Sixteen; 4]) -> [Sixteen; 4] {
        let [ac, ca] = [low_words(a, c), high_words(a, c)];
        let [bd, db] = [low_words(b, d), high_words(b, d)];
        [
            low_words(ac, bd),
            high_words(ac, bd),
            low_words(ca, db),
            high_words(ca, db),
        ]
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
