/** Where the nodes of a model are drawn. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Nodes } from '../record/schema.ts';

export interface Box {
  /** Number of the node, or of the input where `isInput`. */
  index: number;
  isInput: boolean;
  /** Centre. */
  x: number;
  y: number;
}

export interface Link {
  from: Box;
  to: Box;
  points: readonly { x: number; y: number }[];
}

export interface Layout {
  width: number;
  height: number;
  boxes: readonly Box[];
  links: readonly Link[];
}

export const BOX = { width: 130, height: 56 };

/** Nodes above which only a part is drawn. */
export const MOST_DRAWN = 400;

const nameOf = (index: number, isInput: boolean): string => `${isInput ? 'i' : 'n'}${index}`;

/** The nodes within so many steps of a node, upwards and downwards, `MOST_DRAWN` at most. */
export const around = ({ nodes }: Pick<Nodes, 'nodes'>, centre: number): Set<number> => {
  const readers = nodes.map((): number[] => []);
  for (const [index, { inputs }] of nodes.entries()) {
    for (const { tag, value } of inputs) if (tag === 'Node') readers[value]?.push(index);
  }
  const near = new Set([centre]);
  let edge = [centre];
  while (edge.length > 0 && near.size < 40) {
    const next: number[] = [];
    for (const one of edge) {
      const inputs =
        nodes[one]?.inputs.flatMap(({ tag, value }) => (tag === 'Node' ? [value] : [])) ?? [];
      for (const other of [...inputs, ...(readers[one] ?? [])]) {
        if (near.has(other) || near.size >= 40) continue;
        near.add(other);
        next.push(other);
      }
    }
    edge = next;
  }
  return near;
};

/**
 * Layers from left to right (`LR`) or top to bottom (`TB`). `only` names the nodes that are drawn, all without it; inputs
 * that none of them reads are left out.
 */
export const layOut = (
  { nodes, inputs }: Pick<Nodes, 'nodes' | 'inputs'>,
  direction: 'LR' | 'TB',
  only?: ReadonlySet<number>,
): Layout => {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: direction, nodesep: 18, ranksep: 28, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  const isDrawn = (index: number) => only === undefined || only.has(index);
  const boxes = new Map<string, Omit<Box, 'x' | 'y'>>();
  const add = (index: number, isInput: boolean) => {
    const name = nameOf(index, isInput);
    if (boxes.has(name)) return name;
    boxes.set(name, { index, isInput });
    graph.setNode(name, { ...BOX });
    return name;
  };
  for (const [index, node] of nodes.entries()) {
    if (!isDrawn(index)) continue;
    const name = add(index, false);
    for (const { tag, value } of node.inputs) {
      if (tag === 'Request' && inputs[value] !== undefined) graph.setEdge(add(value, true), name);
      if (tag === 'Node' && isDrawn(value)) graph.setEdge(add(value, false), name);
    }
  }
  layout(graph);
  const placed = new Map(
    [...boxes].map(([name, box]) => {
      const { x, y } = graph.node(name) as { x: number; y: number };
      return [name, { ...box, x, y }] as const;
    }),
  );
  const size = graph.graph() as { width?: number; height?: number };
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    boxes: [...placed.values()],
    links: (graph.edges() as { v: string; w: string }[]).flatMap((edge) => {
      const [from, to] = [placed.get(edge.v), placed.get(edge.w)];
      const { points } = graph.edge(edge) as { points: { x: number; y: number }[] };
      return from === undefined || to === undefined ? [] : [{ from, to, points }];
    }),
  };
};

/** A smooth line through points, as an SVG path. */
export const lineThrough = (points: Link['points']): string => {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  for (let index = 0; index < rest.length - 1; index++) {
    const [one, next] = [rest[index], rest[index + 1]];
    if (one === undefined || next === undefined) continue;
    path += `Q${one.x} ${one.y} ${(one.x + next.x) / 2} ${(one.y + next.y) / 2}`;
  }
  const last = rest.at(-1);
  return last === undefined ? path : `${path}L${last.x} ${last.y}`;
};
