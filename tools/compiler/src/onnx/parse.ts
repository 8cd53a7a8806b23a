/** From bytes to an ONNX model whose parts fit together: names are known and unique, nodes in order, the version known. */
import { CompileError } from '../errors.ts';
import { nodeLabel } from './attributes.ts';
import { decodeModel, type GraphProto, type ModelProto, type NodeProto } from './schema.ts';

/** Largest file that is parsed unless told otherwise, in bytes. */
export const DEFAULT_MAX_BYTES = 512 * 2 ** 20;

/** Operator sets that are supported. */
export const OPSETS = { min: 7, max: 22 } as const;

export interface ParsedModel {
  model: ModelProto;
  graph: GraphProto;
  /** Version of ONNX's own operator set. */
  opset: number;
}

const opsetOf = ({ opsetImport }: ModelProto): number => {
  const versions = new Set(
    opsetImport
      .filter(({ domain }) => domain === '' || domain === 'ai.onnx')
      .map(({ version }) => version),
  );
  const [version] = versions;
  if (versions.size > 1) {
    throw new CompileError(
      'malformed',
      `the file asks for several opsets, ${[...versions].join(' and ')}; it can have one`,
    );
  }
  if (version === undefined || version < OPSETS.min || version > OPSETS.max) {
    throw new CompileError(
      'unsupported-version',
      `opset ${version ?? 'unknown'}; supported: ${OPSETS.min} to ${OPSETS.max}`,
    );
  }
  return version;
};

/** Nodes shown of a cycle. */
const SHOWN = 8;

/** What is wrong with reading `name`, which is not known before node `at`. */
const unknownInput = (graph: GraphProto, at: number, name: string): CompileError => {
  const node = graph.node[at];
  const label = node ? nodeLabel(node) : '';
  const place = { node: label, ...(node && { op: node.opType }), tensor: name };
  const refuse = (message: string) =>
    new CompileError('malformed', `${node?.opType} "${label}": ${message}`, place);
  const producers = new Map<string, number>();
  graph.node.forEach(({ output }, index) => {
    for (const produced of output) if (produced !== '') producers.set(produced, index);
  });
  const producer = producers.get(name);
  if (producer === undefined) {
    return refuse(`reads "${name}", which is no input, no constant and no output of a node`);
  }
  // From the producer back to the node itself, if there is a way: then they wait for each other.
  const cameFrom = new Map<number, number>([[producer, -1]]);
  const waiting = [producer];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === at) {
      const labels: string[] = [];
      for (let step = at; step !== -1; step = cameFrom.get(step) ?? -1) {
        const passed = graph.node[step];
        if (passed) labels.push(nodeLabel(passed));
      }
      const shown = labels.slice(0, SHOWN).join('" → "');
      return refuse(
        `waits for its own output: "${shown}"${labels.length > SHOWN ? ' → …' : ''}; a graph has no cycles`,
      );
    }
    for (const input of graph.node[next]?.input ?? []) {
      const before = producers.get(input);
      if (before === undefined || cameFrom.has(before)) continue;
      cameFrom.set(before, next);
      waiting.push(before);
    }
  }
  const later = graph.node[producer];
  return refuse(
    `reads "${name}", which ${later?.opType} "${later ? nodeLabel(later) : ''}" computes only after it; nodes must be in order`,
  );
};

const checkNames = (graph: GraphProto): void => {
  const known = new Set<string>();
  const declare = (name: string, what: string, node?: NodeProto) => {
    const place = node
      ? { node: nodeLabel(node), op: node.opType, tensor: name }
      : { tensor: name };
    if (name === '') throw new CompileError('malformed', `${what} has no name`, place);
    if (name === '__proto__') {
      throw new CompileError('malformed', `${what} is called "__proto__"; rename it`, place);
    }
    if (known.has(name)) {
      throw new CompileError('malformed', `${what} "${name}" is defined twice`, place);
    }
    known.add(name);
  };
  for (const { name } of graph.input) declare(name, 'input');
  // Older files list initialisers among the inputs too; twice among the initialisers is another matter.
  const inputs = new Set(known);
  for (const { name } of graph.initializer) {
    if (inputs.delete(name)) continue;
    declare(name, 'initialiser');
  }
  graph.node.forEach((node, index) => {
    for (const name of node.input) {
      if (name !== '' && !known.has(name)) throw unknownInput(graph, index, name);
    }
    for (const name of node.output) {
      if (name !== '') declare(name, `${node.opType} "${nodeLabel(node)}": tensor`, node);
    }
  });
  const outputs = new Set<string>();
  for (const { name } of graph.output) {
    const place = { tensor: name };
    if (!known.has(name)) {
      throw new CompileError('malformed', `output "${name}" is not computed`, place);
    }
    if (outputs.has(name)) {
      throw new CompileError('malformed', `output "${name}" is listed twice`, place);
    }
    outputs.add(name);
  }
  if (outputs.size === 0) throw new CompileError('malformed', 'the graph has no outputs');
};

/**
 * Parses a model of at most `maxBytes` bytes. Throws a `CompileError` on files that are malformed or ask for too much,
 * on functions and sparse constants, other opsets, names that are unknown, missing or defined twice, nodes that are out
 * of order, and cycles.
 */
export const parseModel = (bytes: Uint8Array, maxBytes = DEFAULT_MAX_BYTES): ParsedModel => {
  if (bytes.length > maxBytes) {
    throw new CompileError(
      'too-large',
      `the file has ${bytes.length} bytes, more than ${maxBytes}`,
    );
  }
  const model = decodeModel(bytes);
  const { graph } = model;
  if (!graph) throw new CompileError('malformed', 'the ONNX file holds no graph');
  if (model.functions.length > 0 || graph.sparseInitializer.length > 0) {
    throw new CompileError(
      'unsupported-operator',
      'model-local functions and sparse initialisers are not supported',
    );
  }
  const opset = opsetOf(model);
  checkNames(graph);
  return { model, graph, opset };
};
