//! What the checks refuse, and why: a sound graph or an accepted proof is spoilt in one place.

use codec::Encode;
use veritrace_primitives::audit::{attest, check_attestation, tile_of_lot, Attestation};
use veritrace_primitives::check::{
    check_graph, page_items, Fact, FactKind, Facts, FactsInMemory, GraphChecker, GraphFault,
    GraphLimits,
};
use veritrace_primitives::commit::{
    graph_root, node_leaf, tensor_root, tile_hash, tile_hashes, trace_root,
};
use veritrace_primitives::evaluate::{evaluate, evaluate_at, EvaluationFault};
use veritrace_primitives::graph::*;
use veritrace_primitives::hash::Sha256;
use veritrace_primitives::kernel::{Fault, NodeFault};
use veritrace_primitives::merkle;
use veritrace_primitives::proof::*;
use veritrace_primitives::prove::{
    element_target, honest_tile, opening, opening_root, tile_target, Prover,
};
use veritrace_primitives::tensor::{Geometry, Layout};

/// Of which most has to be shown that something lies elsewhere: its tiles are the shorter ones.
const LAYOUT: Layout = Layout::One;
const LIMITS: GraphLimits = GraphLimits {
    max_proof_bytes: 64 * 1024,
    max_macs: 1_000_000,
    max_opening_bytes: 64 * 1024,
};
const PROOF_LIMITS: ProofLimits = ProofLimits {
    max_whole_bytes: 64 * 1024,
    max_macs: 1_000_000,
};
/// Elements of the input, more than a tile has bytes.
const WIDTH: u32 = 600;
/// Columns of the product.
const COLUMNS: u32 = 3;
const TABLE: u16 = 0;
const PRODUCT: u16 = 1;
const FLAT: u16 = 2;
/// Where the initialisers are.
const LOOKUP: usize = 0;
const SCALE: usize = 1;
const WEIGHTS: usize = 2;
const BIAS: usize = 3;

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap(),
    }
}

fn node(op: Op, inputs: &[Ref], output: TensorSpec) -> Node {
    Node {
        op,
        inputs: inputs.to_vec().try_into().unwrap(),
        output,
    }
}

/// A lookup of every input, a product with bias and scale, a reshape.
fn graph() -> Graph {
    let initialisers = vec![
        Initialiser {
            spec: spec(DType::U8, &[256]),
            data: (0..=255).rev().collect(),
        },
        Initialiser {
            spec: spec(DType::F32, &[1]),
            data: 0.001f32.to_le_bytes().to_vec(),
        },
        Initialiser {
            spec: spec(DType::I8, &[COLUMNS, WIDTH]),
            data: (0..COLUMNS * WIDTH).map(|at| at as u8).collect(),
        },
        Initialiser {
            spec: spec(DType::I32, &[COLUMNS]),
            data: [5i32, -70, 900]
                .iter()
                .flat_map(|b| b.to_le_bytes())
                .collect(),
        },
    ];
    let product = Op::MatMul {
        x_zero: 0,
        w_zero: 0,
        bias: true,
        requant: Some(Requant {
            zero: 100,
            min: 0,
            max: 255,
        }),
    };
    let (wide, narrow) = (spec(DType::U8, &[1, WIDTH]), spec(DType::U8, &[1, COLUMNS]));
    let nodes = vec![
        node(
            Op::Table,
            &[Ref::Request(0), Ref::Initialiser(LOOKUP as u16)],
            wide.clone(),
        ),
        node(
            product,
            &[
                Ref::Node(TABLE),
                Ref::Initialiser(WEIGHTS as u16),
                Ref::Initialiser(BIAS as u16),
                Ref::Initialiser(SCALE as u16),
            ],
            narrow,
        ),
        node(
            Op::Reshape,
            &[Ref::Node(PRODUCT)],
            spec(DType::U8, &[COLUMNS]),
        ),
    ];
    Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: LAYOUT.version(),
            node_count: nodes.len() as u16,
            initialiser_count: initialisers.len() as u16,
            inputs: vec![wide].try_into().unwrap(),
            outputs: vec![FLAT].try_into().unwrap(),
        },
        initialisers,
        nodes,
    }
}

mod graphs {
    use super::*;

    type Change<T> = fn(&mut T);

    fn checked(
        header: GraphHeader,
        items: &[PageItem],
        limits: &GraphLimits,
    ) -> Result<Digest, GraphFault> {
        let mut checker = GraphChecker::new(header.clone())?;
        assert_eq!(checker.header(), &header);
        let mut facts = FactsInMemory::default();
        for item in items {
            checker.push::<Sha256>(&mut facts, item, limits)?;
        }
        checker.finish::<Sha256>(&mut facts).map(|(root, _)| root)
    }

    fn items() -> Vec<PageItem> {
        page_items::<Sha256>(&graph()).unwrap()
    }

    #[test]
    fn header_should_be_refused_when_it_says_what_cannot_be() {
        let bounded = |specs: Vec<TensorSpec>| specs.try_into().unwrap();
        type Spoil = Box<dyn Fn(&mut GraphHeader)>;
        let changes: Vec<(GraphFault, Spoil)> = vec![
            (
                GraphFault::Version,
                Box::new(|header| header.kernel_version += 1),
            ),
            (
                GraphFault::Version,
                Box::new(|header| header.layout_version = LAYOUT_VERSION + 1),
            ),
            (GraphFault::Header, Box::new(|header| header.node_count = 0)),
            (
                GraphFault::Header,
                Box::new(|header| header.node_count = MAX_NODES as u16 + 1),
            ),
            (
                GraphFault::Header,
                Box::new(|header| header.initialiser_count = MAX_NODES as u16 + 1),
            ),
            (
                GraphFault::Header,
                Box::new(move |header| header.inputs = bounded(vec![])),
            ),
            (
                GraphFault::Header,
                Box::new(|header| header.outputs = vec![].try_into().unwrap()),
            ),
            (
                GraphFault::Header,
                Box::new(|header| header.outputs = vec![0, 3].try_into().unwrap()),
            ),
            (
                GraphFault::Header,
                Box::new(move |header| header.inputs = bounded(vec![spec(DType::F32, &[4])])),
            ),
            (
                GraphFault::Header,
                Box::new(move |header| header.inputs = bounded(vec![spec(DType::U8, &[4, 0])])),
            ),
        ];
        assert!(checked(graph().header, &items(), &LIMITS).is_ok());
        for (place, (fault, change)) in changes.iter().enumerate() {
            let mut header = graph().header;
            change(&mut header);
            assert_eq!(
                GraphChecker::new(header).err(),
                Some(*fault),
                "change {place}"
            );
        }
        // As many as there may be are not too many.
        let mut header = graph().header;
        (header.node_count, header.initialiser_count) = (MAX_NODES as u16, MAX_NODES as u16);
        assert!(GraphChecker::new(header).is_ok());
    }

    fn parameter(items: &mut [PageItem], at: usize, spec: TensorSpec, data: Vec<u8>) {
        items[at] = PageItem::Parameter { spec, data };
    }

    fn scale(items: &mut [PageItem], value: f32) {
        let data = value.to_le_bytes().to_vec();
        parameter(items, SCALE, spec(DType::F32, &[1]), data);
    }

    fn weights(items: &mut [PageItem], at: usize, spec: TensorSpec) {
        items[at] = PageItem::Weights {
            spec,
            tiles_root: [7; 32],
        };
    }

    fn change_node(items: &mut [PageItem], index: u16, change: impl FnOnce(&mut Node)) {
        match &mut items[4 + usize::from(index)] {
            PageItem::Node(node) => change(node),
            other => panic!("{other:?}"),
        }
    }

    fn refer(items: &mut [PageItem], index: u16, input: usize, to: Ref) {
        change_node(items, index, |node| node.inputs[input] = to);
    }

