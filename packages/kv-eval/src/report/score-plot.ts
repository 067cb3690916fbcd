import type { Interval } from "../statistics/bootstrap.ts";
import type { SuiteSummary } from "./summarize.ts";

export interface ScorePlotOptions {
  readonly title: string;
  /** Name of the policy, for the legend. */
  readonly policy: string;
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

/** Draws scores per task, the policy's beside the full cache's, each with its 95 % interval, as an SVG document. */
export function renderScorePlot(summary: SuiteSummary, options: ScorePlotOptions): string {
  const rows = [...summary.tasks, summary.mean];
  const height = TOP + rows.length * ROW + 40;
  const width = LEFT + PLOT + 60;
  const series = summary.mean.fullScore === undefined ? [options.policy] : [options.policy, "full"];
  const parts = [
    text(16, 24, options.title, 'font-weight="600" font-size="14"'),
    ...series.map((name, index) => legendEntry(LEFT + index * 160, name, index === 0 ? POLICY_COLOR : FULL_COLOR)),
    ...[0, 20, 40, 60, 80, 100].flatMap((tick) => [
      `<line x1="${x(tick)}" y1="${TOP - 6}" x2="${x(tick)}" y2="${height - 34}" stroke="${GRID}"/>`,
      text(x(tick), height - 18, String(tick), 'text-anchor="middle"'),
    ]),
    ...rows.flatMap(({ task, score, fullScore }, index) => {
      const top = TOP + index * ROW;
      const isMean = index === rows.length - 1;
      const offset = fullScore === undefined ? (ROW - BAR) / 2 : ROW / 2 - BAR;
      return [
        ...(isMean ? [`<line x1="16" y1="${top}" x2="${LEFT + PLOT}" y2="${top}" stroke="${INK}" stroke-width="0.5"/>`] : []),
        text(LEFT - 10, top + ROW / 2 + 4, task, `text-anchor="end"${isMean ? ' font-weight="600"' : ""}`),
        ...bar(score, top + offset, POLICY_COLOR),
        ...(fullScore === undefined ? [] : bar(fullScore, top + offset + BAR, FULL_COLOR)),
      ];
    }),
  ];
  const style = `font-family="system-ui, sans-serif" font-size="12" fill="${INK}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${style}>
<title>${escape(options.title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
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
