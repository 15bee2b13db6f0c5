import { traceHeaders } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { Message } from "../message.ts";
import { assuredTx } from "../stores/ready-tx.ts";
import { placeWithin } from "../tracing.ts";
import type { SyncTx, Tx } from "../tx.ts";
import { attemptOf, type Consuming, type Job } from "./consuming.ts";
import type { HandlerContext, PrepareContext } from "./definition.ts";
import { lineageOf } from "./lineage.ts";

/** Who handles, and where the ids of spans come from. */
type Who = Pick<Consuming, "settings" | "random" | "tracing">;

/** What `prepare` is given. */
export function prepareContext(who: Who, job: Job, signal: AbortSignal): PrepareContext {
  const { name } = who.settings;
  const { envelope } = job;
  const lineage = lineageOf(envelope);
  const place = placeWithin(lineage.trace, who);
  return {
    key: (step) => `${name}:${envelope.id}:${step}`,
    type: envelope.type,
    attempt: attemptOf(job),
    signal,
    envelope,
    messageId: envelope.id,
    lineage,
    traceHeaders: place === null ? {} : { ...traceHeaders(place) },
  };
}

/** What the handler is given, what it published, and the end of both. */
export interface OpenContext {
  readonly context: HandlerContext;
  readonly published: readonly Message[];
  /** From here on its transaction and `publish` refuse: what the handler left running must not write into what comes next. */
  close(): void;
}

/** The context of one run of the handler. */
export function handlerContext(who: Who, job: Job, tx: Tx, signal: AbortSignal): OpenContext {
  const published: Message[] = [];
  let open = true;
  const requireOpen = (): void => {
    if (!open)
      throw new DeliveryError("TX_NOT_A_TRANSACTION", "The handler's transaction is over.", {
        remedy: "Await everything that the handler starts before it returns.",
      });
  };
  return {
    context: {
      ...prepareContext(who, job, signal),
      // Open as long as the handler runs: `d.start` and `d.publish` need not ask the database.
      tx: assuredTx(openTx(tx, requireOpen)),
      publish(message) {
        requireOpen();
        published.push(message);
      },
      seq: job.envelope.seq,
    },
    published,
    close() {
      open = false;
    },
  };
}

function openTx(tx: Tx, requireOpen: () => void): Tx {
  const opened: Tx = {
    dialect: tx.dialect,
    query: async (sql, params, name) => {
      requireOpen();
      return tx.query(sql, params, name);
    },
  };
  if (!("querySync" in tx)) return opened;
  const sync: SyncTx = {
    ...opened,
    querySync(sql, params) {
      requireOpen();
      return (tx as SyncTx).querySync(sql, params);
    },
  };
  return sync;
}
