//! Toy models, true and false answers about them, and proofs. All that knows how things are committed to is here.

use codec::Encode;
use pallet_inference::{InputSource, InputsOf, OutputsOf};
use std::sync::OnceLock;
use veritrace_primitives::{
    audit::attest,
    check::page_items,
    commit::{commitment, node_leaf, output_root, seal, tensor_root, trace_root},
    evaluate::{evaluate, evaluate_at},
    graph::{
        DType, Digest, Graph, GraphHeader, Initialiser, Node, Op, Ref, Requant, TensorSpec,
        KERNEL_VERSION,
    },
    hash::Hasher,
    merkle,
    page::{page_hashes, prove_page, PageProof, Trace, PAGE_LEAVES},
    proof::{Opening, Target},
    prove::{element_target, first_wrong_tile, opening, tile_target, Prover},
    tensor::Layout,
    traits::{HostSha256, RequestId},
};
use veritrace_runtime::{AccountId, Runtime};

/// The same in every commitment and seal.
pub const SALT: [u8; 32] = [7; 32];

/// A model of three small nodes.
pub const SMALL: usize = 0;
/// A model of two inputs, with a node whose inputs exceed the step limit.
pub const MIXED: usize = 1;
/// A model whose trace is revealed by its pages.
pub const LONG: usize = 2;
/// A model with a node that does not type-check, as an earlier kernel version might have let in.
pub const BROKEN: usize = 3;

/// What a worker says.
pub struct Answer {
    /// What is wrong with it.
    pub kind: &'static str,
    /// Every node's output, row-major. What is under the leaves, unless the answer is garbage.
    pub outputs: Vec<Vec<u8>>,
    /// The trace.
    pub leaves: Vec<Digest>,
    /// Commitment to the trace.
    pub root: Digest,
    /// The first node at which it is false.
    pub wrong: Option<u16>,
    /// Whether its author holds what is under the leaves.
    pub is_held: bool,
    /// What of it is revealed.
    pub trace: Trace,
    /// What it answers.
    pub answer: OutputsOf<Runtime>,
    /// Commitment to what it answers.
    pub output_root: Digest,
}

/// A model, two questions, and answers to each of them: the first is true.
pub struct Model {
    /// The graph.
    pub graph: Graph,
    /// The commitment to it.
    pub root: Digest,
    /// SHA-256 of it as a file.
    pub artefact: Digest,
    /// Its parts as an author submits them, or none when they do not type-check.
    pub pages: Vec<Vec<u8>>,
    /// Makes proofs.
    pub prover: Prover<Graph>,
    /// Inputs of each question.
    pub questions: Vec<Vec<Vec<u8>>>,
    /// Answers to each question.
    pub answers: Vec<Vec<Answer>>,
}

fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape
            .to_vec()
            .try_into()
            .expect("toy shapes have few dimensions"),
    }
}

fn node(op: Op, inputs: &[Ref], output: TensorSpec) -> Node {
    Node {
        op,
        inputs: inputs
            .to_vec()
            .try_into()
            .expect("toy nodes have few inputs"),
        output,
    }
}

fn graph(
    layout: Layout,
    inputs: Vec<TensorSpec>,
    initialisers: Vec<Initialiser>,
    nodes: Vec<Node>,
) -> Graph {
    let node_count = nodes.len() as u16;
    Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: layout.version(),
            node_count,
            initialiser_count: initialisers.len() as u16,
            inputs: inputs.try_into().expect("toy graphs have few inputs"),
            outputs: vec![node_count - 1]
                .try_into()
                .expect("one output is not too many"),
        },
        initialisers,
        nodes,
    }
}

fn table() -> Initialiser {
    Initialiser {
        spec: spec(DType::U8, &[256]),
        data: (0..=255u8)
            .map(|byte| byte.wrapping_mul(7).wrapping_add(3))
            .collect(),
    }
}

fn scale(value: f32) -> Initialiser {
    Initialiser {
        spec: spec(DType::F32, &[1]),
        data: value.to_le_bytes().to_vec(),
    }
}

/// Lookups one after the other, each in what the one before gives.
pub fn lookups(layout: Layout, count: u16, width: u32) -> Graph {
    let tensor = spec(DType::U8, &[1, width]);
    let nodes = (0..count).map(|index| {
        let before = index.checked_sub(1).map_or(Ref::Request(0), Ref::Node);
        node(Op::Table, &[before, Ref::Initialiser(0)], tensor.clone())
    });
    graph(layout, vec![tensor.clone()], vec![table()], nodes.collect())
}

