//! Small graphs of any length, and a card.

use crate::ModelCard;
use alloc::vec;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::traits::ConstU32;
use frame_support::BoundedVec;
use veritrace_primitives::check::page_items;
use veritrace_primitives::commit::{graph_root, node_leaf, tensor_root};
use veritrace_primitives::graph::{
    DType, Digest, Graph, GraphHeader, Initialiser, Node, Op, PageItem, Ref, TensorSpec,
    KERNEL_VERSION,
};
use veritrace_primitives::merkle::root;
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::HostSha256;

/// The one that takes a call to the host for each tile and inner node, and longer for it.
const LAYOUT: Layout = Layout::One;

/// Type and shape.
pub fn spec(dtype: DType, shape: &[u32]) -> TensorSpec {
    TensorSpec {
        dtype,
        shape: shape.to_vec().try_into().unwrap_or_default(),
    }
}

/// `tables` lookups and then `copies` reshapes, one after the other, over one `U8` input of `[1, elements]`. There is a
/// table if there are lookups.
pub fn chain(tables: u16, copies: u16, elements: u32) -> Graph {
    let input = spec(DType::U8, &[1, elements]);
    let initialisers = if tables == 0 {
        Vec::new()
    } else {
        vec![Initialiser {
            spec: spec(DType::U8, &[256]),
            data: (0..=255u8).rev().collect(),
        }]
    };
    let count = tables.saturating_add(copies);
    let nodes = (0..count)
        .map(|index| {
            let before = match index.checked_sub(1) {
                None => Ref::Request(0),
                Some(previous) => Ref::Node(previous),
            };
            let (op, inputs) = if index < tables {
                (Op::Table, vec![before, Ref::Initialiser(0)])
            } else {
                (Op::Reshape, vec![before])
            };
            Node {
                op,
                inputs: inputs.try_into().unwrap_or_default(),
                output: input.clone(),
            }
        })
        .collect();
    Graph {
        header: GraphHeader {
            kernel_version: KERNEL_VERSION,
            layout_version: LAYOUT.version(),
            node_count: count,
            initialiser_count: initialisers.len() as u16,
            inputs: vec![input].try_into().unwrap_or_default(),
            outputs: vec![count.saturating_sub(1)].try_into().unwrap_or_default(),
        },
        initialisers,
        nodes,
    }
}

/// The root of a graph, whether or not it type-checks.
pub fn root_of(graph: &Graph) -> Digest {
    let nodes: Vec<Digest> = graph
        .nodes
        .iter()
        .map(|node| node_leaf::<HostSha256>(&node.encode()))
        .collect();
    let initialisers: Vec<Digest> = graph
        .initialisers
        .iter()
        .map(|init| tensor_root::<HostSha256>(LAYOUT, &init.spec, &init.data).unwrap_or_default())
        .collect();
    graph_root::<HostSha256>(
        &graph.header,
        &root::<HostSha256>(&nodes),
        &root::<HostSha256>(&initialisers),
    )
}

/// What an author submits, in order.
pub fn items(graph: &Graph) -> Vec<PageItem> {
    page_items::<HostSha256>(graph).unwrap_or_default()
}

/// SHA-256 of the graph as a file.
pub fn artefact(graph: &Graph) -> Digest {
    sp_io::hashing::sha2_256(&graph.encode())
}

/// A card with as much in it as there may be.
pub fn full_card() -> ModelCard {
    fn full<const N: u32>() -> BoundedVec<u8, ConstU32<N>> {
        BoundedVec::truncate_from(vec![b'x'; N as usize])
    }
    ModelCard {
        name: full(),
        licence: full(),
        task: full(),
        inputs: full(),
        outputs: full(),
        artefact_uri: full(),
    }
}
