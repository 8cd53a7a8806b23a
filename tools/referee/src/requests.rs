//! What can be asked.

use crate::handles::{with_handles, Loaded};
use crate::lanes::Lanes;
use crate::order;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use codec::{Compact, Decode, DecodeAll, Encode};
use veritrace_primitives::audit::attest;
use veritrace_primitives::check::{check_graph, page_items, GraphLimits};
use veritrace_primitives::commit::{self, TensorFault};
use veritrace_primitives::evaluate::{data_of, evaluate, kernel_of, spec_of, Dense};
use veritrace_primitives::graph::{Digest, Graph, Node, TensorSpec};
use veritrace_primitives::hash::Hasher;
use veritrace_primitives::page::{
    page_hashes, paged_root, prove_page, PagedTrace, Trace, TraceView,
};
use veritrace_primitives::proof::{
    check, decode, ClaimFacts, Contradiction, Opening, ProofLimits, Target,
};
use veritrace_primitives::prove;
use veritrace_primitives::tensor::{write, Geometry, Layout};

/// Off chain nothing is too large; the chain applies its own limits.
const NO_LIMITS: GraphLimits = GraphLimits {
    max_proof_bytes: u32::MAX,
    max_macs: u64::MAX,
    max_opening_bytes: u32::MAX,
};

type Tensors = Vec<Vec<u8>>;

/// What is known of a claim's trace.
#[derive(Decode, Encode)]
pub enum KnownTrace {
    /// Every leaf.
    #[codec(index = 0)]
    Leaves(Vec<Digest>),
    /// The hashes of its pages, and the leaves of some.
    #[codec(index = 1)]
    Pages {
        /// Hashes, in order.
        pages: Vec<Digest>,
        /// Pages whose leaves are known.
        shown: Vec<(u16, Vec<Digest>)>,
    },
}

/// The same, ready for proofs.
enum View {
    Leaves(Vec<Digest>),
    Pages(PagedTrace),
}

impl View {
    fn of(loaded: &Loaded, known: KnownTrace) -> Result<Self, String> {
        match known {
            KnownTrace::Leaves(leaves) => Ok(Self::Leaves(leaves)),
            KnownTrace::Pages { pages, shown } => {
                let nodes = loaded.prover.graph().header.node_count;
                let mut view = PagedTrace::new(nodes, pages)
                    .ok_or_else(|| format!("the trace of {nodes} nodes has not so many pages"))?;
                for (page, leaves) in shown {
                    view.show::<Lanes>(page, leaves)
                        .ok_or_else(|| format!("these leaves are not those of page {page}"))?;
                }
                Ok(Self::Pages(view))
            }
        }
    }
}

impl TraceView for View {
    fn leaf(&self, node: u16) -> Option<Digest> {
        match self {
            Self::Leaves(leaves) => leaves.leaf(node),
            Self::Pages(pages) => pages.leaf(node),
        }
    }

    fn siblings<H: Hasher>(&self, positions: &[u32]) -> Option<Vec<Digest>> {
        match self {
            Self::Leaves(leaves) => leaves.siblings::<H>(positions),
            Self::Pages(pages) => pages.siblings::<H>(positions),
        }
    }
}

/// A claim's leaves and honest tensors (row-major): what every proof is made from.
#[derive(Decode, Encode)]
pub struct Evidence {
    /// The claim's trace.
    pub leaves: KnownTrace,
    /// The request's inputs.
    pub inputs: Tensors,
    /// The honest outputs of all nodes.
    pub outputs: Tensors,
}

/// Index of the request for the roots of tensors: `(u8, Vec<(TensorSpec, Vec<u8>)>)`, the layout, and specs with row-major
/// bytes; `Vec<Digest>`.
/// Workers ask it of every byte that they compute, so it is answered from where the bytes lie.
const TENSOR_ROOTS: u8 = 14;

