//! What an element costs, operator by operator: written out a second time, since registration, limits and weights go by it.

use super::*;
use crate::graph::{Op, Reduction, Ref, Requant, Window};
use alloc::collections::BTreeSet;

const BYTES: Requant = Requant {
    zero: 0,
    min: 0,
    max: 255,
};

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap(),
    }
}

fn u8s(shape: &[u32]) -> TensorSpec {
    spec(DType::U8, shape)
}

fn i32s(shape: &[u32]) -> TensorSpec {
    spec(DType::I32, shape)
}

fn scales(count: u32) -> TensorSpec {
    spec(DType::F32, &[count])
}

fn kernel(layout: Layout, op: &Op, inputs: &[TensorSpec], output: &TensorSpec) -> Kernel {
    let refs: Vec<Ref> = (0..inputs.len() as u16).map(Ref::Request).collect();
    let node = Node {
        op: op.clone(),
        inputs: refs.try_into().unwrap(),
        output: output.clone(),
    };
    let specs: Vec<&TensorSpec> = inputs.iter().collect();
    Kernel::new(layout, &node, &specs, None).unwrap_or_else(|fault| panic!("{op:?}: {fault:?}"))
}

struct Cost {
    op: Op,
    inputs: Vec<TensorSpec>,
    output: TensorSpec,
    /// Of an element, in multiply-accumulates.
    work: u64,
    /// Tiles of 256 bytes of each input that an element can touch.
    element: Vec<u64>,
    /// Tiles of 1,024 bytes of each input that a tile can touch, where more is known than for each element.
    tile: Vec<Option<u64>>,
}

/// An element takes 24, a read 28, a run 64 and its length, a step 4, a division 32; each of bias and scale is read.
fn sums_of_products() -> Vec<Cost> {
    vec![
        Cost {
            op: Op::Conv {
                groups: 1,
                strides: [1, 2],
                pads: [0; 4],
                dilations: [2, 3],
                x_zero: 0,
                w_zero: 0,
                bias: true,
                requant: Some(BYTES),
            },
            inputs: vec![
                u8s(&[1, 300, 7, 21]),
                u8s(&[5, 300, 3, 2]),
                i32s(&[5]),
                scales(5),
            ],
            output: u8s(&[1, 5, 3, 9]),
            work: 6 * (300 + 64) + 24 + 2 * 28,
            // Six runs of 300 bytes in three tiles each; 1,800 weights.
            element: vec![18, 9, 1, 1],
            // 135 elements are of 28 pixels in four rows, of which each of three rows of the window reads 20 columns of 300
            // bytes, in seven tiles.
            tile: vec![Some(4 * 3 * 7), None, None, None],
        },
        Cost {
            op: Op::MatMul {
                x_zero: 0,
                w_zero: 0,
                bias: false,
                requant: Some(BYTES),
            },
            inputs: vec![u8s(&[3, 700]), u8s(&[11, 700]), scales(11)],
            output: u8s(&[3, 11]),
            work: 700 + 64 + 24 + 28,
            element: vec![4, 4, 1],
            // Four rows of 700 in four tiles; 33 of them in 24, and where they begin anew.
            tile: vec![Some(4), Some(24 + 2), None],
        },
        Cost {
            op: Op::BatchMatMul {
                a_zero: 0,
                b_zero: 0,
                requant: None,
            },
            inputs: vec![u8s(&[2, 3, 50]), u8s(&[2, 7, 50])],
            output: i32s(&[2, 3, 7]),
            work: 50 + 64 + 24,
            element: vec![2, 2],
            tile: vec![None, None],
        },
        // Of three rows of the filter two meet an input, of three columns all; the first is found among two and one.
        Cost {
            op: Op::ConvTranspose {
                groups: 1,
                strides: [2, 1],
                pads: [0; 4],
                dilations: [1, 1],
                x_zero: 0,
                w_zero: 0,
                bias: false,
                requant: None,
            },
            inputs: vec![u8s(&[1, 100, 4, 5]), u8s(&[7, 100, 3, 3])],
            output: i32s(&[1, 7, 9, 7]),
            work: 6 * (100 + 64) + 3 * 4 + 24,
            element: vec![12, 5],
            // 256 elements are of 38 pixels, each of six of the input, in two tiles each.
            tile: vec![Some(38 * 6 * 2), None],
        },
    ]
}

