/** Blocks against actors. Marks are reached by arrow keys; what is out of sight is not drawn. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { actorHref, blockHref, requestHref } from '../page/route.ts';
import type { Chronicle, RunRecord } from '../record/record.ts';
import { GlyphShape, Legend } from './glyph.tsx';
import { type CellPlace, cellTowards, kindOf, type Lane, lanesOf } from './lanes.ts';
import { livesOf, PHASE_NAMES, type Phase, type RequestLife } from './phases.ts';
import { CHAIN, type Happening, isFault, KINDS } from './story.ts';

const LANE = 32;
const AXIS = 34;
const SMALLEST = 5;
const LARGEST = 84;
/** A block of a chain that is followed: all of them would not fit. */
const LIVE = 26;
/** Requests, and actors, that are shown before one asks for all. */
const FEW = 8;
const MANY = 24;

const PHASE_FILL: Readonly<Record<Phase, string>> = {
  waiting: 'var(--line)',
  working: 'var(--accent-mid)',
  window: 'var(--accent-soft)',
  disputed: 'var(--warn-mid)',
};

const PHASES = Object.keys(PHASE_FILL) as Phase[];

export interface Focus {
  kind: 'block' | 'actor' | 'request';
  value: string;
}

const cellId = ({ lane, block }: CellPlace): string => `cell-${encodeURIComponent(lane)}-${block}`;

/** Distance of ticks such that their labels do not touch. */
const tickEvery = (width: number): number =>
  [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000].find((step) => step * width >= 44) ?? 1000;

const isArrow = (key: string): key is Parameters<typeof cellTowards>[2] =>
  ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key);

const lifeText = ({ name, stretches, end }: RequestLife): string =>
  `Request ${name}: ${stretches.map(({ phase, from, to }) => `${PHASE_NAMES[phase]} from block ${from} to ${to}`).join(', ')}${end === undefined ? ', still open' : `, ${end.state} in block ${end.block}`}`;

/** The first so many, and what is in focus however far down it is. */
const fewOf = <T extends { name: string }>(
  all: readonly T[],
  count: number,
  isFocused: (one: T) => boolean,
): readonly T[] => all.filter((one, index) => index < count || isFocused(one));

const isCell = (lanes: readonly Lane[], { lane, block }: CellPlace): boolean =>
  lanes.some(({ name, cells }) => name === lane && cells.has(block));

const firstCell = (lanes: readonly Lane[]): CellPlace | undefined => {
  const lane = lanes.find(({ name }) => name !== 'faults' && name !== CHAIN) ?? lanes[0];
  const block = lane?.blocks[0];
  return lane === undefined || block === undefined ? undefined : { lane: lane.name, block };
};

