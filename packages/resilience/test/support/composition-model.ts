import type { ErrorCode } from "../../src/index.ts";
import {
  attemptsMax,
  failuresMax,
  isLimited,
  isPreceded,
  type Part,
  shortWaitMs,
  type Times,
} from "./composition-parts.ts";

/**
 * What calls under policies come to, by arithmetic alone: no timers, no promises, no classes. One call goes through the layers from
 * the outermost to the function; each layer says when it ends and how.
 */

/** How long the innermost function takes, and whether it then fails. It heeds no signal. */
export interface Behaviour {
  readonly ms: number;
  readonly fails: boolean;
}

/** Who ends the call from outside, and when. */
export interface Interruption {
  readonly atMs: number;
  readonly code: "ABORTED" | "DISPOSED" | "TIMEOUT_TOTAL";
}

/** How a call or the function ended. `again`: a failure that may be tried again and is held against the provider. */
export interface End {
  readonly at: number;
  readonly code: ErrorCode | null;
  readonly answer: "answer" | "fallback" | null;
  readonly kind: "good" | "again" | "never";
  readonly attempts: number;
}

/** A layer, with what its calls share. */
export interface Layer {
  readonly parts: readonly Part[];
  readonly times: Times;
  /** What is told of its attempts, in order. */
  readonly trail: string[];
  failuresInARow: number;
  open: boolean;
  placeFreeAt: number;
  turnAt: number;
  retriesLeft: number;
}

export function layerOf(parts: readonly Part[], times: Times): Layer {
  const preceded = isPreceded(parts);
  return {
    parts,
    times,
    trail: [],
    failuresInARow: 0,
    open: parts.includes("open circuit"),
    placeFreeAt: preceded ? times.place : 0,
    turnAt: preceded ? times.turn : 0,
    retriesLeft: parts.includes("budget") ? 1 : Number.POSITIVE_INFINITY,
  };
}

/** What surrounds a call: when it must have ended, and when whoever makes it gives up. */
interface Around {
  readonly endsAt: number;
  readonly givenUpAt: number;
  readonly code: ErrorCode;
  readonly tie: Tie;
}

/** Who is first where the deadline of a call and the same one inherited further in come together: timers do not say. */
export type Tie = "inner" | "outer";

/** What the call through all layers comes to. */
export function endOf(
  layers: readonly Layer[],
  behaviour: Behaviour,
  interruption: Interruption | null,
  tie: Tie,
): End {
  const never = Number.POSITIVE_INFINITY;
  const { atMs, code } = interruption ?? { atMs: never, code: "ABORTED" };
  const around: Around =
    code === "TIMEOUT_TOTAL"
      ? { endsAt: atMs, givenUpAt: never, code: "ABORTED", tie }
      : { endsAt: never, givenUpAt: atMs, code, tie };
  return callEnd(layers, behaviour, 0, around);
}

function callEnd([layer, ...inner]: readonly Layer[], behaviour: Behaviour, at: number, around: Around): End {
  if (layer === undefined) {
    const end = at + behaviour.ms;
    return behaviour.fails
      ? { at: end, code: "FAILED", answer: null, kind: "again", attempts: 1 }
      : { at: end, code: null, answer: "answer", kind: "good", attempts: 1 };
  }
  const has = (part: Part): boolean => layer.parts.includes(part);
  const ownEnd = has("deadline") ? at + layer.times.deadline : Number.POSITIVE_INFINITY;
  const within = { ...around, endsAt: Math.min(around.endsAt, ownEnd) };
  const end = admitted(layer, inner, behaviour, at, within);
  const isFinal = end.code === null || end.code === "ABORTED" || end.code === "DISPOSED";
  if (isFinal) return end;
  if (has("fallback")) return { ...end, code: null, answer: "fallback", kind: "good" };
  return has("bad fallback") ? { ...end, code: "FALLBACK_FAILED", kind: "again" } : end;
}

/** How what surrounds a call ends it before `at`; `null` where it does not. A moment that is shared ends it. */
function cutBefore(at: number, { endsAt, givenUpAt, code }: Around, attempts: number): End | null {
  if (givenUpAt <= at && givenUpAt < endsAt) return refusal(givenUpAt, code, attempts);
  if (endsAt > at) return null;
  return { ...refusal(endsAt, "TIMEOUT_TOTAL", attempts), kind: "again" };
}

function refusal(at: number, code: ErrorCode, attempts: number): End {
  return { at, code, answer: null, kind: "never", attempts };
}

function admitted(
  layer: Layer,
  inner: readonly Layer[],
  behaviour: Behaviour,
  at: number,
  around: Around,
): End {
  const has = (part: Part): boolean => layer.parts.includes(part);
  const before = cutBefore(at, around, 0);
  if (before !== null) return { ...before, at };
  let start = at;
  if (isLimited(layer.parts) && layer.placeFreeAt > at) {
    if (has("full limit")) return refusal(at, "FULL", 0);
    const tiredAt = has("short wait") ? at + shortWaitMs : Number.POSITIVE_INFINITY;
    const cut = cutBefore(Math.min(layer.placeFreeAt, tiredAt), around, 0);
    if (cut !== null) return cut;
    if (tiredAt < layer.placeFreeAt) return refusal(tiredAt, "TIMEOUT_QUEUE", 0);
    start = layer.placeFreeAt;
  }
  const { end, settledAt } = inTurn(layer, inner, behaviour, start, around);
  if (isLimited(layer.parts)) layer.placeFreeAt = Math.max(end.at, settledAt);
  return end;
}