    #[test]
    fn items_should_be_refused_with_what_is_wrong_and_where() {
        use GraphFault::*;
        let changes: Vec<(GraphFault, Change<Vec<PageItem>>)> = vec![
            // Order and number.
            (OutOfOrder, |items| items.swap(BIAS, 4)),
            (OutOfOrder, |items| items.insert(4, items[WEIGHTS].clone())),
            (OutOfOrder, |items| items.push(items[6].clone())),
            (Incomplete, |items| items.truncate(6)),
            (Incomplete, |items| items.clear()),
            // Weights.
            (Weights(2), |items| {
                weights(items, WEIGHTS, spec(DType::I32, &[3, 600]))
            }),
            (Weights(2), |items| {
                weights(items, WEIGHTS, spec(DType::F32, &[3, 600]))
            }),
            (Weights(2), |items| {
                weights(items, WEIGHTS, spec(DType::I8, &[3, 0]))
            }),
            (Weights(2), |items| {
                weights(items, WEIGHTS, spec(DType::I8, &[1 << 14, 1 << 15]))
            }),
            // Parameters.
            (Parameter(0), |items| {
                parameter(items, LOOKUP, spec(DType::U8, &[256]), vec![0; 255])
            }),
            (Parameter(0), |items| {
                parameter(items, LOOKUP, spec(DType::U8, &[256]), vec![0; 257])
            }),
            (Parameter(0), |items| {
                parameter(items, LOOKUP, spec(DType::U8, &[0]), vec![])
            }),
            (Parameter(0), |items| {
                parameter(items, LOOKUP, spec(DType::U8, &[16, 16]), vec![0; 256])
            }),
            (Scale(1), |items| scale(items, 0.0)),
            (Scale(1), |items| scale(items, -0.5)),
            (Scale(1), |items| scale(items, f32::NAN)),
            (Scale(1), |items| scale(items, f32::INFINITY)),
            (Scale(1), |items| scale(items, 2f32.powi(61))),
            (Scale(1), |items| scale(items, 2f32.powi(-61))),
            // References.
            (Reference(0), |items| {
                refer(items, TABLE, 0, Ref::Request(1))
            }),
            (Reference(0), |items| {
                refer(items, TABLE, 1, Ref::Initialiser(4))
            }),
            (Reference(1), |items| {
                refer(items, PRODUCT, 0, Ref::Node(PRODUCT))
            }),
            (Reference(1), |items| {
                refer(items, PRODUCT, 0, Ref::Node(FLAT))
            }),
            // What the chain has to read has to be there to be read.
            (NotParameter(0), |items| {
                weights(items, LOOKUP, spec(DType::U8, &[256]))
            }),
            (NotParameter(0), |items| {
                refer(items, TABLE, 1, Ref::Request(0))
            }),
            (NotParameter(1), |items| {
                refer(items, PRODUCT, 2, Ref::Initialiser(2))
            }),
            (NotParameter(1), |items| {
                refer(items, PRODUCT, 3, Ref::Node(TABLE))
            }),
            // Nodes.
            (Node(1, NodeFault::InputCount), |items| {
                change_node(items, PRODUCT, |node| {
                    node.inputs.pop();
                })
            }),
            (Node(0, NodeFault::InputCount), |items| {
                change_node(items, TABLE, |node| node.inputs.clear())
            }),
            (Node(1, NodeFault::Overflow), |items| {
                let data = i32::MIN.to_le_bytes().repeat(3);
                parameter(items, BIAS, spec(DType::I32, &[3]), data)
            }),
            (Node(1, NodeFault::ZeroPoint), |items| {
                change_node(items, PRODUCT, |node| match &mut node.op {
                    Op::MatMul { x_zero, .. } => *x_zero = -1,
                    other => panic!("{other:?}"),
                })
            }),
            (Node(1, NodeFault::Clamp), |items| {
                change_node(items, PRODUCT, |node| match &mut node.op {
                    Op::MatMul {
                        requant: Some(requant),
                        ..
                    } => requant.max = 256,
                    other => panic!("{other:?}"),
                })
            }),
            (Node(1, NodeFault::InputShape), |items| {
                parameter(
                    items,
                    SCALE,
                    spec(DType::F32, &[2]),
                    1f32.to_le_bytes().repeat(2),
                )
            }),
            (Node(2, NodeFault::Output), |items| {
                change_node(items, FLAT, |node| node.output = spec(DType::I8, &[3]))
            }),
            (Node(2, NodeFault::Shape), |items| {
                change_node(items, FLAT, |node| node.output = spec(DType::U8, &[3, 0]))
            }),
        ];
        for (place, (fault, change)) in changes.iter().enumerate() {
            let mut items = items();
            change(&mut items);
            assert_eq!(
                checked(graph().header, &items, &LIMITS),
                Err(*fault),
                "change {place}"
            );
        }
    }

    #[test]
    fn node_should_be_refused_when_no_proof_of_it_would_be_within_the_limits() {
        let limits: [(u16, Change<GraphLimits>); 3] = [
            (TABLE, |limits| limits.max_proof_bytes = 500),
            (TABLE, |limits| limits.max_opening_bytes = 31),
            (PRODUCT, |limits| limits.max_macs = 600),
        ];
        for (place, (index, change)) in limits.iter().enumerate() {
            let mut limits = LIMITS;
            change(&mut limits);
            assert_eq!(
                checked(graph().header, &items(), &limits),
                Err(GraphFault::Unprovable(*index)),
                "limit {place}"
            );
        }
    }

    /// Keeps no more than so many facts, or says so and forgets them.
    struct Forgetful {
        kept: FactsInMemory,
        room: usize,
        is_honest: bool,
    }

    impl Facts for Forgetful {
        fn get(&mut self, kind: FactKind, index: u16) -> Option<Fact> {
            self.kept.get(kind, index)
        }

        fn push(&mut self, kind: FactKind, index: u16, fact: Fact) -> Option<()> {
            match self.room.checked_sub(1) {
                Some(left) => self.room = left,
                None => return (!self.is_honest).then_some(()),
            }
            self.kept.push(kind, index, fact)
        }
    }

    #[test]
    fn graph_should_be_refused_when_what_was_checked_cannot_be_kept() {
        let refused = |room: usize, is_honest: bool| {
            let mut checker = GraphChecker::new(graph().header).unwrap();
            let mut facts = Forgetful {
                kept: FactsInMemory::default(),
                room,
                is_honest,
            };
            for item in items() {
                checker.push::<Sha256>(&mut facts, &item, &LIMITS)?;
            }
            checker.finish::<Sha256>(&mut facts).map(|_| ())
        };
        assert_eq!(refused(7, true), Ok(()));
        // No room for an initialiser, or for a node.
        assert_eq!(refused(3, true), Err(GraphFault::Header));
        assert_eq!(refused(6, true), Err(GraphFault::Header));
        // An output, or a reference, that nobody knows any more.
        assert_eq!(refused(6, false), Err(GraphFault::Header));
        assert_eq!(refused(5, false), Err(GraphFault::Reference(FLAT)));
    }

    #[test]
    fn facts_should_be_kept_in_order() {
        let mut facts = FactsInMemory::default();
        let fact = || Fact {
            spec: spec(DType::U8, &[1]),
            parameter: None,
        };
        assert_eq!(facts.push(FactKind::Node, 1, fact()), None);
        assert_eq!(facts.push(FactKind::Node, 0, fact()), Some(()));
        assert_eq!(facts.push(FactKind::Node, 0, fact()), None);
        assert_eq!(facts.get(FactKind::Initialiser, 0), None);
    }

    #[test]
    fn compiled_graph_should_be_refused_as_its_pages_are() {
        let changes: Vec<(GraphFault, Change<Graph>)> = vec![
            (GraphFault::Header, |graph| graph.header.node_count += 1),
            (GraphFault::Header, |graph| {
                graph.header.initialiser_count -= 1
            }),
            (GraphFault::Version, |graph| graph.header.kernel_version = 0),
            (GraphFault::Parameter(2), |graph| {
                graph.initialisers[WEIGHTS].data.pop();
            }),
            (GraphFault::Parameter(0), |graph| {
                graph.initialisers[LOOKUP].data.push(0)
            }),
            (GraphFault::Parameter(2), |graph| {
                graph.initialisers[WEIGHTS].spec.shape[0] = 0
            }),
            // Nothing that could be read is where a parameter is due.
            (GraphFault::NotParameter(0), |graph| {
                graph.nodes[0].inputs[1] = Ref::Request(0)
            }),
            // What no node reads travels as weights, which a scale can't be.
            (GraphFault::Weights(1), |graph| {
                graph.nodes[1].inputs.truncate(2)
            }),
            (GraphFault::Node(2, NodeFault::InputCount), |graph| {
                graph.nodes[2].inputs.clear()
            }),
        ];
        let sound = check_graph::<Sha256>(&graph(), &LIMITS).unwrap();
        assert_eq!(
            sound.0,
            Prover::new::<Sha256>(graph())
                .unwrap()
                .graph_root::<Sha256>()
        );
        for (place, (fault, change)) in changes.iter().enumerate() {
            let mut graph = graph();
            change(&mut graph);
            assert_eq!(
                check_graph::<Sha256>(&graph, &LIMITS).err(),
                Some(*fault),
                "change {place}"
            );
        }
    }

    #[test]
    fn graph_should_have_no_pages_and_no_prover_when_its_weights_do_not_fit() {
        let mut graph = graph();
        graph.initialisers[WEIGHTS].data.pop();
        assert_eq!(page_items::<Sha256>(&graph), None);
        assert!(Prover::new::<Sha256>(&graph).is_none());
    }

    #[test]
    fn graph_should_have_no_value_when_something_is_missing() {
        let input = || vec![vec![1; WIDTH as usize]];
        assert_eq!(evaluate(&graph(), &[]), Err(EvaluationFault::Input(0)));
        assert_eq!(
            evaluate(&graph(), &[vec![1; 7]]),
            Err(EvaluationFault::Input(0))
        );
        let broken: Vec<(EvaluationFault, Change<Graph>)> = vec![
            (EvaluationFault::Reference(2), |graph| {
                graph.nodes[2].inputs[0] = Ref::Node(FLAT)
            }),
            (EvaluationFault::Reference(2), |graph| {
                graph.nodes[2].inputs[0] = Ref::Initialiser(4)
            }),
            (EvaluationFault::Node(2, NodeFault::Output), |graph| {
                graph.nodes[2].output.dtype = DType::I32
            }),
            (EvaluationFault::Element(1, Fault::Scale), |graph| {
                graph.initialisers[SCALE].data = vec![0; 4]
            }),
            (EvaluationFault::Element(1, Fault::Overflow), |graph| {
                graph.initialisers[BIAS].data = i32::MAX.to_le_bytes().repeat(3)
            }),
            (EvaluationFault::Element(0, Fault::Missing), |graph| {
                graph.initialisers[LOOKUP].data.clear()
            }),
        ];
        assert!(evaluate(&graph(), &input()).is_ok());
        for (fault, change) in broken {
            let mut graph = graph();
            change(&mut graph);
            assert_eq!(evaluate(&graph, &input()), Err(fault));
        }
        let missing = evaluate_at(&graph(), PRODUCT, &input(), &[]);
        assert_eq!(missing, Err(EvaluationFault::Reference(PRODUCT)));
        let beyond = evaluate_at(&graph(), 3, &input(), &[]);
        assert_eq!(beyond, Err(EvaluationFault::Reference(3)));
    }
}

/// A graph, what it was asked, and what someone says came out.
struct Case {
    graph: Graph,
    inputs: Vec<Vec<u8>>,
    /// What each node gives, honest but for the lies.
    outputs: Vec<Vec<u8>>,
    leaves: Vec<Digest>,
}

impl Case {
    fn honest() -> Self {
        let graph = graph();
        let inputs = vec![(0..WIDTH).map(|at| (at * 7 + at / 256) as u8).collect()];
        let outputs = evaluate(&graph, &inputs).unwrap();
        Self::of(graph, inputs, outputs)
    }

    fn of(graph: Graph, inputs: Vec<Vec<u8>>, outputs: Vec<Vec<u8>>) -> Self {
        let leaves = graph
            .nodes
            .iter()
            .zip(&outputs)
            .map(|(node, output)| tensor_root::<Sha256>(LAYOUT, &node.output, output).unwrap())
            .collect();
        Self {
            graph,
            inputs,
            outputs,
            leaves,
        }
    }

