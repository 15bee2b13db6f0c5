import type { Clock } from "@holdfast/core";
import { type Driver, unfinished } from "./driver.ts";
import { httpRequest } from "./http-request.ts";

/** Asks a service, again and again, what it answers when it is ready: a call that needs no provider. */
export function readyDriver(options: {
  readonly url: string;
  readonly ready: { readonly method: string; readonly path: string };
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Driver {
  const { clock, ready } = options;
  const url = options.url.replace(/\/$/, "") + ready.path;
  return {
    drive: async ({ horizonMs }) => {
      const horizon = AbortSignal.timeout(horizonMs);
      const signal = AbortSignal.any([horizon, options.signal]);
      const answer = await httpRequest({ url, method: ready.method, headers: {}, body: null, signal });
      const endedMs = clock.monotonic();
      if (answer.kind === "error") {
        if (horizon.aborted) return unfinished(horizonMs);
        return { outcome: "failed", status: null, error: `no answer: ${answer.code}`, endedMs };
      }
      const { status } = answer;
      const isReady = status >= 200 && status < 300;
      const error = isReady ? null : `answered ${status}`;
      return { outcome: isReady ? "succeeded" : "failed", status, error, endedMs };
    },
  };
}
