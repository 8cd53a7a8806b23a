//! Tensors cut into tiles.
//!
//! Layout version 1: a tensor of rank 4 is committed channels-last (`N,H,W,C`, and for weights `O,kh,kw,I`), any other in
//! row-major order; a tile is a run of 256 bytes of that order, the last one shorter. Channels-last makes the window of
//! a convolution a few contiguous runs, so that one wrong element is shown with kilobytes; the README has the figures.

use crate::graph::{DType, TensorSpec, MAX_ELEMENTS, MAX_RANK};
use alloc::vec::Vec;

/// Bytes of a tile.
pub const TILE_BYTES: u32 = 256;

/// Exact division of numbers below [`MAX_ELEMENTS`] by a constant, without the division that every read would take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Divisor {
    by: u32,
    multiplier: u64,
    shift: u32,
}

impl Divisor {
    /// `by` is between 1 and [`MAX_ELEMENTS`].
    fn new(by: u32) -> Self {
        // With `2^l >= by`, `n * (2^(28 + l) / by + 1) >> (28 + l)` is exact below 2^28, and the product below 2^58.
        let by = by.max(1);
        let shift = MAX_ELEMENTS.trailing_zeros() + (u32::BITS - (by - 1).leading_zeros());
        Self {
            by,
            multiplier: (1u64 << shift) / u64::from(by) + 1,
            shift,
        }
    }

    /// Quotient and remainder of a number below [`MAX_ELEMENTS`].
    #[inline]
    fn divide(&self, number: u32) -> (u32, u32) {
        let quotient = (u64::from(number).wrapping_mul(self.multiplier) >> self.shift) as u32;
        (
            quotient,
            number.wrapping_sub(quotient.wrapping_mul(self.by)),
        )
    }
}

/// A spec whose product was checked: no empty dimension, at most [`MAX_ELEMENTS`] elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Geometry {
    /// Element type.
    pub dtype: DType,
    rank: u8,
    elements: u32,
    /// Of a tensor of rank 4: its channels, the pixels of a channel, and the elements of a batch.
    channels: Divisor,
    plane: Divisor,
    image: Divisor,
}

impl Geometry {
    /// `None` for an empty dimension or too many elements.
    pub fn new(spec: &TensorSpec) -> Option<Self> {
        let mut dims = [1u32; MAX_RANK as usize];
        let mut elements = 1u64;
        for (slot, dimension) in dims.iter_mut().zip(spec.shape.iter()) {
            if *dimension == 0 {
                return None;
            }
            *slot = *dimension;
            elements = elements.checked_mul(u64::from(*dimension))?;
            if elements > MAX_ELEMENTS {
                return None;
            }
        }
        // Products of some of the dimensions, hence no larger than that of all.
        let [_, channels, height, width, ..] = dims;
        let plane = height.saturating_mul(width);
        Some(Self {
            dtype: spec.dtype,
            rank: spec.shape.len() as u8,
            elements: elements as u32,
            channels: Divisor::new(channels),
            plane: Divisor::new(plane),
            image: Divisor::new(plane.saturating_mul(channels)),
        })
    }

    /// Number of elements.
    pub fn elements(&self) -> u32 {
        self.elements
    }

    /// Bytes of the tensor; at most 2^30.
    pub fn bytes(&self) -> u32 {
        self.elements.saturating_mul(self.dtype.size())
    }

    /// Number of tiles, at least one.
    pub fn tiles(&self) -> u32 {
        self.bytes().div_ceil(TILE_BYTES)
    }

    /// Elements of a full tile.
    pub fn elements_per_tile(&self) -> u32 {
        TILE_BYTES / self.dtype.size()
    }

    /// Bytes of tile `tile`; `None` beyond the last.
    pub fn tile_bytes(&self, tile: u32) -> Option<u32> {
        let start = tile.checked_mul(TILE_BYTES)?;
        let left = self.bytes().checked_sub(start)?;
        (left > 0).then_some(left.min(TILE_BYTES))
    }

    /// Place in committed order of the element at a row-major index below [`Self::elements`].
    #[inline]
    pub fn committed(&self, linear: u32) -> u32 {
        if self.rank != 4 {
            return linear;
        }
        let (batch, rest) = self.image.divide(linear);
        let (channel, pixel) = self.plane.divide(rest);
        batch * self.image.by + pixel * self.channels.by + channel
    }

    /// Row-major index of the element at a place in committed order below [`Self::elements`].
    #[inline]
    pub fn linear(&self, committed: u32) -> u32 {
        if self.rank != 4 {
            return committed;
        }
        let (batch, rest) = self.image.divide(committed);
        let (pixel, channel) = self.channels.divide(rest);
        batch * self.image.by + channel * self.plane.by + pixel
    }

    /// Tile of the element at a place in committed order, and the element's place within the tile.
    #[inline]
    pub fn tile_of(&self, committed: u32) -> (u32, u32) {
        match self.dtype.size() {
            1 => (committed / TILE_BYTES, committed % TILE_BYTES),
            _ => (committed / (TILE_BYTES / 4), committed % (TILE_BYTES / 4)),
        }
    }

    /// Turns rows of each image into columns; `columns` is their length.
    fn reorder(&self, data: &[u8], columns: u32) -> Option<Vec<u8>> {
        if data.len() != self.bytes() as usize {
            return None;
        }
        if self.rank != 4 {
            return Some(data.to_vec());
        }
        let size = self.dtype.size() as usize;
        let columns = columns as usize;
        let image = self.image.by as usize;
        let rows = image.checked_div(columns)?;
        let mut out = alloc::vec![0; data.len()];
        let images = data.chunks_exact(image.checked_mul(size)?);
        for (from, to) in images.zip(out.chunks_exact_mut(image.checked_mul(size)?)) {
            if size == 1 {
                transpose(from, to, rows, columns);
            } else {
                transpose(from.as_chunks::<4>().0, to.as_chunks_mut().0, rows, columns);
            }
        }
        Some(out)
    }

