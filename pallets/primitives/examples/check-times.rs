//! How long checking a contradiction takes: a 3×3 convolution of 64 to 64 channels over 28×28, shown whole, by a tile and
//! by an element.
//!
//! `cargo run -p veritrace-primitives --example check-times` prints the median of several runs and the time of one
//! multiply-accumulate; then, for operators of version 2, the time of one unit of the work that they are said to take, to
//! be held against it.

use std::time::Instant;
use veritrace_primitives::commit::{tensor_root, trace_root};
use veritrace_primitives::evaluate::evaluate;
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::proof::{check, ClaimFacts, ProofLimits, Target};
use veritrace_primitives::prove::{element_target, first_wrong_tile, opening, tile_target, Prover};
use veritrace_primitives::tensor::Layout;

/// The one whose bytes a proof hashes in the module itself.
const LAYOUT: Layout = Layout::Two;
const CHANNELS: u32 = 64;
const SIDE: u32 = 28;
const RUNS: usize = 7;

fn spec(dtype: DType, shape: &[u32]) -> Result<TensorSpec, &'static str> {
    let shape = shape
        .to_vec()
        .try_into()
        .map_err(|_| "too many dimensions")?;
    Ok(TensorSpec { dtype, shape })
}

fn bytes(count: u32, step: u32) -> Vec<u8> {
    (0..count)
        .map(|i| (i.wrapping_mul(step) >> 5) as u8)
        .collect()
}

fn graph() -> Result<Graph, &'static str> {
    let plane = [1, CHANNELS, SIDE, SIDE];
    let io = |list: Vec<TensorSpec>| list.try_into().map_err(|_| "too many inputs");
    let weights = spec(DType::I8, &[CHANNELS, CHANNELS, 3, 3])?;
    let scale = spec(DType::F32, &[1])?;
    let conv = Op::Conv {
        groups: 1,
        strides: [1, 1],
        pads: [1; 4],
        dilations: [1, 1],
        x_zero: 3,
        w_zero: 0,
        bias: false,
        requant: Some(Requant {
            zero: 0,
            min: 0,
            max: 255,
        }),
    };
    Ok(Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: LAYOUT.version(),
            node_count: 1,
            initialiser_count: 2,
            inputs: io(vec![spec(DType::U8, &plane)?])?,
            outputs: vec![0].try_into().map_err(|_| "too many outputs")?,
        },
        initialisers: vec![
            Initialiser {
                spec: weights,
                data: bytes(CHANNELS * CHANNELS * 9, 2_654_435_761),
            },
            Initialiser {
                spec: scale,
                data: 0.001f32.to_bits().to_le_bytes().to_vec(),
            },
        ],
        nodes: vec![Node {
            op: conv,
            inputs: vec![Ref::Request(0), Ref::Initialiser(0), Ref::Initialiser(1)]
                .try_into()
                .map_err(|_| "too many inputs")?,
            output: spec(DType::U8, &plane)?,
        }],
    })
}

/// One node of requests and initialisers; whatever is not an integer is a scale.
fn single(op: Op, inputs: &[TensorSpec], output: TensorSpec) -> Result<Graph, &'static str> {
    let (mut requests, mut initialisers, mut references) = (Vec::new(), Vec::new(), Vec::new());
    for input in inputs {
        if input.dtype == DType::F32 {
            references.push(Ref::Initialiser(0));
            initialisers.push(Initialiser {
                spec: input.clone(),
                data: 0.001f32.to_bits().to_le_bytes().to_vec(),
            });
        } else {
            references.push(Ref::Request(requests.len() as u16));
            requests.push(input.clone());
        }
    }
    Ok(Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: LAYOUT.version(),
            node_count: 1,
            initialiser_count: initialisers.len() as u16,
            inputs: requests.try_into().map_err(|_| "too many inputs")?,
            outputs: vec![0].try_into().map_err(|_| "too many outputs")?,
        },
        initialisers,
        nodes: vec![Node {
            op,
            inputs: references.try_into().map_err(|_| "too many inputs")?,
            output,
        }],
    })
}

