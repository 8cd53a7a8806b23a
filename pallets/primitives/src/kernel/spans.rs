//! How much of an input a whole tile of the output depends on, at most.
//!
//! A tile of layout version 2 has a thousand elements, and so many times what one of them depends on is far too much: most
//! operators read for neighbours what lies side by side. Of layout version 1 nothing is said here, so that what was said of
//! its graphs at registration stays what it was.

use super::places::Broadcast;
use super::{Kernel, Shape};
use crate::tensor::{Geometry, Layout};

/// Steps from one place to another that so many neighbours are apart at most, when each `of` of them share a place.
fn groups(neighbours: u32, of: u32) -> u64 {
    u64::from(neighbours.saturating_sub(1).div_ceil(of.max(1))).saturating_add(1)
}

/// Windows that slide over the rows and columns of an image.
struct Sliding {
    kernel: [u32; 2],
    stride: u32,
    dilation: u32,
    /// Channels and columns of the output.
    output: [u32; 2],
    /// Channels and columns of the input.
    input: [u32; 2],
}

impl Kernel {
    /// Tiles of input `input` that one tile of the output can touch; `None` where no more is known than for each element.
    pub(crate) fn tiles_per_tile(&self, input: usize) -> Option<u64> {
        let geometry = self.inputs.get(input)?;
        if geometry.layout() == Layout::One {
            return None;
        }
        let neighbours = self.output.elements_per_tile().min(self.output.elements());
        let side_by_side = || Some(run(geometry, neighbours.into()));
        match (&self.shape, input) {
            (
                Shape::Elementwise { .. }
                | Shape::Table { .. }
                | Shape::Lookup { .. }
                | Shape::SquareRoot
                | Shape::Copy,
                0,
            )
            | (
                Shape::Add { .. }
                | Shape::Binary {
                    broadcast: Broadcast::Same,
                    ..
                },
                0 | 1,
            ) if self.output.orders_like(geometry) => side_by_side(),
            // Both put what they take between other things, in its order.
            (Shape::Concat(_), _) | (Shape::Pad { .. }, 0) => side_by_side(),
            (Shape::MatMul { depth, columns }, 0) => {
                let rows = groups(neighbours, *columns);
                Some(run(geometry, rows.saturating_mul(u64::from(*depth))))
            }
            (Shape::MatMul { depth, .. }, 1) => {
                // The last columns and the first, perhaps.
                let read = u64::from(neighbours).saturating_mul(u64::from(*depth));
                Some(run(geometry, read).saturating_add(2))
            }
            (Shape::Conv(conv), 0) => Some(self.sliding(
                geometry,
                neighbours,
                &Sliding {
                    kernel: [conv.w[2], conv.w[3]],
                    stride: conv.strides[1],
                    dilation: conv.dilations[1],
                    output: [conv.y[1], conv.y[3]],
                    input: [conv.x[1], conv.x[3]],
                },
            )),
            (Shape::Pool { x, y, window, .. }, 0) => Some(self.sliding(
                geometry,
                neighbours,
                &Sliding {
                    kernel: window.kernel,
                    stride: window.strides[1],
                    dilation: 1,
                    output: [y[1], y[3]],
                    input: [x[1], x[3]],
                },
            )),
            // All channels of a pixel read the same pixels.
            (Shape::Transposed(conv), 0) => {
                let pixels = groups(neighbours, conv.outs()).saturating_mul(conv.runs());
                Some(pixels.saturating_mul(run(geometry, conv.channels().into())))
            }
            (Shape::Resize(resize), 0) => {
                let pixels = groups(neighbours, resize.channels()).saturating_mul(4);
                Some(pixels.saturating_mul(run(geometry, resize.channels().into())))
            }
            _ => None,
        }
    }

    /// For each row of the output and each of the window, one run of pixels.
    fn sliding(&self, geometry: &Geometry, neighbours: u32, sliding: &Sliding) -> u64 {
        let Sliding {
            kernel: [height, width],
            stride,
            dilation,
            output: [channels_out, columns_out],
            input: [channels, columns],
        } = *sliding;
        let pixels = groups(neighbours, channels_out);
        let lines = groups(u32::try_from(pixels).unwrap_or(u32::MAX), columns_out);
        let steps = pixels
            .min(u64::from(columns_out))
            .saturating_sub(1)
            .saturating_mul(u64::from(stride));
        let reach = u64::from(width.saturating_sub(1)).saturating_mul(u64::from(dilation));
        let read = steps
            .saturating_add(reach)
            .saturating_add(1)
            .min(u64::from(columns))
            .saturating_mul(u64::from(channels));
        lines
            .saturating_mul(u64::from(height))
            .saturating_mul(run(geometry, read))
    }
}

/// Tiles that so many elements side by side lie in, at most.
fn run(geometry: &Geometry, elements: u64) -> u64 {
    let bytes = elements.saturating_mul(u64::from(geometry.dtype.size()));
    let full = u64::from(geometry.layout().tile_bytes());
    bytes.saturating_sub(1).div_ceil(full).saturating_add(1)
}
