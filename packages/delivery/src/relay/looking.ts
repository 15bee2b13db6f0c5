import type { Clock, Random } from "@holdfast/core";
import type { Emit } from "../events.ts";
import { found, fresh, idle, type PollBounds, woken } from "./poll-state.ts";
import { createRetryPause } from "./retry-pause.ts";
import { createBell } from "./signals.ts";

/** Something that looks for work. */
export interface Looks {
  look(stop: AbortSignal): Promise<number>;
  /** Whether there is room for more work. */
  ready(): boolean;
  /** In how many milliseconds there will be something, as far as is known. */
  nextMs(): number | null;
}

/** A loop that looks: at once while it finds something, after a pause where it does not, and early when it is woken. */
export interface Looking {
  run(stop: AbortSignal): Promise<void>;
  /** There is, or is about to be, something to find. */
  wake(): void;
  /** What is known to come has changed: the pause is measured anew. */
  nudge(): void;
  /** There is more room. */
  room(): void;
}

/** What a loop needs. */
export interface LookingParts {
  readonly doing: string;
  readonly looks: Looks;
  readonly poll: PollBounds;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
}

/** How long a full window is believed without being told otherwise, in milliseconds. */
const fullMs = 1_000;

/** A loop over something that looks. It survives every failure. */
export function createLooking({ doing, looks, poll, clock, random, emit }: LookingParts): Looking {
  const work = createBell(clock);
  const room = createBell(clock);
  let state = fresh;

  const rest = async (stop: AbortSignal): Promise<void> => {
    const { waitMs, state: next } = idle(state, poll, random);
    state = next;
    await work.wait(Math.min(waitMs, looks.nextMs() ?? waitMs), stop);
  };
  return {
    async run(stop) {
      const retry = createRetryPause({ clock, random, emit, signal: stop });
      while (!stop.aborted) {
        if (!looks.ready()) {
          await room.wait(fullMs, stop);
          continue;
        }
        try {
          const count = await looks.look(stop);
          retry.worked();
          if (count === 0) await rest(stop);
          else state = found(state);
        } catch (error) {
          await retry.failed(doing, error);
        }
      }
    },
    wake() {
      state = woken(state);
      work.ring();
    },
    nudge: work.ring,
    room: room.ring,
  };
}
