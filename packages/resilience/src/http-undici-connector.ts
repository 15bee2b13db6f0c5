import type { Socket } from "node:net";
import { whileConnecting } from "./http-connect-timeout.ts";
import { compiledOf } from "./policy.ts";
import type { CheckedPolicy, PolicyDocument } from "./policy-types.ts";

/** How undici is told of a connection, or of why there is none. */
type Connected = (...end: [error: null, socket: Socket] | [error: Error, socket: null]) => void;

/** How undici connects, as `buildConnector()` makes it; it returns the socket at once, though its types say nothing of it. */
type Connect = (options: never, connected: Connected) => unknown;

/**
 * Bounds what undici needs for a connection, name and TLS included, by the `connectTimeout` of a policy:
 * `new Agent({ connect: timedConnector(policy, buildConnector()) })`. An interceptor sees requests and no connections, and undici's own
 * timeout is not told to the millisecond but to the second. Throws `POLICY_INVALID`.
 */
export function timedConnector<const D extends PolicyDocument, Own extends Connect>(
  policy: D & CheckedPolicy<D>,
  connector: Own,
): Own {
  const { connectTimeoutMs } = compiledOf(policy).settings;
  if (connectTimeoutMs === null) return connector;
  const connect: Connect = (options, connected) => {
    let isLate = false;
    const stop = whileConnecting(connectTimeoutMs, (error) => {
      isLate = true;
      connected(error, null);
      (socket as Partial<Socket> | undefined)?.destroy?.();
    });
    const socket = connector(options, (...end) => {
      stop();
      // Nobody waits for this connection any more.
      if (isLate) end[1]?.destroy();
      else connected(...end);
    });
  };
  return connect as Own;
}
