//! Windows that slide over images: the convolution and the poolings of version 1.

use super::{dims4, ensure, in_range, Fault, Inputs, Kernel, NodeFault};
use crate::graph::{TensorSpec, Window};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Conv {
    pub(crate) x: [u32; 4],
    pub(crate) w: [u32; 4],
    pub(crate) y: [u32; 4],
    pub(crate) groups: u32,
    pub(crate) strides: [u32; 2],
    pub(crate) pads: [u32; 4],
    pub(crate) dilations: [u32; 2],
}

/// Output positions of a sliding window along one axis.
pub(super) fn slides(
    size: u32,
    extent: u32,
    before: u32,
    after: u32,
    stride: u32,
) -> Result<u32, NodeFault> {
    let padded = u64::from(size) + u64::from(before) + u64::from(after);
    let room = padded
        .checked_sub(u64::from(extent))
        .ok_or(NodeFault::InputShape)?;
    u32::try_from(room / u64::from(stride) + 1).map_err(|_| NodeFault::Shape)
}

pub(super) fn pool(x: &TensorSpec, window: &Window) -> Result<([u32; 4], [u32; 4]), NodeFault> {
    let xd = dims4(x)?;
    in_range(&window.kernel, 1)?;
    in_range(&window.strides, 1)?;
    in_range(&window.pads, 0)?;
    let [top, left, bottom, right] = window.pads;
    let [height, width] = window.kernel;
    ensure(
        top < height && bottom < height && left < width && right < width,
        NodeFault::Attribute,
    )?;
    let y = [
        xd[0],
        xd[1],
        slides(xd[2], height, top, bottom, window.strides[0])?,
        slides(xd[3], width, left, right, window.strides[1])?,
    ];
    Ok((xd, y))
}

impl Kernel {
    pub(super) fn conv<I: Inputs>(
        &self,
        conv: &Conv,
        at: u32,
        inputs: &mut I,
    ) -> Result<i32, Fault> {
        let Conv {
            x: [_, channels, height, width],
            w: [_, depth, kernel_h, kernel_w],
            y: [_, outs, y_h, y_w],
            ..
        } = *conv;
        let (row, column) = (at / y_w % y_h, at % y_w);
        let (out, batch) = (at / y_w / y_h % outs, at / y_w / y_h / outs);
        let first = out / (outs / conv.groups) * depth;
        let mut sum = 0i64;
        for kh in 0..kernel_h {
            let Some(h) =
                (row * conv.strides[0] + kh * conv.dilations[0]).checked_sub(conv.pads[0])
            else {
                continue;
            };
            if h >= height {
                continue;
            }
            for kw in 0..kernel_w {
                let Some(w) =
                    (column * conv.strides[1] + kw * conv.dilations[1]).checked_sub(conv.pads[1])
                else {
                    continue;
                };
                if w >= width {
                    continue;
                }
                let x = ((batch * channels + first) * height + h) * width + w;
                let weight = (out * depth * kernel_h + kh) * kernel_w + kw;
                sum += inputs.dot(
                    self.run(0, x, height * width),
                    self.run(1, weight, kernel_h * kernel_w),
                    depth,
                )?;
            }
        }
        self.finish(sum, out, inputs)
    }

    pub(super) fn pool<I: Inputs>(
        &self,
        x: &[u32; 4],
        y: &[u32; 4],
        window: &Window,
        max: bool,
        at: u32,
        inputs: &mut I,
    ) -> Result<i32, Fault> {
        let [_, _, height, width] = *x;
        let [_, channels, y_h, y_w] = *y;
        let (row, column, plane) = (at / y_w % y_h, at % y_w, at / y_w / y_h);
        let (mut sum, mut best) = (0i64, None::<i32>);
        for kh in 0..window.kernel[0] {
            let Some(h) = (row * window.strides[0] + kh).checked_sub(window.pads[0]) else {
                continue;
            };
            if h >= height {
                continue;
            }
            for kw in 0..window.kernel[1] {
                let Some(w) = (column * window.strides[1] + kw).checked_sub(window.pads[1]) else {
                    continue;
                };
                if w >= width {
                    continue;
                }
                let value = inputs.get(0, (plane * height + h) * width + w)?;
                sum += i64::from(value - self.x_zero);
                best = Some(best.map_or(value, |so_far| so_far.max(value)));
            }
        }
        if max {
            best.ok_or(Fault::Missing)
        } else {
            self.finish(sum, plane % channels, inputs)
        }
    }
}