/// Tables of both inputs, their sum, a product with two KiB of weights, and a table of that.
fn mixed() -> Graph {
    let wide = spec(DType::U8, &[1, 128]);
    let narrow = spec(DType::U8, &[1, 16]);
    let requant = Requant {
        zero: 100,
        min: 0,
        max: 255,
    };
    let weights = Initialiser {
        spec: spec(DType::I8, &[16, 128]),
        data: (0..2048u32).map(|at| (at * 37 % 251) as u8).collect(),
    };
    graph(
        Layout::One,
        vec![wide.clone(), wide.clone()],
        vec![table(), scale(0.2), weights, scale(0.001)],
        vec![
            node(
                Op::Table,
                &[Ref::Request(0), Ref::Initialiser(0)],
                wide.clone(),
            ),
            node(
                Op::Table,
                &[Ref::Request(1), Ref::Initialiser(0)],
                wide.clone(),
            ),
            node(
                Op::Add {
                    a_zero: 100,
                    a_mul: 3,
                    b_zero: 0,
                    b_mul: 2,
                    requant: Some(requant),
                },
                &[Ref::Node(0), Ref::Node(1), Ref::Initialiser(1)],
                wide,
            ),
            node(
                Op::MatMul {
                    x_zero: 100,
                    w_zero: 0,
                    bias: false,
                    requant: Some(requant),
                },
                &[Ref::Node(2), Ref::Initialiser(2), Ref::Initialiser(3)],
                narrow.clone(),
            ),
            node(Op::Table, &[Ref::Node(3), Ref::Initialiser(0)], narrow),
        ],
    )
}

/// Its second node gives another shape than it takes.
fn broken() -> Graph {
    let mut graph = lookups(Layout::One, 2, 16);
    graph.nodes[1].output = spec(DType::U8, &[1, 8]);
    graph
}

fn layout_of(graph: &Graph) -> Layout {
    graph.header.layout().expect("toy graphs have a layout")
}

fn root_of(graph: &Graph) -> Digest {
    let layout = layout_of(graph);
    let nodes: Vec<Digest> = graph
        .nodes
        .iter()
        .map(|node| node_leaf::<HostSha256>(&node.encode()))
        .collect();
    let initialisers: Vec<Digest> = graph
        .initialisers
        .iter()
        .map(|init| {
            tensor_root::<HostSha256>(layout, &init.spec, &init.data).expect("toy weights fit")
        })
        .collect();
    veritrace_primitives::commit::graph_root::<HostSha256>(
        &graph.header,
        &merkle::root::<HostSha256>(&nodes),
        &merkle::root::<HostSha256>(&initialisers),
    )
}

impl Answer {
    fn new(graph: &Graph, kind: &'static str, outputs: Vec<Vec<u8>>, wrong: Option<u16>) -> Self {
        let layout = layout_of(graph);
        let leaves = graph
            .nodes
            .iter()
            .zip(&outputs)
            .map(|(node, output)| {
                tensor_root::<HostSha256>(layout, &node.output, output)
                    .expect("outputs fit their nodes")
            })
            .collect();
        Self::of_leaves(graph, kind, outputs, leaves, wrong)
    }

    fn of_leaves(
        graph: &Graph,
        kind: &'static str,
        outputs: Vec<Vec<u8>>,
        leaves: Vec<Digest>,
        wrong: Option<u16>,
    ) -> Self {
        let shown = &graph.header.outputs;
        let roots: Vec<_> = shown
            .iter()
            .map(|node| leaves[usize::from(*node)])
            .collect();
        Self {
            kind,
            root: trace_root::<HostSha256>(&leaves),
            trace: Trace::of::<HostSha256>(&leaves, shown).expect("a trace has a form"),
            answer: shown
                .iter()
                .map(|node| {
                    let output = outputs[usize::from(*node)].clone();
                    output.try_into().expect("toy outputs are small")
                })
                .collect::<Vec<_>>()
                .try_into()
                .expect("toy models have few outputs"),
            output_root: output_root::<HostSha256>(&roots),
            is_held: true,
            outputs,
            leaves,
            wrong,
        }
    }

    /// True.
    pub const fn is_honest(&self) -> bool {
        self.wrong.is_none()
    }

