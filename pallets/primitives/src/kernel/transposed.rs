//! The transposed convolution: where a convolution gathers, it spreads, and so an output element gathers what was spread
//! onto it.

use super::{
    check_accumulator, check_bias, check_scaling, dims4, ensure, in_range, reach, Conv, Fault,
    Inputs, Kernel, NodeFault, Resolved, Scales, Shape,
};
use crate::graph::{Node, Op, TensorSpec};

/// The filter's places along one axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    input: u32,
    output: u32,
    filter: u32,
    stride: u32,
    before: u32,
    dilation: u32,
    /// From one place of the filter that meets an input to the next: others fall between two inputs.
    period: u32,
}

impl Axis {
    /// Places of the filter that meet an input for one output, at most.
    fn taps(&self) -> u32 {
        self.filter.div_ceil(self.period)
    }

    /// Places looked at before the first is found, at most.
    fn search(&self) -> u32 {
        self.filter.min(self.period)
    }

    /// Whether the output has a size that the operator can have.
    fn check(&self, after: u32) -> Result<(), NodeFault> {
        let [input, output, filter, stride, before, dilation, after] = [
            self.input,
            self.output,
            self.filter,
            self.stride,
            self.before,
            self.dilation,
            after,
        ]
        .map(i64::from);
        // All of them within 28 and 12 bits.
        let least = (input - 1) * stride + (filter - 1) * dilation + 1 - before - after;
        ensure((least..least + stride).contains(&output), NodeFault::Output)
    }

    /// First place of the filter that meets an input for output `at`, whether the input is there or not.
    fn first(&self, at: u32) -> Option<u32> {
        (0..self.search()).find(|tap| {
            // Modulo the stride, so that places beyond the input's beginning are found as well.
            let reach = tap * self.dilation % self.stride;
            (at + self.before) % self.stride == reach
        })
    }

