//! From accumulator to 8 bits, as the ONNX QLinear operators do it in IEEE-754 single precision, in integers; and the same
//! of quotients and roots of singles.
//!
//! Two roundings to single (of the accumulator, of the product), then one to an integer, all to nearest, ties to even.
//! A scale's exponent is limited so that no step meets a subnormal, an infinity or a NaN.

use crate::graph::Requant;
use alloc::boxed::Box;
use alloc::vec::Vec;

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

/// A positive single, or zero: `mantissa * 2^exponent`, with a mantissa of at most 2^24.
#[derive(Clone, Copy)]
struct Single {
    mantissa: u64,
    exponent: i32,
}

impl Single {
    /// The nearest to `value * 2^exponent`.
    const fn nearest(value: u64, exponent: i32) -> Self {
        let (mantissa, shift) = round_to_single(value);
        Self {
            mantissa,
            exponent: exponent + shift as i32,
        }
    }
}

/// `clamp(rint(±value * scale) + zero, min, max)`; `None` unless [`is_valid_scale`].
#[inline]
fn scaled(value: Single, is_negative: bool, scale: u32, requant: &Requant) -> Option<i32> {
    if !is_valid_scale(scale) {
        return None;
    }
    let fraction = u64::from(scale & 0x007f_ffff | 0x0080_0000);
    let product = Single::nearest(value.mantissa * fraction, value.exponent);
    // 2^-150 is the weight of a single's last mantissa bit for a biased exponent of zero.
    let exponent = product.exponent + (scale >> 23) as i32 - 150;
    let magnitude = if exponent >= 0 {
        // Anything this large is clamped; 2^25 << 31 still fits.
        product.mantissa << exponent.min(31)
    } else if exponent > -63 {
        round_shift(product.mantissa, exponent.unsigned_abs())
    } else {
        0
    };
    // Negated without a branch: signs are as good as random.
    let sign = -i64::from(is_negative);
    let rounded = (magnitude as i64 ^ sign).wrapping_sub(sign);
    let shifted = rounded.saturating_add(i64::from(requant.zero));
    let clamped = shifted
        .max(i64::from(requant.min))
        .min(i64::from(requant.max));
    i32::try_from(clamped).ok()
}

/// `clamp(rint(f32(acc) * scale) + zero, min, max)`; `None` unless [`is_valid_scale`].
#[inline]
pub fn requantise(acc: i32, scale: u32, requant: &Requant) -> Option<i32> {
    let value = Single::nearest(u64::from(acc.unsigned_abs()), 0);
    scaled(value, acc < 0, scale, requant)
}

/// [`requantise`] of many accumulators, with a set of scales and one requantisation to 8 bits, where it takes one product.
///
/// `acc * scale` is `p / 2^s` with integers; the two roundings are to the integer next to it, unless it lies so near to a half
/// that rounding to single could have moved it there or across: then there is no quick value. As `f32(acc)` is exact up
/// to 2^24, only the product is rounded, by at most 2^-24 of itself. A product beyond 2^10 is clamped, whatever it is; so
/// 2^-14 is near.
///
/// An accumulator is a sum and a bias; what does not depend on the sum is worked out before. Whether values are quick is
/// known of some neighbours together, so that nothing branches on one of them.
pub struct Quick {
    /// One for each scale.
    steps: Vec<Step>,
    /// `s`, at least [`NEAR`].
    shift: u32,
    /// Of what is behind the point.
    mask: i64,
    /// The least that a quick value is above an integer, negated. Raised by half and by what is near, a product near a half is
    /// just above one.
    nearest: i64,
    min: i64,
    max: i64,
    /// With any bias, a sum that is no larger either way makes an accumulator that is exact in single.
    limit: u32,
    /// Whether every sum is within that.
    is_exact: bool,
}

