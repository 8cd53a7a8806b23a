/** From files to a record. */
import type * as z from 'zod/mini';
import type { Content, NamedFiles } from './files.ts';
import { type Read, readDocument, readLines } from './json.ts';
import { type Problem, UnusableRecord } from './problem.ts';
import type { ModelEntry, RecordEvent, RunRecord } from './record.ts';
import {
  type Account,
  accountsSchema,
  blockSchema,
  type CompileReport,
  chainSchema,
  claimsSchema,
  disputesSchema,
  eventSchema,
  manifestSchema,
  modelsSchema,
  nodesSchema,
  runSchema,
  type Summary,
  stepsSchema,
  summarySchema,
} from './schema.ts';
import { shortened } from './shortened.ts';

/** Addresses of records that have no list of accounts: requests, claims and events name the same people. */
const inferAccounts = (
  { requests, verdicts, actors }: Summary,
  claims: z.infer<typeof claimsSchema>,
  events: readonly RecordEvent[],
): Account[] => {
  const found = new Map<string, string>();
  for (const { id, user, workers } of requests) {
    const claim = claims.find((one) => one.id === id);
    if (claim === undefined) continue;
    found.set(claim.user, user);
    for (const [index, worker] of workers.entries()) {
      const address = claim.workers[index];
      if (address !== undefined) found.set(address, worker);
    }
  }
  const authors = actors.filter(({ role }) => role === 'author');
  for (const event of events) {
    if (event.type === 'disputes.ClaimConvicted') {
      const name = verdicts.find(({ block }) => block === event.block)?.challenger;
      if (name !== undefined) found.set(String(event.challenger), name);
    }
    const [author] = authors;
    if (event.type === 'models.ModelRegistered' && authors.length === 1 && author) {
      found.set(String(event.author), author.name);
    }
    if (event.type === 'payouts.InferencePaid') {
      const treasury = events.find(
        (one) =>
          one.type === 'payouts.Paid' &&
          one.block === event.block &&
          !found.has(String(one.to)) &&
          String(one.to) !== String(event.author),
      );
      if (treasury !== undefined) found.set(String(treasury.to), 'treasury');
    }
  }
  return [...found].map(([address, name]) => ({
    name,
    role: actors.find((one) => one.name === name)?.role ?? '',
    address,
    operator: events.find(
      (one) => one.type === 'workers.WorkerRegistered' && one.worker === address,
    )?.operator as string | undefined,
  }));
};

/**
 * The run's own events. On a chain that others use they are those that name its accounts, requests or models, or are part
 * of a transaction that its accounts paid for.
 */
const ownEvents = (
  summary: Summary,
  accounts: readonly Account[],
  models: ReadonlySet<string>,
  events: readonly RecordEvent[],
): RecordEvent[] => {
  if (summary.driver === 'embedded') return [...events];
  const requests = new Set(summary.requests.flatMap(({ id }) => id ?? []));
  const own = new Set(
    accounts
      .filter(({ role, name }) => role !== 'treasury' && name !== 'treasury')
      .flatMap(({ address, operator }) =>
        operator === undefined ? [address] : [address, operator],
      ),
  );
  const placeOf = ({ block, extrinsic }: RecordEvent) => `${block}/${extrinsic}`;
  const paid = new Set(
    events
      .filter(
        ({ type, who, extrinsic }) =>
          type === 'transactionPayment.TransactionFeePaid' &&
          extrinsic !== undefined &&
          own.has(String(who)),
      )
      .map(placeOf),
  );
  const isNamed = (value: unknown): boolean =>
    typeof value === 'string'
      ? own.has(value) || models.has(value)
      : Array.isArray(value) && value.some(isNamed);
  return events.filter(
    (event) =>
      (event.extrinsic !== undefined && paid.has(placeOf(event))) ||
      (event.request === undefined
        ? Object.values(event).some(isNamed)
        : requests.has(String(event.request))),
  );
};

