/** The result of the dispute benchmark: what every conviction takes, and its tables. */
import type { Metric } from '../result.ts';
import { medianOf } from '../statistics.ts';
import { figure, textTable, whole } from '../table.ts';
import type { DisputeTransaction, Style } from './chain.ts';
import type { Target } from './proofs.ts';

/** A check that was timed. */
export interface CheckTime {
  target: Target;
  proofBytes: number;
  macs: number;
  /** Milliseconds of the referee, raw. */
  samples: number[];
  /** The same in compiled wasm on the node's executor; empty where that was not measured. */
  executor: number[];
  /** There, of a node that is shown whole: of computing it alone, without decoding and hashes; else empty. */
  computing: number[];
}

export interface NodeRow {
  model: string;
  node: number;
  op: string;
  challengeBytes: number;
  openingBytes: number;
  openingForm: 'bytes' | 'hashes';
  /** Whether it is shown whole under the parameters of networks and the challenger's cap. */
  inOne: boolean;
  checks: CheckTime[];
}

export interface OperatorRow {
  name: string;
  says: string;
  /** Products of 8-bit integers in the whole node, where it is made of such. */
  products?: number | undefined;
  checks: CheckTime[];
}

export interface PlayedRow {
  model: string;
  style: Style;
  node: number;
  op: string;
  blocks: number;
  /** Amounts are smallest units, as text. */
  transactions: (Omit<DisputeTransaction, 'fee' | 'declaredFee' | 'bond'> & {
    fee: string;
    declaredFee: string;
    bond: string;
  })[];
}

/** A model, and what was tried of it. */
export interface ModelRow {
  name: string;
  dir: string;
  nodes: number;
  /** How many nodes are of each operator. */
  operators: Record<string, number>;
  graphBytes: number;
  inputBytes: number;
  tried: number[];
  /** Lies at each node. */
  lies: number;
  inputs: string;
}

export interface DisputesDetail {
  models: ModelRow[];
  nodes: NodeRow[];
  operators: OperatorRow[];
  played: PlayedRow[];
}

/** Transactions of the conviction itself: giving the bond back comes after it. */
const convicting = ({ transactions }: PlayedRow) =>
  transactions.filter(({ call }) => !call.endsWith('.reclaimBond'));

const shortOf = (call: string): string => call.replace(/^disputes\./, '');

export const metricsOf = ({ nodes, operators, played }: DisputesDetail): Metric[] => {
  const exact = (name: string, unit: string, value: number): Metric => ({
    kind: 'exact',
    name: `disputes/${name}`,
    unit,
    value,
  });
  const sampled = (name: string, samples: number[]): Metric => ({
    kind: 'sampled',
    name: `disputes/${name}`,
    unit: 'ms',
    better: 'lower',
    samples,
  });
  const timed = (name: string, { samples, executor, computing }: CheckTime): Metric[] => [
    sampled(name, samples),
    ...(executor.length === 0 ? [] : [sampled(`${name}-on-executor`, executor)]),
    ...(computing.length === 0 ? [] : [sampled(`${name}-on-executor-computing`, computing)]),
  ];
  return [
    ...nodes.flatMap(({ model, node, challengeBytes, openingBytes, checks }) => {
      const at = `${model}/node-${node}`;
      return [
        exact(`${at}/challenge-bytes`, 'bytes', challengeBytes),
        exact(`${at}/opening-bytes`, 'bytes', openingBytes),
        ...checks.flatMap((check) => [
          exact(`${at}/${check.target}-bytes`, 'bytes', check.proofBytes),
          exact(`${at}/${check.target}-macs`, 'MACs', check.macs),
          ...timed(`${at}/${check.target}-check`, check),
        ]),
      ];
    }),
    ...operators.flatMap(({ name, checks }) =>
      checks.flatMap((check) => [
        exact(`operators/${name}/${check.target}-bytes`, 'bytes', check.proofBytes),
        exact(`operators/${name}/${check.target}-macs`, 'MACs', check.macs),
        ...timed(`operators/${name}/${check.target}-check`, check),
      ]),
    ),
    ...played.flatMap((row) => {
      const at = `${row.model}/node-${row.node}/in-${row.style}`;
      return [
        exact(`${at}/transactions`, 'transactions', convicting(row).length),
        exact(`${at}/blocks`, 'blocks', row.blocks),
        ...row.transactions.flatMap(({ call, bytes, actual }) => [
          exact(`${at}/${shortOf(call)}/bytes`, 'bytes', bytes),
          exact(`${at}/${shortOf(call)}/proof-size`, 'bytes', actual.proofSize),
        ]),
      ];
    }),
  ];
};

const nanoseconds = (milliseconds: number): number => milliseconds * 1e6;

