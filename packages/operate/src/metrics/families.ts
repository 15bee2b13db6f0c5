import { httpClient, resilience } from "./catalogue.ts";

/** A metric of requests that some client or server of HTTP exports by itself; of which provider they are it does not tell. */
export interface PlainMetric {
  /** What counts them. */
  readonly count: string;
  /** The histogram of their durations, without its ending; `null` where the metric has none. */
  readonly duration: string | null;
  /** Labels that tell how a request ended; a library sets some of them. */
  readonly labels: readonly string[];
  /** `client`: requests to providers; `server`: those of the service's own callers. */
  readonly side: "client" | "server";
}

/** By what the calls of a service are counted, as far as the names that it exports tell. */
export type CallFamily =
  | { readonly kind: "resilience" }
  | { readonly kind: "otel" }
  | { readonly kind: "plain"; readonly metric: PlainMetric }
  | { readonly kind: "none" };

const { status, errorType, address } = httpClient.label;

/** Those of well-known libraries, what tells most first. */
const plainMetrics: readonly PlainMetric[] = [
  histogram(httpClient.duration, [address, status, errorType], "client"),
  histogram("http_client_requests_seconds", ["client_name", "status", "exception"], "client"),
  { count: "http_client_requests_total", duration: null, labels: ["status", "code"], side: "client" },
  histogram("http_server_request_duration_seconds", [status, errorType], "server"),
  histogram("http_server_requests_seconds", ["status", "exception"], "server"),
  histogram("http_request_duration_seconds", ["status_code", "status", "code"], "server"),
  { count: "http_requests_total", duration: null, labels: ["status_code", "status", "code"], side: "server" },
];

/** Their names, as queries have them. */
export const plainNames: readonly string[] = plainMetrics.flatMap(({ count, duration }) =>
  duration === null ? [count] : [count, `${duration}_sum`, `${duration}_bucket`],
);

function histogram(name: string, labels: readonly string[], side: PlainMetric["side"]): PlainMetric {
  return { count: `${name}_count`, duration: name, labels, side };
}

/**
 * What names of metrics tell: Holdfast's own before OpenTelemetry's, those before what any library counts. `addressed`: whether the host of
 * every provider is known, without which OpenTelemetry's metrics do not tell providers apart.
 */
export function familyOf(metrics: Iterable<string>, addressed: boolean): CallFamily {
  const names = new Set(metrics);
  if ([resilience.calls, resilience.attempts, `${resilience.duration}_count`].some((name) => names.has(name)))
    return { kind: "resilience" };
  if (addressed && names.has(`${httpClient.duration}_count`)) return { kind: "otel" };
  const found = plainMetrics.find(({ count }) => names.has(count));
  if (found === undefined) return { kind: "none" };
  const timed = found.duration !== null && names.has(`${found.duration}_bucket`);
  return { kind: "plain", metric: { ...found, duration: timed ? found.duration : null } };
}