/// A request; the comment says what the answer decodes to. [`TENSOR_ROOTS`] is one more.
#[derive(Decode, Encode)]
pub enum Request {
    /// `graph.bin`: `u32`, a handle.
    #[codec(index = 0)]
    Load(Vec<u8>),
    /// A handle: nothing.
    #[codec(index = 1)]
    Free(u32),
    /// A handle: root and cost of each node.
    #[codec(index = 2)]
    Describe(u32),
    /// Handle, most bytes of a page: `Vec<Vec<u8>>`.
    #[codec(index = 3)]
    Pages(u32, u32),
    /// Handle, inputs: every node's output.
    #[codec(index = 4)]
    Evaluate(u32, Tensors),
    /// Handle, node, output: `Vec<Digest>`.
    #[codec(index = 6)]
    TileHashes(u32, u16, Vec<u8>),
    /// Handle, node, tile, inputs, outputs: `bool`.
    #[codec(index = 7)]
    CheckTile(u32, u16, u32, Tensors, Tensors),
    /// Handle, node, evidence: `Contradiction`.
    #[codec(index = 8)]
    ProveNode(u32, u16, Evidence),
    /// Handle, node, leaves: `ChallengeProof`.
    #[codec(index = 9)]
    ProveChallenge(u32, u16, KnownTrace),
    /// Handle, node, output, most bytes: `Opening`.
    #[codec(index = 10)]
    Open(u32, u16, Vec<u8>, u32),
    /// Handle, node, opening, honest output: `Option<u32>`.
    #[codec(index = 11)]
    FirstWrongTile(u32, u16, Vec<u8>, Vec<u8>),
    /// Handle, node, tile, opening, evidence: `Contradiction`.
    #[codec(index = 12)]
    ProveTile(u32, u16, u32, Vec<u8>, Evidence),
    /// Handle, node, tile, opening, evidence: `Contradiction`.
    #[codec(index = 13)]
    ProveElement(u32, u16, u32, Vec<u8>, Evidence),
    /// Leaves: `Digest`.
    #[codec(index = 15)]
    TraceRoot(Vec<Digest>),
    /// Tensor roots of outputs: `Digest`.
    #[codec(index = 16)]
    OutputRoot(Vec<Digest>),
    /// Request, account, trace root, output root, salt: `Digest`.
    #[codec(index = 17)]
    Commitment(u64, Vec<u8>, Digest, Digest, [u8; 32]),
    /// Facts, a `Contradiction`: `Result<(u64, u32), String>`, MACs and bytes of a conviction or the rejection.
    #[codec(index = 18)]
    Check(ClaimFacts, Vec<u8>),
    /// Request, trace root, place, account, salt: `Digest`.
    #[codec(index = 19)]
    Seal(u64, Digest, u16, Vec<u8>, [u8; 32]),
    /// Handle, node, lot, leaves, output: `Attestation`.
    #[codec(index = 20)]
    Attest(u32, u16, u64, Vec<Digest>, Vec<u8>),
    /// Handle, leaves: the `Trace` that reveals them.
    #[codec(index = 30)]
    Reveal(u32, Vec<Digest>),
    /// Leaves: the hashes of their pages.
    #[codec(index = 31)]
    PageHashes(Vec<Digest>),
    /// Hashes of a claim's pages, page: `PageProof`.
    #[codec(index = 32)]
    ProvePage(Vec<Digest>, u16),
    /// Number of nodes, hashes of the pages: the trace root.
    #[codec(index = 33)]
    PagedRoot(u16, Vec<Digest>),
    /// Layout, specs with the roots over their tiles: `Vec<Digest>`, the tensors' roots.
    #[codec(index = 34)]
    RootsOfTiles(u8, Vec<(TensorSpec, Digest)>),
}

/// Answers the SCALE bytes of a request with those of a `Result<Vec<u8>, String>`.
pub fn answer(bytes: &[u8]) -> Vec<u8> {
    if let Some((&TENSOR_ROOTS, tensors)) = bytes.split_first() {
        return tensor_roots(tensors).encode();
    }
    Request::decode_all(&mut &bytes[..])
        .map_err(|_| undecodable())
        .and_then(respond)
        .encode()
}

fn undecodable() -> String {
    "the request does not decode".to_string()
}

