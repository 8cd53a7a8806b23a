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
    /// One bias and, with `requant`, one scale for each output. `None` when a scale is none.
    pub(super) fn new(
        dtype: DType,
        biases: Vec<i32>,
        scaling: Option<(&'r Requant, Vec<u32>)>,
    ) -> Option<Self> {
        let scaling = match scaling {
            None => None,
            Some((requant, scales)) => Some(Scaling {
                quick: match dtype {
                    DType::U8 | DType::I8 => Quick::new(&scales, requant)?,
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
    #[inline]
    pub(super) fn put(&self, sums: &[i32], bytes: &mut Vec<u8>) -> Option<()> {
        let accumulators = sums.iter().zip(&self.biases);
        let Some(scaling) = &self.scaling else {
            for (sum, bias) in accumulators {
                write(self.dtype, sum.checked_add(*bias)?, bytes);
            }
            return Some(());
        };
        let scales = accumulators.zip(&scaling.scales);
        let Some(quick) = &scaling.quick else {
            for ((sum, bias), scale) in scales {
                let acc = sum.checked_add(*bias)?;
                write(self.dtype, requantise(acc, *scale, scaling.requant)?, bytes);
            }
            return Some(());
        };
        let start = bytes.len();
        bytes.resize(start.checked_add(sums.len())?, 0);
        let slots = bytes.get_mut(start..)?;
        for ((slot, ((sum, bias), scale)), fraction) in
            slots.iter_mut().zip(scales).zip(quick.fractions())
        {
            let acc = i64::from(*sum).wrapping_add(i64::from(*bias));
            let value = match quick.value(acc, *fraction) {
                Some(value) => value,
                None => slowly(*sum, *bias, *scale, scaling.requant)?,
            };
            *slot = value as u8;
        }
        Some(())
    }
}

#[cold]
#[inline(never)]
fn slowly(sum: i32, bias: i32, scale: u32, requant: &Requant) -> Option<i32> {
    requantise(sum.checked_add(bias)?, scale, requant)
}
