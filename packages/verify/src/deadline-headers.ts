import type { Attempt } from "./model.ts";

/** What an attempt tells its provider about the time there is. */
export interface ToldDeadline {
  readonly name: string;
  readonly written: string;
  /** A time that is left, the moment when it is over, or what is no time at all. */
  readonly kind: "left" | "moment" | "unreadable";
  /** Milliseconds that are left, or of the clock at that moment (from 1970, or from midnight); `NaN` when unreadable. */
  readonly ms: number;
}

/** Headers that tell a provider how long it is waited for: gRPC, Envoy, and the names that services give it themselves. */
const deadlineHeader =
  /^(grpc-timeout|x-envoy-expected-rq-timeout-ms|(x-)?(request-|call-)?deadline(-ms|-at)?|(x-)?(request|call|server)-timeout(-ms)?|x-timeout(-ms)?|finagle-ctx-.*deadline)$/;

/** Whether a header of this name tells how much time there is. */
export function tellsDeadline(name: string): boolean {
  return deadlineHeader.test(name);
}

/** What an attempt tells, by the first such header; `null` when it tells nothing. */
export function toldDeadline(attempt: Attempt): ToldDeadline | null {
  const found = attempt.request.headers.find(([name]) => tellsDeadline(name));
  if (found === undefined) return null;
  const [name, written] = found;
  return { name, written, ...read(name, written.trim()) };
}

const grpcUnitsMs = { n: 1e-6, u: 1e-3, m: 1, S: 1_000, M: 60_000, H: 3_600_000 } as const;

/** Numbers from here on are milliseconds or seconds since 1970 and no time that anyone waits. */
const epochMs = 1e12;
const epochSeconds = 1e9;
/** A number without a unit up to here is seconds: nobody gives a provider 60 ms, and few give it more than a minute. */
const secondsMax = 60;

type Reading = Pick<ToldDeadline, "kind" | "ms">;

function read(name: string, text: string): Reading {
  if (name === "grpc-timeout") return readGrpc(text);
  const [, digits, unit] = /^(-?\d+(?:\.\d+)?)\s*(ms|s)?$/.exec(text) ?? [];
  if (digits === undefined) return readDate(text);
  const value = Number(digits);
  if (unit !== undefined) return { kind: "left", ms: unit === "s" ? value * 1_000 : value };
  if (value >= epochSeconds) return { kind: "moment", ms: value >= epochMs ? value : value * 1_000 };
  const seconds = !name.endsWith("-ms") && value <= secondsMax;
  return { kind: "left", ms: seconds ? value * 1_000 : value };
}

function readGrpc(text: string): Reading {
  const [, digits = "", unit] = /^(\d{1,8})([numSMH])$/.exec(text) ?? [];
  if (unit === undefined) return { kind: "unreadable", ms: Number.NaN };
  return { kind: "left", ms: Number(digits) * grpcUnitsMs[unit as keyof typeof grpcUnitsMs] };
}

/** The time of day is enough to see whether a moment moves within one call. */
function readDate(text: string): Reading {
  const [, hours, minutes, seconds] = /^\d{4}-\d\d-\d\d[T ](\d\d):(\d\d):(\d\d(?:\.\d+)?)/.exec(text) ?? [];
  if (seconds === undefined) return { kind: "unreadable", ms: Number.NaN };
  return { kind: "moment", ms: ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 };
}
