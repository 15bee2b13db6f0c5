import { builtChecks } from "./checks.ts";

/** What one check said about one consumer. */
export interface Said {
  readonly check: string;
  readonly verdict: string;
  readonly because: string;
}

/** One consumer verified once. */
export interface Case {
  readonly subject: string;
  /** The check that must find its defect; `null` for a clean twin. */
  readonly fails: string | null;
  readonly as: "fail" | "advice";
  readonly mayFail: readonly string[];
  readonly said: readonly Said[];
  /** Why verify itself failed; `null` when it ran. */
  readonly error: string | null;
  readonly wallMs: number;
}

/** A share with its 95 % Wilson interval; `value` is null when there was nothing to count. */
export interface Share {
  readonly hits: number;
  readonly of: number;
  readonly value: number | null;
  readonly interval: readonly [number, number];
}

/** How far a check can be trusted. */
export interface Score {
  readonly id: string;
  /** Of the mutants that it must find, the share that it found. */
  readonly sensitivity: number | null;
  readonly sensitivityInterval: readonly [number, number];
  /** Of the consumers that it decided on and that have nothing for it to find, the share that it passed. */
  readonly specificity: number | null;
  readonly specificityInterval: readonly [number, number];
  /** Mutants of its own that it passed. */
  readonly falsePass: number;
  readonly inconclusive: number;
  readonly cases: number;
}

/** A verdict that is not what the zoo knows to be true. */
export interface Miss {
  readonly check: string;
  readonly subject: string;
  readonly expected: string;
  readonly verdict: string;
  readonly because: string;
}

/** The Wilson score interval of `hits` out of `of` at 95 %. */
export function wilson(hits: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const share = hits / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** A share with its interval. */
export function shareOf(hits: number, of: number): Share {
  return { hits, of, value: of === 0 ? null : hits / of, interval: wilson(hits, of) };
}

/** How each built check did on the cases. */
export function scores(cases: readonly Case[]): readonly Score[] {
  return builtChecks.map((check) => scoreOf(check, [countsOf(check, cases)]));
}

/** How all of them did together. */
export function totalScore(cases: readonly Case[]): Score {
  const counts = builtChecks.map((check) => countsOf(check, cases));
  return scoreOf("all", counts);
}

interface Counts {
  /** Verdicts of a check on its own mutants, and on consumers that have nothing for it to find. */
  readonly own: readonly string[];
  readonly others: readonly string[];
}

function countsOf(check: string, cases: readonly Case[]): Counts {
  const own = cases.filter((one) => one.fails === check);
  const others = cases.filter((one) => isNegative(one, check)).flatMap((one) => saidBy(one, check) ?? []);
  return {
    own: own.map((one) => saidBy(one, check)?.verdict ?? "inconclusive"),
    others: others.map(({ verdict }) => verdict),
  };
}

function scoreOf(id: string, counts: readonly Counts[]): Score {
  const own = counts.flatMap((one) => one.own);
  const others = counts.flatMap((one) => one.others);
  const count = (verdicts: readonly string[], of: (verdict: string) => boolean) => verdicts.filter(of).length;
  const isPass = (verdict: string) => verdict === "pass";
  const isOpen = (verdict: string) => verdict === "inconclusive";
  const found = shareOf(count(own, isFinding), own.length);
  const decided = count(others, (verdict) => isPass(verdict) || isFinding(verdict));
  const passed = shareOf(count(others, isPass), decided);
  return {
    id,
    sensitivity: found.value,
    sensitivityInterval: found.interval,
    specificity: passed.value,
    specificityInterval: passed.interval,
    falsePass: count(own, isPass),
    inconclusive: count(own, isOpen) + count(others, isOpen),
    cases: own.length + count(others, (verdict) => verdict !== "not-applicable"),
  };
}

/** Every verdict that is not what the zoo knows to be true. */
export function misses(cases: readonly Case[]): readonly Miss[] {
  return cases.flatMap((one) => [...missedDefect(one), ...falseAlarms(one)]);
}

function missedDefect(one: Case): Miss[] {
  if (one.fails === null) return [];
  const said = saidBy(one, one.fails);
  if (said?.verdict === one.as) return [];
  return [
    {
      check: one.fails,
      subject: one.subject,
      expected: one.as,
      verdict: said?.verdict ?? "nothing",
      because: said?.because ?? one.error ?? "verify did not report the check",
    },
  ];
}

function falseAlarms(one: Case): Miss[] {
  const wrong = one.said.filter(
    ({ check, verdict }) => isNegative(one, check) && (isFinding(verdict) || verdict === "inconclusive"),
  );
  return wrong.map(({ check, verdict, because }) => ({
    check,
    subject: one.subject,
    expected: "pass",
    verdict,
    because,
  }));
}

/** The share of verdicts that say something, and the consumers whose verdicts differ between rounds of the same cases. */
export function steadiness(rounds: readonly (readonly Case[])[]): {
  readonly decided: Share;
  readonly wavering: readonly string[];
} {
  const expected = rounds.flat().flatMap((one) => one.said.filter((said) => isJudged(one, said)));
  const decided = expected.filter((one) => one.verdict !== "inconclusive").length;
  const byPlace = new Map<string, Set<string>>();
  for (const one of rounds.flat()) {
    for (const said of one.said.filter((each) => isJudged(one, each))) {
      const place = `${one.subject}: ${said.check}`;
      byPlace.set(place, (byPlace.get(place) ?? new Set()).add(said.verdict));
    }
  }
  const wavering = [...byPlace].filter(([, verdicts]) => verdicts.size > 1);
  return {
    decided: shareOf(decided, expected.length),
    wavering: wavering.map(([place, verdicts]) => `${place} (${[...verdicts].join(", ")})`),
  };
}

/** Verdicts that the zoo has an opinion on: not those of checks that may or may not find a mutant's defect too. */
function isJudged(one: Case, { check, verdict }: Said): boolean {
  return !one.mayFail.includes(check) && verdict !== "not-applicable" && verdict !== "not-tested";
}

function isNegative(one: Case, check: string): boolean {
  const built: readonly string[] = builtChecks;
  return built.includes(check) && one.fails !== check && !one.mayFail.includes(check);
}

function isFinding(verdict: string): boolean {
  return verdict === "fail" || verdict === "advice";
}

function saidBy(one: Case, check: string): Said | undefined {
  return one.said.find((said) => said.check === check);
}