fn element_by_element() -> Vec<Cost> {
    let [long, short] = [u8s(&[3, 700]), u8s(&[3, 5])];
    vec![
        Cost {
            op: Op::Requantise {
                x_zero: 0,
                requant: BYTES,
            },
            inputs: vec![i32s(&[3, 700]), scales(1)],
            output: long.clone(),
            work: 28 + 24 + 28,
            element: vec![1, 1],
            tile: vec![Some(5), None],
        },
        Cost {
            op: Op::Table,
            inputs: vec![long.clone(), u8s(&[256])],
            output: long.clone(),
            work: 2 * 28 + 24,
            element: vec![1, 1],
            tile: vec![Some(2), None],
        },
        Cost {
            op: Op::Lookup,
            inputs: vec![long.clone(), i32s(&[256])],
            output: i32s(&[3, 700]),
            work: 3 * 28 + 24,
            element: vec![1, 1],
            tile: vec![Some(2), None],
        },
        Cost {
            op: Op::Add {
                a_zero: 0,
                a_mul: 1,
                b_zero: 0,
                b_mul: 1,
                requant: None,
            },
            inputs: vec![long.clone(), long.clone()],
            output: i32s(&[3, 700]),
            work: 2 * 28 + 24,
            element: vec![1, 1],
            tile: vec![Some(2), Some(2)],
        },
        Cost {
            op: Op::WeightedSum {
                a_zero: 0,
                a_mul: 1,
                b_zero: 0,
                b_mul: 1,
                requant: None,
            },
            inputs: vec![u8s(&[3, 5, 7]), u8s(&[7])],
            output: i32s(&[3, 5, 7]),
            // Three dimensions to the place of either operand.
            work: 2 * 28 + 6 * 4 + 24,
            element: vec![1, 1],
            tile: vec![None, None],
        },
        Cost {
            op: Op::Product {
                a_zero: 0,
                b_zero: 0,
                requant: None,
            },
            inputs: vec![short.clone(), short.clone()],
            output: i32s(&[3, 5]),
            work: 2 * 28 + 24,
            element: vec![1, 1],
            tile: vec![Some(2), Some(2)],
        },
        Cost {
            op: Op::Quotient {
                a_zero: 0,
                b_zero: 0,
                requant: BYTES,
            },
            inputs: vec![short.clone(), short.clone(), scales(1)],
            output: short.clone(),
            work: 2 * 28 + 32 + 24 + 28,
            element: vec![1, 1, 1],
            tile: vec![Some(2), Some(2), None],
        },
        Cost {
            op: Op::SquareRoot {
                x_zero: 0,
                requant: BYTES,
            },
            inputs: vec![short.clone(), scales(1)],
            output: short,
            work: 28 + 32 + 24 + 28,
            element: vec![1, 1],
            tile: vec![Some(2), None],
        },
    ]
}

