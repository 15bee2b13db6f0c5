import type { ReadAlert, ReadRule, SeriesReading } from "./model.ts";
import { readShape } from "./promql.ts";

/** How deep recorded series may rest on recorded series. */
const depthMax = 8;

/** Every alert of these rules with what it rests on. */
export function readAlerts(rules: readonly ReadRule[]): readonly ReadAlert[] {
  const recorded = Map.groupBy(
    rules.filter(({ kind }) => kind === "record"),
    ({ name }) => name,
  );
  return rules
    .filter(({ kind }) => kind === "alert")
    .map((rule) => {
      const rests = restsOf(rule.expr, recorded, depthMax);
      const looks = rests.spansMs.filter((ms) => ms > 0);
      return {
        ...rule,
        reads: rests.reads,
        needs: [...new Set(rests.needs)],
        longestMs: Math.max(0, ...looks),
        shortestMs: looks.length === 0 ? 0 : Math.min(...looks),
      };
    });
}

/** The series that an expression reads in the end, where these rules record some. */
export function readsInTheEnd(expr: string, rules: readonly ReadRule[]): readonly SeriesReading[] {
  const recorded = Map.groupBy(
    rules.filter(({ kind }) => kind === "record"),
    ({ name }) => name,
  );
  return restsOf(expr, recorded, depthMax).reads;
}

interface Rests {
  readonly reads: readonly SeriesReading[];
  readonly needs: readonly ReadRule[];
  /** How far back each chain of ranges looks. */
  readonly spansMs: readonly number[];
}

function restsOf(expr: string, recorded: ReadonlyMap<string, readonly ReadRule[]>, depth: number): Rests {
  const { reads, rangesMs } = readShape(expr);
  const own = Math.max(0, ...rangesMs);
  const direct = reads.filter(({ metric }) => !recorded.has(metric));
  const rules = depth === 0 ? [] : reads.flatMap((one) => recordedBy(one, recorded));
  const below = rules.map((rule) => restsOf(rule.expr, recorded, depth - 1));
  return {
    reads: [...direct, ...below.flatMap((one) => one.reads)],
    needs: [...rules, ...below.flatMap((one) => one.needs)],
    spansMs: [...rangesMs, ...below.flatMap((one) => one.spansMs.map((ms) => ms + own))],
  };
}

/** The rules behind a recorded series: where its reader asks for a label that rules set, those that set it so. */
function recordedBy(
  { metric, matchers }: SeriesReading,
  recorded: ReadonlyMap<string, readonly ReadRule[]>,
): readonly ReadRule[] {
  const rules = recorded.get(metric) ?? [];
  return rules.filter(({ labels }) =>
    matchers.every(({ label, is, value }) => {
      const set = Object.hasOwn(labels, label) ? labels[label] : undefined;
      return set === undefined || is !== "=" || set === value;
    }),
  );
}
