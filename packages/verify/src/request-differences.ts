import type { Operation } from "@holdfast/contract";
import { keyOf } from "./attempts.ts";
import { tellsDeadline } from "./deadline-headers.ts";
import type { Attempt, ObservedCall } from "./model.ts";
import { transientStatuses } from "./status-matrix.ts";

/** Something in which a later attempt differs from the first one of its call. */
export interface Difference {
  /** How grave: what the provider is asked for has changed, or only how it is told. */
  readonly kind: "request" | "header";
  /** `an empty body`, `another body`, `no authorization`, `another x-tenant`. */
  readonly what: string;
}

/** What may differ from attempt to attempt, for everything else has to be sent again as it was. */
const mayDiffer: readonly RegExp[] = [
  // Who this attempt is: spans, numbers, ids of single requests.
  /^(traceparent|tracestate|baggage|b3|x-b3-.*|uber-trace-id|uberctx-.*|sentry-trace|x-cloud-trace-context|x-amzn-trace-id|elastic-apm-traceparent|newrelic|x-datadog-.*)$/,
  /(^|-)(request|correlation|invocation|operation|span|trace)-?id$/,
  /attempt|retry|retries|resend|^amz-sdk-request$/,
  // When it is sent, and what is signed over that.
  /^(date|x-.*-date|x-.*timestamp|timestamp|nonce|x-.*nonce)$/,
  /signature|^(x-amz-content-sha256|x-amz-security-token|content-digest|digest|content-md5|dpop)$/,
  // How it is carried.
  /^(host|connection|keep-alive|proxy-connection|te|trailer|upgrade|expect|transfer-encoding|content-length|via|forwarded|x-forwarded-.*)$/,
];

/** What says on whose behalf a request is made. A token may be a fresh one; it must be there. */
const authorizes = /^(proxy-)?authorization$|(^|-)api-?key$|(^|-)(auth|access)-?token$/;

/** How the later attempts of a call differ from its first one in what must be equal; keys are judged by the checks of keys. */
export function differencesOf(call: ObservedCall, operation: Operation): Difference[] {
  const [first, ...later] = repeats(call);
  if (first === undefined) return [];
  const found = later.flatMap((one) => [
    ...lineDifferences(first, one),
    ...bodyDifferences(first, one, operation),
    ...headerDifferences(first, one, operation),
  ]);
  return [...new Map(found.map((one) => [one.what, one])).values()];
}

/** The attempts that are to repeat the first: a redirect or a refusal before them would be a reason to ask for something else. */
export function repeats({ attempts }: ObservedCall): readonly Attempt[] {
  const stop = attempts.findIndex(({ response }) => response !== null && !mayPass(response.status));
  return stop === -1 ? attempts : attempts.slice(0, stop + 1);
}

const transient: readonly number[] = transientStatuses;

function mayPass(status: number): boolean {
  return status < 300 || status >= 500 || transient.includes(status);
}

function lineDifferences({ request: first }: Attempt, { request: later }: Attempt): Difference[] {
  if (first.method !== later.method)
    return [{ kind: "request", what: `${later.method} instead of ${first.method}` }];
  if (first.target === later.target) return [];
  const pathOf = (target: string) => target.split("?")[0];
  if (pathOf(first.target) !== pathOf(later.target)) return [{ kind: "request", what: "another path" }];
  return [{ kind: "header", what: "another query" }];
}

function bodyDifferences(first: Attempt, later: Attempt, operation: Operation): Difference[] {
  // Of a request that was given up on the way, nobody knows what its body would have been.
  if (first.requestCompleteMs === null || later.requestCompleteMs === null) return [];
  if (first.request.bodyDigest === later.request.bodyDigest) return [];
  if (later.request.bodyBytes === 0) return [{ kind: "request", what: "an empty body" }];
  const inBody = operation.idempotencyKey?.startsWith("/") === true;
  if (inBody && keyOf(first, operation)?.value !== keyOf(later, operation)?.value) return [];
  return isWrittenAnew(first) && isWrittenAnew(later) ? [] : [{ kind: "request", what: "another body" }];
}

/** Parts with a new boundary, or packed with the time of day inside: other bytes, and the same content for all one can see. */
function isWrittenAnew(attempt: Attempt): boolean {
  const headers = valuesByName(attempt);
  return headers.has("content-encoding") || headers.get("content-type")?.startsWith("multipart/") === true;
}

function headerDifferences(first: Attempt, later: Attempt, operation: Operation): Difference[] {
  const key = operation.idempotencyKey?.toLowerCase() ?? keyOf(first, operation)?.name;
  const before = valuesByName(first);
  const after = valuesByName(later);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name) && !isFree(name) && name !== key)
    .flatMap((name) => headerDifference(name, before.get(name), after.get(name)));
}

function headerDifference(name: string, before: string | undefined, after: string | undefined): Difference[] {
  if (authorizes.test(name)) {
    if (before === undefined || (after !== undefined && after !== "")) return [];
    return [{ kind: "request", what: `no ${name}` }];
  }
  if (name === "content-type" && after === undefined) return [{ kind: "request", what: "no content-type" }];
  // A new boundary comes with a body that is written anew.
  if (name === "content-type" && before?.split(";")[0] === after?.split(";")[0]) return [];
  if (before === undefined) return [{ kind: "header", what: `${name} added` }];
  return [{ kind: "header", what: after === undefined ? `no ${name}` : `another ${name}` }];
}

function isFree(name: string): boolean {
  return /idempoten/.test(name) || tellsDeadline(name) || mayDiffer.some((pattern) => pattern.test(name));
}

function valuesByName({ request }: Attempt): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of request.headers) {
    const known = values.get(name);
    values.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  return values;
}