    /// Leaves of a page of its trace.
    pub fn page(&self, page: u16) -> Vec<Digest> {
        self.leaves
            .chunks(PAGE_LEAVES as usize)
            .nth(usize::from(page))
            .map(<[Digest]>::to_vec)
            .unwrap_or_default()
    }

    /// Demands the leaves of a page.
    pub fn page_proof(&self, page: u16) -> Option<PageProof> {
        prove_page::<HostSha256>(&page_hashes::<HostSha256>(&self.leaves), page)
    }

    /// What a worker commits to who answers this.
    pub fn commitment(&self, id: RequestId, worker: &AccountId) -> Digest {
        commitment::<HostSha256>(id, &worker.encode(), &self.root, &self.output_root, &SALT)
    }
}

impl Model {
    fn new(graph: Graph, questions: Vec<Vec<Vec<u8>>>, lies: &[u16]) -> Self {
        let answers = questions
            .iter()
            .map(|inputs| answers_to(&graph, inputs, lies))
            .collect();
        let pages = page_items::<HostSha256>(&graph)
            .map(|items| {
                items
                    .chunks(600)
                    .map(|page| page.to_vec().encode())
                    .collect()
            })
            .unwrap_or_default();
        Self {
            root: root_of(&graph),
            artefact: HostSha256::hash(&graph.encode()),
            pages,
            prover: Prover::new::<HostSha256>(graph.clone()).expect("toy weights fit"),
            questions,
            answers,
            graph,
        }
    }

    fn layout(&self) -> Layout {
        layout_of(&self.graph)
    }

    fn nodes(&self) -> u16 {
        self.graph.header.node_count
    }

    /// What a request brings. Those of `by_root` are named by their root.
    pub fn asked(&self, question: usize, by_root: u8) -> InputsOf<Runtime> {
        self.graph
            .header
            .inputs
            .iter()
            .zip(&self.questions[question])
            .enumerate()
            .map(|(index, (spec, data))| match by_root >> index & 1 {
                0 => InputSource::Inline(data.clone().try_into().expect("toy inputs are small")),
                _ => InputSource::ByRoot(
                    tensor_root::<HostSha256>(self.layout(), spec, data).expect("toy inputs fit"),
                ),
            })
            .collect::<Vec<_>>()
            .try_into()
            .expect("toy models have few inputs")
    }

    /// The roots of a question's inputs.
    pub fn input_roots(&self, question: usize) -> Vec<Digest> {
        self.graph
            .header
            .inputs
            .iter()
            .zip(&self.questions[question])
            .map(|(spec, data)| {
                tensor_root::<HostSha256>(self.layout(), spec, data).expect("toy inputs fit")
            })
            .collect()
    }

    /// Shows that a claim is false at a target of a node.
    pub fn contradiction(
        &self,
        question: usize,
        answer: &Answer,
        index: u16,
        target: Target,
    ) -> Option<Vec<u8>> {
        let inputs = &self.questions[question];
        self.prover
            .contradiction::<HostSha256>(index, &answer.leaves, inputs, &answer.outputs, target)
            .map(|proof| proof.encode())
    }

    /// Asks for what is under a leaf.
    pub fn challenge(&self, answer: &Answer, index: u16) -> Option<Vec<u8>> {
        self.prover
            .challenge::<HostSha256>(index, &answer.leaves)
            .map(|proof| proof.encode())
    }

    /// Shows what is under a leaf.
    pub fn opening(&self, answer: &Answer, index: u16, most: u32) -> Option<Opening> {
        let at = usize::from(index);
        let node = self.graph.nodes.get(at)?;
        opening::<HostSha256>(self.layout(), &node.output, answer.outputs.get(at)?, most)
    }

    /// Where an opening differs from the truth, by tile or by element.
    pub fn wrong_target(
        &self,
        question: usize,
        opened: &Opening,
        index: u16,
        by_element: bool,
    ) -> Option<Target> {
        let at = usize::from(index);
        let spec = &self.graph.nodes.get(at)?.output;
        let honest = &self.answers[question].first()?.outputs[at];
        let tile = first_wrong_tile::<HostSha256>(self.layout(), spec, opened, honest)?;
        match by_element {
            true => element_target::<HostSha256>(self.layout(), spec, opened, tile, honest),
            false => tile_target::<HostSha256>(self.layout(), opened, tile),
        }
    }

    /// Some target of an opening, right or wrong.
    pub fn any_target(&self, opened: &Opening) -> Option<Target> {
        tile_target::<HostSha256>(self.layout(), opened, 0)
    }

