/**
 * A network's specification: what Zombienet reads, as far as this chain needs it, and our own `[veritrace]` table. One
 * strict schema, from which types and validation follow.
 */
import { z } from 'zod';
import { amountSchema } from '../../scenario/amount.ts';
import { name, percentage } from '../../scenario/schema.ts';

const port = z.int().min(1).max(65_535);
const args = z.array(z.string().min(1));
const keyTypes = z.array(z.string());
const argsVersion = z.int().min(0).max(3);
const env = z.array(z.strictObject({ name: z.string().min(1), value: z.string() }));
const resources = z.record(z.string(), z.unknown());

const settings = z.strictObject({
  timeout: z.int().min(1).optional().describe('Seconds the whole start may take'),
  node_spawn_timeout: z.int().min(1).optional().describe('Seconds one node may take'),
  provider: z.string().optional(),
  prometheus: z.boolean().optional(),
  isolate_env: z.boolean().optional(),
  telemetry: z.boolean().optional(),
  enable_tracing: z.boolean().optional(),
  node_verifier: z.string().optional(),
  image_pull_policy: z.enum(['IfNotPresent', 'Never', 'Always']).optional(),
  local_ip: z.string().optional(),
});

const node = z.strictObject({
  name: z.string().min(1),
  validator: z.boolean().optional(),
  invulnerable: z.boolean().optional(),
  balance: z.number().min(0).optional(),
  image: z.string().optional(),
  command: z.string().optional(),
  args: args.default([]),
  env: env.optional(),
  rpc_port: port.optional(),
  ws_port: port.optional(),
  p2p_port: port.optional(),
  prometheus_port: port.optional(),
  prometheus_prefix: z.string().optional(),
  keystore_key_types: keyTypes.optional(),
  substrate_cli_args_version: argsVersion.optional(),
  add_to_bootnodes: z.boolean().optional(),
  resources: resources.optional(),
});

const relaychain = z.strictObject({
  chain: z.string().min(1),
  chain_spec_command: z.string().optional(),
  default_command: z.string().optional(),
  default_image: z.string().optional(),
  default_args: args.default([]),
  default_substrate_cli_args_version: argsVersion.optional(),
  default_keystore_key_types: keyTypes.optional(),
  default_prometheus_prefix: z.string().optional(),
  default_resources: resources.optional(),
  genesis: z.record(z.string(), z.unknown()).optional(),
  nodes: z.array(node).min(1),
});

const model = z
  .strictObject({
    name,
    dir: z.string().min(1).describe('Folder of the compiled model, relative to this file'),
    author: name,
    price: amountSchema,
    royalty: percentage.default('10%'),
  })
  .describe('A model that is registered when the network is up');

const work = {
  name,
  node: z.string().min(1),
  stake: amountSchema.default(500),
  min_price: amountSchema.default(0),
  serves: z.array(name).min(1),
};

const worker = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('daemon'), ...work })
    .describe('A process that follows a node over RPC'),
  z
    .strictObject({ kind: z.literal('offchain'), ...work, sidecar_port: port.optional() })
    .describe("The node's own off-chain worker, with a sidecar that computes for it"),
]);

const later = z
  .strictObject({
    name: z.string().min(1),
    args: args.default([]),
    rpc_port: port.optional(),
    p2p_port: port.optional(),
    prometheus_port: port.optional(),
  })
  .describe('A full node that is started by hand, when the network has run for a while');

const veritrace = z.strictObject({
  description: z.string().min(1),
  faults: z
    .array(z.string().min(1))
    .default([])
    .describe('Nodes that suites pause, kill, cut off and start again'),
  models: z.array(model).default([]),
  workers: z.array(worker).default([]),
  later: z.array(later).default([]),
});

/** The whole file. */
export const networkSchema = z.strictObject({
  settings,
  relaychain,
  veritrace,
});

/** A specification that fits the schema. */
export type NetworkFile = z.infer<typeof networkSchema>;
export type NodeEntry = NetworkFile['relaychain']['nodes'][number];
export type WorkerEntry = NetworkFile['veritrace']['workers'][number];
export type ModelEntry = NetworkFile['veritrace']['models'][number];
export type LaterEntry = NetworkFile['veritrace']['later'][number];