fn tensor_roots(mut encoded: &[u8]) -> Result<Vec<u8>, String> {
    let length = |encoded: &mut &[u8]| {
        Compact::<u32>::decode(encoded)
            .map(|Compact(length)| length)
            .map_err(|_| undecodable())
    };
    let layout = u8::decode(&mut encoded).map_err(|_| undecodable())?;
    let layout = layout_of(layout)?;
    let mut roots = Vec::new();
    for _ in 0..length(&mut encoded)? {
        let spec = TensorSpec::decode(&mut encoded).map_err(|_| undecodable())?;
        let size = length(&mut encoded)? as usize;
        let (data, rest) = encoded.split_at_checked(size).ok_or_else(undecodable)?;
        encoded = rest;
        let geometry = Geometry::new(layout, &spec).ok_or_else(|| no_tensor(TensorFault::Shape))?;
        let committed =
            order::committed(&geometry, data).ok_or_else(|| no_tensor(TensorFault::Length))?;
        let tiles = commit::root_of_committed::<Lanes>(layout, &committed);
        let root =
            commit::tensor_root_from_tiles::<Lanes>(layout, &spec, &tiles).map_err(no_tensor)?;
        roots.push(root);
    }
    if encoded.is_empty() {
        Ok(roots.encode())
    } else {
        Err(undecodable())
    }
}

fn layout_of(version: u8) -> Result<Layout, String> {
    Layout::of(version).ok_or_else(|| format!("there is no layout version {version}"))
}

fn no_tensor(fault: TensorFault) -> String {
    format!("not a tensor of that spec: {fault:?}")
}

