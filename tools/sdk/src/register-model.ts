import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReferee, type Referee } from '@veritrace/referee';
import { bytes } from './bytes.ts';
import {
  awaitInclusion,
  broadcast,
  type Call,
  type Inclusion,
  type SubmitOptions,
} from './call.ts';
import { registerDraft, submitGraphPage } from './calls/index.ts';
import type { CardText } from './card.ts';
import type { VeritraceClient } from './client.ts';
import { demandAskable, demandWithin, limitOf } from './limits.ts';
import type { Account, Balance, BlockRef, FamilyId, ModelId } from './types.ts';

export interface RegisterModelOptions {
  /** Of one inference by one worker. */
  price: Balance;
  /** The owner's share of it, in parts per million. */
  royalty: number;
  /** What people want to know of it; a name at least. */
  card: CardText;
  /** The author's family that it is the next version of; one of its own if absent. */
  family?: FamilyId | undefined;
  /** Checks and cuts the graph; one is made when absent. */
  referee?: Referee;
}

export interface RegisteredModel {
  model: ModelId;
  family: FamilyId;
  /** Its number in the family. */
  version: number;
  deposit: Balance;
  /** Transactions it took, the registration first. */
  inclusions: Inclusion[];
  /** The block in which the model went live. */
  block: BlockRef;
}

/** Bytes of a page where the chain does not tell how many it takes. */
const PAGE_BYTES = 16 * 1024;

/** Several transactions of one account, sent in order without waiting for each. Throws the first failure. */
const submitAll = async (
  client: VeritraceClient,
  account: Account,
  calls: readonly Call[],
  options: SubmitOptions,
): Promise<Inclusion[]> => {
  const signer = client.address(account);
  const sent = await client.exclusively(signer, async () => {
    const all = [];
    for (const call of calls) {
      const signed = await call.sign(account, options);
      await broadcast(client, signed);
      all.push(signed);
    }
    return all;
  });
  const inclusions: Inclusion[] = [];
  for (const signed of sent) {
    const inclusion = await awaitInclusion(client, signed, options);
    if (inclusion.error !== undefined) throw inclusion.error;
    inclusions.push(inclusion);
  }
  return inclusions;
};

/**
 * Registers a compiled model (a folder with `graph.bin`) and submits its whole graph, after which it is live. Throws a
 * `RefereeError` when the chain would refuse the graph and a `TooLarge` when nobody could ask the model, or a part of it is
 * larger than a page; both before anything is sent. A `VeritraceError` when the chain refuses.
 *
 * @example
 * const card = { name: 'digits', licence: 'Apache-2.0', task: 'image-classification' };
 * const { model } = await registerModel(client, author, 'digits-mlp/compiled', { price: 10n, royalty: 100_000, card });
 */
export const registerModel = async (
  client: VeritraceClient,
  author: Account,
  compiledDir: string,
  { price, royalty, card, family, referee, ...options }: RegisterModelOptions & SubmitOptions,
): Promise<RegisteredModel> => {
  const graphBin = await readFile(join(compiledDir, 'graph.bin'));
  const loaded = (referee ?? createReferee()).loadGraph(graphBin);
  try {
    demandAskable(client, loaded.header.inputs);
    const pages = loaded.pages(limitOf(client, 'page') ?? PAGE_BYTES);
    // Before the registration, whose deposit would be held for a draft that cannot be finished.
    for (const [index, page] of pages.entries()) {
      demandWithin(client, 'page', `page ${index} of the graph`, page.length);
    }
    const [registered] = await submitAll(
      client,
      author,
      [
        registerDraft(client, {
          artefact: bytes(loaded.artefact),
          graphRoot: bytes(loaded.graphRoot),
          header: loaded.header,
          price,
          royalty,
          family,
          card,
        }),
      ],
      options,
    );
    const event = registered?.events.find(({ event }) => event.type === 'models.ModelRegistered');
    if (registered === undefined || event?.event.type !== 'models.ModelRegistered') {
      throw new Error('models.registerModel was included without its event; is the runtime newer?');
    }
    const { model, version, deposit } = event.event;
    const inclusions = await submitAll(
      client,
      author,
      pages.map((page) => submitGraphPage(client, { model, page })),
      options,
    );
    const last = inclusions.at(-1) ?? registered;
    return {
      model,
      family: event.event.family,
      version,
      deposit,
      inclusions: [registered, ...inclusions],
      block: last.block,
    };
  } finally {
    loaded.free();
  }
};
