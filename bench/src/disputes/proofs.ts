/** Every way to prove a lie at a node, with what it takes, off chain. */
import {
  byteLength,
  type ClaimFacts,
  dtypeSize,
  type LoadedGraph,
  type Referee,
} from '@veritrace/referee';
import { pick } from '../random.ts';

/** What a proof recomputes. */
export const targets = ['node', 'tile', 'element'] as const;
export type Target = (typeof targets)[number];

/** A proof that convicts, and the claim it convicts. */
export interface Proof {
  target: Target;
  /** The tile it is about; of a whole node 0. */
  tile: number;
  facts: ClaimFacts;
  bytes: Uint8Array;
  /** Units of work of the check: multiply-accumulates, and what operators do besides, counted as so many. */
  macs: number;
  /** Bytes it hashes. */
  hashed: number;
}

/** What a conviction at a node takes. */
export interface NodeProofs {
  node: number;
  op: string;
  /** The largest of each kind, over the tiles that were tried; `undefined` where there is none. */
  proofs: Record<Target, Proof | undefined>;
  /** Bytes of a challenge, and of the opening it obliges to. */
  challengeBytes: number;
  openingBytes: number;
  openingForm: 'bytes' | 'hashes';
}

/** A proof of a lie was rejected, or an honest claim convicted: nothing about its cost matters then. */
export class WrongVerdict extends Error {
  override readonly name = 'WrongVerdict';
}

/** Where the first bytes of committed tile `tile` lie in row-major order is not known here, so lies are told by element. */
const lieAt = (output: Uint8Array, element: number, width: number): Uint8Array => {
  const changed = output.slice();
  const offset = element * width;
  changed[offset] = (changed[offset] ?? 0) ^ (width === 1 ? 0x80 : 0x01);
  return changed;
};

/** Places at which lies are tried: the first and last element, the middle one, and drawn ones. */
const placesOf = (elements: number, lies: number, random: () => number): number[] => [
  ...new Set([
    0,
    Math.floor(elements / 2),
    elements - 1,
    ...Array.from({ length: Math.max(0, lies - 3) }, () => pick(random, elements)),
  ]),
];

export interface ProofOptions {
  referee: Referee;
  loaded: LoadedGraph;
  /** The request's tensors. */
  inputs: Uint8Array[];
  /** Every node's true output. */
  honest: Uint8Array[];
  /** Largest opening by bytes, as root has set it. */
  maxOpeningBytes: number;
  /** How many lies are tried, three at least. */
  lies: number;
  random: () => number;
}

/** Proves lies at a node in every way. Throws a `WrongVerdict` when one of the proofs does not convict. */
export const proveNode = (
  node: number,
  { referee, loaded, inputs, honest, maxOpeningBytes, lies, random }: ProofOptions,
): NodeProofs => {
  const described = loaded.graph.nodes[node];
  const truth = honest[node];
  if (described === undefined || truth === undefined) {
    throw new RangeError(`the graph has no node ${node}`);
  }
  const width = dtypeSize(described.output.dtype);
  const inputRoots = loaded.header.inputs.map((spec, index) =>
    referee.tensorRoot(spec, inputs[index] ?? new Uint8Array(), loaded.header.layoutVersion),
  );
  const largest: Record<Target, Proof | undefined> = {
    node: undefined,
    tile: undefined,
    element: undefined,
  };
  let [challengeBytes, openingBytes] = [0, 0];
  let openingForm: NodeProofs['openingForm'] = 'bytes';
  for (const place of placesOf(truth.length / width, lies, random)) {
    const claimed = lieAt(truth, place, width);
    const leaves = loaded.trace(honest.map((output, index) => (index === node ? claimed : output)));
    const facts: ClaimFacts = {
      graphRoot: loaded.graphRoot,
      nodeCount: loaded.header.nodeCount,
      traceRoot: referee.traceRoot(leaves),
      inputRoots,
    };
    const opening = loaded.open(node, claimed, maxOpeningBytes);
    openingForm = byteLength(described.output) <= maxOpeningBytes ? 'bytes' : 'hashes';
    const tile = loaded.firstWrongTile(node, opening, truth);
    if (tile === undefined) throw new WrongVerdict(`the lie at node ${node} is in no tile`);
    const made: Record<Target, Uint8Array | undefined> = {
      node: loaded.proveNode(node, leaves, inputs, honest),
      tile: loaded.proveTile(node, tile, opening, leaves, inputs, honest),
      // An opening by hashes shows no element.
      element:
        openingForm === 'bytes'
          ? loaded.proveElement(node, tile, opening, leaves, inputs, honest)
          : undefined,
    };
    for (const target of targets) {
      const bytes = made[target];
      if (bytes === undefined) continue;
      const verdict = referee.check(facts, bytes);
      if (verdict.kind !== 'convicted') {
        throw new WrongVerdict(`a ${target} proof at node ${node} was rejected: ${verdict.reason}`);
      }
      const proof: Proof = {
        target,
        tile: target === 'node' ? 0 : tile,
        facts,
        bytes,
        macs: Number(verdict.macs),
        hashed: verdict.bytes,
      };
      const before = largest[target];
      if (before === undefined || proof.bytes.length > before.bytes.length) largest[target] = proof;
    }
    challengeBytes = Math.max(challengeBytes, loaded.proveChallenge(node, leaves).length);
    openingBytes = Math.max(openingBytes, opening.length);
  }
  return {
    node,
    op: described.op.tag,
    proofs: largest,
    challengeBytes,
    openingBytes,
    openingForm,
  };
};