export const Timeline = ({
  record,
  story,
  focus,
  isLive = false,
}: {
  record: Chronicle;
  story: readonly Happening[];
  focus: Focus | undefined;
  /** Blocks come and go: it stays at the newest as long as one does not scroll back. */
  isLive?: boolean;
}) => {
  const allLanes = useMemo(() => lanesOf(record, story), [record, story]);
  const lives = useMemo(() => livesOf(record), [record]);
  const kinds = useMemo(
    () => KINDS.filter((kind) => story.some((one) => one.kind === kind)),
    [story],
  );
  const [wantsAll, setWantsAll] = useState(false);
  const [wantsEveryone, setWantsEveryone] = useState(false);
  const shown = wantsAll
    ? lives
    : fewOf(lives, FEW, ({ name }) => focus?.kind === 'request' && focus.value === name);
  const focused = useMemo(
    () =>
      focus?.kind === 'request'
        ? new Set(story.filter(({ request }) => request === focus.value).map(({ lane }) => lane))
        : new Set(focus?.kind === 'actor' ? [focus.value] : []),
    [story, focus],
  );
  const lanes = useMemo(
    () => (wantsEveryone ? allLanes : fewOf(allLanes, MANY, ({ name }) => focused.has(name))),
    [allLanes, wantsEveryone, focused],
  );

  const first = record.blocks[0]?.number ?? story[0]?.block ?? 1;
  const last = Math.max(record.blocks.at(-1)?.number ?? first, story.at(-1)?.block ?? first);
  const count = last - first + 1;

  const scroll = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(isLive ? LIVE : 28);
  const [sight, setSight] = useState<[number, number]>([0, 1200]);
  const look = useCallback(() => {
    const element = scroll.current;
    if (element !== null) setSight([element.scrollLeft, element.clientWidth]);
  }, []);

  // All blocks at once where they fit.
  useLayoutEffect(() => {
    if (isLive) return;
    const room = scroll.current?.clientWidth ?? 1000;
    setWidth(Math.min(56, Math.max(SMALLEST, Math.floor((room - 8) / count))));
    look();
  }, [count, look, isLive]);

  const isAtEnd = useRef(true);
  const onScroll = () => {
    const element = scroll.current;
    if (element === null) return;
    isAtEnd.current = element.scrollLeft + element.clientWidth >= element.scrollWidth - width;
    look();
  };
  const firstBefore = useRef(first);
  // The newest block stays in sight; of who looks at earlier ones, those do.
  useLayoutEffect(() => {
    const element = scroll.current;
    const gone = first - firstBefore.current;
    firstBefore.current = first;
    if (!isLive || element === null) return;
    element.scrollLeft = isAtEnd.current ? element.scrollWidth : element.scrollLeft - gone * width;
    look();
  }, [isLive, first, last, width, look]);
  useEffect(() => {
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  }, [look]);

  /** Keeps the block under `anchor` (pixels from the left edge) where it is. */
  const zoom = useCallback(
    (factor: number, anchor?: number) => {
      const element = scroll.current;
      if (element === null) return;
      const at = anchor ?? element.clientWidth / 2;
      setWidth((before) => {
        const after = Math.min(LARGEST, Math.max(SMALLEST, before * factor));
        const left = ((element.scrollLeft + at) / before) * after - at;
        requestAnimationFrame(() => {
          element.scrollLeft = left;
          look();
        });
        return after;
      });
    },
    [look],
  );
  useEffect(() => {
    const element = scroll.current;
    if (element === null) return;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 200), event.clientX - element.getBoundingClientRect().left);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [zoom]);

  const x = (block: number): number => (block - first + 0.5) * width;
  const requestsTop = AXIS;
  const lanesTop = requestsTop + shown.length * LANE + (shown.length > 0 ? 10 : 0);
  const height = lanesTop + lanes.length * LANE + 8;
  const y = (lane: string): number =>
    lanesTop + lanes.findIndex(({ name }) => name === lane) * LANE + LANE / 2;

  const inSight = (block: number): boolean =>
    x(block) > sight[0] - 300 && x(block) < sight[0] + sight[1] + 300;

  const chosen = focus?.kind === 'block' ? Number(focus.value) : undefined;
  const [place, setActive] = useState<CellPlace | undefined>(() => firstCell(lanes));
  // Its block may be gone, or there was none yet.
  const active = place !== undefined && isCell(lanes, place) ? place : firstCell(lanes);
  const wantsFocus = useRef(false);
  const show = useCallback(
    (block: number) => {
      const element = scroll.current;
      if (element === null) return;
      const at = (block - first + 0.5) * width;
      if (at < element.scrollLeft + 24 || at > element.scrollLeft + element.clientWidth - 24) {
        element.scrollLeft = at - element.clientWidth / 2;
        look();
      }
    },
    [first, width, look],
  );
  useLayoutEffect(() => {
    if (!wantsFocus.current || active === undefined) return;
    const element = document.getElementById(cellId(active));
    if (element === null) return;
    wantsFocus.current = false;
    element.focus({ preventScroll: true });
  });
  const showNow = useRef(show);
  showNow.current = show;
  // When it is chosen: later blocks do not take one back to it.
  useEffect(() => {
    if (chosen !== undefined && width > 0) showNow.current(chosen);
  }, [chosen, width]);

  const onKey = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') zoom(1.4);
    else if (event.key === '-') zoom(1 / 1.4);
    else if (active !== undefined && isArrow(event.key)) {
      const next = cellTowards(lanes, active, event.key);
      if (next !== undefined) {
        wantsFocus.current = true;
        setActive(next);
        show(next.block);
      }
    } else return;
    event.preventDefault();
  };

  const step = tickEvery(width);
  const ticks = Array.from({ length: count }, (_, index) => first + index).filter(
    (block) => (block % step === 0 || (block === first && step === 1)) && inSight(block),
  );
  const scale = width < 12 ? 0.55 : width < 18 ? 0.78 : 1;
  const total = Math.max(count * width + 8, isLive ? sight[1] : 0);

  const renderCell = (lane: Lane, block: number, happenings: readonly Happening[]) => {
    const place = { lane: lane.name, block };
    const isActive = active?.lane === lane.name && active.block === block;
    return (
      // biome-ignore lint/a11y/useSemanticElements: there is no button inside a drawing
      <g
        key={`${lane.name}/${block}`}
        id={cellId(place)}
        class="cell"
        role="button"
        tabindex={isActive ? 0 : -1}
        aria-label={`Block ${block}, ${lane.name}: ${happenings.map(({ text }) => text).join('; ')}`}
        transform={`translate(${x(block)} ${y(lane.name)})`}
        onClick={() => {
          setActive(place);
          location.hash = blockHref(block);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          location.hash = blockHref(block);
        }}
        onFocus={() => setActive(place)}
      >
        <title>{happenings.map(({ text }) => text).join('\n')}</title>
        <rect
          class="halo"
          x={-Math.min(width, 28) / 2}
          y="-14"
          width={Math.min(width, 28)}
          height="28"
          rx="6"
        />
        <g transform={`scale(${scale})`}>
          <GlyphShape kind={kindOf(happenings)} />
        </g>
      </g>
    );
  };

  return (
    <div class="card flush">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the marks inside it are what is focused */}
      <div class={isLive ? 'timeline live' : 'timeline'} onKeyDown={onKey}>
        <div class="timeline-labels">
          <div class="group" style={{ height: `${AXIS}px` }}>
            block
          </div>
          {shown.map(({ name }) => (
            <a key={name} href={requestHref(name)} style={{ height: `${LANE}px` }}>
              <span>{isLive ? `request ${name}` : name}</span>
            </a>
          ))}
          {shown.length > 0 ? <div style={{ height: '10px' }} /> : null}
          {lanes.map(({ name }) => {
            const actor = record.actor(name);
            const isLiar = record.summary.verdicts.some(({ worker }) => worker === name);
            const style = { height: `${LANE}px` };
            return actor === undefined ? (
              <div key={name} class="group" style={style}>
                {name === CHAIN ? 'the chain' : name}
              </div>
            ) : (
              <a key={name} href={actorHref(name)} style={style} title={actor.role}>
                <span>{name}</span>
                {isLiar ? <span class="liar" title="convicted" /> : null}
              </a>
            );
          })}
        </div>
        <div class="timeline-scroll" ref={scroll} onScroll={onScroll}>
          {/* biome-ignore lint/a11y/useSemanticElements: a drawing with parts that can be focused */}
          <svg
            width={total}
            height={height}
            role="group"
            aria-label={`Timeline of ${count} blocks. Arrow keys go from mark to mark, plus and minus zoom, Enter opens a block.`}
          >
            {chosen !== undefined && inSight(chosen) ? (
              <rect class="band" x={x(chosen) - width / 2} y="0" width={width} height={height} />
            ) : null}
            {focus?.kind === 'actor' && lanes.some(({ name }) => name === focus.value) ? (
              <rect class="band" x="0" y={y(focus.value) - LANE / 2} width={total} height={LANE} />
            ) : null}
            {focus?.kind === 'request' && shown.some(({ name }) => name === focus.value) ? (
              <rect
                class="band"
                x="0"
                y={requestsTop + shown.findIndex(({ name }) => name === focus.value) * LANE}
                width={total}
                height={LANE}
              />
            ) : null}
            {ticks.map((block) => (
              <g key={block}>
                <line class="tick" x1={x(block)} x2={x(block)} y1={AXIS - 6} y2={height} />
                <text x={x(block)} y="20" text-anchor="middle">
                  {block}
                </text>
              </g>
            ))}
            {shown.map((life, index) => {
              const top = requestsTop + index * LANE + 9;
              const begin = life.stretches[0]?.from ?? first;
              const end = life.end?.block ?? last;
              return (
                <a
                  key={life.name}
                  class="span"
                  href={requestHref(life.name)}
                  aria-label={lifeText(life)}
                >
                  <title>{lifeText(life)}</title>
                  {life.stretches.map(({ phase, from, to }) => (
                    <rect
                      key={from}
                      x={x(from)}
                      y={top}
                      width={Math.max(1, x(to) - x(from))}
                      height="14"
                      fill={PHASE_FILL[phase]}
                    />
                  ))}
                  <rect
                    class="outline"
                    x={x(begin)}
                    y={top}
                    width={Math.max(2, x(end) - x(begin))}
                    height="14"
                    rx="3"
                    fill="none"
                    stroke="var(--line-strong)"
                  />
                  {life.end === undefined ? null : (
                    <g transform={`translate(${x(end)} ${top + 7}) scale(${scale})`}>
                      <GlyphShape kind={life.end.state === 'settled' ? 'settled' : 'refund'} />
                    </g>
                  )}
                </a>
              );
            })}
            {lanes.map(({ name }) => (
              <line
                key={name}
                class="lane-line"
                x1="0"
                x2={total}
                y1={y(name) + LANE / 2}
                y2={y(name) + LANE / 2}
              />
            ))}
            {story
              .filter(
                ({ target, lane, block }) =>
                  target !== undefined &&
                  target !== lane &&
                  inSight(block) &&
                  lanes.some(({ name }) => name === target) &&
                  lanes.some(({ name }) => name === lane),
              )
              .map(({ block, index, lane, target, kind }) => (
                <path
                  key={`${block}/${index}`}
                  class="connector"
                  d={`M${x(block)} ${y(lane)}V${y(target ?? lane)}`}
                  stroke={kind === 'conviction' ? 'var(--false-mid)' : 'var(--warn-mid)'}
                  {...(kind === 'conviction' ? {} : { 'stroke-dasharray': '3 3' })}
                />
              ))}
            {lanes.flatMap((lane) =>
              lane.blocks
                .filter(
                  (block) =>
                    inSight(block) || (active?.lane === lane.name && active.block === block),
                )
                .map((block) => renderCell(lane, block, lane.cells.get(block) ?? [])),
            )}
          </svg>
        </div>
      </div>
      <div class="timeline-tools">
        <div class="list">
          <Legend kinds={kinds.filter((kind) => kind !== 'other')} />
          {shown.length === 0 ? null : (
            <ul class="legend" aria-label="What the stretches of requests mean">
              {PHASES.map((phase) => (
                <li key={phase}>
                  <svg viewBox="0 0 12 12" aria-hidden="true">
                    <rect width="12" height="12" rx="2" fill={PHASE_FILL[phase]} />
                  </svg>
                  {PHASE_NAMES[phase]}
                </li>
              ))}
            </ul>
          )}
        </div>
        <div class="zoom">
          {lives.length > FEW ? (
            <button type="button" class="button quiet" onClick={() => setWantsAll(!wantsAll)}>
              {wantsAll ? 'Fewer requests' : `All ${lives.length} requests`}
            </button>
          ) : null}
          {allLanes.length > MANY ? (
            <button
              type="button"
              class="button quiet"
              onClick={() => setWantsEveryone(!wantsEveryone)}
            >
              {wantsEveryone ? 'Fewer actors' : `All ${allLanes.length} actors`}
            </button>
          ) : null}
          <button
            type="button"
            class="button quiet"
            onClick={() => zoom(1 / 1.4)}
            aria-label="Zoom out"
          >
            −
          </button>
          <button type="button" class="button quiet" onClick={() => zoom(1.4)} aria-label="Zoom in">
            +
          </button>
        </div>
      </div>
    </div>
  );
};

/** Faults that were injected, as they stand in the record. */
export const faultsOf = (record: RunRecord) => ({
  behaviours: record.summary.actors.filter(
    ({ behaviour }) => behaviour !== 'honest' && behaviour !== '',
  ),
  steps: record.steps.filter(isFault),
});
