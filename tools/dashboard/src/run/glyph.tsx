/** The marks of the timeline: shape and colour both tell the kind. Drawn around the origin, about ten units wide. */
import { KIND_NAMES, type Kind } from './story.ts';

const shapes: Readonly<Record<Kind, preact.JSX.Element>> = {
  conviction: (
    <>
      <circle class="solid" r="7" />
      <path
        d="m-2.7-2.7 5.4 5.400m0-5.4-5.4 5.4"
        fill="none"
        stroke="var(--surface)"
        stroke-width="2"
        stroke-linecap="round"
      />
    </>
  ),
  fault: <path class="solid" d="M1-7-4 1h3l-1 6 6-8H1Z" />,
  challenge: <path class="solid" d="M0-6.5 6 4.500H-6Z" />,
  opening: <path class="open" d="M0-5.5 5 4H-5Z" />,
  miss: <path class="stroke" d="M0-5v5M0 4.200v.1" />,
  settled: <circle class="solid" r="5.5" />,
  refund: <circle class="open" r="4.7" />,
  claim: <path class="solid" d="M0-6 6 0 0 6-6 0Z" />,
  request: <rect class="solid" x="-4.5" y="-4.5" width="9" height="9" rx="2" />,
  commit: <path class="open" d="M0-5 5 0 0 5-5 0Z" />,
  draw: <rect class="open" x="-4" y="-4" width="8" height="8" rx="2" />,
  payment: <circle class="solid" r="3.2" />,
  model: <rect class="solid" x="-3.2" y="-3.2" width="6.4" height="6.4" rx="1" />,
  worker: <circle class="open" r="3.3" />,
  other: <circle class="solid" r="2" />,
};

export const GlyphShape = ({ kind }: { kind: Kind }) => (
  <g class={`glyph glyph-${kind}`}>{shapes[kind]}</g>
);

/** A mark by itself, for lists and legends. */
export const Glyph = ({ kind }: { kind: Kind }) => (
  <svg class="glyph" viewBox="-8 -8 16 16" aria-hidden="true">
    <GlyphShape kind={kind} />
  </svg>
);

export const Legend = ({ kinds }: { kinds: readonly Kind[] }) => (
  <ul class="legend" aria-label="What the marks mean">
    {kinds.map((kind) => (
      <li key={kind}>
        <Glyph kind={kind} />
        {KIND_NAMES[kind]}
      </li>
    ))}
  </ul>
);
