import { type Clock, invariant, type Random, traceHeaders } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import { isMessage, type Message } from "../message.ts";
import { isPermanent } from "../permanent.ts";
import type { Store } from "../store.ts";
import { placeWithin, type Tracing } from "../tracing.ts";
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
  readonly tracing: Tracing | null;
  /** Ends the call. */
  readonly stop: AbortSignal;
}

/** How long a call that was told to end may take to do so. */
const graceMs = 1_000;

/**
 * Calls `do` or `undo` of the element whose turn it is and waits for its end, for its time to be over, or for `stop`: a call that was
 * told to end gets a moment to do so, and counts as interrupted if it then has not.
 */
export function callStep(held: HeldSaga, input: object, world: World): Promise<CallEnd> {
  const { tracing } = world;
  if (tracing === null) return timed(held, input, world);
  const { name, undoing, attempt } = turnOf(held);
  return tracing.calling(
    {
      saga: held.definition.name,
      sagaId: held.id,
      step: name,
      action: undoing ? "undo" : "do",
      attempt,
      trace: lineageOf(held).trace,
    },
    () => timed(held, input, world),
  );
}

async function timed(
  held: HeldSaga,
  input: object,
  { store, clock, random, tracing, stop }: World,
): Promise<CallEnd> {
  const limit = new AbortController();
  const over = new AbortController();
  const messages: Message[] = [];
  const ended = start(held, input, {
    store,
    random,
    tracing,
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
    tracing,
    signal,
    messages,
  }: Pick<World, "store" | "random" | "tracing"> & {
    readonly signal: AbortSignal;
    readonly messages: Message[];
  },
): Promise<unknown> {
  const { place, name, row, undoing, attempt } = turnOf(held);
  const work = workOf(held);
  // Each call is a span of its own: attempts are siblings.
  const span = placeWithin(lineageOf(held).trace, { tracing, random });
  const doKey = keyOf(held.id, name);
  const context: UndoContext = {
    sagaId: held.id,
    key: undoing ? `${doKey}:undo` : doKey,
    doKey,
    signal,
    traceHeaders: span === null ? {} : { ...traceHeaders(span) },
    attempt,
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

/** The element whose turn it is, and which call of it this is. */
function turnOf(held: HeldSaga) {
  const { state } = held;
  const place = "at" in state ? state.at : 0;
  const row = held.steps.get(place);
  const undoing = isCalling(state) && directionOf(state) === "undo";
  const attempt = (undoing ? row?.undoCalls : row?.calls) ?? 1;
  return { place, name: stepAt(held, place).name, row, undoing, attempt };
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
