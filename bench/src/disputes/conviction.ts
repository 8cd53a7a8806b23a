/** What it takes to convict, model by model: from stored results of the dispute benchmark to the pages' tables. */
import { z } from 'zod';
import { markersOf } from '../marked.ts';
import { type BenchResult, InvalidResult } from '../result.ts';
import { medianOf } from '../statistics.ts';
import { figure, whole } from '../table.ts';
import { PUBLISHED } from './published.ts';

/** The part of the page that is written. */
export const MARKERS = markersOf('conviction', 'npm run bench:disputes -- --from FILE… --write');

/** Seconds between blocks, as the runtime has it. */
export const SLOT_SECONDS = 3;

const amount = z.string().regex(/^\d+$/);

const transactionSchema = z.object({
  call: z.string(),
  bytes: z.int(),
  blockShare: z.number(),
  takenShare: z.number(),
  declaredFee: amount,
  fee: amount,
  bond: amount,
});

const playedSchema = z.object({
  style: z.enum(['one', 'three']),
  node: z.int(),
  op: z.string(),
  /** From the claim's to the conviction's. */
  blocks: z.int(),
  transactions: z.array(transactionSchema),
});

export type Played = z.infer<typeof playedSchema>;

const targetSchema = z.enum(['node', 'tile', 'element']);

/** The proof that a challenger sends about a node on a network: of the whole node where it is shown so, else of a part. */
const proofSchema = z.strictObject({
  node: z.int(),
  op: z.string(),
  target: targetSchema,
  bytes: z.int(),
  macs: z.number(),
});

const everyNodeSchema = z.strictObject({
  commit: z.string(),
  lies: z.int(),
  /** Nodes that are shown whole on a network. */
  inOne: z.int(),
  /** Bytes of the proofs, one for each node. */
  median: z.int(),
  worst: proofSchema,
  /** The node of which even the smallest of all proofs, of whatever target, is the largest. */
  hardest: proofSchema,
  /** Of whole nodes of any size, though no challenger shows one beyond its cap; of openings; both in bytes. */
  largestWhole: z.int(),
  largestOpening: z.int(),
});

const modelSchema = z.strictObject({
  name: z.string(),
  nodes: z.int(),
  operators: z.record(z.string(), z.int()),
  graphBytes: z.int(),
  inputBytes: z.int(),
  /** Lies at every node, proved off chain. */
  everyNode: everyNodeSchema.optional(),
  /** Convictions on chain. */
  chain: z.strictObject({ commit: z.string(), played: z.array(playedSchema) }).optional(),
});

export const convictionSchema = z.strictObject({
  format: z.literal('veritrace-conviction/1'),
  models: z.array(modelSchema),
});

export type ConvictionModel = z.infer<typeof modelSchema>;
export type Conviction = z.infer<typeof convictionSchema>;

/** The part of a stored result's detail that is needed here. */
const detailSchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      nodes: z.int(),
      operators: z.record(z.string(), z.int()),
      graphBytes: z.int(),
      inputBytes: z.int(),
      tried: z.array(z.int()),
      lies: z.int(),
    }),
  ),
  nodes: z.array(
    z.object({
      model: z.string(),
      node: z.int(),
      op: z.string(),
      openingBytes: z.int(),
      inOne: z.boolean(),
      checks: z.array(z.object({ target: targetSchema, proofBytes: z.int(), macs: z.number() })),
    }),
  ),
  played: z.array(playedSchema.extend({ model: z.string() })),
});

type Detail = z.infer<typeof detailSchema>;
type Proof = z.infer<typeof proofSchema>;

type Row = Detail['nodes'][number];

/** The smallest proof of a node, of those that may be. */
const smallestOf = (
  { node, op, checks }: Row,
  may: (target: Proof['target']) => boolean = () => true,
): Proof[] => {
  const [smallest] = checks
    .filter(({ target }) => may(target))
    .sort((a, b) => a.proofBytes - b.proofBytes);
  if (smallest === undefined) return [];
  const { target, proofBytes: bytes, macs } = smallest;
  return [{ node, op, target, bytes, macs }];
};

const largestFirst = (a: Proof, b: Proof): number => b.bytes - a.bytes;

const everyNodeOf = (
  { name, lies }: Detail['models'][number],
  { nodes }: Detail,
  commit: string,
): ConvictionModel['everyNode'] => {
  const own = nodes.filter(({ model }) => model === name);
  const proofs = own
    .flatMap((row) => smallestOf(row, (target) => (target === 'node') === row.inOne))
    .sort(largestFirst);
  const [worst] = proofs;
  const [hardest] = own.flatMap((row) => smallestOf(row)).sort(largestFirst);
  if (worst === undefined || hardest === undefined) return undefined;
  return {
    commit,
    lies,
    inOne: own.filter(({ inOne }) => inOne).length,
    median: Math.round(medianOf(proofs.map(({ bytes }) => bytes))),
    worst,
    hardest,
    largestWhole: Math.max(
      0,
      ...own.flatMap(({ checks }) =>
        checks.flatMap(({ target, proofBytes }) => (target === 'node' ? [proofBytes] : [])),
      ),
    ),
    largestOpening: Math.max(0, ...own.map(({ openingBytes }) => openingBytes)),
  };
};

