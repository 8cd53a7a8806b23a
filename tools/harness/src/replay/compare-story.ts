/** Compares what a run wrote down about its story with what the replayed chain tells. */

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Referee } from '@veritrace/referee';
import { type Difference, RecordDiffers, toHex } from '@veritrace/replay';
import type { Address, RequestId } from '@veritrace/sdk';
import { z } from 'zod';
import { namesBeside } from '../actors/accounts.ts';
import { endings } from '../behaviours/standing.ts';
import type { ChainState } from '../invariants/state.ts';
import { plain, plainJson } from '../recorder/plain.ts';
import type { Chronicle, RequestTale } from '../run/chronicle.ts';
import { type Dues, duesOf, NO_DUES, type Rules, sumOfDues } from '../run/dues.ts';
import { totalOf } from '../run/expectations.ts';
import { judge } from '../run/money.ts';
import { roles } from '../run/report.ts';
import { firstDifference } from './first-difference.ts';
import { readDocument, readText } from './open-record.ts';
import type { ClaimVerdict } from './report.ts';
import type { AskedRequest, FoundGraph } from './truths.ts';

/** Names that the run gave. */
export interface Names {
  request(id: RequestId): string;
  account(address: Address): string;
  /** The address of an actor; `undefined` when nobody is called so. */
  address(name: string): Address | undefined;
  isOwn(address: Address): boolean;
}

const names = z.record(z.string(), z.string());
const accountsSchema = z.strictObject({ own: names, others: names });

const summarySchema = z.looseObject({
  requests: z.array(z.looseObject({ name: z.string(), id: z.string().regex(/^\d+$/).optional() })),
  actors: z.array(z.looseObject({ name: z.string(), role: z.enum(roles), ends: z.enum(endings) })),
});

type Summary = z.infer<typeof summarySchema>;

/** Reads the names. A record that was fetched has none: numbers and addresses stand for themselves. */
export const readNames = async (folder: string, hasStory: boolean): Promise<Names> => {
  if (!hasStory) {
    return {
      request: String,
      account: (address) => address,
      address: () => undefined,
      isOwn: () => true,
    };
  }
  const { own, others } = await readDocument(folder, 'names.json', accountsSchema);
  const summary = await readDocument(folder, 'summary.json', summarySchema);
  const all = { ...others, ...own };
  return {
    request: (id) => summary.requests.find((one) => one.id === String(id))?.name ?? String(id),
    account: (address) => all[address] ?? `${address.slice(0, 6)}…${address.slice(-4)}`,
    address: (name) => Object.entries(all).find(([, one]) => one === name)?.[0],
    isOwn: (address) => address in own,
  };
};

/** What the replayed chain tells of a run. */
export interface Told {
  chronicle: Chronicle;
  /** The states after the first and the last block of the story. */
  first: ChainState;
  last: ChainState;
  /** What amounts follow from: parameters as the first state has them, terms as authors signed them. */
  rules: Rules;
  claims: readonly ClaimVerdict[];
  asked: ReadonlyMap<RequestId, AskedRequest>;
  blocks: number;
  referee: Referee;
  graphs: readonly FoundGraph[];
}

const differ = (difference: Difference): never => {
  throw new RecordDiffers(difference);
};

/** Compares a whole document. */
const compareDocument = async (folder: string, file: string, computed: unknown): Promise<void> => {
  const text = await readText(folder, file);
  const expected = `${plainJson(computed, 2)}\n`;
  if (text === expected) return;
  const recorded = (() => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return differ({ file, what: 'it is no JSON' });
    }
  })();
  const found = firstDifference(recorded, JSON.parse(expected));
  differ({ file, ...(found ?? { what: 'it is not written as records are' }) });
};

/** Compares the fields that there are in `computed`. */
const compareFields = (file: string, where: string, recorded: object, computed: object): void => {
  const wanted = plain(computed) as Record<string, unknown>;
  const has = Object.fromEntries(
    Object.keys(wanted).map((key) => [key, (recorded as Record<string, unknown>)[key]]),
  );
  const found = firstDifference(has, wanted, where);
  if (found !== undefined) differ({ file, ...found });
};

const isTrue = ({ truth }: ClaimVerdict): boolean => truth.kind === 'true';

const requestFields = (
  tale: RequestTale | undefined,
  { account }: Names,
  claims: readonly ClaimVerdict[],
): object =>
  tale === undefined
    ? { state: 'refused', paid: 0n, refunded: 0n, workers: [] }
    : {
        user: account(tale.user),
        redundancy: tale.redundancy,
        state: tale.state,
        workers: tale.workers.map(account),
        paid: tale.paid,
        refunded: tale.refunded,
        blocks: { submitted: tale.submittedAt, soft: tale.softAt, closed: tale.closedAt },
        claims: claims
          .filter(({ id }) => id === tale.id)
          .map((claim) => ({
            worker: claim.worker,
            true: isTrue(claim),
            struck: tale.claims.some(
              ({ worker, block, struck }) =>
                struck && account(worker) === claim.worker && block === claim.block,
            ),
          })),
      };

