//! Whole nodes and whole graphs, for whoever holds every tensor: workers' self-checks, challengers, tests.

use crate::graph::{DType, Graph, Node, Ref, TensorSpec};
use crate::kernel::{check_version, Fault, Inputs, Kernel, NodeFault};
use crate::packed;
use crate::tensor::{byte_length, read, write};
use alloc::vec::Vec;

/// Inputs in full, as row-major bytes.
pub struct Dense<'a> {
    tensors: Vec<(DType, &'a [u8])>,
}

impl<'a> Dense<'a> {
    /// One entry an input, in the node's order.
    pub fn new(tensors: Vec<(DType, &'a [u8])>) -> Self {
        Self { tensors }
    }

    /// The inputs' bytes, in the node's order.
    pub fn bytes(&self) -> Vec<&'a [u8]> {
        self.tensors.iter().map(|(_, bytes)| *bytes).collect()
    }
}

impl Inputs for Dense<'_> {
    #[inline]
    fn get(&mut self, input: usize, index: u32) -> Result<i32, Fault> {
        let (dtype, data) = self.tensors.get(input).ok_or(Fault::Missing)?;
        read(*dtype, data, index).ok_or(Fault::Missing)
    }
}

/// Every element of a node's output, row-major.
pub fn evaluate_node(kernel: &Kernel, inputs: &mut impl Inputs) -> Result<Vec<u8>, Fault> {
    let output = kernel.output();
    let mut out = Vec::with_capacity(output.bytes() as usize);
    for at in 0..output.elements() {
        write(output.dtype, kernel.element(at, inputs)?, &mut out);
    }
    Ok(out)
}

/// Why a graph was not evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EvaluationFault {
    /// A request input is missing or has another length.
    Input(u16),
    /// The header names a layout version that there is not.
    Layout,
    /// A node does not type-check.
    Node(u16, NodeFault),
    /// A node refers to something that is not there, or comes later.
    Reference(u16),
    /// A node has no value.
    Element(u16, Fault),
}

/// Spec of what `reference` of node `index` stands for.
pub fn spec_of(graph: &Graph, index: u16, reference: Ref) -> Option<&TensorSpec> {
    match reference {
        Ref::Request(r) => graph.header.inputs.get(usize::from(r)),
        Ref::Initialiser(i) => graph
            .initialisers
            .get(usize::from(i))
            .map(|init| &init.spec),
        Ref::Node(j) if j < index => graph.nodes.get(usize::from(j)).map(|node| &node.output),
        Ref::Node(_) => None,
    }
}

/// Bytes, row-major, of what `reference` stands for.
pub fn data_of<'a>(
    graph: &'a Graph,
    inputs: &'a [Vec<u8>],
    outputs: &'a [Vec<u8>],
    reference: Ref,
) -> Option<&'a [u8]> {
    match reference {
        Ref::Request(r) => inputs.get(usize::from(r)).map(Vec::as_slice),
        Ref::Initialiser(i) => graph
            .initialisers
            .get(usize::from(i))
            .map(|init| init.data.as_slice()),
        Ref::Node(j) => outputs.get(usize::from(j)).map(Vec::as_slice),
    }
}

/// Resolves one node of a graph.
pub fn kernel_of(graph: &Graph, index: u16, node: &Node) -> Result<Kernel, EvaluationFault> {
    let specs = node
        .inputs
        .iter()
        .map(|reference| spec_of(graph, index, *reference).ok_or(EvaluationFault::Reference(index)))
        .collect::<Result<Vec<_>, _>>()?;
    let layout = graph.header.layout().ok_or(EvaluationFault::Layout)?;
    check_version(graph.header.kernel_version, &node.op)
        .and_then(|()| Kernel::new(layout, node, &specs, None))
        .map_err(|fault| EvaluationFault::Node(index, fault))
}

/// What a node of a graph takes in; `None` when some of it is not there.
pub fn dense_of<'a>(
    graph: &'a Graph,
    node: &Node,
    kernel: &Kernel,
    inputs: &'a [Vec<u8>],
    outputs: &'a [Vec<u8>],
) -> Option<Dense<'a>> {
    let references = node.inputs.iter().zip(kernel.inputs());
    references
        .map(|(reference, geometry)| {
            data_of(graph, inputs, outputs, *reference).map(|data| (geometry.dtype, data))
        })
        .collect::<Option<_>>()
        .map(Dense::new)
}

/// One node of a graph from the outputs before it.
pub fn evaluate_at(
    graph: &Graph,
    index: u16,
    inputs: &[Vec<u8>],
    outputs: &[Vec<u8>],
) -> Result<Vec<u8>, EvaluationFault> {
    let node = graph
        .nodes
        .get(usize::from(index))
        .ok_or(EvaluationFault::Reference(index))?;
    let kernel = kernel_of(graph, index, node)?;
    let mut tensors =
        dense_of(graph, node, &kernel, inputs, outputs).ok_or(EvaluationFault::Reference(index))?;
    if packed::pays(&kernel, &(0..kernel.output().elements())) {
        // Where there is no value this way, the other says why.
        if let Some(output) = packed::whole_node(&kernel, &tensors.bytes()) {
            return Ok(output);
        }
    }
    evaluate_node(&kernel, &mut tensors).map_err(|fault| EvaluationFault::Element(index, fault))
}

/// Every node's output, row-major, for these request inputs.
pub fn evaluate(graph: &Graph, inputs: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, EvaluationFault> {
    for (index, spec) in graph.header.inputs.iter().enumerate() {
        let length = byte_length(spec).map(|bytes| bytes as usize);
        if length.is_none() || inputs.get(index).map(Vec::len) != length {
            return Err(EvaluationFault::Input(index as u16));
        }
    }
    let mut outputs = Vec::with_capacity(graph.nodes.len());
    for index in 0..graph.nodes.len() {
        let output = evaluate_at(graph, index as u16, inputs, &outputs)?;
        outputs.push(output);
    }
    Ok(outputs)
}
