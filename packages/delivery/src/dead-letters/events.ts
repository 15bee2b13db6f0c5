import type { DeadReason } from "./dead-letter.ts";

/** Which letter it was. */
export interface LetterFacts {
  readonly letterId: string;
  readonly messageId: string;
  readonly messageType: string;
  readonly origin: "relay" | "consumer";
  readonly consumer: string | null;
  readonly reason: DeadReason;
}

/** A message was put back where it had been given up. `redrives` counts this time. */
export interface LetterRedriven extends LetterFacts {
  readonly type: "dead-letters.redriven";
  readonly redriveId: string;
  readonly redrives: number;
  readonly actor: string;
}

/** A message comes back time and again: what it dies of was not mended. */
export interface LetterLooping extends LetterFacts {
  readonly type: "dead-letters.looping";
  readonly redrives: number;
}

/** A letter stayed where it is: what it would have become is there already, or the database refused it. */
export interface LetterSkipped extends LetterFacts {
  readonly type: "dead-letters.skipped";
  readonly error: unknown;
}

/** A letter is gone for good; its audit row remains. */
export interface LetterDiscarded extends LetterFacts {
  readonly type: "dead-letters.discarded";
  readonly actor: string;
}

/** What this part reports. */
export type DeadLetterEvent = LetterRedriven | LetterLooping | LetterSkipped | LetterDiscarded;
