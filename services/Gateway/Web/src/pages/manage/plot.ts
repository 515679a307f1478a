import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** A line or bars of a chart; colours are names of tokens. */
export interface Series {
  label: string;
  kind: 'bars' | 'line';
  color: string;
  values: (number | null)[];
}

export interface Plot {
  /** Seconds since 1970. */
  times: number[];
  series: Series[];
  timeText: (seconds: number) => string;
  valueText: (value: number) => string;
  /** How far apart the values beside the chart may be. */
  steps: number[];
  /** Told the index that is pointed at, or nothing. */
  onPoint: (index: number | null) => void;
}

const HEIGHT = 240;

/** Draws a chart into an element, as wide as it is; gives what takes it away. */
export function draw(into: HTMLElement, { times, series, timeText, valueText, steps, onPoint }: Plot): () => void {
  const style = getComputedStyle(document.documentElement);
  const color = (token: string) => style.getPropertyValue(token).trim();
  const axis = {
    stroke: color('--muted'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const plot = new uPlot(
    {
      width: into.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
      axes: [
        { ...axis, space: 70, values: (_, at) => at.map(timeText) },
        { ...axis, size: 64, incrs: steps, values: (_, at) => at.map(valueText) },
      ],
      series: [
        {},
        ...series.map((s) =>
          s.kind === 'bars'
            ? { stroke: color(s.color), fill: color(s.color), paths: uPlot.paths.bars!({ size: [0.8, 40] }), points: { show: false } }
            : { stroke: color(s.color), width: 2, spanGaps: true, points: { size: 5, fill: color(s.color) } },
        ),
      ],
      hooks: { setCursor: [(u) => onPoint(u.cursor.idx ?? null)] },
    },
    [times, ...series.map((s) => s.values)],
    into,
  );
  const resized = new ResizeObserver(() => plot.setSize({ width: into.clientWidth, height: HEIGHT }));
  resized.observe(into);
  return () => {
    resized.disconnect();
    plot.destroy();
  };
}