/** Opens a record. Throws an `UnusableRecord` when there is nothing that could be shown. */
export const openRecord = ({ name, files }: NamedFiles): RunRecord => {
  const problems: Problem[] = [];
  const textOf = (file: string): string | undefined => {
    const content: Content | undefined = files.get(file);
    return typeof content === 'string' ? content : undefined;
  };
  const document = <T>(schema: z.ZodMiniType<T>, file: string): T | undefined => {
    const text = textOf(file);
    if (text === undefined) return undefined;
    const read: Read<T> = readDocument(schema, file, text);
    if ('value' in read) return read.value;
    problems.push(read.problem);
    return undefined;
  };
  const lines = <T>(schema: z.ZodMiniType<T>, file: string): T[] => {
    const text = textOf(file);
    if (text === undefined) {
      problems.push({ file, what: 'the record has no such file; what it would tell is not shown' });
      return [];
    }
    const read = readLines(schema, file, text);
    problems.push(...read.problems);
    return read.values;
  };

  if (!files.has('summary.json')) {
    const what = files.has('run.json')
      ? 'missing: the run did not come to its end, and nothing was summed up. Play it again.'
      : 'missing: this does not look like a record. Open the folder that `veritrace scenario run` names as its record.';
    throw new UnusableRecord([{ file: 'summary.json', what }]);
  }
  const summary = document(summarySchema, 'summary.json');
  if (summary === undefined) throw new UnusableRecord(problems);

  const blocks = lines(blockSchema, 'blocks.jsonl').map(({ number, hash, extrinsics }) => ({
    number,
    hash,
    sizes: extrinsics.map((hex) => hex.length / 2 - 1),
  }));
  const everything = lines(eventSchema, 'events.jsonl');
  const last = blocks.at(-1)?.number;
  const told = everything.at(-1)?.block;
  if (last !== undefined && told !== undefined && told > last) {
    problems.push({
      file: 'blocks.jsonl',
      what: `ends with block ${last}, and events.jsonl speaks of block ${told}`,
    });
  }

  const accounts =
    document(accountsSchema, 'accounts.json') ??
    inferAccounts(summary, document(claimsSchema, 'claims.json') ?? [], everything);
  const names = new Map(
    accounts.flatMap(({ name: who, address, operator }) => [
      [address, who] as const,
      ...(operator === undefined ? [] : [[operator, who] as const]),
    ]),
  );

  const onChain = document(modelsSchema, 'models.json') ?? [];
  const modelIds = new Set(onChain.flatMap(({ id }) => id ?? []));
  const events = ownEvents(summary, accounts, modelIds, everything);
  const modelNames = new Set([
    ...[...files.keys()].flatMap((path) => /^models\/([^/]+)\//.exec(path)?.[1] ?? []),
    ...onChain.map((one) => one.name),
    ...summary.requests.map(({ model }) => model),
  ]);
  const models = [...modelNames].map(
    (model): ModelEntry => ({
      name: model,
      manifest: document(manifestSchema, `models/${model}/manifest.json`),
      nodes: document(nodesSchema, `models/${model}/nodes.json`),
      chain: onChain.find((one) => one.name === model),
      report: undefined,
    }),
  );

  return {
    name,
    summary,
    chain: document(chainSchema, 'chain.json'),
    versions: document(runSchema, 'run.json')?.versions ?? {},
    accounts,
    blocks,
    events,
    chainEvents: everything,
    disputes: document(disputesSchema, 'disputes.json'),
    models,
    steps: document(stepsSchema, 'steps.json') ?? [],
    inputs: new Map(
      [...files].flatMap(([path, content]) => {
        const request = /^inputs\/(.+)\.bin$/.exec(path)?.[1];
        return request === undefined || typeof content === 'string' ? [] : [[request, content]];
      }),
    ),
    logs: new Map(
      [...files].flatMap(([path, content]) => {
        const who = /^actors\/(.+)\.log$/.exec(path)?.[1];
        return who === undefined || typeof content !== 'string' ? [] : [[who, content]];
      }),
    ),
    problems,
    nameOf: (address) => names.get(address) ?? shortened(address),
    actor: (who) => summary.actors.find((one) => one.name === who),
  };
};

/** The record with what compiling its models told. */
export const withReports = (record: RunRecord, reports: readonly CompileReport[]): RunRecord => ({
  ...record,
  models: record.models.map((model) => ({
    ...model,
    report: reports.find((one) => one.name === model.manifest?.name || one.name === model.name),
  })),
});