/// Time and work of checking a whole node of which the last byte is wrong.
fn whole(graph: &Graph) -> Result<(f64, u64), &'static str> {
    let size = |spec: &TensorSpec| spec.shape.iter().product::<u32>() * spec.dtype.size();
    let requests = graph.header.inputs.iter();
    let inputs: Vec<Vec<u8>> = requests.map(|spec| bytes(size(spec), 40_503)).collect();
    let honest = evaluate(graph, &inputs).map_err(|_| "no value")?;
    let mut wrong = honest.first().ok_or("no output")?.clone();
    *wrong.last_mut().ok_or("no byte")? ^= 1;
    let node = graph.nodes.first().ok_or("one node")?;
    let root = |spec, data| tensor_root::<Sha256>(LAYOUT, spec, data).map_err(|_| "no tensor");
    let leaves = vec![root(&node.output, &wrong)?];
    let roots = graph.header.inputs.iter().zip(&inputs);
    let roots = roots.map(|(spec, data)| root(spec, data));
    let prover = Prover::new::<Sha256>(graph).ok_or("no prover")?;
    let facts = ClaimFacts {
        graph_root: prover.graph_root::<Sha256>(),
        node_count: 1,
        trace_root: trace_root::<Sha256>(&leaves),
        input_roots: roots
            .collect::<Result<Vec<_>, _>>()?
            .try_into()
            .map_err(|_| "too many inputs")?,
    };
    let limits = ProofLimits {
        max_whole_bytes: u32::MAX,
        max_macs: u64::MAX,
    };
    let proof = prover
        .contradiction::<Sha256>(0, &leaves, &inputs, &honest, Target::Whole)
        .ok_or("no proof")?;
    let mut times = Vec::with_capacity(RUNS);
    let mut macs = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        macs = check::<Sha256>(&facts, &proof, &limits)
            .map_err(|_| "rejected")?
            .macs;
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok((*times.get(RUNS / 2).ok_or("no runs")?, macs))
}

