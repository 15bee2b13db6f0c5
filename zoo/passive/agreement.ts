import type { Mutant } from "../subject.ts";
import type { PassiveSaid, SourceKind } from "./judged.ts";

/** What traffic said about a check of a consumer, beside what a verification said. */
export interface Comparison {
  readonly subject: string;
  readonly source: SourceKind;
  readonly check: string;
  readonly passive: string;
  readonly because: string;
  /** The verdict of the scorecard; where it has none, what the zoo knows of the consumer. */
  readonly active: string;
  readonly from: "scorecard" | "zoo";
  /** `null` where traffic left it open, or a verification decided nothing to hold it against. */
  readonly agrees: boolean | null;
}

/** Holds one verdict of traffic against that of a verification. */
export function compared({
  subject,
  source,
  said,
  active,
  known,
}: {
  readonly subject: string;
  readonly source: SourceKind;
  readonly said: PassiveSaid;
  readonly active: string | undefined;
  readonly known: Mutant | undefined;
}): Comparison {
  const expected = active ?? expectedOf(said.check, known);
  return {
    subject,
    source,
    check: said.check,
    passive: said.verdict,
    because: said.because,
    active: expected,
    from: active === undefined ? "zoo" : "scorecard",
    agrees: agreement(said, expected),
  };
}

function expectedOf(check: string, known: Mutant | undefined): string {
  if (known === undefined) return "pass";
  if (known.fails === check) return known.as ?? "fail";
  return known.mayFail.includes(check) ? "either" : "pass";
}

/** Secrets are told by their form alone in traffic, so what a verification proves by planting them is advice there. */
function agreement({ check, verdict }: PassiveSaid, active: string): boolean | null {
  if (!decided.has(verdict) || !decided.has(active)) return null;
  if (check === "no-secrets-in-logs") return (verdict === "pass") === (active === "pass");
  return verdict === active;
}

const decided: ReadonlySet<string> = new Set(["pass", "fail", "advice"]);

/** The comparison as a page: each check with how often traffic decided and agreed, then every disagreement. */
export function pageOf(found: readonly Comparison[], recordings: number): string {
  const checks = [...new Set(found.map(({ check }) => check))];
  const rows = checks.map((check) =>
    rowOf(
      check,
      found.filter((one) => one.check === check),
    ),
  );
  const wrong = found.filter(({ agrees }) => agrees === false);
  const against = found.filter(({ agrees }) => agrees !== null);
  return [
    "# Driven traffic against the scorecard",
    "",
    `${recordings} recordings of the zoo's consumers, each read as an access log of nginx, as traces (OTLP) and as the application's log`,
    "alone, or as the access log of an Envoy. What `holdfast judge --passive` decided is held against the verdict that active verification",
    "has in `scorecard.json`, and where that has none, against what the zoo knows of the consumer.",
    "",
    `**${against.length} verdicts could be compared, ${against.length - wrong.length} agree, ${wrong.length} disagree.**`,
    "",
    "| check | pass | fail | advice | open | does not apply | compared | disagree |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...rows,
    "",
    ...(wrong.length === 0 ? [] : ["## Disagreements", "", ...wrong.map(wrongText), ""]),
    "`zoo/passive/run.ts` writes this page.",
    "",
  ].join("\n");
}

function rowOf(check: string, own: readonly Comparison[]): string {
  const count = (verdict: string): number => own.filter(({ passive }) => passive === verdict).length;
  const cells = [
    ...["pass", "fail", "advice", "inconclusive", "not-applicable"].map(count),
    own.filter(({ agrees }) => agrees !== null).length,
    own.filter(({ agrees }) => agrees === false).length,
  ];
  return `| ${check} | ${cells.join(" | ")} |`;
}

function wrongText({ subject, source, check, passive, active, from, because }: Comparison): string {
  return `- ${subject}, ${source}: ${check} says ${passive}, the ${from} ${active}: ${because}`;
}
