/** Bars of one or two series over some places, drawn as a picture; the figures themselves are in a table beside it. */
import css from './reports.module.css';

export interface Bar {
  readonly name: string;
  /** Under the bar; not every bar has room for its name. */
  readonly tick: string;
  readonly values: readonly number[];
}

interface BarChartProps {
  /** Says in a sentence what the picture shows. */
  readonly label: string;
  readonly series: readonly string[];
  readonly bars: readonly Bar[];
  /** As wide as the page, and not as half of it: letters are as large in both. */
  readonly isWide?: boolean;
  show(value: number): string;
}

const WIDTH = { half: 720, whole: 1_080 } as const;
const HEIGHT = 220;
const LEFT_MIN = 48;
/** Of a letter of the scale, on average. */
const LETTER = 6.6;
const BOTTOM = 26;
const TOP = 10;
const LINES = 4;
const GAP_SHARE = 0.3;
const TICKS_MAX = 16;

export function BarChart({ label, series, bars, isWide = false, show }: BarChartProps) {
  const width = WIDTH[isWide ? 'whole' : 'half'];
  const most = niceTop(Math.max(1, ...bars.flatMap(({ values }) => values)));
  const scale = Array.from({ length: LINES + 1 }, (_, line) => (most * line) / LINES);
  const longest = Math.max(...scale.map((value) => show(value).length));
  const left = Math.max(LEFT_MIN, 12 + longest * LETTER);
  const room = (width - left) / Math.max(1, bars.length);
  const height = HEIGHT - BOTTOM - TOP;
  const yOf = (value: number): number => TOP + height * (1 - value / most);
  const each = (room * (1 - GAP_SHARE)) / Math.max(1, series.length);
  const every = Math.ceil(bars.length / TICKS_MAX);
  return (
    <figure className={css.chart}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
        {scale.map((value) => (
          <g key={value}>
            <line className={css.grid} x1={left} x2={width} y1={yOf(value)} y2={yOf(value)} />
            <text className={css.scale} x={left - 8} y={yOf(value) + 4}>
              {show(value)}
            </text>
          </g>
        ))}
        {bars.map(({ name, tick, values }, index) => {
          const begin = left + index * room + (room * GAP_SHARE) / 2;
          return (
            <g key={name}>
              {values.map((value, at) => (
                <rect
                  key={series[at] ?? at}
                  className={css.bar}
                  data-series={at}
                  x={begin + at * each}
                  y={yOf(value)}
                  width={Math.max(1, each - 1)}
                  height={Math.max(0, HEIGHT - BOTTOM - yOf(value))}
                  rx={Math.min(3, each / 3)}
                />
              ))}
              {index % every === 0 && (
                <text className={css.tick} x={begin + (room * (1 - GAP_SHARE)) / 2} y={HEIGHT - 8}>
                  {tick}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {series.length > 1 && (
        <figcaption className={css.legend}>
          {series.map((name, at) => (
            <span key={name}>
              <i data-series={at} aria-hidden />
              {name}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

/** The least of 1, 2, 4, 5, 8 times a power of ten that is not below: lines at round figures. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 5, 8, 10].find((one) => one * power >= value) ?? 10;
  return Math.max(LINES, step * power);
}
