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

#[cold]
#[inline(never)]
fn slowly(sum: i32, bias: i32, scale: u32, requant: &Requant) -> Option<i32> {
    requantise(sum.checked_add(bias)?, scale, requant)
}