/// [`requantise`] to 8 bits of one output's sums at three positions side by side, as with [`Quick`]: the integer next to the product
/// of accumulator and scale in units of `2^-32`, unless it lies so near to a half that a rounding of the scale to these units, or of
/// the product to single, could have moved it there or across. What is within bounds is looked up.
#[derive(Clone, Copy)]
pub struct QuickOne {
    /// The scale.
    fraction: i64,
    /// Of bias, zero point, half, what is near, and the place of zero in [`Values`].
    offset: i64,
}

/// Bytes by the place of a value, of which the first is of `-2^11`.
pub type Values = [u8; VALUES];
const VALUES: usize = 1 << 12;

/// What is as near to a half is not told apart from it, in units of `2^-32`.
const NEAR_ONE: i64 = 1 << 20;

/// The bytes of values, within bounds.
pub fn values_of(requant: &Requant) -> Box<Values> {
    let first = (VALUES / 2) as i32;
    let mut values = Box::new([0; VALUES]);
    for (place, slot) in (0..).zip(values.iter_mut()) {
        let value = i32::wrapping_sub(place, first);
        *slot = value.max(requant.min).min(requant.max) as u8;
    }
    values
}

impl QuickOne {
    /// Of sums that are at most `most` either way, and given as `raise` more than they are. `None` where scale, bias or range have no
    /// such form, or not every accumulator is exact in single.
    pub fn new(
        scale: u32,
        bias: i32,
        (most, raise): (u32, i32),
        requant: &Requant,
    ) -> Option<Self> {
        let most = most.checked_add(bias.unsigned_abs())?;
        let half = 1 << (LARGE - 1);
        let fits = [requant.zero, requant.min, requant.max]
            .iter()
            .all(|value| (-half..half).contains(value));
        // The mantissa's last bit weighs 2^-by. Less than 2^6 by 2^24 are less than 2^30, of which 2^32 have room.
        let by = 150 - (scale >> 23) as i32;
        if !is_valid_scale(scale) || !fits || by < MANTISSA as i32 - 6 || most > 1 << MANTISSA {
            return None;
        }
        let mantissa = i64::from(scale & 0x007f_ffff | 0x0080_0000);
        let fraction = match by - 32 {
            less @ ..=0 => mantissa << less.unsigned_abs(),
            more @ 1..=62 => (mantissa + (1 << (more - 1))) >> more,
            _ => 0,
        };
        // Each unit of an accumulator is off by half a unit at most, and what is beyond all values is not asked for.
        let most_of_use = (1i64 << (32 + LARGE + 2)) / fraction.max(1);
        let off = i64::from(most).min(most_of_use) / 2 + 1;
        if off + (1 << (32 - NEAR)) > NEAR_ONE {
            return None;
        }
        let zero = (i64::from(requant.zero) + VALUES as i64 / 2) << 32;
        let bias = i64::from(bias) - i64::from(raise);
        Some(Self {
            fraction,
            offset: bias * fraction + zero + (1 << 31) + NEAR_ONE,
        })
    }

    /// [`requantise`] of the accumulators of three sums; `None` where one has no quick value.
    #[inline]
    pub fn bytes(&self, sums: [i64; 3], values: &Values) -> Option<[u8; 3]> {
        let [a, b, c] = sums.map(|sum| {
            let product = sum.wrapping_mul(self.fraction);
            product.wrapping_add(self.offset)
        });
        let behind = |raised: i64| raised & 0xffff_ffff;
        if behind(a).min(behind(b)).min(behind(c)) <= 2 * NEAR_ONE {
            return None;
        }
        let byte = |raised: i64| values.get((raised as u64 >> 32) as usize).copied();
        Some([byte(a)?, byte(b)?, byte(c)?])
    }
}

/// `raised = sum * fraction + offset` is the product, raised by the zero point, half and what is near, in units of `2^-s`.
struct Step {
    /// The mantissa of the scale; those of all scales have the same exponent.
    fraction: i64,
    offset: i64,
}