/** A stored result's detail. Throws an `InvalidResult` when it is not of this benchmark or of another version of it. */
const detailOf = ({ benchmark, detail }: BenchResult, file: string): Detail => {
  const parsed = detailSchema.safeParse(detail);
  if (benchmark === 'disputes' && parsed.success) return parsed.data;
  const why = parsed.success
    ? `it is one of ${benchmark}`
    : `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`;
  throw new InvalidResult(
    `${file}: no result of bench:disputes as it is now (${why}); measure again`,
  );
};

/**
 * Joins stored results: of each model the last that lied at every node, and the last that was played on chain. Throws an
 * `InvalidResult`.
 */
export const convictionOf = (
  results: readonly { file: string; result: BenchResult }[],
): Conviction => {
  const models = new Map<string, ConvictionModel>();
  for (const { file, result } of results) {
    const detail = detailOf(result, file);
    const commit = result.commit ?? 'unknown';
    for (const row of detail.models) {
      const { name, nodes, operators, graphBytes, inputBytes, tried } = row;
      const played = detail.played
        .filter(({ model }) => model === name)
        .map((one) => playedSchema.parse(one));
      const isEvery = tried.length === nodes;
      const known = models.get(name);
      models.set(name, {
        ...known,
        name,
        nodes,
        operators,
        graphBytes,
        inputBytes,
        ...(isEvery ? { everyNode: everyNodeOf(row, detail, commit) } : {}),
        ...(played.length === 0 ? {} : { chain: { commit, played } }),
      });
    }
  }
  return {
    format: 'veritrace-conviction/1',
    models: [...models.values()].sort((a, b) => a.nodes - b.nodes),
  };
};

/** As a file: a model a line, so that one can see of which something changed. */
export const writeConviction = ({ format, models }: Conviction): string =>
  `{"format":${JSON.stringify(format)},"models":[\n${models.map((model) => JSON.stringify(model)).join(',\n')}\n]}\n`;

const shortOf = (call: string): string => call.replace(/^disputes\./, '');

/** What belongs to convicting: bonds go back afterwards. */
const convicting = ({ transactions }: Played) =>
  transactions.filter(({ call }) => shortOf(call) !== 'reclaimBond');

const isProof = ({ call }: { call: string }): boolean => shortOf(call).startsWith('contradict');

const percent = (share: number): string => (100 * share).toFixed(2);
const tokens = (units: string): string => figure(Number(units) / 1e12);

const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${titles.join(' | ')} |`,
  `|${titles.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

const range = (values: readonly number[]): string => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? whole(least) : `${whole(least)} to ${whole(most)}`;
};

const targetNames = { node: 'whole node', tile: 'tile', element: 'element' } as const;

/** The models at a glance: every node off chain, one of each operator on chain. */
const overview = ({ models }: Conviction): string[] =>
  table(
    [
      'model',
      'nodes',
      'operators',
      'lies convicted off chain',
      'in 1 transaction',
      'in 3',
      'proof, median bytes',
      'largest',
      'at node',
      'its work',
      'hardest node, least bytes',
    ],
    models.map(({ name, nodes, operators, everyNode: every }) => [
      name,
      whole(nodes),
      whole(Object.keys(operators).length),
      ...(every === undefined
        ? ['–', '–', '–', '–', '–', '–', '–', '–']
        : [
            `up to ${whole(every.lies)} at each node`,
            whole(every.inOne),
            whole(nodes - every.inOne),
            whole(every.median),
            whole(every.worst.bytes),
            `${every.worst.node}, ${every.worst.op}: ${targetNames[every.worst.target]}`,
            whole(every.worst.macs),
            `${every.hardest.node}, ${every.hardest.op}: ${targetNames[every.hardest.target]}, ${whole(every.hardest.bytes)}`,
          ]),
    ]),
  );

const STYLES = [
  ['one', 'shown whole'],
  ['three', 'opened first'],
] as const;