interface Settled {
  readonly end: End;
  /** When the last of its functions has settled. */
  readonly settledAt: number;
}

function inTurn(
  layer: Layer,
  inner: readonly Layer[],
  behaviour: Behaviour,
  at: number,
  around: Around,
): Settled {
  const isRated = layer.parts.includes("rate") || layer.parts.includes("spent rate");
  if (!isRated) return attempted(layer, inner, behaviour, at, around);
  const waitMs = Math.max(0, layer.turnAt - at);
  // Whoever cannot have his turn before the deadline is told at once.
  const mostMs = layer.parts.includes("rate") ? Math.min(layer.times.deadline, around.endsAt - at) : 0;
  if (waitMs > mostMs) return { end: refusal(at, "RATE", 0), settledAt: at };
  const cut = waitMs > 0 ? cutBefore(at + waitMs, around, 0) : null;
  if (cut !== null) return { end: cut, settledAt: cut.at };
  layer.turnAt = Math.max(layer.turnAt, at) + layer.times.turn;
  return attempted(layer, inner, behaviour, at + waitMs, around);
}

function attempted(
  layer: Layer,
  inner: readonly Layer[],
  behaviour: Behaviour,
  start: number,
  around: Around,
): Settled {
  let at = start;
  let settledAt = start;
  for (let attempts = 1; ; attempts++) {
    if (layer.open) return { end: refusal(at, "OPEN", attempts - 1), settledAt };
    layer.trail.push(`${at} started ${attempts}`);
    const attempt = attemptEnd(layer, inner, behaviour, at, around);
    settledAt = Math.max(settledAt, attempt.functionAt);
    layer.trail.push(`${attempt.at} ended ${attempts} ${attempt.kind === "good" ? "well" : "badly"}`);
    judge(layer, attempt);
    const end = attempt.endsCall ? { ...attempt, attempts } : decided(layer, attempt, attempts, around);
    if (end !== null) return { end, settledAt };
    layer.trail.push(`${attempt.at} waiting ${attempts}`);
    at = attempt.at + layer.times.wait;
    const cut = cutBefore(at, around, attempts);
    if (cut !== null) return { end: cut, settledAt };
  }
}

interface AttemptEnd extends End {
  readonly endsCall: boolean;
  /** Its own timeout has ended it. */
  readonly timedOut: boolean;
  readonly functionAt: number;
}

function attemptEnd(
  layer: Layer,
  inner: readonly Layer[],
  behaviour: Behaviour,
  at: number,
  around: Around,
): AttemptEnd {
  const timeoutAt = layer.parts.includes("attempt timeout")
    ? at + layer.times.attemptTimeout
    : Number.POSITIVE_INFINITY;
  const cutAt = Math.min(timeoutAt, around.endsAt, around.givenUpAt);
  const end = callEnd(inner, behaviour, at, { ...around, givenUpAt: cutAt, code: "ABORTED" });
  const facts = { functionAt: end.at, timedOut: false, endsCall: false };
  const byFallback = end.code === null || end.code === "FALLBACK_FAILED";
  const isFirst = around.tie === "inner" && end.at === around.endsAt && byFallback;
  if (end.at < cutAt || isFirst) return { ...end, ...facts, endsCall: end.kind === "good" };
  const cut = cutBefore(cutAt, around, 0);
  if (cut !== null) return { ...cut, ...facts, endsCall: true };
  const late: End = { ...refusal(cutAt, "TIMEOUT_ATTEMPT", 0), kind: "again" };
  return { ...late, ...facts, timedOut: true };
}

function judge(layer: Layer, { kind }: End): void {
  if (kind === "never" || !layer.parts.includes("breaker")) return;
  layer.failuresInARow = kind === "again" ? layer.failuresInARow + 1 : 0;
  if (layer.failuresInARow >= failuresMax) layer.open = true;
}

/** What comes of a failed attempt: the end of the call, or `null` for another one. */
function decided(layer: Layer, attempt: AttemptEnd, attempts: number, around: Around): End | null {
  const { at, kind, timedOut } = attempt;
  const retries = layer.parts.includes("retry") || layer.parts.includes("budget");
  const failed = (code: ErrorCode): End => ({ at, code, answer: null, kind, attempts });
  if (kind === "never") return failed("FAILED");
  if (retries && attempts === attemptsMax) return failed("EXHAUSTED");
  if (!retries || layer.times.wait > around.endsAt - at)
    return failed(timedOut ? "TIMEOUT_ATTEMPT" : "FAILED");
  if (layer.retriesLeft === 0) return { ...failed("BUDGET"), kind: "never" };
  layer.retriesLeft--;
  return null;
}
