/** Traps in pinned ports. */
import type { Path } from '../../declared/problem.ts';
import { misplaced, type Rule, wrong } from './rule.ts';

const NODE_PORTS = ['rpc_port', 'p2p_port', 'prometheus_port'] as const;

/** No two listeners on one port. */
export const portsAreDistinct: Rule = ({ content: { relaychain, veritrace } }) => {
  const pinned: { path: Path; port: number }[] = [];
  const take = (path: Path, port: number | undefined) => {
    if (port !== undefined) pinned.push({ path, port });
  };
  for (const [index, node] of relaychain.nodes.entries()) {
    for (const key of NODE_PORTS) take(['relaychain', 'nodes', index, key], node[key]);
  }
  for (const [index, node] of veritrace.later.entries()) {
    for (const key of NODE_PORTS) take(['veritrace', 'later', index, key], node[key]);
  }
  for (const [index, worker] of veritrace.workers.entries()) {
    if (worker.kind !== 'offchain') continue;
    take(['veritrace', 'workers', index, 'sidecar_port'], worker.sidecar_port);
  }
  return pinned.flatMap(({ path, port }, index) =>
    pinned.findIndex((other) => other.port === port) === index
      ? []
      : [
          wrong(
            path,
            `port ${port} is taken by another part of this network; leave ports out, free ones are chosen`,
          ),
        ],
  );
};

/** There is one port for HTTP and WebSocket. */
export const wsPortIsRpcPort: Rule = ({ content: { relaychain } }) =>
  relaychain.nodes.flatMap(({ ws_port: port }, index) =>
    port === undefined
      ? []
      : [
          misplaced(
            ['relaychain', 'nodes', index, 'ws_port'],
            `write rpc_port = ${port}: nodes have had one port for both for years, and a ws_port is passed over`,
          ),
        ],
  );