fn moves() -> Vec<Cost> {
    vec![
        Cost {
            op: Op::Reshape,
            inputs: vec![u8s(&[6, 350])],
            output: u8s(&[3, 700]),
            work: 28 + 24,
            element: vec![1],
            tile: vec![Some(2)],
        },
        // An image is committed channels last: neighbours of the one are none of the other.
        Cost {
            op: Op::Reshape,
            inputs: vec![u8s(&[1, 2, 5, 7])],
            output: u8s(&[70]),
            work: 28 + 24,
            element: vec![1],
            tile: vec![None],
        },
        Cost {
            op: Op::Transpose {
                perm: vec![1, 0].try_into().unwrap(),
            },
            inputs: vec![u8s(&[3, 5])],
            output: u8s(&[5, 3]),
            work: 28 + 24,
            element: vec![1],
            tile: vec![None],
        },
        Cost {
            op: Op::Pad {
                pads: vec![(1, 1), (2, 1)].try_into().unwrap(),
                value: 0,
            },
            inputs: vec![u8s(&[3, 5])],
            output: u8s(&[5, 8]),
            work: 28 + 24,
            element: vec![1],
            tile: vec![Some(2)],
        },
        Cost {
            op: Op::Concat { axis: 1 },
            inputs: vec![u8s(&[2, 3]), u8s(&[2, 4])],
            output: u8s(&[2, 7]),
            work: 28 + 4 * 4 + 24,
            element: vec![1, 1],
            tile: vec![Some(2), Some(2)],
        },
        Cost {
            op: Op::Slice {
                ranges: vec![(1, 2), (0, 3), (0, 1)].try_into().unwrap(),
            },
            inputs: vec![u8s(&[6, 8, 4])],
            output: u8s(&[2, 3, 4]),
            work: 28 + 3 * 4 + 24,
            element: vec![1],
            tile: vec![None],
        },
        Cost {
            op: Op::Gather { axis: 0 },
            inputs: vec![u8s(&[5, 6]), u8s(&[3])],
            output: u8s(&[3, 6]),
            work: 3 * 28 + 4 * 4 + 24,
            element: vec![1, 1],
            tile: vec![None, None],
        },
        Cost {
            op: Op::Resize {
                x_zero: 0,
                requant: None,
            },
            inputs: vec![u8s(&[1, 300, 4, 5]), i32s(&[8]), i32s(&[10])],
            output: u8s(&[1, 300, 8, 10]),
            work: 5 * 28 + 4 * 4 + 24,
            element: vec![4, 1, 1],
            // 1,024 elements are of five pixels, each of four of the input, in two tiles each.
            tile: vec![Some(5 * 4 * 2), None, None],
        },
        Cost {
            op: Op::Resize {
                x_zero: 0,
                requant: Some(BYTES),
            },
            inputs: vec![u8s(&[1, 3, 4, 5]), i32s(&[8]), i32s(&[10]), scales(1)],
            output: u8s(&[1, 3, 8, 10]),
            work: 8 * 28 + 4 * 4 + 24 + 28,
            element: vec![4, 1, 1, 1],
            // 240 elements are of 81 pixels at most.
            tile: vec![Some(81 * 4 * 2), None, None, None],
        },
    ]
}

fn reductions() -> Vec<Cost> {
    let sum = |axes: &[u8]| Op::Reduce {
        reduction: Reduction::Sum,
        axes: axes.to_vec().try_into().unwrap(),
        keep_dims: false,
        x_zero: 0,
        requant: None,
    };
    vec![
        Cost {
            op: Op::MaxPool(Window {
                kernel: [3, 2],
                strides: [2, 2],
                pads: [0; 4],
            }),
            inputs: vec![u8s(&[1, 4, 6, 8])],
            output: u8s(&[1, 4, 2, 4]),
            work: 6 * 28 + 24,
            element: vec![6],
            // 32 elements are of nine pixels in three rows, of which each of three rows of the window reads eight columns.
            tile: vec![Some(3 * 3 * 2)],
        },
        Cost {
            op: Op::SumPool {
                window: Window {
                    kernel: [3, 2],
                    strides: [2, 2],
                    pads: [0; 4],
                },
                x_zero: 0,
                requant: Some(BYTES),
            },
            inputs: vec![u8s(&[1, 4, 6, 8]), scales(1)],
            output: u8s(&[1, 4, 2, 4]),
            work: 6 * 28 + 24 + 28,
            element: vec![6, 1],
            tile: vec![Some(3 * 3 * 2), None],
        },
        Cost {
            op: Op::ArgMax {
                axis: 1,
                keep_dims: false,
            },
            inputs: vec![u8s(&[3, 50])],
            output: i32s(&[3]),
            work: 50 * 28 + 24,
            element: vec![50],
            tile: vec![None],
        },
        // Three rows of seven side by side; a step to the first, and one to each row.
        Cost {
            op: sum(&[0, 2]),
            inputs: vec![u8s(&[3, 5, 7])],
            output: i32s(&[5]),
            work: 21 * 28 + 4 * 4 + 24,
            element: vec![3 * 2],
            tile: vec![None],
        },
        // Nothing side by side: a tile for each.
        Cost {
            op: sum(&[0]),
            inputs: vec![u8s(&[3, 5])],
            output: i32s(&[5]),
            work: 3 * 28 + 4 + 24,
            element: vec![3],
            tile: vec![None],
        },
        // 600 bytes side by side.
        Cost {
            op: sum(&[1]),
            inputs: vec![u8s(&[2, 600])],
            output: i32s(&[2]),
            work: 600 * 28 + 4 + 24,
            element: vec![4],
            tile: vec![None],
        },
        Cost {
            op: Op::TopK {
                axis: 1,
                largest: true,
                indices: false,
            },
            inputs: vec![u8s(&[3, 50])],
            output: u8s(&[3, 4]),
            work: 50 * (28 + 4) + 24,
            element: vec![2],
            tile: vec![None],
        },
    ]
}

