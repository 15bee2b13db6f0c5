import { DeliveryError } from "../errors.ts";
import { publishingIn, stepKey } from "./context.ts";
import { type Held, leaseLost } from "./held.ts";
import { runningDraft } from "./idempotency-state.ts";
import type { Job } from "./job.ts";
import type { LeaseContext } from "./options.ts";
import type { Steps } from "./record.ts";

/** Steps whose results are recorded with the key. */
export interface LeaseSteps extends Pick<LeaseContext, "step" | "atomic"> {
  /** The last step that is recorded. */
  point(): string | null;
}

/** Steps under a key that this run holds. */
export function leaseSteps(job: Job<"lease">, held: Held): LeaseSteps {
  const begun = new Set<string>();
  const begin = (name: string): void => {
    if (begun.has(name))
      throw new DeliveryError(
        "CONFIGURATION",
        `The step ${name} was begun before: a name stands for one result.`,
      );
    begun.add(name);
    if (held.lost()) throw leaseLost();
  };
  const recorded = (name: string): boolean => Object.hasOwn(held.draft().steps, name);
  return {
    point: () => Object.keys(held.draft().steps).at(-1) ?? null,
    async step(name, run) {
      begin(name);
      if (recorded(name)) return held.draft().steps[name] as never;
      const value = asJson(name, await run(stepKey(job.entry, name)));
      const kept = await held.write((draft) => runningDraft(draft, withStep(draft.steps, name, value)));
      if (!kept) throw leaseLost();
      return value as never;
    },
    async atomic(name, run) {
      begin(name);
      if (recorded(name)) return held.draft().steps[name] as never;
      return atomically(job, held, name, run) as never;
    },
  };
}

/** One transaction for the rows, the messages and the recovery point: a run that lost its key commits none of them. */
async function atomically(
  job: Job<"lease">,
  held: Held,
  name: string,
  run: Parameters<LeaseContext["atomic"]>[1],
): Promise<unknown> {
  const { database } = job.store;
  if (database === null)
    throw new DeliveryError(
      "CONFIGURATION",
      `${job.store.kind} has no transactions: atomic needs a database; step does not.`,
    );
  let value: unknown;
  const { token } = job.arrival;
  const kept = await held.writeBy((draft) =>
    database.store.transaction(async (tx) => {
      const { publish, settled } = publishingIn(tx, job);
      value = asJson(name, await run({ tx, publish, key: stepKey(job.entry, name) }));
      await settled();
      const next = runningDraft(draft, withStep(draft.steps, name, value));
      // Throwing is what rolls back; the record says who has the key now.
      if (!(await database.recordsIn(tx).replace(job.entry, { kind: "held", token }, next)))
        throw leaseLost();
      return next;
    }),
  );
  if (!kept) throw leaseLost();
  return value;
}

function withStep(steps: Steps, name: string, value: unknown): Steps {
  return { ...steps, [name]: value };
}

/** The result as a later run would get it, so that the first one gets no other. */
function asJson(name: string, value: unknown): unknown {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? null : JSON.parse(text);
  } catch (cause) {
    throw new DeliveryError(
      "IDEMPOTENCY",
      `The result of the step ${name} is not JSON, so it cannot be recorded.`,
      {
        cause,
        remedy: "Return a text, a number, a list or a record.",
      },
    );
  }
}
