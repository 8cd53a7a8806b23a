/** Asks a network at a given rate and follows every request to its end. */
import { resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Keyring } from '@polkadot/keyring';
import {
  createRandom,
  loadModel,
  type RunningNetwork,
  readScenarioInput,
  startNetwork,
} from '@veritrace/harness';
import { createReferee } from '@veritrace/referee';
import {
  type Address,
  broadcast,
  connect,
  getParametersOf,
  getQuote,
  type ModelId,
  type RequestId,
  submitInferenceRequest,
  type VeritraceClient,
} from '@veritrace/sdk';
import { describeCommit, describeMachine } from '../machine.ts';
import { computedIn } from './computed.ts';
import { keyOf, type Observer, observe, type Sightings } from './observer.ts';
import { type LatencyReport, type LatencySettings, reportOf } from './report.ts';
import type { Moment, Timeline } from './timeline.ts';

export interface LatencyOptions extends LatencySettings {
  signal: AbortSignal;
  /** Tells what is going on. */
  note(text: string): void;
}

/** A request as it was sent. */
interface Sent {
  hex: string;
  at: number;
  head: number;
}

/** The images that are asked about, one after the other. */
const IMAGES = { images: 'test-images.u8', of: 16 } as const;
const IMAGE_FOLDER = resolve(import.meta.dirname, '../../../scenarios/inputs/digits');
const IMAGE_COUNT = 200;
/** The well-known development keys that ask, in turn: an account has a limited number of requests open. */
const USERS = ['//Ferdie', '//Eve', '//Dave', '//Charlie'] as const;
/** Blocks each working phase may take. */
const DEADLINE = 12;

/** Gaps of a Poisson process, in milliseconds. */
const gapOf = (random: () => number, rate: number): number =>
  (-Math.log(1 - random()) / rate) * 1000;

/** Sends all requests at their times. */
const sendAll = async (
  client: VeritraceClient,
  users: readonly ReturnType<Keyring['addFromUri']>[],
  model: ModelId,
  inputs: readonly Uint8Array[],
  { requests, rate, redundancy, seed, signal, note }: LatencyOptions,
): Promise<Sent[]> => {
  const random = createRandom(seed, 'arrivals');
  const quote = await getQuote(client, model, redundancy);
  if (quote === undefined) {
    throw new Error(`the model takes no requests for ${redundancy} workers on this network`);
  }
  const sent: Sent[] = [];
  // Counted here: right after a block a node's pool may not know yet what it was just given.
  const askers = await Promise.all(
    users.map(async (user) => ({
      user,
      nonce: (await client.api.rpc.system.accountNextIndex(user.address)).toNumber(),
    })),
  );
  let due = Date.now();
  for (let index = 0; index < requests; index += 1) {
    due += gapOf(random, rate);
    await after(Math.max(0, due - Date.now()), undefined, { signal });
    const input = inputs[index % inputs.length] ?? new Uint8Array();
    const call = submitInferenceRequest(client, {
      model,
      inputs: [input],
      maxPrice: quote.total,
      deadline: DEADLINE,
      redundancy,
    });
    const asker = askers[index % askers.length];
    if (asker === undefined) throw new RangeError('nobody asks');
    const signed = await call.sign(asker.user, { nonce: asker.nonce });
    const head = client.heads.current('best').number;
    const at = Date.now();
    await broadcast(client, signed);
    asker.nonce += 1;
    sent.push({ hex: signed.hex, at, head });
    if (sent.length % 20 === 0) note(`sent ${sent.length} of ${requests}`);
  }
  return sent;
};

/** What the final chain says of the requests that were sent. */
interface Told {
  submitted?: Moment;
  assigned?: Moment;
  revealed?: Moment;
  settled?: Moment;
  /** The workers of the first claim. */
  worker?: Address;
  over: boolean;
}

/** Reads final blocks in order until every request is over, or the deadline has passed. */
const followAll = async (
  client: VeritraceClient,
  sightings: Sightings,
  first: number,
  sent: Promise<readonly Sent[]>,
  patience: number,
  signal: AbortSignal,
): Promise<{ told: Map<RequestId, Told>; byHex: Map<string, RequestId> }> => {
  const told = new Map<RequestId, Told>();
  const byHex = new Map<string, RequestId>();
  /** Transactions that a block has and that did nothing. */
  const refused = new Set<string>();
  let wanted: readonly Sent[] | undefined;
  let sentBy = Number.POSITIVE_INFINITY;
  sent.then(
    (all) => {
      wanted = all;
      sentBy = client.heads.current('finalized').number;
    },
    // Whoever sends says so, and ends the following.
    () => undefined,
  );
  let next = first;
  for await (const head of client.heads.follow('finalized', signal)) {
    for (; next <= head.number; next += 1) {
      const hash = await client.blocks.hashOf(next);
      const content = await client.blocks.get(hash);
      const raw = await client.api.rpc.chain.getHeader(hash);
      const key = keyOf({ number: raw.number.toNumber(), stateRoot: raw.stateRoot.toHex() });
      const seen = sightings.best.get(key) ?? sightings.finalized.get(key) ?? Date.now();
      const moment: Moment = {
        block: next,
        seen,
        final: sightings.finalized.get(key) ?? Date.now(),
      };
      for (const { event, extrinsicIndex } of content.events) {
        switch (event.type) {
          case 'system.ExtrinsicFailed': {
            const hex =
              extrinsicIndex === undefined ? undefined : content.extrinsics[extrinsicIndex];
            if (hex !== undefined) refused.add(hex);
            break;
          }
          case 'inference.RequestSubmitted': {
            told.set(event.request, { submitted: moment, over: false });
            const hex =
              extrinsicIndex === undefined ? undefined : content.extrinsics[extrinsicIndex];
            if (hex !== undefined) byHex.set(hex, event.request);
            break;
          }
          case 'inference.RequestAssigned': {
            const one = told.get(event.request);
            if (one !== undefined) one.assigned ??= moment;
            break;
          }
          case 'inference.ResultRevealed': {
            const one = told.get(event.request);
            if (one === undefined || one.revealed !== undefined) break;
            one.revealed = moment;
            one.worker = event.worker;
            break;
          }
          case 'inference.Settled': {
            const one = told.get(event.request);
            if (one === undefined) break;
            one.settled = moment;
            one.over = true;
            break;
          }
          case 'inference.RequestRefunded':
          case 'inference.RequestContested': {
            const one = told.get(event.request);
            if (one !== undefined) one.over = true;
            break;
          }
          default:
            break;
        }
      }
    }
    if (wanted === undefined) continue;
    const isOver = wanted.every(({ hex }) => {
      if (refused.has(hex)) return true;
      const id = byHex.get(hex);
      return id !== undefined && told.get(id)?.over === true;
    });
    if (isOver || head.number > sentBy + patience) return { told, byHex };
  }
  throw signal.reason instanceof Error ? signal.reason : new Error('stopped');
};

