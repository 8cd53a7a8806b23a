/** The processes of workers: a daemon that follows a node, or the sidecar of a node's off-chain worker. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkKeys } from '../keys.ts';
import type { WorkerEntry } from '../spec/schema.ts';
import { tail } from './logs.ts';
import { rpc } from './rpc.ts';
import type { SideProcess } from './side-process.ts';
import type { Look } from './until.ts';

/** Where the off-chain worker looks for its sidecar's address and token, in its node's local storage. */
const SIDECAR_KEY = 'veritrace::sidecar';
const TOKEN_KEY = 'veritrace::sidecar-token';

const hex = (text: string): string => `0x${Buffer.from(text, 'utf8').toString('hex')}`;

/** JSON is YAML: what a worker reads is written without quoting of our own. */
const config = (content: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(content, null, 2)}\n`;

export interface WorkerFiles {
  dir: string;
  worker: WorkerEntry;
  keys: NetworkKeys;
  /** Folders of the compiled models it serves. */
  models: readonly string[];
  /** Address of its node. */
  ws: string;
  /** Where the sidecar listens. */
  port: number | undefined;
}

/** A worker's config file, and the token of its sidecar if it has one. */
export interface WrittenConfig {
  file: string;
  token: string | undefined;
}

/** Writes a worker's config file, its key for a daemon, its token for a sidecar. */
export const writeWorkerConfig = ({
  dir,
  worker,
  keys,
  models,
  ws,
  port,
}: WorkerFiles): WrittenConfig => {
  const folder = join(dir, 'workers');
  mkdirSync(folder, { recursive: true });
  const { name, kind } = worker;
  const file = join(folder, `${name}.yaml`);
  const shared = {
    models: models.map((model) => ({ dir: model })),
    journal: join(folder, `${name}.journal`),
    verifySampleTiles: 2,
  };
  switch (kind) {
    case 'daemon': {
      const key = join(folder, `${name}.key`);
      writeFileSync(key, `${keys.operator(worker).uri}\n`, { mode: 0o600 });
      writeFileSync(file, config({ endpoint: ws, operator: { file: key }, ...shared }));
      return { file, token: undefined };
    }
    case 'offchain': {
      const tokenFile = join(folder, `${name}.token`);
      const token = randomBytes(32).toString('hex');
      writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
      writeFileSync(file, config({ listen: { host: '127.0.0.1', port }, tokenFile, ...shared }));
      return { file, token };
    }
  }
};

/** Tells a node's off-chain worker where its sidecar is, and by which token. The node's local storage keeps it over restarts. */
export const announceSidecar = async (
  ws: string,
  address: string,
  token: string,
): Promise<void> => {
  for (const [key, value] of [
    [SIDECAR_KEY, address],
    [TOKEN_KEY, token],
  ] as const) {
    await rpc(ws, 'offchain_localStorageSet', ['PERSISTENT', hex(key), hex(value)]);
  }
};

/** Whether a daemon has said in its log that it started, since it was begun. */
export const daemonStarted = async (
  log: string,
  pid: number,
  side: SideProcess,
): Promise<Look<void>> => {
  const lines = await tail(log, 200);
  const started = lines.some((line) => {
    try {
      const entry = JSON.parse(line) as { pid?: number; msg?: string };
      return entry.pid === pid && entry.msg === 'worker started';
    } catch {
      return false;
    }
  });
  if (started) return { done: undefined };
  return { seen: side.ending() ?? lines.at(-1) ?? 'an empty log' };
};

/** Whether a sidecar answers. */
export const sidecarAnswers = async (address: string, side: SideProcess): Promise<Look<void>> => {
  try {
    const response = await fetch(`${address}/health`, { signal: AbortSignal.timeout(2_000) });
    if (response.ok) return { done: undefined };
    return { seen: `${address}/health says ${response.status}` };
  } catch {
    return { seen: side.ending() ?? `nothing answers at ${address}` };
  }
};
