/** How a network is, seen from outside of its supervisor. */
import { NetworkError, type NetworkNode, type NetworkWorker, type Provider } from '../types.ts';
import { nodeOf, workerOf } from './control.ts';
import { isRunning } from './folder.ts';
import { type NodeHealth, readHealth } from './rpc.ts';
import { isAlive } from './signals.ts';
import { type NetworkState, readState } from './state.ts';

export interface NetworkStatus {
  name: string;
  dir: string;
  spec: string;
  provider: Provider;
  runId: string;
  /** `gone`: it is said to run, but neither its processes nor its supervisor are there. */
  phase: NetworkState['phase'] | 'gone';
  /** Why it ended, when nobody asked for it. */
  reason: string | undefined;
  startedAt: string;
  nodes: (NetworkNode & { health: NodeHealth | undefined })[];
  workers: NetworkWorker[];
  models: { name: string; id: string | null; dir: string }[];
}

/** There was never a network in that folder. */
export class NetworkGone extends NetworkError {
  override readonly name = 'NetworkGone';
}

/** The state of the network in a folder. Throws a `NetworkGone` when there was never one. */
export const stateIn = (dir: string): NetworkState => {
  const state = readState(dir);
  if (state !== undefined) return state;
  throw new NetworkGone(
    `no network was started in ${dir}; start one with: veritrace network up SPEC --dir ${dir}`,
  );
};

/** Asks every node how it is. */
export const networkStatus = async (dir: string): Promise<NetworkStatus> => {
  const state = stateIn(dir);
  const { name, spec, provider, runId, phase, startedAt, models } = state;
  const running = isRunning(dir);
  const alive = (pid: number | null) => (pid !== null && isAlive(pid) ? pid : null);
  return {
    name,
    dir,
    spec,
    provider,
    runId,
    phase: running || phase === 'stopped' ? phase : 'gone',
    reason: state.reason,
    startedAt,
    nodes: await Promise.all(
      state.nodes.map(async (node) => ({
        ...nodeOf({ ...node, pid: running ? alive(node.pid) : null }),
        health: running && !node.paused ? await readHealth(node.ws) : undefined,
      })),
    ),
    workers: state.workers.map((worker) =>
      workerOf({ ...worker, pid: running ? alive(worker.pid) : null }),
    ),
    models,
  };
};
