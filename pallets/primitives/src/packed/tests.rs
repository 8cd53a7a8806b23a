//! Every way against the operator's own definition, element by element.

use super::*;
use crate::evaluate::{evaluate_node, Dense};
use crate::graph::{Node as GraphNode, Op, Ref, Requant, TensorSpec};
use crate::kernel::{Fault, Inputs};
use crate::tensor::{read, write, Layout};
use alloc::collections::BTreeSet;
use proptest::prelude::*;

/// The shorter tiles, in which what is read too much shows sooner.
const LAYOUT: Layout = Layout::One;

/// A node and its inputs, row-major.
#[derive(Clone, Debug)]
struct Case {
    node: GraphNode,
    specs: Vec<TensorSpec>,
    inputs: Vec<Vec<u8>>,
}

impl Case {
    fn kernel(&self) -> Kernel {
        let specs: Vec<_> = self.specs.iter().collect();
        Kernel::new(LAYOUT, &self.node, &specs, None).unwrap()
    }

    fn dense(&self) -> Dense<'_> {
        let types = self.specs.iter().map(|spec| spec.dtype);
        Dense::new(types.zip(self.inputs.iter().map(Vec::as_slice)).collect())
    }

    fn committed(&self) -> Vec<Vec<u8>> {
        let geometries = self
            .specs
            .iter()
            .map(|spec| Geometry::new(LAYOUT, spec).unwrap());
        let inputs = geometries.zip(&self.inputs);
        inputs
            .map(|(g, data)| g.to_committed(data).unwrap())
            .collect()
    }

    /// The elements at some places of committed order, by the definition.
    fn plain(&self, places: Range<u32>, inputs: &mut impl Inputs) -> Result<Vec<i32>, Fault> {
        let kernel = self.kernel();
        places
            .map(|place| kernel.element(kernel.output().linear(place), inputs))
            .collect()
    }
}

/// Whole inputs of which only some tiles are held.
struct Some<'a> {
    committed: &'a [Vec<u8>],
    tiles: Vec<BTreeSet<usize>>,
}

impl<'a> Stretches<'a> for Some<'a> {
    fn stretch(&mut self, input: usize, first: usize, count: usize) -> Option<&'a [u8]> {
        let tile = LAYOUT.tile_bytes() as usize;
        let mut tiles = first / tile..=(first + count - 1) / tile;
        let held = &self.tiles[input];
        assert!(
            tiles.all(|tile| held.contains(&tile)),
            "bytes {first} and {count} more of input {input}, which no element depends on"
        );
        self.committed[input].get(first..first + count)
    }

    fn whole(&mut self, input: usize) -> Option<&'a [u8]> {
        let bytes = &self.committed[input];
        let tiles = bytes.len().div_ceil(LAYOUT.tile_bytes() as usize);
        (self.tiles[input].len() == tiles).then_some(bytes)
    }
}

/// Notes the tiles of what is read.
struct Notes<'a> {
    inner: Dense<'a>,
    geometries: Vec<Geometry>,
    tiles: Vec<BTreeSet<usize>>,
}

impl Inputs for Notes<'_> {
    fn get(&mut self, input: usize, index: u32) -> Result<i32, Fault> {
        let geometry = &self.geometries[input];
        let (tile, _) = geometry.tile_of(geometry.committed(index));
        self.tiles[input].insert(tile as usize);
        self.inner.get(input, index)
    }
}

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap(),
    }
}

fn dtype() -> impl Strategy<Value = DType> {
    prop_oneof![Just(DType::U8), Just(DType::I8)]
}

/// Somewhere in the type's range, often at an end.
fn zero(dtype: DType) -> impl Strategy<Value = i32> {
    let (low, high) = dtype.range().unwrap();
    prop_oneof![
        Just(low),
        Just(high),
        Just(0),
        Just(low.midpoint(high)),
        low..=high
    ]
}

/// Bytes that are anything, or only what sums are largest of.
fn bytes(count: u32) -> impl Strategy<Value = Vec<u8>> {
    let extreme = prop::sample::select(vec![0u8, 255, 128, 127]);
    let count = count as usize;
    prop_oneof![
        prop::collection::vec(any::<u8>(), count),
        prop::collection::vec(extreme.clone(), count),
        extreme.prop_map(move |byte| vec![byte; count]),
    ]
}

fn biases(count: u32) -> impl Strategy<Value = Vec<u8>> {
    let small = prop::collection::vec(-100_000i32..100_000, count as usize);
    let any = prop::collection::vec(any::<i32>(), count as usize);
    let ends = prop::sample::select(vec![0, 0, 0, 0, 0, 0, 0, i32::MIN, i32::MAX]);
    let ends = prop::collection::vec(ends, count as usize);
    prop_oneof![8 => small, 1 => any, 1 => ends]
        .prop_map(|words| words.into_iter().flat_map(i32::to_le_bytes).collect())
}

