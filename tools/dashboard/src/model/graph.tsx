/** A model as a graph, its nodes coloured by what is known of their leaves. */
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Nodes } from '../record/schema.ts';
import { useWidth } from '../ui/use-width.ts';
import { around, BOX, type Box, layOut, lineThrough, MOST_DRAWN } from './layout.ts';
import { operatorText, tensorText } from './words.ts';

/** What is known of a node's leaf; nothing where it is no matter of truth. */
export type LeafState = 'T' | 'W' | 'F';

export const STATE_NAMES: Readonly<Record<LeafState, string>> = {
  T: 'true',
  W: 'false, though its inputs are true',
  F: 'false, as one of its inputs is',
};

/** Below this scale letters are too small to read. */
const SMALLEST_SCALE = 0.8;

interface GraphProps {
  nodes: Nodes;
  /** A letter a node. */
  leaves?: string | undefined;
  /** The node that is looked at. */
  chosen: number | undefined;
  onChoose(node: number): void;
  label: string;
  inputNames?: readonly string[] | undefined;
}

const Tick = ({ state }: { state: LeafState }) =>
  state === 'T' ? (
    <path
      d="m-4 .3 2.6 2.6 5.4-5.8"
      fill="none"
      stroke="var(--true)"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  ) : state === 'W' ? (
    <path
      d="m-3.6-3.6 7.2 7.2m0-7.2-7.2 7.2"
      fill="none"
      stroke="var(--false)"
      stroke-width="2.4"
      stroke-linecap="round"
    />
  ) : (
    <path
      d="M-4 .7c1.4-2.2 2.7-2.2 4 0s2.6 2.2 4 0"
      fill="none"
      stroke="var(--warn)"
      stroke-width="2"
      stroke-linecap="round"
    />
  );

export const ModelGraph = ({ nodes, leaves, chosen, onChoose, label, inputNames }: GraphProps) => {
  const [frame, width] = useWidth<HTMLDivElement>(1100);
  const isLarge = nodes.nodes.length > MOST_DRAWN;
  // A few nodes stand in a row where there is room for it, else one below the other.
  const isRow = width > 720 || nodes.nodes.length > 24;
  const centre = chosen ?? 0;
  const drawn = isLarge ? centre : undefined;
  const { boxes, links, ...size } = useMemo(
    () =>
      layOut(nodes, isRow ? 'LR' : 'TB', drawn === undefined ? undefined : around(nodes, drawn)),
    [nodes, isRow, drawn],
  );
  // A little too wide is made to fit; what is much wider is scrolled.
  const room = width - 32;
  const scale = size.width > room && size.width * SMALLEST_SCALE <= room ? room / size.width : 1;
  const [active, setActive] = useState(chosen ?? 0);
  const stateOf = ({ index, isInput }: Box): LeafState | undefined =>
    isInput ? undefined : (leaves?.[index] as LeafState | undefined);

  // The first wrong node, or the one that was chosen, is in sight.
  const wanted = boxes.find(({ index, isInput }) => !isInput && index === chosen);
  useLayoutEffect(() => {
    const { current } = frame;
    if (current === null || wanted === undefined) return;
    const left =
      current.scrollWidth > current.clientWidth ? wanted.x * scale - current.clientWidth / 2 : 0;
    const top =
      current.scrollHeight > current.clientHeight ? wanted.y * scale - current.clientHeight / 2 : 0;
    current.scrollTo({ left, top });
  }, [wanted, frame, scale]);

  const group = useRef<SVGGElement>(null);
  const move = (event: KeyboardEvent) => {
    const order = boxes
      .filter(({ isInput }) => !isInput)
      .map(({ index }) => index)
      .sort((a, b) => a - b);
    const at = order.indexOf(active);
    const next =
      event.key === 'ArrowRight' || event.key === 'ArrowDown'
        ? order[at + 1]
        : event.key === 'ArrowLeft' || event.key === 'ArrowUp'
          ? order[at - 1]
          : undefined;
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    group.current?.querySelector<SVGGElement>(`[data-node="${next}"]`)?.focus();
  };

  const tabbed = boxes.some(({ index, isInput }) => !isInput && index === active)
    ? active
    : boxes.find(({ isInput }) => !isInput)?.index;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no set of fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <div class="graph-view" ref={frame} role="group" tabIndex={0} aria-label={label}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the frame around it says what it is */}
      <svg
        width={size.width * scale}
        height={size.height * scale}
        viewBox={`0 0 ${size.width} ${size.height}`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path class="arrow" d="M0 1 7 4 0 7Z" />
          </marker>
        </defs>
        {links.map(({ from, to, points }) => {
          const state = stateOf(from);
          return (
            <path
              key={`${from.isInput}${from.index}-${to.index}`}
              class={`edge ${state === 'W' || state === 'F' ? 'tainted' : ''}`}
              d={lineThrough(points)}
              marker-end="url(#arrow)"
            />
          );
        })}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the nodes inside it are what is focused */}
        <g ref={group} onKeyDown={move}>
          {boxes.map((box) => {
            const { index, isInput, x, y } = box;
            const state = stateOf(box);
            const node = nodes.nodes[index];
            const spec = isInput ? nodes.inputs[index] : node?.output;
            const title = isInput
              ? (inputNames?.[index] ?? 'input')
              : node === undefined
                ? ''
                : operatorText(node, nodes);
            const said = isInput
              ? `Input ${title}`
              : `Node ${index}, ${title}, ${spec === undefined ? '' : tensorText(spec)}${state === undefined ? '' : `: ${STATE_NAMES[state]}`}`;
            const position = `translate(${x - BOX.width / 2} ${y - BOX.height / 2})`;
            const content = (
              <>
                <title>{said}</title>
                <rect width={BOX.width} height={BOX.height} rx={isInput ? BOX.height / 2 : 9} />
                <text
                  x={isInput ? BOX.width / 2 : 13}
                  y="24"
                  font-size="12.5"
                  font-weight="600"
                  {...(isInput ? { 'text-anchor': 'middle' } : {})}
                >
                  {title}
                </text>
                <text
                  class="sub"
                  x={isInput ? BOX.width / 2 : 13}
                  y="43"
                  font-size="11.5"
                  {...(isInput ? { 'text-anchor': 'middle' } : {})}
                >
                  {spec === undefined ? '' : tensorText(spec)}
                </text>
                {isInput || state !== undefined ? null : (
                  <text class="sub" x={BOX.width - 11} y="24" font-size="11" text-anchor="end">
                    {index}
                  </text>
                )}
                {state === undefined ? null : (
                  <g transform={`translate(${BOX.width - 15} 19)`}>
                    <Tick state={state} />
                  </g>
                )}
              </>
            );
            return isInput ? (
              <g key={`i${index}`} class="node input" transform={position}>
                {content}
              </g>
            ) : (
              // biome-ignore lint/a11y/useSemanticElements: there is no button inside a drawing
              <g
                key={index}
                class={`node ${state ?? ''} ${chosen === index ? 'chosen' : ''}`}
                data-node={index}
                transform={position}
                role="button"
                aria-pressed={chosen === index}
                tabindex={tabbed === index ? 0 : -1}
                onFocus={() => setActive(index)}
                onClick={() => onChoose(index)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter' && event.key !== ' ') return;
                  event.preventDefault();
                  onChoose(index);
                }}
              >
                {content}
              </g>
            );
          })}
        </g>
      </svg>
    </div>
  );
};