/// What is beyond this is clamped.
const LARGE: u32 = 10;
/// What is as near to a half as `2^-NEAR` is not told apart from it.
const NEAR: u32 = MANTISSA - LARGE;
/// Bits by which mantissas may grow when all are brought to one exponent: `2 * 24 + 13` leaves room for offset and sign.
const SPREAD: u32 = 13;
/// The largest `s`: a zero point of less than `2^LARGE` then has room, too.
const MOST_SHIFT: u32 = 51;
/// Values that are found to be quick, or not, together.
const TOGETHER: usize = 16;

impl Quick {
    /// Of sums that are at most `most` either way, each with its scale and bias. `None` unless all are scales; `Some(None)`
    /// where they, the biases or the range have no quick form.
    #[allow(clippy::option_option, reason = "an error, or nothing to gain")]
    pub fn new(
        scales: &[u32],
        biases: &[i32],
        most: u64,
        requant: &Requant,
    ) -> Option<Option<Self>> {
        if !scales.iter().all(|scale| is_valid_scale(*scale)) {
            return None;
        }
        // The mantissa's last bit weighs 2^(exponent - 150).
        let shift_of = |scale: &u32| 150 - (*scale >> 23) as i32;
        let shifts = || scales.iter().map(shift_of);
        let bias = biases.iter().map(|bias| bias.unsigned_abs()).max();
        let (Some(least), Some(shift), Some(bias)) = (shifts().min(), shifts().max(), bias) else {
            return Some(None);
        };
        let half = 1 << (LARGE - 1);
        let fits = [requant.zero, requant.min, requant.max]
            .iter()
            .all(|value| (-half..half).contains(value));
        let Some(limit) = (1u32 << MANTISSA).checked_sub(bias) else {
            return Some(None);
        };
        let is_spread = shift > least + SPREAD as i32;
        if !fits || least <= NEAR as i32 || is_spread || shift > MOST_SHIFT as i32 {
            return Some(None);
        }
        let step = |(scale, bias): (&u32, &i32)| {
            let mantissa = i64::from(*scale & 0x007f_ffff | 0x0080_0000);
            let fraction = mantissa << (shift - shift_of(scale)).unsigned_abs();
            let raise = (1i64 << (shift - 1)) + (1i64 << (shift - NEAR as i32));
            Step {
                fraction,
                offset: i64::from(*bias) * fraction + (i64::from(requant.zero) << shift) + raise,
            }
        };
        Some(Some(Self {
            steps: scales.iter().zip(biases).map(step).collect(),
            shift: shift.unsigned_abs(),
            mask: (1i64 << shift) - 1,
            nearest: -(1i64 << (shift - NEAR as i32 + 1)) - 1,
            min: requant.min.into(),
            max: requant.max.into(),
            limit,
            is_exact: most <= u64::from(limit),
        }))
    }

    /// Puts [`requantise`] of accumulators into `bytes`, by their sums, one for each scale. What has no quick value is asked of
    /// `slowly`, by its place; what may have none, too. `None` when that gives none.
    #[inline]
    pub fn put(
        &self,
        sums: &[i32],
        bytes: &mut [u8],
        mut slowly: impl FnMut(usize) -> Option<i32>,
    ) -> Option<()> {
        let steps = self.steps.chunks(TOGETHER);
        let chunks = bytes.chunks_mut(TOGETHER).zip(sums.chunks(TOGETHER));
        for (index, ((bytes, sums), steps)) in chunks.zip(steps).enumerate() {
            // One loop for each, so that there is no choice in it.
            let is_quick = if self.is_exact {
                self.fill::<true>(steps, sums, bytes)
            } else {
                self.fill::<false>(steps, sums, bytes)
            };
            if !is_quick {
                let first = index.wrapping_mul(TOGETHER);
                for (place, byte) in (first..).zip(bytes) {
                    *byte = slowly(place)? as u8;
                }
            }
        }
        Some(())
    }

