import { formatDuration, formatRatio } from "@holdfast/core";
import { type BurnPair, burnPairs, detectionMs, type Mode, modes } from "@holdfast/operate";

const dayMs = 86_400_000;
const shares = [1, 0.1, 0.02, 0.01];
const periods = [7, 28, 30, 90];

/** The tables of docs/alerts.md that are computed, by the name that the page's marks give them. */
export const alertsTables: Readonly<Record<string, () => string>> = {
  detection: () =>
    table(
      [
        "alert",
        "fires when everything fails",
        ...shares.slice(1).map((share) => `${formatRatio(share)} fails`),
      ],
      burnPairs(30 * dayMs).map((pair) => [
        `${pair.urgency}: ${windows(pair)}, ${pair.factor} times`,
        ...shares.map((share) => told(detectionMs(pair, 0.999, share))),
      ]),
    ),
  factors: () =>
    table(
      ["windows", ...periods.map((days) => `${days} d`)],
      burnPairs(30 * dayMs).map((pair, index) => [
        windows(pair),
        ...periods.map((days) => String(Number(pairOf(days, index).factor.toFixed(3)))),
      ]),
    ),
  targets: () =>
    table(
      ["windows", ...periods.map((days) => `${days} d`)],
      burnPairs(30 * dayMs).map((pair, index) => [
        windows(pair),
        ...periods.map((days) => lowest(pairOf(days, index))),
      ]),
    ),
  modes: () => table(["alert", "fires when", "severity"], modes.map(modeRow)),
};

function pairOf(days: number, index: number): BurnPair {
  const pair = burnPairs(days * dayMs)[index];
  if (pair === undefined) throw new Error(`there is no pair ${index}`);
  return pair;
}

function windows({ longMs, shortMs }: BurnPair): string {
  return `${formatDuration(longMs)} and ${formatDuration(shortMs)}`;
}

function told(ms: number | null): string {
  return ms === null ? "never" : `${Number((ms / 60_000).toFixed(2))} min`;
}

/** The target above which a total outage makes the pair fire. */
function lowest({ factor }: BurnPair): string {
  return factor <= 1 ? "any" : `${Number((100 - 100 / factor).toFixed(2))} %`;
}

function modeRow({ name, says, urgency }: Mode): readonly string[] {
  return [`\`${name}\``, says, urgency];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}
