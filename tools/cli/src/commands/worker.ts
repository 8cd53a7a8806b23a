/** `veritrace worker run`, `veritrace worker sidecar` and `veritrace worker check`. */
import {
  type ConformanceReport,
  conformance,
  type ExactProvider,
  type NegativeRow,
  operatorSuite,
  type SuiteReport,
} from '@veritrace/compiler';
import { createReferee, type Referee } from '@veritrace/referee';
import { connect, type VeritraceClient } from '@veritrace/sdk';
import {
  freeModels,
  openModels,
  readSidecarConfig,
  readWorkerConfig,
  runSidecar,
  runWorker,
  type WorkerOverrides,
  type WorkerSettings,
} from '@veritrace/worker';
import { pino } from 'pino';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';
import { runUntilInterrupted, showConfig } from './daemon-commands.ts';

/** Runs a worker until it is interrupted; logs on standard error. The result is what it served. */
export const workerRun = async (
  config: string,
  overrides: WorkerOverrides,
  output: Output,
): Promise<boolean> =>
  runUntilInterrupted('worker', await readWorkerConfig(config, overrides), runWorker, output);

/** Shows what a worker would run with: the file, and the flags before it. It holds no secret. */
export const workerConfig = async (
  config: string,
  overrides: WorkerOverrides,
  output: Output,
): Promise<boolean> => showConfig(await readWorkerConfig(config, overrides), output);

/** Serves a node's off-chain worker until it is interrupted; prints where, once it can be asked. */
export const workerSidecar = async (
  config: string,
  { port }: { port: number | undefined },
  output: Output,
): Promise<boolean> => {
  const settings = await readSidecarConfig(config);
  const { signal, release } = onInterrupt();
  try {
    await runSidecar(
      { ...settings, listen: { ...settings.listen, port: port ?? settings.listen.port } },
      {
        logger: pino({ name: 'sidecar', level: settings.logLevel }, pino.destination(2)),
        signal,
        onReady: (ready) =>
          output.result(
            ready,
            () => `${ready.url} serves ${ready.models.map(({ name }) => name).join(', ')}`,
          ),
      },
    );
  } finally {
    release();
  }
  return true;
};

type CheckedModel = { dir?: string; model: string } & ConformanceReport;

/** Each model of a worker on vectors that are extreme for it. */
const checkModels = async (
  settings: WorkerSettings,
  {
    seed,
    vectors,
    referee,
    signal,
  }: { seed: number; vectors: number; referee: Referee; signal: AbortSignal },
  output: Output,
): Promise<CheckedModel[]> => {
  const { engine } = settings;
  const logger = pino({ name: 'worker', level: 'warn' }, pino.destination(2));
  let client: VeritraceClient | undefined;
  const connected = async (): Promise<VeritraceClient> => {
    client ??= await connect(settings.endpoint, { signal });
    return client;
  };
  const checked: CheckedModel[] = [];
  try {
    const models = await openModels(settings, { referee, logger, client: connected, signal });
    try {
      for (const [index, { name, loaded }] of models.entries()) {
        signal.throwIfAborted();
        const source = settings.models[index];
        output.note(`· ${name}: adversarial vectors on ${engine.executionProvider}`);
        let tenth = 0;
        const onProgress = ({ node, nodes }: { node: number; nodes: number }) => {
          const reached = Math.floor((10 * node) / nodes);
          if (reached > tenth) output.note(`· ${name}: node ${node} of ${nodes}`);
          tenth = reached;
        };
        checked.push({
          ...(source !== undefined && 'dir' in source ? { dir: source.dir } : {}),
          model: name,
          ...(await conformance(loaded.graph, referee, engine, {
            seed,
            randomVectors: vectors,
            signal,
            onProgress,
          })),
        });
      }
    } finally {
      freeModels(models);
    }
  } finally {
    await client?.disconnect();
  }
  return checked;
};

/** Each operator on cases drawn at random, at every optimisation level. */
const checkOperators = async (
  {
    seed,
    elements,
    executionProvider,
    referee,
    signal,
  }: {
    seed: number;
    elements: number;
    executionProvider: ExactProvider;
    referee: Referee;
    signal: AbortSignal;
  },
  output: Output,
): Promise<SuiteReport> => {
  let last = '';
  return operatorSuite(referee, {
    seed,
    elements,
    executionProvider,
    signal,
    onProgress: ({ kind }) => {
      if (kind !== last) output.note(`· ${kind}: ${elements} elements on ${executionProvider}`);
      last = kind;
    },
  });
};

const describeModel = (one: CheckedModel): string =>
  one.passed
    ? `${one.model}: exact on ${one.vectors} vectors, ${one.bytes} bytes compared`
    : `${one.model}: WRONG at node ${one.mismatch.node} (${one.mismatch.op}), ${one.mismatch.vector}: byte ${one.mismatch.byte} is ${one.mismatch.got}, not ${one.mismatch.expected}. Do not serve it from this machine.`;

const describeNegative = ({ name, elements, mismatches, expected }: NegativeRow): string => {
  const found = mismatches === 0 ? 'agrees' : `differs in ${mismatches} of ${elements}`;
  const wanted = expected === 'wrong' ? 'has to differ' : 'up to the processor';
  return `${name}: ${found} (${wanted})`;
};

const describeOperators = ({
  operators,
  negatives,
  configurations,
  provider,
  weights,
}: SuiteReport): string =>
  [
    table(
      ['operator', 'cases', 'elements', 'mismatches'],
      operators.map(({ kind, cases, elements, mismatches }) => [kind, cases, elements, mismatches]),
    ),
    `each in ${configurations.length} configurations of level and threads, on ${provider}${provider === 'cpu' ? `; weights of 8-bit kernels ${weights} here` : ''}`,
    ...operators.flatMap(({ kind, first }) =>
      first === undefined ? [] : [`${kind}: WRONG at ${first}. Serve nothing from this machine.`],
    ),
    ...negatives.map(describeNegative),
  ].join('\n');

/**
 * Whether this machine computes as the chain does, bit for bit: the models of a worker, the operators one by one (about
 * `elements` outputs of each), or both.
 */
export const workerCheck = async (
  config: string | undefined,
  {
    seed,
    vectors,
    elements,
    executionProvider,
  }: {
    seed: number;
    vectors: number;
    elements: number | undefined;
    executionProvider?: ExactProvider | undefined;
  },
  output: Output,
): Promise<boolean> => {
  const referee = createReferee();
  const { signal, release } = onInterrupt();
  const checking = { seed, referee, signal };
  try {
    const settings =
      config === undefined
        ? undefined
        : await readWorkerConfig(
            config,
            executionProvider === undefined ? {} : { engine: { executionProvider } },
          );
    // Of a config file the operators are checked on what its models are computed on.
    const provider = settings?.engine.executionProvider ?? executionProvider ?? 'cpu';
    const operators =
      elements === undefined
        ? undefined
        : await checkOperators({ ...checking, executionProvider: provider, elements }, output);
    const models =
      settings === undefined
        ? undefined
        : await checkModels(settings, { ...checking, vectors }, output);
    const passed = (operators?.passed ?? true) && (models?.every((one) => one.passed) ?? true);
    output.result(
      {
        passed,
        provider,
        ...(operators === undefined ? {} : { operators }),
        ...(models === undefined ? {} : { models }),
      },
      () =>
        [
          ...(operators === undefined ? [] : [describeOperators(operators)]),
          ...(models?.map(describeModel) ?? []),
        ].join('\n'),
    );
    return passed;
  } finally {
    release();
  }
};