fn costs() -> Vec<Cost> {
    [
        sums_of_products(),
        element_by_element(),
        moves(),
        reductions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A new operator asks for its line: its number decodes, and has none yet.
#[test]
fn every_operator_should_have_a_cost() {
    let numbers: BTreeSet<u8> = costs().iter().map(|cost| cost.op.encode()[0]).collect();
    // Followed by zeros, every number that is an operator's decodes.
    let all: BTreeSet<u8> = (0..=u8::MAX)
        .filter(|number| {
            let mut bytes = [0; 256];
            bytes[0] = *number;
            Op::decode(&mut &bytes[..]).is_ok()
        })
        .collect();
    assert_eq!(numbers, all);
}

#[test]
fn work_should_be_what_was_measured() {
    for Cost {
        op,
        inputs,
        output,
        work,
        ..
    } in costs()
    {
        for layout in Layout::ALL {
            let kernel = kernel(layout, &op, &inputs, &output);
            assert_eq!(kernel.macs_per_element(), work, "{op:?}");
        }
    }
}

#[test]
fn tiles_should_be_those_that_can_be_touched() {
    for Cost {
        op,
        inputs,
        output,
        element,
        tile,
        ..
    } in costs()
    {
        let [one, two] = [Layout::One, Layout::Two].map(|l| kernel(l, &op, &inputs, &output));
        let all = 0..inputs.len();
        let of_element: Vec<_> = all.clone().map(|at| one.tiles_per_element(at)).collect();
        assert_eq!(of_element, element, "{op:?}");
        let of_tile: Vec<_> = all.clone().map(|at| two.tiles_per_tile(at)).collect();
        assert_eq!(of_tile, tile, "{op:?}");
        // What was said of graphs of the first version stays what it was.
        assert!(all.into_iter().all(|at| one.tiles_per_tile(at).is_none()));
    }
}

/// Sums are bounded strictly below 2^31.
#[test]
fn accumulators_should_stay_below_the_sign() {
    assert_eq!(check_accumulator(1, 1 << 30, (1 << 30) - 1), Ok(()));
    assert_eq!(
        check_accumulator(1, 1 << 30, 1 << 30),
        Err(NodeFault::Overflow)
    );
    assert_eq!(check_accumulator(u64::MAX, 2, 0), Err(NodeFault::Overflow));
}

/// A value and its index are 8 bytes, of which 8 MiB are held at once.
#[test]
fn what_is_put_in_order_should_fit_the_memory() {
    let fault = |length: u32| {
        let op = Op::TopK {
            axis: 0,
            largest: true,
            indices: false,
        };
        let node = Node {
            op,
            inputs: vec![Ref::Request(0)].try_into().unwrap(),
            output: u8s(&[1]),
        };
        Kernel::new(Layout::One, &node, &[&u8s(&[length])], None).err()
    };
    let most = (8 << 20) / 8;
    assert_eq!(fault(most), None);
    assert_eq!(fault(most + 1), Some(NodeFault::InputShape));
}

/// A window always has a place of the image in it.
#[test]
fn padding_should_be_smaller_than_the_window() {
    let sized = |pads: [u32; 4]| {
        let x = u8s(&[1, 1, 8, 8]);
        let window = Window {
            kernel: [3, 2],
            strides: [1, 1],
            pads,
        };
        pool(&x, &window).map(|(_, y)| y)
    };
    assert_eq!(sized([2, 1, 2, 1]), Ok([1, 1, 10, 9]));
    for (side, pad) in [3, 2, 3, 2].into_iter().enumerate() {
        let mut pads = [0; 4];
        pads[side] = pad;
        assert_eq!(sized(pads), Err(NodeFault::Attribute), "{pads:?}");
    }
}
