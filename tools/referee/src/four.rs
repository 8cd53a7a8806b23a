//! Four words of 32 bits in one value, on which every operation works at once: a vector of wasm's fixed-width SIMD where
//! the module is compiled with it, an array anywhere else. Both are the same function of the same words.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vector {
    use core::arch::wasm32::{
        u32x4_add, u32x4_extract_lane, u32x4_shl, u32x4_shr, u32x4_shuffle, u32x4_splat, u64x2,
        u8x16_shuffle, v128, v128_and, v128_or, v128_xor,
    };

    /// Four words.
    #[derive(Clone, Copy)]
    pub struct Four(v128);

    impl Four {
        /// The first big-endian words of each of four rows, their second, third and fourth ones.
        #[inline(always)]
        pub fn columns(rows: [&[u8; 16]; 4]) -> [Self; 4] {
            let [a, b, c, d] = rows.map(|row| {
                let bits = u128::from_le_bytes(*row);
                let bytes = u64x2(bits as u64, (bits >> 64) as u64);
                u8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(bytes, bytes)
            });
            let (ab, cd) = (
                u32x4_shuffle::<0, 4, 1, 5>(a, b),
                u32x4_shuffle::<0, 4, 1, 5>(c, d),
            );
            let (later_ab, later_cd) = (
                u32x4_shuffle::<2, 6, 3, 7>(a, b),
                u32x4_shuffle::<2, 6, 3, 7>(c, d),
            );
            [
                Self(u32x4_shuffle::<0, 1, 4, 5>(ab, cd)),
                Self(u32x4_shuffle::<2, 3, 6, 7>(ab, cd)),
                Self(u32x4_shuffle::<0, 1, 4, 5>(later_ab, later_cd)),
                Self(u32x4_shuffle::<2, 3, 6, 7>(later_ab, later_cd)),
            ]
        }

        /// The same word four times.
        #[inline(always)]
        pub fn splat(word: u32) -> Self {
            Self(u32x4_splat(word))
        }

        /// Its words.
        #[inline(always)]
        pub fn words(self) -> [u32; 4] {
            [
                u32x4_extract_lane::<0>(self.0),
                u32x4_extract_lane::<1>(self.0),
                u32x4_extract_lane::<2>(self.0),
                u32x4_extract_lane::<3>(self.0),
            ]
        }

        /// Sums, modulo 2^32.
        #[inline(always)]
        pub fn add(self, other: Self) -> Self {
            Self(u32x4_add(self.0, other.0))
        }

        /// Bits set in one of the two.
        #[inline(always)]
        pub fn xor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0))
        }

        /// Bits set in both.
        #[inline(always)]
        pub fn and(self, other: Self) -> Self {
            Self(v128_and(self.0, other.0))
        }

        /// Shifted towards the lowest bit, by less than 32.
        #[inline(always)]
        pub fn shr(self, by: u32) -> Self {
            Self(u32x4_shr(self.0, by))
        }

        /// Rotated towards the lowest bit, by 1 to 31.
        #[inline(always)]
        pub fn rotr(self, by: u32) -> Self {
            Self(v128_or(
                u32x4_shr(self.0, by),
                u32x4_shl(self.0, 32u32.wrapping_sub(by)),
            ))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod array {
    /// Four words.
    #[derive(Clone, Copy)]
    pub struct Four([u32; 4]);

    impl Four {
        /// The first big-endian words of each of four rows, their second, third and fourth ones.
        #[inline(always)]
        pub fn columns(rows: [&[u8; 16]; 4]) -> [Self; 4] {
            let rows = rows.map(|row| row.as_chunks::<4>().0);
            core::array::from_fn(|at| {
                Self(rows.map(|row| row.get(at).map_or(0, |word| u32::from_be_bytes(*word))))
            })
        }

        /// The same word four times.
        #[inline(always)]
        pub fn splat(word: u32) -> Self {
            Self([word; 4])
        }

        /// Its words.
        #[inline(always)]
        pub fn words(self) -> [u32; 4] {
            self.0
        }

        #[inline(always)]
        fn with(self, other: Self, operation: impl Fn(u32, u32) -> u32) -> Self {
            let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
            Self([
                operation(a, e),
                operation(b, f),
                operation(c, g),
                operation(d, h),
            ])
        }

        /// Sums, modulo 2^32.
        #[inline(always)]
        pub fn add(self, other: Self) -> Self {
            self.with(other, u32::wrapping_add)
        }

        /// Bits set in one of the two.
        #[inline(always)]
        pub fn xor(self, other: Self) -> Self {
            self.with(other, |a, b| a ^ b)
        }

        /// Bits set in both.
        #[inline(always)]
        pub fn and(self, other: Self) -> Self {
            self.with(other, |a, b| a & b)
        }

        /// Shifted towards the lowest bit, by less than 32.
        #[inline(always)]
        pub fn shr(self, by: u32) -> Self {
            Self(self.0.map(|word| word.wrapping_shr(by)))
        }

        /// Rotated towards the lowest bit, by 1 to 31.
        #[inline(always)]
        pub fn rotr(self, by: u32) -> Self {
            Self(self.0.map(|word| word.rotate_right(by)))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub use array::Four;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use vector::Four;
