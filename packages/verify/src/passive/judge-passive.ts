import type { Contract } from "@holdfast/contract";
import { quotable, type Seen, type Spot } from "@holdfast/operate";
import { markAccepted } from "../baseline.ts";
import { checks } from "../checks/index.ts";
import { many, percent } from "../judgement.ts";
import type { Check, Judgement, Target } from "../model.ts";
import { isNotApplicable, selected } from "../plan.ts";
import { Gathering } from "./gathering.ts";
import { leftOut } from "./left-out.ts";
import type { PassiveReport, PassiveResult, PassiveTarget, QuotedLine, TrafficView } from "./model.ts";
import { spotName } from "./natural-attempt.ts";
import { byContract, byShape } from "./passive-targets.ts";
import { keysOf, quoteKey } from "./quote-key.ts";
import { passiveRules } from "./rules/index.ts";
import type { TargetStore } from "./target-store.ts";
import { viewOf } from "./view.ts";
import { untimed } from "./words.ts";

/** What traffic is judged by. */
export interface PassiveOptions {
  /** The commitments; `null`: nothing is declared, and targets are told apart by host and path. */
  readonly contract: Contract | null;
  /** Only these checks or items; all when left out. */
  readonly only?: readonly string[];
  /** Remedies from the guide, by check id. */
  readonly remedies?: Readonly<Record<string, string>>;
  /** The day (`2026-11-28`, UTC) of a time in milliseconds since 1970: findings are accepted up to a day. */
  readonly dayOf: (ms: number) => string;
}

/** What was read, as the reader reports it. */
export type ReadReport = Pick<PassiveReport["read"], "files" | "spans">;

/** A judge of traffic: hears what was seen, and says in the end what that decides. */
export interface PassiveJudge {
  take(seen: Seen): void;
  end(read: ReadReport): PassiveReport;
}

/** Judges what failed by itself: the same traffic gives the same report. */
export function passiveJudge(options: PassiveOptions): PassiveJudge {
  const { contract } = options;
  const gathering = new Gathering(contract === null ? byShape() : byContract(contract));
  return {
    take: (seen) => gathering.take(seen),
    end(read) {
      const gathered = gathering.end();
      // One view at a time: each holds all calls of its target.
      const judged = gathered.stores.map((store) => {
        const view = viewOf(store, gathered);
        return { target: targetOf(store, view), results: resultsOf(view, options, read) };
      });
      return {
        schemaVersion: 1,
        mode: "passive",
        service: contract?.service?.name ?? "",
        contract: contract === null ? null : { file: contract.file, digest: contract.digest },
        read: {
          ...read,
          fromMs: gathered.fromMs,
          toMs: gathered.toMs,
          strangers: [...gathered.strangers]
            .map(([request, count]) => ({ request, count }))
            .toSorted((a, b) => b.count - a.count)
            .slice(0, 10),
        },
        targets: judged.map(({ target }) => target),
        checks: accepted(
          judged.flatMap(({ results }) => results),
          gathered.toMs,
          options,
        ),
        leftOut: leftOut(),
      };
    },
  };
}

/** Findings that the contract accepts are marked; it accepts them as of the last day that the traffic tells of. */
function accepted(
  results: readonly PassiveResult[],
  toMs: number | null,
  { contract, dayOf }: PassiveOptions,
): readonly PassiveResult[] {
  if (contract === null || toMs === null) return results;
  return markAccepted(results, contract.accept, dayOf(toMs));
}

function targetOf(store: TargetStore, view: TrafficView): PassiveTarget {
  const source = (["access-log", "span", "log"] as const).find((one) => store.attempts.has(one));
  const { seen, failed } = store.attempts.get(source ?? "log") ?? { seen: 0, failed: 0 };
  return {
    ...placeOf(store.target),
    calls: store.seen,
    attempts: seen,
    failed,
    failing: view.link.failing,
    setAside: [...store.setAside].map(([because, calls]) => ({ calls, because })),
    source: view.shows.source,
    unseen: unseenIn(store, view),
  };
}

