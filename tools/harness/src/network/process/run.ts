/** A run of a network from within its supervisor: what is known of it, written down as it changes, and its end. */
import { randomBytes } from 'node:crypto';
import type { NetworkSpec } from '../spec/load.ts';
import type { NetworkProgress, Provider } from '../types.ts';
import { endRun } from './end-run.ts';
import { environmentOf } from './environment.ts';
import { type Guardian, startGuardian } from './guard.ts';
import { type Ports, reservePorts } from './ports.ts';
import type { SideProcess } from './side-process.ts';
import { type NetworkState, type NodeState, type WorkerState, writeState } from './state.ts';

/** How long processes may take to end by themselves. */
const GRACE_MS: Readonly<Record<Provider, number>> = {
  native: 5_000,
  podman: 120_000,
  kubernetes: 120_000,
};

export interface Run {
  readonly spec: NetworkSpec;
  readonly dir: string;
  readonly runId: string;
  readonly provider: Provider;
  readonly ports: Ports;
  /** Aborts when the run ends, for whatever reason. */
  readonly signal: AbortSignal;
  readonly tell: (progress: NetworkProgress) => void;
  /** Milliseconds a phase may take. */
  readonly deadlineMs: number;
  readonly state: NetworkState;
  /** Children of this process by name: nodes that were started again, and workers. */
  readonly sides: Map<string, SideProcess>;
  /** Changes the state and writes it. */
  change(change: Partial<NetworkState>): void;
  changeNode(name: string, change: Partial<NodeState>): void;
  changeWorker(name: string, change: Partial<WorkerState>): void;
  /** The environment of the run's processes. */
  environment(more?: Readonly<Record<string, string>>): Record<string, string>;
  /** Ends every process, then the guardian. Harmless a second time. */
  end(reason?: string): Promise<void>;
}

export interface OpenRunOptions {
  spec: NetworkSpec;
  /** An empty folder. */
  dir: string;
  provider: Provider;
  signal: AbortSignal | undefined;
  tell: (progress: NetworkProgress) => void;
  deadlineMs: number;
}

/** Begins a run: its ports are reserved, its guardian watches, its state is written. */
export const openRun = async ({
  spec,
  dir,
  provider,
  signal,
  tell,
  deadlineMs,
}: OpenRunOptions): Promise<Run> => {
  const runId = `${spec.name}-${randomBytes(6).toString('hex')}`;
  const ended = new AbortController();
  let state: NetworkState = {
    version: 1,
    runId,
    name: spec.name,
    spec: spec.file,
    provider,
    phase: 'starting',
    startedAt: new Date().toISOString(),
    supervisor: process.pid,
    guardian: null,
    zombienet: null,
    nodes: [],
    workers: [],
    models: [],
  };
  const change = (next: Partial<NetworkState>): void => {
    state = { ...state, ...next };
    writeState(dir, state);
  };
  const environment = (more?: Readonly<Record<string, string>>) => environmentOf(runId, more);

  writeState(dir, state);
  const ports = await reservePorts();
  let guardian: Guardian;
  const watch = async (): Promise<void> => {
    guardian = await startGuardian({ runId, dir, provider, env: environment() });
    change({ guardian: guardian.pid });
    const { ended: over } = guardian;
    void over.then(() => {
      if (ended.signal.aborted) return;
      // Somebody ended the guardian, and with it what it guards may have gone.
      tell({ type: 'lost', name: 'guardian', text: 'the guardian has ended; another one watches' });
      watch().catch((error: unknown) => ended.abort(error));
    });
  };
  await watch();

  let ending: Promise<void> | undefined;
  return {
    spec,
    dir,
    runId,
    provider,
    ports,
    signal: signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
    tell,
    deadlineMs,
    get state() {
      return state;
    },
    sides: new Map(),
    change,
    changeNode: (name, next) =>
      change({
        nodes: state.nodes.map((node) => (node.name === name ? { ...node, ...next } : node)),
      }),
    changeWorker: (name, next) =>
      change({
        workers: state.workers.map((worker) =>
          worker.name === name ? { ...worker, ...next } : worker,
        ),
      }),
    environment,
    end: (reason) => {
      ending ??= (async () => {
        ended.abort(new Error(reason ?? 'the network was stopped'));
        change({ phase: 'stopping', ...(reason === undefined ? {} : { reason }) });
        await endRun({ runId, graceMs: GRACE_MS[provider] });
        change({
          phase: 'stopped',
          nodes: state.nodes.map((node) => ({ ...node, pid: null, paused: false })),
          workers: state.workers.map((worker) => ({ ...worker, pid: null })),
        });
        await guardian.dismiss();
        await ports.release();
      })();
      return ending;
    },
  };
};
