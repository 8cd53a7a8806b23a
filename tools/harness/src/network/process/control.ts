/** What can be done to a network that runs. */
import {
  NetworkError,
  type NetworkNode,
  type NetworkWorker,
  type RunningNetwork,
} from '../types.ts';
import { isolated } from './later-node.ts';
import { tail } from './logs.ts';
import { readHealth } from './rpc.ts';
import type { Run } from './run.ts';
import { startSide } from './side-process.ts';
import { gone, isAlive, send } from './signals.ts';
import type { Launch, NodeState, WorkerState } from './state.ts';
import { until } from './until.ts';
import { daemonStarted, sidecarAnswers } from './workers.ts';

/** What the kernel may take to end a process that was sent a signal. */
const END_MS = 30_000;
/** How often it is looked whether everything is still there. */
const WATCH_MS = 1_000;

export const nodeOf = (state: NodeState): NetworkNode => ({
  name: state.name,
  role: state.role,
  ws: state.ws,
  prometheus: state.prometheus,
  pid: state.pid ?? undefined,
  paused: state.paused,
  log: state.log,
});

export const workerOf = (state: WorkerState): NetworkWorker => ({
  name: state.name,
  kind: state.kind,
  node: state.node,
  account: state.account,
  operator: state.operator,
  serves: state.serves,
  pid: state.pid ?? undefined,
  sidecar: state.sidecar ?? undefined,
  log: state.log,
});

const find = <T extends { name: string }>(list: readonly T[], what: string, name: string): T => {
  const found = list.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = list.length === 0 ? 'there is none' : list.map((one) => one.name).join(', ');
  throw new NetworkError(`no ${what} is called "${name}" (${names})`);
};

/** Starts the process of a worker with the launch that is known of it; resolves when it is at work. */
export const beginWorker = async (run: Run, name: string): Promise<void> => {
  const { log, launch, kind, sidecar } = find(run.state.workers, 'worker', name);
  if (launch === null) throw new NetworkError(`"${name}" was never started`);
  const side = await startSide(launch, { what: `worker ${name}`, log });
  run.sides.set(name, side);
  run.changeWorker(name, { pid: side.pid });
  await until(
    async () => {
      const ending = side.ending();
      if (ending !== undefined) {
        run.changeWorker(name, { pid: null });
        const words = (await tail(log, 8)).join('\n  ');
        throw new NetworkError(
          `the ${kind} of worker "${name}" ${ending}; it said last:\n  ${words}`,
        );
      }
      return kind === 'offchain' && sidecar !== null
        ? sidecarAnswers(sidecar, side)
        : daemonStarted(log, side.pid, side);
    },
    { what: `worker ${name} to start`, deadlineMs: run.deadlineMs, signal: run.signal },
  );
};

/** Starts a node's process; resolves when its RPC answers. */
const beginNode = async (run: Run, name: string, launch: Launch): Promise<void> => {
  const { log, ws } = find(run.state.nodes, 'node', name);
  const side = await startSide(launch, { what: `node ${name}`, log });
  run.sides.set(name, side);
  run.changeNode(name, { pid: side.pid, paused: false });
  await until(
    async () => {
      const ending = side.ending();
      if (ending !== undefined) {
        run.changeNode(name, { pid: null });
        const words = (await tail(log, 12)).join('\n  ');
        throw new NetworkError(`node "${name}" ${ending}; it said last:\n  ${words}`);
      }
      const health = await readHealth(ws);
      return health === undefined ? { seen: `nothing answers at ${ws}` } : { done: undefined };
    },
    { what: `node ${name} to answer`, deadlineMs: run.deadlineMs, signal: run.signal },
  );
};

