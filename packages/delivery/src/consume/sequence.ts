/** How far a consumer has come with the ordered messages of one key. */
export interface Watermark {
  /** The number it began at: 1, unless it was told to begin with what arrives first. */
  readonly first: number;
  /** The highest number that was applied; those before it were applied or given up. */
  readonly last: number;
}

/** What is known of a message that carries a number. */
export interface Arrival {
  readonly seq: number;
  /** Whether it came back out of the dead letters. */
  readonly redriven: boolean;
  /** Whether the inbox says that it was applied late (`done`), or given up (`dead`). */
  readonly known: "done" | "dead" | null;
}

/**
 * `apply`: handle it and raise the watermark. `late`: handle it, the watermark is beyond it: it was given up, others were handled, now it
 * is redriven. `duplicate`: handled before. `gap`: one before it is missing. `before-start`: older than what the consumer began with.
 */
export type SequenceVerdict = "apply" | "late" | "duplicate" | "gap" | "before-start";

/** Decides what a message's number means. */
export function judgeSequence({ first, last }: Watermark, arrival: Arrival): SequenceVerdict {
  const { seq, redriven, known } = arrival;
  if (known === "done" || (known === "dead" && !redriven)) return "duplicate";
  if (seq === last + 1) return "apply";
  if (seq > last) return "gap";
  if (redriven) return "late";
  return seq < first ? "before-start" : "duplicate";
}

/** What a message that waits for the one before it should do now. */
export type GapVerdict =
  | { readonly do: "wait"; readonly waitMs: number; readonly report: boolean }
  | { readonly do: "give-up" };

/** When a gap is worth a report, and when it is given up. */
export interface GapLimits {
  readonly reportAfterMs: number;
  readonly giveUpAfterMs: number;
}

/**
 * Decides about a message that has waited for `waitedMs`. It looks again after as long as it has waited already, so that a thousand
 * messages behind a hole that lasts for days cost a few hundred looks an hour; what fills the hole wakes the next one at once.
 */
export function judgeGap(waitedMs: number, { reportAfterMs, giveUpAfterMs }: GapLimits): GapVerdict {
  if (waitedMs >= giveUpAfterMs) return { do: "give-up" };
  const waitMs = Math.min(Math.max(waitedMs, reportAfterMs), lookMostMs, giveUpAfterMs - waitedMs);
  return { do: "wait", waitMs: Math.max(1, Math.ceil(waitMs)), report: waitedMs >= reportAfterMs };
}

const lookMostMs = 3_600_000;
