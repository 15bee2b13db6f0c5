import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CallRecord, Observation, StoredRun } from "../../packages/verify/src/index.ts";
import type { RecordedCall, RecordedEnd, RecordedExchange, Recording } from "./recorded.ts";

type ExchangeRecord = Extract<Observation, { type: "exchange" }>;

/** Which request of the service a scenario's calls come in by, as `POST /orders`; `null` for a scenario that is not known. */
export type RequestOf = (scenario: string) => string | null;

/** What a stored verification saw, as proxies, a tracer and the service itself would have written it down. */
export function recordingOf(
  { folder, run, observations }: Pick<StoredRun, "folder" | "run" | "observations">,
  subject: string,
  requestOf: RequestOf,
): Recording {
  const exchanges = observations.filter((one): one is ExchangeRecord => one.type === "exchange");
  const zeroMs = epochOfZero(exchanges);
  const at = (ms: number): number => Math.round(zeroMs + ms);
  const last = new Map(observations.flatMap((one) => (one.type === "call" ? [[one.id, one] as const] : [])));
  return {
    subject,
    seed: run.seed,
    calls: [...last.values()].flatMap((call) => callOf(call, requestOf, at)),
    exchanges: exchanges.flatMap((one) => exchangeOf(one, at)).toSorted((a, b) => a.endMs - b.endMs),
    log: logOf(folder, at),
  };
}

/** When the clock of the run stood at zero: no answer was dated before its second began. */
function epochOfZero(exchanges: readonly ExchangeRecord[]): number {
  const latest = exchanges.flatMap(({ response, provider }) => {
    const date = response?.headers.find(([name]) => name === "date")?.[1];
    const atMs = date === undefined || provider === null ? Number.NaN : Date.parse(date);
    return response === null || Number.isNaN(atMs) ? [] : [atMs - response.firstByteMs];
  });
  if (latest.length === 0) throw new Error("no answer of the run is dated");
  return latest.reduce((most, one) => Math.max(most, one));
}

function callOf(call: CallRecord, requestOf: RequestOf, at: (ms: number) => number): RecordedCall[] {
  const { id, startedMs, endedMs, watchedUntilMs, outcome, beside } = call;
  if (beside === null) return [];
  const request = requestOf(beside ?? call.experiment.split("/")[0] ?? "");
  if (request === null) return [];
  // A module or a command has no status of its own: the service around it would have answered so.
  const status = call.status ?? (outcome === "succeeded" ? 201 : 502);
  return [
    {
      id,
      traceparent: call.traceparent === undefined ? traceparentOf(call.traceId) : call.traceparent,
      startMs: at(startedMs),
      endMs: at(endedMs ?? watchedUntilMs),
      status: endedMs === null ? null : status,
      request: request.replaceAll(/\$\{[^}]*\}|:\w+/g, id),
    },
  ];
}

/** Calls of a load are kept with their trace alone. */
function traceparentOf(trace: string): string {
  return `00-${trace}-${trace.slice(0, 16)}-01`;
}

/** What still was open when the proxy closed is in no log. */
function exchangeOf(one: ExchangeRecord, at: (ms: number) => number): RecordedExchange[] {
  const ended = endOf(one);
  if (ended === null) return [];
  const { request, response } = one;
  const kept = ["traceparent", "idempotency-key"].flatMap((name) => {
    const value = request.headers.find(([header]) => header === name)?.[1];
    return value === undefined ? [] : [[name, value] as const];
  });
  const headers = Object.fromEntries(kept);
  return [
    {
      call: request.mentions[0] ?? one.armedCall ?? "",
      startMs: at(one.arrivedMs),
      endMs: at(ended.atMs),
      method: request.method,
      target: request.target,
      status: ended.end === "given-up" ? null : (response?.status ?? null),
      end: ended.end,
      retryAfter: response?.headers.find(([name]) => name === "retry-after")?.[1] ?? null,
      headers,
      provider: one.integration,
      trace: traceOf(headers["traceparent"] ?? "") ?? madeUp(one.id),
    },
  ];
}

function endOf({
  response,
  consumerClosed,
  faultCompleteMs,
  fault,
  end,
}: ExchangeRecord): { readonly end: RecordedEnd; readonly atMs: number } | null {
  const begun = response !== null;
  const leftMs = consumerClosed?.atMs ?? Number.POSITIVE_INFINITY;
  // What the proxy still wrote to a consumer that had gone is no answer.
  if (begun && response.completeMs !== null && response.completeMs <= leftMs)
    return { end: "answered", atMs: response.completeMs };
  if (consumerClosed !== null)
    return { end: begun && response.firstByteMs <= leftMs ? "left" : "given-up", atMs: leftMs };
  if (end !== "fault-closed" || faultCompleteMs === null) return null;
  const broken = fault?.spec["how"] === "reset" || fault?.spec.kind === "reset" ? "reset" : "closed";
  return { end: begun ? "cut" : broken, atMs: faultCompleteMs };
}

function traceOf(traceparent: string): string | null {
  return /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent)?.[1] ?? null;
}

/** A tracer begins a trace of its own where none was handed on. */
function madeUp(id: string): string {
  return Buffer.from(id).toString("hex").padStart(32, "0").slice(-32);
}

/** The lines of the service by their times: JSON gets a field for it, what is no JSON stands after it. */
function logOf(folder: string, at: (ms: number) => number): string[] {
  const logs = join(folder, "logs");
  const names = existsSync(logs) ? readdirSync(logs).filter((name) => name.endsWith(".log")) : [];
  return names
    .flatMap((name) => readFileSync(join(logs, name), "utf8").split("\n"))
    .flatMap((line) => {
      const found = /^(\d+(?:\.\d+)?) \S+ (?:stdout|stderr|file) (.*)$/.exec(line);
      return found === null ? [] : [{ atMs: Number(found[1]), text: found[2] ?? "" }];
    })
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text }) => {
      const time = new Date(at(atMs)).toISOString();
      return text.startsWith("{") ? `{"time":"${time}",${text.slice(1)}` : `${time} ${text}`;
    });
}
