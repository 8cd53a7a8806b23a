/** `veritrace worker run`, `veritrace worker sidecar` and `veritrace worker check`. */
import { type ConformanceReport, conformance, readCompiled } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import {
  readSidecarConfig,
  readWorkerConfig,
  runSidecar,
  runWorker,
  shownConfig,
  shownSettings,
  type WorkerOverrides,
} from '@veritrace/worker';
import { pino } from 'pino';
import { onInterrupt } from '../interrupt.ts';
import type { Output } from '../output.ts';

/** Runs a worker until it is interrupted; logs on standard error. The result is what it served. */
export const workerRun = async (
  config: string,
  overrides: WorkerOverrides,
  output: Output,
): Promise<boolean> => {
  const settings = await readWorkerConfig(config, overrides);
  const { signal, release } = onInterrupt();
  const logger = pino({ name: 'worker', level: settings.logLevel }, pino.destination(2));
  try {
    await runWorker(settings, { logger, signal });
  } finally {
    release();
  }
  if (output.json) output.result({ stopped: true, config: shownSettings(settings) }, () => '');
  return true;
};

/** Shows what a worker would run with: the file, and the flags before it. It holds no secret. */
export const workerConfig = async (
  config: string,
  overrides: WorkerOverrides,
  output: Output,
): Promise<boolean> => {
  const settings = await readWorkerConfig(config, overrides);
  output.result(shownSettings(settings), () => shownConfig(settings));
  return true;
};

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
  const { models, engine } = await readWorkerConfig(config);
  const referee = createReferee();
  const checked: ({ dir: string; model: string } & ConformanceReport)[] = [];
  for (const { dir } of models) {
    const { graph, manifest } = await readCompiled(dir);
    output.note(`· ${manifest.name}: adversarial vectors on ${engine.executionProvider}`);
    checked.push({
      dir,
      model: manifest.name,
      ...(await conformance(graph, referee, engine, { seed })),
    });
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
