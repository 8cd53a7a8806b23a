//! Operators on integers of up to 32 bits, element by element: what version 2 adds besides sums of products.

use super::places::Broadcast;
use super::{
    check_accumulator, check_integer, check_scaling, ensure, reach, Fault, Inputs, Kernel,
    NodeFault, Resolved, Scales, Shape,
};
use crate::graph::{DType, Node, Requant, TensorSpec};
use crate::requantise::{divide, square_root};

/// Largest integer weight of a sum, either way.
const MAX_WEIGHT: u32 = 1 << 15;

/// What is done with two operands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Binary {
    WeightedSum { a_mul: i32, b_mul: i32 },
    Product,
    Quotient,
}

/// The nearest value of 32 bits.
#[inline]
pub(super) fn clamped(value: i64) -> i32 {
    value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// Two operands that are broadcast, and a scale if there is a requantisation.
pub(super) fn binary(
    kernel: &mut Kernel,
    node: &Node,
    specs: &[&TensorSpec],
    (a_zero, b_zero): (i32, i32),
    op: Binary,
    requant: &Option<Requant>,
) -> Result<Resolved, NodeFault> {
    let [a, b, ..] = specs else {
        return Err(NodeFault::InputCount);
    };
    check_integer(a.dtype, a_zero)?;
    check_integer(b.dtype, b_zero)?;
    if let Binary::WeightedSum { a_mul, b_mul } = op {
        let fits = |weight: i32| (1..=MAX_WEIGHT).contains(&weight.unsigned_abs());
        ensure(fits(a_mul) && fits(b_mul), NodeFault::Attribute)?;
    }
    let dtype = node.output.dtype;
    let (shape, broadcast) = Broadcast::new(a, b)?;
    kernel.scaling = check_scaling(requant, specs, 2, Scales::One, dtype)?;
    (kernel.x_zero, kernel.w_zero) = (a_zero, b_zero);
    Ok((shape, dtype, Shape::Binary { op, broadcast }))
}

/// A root, with its scale.
pub(super) fn root(
    kernel: &mut Kernel,
    node: &Node,
    specs: &[&TensorSpec],
    x_zero: i32,
    requant: &Requant,
) -> Result<Resolved, NodeFault> {
    let x = specs.first().ok_or(NodeFault::InputCount)?;
    check_integer(x.dtype, x_zero)?;
    let dtype = node.output.dtype;
    kernel.scaling = check_scaling(&Some(*requant), specs, 1, Scales::One, dtype)?;
    kernel.x_zero = x_zero;
    Ok((x.shape.to_vec(), dtype, Shape::SquareRoot))
}

/// A table of 32-bit values.
pub(super) fn lookup(specs: &[&TensorSpec]) -> Result<Resolved, NodeFault> {
    let [x, table] = specs else {
        return Err(NodeFault::InputCount);
    };
    ensure(
        x.dtype.is_operand() && table.dtype == DType::I32,
        NodeFault::InputType,
    )?;
    ensure(table.shape.as_slice() == [256], NodeFault::InputShape)?;
    let (lowest, _) = x.dtype.range().ok_or(NodeFault::InputType)?;
    Ok((x.shape.to_vec(), DType::I32, Shape::Lookup { lowest }))
}

/// Products of matrices, one for each index of the first dimension.
pub(super) fn batch_mat_mul(
    kernel: &mut Kernel,
    node: &Node,
    specs: &[&TensorSpec],
    (a_zero, b_zero): (i32, i32),
    requant: &Option<Requant>,
) -> Result<Resolved, NodeFault> {
    let [a, b, ..] = specs else {
        return Err(NodeFault::InputCount);
    };
    let ([groups, rows, depth], [b_groups, columns, b_depth]) =
        (a.shape.as_slice(), b.shape.as_slice())
    else {
        return Err(NodeFault::InputShape);
    };
    ensure(
        depth == b_depth && (b_groups == groups || *b_groups == 1),
        NodeFault::InputShape,
    )?;
    let product = reach(a.dtype, a_zero)?
        .checked_mul(reach(b.dtype, b_zero)?)
        .ok_or(NodeFault::Overflow)?;
    check_accumulator(u64::from(*depth), product, 0)?;
    let dtype = node.output.dtype;
    kernel.scaling = check_scaling(requant, specs, 2, Scales::One, dtype)?;
    (kernel.x_zero, kernel.w_zero) = (a_zero, b_zero);
    let shape = Shape::BatchMatMul {
        rows: *rows,
        columns: *columns,
        depth: *depth,
        is_shared: *b_groups == 1,
    };
    Ok((alloc::vec![*groups, *rows, *columns], dtype, shape))
}

impl Kernel {
    #[inline]
    pub(super) fn binary<I: Inputs>(
        &self,
        op: &Binary,
        broadcast: &Broadcast,
        at: u32,
        inputs: &mut I,
    ) -> Result<i32, Fault> {
        let (a_at, b_at) = broadcast.places(at);
        // Within 33 bits and a little: a zero point of 32-bit operands is bounded.
        let a = i64::from(inputs.get(0, a_at)?) - i64::from(self.x_zero);
        let b = i64::from(inputs.get(1, b_at)?) - i64::from(self.w_zero);
        match op {
            Binary::WeightedSum { a_mul, b_mul } => {
                self.finish_wide(a * i64::from(*a_mul) + b * i64::from(*b_mul), inputs)
            }
            // Below 2^63: (2^31 + 2^23)^2.
            Binary::Product => self.finish_wide(a * b, inputs),
            Binary::Quotient => {
                let scaling = self.scaling.as_ref().ok_or(Fault::Scale)?;
                let scale = inputs.get(scaling.input, 0)? as u32;
                divide(clamped(a), clamped(b), scale, &scaling.requant).ok_or(Fault::Scale)
            }
        }
    }

    #[inline]
    pub(super) fn root<I: Inputs>(&self, at: u32, inputs: &mut I) -> Result<i32, Fault> {
        let x = i64::from(inputs.get(0, at)?) - i64::from(self.x_zero);
        let scaling = self.scaling.as_ref().ok_or(Fault::Scale)?;
        let scale = inputs.get(scaling.input, 0)? as u32;
        square_root(clamped(x), scale, &scaling.requant).ok_or(Fault::Scale)
    }
}
