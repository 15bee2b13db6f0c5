import { type Path, type Problem, parseDuration } from "@holdfast/core";
import type { Indicator } from "../slo/objective.ts";
import { unsupported } from "./documents.ts";
import type { OpenSlo, OpenSloIndicator, OpenSloObjective } from "./openslo-shapes.ts";
import { perSecond, queriedIndicator } from "./query.ts";

type Metric = NonNullable<NonNullable<OpenSloIndicator["ratioMetric"]>["total"]>;

/** The indicator of an SLI; adds what is not supported to the problems. */
export function indicatorOf(sli: OpenSloIndicator, at: Path, problems: Problem[]): Indicator | undefined {
  const { ratioMetric: ratio } = sli;
  const part = ratio?.bad ?? ratio?.good;
  if (ratio?.total === undefined || part === undefined || ratio.counter !== true) {
    problems.push(notCounted(sli, at));
    return undefined;
  }
  const which = ratio.bad === undefined ? "good" : "bad";
  const total = queryOf(ratio.total, [...at, "ratioMetric", "total"], problems);
  const query = queryOf(part, [...at, "ratioMetric", which], problems);
  if (total === undefined || query === undefined) return undefined;
  return queriedIndicator(total, which === "bad" ? { bad: query } : { good: query });
}

/** Why an SLI counts no events of which some are good or bad. */
function notCounted({ ratioMetric, thresholdMetric }: OpenSloIndicator, at: Path): Problem {
  const expected = "ratioMetric with counter: true, with good or bad, and with total";
  if (ratioMetric === undefined) {
    const [path, found] =
      thresholdMetric === undefined
        ? [at, "no indicator"]
        : [[...at, "thresholdMetric"], "a threshold on a value"];
    return unsupported(path, found, expected, "Count the events that are good, and all of them.");
  }
  const path = [...at, "ratioMetric"];
  if (ratioMetric.total === undefined)
    return unsupported(
      path,
      "no total",
      expected,
      "Add total; a share alone does not tell how many events it is made of.",
    );
  if (ratioMetric.counter !== true)
    return unsupported(
      [...path, "counter"],
      String(ratioMetric.counter ?? "nothing"),
      expected,
      "Use counters.",
    );
  return unsupported(path, "neither good nor bad", expected, "Add good or bad.");
}

function queryOf({ metricSource }: Metric, at: Path, problems: Problem[]): string | undefined {
  const { type, spec } = metricSource;
  if (type !== undefined && type.toLowerCase() !== "prometheus") {
    const path = [...at, "metricSource", "type"];
    problems.push(
      unsupported(path, JSON.stringify(type), "Prometheus", "Rules are written for Prometheus only, so far."),
    );
    return undefined;
  }
  const query = spec["query"];
  const read = typeof query === "string" ? perSecond(query) : null;
  if (read !== null) return read;
  problems.push(
    unsupported(
      [...at, "metricSource", "spec", "query"],
      typeof query === "string" ? JSON.stringify(query.slice(0, 60)) : "no query",
      "a counter, alone or in sum(…), or a query with {{.window}}",
      'Write the counter itself, such as http_requests_total{code=~"5.."}, and leave rate and range away.',
    ),
  );
  return undefined;
}

const weekMs = 604_800_000;

/** The period of an SLO, in milliseconds. */
export function periodOf(
  { timeWindow, budgetingMethod }: OpenSlo["spec"],
  problems: Problem[],
): number | undefined {
  if (budgetingMethod !== "Occurrences") {
    const expected = "Occurrences: budgets of slices of time are not alerted on";
    problems.push(
      unsupported(
        ["spec", "budgetingMethod"],
        JSON.stringify(budgetingMethod),
        expected,
        "Write Occurrences.",
      ),
    );
  }
  const [window, second] = timeWindow;
  if (window === undefined || second !== undefined || window.isRolling !== true) {
    const path =
      window === undefined || second !== undefined ? ["spec", "timeWindow"] : ["spec", "timeWindow", 0];
    problems.push(
      unsupported(path, "another period", "one period that moves with the time", "Write isRolling: true."),
    );
    return undefined;
  }
  const weeks = /^(\d+)w$/.exec(window.duration)?.[1];
  const reading =
    weeks === undefined
      ? parseDuration(window.duration)
      : { ok: true as const, value: Number(weeks) * weekMs };
  if (reading.ok) return reading.value;
  const path = ["spec", "timeWindow", 0, "duration"];
  problems.push(
    unsupported(path, JSON.stringify(window.duration), "a number of days or weeks", "Write 28d, 30d or 4w."),
  );
  return undefined;
}

/** The target of an objective. */
export function targetOf(
  objective: OpenSloObjective,
  at: Path,
  problems: Problem[],
): { readonly target: number; readonly path: Path } | undefined {
  const composite = ["indicator", "indicatorRef", "compositeWeight"] as const;
  const part = composite.find((key) => objective[key] !== undefined);
  if (part !== undefined) {
    problems.push(
      unsupported(
        [...at, part],
        "a composite",
        "one indicator for all objectives",
        "Write an SLO for each of them.",
      ),
    );
    return undefined;
  }
  const { target, targetPercent } = objective;
  if (target !== undefined) return { target, path: [...at, "target"] };
  if (targetPercent !== undefined)
    return { target: Number(`${targetPercent}e-2`), path: [...at, "targetPercent"] };
  const expected = "the key target or targetPercent";
  problems.push({
    code: "MISSING",
    path: [...at, "target"],
    found: "nothing",
    expected,
    remedy: "Add target: 0.999.",
  });
  return undefined;
}
