/** Starts a network and owns it: every process it has, until the last is gone. */
import { join, resolve } from 'node:path';
import { createNetworkKeys } from './keys.ts';
import { bootstrapChain } from './process/bootstrap.ts';
import { beginWorker, controlOf } from './process/control.ts';
import { freshFolder, prepareFolder } from './process/folder.ts';
import { daemonProgram, sidecarProgram } from './process/launches.ts';
import { type NodeHealth, readHealth } from './process/rpc.ts';
import { openRun, type Run } from './process/run.ts';
import { programsOf, spawnNodes } from './process/spawn-nodes.ts';
import type { WorkerState } from './process/state.ts';
import { until } from './process/until.ts';
import { announceSidecar, writeWorkerConfig } from './process/workers.ts';
import { loadNetwork } from './spec/load.ts';
import { NetworkError, type RunningNetwork, type StartNetwork } from './types.ts';

/** What a phase of the start may take on a small, busy machine. */
const DEADLINE_MS = 180_000;

interface Found {
  name: string;
  health: NodeHealth | undefined;
}

/** What keeps the network from being ready, in a few words whatever its size. */
const obstacles = (found: readonly Found[], alone: boolean): string[] => {
  const named = (which: (health: NodeHealth | undefined) => boolean) =>
    found.filter(({ health }) => which(health)).map(({ name }) => name);
  const mute = named((health) => health === undefined);
  const lonely = alone ? [] : named((health) => health?.peers === 0);
  const unfinal = named((health) => health?.finalized === 0);
  const best = Math.max(0, ...found.map(({ health }) => health?.best ?? 0));
  return [
    ...(mute.length === 0 ? [] : [`${mute.join(', ')} not answering`]),
    ...(lonely.length === 0 ? [] : [`${lonely.join(', ')} without peers`]),
    ...(unfinal.length === 0 ? [] : [`nothing final at ${unfinal.join(', ')}, best block ${best}`]),
  ];
};

/** Until every node answers, has a peer, and has seen a finalized block. */
const awaitFinality = async ({ state, signal, tell, deadlineMs }: Run): Promise<void> => {
  const nodes = state.nodes.filter(({ role }) => role !== 'later');
  const alone = nodes.length === 1;
  await until(
    async () => {
      const found = await Promise.all(
        nodes.map(async ({ name, ws }) => ({ name, health: await readHealth(ws) })),
      );
      const left = obstacles(found, alone);
      return left.length === 0 ? { done: undefined } : { seen: left.join('; ') };
    },
    {
      what: 'every node to answer, to have peers and to finalize a block',
      deadlineMs,
      signal,
      everyMs: 500,
      onSeen: (seen) => tell({ type: 'awaiting', what: 'finality', seen }),
    },
  );
};

/** Models, workers and what computes for them. */
const bootstrap = async (run: Run): Promise<void> => {
  const { spec, dir, signal, state } = run;
  const { veritrace } = spec.content;
  const [first] = state.nodes;
  if (first === undefined) throw new NetworkError('the network has no node');
  const keys = await createNetworkKeys();
  const tell = (text: string) => run.tell({ type: 'phase', text });
  const ids = await bootstrapChain(first.ws, spec, keys, { signal, tell });
  const folders = new Map(
    veritrace.models.map((model) => [model.name, resolve(spec.folder, model.dir)]),
  );
  run.change({
    models: [...folders].map(([name, folder]) => ({
      name,
      id: ids.get(name) ?? null,
      dir: folder,
    })),
  });
  if (veritrace.workers.length === 0) return;

  tell(`starting ${veritrace.workers.length} workers`);
  const workers: WorkerState[] = [];
  for (const worker of veritrace.workers) {
    const { name, kind, serves } = worker;
    const node = state.nodes.find((one) => one.name === worker.node);
    if (node === undefined) throw new NetworkError(`worker "${name}" has no node`);
    const port =
      worker.kind === 'offchain' ? (worker.sidecar_port ?? (await run.ports.take())) : undefined;
    const models = serves.flatMap((model) => folders.get(model) ?? []);
    const { file: config, token } = writeWorkerConfig({
      ...{ dir, worker, keys, models },
      ws: node.ws,
      port,
    });
    const sidecar = port === undefined ? null : `http://127.0.0.1:${port}`;
    workers.push({
      name,
      kind,
      node: worker.node,
      account: keys.account(name).address,
      operator: keys.operator(worker).pair.address,
      serves,
      sidecar,
      log: join(dir, 'logs', `${name}.log`),
      pid: null,
      launch: {
        argv: kind === 'offchain' ? sidecarProgram(config) : daemonProgram(config),
        env: run.environment(),
        cwd: dir,
      },
    });
    if (sidecar !== null && token !== undefined) await announceSidecar(node.ws, sidecar, token);
  }
  run.change({ workers });
  await Promise.all(workers.map(({ name }) => beginWorker(run, name)));
};

/**
 * Starts the network of a specification. Resolves when every node answers, has peers and has finalized a block, and
 * every worker is at work; then it is the caller's to `stop`. It ends with this process, however that ends.
 */
export const startNetwork: StartNetwork = async ({
  spec: file,
  dir,
  provider = 'native',
  runtime,
  signal,
  onProgress = () => undefined,
  bootstrap: withWorkers = true,
  deadlineMs = DEADLINE_MS,
}) => {
  signal?.throwIfAborted();
  const spec = await loadNetwork(file);
  const programs = programsOf(provider, runtime);
  const folder = dir === undefined ? freshFolder(spec.name) : resolve(dir);
  await prepareFolder(folder);
  const run = await openRun({
    spec: { ...spec, file: resolve(file) },
    dir: folder,
    provider,
    signal,
    tell: onProgress,
    deadlineMs,
  });
  let network: RunningNetwork;
  try {
    onProgress({ type: 'phase', text: `starting ${spec.content.relaychain.nodes.length} nodes` });
    await spawnNodes(run, programs);
    onProgress({ type: 'phase', text: 'waiting for the first finalized block' });
    await awaitFinality(run);
    if (withWorkers) await bootstrap(run);
    run.signal.throwIfAborted();
    run.change({ phase: 'ready' });
    network = controlOf(run);
  } catch (error) {
    await run.end(error instanceof Error ? error.message : String(error));
    throw error;
  }
  signal?.addEventListener('abort', () => network.stop().catch(() => undefined), { once: true });
  return network;
};
