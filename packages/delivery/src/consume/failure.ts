import { type Backoff, nextWait, type Random } from "@holdfast/core";
import type { DeadReason } from "../dead-letters/dead-letter.ts";
import { isDeliveryError } from "../errors.ts";
import { isPermanent } from "../permanent.ts";

/**
 * How far an attempt had come. `read`: body and schema; `prepare`; `entry`: the inbox row or the watermark; `handler`: the user's code;
 * `end`: outgoing messages, settling and COMMIT.
 */
export type Stage = "read" | "prepare" | "entry" | "handler" | "end";

/** What an attempt that did not succeed is known by. */
export interface FailedRun {
  readonly stage: Stage;
  readonly error: unknown;
  /** Failures of this message that were counted before. */
  readonly failed: number;
  /** Runs of this very attempt that met another transaction before. */
  readonly conflicts: number;
  /** Whether the consumer is being stopped. */
  readonly stopping: boolean;
}

/** What to do about it. */
export type Consequence =
  /** Run the same attempt again: another transaction was in the way. */
  | { readonly do: "again"; readonly waitMs: number }
  /** Give it back uncounted: the message is not to blame. `outage` says that others would fare no better just now. */
  | { readonly do: "release"; readonly because: "stopping" | "busy" | "outage" }
  /** Nothing to do: another worker has it. */
  | { readonly do: "leave" }
  /** Count it, and try again after the wait. */
  | { readonly do: "retry"; readonly waitMs: number }
  /** Give it up. */
  | { readonly do: "bury"; readonly reason: DeadReason };

/** What a consumer's definition says about failures. */
export interface FailurePolicy {
  readonly attempts: number;
  readonly backoff: Backoff;
}

/** Runs of one attempt that may meet another transaction before it is counted as a failure. */
const conflictsMax = 3;

const outages: ReadonlySet<string> = new Set([
  "STORE_UNREACHABLE",
  "STORE_CREDENTIALS",
  "STORE_NO_SPACE",
  "STORE_READ_ONLY",
  "TX_COMMIT_UNKNOWN",
  "DISPOSED",
]);
/** Codes that are an outage as long as the statement was ours; a handler's own statement may well be at fault itself. */
const outagesOfOurs: ReadonlySet<string> = new Set(["STORE_SCHEMA_MISSING", "STORE_SCHEMA_OLD"]);

/** Decides what follows from an attempt that failed. */
export function consequenceOf(run: FailedRun, policy: FailurePolicy, random: Random): Consequence {
  const code = isDeliveryError(run.error) ? run.error.code : null;
  if (code === "LEASE_LOST") return { do: "leave" };
  if (run.stopping) return { do: "release", because: "stopping" };
  if (run.stage === "read" && code === "MESSAGE_INVALID") return { do: "bury", reason: "invalid" };
  if (isPermanent(run.error)) return { do: "bury", reason: "rejected" };
  return (code === null ? null : ofTheStore(code, run, random)) ?? counted(run, policy, random);
}

function ofTheStore(code: string, { stage, conflicts }: FailedRun, random: Random): Consequence | null {
  if (stage === "read" || stage === "prepare") return null;
  if (outages.has(code)) return { do: "release", because: "outage" };
  if (stage === "entry" && outagesOfOurs.has(code)) return { do: "release", because: "outage" };
  if (stage === "entry" && code === "STORE_BUSY") return { do: "release", because: "busy" };
  if (code !== "STORE_CONFLICT") return null;
  if (conflicts < conflictsMax) return { do: "again", waitMs: random.between(0, 20 * 2 ** conflicts) };
  return stage === "entry" ? { do: "release", because: "busy" } : null;
}

function counted({ failed }: FailedRun, { attempts, backoff }: FailurePolicy, random: Random): Consequence {
  if (failed + 1 >= attempts) return { do: "bury", reason: "failed" };
  return { do: "retry", waitMs: nextWait(backoff, failed, null, random).waitMs };
}
