//! From sums of products to an output's bytes: bias and requantisation, row by row.

use crate::graph::{DType, Requant};
use crate::requantise::{requantise, values_of, Quick, QuickOne, Values};
use crate::tensor::write;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What follows the sums of some outputs, for many positions.
pub(super) struct Settling<'r> {
    biases: Vec<i32>,
    /// Scales as bits, with what they are requantised by; `None` where the accumulators are the output.
    scaling: Option<Scaling<'r>>,
    dtype: DType,
}

struct Scaling<'r> {
    requant: &'r Requant,
    scales: Vec<u32>,
    /// The fast form of scales and requantisation, where they have one.
    quick: Option<Quick>,
}

impl<'r> Settling<'r> {
    /// One bias and, with `requant`, one scale for each output, whose sums are at most `most` either way. `None` when a scale
    /// is none.
    pub(super) fn new(
        dtype: DType,
        most: u64,
        biases: Vec<i32>,
        scaling: Option<(&'r Requant, Vec<u32>)>,
    ) -> Option<Self> {
        let scaling = match scaling {
            None => None,
            Some((requant, scales)) => Some(Scaling {
                quick: match dtype {
                    DType::U8 | DType::I8 => Quick::new(&scales, &biases, most, requant)?,
                    DType::I32 | DType::F32 => None,
                },
                requant,
                scales,
            }),
        };
        Some(Self {
            biases,
            scaling,
            dtype,
        })
    }

    /// Of sums that are less than `raise` either way, and given as `raise` more than they are. `None` where they have no fast form.
    pub(super) fn raised(&self, raise: i32) -> Option<Raised<'_>> {
        let scaling = self.scaling.as_ref()?;
        if matches!(self.dtype, DType::I32 | DType::F32) {
            return None;
        }
        let range = (raise.unsigned_abs(), raise);
        let one =
            |(bias, scale): (&i32, &u32)| QuickOne::new(*scale, *bias, range, scaling.requant);
        let ones = self.biases.iter().zip(&scaling.scales).map(one);
        Some(Raised {
            values: values_of(scaling.requant),
            ones: ones.collect::<Option<_>>()?,
            settling: self,
            raise,
        })
    }

    /// Appends the bytes of a position's outputs. `None` when one has no value.
    #[inline(never)]
    pub(super) fn put(&self, sums: &[i32], bytes: &mut Vec<u8>) -> Option<()> {
        let accumulators = sums.iter().zip(&self.biases);
        let Some(scaling) = &self.scaling else {
            for (sum, bias) in accumulators {
                write(self.dtype, sum.checked_add(*bias)?, bytes);
            }
            return Some(());
        };
        let Some(quick) = &scaling.quick else {
            for ((sum, bias), scale) in accumulators.zip(&scaling.scales) {
                let acc = sum.checked_add(*bias)?;
                write(self.dtype, requantise(acc, *scale, scaling.requant)?, bytes);
            }
            return Some(());
        };
        let start = bytes.len();
        bytes.resize(start.checked_add(sums.len())?, 0);
        quick.put(sums, bytes.get_mut(start..)?, |place| {
            let (sum, bias) = (*sums.get(place)?, *self.biases.get(place)?);
            slowly(sum, bias, *scaling.scales.get(place)?, scaling.requant)
        })
    }
}

/// What follows sums that are raised so that none is negative.
pub(super) struct Raised<'r> {
    pub(super) values: Box<Values>,
    ones: Vec<QuickOne>,
    settling: &'r Settling<'r>,
    raise: i32,
}

impl Raised<'_> {
    /// What makes bytes of an output's sums.
    pub(super) fn one(&self, place: usize) -> Option<QuickOne> {
        self.ones.get(place).copied()
    }

    /// The byte of an output's sum. `None` when it has none.
    #[cold]
    #[inline(never)]
    pub(super) fn byte(&self, place: usize, sum: i64) -> Option<u8> {
        if let Some([byte, ..]) = self.ones.get(place)?.bytes([sum; 3], &self.values) {
            return Some(byte);
        }
        let scaling = self.settling.scaling.as_ref()?;
        let sum = i32::try_from(sum).ok()?.checked_sub(self.raise)?;
        let (bias, scale) = (
            *self.settling.biases.get(place)?,
            *scaling.scales.get(place)?,
        );
        slowly(sum, bias, scale, scaling.requant).map(|value| value as u8)
    }
}

#[cold]
#[inline(never)]
fn slowly(sum: i32, bias: i32, scale: u32, requant: &Requant) -> Option<i32> {
    requantise(sum.checked_add(bias)?, scale, requant)
}