fn respond(request: Request) -> Result<Vec<u8>, String> {
    match request {
        Request::Load(bytes) => load(&bytes).map(|handle| handle.encode()),
        Request::Free(handle) => {
            with_handles(|handles| handles.remove(handle));
            Ok(Vec::new())
        }
        Request::Describe(handle) => {
            with(handle, |loaded| Ok((loaded.root, &loaded.costs).encode()))
        }
        Request::Pages(handle, max) => with(handle, |loaded| pages(loaded, max)),
        Request::Evaluate(handle, inputs) => with(handle, |loaded| {
            evaluate(loaded.prover.graph(), &inputs)
                .map(|outputs| outputs.encode())
                .map_err(|fault| format!("the graph has no value: {fault:?}"))
        }),
        Request::TileHashes(handle, node, output) => with(handle, |loaded| {
            let spec = &node_of(loaded, node)?.output;
            let layout = loaded.prover.layout();
            let geometry = Geometry::new(layout, spec).ok_or_else(|| wrong_length(node))?;
            let committed =
                order::committed(&geometry, &output).ok_or_else(|| wrong_length(node))?;
            Ok(commit::tile_hashes::<Lanes>(layout, &committed).encode())
        }),
        Request::CheckTile(handle, node, tile, inputs, outputs) => with(handle, |loaded| {
            check_tile(loaded, node, tile, &inputs, &outputs).map(|right| right.encode())
        }),
        Request::ProveNode(handle, node, evidence) => with(handle, |loaded| {
            prove(loaded, node, evidence, Target::Whole)
        }),
        Request::ProveChallenge(handle, node, leaves) => with(handle, |loaded| {
            let leaves = View::of(loaded, leaves)?;
            loaded
                .prover
                .challenge::<Lanes>(node, &leaves)
                .map(|proof| proof.encode())
                .ok_or_else(|| format!("node {node} cannot be challenged with these leaves"))
        }),
        Request::Open(handle, node, output, max) => with(handle, |loaded| {
            let spec = &node_of(loaded, node)?.output;
            prove::opening::<Lanes>(loaded.prover.layout(), spec, &output, max)
                .map(|opening| opening.encode())
                .ok_or_else(|| wrong_length(node))
        }),
        Request::FirstWrongTile(handle, node, opening, honest) => with(handle, |loaded| {
            let spec = &node_of(loaded, node)?.output;
            let opening = decoded_opening(&opening)?;
            // Of what cannot be compared, it must not be said that nothing is wrong.
            let layout = loaded.prover.layout();
            let geometry = Geometry::new(layout, spec).ok_or_else(|| wrong_length(node))?;
            let shown = match &opening {
                Opening::Tensor(bytes) => bytes.len() == geometry.bytes() as usize,
                Opening::Tiles(hashes) => hashes.len() == geometry.tiles() as usize,
            };
            if !shown || honest.len() != geometry.bytes() as usize {
                return Err(wrong_length(node));
            }
            Ok(prove::first_wrong_tile::<Lanes>(layout, spec, &opening, &honest).encode())
        }),
        Request::ProveTile(handle, node, tile, opening, evidence) => with(handle, |loaded| {
            let target = prove::tile_target::<Lanes>(
                loaded.prover.layout(),
                &decoded_opening(&opening)?,
                tile,
            )
            .ok_or_else(|| format!("node {node} has no tile {tile}"))?;
            prove(loaded, node, evidence, target)
        }),
        Request::ProveElement(handle, node, tile, opening, evidence) => with(handle, |loaded| {
            let spec = &node_of(loaded, node)?.output;
            let honest = evidence
                .outputs
                .get(usize::from(node))
                .ok_or_else(|| wrong_length(node))?;
            let opening = decoded_opening(&opening)?;
            let layout = loaded.prover.layout();
            let target = prove::element_target::<Lanes>(layout, spec, &opening, tile, honest)
                .ok_or_else(|| format!("tile {tile} of node {node} shows no wrong element"))?;
            prove(loaded, node, evidence, target)
        }),
        Request::TraceRoot(leaves) => Ok(commit::trace_root::<Lanes>(&leaves).encode()),
        Request::OutputRoot(roots) => Ok(commit::output_root::<Lanes>(&roots).encode()),
        Request::Commitment(request, account, trace_root, output_root, salt) => {
            let digest =
                commit::commitment::<Lanes>(request, &account, &trace_root, &output_root, &salt);
            Ok(digest.encode())
        }
        Request::Seal(request, trace_root, place, account, salt) => {
            let digest = commit::seal::<Lanes>(request, &trace_root, place, &account, &salt);
            Ok(digest.encode())
        }
        Request::Attest(handle, node, lot, leaves, output) => with(handle, |loaded| {
            attest::<Lanes, _>(&loaded.prover, node, lot, &leaves, &output)
                .map(|attestation| attestation.encode())
                .ok_or_else(|| format!("node {node} cannot be shown with these leaves and output"))
        }),
        Request::Reveal(handle, leaves) => with(handle, |loaded| {
            let header = &loaded.prover.graph().header;
            if leaves.len() != usize::from(header.node_count) {
                return Err(format!(
                    "{} leaves for {} nodes",
                    leaves.len(),
                    header.node_count
                ));
            }
            Trace::of::<Lanes>(&leaves, &header.outputs)
                .map(|trace| trace.encode())
                .ok_or_else(|| "an output is no node".to_string())
        }),
        Request::PageHashes(leaves) => Ok(page_hashes::<Lanes>(&leaves).encode()),
        Request::ProvePage(pages, page) => prove_page::<Lanes>(&pages, page)
            .map(|proof| proof.encode())
            .ok_or_else(|| format!("there is no page {page} among {}", pages.len())),
        Request::PagedRoot(nodes, pages) => Ok(paged_root::<Lanes>(nodes, &pages).encode()),
        Request::RootsOfTiles(layout, tensors) => {
            let layout = layout_of(layout)?;
            tensors
                .iter()
                .map(|(spec, tiles)| commit::tensor_root_from_tiles::<Lanes>(layout, spec, tiles))
                .collect::<Result<Vec<_>, _>>()
                .map(|roots| roots.encode())
                .map_err(no_tensor)
        }
        Request::Check(facts, bytes) => {
            let limits = ProofLimits {
                max_whole_bytes: u32::MAX,
                max_macs: u64::MAX,
            };
            let verdict = decode::<Contradiction>(&bytes)
                .and_then(|proof| check::<Lanes>(&facts, &proof, &limits))
                .map(|work| (work.macs, work.bytes))
                .map_err(|rejection| format!("{rejection:?}"));
            Ok(verdict.encode())
        }
    }
}

fn wrong_length(node: u16) -> String {
    format!("the output of node {node} is missing or has another length")
}