/// Scales of all sizes; now and then one that is none.
fn scales(count: u32) -> impl Strategy<Value = Vec<u8>> {
    let scale = prop_oneof![
        200 => (127u32 - 24..127 + 2, 0u32..1 << 23).prop_map(|(e, f)| e << 23 | f),
        20 => (127u32 - 60..127 + 60).prop_map(|e| e << 23),
        1 => any::<u32>(),
    ];
    prop::collection::vec(scale, count as usize)
        .prop_map(|words| words.into_iter().flat_map(u32::to_le_bytes).collect())
}

#[derive(Clone, Debug)]
struct Sizes {
    x: Vec<u32>,
    w: Vec<u32>,
    y: Vec<u32>,
    op: Op,
}

/// The rest of a case: zero points, bias, requantisation and data.
fn filled(sizes: Sizes, x_type: DType, w_type: DType) -> impl Strategy<Value = Case> {
    let outputs = sizes.w[0];
    // One scale, and no bias.
    let is_batch = matches!(sizes.op, Op::BatchMatMul { .. });
    let elements = |shape: &[u32]| shape.iter().product::<u32>();
    let data = (
        bytes(elements(&sizes.x)),
        bytes(elements(&sizes.w)),
        biases(outputs),
        any::<bool>().prop_flat_map(move |per| scales(if per && !is_batch { outputs } else { 1 })),
    );
    let zeros = (zero(x_type), zero(w_type));
    let requant = dtype().prop_flat_map(|dtype| {
        (Just(dtype), zero(dtype), zero(dtype), zero(dtype)).prop_map(|(dtype, zero, a, b)| {
            let (min, max) = (a.min(b), a.max(b));
            (dtype, Requant { zero, min, max })
        })
    });
    (
        data,
        zeros,
        any::<bool>().prop_map(move |has_bias| has_bias && !is_batch),
        prop::option::weighted(0.7, requant),
    )
        .prop_map(
            move |((x, w, bias, scale), (x_zero, w_zero), has_bias, requant)| {
                let mut op = sizes.op.clone();
                match &mut op {
                    Op::Conv {
                        x_zero: a,
                        w_zero: b,
                        bias,
                        requant: r,
                        ..
                    }
                    | Op::ConvTranspose {
                        x_zero: a,
                        w_zero: b,
                        bias,
                        requant: r,
                        ..
                    }
                    | Op::MatMul {
                        x_zero: a,
                        w_zero: b,
                        bias,
                        requant: r,
                    } => {
                        (*a, *b, *bias) = (x_zero, w_zero, has_bias);
                        *r = requant.map(|(_, requant)| requant);
                    }
                    Op::BatchMatMul {
                        a_zero,
                        b_zero,
                        requant: r,
                    } => {
                        (*a_zero, *b_zero) = (x_zero, w_zero);
                        *r = requant.map(|(_, requant)| requant);
                    }
                    other => panic!("{other:?} is no sum of products"),
                }
                let mut specs = vec![spec(x_type, &sizes.x), spec(w_type, &sizes.w)];
                let mut inputs = vec![x, w];
                if has_bias {
                    specs.push(spec(DType::I32, &[outputs]));
                    inputs.push(bias);
                }
                if requant.is_some() {
                    specs.push(spec(DType::F32, &[scale.len() as u32 / 4]));
                    inputs.push(scale);
                }
                let refs: Vec<_> = (0..specs.len() as u16).map(Ref::Request).collect();
                let dtype = requant.map_or(DType::I32, |(dtype, _)| dtype);
                Case {
                    node: GraphNode {
                        op,
                        inputs: refs.try_into().unwrap(),
                        output: spec(dtype, &sizes.y),
                    },
                    specs,
                    inputs,
                }
            },
        )
}

