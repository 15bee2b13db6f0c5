import type { EventEmitter } from "node:events";
import { type IncomingHeaders, systemClock, systemRandom } from "@holdfast/core";
import type { Ambient } from "./call/call-world.ts";
import { type Arrival, Arrivals } from "./inbound/arrivals.ts";
import { type ExpiredRequest, type InboundOptions, inboundSettings } from "./inbound/inbound-options.ts";
import { runInside } from "./system-ambient.ts";

/** The status with which a request is refused whose caller has stopped waiting: it came through, but not in time. */
export const refusalStatus = 504;

/** The door of a service, the same for every framework. */
export interface Door {
  /** Looks at a request that has just come. */
  arrive(headers: IncomingHeaders): Arrival;
  /**
   * Does its work, inside what it brought along. So do the listeners of the `emitters`: the events of a request and its response come
   * from the socket, which is outside.
   */
  inside<T>(arrival: Arrival, work: () => T, ...emitters: readonly EventEmitter[]): T;
}

/** Makes a door on the clock and the chance of the system. Throws `OPTION_INVALID`. */
export function openDoor(options: InboundOptions): Door {
  const arrivals = new Arrivals(inboundSettings(options), {
    clock: systemClock,
    random: systemRandom,
    tell: isolated(options.onExpired ?? (() => {})),
  });
  return {
    arrive: (headers) => arrivals.arrive(headers),
    inside: ({ ambient }, work, ...emitters) => {
      for (const emitter of emitters) emitInside(emitter, ambient);
      return runInside(ambient, work);
    },
  };
}

function emitInside(emitter: EventEmitter, ambient: Ambient): void {
  const { emit } = emitter;
  emitter.emit = function (this: EventEmitter, ...event) {
    return runInside(ambient, () => emit.apply(this, event));
  };
}

/** What a listener throws is told once, as a warning. */
function isolated(listener: (request: ExpiredRequest) => void): (request: ExpiredRequest) => void {
  let reported = false;
  return (request) => {
    try {
      listener(request);
    } catch (error) {
      if (reported) return;
      reported = true;
      process.emitWarning(`onExpired threw: ${String(error)}`, { code: "HOLDFAST_LISTENER" });
    }
  };
}
