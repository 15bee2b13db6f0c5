import type { Clock } from "@holdfast/core";
import type { ModuleHost } from "../module-process.ts";
import { type Driver, unfinished } from "./driver.ts";

/** Drives by the `call` function of an ES module in a host process: it succeeds when its promise resolves. */
export function moduleDriver(options: {
  /** The host as it runs now. */
  readonly host: () => ModuleHost;
  readonly addresses: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Driver {
  const { clock } = options;
  return {
    drive: async (call) => {
      const host = options.host();
      const stop = new AbortController();
      const { id } = call;
      const traceparent = call.traceparent ?? "";
      const answer = host.call({ id, traceparent, addresses: options.addresses });
      const horizon = clock.sleep(call.horizonMs, AbortSignal.any([stop.signal, options.signal])).then(
        () => null,
        () => null,
      );
      const result = await Promise.race([answer, horizon]);
      const endedMs = clock.monotonic();
      stop.abort();
      if (result === null) {
        host.abort(id);
        return unfinished(call.horizonMs);
      }
      return result.ok
        ? { outcome: "succeeded", status: null, error: null, endedMs }
        : { outcome: "failed", status: null, error: result.error, endedMs };
    },
  };
}
