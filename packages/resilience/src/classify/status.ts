import { retryAfterOf } from "@holdfast/core";
import type { Failure } from "../failure.ts";
import { readField, readNumber, readText } from "./read-field.ts";

/**
 * What an HTTP status says, or `null` for one that is no failure. `headers` are the response's, as any client holds them; the wait
 * that they ask for is read where the provider says that it wants less (429) or is not serving (503).
 */
export function failureOfStatus(status: number, headers: unknown, wallMs: () => number): Failure | null {
  if (!(status >= 400 && status <= 599)) return null;
  switch (status) {
    case 425:
      // Nothing is wrong with a provider that will not take early data.
      return { class: "unsent", counts: false, status };
    case 429:
      return { class: "throttled", counts: true, status, retryAfterMs: askedWait(headers, wallMs) };
    case 503: {
      const retryAfterMs = askedWait(headers, wallMs);
      return {
        class: retryAfterMs === null ? "unavailable" : "throttled",
        counts: true,
        status,
        retryAfterMs,
      };
    }
    case 501:
    case 505:
      return { class: "final", counts: true, status };
    default:
      return status >= 500 || status === 408
        ? { class: "ambiguous", counts: true, status }
        : { class: "final", counts: false, status };
  }
}

/** The wait that headers ask for; headers that cannot be read ask for none. */
export function askedWait(headers: unknown, wallMs: () => number): number | null {
  if (typeof headers !== "object" || headers === null) return null;
  try {
    return retryAfterOf(headers as Parameters<typeof retryAfterOf>[0], wallMs());
  } catch {
    return null;
  }
}

/** What an error says that stands for a response, as clients and SDKs throw them; `null` where it has no status of a failure. */
export function failureOfResponseError(error: unknown, wallMs: () => number): Failure | null {
  const response = readField(error, "response");
  const metadata = readField(error, "$metadata");
  const status =
    statusIn(readNumber(error, "status")) ??
    statusIn(readNumber(error, "statusCode")) ??
    statusIn(readNumber(response, "status")) ??
    statusIn(readNumber(response, "statusCode")) ??
    statusIn(readNumber(metadata, "httpStatusCode"));
  if (status === undefined) return null;
  const headers =
    readField(response, "headers") ??
    readField(error, "headers") ??
    readField(error, "responseHeaders") ??
    readField(readField(error, "$response"), "headers");
  if (metadata !== undefined && awsThrottles.has(readText(error, "name") ?? "")) {
    return { class: "throttled", counts: true, status, retryAfterMs: askedWait(headers, wallMs) };
  }
  return failureOfStatus(status, headers, wallMs);
}

/** A status of a failure; exit codes and the like are none. */
function statusIn(value: number | undefined): number | undefined {
  return value !== undefined && value >= 400 && value <= 599 ? value : undefined;
}

/** The names under which services of AWS throttle, with status 400 as often as with 429. */
const awsThrottles: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);
