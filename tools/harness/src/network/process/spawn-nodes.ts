/** Has Zombienet start the nodes, and finds them. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NodePorts, renderForZombienet } from '../spec/render.ts';
import { NetworkError } from '../types.ts';
import { findNode } from './find-node.ts';
import { laterCommand } from './later-node.ts';
import { nodeBinary, runtimeWasm, zombienet } from './launches.ts';
import { tail } from './logs.ts';
import type { Run } from './run.ts';
import { startSide } from './side-process.ts';
import type { NodeState } from './state.ts';
import { until } from './until.ts';
import { readZombieJson, type ZombieNode } from './zombie-json.ts';

/** Where the container image has the node and the runtime. */
const IN_CONTAINER = {
  node: '/usr/local/bin/veritrace-node',
  runtime: '/usr/local/share/veritrace/runtime.wasm',
};

/** Nodes that Zombienet starts at the same time. */
const AT_ONCE = 8;

/**
 * The binary and the runtime that a provider's nodes start from, the released one unless another is named. Throws a
 * `NetworkError` when there is none.
 */
export const programsOf = (
  provider: Run['provider'],
  runtime?: string,
): { node: string; runtime: string } => {
  if (provider !== 'native') {
    if (runtime === undefined) return IN_CONTAINER;
    throw new NetworkError(
      `nodes of the provider ${provider} start from the runtime in their image and not from ${runtime}; use native`,
    );
  }
  const env = runtime === undefined ? process.env : { ...process.env, VERITRACE_RUNTIME: runtime };
  const programs = { node: nodeBinary(), runtime: runtimeWasm(env) };
  for (const path of Object.values(programs)) {
    if (!/\s/.test(path)) continue;
    throw new NetworkError(`${path} has a space in it, which Zombienet cannot take; move it`);
  }
  return programs;
};

/** Colours and frames of Zombienet's tables. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are steered with them.
const DECORATION = /\u001b\[[0-9;]*m|[│┌┐└┘├┤─┬┴╔╗╚╝═║╟╢╤╧]/g;

const plain = (line: string): string => line.replace(DECORATION, '').trim();

/** The last lines of Zombienet's log that say something. */
const lastWords = async (log: string): Promise<string> => {
  const lines = (await tail(log, 60)).map(plain).filter((line) => line !== '');
  return lines.slice(-12).join('\n  ');
};

const nodeLog = (dir: string, name: string): string => join(dir, `${name}.log`);

/** Starts the nodes; resolves when Zombienet has seen every one of them at work. */
export const spawnNodes = async (
  run: Run,
  programs: { node: string; runtime: string },
): Promise<void> => {
  const { spec, dir, provider, runId, signal, tell, deadlineMs } = run;
  const { relaychain, veritrace } = spec.content;
  const chosen = new Map<string, NodePorts>();
  for (const entry of [...relaychain.nodes, ...veritrace.later]) {
    chosen.set(entry.name, {
      rpc: entry.rpc_port ?? (await run.ports.take()),
      p2p: entry.p2p_port ?? (await run.ports.take()),
      prometheus: entry.prometheus_port ?? (await run.ports.take()),
    });
  }
  const portsOf = (name: string): NodePorts => {
    const ports = chosen.get(name);
    if (ports === undefined) throw new NetworkError(`no ports were chosen for "${name}"`);
    return ports;
  };

  const file = join(dir, 'net.toml');
  writeFileSync(file, renderForZombienet(spec, portsOf));
  const log = join(dir, 'logs', 'zombienet.log');
  const env = run.environment({ NODE: programs.node, RUNTIME: programs.runtime });
  const launch = {
    argv: zombienet(['-p', provider, '-d', dir, '-f', '-c', String(AT_ONCE), 'spawn', file]),
    env,
    cwd: dir,
  };
  const side = await startSide(launch, { what: 'Zombienet', log });
  run.sides.set('zombienet', side);
  run.change({ zombienet: side.pid });

  const zombies = await until<ZombieNode[]>(
    async () => {
      const nodes = await readZombieJson(dir);
      if (nodes !== undefined) return { done: nodes };
      const ending = side.ending();
      if (ending !== undefined) {
        throw new NetworkError(`Zombienet ${ending}; it said last:\n  ${await lastWords(log)}`);
      }
      const begun = relaychain.nodes.filter(({ name }) => existsSync(nodeLog(dir, name)));
      return { seen: `${begun.length} of ${relaychain.nodes.length} nodes started` };
    },
    {
      what: `Zombienet to start ${relaychain.nodes.length} nodes (its log: ${log})`,
      deadlineMs,
      signal,
      onSeen: (seen) => tell({ type: 'awaiting', what: 'Zombienet', seen }),
    },
  );

  const given = { env, cwd: dir };
  const nodes = relaychain.nodes.map((entry): NodeState => {
    const zombie = zombies.find(({ name }) => name === entry.name);
    if (zombie === undefined) {
      throw new NetworkError(`Zombienet started no node "${entry.name}"; see ${log}`);
    }
    const found = provider === 'native' ? findNode(runId, entry.name, given) : undefined;
    return {
      name: entry.name,
      role: entry.validator === false ? 'full' : 'validator',
      ws: zombie.wsUri,
      prometheus: zombie.prometheusUri,
      log: nodeLog(dir, entry.name),
      pid: found?.pid ?? null,
      paused: false,
      isolated: false,
      launch: found?.launch ?? null,
    };
  });
  const bootnodes = zombies.map(({ multiAddress }) => multiAddress);
  const later = veritrace.later.map((entry): NodeState => {
    const ports = portsOf(entry.name);
    const argv = laterCommand(spec, entry, { binary: programs.node, dir, ports, bootnodes });
    return {
      name: entry.name,
      role: 'later',
      ws: `ws://127.0.0.1:${ports.rpc}`,
      prometheus: `http://127.0.0.1:${ports.prometheus}/metrics`,
      log: nodeLog(dir, entry.name),
      pid: null,
      paused: false,
      isolated: false,
      launch: provider === 'native' ? { argv, env, cwd: dir } : null,
    };
  });
  run.change({ nodes: [...nodes, ...later] });
};