fn with(
    handle: u32,
    respond: impl FnOnce(&Loaded) -> Result<Vec<u8>, String>,
) -> Result<Vec<u8>, String> {
    with_handles(|handles| {
        let loaded = handles
            .get(handle)
            .ok_or_else(|| format!("no graph has handle {handle}"))?;
        respond(loaded)
    })
}

fn node_of(loaded: &Loaded, node: u16) -> Result<&Node, String> {
    let nodes = &loaded.prover.graph().nodes;
    nodes
        .get(usize::from(node))
        .ok_or_else(|| format!("the graph has no node {node}; it has {}", nodes.len()))
}

fn decoded_opening(bytes: &[u8]) -> Result<Opening, String> {
    decode(bytes).map_err(|_| "the opening does not decode".to_string())
}

fn load(bytes: &[u8]) -> Result<u32, String> {
    let graph = Graph::decode_all(&mut &bytes[..])
        .map_err(|_| "these bytes are not a compiled graph".to_string())?;
    let (root, costs) = check_graph::<Lanes>(&graph, &NO_LIMITS)
        .map_err(|fault| format!("the graph does not type-check: {fault:?}"))?;
    let prover = prove::Prover::new::<Lanes>(graph)
        .ok_or_else(|| "an initialiser does not fit its spec".to_string())?;
    with_handles(|handles| {
        handles.insert(Loaded {
            prover,
            root,
            costs,
        })
    })
    .ok_or_else(|| "no handle is left".to_string())
}

/// Fills pages greedily; an item that alone exceeds the page gets one of its own, for the chain to refuse by name.
fn pages(loaded: &Loaded, max: u32) -> Result<Vec<u8>, String> {
    let items = page_items::<Lanes>(loaded.prover.graph())
        .ok_or_else(|| "an initialiser does not fit its spec".to_string())?;
    // The count before the items takes at most 4 bytes.
    let room = (max as usize).saturating_sub(4);
    let mut pages = Vec::new();
    let (mut page, mut used) = (Vec::new(), 0);
    for item in items {
        let size = item.encoded_size();
        if !page.is_empty() && used + size > room {
            pages.push(core::mem::take(&mut page).encode());
            used = 0;
        }
        used += size;
        page.push(item);
    }
    if !page.is_empty() {
        pages.push(page.encode());
    }
    Ok(pages.encode())
}

fn check_tile(
    loaded: &Loaded,
    index: u16,
    tile: u32,
    inputs: &[Vec<u8>],
    outputs: &[Vec<u8>],
) -> Result<bool, String> {
    let graph = loaded.prover.graph();
    let node = node_of(loaded, index)?;
    let kernel = kernel_of(graph, index, node).map_err(|fault| format!("{fault:?}"))?;
    let mut tensors = Vec::new();
    for reference in &node.inputs {
        let spec = spec_of(graph, index, *reference);
        let data = data_of(graph, inputs, outputs, *reference);
        match (spec, data) {
            (Some(spec), Some(data)) => tensors.push((spec.dtype, data)),
            _ => return Err(format!("an input of node {index} is missing")),
        }
    }
    let output = kernel.output();
    let count = output
        .tile_bytes(tile)
        .ok_or_else(|| format!("node {index} has no tile {tile}"))?
        / output.dtype.size();
    let start = tile * output.elements_per_tile();
    let mut dense = Dense::new(tensors);
    let mut bytes = Vec::new();
    for place in start..start + count {
        let value = kernel
            .element(output.linear(place), &mut dense)
            .map_err(|fault| format!("node {index} has no value: {fault:?}"))?;
        write(output.dtype, value, &mut bytes);
    }
    let stated = outputs
        .get(usize::from(index))
        .and_then(|stated| prove::honest_tile::<Lanes>(output.layout(), &node.output, stated, tile))
        .ok_or_else(|| wrong_length(index))?;
    Ok(stated == commit::tile_hash::<Lanes>(output, tile, &bytes))
}

