/** The wasm module behind the referee: memory in, SCALE request out, errors as values. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  Bytes,
  bool,
  type Codec,
  Enum,
  enhanceCodec,
  Option,
  Result,
  Struct,
  str,
  Tuple,
  u16,
  u32,
  u64,
  Vector,
} from 'scale-ts';
import { exchange } from './exchange.mjs';
import { byteLength, decodeGraph, MAX_NODES, tileBytes } from './graph.ts';
import { batched, contentOf, RefereeError, rawTensor, rootsIn } from './messages.ts';
import { nativeHash } from './native.mjs';
import type {
  ClaimFacts,
  KnownTrace,
  LoadedGraph,
  NodeCost,
  PageProof,
  ProofVerdict,
  Referee,
  RevealedTrace,
  Tensor,
} from './referee.ts';
import { createRooter, type TurningExports } from './roots.mjs';

const bytes = Bytes();
const digest = Bytes(32);
const tensors = Vector(bytes);
const digests = Vector(digest);
const knownTraceCodec = enhanceCodec(
  Enum({
    Leaves: digests,
    Pages: Struct({ pages: digests, shown: Vector(Tuple(u16, digests)) }),
  }),
  (known: KnownTrace) =>
    Array.isArray(known)
      ? { tag: 'Leaves' as const, value: known }
      : { tag: 'Pages' as const, value: { pages: known.pages, shown: [...known.shown] } },
  (encoded): KnownTrace =>
    encoded.tag === 'Leaves'
      ? encoded.value
      : { pages: encoded.value.pages, shown: new Map(encoded.value.shown) },
);
const evidence = Struct({ leaves: knownTraceCodec, inputs: tensors, outputs: tensors });

const revealedCodec = Enum({
  Leaves: digests,
  Pages: Struct({ pages: digests, outputs: Vector(digests) }),
});
const pageProofCodec: Codec<PageProof> = Struct({ page: u16, hash: digest, path: digests });

const costCodec: Codec<NodeCost> = Struct({
  wholeBytes: u32,
  wholeMacs: u64,
  tileBytes: u32,
  tileMacs: u64,
  elementBytes: u32,
  outputBytes: u32,
  hashBytes: u32,
});

const factsCodec: Codec<ClaimFacts> = Struct({
  graphRoot: digest,
  nodeCount: u16,
  traceRoot: digest,
  inputRoots: digests,
});

/** Facts as the chain's checker decodes them: SCALE. */
export const encodeClaimFacts = (facts: ClaimFacts): Uint8Array => factsCodec.enc(facts);

/** One request of the wasm module: index, how its arguments are written, how its answer is read. */
const request = <A extends unknown[], R>(
  index: number,
  args: { enc: (value: A) => Uint8Array },
  answer: { dec: (input: Uint8Array) => R },
) => ({ index, args, answer });

const nothing = { dec: () => undefined };

const REQUESTS = {
  load: request(0, Tuple(bytes), u32),
  free: request(1, Tuple(u32), nothing),
  describe: request(2, Tuple(u32), Tuple(digest, Vector(costCodec))),
  pages: request(3, Tuple(u32, u32), tensors),
  evaluate: request(4, Tuple(u32, tensors), tensors),
  tileHashes: request(6, Tuple(u32, u16, bytes), digests),
  checkTile: request(7, Tuple(u32, u16, u32, tensors, tensors), bool),
  proveNode: request(8, Tuple(u32, u16, evidence), Bytes(Number.POSITIVE_INFINITY)),
  proveChallenge: request(9, Tuple(u32, u16, knownTraceCodec), Bytes(Number.POSITIVE_INFINITY)),
  open: request(10, Tuple(u32, u16, bytes, u32), Bytes(Number.POSITIVE_INFINITY)),
  firstWrongTile: request(11, Tuple(u32, u16, bytes, bytes), Option(u32)),
  proveTile: request(12, Tuple(u32, u16, u32, bytes, evidence), Bytes(Number.POSITIVE_INFINITY)),
  proveElement: request(13, Tuple(u32, u16, u32, bytes, evidence), Bytes(Number.POSITIVE_INFINITY)),
  traceRoot: request(15, Tuple(digests), digest),
  outputRoot: request(16, Tuple(digests), digest),
  commitment: request(17, Tuple(u64, bytes, digest, digest, digest), digest),
  seal: request(19, Tuple(u64, digest, u16, bytes, digest), digest),
  attest: request(20, Tuple(u32, u16, u64, digests, bytes), Bytes(Number.POSITIVE_INFINITY)),
  reveal: request(30, Tuple(u32, digests), revealedCodec),
  pageHashes: request(31, Tuple(digests), digests),
  provePage: request(32, Tuple(digests, u16), pageProofCodec),
  pagedRoot: request(33, Tuple(u16, digests), digest),
  check: request(18, Tuple(factsCodec, bytes), Result(Tuple(u64, u32), str)),
};

