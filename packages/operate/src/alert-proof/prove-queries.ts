import type { Texts } from "../rules/rule.ts";
import type { Footprint, ReadRule } from "./model.ts";
import type { Promtool } from "./promtool.ts";
import type { CapturedFault } from "./prove.ts";
import { type Answer, readSaid } from "./read-said.ts";
import { type ProofTest, ruleFileOf, testFile } from "./test-file.ts";
import { seriesOver } from "./timeline.ts";

const minuteMs = 60_000;

/** As much as a dashboard of the last minutes shows: healthy, then the fault. */
const healthySteps = 20;
const faultSteps = 10;

/** What queries are asked over. */
export interface QueryOptions {
  readonly exprs: readonly string[];
  readonly rules: readonly ReadRule[];
  readonly healthy: Footprint;
  readonly faults: readonly CapturedFault[];
  readonly callsPerSecond: number;
  readonly target: Texts;
}

/** What a query answers while all is well, and under each fault. */
export interface AnsweredQuery {
  readonly expr: string;
  /** Why Prometheus refuses it; `null` where it does not. */
  readonly error: string | null;
  /** Values while all is well. */
  readonly healthyValues: number;
  /** By the id of the fault: values under it, and whether they are others than while all is well. */
  readonly faults: ReadonlyMap<string, { readonly values: number; readonly moved: boolean }>;
}

/** Asks Prometheus each query over the captured series: at the end of health, and at the end of each fault. */
export async function proveQueries(
  options: QueryOptions,
  promtool: Promtool,
): Promise<readonly AnsweredQuery[]> {
  const { exprs, rules } = options;
  if (exprs.length === 0) return [];
  const worlds =
    options.faults.length === 0
      ? [{ id: "", footprint: options.healthy, healthy: options.healthy, slowToo: false }]
      : options.faults;
  const tests = worlds.map((fault, world) => testOf(fault, world, options));
  const said = await promtool.run(
    [
      { path: "rules.yml", text: ruleFileOf(rules) },
      { path: "tests.yml", text: testFile("rules.yml", minuteMs, tests) },
    ],
    ["test", "rules", "tests.yml"],
  );
  const { answers } = readSaid(said.text);
  const answer = (world: number, index: number, atMs: number): Answer | undefined =>
    answers
      .get(marked(exprs[index] ?? "", world, index))
      ?.find((one) => one.error !== null || one.atMs === atMs);
  return exprs.map((expr, index) => {
    const before = worlds.map((_, world) => answer(world, index, healthyAtMs));
    const during = worlds.map((_, world) => answer(world, index, faultAtMs));
    const found = [...before, ...during].filter((one) => one !== undefined);
    const silent = found.length === 0 ? "promtool did not answer it" : null;
    return {
      expr,
      error: found.find(({ error }) => error !== null)?.error ?? silent,
      healthyValues: Math.max(0, ...before.map((one) => finite(one).length)),
      faults: new Map(
        options.faults.map(({ id }, world) => [
          id,
          { values: finite(during[world]).length, moved: moved(before[world], during[world]) },
        ]),
      ),
    };
  });
}

const healthyAtMs = healthySteps * minuteMs;
const faultAtMs = (healthySteps + faultSteps) * minuteMs;

function testOf(fault: CapturedFault, world: number, options: QueryOptions): ProofTest {
  const phases = [
    { steps: healthySteps, under: "healthy" },
    { steps: faultSteps, under: "fault" },
  ] as const;
  const over = { ...options, healthy: fault.healthy, fault: fault.footprint, reads: null };
  return {
    name: fault.id,
    scrapeMs: minuteMs,
    series: seriesOver(phases, over, minuteMs),
    alerts: [],
    queries: options.exprs.map((expr, index) => ({
      expr: marked(expr, world, index),
      atMs: [healthyAtMs, faultAtMs],
    })),
  };
}

/** A comment by which its answer is found again, since promtool repeats the query and nothing else. */
function marked(expr: string, world: number, index: number): string {
  return `${expr}\n# ${world} ${index}`;
}

function finite(answer: Answer | undefined): readonly number[] {
  return Object.values(answer?.values ?? {}).filter(Number.isFinite);
}

/** Whether some series came, went, or changed by more than a thousandth. */
function moved(before: Answer | undefined, during: Answer | undefined): boolean {
  const [was, is] = [before?.values ?? {}, during?.values ?? {}];
  const keys = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...keys].some((key) => {
    const [a, b] = [was[key], is[key]];
    if (a === undefined || b === undefined) return true;
    return Math.abs(a - b) > 1e-3 * Math.max(Math.abs(a), Math.abs(b));
  });
}
