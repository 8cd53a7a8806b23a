/** The specification as Zombienet gets it: without our tables, and with the ports of every node. */
import type { NetworkSpec } from './load.ts';

/** Where a node listens. */
export interface NodePorts {
  rpc: number;
  p2p: number;
  prometheus: number;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Everything else, comments and templates included, stays as it is written. */
export const renderForZombienet = (
  { toml, content }: NetworkSpec,
  portsOf: (node: string) => NodePorts,
): string => {
  const edits: Edit[] = [];
  for (const { path, start, end, headerEnd } of toml.tables) {
    const [top, list, index] = path;
    if (top === 'veritrace') edits.push({ start, end, text: '' });
    if (top !== 'relaychain' || list !== 'nodes' || path.length !== 3) continue;
    const node = content.relaychain.nodes[Number(index)];
    if (node === undefined) continue;
    const ports = portsOf(node.name);
    const lines = [
      node.rpc_port === undefined ? [`rpc_port = ${ports.rpc}`] : [],
      node.p2p_port === undefined ? [`p2p_port = ${ports.p2p}`] : [],
      node.prometheus_port === undefined ? [`prometheus_port = ${ports.prometheus}`] : [],
    ].flat();
    edits.push({
      start: headerEnd,
      end: headerEnd,
      text: lines.map((line) => `\n${line}`).join(''),
    });
  }
  let text = toml.text;
  for (const { start, end, text: instead } of edits.sort((a, b) => b.start - a.start)) {
    text = text.slice(0, start) + instead + text.slice(end);
  }
  return `${text.trimEnd()}\n`;
};
