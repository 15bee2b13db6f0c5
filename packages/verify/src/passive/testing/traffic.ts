import type { Contract } from "@holdfast/contract";
import type { LogSeen, RequestSeen, Seen } from "@holdfast/operate";
import { targetWith } from "../../testing/evidence.ts";
import { passiveJudge } from "../judge-passive.ts";
import type { PassiveReport, PassiveResult } from "../model.ts";

/** One attempt of a call: `200`, `503`, `hang`, `reset`; how long it took, and the wait before it. */
export interface TriedFacts {
  readonly end: number | "hang" | "reset";
  readonly tookMs?: number;
  /** After the attempt before it; 0 for the first. */
  readonly afterMs?: number;
  readonly headers?: RequestSeen["headers"];
  /** Another trace than that of its call. */
  readonly trace?: string;
  readonly target?: string;
}

/** What a test says of a call; the rest is a call that came in and took as long as its attempts. */
export interface CallFacts {
  readonly tried: readonly TriedFacts[];
  /** Status for the service's own caller; 201 when the last attempt went well, else 502; `null`: nobody saw it come in. */
  readonly status?: number | null;
  readonly log?: boolean;
}

let serial = 0;

/** The lines that calls leave in access logs of both sides, one call a second. */
export function trafficOf(calls: readonly CallFacts[]): Seen[] {
  return calls.flatMap((facts, at) => linesOf(facts, 1_000_000 + at * 10_000));
}

function linesOf({ tried, status, log = false }: CallFacts, startMs: number): Seen[] {
  const trace = `e${(++serial).toString(16).padStart(31, "0")}`;
  const attempts = attemptsOf(tried, startMs + 2, trace);
  const atMs = attempts.at(-1)?.endMs ?? startMs;
  const last = tried.at(-1)?.end;
  const answered = status === undefined ? (typeof last === "number" && last < 400 ? 201 : 502) : status;
  const route = { side: "in", method: "POST", target: "/orders" } as const;
  const caller =
    answered === null ? [] : [requestSeen({ ...route, startMs, endMs: atMs + 2, status: answered, trace })];
  const about = { atMs, call: trace, secret: null, attempt: null, outcome: null };
  const lines: LogSeen[] = log ? [{ kind: "log", file: 1, line: serial, text: "a line", ...about }] : [];
  return [...attempts, ...caller, ...lines];
}

function attemptsOf(tried: CallFacts["tried"], fromMs: number, trace: string): RequestSeen[] {
  let atMs = fromMs;
  return tried.map((one) => {
    const startMs = atMs + (one.afterMs ?? 0);
    atMs = startMs + (one.tookMs ?? 10);
    return requestSeen({
      side: null,
      startMs,
      endMs: atMs,
      ...endOf(one.end),
      trace: one.trace ?? trace,
      headers: one.headers ?? {},
      ...(one.target === undefined ? {} : { target: one.target }),
    });
  });
}

function endOf(end: TriedFacts["end"]): Pick<RequestSeen, "status" | "ending"> {
  if (typeof end === "number") return { status: end, ending: "answered" };
  return { status: null, ending: end === "hang" ? "given-up" : "reset" };
}

let line = 0;

/** A request from its facts. */
export function requestSeen(facts: Partial<RequestSeen>): RequestSeen {
  return {
    kind: "request",
    source: "access-log",
    file: 0,
    line: ++line,
    text: `line ${line}`,
    side: "out",
    service: null,
    peer: "payments",
    method: "GET",
    target: "/v1/charges",
    startMs: 0,
    endMs: 10,
    resolutionMs: 1,
    status: 200,
    ending: "answered",
    firstByteMs: null,
    trace: null,
    request: null,
    span: null,
    parent: null,
    tries: 1,
    headers: {},
    ...facts,
  };
}

/** A contract with one operation, as `targetWith` makes it. */
export function contractWith(facts: Parameters<typeof targetWith>[0] = {}): Contract {
  return targetWith(facts).contract;
}

/** What traffic says by a contract. */
export function reportOf(seen: readonly Seen[], contract: Contract | null = contractWith()): PassiveReport {
  const judge = passiveJudge({ contract, dayOf: (ms) => new Date(ms).toISOString().slice(0, 10) });
  for (const one of seen) judge.take(one);
  const file = { name: "access.log", lines: 1, requests: 1, logs: 0, unreadable: null, notes: [] };
  return judge.end({ files: [file, { ...file, name: "app.log" }], spans: 0 });
}

/** What one check says of traffic. */
export function saidBy(check: string, seen: readonly Seen[], contract?: Contract): PassiveResult {
  const found = reportOf(seen, contract).checks.find(({ id }) => id === check);
  if (found === undefined) throw new Error(`${check} said nothing`);
  return found;
}

/** `count` calls of one kind. */
export function times(count: number, facts: CallFacts | ((at: number) => CallFacts)): CallFacts[] {
  return Array.from({ length: count }, (_, at) => (typeof facts === "function" ? facts(at) : facts));
}

/** A call that goes well at once. */
export const well: CallFacts = { tried: [{ end: 200 }] };

/** Each of the calls among nine that go well, so that each failure stands alone. */
export function amongWell(calls: readonly CallFacts[]): CallFacts[] {
  return [...times(30, well), ...calls.flatMap((call) => [call, ...times(9, well)])];
}
