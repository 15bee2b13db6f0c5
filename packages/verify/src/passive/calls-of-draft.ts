import type { RequestSeen, Spot } from "@holdfast/operate";
import type { Target } from "../model.ts";
import { largest, smallest } from "../stats.ts";
import type { Draft } from "./draft.ts";
import type { NaturalCall, Shows } from "./model.ts";
import { attemptOf, loggedAttempt, type NaturalAttempt } from "./natural-attempt.ts";
import { naturalCall } from "./natural-call.ts";

/** What a draft comes to for one target: its calls, or why they cannot be told apart. */
export type CallsFound =
  | { readonly calls: readonly NaturalCall[]; readonly source: NonNullable<Shows["source"]> }
  | { readonly setAside: string };

/** Clocks of proxies and processes differ by this much before two requests count as overlapping. */
const overlapMs = 50;
/** What comes later than this after a failure is another call under the same id. */
const pauseMaxMs = 120_000;

/** The calls of a draft at one target: each goes on as long as its attempts fail. */
export function callsOfDraft(draft: Draft, target: Target, id: string): CallsFound {
  if (draft.overflowed) return { setAside: "more than 300 requests carry one id" };
  const { source, rows } = attemptsOf(draft, target);
  if (rows.length > 0 && source !== "log" && overlaps(rows)) {
    return { setAside: "requests of one call overlap, so attempts cannot be told from calls beside them" };
  }
  if (source === "log" && !isWhole(rows)) return { setAside: "the log leaves some of their attempts out" };
  const chains = chainsOf(rows);
  if (chains.length === 0 && draft.callers.length === 0) return { calls: [], source };
  const callers = draft.callers.length;
  if (callers > 1) return { setAside: "several calls that came in carry one id" };
  if (callers === 1 && draft.callers[0]?.ending === "given-up") {
    return { setAside: "their own caller went away" };
  }
  const calls = chains.map((chain, at) =>
    callOf(draft, chain, { id: `${id}${at === 0 ? "" : `.${at + 1}`}`, source }),
  );
  return { calls, source };
}

interface Rows {
  readonly source: NonNullable<Shows["source"]>;
  readonly rows: readonly (NaturalAttempt & { readonly byRequest: boolean; readonly spot: Spot })[];
}

/** One source is believed, not several added up: what proxies wrote first, then traces, then the application's own log. */
function attemptsOf(draft: Draft, target: Target): Rows {
  const own = draft.requests.filter((one) => one.target === target);
  for (const source of ["access-log", "span"] as const) {
    const of = own.filter(({ request }) => request.source === source);
    if (of.length === 0) continue;
    const rows = of
      .toSorted((a, b) => startOf(a.request) - startOf(b.request))
      .map(({ request, byRequest }, at) => ({
        ...attemptOf(request, target, at + 1),
        byRequest,
        spot: request,
      }));
    return { source, rows };
  }
  const logged = draft.logged.filter((one) => one.target === target);
  const rows = logged.flatMap(({ seen }) =>
    seen.attempt === null
      ? []
      : [{ ...loggedAttempt(seen, seen.attempt, target), byRequest: false, spot: seen }],
  );
  return { source: "log", rows };
}

function startOf({ startMs, endMs }: RequestSeen): number {
  return startMs ?? endMs ?? 0;
}

function endOf({ attempt }: NaturalAttempt): number {
  return attempt.faultCompleteMs ?? attempt.response?.completeMs ?? attempt.arrivedMs;
}

function overlaps(rows: Rows["rows"]): boolean {
  return rows.some((row, at) => {
    const before = rows[at - 1];
    return before !== undefined && row.attempt.arrivedMs < endOf(before) - overlapMs;
  });
}

/** Numbers that begin at one and leave none out, as often as they begin anew. */
function isWhole(rows: Rows["rows"]): boolean {
  return rows.every(({ attempt }, at) => {
    const before = rows[at - 1]?.attempt.number ?? 0;
    return attempt.number === 1 || attempt.number === before + 1;
  });
}

function chainsOf(rows: Rows["rows"]): Rows["rows"][] {
  const chains: (Rows["rows"][number] | null)[][] = [];
  let open: Rows["rows"][number][] = [];
  const close = (): void => {
    if (open.length > 0) chains.push(open);
    open = [];
  };
  for (const row of rows) {
    const before = open.at(-1);
    const isNew = before !== undefined && row.attempt.arrivedMs - endOf(before) > pauseMaxMs;
    const beginsAnew = before !== undefined && row.attempt.number === 1;
    if (isNew || beginsAnew) close();
    open.push(row);
    if (row.kind === null) close();
  }
  close();
  return chains as Rows["rows"][];
}

function callOf(
  draft: Draft,
  chain: Rows["rows"],
  { id, source }: Pick<NaturalCall, "id" | "source">,
): NaturalCall {
  const caller = draft.callers[0] ?? null;
  const attempts = chain.map(({ attempt }, at) => ({ ...attempt, number: at + 1 }));
  const startedMs = Math.min(
    caller?.startMs ?? Number.POSITIVE_INFINITY,
    smallest(attempts.map((one) => one.arrivedMs)),
  );
  const lastMs = largest(chain.map(endOf));
  const endedMs = caller?.endMs ?? lastMs;
  return naturalCall({
    id,
    source,
    instance: caller?.service ?? "",
    startedMs,
    endedMs,
    outcome: outcomeOf(draft, chain),
    watchedUntilMs: Math.max(endedMs, lastMs),
    status: caller?.status ?? null,
    traceId: caller?.trace ?? "",
    correlation: caller?.request ?? null,
    traceparent: caller?.headers["traceparent"] ?? null,
    attempts,
    logLines: draft.logLines,
    kinds: chain.map(({ kind }) => kind),
    callerSeen: caller !== null,
    tiedByRequest: chain.length > 0 && chain.every(({ byRequest }) => byRequest),
    caller: caller === null ? null : { startMs: caller.startMs, status: caller.status },
    spots: [...chain.map(({ spot }) => spot), ...(caller === null ? [] : [caller])].map(bare),
  });
}

/** Calls are kept by the thousand: of a request only where it stands. */
function bare({ file, line, text }: Spot): Spot {
  return { file, line, text };
}

/**
 * An answer in the end is a success, when it came before the service's caller had its own; a failure that this caller did not hear of is one
 * only without a second attempt: a fallback.
 */
function outcomeOf({ callers: [caller], outcome }: Draft, chain: Rows["rows"]): NaturalCall["outcome"] {
  const last = chain.at(-1);
  const heardMs = caller?.endMs ?? Number.POSITIVE_INFINITY;
  if (last !== undefined && last.kind === null)
    return endOf(last) <= heardMs + overlapMs ? "succeeded" : "failed";
  const status = caller?.status ?? null;
  const well = status === null ? outcome === "succeeded" : status < 400;
  return well && chain.length < 2 ? "succeeded" : "failed";
}
