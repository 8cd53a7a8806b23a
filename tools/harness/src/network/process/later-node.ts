/** The command line of a node that is started by hand, as Zombienet would write it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ownOverDefault } from '../rules/arguments.ts';
import type { NetworkSpec } from '../spec/load.ts';
import type { NodePorts } from '../spec/render.ts';
import type { LaterEntry } from '../spec/schema.ts';

export const laterCommand = (
  { content: { relaychain } }: NetworkSpec,
  { name, args }: LaterEntry,
  {
    binary,
    dir,
    ports,
    bootnodes,
  }: { binary: string; dir: string; ports: NodePorts; bootnodes: readonly string[] },
): string[] => [
  binary,
  '--chain',
  join(dir, `${relaychain.chain}.json`),
  '--name',
  name,
  '--rpc-cors',
  'all',
  '--rpc-methods',
  'unsafe',
  ...ownOverDefault(relaychain.default_args, args),
  '--no-mdns',
  '--node-key',
  createHash('sha256').update(name).digest('hex'),
  '--no-telemetry',
  '--bootnodes',
  ...bootnodes,
  '--prometheus-port',
  String(ports.prometheus),
  '--rpc-port',
  String(ports.rpc),
  '--listen-addr',
  `/ip4/127.0.0.1/tcp/${ports.p2p}/ws`,
  '--base-path',
  join(dir, name, 'data'),
];

/** Flags whose values may follow as words of their own. */
const PEERS = new Set(['--bootnodes', '--reserved-nodes']);

/** The same command line for a node that is cut off: it knows nobody, and lets nobody in. */
export const isolated = (argv: readonly string[]): string[] => {
  const kept: string[] = [];
  let skipping = false;
  for (const word of argv) {
    if (word.startsWith('-')) skipping = PEERS.has(word);
    const dropped = skipping || /^--(bootnodes|reserved-nodes|in-peers|out-peers)=/.test(word);
    if (!dropped) kept.push(word);
  }
  return [...kept, '--reserved-only', '--in-peers=0', '--out-peers=0'];
};
