import { type Cause, causesOf } from "./cause.ts";
import type { Certainty } from "./certainty.ts";
import { correlator } from "./correlate.ts";
import type { Entry } from "./entry.ts";
import type { KeptLine } from "./failure-group.ts";
import { finders } from "./finders/index.ts";
import type { Finding, Known } from "./finding.ts";
import { type Hypothesis, hypothesesOf } from "./hypotheses.ts";
import { type Evidence, quotable, quote } from "./quote.ts";

/** What failed first, with what it did. */
export interface FirstCause {
  readonly service: string;
  /** Who failed it; `null` where the logs name nobody. */
  readonly dependency: string | null;
  readonly class: string;
  readonly says: string;
  readonly certainty: Certainty;
  readonly onset: Evidence | null;
  readonly lastAtMs: number | null;
  /** Calls that began to fail with it. */
  readonly calls: { readonly failed: number; readonly recovered: number };
  /** Calls that failed at a front door, where more did than behind it: nothing but their time ties them to it; else 0. */
  readonly untiedCalls: number;
  readonly lines: number;
  readonly blast: BlastRadius;
  readonly evidence: readonly Evidence[];
  readonly guide: string;
}

/** How far it reached. */
export interface BlastRadius {
  readonly services: readonly string[];
  readonly operations: readonly string[];
  /** Failed calls of all calls that the logs hold. */
  readonly callsFailed: number;
  readonly callsTotal: number;
  /** Orders and the like whose call failed. */
  readonly effectsFailed: number;
}

/** A finding with its lines quoted. */
export interface FoundFinding {
  readonly finder: string;
  readonly certainty: Certainty;
  readonly says: string;
  readonly next: string;
  readonly guide: string;
  readonly evidence: readonly Evidence[];
}

/** What the logs tell. */
export interface Diagnosis {
  /** `failing`: something fails. `clean`: nothing does. `undecided`: what fails cannot be named. */
  readonly verdict: "failing" | "clean" | "undecided";
  readonly cause: FirstCause | null;
  readonly hypotheses: readonly Hypothesis[];
  readonly findings: readonly FoundFinding[];
  readonly entries: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** A diagnosis at work. */
export interface Diagnosing {
  take(entry: Entry): void;
  /** Ends it; `more` are findings of whoever looked at something that is no entry. */
  end(more?: readonly Finding[]): Diagnosis;
}

/** Begins a diagnosis: entries are taken as they come, and what is kept of them is bounded. */
export function diagnosing(): Diagnosing {
  const watches = finders.map((finder) => ({ finder, watch: finder.watch() }));
  const onEntry = watches.filter(({ watch }) => watch.entry !== undefined);
  const correlated = correlator((call) => {
    for (const { watch } of watches) watch.call?.(call);
  });
  let entries = 0;
  let fromMs: number | null = null;
  let toMs: number | null = null;

  return {
    take(entry) {
      entries++;
      if (entry.atMs !== null) {
        if (fromMs === null || entry.atMs < fromMs) fromMs = entry.atMs;
        if (toMs === null || entry.atMs > toMs) toMs = entry.atMs;
      }
      const seen = { entry, ...correlated.add(entry) };
      for (const { watch } of onEntry) watch.entry?.(seen);
    },
    end(more = []) {
      correlated.end();
      const { totals, effectsFailed } = correlated;
      const spanMs = fromMs === null || toMs === null ? 0 : toMs - fromMs;
      const causes = causesOf([...correlated.groups.values()], { spanMs, callsTotal: totals.calls });
      const [cause = null] = causes;
      const known: Known = { cause, callsTotal: totals.calls, callsFailed: totals.failed };
      const findings = watches.flatMap(({ finder, watch }) =>
        [...watch.end(known), ...more.filter((one) => one.finder === finder.id)].map(
          ({ certainty, says, next, lines }): FoundFinding => ({
            finder: finder.id,
            certainty,
            says: quotable(says),
            next,
            guide: finder.guide,
            evidence: lines.map(quote),
          }),
        ),
      );
      return {
        verdict: cause === null ? "clean" : cause.group.class.id === "unknown" ? "undecided" : "failing",
        cause: cause === null ? null : firstCause(cause, known, effectsFailed.size),
        hypotheses: hypothesesOf(causes),
        findings,
        entries,
        fromMs,
        toMs,
      };
    },
  };
}

function firstCause(cause: Cause, known: Known, effectsFailed: number): FirstCause {
  const { group, service, dependency, certainty, onset, untiedCalls, effects } = cause;
  const services = [...new Set([service, ...effects.map((effect) => effect.service)])];
  return {
    service: quotable(service),
    dependency: dependency === null ? null : quotable(dependency),
    class: group.class.id,
    says: quotable(saysOf(cause)),
    certainty,
    onset: onset === null ? null : quote(onset),
    lastAtMs: group.lastAtMs,
    calls: { failed: group.failedCalls, recovered: group.recoveredCalls },
    untiedCalls,
    lines: group.lines,
    blast: {
      services: services.map(quotable),
      operations: [...group.operations].sort().map(quotable),
      callsFailed: known.callsFailed,
      callsTotal: known.callsTotal,
      effectsFailed,
    },
    evidence: evidenceOf(onset, group.samples),
    guide: group.class.guide,
  };
}

function saysOf({ service, dependency, group }: Cause): string {
  const { title } = group.class;
  if (dependency !== null) return `${service}: ${dependency} ${title}`;
  // Only its answers are known: whether it failed itself or passed on what it met, no line says.
  if (group.passedOn) return `${service}, or whoever stands behind it, ${title}`;
  return `${service}: something it calls, which the log does not name, ${title}`;
}

/** The lines that show it, each once, the onset first. */
function evidenceOf(onset: KeptLine | null, samples: readonly KeptLine[]): readonly Evidence[] {
  const lines = [...(onset === null ? [] : [onset]), ...samples];
  const once = lines.filter(
    ({ file, line }, at) => lines.findIndex((other) => other.file === file && other.line === line) === at,
  );
  return once.slice(0, 3).map(quote);
}
