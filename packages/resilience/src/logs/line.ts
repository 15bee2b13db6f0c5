import type { CallEnded, ResilienceEvent } from "../events.ts";
import type { Failure } from "../failure.ts";
import { safeText } from "./safe-text.ts";

/** An event as a line for people. */
export function lineOf(event: ResilienceEvent): string {
  const { policy } = event;
  switch (event.type) {
    case "attempt.started":
      return `${policy}: attempt ${event.attempt} begins`;
    case "attempt.ended":
      return event.failure === null
        ? `${policy}: attempt ${event.attempt} succeeded`
        : `${policy}: attempt ${event.attempt} failed ${inWords(event.failure)}`;
    case "retry.waiting": {
      const { attempt, failure, waitMs } = event;
      return `${policy}: attempt ${attempt} failed ${inWords(failure)}, next in ${Math.round(waitMs)} ms`;
    }
    case "breaker.changed":
      return `${policy}: circuit ${event.to}, was ${event.from}`;
    default:
      return `${policy}: ${endOf(event)}`;
  }
}

function endOf({ code, error, fallback, attempts, elapsedMs }: CallEnded): string {
  const spent = `after ${attempts} ${attempts === 1 ? "attempt" : "attempts"} in ${Math.round(elapsedMs)} ms`;
  if (fallback) return `a fallback answered for ${error?.code ?? "an error"} ${spent}`;
  return code === null ? `succeeded ${spent}` : `${code} ${spent}`;
}

/** What an attempt failed with: a status, a code, or at least what kind of failure it was. */
function inWords({ class: kind, status, code, word }: Failure): string {
  if (status !== undefined) return `with status ${status}`;
  const name = code ?? word;
  return name === undefined ? `(${kind})` : `with ${safeText(name)}`;
}
