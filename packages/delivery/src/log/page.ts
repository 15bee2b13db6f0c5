import type { DeadReason, FailedAttempt } from "../dead-letters/dead-letter.ts";
import type { Claimed } from "../relay/claimed.ts";
import type { Verdict } from "../relay/verdict.ts";
import type { Cursor, Place } from "./cursor.ts";

/** Goes on in the queue, so that it holds nothing up in the log. */
export interface Aside {
  readonly kind: "aside";
  readonly waitMs: number;
  /** Claims and failures that it takes along. */
  readonly started: number;
  readonly failed: number;
  readonly history: readonly FailedAttempt[];
}

/** How a message of the log ended, as far as the log is concerned. */
export type Ending =
  /** Confirmed: nothing is written. */
  | { readonly kind: "done" }
  | Aside
  /** Given up. */
  | {
      readonly kind: "dead";
      readonly reason: Extract<DeadReason, "failed" | "rejected" | "crashed">;
      readonly error: string;
      readonly history: readonly FailedAttempt[];
    };

/** A message of the log that this relay has read. */
export interface Entry {
  readonly claimed: Claimed;
  readonly place: Place;
  readonly page: Page;
  ending: Ending | null;
  /** Since when its route does not take it, on the process's clock; null while it is on its way. */
  heldSinceMs: number | null;
  /** When it was sent; null while it is not on its way. */
  sentMs: number | null;
  /** To be called once the database knows how it ended. */
  onSettled: (() => void) | null;
}

/** Some messages that follow each other, and how far the log is read when all of them have ended. */
export interface Page {
  readonly entries: Entry[];
  readonly after: Cursor;
  readonly bytes: number;
  /** How many have not ended. */
  left: number;
}

/** Without a fault of its own into the queue. */
export const blameless: Aside = { kind: "aside", waitMs: 0, started: 0, failed: 0, history: [] };

/** What a verdict means here; null where the message is simply to be sent again. */
export function endingOf(verdict: Verdict): Ending | null {
  switch (verdict.kind) {
    case "done":
      return { kind: "done" };
    case "failed":
      return {
        kind: "aside",
        waitMs: verdict.waitMs,
        started: 1,
        failed: 1,
        history: verdict.history,
      };
    case "dead":
      return verdict;
    case "released":
      return verdict.waitMs > 0 ? { ...blameless, waitMs: verdict.waitMs } : null;
  }
}

/** The pages from the first one on of which all messages have ended: so far the cursor may go. */
export function endedPages(pages: readonly Page[]): readonly Page[] {
  const first = pages.findIndex(({ left }) => left > 0);
  return first === -1 ? pages.slice() : pages.slice(0, first);
}