/** `claims` has more in the summary than can be computed here: labels, which the model's manifest names. */
const withoutLabels = (request: Record<string, unknown>): Record<string, unknown> => ({
  ...request,
  claims: Array.isArray(request.claims)
    ? request.claims.map(({ worker, true: right, struck }) => ({ worker, true: right, struck }))
    : request.claims,
});

/** As `reportActors` of a run counts: money over all accounts of the actor. */
const actorFields = (
  address: Address,
  beside: readonly Address[],
  { role, ends }: Summary['actors'][number],
  dues: ReadonlyMap<Address, Dues>,
  { chronicle, first, last }: Told,
): object => {
  const { received, slashed, penalised } = chronicle.account(address);
  const sum = (amountOf: (one: Address) => bigint) =>
    [address, ...beside].reduce((all, one) => all + amountOf(one), 0n);
  const spent = chronicle
    .requests()
    .reduce((sum, { user, paid }) => (user === address ? sum + paid : sum), 0n);
  const { because: _because, ...money } = judge(
    {
      before: sum((one) => totalOf(first, one)),
      after: sum((one) => totalOf(last, one)),
      fees: sum((one) => chronicle.account(one).fees),
      dues: sumOfDues([address, ...beside].map((one) => dues.get(one) ?? NO_DUES)),
      mayBeCharged: role !== 'challenger',
    },
    ends,
  );
  return {
    spent,
    received,
    slashed,
    penalised,
    fined: sum((one) => chronicle.account(one).fined),
    ...money,
  };
};

const compareSummary = (summary: Summary, told: Told, names: Names, verdicts: unknown): void => {
  const file = 'summary.json';
  for (const request of summary.requests) {
    const tale = request.id === undefined ? undefined : told.chronicle.request(BigInt(request.id));
    compareFields(
      file,
      `requests.${request.name}`,
      withoutLabels(request),
      requestFields(tale, names, told.claims),
    );
  }
  const dues = duesOf(told.chronicle.blocks(), told.rules);
  for (const actor of summary.actors) {
    const address = names.address(actor.name);
    if (address === undefined) differ({ file, what: `nobody is called ${actor.name}` });
    else {
      const beside = namesBeside(actor.name).flatMap((name) => names.address(name) ?? []);
      const computed = actorFields(address, beside, actor, dues, told);
      compareFields(file, `actors.${actor.name}`, actor, computed);
    }
  }
  compareFields(file, '', summary, {
    burned: told.chronicle.burned(),
    blocks: told.blocks,
    verdicts,
  });
};

/** An input that the record has must be the one that was asked about. */
const compareInputs = async (folder: string, summary: Summary, told: Told): Promise<void> => {
  const there = await readdir(join(folder, 'inputs')).catch(() => []);
  for (const name of there) {
    const request = summary.requests.find((one) => `${one.name}.bin` === name);
    const asked = request?.id === undefined ? undefined : told.asked.get(BigInt(request.id));
    if (asked === undefined) continue; // Refused: no chain has it.
    const bytes = new Uint8Array(await readFile(join(folder, 'inputs', name)));
    const { terms, inputRoots } = asked.request;
    const graph = told.graphs.find(({ graphRoot }) => graphRoot === terms.graphRoot);
    if (graph === undefined) continue; // Without the model its claims are not judged either.
    const isOne = inputRoots.some((root, index) => {
      const spec = terms.inputs[index];
      try {
        return (
          spec !== undefined &&
          toHex(told.referee.tensorRoot(spec, bytes, graph.layoutVersion)) === root
        );
      } catch {
        return false;
      }
    });
    if (!isOne) {
      differ({
        file: `inputs/${name}`,
        what: `it is not what request ${request?.name} is about`,
        computed: inputRoots.join(),
      });
    }
  }
};

/** A model that the record has must be the file that was registered. */
const compareModels = (folder: string, { graphs, last }: Told): void => {
  for (const { path, graphRoot, artefact } of graphs) {
    const registered = last.models.filter((model) => model.graphRoot === graphRoot);
    if (registered.length === 0 || registered.some((model) => model.artefact === artefact))
      continue;
    differ({
      file: relative(folder, path),
      what: 'it is not the file that was registered',
      recorded: artefact,
      computed: registered[0]?.artefact,
    });
  }
};

/** Compares everything that a run wrote about its story. Throws a `RecordDiffers` at the first difference. */
export const compareStory = async (folder: string, told: Told, names: Names): Promise<void> => {
  const summary = await readDocument(folder, 'summary.json', summarySchema);
  await compareDocument(folder, 'claims.json', told.chronicle.requests());
  const verdicts = told.chronicle.verdicts().map((verdict) => ({
    ...verdict,
    request: names.request(verdict.request),
    worker: names.account(verdict.worker),
    challenger: names.account(verdict.challenger),
  }));
  await compareDocument(folder, 'verdicts.json', verdicts);
  compareSummary(summary, told, names, verdicts);
  await compareInputs(folder, summary, told);
  compareModels(folder, told);
};
