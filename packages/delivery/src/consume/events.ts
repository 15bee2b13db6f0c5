import type { DeadReason } from "../dead-letters/dead-letter.ts";

/** Which message, at which consumer. */
export interface ConsumedMessage {
  readonly consumer: string;
  readonly messageType: string;
  readonly messageId: string;
  readonly key: string | null;
  readonly seq: number | null;
}

/** What a consumer reports. Nothing of a message's data is in it. */
export type ConsumeEvent =
  /** The handler's transaction was committed. */
  | (ConsumedMessage & {
      readonly type: "consume.handled";
      /** From 1. */
      readonly attempt: number;
      readonly durationMs: number;
    })
  /** It was handled before (`done`), given up before (`dead`), or waits to be tried again (`parked`). */
  | (ConsumedMessage & { readonly type: "consume.duplicate"; readonly known: "done" | "dead" | "parked" })
  /** An attempt failed and was rolled back; it is tried again after `waitMs`. */
  | (ConsumedMessage & {
      readonly type: "consume.failed";
      readonly attempt: number;
      readonly durationMs: number;
      readonly waitMs: number;
      readonly error: unknown;
    })
  /** It was given up. */
  | (ConsumedMessage & {
      readonly type: "consume.dead-lettered";
      readonly attempt: number;
      readonly reason: DeadReason;
      readonly error: string;
    })
  /** It was given back uncounted: the consumer stops, another transaction is in the way, or the store is. */
  | (ConsumedMessage & {
      readonly type: "consume.released";
      readonly because: "stopping" | "busy" | "outage";
      readonly waitMs: number;
      readonly error: unknown;
    })
  /** An ordered message came before the one that goes first; it waits for it. */
  | (ConsumedMessage & { readonly type: "consume.waiting"; readonly missingSeq: number })
  /** One has been waiting for long: `missingSeq` did not come, or was given up. Reported for the first one that waits per key. */
  | (ConsumedMessage & {
      readonly type: "consume.gap";
      readonly missingSeq: number;
      readonly waitedMs: number;
    })
  /** Another worker took over: what was done under the lease was rolled back. */
  | (ConsumedMessage & { readonly type: "consume.lease-lost" })
  /** Rows of messages that can no longer come again were deleted from the inbox. */
  | { readonly type: "consume.swept"; readonly consumer: string; readonly rows: number }
  /** Something around the messages failed; it is tried again. */
  | {
      readonly type: "consume.error";
      readonly consumer: string;
      readonly doing: "subscribe" | "claim" | "extend" | "record" | "sweep" | "on-dead-letter";
      readonly error: unknown;
    };
