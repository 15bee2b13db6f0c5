import type { Random } from "@holdfast/core";
import type { Evidence } from "../model.ts";
import { type AttemptFacts, type CallFacts, evidenceWith, times } from "./evidence.ts";
import { noiseMs } from "./schedules.ts";

/** A client with a known policy, to be played against faults with the noise of a machine. */
export interface PlayedPolicy {
  readonly attempts: number;
  readonly attemptTimeoutMs: number;
  readonly deadlineMs: number;
  /** The wait before retry `index`, from 0. */
  wait(index: number, random: Random): number;
}

/** What twelve calls of an outage, and five each of silence and a trickle, look like with that policy. */
export function playedEvidence(policy: PlayedPolicy, random: Random): Evidence {
  const silent = () => heldCall(policy, random);
  return evidenceWith({
    "503-forever": times(12, (index) => outageCall(policy, random, index)),
    "hang-forever": times(5, silent),
    "drip-forever": times(5, silent),
  });
}

/** A call that meets 503 at each attempt: the waits alone make it last, until the deadline at most. */
function outageCall({ attempts, deadlineMs, wait }: PlayedPolicy, random: Random, index = 0): CallFacts {
  let at = 2 + noiseMs(random);
  const made: AttemptFacts[] = [{ at }];
  for (let retry = 0; retry + 1 < attempts; retry++) {
    at += wait(retry, random) + noiseMs(random);
    if (at < deadlineMs) made.push({ at });
  }
  const endedAt = Math.min(at, deadlineMs) + 5;
  return { attempts: made, endedAt, instance: `i${index >> 1}`, index: (index & 1) + 1 };
}

/** A call that gets no answer: each attempt lasts until its timeout, the last one perhaps only until the deadline. */
function heldCall({ attempts, attemptTimeoutMs, deadlineMs, wait }: PlayedPolicy, random: Random): CallFacts {
  let at = 2 + noiseMs(random);
  const made: AttemptFacts[] = [];
  for (let retry = 0; retry < attempts && at < deadlineMs; retry++) {
    const closedAt = Math.min(at + attemptTimeoutMs, deadlineMs) + noiseMs(random);
    made.push({ at, closedAt, doneAt: null });
    at = closedAt + wait(retry, random) + noiseMs(random);
  }
  const end = made.at(-1)?.closedAt ?? 0;
  const waitsOn = made.length < attempts && end < deadlineMs;
  return { attempts: made, endedAt: (waitsOn ? deadlineMs : end) + 2 };
}