    /// The places of the filter that meet an input for output `at`, and that input.
    fn meets(self, at: u32, first: Option<u32>) -> impl Iterator<Item = (u32, u32)> {
        let from = first.unwrap_or(self.filter);
        (from..self.filter)
            .step_by(self.period as usize)
            .filter_map(move |tap| {
                let spread = (at + self.before).checked_sub(tap * self.dilation)?;
                let place = spread / self.stride;
                (place < self.input).then_some((tap, place))
            })
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Transposed {
    depth: u32,
    channels: u32,
    outs: u32,
    groups: u32,
    rows: Axis,
    columns: Axis,
}

impl Transposed {
    /// Products of runs for one output, at most.
    pub(super) fn runs(&self) -> u64 {
        u64::from(self.rows.taps()) * u64::from(self.columns.taps())
    }

    /// Places of the filter looked at for one output, besides.
    pub(super) fn steps(&self) -> u64 {
        u64::from(self.rows.search()) + u64::from(self.columns.search())
    }

    /// Output channels.
    pub(super) fn outs(&self) -> u32 {
        self.outs
    }

    /// Input channels.
    pub(super) fn channels(&self) -> u32 {
        self.channels
    }

    /// Length of a run.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// Weights of one output channel.
    pub(super) fn weights(&self) -> u32 {
        self.depth
            .saturating_mul(self.rows.filter)
            .saturating_mul(self.columns.filter)
    }
}

/// A transposed convolution no two of whose windows meet: every place of its filter is a convolution of one pixel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    /// Of one place: from the image to one of its size.
    pub(crate) conv: Conv,
    /// Rows and columns of the filter, at most those of the stride.
    pub(crate) filter: [u32; 2],
    pub(crate) strides: [u32; 2],
    /// Rows and columns of the output.
    pub(crate) output: [u32; 2],
}

impl Axis {
    /// Whether windows neither meet nor leave the output, so that each input meets each place of the filter.
    fn is_apart(&self) -> bool {
        let last = u64::from(self.input.saturating_sub(1)).saturating_mul(self.stride.into());
        self.dilation == 1
            && self.before == 0
            && self.filter <= self.stride
            && last.saturating_add(self.filter.into()) <= self.output.into()
    }
}

impl Transposed {
    /// Of an output of so many elements; `None` where windows meet, channels belong to groups, or something is left out.
    pub(super) fn spread(&self, elements: u32) -> Option<Spread> {
        let (rows, columns) = (self.rows, self.columns);
        if self.groups != 1 || !rows.is_apart() || !columns.is_apart() {
            return None;
        }
        let image = self
            .outs
            .checked_mul(rows.output)?
            .checked_mul(columns.output)?;
        let batches = elements.checked_div(image)?;
        Some(Spread {
            conv: Conv {
                x: [batches, self.channels, rows.input, columns.input],
                w: [self.outs, self.depth, 1, 1],
                y: [batches, self.outs, rows.input, columns.input],
                groups: 1,
                strides: [1; 2],
                pads: [0; 4],
                dilations: [1; 2],
            },
            filter: [rows.filter, columns.filter],
            strides: [rows.stride, columns.stride],
            output: [rows.output, columns.output],
        })
    }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

pub(super) fn resolve(
    kernel: &mut Kernel,
    node: &Node,
    specs: &[&TensorSpec],
    bias_bound: u64,
) -> Result<Resolved, NodeFault> {
    let Op::ConvTranspose {
        groups,
        strides,
        pads,
        dilations,
        x_zero,
        w_zero,
        bias,
        requant,
    } = &node.op
    else {
        return Err(NodeFault::Attribute);
    };
    let [x, w, ..] = specs else {
        return Err(NodeFault::InputCount);
    };
    let (xd, wd, yd) = (dims4(x)?, dims4(w)?, output4(node)?);
    in_range(strides, 1)?;
    in_range(dilations, 1)?;
    in_range(pads, 0)?;
    in_range(&[wd[2], wd[3], *groups], 1)?;
    ensure(
        xd[1] % groups == 0 && wd[0] % groups == 0 && wd[1] == xd[1] / groups,
        NodeFault::InputShape,
    )?;
    let axis = |side: usize| Axis {
        input: xd[side + 2],
        output: yd[side + 2],
        filter: wd[side + 2],
        stride: strides[side],
        before: pads[side],
        dilation: dilations[side],
        period: strides[side] / greatest_common_divisor(strides[side], dilations[side]),
    };
    let transposed = Transposed {
        depth: wd[1],
        channels: xd[1],
        outs: wd[0],
        groups: *groups,
        rows: axis(0),
        columns: axis(1),
    };
    transposed.rows.check(pads[2])?;
    transposed.columns.check(pads[3])?;
    let product = reach(x.dtype, *x_zero)?
        .checked_mul(reach(w.dtype, *w_zero)?)
        .ok_or(NodeFault::Overflow)?;
    let terms = transposed
        .runs()
        .checked_mul(u64::from(wd[1]))
        .ok_or(NodeFault::Overflow)?;
    check_accumulator(terms, product, bias_bound)?;
    if *bias {
        check_bias(specs.get(2), wd[0])?;
    }
    let dtype = node.output.dtype;
    kernel.scaling = check_scaling(
        requant,
        specs,
        2 + usize::from(*bias),
        Scales::OneOrPerChannel(wd[0]),
        dtype,
    )?;
    (kernel.x_zero, kernel.w_zero, kernel.bias) = (*x_zero, *w_zero, *bias);
    let y = alloc::vec![xd[0], wd[0], yd[2], yd[3]];
    Ok((y, dtype, Shape::Transposed(transposed)))
}

fn output4(node: &Node) -> Result<[u32; 4], NodeFault> {
    dims4(&node.output).map_err(|_| NodeFault::Output)
}

impl Kernel {
    pub(super) fn transposed<I: Inputs>(
        &self,
        conv: &Transposed,
        at: u32,
        inputs: &mut I,
    ) -> Result<i32, Fault> {
        let (rows, columns) = (conv.rows, conv.columns);
        let (row, column) = (at / columns.output % rows.output, at % columns.output);
        let plane = at / columns.output / rows.output;
        let (out, batch) = (plane % conv.outs, plane / conv.outs);
        let first = out / (conv.outs / conv.groups) * conv.depth;
        let (first_row, first_column) = (rows.first(row), columns.first(column));
        let mut sum = 0i64;
        for (kh, h) in rows.meets(row, first_row) {
            for (kw, w) in columns.meets(column, first_column) {
                let x = ((batch * conv.channels + first) * rows.input + h) * columns.input + w;
                let weight = (out * conv.depth * rows.filter + kh) * columns.filter + kw;
                sum += inputs.dot(
                    self.run(0, x, rows.input * columns.input),
                    self.run(1, weight, rows.filter * columns.filter),
                    conv.depth,
                )?;
            }
        }
        self.finish(sum, out, inputs)
    }
}
