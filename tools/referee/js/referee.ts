/** What the referee offers to JavaScript. Byte arrays are row-major, little-endian tensors or SCALE bytes. */
import type { Graph, GraphHeader, TensorSpec } from './graph.ts';

/** What proving or disputing a node costs; bytes of SCALE-encoded proof at most, multiply-accumulates. */
export interface NodeCost {
  /** Bytes of all inputs together: what a one-transaction proof carries. */
  wholeBytes: number;
  wholeMacs: bigint;
  /** Input bytes and hashes behind one output tile. */
  tileBytes: number;
  tileMacs: bigint;
  /** Input bytes and hashes behind one output element, and the opened tile. */
  elementBytes: number;
  outputBytes: number;
  /** Bytes of the output's tile hashes. */
  hashBytes: number;
}

/** Result of checking a proof off chain, the same code as the chain's. */
export type ProofVerdict =
  | { kind: 'convicted'; macs: bigint; bytes: number }
  | { kind: 'rejected'; reason: string };

/** Facts of a claim that a proof is checked against. Digests are 32 bytes. */
export interface ClaimFacts {
  graphRoot: Uint8Array;
  nodeCount: number;
  traceRoot: Uint8Array;
  inputRoots: Uint8Array[];
}

/** A trace as a worker reveals it; which form it has is up to the number of nodes. */
export type RevealedTrace =
  | { type: 'Leaves'; leaves: Uint8Array[] }
  /** Hashes of the pages, and for each output the path from its leaf to the hash of its page. */
  | { type: 'Pages'; pages: Uint8Array[]; outputs: Uint8Array[][] };

/** A long trace: the hashes of all pages, and the leaves of those that were shown or equal one's own. */
export interface PagedTrace {
  pages: Uint8Array[];
  shown: ReadonlyMap<number, Uint8Array[]>;
}

/** What is known of a claim's trace: every leaf, or some pages of it. */
export type KnownTrace = Uint8Array[] | PagedTrace;

/** Opens a page's hash under a trace root. */
export interface PageProof {
  page: number;
  hash: Uint8Array;
  path: Uint8Array[];
}

/** A graph that passed the chain's type check. Free it when done. */
export interface LoadedGraph {
  readonly graph: Graph;
  readonly header: GraphHeader;
  /** 32 bytes. */
  readonly graphRoot: Uint8Array;
  /** SHA-256 of graph.bin. */
  readonly artefact: Uint8Array;
  readonly costs: NodeCost[];
  /** Registration pages, SCALE `Vec<PageItem>`, each at most `maxBytes`. */
  pages(maxBytes: number): Uint8Array[];
  /** Every node's output for these request inputs. Throws a `RefereeError`. */
  evaluate(inputs: Uint8Array[]): Uint8Array[];
  /** Tensor root of each node's output: the leaves of a trace. `outputs` as from `evaluate`, row-major. */
  trace(outputs: Uint8Array[]): Uint8Array[];
  /** The form in which these leaves are revealed. */
  reveal(leaves: Uint8Array[]): RevealedTrace;
  /** Recomputes one tile of node `node` from honest tensors and says whether these outputs have it right. */
  checkTile(node: number, tile: number, inputs: Uint8Array[], outputs: Uint8Array[]): boolean;
  /** Number of tiles of a node's output. */
  tileCount(node: number): number;
  /** Tile hashes of a tensor under node `node`'s output spec, in order. */
  tileHashes(node: number, output: Uint8Array): Uint8Array[];
  /** SCALE `Contradiction` with target `Whole`. `leaves` is the claim's trace; tensors are honest values. */
  proveNode(
    node: number,
    leaves: KnownTrace,
    inputs: Uint8Array[],
    outputs: Uint8Array[],
  ): Uint8Array;
  /** SCALE `ChallengeProof`. */
  proveChallenge(node: number, leaves: KnownTrace): Uint8Array;
  /**
   * SCALE `Attestation` of an audit: of node `node`'s output, the tile that the lot falls on. `leaves` is the claim's trace;
   * accepted only if `output` is what the claim has there.
   */
  attest(node: number, lot: bigint, leaves: Uint8Array[], output: Uint8Array): Uint8Array;
  /** SCALE `Opening` of the worker's own tensor: whole bytes when at most `maxOpeningBytes`, else tile hashes. */
  open(node: number, output: Uint8Array, maxOpeningBytes: number): Uint8Array;
  /** First tile in which an opening differs from the honest output; `undefined` when it does not. */
  firstWrongTile(node: number, opening: Uint8Array, honest: Uint8Array): number | undefined;
  /** SCALE `Contradiction` with target `Tile`. */
  proveTile(
    node: number,
    tile: number,
    opening: Uint8Array,
    leaves: KnownTrace,
    inputs: Uint8Array[],
    outputs: Uint8Array[],
  ): Uint8Array;
  /** SCALE `Contradiction` with target `Element`: needs an opening with bytes. Picks the tile's first wrong element. */
  proveElement(
    node: number,
    tile: number,
    opening: Uint8Array,
    leaves: KnownTrace,
    inputs: Uint8Array[],
    outputs: Uint8Array[],
  ): Uint8Array;
  /** Releases the graph's memory inside the wasm instance. */
  free(): void;
}

/** A tensor to commit to. */
export interface Tensor {
  spec: TensorSpec;
  /** Row-major, little-endian. */
  data: Uint8Array;
}

export interface Referee {
  /** Decodes, type-checks and hashes a compiled model (`graph.bin`). Throws a `RefereeError` that names the node. */
  loadGraph(graphBin: Uint8Array): LoadedGraph;
  /** Commitment to a tensor of a model of this layout version: that of the header of its graph. */
  tensorRoot(spec: TensorSpec, data: Uint8Array, layoutVersion: number): Uint8Array;
  /** The root of each. Throws a `RefereeError` when bytes are not those of a tensor of their spec. */
  tensorRoots(tensors: readonly Tensor[], layoutVersion: number): Uint8Array[];
  traceRoot(leaves: Uint8Array[]): Uint8Array;
  /** Hashes of the pages of a trace. */
  pageHashes(leaves: Uint8Array[]): Uint8Array[];
  /** Commitment to a trace of so many nodes, by the hashes of its pages. */
  pagedRoot(nodeCount: number, pages: Uint8Array[]): Uint8Array;
  /** What the challenge of a page of a claim with these page hashes shows. */
  provePage(pages: Uint8Array[], page: number): PageProof;
  /** Digest over a claim's output tensor roots, as in a commitment. */
  outputRoot(roots: Uint8Array[]): Uint8Array;
  /** What a worker commits to before revealing (k > 1). `account` is the worker's 32-byte account id. */
  commitment(args: {
    request: bigint;
    account: Uint8Array;
    traceRoot: Uint8Array;
    outputRoot: Uint8Array;
    salt: Uint8Array;
  }): Uint8Array;
  /**
   * What a challenger publishes before it accuses. `place` is the node or, of a trace that is revealed by pages, the page;
   * `account` is its 32-byte account id.
   */
  seal(args: {
    request: bigint;
    traceRoot: Uint8Array;
    place: number;
    account: Uint8Array;
    salt: Uint8Array;
  }): Uint8Array;
  /** Checks any contradiction exactly as the chain does. */
  check(facts: ClaimFacts, contradiction: Uint8Array): ProofVerdict;
}
