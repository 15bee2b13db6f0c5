import { createHash } from "node:crypto";
import { DeliveryError } from "../errors.ts";
import type { Message } from "../message.ts";
import type { Tx } from "../tx.ts";
import type { Job } from "./job.ts";
import type { IdempotentContext } from "./options.ts";
import type { Entry } from "./record.ts";

/** What a run is told beside the job itself. */
export interface ContextParts {
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly recoveryPoint: () => string | null;
  readonly step: IdempotentContext["step"];
  /** Takes note of answers that are not to be kept. */
  readonly dismissed: Set<Response>;
}

/** What every handler is given. */
export function contextOf(job: Job, parts: ContextParts): IdempotentContext {
  return {
    key: job.keyed ? job.entry.key : null,
    scope: job.entry.scope,
    attempt: parts.attempt,
    get recoveryPoint() {
      return parts.recoveryPoint();
    },
    signal: parts.signal,
    origin: job.origin,
    lineage: job.lineage,
    step: parts.step,
    dismiss(response) {
      parts.dismissed.add(response);
      return response;
    },
  };
}

/** A step outside of mode `lease`: it runs, and nothing is recorded. */
export function plainStep(entry: Entry): IdempotentContext["step"] {
  return async (name, run) => run(stepKey(entry, name));
}

/** What others take for a key at most: Stripe and the draft's examples agree on it. */
const keyCharactersMax = 255;

/**
 * The key that a step sends to the other side. It has no attempt in it: the same step of the same request is the same call, whoever
 * makes it. Parts are escaped, so that a colon in one cannot make two steps meet.
 */
export function stepKey({ scope, key }: Entry, name: string): string {
  const text = `idem:${[scope, key, name].map(encodeURIComponent).join(":")}`;
  return text.length <= keyCharactersMax ? text : `idem:${createHash("sha256").update(text).digest("hex")}`;
}

/** Publishing bound to a transaction. What is not awaited is waited for by `settled`, before the commit. */
export interface BoundPublisher {
  publish(...messages: readonly Message[]): Promise<readonly string[]>;
  settled(): Promise<void>;
}

/** Binds the job's publisher to a transaction. */
export function publishingIn(tx: Tx, job: Job): BoundPublisher {
  const { publisher } = job.world;
  let last: Promise<unknown> = Promise.resolve();
  return {
    publish(...messages) {
      if (publisher === null)
        throw new DeliveryError(
          "CONFIGURATION",
          "There is no outbox to publish into: idempotency was made without a publisher.",
        );
      const published = last.then(() => publisher.publish(tx, messages, job.lineage));
      last = published;
      // The failure is told by `settled`, also where nobody awaits the publishing itself.
      published.catch(() => {});
      return published;
    },
    settled: async () => {
      await last;
    },
  };
}
