import { invariant, type Random } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { Message } from "../message.ts";
import type { Publisher } from "../publisher.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { afterwards, dueInMs, type Facts, type HeldSaga, withReplies } from "./held.ts";
import { lineageOf } from "./lineage.ts";
import { giveLocksBack } from "./locks.ts";
import { type Happening, isCalling, isOver } from "./saga-state.ts";
import { changeSaga, lockSaga, stepsOf, writeStep } from "./statements.ts";

/** What keeping a change needs. */
export interface Keeping {
  readonly store: Store;
  readonly publisher: Publisher;
  readonly random: Random;
  readonly leaseMs: number;
  readonly slowRetryMs: number;
}

/** Something that happened to a saga, and what goes with it. */
export interface Happened {
  readonly event: Happening;
  readonly facts?: Facts;
  /** What the call published. */
  readonly messages?: readonly Message[];
  /** Whether its worker goes on with it at once where there is something to do. */
  readonly goOn: boolean;
}

/**
 * Keeps what happened, in one transaction: the saga's state, its steps' results and the messages, and, where its worker goes on, that
 * the next call has begun. Throws LEASE_LOST, and keeps nothing, when the saga is not as its worker knew it.
 */
export async function keep(keeping: Keeping, held: HeldSaga, happened: Happened): Promise<HeldSaga> {
  const now = await keeping.store.transaction((tx) => keepIn(tx, keeping, held, happened));
  // A relay elsewhere learns at once that there is something to send.
  if (happened.messages !== undefined && happened.messages.length > 0) keeping.store.hints?.send();
  return now;
}

async function keepIn(tx: Tx, keeping: Keeping, held: HeldSaga, happened: Happened): Promise<HeldSaga> {
  const { tables } = keeping.store;
  const { event, facts, messages = [], goOn } = happened;
  let now = afterwards(await upToDate(tx, keeping, held), event, facts);
  const atOnce = event.type === "called" || event.type === "interrupted";
  const due = atOnce ? 0 : dueInMs(now, keeping.slowRetryMs, keeping.random);
  const on = goOn && due === 0 && isCalling(now.state);
  // A call that has begun already is left as it is.
  if (on) now = afterwards(now, { type: "called" });
  const changed = await changeSaga(tx, tables, held.row, {
    state: now.state,
    error: now.error,
    dueInMs: due,
    leaseMs: on ? keeping.leaseMs : 0,
  });
  if (!changed) throw new DeliveryError("LEASE_LOST", `The saga ${held.id} is not this worker's any more.`);
  await writeSteps(tx, keeping, held, now);
  if (isOver(now.state) && locks(held)) await giveLocksBack(tx, keeping.store, held.id);
  if (messages.length > 0) await keeping.publisher.publish(tx, messages, lineageOf(held));
  return { ...now, row: { ...held.row, version: held.row.version + 1 } };
}

async function writeSteps(tx: Tx, { store }: Keeping, held: HeldSaga, now: HeldSaga): Promise<void> {
  // A reply was written by whoever brought it.
  for (const [place, row] of now.steps)
    if (row !== held.steps.get(place) && row.mark !== "replied")
      await writeStep(tx, store.tables, held.id, row, { fresh: !held.steps.has(place) });
}

function locks({ definition }: HeldSaga): boolean {
  return definition.steps.some(({ work }) => work !== null && work.lock !== null);
}

/** Messages may have come while it was in the worker's hands. The row is locked first, so that none comes in between. */
async function upToDate(tx: Tx, { store }: Keeping, held: HeldSaga): Promise<HeldSaga> {
  const { state, plan } = held;
  const waits = plan.some((step, place) => "at" in state && place >= state.at && step.kind === "wait");
  if (!waits) return held;
  await lockSaga(tx, store.tables, held.id);
  const rows = (await stepsOf(tx, store.tables, [held.id])).get(held.id);
  invariant(rows !== undefined, "the steps of a saga were asked for");
  return withReplies(
    held,
    rows.filter(({ mark }) => mark === "replied"),
  );
}
