import { formatDuration, formatRatio } from "@holdfast/core";
import type { GeneratedAlerts, ObjectiveReport } from "@holdfast/operate";
import type { WrittenFile } from "./system-generated-files.ts";

/** What came of `generate alerts`, for people: what fires when, what to know, what was written, and what to do next. */
export function generatedText(of: {
  readonly generated: GeneratedAlerts;
  readonly files: readonly WrittenFile[];
  readonly stale: readonly string[];
  /** As the reader names them. */
  readonly folder: string;
  readonly from: string;
  /** What calls are counted by, and why. */
  readonly metrics: readonly string[];
}): string {
  const { generated, files, stale, folder, from, metrics } = of;
  const tests = files.some(({ kind }) => kind === "tests");
  return [
    ...generated.objectives.flatMap((objective) => [objectiveText(objective), ""]),
    ...modesText(generated.modes),
    ...generated.notes.map(({ place, about, says }) => `note: ${from}:${place.line}: ${about}: ${says}`),
    ...stale.map((path) => `note: ${folder}/${path} was generated before and is not any more: remove it`),
    ...metrics,
    `${countOf(files)} in ${folder}`,
    tests
      ? `Next: promtool test rules ${folder}/tests/*.test.yml`
      : "Next: pass --with-tests, and let promtool prove that they fire",
    "",
  ].join("\n");
}

function objectiveText({ id, says, target, periodMs, alerts }: ObjectiveReport): string {
  const rows = alerts.map(({ urgency, longMs, shortMs, factor, detection }) => [
    urgency,
    `${formatDuration(longMs)} and ${formatDuration(shortMs)}`,
    String(Number(factor.toFixed(3))),
    ...detection.map(({ afterMs }) => (afterMs === null ? "never" : told(afterMs))),
  ]);
  const shares = alerts[0]?.detection.map(({ badShare }) => `at ${formatRatio(badShare)}`) ?? [];
  return [
    `${id}: ${formatRatio(target)} of ${says}, over ${formatDuration(periodMs)}`,
    ...columns([["", "windows", "burn", ...shares], ...rows]).map((line) => `  ${line}`),
  ].join("\n");
}

/** A time in the unit that people would say it in. */
function told(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 5_400_000) return `${Number((ms / 60_000).toFixed(1))} min`;
  return `${Number((ms / 3_600_000).toFixed(1))} h`;
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function modesText(modes: GeneratedAlerts["modes"]): readonly string[] {
  return [...Map.groupBy(modes, ({ integration }) => integration)].map(
    ([integration, those]) => `${integration}: ${those.map(({ alert }) => alert).join(", ")}`,
  );
}

/** How many files were written, and how many needed not be. */
export function countOf(files: readonly WrittenFile[]): string {
  const count = (state: WrittenFile["state"]): number => files.filter((file) => file.state === state).length;
  return `${count("new")} new, ${count("changed")} changed, ${count("unchanged")} unchanged`;
}