    /// A byte of a node's output is another.
    fn lie_at(index: u16, byte: usize) -> Self {
        let Self {
            graph,
            inputs,
            mut outputs,
            ..
        } = Self::honest();
        outputs[usize::from(index)][byte] ^= 1;
        Self::of(graph, inputs, outputs)
    }

    fn prover(&self) -> Prover<&Graph> {
        Prover::new::<Sha256>(&self.graph).unwrap()
    }

    fn facts(&self) -> ClaimFacts {
        ClaimFacts {
            graph_root: self.prover().graph_root::<Sha256>(),
            node_count: self.graph.header.node_count,
            trace_root: trace_root::<Sha256>(&self.leaves),
            input_roots: self
                .graph
                .header
                .inputs
                .iter()
                .zip(&self.inputs)
                .map(|(spec, data)| tensor_root::<Sha256>(LAYOUT, spec, data).unwrap())
                .collect::<Vec<_>>()
                .try_into()
                .unwrap(),
        }
    }

    fn contradiction(&self, index: u16, target: Target) -> Contradiction {
        self.prover()
            .contradiction::<Sha256>(index, &self.leaves, &self.inputs, &self.outputs, target)
            .unwrap()
    }

    fn opening(&self, index: u16) -> Opening {
        let at = usize::from(index);
        opening::<Sha256>(
            LAYOUT,
            &self.graph.nodes[at].output,
            &self.outputs[at],
            u32::MAX,
        )
        .unwrap()
    }

    fn tile(&self, index: u16, tile: u32) -> Target {
        tile_target::<Sha256>(LAYOUT, &self.opening(index), tile).unwrap()
    }

    fn element(&self, index: u16, tile: u32) -> Target {
        let at = usize::from(index);
        let honest = &Self::honest().outputs[at];
        let spec = &self.graph.nodes[at].output;
        element_target::<Sha256>(LAYOUT, spec, &self.opening(index), tile, honest).unwrap()
    }
}

mod contradictions {
    use super::*;

    /// What is refused: a claim's facts, a proof of a lie in it, or what the chain is willing to do.
    struct Attempt {
        facts: ClaimFacts,
        proof: Contradiction,
        limits: ProofLimits,
    }

    type Change = fn(&mut Attempt);

    fn attempt(index: u16, target: fn(&Case) -> Target) -> Attempt {
        let case = Case::lie_at(index, if index == TABLE { 520 } else { 1 });
        let attempt = Attempt {
            facts: case.facts(),
            proof: case.contradiction(index, target(&case)),
            limits: PROOF_LIMITS,
        };
        assert!(verdict(&attempt).is_ok());
        attempt
    }

    fn verdict(attempt: &Attempt) -> Result<Work, Rejection> {
        let Attempt {
            facts,
            proof,
            limits,
        } = attempt;
        check::<Sha256>(facts, proof, limits)
    }

    #[track_caller]
    fn assert_refused(index: u16, target: fn(&Case) -> Target, changes: &[(Rejection, Change)]) {
        for (place, (rejection, change)) in changes.iter().enumerate() {
            let mut attempt = attempt(index, target);
            change(&mut attempt);
            assert_eq!(verdict(&attempt), Err(*rejection), "change {place}");
        }
    }

    #[test]
    fn whole_node_should_be_refused_with_the_first_thing_that_is_wrong() {
        use Rejection::*;
        assert_refused(
            PRODUCT,
            |_| Target::Whole,
            &[
                (OutOfBounds, |at| at.proof.index = 3),
                (WrongInputs, |at| {
                    at.proof.inputs.pop();
                }),
                (WrongInputs, |at| at.proof.header.initialiser_count = 3),
                (WrongInputs, |at| {
                    at.proof.node.inputs[0] = Ref::Node(PRODUCT)
                }),
                (Malformed(NodeFault::InputCount), |at| {
                    // Without the scale, which is the first of those it opens.
                    at.proof.node.inputs.pop();
                    at.proof.inputs.remove(0);
                }),
                (Malformed(NodeFault::Output), |at| {
                    at.proof.node.output = spec(DType::U8, &[1, 4])
                }),
                (Malformed(NodeFault::Shape), |at| {
                    at.proof.inputs[1].spec.shape[0] = 0
                }),
                (NodeTooLarge, |at| {
                    at.limits.max_whole_bytes = 600 + 1_800 + 12 + 3
                }),
                (TooMuchWork, |at| at.limits.max_macs = 1_800),
                (WrongTiles, |at| {
                    at.proof.inputs[3].tiles.pop();
                }),
                (WrongTiles, |at| at.proof.inputs[3].tiles.push(0)),
                (WrongTiles, |at| at.proof.inputs[3].siblings.push([0; 32])),
                (NotTheModel, |at| at.proof.inputs[1].tiles[0] ^= 1),
                (NotTheModel, |at| at.facts.graph_root = [1; 32]),
                (NotTheModel, |at| at.proof.node_path.push([0; 32])),
                (NotTheModel, |at| at.proof.node_path.clear()),
                (NotTheModel, |at| at.proof.initialiser_siblings.clear()),
                (NotTheModel, |at| at.proof.header.outputs[0] = 1),
                // The input is the leaf of a node before.
                (NotTheClaim, |at| {
                    let tiles = at
                        .proof
                        .inputs
                        .iter_mut()
                        .last()
                        .map(|input| &mut input.tiles);
                    tiles.unwrap()[0] ^= 1
                }),
                (NotTheClaim, |at| at.facts.trace_root = [1; 32]),
                (NotTheClaim, |at| at.facts.node_count = 4),
                (NotTheClaim, |at| at.proof.leaf = [1; 32]),
                (NotTheClaim, |at| at.proof.trace_siblings.push([0; 32])),
            ],
        );
    }

    #[test]
    fn request_should_be_the_claims() {
        assert_refused(
            TABLE,
            |_| Target::Whole,
            &[
                (Rejection::WrongInputs, |at| {
                    at.proof.inputs[0].spec.shape[0] = 2
                }),
                (Rejection::WrongInputs, |at| {
                    at.proof.node.inputs[0] = Ref::Request(1)
                }),
                (Rejection::NotTheRequest, |at| {
                    at.proof.inputs[0].tiles[0] ^= 1
                }),
                (Rejection::NotTheRequest, |at| at.facts.input_roots.clear()),
            ],
        );
    }

    #[test]
    fn tile_should_be_under_the_claims_leaf() {
        assert_refused(
            TABLE,
            |case| case.tile(TABLE, 2),
            &[
                (Rejection::OutOfBounds, |at| match &mut at.proof.target {
                    Target::Tile { tile, .. } => *tile = 3,
                    other => panic!("{other:?}"),
                }),
                (Rejection::WrongTiles, |at| match &mut at.proof.target {
                    // Other tiles of the input than those that are there.
                    Target::Tile { tile, .. } => *tile = 0,
                    other => panic!("{other:?}"),
                }),
                (Rejection::NotUnderLeaf, |at| match &mut at.proof.target {
                    Target::Tile { claimed, .. } => claimed[0] ^= 1,
                    other => panic!("{other:?}"),
                }),
                (Rejection::NotUnderLeaf, |at| match &mut at.proof.target {
                    Target::Tile { path, .. } => path.push([0; 32]),
                    other => panic!("{other:?}"),
                }),
                (Rejection::TooMuchWork, |at| at.limits.max_macs = 80),
                // Bytes that no tile of the input is needed for.
                (Rejection::WrongTiles, |at| at.proof.inputs[0].tiles.clear()),
            ],
        );
    }

    #[test]
    fn element_should_be_one_of_a_tile_of_the_claim() {
        assert_refused(
            TABLE,
            |case| case.element(TABLE, 2),
            &[
                (Rejection::OutOfBounds, |at| match &mut at.proof.target {
                    Target::Element { tile, .. } => *tile = 3,
                    other => panic!("{other:?}"),
                }),
                (Rejection::OutOfBounds, |at| match &mut at.proof.target {
                    Target::Element { place, .. } => *place = 600 - 512,
                    other => panic!("{other:?}"),
                }),
                (Rejection::OutOfBounds, |at| match &mut at.proof.target {
                    Target::Element { place, .. } => *place = u32::MAX,
                    other => panic!("{other:?}"),
                }),
                (Rejection::OutOfBounds, |at| match &mut at.proof.target {
                    Target::Element { bytes, .. } => {
                        bytes.pop();
                    }
                    other => panic!("{other:?}"),
                }),
                (Rejection::NotUnderLeaf, |at| match &mut at.proof.target {
                    Target::Element { bytes, .. } => bytes[0] ^= 1,
                    other => panic!("{other:?}"),
                }),
                (Rejection::TooMuchWork, |at| at.limits.max_macs = 20),
                (Rejection::ClaimHolds, |at| match &mut at.proof.target {
                    // Beside the one that is wrong.
                    Target::Element { place, .. } => *place += 1,
                    other => panic!("{other:?}"),
                }),
            ],
        );
    }

    #[test]
    fn honest_claim_should_hold() {
        let case = Case::honest();
        for target in [Target::Whole, case.tile(PRODUCT, 0)] {
            let proof = case.contradiction(PRODUCT, target);
            let verdict = check::<Sha256>(&case.facts(), &proof, &PROOF_LIMITS);
            assert_eq!(verdict, Err(Rejection::ClaimHolds));
        }
    }

    #[test]
    fn node_without_a_value_should_convict_nobody() {
        let spoil: [fn(&mut Graph); 2] = [
            |graph| graph.initialisers[SCALE].data = f32::NAN.to_le_bytes().to_vec(),
            |graph| graph.initialisers[BIAS].data = i32::MAX.to_le_bytes().repeat(3),
        ];
        for change in spoil {
            let Case {
                mut graph,
                inputs,
                outputs,
                ..
            } = Case::honest();
            change(&mut graph);
            let case = Case::of(graph, inputs, outputs);
            for target in [Target::Whole, case.tile(PRODUCT, 0)] {
                let proof = case.contradiction(PRODUCT, target);
                let verdict = check::<Sha256>(&case.facts(), &proof, &PROOF_LIMITS);
                assert_eq!(verdict, Err(Rejection::NoValue));
            }
        }
    }