/** What these sources do not show, so that nobody takes silence for a verdict. */
function unseenIn(store: TargetStore, { shows, link }: TrafficView): string[] {
  const key = store.target.operation.idempotencyKey;
  const notes: readonly (readonly [boolean, string])[] = [
    [
      store.untied > 0,
      `${many(store.untied, "request")} without a trace id and a request id: what they are attempts of is not known`,
    ],
    [!link.proven, link.because],
    [shows.source !== null && !shows.times, `${untimed(shows)}: waits and timeouts are not judged`],
    [
      key !== null && !key.startsWith("/") && !shows.headers.has(key),
      `${key} is not written down: keys are not judged`,
    ],
    [!shows.headers.has("answer:retry-after"), "Retry-After is not written down"],
    [
      shows.source === "log",
      "only the application's own log tells of attempts, and lines that do not say how one ended are not counted",
    ],
    [
      store.stride > 1,
      `of ${store.seen} calls one in ${store.stride} was judged (${percent(1 / store.stride)})`,
    ],
  ];
  return notes.filter(([so]) => so).map(([, note]) => note);
}

function placeOf({ integration, operation }: Target): {
  readonly integration: string;
  readonly operation: string;
} {
  return { integration: integration.name, operation: operation.name };
}

function resultsOf(view: TrafficView, options: PassiveOptions, read: ReadReport): PassiveResult[] {
  const wanted = new Set(selected(options.only).map(({ id }) => id));
  const spots = spotsOf(view);
  return passiveRules.flatMap((rule) => {
    const check = checks.find(({ id }) => id === rule.check);
    if (check === undefined || !wanted.has(rule.check)) return [];
    const subject = check.about(view.target);
    const judged: Judgement =
      isNotApplicable(subject) && rule.check !== "budget"
        ? { verdict: "not-applicable", because: subject.notApplicable, fired: 0, samples: 0, evidence: [] }
        : rule.judge(view);
    return [
      resultOf(check, judged, view.target, options, (citation) => {
        const keys = rule.check.startsWith("key-") ? keysOf(citation, view) : new Map<string, string>();
        return linesOf(citation, spots, read, keys);
      }),
    ];
  });
}

function resultOf(
  check: Check,
  { verdict, because, samples, estimate, limit, bound, diagnosis, severity, evidence }: Judgement,
  target: Target,
  { remedies = {} }: PassiveOptions,
  quote: (citation: Judgement["evidence"][number]) => readonly QuotedLine[],
): PassiveResult {
  const isOpen = verdict === "fail" || verdict === "advice";
  const remedy = remedies[check.id];
  return {
    id: check.id,
    item: check.item,
    ...placeOf(target),
    question: check.question,
    rule: check.rule,
    source: check.source,
    verdict,
    because,
    samples,
    ...(estimate === undefined ? {} : { estimate }),
    ...(limit === undefined ? {} : { limit }),
    ...(bound === undefined ? {} : { bound }),
    ...(diagnosis === undefined ? {} : { diagnosis }),
    ...(severity === undefined ? {} : { severity }),
    ...(isOpen && remedy !== undefined ? { remedy } : {}),
    evidence: evidence.flatMap(quote),
  };
}

/** Where the lines stand that attempts were read from. */
function spotsOf({ lines, secrets }: TrafficView): ReadonlyMap<string, Spot> {
  return new Map([...lines, ...secrets.first.map((spot) => [spotName(spot), spot] as const)]);
}

const linesMax = 6;

function linesOf(
  { exchanges, note }: Judgement["evidence"][number],
  spots: ReadonlyMap<string, Spot>,
  { files }: ReadReport,
  keys: ReadonlyMap<string, string>,
): QuotedLine[] {
  return exchanges.slice(0, linesMax).flatMap((name) => {
    const spot = spots.get(name);
    if (spot === undefined) return [];
    const key = keys.get(name);
    const text = key === undefined ? quotable(spot.text) : quoteKey(quotable(spot.text), key);
    return [{ file: files[spot.file]?.name ?? "traces", line: spot.line, text, note }];
  });
}
