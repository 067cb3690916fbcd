import type { Interval } from "../statistics/bootstrap.ts";

/** A line of the chart. */
export interface PlotRow {
  readonly label: string;
  /** From 0 to 100. */
  readonly value: Interval;
  /** Drawn beside it, from 0 to 100. */
  readonly baseline?: Interval;
}

export interface PlotOptions {
  readonly title: string;
  /** Names of values and baselines, for the legend. */
  readonly series: readonly [value: string, baseline?: string];
}

const ROW = 30;
const BAR = 10;
const LEFT = 150;
const PLOT = 480;
const TOP = 64;
const POLICY_COLOR = "#2563a8";
const FULL_COLOR = "#b9c3cf";
const INK = "#1f2933";
const GRID = "#e4e7eb";

/** Draws percentages per task with their intervals, the policy's beside the full cache's, as an SVG document. The last row is their mean. */
export function renderPlot(rows: readonly PlotRow[], { title, series }: PlotOptions): string {
  const height = TOP + rows.length * ROW + 40;
  const width = LEFT + PLOT + 60;
  const names = series.filter((name) => name !== undefined);
  const parts = [
    text(16, 24, title, 'font-weight="600" font-size="14"'),
    ...names.map((name, index) => legendEntry(LEFT + index * 160, name, index === 0 ? POLICY_COLOR : FULL_COLOR)),
    ...[0, 20, 40, 60, 80, 100].flatMap((tick) => [
      `<line x1="${x(tick)}" y1="${TOP - 6}" x2="${x(tick)}" y2="${height - 34}" stroke="${GRID}"/>`,
      text(x(tick), height - 18, String(tick), 'text-anchor="middle"'),
    ]),
    ...rows.flatMap((row, index) => drawRow(row, TOP + index * ROW, index === rows.length - 1)),
  ];
  const style = `font-family="system-ui, sans-serif" font-size="12" fill="${INK}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${style}>
<title>${escape(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
}

function drawRow({ label, value, baseline }: PlotRow, top: number, isMean: boolean): string[] {
  const offset = baseline === undefined ? (ROW - BAR) / 2 : ROW / 2 - BAR;
  return [
    ...(isMean ? [`<line x1="16" y1="${top}" x2="${LEFT + PLOT}" y2="${top}" stroke="${INK}" stroke-width="0.5"/>`] : []),
    text(LEFT - 10, top + ROW / 2 + 4, label, `text-anchor="end"${isMean ? ' font-weight="600"' : ""}`),
    ...bar(value, top + offset, POLICY_COLOR),
    ...(baseline === undefined ? [] : bar(baseline, top + offset + BAR, FULL_COLOR)),
  ];
}

function bar({ mean, low, high }: Interval, top: number, color: string): string[] {
  const middle = round(top + (BAR - 1) / 2);
  return [
    `<rect x="${x(0)}" y="${top}" width="${round(x(mean) - x(0))}" height="${BAR - 1}" fill="${color}"/>`,
    `<path d="M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 3}v6M${x(high)} ${middle - 3}v6" stroke="${INK}" fill="none"/>`,
    text(LEFT + PLOT + 10, top + BAR - 1, mean.toFixed(1), 'font-size="10"'),
  ];
}

function legendEntry(left: number, name: string, color: string): string {
  return `<rect x="${left}" y="36" width="10" height="10" fill="${color}"/>${text(left + 16, 45, name)}`;
}

function text(left: number, bottom: number, content: string, attributes = ""): string {
  return `<text x="${left}" y="${bottom}" ${attributes}>${escape(content)}</text>`;
}

/** Place of a score from 0 to 100. */
function x(score: number): number {
  return round(LEFT + (PLOT * score) / 100);
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