const NOTHING = new Uint8Array();

/** The module of `runtime/release`. */
export const releasedWasm = (): Uint8Array =>
  readFileSync(new URL('../../../runtime/release/referee.wasm', import.meta.url));

export interface RefereeOptions {
  /** Whether tensors of layout version 2 may be hashed by compiled code, where this machine has it. Default true. */
  native?: boolean;
}

/**
 * Instantiates the referee: the chain's own commitments, kernels and proof checks.
 *
 * @param wasm the module; the released one when left out.
 */
export const createReferee = (
  wasm: Uint8Array = releasedWasm(),
  { native = true }: RefereeOptions = {},
): Referee => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm as BufferSource), {});
  const exports = instance.exports as unknown as TurningExports;
  const rootsOf = createRooter(exports, native ? nativeHash() : undefined);

  /** The module traps when it runs out of memory, and cannot say so itself. */
  const guarded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
      const used = Math.ceil(exports.memory.buffer.byteLength / 2 ** 20);
      throw new RefereeError(
        `the module trapped with ${used} MiB in use, most likely because tensors exceed what 32 bits address`,
        { cause },
      );
    }
  };

  const send = (parts: readonly Uint8Array[]): Uint8Array =>
    contentOf(guarded(() => exchange(exports, parts)));

  const ask = <A extends unknown[], R>(
    kind: {
      index: number;
      args: { enc: (value: A) => Uint8Array };
      answer: { dec: (input: Uint8Array) => R };
    },
    ...args: A
  ): R => {
    return kind.answer.dec(send([Uint8Array.of(kind.index), kind.args.enc(args)]));
  };

  const tensorRoots = (tensors: readonly Tensor[], layoutVersion: number): Uint8Array[] => {
    const batches = batched(tensors).map((batch) => batch.map(rawTensor));
    const answers = guarded(() => rootsOf(layoutVersion, batches));
    return answers.flatMap((answer) => rootsIn(contentOf(answer)));
  };

  /** A header is refused in one word, whatever is wrong with it: what it may be is said here. */
  const loadOf = (graphBin: Uint8Array): number => {
    try {
      return ask(REQUESTS.load, graphBin);
    } catch (error) {
      if (!(error instanceof RefereeError) || !error.message.endsWith(': Header')) throw error;
      throw new RefereeError(
        `${error.message}: a graph has 1 to ${MAX_NODES} nodes and at most that many initialisers, as many of both as its ` +
          'header says, at least one input and one output, no input of floats or without elements, and no output of a ' +
          'node that it has not',
        { cause: error },
      );
    }
  };

  const loadGraph = (graphBin: Uint8Array): LoadedGraph => {
    const handle = loadOf(graphBin);
    const [graphRoot, costs] = ask(REQUESTS.describe, handle);
    const graph = decodeGraph(graphBin);
    let freed = false;
    /** The outputs with a part in `node`, in their places: of a large model the rest is megabytes that nobody would read. */
    const around = (node: number, outputs: readonly Uint8Array[]): Uint8Array[] => {
      const read = new Set([node]);
      for (const ref of graph.nodes[node]?.inputs ?? []) {
        if (ref.tag === 'Node') read.add(ref.value);
      }
      return outputs.map((output, index) => (read.has(index) ? output : NOTHING));
    };
    const use = (): number => {
      if (freed) throw new RefereeError('this graph has been freed');
      return handle;
    };
    return {
      graph,
      header: graph.header,
      graphRoot,
      artefact: new Uint8Array(createHash('sha256').update(graphBin).digest()),
      costs,
      pages: (maxBytes) => ask(REQUESTS.pages, use(), maxBytes),
      evaluate: (inputs) => ask(REQUESTS.evaluate, use(), inputs),
      trace: (outputs) => {
        use();
        if (outputs.length !== graph.nodes.length) {
          throw new RefereeError(`${outputs.length} outputs for ${graph.nodes.length} nodes`);
        }
        return tensorRoots(
          graph.nodes.map(({ output: spec }, node) => {
            const data = outputs[node];
            if (data?.length !== byteLength(spec)) {
              throw new RefereeError(`the output of node ${node} is missing or has another length`);
            }
            return { spec, data };
          }),
          graph.header.layoutVersion,
        );
      },
      reveal: (leaves): RevealedTrace => {
        const revealed = ask(REQUESTS.reveal, use(), leaves);
        return revealed.tag === 'Leaves'
          ? { type: 'Leaves', leaves: revealed.value }
          : { type: 'Pages', ...revealed.value };
      },
      checkTile: (node, tile, inputs, outputs) =>
        ask(REQUESTS.checkTile, use(), node, tile, inputs, around(node, outputs)),
      tileCount: (node) => {
        const spec = graph.nodes[node]?.output;
        if (spec === undefined) throw new RefereeError(`the graph has no node ${node}`);
        return Math.ceil(byteLength(spec) / tileBytes(graph.header.layoutVersion));
      },
      tileHashes: (node, output) => ask(REQUESTS.tileHashes, use(), node, output),
      proveNode: (node, leaves, inputs, outputs) =>
        ask(REQUESTS.proveNode, use(), node, { leaves, inputs, outputs: around(node, outputs) }),
      proveChallenge: (node, leaves) => ask(REQUESTS.proveChallenge, use(), node, leaves),
      attest: (node, lot, leaves, output) => ask(REQUESTS.attest, use(), node, lot, leaves, output),
      open: (node, output, maxOpeningBytes) =>
        ask(REQUESTS.open, use(), node, output, maxOpeningBytes),
      firstWrongTile: (node, opening, honest) =>
        ask(REQUESTS.firstWrongTile, use(), node, opening, honest),
      proveTile: (node, tile, opening, leaves, inputs, outputs) =>
        ask(REQUESTS.proveTile, use(), node, tile, opening, {
          leaves,
          inputs,
          outputs: around(node, outputs),
        }),
      proveElement: (node, tile, opening, leaves, inputs, outputs) =>
        ask(REQUESTS.proveElement, use(), node, tile, opening, {
          leaves,
          inputs,
          outputs: around(node, outputs),
        }),
      free: () => {
        if (freed) return;
        freed = true;
        ask(REQUESTS.free, handle);
      },
    };
  };

  const check = (facts: ClaimFacts, contradiction: Uint8Array): ProofVerdict => {
    const verdict = ask(REQUESTS.check, facts, contradiction);
    if (!verdict.success) return { kind: 'rejected', reason: verdict.value };
    const [macs, hashed] = verdict.value;
    return { kind: 'convicted', macs, bytes: hashed };
  };

  return {
    loadGraph,
    tensorRoots,
    tensorRoot: (spec, data, layoutVersion) => {
      const [root] = tensorRoots([{ spec, data }], layoutVersion);
      if (root === undefined) throw new RefereeError('the module gave no root');
      return root;
    },
    traceRoot: (leaves) => ask(REQUESTS.traceRoot, leaves),
    pageHashes: (leaves) => ask(REQUESTS.pageHashes, leaves),
    pagedRoot: (nodeCount, pages) => ask(REQUESTS.pagedRoot, nodeCount, pages),
    provePage: (pages, page) => ask(REQUESTS.provePage, pages, page),
    outputRoot: (roots) => ask(REQUESTS.outputRoot, roots),
    commitment: ({ request: id, account, traceRoot, outputRoot, salt }) =>
      ask(REQUESTS.commitment, id, account, traceRoot, outputRoot, salt),
    seal: ({ request: id, traceRoot, place, account, salt }) =>
      ask(REQUESTS.seal, id, traceRoot, place, account, salt),
    check,
  };
};

/** Leaves of a page; a trace of more is revealed by the hashes of its pages. */
export const PAGE_LEAVES = 1024;
