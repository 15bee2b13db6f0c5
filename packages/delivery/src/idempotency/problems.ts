/** What a request is refused with. The codes are stable. */
export type ProblemCode =
  | "key-missing"
  | "key-invalid"
  | "in-progress"
  | "response-not-replayable"
  | "request-too-large"
  | "key-reused"
  | "store-unavailable"
  | "outcome-unknown";

interface Kind {
  readonly status: number;
  readonly title: string;
}

const kinds: Readonly<Record<ProblemCode, Kind>> = {
  "key-missing": { status: 400, title: "This operation needs an Idempotency-Key" },
  "key-invalid": { status: 400, title: "The Idempotency-Key is not one" },
  "in-progress": { status: 409, title: "A request with this Idempotency-Key is still being worked on" },
  "response-not-replayable": { status: 409, title: "The request was done, and its answer was not kept" },
  "request-too-large": { status: 413, title: "The request's body is too large" },
  "key-reused": { status: 422, title: "The Idempotency-Key was used for another request" },
  "store-unavailable": {
    status: 503,
    title: "The request could not be made safe to repeat, and was not begun",
  },
  "outcome-unknown": { status: 503, title: "Whether the request was done is not known yet" },
};

/** Where the types of problems are named: a URI, never fetched. */
export const typeBase = "urn:holdfast:problem:idempotency:";
export const problemContentType = "application/problem+json";

/** What a problem says beside its code. */
export interface ProblemExtras {
  readonly detail: string;
  /** When to come again, in milliseconds; rounded up to seconds. */
  readonly retryAfterMs?: number;
  readonly location?: string | undefined;
}

/** Problem details of RFC 9457 as an answer. Repeating the request is safe after every one of them. */
export function problem(code: ProblemCode, { detail, retryAfterMs, location }: ProblemExtras): Response {
  const { status, title } = kinds[code];
  const headers = new Headers({ "content-type": problemContentType, "cache-control": "no-store" });
  if (retryAfterMs !== undefined)
    headers.set("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  if (location !== undefined) headers.set("location", location);
  const body = { type: `${typeBase}${code}`, title, status, detail, code };
  return new Response(JSON.stringify(body), { status, headers });
}
