import { type Backoff, type Clock, nextWait, type Random } from "@holdfast/core";
import type { Subscription } from "../broker.ts";
import { DeliveryError, isDeliveryError } from "../errors.ts";

/** Something that is opened when it is first needed, may be lost at any moment, and is then opened again. */
export interface Link<Connection> {
  /** What is open now. */
  current(): Connection | null;
  /**
   * Opens it unless it is open. Callers at the same time share one try; after a failure the next try waits its turn, and until then
   * everybody gets the last failure at once.
   */
  get(): Promise<Connection>;
  /** How long until the next try, in milliseconds. */
  waitMs(): number;
  /** Closes what is open; from then on `get` rejects with DISPOSED. */
  close(): Promise<void>;
}

/** How a link is opened and closed. */
export interface LinkOptions<Connection> {
  /** Opens it, and calls `onLost` once when it is gone. */
  open(onLost: () => void): Promise<Connection>;
  shut(connection: Connection): Promise<void>;
  /** The coded error for a failure to open. */
  explain(failure: unknown): DeliveryError;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly random: Random;
}

/** What is lost sooner than this after it was opened counts as a failure to open. */
const steadyMs = 1_000;

/** Keeps one connection. */
export function createLink<Connection>(options: LinkOptions<Connection>): Link<Connection> {
  const { clock, random, backoff } = options;
  let connection: Connection | null = null;
  let opening: Promise<Connection> | null = null;
  let closed = false;
  let failures = 0;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let memory: number | null = null;
  let lastFailure = new DeliveryError("BROKER_UNREACHABLE", "The connection was lost.");

  const failed = (): void => {
    const wait = nextWait(backoff, failures++, memory, random);
    memory = wait.memory;
    notBeforeMs = clock.monotonic() + wait.waitMs;
  };

  const keep = async (opened: Connection, lost: boolean): Promise<Connection> => {
    if (closed) {
      await options.shut(opened);
      throw disposed();
    }
    if (lost)
      throw new DeliveryError("BROKER_UNREACHABLE", "The connection was lost as soon as it was open.");
    connection = opened;
    failures = 0;
    memory = null;
    return opened;
  };

  const open = async (): Promise<Connection> => {
    let lost = false;
    const startedMs = clock.monotonic();
    const onLost = (): void => {
      lost = true;
      connection = null;
      if (clock.monotonic() - startedMs < steadyMs) failed();
    };
    try {
      const opened = await options.open(onLost);
      return await keep(opened, lost);
    } catch (failure) {
      lastFailure = isDeliveryError(failure) ? failure : options.explain(failure);
      if (!lost) failed();
      throw lastFailure;
    } finally {
      opening = null;
    }
  };

  return {
    current: () => connection,
    get() {
      if (closed) return Promise.reject(disposed());
      if (connection !== null) return Promise.resolve(connection);
      if (opening !== null) return opening;
      if (clock.monotonic() < notBeforeMs) return Promise.reject(lastFailure);
      opening = open();
      return opening;
    },
    waitMs: () => Math.max(0, notBeforeMs - clock.monotonic()),
    async close() {
      if (closed) return;
      closed = true;
      await opening?.catch(() => {});
      if (connection !== null) await options.shut(connection);
      connection = null;
    },
  };
}

function disposed(): DeliveryError {
  return new DeliveryError("DISPOSED", "The broker's connection was closed.");
}

/** Runs `session` on the link's connection, again and again with waits in between, until the signal aborts. */
export async function keepRunning<Connection>(
  link: Link<Connection>,
  session: (connection: Connection) => Promise<void>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await session(await link.get());
    } catch (failure) {
      if (isDeliveryError(failure) && failure.code === "DISPOSED") return;
      // The next try says whether it lasts; whoever publishes meanwhile gets the reason.
    }
    // A session that ends at once, because its queue is gone, must not spin.
    await clock.sleep(Math.max(link.waitMs(), 100), signal).catch(() => {});
  }
}

/** The promise's value, or a rejection after `timeoutMs`. */
export async function within<T>(
  work: Promise<T>,
  { clock, timeoutMs, what }: { readonly clock: Clock; readonly timeoutMs: number; readonly what: string },
): Promise<T> {
  const over = new AbortController();
  const late = clock.sleep(timeoutMs, over.signal).then(() => {
    throw new DeliveryError("BROKER_UNREACHABLE", `${what} took longer than ${timeoutMs} ms.`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/** How long a goodbye may take before the other side is taken for dead. */
const goodbyeMs = 1_000;

/** Waits for a goodbye, for a moment: a server that is silent must not keep anybody from closing. Never rejects. */
export async function goodbye(work: Promise<unknown> | undefined, clock: Clock): Promise<void> {
  if (work === undefined) return;
  try {
    await within(work, { clock, timeoutMs: goodbyeMs, what: "Closing" });
  } catch {
    // Lost already, or silent.
  }
}

/** Whether a refusal to subscribe is one that waiting does not mend. */
export function isFinal(failure: unknown): boolean {
  return isDeliveryError(failure) && failure.code !== "BROKER_UNREACHABLE";
}

/** Subscriptions that are closed with their broker. */
export function createSubscriptionBook(): {
  keep(subscription: Subscription): Subscription;
  closeAll(): Promise<void>;
} {
  const open = new Set<Subscription>();
  return {
    keep(subscription) {
      const kept: Subscription = {
        stop: () => subscription.stop(),
        async close() {
          open.delete(kept);
          await subscription.close();
        },
      };
      open.add(kept);
      return kept;
    },
    async closeAll() {
      await Promise.all([...open].map((subscription) => subscription.close()));
    },
  };
}
