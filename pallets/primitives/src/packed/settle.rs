//! From sums of products to an output's bytes: bias and requantisation, row by row.

use crate::graph::{DType, Requant};
use crate::requantise::{requantise, Quick};
use crate::tensor::write;
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

    /// Of sums that are `raise` more than they are, and not negative; less than twice that. `None` where they have no fast form.
    pub(super) fn raised(&self, raise: u32) -> Option<Raised<'_>> {
        let scaling = self.scaling.as_ref()?;
        scaling.quick.as_ref()?;
        let raise = i32::try_from(raise).ok()?;
        let less = |bias: &i32| bias.checked_sub(raise);
        let biases = self.biases.iter().map(less).collect::<Option<Vec<_>>>()?;
        let most = raise.unsigned_abs().checked_mul(2)?;
        let quick = Quick::new(&scaling.scales, &biases, most.into(), scaling.requant)??;
        quick.is_exact().then_some(Raised {
            quick,
            biases,
            scaling,
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
    quick: Quick,
    biases: Vec<i32>,
    scaling: &'r Scaling<'r>,
}

impl Raised<'_> {
    /// Puts the bytes of the outputs from `place` on, as many as there are slots, by their sums. `None` when one has no value.
    #[inline]
    pub(super) fn put(&self, place: usize, sums: &[i64], bytes: &mut [u8]) -> Option<()> {
        if self.quick.put_exact(place, sums, bytes)? {
            return Some(());
        }
        self.put_slowly(place, sums, bytes)
    }

    #[cold]
    #[inline(never)]
    fn put_slowly(&self, place: usize, sums: &[i64], bytes: &mut [u8]) -> Option<()> {
        let biases = self.biases.get(place..)?;
        let scales = self.scaling.scales.get(place..)?;
        for (((byte, sum), bias), scale) in bytes.iter_mut().zip(sums).zip(biases).zip(scales) {
            let sum = i32::try_from(*sum).ok()?;
            *byte = slowly(sum, *bias, *scale, self.scaling.requant)? as u8;
        }
        Some(())
    }
}

#[cold]
#[inline(never)]
fn slowly(sum: i32, bias: i32, scale: u32, requant: &Requant) -> Option<i32> {
    requantise(sum.checked_add(bias)?, scale, requant)
}
