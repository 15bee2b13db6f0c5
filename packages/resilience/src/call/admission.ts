import type { Call } from "./call.ts";
import { endWithError, errorOf } from "./ending.ts";
import { inOrigin } from "./origin.ts";
import type { Pipe } from "./pipe.ts";
import { isGone, remainingMs, wait } from "./waiting.ts";

/** Lets a call in by the limit and the rate of its policy; false where it has to wait or was refused. */
export function admit(pipe: Pipe, call: Call): boolean {
  const { bulkhead } = call.state;
  if (bulkhead === null) return admitByRate(pipe, call);
  const full = bulkhead.active >= (pipe.settings.limit?.concurrent ?? 0);
  if (full && holdsPlaceAround(call)) {
    const message = "a call inside a call of the same limit would wait for a place that its own caller holds";
    endWithError(pipe, call, errorOf(pipe, call, "FULL", message, { details: { reentrant: true } }));
    return false;
  }
  const entered = bulkhead.enter(call);
  if (entered === "entered") {
    call.placed = true;
    return admitByRate(pipe, call);
  }
  if (entered === "queued") {
    wait(pipe, call, "queued", pipe.settings.limit?.maxWaitMs ?? Number.POSITIVE_INFINITY);
    return false;
  }
  const { active, waiting } = bulkhead;
  const message = `${active} calls are under way and ${waiting} are waiting`;
  endWithError(pipe, call, errorOf(pipe, call, "FULL", message, { details: { active, waiting } }));
  return false;
}

/** A call that waited has its place now. */
export function placed(pipe: Pipe, call: Call): void {
  pipe.runtime.waiting.remove(call);
  call.placed = true;
  if (!isGone(pipe, call) && admitByRate(pipe, call)) inOrigin(call, (own) => pipe.begin(own));
}

function admitByRate(pipe: Pipe, call: Call): boolean {
  const { rate } = call.state;
  if (rate === null) return true;
  const { runtime, settings } = pipe;
  const maxWaitMs = Math.min(settings.rate?.maxWaitMs ?? 0, remainingMs(pipe, call));
  const nowMs = runtime.turn.exact();
  const waitMs = rate.take(nowMs, maxWaitMs);
  if (waitMs === 0) return true;
  if (waitMs > 0) {
    wait(pipe, call, "rated", waitMs);
    return false;
  }
  const retryAfterMs = rate.retryAfterMs(nowMs);
  const message = `more calls than its rate allows; the next may start in ${Math.ceil(retryAfterMs)} ms`;
  endWithError(pipe, call, errorOf(pipe, call, "RATE", message, { retryAfterMs }));
  return false;
}

function holdsPlaceAround(call: Call): boolean {
  for (let { outer } = call; outer !== null; outer = outer.outer) {
    if (outer.placed && outer.state.bulkhead === call.state.bulkhead) return true;
  }
  return false;
}