fn convolutions() -> impl Strategy<Value = Case> {
    let pair = |range: Range<u32>| (range.clone(), range).prop_map(|(a, b)| [a, b]);
    // Depthwise, grouped and dense; deep ones with rows of weights of many tiles.
    let channels = prop_oneof![
        3 => (1u32..5, 1u32..9, 1u32..8),
        2 => (1u32..40, Just(1), Just(1)),
        1 => (1u32..40, Just(1), 1u32..4),
        1 => (1u32..3, 80u32..400, 1u32..9),
    ];
    let sizes = (
        (1u32..3, channels, pair(1..7)),
        (pair(1..5), pair(1..4), pair(1..4)),
        prop::array::uniform4(0u32..5),
    );
    let sizes = sizes.prop_filter_map(
        "a window larger than the image",
        |((batch, (groups, depth, outputs), image), (kernel, strides, dilations), pads)| {
            let side = |axis: usize| {
                let padded = image[axis] + pads[axis] + pads[axis + 2];
                let extent = (kernel[axis] - 1) * dilations[axis] + 1;
                Some(padded.checked_sub(extent)? / strides[axis] + 1)
            };
            let y = vec![batch, groups * outputs, side(0)?, side(1)?];
            Some(Sizes {
                x: vec![batch, groups * depth, image[0], image[1]],
                w: vec![groups * outputs, depth, kernel[0], kernel[1]],
                y,
                op: Op::Conv {
                    groups,
                    strides,
                    pads,
                    dilations,
                    x_zero: 0,
                    w_zero: 0,
                    bias: false,
                    requant: None,
                },
            })
        },
    );
    (sizes, dtype(), dtype()).prop_flat_map(|(sizes, x, w)| filled(sizes, x, w))
}

fn products() -> impl Strategy<Value = Case> {
    let depth = prop_oneof![1u32..40, 60u32..70, 300u32..700];
    let sizes = (1u32..30, depth, 1u32..20).prop_map(|(rows, depth, columns)| Sizes {
        x: vec![rows, depth],
        w: vec![columns, depth],
        y: vec![rows, columns],
        op: Op::MatMul {
            x_zero: 0,
            w_zero: 0,
            bias: false,
            requant: None,
        },
    });
    (sizes, dtype(), dtype()).prop_flat_map(|(sizes, x, w)| filled(sizes, x, w))
}

/// Products of matrices one behind the other, with a right-hand side for each or one for all.
fn batches() -> impl Strategy<Value = Case> {
    // A right-hand side of one element is as well a depthwise convolution.
    let depth = prop_oneof![Just(1u32), 1u32..40, 60u32..70];
    let columns = prop_oneof![1 => Just(1u32), 2 => 1u32..12];
    let sizes = (1u32..5, any::<bool>(), 1u32..20, depth, columns);
    let sizes = sizes.prop_map(|(groups, is_shared, rows, depth, columns)| Sizes {
        x: vec![groups, rows, depth],
        w: vec![if is_shared { 1 } else { groups }, columns, depth],
        y: vec![groups, rows, columns],
        op: Op::BatchMatMul {
            a_zero: 0,
            b_zero: 0,
            requant: None,
        },
    });
    (sizes, dtype(), dtype()).prop_flat_map(|(sizes, x, w)| filled(sizes, x, w))
}

/// Transposed convolutions whose windows are apart, and some whose windows are not, or leave the output.
fn transposed() -> impl Strategy<Value = Case> {
    let pair = |range: Range<u32>| (range.clone(), range).prop_map(|(a, b)| [a, b]);
    let rarely = |range: Range<u32>| prop_oneof![6 => Just(0u32), 1 => range];
    let sizes = (
        (
            1u32..3,
            prop_oneof![1u32..12, 40u32..100],
            1u32..9,
            pair(1..7),
        ),
        (pair(1..5), pair(0..5)),
        prop::array::uniform4(rarely(0..3)),
        (pair(0..4), prop_oneof![6 => Just(1u32), 1 => Just(2u32)]),
    );
    let sizes = sizes.prop_filter_map(
        "an output of no size",
        |((batch, depth, outputs, image), (strides, less), pads, (beyond, groups))| {
            let kernel = [0, 1].map(|axis| strides[axis].saturating_sub(less[axis]).max(1));
            let side = |axis: usize| {
                let whole = (image[axis] - 1) * strides[axis] + kernel[axis];
                let least = whole.checked_sub(pads[axis] + pads[axis + 2])?;
                let size = least + beyond[axis].min(strides[axis] - 1);
                (size > 0).then_some(size)
            };
            Some(Sizes {
                y: vec![batch, groups * outputs, side(0)?, side(1)?],
                x: vec![batch, groups * depth, image[0], image[1]],
                w: vec![groups * outputs, depth, kernel[0], kernel[1]],
                op: Op::ConvTranspose {
                    groups,
                    strides,
                    pads,
                    dilations: [1; 2],
                    x_zero: 0,
                    w_zero: 0,
                    bias: false,
                    requant: None,
                },
            })
        },
    );
    (sizes, dtype(), dtype()).prop_flat_map(|(sizes, x, w)| filled(sizes, x, w))
}

