//! Tensors cut into tiles.
//!
//! Layout version 1: a tensor of rank 4 is committed channels-last (`N,H,W,C`, and for weights `O,kh,kw,I`), any other in
//! row-major order; a tile is a run of 256 bytes of that order, the last one shorter. Channels-last makes the window of
//! a convolution a few contiguous runs, so that one wrong element is shown with kilobytes; the README has the figures.

use crate::graph::{DType, TensorSpec, MAX_ELEMENTS, MAX_RANK};
use alloc::vec::Vec;

/// Bytes of a tile.
pub const TILE_BYTES: u32 = 256;

/// A spec whose product was checked: no empty dimension, at most [`MAX_ELEMENTS`] elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Geometry {
    /// Element type.
    pub dtype: DType,
    dims: [u32; MAX_RANK as usize],
    rank: u8,
    elements: u32,
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
        Some(Self {
            dtype: spec.dtype,
            dims,
            rank: spec.shape.len() as u8,
            elements: elements as u32,
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
    pub fn committed(&self, linear: u32) -> u32 {
        if self.rank != 4 {
            return linear;
        }
        let [_, c, h, w, ..] = self.dims;
        let plane = h.saturating_mul(w);
        let (batch, rest) = (linear / plane / c, linear % plane.saturating_mul(c));
        let (channel, pixel) = (rest / plane, rest % plane);
        (batch * plane + pixel) * c + channel
    }

    /// Row-major index of the element at a place in committed order below [`Self::elements`].
    pub fn linear(&self, committed: u32) -> u32 {
        if self.rank != 4 {
            return committed;
        }
        let [_, c, h, w, ..] = self.dims;
        let plane = h.saturating_mul(w);
        let (pixels, channel) = (committed / c, committed % c);
        let (batch, pixel) = (pixels / plane, pixels % plane);
        (batch * c + channel) * plane + pixel
    }

    fn reorder(&self, data: &[u8], from: impl Fn(u32) -> u32) -> Option<Vec<u8>> {
        if data.len() != self.bytes() as usize {
            return None;
        }
        if self.rank != 4 {
            return Some(data.to_vec());
        }
        let size = self.dtype.size() as usize;
        let mut out = Vec::with_capacity(data.len());
        for place in 0..self.elements {
            let start = from(place) as usize * size;
            out.extend_from_slice(data.get(start..start + size)?);
        }
        Some(out)
    }

    /// Row-major bytes in committed order. `None` when the length is not the spec's.
    pub fn to_committed(&self, row_major: &[u8]) -> Option<Vec<u8>> {
        self.reorder(row_major, |place| self.linear(place))
    }

    /// Committed bytes in row-major order. `None` when the length is not the spec's.
    pub fn to_row_major(&self, committed: &[u8]) -> Option<Vec<u8>> {
        self.reorder(committed, |place| self.committed(place))
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
