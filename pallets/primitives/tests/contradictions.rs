//! The release-blocking property: for every corruption of a claim there is an accepted proof, and for an honest claim no
//! proof is accepted. Graphs, inputs and corruptions are random.

use codec::{Decode, Encode};
use proptest::prelude::*;
use proptest::sample::Index;
use veritrace_primitives::check::{check_graph, page_items, GraphChecker, GraphFault, GraphLimits};
use veritrace_primitives::commit::{tensor_root, trace_root};
use veritrace_primitives::evaluate::{evaluate, evaluate_at};
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::proof::*;
use veritrace_primitives::prove::{element_target, first_wrong_tile, opening, tile_target, Prover};

const LIMITS: GraphLimits = GraphLimits {
    max_proof_bytes: u32::MAX,
    max_macs: u64::MAX,
    max_opening_bytes: u32::MAX,
};
const PROOF_LIMITS: ProofLimits = ProofLimits {
    max_whole_bytes: u32::MAX,
    max_macs: u64::MAX,
};

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap(),
    }
}

/// Builds graphs node by node; every parameter comes from a stream of random bytes.
struct Builder {
    graph: Graph,
    random: Vec<u8>,
    at: usize,
}

impl Builder {
    fn new(random: Vec<u8>, channels: u32, side: u32) -> Self {
        let header = GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: LAYOUT_VERSION,
            node_count: 0,
            initialiser_count: 0,
            inputs: vec![
                spec(DType::U8, &[1, channels, side, side]),
                spec(DType::I8, &[2, channels, side + 2, side]),
                spec(DType::I32, &[channels, 70]),
                spec(DType::I8, &[]),
            ]
            .try_into()
            .unwrap(),
            outputs: vec![].try_into().unwrap(),
        };
        Self {
            graph: Graph {
                header,
                initialisers: vec![],
                nodes: vec![],
            },
            random,
            at: 0,
        }
    }

    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.random[self.at % self.random.len()]
            .wrapping_mul((self.at / self.random.len()) as u8 | 1)
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::from(self.byte()) % bound
    }

    fn initialiser(&mut self, spec: TensorSpec) -> Ref {
        let bytes = spec.shape.iter().product::<u32>() * spec.dtype.size();
        let data = match spec.dtype {
            DType::F32 => (0..bytes / 4)
                .flat_map(|_| ((124 - self.below(9)) << 23 | self.below(256) << 12).to_le_bytes())
                .collect(),
            DType::I32 => (0..bytes / 4)
                .flat_map(|_| (self.below(256) as i32 * 9 - 1000).to_le_bytes())
                .collect(),
            DType::U8 | DType::I8 => (0..bytes).map(|_| self.byte()).collect(),
        };
        self.graph.initialisers.push(Initialiser { spec, data });
        Ref::Initialiser(self.graph.initialisers.len() as u16 - 1)
    }

    fn last(&self) -> (Ref, TensorSpec) {
        match self.graph.nodes.last() {
            Some(node) => (
                Ref::Node(self.graph.nodes.len() as u16 - 1),
                node.output.clone(),
            ),
            None => (Ref::Request(0), self.graph.header.inputs[0].clone()),
        }
    }

    /// What the next operator takes: mostly what came last, else anything that there is.
    fn pick(&mut self) -> (Ref, TensorSpec) {
        if self.below(3) > 0 {
            return self.last();
        }
        let nodes = self.graph.nodes.len() as u32;
        let at = self.below(nodes + 4);
        match at.checked_sub(nodes) {
            Some(r) => (
                Ref::Request(r as u16),
                self.graph.header.inputs[r as usize].clone(),
            ),
            None => (
                Ref::Node(at as u16),
                self.graph.nodes[at as usize].output.clone(),
            ),
        }
    }

    /// Another tensor of that shape, of 8 bits; `x` itself where there is none.
    fn partner(&mut self, x: Ref, xs: &TensorSpec) -> (Ref, TensorSpec) {
        let fits: Vec<_> = self
            .graph
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.output.shape == xs.shape && node.output.dtype.is_operand())
            .map(|(at, node)| (Ref::Node(at as u16), node.output.clone()))
            .collect();
        let at = self.below(fits.len() as u32 + 1) as usize;
        fits.get(at).cloned().unwrap_or((x, xs.clone()))
    }

    fn zero_of(&mut self, dtype: DType) -> i32 {
        self.below(256) as i32 - if dtype == DType::U8 { 0 } else { 128 }
    }

    fn push(&mut self, op: Op, inputs: Vec<Ref>, output: TensorSpec) {
        self.graph.nodes.push(Node {
            op,
            inputs: inputs.try_into().unwrap(),
            output,
        });
    }

    fn requant(&mut self, dtype: DType) -> Requant {
        let (min, max) = dtype.range().unwrap();
        let relu = self.below(2) == 0;
        let zero = if dtype == DType::U8 {
            self.below(200) as i32
        } else {
            self.below(90) as i32 - 45
        };
        Requant {
            zero,
            min: if relu { zero } else { min },
            max,
        }
    }

    /// Appends one operator that fits what came before.
    fn step(&mut self, choice: u8) {
        let (x, xs) = self.pick();
        self.apply(choice, x, xs);
    }

    /// A requantisation of up to `channels` scales, or the accumulator: type of the output, and the scale's reference.
    fn scaling(&mut self, channels: u32) -> (DType, Option<Requant>, Option<Ref>) {
        let out = match self.below(5) {
            0 | 1 => DType::U8,
            2 | 3 => DType::I8,
            _ => return (DType::I32, None, None),
        };
        let count = if self.below(2) == 0 { channels } else { 1 };
        let scale = self.initialiser(spec(DType::F32, &[count]));
        (out, Some(self.requant(out)), Some(scale))
    }

    fn apply(&mut self, choice: u8, x: Ref, xs: TensorSpec) {
        let shape = xs.shape.to_vec();
        let operand = xs.dtype.is_operand();
        let zero = if xs.dtype == DType::U8 {
            self.below(255) as i32
        } else {
            self.below(255) as i32 - 128
        };
        let out = if self.below(2) == 0 {
            DType::U8
        } else {
            DType::I8
        };
        match (choice % 10, shape.as_slice()) {
            (0, &[n, c, h, w]) if operand => {
                let groups = if c % 2 == 0 { 1 + self.below(2) } else { 1 };
                let outs = groups * (1 + self.below(3));
                let pads = [(); 4].map(|()| self.below(3));
                let (mut kernel, mut strides, mut dilations) = ([1; 2], [1; 2], [1; 2]);
                let mut sides = [h, w];
                for axis in 0..2 {
                    let room = sides[axis] + pads[axis] + pads[axis + 2];
                    kernel[axis] = 1 + self.below(room.min(3));
                    strides[axis] = 1 + self.below(3);
                    if (kernel[axis] - 1) * 2 < room {
                        dilations[axis] = 1 + self.below(2);
                    }
                    let extent = (kernel[axis] - 1) * dilations[axis] + 1;
                    sides[axis] = (room - extent) / strides[axis] + 1;
                }
                let weight_type = if self.below(2) == 0 {
                    DType::U8
                } else {
                    DType::I8
                };
                let w_zero = self.zero_of(weight_type);
                let weights =
                    self.initialiser(spec(weight_type, &[outs, c / groups, kernel[0], kernel[1]]));
                let mut inputs = vec![x, weights];
                let bias = self.below(2) == 0;
                if bias {
                    inputs.push(self.initialiser(spec(DType::I32, &[outs])));
                }
                let (out, requant, scale) = self.scaling(outs);
                inputs.extend(scale);
                self.push(
                    Op::Conv {
                        groups,
                        strides,
                        pads,
                        dilations,
                        x_zero: zero,
                        w_zero,
                        bias,
                        requant,
                    },
                    inputs,
                    spec(out, &[n, outs, sides[0], sides[1]]),
                );
            }
            (1, dims) if operand && dims.len() != 2 => {
                let count = dims.iter().product();
                self.push(Op::Reshape, vec![x], spec(xs.dtype, &[1, count]));
                let (x, xs) = self.last();
                self.apply(1, x, xs);
            }
            (1, &[rows, depth]) if operand => {
                let columns = 1 + self.below(300);
                // Sometimes a product of two results, or of one with itself.
                let weights = match self.partner(x, &xs) {
                    (other, spec) if self.below(3) == 0 && rows < 40 => (other, spec.dtype, rows),
                    _ => {
                        let weights = self.initialiser(spec(DType::I8, &[columns, depth]));
                        (weights, DType::I8, columns)
                    }
                };
                let (weights, weight_type, columns) = weights;
                let w_zero = self.zero_of(weight_type);
                let mut inputs = vec![x, weights];
                let bias = self.below(2) == 0;
                if bias {
                    inputs.push(self.initialiser(spec(DType::I32, &[columns])));
                }
                let (out, requant, scale) = self.scaling(columns);
                inputs.extend(scale);
                self.push(
                    Op::MatMul {
                        x_zero: zero,
                        w_zero,
                        bias,
                        requant,
                    },
                    inputs,
                    spec(out, &[rows, columns]),
                );
            }
            (2, _) => {
                let scale = self.initialiser(spec(DType::F32, &[1]));
                let requant = self.requant(out);
                let x_zero = if operand { zero } else { 0 };
                self.push(
                    Op::Requantise { x_zero, requant },
                    vec![x, scale],
                    spec(out, &shape),
                );
            }
            (3, _) if operand => {
                let table = self.initialiser(spec(out, &[256]));
                self.push(Op::Table, vec![x, table], spec(out, &shape));
            }
            (4, &[n, c, h, w]) if operand && h >= 2 && w >= 2 => {
                let window = Window {
                    kernel: [2, 2],
                    strides: [1 + self.below(2), 1],
                    pads: [0, 1, 1, 0],
                };
                let y = [n, c, (h - 1) / window.strides[0] + 1, w];
                if self.below(2) == 0 {
                    self.push(Op::MaxPool(window), vec![x], spec(xs.dtype, &y));
                } else {
                    let (out, requant, scale) = self.scaling(c);
                    self.push(
                        Op::SumPool {
                            window,
                            x_zero: zero,
                            requant,
                        },
                        [x].into_iter().chain(scale).collect(),
                        spec(out, &y),
                    );
                }
            }
            (5, _) if operand => {
                let (b, b_spec) = self.partner(x, &xs);
                let (out, requant, scale) = self.scaling(1);
                let (b_zero, b_mul) = (self.zero_of(b_spec.dtype), 1 + self.below(200) as i32);
                self.push(
                    Op::Add {
                        a_zero: zero,
                        a_mul: 7,
                        b_zero,
                        b_mul,
                        requant,
                    },
                    [x, b].into_iter().chain(scale).collect(),
                    spec(out, &shape),
                );
            }
            (6, _) => {
                let count: u32 = shape.iter().product();
                let into: &[u32] = match (self.below(4), count % 2) {
                    (0, 0) => &[2, 1, count / 2, 1],
                    (0, _) => &[1, count, 1, 1],
                    (1, _) if count == 1 => &[],
                    (1, _) => &[count],
                    _ => &[1, count],
                };
                self.push(Op::Reshape, vec![x], spec(xs.dtype, into));
            }
            (7, dims) => {
                let mut perm: Vec<u8> = (0..dims.len() as u8).rev().collect();
                if perm.len() > 1 {
                    let turn = self.below(dims.len() as u32) as usize;
                    perm.rotate_left(turn);
                    perm.swap(0, turn);
                }
                let reversed: Vec<u32> = perm.iter().map(|axis| dims[usize::from(*axis)]).collect();
                self.push(
                    Op::Transpose {
                        perm: perm.try_into().unwrap(),
                    },
                    vec![x],
                    spec(xs.dtype, &reversed),
                );
            }
            (8, dims) if dims.iter().product::<u32>() < 2000 => {
                let pads: Vec<(u32, u32)> = dims
                    .iter()
                    .map(|_| (self.below(2), self.below(3)))
                    .collect();
                let padded: Vec<u32> = dims
                    .iter()
                    .zip(&pads)
                    .map(|(d, (a, b))| d + a + b)
                    .collect();
                let value = if operand { zero } else { -7 };
                self.push(
                    Op::Pad {
                        pads: pads.try_into().unwrap(),
                        value,
                    },
                    vec![x],
                    spec(xs.dtype, &padded),
                );
            }
            (9, dims) if !dims.is_empty() => {
                let axis = self.below(dims.len() as u32) as usize;
                let mut kept = dims.to_vec();
                let keep_dims = self.below(2) == 0;
                if keep_dims {
                    kept[axis] = 1
                } else {
                    kept.remove(axis);
                }
                self.push(
                    Op::ArgMax {
                        axis: axis as u8,
                        keep_dims,
                    },
                    vec![x],
                    spec(DType::I32, &kept),
                );
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Graph {
        if self.graph.nodes.is_empty() {
            self.step(6);
        }
        let last = self.graph.nodes.len() as u16 - 1;
        self.graph.header.node_count = last + 1;
        self.graph.header.initialiser_count = self.graph.initialisers.len() as u16;
        self.graph.header.outputs = vec![last].try_into().unwrap();
        self.graph
    }
}

prop_compose! {
    fn graphs()(
        random in prop::collection::vec(any::<u8>(), 64..200),
        channels in 1u32..5,
        side in 3u32..10,
        steps in prop::collection::vec(any::<u8>(), 1..9),
    ) -> Graph {
        let mut builder = Builder::new(random, channels, side);
        for step in steps {
            builder.step(step);
        }
        builder.finish()
    }
}

struct Claim {
    leaves: Vec<Digest>,
    outputs: Vec<Vec<u8>>,
    facts: ClaimFacts,
}

fn input_of(graph: &Graph, seed: u8) -> Vec<Vec<u8>> {
    let bytes = |spec: &TensorSpec| spec.shape.iter().product::<u32>() * spec.dtype.size();
    let inputs = graph.header.inputs.iter().enumerate();
    inputs
        .map(|(at, spec)| {
            (0..bytes(spec))
                .map(|i| (i as u8).wrapping_mul(31 + 2 * at as u8).wrapping_add(seed))
                .collect()
        })
        .collect()
}

fn claim(graph: &Graph, inputs: &[Vec<u8>], outputs: Vec<Vec<u8>>) -> Claim {
    let prover = Prover::new::<Sha256>(graph).unwrap();
    let leaves: Vec<Digest> = graph
        .nodes
        .iter()
        .zip(&outputs)
        .map(|(node, output)| tensor_root::<Sha256>(&node.output, output).unwrap())
        .collect();
    let facts = ClaimFacts {
        graph_root: prover.graph_root::<Sha256>(),
        node_count: graph.header.node_count,
        trace_root: trace_root::<Sha256>(&leaves),
        input_roots: (graph.header.inputs.iter().zip(inputs))
            .map(|(spec, input)| tensor_root::<Sha256>(spec, input).unwrap())
            .collect::<Vec<_>>()
            .try_into()
            .unwrap(),
    };
    Claim {
        leaves,
        outputs,
        facts,
    }
}

/// Every proof a challenger could make about node `index` of a claim, from these honest tensors.
fn proofs(
    graph: &Graph,
    claim: &Claim,
    index: u16,
    inputs: &[Vec<u8>],
    honest: &[Vec<u8>],
) -> Vec<Contradiction> {
    let prover = Prover::new::<Sha256>(graph).unwrap();
    let output = &graph.nodes[usize::from(index)].output;
    let stated = &claim.outputs[usize::from(index)];
    let right = &honest[usize::from(index)];
    let mut targets = vec![Target::Whole];
    for max in [0, u32::MAX] {
        let shown = opening::<Sha256>(output, stated, max).unwrap();
        check_opening::<Sha256>(output, &claim.leaves[usize::from(index)], &shown, max).unwrap();
        if let Some(tile) = first_wrong_tile::<Sha256>(output, &shown, right) {
            targets.extend(tile_target::<Sha256>(&shown, tile));
            targets.extend(element_target::<Sha256>(output, &shown, tile, right));
        } else {
            targets.extend(tile_target::<Sha256>(&shown, 0));
            let place = 0;
            if let (Opening::Tensor(bytes), Some(Target::Tile { path, .. })) =
                (&shown, tile_target::<Sha256>(&shown, 0))
            {
                let bytes = bytes[..bytes.len().min(256)].to_vec();
                targets.push(Target::Element {
                    tile: 0,
                    bytes,
                    path,
                    place,
                });
            }
        }
    }
    targets
        .into_iter()
        .map(|target| {
            prover
                .contradiction::<Sha256>(index, &claim.leaves, inputs, honest, target)
                .unwrap()
        })
        .collect()
}

fn verdict(facts: &ClaimFacts, proof: &Contradiction) -> Result<Work, Rejection> {
    check::<Sha256>(facts, &decode(&proof.encode())?, &PROOF_LIMITS)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_graphs_should_type_check_and_evaluate(graph in graphs(), seed in any::<u8>()) {
        let (root, costs) = check_graph::<Sha256>(&graph, &LIMITS).unwrap();
        prop_assert_eq!(root, Prover::new::<Sha256>(&graph).unwrap().graph_root::<Sha256>());
        prop_assert_eq!(costs.len(), graph.nodes.len());
        prop_assert_eq!(evaluate(&graph, &input_of(&graph, seed)).unwrap().len(), graph.nodes.len());
        prop_assert_eq!(Graph::decode(&mut &graph.encode()[..]).unwrap(), graph);
    }

    #[test]
    fn corrupted_claim_should_fall_to_every_kind_of_proof(
        graph in graphs(), seed in any::<u8>(), node in any::<Index>(), byte in any::<Index>(), flip in 1u8..=255, propagate in any::<bool>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let index = node.index(graph.nodes.len());
        let mut outputs = honest.clone();
        let at = byte.index(outputs[index].len());
        outputs[index][at] ^= flip;
        if propagate {
            for later in index + 1..outputs.len() {
                outputs[later] = evaluate_at(&graph, later as u16, &inputs, &outputs).unwrap();
            }
        }
        let claim = claim(&graph, &inputs, outputs);
        let all = proofs(&graph, &claim, index as u16, &inputs, &honest);
        prop_assert!(all.len() >= 4);
        for proof in &all {
            prop_assert!(verdict(&claim.facts, proof).is_ok(), "{:?} rejected: {:?}", proof.target, verdict(&claim.facts, proof));
        }
        let challenge = Prover::new::<Sha256>(&graph).unwrap().challenge::<Sha256>(index as u16, &claim.leaves).unwrap();
        let challenged = check_challenge::<Sha256>(&claim.facts, &challenge).unwrap();
        prop_assert_eq!(challenged.leaf, claim.leaves[index]);
    }

    #[test]
    fn honest_claim_should_stand_against_every_proof(graph in graphs(), seed in any::<u8>(), other in any::<u8>()) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let truth = claim(&graph, &inputs, honest.clone());
        // Proofs from honest tensors, and from those of another input, which are under other roots.
        let elsewhere = input_of(&graph, other);
        let foreign = evaluate(&graph, &elsewhere).unwrap();
        for index in 0..graph.header.node_count {
            for proof in proofs(&graph, &truth, index, &inputs, &honest) {
                prop_assert_eq!(verdict(&truth.facts, &proof), Err(Rejection::ClaimHolds));
            }
            if elsewhere != inputs {
                for proof in proofs(&graph, &truth, index, &elsewhere, &foreign) {
                    prop_assert!(verdict(&truth.facts, &proof).is_err());
                }
            }
        }
    }

    #[test]
    fn mutated_proof_should_never_convict_an_honest_claim(
        graph in graphs(), seed in any::<u8>(), node in any::<Index>(), lie in any::<Index>(),
        edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6), cut in any::<Option<Index>>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let truth = claim(&graph, &inputs, honest.clone());
        let index = node.index(graph.nodes.len());
        let mut wrong = honest.clone();
        let at = lie.index(wrong[index].len());
        wrong[index][at] ^= 1;
        // Proofs that would convict a liar, presented against the honest claim and tampered with.
        let liar = claim(&graph, &inputs, wrong);
        for proof in proofs(&graph, &liar, index as u16, &inputs, &honest)
            .into_iter()
            .chain(proofs(&graph, &truth, index as u16, &inputs, &honest))
        {
            let mut bytes = proof.encode();
            for (at, value) in &edits {
                let at = at.index(bytes.len());
                bytes[at] ^= value;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            if let Ok(proof) = decode::<Contradiction>(&bytes) {
                prop_assert!(check::<Sha256>(&truth.facts, &proof, &PROOF_LIMITS).is_err());
            }
        }
    }

    #[test]
    fn mutated_page_should_be_an_error_or_another_graph(
        graph in graphs(), which in any::<Index>(), edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let (root, _) = check_graph::<Sha256>(&graph, &LIMITS).unwrap();
        let mut pages: Vec<Vec<u8>> = page_items::<Sha256>(&graph).unwrap().iter().map(Encode::encode).collect();
        let original = pages.clone();
        let which = which.index(pages.len());
        for (at, value) in edits {
            let at = at.index(pages[which].len());
            pages[which][at] ^= value;
        }
        let check = || -> Option<Digest> {
            let mut checker = GraphChecker::new(graph.header.clone()).ok()?;
            for page in &pages {
                checker.push::<Sha256>(&decode::<PageItem>(page).ok()?, &LIMITS).ok()?;
            }
            checker.finish::<Sha256>().ok().map(|(root, _)| root)
        };
        match check() {
            Some(found) if pages == original => prop_assert_eq!(found, root),
            Some(found) => prop_assert_ne!(found, root),
            None => {}
        }
    }

    #[test]
    fn random_bytes_should_be_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let facts = ClaimFacts { graph_root: [1; 32], node_count: 3, trace_root: [2; 32], input_roots: vec![].try_into().unwrap() };
        if let Ok(proof) = decode::<Contradiction>(&bytes) {
            prop_assert!(check::<Sha256>(&facts, &proof, &PROOF_LIMITS).is_err());
        }
        if let Ok(proof) = decode::<ChallengeProof>(&bytes) {
            prop_assert!(check_challenge::<Sha256>(&facts, &proof).is_err());
        }
        if let Ok(proof) = decode::<MalformedProof>(&bytes) {
            prop_assert!(check_malformed::<Sha256>(&[3; 32], &proof).is_err());
        }
        let _ = decode::<PageItem>(&bytes);
        let _ = decode::<Opening>(&bytes);
    }

    #[test]
    fn malformed_node_should_condemn_and_well_formed_ones_not(graph in graphs(), node in any::<Index>()) {
        let index = node.index(graph.nodes.len()) as u16;
        let sound = Prover::new::<Sha256>(&graph).unwrap();
        let proof = sound.malformed::<Sha256>(index).unwrap();
        prop_assert_eq!(check_malformed::<Sha256>(&sound.graph_root::<Sha256>(), &proof), Err(Rejection::WellFormed));

        let mut broken = graph.clone();
        let output = &mut broken.nodes[usize::from(index)].output;
        output.shape = vec![7, 7, 7, 7, 7].try_into().unwrap();
        prop_assert!(matches!(check_graph::<Sha256>(&broken, &LIMITS), Err(GraphFault::Node(at, _)) if at == index));
        let prover = Prover::new::<Sha256>(&broken).unwrap();
        let proof = prover.malformed::<Sha256>(index).unwrap();
        prop_assert_eq!(check_malformed::<Sha256>(&prover.graph_root::<Sha256>(), &proof), Ok(()));
        prop_assert_eq!(check_malformed::<Sha256>(&sound.graph_root::<Sha256>(), &proof), Err(Rejection::NotTheModel));
    }
}

#[test]
fn random_graphs_should_cover_every_operator() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<u8, usize>::new();
    for _ in 0..600 {
        for node in graphs().new_tree(&mut runner).unwrap().current().nodes {
            *seen.entry(node.op.encode()[0]).or_default() += 1;
        }
    }
    assert_eq!(seen.len(), 11, "operators seen: {seen:?}");
    assert!(
        seen.values().all(|count| *count >= 20),
        "operators seen: {seen:?}"
    );
}