    /// Whether all values are quick, which they otherwise are not.
    #[inline]
    fn fill<const EXACT: bool>(
        &self,
        steps: &[Step],
        sums: &[impl Copy + Into<i64>],
        bytes: &mut [u8],
    ) -> bool {
        let (mask, nearest) = (self.mask, self.nearest);
        let limit = i64::from(self.limit);
        // Negative as soon as one is.
        let mut room = 0i64;
        for ((byte, sum), step) in bytes.iter_mut().zip(sums).zip(steps) {
            let sum: i64 = (*sum).into();
            let raised = sum.wrapping_mul(step.fraction).wrapping_add(step.offset);
            room |= (raised & mask).wrapping_add(nearest);
            if !EXACT {
                room |= limit.wrapping_sub(sum.wrapping_abs());
            }
            *byte = raised.wrapping_shr(self.shift).max(self.min).min(self.max) as u8;
        }
        room >= 0
    }
}

/// `clamp(rint(f32(f32(f32(a) / f32(max(b, 1))) * scale)) + zero, min, max)`; `None` unless [`is_valid_scale`].
#[inline]
pub fn divide(a: i32, b: i32, scale: u32, requant: &Requant) -> Option<i32> {
    let numerator = Single::nearest(u64::from(a.unsigned_abs()), 0);
    let divisor = Single::nearest(u64::from(b.max(1).unsigned_abs()), 0);
    // Moved to 63 bits, and the divisor has at most 25: the quotient has at least 38, of which 24 stay. What is left of
    // the division only matters for telling a half from more than a half, so one bit behind the others is enough for it.
    let room = numerator.mantissa.leading_zeros().saturating_sub(1);
    let (moved, by) = (numerator.mantissa << (room % u64::BITS), divisor.mantissa);
    let quotient = moved / by;
    let rest = u64::from(moved % by != 0);
    let exponent = numerator.exponent - divisor.exponent - room as i32 - 1;
    let value = Single::nearest(quotient << 1 | rest, exponent);
    scaled(value, a < 0, scale, requant)
}