fn cases() -> impl Strategy<Value = Case> {
    prop_oneof![3 => convolutions(), 1 => products()]
}

/// With what is several nodes here.
fn all_cases() -> impl Strategy<Value = Case> {
    prop_oneof![3 => cases(), 1 => batches()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn whole_node_should_be_what_its_elements_are(case in all_cases()) {
        let kernel = case.kernel();
        let inputs: Vec<_> = case.inputs.iter().map(Vec::as_slice).collect();
        let plain = evaluate_node(&kernel, &mut case.dense());
        prop_assert_eq!(whole_node(&kernel, &inputs), plain.ok());
    }

    /// Of what a proof of the whole node brings, and nothing else. What is not computed so has one by one.
    #[test]
    fn transposed_should_need_and_give_what_its_elements_do(case in transposed()) {
        let kernel = case.kernel();
        let places = 0..kernel.output().elements();
        let mut notes = Notes {
            inner: case.dense(),
            geometries: kernel.inputs().to_vec(),
            tiles: vec![BTreeSet::new(); case.inputs.len()],
        };
        let plain = case.plain(places.clone(), &mut notes);
        let committed = case.committed();
        let mut given = Vec::new();
        let is_apart = pays(&kernel, &places);
        if places.len() > 1 {
            let part = 1..places.end;
            prop_assert!(!pays(&kernel, &part));
            let mut whole = Whole(committed.iter().map(Vec::as_slice).collect());
            prop_assert_eq!(elements(&kernel, part, &mut whole, |_| ()), None);
        }
        let mut source = Some { committed: &committed, tiles: notes.tiles };
        match plain {
            Ok(values) => {
                let done = elements(&kernel, places, &mut source, |bytes| given.extend_from_slice(bytes));
                prop_assert_eq!(done.is_some(), is_apart);
                let mut expected = Vec::new();
                for value in values {
                    write(kernel.output().dtype, value, &mut expected);
                }
                if is_apart {
                    prop_assert_eq!(given, expected);
                }
            }
            Err(_) => {
                let mut whole = Whole(committed.iter().map(Vec::as_slice).collect());
                prop_assert_eq!(elements(&kernel, places, &mut whole, |_| ()), None);
            }
        }
    }

    /// Of what a proof of these elements brings, and nothing else.
    #[test]
    fn part_should_need_and_give_what_its_elements_do(case in all_cases(), ends in any::<[prop::sample::Index; 2]>()) {
        let kernel = case.kernel();
        let [a, b] = ends.map(|end| end.index(kernel.output().elements() as usize + 1) as u32);
        let places = a.min(b)..a.max(b);
        let mut notes = Notes {
            inner: case.dense(),
            geometries: kernel.inputs().to_vec(),
            tiles: vec![BTreeSet::new(); case.inputs.len()],
        };
        let plain = case.plain(places.clone(), &mut notes);
        prop_assume!(plain.is_ok());
        let committed = case.committed();
        let mut given = Vec::new();
        let mut source = Some { committed: &committed, tiles: notes.tiles };
        let done = elements(&kernel, places, &mut source, |bytes| given.extend_from_slice(bytes));
        prop_assert_eq!(done, Option::Some(()));
        let mut expected = Vec::new();
        for value in plain.unwrap() {
            write(kernel.output().dtype, value, &mut expected);
        }
        prop_assert_eq!(given, expected);
    }

    /// Each way for itself, whatever the number of positions.
    #[test]
    fn ways_should_agree(case in cases()) {
        let kernel = case.kernel();
        let node = Node::new(&kernel).unwrap();
        let committed = case.committed();
        let outputs = node.outputs();
        let positions = kernel.output().elements() / outputs;
        let per_group = outputs / node.conv.groups;
        let mut plain = case.clone();
        if let Op::Conv { bias, requant, .. } | Op::MatMul { bias, requant, .. } = &mut plain.node.op {
            (*bias, *requant) = (false, None);
        }
        plain.node.output.dtype = DType::I32;
        plain.specs.truncate(2);
        plain.inputs.truncate(2);
        plain.node.inputs.truncate(2);
        let sums = plain.plain(0..kernel.output().elements(), &mut plain.dense()).unwrap();
        for group in 0..node.conv.groups {
            let part = Part {
                positions: 0..positions,
                outputs: group * per_group..(group + 1) * per_group,
            };
            let expected: Vec<i32> = sums
                .chunks_exact(outputs as usize)
                .flat_map(|row| row[part.outputs.start as usize..part.outputs.end as usize].to_vec())
                .collect();
            if node.is_depthwise() && group == 0 {
                // All channels, of whole rows and by position.
                let part = Part { positions: 0..positions, outputs: 0..outputs };
                let mut source = Whole(committed.iter().map(Vec::as_slice).collect());
                for way in [depthwise::sums, depthwise::by_position] {
                    let mut all = vec![0; sums.len()];
                    let mut table = Sums { sums: &mut all, width: outputs as usize, first: 0 };
                    prop_assert_eq!(way(&node, &part, &mut source, &mut table), Option::Some(()));
                    prop_assert_eq!(&all, &sums);
                }
            }
            for way in [lanes::sums, pairs::sums] {
                let mut sums = vec![0; expected.len()];
                let mut source = Whole(committed.iter().map(Vec::as_slice).collect());
                let mut table = Sums { sums: &mut sums, width: per_group as usize, first: part.outputs.start };
                prop_assert_eq!(way(&node, group, &part, &mut source, &mut table), Option::Some(()));
                prop_assert_eq!(&sums, &expected);
            }
        }
    }
}

/// The largest depth that the type check allows, of operands that all have the same end of their range.
#[test]
fn largest_sums_should_be_exact() {
    for (depth, x_zero, w_zero) in [(33_025u32, 0, 0), (65_793, 0, 128), (131_071, 128, 128)] {
        for (x, w) in [(0, 0), (0, 255), (255, 0), (255, 255)] {
            for rows in [1u32, 13] {
                let op = Op::MatMul {
                    x_zero,
                    w_zero,
                    bias: false,
                    requant: None,
                };
                let refs = vec![Ref::Request(0), Ref::Request(1)];
                let case = Case {
                    node: GraphNode {
                        op,
                        inputs: refs.try_into().unwrap(),
                        output: spec(DType::I32, &[rows, 1]),
                    },
                    specs: vec![
                        spec(DType::U8, &[rows, depth]),
                        spec(DType::U8, &[1, depth]),
                    ],
                    inputs: vec![vec![x; (rows * depth) as usize], vec![w; depth as usize]],
                };
                let inputs: Vec<_> = case.inputs.iter().map(Vec::as_slice).collect();
                let out = whole_node(&case.kernel(), &inputs).unwrap();
                let product = (i32::from(x) - x_zero) * (i32::from(w) - w_zero);
                for row in 0..rows {
                    assert_eq!(
                        read(DType::I32, &out, row),
                        Option::Some(product * depth as i32)
                    );
                }
            }
        }
    }
}

/// Sums of products of unsigned bytes by signed ones, which are as good as random.
fn scrambled(op: Op, x: [u32; 4], w: [u32; 4], y: [u32; 4]) -> Case {
    let bytes = |shape: [u32; 4]| -> Vec<u8> {
        (0..shape.iter().product())
            .map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect()
    };
    Case {
        node: GraphNode {
            op,
            inputs: vec![Ref::Request(0), Ref::Request(1)].try_into().unwrap(),
            output: spec(DType::I32, &y),
        },
        specs: vec![spec(DType::U8, &x), spec(DType::I8, &w)],
        inputs: vec![bytes(x), bytes(w)],
    }
}

/// A node computed at once is what its elements are, and these are given.
fn assert_whole(case: &Case, what: &str) -> Vec<u8> {
    let kernel = case.kernel();
    let inputs: Vec<_> = case.inputs.iter().map(Vec::as_slice).collect();
    let plain = evaluate_node(&kernel, &mut case.dense()).unwrap();
    let whole = whole_node(&kernel, &inputs);
    assert_eq!(whole.as_ref(), Option::Some(&plain), "{what}");
    plain
}

/// A convolution step by step, without padding.
fn convolution(x: [u32; 4], w: [u32; 4], groups: u32, w_zero: i32) -> Case {
    let op = Op::Conv {
        groups,
        strides: [1; 2],
        pads: [0; 4],
        dilations: [1; 2],
        x_zero: 3,
        w_zero,
        bias: false,
        requant: None,
    };
    let y = [x[0], w[0], x[2] - w[2] + 1, x[3] - w[3] + 1];
    scrambled(op, x, w, y)
}

/// Blocks of two rows of five, rows that are too wide, and too little.
#[test]
fn transposed_should_be_computed_in_blocks() {
    let case = |depth: u32, width: u32, outputs: u32| {
        let op = Op::ConvTranspose {
            groups: 1,
            strides: [3, 2],
            pads: [0; 4],
            dilations: [1; 2],
            x_zero: 7,
            w_zero: -3,
            bias: false,
            requant: None,
        };
        let y = [2, outputs, 5 * 3, 2 * width];
        scrambled(op, [2, depth, 5, width], [outputs, depth, 2, 2], y)
    };
    let blocks = case(300, 300, 2);
    let kernel = blocks.kernel();
    assert!(pays(&kernel, &(0..kernel.output().elements())));
    assert_whole(&blocks, "blocks of two rows");
    for wide in [
        case(3, 3_000, 24),
        case(300, 1_000, 1),
        case(1, 1, 1),
        // Positions enough, and too few products.
        case(1, 9, 1),
    ] {
        let kernel = wide.kernel();
        assert!(!pays(&kernel, &(0..kernel.output().elements())));
    }
}

/// Many of those that are drawn are computed so: what the property above holds is not held of nothing.
#[test]
fn transposed_should_mostly_be_apart() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let apart = (0..200)
        .filter(|_| {
            let case = transposed().new_tree(&mut runner).unwrap().current();
            let kernel = case.kernel();
            pays(&kernel, &(0..kernel.output().elements()))
        })
        .count();
    assert!((30..190).contains(&apart), "{apart} of 200");
}

