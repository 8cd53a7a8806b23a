/** `veritrace worker run`, `veritrace worker sidecar` and `veritrace worker check`. */
import { type ConformanceReport, conformance } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import { connect, type VeritraceClient } from '@veritrace/sdk';
import {
  freeModels,
  openModels,
  readSidecarConfig,
  readWorkerConfig,
  runSidecar,
  runWorker,
  type WorkerOverrides,
} from '@veritrace/worker';
import { pino } from 'pino';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';
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

/** Whether this machine computes the models of a worker as the chain does, bit for bit. */
export const workerCheck = async (
  config: string,
  { seed }: { seed: number },
  output: Output,
): Promise<boolean> => {
  const settings = await readWorkerConfig(config);
  const { engine } = settings;
  const referee = createReferee();
  const { signal, release } = onInterrupt();
  const logger = pino({ name: 'worker', level: 'warn' }, pino.destination(2));
  let client: VeritraceClient | undefined;
  const connected = async (): Promise<VeritraceClient> => {
    client ??= await connect(settings.endpoint, { signal });
    return client;
  };
  const checked: ({ dir?: string; model: string } & ConformanceReport)[] = [];
  try {
    const models = await openModels(settings, { referee, logger, client: connected, signal });
    try {
      for (const [index, { name, loaded }] of models.entries()) {
        signal.throwIfAborted();
        const source = settings.models[index];
        output.note(`· ${name}: adversarial vectors on ${engine.executionProvider}`);
        checked.push({
          ...(source !== undefined && 'dir' in source ? { dir: source.dir } : {}),
          model: name,
          ...(await conformance(loaded.graph, referee, engine, { seed })),
        });
      }
    } finally {
      freeModels(models);
    }
  } finally {
    release();
    await client?.disconnect();
  }
  const passed = checked.every((one) => one.passed);
  output.result({ passed, provider: engine.executionProvider, models: checked }, () =>
    checked
      .map((one) =>
        one.passed
          ? `${one.model}: exact on ${one.vectors} vectors, ${one.bytes} bytes compared`
          : `${one.model}: WRONG at node ${one.mismatch.node} (${one.mismatch.op}), ${one.mismatch.vector}: byte ${one.mismatch.byte} is ${one.mismatch.got}, not ${one.mismatch.expected}. Do not serve it from this machine.`,
      )
      .join('\n'),
  );
  return passed;
};