    #[test]
    fn convolution_should_be_refused_without_its_tiles() {
        let (x, w) = (
            spec(DType::U8, &[1, 2, 4, 4]),
            spec(DType::I8, &[2, 2, 3, 3]),
        );
        let op = Op::Conv {
            groups: 1,
            strides: [1, 1],
            pads: [0; 4],
            dilations: [1, 1],
            x_zero: 0,
            w_zero: 0,
            bias: false,
            requant: None,
        };
        let mut graph = graph();
        graph.header.inputs = vec![x, w].try_into().unwrap();
        graph.nodes = vec![node(
            op,
            &[Ref::Request(0), Ref::Request(1)],
            spec(DType::I32, &[1, 2, 2, 2]),
        )];
        (graph.header.node_count, graph.header.outputs) = (1, vec![0].try_into().unwrap());
        let inputs = vec![vec![3; 32], vec![2; 36]];
        let outputs = vec![vec![0; 32]];
        let case = Case::of(graph, inputs, outputs);
        let made = || case.contradiction(0, case.tile(0, 0));
        let verdict = |proof| check::<Sha256>(&case.facts(), &proof, &PROOF_LIMITS);
        assert!(verdict(made()).is_ok());
        for input in 0..2 {
            let mut proof = made();
            proof.inputs[input].tiles.clear();
            assert_eq!(verdict(proof), Err(Rejection::WrongTiles));
        }
    }

    #[test]
    fn nothing_should_be_proved_of_what_is_not_there() {
        let case = Case::honest();
        let prove = |index, target| {
            case.prover().contradiction::<Sha256>(
                index,
                &case.leaves,
                &case.inputs,
                &case.outputs,
                target,
            )
        };
        assert!(prove(PRODUCT, Target::Whole).is_some());
        assert_eq!(prove(3, Target::Whole), None);
        let beyond = Target::Tile {
            tile: 3,
            claimed: [0; 32],
            path: vec![],
        };
        assert_eq!(prove(TABLE, beyond), None);
        assert_eq!(case.prover().challenge::<Sha256>(3, &case.leaves), None);
        assert_eq!(case.prover().malformed::<Sha256>(3), None);
        // Leaves or outputs that are too few.
        assert_eq!(
            case.prover().challenge::<Sha256>(FLAT, &case.leaves[..2]),
            None
        );
        let short = case.prover().contradiction::<Sha256>(
            FLAT,
            &case.leaves,
            &case.inputs,
            &case.outputs[..1],
            Target::Whole,
        );
        assert_eq!(short, None);
    }
}

mod openings {
    use super::*;

    #[test]
    fn challenge_should_be_of_a_node_of_the_model_and_a_leaf_of_the_claim() {
        type Change = fn(&mut ClaimFacts, &mut ChallengeProof);
        let changes: [(Rejection, Change); 9] = [
            (Rejection::OutOfBounds, |_, proof| proof.index = 3),
            (Rejection::NotTheModel, |_, proof| {
                proof.node_path.push([0; 32])
            }),
            (Rejection::NotTheModel, |facts, _| {
                facts.graph_root = [1; 32]
            }),
            (Rejection::NotTheModel, |_, proof| {
                proof.node.inputs[0] = Ref::Node(0)
            }),
            (Rejection::NotTheModel, |_, proof| proof.index = TABLE),
            (Rejection::NotTheModel, |_, proof| {
                proof.initialisers_root[0] ^= 1
            }),
            (Rejection::NotTheClaim, |_, proof| {
                proof.trace_path.push([0; 32])
            }),
            (Rejection::NotTheClaim, |_, proof| proof.leaf[0] ^= 1),
            (Rejection::NotTheClaim, |facts, _| {
                facts.trace_root = [1; 32]
            }),
        ];
        let case = Case::honest();
        let made = || {
            let proof = case.prover().challenge::<Sha256>(FLAT, &case.leaves);
            (case.facts(), proof.unwrap())
        };
        let (facts, proof) = made();
        assert!(check_challenge::<Sha256>(&facts, &proof).is_ok());
        for (place, (rejection, change)) in changes.iter().enumerate() {
            let (mut facts, mut proof) = made();
            change(&mut facts, &mut proof);
            assert_eq!(
                check_challenge::<Sha256>(&facts, &proof),
                Err(*rejection),
                "change {place}"
            );
        }
    }

    #[test]
    fn opening_should_be_in_the_form_and_of_the_size_that_the_node_demands() {
        let case = Case::honest();
        let (spec, leaf) = (&case.graph.nodes[0].output, &case.leaves[0]);
        let Opening::Tensor(bytes) = case.opening(TABLE) else {
            panic!("as large as it may be");
        };
        let hashes = tile_hashes::<Sha256>(LAYOUT, &bytes);
        let verdict = |opening: Opening, most: u32| {
            check_opening::<Sha256>(LAYOUT, spec, leaf, &opening, most)
        };
        let tensor = || Opening::Tensor(bytes.clone());
        let tiles = || Opening::Tiles(hashes.clone());
        assert_eq!(verdict(tensor(), WIDTH), Ok(()));
        assert_eq!(verdict(tiles(), WIDTH - 1), Ok(()));
        assert_eq!(
            opening_form(LAYOUT, spec, WIDTH),
            Some((TargetKind::Element, WIDTH))
        );
        assert_eq!(
            opening_form(LAYOUT, spec, WIDTH - 1),
            Some((TargetKind::Tile, 96))
        );
        // The other form, and too little or too much in the right one.
        assert_eq!(verdict(tensor(), WIDTH - 1), Err(Rejection::WrongOpening));
        assert_eq!(verdict(tiles(), WIDTH), Err(Rejection::WrongOpening));
        for count in [WIDTH - 1, WIDTH + 1] {
            let other = Opening::Tensor(vec![0; count as usize]);
            assert_eq!(verdict(other, 1_000), Err(Rejection::WrongOpening));
        }
        for count in [2, 4] {
            let other = Opening::Tiles(vec![[0; 32]; count]);
            assert_eq!(verdict(other, 100), Err(Rejection::WrongOpening));
        }
        let mut other = bytes.clone();
        other[599] ^= 1;
        assert_eq!(
            verdict(Opening::Tensor(other), WIDTH),
            Err(Rejection::NotUnderLeaf)
        );
        let mut other = hashes.clone();
        other.swap(0, 1);
        assert_eq!(
            verdict(Opening::Tiles(other), 100),
            Err(Rejection::NotUnderLeaf)
        );
        // What is no tensor has no opening.
        let none = super::spec(DType::U8, &[0]);
        assert_eq!(opening_form(LAYOUT, &none, 100), None);
        assert_eq!(
            check_opening::<Sha256>(LAYOUT, &none, leaf, &Opening::Tensor(vec![]), 100),
            Err(Rejection::WrongOpening)
        );
        assert_eq!(opening::<Sha256>(LAYOUT, &none, &[], 100), None);
        assert_eq!(
            opening_root::<Sha256>(LAYOUT, &none, &Opening::Tensor(vec![])),
            None
        );
        assert_eq!(honest_tile::<Sha256>(LAYOUT, &none, &[], 0), None);
    }

    #[test]
    fn tools_of_a_challenger_should_agree_with_the_commitment() {
        let case = Case::lie_at(TABLE, 520);
        let honest = Case::honest();
        let spec = &case.graph.nodes[0].output;
        for case in [&case, &honest] {
            let opened = case.opening(TABLE);
            assert_eq!(
                opening_root::<Sha256>(LAYOUT, spec, &opened),
                Some(case.leaves[0])
            );
            let Opening::Tensor(bytes) = opened else {
                panic!("as large as it may be");
            };
            let output = &case.outputs[0];
            assert_eq!(
                honest_tile::<Sha256>(LAYOUT, spec, output, 2),
                Some(tile_hash::<Sha256>(
                    &Geometry::new(LAYOUT, spec).unwrap(),
                    2,
                    &bytes[512..]
                ))
            );
            assert_eq!(honest_tile::<Sha256>(LAYOUT, spec, output, 3), None);
            assert_eq!(honest_tile::<Sha256>(LAYOUT, spec, &output[..599], 2), None);
        }
        // Of tile hashes alone no element can be told, and of a tile that is right none is wrong.
        let honest = &honest.outputs[0];
        let hashes = Opening::Tiles(vec![[0; 32]; 3]);
        assert_eq!(
            element_target::<Sha256>(LAYOUT, spec, &hashes, 2, honest),
            None
        );
        assert_eq!(
            element_target::<Sha256>(LAYOUT, spec, &case.opening(TABLE), 0, honest),
            None
        );
        assert_eq!(
            element_target::<Sha256>(LAYOUT, spec, &case.opening(TABLE), 3, honest),
            None
        );
        assert_eq!(tile_target::<Sha256>(LAYOUT, &hashes, 3), None);
        assert_eq!(case.tile(TABLE, 2).kind(), TargetKind::Tile);
        assert_eq!(case.element(TABLE, 2).kind(), TargetKind::Element);
        assert_eq!(Target::Whole.kind(), TargetKind::Node);
    }
}

mod attestations {
    use super::*;

    fn made(lot: u64) -> (Case, Attestation) {
        let case = Case::honest();
        let proof = attest::<Sha256, _>(&case.prover(), TABLE, lot, &case.leaves, &case.outputs[0]);
        (case, proof.unwrap())
    }

