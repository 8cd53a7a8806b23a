//! Tensors cut into tiles.
//!
//! A tensor of rank 4 is committed channels-last (`N,H,W,C`, and for weights `O,kh,kw,I`), any other in row-major order; a
//! tile is a run of bytes of that order, the last one shorter. Channels-last makes the window of a convolution a few
//! contiguous runs, so that one wrong element is shown with kilobytes; the README has the figures. How long a tile is, and
//! how tiles are hashed, is up to the layout's version.

use crate::graph::{DType, TensorSpec, MAX_ELEMENTS, MAX_RANK};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

/// A version of the layout. What a version commits to never changes: graphs of both live side by side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Layout {
    /// Tiles of 256 bytes under a Merkle tree of tagged SHA-256.
    One,
    /// Tiles of 1,024 bytes, the chunks of BLAKE3: the tree over them is that function's own, and its root the hash of the
    /// tensor's bytes.
    Two,
}

impl Layout {
    /// All of them, the oldest first.
    pub const ALL: [Self; 2] = [Self::One, Self::Two];

    /// The layout of that version; `None` when there is none.
    pub const fn of(version: u8) -> Option<Self> {
        match version {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => None,
        }
    }

    /// Its version, as in a graph's header.
    pub const fn version(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// Bytes of a tile.
    pub const fn tile_bytes(self) -> u32 {
        1 << self.tile_shift()
    }

    const fn tile_shift(self) -> u32 {
        match self {
            Self::One => 8,
            Self::Two => 10,
        }
    }
}

/// Bytes of the tensors of a spec: at most 2^30. `None` for an empty dimension or too many elements.
pub fn byte_length(spec: &TensorSpec) -> Option<u32> {
    // Of how tensors are cut, this is no matter.
    Geometry::new(Layout::One, spec).map(|geometry| geometry.bytes())
}

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
    layout: Layout,
    rank: u8,
    elements: u32,
    /// Of a tensor of rank 4: its channels, the pixels of a channel, and the elements of a batch.
    channels: Divisor,
    plane: Divisor,
    image: Divisor,
}

impl Geometry {
    /// `None` for an empty dimension or too many elements.
    pub fn new(layout: Layout, spec: &TensorSpec) -> Option<Self> {
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
            layout,
            rank: spec.shape.len() as u8,
            elements: elements as u32,
            channels: Divisor::new(channels),
            plane: Divisor::new(plane),
            image: Divisor::new(plane.saturating_mul(channels)),
        })
    }

    /// How the tensor is cut into tiles.
    pub fn layout(&self) -> Layout {
        self.layout
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
        self.bytes().div_ceil(self.layout.tile_bytes())
    }

    /// Elements of a full tile.
    pub fn elements_per_tile(&self) -> u32 {
        self.layout.tile_bytes() / self.dtype.size()
    }

    /// Bytes of tile `tile`; `None` beyond the last.
    pub fn tile_bytes(&self, tile: u32) -> Option<u32> {
        let full = self.layout.tile_bytes();
        let start = tile.checked_mul(full)?;
        let left = self.bytes().checked_sub(start)?;
        (left > 0).then_some(left.min(full))
    }

    /// Where in committed bytes tile `tile` is; `None` beyond the last.
    pub fn tile_range(&self, tile: u32) -> Option<Range<usize>> {
        let length = self.tile_bytes(tile)? as usize;
        let start = tile.checked_mul(self.layout.tile_bytes())? as usize;
        Some(start..start.checked_add(length)?)
    }

    /// Tile of a byte of committed order, and the byte's place within the tile.
    #[inline]
    pub fn tile_of_byte(&self, byte: usize) -> (usize, usize) {
        let shift = self.layout.tile_shift();
        (byte >> shift, byte & ((1 << shift) - 1))
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

    /// Whether elements of one row-major index are in one place of committed order in both tensors.
    pub fn orders_like(&self, other: &Self) -> bool {
        let is_plain = |each: &Self| each.rank != 4 || each.channels.by == 1 || each.plane.by == 1;
        let is_same = self.channels == other.channels && self.plane == other.plane;
        match (self.rank, other.rank) {
            (4, 4) if is_same => true,
            _ => is_plain(self) && is_plain(other),
        }
    }

    /// Tile of the element at a place in committed order, and the element's place within the tile.
    #[inline]
    pub fn tile_of(&self, committed: u32) -> (u32, u32) {
        let shift = match self.dtype.size() {
            1 => self.layout.tile_shift(),
            _ => self.layout.tile_shift() - 2,
        };
        (committed >> shift, committed & ((1 << shift) - 1))
    }

    /// Rows and columns of each image that committing to the tensor transposes: channels and pixels. `None` where row-major
    /// and committed order are one.
    pub fn transposed(&self) -> Option<(u32, u32)> {
        let is_one = self.rank != 4 || self.channels.by == 1 || self.plane.by == 1;
        (!is_one).then_some((self.channels.by, self.plane.by))
    }

    /// Row-major bytes in committed order, the same bytes where the two orders are one. `None` when the length is not the
    /// spec's.
    pub fn committed_bytes<'a>(&self, row_major: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        self.reorder(row_major, self.channels.by, self.plane.by)
    }

    /// Row-major bytes in committed order. `None` when the length is not the spec's.
    pub fn to_committed(&self, row_major: &[u8]) -> Option<Vec<u8>> {
        self.committed_bytes(row_major).map(Cow::into_owned)
    }

    /// Committed bytes in row-major order. `None` when the length is not the spec's.
    pub fn to_row_major(&self, committed: &[u8]) -> Option<Vec<u8>> {
        self.reorder(committed, self.plane.by, self.channels.by)
            .map(Cow::into_owned)
    }

    /// Transposes the `rows × columns` elements of each image of a tensor of rank 4.
    fn reorder<'a>(&self, data: &'a [u8], rows: u32, columns: u32) -> Option<Cow<'a, [u8]>> {
        if data.len() != self.bytes() as usize {
            return None;
        }
        if self.rank != 4 || rows == 1 || columns == 1 {
            return Some(Cow::Borrowed(data));
        }
        let (rows, columns) = (rows as usize, columns as usize);
        let mut out = alloc::vec![0; data.len()];
        let image = self.image.by as usize * self.dtype.size() as usize;
        for (out, data) in out.chunks_exact_mut(image).zip(data.chunks_exact(image)) {
            match self.dtype.size() {
                1 => transpose(
                    data.as_chunks::<1>().0,
                    out.as_chunks_mut().0,
                    rows,
                    columns,
                ),
                _ => transpose(
                    data.as_chunks::<4>().0,
                    out.as_chunks_mut().0,
                    rows,
                    columns,
                ),
            }
        }
        Some(Cow::Owned(out))
    }
}

