/** Models on an execution provider that is not every machine's: each is compared with the referee before it is served. */
import { type ConformanceReport, conformance, type ExactProvider } from '@veritrace/compiler';
import type { Referee } from '@veritrace/referee';
import { ConfigError } from './config-file.ts';
import type { LoadedModel, Logger } from './types.ts';

export interface ProveModelsDeps {
  referee: Referee;
  logger: Pick<Logger, 'info'>;
  signal?: AbortSignal;
  /** `conformance` by default. */
  compare?: typeof conformance;
}

const described = ({ mismatch }: Extract<ConformanceReport, { passed: false }>): string =>
  `node ${mismatch.node} (${mismatch.op}) on ${mismatch.vector}, byte ${mismatch.byte}: ${mismatch.got}, not ${mismatch.expected}`;

/**
 * Compares graph and nodes of each model, on inputs that are extreme for it. On the processor nothing is compared: there the
 * suite has passed wherever it was run. Throws a `ConfigError` that names the first difference, or the reason of the signal.
 */
export const proveModels = async (
  models: readonly LoadedModel[],
  { executionProvider, threads }: { executionProvider: ExactProvider; threads: number },
  { referee, logger, signal, compare = conformance }: ProveModelsDeps,
): Promise<void> => {
  if (executionProvider === 'cpu') return;
  for (const { name, loaded } of models) {
    signal?.throwIfAborted();
    logger.info({ model: name, executionProvider }, 'comparing with the referee: about a minute');
    const options = { executionProvider, threads };
    const report = await compare(loaded.graph, referee, options, { randomVectors: 1 });
    if (!report.passed) {
      throw new ConfigError(
        `${name} is not computed on ${executionProvider} as the chain computes it: ${described(report)}. Nothing was served; executionProvider "cpu" computes it right`,
      );
    }
    logger.info(
      { model: name, executionProvider, vectors: report.vectors },
      'computes as the referee',
    );
  }
};
