import type { VeritraceClient } from './client.ts';
import { answered } from './node/decoded.ts';
import type { RefundReason } from './pallet-events.ts';
import { callRuntime } from './runtime-call.ts';
import type {
  Audit,
  ModelTerms,
  RequestStatus,
  SlotState,
  TensorSpec,
  Visibility,
} from './state.ts';
import type { Subject } from './subject.ts';
import type { Address, Balance, Hex, ModelId, RequestId } from './types.ts';

/** An input of a request. */
export interface InputLife {
  /** Its tensor root, as the chain formed it. */
  root: Hex;
  spec: TensorSpec;
  bytes: number;
  /** Whether it is on chain. */
  isPublished: boolean;
}

/** A claim that stands. */
export interface ClaimLife {
  traceRoot: Hex;
  outputRoot: Hex;
  /** The block in which it was made. */
  at: number;
  /** Size of each output. */
  outputBytes: number[];
}

/** A challenge that runs. */
export interface ChallengeLife {
  /** What the worker is to show. */
  subject: Subject;
  openingBytes: number;
  /** Whether the worker has opened it: then it is others who have the move. */
  isOpened: boolean;
  /** The first block in which it is too late for the present move. */
  due: number;
}

/** A worker that was drawn. */
export interface WorkerLife {
  worker: Address;
  state: SlotState;
  claim: ClaimLife | undefined;
  challenges: ChallengeLife[];
}

/** What happens to a request next if nobody does anything before. */
export type NextStep =
  | { type: 'Draw' }
  | { type: 'DrawAgain' }
  | { type: 'Replace' }
  | { type: 'OpenReveals' }
  | { type: 'OpenWindow' }
  | { type: 'Pay' }
  | { type: 'Contest' }
  | { type: 'Refund'; value: RefundReason }
  | { type: 'CloseContest' }
  | { type: 'AwaitChallenges' }
  | { type: 'AwaitVerdict' }
  | { type: 'DrawAudit' };

/** An audit that was drawn. */
export interface AuditLife extends Audit {
  /** Whether the tile was shown. */
  isAttested: boolean;
}

/** Everything that the chain has of an open request. */
export interface RequestLife {
  request: RequestId;
  user: Address;
  model: ModelId;
  /** The model as it was when the request was made. */
  terms: ModelTerms;
  redundancy: number;
  /** Held for the workers: what has not been paid or given back. */
  escrow: Balance;
  deposit: Balance;
  /** Length of each working phase, in blocks. */
  deadline: number;
  attemptsLeft: number;
  inputs: InputLife[];
  visibility: Visibility;
  status: RequestStatus;
  /** When the present phase began. */
  since: number;
  /** The first block in which the present phase is over. */
  due: number;
  /** Every worker ever drawn for it, in the order of the draws. */
  workers: WorkerLife[];
  /** Trace roots that were proved wrong for it. */
  convicted: Hex[];
  next: NextStep;
  /** The first block in which that can happen; `undefined` when it waits for others than the clock. */
  nextAt: number | undefined;
  /** The audit of one of its claims. */
  audit: AuditLife | undefined;
}

/**
 * Everything that the chain has of an open request, in one call. `undefined` when there is no such request, or it is
 * closed: then its events have the rest. At the present head, or at a block's hash.
 *
 * @example
 * const life = await getRequestLife(client, 7n);
 * if (life?.next.type === 'Pay') console.log(`paid in block ${life.nextAt}`);
 */
export const getRequestLife = async (
  client: VeritraceClient,
  request: RequestId,
  at?: Hex,
): Promise<RequestLife | undefined> => {
  const { api } = client;
  const lifeOf = ['InferenceApi', 'life_of'] as const;
  const { registry } = at === undefined ? api : await answered(lifeOf.join('_'), () => api.at(at));
  const life = await callRuntime({ rpc: api.rpc, registry }, lifeOf, [request], at);
  return life as unknown as RequestLife | undefined;
};
