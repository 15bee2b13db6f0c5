import { appendFileSync } from "node:fs";
import { routeOn } from "../../../src/conformance/idempotency-subject.ts";
import type { IdempotentRoute } from "../../../src/idempotency/idempotent.ts";
import type { LeaseContext } from "../../../src/idempotency/options.ts";
import type { IdempotencyStore } from "../../../src/idempotency/record.ts";
import type { Tx } from "../../../src/tx.ts";

/** How long a silent run keeps its key: long enough for a slow machine to renew it. */
export const crashLeaseMs = 1_000;

/** What a run of the route does, and where it dies. */
export interface CrashRoute {
  readonly store: IdempotencyStore;
  readonly mode: "tx" | "lease";
  /** A file that stands for a foreign service: one line per call. */
  readonly foreign: string;
  /** Called between the foreign call and the record of it. */
  readonly called?: () => void;
}

/** The same route in the process that dies and in the one that comes after it. */
export function crashRoute({ store, mode, foreign, called = () => {} }: CrashRoute): IdempotentRoute<string> {
  const table = store.database?.store.tables.of("idempotency_effect") ?? "";
  const insert = async (tx: Tx, key: string | null): Promise<null> => {
    await tx.query(`insert into ${table} (name) values ('${key}')`);
    return null;
  };
  const lease = async ({ step, atomic, key: own }: LeaseContext<string>): Promise<void> => {
    await step("charge", (key) => {
      appendFileSync(foreign, `${key}\n`);
      called();
    });
    if (store.database !== null) await atomic("book", ({ tx }) => insert(tx, own));
  };
  return routeOn(store, { mode, leaseMs: crashLeaseMs }, async (_request, context) => {
    if ("tx" in context) await insert(context.tx, context.key);
    else await lease(context);
    return Response.json({ made: true }, { status: 201 });
  });
}