/** The same on chain, by how nodes were shown. */
const onChain = ({ models }: Conviction): string[] =>
  table(
    [
      'model',
      'nodes',
      'lies convicted on chain',
      'transactions',
      'blocks',
      'seconds',
      'largest proof, bytes',
      'its node',
      'largest opening',
      'declared, % of a block',
      'taken, %',
    ],
    models.flatMap(({ name, chain }) =>
      STYLES.flatMap(([style, says]) => {
        const rows = chain?.played.filter((row) => row.style === style) ?? [];
        const proofs = rows
          .flatMap((row) => row.transactions.filter(isProof).map((one) => ({ ...one, row })))
          .sort((a, b) => b.bytes - a.bytes);
        const [largest] = proofs;
        if (largest === undefined) return [];
        const all = rows.flatMap(convicting);
        const openings = all.filter(({ call }) => shortOf(call) === 'open');
        return [
          [
            name,
            says,
            whole(rows.length),
            range(rows.map((row) => convicting(row).length)),
            range(rows.map(({ blocks }) => blocks)),
            range(rows.map(({ blocks }) => blocks * SLOT_SECONDS)),
            whole(largest.bytes),
            `${largest.row.node}, ${largest.row.op}`,
            openings.length === 0 ? '–' : whole(Math.max(...openings.map(({ bytes }) => bytes))),
            percent(Math.max(...all.map(({ blockShare }) => blockShare))),
            percent(Math.max(...all.map(({ takenShare }) => takenShare))),
          ],
        ];
      }),
    ),
  );

const bytesOf = (row: Played | undefined, name: string): string => {
  const found = row?.transactions.find(({ call }) => shortOf(call).startsWith(name));
  return found === undefined ? '–' : whole(found.bytes);
};

const shareOf = (row: Played | undefined, key: 'blockShare' | 'takenShare'): string =>
  row === undefined ? '–' : percent(Math.max(...convicting(row).map((one) => one[key])));

/** One model, operator by operator. */
const ofModel = ({ operators, chain }: ConvictionModel): string[] => {
  const nodes = [...new Set(chain?.played.map(({ node }) => node))].sort((a, b) => a - b);
  return table(
    [
      'node',
      'operator',
      'nodes of it',
      'whole, bytes',
      'declared, %',
      'taken, %',
      'challenge, bytes',
      'opening',
      'proof',
      'of',
      'declared, %',
      'taken, %',
      'bond, VTR',
      'fee if rejected, VTR',
    ],
    nodes.map((node) => {
      const one = chain?.played.find((row) => row.node === node && row.style === 'one');
      const three = chain?.played.find((row) => row.node === node && row.style === 'three');
      const op = (one ?? three)?.op ?? '';
      const proof = three?.transactions.find(isProof);
      const bond = three?.transactions.find(({ call }) => shortOf(call) === 'challenge')?.bond;
      const fees = [one, three].flatMap(
        (row) => row?.transactions.filter(isProof).map(({ declaredFee }) => declaredFee) ?? [],
      );
      return [
        String(node),
        op,
        whole(operators[op] ?? 0),
        bytesOf(one, 'contradict'),
        shareOf(one, 'blockShare'),
        shareOf(one, 'takenShare'),
        bytesOf(three, 'challenge'),
        bytesOf(three, 'open'),
        bytesOf(three, 'contradict'),
        proof === undefined ? '–' : shortOf(proof.call).replace('contradict', '').toLowerCase(),
        shareOf(three, 'blockShare'),
        shareOf(three, 'takenShare'),
        bond === undefined ? '–' : tokens(bond),
        fees.map(tokens).join(' or '),
      ];
    }),
  );
};

/** Beside what others have published. */
const beside = ({ models }: Conviction): string[] =>
  table(
    ['who', 'model', 'from accusation to verdict', 'transactions', 'what the time is'],
    [
      ...models.flatMap(({ name, nodes, operators, graphBytes, chain }) => {
        const rows = chain?.played ?? [];
        if (rows.length === 0) return [];
        return [
          [
            'Veritrace',
            `${name}: ${whole(nodes)} nodes of ${Object.keys(operators).length} operators, ${whole(graphBytes)} bytes`,
            `${range(rows.map(({ blocks }) => blocks * SLOT_SECONDS))} s`,
            range(rows.map((row) => convicting(row).length)),
            `blocks of ${SLOT_SECONDS} s on an embedded chain, each with the next move in it`,
          ],
        ];
      }),
      ...PUBLISHED.map(({ who, model, time, transactions, says }) => [
        who,
        model,
        time,
        transactions,
        says,
      ]),
    ],
  );

/** The tables, as Markdown. */
export const renderConviction = (conviction: Conviction): string =>
  [
    '### Every node, off chain',
    '',
    ...overview(conviction),
    '',
    '### One node of each operator, on chain',
    '',
    ...onChain(conviction),
    '',
    '### Beside others',
    '',
    ...beside(conviction),
    ...conviction.models.flatMap((model) =>
      model.chain === undefined ? [] : ['', `### ${model.name}`, '', ...ofModel(model)],
    ),
  ].join('\n');
