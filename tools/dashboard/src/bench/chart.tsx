/** Charts of uPlot in the page's colours. What they show stands in a table beside them: a canvas says nothing. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { useWidth } from '../ui/use-width.ts';

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Changes when the theme does. */
const useTheme = (): string => {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? 'light');
  useEffect(() => {
    const observer = new MutationObserver(() =>
      setTheme(document.documentElement.dataset.theme ?? 'light'),
    );
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return theme;
};

const FONT = '11.5px "Inter Variable", system-ui, sans-serif';

const axis = (extra: Partial<uPlot.Axis>): uPlot.Axis => ({
  stroke: colour('--ink-3'),
  font: FONT,
  grid: { stroke: colour('--line'), width: 1 },
  ticks: { show: false },
  gap: 6,
  ...extra,
});

const Chart = ({
  label,
  height,
  make,
  data,
}: {
  label: string;
  height: number;
  make(): Omit<uPlot.Options, 'width' | 'height'>;
  data: uPlot.AlignedData;
}) => {
  const [frame, width] = useWidth<HTMLDivElement>(480);
  const theme = useTheme();
  const making = useRef(make);
  making.current = make;
  useEffect(() => {
    const { current } = frame;
    if (current === null || width < 40) return;
    // The theme's colours are read when the chart is made.
    current.dataset.theme = theme;
    const plot = new uPlot({ ...making.current(), width, height }, data, current);
    return () => plot.destroy();
  }, [frame, width, height, data, theme]);
  return (
    <div class="chart" role="img" aria-label={label} style={{ minHeight: `${height}px` }}>
      <div ref={frame} aria-hidden="true" />
    </div>
  );
};

/** Counts in bins of one width. */
export const Histogram = ({
  label,
  bins,
  unit,
}: {
  label: string;
  bins: readonly { from: number; to: number; count: number }[];
  unit: string;
}) => {
  const [data] = useState<uPlot.AlignedData>(() => [
    bins.map(({ from, to }) => (from + to) / 2),
    bins.map(({ count }) => count),
  ]);
  const width = (bins[0]?.to ?? 1) - (bins[0]?.from ?? 0);
  return (
    <Chart
      label={label}
      height={190}
      data={data}
      make={() => ({
        cursor: { show: false },
        legend: { show: false },
        padding: [10, 8, 0, 0],
        scales: {
          x: {
            time: false,
            range: [bins[0]?.from ?? 0, (bins.at(-1)?.to ?? 1) + width * 0.02],
          },
          y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.08)] },
        },
        axes: [
          axis({ grid: { show: false }, label: unit, labelFont: FONT, labelSize: 18, size: 26 }),
          axis({ size: 38 }),
        ],
        series: [
          {},
          {
            fill: colour('--accent-mid'),
            width: 0,
            points: { show: false },
            ...(uPlot.paths.bars === undefined
              ? {}
              : { paths: uPlot.paths.bars({ size: [0.94, 80], radius: 0.12 }) }),
          },
        ],
      })}
    />
  );
};

/** One figure across results, oldest first. */
export const History = ({
  label,
  values,
  names,
  unit,
}: {
  label: string;
  values: readonly number[];
  names: readonly string[];
  unit: string;
}) => {
  const [data] = useState<uPlot.AlignedData>(() => [values.map((_, index) => index), [...values]]);
  return (
    <Chart
      label={label}
      height={210}
      data={data}
      make={() => ({
        cursor: { show: false },
        legend: { show: false },
        padding: [12, 24, 0, 0],
        scales: {
          x: { time: false, range: [-0.4, Math.max(1, values.length - 1) + 0.4] },
          y: {
            range: (_plot, least, most) => {
              const room = Math.max((most - least) * 0.25, Math.abs(most) * 0.02, 1e-9);
              return [Math.max(0, least - room), most + room];
            },
          },
        },
        axes: [
          axis({
            grid: { show: false },
            size: 26,
            splits: () => values.map((_, index) => index),
            values: (_plot, splits) => splits.map((index) => names[index] ?? ''),
          }),
          axis({ size: 64, label: unit, labelFont: FONT, labelSize: 16 }),
        ],
        series: [
          {},
          {
            stroke: colour('--accent'),
            width: 2,
            points: { show: true, size: 8, fill: colour('--surface'), width: 2 },
          },
        ],
      })}
    />
  );
};
