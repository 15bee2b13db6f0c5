import { CodedError } from "@holdfast/core";
import { durationOption } from "./duration-option.ts";
import type { Duration } from "./policy-types.ts";

/** What a server is told about time. */
export interface ServerTimeoutOptions {
  /**
   * The longest until all headers of a request have come; default `10s`. Node's own minute lets who sends a byte now and then hold a
   * connection, and with many of them the service.
   */
  readonly headers?: Duration;
  /** The longest until a whole request has come, its body included; default `30s`, 0 for no limit. Node's own is five minutes. Longer for uploads. */
  readonly request?: Duration;
  /**
   * How long whoever stands before the service, a load balancer most of the time, keeps a connection on which nothing happens; default
   * `60s`, as AWS and nginx do. The service keeps it five seconds longer: if it closed first, a request that was under way would be
   * reset without having been read, and not every caller may send it again. Node's own is five seconds.
   */
  readonly proxyIdle?: Duration;
  /** How long the service keeps such a connection itself, where the rule above does not do; must be longer than `proxyIdle` if both are given. */
  readonly keepAlive?: Duration;
}

/** The times that were set, in ms. */
export interface ServerTimeouts {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often Node looks whether the first two are up. It can be set only before the server listens; `null` where it was too late. */
  readonly connectionsCheckingInterval: number | null;
}

/** The part of a server that is set here; those of `node:http` and `node:https` have it. */
export interface TimedServer {
  headersTimeout: number;
  requestTimeout: number;
  keepAliveTimeout: number;
  readonly listening: boolean;
}

/** The service must be the one that closes last. */
const longerThanProxyMs = 5_000;
/** Node looks every half minute, which makes ten seconds forty. */
const checksPerTimeout = 10;
const shortestCheckMs = 100;

/**
 * Sets the times of a server of `node:http` or `node:https`, and answers what they are. How many requests a connection may carry stays
 * as it is: closing one under way costs what `keepAlive` avoids. So does the time without traffic (`server.timeout`): it would end
 * answers that take long for a reason; the deadline of the work ends those that do not. Throws `OPTION_INVALID`.
 */
export function serverTimeouts(server: TimedServer, options: ServerTimeoutOptions = {}): ServerTimeouts {
  const { headers = "10s", request = "30s", proxyIdle, keepAlive } = options;
  const headersTimeout = durationOption("headers", headers);
  const requestTimeout = durationOption("request", request);
  const idleMs = durationOption("proxyIdle", proxyIdle ?? "60s");
  const keepAliveTimeout =
    keepAlive === undefined ? idleMs + longerThanProxyMs : durationOption("keepAlive", keepAlive);
  if (requestTimeout !== 0 && requestTimeout < headersTimeout)
    throw refused("request", "headers", "request contains the headers");
  if (proxyIdle !== undefined && keepAliveTimeout <= idleMs)
    throw refused("keepAlive", "proxyIdle", "the service must not be the first to close");
  const checkMs = Math.max(shortestCheckMs, Math.round(headersTimeout / checksPerTimeout));
  const connectionsCheckingInterval = server.listening ? null : checkMs;
  Object.assign(server, { headersTimeout, requestTimeout, keepAliveTimeout });
  // Node reads it when the server begins to listen.
  if (connectionsCheckingInterval !== null) Object.assign(server, { connectionsCheckingInterval });
  return { headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval };
}

function refused(shorter: string, longer: string, because: string): CodedError {
  return new CodedError("OPTION_INVALID", `${shorter} is not longer than ${longer}: ${because}.`, {
    remedy: `Raise ${shorter} above ${longer}, or lower ${longer}.`,
    details: { option: shorter },
  });
}
