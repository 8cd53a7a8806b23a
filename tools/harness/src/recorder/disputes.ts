/**
 * The disputes of a run as a reader wants to see them: of each claim that fell, which leaves were true, the first that was
 * not, the values claimed there beside the right ones, and the transactions that convicted. `disputes.json` of a record.
 */
import type { LoadedGraph, Referee } from '@veritrace/referee';
import { type DType, dtypeSize, type TensorSpec, tileBytes } from '@veritrace/referee/graph';
import {
  type Address,
  type Balance,
  bytes,
  type Hex,
  nodeSubject,
  type PlacedEvent,
  pageSubject,
  type Subject,
  subjectName,
} from '@veritrace/sdk';
import type { ComputedTrace } from '@veritrace/worker';
import { disputedBefore, type ToldBlock, type Verdict } from '../run/chronicle.ts';

/** A tile of the first wrong node's output: what was claimed, and what is true. */
export interface DisputedTile {
  tile: number;
  tiles: number;
  /** Place of its first element in committed order: channels last, where the tensor is of rank 4. */
  start: number;
  claimed: number[];
  honest: number[];
}

/** A transaction of a dispute. Fees are smallest units. */
export interface DisputeMove {
  block: number;
  /** Position of the extrinsic in its block. */
  extrinsic: number;
  move: 'challenge' | 'opening' | 'proof' | 'bond' | 'bounty';
  by: string;
  fee: Balance;
  /** What was bonded, opened again or released by it; `undefined` where nothing was. */
  amount: Balance | undefined;
}

export interface DisputeReport {
  request: string;
  worker: string;
  challenger: string;
  model: string;
  subject: Subject;
  evidence: string;
  block: number;
  traceRoot: Hex;
  /** The transactions that convicted, in order, then those that gave bond and bounty back. */
  moves: DisputeMove[];
  /** How the verdict is counted; a silent worker's is the challenge and the end of waiting. */
  transactions: number;
  /** What the worker lost, and to whom. */
  lost: { to: string; amount: Balance }[];
  burned: Balance;
  /**
   * Of every node, in order: `T` its leaf is the true one, `W` it is not though all its inputs are, `F` it is not and
   * neither is an input. `undefined` where the claimed trace is not at hand.
   */
  leaves: string | undefined;
  /** The first node whose leaf is not the true one. */
  node: number | undefined;
  /** `undefined` where the worker stood for leaves without values. */
  values: DisputedTile | undefined;
}

/** Which leaves of a claimed trace are true. */
export const leafVerdicts = (
  { graph }: Pick<LoadedGraph, 'graph'>,
  claimed: readonly Uint8Array[],
  honest: readonly Uint8Array[],
): string => {
  const differs = honest.map((leaf, node) => Buffer.compare(leaf, claimed[node] ?? leaf) !== 0);
  return graph.nodes
    .map(({ inputs }, node) => {
      if (!differs[node]) return 'T';
      return inputs.some(({ tag, value }) => tag === 'Node' && differs[value]) ? 'F' : 'W';
    })
    .join('');
};

/** The elements of a tensor's little-endian bytes. */
const elementsOf = (dtype: DType, data: Uint8Array): number[] => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const size = dtypeSize(dtype);
  const at = (index: number): number => {
    switch (dtype) {
      case 'U8':
        return view.getUint8(index);
      case 'I8':
        return view.getInt8(index);
      case 'I32':
        return view.getInt32(index * size, true);
      case 'F32':
        return view.getFloat32(index * size, true);
    }
  };
  return Array.from({ length: Math.floor(data.length / size) }, (_, index) => at(index));
};

/** Row-major bytes in the order in which they are cut into tiles: of a tensor of rank 4, channels last. */
const committedOrder = ({ dtype, shape }: TensorSpec, data: Uint8Array): Uint8Array => {
  const [batch = 1, channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  if (shape.length !== 4 || channels === 1 || plane === 1) return data;
  const size = dtypeSize(dtype);
  const turned = new Uint8Array(data.length);
  let to = 0;
  for (let image = 0; image < batch; image += 1) {
    for (let pixel = 0; pixel < plane; pixel += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        const from = ((image * channels + channel) * plane + pixel) * size;
        turned.set(data.subarray(from, from + size), to);
        to += size;
      }
    }
  }
  return turned;
};

/** The first tile in which two tensors of one node differ; `undefined` when none does. */
export const firstWrongTile = (
  { graph }: Pick<LoadedGraph, 'graph'>,
  node: number,
  claimed: Uint8Array,
  honest: Uint8Array,
): DisputedTile | undefined => {
  const spec = graph.nodes[node]?.output;
  if (spec === undefined) return undefined;
  const [right, wrong] = [committedOrder(spec, honest), committedOrder(spec, claimed)];
  const at = right.findIndex((byte, index) => byte !== wrong[index]);
  if (at < 0) return undefined;
  const bytes = tileBytes(graph.header.layoutVersion);
  const tile = Math.floor(at / bytes);
  const cut = (data: Uint8Array) =>
    elementsOf(spec.dtype, data.slice(tile * bytes, (tile + 1) * bytes));
  return {
    tile,
    tiles: Math.ceil(honest.length / bytes),
    start: (tile * bytes) / dtypeSize(spec.dtype),
    claimed: cut(wrong),
    honest: cut(right),
  };
};

/** What was computed for a request, truly, and by whom otherwise. */
export interface Computed {
  model: { name: string; loaded: LoadedGraph };
  honest: Uint8Array[];
  /** The traces that a worker stood for. */
  claimedBy(worker: string): readonly ComputedTrace[];
}