    /// Row-major bytes in committed order. `None` when the length is not the spec's.
    pub fn to_committed(&self, row_major: &[u8]) -> Option<Vec<u8>> {
        self.reorder(row_major, self.plane.by)
    }

    /// Committed bytes in row-major order. `None` when the length is not the spec's.
    pub fn to_row_major(&self, committed: &[u8]) -> Option<Vec<u8>> {
        self.reorder(committed, self.channels.by)
    }
}

/// Rows, one after the other, to columns.
fn transpose<T: Copy>(from: &[T], to: &mut [T], rows: usize, columns: usize) {
    for (row, from) in from.chunks_exact(columns).enumerate() {
        let column = to.iter_mut().skip(row).step_by(rows);
        for (slot, element) in column.zip(from) {
            *slot = *element;
        }
    }
}

/// Reads element `index` of `data`; a single's bits come as they are. `None` beyond the end.
#[inline]
pub fn read(dtype: DType, data: &[u8], index: u32) -> Option<i32> {
    match dtype {
        DType::U8 => data.get(index as usize).map(|byte| i32::from(*byte)),
        DType::I8 => data.get(index as usize).map(|byte| i32::from(*byte as i8)),
        DType::I32 | DType::F32 => {
            let start = (index as usize).checked_mul(4)?;
            let bytes = data.get(start..start.checked_add(4)?)?;
            Some(i32::from_le_bytes(bytes.try_into().ok()?))
        }
    }
}

/// Appends `value`, which lies in the type's range, to `out`.
#[inline]
pub fn write(dtype: DType, value: i32, out: &mut Vec<u8>) {
    match dtype {
        DType::U8 | DType::I8 => out.push(value as u8),
        DType::I32 | DType::F32 => out.extend_from_slice(&value.to_le_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
        TensorSpec {
            dtype,
            shape: shape.to_vec().try_into().unwrap(),
        }
    }

    proptest! {
        #[test]
        fn orders_should_be_inverse(shape in prop::collection::vec(1u32..6, 0..=6)) {
            let geometry = Geometry::new(&spec(DType::U8, &shape)).unwrap();
            for place in 0..geometry.elements() {
                prop_assert_eq!(geometry.committed(geometry.linear(place)), place);
                prop_assert!(geometry.linear(place) < geometry.elements());
            }
        }

        #[test]
        fn bytes_should_survive_reordering(shape in prop::collection::vec(1u32..5, 0..=5), wide in any::<bool>()) {
            let dtype = if wide { DType::I32 } else { DType::I8 };
            let geometry = Geometry::new(&spec(dtype, &shape)).unwrap();
            let data: Vec<u8> = (0..geometry.bytes()).map(|i| (i % 251) as u8).collect();
            let committed = geometry.to_committed(&data).unwrap();
            prop_assert_eq!(geometry.to_row_major(&committed).unwrap(), data);
            prop_assert_eq!(geometry.to_committed(&committed[..committed.len() - 1]), None);
        }
    }

    proptest! {
        #[test]
        fn divisor_should_divide(by in 1u32..=1 << 28, small in 1u32..5000, number in 0u32..1 << 28) {
            for by in [by, small, by >> 14 | 1] {
                for number in [number, (1 << 28) - 1, number / by * by, (number / by * by).saturating_sub(1)] {
                    prop_assert_eq!(Divisor::new(by).divide(number), (number / by, number % by));
                }
            }
        }

        #[test]
        fn channels_last_should_be_what_it_says(n in 1u32..4, c in 1u32..9, h in 1u32..9, w in 1u32..9) {
            let geometry = Geometry::new(&spec(DType::U8, &[n, c, h, w])).unwrap();
            let places = (0..n).flat_map(|b| (0..h).flat_map(move |i| (0..w).flat_map(move |j| {
                (0..c).map(move |k| ((b * c + k) * h + i) * w + j)
            })));
            for (place, linear) in places.enumerate() {
                prop_assert_eq!(geometry.linear(place as u32), linear);
                prop_assert_eq!(geometry.committed(linear), place as u32);
            }
        }
    }

    #[test]
    fn rank_four_should_be_channels_last() {
        let geometry = Geometry::new(&spec(DType::U8, &[1, 2, 1, 3])).unwrap();
        assert_eq!(
            geometry.to_committed(&[0, 1, 2, 10, 11, 12]).unwrap(),
            [0, 10, 1, 11, 2, 12]
        );
    }

    #[test]
    fn empty_and_huge_shapes_should_be_refused() {
        assert_eq!(Geometry::new(&spec(DType::U8, &[3, 0])), None);
        assert_eq!(Geometry::new(&spec(DType::U8, &[u32::MAX; 6])), None);
        assert!(Geometry::new(&spec(DType::I32, &[])).is_some());
    }

    #[test]
    fn tiles_should_cover_the_tensor() {
        let geometry = Geometry::new(&spec(DType::I32, &[1, 65])).unwrap();
        assert_eq!(geometry.tiles(), 2);
        assert_eq!(geometry.tile_bytes(0), Some(256));
        assert_eq!(geometry.tile_bytes(1), Some(4));
        assert_eq!(geometry.tile_bytes(2), None);
    }
}