fn prove(
    loaded: &Loaded,
    node: u16,
    evidence: Evidence,
    target: Target,
) -> Result<Vec<u8>, String> {
    let leaves = View::of(loaded, evidence.leaves)?;
    loaded
        .prover
        .contradiction::<Lanes>(node, &leaves, &evidence.inputs, &evidence.outputs, target)
        .map(|proof| proof.encode())
        .ok_or_else(|| format!("no proof for node {node} can be made from this evidence"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use veritrace_primitives::audit::{check_attestation, Attestation};
    use veritrace_primitives::graph::{DType, GraphHeader, Op, Ref, KERNEL_VERSION};
    use veritrace_primitives::hash::Sha256;

    fn ask(request: Request) -> Result<Vec<u8>, String> {
        Result::decode_all(&mut &answer(&request.encode())[..]).unwrap()
    }

    /// Turns `[1, count]` into `[count, 1]`.
    fn load(count: u32) -> u32 {
        let spec = |shape: [u32; 2]| TensorSpec {
            dtype: DType::U8,
            shape: shape.to_vec().try_into().unwrap(),
        };
        let graph = Graph {
            header: GraphHeader {
                kernel_version: KERNEL_VERSION,
                layout_version: Layout::One.version(),
                node_count: 1,
                initialiser_count: 0,
                inputs: vec![spec([1, count])].try_into().unwrap(),
                outputs: vec![0].try_into().unwrap(),
            },
            initialisers: vec![],
            nodes: vec![Node {
                op: Op::Reshape,
                inputs: vec![Ref::Request(0)].try_into().unwrap(),
                output: spec([count, 1]),
            }],
        };
        let handle = ask(Request::Load(graph.encode())).unwrap();
        u32::decode_all(&mut &handle[..]).unwrap()
    }

    /// A graph of 1,030 nodes that each turn the tensor of the one before.
    fn load_long() -> u32 {
        let spec = |shape: [u32; 2]| TensorSpec {
            dtype: DType::U8,
            shape: shape.to_vec().try_into().unwrap(),
        };
        let nodes = (0..1_030u16).map(|index| Node {
            op: Op::Reshape,
            inputs: vec![index.checked_sub(1).map_or(Ref::Request(0), Ref::Node)]
                .try_into()
                .unwrap(),
            output: spec(if index % 2 == 0 { [2, 1] } else { [1, 2] }),
        });
        let graph = Graph {
            header: GraphHeader {
                kernel_version: KERNEL_VERSION,
                layout_version: Layout::One.version(),
                node_count: 1_030,
                initialiser_count: 0,
                inputs: vec![spec([1, 2])].try_into().unwrap(),
                outputs: vec![1_029].try_into().unwrap(),
            },
            initialisers: vec![],
            nodes: nodes.collect(),
        };
        let handle = ask(Request::Load(graph.encode())).unwrap();
        u32::decode_all(&mut &handle[..]).unwrap()
    }

    /// The tensor roots of every node's output.
    fn trace(handle: u32, outputs: &Tensors) -> Vec<Digest> {
        let specs = with_handles(|handles| {
            let nodes = &handles.get(handle).unwrap().prover.graph().nodes;
            nodes
                .iter()
                .map(|node| node.output.clone())
                .collect::<Vec<_>>()
        });
        let tensors: Vec<_> = specs.into_iter().zip(outputs.iter().cloned()).collect();
        Vec::<Digest>::decode_all(&mut &roots_of(&tensors.encode()).unwrap()[..]).unwrap()
    }

    /// The answer to a request for the roots of encoded tensors.
    fn roots_of(tensors: &[u8]) -> Result<Vec<u8>, String> {
        let request = [&[TENSOR_ROOTS, 1], tensors].concat();
        Result::decode_all(&mut &answer(&request)[..]).unwrap()
    }

    #[test]
    fn roots_should_be_those_of_the_primitives_and_of_well_formed_requests_only() {
        let tensors = [(DType::I32, vec![2, 3, 4, 5]), (DType::U8, vec![1, 700])].map(
            |(dtype, shape): (DType, Vec<u32>)| {
                let size = shape.iter().product::<u32>() * dtype.size();
                let shape = shape.try_into().unwrap();
                let data: Vec<u8> = (0..size).map(|at| (at % 249) as u8).collect();
                (TensorSpec { dtype, shape }, data)
            },
        );
        let encoded = tensors.to_vec().encode();
        let roots = roots_of(&encoded).unwrap();
        let expected: Vec<Digest> = tensors
            .iter()
            .map(|(spec, data)| commit::tensor_root::<Sha256>(Layout::One, spec, data).unwrap())
            .collect();
        assert_eq!(roots, expected.encode());
        for length in 0..encoded.len() {
            assert_eq!(roots_of(&encoded[..length]), Err(undecodable()));
        }
        assert_eq!(roots_of(&[&encoded[..], &[0]].concat()), Err(undecodable()));
        // A count without the tensors is no reason to reserve room for them.
        assert_eq!(roots_of(&[254, 255, 255, 255]), Err(undecodable()));
        let short = vec![(tensors[0].0.clone(), vec![0u8; 479])].encode();
        assert!(roots_of(&short).unwrap_err().contains("Length"));
    }

    #[test]
    fn roots_should_be_those_of_the_layout() {
        let spec = TensorSpec {
            dtype: DType::U8,
            shape: vec![1, 20, 9, 11].try_into().unwrap(),
        };
        let data: Vec<u8> = (0..1980u32).map(|at| (at % 241) as u8).collect();
        for layout in Layout::ALL {
            let tensors = vec![(spec.clone(), data.clone())];
            let request = [vec![TENSOR_ROOTS, layout.version()], tensors.encode()].concat();
            let roots = Result::<Vec<u8>, String>::decode_all(&mut &answer(&request)[..]).unwrap();
            let expected = commit::tensor_root::<Sha256>(layout, &spec, &data).unwrap();
            assert_eq!(roots, Ok(vec![expected].encode()));
            let tiles = commit::tiles_root::<Sha256>(layout, &spec, &data).unwrap();
            let from_tiles = Request::RootsOfTiles(layout.version(), vec![(spec.clone(), tiles)]);
            assert_eq!(ask(from_tiles), Ok(vec![expected].encode()));
        }
        let empty = TensorSpec {
            dtype: DType::U8,
            shape: vec![0].try_into().unwrap(),
        };
        assert!(ask(Request::RootsOfTiles(2, vec![(empty, [0; 32])])).is_err());
        for layout in [0, 3] {
            assert!(ask(Request::RootsOfTiles(layout, vec![]))
                .unwrap_err()
                .contains("no layout version"));
            let request = [vec![TENSOR_ROOTS, layout], vec![0]].concat();
            let answer = Result::<Vec<u8>, String>::decode_all(&mut &answer(&request)[..]).unwrap();
            assert!(answer.is_err());
        }
    }

    #[test]
    fn lie_in_a_long_trace_should_be_proved_from_its_pages() {
        let handle = load_long();
        let honest = vec![vec![3, 4]; 1_030];
        let mut said = honest.clone();
        said[1_027] = vec![3, 5];
        let (truth, leaves) = (trace(handle, &honest), trace(handle, &said));
        let hashes = |leaves: &[Digest]| {
            let pages = ask(Request::PageHashes(leaves.to_vec())).unwrap();
            Vec::<Digest>::decode_all(&mut &pages[..]).unwrap()
        };
        let pages = hashes(&leaves);
        assert_eq!(hashes(&truth)[0], pages[0]);
        let revealed = ask(Request::Reveal(handle, leaves.clone())).unwrap();
        let Trace::Pages { pages: shown, .. } = Trace::decode_all(&mut &revealed[..]).unwrap()
        else {
            panic!("it is long")
        };
        assert_eq!(shown.to_vec(), pages);
        let root = ask(Request::PagedRoot(1_030, pages.clone())).unwrap();
        assert_eq!(root, ask(Request::TraceRoot(leaves.clone())).unwrap());
        assert!(ask(Request::ProvePage(pages.clone(), 2)).is_err());
        assert!(ask(Request::ProvePage(pages.clone(), 1)).is_ok());

        let described = ask(Request::Describe(handle)).unwrap();
        let facts = ClaimFacts {
            graph_root: Digest::decode(&mut &described[..]).unwrap(),
            node_count: 1_030,
            trace_root: Digest::decode_all(&mut &root[..]).unwrap(),
            input_roots: vec![commit::tensor_root::<Lanes>(
                Layout::One,
                &TensorSpec {
                    dtype: DType::U8,
                    shape: vec![1, 2].try_into().unwrap(),
                },
                &[3, 4],
            )
            .unwrap()]
            .try_into()
            .unwrap(),
        };
        let evidence = |shown: Vec<(u16, Vec<Digest>)>| Evidence {
            leaves: KnownTrace::Pages {
                pages: pages.clone(),
                shown,
            },
            inputs: vec![vec![3, 4]],
            outputs: honest.clone(),
        };
        let opened = (1, leaves[1_024..].to_vec());
        let proof = ask(Request::ProveNode(handle, 1_027, evidence(vec![opened]))).unwrap();
        let verdict = ask(Request::Check(facts, proof)).unwrap();
        let verdict = Result::<(u64, u32), String>::decode_all(&mut &verdict[..]).unwrap();
        assert!(verdict.is_ok(), "{verdict:?}");
        // Not before the page was opened, and not with other leaves.
        assert!(ask(Request::ProveNode(handle, 1_027, evidence(vec![]))).is_err());
        let own = (1, truth[1_024..].to_vec());
        assert!(ask(Request::ProveNode(handle, 1_027, evidence(vec![own]))).is_err());
        ask(Request::Free(handle)).unwrap();
    }

    #[test]
    fn freed_handle_should_name_no_later_graph() {
        let first = load(3);
        ask(Request::Free(first)).unwrap();
        let second = load(4);
        assert_ne!(first, second);
        assert!(ask(Request::Describe(first)).is_err());
        ask(Request::Free(first)).unwrap();
        assert!(ask(Request::Describe(second)).is_ok());
    }

    #[test]
    fn tile_of_an_audit_should_be_the_one_that_the_lot_falls_on() {
        let handle = load(600);
        let output: Vec<u8> = (0..600u32).map(|at| (at % 251) as u8).collect();
        let leaves = trace(handle, &vec![output.clone()]);
        let shown = |lot| {
            let bytes = ask(Request::Attest(
                handle,
                0,
                lot,
                leaves.clone(),
                output.clone(),
            ))
            .unwrap();
            Attestation::decode_all(&mut &bytes[..]).unwrap()
        };
        // Three tiles, of which the last is shorter.
        assert_eq!(shown(0).bytes, output[..256]);
        assert_eq!(shown(7).bytes, output[256..512]);
        assert_eq!(shown(8).bytes, output[512..]);
        let facts = ClaimFacts {
            graph_root: with_handles(|handles| handles.get(handle).unwrap().root),
            node_count: 1,
            trace_root: commit::trace_root::<Lanes>(&leaves),
            input_roots: vec![].try_into().unwrap(),
        };
        assert_eq!(check_attestation::<Lanes>(&facts, 0, 8, &shown(8)), Ok(()));
        assert!(check_attestation::<Lanes>(&facts, 0, 9, &shown(8)).is_err());
        assert!(ask(Request::Attest(handle, 0, 8, leaves, vec![7; 599])).is_err());
    }

    #[test]
    fn what_cannot_be_compared_should_not_be_called_right() {
        let handle = load(600);
        let honest = vec![7; 600];
        let opening = ask(Request::Open(handle, 0, honest.clone(), 1000)).unwrap();
        let hashes = ask(Request::Open(handle, 0, honest.clone(), 0)).unwrap();
        let first = |opening: &[u8], honest: &[u8]| {
            ask(Request::FirstWrongTile(
                handle,
                0,
                opening.to_vec(),
                honest.to_vec(),
            ))
            .map(|found| Option::<u32>::decode_all(&mut &found[..]).unwrap())
        };
        let mut wrong = honest.clone();
        wrong[599] = 8;
        for opening in [&opening, &hashes] {
            assert_eq!(first(opening, &honest), Ok(None));
            assert_eq!(first(opening, &wrong), Ok(Some(2)));
            assert!(first(opening, &honest[1..]).is_err());
        }
        assert!(first(&Opening::Tensor(vec![7; 599]).encode(), &honest).is_err());
        assert!(first(&Opening::Tiles(vec![]).encode(), &honest).is_err());
    }
}
