/** Where money came from and where it went, its widths to scale, and whether the sums agree. */
import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { shortAmount, TOKEN, withToken } from '../ui/amount.ts';
import { No, Yes } from '../ui/icons.tsx';
import { useWidth } from '../ui/use-width.ts';
import { balances, type Entry, type MoneyFlow } from './flows.ts';

/** Below this width labels say who, and not what for. */
const NARROW = 460;

interface Node {
  id: string;
  entry: Entry | undefined;
}

const FILL = (pot: Entry['pot']): string => {
  switch (pot) {
    case 'burned':
    case 'stake':
    case 'fine':
    case 'bond':
      return 'var(--false-mid)';
    case 'bounty':
    case 'compensation':
    case 'pay':
    case 'reward':
      return 'var(--true-mid)';
    default:
      return 'var(--accent-mid)';
  }
};

const what = ({ who, pot }: Entry): string =>
  pot === 'burned' ? 'burned' : pot === 'held' ? 'still held' : `${who}, ${pot}`;

/** The verdict on the sums. */
export const SumsVerdict = ({ flow }: { flow: MoneyFlow }) => {
  const isRight = balances(flow);
  const parts = [
    `${withToken(flow.in)} in`,
    `${withToken(flow.out - flow.burned - flow.held)} out`,
    ...(flow.burned > 0n ? [`${withToken(flow.burned)} burned`] : []),
    ...(flow.held > 0n ? [`${withToken(flow.held)} still held`] : []),
  ];
  return (
    <p class="verdict-line">
      {isRight ? <Yes label="the sums agree" /> : <No label="the sums do not agree" />}
      <span class="tabular">
        {parts[0]} = {parts.slice(1).join(' + ')}
        {isRight ? '' : `: ${withToken(flow.in - flow.out)} is not accounted for`}
      </span>
    </p>
  );
};

/** Pixels of a label, a little more than it takes. */
const widthOf = (text: string): number => [...text].reduce((sum, one) => sum + letterWidth(one), 0);
const letterWidth = (letter: string): number => {
  if (/[mwMW…]/.test(letter)) return 11.5;
  if (/[A-Z0-9]/.test(letter)) return 8.4;
  return /[ijl.,’ ]/.test(letter) ? 3.9 : 7.2;
};
/** Between a label and its bar. */
const GAP = 13;
/** Share of the width that labels of one side may take. */
const MOST_MARGIN = 0.44;

/** The diagram. Without any money there is none. */
export const Sankey = ({ flow, title }: { flow: MoneyFlow; title: string }) => {
  const [frame, measured] = useWidth<HTMLDivElement>(640);
  const width = Math.max(260, Math.min(measured, 860));
  const isNarrow = width < NARROW;
  const label = (entry: Entry) => (isNarrow && entry.pot !== 'burned' ? entry.who : what(entry));
  const amount = (entry: Entry) => `${shortAmount(entry.amount)} ${TOKEN}`;
  const rows = Math.max(flow.sources.length, flow.sinks.length);
  if (rows === 0) return <p class="dim">No money moved.</p>;
  const entries = [...flow.sources, ...flow.sinks];
  const longest = (texts: (entry: Entry) => readonly string[]): number =>
    GAP + Math.max(...entries.flatMap(texts).map(widthOf));
  const beside = longest((one) => [`${label(one)} ${amount(one)}`]);
  // Where there is no room for both beside each other, amounts stand below.
  const isStacked = beside > width * MOST_MARGIN;
  const margin = isStacked
    ? Math.min(
        width * MOST_MARGIN,
        longest((one) => [label(one), amount(one)]),
      )
    : Math.max(beside, isNarrow ? width * 0.36 : Math.min(220, width * 0.38));
  const height = Math.max(96, rows * (isStacked ? 50 : 36));
  const nodes: Node[] = [
    ...flow.sources.map((entry, index) => ({ id: `in-${index}`, entry })),
    { id: 'middle', entry: undefined },
    ...flow.sinks.map((entry, index) => ({ id: `out-${index}`, entry })),
  ];
  // Widths only: sums are made of whole units.
  const size = (amount: bigint) => Math.max(Number(amount) / 1e12, 1e-6);
  const graph = sankey<Node, { id: string; entry: Entry }>()
    .nodeId(({ id }) => id)
    .nodeWidth(10)
    .nodePadding(isStacked ? 32 : 18)
    .nodeSort(null)
    .extent([
      [margin, 14],
      [width - margin, height - 14],
    ])({
    nodes: nodes.map((node) => ({ ...node })),
    links: [
      ...flow.sources.map((entry, index) => ({
        id: `in-${index}`,
        entry,
        source: `in-${index}`,
        target: 'middle',
        value: size(entry.amount),
      })),
      ...flow.sinks.map((entry, index) => ({
        id: `out-${index}`,
        entry,
        source: 'middle',
        target: `out-${index}`,
        value: size(entry.amount),
      })),
    ],
  });
  const path = sankeyLinkHorizontal();
  const said = `${title}. In: ${flow.sources.map((one) => `${what(one)} ${withToken(one.amount)}`).join(', ')}. Out: ${flow.sinks.map((one) => `${what(one)} ${withToken(one.amount)}`).join(', ')}.`;
  return (
    <div ref={frame}>
      <svg class="sankey" width={width} height={height} role="img" aria-label={said}>
        {graph.links.map((link) => (
          <path
            key={link.id}
            d={path(link) ?? ''}
            fill="none"
            stroke={FILL(link.entry.pot)}
            stroke-opacity="0.42"
            stroke-width={Math.max(1, link.width ?? 1)}
          />
        ))}
        {graph.nodes.map(({ id, entry, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => {
          const isSource = id.startsWith('in');
          const middle = (y0 + y1) / 2;
          return (
            <g key={id}>
              <rect
                x={x0}
                y={y0}
                width={x1 - x0}
                height={Math.max(1.5, y1 - y0)}
                rx="2"
                fill={entry === undefined ? 'var(--ink-3)' : FILL(entry.pot)}
              />
              {entry === undefined ? null : (
                <text
                  x={isSource ? x0 - 10 : x1 + 10}
                  y={middle}
                  dy="0.35em"
                  text-anchor={isSource ? 'end' : 'start'}
                >
                  {isStacked ? (
                    <>
                      <tspan dy="-0.3em">{label(entry)}</tspan>
                      <tspan class="quiet" x={isSource ? x0 - 10 : x1 + 10} dy="1.25em">
                        {amount(entry)}
                      </tspan>
                    </>
                  ) : (
                    <>
                      {label(entry)}{' '}
                      <tspan class="quiet" dx="3">
                        {amount(entry)}
                      </tspan>
                    </>
                  )}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
};
