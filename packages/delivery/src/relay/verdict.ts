import { type Backoff, nextWait, type Random } from "@holdfast/core";
import type { PublishEnd } from "../broker.ts";
import type { DeadReason, FailedAttempt } from "../dead-letters/dead-letter.ts";
import { isDeliveryError } from "../errors.ts";
import { type Claimed, crashesOf, historyWith } from "./claimed.ts";
import type { RouteVerdict } from "./route-breaker.ts";

/** What becomes of a claimed message. */
export type Verdict =
  /** Confirmed: its row goes. */
  | { readonly kind: "done" }
  /** One attempt failed; another one after a pause. */
  | { readonly kind: "failed"; readonly waitMs: number; readonly history: readonly FailedAttempt[] }
  /** Given up. */
  | {
      readonly kind: "dead";
      readonly reason: Extract<DeadReason, "failed" | "rejected" | "crashed">;
      readonly error: string;
      readonly history: readonly FailedAttempt[];
    }
  /** Given back: through no fault of its own. */
  | { readonly kind: "released"; readonly waitMs: number };

/** How many processes a message may have brought down, as far as one can know, before it is given up. */
export const crashesMax = 3;
/** From so many on it goes out alone, so that no other message is blamed with it. */
export const crashesSuspect = 2;

/** A message that is given up without another try, because processes died with it; null where it may be tried. */
export function crashedVerdict(claimed: Claimed): Verdict | null {
  if (crashesOf(claimed) < crashesMax) return null;
  return {
    kind: "dead",
    reason: "crashed",
    error: `${crashesOf(claimed)} claims of the message ended without a verdict: the process died, or hung beyond its lease.`,
    history: claimed.history,
  };
}

/** What decides on a failure. */
export interface Judging {
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly random: Random;
  /** By the database's clock, as far as it can be told. */
  readonly nowMs: number;
}

/** What becomes of a message whose publishing has ended. Only a refusal of the message itself counts as a failed attempt. */
export function verdictOf(claimed: Claimed, end: PublishEnd, judging: Judging): Verdict {
  if (end.ok) return { kind: "done" };
  if (end.kind !== "rejected") return { kind: "released", waitMs: 0 };
  const attempt: FailedAttempt = {
    atMs: judging.nowMs,
    error: errorText(end.error, lineMax),
    ...(isDeliveryError(end.error) ? { code: end.error.code } : {}),
  };
  const history = historyWith(claimed, attempt);
  const failed = claimed.failed + 1;
  if (failed >= judging.attempts) {
    const reason = history.every(({ code }) => code === history[0]?.code) ? "rejected" : "failed";
    return { kind: "dead", reason, error: errorText(end.error, textMax), history };
  }
  const { waitMs } = nextWait(judging.backoff, claimed.failed, null, judging.random);
  return { kind: "failed", waitMs: Math.max(1, Math.ceil(waitMs)), history };
}

/** What an ending says about the route. */
export function routeVerdictOf(end: PublishEnd): RouteVerdict {
  return end.ok || end.kind === "rejected" ? "worked" : "failed";
}

const lineMax = 500;
const textMax = 8_000;

/** An error as a text that every database takes: with its stack where there is room, and without NUL. */
export function errorText(error: unknown, most: number): string {
  const text =
    error instanceof Error
      ? most > lineMax
        ? (error.stack ?? error.message)
        : error.message
      : String(error);
  return text.replaceAll("\0", "\ufffd").slice(0, most);
}
