/**
 * Tables by channel. A compiler that sorts channels into groups, each with a table of its own, takes them apart by `Gather`
 * or `Slice`, and puts them together by `Concat` and another `Gather`. Where only the whole is asked for, the program can
 * look up each channel where it lies.
 */
import type { Graph, GraphNode, Ref } from '@veritrace/referee/graph';
import { readElements } from '../model/tensors.ts';

/** What a node's output is made of. */
export interface ChannelTables {
  source: Ref;
  /** Table of each channel of the source, which is in its place; all of them `undefined` if it is the source itself. */
  tables: readonly (Ref | undefined)[];
}

interface View {
  source: Ref;
  /** Channel of the source, and its table, for each channel. */
  channels: readonly { from: number; table: Ref | undefined }[];
}

const AXIS = 1;

const isSameRef = (a: Ref, b: Ref): boolean => a.tag === b.tag && a.value === b.value;

/** Nodes that are tables by channel, or what they are made of again, of an earlier tensor. */
export const channelTables = (graph: Graph): Map<number, ChannelTables> => {
  const views: View[] = [];
  const shapeOf = (ref: Ref): readonly number[] => {
    switch (ref.tag) {
      case 'Request':
        return graph.header.inputs[ref.value]?.shape ?? [];
      case 'Initialiser':
        return graph.initialisers[ref.value]?.spec.shape ?? [];
      case 'Node':
        return graph.nodes[ref.value]?.output.shape ?? [];
    }
  };
  const itself = (source: Ref): View => ({
    source,
    channels: Array.from({ length: shapeOf(source)[AXIS] ?? 0 }, (_, from) => ({
      from,
      table: undefined,
    })),
  });
  const viewOf = (ref: Ref): View =>
    (ref.tag === 'Node' ? views[ref.value] : undefined) ?? itself(ref);

  const derived = ({ op, inputs, output }: GraphNode): View | undefined => {
    const [input, second] = inputs;
    if (input === undefined || output.shape.length < 2) return undefined;
    const view = viewOf(input);
    switch (op.tag) {
      case 'Gather': {
        const places = second?.tag === 'Initialiser' ? graph.initialisers[second.value] : undefined;
        if (op.value.axis !== AXIS || places?.spec.shape.length !== 1) return undefined;
        const last = view.channels.length - 1;
        const channels = Array.from(
          readElements(places.spec.dtype, places.data),
          (index) => view.channels[Math.min(Math.max(index, 0), last)],
        );
        return channels.every((channel) => channel !== undefined)
          ? { source: view.source, channels }
          : undefined;
      }
      case 'Slice': {
        const isWhole = op.value.ranges.every(
          ([start, step], axis) =>
            axis === AXIS ||
            (start === 0 && step === 1 && output.shape[axis] === shapeOf(input)[axis]),
        );
        const [start, step] = op.value.ranges[AXIS] ?? [0, 1];
        const channels = Array.from(
          { length: output.shape[AXIS] ?? 0 },
          (_, index) => view.channels[start + index * step],
        );
        return isWhole && channels.every((channel) => channel !== undefined)
          ? { source: view.source, channels }
          : undefined;
      }
      case 'Table':
        return second === undefined || view.channels.some(({ table }) => table !== undefined)
          ? undefined
          : {
              source: view.source,
              channels: view.channels.map(({ from }) => ({ from, table: second })),
            };
      case 'Concat': {
        const parts = inputs.map(viewOf);
        return op.value.axis === AXIS && parts.every(({ source }) => isSameRef(source, view.source))
          ? { source: view.source, channels: parts.flatMap(({ channels }) => channels) }
          : undefined;
      }
      default:
        return undefined;
    }
  };

  const found = new Map<number, ChannelTables>();
  graph.nodes.forEach((node, index) => {
    const self: Ref = { tag: 'Node', value: index };
    const view = derived(node) ?? itself(self);
    views.push(view);
    const { source, channels } = view;
    const isWhole =
      channels.length === shapeOf(source)[AXIS] &&
      channels.every(({ from }, channel) => from === channel);
    const tables = channels.map(({ table }) => table);
    // All looked up, or none: a table that changes nothing would do for the others, but nobody needs it.
    const isUniform = tables.every((table) => (table === undefined) === (tables[0] === undefined));
    if (isSameRef(source, self) || !isWhole || !isUniform || node.op.tag === 'Table') return;
    found.set(index, { source, tables });
  });
  return found;
};