    #[test]
    fn attestation_should_show_the_tile_that_the_lot_fell_on() {
        for lot in 0..4 {
            let (case, proof) = made(lot);
            let facts = case.facts();
            let verdict = |lot| check_attestation::<Sha256>(&facts, TABLE, lot, &proof);
            assert_eq!(verdict(lot), Ok(()));
            assert_eq!(verdict(lot + 3), Ok(()), "of three tiles it is the same");
            // The last tile is shorter than the others.
            let refusal = match lot % 3 {
                0 => Rejection::NotUnderLeaf,
                _ => Rejection::WrongTiles,
            };
            assert_eq!(verdict(lot + 1), Err(refusal));
        }
        assert_eq!(tile_of_lot(LAYOUT, &spec(DType::U8, &[0]), 1), None);
    }

    #[test]
    fn attestation_should_be_refused_with_what_is_wrong() {
        type Change = fn(&mut Attestation);
        let changes: [(Rejection, Change); 7] = [
            (Rejection::OutOfBounds, |proof| proof.node.index = PRODUCT),
            (Rejection::NotTheModel, |proof| {
                proof.node.initialisers_root[0] ^= 1
            }),
            (Rejection::NotTheClaim, |proof| proof.node.leaf[0] ^= 1),
            (Rejection::WrongTiles, |proof| proof.bytes.push(0)),
            (Rejection::NotUnderLeaf, |proof| proof.bytes[0] ^= 1),
            (Rejection::NotUnderLeaf, |proof| proof.path.push([0; 32])),
            (Rejection::NotUnderLeaf, |proof| proof.path[0][0] ^= 1),
        ];
        for (place, (rejection, change)) in changes.iter().enumerate() {
            let (case, mut proof) = made(1);
            change(&mut proof);
            assert_eq!(
                check_attestation::<Sha256>(&case.facts(), TABLE, 1, &proof),
                Err(*rejection),
                "change {place}"
            );
        }
    }

    #[test]
    fn nothing_should_be_attested_that_is_not_there() {
        let case = Case::honest();
        let attest = |node: u16, output: &[u8]| {
            attest::<Sha256, _>(&case.prover(), node, 0, &case.leaves, output)
        };
        assert!(attest(TABLE, &case.outputs[0]).is_some());
        assert_eq!(attest(TABLE, &case.outputs[1]), None);
        assert_eq!(attest(3, &case.outputs[0]), None);
    }
}

mod malformed {
    use super::*;

    /// A proof about a node of a graph that is sound but for what `spoil` did, and the graph's root.
    fn made(index: u16, spoil: fn(&mut Graph)) -> (Digest, MalformedProof) {
        let mut graph = graph();
        spoil(&mut graph);
        let prover = Prover::new::<Sha256>(&graph).unwrap();
        let proof = prover.malformed::<Sha256>(index).unwrap();
        (prover.graph_root::<Sha256>(), proof)
    }

    fn verdict((root, proof): (Digest, MalformedProof)) -> Result<(), Rejection> {
        check_malformed::<Sha256>(&root, &proof)
    }

    #[test]
    fn every_fault_of_a_node_should_condemn() {
        type Spoil = fn(&mut Graph);
        let faults: [(u16, Spoil); 6] = [
            (PRODUCT, |graph| graph.nodes[1].output.dtype = DType::I8),
            (TABLE, |graph| graph.nodes[0].inputs[0] = Ref::Request(1)),
            (TABLE, |graph| {
                graph.nodes[0].inputs[1] = Ref::Initialiser(4)
            }),
            (FLAT, |graph| graph.nodes[2].inputs[0] = Ref::Node(FLAT)),
            (PRODUCT, |graph| graph.nodes[1].inputs[0] = Ref::Node(FLAT)),
            (PRODUCT, |graph| graph.nodes[1].inputs.clear()),
        ];
        for (place, (index, spoil)) in faults.into_iter().enumerate() {
            assert_eq!(verdict(made(index, spoil)), Ok(()), "fault {place}");
        }
    }

    #[test]
    fn sound_node_should_condemn_nobody() {
        for index in [TABLE, PRODUCT, FLAT] {
            assert_eq!(verdict(made(index, |_| ())), Err(Rejection::WellFormed));
        }
    }

    #[test]
    fn proof_should_be_refused_with_what_is_wrong() {
        type Change = fn(&mut MalformedProof);
        let changes: [(Rejection, Change); 9] = [
            (Rejection::OutOfBounds, |proof| proof.index = 3),
            // Shown are other nodes than the one that it is about.
            (Rejection::OutOfBounds, |proof| proof.index = FLAT),
            (Rejection::NotTheModel, |proof| {
                proof.node_siblings.push([0; 32])
            }),
            (Rejection::NotTheModel, |proof| proof.nodes[1].1[0] ^= 1),
            (Rejection::NotTheModel, |proof| {
                proof.initialiser_siblings.push([0; 32])
            }),
            (Rejection::NotTheModel, |proof| {
                proof.initialisers[0].2[0] ^= 1
            }),
            (Rejection::NotTheModel, |proof| {
                proof.initialisers[0].1.dtype = DType::U8
            }),
            (Rejection::NotTheModel, |proof| proof.header.outputs[0] = 0),
            // A spec that is no tensor's is under no root.
            (Rejection::WrongInputs, |proof| {
                proof.initialisers[0].1.shape[0] = 0
            }),
        ];
        for (place, (rejection, change)) in changes.iter().enumerate() {
            let (root, mut proof) = made(PRODUCT, |graph| graph.nodes[1].output.shape[1] = 4);
            assert_eq!(check_malformed::<Sha256>(&root, &proof), Ok(()));
            change(&mut proof);
            assert_eq!(
                check_malformed::<Sha256>(&root, &proof),
                Err(*rejection),
                "change {place}"
            );
        }
    }

    /// A graph of which some nodes are bytes that decode to none.
    struct Bytes {
        header: GraphHeader,
        nodes: Vec<Vec<u8>>,
        initialisers: Vec<Digest>,
    }

    impl Bytes {
        fn with_garbage_at(index: u16) -> Self {
            let graph = graph();
            let mut nodes: Vec<_> = graph.nodes.iter().map(Encode::encode).collect();
            nodes[usize::from(index)] = vec![0xff; 9];
            Self {
                header: graph.header,
                nodes,
                initialisers: graph
                    .initialisers
                    .iter()
                    .map(|init| tensor_root::<Sha256>(LAYOUT, &init.spec, &init.data).unwrap())
                    .collect(),
            }
        }

        fn leaves(&self) -> Vec<Digest> {
            let leaf = |bytes: &Vec<u8>| node_leaf::<Sha256>(bytes);
            self.nodes.iter().map(leaf).collect()
        }

        fn root(&self) -> Digest {
            graph_root::<Sha256>(
                &self.header,
                &merkle::root::<Sha256>(&self.leaves()),
                &merkle::root::<Sha256>(&self.initialisers),
            )
        }

        /// Shows these nodes and no initialiser.
        fn shown(&self, index: u16, nodes: &[u16]) -> MalformedProof {
            let at: Vec<u32> = nodes.iter().map(|node| u32::from(*node)).collect();
            MalformedProof {
                header: self.header.clone(),
                index,
                nodes: nodes
                    .iter()
                    .map(|node| (*node, self.nodes[usize::from(*node)].clone()))
                    .collect(),
                node_siblings: merkle::prove::<Sha256>(&self.leaves(), &at).unwrap(),
                initialisers: vec![],
                initialiser_siblings: vec![merkle::root::<Sha256>(&self.initialisers)],
            }
        }
    }

    #[test]
    fn bytes_that_are_no_node_should_condemn_when_shown_alone() {
        let graph = Bytes::with_garbage_at(PRODUCT);
        let verdict = |proof: &MalformedProof| check_malformed::<Sha256>(&graph.root(), proof);
        assert_eq!(verdict(&graph.shown(PRODUCT, &[PRODUCT])), Ok(()));
        assert_eq!(
            verdict(&graph.shown(PRODUCT, &[TABLE, PRODUCT])),
            Err(Rejection::WrongInputs)
        );
        // What refers to them is not itself at fault.
        assert_eq!(
            verdict(&graph.shown(FLAT, &[PRODUCT, FLAT])),
            Err(Rejection::WellFormed)
        );
    }

    #[test]
    fn what_a_node_refers_to_should_be_shown() {
        let graph = Bytes::with_garbage_at(FLAT);
        let verdict = |proof: &MalformedProof| check_malformed::<Sha256>(&graph.root(), proof);
        // Neither its initialisers, nor the node before it.
        assert_eq!(
            verdict(&graph.shown(TABLE, &[TABLE])),
            Err(Rejection::WrongInputs)
        );
        assert_eq!(
            verdict(&graph.shown(PRODUCT, &[PRODUCT])),
            Err(Rejection::WrongInputs)
        );
    }
}

#[test]
fn path_should_not_be_proved_below_an_inner_node_without_positions_or_out_of_order() {
    let leaves: Vec<Digest> = (0..4).map(|at| [at; 32]).collect();
    let known: Vec<Option<Digest>> = leaves.iter().copied().map(Some).collect();
    let nodes = merkle::nodes_at::<Sha256>(&leaves, 1);
    let prove = |positions: &[u32]| merkle::prove_below::<Sha256>(&known, (1, &nodes), positions);
    assert_eq!(prove(&[2]), merkle::prove::<Sha256>(&leaves, &[2]));
    assert_eq!(prove(&[]), None);
    assert_eq!(prove(&[2, 1]), None);
    assert_eq!(prove(&[4]), None);
    // A sibling that nobody told.
    let mut unknown = known.clone();
    unknown[3] = None;
    assert_eq!(
        merkle::prove_below::<Sha256>(&unknown, (1, &nodes), &[2]),
        None
    );
}

mod second_version {
    use super::*;
    use veritrace_primitives::kernel::{Kernel, MAX_SORTED};

    const WIDE: i32 = 1 << 23;

    fn requant(zero: i32, min: i32, max: i32) -> Option<Requant> {
        Some(Requant { zero, min, max })
    }

    fn bytes(zero: i32) -> Option<Requant> {
        requant(zero, 0, 255)
    }

    fn u8s(shape: &[u32]) -> TensorSpec {
        spec(DType::U8, shape)
    }

    fn i8s(shape: &[u32]) -> TensorSpec {
        spec(DType::I8, shape)
    }