type Spec = (DType, &'static [u32]);
/// Name, operator, inputs, output.
type Step = (&'static str, Op, Vec<Spec>, Spec);

/// Operators of version 2, each over some ten thousand elements.
fn operators() -> Result<Vec<Step>, &'static str> {
    use DType::{F32, I32, I8, U8};
    let requant = Requant {
        zero: 3,
        min: 0,
        max: 255,
    };
    let weighted = Op::WeightedSum {
        a_zero: 1,
        a_mul: 3,
        b_zero: 0,
        b_mul: -7,
        requant: None,
    };
    let quotient = Op::Quotient {
        a_zero: 1,
        b_zero: 0,
        requant,
    };
    let requantise = Op::Requantise { x_zero: 0, requant };
    let root = Op::SquareRoot { x_zero: 0, requant };
    let reduce = Op::Reduce {
        reduction: Reduction::SumOfSquares,
        axes: vec![1].try_into().map_err(|_| "too many axes")?,
        keep_dims: true,
        x_zero: 0,
        requant: None,
    };
    let transposed = Op::ConvTranspose {
        groups: 1,
        strides: [2, 2],
        pads: [0; 4],
        dilations: [1, 1],
        x_zero: 9,
        w_zero: 0,
        bias: false,
        requant: Some(requant),
    };
    let product = Op::MatMul {
        x_zero: 1,
        w_zero: 2,
        bias: false,
        requant: None,
    };
    let products = Op::BatchMatMul {
        a_zero: 1,
        b_zero: 2,
        requant: None,
    };
    let resize = |requant: Option<Requant>| Op::Resize { x_zero: 1, requant };
    let slice = Op::Slice {
        ranges: vec![(0, 2), (1, 2)]
            .try_into()
            .map_err(|_| "too many ranges")?,
    };
    let top = Op::TopK {
        axis: 1,
        largest: true,
        indices: true,
    };
    let (wide, narrow): (Spec, Spec) = ((I32, &[64, 256]), (U8, &[64, 256]));
    let (row, scale): (Spec, Spec) = ((I32, &[256]), (F32, &[1]));
    let (image, sides): (Spec, Spec) = ((U8, &[1, 64, 16, 16]), (I32, &[32]));
    let large: Spec = (U8, &[1, 64, 32, 32]);
    let deep: Spec = (U8, &[64, 512]);
    let (a, b): (Spec, Spec) = ((U8, &[4, 64, 512]), (I8, &[4, 64, 512]));
    Ok(vec![
        (
            "MatMul, for comparison",
            product,
            vec![deep, deep],
            (I32, &[64, 64]),
        ),
        (
            "Requantise, for comparison",
            requantise,
            vec![wide, scale],
            narrow,
        ),
        ("BatchMatMul", products, vec![a, b], (I32, &[4, 64, 64])),
        (
            "ConvTranspose",
            transposed,
            vec![image, (I8, &[64, 64, 2, 2]), scale],
            large,
        ),
        ("WeightedSum", weighted.clone(), vec![wide, wide], wide),
        ("WeightedSum, broadcast", weighted, vec![wide, row], wide),
        (
            "Quotient",
            quotient.clone(),
            vec![wide, wide, scale],
            narrow,
        ),
        (
            "Quotient, broadcast",
            quotient,
            vec![wide, row, scale],
            narrow,
        ),
        ("SquareRoot", root, vec![wide, scale], narrow),
        (
            "Concat",
            Op::Concat { axis: 1 },
            vec![wide, wide],
            (I32, &[64, 512]),
        ),
        ("Slice", slice, vec![wide], (I32, &[32, 128])),
        (
            "Gather",
            Op::Gather { axis: 1 },
            vec![wide, (U8, &[256])],
            wide,
        ),
        (
            "Resize, nearest",
            resize(None),
            vec![image, sides, sides],
            large,
        ),
        (
            "Resize, linear",
            resize(Some(requant)),
            vec![image, sides, sides, scale],
            large,
        ),
        ("Reduce", reduce, vec![wide], (I32, &[64, 1])),
        ("Lookup", Op::Lookup, vec![narrow, (I32, &[256])], wide),
        ("TopK", top, vec![(I32, &[16, 256])], (I32, &[16, 8])),
    ])
}

fn main() -> Result<(), &'static str> {
    let graph = graph()?;
    let inputs = vec![bytes(CHANNELS * SIDE * SIDE, 40_503)];
    let honest = evaluate(&graph, &inputs).map_err(|_| "no value")?;
    let [right] = honest.as_slice() else {
        return Err("one node, one output");
    };
    let mut wrong = right.clone();
    // Away from the border, where a window is full.
    let middle = wrong.len() / 2 + SIDE as usize / 2;
    *wrong.get_mut(middle).ok_or("no middle")? ^= 1;
    let prover = Prover::new::<Sha256>(&graph).ok_or("no prover")?;
    let [node] = graph.nodes.as_slice() else {
        return Err("one node");
    };
    let [input] = graph.header.inputs.as_slice() else {
        return Err("one input");
    };
    let root = |spec, data| tensor_root::<Sha256>(LAYOUT, spec, data).map_err(|_| "no tensor");
    let leaves = vec![root(&node.output, &wrong)?];
    let facts = ClaimFacts {
        graph_root: prover.graph_root::<Sha256>(),
        node_count: 1,
        trace_root: trace_root::<Sha256>(&leaves),
        input_roots: vec![root(input, inputs.first().ok_or("no input")?)?]
            .try_into()
            .map_err(|_| "too many inputs")?,
    };
    let shown = opening::<Sha256>(LAYOUT, &node.output, &wrong, u32::MAX).ok_or("no opening")?;
    let tile = first_wrong_tile::<Sha256>(LAYOUT, &node.output, &shown, right).ok_or("no tile")?;
    let limits = ProofLimits {
        max_whole_bytes: u32::MAX,
        max_macs: u64::MAX,
    };
    let targets = [
        ("whole", Some(Target::Whole)),
        ("tile", tile_target::<Sha256>(LAYOUT, &shown, tile)),
        (
            "element",
            element_target::<Sha256>(LAYOUT, &node.output, &shown, tile, right),
        ),
    ];
    println!("| target | proof | time | MACs | one MAC |");
    println!("|---|---|---|---|---|");
    for (name, target) in targets {
        let target = target.ok_or("no target")?;
        let proof = prover
            .contradiction::<Sha256>(0, &leaves, &inputs, &honest, target)
            .ok_or("no proof")?;
        let mut times = Vec::with_capacity(RUNS);
        let mut macs = 0;
        for _ in 0..RUNS {
            let start = Instant::now();
            macs = check::<Sha256>(&facts, &proof, &limits)
                .map_err(|_| "rejected")?
                .macs;
            times.push(start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        let median = times.get(RUNS / 2).ok_or("no runs")?;
        println!(
            "| {name} | {:.1} KB | {:.3} ms | {macs} | {:.2} ns |",
            codec::Encode::encoded_size(&proof) as f64 / 1e3,
            median * 1e3,
            median * 1e9 / macs as f64,
        );
    }
    println!();
    println!("| operator | time | work | one unit |");
    println!("|---|---|---|---|");
    for (name, op, inputs, (dtype, shape)) in operators()? {
        let inputs = inputs.iter().map(|(dtype, shape)| spec(*dtype, shape));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        let (time, macs) = whole(&single(op, &inputs, spec(dtype, shape)?)?)?;
        println!(
            "| {name} | {:.3} ms | {macs} | {:.2} ns |",
            time * 1e3,
            time * 1e9 / macs as f64,
        );
    }
    Ok(())
}