#[test]
fn other_operators_should_be_left_alone() {
    let node = GraphNode {
        op: Op::Reshape,
        inputs: vec![Ref::Request(0)].try_into().unwrap(),
        output: spec(DType::U8, &[2, 3]),
    };
    let kernel = Kernel::new(LAYOUT, &node, &[&spec(DType::U8, &[6])], None).unwrap();
    assert_eq!(whole_node(&kernel, &[&[0; 6]]), None);
}

#[test]
fn what_is_not_held_should_have_no_value() {
    let op = Op::MatMul {
        x_zero: 0,
        w_zero: 0,
        bias: false,
        requant: None,
    };
    let node = GraphNode {
        op,
        inputs: vec![Ref::Request(0), Ref::Request(1)].try_into().unwrap(),
        output: spec(DType::I32, &[2, 2]),
    };
    let square = spec(DType::U8, &[2, 2]);
    let kernel = Kernel::new(LAYOUT, &node, &[&square, &square], None).unwrap();
    assert_eq!(whole_node(&kernel, &[&[1; 4], &[1; 3]]), None);
    assert_eq!(whole_node(&kernel, &[&[1; 4]]), None);
    let mut short = Whole(vec![&[1; 4], &[1; 3]]);
    assert_eq!(elements(&kernel, 0..4, &mut short, |_| ()), None);
    let mut full = Whole(vec![&[1; 4], &[1; 4]]);
    assert_eq!(elements(&kernel, 0..5, &mut full, |_| ()), None);
    assert_eq!(elements(&kernel, 0..4, &mut full, |_| ()), Option::Some(()));
}