/// `clamp(rint(f32(f32(sqrt(f32(max(x, 0)))) * scale)) + zero, min, max)`; `None` unless [`is_valid_scale`].
#[inline]
pub fn square_root(x: i32, scale: u32, requant: &Requant) -> Option<i32> {
    let radicand = Single::nearest(u64::from(x.max(0).unsigned_abs()), 0);
    // An even exponent, and at least 61 bits: the root has 31 or more. See the quotient for the rest.
    let room = radicand.mantissa.leading_zeros().saturating_sub(1);
    let room = room - (room + radicand.exponent.unsigned_abs()) % 2;
    let moved = radicand.mantissa << (room % u64::BITS);
    let root = moved.isqrt();
    let rest = u64::from(root * root != moved);
    let exponent = (radicand.exponent - room as i32) / 2 - 1;
    scaled(
        Single::nearest(root << 1 | rest, exponent),
        false,
        scale,
        requant,
    )
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

    /// Accumulators whose product with a scale is near a half.
    fn near_half(scale: u32, half: i64, off: i64) -> i32 {
        let exact = (half as f64 + 0.5) / f64::from(f32::from_bits(scale));
        (exact.round() as i64 + off).clamp(-(1 << 31), (1 << 31) - 1) as i32
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60_000))]
        #[test]
        fn quick_value_should_equal_hardware(
            accs in prop::collection::vec(acc(), 1..4),
            halves in prop::collection::vec((-300i64..300, -1i64..=1), 1..4),
            base in 127u32 - 30..127 + 2,
            scales in prop::collection::vec((0u32..16, prop_oneof![Just(0u32), 0u32..1 << 23]), 1..4),
            ends in any::<(u8, u8, u8)>(),
            signed in any::<bool>(),
            bias in prop_oneof![Just(0), -(1i32 << 23)..1 << 23],
        ) {
            let scales: Vec<u32> = scales.iter().map(|(e, f)| (base + e) << 23 | f).collect();
            let of = |byte: u8| if signed { i32::from(byte as i8) } else { i32::from(byte) };
            let (zero, a, b) = (of(ends.0), of(ends.1), of(ends.2));
            let requant = Requant { zero, min: a.min(b), max: a.max(b) };
            let biases: Vec<i32> = (0..scales.len()).map(|place| if place == 0 { bias } else { 0 }).collect();
            for most in [1 << 31, 0] {
                let Some(quick) = Quick::new(&scales, &biases, most, &requant).unwrap() else {
                    continue;
                };
                for acc in accs.iter().copied().chain(halves.iter().map(|(half, off)| near_half(scales[0], *half, *off))) {
                    if most == 0 && acc.unsigned_abs() > 1 << 23 {
                        continue;
                    }
                    let sums: Vec<i32> = biases.iter().map(|bias| acc.wrapping_sub(*bias)).collect();
                    let mut bytes = vec![0; sums.len()];
                    let expected = |place: usize| hardware(acc, scales[place], &requant);
                    quick.put(&sums, &mut bytes, |place| Some(expected(place)));
                    for (place, byte) in bytes.iter().enumerate() {
                        prop_assert_eq!(*byte, expected(place) as u8, "{} by {:x}", acc, scales[place]);
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60_000))]
        #[test]
        fn quick_value_of_one_output_should_equal_hardware(
            accs in prop::collection::vec(-(1i32 << 24)..=1 << 24, 1..4),
            small in prop::collection::vec(-70_000i32..70_000, 1..4),
            halves in prop::collection::vec((-300i64..300, -1i64..=1), 1..8),
            // Up to sizes that have no such form, on either side.
            scale in (127u32 - 45..127 + 9, prop_oneof![Just(0u32), 0u32..1 << 23]),
            ends in any::<(u8, u8, u8)>(),
            signed in any::<bool>(),
            bias in prop_oneof![Just(0), -1_000_000i32..1_000_000],
            raise in prop_oneof![Just(0), Just(1 << 20)],
        ) {
            let scale = scale.0 << 23 | scale.1;
            let of = |byte: u8| if signed { i32::from(byte as i8) } else { i32::from(byte) };
            let (zero, a, b) = (of(ends.0), of(ends.1), of(ends.2));
            let requant = Requant { zero, min: a.min(b), max: a.max(b) };
            let values = values_of(&requant);
            let near = halves.iter().map(|(half, off)| near_half(scale, *half, *off));
            let accs: Vec<i32> = accs.iter().chain(&small).copied().chain(near).collect();
            for most in [1 << 16, 1 << 20, 1 << 23] {
                let Some(quick) = QuickOne::new(scale, bias, (most, raise), &requant) else {
                    continue;
                };
                let is_met = |acc: &i32| acc.saturating_sub(bias).unsigned_abs() <= most;
                let met: Vec<i32> = accs.iter().copied().filter(is_met).collect();
                for three in met.windows(3) {
                    let sums = [0, 1, 2].map(|place: usize| i64::from(three[place] - bias) + i64::from(raise));
                    let Some(bytes) = quick.bytes(sums, &values) else {
                        continue;
                    };
                    for (byte, acc) in bytes.iter().zip(three) {
                        prop_assert_eq!(*byte, hardware(*acc, scale, &requant) as u8, "{} by {:x}", acc, scale);
                    }
                }
            }
        }
    }

    const SIGNED: Requant = Requant {
        zero: 0,
        min: -128,
        max: 127,
    };

    fn quick(scales: &[f32], biases: &[i32], most: u64, requant: &Requant) -> Option<Quick> {
        let bits: Vec<u32> = scales.iter().map(|scale| scale.to_bits()).collect();
        Quick::new(&bits, biases, most, requant).unwrap()
    }

    /// The byte of one accumulator; `None` where it is asked for.
    fn value(quick: &Quick, sum: i32) -> Option<i32> {
        let (mut byte, mut is_quick) = ([0], true);
        quick.put(&[sum], &mut byte, |_| {
            is_quick = false;
            Some(0)
        })?;
        is_quick.then_some(i32::from(byte[0] as i8))
    }

    /// Scales of real layers have a quick form, and most of their accumulators a quick value.
    #[test]
    fn most_accumulators_should_have_a_quick_value() {
        let scales = [0.0021f32, 0.013, 0.0007];
        let requant = Requant {
            zero: 3,
            min: 0,
            max: 255,
        };
        let quick = quick(&scales, &[0; 3], 1 << 20, &requant).unwrap();
        let accs = (-1_000_000i32..1_000_000).step_by(37);
        let found = accs.clone().filter(|acc| value(&quick, *acc).is_some());
        assert!(found.count() * 1_000 > accs.count() * 999);
    }

    /// The byte of one sum of one output; `None` where it is not quick.
    fn one_value(quick: &QuickOne, sum: i64) -> Option<i32> {
        let bytes = quick.bytes([sum; 3], &values_of(&SIGNED))?;
        Some(i32::from(bytes[0] as i8))
    }

    fn one(scale: f32, bias: i32, most: u32) -> Option<QuickOne> {
        QuickOne::new(scale.to_bits(), bias, (most, 0), &SIGNED)
    }

    #[test]
    fn most_sums_of_one_output_should_have_a_quick_value() {
        for scale in [0.0021f32, 0.013, 0.0007] {
            let quick = one(scale, 0, 1 << 20).unwrap();
            // As far as values are looked up.
            let most = (2_000.0 / scale).min(1_000_000.0) as i64;
            let sums = (-most..most).step_by(37);
            let found = sums.clone().filter(|sum| one_value(&quick, *sum).is_some());
            assert!(found.count() * 1_000 > sums.count() * 998, "{scale}");
        }
    }

    /// Each of the three is asked for, and what is beyond all values.
    #[test]
    fn what_is_near_a_half_or_far_away_should_have_no_quick_value_of_one_output() {
        let quick = one(0.5, 0, 1 << 20).unwrap();
        let of = |sums: [i64; 3]| quick.bytes(sums, &values_of(&SIGNED));
        assert_eq!(of([2, 4, 6]), Some([1, 2, 3]));
        for place in 0..3 {
            for sum in [3, -3, 4_096, -4_098] {
                let mut sums = [2; 3];
                sums[place] = sum;
                assert_eq!(of(sums), None, "{sum} at {place}");
            }
        }
        // The first and the last value that are looked up.
        assert_eq!(of([4_094, -4_096, 0]), Some([127, 128, 0]));
    }

    #[test]
    fn one_output_should_have_no_quick_form_beyond_what_is_exact() {
        // Accumulators up to 2^24, bias and all.
        assert!(one(1.5, 1_000, (1 << 24) - 1_000).is_some());
        assert!(one(1.5, 1_000, (1 << 24) - 999).is_none());
        assert!(one(1.5, -1_000, (1 << 24) - 999).is_none());
        assert!(one(1.5, i32::MIN, u32::MAX).is_none());
        // Scales below 2^6, and not so small that many accumulators make a value.
        assert!(one(63.999, 0, 1 << 20).is_some() && one(64.0, 0, 1 << 20).is_none());
        assert!(one(0.000_1, 0, 1_572_862).is_some() && one(0.000_1, 0, 1_572_864).is_none());
        assert!(one(1e-18, 0, 1 << 20).is_some());
        assert!(one(-0.01, 0, 1).is_none() && one(f32::NAN, 0, 1).is_none());
        for beyond in [512, -513] {
            for requant in [
                Requant {
                    zero: beyond,
                    ..SIGNED
                },
                Requant {
                    min: beyond,
                    ..SIGNED
                },
                Requant {
                    max: beyond,
                    ..SIGNED
                },
            ] {
                let of = QuickOne::new(0.01f32.to_bits(), 0, (1, 0), &requant);
                assert!(of.is_none(), "{beyond}");
            }
        }
    }

    /// Singles count to 2^24, and quick values go so far, whatever a bias takes of it.
    #[test]
    fn last_exact_accumulators_should_have_a_quick_value() {
        let exact = 1i32 << MANTISSA;
        let of = |bias: i32, most: u64| quick(&[0.013], &[bias], most, &SIGNED).unwrap();
        let each = of(0, 1 << 31);
        assert_eq!(
            (value(&each, exact), value(&each, -exact)),
            (Some(127), Some(-128))
        );
        assert_eq!(
            (value(&each, exact + 7), value(&each, -exact - 7)),
            (None, None)
        );
        let less = of(-1_000, 1 << 31);
        assert_eq!(value(&less, exact - 1_000), Some(127));
        assert_eq!(value(&less, exact - 999), None);
        assert_eq!(value(&less, i32::MIN), None);
        // Nothing is asked of a sum where none can be larger.
        let (most, more) = (of(1_000, (1 << 24) - 1_000), of(1_000, (1 << 24) - 999));
        assert_eq!(value(&most, exact - 999), Some(127));
        assert_eq!(value(&more, exact - 999), None);
        // All of the bias: nothing but zero is left.
        let none = of(exact, 1 << 31);
        assert_eq!((value(&none, 0), value(&none, 1)), (Some(127), None));
        assert!(quick(&[0.013], &[exact + 1], 0, &SIGNED).is_none());
    }

    /// Exactly as much as may be is asked for: sixteen together, of which one is near a half.
    #[test]
    fn neighbours_of_what_is_near_a_half_should_be_asked_for_with_it() {
        let count = 2 * TOGETHER + 3;
        let quick = quick(&vec![0.5; count], &vec![0; count], 1 << 20, &SIGNED).unwrap();
        let mut sums = vec![2; count];
        sums[TOGETHER] = 3;
        let (mut bytes, mut asked) = (vec![0; count], Vec::new());
        quick.put(&sums, &mut bytes, |place| {
            asked.push(place);
            Some(place as i32)
        });
        assert_eq!(asked, (TOGETHER..2 * TOGETHER).collect::<Vec<_>>());
        let expected = (0..count as u8).map(|place| {
            if asked.contains(&place.into()) {
                place
            } else {
                1
            }
        });
        assert_eq!(bytes, expected.collect::<Vec<_>>());
        assert_eq!(quick.put(&sums, &mut bytes, |_| None), None);
    }

    #[test]
    fn what_has_no_quick_form_should_have_none() {
        let with = |scales: &[f32], requant: &Requant| {
            quick(scales, &vec![0; scales.len()], 0, requant).is_some()
        };
        assert!(with(&[0.01, 0.02], &SIGNED));
        // Too far from each other; too large; too small; beyond 8 bits; none.
        assert!(!with(&[0.01, 0.01 / 20_000.0], &SIGNED));
        assert!(!with(&[4_096.0], &SIGNED));
        assert!(!with(&[1e-15], &SIGNED));
        assert!(!with(&[0.01], &WIDE));
        assert!(!with(&[], &SIGNED));
        // The smallest, and the next.
        let smallest = 2f32.powi(-28);
        assert!(with(&[smallest], &SIGNED));
        assert!(!with(&[smallest / 2.0], &SIGNED));
        let none = |scales: &[f32]| {
            let bits: Vec<u32> = scales.iter().map(|scale| scale.to_bits()).collect();
            Quick::new(&bits, &vec![0; bits.len()], 0, &SIGNED).is_none()
        };
        assert!(none(&[0.01, -0.01]));
        assert!(none(&[f32::NAN]));
    }

    /// What follows the quotient, or the root, of singles.
    fn settled(value: f32, scale: u32, requant: &Requant) -> i32 {
        let rounded = (value * f32::from_bits(scale)).round_ties_even();
        // A zero point of 2^23 is more than a single adds exactly.
        (f64::from(rounded) + f64::from(requant.zero))
            .max(f64::from(requant.min))
            .min(f64::from(requant.max)) as i32
    }

    fn divided(a: i32, b: i32, scale: u32, requant: &Requant) -> i32 {
        settled(a as f32 / b.max(1) as f32, scale, requant)
    }

    fn rooted(x: i32, scale: u32, requant: &Requant) -> i32 {
        settled((x.max(0) as f32).sqrt(), scale, requant)
    }

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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60_000))]
        #[test]
        fn quotient_should_equal_hardware(a in acc(), b in acc(), scale in scale(), zero in -(1 << 23)..1i32 << 23) {
            for requant in [WIDE, Requant { zero, ..WIDE }, Requant { zero: zero >> 16, min: -128, max: 127 }] {
                prop_assert_eq!(divide(a, b, scale, &requant), Some(divided(a, b, scale, &requant)));
                // Divisors that are positive, and quotients that are short.
                let b = b.saturating_abs() >> (a & 31);
                prop_assert_eq!(divide(a, b, scale, &requant), Some(divided(a, b, scale, &requant)));
            }
        }

        #[test]
        fn root_should_equal_hardware(x in acc(), scale in scale(), zero in -(1 << 23)..1i32 << 23) {
            for requant in [WIDE, Requant { zero, ..WIDE }, Requant { zero: zero >> 16, min: -128, max: 127 }] {
                for x in [x, x.saturating_abs()] {
                    prop_assert_eq!(square_root(x, scale, &requant), Some(rooted(x, scale, &requant)));
                }
            }
        }

        #[test]
        fn wide_requantisation_should_equal_hardware(acc in acc(), scale in scale(), zero in -(1 << 23)..1i32 << 23) {
            let requant = Requant { zero, ..WIDE };
            prop_assert_eq!(requantise(acc, scale, &requant), Some(settled(acc as f32, scale, &requant)));
        }
    }

    /// Scales that show every bit of a value of this size.
    fn magnifiers(value: f32) -> [u32; 2] {
        let exponent = value.to_bits() >> 23;
        let scale = f32::from_bits((127 + 22 + 127 - exponent) << 23);
        [scale.to_bits(), (scale * 0.7).to_bits()]
    }

    #[test]
    fn root_of_every_square_and_its_neighbours_should_equal_hardware() {
        let squares = (0..46_341i32).map(|side| side * side);
        let powers = (0..31).map(|bits| 1i32 << bits);
        for middle in squares.chain(powers).chain([i32::MAX, i32::MIN]) {
            for x in [middle.saturating_sub(1), middle, middle.saturating_add(1)] {
                for scale in magnifiers((x.max(1) as f32).sqrt()) {
                    assert_eq!(
                        square_root(x, scale, &WIDE),
                        Some(rooted(x, scale, &WIDE)),
                        "{x}"
                    );
                }
            }
        }
    }

    #[test]
    fn quotient_of_small_numbers_should_equal_hardware() {
        for a in -300i32..300 {
            for b in -1i32..300 {
                for scale in magnifiers(a.abs().max(1) as f32 / b.max(1) as f32) {
                    let expected = divided(a, b, scale, &WIDE);
                    assert_eq!(divide(a, b, scale, &WIDE), Some(expected), "{a} / {b}");
                }
            }
        }
        let unscaled = 1f32.to_bits();
        assert_eq!(divide(7, 0, unscaled, &WIDE), Some(7));
        assert_eq!(divide(7, -3, unscaled, &WIDE), Some(7));
        assert_eq!(divide(i32::MIN, 1 << 30, unscaled, &WIDE), Some(-2));
        assert_eq!(divide(5, 2, unscaled, &WIDE), Some(2));
        assert_eq!(divide(-7, 2, unscaled, &WIDE), Some(-4));
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
            assert_eq!(divide(1, 1, bits, &WIDE), None);
            assert_eq!(square_root(1, bits, &WIDE), None);
        }
        assert!(is_valid_scale((2f32.powi(60)).to_bits()));
        assert!(is_valid_scale((2f32.powi(-60)).to_bits()));
        assert!(!is_valid_scale((2f32.powi(60)).to_bits() + 1));
    }
}