const sameSubject = (one: Subject, other: Subject) => subjectName(one) === subjectName(other);

/** The subject and the kind of an event about a dispute. */
const partOf = ({
  event,
}: PlacedEvent): { kind: DisputeMove['move']; subject?: Subject; amount?: Balance } | undefined => {
  switch (event.type) {
    case 'disputes.NodeChallenged':
      return { kind: 'challenge', subject: nodeSubject(event.node), amount: event.bond };
    case 'disputes.PageChallenged':
      return { kind: 'challenge', subject: pageSubject(event.page), amount: event.bond };
    case 'disputes.NodeOpened':
      return { kind: 'opening', subject: nodeSubject(event.node) };
    case 'disputes.PageOpened':
      return { kind: 'opening', subject: pageSubject(event.page) };
    case 'disputes.ClaimConvicted':
      return { kind: 'proof' };
    case 'disputes.BondReturned':
      return { kind: 'bond', subject: event.subject, amount: event.bond };
    case 'disputes.BountyReleased':
      return { kind: 'bounty', amount: event.amount };
    default:
      return undefined;
  }
};

/** Reports every conviction. */
export const reportDisputes = (
  verdicts: readonly Verdict[],
  blocks: readonly ToldBlock[],
  {
    nameOf,
    nameOfRequest,
    computed,
    referee,
  }: {
    nameOf(address: Address): string;
    nameOfRequest(id: bigint): string;
    /** What was computed for a request; `undefined` when it is not of the run. */
    computed(id: bigint): Computed | undefined;
    referee: Pick<Referee, 'traceRoot'>;
  },
): DisputeReport[] => {
  const placed = blocks.flatMap(({ events }) => events);
  const isTogether = (one: PlacedEvent, other: PlacedEvent) =>
    one.block.number === other.block.number && one.extrinsicIndex === other.extrinsicIndex;

  const moveOf = (at: PlacedEvent): DisputeMove[] => {
    const part = partOf(at);
    if (part === undefined || at.extrinsicIndex === undefined) return [];
    const fee = placed
      .filter((one) => isTogether(one, at))
      .flatMap(({ event }) =>
        event.type === 'transactionPayment.TransactionFeePaid' ? [event] : [],
      )
      .at(-1);
    return [
      {
        block: at.block.number,
        extrinsic: at.extrinsicIndex,
        move: part.kind,
        by: fee === undefined ? '' : nameOf(fee.who),
        fee: fee?.actualFee ?? 0n,
        amount: part.amount,
      },
    ];
  };

  return verdicts.flatMap((verdict) => {
    const { request, worker, subject, block } = verdict;
    const fall = placed.find(
      ({ event }) =>
        event.type === 'inference.ClaimStruck' &&
        event.request === request &&
        event.worker === worker,
    );
    const convicted = placed.find(
      ({ event, block: { number } }) =>
        event.type === 'disputes.ClaimConvicted' &&
        event.request === request &&
        number === block &&
        (fall?.event.type !== 'inference.ClaimStruck' || event.traceRoot === fall.event.traceRoot),
    );
    if (fall?.event.type !== 'inference.ClaimStruck') return [];
    if (convicted?.event.type !== 'disputes.ClaimConvicted') return [];
    const { traceRoot } = fall.event;
    /** Whose claim was disputed: others with the same trace fall with it. */
    const disputed = convicted.event.worker;
    const subjects = disputedBefore(subject);
    const moves = placed
      .filter((at) => {
        const part = partOf(at);
        if (part === undefined || !('request' in at.event) || at.event.request !== request) {
          return false;
        }
        if ('traceRoot' in at.event) return at.event.traceRoot === traceRoot;
        return (
          'worker' in at.event &&
          at.event.worker === disputed &&
          part.subject !== undefined &&
          subjects.some((one) => sameSubject(one, part.subject as Subject))
        );
      })
      .flatMap(moveOf);
    const lost = placed.flatMap((at) =>
      at.event.type === 'payouts.Paid' &&
      at.event.reason.value === 'Stake' &&
      at.event.from === worker &&
      isTogether(at, fall)
        ? [{ to: nameOf(at.event.to), amount: at.event.amount }]
        : [],
    );

    const truth = computed(request);
    const claim = truth
      ?.claimedBy(nameOf(worker))
      .map((trace) => ({
        ...trace,
        leaves: trace.leaves ?? truth.model.loaded.trace(trace.nodeOutputs),
      }))
      .find(({ leaves }) => bytes(referee.traceRoot(leaves)) === traceRoot);
    const leaves =
      truth === undefined || claim === undefined
        ? undefined
        : leafVerdicts(truth.model.loaded, claim.leaves, truth.model.loaded.trace(truth.honest));
    const node = leaves?.search(/[WF]/);
    const values =
      truth === undefined || claim === undefined || node === undefined || node < 0
        ? undefined
        : firstWrongTile(
            truth.model.loaded,
            node,
            claim.nodeOutputs[node] ?? new Uint8Array(),
            truth.honest[node] ?? new Uint8Array(),
          );
    return [
      {
        request: nameOfRequest(request),
        worker: nameOf(worker),
        challenger: nameOf(verdict.challenger),
        model: truth?.model.name ?? '',
        subject,
        evidence: verdict.evidence,
        block,
        traceRoot,
        moves,
        transactions: verdict.transactions,
        lost,
        burned: verdict.burned,
        leaves,
        node: node === undefined || node < 0 ? undefined : node,
        values,
      },
    ];
  });
};
