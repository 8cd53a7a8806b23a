/** What is known of a network outside of its supervisor: `network.json` in its folder. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { NetworkError, providers } from '../types.ts';

const pid = z.int().positive().nullable();

const launch = z
  .strictObject({
    argv: z.array(z.string()).min(1),
    env: z.record(z.string(), z.string()),
    cwd: z.string(),
  })
  .describe('How a process was started, and is started again');

const node = z.strictObject({
  name: z.string(),
  role: z.enum(['validator', 'full', 'later']),
  ws: z.string(),
  prometheus: z.string(),
  log: z.string(),
  pid,
  paused: z.boolean(),
  isolated: z.boolean(),
  launch: launch.nullable(),
});

const worker = z.strictObject({
  name: z.string(),
  kind: z.enum(['daemon', 'offchain']),
  node: z.string(),
  account: z.string(),
  operator: z.string(),
  serves: z.array(z.string()),
  sidecar: z.string().nullable(),
  log: z.string(),
  pid,
  launch: launch.nullable(),
});

const stateSchema = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  name: z.string(),
  spec: z.string(),
  provider: z.enum(providers),
  phase: z.enum(['starting', 'ready', 'stopping', 'stopped']),
  /** Why it stopped, when nobody asked for it. */
  reason: z.string().optional(),
  startedAt: z.string(),
  supervisor: pid,
  guardian: pid,
  zombienet: pid,
  nodes: z.array(node),
  workers: z.array(worker),
  models: z.array(z.strictObject({ name: z.string(), id: z.string().nullable(), dir: z.string() })),
});

export type NetworkState = z.infer<typeof stateSchema>;
export type NodeState = z.infer<typeof node>;
export type WorkerState = z.infer<typeof worker>;
export type Launch = z.infer<typeof launch>;

export const stateFile = (dir: string): string => join(dir, 'network.json');

/** The state of the network in a folder; `undefined` when none was ever there. Throws for a file that is none. */
export const readState = (dir: string): NetworkState | undefined => {
  const file = stateFile(dir);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  const parsed = stateSchema.safeParse(data);
  if (!parsed.success) {
    throw new NetworkError(
      `${file} is not the state of a network, or of another version; move its folder away`,
    );
  }
  return parsed.data;
};

/** Writes the state in one step. It holds environments, so only its owner may read it. */
export const writeState = (dir: string, state: NetworkState): void => {
  mkdirSync(dir, { recursive: true });
  const file = stateFile(dir);
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
};
