import { setTimeout as sleep } from "node:timers/promises";
import { consumer, correct } from "../consumers/base.mjs";

/** Stops waiting, and leaves the request running: Promise.race. */
export const call = consumer({
  ...correct,
  limited: (limitMs, work) =>
    Promise.race([
      work(undefined),
      sleep(limitMs, undefined, { ref: false }).then(() => Promise.reject(new Error("no answer in time"))),
    ]),
});