/** The control of a run whose network is ready. */
export const controlOf = (run: Run): RunningNetwork => {
  /** Names whose end was asked for. */
  const expected = new Set<string>();

  const native = (): void => {
    if (run.provider === 'native') return;
    throw new NetworkError(
      `faults are signals to processes, and with the provider ${run.provider} nodes are in containers; use native`,
    );
  };
  const open = (): void => {
    if (run.state.phase !== 'ready') {
      throw new NetworkError(`the network "${run.state.name}" is ${run.state.phase}`);
    }
  };
  const node = (name: string): NodeState => find(run.state.nodes, 'node', name);
  const running = (name: string): { state: NodeState; pid: number } => {
    native();
    open();
    const state = node(name);
    if (state.pid === null) throw new NetworkError(`node "${name}" does not run`);
    return { state, pid: state.pid };
  };

  const kill = async (name: string): Promise<void> => {
    const { pid } = running(name);
    expected.add(name);
    send(pid, 'SIGKILL');
    await gone(pid, `node ${name}`, END_MS);
    run.changeNode(name, { pid: null, paused: false });
  };

  const start = async (name: string): Promise<void> => {
    native();
    open();
    const state = node(name);
    if (state.pid !== null) throw new NetworkError(`node "${name}" runs already`);
    if (state.launch === null) throw new NetworkError(`it is not known how "${name}" is started`);
    const { launch } = state;
    expected.delete(name);
    await beginNode(
      run,
      name,
      state.isolated ? { ...launch, argv: isolated(launch.argv) } : launch,
    );
  };

  const restart = async (name: string, cutOff: boolean): Promise<void> => {
    if (node(name).pid !== null) await kill(name);
    run.changeNode(name, { isolated: cutOff });
    await start(name);
  };

  const watch = setInterval(() => {
    if (run.state.phase !== 'ready') return;
    const lose = (name: string, text: string) => {
      expected.add(name);
      run.tell({ type: 'lost', name, text });
    };
    for (const { name, pid, log } of run.state.nodes) {
      if (pid === null || expected.has(name) || isAlive(pid)) continue;
      run.changeNode(name, { pid: null, paused: false });
      lose(name, `node ${name} has ended by itself; see ${log}`);
    }
    for (const { name, pid, log } of run.state.workers) {
      if (pid === null || expected.has(name) || isAlive(pid)) continue;
      run.changeWorker(name, { pid: null });
      lose(name, `worker ${name} has ended by itself; see ${log}`);
    }
  }, WATCH_MS);
  watch.unref();

  return {
    name: run.state.name,
    provider: run.provider,
    dir: run.dir,
    runId: run.runId,
    nodes: () => run.state.nodes.map(nodeOf),
    node: (name) => nodeOf(node(name)),
    workers: () => run.state.workers.map(workerOf),
    worker: (name) => workerOf(find(run.state.workers, 'worker', name)),
    models: () => run.state.models.map(({ name, id, dir }) => ({ name, id: id ?? undefined, dir })),

    pause: async (name) => {
      const { pid } = running(name);
      send(pid, 'SIGSTOP');
      run.changeNode(name, { paused: true });
    },
    resume: async (name) => {
      const { pid } = running(name);
      send(pid, 'SIGCONT');
      run.changeNode(name, { paused: false });
    },
    kill,
    start,
    isolate: (name) => restart(name, true),
    rejoin: (name) => restart(name, false),

    stopWorker: async (name, signal = 'SIGKILL') => {
      open();
      const { pid } = find(run.state.workers, 'worker', name);
      if (pid === null) throw new NetworkError(`worker "${name}" does not run`);
      expected.add(name);
      send(pid, signal);
      await gone(pid, `worker ${name}`, END_MS);
      run.changeWorker(name, { pid: null });
    },
    startWorker: async (name) => {
      open();
      if (find(run.state.workers, 'worker', name).pid !== null) {
        throw new NetworkError(`worker "${name}" runs already`);
      }
      expected.delete(name);
      await beginWorker(run, name);
    },

    logs: (name, lines = 50) => {
      const all = [...run.state.nodes, ...run.state.workers];
      return tail(find(all, 'node or worker', name).log, lines);
    },
    stop: async () => {
      clearInterval(watch);
      await run.end();
    },
  };
};
