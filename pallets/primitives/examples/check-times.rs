//! How long checking a contradiction takes: a 3×3 convolution of 64 to 64 channels over 28×28, shown whole, by a tile and
//! by an element.
//!
//! `cargo run -p veritrace-primitives --example check-times` prints the median of several runs and the time of one
//! multiply-accumulate.

use std::time::Instant;
use veritrace_primitives::commit::{tensor_root, trace_root};
use veritrace_primitives::evaluate::evaluate;
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::proof::{check, ClaimFacts, ProofLimits, Target};
use veritrace_primitives::prove::{element_target, first_wrong_tile, opening, tile_target, Prover};

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
            layout_version: LAYOUT_VERSION,
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
    let root = |spec, data| tensor_root::<Sha256>(spec, data).map_err(|_| "no tensor");
    let leaves = vec![root(&node.output, &wrong)?];
    let facts = ClaimFacts {
        graph_root: prover.graph_root::<Sha256>(),
        node_count: 1,
        trace_root: trace_root::<Sha256>(&leaves),
        input_roots: vec![root(input, inputs.first().ok_or("no input")?)?]
            .try_into()
            .map_err(|_| "too many inputs")?,
    };
    let shown = opening::<Sha256>(&node.output, &wrong, u32::MAX).ok_or("no opening")?;
    let tile = first_wrong_tile::<Sha256>(&node.output, &shown, right).ok_or("no tile")?;
    let limits = ProofLimits {
        max_whole_bytes: u32::MAX,
        max_macs: u64::MAX,
    };
    let targets = [
        ("whole", Some(Target::Whole)),
        ("tile", tile_target::<Sha256>(&shown, tile)),
        (
            "element",
            element_target::<Sha256>(&node.output, &shown, tile, right),
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
    Ok(())
}
