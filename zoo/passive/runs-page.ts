import type { RunComparison } from "./runs.ts";

const decided: ReadonlySet<string> = new Set(["pass", "fail", "advice"]);
const findings: ReadonlySet<string> = new Set(["fail", "advice"]);

/** How a verdict of traffic stands to that of its run. */
export type Standing = "agrees" | "disagrees" | "alone" | "open";

/** `open`: traffic decided nothing; `alone`: it did, and the run did not. */
export function standingOf({
  check,
  passive,
  active,
}: Pick<RunComparison, "check" | "passive" | "active">): Standing {
  if (!decided.has(passive)) return "open";
  if (!decided.has(active)) return "alone";
  // Traffic tells secrets by their form alone, and calls advice what a verification proves by planting them.
  if (check === "no-secrets-in-logs")
    return findings.has(passive) === findings.has(active) ? "agrees" : "disagrees";
  return passive === active ? "agrees" : "disagrees";
}

/** The page, and how many verdicts disagree. */
export function keptPage(found: readonly RunComparison[]): {
  readonly text: string;
  readonly disagree: number;
} {
  const of = (standing: Standing, own: readonly RunComparison[] = found): readonly RunComparison[] =>
    own.filter((one) => standingOf(one) === standing);
  const subjects = [...new Set(found.map(({ subject }) => subject))];
  const checks = [...new Set(found.map(({ check }) => check))];
  const wrong = of("disagrees");
  const text = [
    "# Traffic against verification",
    "",
    `Real runs of \`holdfast verify\` on ${subjects.length} consumers. What each run's proxies recorded, with the service's own log, was written down as the access`,
    "log of an nginx, of an Envoy (JSON), as traces (OTLP) and as the log alone, and judged by `holdfast judge --passive`; each verdict is held",
    "against that of the very run for the same check and operation.",
    "",
    `**Traffic decided ${found.length - of("open").length} of ${found.length}; ${of("agrees").length} agree, ${wrong.length} disagree, ${of("alone").length} have no verdict of the run to be held against.**`,
    "",
    "A run makes each failure a few times and all at once, where production spreads them: what needs twenty that stand alone stays open. Its logs have their",
    "secrets replaced, so that none can be found in them. That lateness a busy machine explains decides nothing (`deadline`), and that what is given up at once is no",
    "timeout (`attempt`), was learnt from such runs: for these two checks the page is no independent sample.",
    "",
    "| check | agree | of them findings | disagree | traffic alone decided | undecided |",
    "|---|--:|--:|--:|--:|--:|",
    ...checks.map((check) => rowOf(check, found)),
    "",
    ...(wrong.length === 0 ? [] : ["## Disagreements", "", ...wrong.map(lineOf), ""]),
    ...(of("alone").length === 0 ? [] : ["## Decided by traffic alone", "", ...of("alone").map(lineOf), ""]),
    `Consumers: ${subjects.join(", ")}.`,
    "",
    "`npm run zoo -- --passive` writes this page.",
    "",
  ].join("\n");
  return { text, disagree: wrong.length };
}

function rowOf(check: string, found: readonly RunComparison[]): string {
  const own = found.filter((one) => one.check === check);
  const of = (standing: Standing): readonly RunComparison[] =>
    own.filter((one) => standingOf(one) === standing);
  const agree = of("agrees");
  const cells = [
    agree.length,
    agree.filter(({ passive }) => findings.has(passive)).length,
    of("disagrees").length,
    of("alone").length,
    of("open").length,
  ];
  return `| ${check} | ${cells.join(" | ")} |`;
}

function lineOf({ subject, source, check, passive, active, because }: RunComparison): string {
  return `- ${subject}, ${source}: ${check} says ${passive}, the run ${active}: ${because}`;
}
