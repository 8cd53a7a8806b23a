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
  /** Recomputes one tile of node `node` from honest tensors and says whether these outputs have it right. */
  checkTile(node: number, tile: number, inputs: Uint8Array[], outputs: Uint8Array[]): boolean;
  /** Number of tiles of a node's output. */
  tileCount(node: number): number;
  /** Tile hashes of a tensor under node `node`'s output spec, in order. */
  tileHashes(node: number, output: Uint8Array): Uint8Array[];
  /** SCALE `Contradiction` with target `Whole`. `leaves` is the claim's trace; tensors are honest values. */
  proveNode(
    node: number,
    leaves: Uint8Array[],
    inputs: Uint8Array[],
    outputs: Uint8Array[],
  ): Uint8Array;
  /** SCALE `ChallengeProof`. */
  proveChallenge(node: number, leaves: Uint8Array[]): Uint8Array;
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
    leaves: Uint8Array[],
    inputs: Uint8Array[],
    outputs: Uint8Array[],
  ): Uint8Array;
  /** SCALE `Contradiction` with target `Element`: needs an opening with bytes. Picks the tile's first wrong element. */
  proveElement(
    node: number,
    tile: number,
    opening: Uint8Array,
    leaves: Uint8Array[],
    inputs: Uint8Array[],
    outputs: Uint8Array[],
  ): Uint8Array;
  /** Releases the graph's memory inside the wasm instance. */
  free(): void;
}

export interface Referee {
  /** Decodes, type-checks and hashes a compiled model (`graph.bin`). Throws a `RefereeError` that names the node. */
  loadGraph(graphBin: Uint8Array): LoadedGraph;
  tensorRoot(spec: TensorSpec, data: Uint8Array): Uint8Array;
  traceRoot(leaves: Uint8Array[]): Uint8Array;
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
  /** What a challenger publishes before it accuses. `account` is its 32-byte account id. */
  seal(args: {
    request: bigint;
    traceRoot: Uint8Array;
    node: number;
    account: Uint8Array;
    salt: Uint8Array;
  }): Uint8Array;
  /** Checks any contradiction exactly as the chain does. */
  check(facts: ClaimFacts, contradiction: Uint8Array): ProofVerdict;
}