/// What is worked on at once is bounded by sums and by gathered bytes, in blocks of one size; depthwise ones are taken row by row.
#[test]
fn blocks_should_be_as_large_as_their_bounds() {
    let block = |x, w, groups, positions| {
        let kernel = convolution(x, w, groups, 0).kernel();
        Node::new(&kernel).unwrap().block(positions)
    };
    // 2^18 bytes are 455 positions of 576.
    assert_eq!(block([1, 64, 30, 30], [64, 64, 3, 3], 1, 784), 392);
    assert_eq!(block([1, 64, 30, 30], [64, 64, 3, 3], 1, 100), 100);
    assert_eq!(block([1, 64, 30, 30], [64, 64, 3, 3], 1, 0), 1);
    // 2^18 sums are 512 positions of 512 outputs.
    assert_eq!(block([1, 2, 40, 40], [512, 2, 1, 1], 1, 1_600), 400);
    // 2^16 outputs are 273 positions of 240 channels, of which 13 rows of 20 are 260.
    assert_eq!(block([1, 240, 22, 22], [240, 1, 3, 3], 240, 400), 260);
    assert_eq!(block([1, 240, 22, 22], [240, 1, 3, 3], 240, 40), 40);
    // 1,638 rows of five, of eight channels.
    assert_eq!(block([2, 8, 1_002, 7], [8, 1, 3, 3], 8, 10_000), 8_190);
    // A row of 3,000 is more, but is not divided.
    assert_eq!(block([1, 64, 5, 3_002], [64, 1, 3, 3], 64, 9_000), 3_000);
}

