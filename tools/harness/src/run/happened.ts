/** What the steps of a scenario leave behind. */
import type { ModelId, RequestId } from '@veritrace/sdk';
import type { Model } from '../models/model.ts';
import type { ScenarioStep } from '../scenario/schema.ts';
import { StoryStopped } from './stage.ts';

/** A request the scenario made. */
export interface Asked {
  step: Extract<ScenarioStep, { do: 'request' }>;
  model: Model;
  input: Uint8Array;
  /** `undefined` when it was refused, or while a fork has taken it back: elsewhere it may get another number. */
  id: RequestId | undefined;
  /** Why it was refused, as pallet.Name. */
  error: string | undefined;
  /** When it was sent, in milliseconds of this machine's clock. */
  sentAt: number | undefined;
}

/** What the steps leave behind for the expectations. */
export interface Happened {
  asked: Map<string, Asked>;
  /** Model ids by name. */
  models: Map<string, ModelId>;
  /** Calls that were to fail, and how they did. */
  failures: { what: string; expected: string; got: string | undefined }[];
  skipped: string[];
  /** The steps that were done: what, in words, and between which blocks. */
  steps: { do: ScenarioStep['do']; text: string; from: number; to: number | undefined }[];
  /** How many events of each kind `await-event` steps have taken. */
  awaited: Map<string, number>;
  /** The nodes that are killed, paused or cut off, with the best block when they were. */
  struck: Map<string, number>;
  /** The block after which the steps began. */
  begun: number;
}

export const nothingYet = (): Happened => ({
  asked: new Map(),
  models: new Map(),
  failures: [],
  skipped: [],
  steps: [],
  awaited: new Map(),
  struck: new Map(),
  begun: 0,
});

/** What goes by a name. Throws a `StoryStopped` when there is none. */
export const entry = <T>(map: ReadonlyMap<string, T>, name: string, what: string): T => {
  const found = map.get(name);
  if (found === undefined) throw new StoryStopped(`there is no ${what} "${name}" yet`);
  return found;
};