/** Seconds between the first and the last node that had each block. */
const gossipOf = (observers: readonly Observer[]): number[] => {
  const [one, ...others] = observers;
  if (one === undefined || others.length === 0) return [];
  return [...one.sightings.finalized.keys()].flatMap((key) => {
    const seen = observers.map(({ sightings }) => sightings.best.get(key));
    const known = seen.filter((at) => at !== undefined);
    // A node that skipped the block, as best, says nothing about how long it took.
    return known.length === seen.length ? [(Math.max(...known) - Math.min(...known)) / 1000] : [];
  });
};

const measure = async (
  network: RunningNetwork,
  options: LatencyOptions,
): Promise<LatencyReport> => {
  const { note, signal } = options;
  const startedAt = new Date().toISOString();
  const nodes = network.nodes().filter(({ pid }) => pid !== undefined);
  const [home] = nodes.filter(({ role }) => role === 'validator');
  const [model] = network.models();
  if (home === undefined || model?.id === undefined) {
    throw new Error(`${network.name} has no validator, or registers no model`);
  }
  const observers: Observer[] = [];
  const client = await connect(home.ws);
  try {
    for (const { name, ws } of nodes) observers.push(await observe(name, ws));
    const here = observers.find(({ node }) => node === home.name);
    if (here === undefined) throw new Error(`${home.name} is not observed`);
    const keyring = new Keyring({ type: 'sr25519' });
    const users = USERS.map((uri) => keyring.addFromUri(uri));
    const referee = createReferee();
    const loaded = await loadModel(model.dir, model.name, referee);
    const inputs: Uint8Array[] = [];
    for (let index = 0; index < IMAGE_COUNT; index += 1) {
      inputs.push(await readScenarioInput({ ...IMAGES, index }, IMAGE_FOLDER, loaded.input));
    }
    loaded.loaded.free();
    const first = client.heads.current('finalized').number + 1;
    const { assignWindow, maxReassignments, challengeWindow } = await getParametersOf(
      client,
      'inference',
      client.heads.current('best').hash,
    );
    const patience = (maxReassignments + 1) * (assignWindow + 3 * DEADLINE + 2 * challengeWindow);
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const sending = sendAll(client, users, model.id as ModelId, inputs, options);
    sending.catch((error: unknown) => failed.abort(error));
    const { told, byHex } = await followAll(
      client,
      here.sightings,
      first,
      sending,
      patience,
      either,
    );
    const sent = await sending;
    note('all requests are over');

    const logs = new Map<Address, Awaited<ReturnType<typeof computedIn>>>();
    for (const worker of network.workers()) {
      logs.set(
        client.address(worker.account),
        computedIn(await network.logs(worker.name, 1_000_000)),
      );
    }
    const timelines: Timeline[] = [];
    const unsettled: string[] = [];
    for (const { hex, at, head } of sent) {
      const request = byHex.get(hex);
      const one = request === undefined ? undefined : told.get(request);
      if (request === undefined || one === undefined) {
        unsettled.push('a request that was refused, or is in no final block');
        continue;
      }
      const { submitted, assigned, revealed, settled, worker } = one;
      if (
        submitted === undefined ||
        assigned === undefined ||
        revealed === undefined ||
        settled === undefined
      ) {
        unsettled.push(`request ${request}`);
        continue;
      }
      const computed = worker === undefined ? undefined : logs.get(worker)?.get(String(request));
      timelines.push({
        request,
        sent: { at, head },
        submitted,
        assigned,
        revealed,
        settled,
        computed,
      });
    }
    const version = client.api.runtimeVersion;
    const { network: spec, requests, rate, redundancy, seed } = options;
    return reportOf(
      {
        startedAt,
        commit: describeCommit(),
        runtime: {
          name: version.specName.toString(),
          version: version.specVersion.toNumber(),
        },
        machine: describeMachine(),
        settings: { network: spec, requests, rate, redundancy, seed },
        unsettled,
        timelines,
      },
      gossipOf(observers),
    );
  } finally {
    for (const observer of observers) await observer.stop();
    await client.disconnect();
  }
};

/** Starts the network, measures, ends it. */
export const measureLatency = async (options: LatencyOptions): Promise<LatencyReport> => {
  const network = await startNetwork({
    spec: options.network,
    signal: options.signal,
    onProgress: (progress) => {
      if (progress.type === 'phase') options.note(progress.text);
    },
  });
  try {
    return await measure(network, options);
  } finally {
    await network.stop();
  }
};
