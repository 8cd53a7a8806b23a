/** What all views are made of. */
import type { ComponentChildren } from 'preact';
import { exactAmount, shortAmount, TOKEN } from './amount.ts';

/** A part of a page with its heading. */
export const Section = ({
  title,
  note,
  id,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  id?: string;
  children: ComponentChildren;
}) => (
  <section class="section" {...(id === undefined ? {} : { id })} aria-label={title}>
    <div class="section-head">
      <h2>{title}</h2>
      {note === undefined ? null : <p>{note}</p>}
    </div>
    {children}
  </section>
);

/** An amount with its unit; the exact figure is what the cursor shows. Nothing is a dash. */
export const Amount = ({ units, bare = false }: { units: bigint | string; bare?: boolean }) => {
  const value = BigInt(units);
  if (value === 0n) return <span class="dim">–</span>;
  return (
    <span class="tabular" title={`${exactAmount(value)} ${TOKEN}`}>
      {shortAmount(value)}
      {bare ? null : ` ${TOKEN}`}
    </span>
  );
};

/** A digest, shortened; the whole of it is what the cursor shows. */
export const Digest = ({ hex, keep = 10 }: { hex: string; keep?: number }) => (
  <code class="digest" title={hex}>
    {hex.length > keep + 6 ? `${hex.slice(0, keep)}…${hex.slice(-4)}` : hex}
  </code>
);

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'plain';

export const Chip = ({
  tone = 'plain',
  children,
}: {
  tone?: Tone;
  children: ComponentChildren;
}) => <span class={`chip ${tone}`}>{children}</span>;

export interface Column<Row> {
  title: string;
  /** Right-aligned, figures of one width. */
  numeric?: boolean;
  cell(row: Row): ComponentChildren;
}

/** A table that scrolls sideways where it has to; it can be focused then, to be scrolled by keys. */
export const Table = <Row,>({
  label,
  columns,
  rows,
  isCurrent,
  keyOf,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  isCurrent?: (row: Row) => boolean;
  /** Tells rows apart where they come and go: what has the focus keeps it. */
  keyOf?: (row: Row) => string;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: no set of fields
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
  <div class="table-wrap" role="group" tabIndex={0} aria-label={label}>
    <table>
      <thead>
        <tr>
          {columns.map(({ title, numeric }) => (
            <th key={title} scope="col" class={numeric ? 'num' : ''}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr
            key={keyOf?.(row) ?? index}
            {...(isCurrent?.(row) ? { 'aria-current': 'true' as const } : {})}
          >
            {columns.map(({ title, numeric, cell }) => (
              <td key={title} class={numeric ? 'num' : ''}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

export const Stat = ({
  name,
  value,
  unit,
}: {
  name: string;
  value: ComponentChildren;
  unit?: string;
}) => (
  <div class="stat">
    <dt>{name}</dt>
    <dd>
      <span class="figure">{value}</span>
      {unit === undefined ? null : <small>{unit}</small>}
    </dd>
  </div>
);

export const Empty = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <div class="card empty">
    <h2>{title}</h2>
    <p>{children}</p>
  </div>
);

/** Whole numbers with thin spaces between thousands. */
export const whole = (value: number | bigint | string): string =>
  String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
