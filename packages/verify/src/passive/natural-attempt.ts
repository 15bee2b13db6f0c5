import type { LoggedAttempt, LogSeen, RequestSeen } from "@holdfast/operate";
import type { Attempt, Target } from "../model.ts";
import type { FailureKind } from "./model.ts";

/** An attempt as the judges of a verification take it, with what was seen of its failure. */
export interface NaturalAttempt {
  readonly attempt: Attempt;
  readonly kind: FailureKind;
}

/** How a request failed; redirects and what is not modified count as well. */
export function kindOf({
  status,
  ending,
}: Pick<RequestSeen | LoggedAttempt, "status" | "ending">): FailureKind {
  if (status !== null && status >= 400) return String(status);
  if (status !== null && ending === "answered") return null;
  // The answer began: whoever left then was not met by silence.
  if (status !== null) return ending === "closed" || ending === "reset" ? "truncate" : "unknown";
  const kinds = { "given-up": "hang", reset: "reset", closed: "close", refused: "refuse" } as const;
  return ending === "unknown" || ending === "answered" ? "unknown" : kinds[ending];
}

/** The name by which a line is cited. */
export function spotName({ file, line }: { readonly file: number; readonly line: number }): string {
  return `${file}:${line}`;
}

/** A request that was written down, as an attempt. */
export function attemptOf(request: RequestSeen, target: Target, number: number): NaturalAttempt {
  const kind = kindOf(request);
  const startMs = request.startMs ?? request.endMs ?? 0;
  const endMs = Math.max(startMs, request.endMs ?? startMs);
  const sent = Object.entries(request.headers).filter(([name]) => !name.startsWith("answer:"));
  const answered = Object.entries(request.headers).filter(([name]) => name.startsWith("answer:"));
  const ids = request.request === null ? [] : [["x-request-id", request.request] as const];
  const base = bareAttempt(spotName(request), target, number, startMs);
  return {
    kind,
    attempt: {
      ...base,
      request: {
        ...base.request,
        method: request.method,
        target: request.target,
        headers: [...present(sent), ...ids],
      },
      ...failureAt(kind, startMs, endMs),
      response:
        request.status === null || kind === "hang"
          ? null
          : {
              status: request.status,
              headers: present(answered).map(([name, value]) => [name.slice(7), value] as const),
              bodyBytes: 0,
              firstByteMs: startMs + (request.firstByteMs ?? endMs - startMs),
              completeMs: endMs,
            },
      consumerClosed: request.ending === "given-up" ? { atMs: endMs, how: "fin" } : null,
    },
  };
}

/** An attempt that only an application's log tells of: it has an end, and no beginning. */
export function loggedAttempt(seen: LogSeen, logged: LoggedAttempt, target: Target): NaturalAttempt {
  const kind = logged.succeeded ? null : kindOf(logged);
  const atMs = seen.atMs ?? 0;
  const base = bareAttempt(spotName(seen), target, logged.number, atMs);
  return { kind, attempt: { ...base, ...failureAt(kind, atMs, atMs) } };
}

/** When an attempt failed; nothing where it did not. */
export function failureAt(
  kind: FailureKind,
  startMs: number,
  endMs: number,
): Pick<Attempt, "fault" | "firedMs" | "faultCompleteMs"> {
  if (kind === null) return { fault: null, firedMs: null, faultCompleteMs: null };
  return {
    fault: { spec: { kind: "natural", failure: kind }, step: 0 },
    firedMs: startMs,
    faultCompleteMs: endMs,
  };
}

function present(
  headers: readonly (readonly [string, string | null])[],
): readonly (readonly [string, string])[] {
  return headers.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

/** Bodies are in no log, so each attempt has a digest of its own and none is taken for a transport's replay of another. */
export function bareAttempt(
  id: string,
  { integration, operation }: Target,
  number: number,
  startMs: number,
): Attempt {
  return {
    type: "exchange",
    id,
    number,
    proxy: "",
    integration: integration.name,
    operation: operation.name,
    armedCall: null,
    connection: 0,
    ordinal: 0,
    arrivedMs: startMs,
    requestCompleteMs: startMs,
    request: {
      method: operation.request?.method ?? "GET",
      target: "",
      headers: [],
      bodyBytes: 0,
      digest: id,
      bodyDigest: id,
      fields: {},
      mentions: [],
    },
    fault: null,
    firedMs: null,
    faultCompleteMs: null,
    delivered: true,
    provider: null,
    response: null,
    consumerClosed: null,
    end: "complete",
  };
}