    fn i32s(shape: &[u32]) -> TensorSpec {
        spec(DType::I32, shape)
    }

    fn f32s(shape: &[u32]) -> TensorSpec {
        spec(DType::F32, shape)
    }

    /// An operator, its inputs and its output.
    #[derive(Clone)]
    struct Step {
        op: Op,
        inputs: Vec<TensorSpec>,
        output: TensorSpec,
    }

    impl Step {
        fn verdict(&self) -> Result<(), NodeFault> {
            let references: Vec<Ref> = (0..self.inputs.len() as u16).map(Ref::Node).collect();
            let node = node(self.op.clone(), &references, self.output.clone());
            Kernel::new(LAYOUT, &node, &self.inputs.iter().collect::<Vec<_>>(), None).map(|_| ())
        }
    }

    fn step(op: Op, inputs: &[TensorSpec], output: TensorSpec) -> Step {
        Step {
            op,
            inputs: inputs.to_vec(),
            output,
        }
    }

    type Change = fn(&mut Step);

    #[track_caller]
    fn assert_refused(sound: Step, changes: &[(NodeFault, Change)]) {
        assert_eq!(sound.verdict(), Ok(()));
        for (place, (fault, change)) in changes.iter().enumerate() {
            let mut step = sound.clone();
            change(&mut step);
            assert_eq!(step.verdict(), Err(*fault), "change {place}");
        }
    }

    #[track_caller]
    fn assert_sound(sound: &Step, changes: &[Change]) {
        for (place, change) in changes.iter().enumerate() {
            let mut step = sound.clone();
            change(&mut step);
            assert_eq!(step.verdict(), Ok(()), "change {place}");
        }
    }

    fn transposed() -> Step {
        let op = Op::ConvTranspose {
            groups: 2,
            strides: [3, 2],
            pads: [1, 0, 0, 2],
            dilations: [1, 2],
            x_zero: 3,
            w_zero: 0,
            bias: true,
            requant: bytes(9),
        };
        // Heights (4 - 1) * 3 + 1 * 1 + 1 - 1 = 10 to 12, widths (5 - 1) * 2 + 2 * 2 + 1 - 2 = 11 or 12.
        step(
            op,
            &[
                u8s(&[1, 4, 4, 5]),
                i8s(&[6, 2, 2, 3]),
                i32s(&[6]),
                f32s(&[6]),
            ],
            u8s(&[1, 6, 10, 11]),
        )
    }

    #[test]
    fn transposed_convolution_should_fit_its_inputs_and_one_of_its_sizes() {
        use NodeFault::*;
        macro_rules! attribute {
            ($name:ident, $change:expr) => {
                |step| match &mut step.op {
                    Op::ConvTranspose { $name, .. } => $change($name),
                    other => panic!("{other:?}"),
                }
            };
        }
        assert_sound(
            &transposed(),
            &[
                |step| step.output = u8s(&[1, 6, 12, 12]),
                |step| step.output = u8s(&[1, 6, 11, 11]),
                |step| step.inputs[3] = f32s(&[1]),
                |step| step.output.dtype = DType::I32,
            ],
        );
        assert_refused(
            transposed(),
            &[
                (Output, |step| step.output = u8s(&[1, 6, 9, 11])),
                (Output, |step| step.output = u8s(&[1, 6, 13, 11])),
                (Output, |step| step.output = u8s(&[1, 6, 10, 10])),
                (Output, |step| step.output = u8s(&[1, 6, 10, 13])),
                (Output, |step| step.output = u8s(&[1, 5, 10, 11])),
                (Output, |step| step.output = u8s(&[2, 6, 10, 11])),
                (Output, |step| step.output = u8s(&[6, 10, 11])),
                (
                    Output,
                    attribute!(pads, |pads: &mut [u32; 4]| pads[0] = 100),
                ),
                (Attribute, attribute!(strides, |s: &mut [u32; 2]| s[0] = 0)),
                (
                    Attribute,
                    attribute!(dilations, |d: &mut [u32; 2]| d[1] = 0),
                ),
                (
                    Attribute,
                    attribute!(groups, |groups: &mut u32| *groups = 0),
                ),
                (
                    Attribute,
                    attribute!(strides, |s: &mut [u32; 2]| s[1] = 4_097),
                ),
                (
                    InputShape,
                    attribute!(groups, |groups: &mut u32| *groups = 4),
                ),
                (InputShape, |step| step.inputs[0] = u8s(&[4, 4, 5])),
                (InputShape, |step| step.inputs[1] = i8s(&[6, 4, 2, 3])),
                (InputShape, |step| step.inputs[2] = i32s(&[4])),
                (InputShape, |step| step.inputs[3] = f32s(&[4])),
                (InputType, |step| step.inputs[0].dtype = DType::I32),
                (InputType, |step| step.inputs[1].dtype = DType::I32),
                (InputType, |step| step.inputs[2].dtype = DType::U8),
                (InputType, |step| step.inputs[3].dtype = DType::I32),
                (InputCount, |step| {
                    step.inputs.pop();
                }),
                (InputCount, |step| step.inputs.truncate(1)),
                (ZeroPoint, attribute!(x_zero, |zero: &mut i32| *zero = -1)),
                (ZeroPoint, attribute!(w_zero, |zero: &mut i32| *zero = 128)),
                (Overflow, |step| {
                    // More products than 31 bits hold: 2 to 3 of 12 taps meet each output, of 20,000 channels each.
                    step.inputs[0] = u8s(&[1, 40_000, 4, 5]);
                    step.inputs[1] = i8s(&[6, 20_000, 4, 3]);
                    step.output = u8s(&[1, 6, 12, 11]);
                }),
            ],
        );
    }

    #[test]
    fn products_of_matrices_should_fit() {
        use NodeFault::*;
        let op = Op::BatchMatMul {
            a_zero: 2,
            b_zero: -3,
            requant: bytes(0),
        };
        let sound = step(
            op,
            &[u8s(&[2, 3, 5]), i8s(&[2, 4, 5]), f32s(&[1])],
            u8s(&[2, 3, 4]),
        );
        assert_sound(
            &sound,
            &[
                |step| step.inputs[1] = i8s(&[1, 4, 5]),
                |step| step.output.dtype = DType::I32,
            ],
        );
        assert_refused(
            sound,
            &[
                (InputShape, |step| step.inputs[1] = i8s(&[3, 4, 5])),
                (InputShape, |step| step.inputs[1] = i8s(&[2, 4, 6])),
                (InputShape, |step| step.inputs[1] = i8s(&[4, 5])),
                (InputShape, |step| step.inputs[0] = u8s(&[1, 2, 3, 5])),
                (InputShape, |step| step.inputs[2] = f32s(&[4])),
                (InputType, |step| step.inputs[0].dtype = DType::I32),
                (InputType, |step| step.inputs[1].dtype = DType::F32),
                (InputCount, |step| step.inputs.truncate(1)),
                (InputCount, |step| step.inputs.truncate(2)),
                (Output, |step| step.output = u8s(&[2, 4, 3])),
                (Output, |step| step.output.dtype = DType::F32),
                (Overflow, |step| {
                    step.inputs[0] = u8s(&[2, 3, 1 << 17]);
                    step.inputs[1] = i8s(&[2, 4, 1 << 17]);
                }),
            ],
        );
    }

    fn weighted(a_mul: i32, b_mul: i32, b_zero: i32) -> Op {
        Op::WeightedSum {
            a_zero: 0,
            a_mul,
            b_zero,
            b_mul,
            requant: requant(5, -WIDE, WIDE),
        }
    }

    #[test]
    fn operands_should_be_integers_that_broadcast() {
        use NodeFault::*;
        let sound = step(
            weighted(1, -1, WIDE),
            &[u8s(&[2, 1, 4]), i32s(&[3, 1]), f32s(&[1])],
            i32s(&[2, 3, 4]),
        );
        assert_sound(
            &sound,
            &[
                |step| step.op = weighted(1 << 15, -(1 << 15), -WIDE),
                |step| (step.inputs[1], step.output) = (i32s(&[]), i32s(&[2, 1, 4])),
                |step| {
                    step.inputs.swap(0, 1);
                    step.op = weighted(1, 1, 0);
                },
            ],
        );
        assert_refused(
            sound.clone(),
            &[
                (Attribute, |step| step.op = weighted(0, 1, 0)),
                (Attribute, |step| step.op = weighted(1, 0, 0)),
                (Attribute, |step| step.op = weighted((1 << 15) + 1, 1, 0)),
                (Attribute, |step| step.op = weighted(1, -(1 << 15) - 1, 0)),
                (Attribute, |step| step.op = weighted(1, i32::MIN, 0)),
                (ZeroPoint, |step| step.op = weighted(1, 1, WIDE + 1)),
                (ZeroPoint, |step| step.op = weighted(1, 1, -WIDE - 1)),
                (ZeroPoint, |step| step.op = weighted(1, 1, i32::MIN)),
                (ZeroPoint, |step| step.inputs[1].dtype = DType::U8),
                (InputShape, |step| step.inputs[1] = i32s(&[3, 2])),
                (InputShape, |step| step.inputs[1] = i32s(&[2])),
                (InputShape, |step| step.inputs[2] = f32s(&[3])),
                (InputType, |step| step.inputs[0].dtype = DType::F32),
                (InputType, |step| step.inputs[1].dtype = DType::F32),
                (InputType, |step| step.inputs[2].dtype = DType::I32),
                (InputCount, |step| step.inputs.truncate(2)),
                (InputCount, |step| step.inputs.truncate(1)),
                (InputCount, |step| step.inputs.clear()),
                (InputCount, |step| step.inputs.push(f32s(&[1]))),
                (Output, |step| step.output = i32s(&[2, 3, 1])),
                (Output, |step| step.output.dtype = DType::F32),
                // The clamp of 32 bits is not one of 8.
                (Clamp, |step| step.output.dtype = DType::U8),
                (Shape, |step| {
                    // Broadcast to more elements than a tensor has.
                    step.inputs[0] = u8s(&[1 << 15, 1]);
                    step.inputs[1] = i32s(&[1 << 14]);
                    step.output = i32s(&[1 << 15, 1 << 14]);
                }),
            ],
        );
        let clamps: [(NodeFault, Requant); 5] = [
            (
                ZeroPoint,
                Requant {
                    zero: WIDE + 1,
                    min: 0,
                    max: 0,
                },
            ),
            (
                ZeroPoint,
                Requant {
                    zero: i32::MIN,
                    min: 0,
                    max: 0,
                },
            ),
            (
                Clamp,
                Requant {
                    zero: 0,
                    min: 1,
                    max: 0,
                },
            ),
            (
                Clamp,
                Requant {
                    zero: 0,
                    min: -WIDE - 1,
                    max: 0,
                },
            ),
            (
                Clamp,
                Requant {
                    zero: 0,
                    min: 0,
                    max: WIDE + 1,
                },
            ),
        ];
        for (fault, clamp) in clamps {
            let mut product = sound.clone();
            product.op = Op::Product {
                a_zero: 0,
                b_zero: 0,
                requant: Some(clamp),
            };
            assert_eq!(product.verdict(), Err(fault));
            product.op = Op::Quotient {
                a_zero: 0,
                b_zero: 0,
                requant: clamp,
            };
            assert_eq!(product.verdict(), Err(fault));
            let root = Op::SquareRoot {
                x_zero: 0,
                requant: clamp,
            };
            let root = step(root, &[i32s(&[3]), f32s(&[1])], i32s(&[3]));
            assert_eq!(root.verdict(), Err(fault));
        }
        let root = |x_zero: i32| Op::SquareRoot {
            x_zero,
            requant: Requant {
                zero: 0,
                min: 0,
                max: 255,
            },
        };
        let sound = step(root(-WIDE), &[i32s(&[3]), f32s(&[1])], u8s(&[3]));
        assert_refused(
            sound,
            &[
                (InputCount, |step| step.inputs.truncate(1)),
                (InputShape, |step| step.inputs[1] = f32s(&[3])),
                (InputType, |step| step.inputs[0].dtype = DType::F32),
                (ZeroPoint, |step| step.inputs[0].dtype = DType::U8),
                (Output, |step| step.output = u8s(&[4])),
            ],
        );
    }

