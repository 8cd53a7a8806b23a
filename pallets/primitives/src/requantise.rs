//! From accumulator to 8 bits, as the ONNX QLinear operators do it in IEEE-754 single precision, in integers.
//!
//! Two roundings to single (of the accumulator, of the product), then one to an integer, all to nearest, ties to even.
//! A scale's exponent is limited so that no step meets a subnormal, an infinity or a NaN.

use crate::graph::Requant;

/// Scales lie within `2^-60 ..= 2^60`.
pub const MAX_SCALE_EXPONENT: u32 = 60;

const MANTISSA: u32 = 24;

/// Whether the bits are those of a finite positive single within `2^±60`.
pub const fn is_valid_scale(bits: u32) -> bool {
    let exponent = bits >> 23;
    exponent >= 127 - MAX_SCALE_EXPONENT && exponent < 127 + MAX_SCALE_EXPONENT
        || bits == (127 + MAX_SCALE_EXPONENT) << 23
}

/// `value` as `mantissa * 2^shift` with at most 24 bits of mantissa, to nearest, ties to even.
const fn round_to_single(value: u64) -> (u64, u32) {
    let bits = u64::BITS - value.leading_zeros();
    if bits <= MANTISSA {
        return (value, 0);
    }
    let shift = bits - MANTISSA;
    (round_shift(value, shift), shift)
}

/// `value / 2^shift` to the nearest integer, ties to even; `0 < shift < 64`.
const fn round_shift(value: u64, shift: u32) -> u64 {
    // Half less one, and one more where the floor is odd: a half then carries to the even neighbour, without a branch, which
    // would be taken as often as not.
    let odd = value.wrapping_shr(shift) & 1;
    let half = 1u64.wrapping_shl(shift.wrapping_sub(1));
    value
        .wrapping_add(half.wrapping_sub(1))
        .wrapping_add(odd)
        .wrapping_shr(shift)
}

/// `clamp(rint(f32(acc) * scale) + zero, min, max)`; `None` unless [`is_valid_scale`].
#[inline]
pub fn requantise(acc: i32, scale: u32, requant: &Requant) -> Option<i32> {
    if !is_valid_scale(scale) {
        return None;
    }
    let (value, value_exponent) = round_to_single(u64::from(acc.unsigned_abs()));
    let fraction = u64::from(scale & 0x007f_ffff | 0x0080_0000);
    let (product, product_exponent) = round_to_single(value * fraction);
    // 2^-150 is the weight of a single's last mantissa bit for a biased exponent of zero.
    let exponent = (value_exponent + product_exponent) as i32 + (scale >> 23) as i32 - 150;
    let magnitude = if exponent >= 0 {
        // Anything this large is clamped; 2^25 << 31 still fits.
        product << exponent.min(31)
    } else if exponent > -63 {
        round_shift(product, exponent.unsigned_abs())
    } else {
        0
    };
    // Negated without a branch: signs are as good as random.
    let sign = i64::from(acc >> 31);
    let rounded = (magnitude as i64 ^ sign).wrapping_sub(sign);
    let shifted = rounded.saturating_add(i64::from(requant.zero));
    let clamped = shifted
        .max(i64::from(requant.min))
        .min(i64::from(requant.max));
    i32::try_from(clamped).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same with the hardware's own singles.
    fn hardware(acc: i32, scale: u32, requant: &Requant) -> i32 {
        let rounded = (acc as f32 * f32::from_bits(scale)).round_ties_even();
        (rounded + requant.zero as f32)
            .max(requant.min as f32)
            .min(requant.max as f32) as i32
    }

    const WIDE: Requant = Requant {
        zero: 0,
        min: -(1 << 23),
        max: 1 << 23,
    };

    fn scale() -> impl Strategy<Value = u32> {
        prop_oneof![
            (127u32 - 60..127 + 60, 0u32..1 << 23).prop_map(|(e, f)| e << 23 | f),
            // Around the sizes that real models have, and powers of two, where ties occur.
            (127u32 - 24..127 + 2, 0u32..1 << 23).prop_map(|(e, f)| e << 23 | f),
            (127u32 - 30..127 + 8).prop_map(|e| e << 23),
        ]
    }

    fn acc() -> impl Strategy<Value = i32> {
        prop_oneof![
            any::<i32>(),
            -70_000i32..70_000,
            (0u32..31, -3i64..4)
                .prop_map(|(b, d)| ((1i64 << b) + d).clamp(-(1 << 31), (1 << 31) - 1) as i32),
            Just(i32::MIN),
            Just(i32::MAX),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60_000))]
        #[test]
        fn requantise_should_equal_hardware(acc in acc(), scale in scale(), zero in -128i32..256) {
            for requant in [WIDE, Requant { zero, min: 0, max: 255 }, Requant { zero, min: -128, max: 127 }] {
                prop_assert_eq!(requantise(acc, scale, &requant), Some(hardware(acc, scale, &requant)));
            }
        }
    }

    #[test]
    fn every_tie_of_a_half_should_go_to_even() {
        let half = 0.5f32.to_bits();
        for acc in -2000..2000 {
            assert_eq!(
                requantise(acc, half, &WIDE),
                Some(hardware(acc, half, &WIDE))
            );
        }
        assert_eq!(requantise(1, half, &WIDE), Some(0));
        assert_eq!(requantise(3, half, &WIDE), Some(2));
        assert_eq!(requantise(-3, half, &WIDE), Some(-2));
    }

    #[test]
    fn scales_outside_the_range_should_be_refused() {
        for bits in [
            0,
            1,
            f32::NAN.to_bits(),
            f32::INFINITY.to_bits(),
            (-1f32).to_bits(),
            1e30f32.to_bits(),
            1e-30f32.to_bits(),
        ] {
            assert!(!is_valid_scale(bits), "{bits:#x}");
            assert_eq!(requantise(1, bits, &WIDE), None);
        }
        assert!(is_valid_scale((2f32.powi(60)).to_bits()));
        assert!(is_valid_scale((2f32.powi(-60)).to_bits()));
        assert!(!is_valid_scale((2f32.powi(60)).to_bits() + 1));
    }
}
