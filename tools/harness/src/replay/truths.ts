/** What a claim should have been: every inference of a chain again, by the referee. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  type LoadedGraph,
  PAGE_LEAVES,
  type Referee,
  type RevealedTrace,
} from '@veritrace/referee';
import { RecordDiffers, toHex } from '@veritrace/replay';
import type { Hex, InputSource, Request, Trace } from '@veritrace/sdk';

/** What a claim turned out to be. */
export type Truth =
  | { kind: 'true' }
  /** `node` is the first whose value is not what it should be, given that all before it are. */
  | { kind: 'false'; node: number }
  /** Of a long trace whose page was not opened: the first wrong node is in it. */
  | { kind: 'false-in-page'; page: number; firstNode: number; lastNode: number }
  /** It is not what it should be, and its trace was not found. */
  | { kind: 'false-somewhere' }
  | { kind: 'unknown'; reason: string };

/** A request as it was made, with the inputs that the chain has of it. */
export interface AskedRequest {
  request: Request;
  inputs: readonly InputSource[];
}

export interface Truths {
  /** What there should be. Throws nothing: what cannot be computed is said in words. */
  of(asked: AskedRequest): { leaves: Uint8Array[]; root: Hex } | { missing: string };
  /** Where a claim parts from it. */
  judge(asked: AskedRequest, claim: { traceRoot: Hex }, traces: readonly Trace[]): Truth;
  /** The graphs that were found. */
  graphs(): readonly FoundGraph[];
  free(): void;
}

/** A compiled graph in a record. */
export interface FoundGraph {
  path: string;
  graphRoot: Hex;
  /** SHA-256 of the file. */
  artefact: Hex;
  /** How the model's tensors are committed to. */
  layoutVersion: number;
}

/** A file of this size is no model and no input. */
const MOST_BYTES = 512 * 1024 * 1024;

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();

/**
 * Reads the models and inputs that stand beside a record's chain, and computes with them. Which is which the chain's own
 * digests tell: a model is found by its graph root, an input by its tensor root. Throws a `RecordDiffers` when a model is none.
 */
export const createTruths = async (
  record: string,
  others: readonly string[],
  referee: Referee,
): Promise<Truths> => {
  const graphs = new Map<Hex, LoadedGraph>();
  const tensors: Uint8Array[] = [];
  const found: FoundGraph[] = [];
  const load = (path: string, bytes: Uint8Array): LoadedGraph => {
    try {
      return referee.loadGraph(bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RecordDiffers({
        file: relative(record, path),
        what: `it is no compiled model: ${reason}`,
      });
    }
  };
  for (const folder of [join(record, 'models'), join(record, 'inputs'), ...others]) {
    for (const path of await filesIn(folder)) {
      const isGraph = path.endsWith('graph.bin');
      if (!isGraph && !path.endsWith('.bin')) continue;
      if ((await stat(path)).size > MOST_BYTES) continue;
      const bytes = new Uint8Array(await readFile(path));
      if (!isGraph) tensors.push(bytes);
      else {
        const graph = load(path, bytes);
        const graphRoot = toHex(graph.graphRoot);
        graphs.set(graphRoot, graph);
        found.push({
          path,
          graphRoot,
          artefact: toHex(graph.artefact),
          layoutVersion: graph.graph.header.layoutVersion,
        });
      }
    }
  }
  const known = new Map<string, { leaves: Uint8Array[]; root: Hex } | { missing: string }>();

  const inputOf = (
    { request, inputs }: AskedRequest,
    index: number,
    layoutVersion: number,
  ): Uint8Array | undefined => {
    const root = request.inputRoots[index];
    const spec = request.terms.inputs[index];
    if (spec === undefined || root === undefined) return undefined;
    const source = inputs[index];
    const candidates = source?.type === 'Inline' ? [source.value, ...tensors] : tensors;
    return candidates.find((bytes) => {
      try {
        return toHex(referee.tensorRoot(spec, bytes, layoutVersion)) === root;
      } catch {
        return false; // Of another size.
      }
    });
  };

  const compute = (
    asked: AskedRequest,
  ): { leaves: Uint8Array[]; root: Hex } | { missing: string } => {
    const { terms, inputRoots } = asked.request;
    const graph = graphs.get(terms.graphRoot);
    if (graph === undefined) {
      return { missing: `its model is not there: the graph with root ${terms.graphRoot}` };
    }
    const inputs: Uint8Array[] = [];
    for (const [index, root] of inputRoots.entries()) {
      const input = inputOf(asked, index, graph.graph.header.layoutVersion);
      if (input === undefined) return { missing: `its input ${index} is not there: ${root}` };
      inputs.push(input);
    }
    const leaves = graph.trace(graph.evaluate(inputs));
    return { leaves, root: toHex(referee.traceRoot(leaves)) };
  };

  const of: Truths['of'] = (asked) => {
    const { terms, inputRoots } = asked.request;
    const name = [terms.graphRoot, ...inputRoots].join();
    const before = known.get(name);
    // What is missing may have been published since.
    if (before !== undefined && !('missing' in before)) return before;
    const computed = compute(asked);
    known.set(name, computed);
    return computed;
  };

  const rootOf = (trace: Trace, nodes: number): Hex =>
    toHex(
      trace.type === 'Leaves'
        ? referee.traceRoot(trace.leaves)
        : referee.pagedRoot(nodes, trace.pages),
    );

  return {
    of,
    judge: (asked, { traceRoot }, traces) => {
      const honest = of(asked);
      if ('missing' in honest) return { kind: 'unknown', reason: honest.missing };
      if (honest.root === traceRoot) return { kind: 'true' };
      const { nodeCount } = asked.request.terms;
      const trace = traces.find((one) => {
        try {
          return rootOf(one, nodeCount) === traceRoot;
        } catch {
          return false;
        }
      });
      if (trace === undefined) return { kind: 'false-somewhere' };
      return partingOf(trace, honest.leaves, referee);
    },
    graphs: () => found,
    free: () => {
      for (const graph of graphs.values()) graph.free();
    },
  };
};

const differ = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined || Buffer.compare(a, b) !== 0;

const partingOf = (trace: RevealedTrace, honest: Uint8Array[], referee: Referee): Truth => {
  if (trace.type === 'Leaves') {
    const node = honest.findIndex((leaf, index) => differ(leaf, trace.leaves[index]));
    return node < 0 ? { kind: 'false-somewhere' } : { kind: 'false', node };
  }
  const page = referee
    .pageHashes(honest)
    .findIndex((hash, index) => differ(hash, trace.pages[index]));
  if (page < 0) return { kind: 'false-somewhere' };
  const firstNode = page * PAGE_LEAVES;
  const lastNode = Math.min(honest.length, firstNode + PAGE_LEAVES) - 1;
  return { kind: 'false-in-page', page, firstNode, lastNode };
};