/// Whatever is asked for, no more than 2^18 sums are kept: whole positions, or stretches of one, one behind the other.
#[test]
fn parts_should_follow_each_other_and_have_no_more_sums_than_are_kept() {
    let parts = |outputs: u32, block: u32, places: Range<u32>| {
        let mut place = places.start;
        let mut sizes = Vec::new();
        while place < places.end {
            let part = part_at(outputs, block, place, places.end).unwrap();
            let first = part.positions.start * outputs + part.outputs.start;
            assert_eq!(first, place, "{outputs} outputs");
            assert!(part.positions.len() == 1 || part.outputs == (0..outputs));
            let size = part.positions.len() * part.outputs.len();
            assert!(size <= 1 << 18, "{size} sums of {outputs} outputs");
            sizes.push(size as u32);
            place += size as u32;
        }
        assert_eq!(place, places.end, "{outputs} outputs");
        sizes
    };
    // The rest of a position, three and then one that are whole, and a part of the next.
    assert_eq!(parts(5, 3, 2..27), [3, 15, 5, 2]);
    assert_eq!(parts(5, 3, 6..9), [3]);
    assert_eq!(parts(5, 3, 0..15), [15]);
    let most = 1 << 18;
    assert_eq!(parts(most, 1, 0..2 * most), [most, most]);
    assert_eq!(parts(most / 2, 2, 0..2 * most), [most, most]);
    assert_eq!(parts(most + 1, 1, 0..2 * most + 2), [most, 1, most, 1]);
    assert_eq!(parts(2 * most + 3, 1, 5..2 * most), [most, most - 5]);
    // Blocks are as small as parts of them have to be.
    for (x, w, groups) in [
        ([1, 2, 40, 40], [512, 2, 1, 1], 1),
        ([1, 64, 5, 3_002], [64, 1, 3, 3], 64),
        ([1, 64, 3, 5_002], [64, 1, 3, 3], 64),
        ([1, 1, 3, 3], [most - 1, 1, 1, 1], 1),
        ([1, 1, 3, 3], [most + 1, 1, 1, 1], 1),
    ] {
        let kernel = convolution(x, w, groups, 0).kernel();
        for positions in [1, 500, 100_000] {
            let block = Node::new(&kernel).unwrap().block(positions);
            assert!(block == 1 || block * w[0] <= most, "{block} of {w:?}");
        }
    }
}

/// Weights are words of 32 bits. As many blocks of eight channels are prepared for at once as have 128 KiB of them: no more, for
/// the memory, and no fewer, since inputs are brought together anew for each.
#[test]
fn weights_of_channels_should_be_kept_as_far_as_they_fit() {
    for taps in [1, 2, 9, 25, 49, 511, 512, 513, 4_095, 4_096, 4_097, 131_071] {
        let channels = depthwise::channels_at_once(taps) as usize;
        let bytes = |channels: usize| channels * taps * 4;
        assert_eq!(channels % 8, 0, "{taps} taps");
        assert!(channels == 8 || bytes(channels) <= 128 << 10, "{taps} taps");
        assert!(bytes(channels + 8) > 128 << 10, "{taps} taps");
    }
}

#[test]
fn little_should_be_left_to_be_computed_one_by_one() {
    let pays_for = |case: &Case, positions: u32| {
        let kernel = case.kernel();
        let outputs = case.node.output.shape[1];
        pays(&kernel, &(0..positions * outputs))
    };
    // Two outputs of four products in each of two groups: 16 positions have 128 of a group.
    let grouped = convolution([1, 8, 8, 8], [4, 4, 1, 1], 2, 0);
    assert!(pays_for(&grouped, 16) && !pays_for(&grouped, 15));
    // One group, and groups of one channel, however few.
    assert!(pays_for(&convolution([1, 2, 1, 1], [2, 2, 1, 1], 1, 0), 1));
    assert!(pays_for(&convolution([1, 2, 1, 1], [2, 1, 1, 1], 2, 0), 1));
}

/// Three sums have to fit a word, and the words the memory.
#[test]
fn rows_should_be_taken_where_their_words_fit() {
    let fits = |x, w, w_zero, rows: Range<u32>| {
        let case = convolution(x, w, x[1], w_zero);
        let width = case.node.output.shape[3];
        let kernel = case.kernel();
        let part = Part {
            positions: rows.start * width..rows.end * width,
            outputs: 0..x[1],
        };
        strips::fits(&Node::new(&kernel).unwrap(), &part)
    };
    assert!(fits([1, 3, 9, 9], [3, 1, 5, 5], 0, 0..5));
    // 25 products of 255 by 255 are more than 2^20.
    assert!(!fits([1, 3, 9, 9], [3, 1, 5, 5], -128, 0..5));
    assert!(fits([1, 3, 9, 9], [3, 1, 3, 3], -128, 1..7));
    // Three rows of 2,729 words for 8,187 outputs, and one more, are 8,190.
    assert!(fits([1, 1, 3, 8_189], [1, 1, 3, 3], 0, 0..1));
    assert!(!fits([1, 1, 3, 8_190], [1, 1, 3, 3], 0, 0..1));
    let case = convolution([1, 3, 9, 9], [3, 1, 3, 3], 3, 0);
    let kernel = case.kernel();
    for positions in [1..7, 0..8] {
        let part = Part {
            positions,
            outputs: 0..3,
        };
        assert!(!strips::fits(&Node::new(&kernel).unwrap(), &part));
    }
}

