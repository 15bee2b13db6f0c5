import type { Backoff, Clock, Random } from "@holdfast/core";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { DeliveryError, isDeliveryError } from "../../errors.ts";
import { messageOf } from "../ends.ts";
import { createLink, goodbye, type Link, within } from "../link.ts";

/** A connection as long as it lasts: one that reconnects by itself is another one afterwards, because what was under way is unknown. */
export interface NatsLinked {
  readonly nc: NatsConnection;
  /** Aborted when it is gone. */
  readonly lost: AbortSignal;
  /** Ends it because nothing comes any more. */
  abandon(): void;
  /** Streams and consumers. */
  manager(): Promise<JetStreamManager>;
}

/** What connecting needs. */
export interface NatsConnectOptions {
  readonly open: () => Promise<NatsConnection>;
  /** The caller's own connection is not closed. */
  readonly owned: boolean;
  readonly connectTimeoutMs: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly random: Random;
}

/** A link to the server. */
export function natsLink(options: NatsConnectOptions): Link<NatsLinked> {
  const { clock, connectTimeoutMs, owned } = options;
  return createLink<NatsLinked>({
    ...options,
    explain,
    async open(onLost) {
      const nc = await options.open();
      if (nc.isClosed()) throw new DeliveryError("BROKER_UNREACHABLE", "The NATS connection is closed.");
      // A connection of the caller's may just be reconnecting: a round trip says.
      await within(nc.flush(), { clock, timeoutMs: connectTimeoutMs, what: "A round trip to NATS" });
      const gone = new AbortController();
      const lose = (): void => {
        if (gone.signal.aborted) return;
        gone.abort();
        onLost();
      };
      void nc.closed().then(lose);
      void watch(nc, lose, gone.signal);
      return {
        nc,
        lost: gone.signal,
        abandon: () => {
          lose();
          if (owned) void nc.close().catch(() => {});
          else void nc.reconnect().catch(() => {});
        },
        manager: () => jetstreamManager(nc, { checkAPI: false, timeout: connectTimeoutMs }),
      };
    },
    async shut({ nc }) {
      if (!owned) return;
      await goodbye(nc.close(), clock);
    },
  });
}

/** Everything under way is unknown from the moment of a disconnect, also where the client reconnects by itself. */
async function watch(nc: NatsConnection, lose: () => void, gone: AbortSignal): Promise<void> {
  const statuses = nc.status();
  gone.addEventListener("abort", () => (statuses as { stop?: () => void }).stop?.(), { once: true });
  for await (const { type } of statuses) if (type === "disconnect" || type === "staleConnection") lose();
}

function explain(failure: unknown): DeliveryError {
  if (isDeliveryError(failure)) return failure;
  const said = messageOf(failure);
  const refused = /authoriz|authenticat|credential|user\/pass|nkey|jwt/i.test(
    `${(failure as Error)?.name} ${said}`,
  );
  return new DeliveryError(
    refused ? "BROKER_CREDENTIALS" : "BROKER_UNREACHABLE",
    refused ? `NATS refuses the connection: ${said}` : `NATS cannot be reached: ${said}`,
    { cause: failure },
  );
}

/** What it means that a stream or consumer could not be looked up or made; null where the connection is to blame. */
export function explainJetStream(failure: unknown, what: string): DeliveryError {
  if (isDeliveryError(failure)) return failure;
  const said = messageOf(failure);
  const name = (failure as Error)?.name ?? "";
  if (/Permission/i.test(`${name} ${said}`))
    return new DeliveryError("BROKER_CREDENTIALS", `NATS does not allow it: ${what}: ${said}`, {
      cause: failure,
      remedy: "Give the user the permission that is named.",
    });
  const code = /Timeout|Closed|Connection|Draining/i.test(name)
    ? "BROKER_UNREACHABLE"
    : "BROKER_MISCONFIGURED";
  return new DeliveryError(code, `${what}: ${said}`, { cause: failure });
}