    /// Shows the tile that a lot falls on.
    pub fn attestation(&self, answer: &Answer, index: u16, lot: u64) -> Option<Vec<u8>> {
        let output = answer.outputs.get(usize::from(index))?;
        attest::<HostSha256, _>(&self.prover, index, lot, &answer.leaves, output)
            .map(|proof| proof.encode())
    }

    /// Says that a node does not type-check.
    pub fn malformed(&self, index: u16) -> Option<Vec<u8>> {
        self.prover
            .malformed::<HostSha256>(index)
            .map(|proof| proof.encode())
    }
}

/// The truth, and lies: at one node with everything after it computed from that; at one node alone; garbage.
fn answers_to(graph: &Graph, inputs: &[Vec<u8>], lies: &[u16]) -> Vec<Answer> {
    let Ok(truth) = evaluate(graph, inputs) else {
        // Nobody can say what a malformed model gives: whoever reveals anything has made it up.
        let outputs: Vec<Vec<u8>> = graph
            .nodes
            .iter()
            .map(|node| vec![1; node.output.shape.iter().product::<u32>() as usize])
            .collect();
        let mut others = outputs.clone();
        others[0][0] ^= 1;
        return vec![
            Answer::new(graph, "invented", outputs, Some(0)),
            Answer::new(graph, "invented otherwise", others, Some(0)),
        ];
    };
    let mut answers = vec![Answer::new(graph, "honest", truth.clone(), None)];
    for index in lies {
        let at = usize::from(*index);
        let mut outputs = truth[..=at].to_vec();
        outputs[at][0] ^= 0x21;
        for next in *index + 1..graph.header.node_count {
            let output = evaluate_at(graph, next, inputs, &outputs).expect("toy nodes have values");
            outputs.push(output);
        }
        answers.push(Answer::new(graph, "lie", outputs, Some(*index)));
        let mut outputs = truth.clone();
        let last = outputs[at].len() - 1;
        outputs[at][last] ^= 0x80;
        answers.push(Answer::new(graph, "lie at one node", outputs, Some(*index)));
    }
    let mut leaves = answers[0].leaves.clone();
    let kept = graph.header.outputs.clone();
    for (index, leaf) in leaves.iter_mut().enumerate() {
        if !kept.contains(&(index as u16)) {
            *leaf = HostSha256::hash(&(b"garbage", index as u16).encode());
        }
    }
    let mut garbage = Answer::of_leaves(graph, "garbage", truth, leaves, Some(0));
    garbage.is_held = false;
    answers.push(garbage);
    answers
}

/// The toy models.
pub fn models() -> &'static [Model] {
    static MODELS: OnceLock<Vec<Model>> = OnceLock::new();
    MODELS.get_or_init(|| {
        let ramp = |width: u32, from: u32| (0..width).map(|at| (at * 11 + from) as u8).collect();
        vec![
            Model::new(
                lookups(Layout::Two, 3, 16),
                vec![vec![ramp(16, 0)], vec![ramp(16, 5)]],
                &[0, 1, 2],
            ),
            Model::new(
                mixed(),
                vec![
                    vec![ramp(128, 1), ramp(128, 2)],
                    vec![ramp(128, 3), ramp(128, 4)],
                ],
                &[0, 2, 3, 4],
            ),
            Model::new(
                lookups(Layout::Two, PAGE_LEAVES as u16 + 40, 4),
                vec![vec![ramp(4, 0)]],
                &[3, PAGE_LEAVES as u16 + 2],
            ),
            Model::new(broken(), vec![vec![ramp(16, 9)]], &[]),
        ]
    })
}

/// Nodes of a model.
pub fn node_count(model: usize) -> u16 {
    models()[model].nodes()
}

/// The answer with this trace root, with its model and its question.
pub fn answer_of(root: &Digest) -> Option<(usize, usize, &'static Answer)> {
    models().iter().enumerate().find_map(|(at, model)| {
        model
            .answers
            .iter()
            .enumerate()
            .find_map(|(question, answers)| {
                let answer = answers.iter().find(|answer| answer.root == *root)?;
                Some((at, question, answer))
            })
    })
}

/// A seal over a claim with this trace root.
pub fn seal_of(id: RequestId, root: &Digest, place: u16, who: &AccountId) -> Digest {
    seal::<HostSha256>(id, root, place, &who.encode(), &SALT)
}