const timeCells = (samples: readonly number[], macs: number, bytes: number): string[] => {
  if (samples.length === 0) return ['–', '–', '–'];
  const median = medianOf(samples);
  return [figure(median), figure(nanoseconds(median) / macs), figure(nanoseconds(median) / bytes)];
};

const checkCells = (check: CheckTime): string[] => {
  const { proofBytes, macs, samples, executor, computing } = check;
  return [
    whole(proofBytes),
    whole(macs),
    ...timeCells(samples, macs, proofBytes),
    ...timeCells(executor, macs, proofBytes),
    ...timeCells(computing, macs, proofBytes).slice(0, 2),
  ];
};

/** Nanoseconds of computing the whole node, by products of 8-bit integers. */
const productCell = (products: number | undefined, { computing }: CheckTime): string =>
  products === undefined || computing.length === 0
    ? '–'
    : figure(nanoseconds(medianOf(computing)) / products);

const CHECK_TITLES = [
  ...['proof bytes', 'MACs'],
  ...['referee ms', 'ns/MAC', 'ns/byte'],
  ...['executor ms', 'ns/MAC', 'ns/byte'],
  ...['computing ms', 'ns/MAC'],
];

const microseconds = (picoseconds: number): number => picoseconds / 1e6;

const transactionRows = ({ played }: DisputesDetail, model: string, style: Style): string[][] =>
  played
    .filter((row) => row.model === model && row.style === style)
    .flatMap((row) =>
      row.transactions.map((one, index) => [
        index === 0 ? String(row.node) : '',
        index === 0 ? row.op : '',
        index === 0 ? String(convicting(row).length) : '',
        index === 0 ? String(row.blocks) : '',
        shortOf(one.call),
        whole(one.bytes),
        whole(microseconds(one.declared.refTime)),
        whole(microseconds(one.actual.refTime)),
        figure(100 * one.blockShare),
        whole(one.actual.proofSize),
        figure(Number(one.declaredFee) / 1e12),
        figure(Number(one.fee) / 1e12),
      ]),
    );

const playedTables = (detail: DisputesDetail): string[] =>
  detail.models.flatMap(({ name }) =>
    (['one', 'three'] as const).flatMap((style) => {
      const rows = transactionRows(detail, name, style);
      return rows.length === 0
        ? []
        : [
            `On chain: ${name}, ${style === 'one' ? 'nodes shown whole' : 'nodes opened first'}`,
            textTable(
              [
                'node',
                'operator',
                'transactions',
                'blocks',
                'call',
                'bytes',
                'declared µs',
                'true µs',
                '% of a block',
                'proof size',
                'fee declared',
                'fee paid',
              ],
              rows,
            ),
          ];
    }),
  );

/** The report for people. */
export const renderDisputes = (detail: DisputesDetail): string => {
  const { nodes, operators } = detail;
  const nodeTable = textTable(
    ['model', 'node', 'operator', 'challenge', 'opening', 'target', ...CHECK_TITLES],
    nodes.flatMap(({ model, node, op, challengeBytes, openingBytes, openingForm, checks }) =>
      checks.map((check, index) => [
        index === 0 ? model : '',
        index === 0 ? String(node) : '',
        index === 0 ? op : '',
        index === 0 ? whole(challengeBytes) : '',
        index === 0 ? `${whole(openingBytes)}${openingForm === 'hashes' ? ' of hashes' : ''}` : '',
        check.target,
        ...checkCells(check),
      ]),
    ),
  );
  const operatorTable = textTable(
    ['operator', 'target', ...CHECK_TITLES, 'ns/product', 'of'],
    operators.flatMap(({ name, says, products, checks }) =>
      checks.map((check, index) => [
        index === 0 ? name : '',
        check.target,
        ...checkCells(check),
        productCell(products, check),
        index === 0 ? says : '',
      ]),
    ),
  );
  const isExecuted = [...nodes, ...operators].some(({ checks }) =>
    checks.some(({ executor }) => executor.length > 0),
  );
  return [
    'Proofs, the largest of those tried at each node, and their check',
    nodeTable,
    '',
    ...(operators.length === 0
      ? []
      : ['Check of one node of each operator, of the size of a real layer', operatorTable, '']),
    ...playedTables(detail).flatMap((text, index) => (index % 2 === 0 ? ['', text] : [text])),
    '',
    'Referee: in wasm, in Node. Executor: in compiled wasm, where nodes run the runtime.',
    'Computing: of a node that is shown whole, there, without decoding and hashes.',
    ...(isExecuted ? [] : ['The executor was not measured: ask for it with --executor.']),
    'MACs: units of work as the chain counts them. ns/MAC and ns/byte: the whole check, divided by either.',
    'ns/product: computing, divided by products of 8-bit integers; the chain counts more where a sum has few.',
    'Natively: npm run cargo -- run -p veritrace-primitives --example check-times',
  ].join('\n');
};
