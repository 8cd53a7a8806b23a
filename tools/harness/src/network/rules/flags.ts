/** The flags of a running node. */

/** Flags that Zombienet sets by itself, and what to do instead of setting them. */
export const ownFlags: Readonly<Record<string, string>> = {
  'base-path':
    'the keystore is written under the default one, so a node with another path has no keys',
  chain: 'Zombienet gives every node the chain spec it made',
  name: 'the node is called as its name says',
  'node-key': 'Zombienet derives it from the name, and bootnodes depend on it',
  port: 'write p2p_port',
  'listen-addr': 'write p2p_port',
  'rpc-port': 'write rpc_port',
  'ws-port': 'write rpc_port',
  'prometheus-port': 'write prometheus_port',
  'prometheus-external': 'it binds [::], and metrics are reached on 127.0.0.1 without it',
  'rpc-cors': 'Zombienet sets it to all',
  'rpc-methods': 'Zombienet sets it to unsafe',
  'no-mdns': 'Zombienet sets it',
  'no-telemetry': 'Zombienet sets it; see telemetry in [settings]',
  dev: 'it is another chain; Zombienet gives every node the chain spec it made',
  tmp: 'it is another base path, and the keystore is written under the default one',
  bootnodes: 'Zombienet gives every node the address of the first one',
  validator: 'write validator = true',
  alice: 'the name of the node decides its keys',
  bob: 'the name of the node decides its keys',
  charlie: 'the name of the node decides its keys',
  dave: 'the name of the node decides its keys',
  eve: 'the name of the node decides its keys',
  ferdie: 'the name of the node decides its keys',
  one: 'the name of the node decides its keys',
  two: 'the name of the node decides its keys',
};

/** Flags that look right but belong to another node, with the reason. */
export const foreignFlags: Readonly<Record<string, string>> = {
  'insecure-validator-i-know-what-i-do': "only Polkadot's own command line has it",
  'unsafe-ws-external': 'there is no ws port any more',
  'jaeger-agent': "only Polkadot's own command line has it",
  'no-beefy': "only Polkadot's own command line has it",
};

/** Flags that the node has, its own last. */
export const knownFlags: readonly string[] = [
  ...['allow-private-ip', 'blocks-pruning', 'database', 'db-cache', 'detailed-log-output'],
  ...['disable-log-color', 'discover-local', 'enable-log-reloading', 'enable-offchain-indexing'],
  ...['experimental-rpc-endpoint', 'force-authoring', 'force-enable-webrtc', 'in-peers'],
  ...['in-peers-light', 'ipfs-bootnodes', 'ipfs-server', 'kademlia-disjoint-query-paths'],
  ...['kademlia-replication-factor', 'keystore-path', 'log', 'max-blocks-per-request'],
  ...['max-parallel-downloads', 'max-runtime-instances', 'network-backend', 'no-grandpa'],
  ...['no-private-ip', 'no-prometheus', 'node-key-file', 'node-key-type', 'offchain-worker'],
  ...['out-peers', 'password', 'password-filename', 'password-interactive', 'pool-kbytes'],
  ...[
    'pool-best-blocks-only',
    'pool-limit',
    'pool-type',
    'public-addr',
    'reserved-nodes',
    'reserved-only',
  ],
  ...['rpc-disable-batch-requests', 'rpc-external', 'rpc-max-batch-request-len'],
  ...['rpc-max-connections', 'rpc-max-request-size', 'rpc-max-response-size'],
  ...['rpc-max-subscriptions-per-connection', 'rpc-message-buffer-capacity-per-connection'],
  ...['rpc-rate-limit', 'rpc-rate-limit-trust-proxy-headers', 'rpc-rate-limit-whitelisted-ips'],
  ...['runtime-cache-size', 'state-pruning', 'sync', 'telemetry-url', 'tracing-receiver'],
  ...['tracing-targets', 'trie-cache-size', 'tx-ban-seconds', 'unsafe-force-node-key-generation'],
  ...['unsafe-rpc-external', 'warm-up-trie-cache', 'wasm-execution', 'wasm-runtime-overrides'],
  // Without effect for years, and taken all the same.
  ...['execution', 'execution-block-construction', 'execution-import-block'],
  ...['execution-offchain-worker', 'execution-other', 'execution-syncing'],
  ...['wasmtime-instantiation-strategy', 'no-hardware-benchmarks', 'runtime'],
];