/// Writes the columns of `rows × columns` elements as rows. By blocks of columns, so that what is written in turns stays in
/// the processor's nearest cache: half as fast again as row by row where rows are long.
fn transpose<const SIZE: usize>(
    data: &[[u8; SIZE]],
    out: &mut [[u8; SIZE]],
    rows: usize,
    columns: usize,
) {
    const BLOCK: usize = 64;
    for (block, out) in out.chunks_mut(rows.saturating_mul(BLOCK)).enumerate() {
        let first = block.saturating_mul(BLOCK);
        for (at, row) in data.chunks_exact(columns).enumerate() {
            let run = row.get(first..).unwrap_or_default();
            for (column, element) in out.chunks_exact_mut(rows).zip(run) {
                if let Some(place) = column.get_mut(at) {
                    *place = *element;
                }
            }
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
            let geometry = Geometry::new(Layout::One, &spec(DType::U8, &shape)).unwrap();
            for place in 0..geometry.elements() {
                prop_assert_eq!(geometry.committed(geometry.linear(place)), place);
                prop_assert!(geometry.linear(place) < geometry.elements());
            }
        }

        #[test]
        fn bytes_should_survive_reordering(shape in prop::collection::vec(1u32..5, 0..=5), wide in any::<bool>()) {
            let dtype = if wide { DType::I32 } else { DType::I8 };
            let geometry = Geometry::new(Layout::One, &spec(dtype, &shape)).unwrap();
            let data: Vec<u8> = (0..geometry.bytes()).map(|i| (i % 251) as u8).collect();
            let committed = geometry.to_committed(&data).unwrap();
            prop_assert_eq!(geometry.to_row_major(&committed).unwrap(), data);
            prop_assert_eq!(geometry.to_committed(&committed[..committed.len() - 1]), None);
        }
    }

    proptest! {
        #[test]
        fn reordering_should_be_that_of_each_element(
            n in 1u32..3, c in 1u32..70, h in 1u32..20, w in 1u32..20, wide in any::<bool>(), seed in any::<u32>(),
        ) {
            let dtype = if wide { DType::I32 } else { DType::U8 };
            let geometry = Geometry::new(Layout::One, &spec(dtype, &[n, c, h, w])).unwrap();
            let data: Vec<u8> = (0..geometry.bytes()).map(|i| (i.wrapping_mul(2654435761).wrapping_add(seed) >> 13) as u8).collect();
            let mut expected = Vec::new();
            for place in 0..geometry.elements() {
                write(dtype, read(dtype, &data, geometry.linear(place)).unwrap(), &mut expected);
            }
            prop_assert_eq!(&geometry.to_committed(&data).unwrap(), &expected);
            prop_assert_eq!(&geometry.committed_bytes(&data).unwrap()[..], &expected[..]);
            prop_assert_eq!(geometry.to_row_major(&expected).unwrap(), data);
        }
    }

    /// Offsets are words of 32 bits, and so are sums of some of them.
    #[test]
    fn largest_tensor_should_have_a_quarter_of_the_bytes_that_can_be_counted() {
        let bytes = |shape: &[u32]| {
            let geometry = Geometry::new(Layout::One, &spec(DType::I32, shape))?;
            Some(geometry.bytes())
        };
        let quarter = 1 << (u32::BITS - 2);
        assert_eq!(bytes(&[1 << 14, 1 << 14]), Some(quarter));
        assert_eq!(bytes(&[1 << 14, (1 << 14) + 1]), None);
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
            let geometry = Geometry::new(Layout::One, &spec(DType::U8, &[n, c, h, w])).unwrap();
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
        let geometry = Geometry::new(Layout::One, &spec(DType::U8, &[1, 2, 1, 3])).unwrap();
        assert_eq!(
            geometry.to_committed(&[0, 1, 2, 10, 11, 12]).unwrap(),
            [0, 10, 1, 11, 2, 12]
        );
    }

    #[test]
    fn what_is_transposed_should_be_images_of_channels_and_pixels() {
        let of = |shape: &[u32]| {
            Geometry::new(Layout::Two, &spec(DType::U8, shape))
                .unwrap()
                .transposed()
        };
        assert_eq!(of(&[2, 3, 5, 7]), Some((3, 35)));
        assert_eq!(of(&[2, 1, 5, 7]), None);
        assert_eq!(of(&[2, 3, 1, 1]), None);
        assert_eq!(of(&[2, 3, 35]), None);
    }

    #[test]
    fn orders_should_be_alike_where_every_element_is_in_one_place() {
        let shapes: [&[u32]; 8] = [
            &[2, 3, 5, 7],
            &[3, 3, 7, 5],
            &[2, 5, 3, 7],
            &[2, 3, 7, 7],
            &[2, 1, 5, 7],
            &[2, 3, 1, 1],
            &[2, 3, 35],
            &[210],
        ];
        for a in shapes {
            for b in shapes {
                let [a, b] =
                    [a, b].map(|s| Geometry::new(Layout::Two, &spec(DType::U8, s)).unwrap());
                let count = a.elements().min(b.elements());
                let alike = (0..count).all(|place| a.linear(place) == b.linear(place));
                assert_eq!(a.orders_like(&b), alike, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn empty_and_huge_shapes_should_be_refused() {
        assert_eq!(Geometry::new(Layout::One, &spec(DType::U8, &[3, 0])), None);
        assert_eq!(
            Geometry::new(Layout::One, &spec(DType::U8, &[u32::MAX; 6])),
            None
        );
        assert!(Geometry::new(Layout::One, &spec(DType::I32, &[])).is_some());
    }

    #[test]
    fn tiles_should_cover_the_tensor() {
        let geometry = Geometry::new(Layout::One, &spec(DType::I32, &[1, 65])).unwrap();
        assert_eq!(geometry.tiles(), 2);
        assert_eq!(geometry.tile_bytes(0), Some(256));
        assert_eq!(geometry.tile_bytes(1), Some(4));
        assert_eq!(geometry.tile_bytes(2), None);
        assert_eq!(geometry.tile_range(1), Some(256..260));
        let geometry = Geometry::new(Layout::Two, &spec(DType::I32, &[1, 257])).unwrap();
        assert_eq!(geometry.tiles(), 2);
        assert_eq!(geometry.tile_bytes(0), Some(1024));
        assert_eq!(geometry.tile_range(1), Some(1024..1028));
        assert_eq!(geometry.tile_range(2), None);
    }

    #[test]
    fn layout_should_be_that_of_its_version() {
        for layout in Layout::ALL {
            assert_eq!(Layout::of(layout.version()), Some(layout));
        }
        assert_eq!((Layout::of(0), Layout::of(3)), (None, None));
        assert_eq!(Layout::Two.version(), crate::graph::LAYOUT_VERSION);
    }

    proptest! {
        #[test]
        fn element_should_be_in_the_tile_of_its_bytes(count in 1u32..5_000, wide in any::<bool>(), two in any::<bool>()) {
            let layout = if two { Layout::Two } else { Layout::One };
            let dtype = if wide { DType::I32 } else { DType::U8 };
            let geometry = Geometry::new(layout, &spec(dtype, &[count])).unwrap();
            for place in 0..count {
                let (tile, at) = geometry.tile_of(place);
                let byte = (place * dtype.size()) as usize;
                prop_assert_eq!(geometry.tile_of_byte(byte), (tile as usize, (at * dtype.size()) as usize));
                prop_assert!(geometry.tile_range(tile).unwrap().contains(&byte));
            }
        }
    }
}