    #[test]
    fn operators_of_the_first_version_should_give_8_bits_when_they_requantise() {
        let op = Op::Requantise {
            x_zero: 0,
            requant: Requant {
                zero: 0,
                min: 0,
                max: 9,
            },
        };
        let step = step(op, &[i32s(&[3]), f32s(&[1])], i32s(&[3]));
        assert_eq!(step.verdict(), Err(NodeFault::Output));
    }

    #[test]
    fn choices_should_be_of_what_is_there() {
        use NodeFault::*;
        assert_refused(
            step(
                Op::Concat { axis: 1 },
                &[u8s(&[2, 3]), u8s(&[2, 1]), u8s(&[2, 4])],
                u8s(&[2, 8]),
            ),
            &[
                (Attribute, |step| step.op = Op::Concat { axis: 2 }),
                (InputType, |step| step.inputs[1].dtype = DType::I8),
                (InputType, |step| {
                    for input in &mut step.inputs {
                        input.dtype = DType::F32;
                    }
                }),
                (InputShape, |step| step.inputs[2] = u8s(&[3, 4])),
                (InputShape, |step| step.inputs[2] = u8s(&[2, 4, 1])),
                (InputCount, |step| step.inputs.clear()),
                (Output, |step| step.output = u8s(&[2, 7])),
                (Output, |step| step.output.dtype = DType::I8),
            ],
        );
        let slice = |ranges: &[(u32, u32)]| Op::Slice {
            ranges: ranges.to_vec().try_into().unwrap(),
        };
        let sound = || step(slice(&[(1, 2), (0, 1)]), &[u8s(&[6, 3])], u8s(&[3, 3]));
        assert_eq!(sound().verdict(), Ok(()));
        for (fault, ranges) in [
            (Attribute, [(2, 2), (0, 1)]),
            (Attribute, [(1, 3), (0, 1)]),
            (Attribute, [(1, u32::MAX), (0, 1)]),
            (Attribute, [(u32::MAX, 1), (0, 1)]),
            (Attribute, [(1, 0), (0, 1)]),
            (Attribute, [(1, 2), (1, 1)]),
        ] {
            let mut step = sound();
            step.op = slice(&ranges);
            assert_eq!(step.verdict(), Err(fault), "{ranges:?}");
        }
        let mut fewer = sound();
        fewer.op = slice(&[(1, 2)]);
        assert_eq!(fewer.verdict(), Err(Attribute));
        assert_refused(
            sound(),
            &[
                (InputCount, |step| step.inputs.push(u8s(&[1]))),
                (InputType, |step| step.inputs[0].dtype = DType::F32),
                (Output, |step| step.output = u8s(&[9])),
                (Output, |step| step.output.dtype = DType::I8),
                (Attribute, |step| step.output = u8s(&[4, 3])),
            ],
        );
        assert_refused(
            step(
                Op::Gather { axis: 1 },
                &[i8s(&[2, 5, 3]), i32s(&[4, 1])],
                i8s(&[2, 4, 1, 3]),
            ),
            &[
                (Attribute, |step| step.op = Op::Gather { axis: 3 }),
                (InputType, |step| step.inputs[0].dtype = DType::F32),
                (InputType, |step| step.inputs[1].dtype = DType::F32),
                (InputCount, |step| step.inputs.truncate(1)),
                (Output, |step| step.output = i8s(&[2, 4, 3])),
                // Of more dimensions than there may be.
                (Output, |step| step.inputs[1] = i32s(&[2, 2, 1, 1, 1])),
            ],
        );
        assert_refused(
            step(Op::Lookup, &[i8s(&[7]), i32s(&[256])], i32s(&[7])),
            &[
                (InputType, |step| step.inputs[0].dtype = DType::I32),
                (InputType, |step| step.inputs[1].dtype = DType::U8),
                (InputShape, |step| step.inputs[1] = i32s(&[255])),
                (InputCount, |step| step.inputs.truncate(1)),
                (Output, |step| step.output.dtype = DType::I8),
            ],
        );
    }

    #[test]
    fn resizing_should_be_of_an_image_to_rows_and_columns() {
        use NodeFault::*;
        let resize = |requant: Option<Requant>| Op::Resize { x_zero: 4, requant };
        let linear = step(
            resize(bytes(0)),
            &[u8s(&[1, 2, 3, 3]), i32s(&[5]), i32s(&[6]), f32s(&[1])],
            u8s(&[1, 2, 5, 6]),
        );
        let nearest = step(
            resize(None),
            &[u8s(&[1, 2, 3, 3]), i32s(&[5]), i32s(&[6])],
            u8s(&[1, 2, 5, 6]),
        );
        assert_refused(
            nearest,
            &[
                (Output, |step| step.output.dtype = DType::I32),
                (Output, |step| step.output.dtype = DType::I8),
                (InputCount, |step| step.inputs.push(f32s(&[1]))),
                (InputCount, |step| step.inputs.truncate(2)),
            ],
        );
        assert_refused(
            linear,
            &[
                (InputType, |step| step.inputs[0].dtype = DType::I32),
                (InputType, |step| step.inputs[1].dtype = DType::U8),
                (InputType, |step| step.inputs[2].dtype = DType::F32),
                (InputShape, |step| step.inputs[0] = u8s(&[2, 3, 3])),
                (InputShape, |step| step.inputs[1] = i32s(&[5, 1])),
                (InputShape, |step| step.inputs[3] = f32s(&[2])),
                (InputCount, |step| step.inputs.truncate(3)),
                (ZeroPoint, |step| {
                    step.op = Op::Resize {
                        x_zero: 256,
                        requant: bytes(0),
                    }
                }),
                (Output, |step| step.output = u8s(&[1, 2, 6, 5])),
            ],
        );
    }

    #[test]
    fn reductions_and_orders_should_be_along_axes_that_are_there() {
        use NodeFault::*;
        let reduce = |reduction, axes: &[u8], x_zero, requant| Op::Reduce {
            reduction,
            axes: axes.to_vec().try_into().unwrap(),
            keep_dims: false,
            x_zero,
            requant,
        };
        let sum = |axes: &[u8]| {
            let op = reduce(Reduction::Sum, axes, 0, None);
            step(op, &[i32s(&[2, 3, 4])], i32s(&[3]))
        };
        assert_eq!(sum(&[0, 2]).verdict(), Ok(()));
        for axes in [&[2, 0][..], &[0, 0, 2], &[0, 3], &[]] {
            assert_eq!(sum(axes).verdict(), Err(Attribute), "{axes:?}");
        }
        assert_refused(
            sum(&[0, 2]),
            &[
                (InputType, |step| step.inputs[0].dtype = DType::F32),
                (InputCount, |step| step.inputs.push(f32s(&[1]))),
                (InputCount, |step| step.inputs.clear()),
                (Output, |step| step.output = i32s(&[1, 3, 1])),
                (Output, |step| step.output.dtype = DType::U8),
            ],
        );
        let largest = |x_zero, requant| {
            let op = reduce(Reduction::Max, &[0, 2], x_zero, requant);
            step(op, &[u8s(&[2, 3, 4])], u8s(&[3]))
        };
        assert_eq!(largest(0, None).verdict(), Ok(()));
        assert_eq!(largest(1, None).verdict(), Err(ZeroPoint));
        assert_eq!(largest(0, bytes(0)).verdict(), Err(Attribute));
        let mut scaled = largest(0, bytes(0));
        scaled.inputs.push(f32s(&[1]));
        assert_eq!(scaled.verdict(), Err(InputCount));
        let mut wide = largest(0, None);
        wide.output.dtype = DType::I32;
        assert_eq!(wide.verdict(), Err(Output));
        let squares = reduce(Reduction::SumOfSquares, &[0, 2], WIDE + 1, None);
        let squares = step(squares, &[i32s(&[2, 3, 4])], i32s(&[3]));
        assert_eq!(squares.verdict(), Err(ZeroPoint));

        let top = |axis: u8, indices: bool| Op::TopK {
            axis,
            largest: true,
            indices,
        };
        let sound = step(top(1, false), &[u8s(&[2, 9])], u8s(&[2, 9]));
        assert_refused(
            sound,
            &[
                (Attribute, |step| {
                    step.op = Op::TopK {
                        axis: 2,
                        largest: true,
                        indices: false,
                    }
                }),
                (InputType, |step| step.inputs[0].dtype = DType::F32),
                (InputShape, |step| {
                    step.inputs[0] = u8s(&[2, MAX_SORTED + 1])
                }),
                (InputCount, |step| step.inputs.push(u8s(&[1]))),
                (Output, |step| step.output = u8s(&[2, 10])),
                (Output, |step| step.output = u8s(&[1, 9])),
                (Output, |step| step.output = u8s(&[2])),
                (Output, |step| step.output.dtype = DType::I32),
            ],
        );
        let indices = step(top(1, true), &[u8s(&[2, 9])], u8s(&[2, 3]));
        assert_eq!(indices.verdict(), Err(Output));
    }

