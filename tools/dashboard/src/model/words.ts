/** What nodes are called. */
import type { GraphNode, Nodes, Tensor } from '../record/schema.ts';
import { whole } from '../ui/parts.tsx';

/** `U8 1×8×6×6` */
export const tensorText = ({ dtype, shape }: Tensor): string =>
  `${dtype} ${shape.join('×') || '1'}`;

export const elements = ({ shape }: Tensor): number =>
  shape.reduce((product, size) => product * size, 1);

/** Where an element is, as indices along each axis. */
export const placeOf = ({ shape }: Tensor, index: number): number[] => {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
};

/** What a node does, with the attributes that matter to people. */
export const operatorText = (
  { op, attributes, inputs }: GraphNode,
  { initialisers }: Nodes,
): string => {
  const has = (attributes ?? {}) as Record<string, unknown>;
  const weights = inputs
    .filter(({ tag }) => tag === 'Initialiser')
    .flatMap(({ value }) => initialisers[value] ?? [])
    .find(({ shape }) => shape.length > 1);
  const kernel =
    weights !== undefined && /^Conv/.test(op) ? weights.shape.slice(-2).join('×') : undefined;
  const window = (has.kernel ?? (has.window as { kernel?: unknown } | undefined)?.kernel) as
    | number[]
    | undefined;
  return [op, kernel ?? window?.join('×')].filter(Boolean).join(' ');
};

export const macsText = (macs: string | bigint): string => {
  const value = Number(macs);
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return whole(String(macs));
};
