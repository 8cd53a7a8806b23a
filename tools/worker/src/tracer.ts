/** Committing to outputs beside everything else, so that the next request is computed meanwhile and no answer waits. */
import { type Committer, createCommitter } from '@veritrace/referee';
import type { LoadedModel, Logger } from './types.ts';

export interface Tracer {
  /** The leaves of a trace: the root of every node's output, as `LoadedGraph.trace` gives them. */
  trace(model: LoadedModel, nodeOutputs: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** Ends its threads; what was not answered is rejected. */
  dispose(): Promise<void>;
}

/** On the caller's thread. */
export const plainTracer: Tracer = {
  trace: async ({ loaded }, nodeOutputs) => loaded.trace([...nodeOutputs]),
  dispose: async () => undefined,
};

/** Outputs of less are hashed sooner than they are handed over. */
const LEAST_BYTES = 64 * 1024;

export interface TracerOptions {
  logger: Logger;
  /** `createCommitter` by default. */
  create?: () => Committer;
  /** Outputs of fewer bytes are committed to on the caller's thread. */
  leastBytes?: number;
}

/**
 * On a thread of its own, which is started when it is first needed. Where that fails, on the caller's, and on a new thread
 * the next time; outputs that are not those of the model's nodes fail as they do there.
 */
export const createTracer = ({
  logger,
  create = () => createCommitter(),
  leastBytes = LEAST_BYTES,
}: TracerOptions): Tracer => {
  let committer: Committer | undefined;
  let isDisposed = false;
  return {
    trace: async (model, nodeOutputs) => {
      const { header, nodes } = model.loaded.graph;
      const bytes = nodeOutputs.reduce((sum, { length }) => sum + length, 0);
      if (isDisposed) throw new Error('the tracer was disposed of');
      if (bytes < leastBytes || nodeOutputs.length !== nodes.length) {
        return plainTracer.trace(model, nodeOutputs);
      }
      const own = committer ?? create();
      committer = own;
      try {
        return await own.tensorRoots(
          nodes.map(({ output: spec }, node) => ({
            spec,
            data: nodeOutputs[node] ?? new Uint8Array(),
          })),
          header.layoutVersion,
        );
      } catch (error) {
        if (isDisposed) throw error;
        logger.warn({ error: String(error) }, 'cannot commit to outputs on a thread beside');
        if (committer === own) committer = undefined;
        await own.dispose();
        return plainTracer.trace(model, nodeOutputs);
      }
    },
    dispose: async () => {
      isDisposed = true;
      await committer?.dispose();
      committer = undefined;
    },
  };
};
