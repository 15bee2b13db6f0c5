import type { HttpAct, Scenario } from "@holdfast/contract";
import { render } from "@holdfast/contract";
import type { Clock } from "@holdfast/core";
import { type DrivenCall, type DriveOutcome, type Driver, unfinished } from "./driver.ts";
import { mismatch } from "./expectation.ts";
import { httpRequest } from "./http-request.ts";

/** What the HTTP driver plants in every call. */
export interface PlantedHeaders {
  readonly authorization: string;
  readonly cookie: string;
}

/** Drives a service through its own HTTP interface: a new connection per call, the whole answer read. */
export function httpDriver(options: {
  readonly scenario: Scenario;
  readonly act: HttpAct;
  readonly url: string;
  readonly correlationHeader: string | null;
  readonly planted: PlantedHeaders;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Driver {
  const { scenario, clock } = options;
  return {
    drive: async (call) => {
      const horizon = AbortSignal.timeout(call.horizonMs);
      const signal = AbortSignal.any([horizon, options.signal]);
      const answer = await httpRequest({ ...requestOf(options, call), signal });
      const endedMs = clock.monotonic();
      if (answer.kind === "error") {
        return horizon.aborted
          ? unfinished(call.horizonMs)
          : { outcome: "failed", status: null, error: `no answer: ${answer.code}`, endedMs };
      }
      const wrong = mismatch(scenario.expect, answer, (template) => render(template, call.values));
      const outcome: DriveOutcome["outcome"] = wrong === null ? "succeeded" : "failed";
      return { outcome, status: answer.status, error: wrong, endedMs };
    },
  };
}

/** What is asked of a service, ready to be sent. */
export interface PlainRequest {
  readonly url: string;
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The request of a scenario for one call. */
export function requestOf(
  options: {
    readonly act: HttpAct;
    readonly url: string;
    readonly correlationHeader: string | null;
    readonly planted: PlantedHeaders;
  },
  call: Pick<DrivenCall, "traceparent" | "correlation" | "values">,
): PlainRequest {
  const { act, correlationHeader, planted } = options;
  return {
    url: options.url.replace(/\/$/, "") + render(act.request.path, call.values),
    method: act.request.method,
    headers: headersOf(act, call, correlationHeader, planted),
    body: act.body === null ? null : render(act.body, call.values),
  };
}

/** What the scenario sets goes before what is planted. */
function headersOf(
  act: HttpAct,
  call: Pick<DrivenCall, "traceparent" | "correlation" | "values">,
  correlationHeader: string | null,
  planted: PlantedHeaders,
): Record<string, string> {
  const headers: Record<string, string> = {
    authorization: planted.authorization,
    cookie: planted.cookie,
  };
  if (call.traceparent !== null) headers["traceparent"] = call.traceparent;
  if (correlationHeader !== null && call.correlation !== null) headers[correlationHeader] = call.correlation;
  if (act.body !== null) headers["content-type"] = "application/json";
  for (const [name, template] of Object.entries(act.headers)) {
    headers[name.toLowerCase()] = render(template, call.values);
  }
  return headers;
}