/// The most that inputs and weights can make of every lane, either way, in as many taps as have room and in fewer.
#[test]
fn sums_of_rows_should_keep_to_their_lanes() {
    for window in [[4, 8], [1, 32], [5, 5], [3, 3], [2, 1]] {
        for (input, zero) in [(0, 255), (255, 0)] {
            let (x, w) = (
                [1, 8, window[0] + 3, window[1] + 7],
                [8, 1, window[0], window[1]],
            );
            let mut case = convolution(x, w, 8, 0);
            if let Op::Conv { x_zero, .. } = &mut case.node.op {
                *x_zero = zero;
            }
            case.specs[0].dtype = DType::U8;
            case.specs[1].dtype = DType::I8;
            case.inputs[0].fill(input);
            // A sign for the taps of each lane.
            let sign = |(at, weight): (usize, &mut u8)| {
                let taps = (window[0] * window[1]) as usize;
                let (channel, column) = (at / taps, at % taps % window[1] as usize);
                *weight = if channel >> (column % 3) & 1 == 0 {
                    0x80
                } else {
                    0x7f
                };
            };
            case.inputs[1].iter_mut().enumerate().for_each(sign);
            let part = Part {
                positions: 0..4 * 8,
                outputs: 0..8,
            };
            assert!(strips::fits(&Node::new(&case.kernel()).unwrap(), &part));
            assert_whole(&case, &format!("{window:?} of {input}"));
        }
    }
}

/// What is worked on at once has no rows of the next image, nor words of the next row.
#[test]
fn rows_should_end_with_their_image() {
    // So wide that an image takes several turns, the last with fewer rows.
    for (rows, width) in (3..9)
        .map(|rows| (rows, 6))
        .chain([(11, 300), (12, 301), (13, 302)])
    {
        let case = convolution([3, 9, rows, width], [9, 1, 3, 3], 9, 0);
        assert_whole(&case, &format!("{rows} rows of {width}"));
    }
}

/// A depthwise convolution of several images and turns, with one scale and a bias for each channel.
fn settled(scale: f32, bias: i32) -> Case {
    let mut case = convolution([2, 9, 11, 300], [9, 1, 3, 3], 9, 0);
    if let Op::Conv {
        bias: has_bias,
        requant,
        ..
    } = &mut case.node.op
    {
        *has_bias = true;
        *requant = Option::Some(Requant {
            zero: 100,
            min: 0,
            max: 255,
        });
    }
    case.node.output.dtype = DType::U8;
    case.node.inputs = (0..4)
        .map(Ref::Request)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    case.specs.push(spec(DType::I32, &[9]));
    case.inputs.push([bias; 9].map(i32::to_le_bytes).concat());
    case.specs.push(spec(DType::F32, &[1]));
    case.inputs.push(scale.to_le_bytes().to_vec());
    case
}

/// Also where some are so near to a half that they are settled one by one; where all are, there are no bytes to be had so.
#[test]
fn rows_should_be_settled_from_their_words_where_that_is_fast() {
    let scale = 0.000_976_562_5;
    for (scale, bias, is_fast) in [
        (0.000_7, -3_000, true),
        (scale, 17, true),
        (scale, 1 << 24, false),
        (scale, i32::MIN + (1 << 20) - 1, false),
    ] {
        let case = settled(scale, bias);
        let kernel = case.kernel();
        let node = Node::new(&kernel).unwrap();
        let committed = case.committed();
        let mut source = Whole(committed.iter().map(Vec::as_slice).collect());
        let part = Part {
            positions: 0..kernel.output().elements() / node.outputs(),
            outputs: 0..node.outputs(),
        };
        let bytes = depthwise::bytes(&node, DType::U8, &part, &mut source).unwrap();
        assert_eq!(bytes.is_some(), is_fast, "{scale} and {bias}");
        let plain = assert_whole(&case, &format!("{scale} and {bias}"));
        if let Option::Some(bytes) = bytes {
            assert_eq!(Option::Some(bytes), kernel.output().to_committed(&plain));
        }
    }
}

#[test]
fn bytes_should_be_the_inputs_in_their_order() {
    let case = convolution([1, 2, 4, 4], [2, 2, 3, 3], 1, 0);
    assert_eq!(case.dense().bytes(), case.inputs);
}
