import { millis } from "../limits.ts";
import type { Evidence } from "../model.ts";
import {
  isRetried,
  type Reading,
  type Readings,
  readingsOf,
  retryAfterName,
  typicalMs,
} from "../retry-after.ts";
import { largest, smallest } from "../stats.ts";
import type { Seen } from "./model.ts";

/** What becomes of a wait that the provider asks for: on which status, in which form, up to what length. */
export function retryAfterSeen(evidence: Evidence): readonly Seen[] {
  const [throttled, unavailable] = [readingsOf(429, evidence), readingsOf(503, evidence)];
  const told = [throttled, unavailable].filter((one) => isTried(one) && isRetried(one));
  if (told.length === 0) return [];
  const readings = told.flatMap(({ status, readings: own }) => own.map((one) => ({ status, one })));
  const tried = readings.filter(({ one }) => one.verdict !== "not-seen");
  const shared = {
    samples: tried.reduce((total, { one }) => total + one.calls.length, 0),
    experiments: tried.map(({ status, one }) => retryAfterName(status, one.value)),
  };
  const value = wordOf(told);
  const note = told.map(noteOf).join("; ");
  const heeded: Seen = { field: "retry.retryAfter", value, note, ...shared };
  return value === "kept" || value === "partly" ? [heeded, capSeen(told, shared)] : [heeded];
}

function isTried({ readings }: Readings): boolean {
  return readings.some((one) => one.verdict !== "not-seen");
}

function of(verdict: Reading["verdict"], { readings }: Readings): readonly Reading[] {
  return readings.filter((one) => one.verdict === verdict);
}

/** What was asked for is at most this long where being early is not the work of a cap. */
const shortMs = 10_000;

/** `kept` wherever it could be told, `ignored` everywhere, `partly` on one status or in one form only; `null` where nothing tells. */
function wordOf(told: readonly Readings[]): "kept" | "partly" | "ignored" | null {
  const kept = told.some((one) => of("honoured", one).length > 0 || gaveUp(one));
  const early = told.some((one) => of("early", one).some((reading) => reading.askedMs < shortMs));
  if (kept) return early ? "partly" : "kept";
  return early ? "ignored" : null;
}

/** A call that would be made again by itself, and is not when it is asked to wait long. */
function gaveUp(one: Readings): boolean {
  return one.ownMs.length > 0 && of("not-sent-again", one).length > 0;
}

function noteOf(one: Readings): string {
  const words = (readings: readonly Reading[]) =>
    readings.map((reading) => (reading.value === "date" ? "a date" : `${reading.value} s`)).join(", ");
  const parts = [
    ["waits for", of("honoured", one)],
    ["comes early for", of("early", one)],
    ["no other attempt seen for", of("not-sent-again", one)],
    ["its own schedule is as long as", of("tells-nothing", one)],
  ] as const;
  const told = parts.filter(([, readings]) => readings.length > 0);
  return `on ${one.status}: ${told.map(([what, readings]) => `${what} ${words(readings)}`).join(", ")}`;
}

/** The longest wait that is kept: cut to it, or given up beyond it. */
function capSeen(told: readonly Readings[], shared: Pick<Seen, "samples" | "experiments">): Seen {
  const field = "retry.retryAfter.cap";
  const cut = told.flatMap((one) => of("early", one)).filter((reading) => reading.askedMs >= shortMs);
  const kept = largest([0, ...told.flatMap((one) => of("honoured", one)).map((reading) => reading.askedMs)]);
  const [shortest] = cut.toSorted((a, b) => a.askedMs - b.askedMs);
  if (shortest !== undefined) {
    const value = typicalMs(shortest);
    const interval = [smallest(shortest.gapsMs), largest(shortest.gapsMs)] as const;
    const note = `${millis(shortest.askedMs)} is cut to ${millis(value)}`;
    return { ...shared, field, value, interval, note };
  }
  const given = told.filter((one) => one.ownMs.length > 0).flatMap((one) => of("not-sent-again", one));
  const beyond = smallest(given.map((reading) => reading.askedMs));
  const note = Number.isFinite(beyond)
    ? `${millis(kept)} is kept, for ${millis(beyond)} no other attempt was seen`
    : `none met, up to ${millis(kept)}`;
  return { ...shared, field, value: null, atLeast: kept, note };
}