    /// A graph that gathers: what points is a node's output, a constant and the input itself, in turn.
    fn gathering() -> Graph {
        let indices = (0..300i32).map(|at| at * 13 % 700 - 50);
        let initialisers = vec![
            Initialiser {
                spec: i32s(&[150, 2]),
                data: indices.flat_map(i32::to_le_bytes).collect(),
            },
            Initialiser {
                spec: i32s(&[5]),
                data: [0, 300, 256, 700, 128].map(i32::to_le_bytes).concat(),
            },
        ];
        let nodes = vec![
            node(
                Op::Gather { axis: 0 },
                &[Ref::Request(0), Ref::Initialiser(0)],
                u8s(&[150, 2]),
            ),
            node(Op::Reshape, &[Ref::Node(0)], u8s(&[300])),
            node(
                Op::Gather { axis: 0 },
                &[Ref::Request(0), Ref::Node(1)],
                u8s(&[300]),
            ),
            // More than one tile, of which the last points into the first and the third.
            node(
                Op::Gather { axis: 0 },
                &[Ref::Request(1), Ref::Request(1)],
                i32s(&[200]),
            ),
            node(Op::Reshape, &[Ref::Node(1)], u8s(&[1, 3, 10, 10])),
            node(
                Op::Resize {
                    x_zero: 0,
                    requant: None,
                },
                &[Ref::Node(4), Ref::Initialiser(1), Ref::Initialiser(1)],
                u8s(&[1, 3, 5, 5]),
            ),
        ];
        Graph {
            header: GraphHeader {
                kernel_version: 2,
                layout_version: LAYOUT.version(),
                node_count: nodes.len() as u16,
                initialiser_count: initialisers.len() as u16,
                inputs: vec![u8s(&[WIDTH]), i32s(&[200])].try_into().unwrap(),
                outputs: vec![5].try_into().unwrap(),
            },
            initialisers,
            nodes,
        }
    }

    /// It, asked, with a lie about a node's output at a byte.
    fn gathered(lie: Option<(u16, usize)>) -> Case {
        let graph = gathering();
        let pointing = (0..200i32).map(|at| if at < 190 { 130 + at % 3 } else { at % 2 * 140 });
        let inputs = vec![
            (0..WIDTH).map(|at| (at * 7 + at / 256) as u8).collect(),
            pointing.flat_map(i32::to_le_bytes).collect(),
        ];
        let mut outputs = evaluate(&graph, &inputs).unwrap();
        if let Some((node, byte)) = lie {
            outputs[usize::from(node)][byte] ^= 1;
        }
        Case::of(graph, inputs, outputs)
    }

    #[test]
    fn graph_of_the_first_version_should_not_have_operators_of_the_second() {
        let mut graph = gathering();
        assert!(check_graph::<Sha256>(&graph, &LIMITS).is_ok());
        graph.header.kernel_version = 1;
        let fault = NodeFault::Version;
        assert_eq!(
            check_graph::<Sha256>(&graph, &LIMITS).err(),
            Some(GraphFault::Node(0, fault))
        );
        let case = gathered(Some((2, 0)));
        assert_eq!(
            evaluate(&graph, &case.inputs),
            Err(EvaluationFault::Node(0, fault))
        );
        // A claim about it is not contradicted, whatever it says, and the model is condemned.
        let honest = gathered(None);
        let element = element_target::<Sha256>(
            LAYOUT,
            &case.graph.nodes[2].output,
            &case.opening(2),
            0,
            &honest.outputs[2],
        );
        for target in [Target::Whole, case.tile(2, 0), element.unwrap()] {
            let mut proof = case.contradiction(2, target);
            let verdict =
                |proof: &Contradiction| check::<Sha256>(&case.facts(), proof, &PROOF_LIMITS);
            assert!(verdict(&proof).is_ok());
            for version in [0, 1, KERNEL_VERSION + 1] {
                proof.header.kernel_version = version;
                assert_eq!(verdict(&proof), Err(Rejection::Malformed(fault)));
            }
        }
        let prover = Prover::new::<Sha256>(&graph).unwrap();
        let root = prover.graph_root::<Sha256>();
        let verdict = |node: u16| {
            let proof = prover.malformed::<Sha256>(node).unwrap();
            check_malformed::<Sha256>(&root, &proof)
        };
        assert_eq!([0, 2, 3, 5].map(verdict), [Ok(()); 4]);
        assert_eq!([1, 4].map(verdict), [Err(Rejection::WellFormed); 2]);
        // What the first version has, a graph of it may still have.
        let mut first = super::graph();
        first.header.kernel_version = 1;
        assert!(check_graph::<Sha256>(&first, &LIMITS).is_ok());
    }

    #[test]
    fn pointers_that_lie_should_be_shown_and_be_under_the_roots() {
        for (node, pointer) in [(0, 1), (2, 1), (3, 0), (5, 0)] {
            let case = gathered(Some((node, 0)));
            let honest = gathered(None);
            let element = element_target::<Sha256>(
                LAYOUT,
                &case.graph.nodes[usize::from(node)].output,
                &case.opening(node),
                0,
                &honest.outputs[usize::from(node)],
            );
            let (tile, element) = (case.tile(node, 0), element.unwrap());
            let facts = case.facts();
            let verdict = |proof: &Contradiction| check::<Sha256>(&facts, proof, &PROOF_LIMITS);
            for target in [Target::Whole, tile, element] {
                let proof = || case.contradiction(node, target.clone());
                assert!(verdict(&proof()).is_ok(), "{node} {target:?}");
                // Some value elsewhere: other tiles than those it brings, or other roots.
                for at in 0..proof().inputs[pointer].tiles.len() {
                    for flip in [1, 0x80] {
                        let mut proof = proof();
                        proof.inputs[pointer].tiles[at] ^= flip;
                        assert!(verdict(&proof).is_err(), "{node} {target:?} {at}");
                    }
                }
                let mut none = proof();
                none.inputs[pointer].tiles.clear();
                assert_eq!(verdict(&none), Err(Rejection::WrongTiles));
                let mut more = proof();
                more.inputs[pointer].tiles.extend([0; 256]);
                assert_eq!(verdict(&more), Err(Rejection::WrongTiles));
            }
        }
    }

    #[test]
    fn what_points_into_itself_should_come_before_what_it_points_to() {
        // Elements 192 to 199 are in the last tile, and point to 0 and 140: the first tile and the third.
        let case = gathered(Some((3, 4 * 193)));
        let target = case.tile(3, 3);
        let proof = case.contradiction(3, target);
        let [opening] = proof.inputs.as_slice() else {
            panic!("one reference");
        };
        assert_eq!(opening.spec, i32s(&[200]));
        let input = &case.inputs[1];
        let expected = [&input[768..800], &input[0..256], &input[512..768]].concat();
        assert_eq!(opening.tiles, expected);
        let facts = case.facts();
        assert!(check::<Sha256>(&facts, &proof, &PROOF_LIMITS).is_ok());
        // In their own order they are others.
        let mut sorted = proof.clone();
        sorted.inputs[0].tiles = [&input[0..256], &input[512..800]].concat();
        assert!(check::<Sha256>(&facts, &sorted, &PROOF_LIMITS).is_err());
        let honest = gathered(None);
        let proof = honest.contradiction(3, honest.tile(3, 3));
        assert_eq!(
            check::<Sha256>(&honest.facts(), &proof, &PROOF_LIMITS),
            Err(Rejection::ClaimHolds)
        );
    }

    #[test]
    fn what_says_where_to_resize_to_should_be_a_parameter() {
        let graph = gathering();
        let items = page_items::<Sha256>(&graph).unwrap();
        // Constants of 32 bits travel as they are, whatever they are for.
        assert!(matches!(&items[0], PageItem::Parameter { spec, .. } if spec.shape.len() == 2));
        assert!(matches!(&items[1], PageItem::Parameter { .. }));
        for input in [1, 2] {
            let mut other = graph.clone();
            other.nodes[5].inputs[input] = Ref::Request(1);
            assert_eq!(
                check_graph::<Sha256>(&other, &LIMITS).err(),
                Some(GraphFault::NotParameter(5))
            );
        }
        let mut table = graph.clone();
        table.nodes[3] = node(
            Op::Lookup,
            &[Ref::Request(0), Ref::Request(1)],
            i32s(&[WIDTH]),
        );
        assert_eq!(
            check_graph::<Sha256>(&table, &LIMITS).err(),
            Some(GraphFault::NotParameter(3))
        );
    }
}

#[test]
fn what_a_node_refers_to_should_come_before_it() {
    let graph = graph();
    let spec_of = |index: u16, of: u16| {
        veritrace_primitives::evaluate::spec_of(&graph, index, Ref::Node(of))
            .map(|spec| &spec.shape)
    };
    assert_eq!(spec_of(1, 0), Some(&graph.nodes[0].output.shape));
    assert_eq!((spec_of(1, 1), spec_of(0, 1)), (None, None));
}
