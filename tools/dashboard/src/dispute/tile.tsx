/** The values of a tile as the worker claimed them, beside the true ones. */
import { placeOf, tensorText } from '../model/words.ts';
import type { Dispute, Tensor } from '../record/schema.ts';
import { plural } from '../ui/parts.tsx';

/** Sixteen in a row where they fit; as many as the tensor has in its last axis, where those are about as many. */
const columnsFor = (spec: Tensor | undefined, values: readonly number[]): number => {
  if (values.length <= 10) return Math.max(1, values.length);
  const longest = Math.max(...values.map((value) => String(value).length));
  if (longest > 4) return longest > 8 ? 4 : 8;
  const last = spec?.shape.at(-1) ?? 16;
  return last >= 10 && last <= 16 ? last : 16;
};

const Grid = ({
  title,
  values,
  wrong,
  mark,
  columns,
}: {
  title: string;
  values: readonly number[];
  wrong: ReadonlySet<number>;
  mark: 'wrong' | 'right';
  columns: number;
}) => (
  <div class="tile">
    <h3>{title}</h3>
    {/* biome-ignore lint/a11y/useSemanticElements: no set of fields */}
    <div
      role="group"
      class="tile-grid"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
      tabIndex={0}
      aria-label={title}
    >
      {values.map((value, index) => (
        <span key={index} class={wrong.has(index) ? mark : ''}>
          {value}
        </span>
      ))}
    </div>
  </div>
);

export const Tile = ({
  values,
  spec,
  worker,
}: {
  values: NonNullable<Dispute['values']>;
  spec: Tensor | undefined;
  worker: string;
}) => {
  const { claimed, honest, start, tile, tiles } = values;
  const wrong = new Set(
    honest.flatMap((value, index) => (value === claimed[index] ? [] : [index])),
  );
  const [first] = wrong;
  const columns = columnsFor(spec, honest);
  const place =
    spec === undefined || first === undefined ? undefined : placeOf(spec, start + first);
  return (
    <>
      {first === undefined ? null : (
        <p class="second">
          {spec === undefined ? '' : `Of ${tensorText(spec)}, `}tile {tile + 1} of {tiles}:{' '}
          {wrong.size === 1 ? 'one value is' : `${plural(wrong.size, 'value')} are`} wrong
          {place === undefined ? '' : `, the first at [${place.join(', ')}]`}. {worker} claimed{' '}
          <b class="bad tabular">{claimed[first]}</b>; the chain computes{' '}
          <b class="good tabular">{honest[first]}</b>.
        </p>
      )}
      <div class="tiles">
        <Grid
          title={`What ${worker} claimed`}
          values={claimed}
          wrong={wrong}
          mark="wrong"
          columns={columns}
        />
        <Grid
          title="What the chain computes"
          values={honest}
          wrong={wrong}
          mark="right"
          columns={columns}
        />
      </div>
    </>
  );
};
