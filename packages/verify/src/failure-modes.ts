import type { CallRecord, Experiment } from "./model.ts";

/** A way to fail that a runbook has to know. */
export interface FailureMode {
  readonly mode: string;
  /** Kinds of fault, with the first status for status faults: `status 5`, `status 429`. */
  readonly shownBy: (kind: string, status: number) => boolean;
  /** Or a check that failed. */
  readonly check?: string;
  readonly mentioned: RegExp;
  readonly todo: string;
}

/** The failure modes of an integration over HTTP that a run can show. */
export const failureModes: readonly FailureMode[] = [
  {
    mode: "provider silent or slow",
    shownBy: (kind) => kind === "hang" || ["hang", "latency", "black-hole", "tls-hang"].includes(kind),
    mentioned: /time[ds]?[ -]?out|hang|silent|latency|slow|no (answer|response)/i,
    todo: "how to see that calls to the provider hang, who is affected, and how to shed or divert them",
  },
  {
    mode: "provider unavailable (5xx)",
    shownBy: (kind, status) => kind === "status" && status >= 500,
    mentioned: /5xx|50[0234]|unavailable|outage|\bdown\b/i,
    todo: "how to tell the provider's outage from our own, where its status page is, and what to switch off meanwhile",
  },
  {
    mode: "provider throttles (429)",
    shownBy: (kind, status) => kind === "status" && status === 429,
    mentioned: /429|throttl|rate.?limit|quota|too many requests/i,
    todo: "how to find what uses the quota up, how to slow it down, and whom to ask for more",
  },
  {
    mode: "connection reset or refused",
    shownBy: (kind) => ["reset", "close", "refuse", "bad-certificate"].includes(kind),
    mentioned: /reset|refused|ECONN|connection (error|fail|clos|drop|lost)|broken pipe|hang ?up/i,
    todo: "how to check name resolution, network and TLS between us and the provider",
  },
  {
    mode: "answer breaks off or trickles",
    shownBy: (kind) => kind === "truncate" || kind === "drip",
    mentioned: /truncat|incomplete|partial|malformed|trickl|unexpected end/i,
    todo: "how incomplete answers show, and how to find out what the provider really did",
  },
  {
    mode: "effect happens twice",
    shownBy: () => false,
    check: "one-effect-on-lost-reply",
    mentioned: /duplicate|twice|double|idempoten|more than once/i,
    todo: "how to find duplicated effects, undo them, and tell those who are affected",
  },
  {
    mode: "connections leak",
    shownBy: () => false,
    check: "cancels-on-the-wire",
    mentioned: /leak|file descriptor|socket|EMFILE|connection pool/i,
    todo: "how to see that connections pile up, and how to restart safely",
  },
];

/** Whether the fault program of an experiment makes this failure mode. */
export function isUnder({ shownBy }: FailureMode, { program }: Pick<Experiment, "program">): boolean {
  return program.steps.some(
    ({ fault }) => fault !== null && shownBy(fault.kind, Number(fault["status"] ?? 0)),
  );
}

/** What the failed calls of a mode looked like to their callers: the most frequent look. `null` when none failed. */
export function signatureOf(calls: readonly CallRecord[]): string | null {
  // Looks that differ by the ids of their calls are one.
  const kinds = Map.groupBy(calls.filter((call) => call.outcome !== "succeeded").map(lookOf), (look) =>
    look.replaceAll(/\b(?=\w*\d)\w{6,}\b/g, "#"),
  );
  return [...kinds.values()].toSorted((a, b) => b.length - a.length)[0]?.[0] ?? null;
}

function lookOf(call: CallRecord): string {
  if (call.outcome === "unfinished") return "the caller gets no answer";
  const said = (call.error ?? "").replaceAll(/\s+/g, " ").slice(0, 120);
  const status = call.status === null ? "" : `status ${call.status}`;
  return [status, said].filter((part) => part !== "").join(": ") || "the call fails";
}
