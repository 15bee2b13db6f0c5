import { type Clock, childOf, invariant, type Random, traceHeaders } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import { isMessage, type Message } from "../message.ts";
import { isPermanent } from "../permanent.ts";
import type { Store } from "../store.ts";
import type { UndoContext } from "./context.ts";
import { failureText } from "./failure-text.ts";
import { dataFor, type Facts, type HeldSaga, stepAt } from "./held.ts";
import { lineageOf } from "./lineage.ts";
import { giveLockBack, takeLock } from "./locks.ts";
import { directionOf, type Happening, isCalling } from "./saga-state.ts";

/** How a call ended. */
export interface CallEnd {
  readonly event: Extract<Happening, { type: "succeeded" | "failed" | "interrupted" }>;
  readonly facts: Facts;
  readonly messages: readonly Message[];
  readonly error?: unknown;
}

/** The key under which an element's `do` happens once. */
export function keyOf(sagaId: string, step: string): string {
  return `saga:${sagaId}:${step}`;
}

/** What a call needs of the world. */
interface World {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the call. */
  readonly stop: AbortSignal;
}

/** How long a call that was told to end may take to do so. */
const graceMs = 1_000;

/**
 * Calls `do` or `undo` of the element whose turn it is and waits for its end, for its time to be over, or for `stop`: a call that was
 * told to end gets a moment to do so, and counts as interrupted if it then has not.
 */
export async function callStep(
  held: HeldSaga,
  input: object,
  { store, clock, random, stop }: World,
): Promise<CallEnd> {
  const limit = new AbortController();
  const over = new AbortController();
  const messages: Message[] = [];
  const ended = start(held, input, {
    store,
    random,
    signal: AbortSignal.any([limit.signal, stop]),
    messages,
  }).then(
    (result) => succeeded(held, result, messages),
    (error) => (stop.aborted ? interrupted : failed(error)),
  );
  const timeoutMs = workOf(held).timeoutMs;
  const late = clock.sleep(timeoutMs, over.signal).then(() => {
    const error = new DeliveryError(
      "SAGA_STEP_TIMEOUT",
      `The call did not end within ${timeoutMs} ms; whether it happened is not known.`,
    );
    limit.abort(error);
    return failed(error);
  });
  const stopped = aborted(stop, over.signal)
    .then(() => clock.sleep(graceMs, over.signal))
    .then(() => interrupted);
  try {
    return await Promise.race([ended, late, stopped]);
  } finally {
    for (const loser of [late, stopped]) loser.catch(() => {});
    over.abort();
  }
}

const interrupted: CallEnd = { event: { type: "interrupted" }, facts: {}, messages: [] };

async function start(
  held: HeldSaga,
  input: object,
  {
    store,
    random,
    signal,
    messages,
  }: Pick<World, "store" | "random"> & { readonly signal: AbortSignal; readonly messages: Message[] },
): Promise<unknown> {
  const { state } = held;
  const place = "at" in state ? state.at : 0;
  const { name } = stepAt(held, place);
  const work = workOf(held);
  const row = held.steps.get(place);
  const undoing = isCalling(state) && directionOf(state) === "undo";
  const doKey = keyOf(held.id, name);
  const context: UndoContext = {
    sagaId: held.id,
    key: undoing ? `${doKey}:undo` : doKey,
    doKey,
    signal,
    traceHeaders: headersOf(held, random),
    attempt: (undoing ? row?.undoCalls : row?.calls) ?? 1,
    publish(message) {
      if (!isMessage(message))
        throw new DeliveryError("MESSAGE_INVALID", "publish takes a message: what calling its kind returns.");
      messages.push(message);
    },
  };
  const data = dataFor(held, input, place);
  if (work.lock !== null) return (undoing ? giveLockBack : takeLock)(store, held, work.lock(data));
  if (!undoing) return work.do(data, context);
  const known = row?.result ?? null;
  return work.undo?.(data, known === null ? undefined : JSON.parse(known), context);
}

function succeeded(held: HeldSaga, result: unknown, messages: readonly Message[]): CallEnd {
  if (!isCalling(held.state) || directionOf(held.state) === "undo" || result === undefined)
    return { event: { type: "succeeded" }, facts: {}, messages };
  try {
    return { event: { type: "succeeded" }, facts: { result: JSON.stringify(result) ?? null }, messages };
  } catch (cause) {
    // What it did has happened all the same: its outcome is not kept, so it counts as unknown.
    return failed(
      new DeliveryError("SAGA_RESULT_UNSERIALISABLE", "The result of the step cannot be written as JSON.", {
        cause,
      }),
    );
  }
}

function failed(error: unknown): CallEnd {
  const permanent = isPermanent(error);
  const failure = permanent && error instanceof Error ? (error.cause ?? error) : error;
  return {
    event: { type: "failed", permanent },
    facts: { error: failureText(failure) },
    messages: [],
    error: failure,
  };
}

/** Each call is a span of its own: attempts are siblings. */
function headersOf(held: HeldSaga, random: Random): Readonly<Record<string, string>> {
  const { trace } = lineageOf(held);
  return trace === undefined ? {} : { ...traceHeaders(childOf(trace, random)) };
}

function workOf(held: HeldSaga): NonNullable<ReturnType<typeof stepAt>["work"]> {
  const work = "at" in held.state ? stepAt(held, held.state.at).work : null;
  invariant(work !== null, "what calls has something to call");
  return work;
}

/** Resolves when the signal aborts; rejects when `end` does. */
function aborted(signal: AbortSignal, end: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true, signal: end });
    end.addEventListener("abort", () => reject(end.reason), { once: true });
  });
}
