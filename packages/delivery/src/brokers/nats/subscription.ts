import type { Clock } from "@holdfast/core";
import { createInbox, type Msg, type Subscription as NatsSubscription } from "@nats-io/transport-node";
import type { Delivery, Subscription } from "../../broker.ts";
import { goodbye, isFinal, keepRunning, type Link } from "../link.ts";
import type { NatsLinked } from "./connection.ts";
import { createDesk } from "./desk.ts";
import { createPull, type Pull } from "./pull.ts";
import { type ConsumerPlan, ensureConsumer, nanos } from "./topology.ts";

/** What a subscription needs. */
export interface NatsSubscribing {
  readonly link: Link<NatsLinked>;
  readonly stream: string;
  readonly plan: ConsumerPlan;
  readonly declares: boolean;
  readonly prefetch: number;
  readonly clock: Clock;
  /** Runs before the consumer is looked for. */
  readonly prepare: (linked: NatsLinked) => Promise<void>;
  readonly onDelivery: (delivery: Delivery) => void;
}

/**
 * Pulls from a durable consumer, and again after the connection was lost. What is under way is kept alive at the server as long as it
 * takes.
 */
export async function subscribeNats(options: NatsSubscribing): Promise<Subscription> {
  const { link, plan, prefetch, clock, onDelivery } = options;
  const stopped = new AbortController();
  let pulling: Pulling | null = null;
  const desk = createDesk({
    plan,
    prefetch,
    onDelivery,
    answer(reply, payload) {
      try {
        link.current()?.nc.publish(reply, payload);
      } catch {
        // Not settled: it comes again after the ack wait.
      }
    },
    ask: (held) => pulling?.ask(held),
    stopped: stopped.signal,
  });
  const keepAlive = setInterval(desk.keepAlive, plan.ackWaitMs / 3).unref();

  const session = async (linked: NatsLinked, begun: () => void): Promise<void> => {
    await options.prepare(linked);
    const severalFilters = Number(/^2\.(\d+)/.exec(linked.nc.info?.version ?? "")?.[1] ?? 0) >= 10;
    const { declares, stream } = options;
    await ensureConsumer(await linked.manager(), stream, plan, { declares, severalFilters });
    begun();
    if (stopped.signal.aborted) return;
    const started = startPulling(linked, options, desk.arrive);
    pulling = started;
    desk.pump();
    await started.over;
    if (pulling === started) pulling = null;
  };

  const stop = async (): Promise<void> => {
    stopped.abort();
    await pulling?.stop();
    desk.giveBackReady();
  };
  const close = async (): Promise<void> => {
    await stop();
    clearInterval(keepAlive);
    desk.giveBackAll();
    await goodbye(link.current()?.nc.flush(), clock);
  };
  try {
    await firstSession(link, session, { clock, signal: stopped.signal });
  } catch (failure) {
    await close();
    throw failure;
  }
  return { stop, close };
}

/**
 * Starts to run sessions; resolves when the first one has begun or the server cannot be reached, and rejects when it says no. Later on,
 * a refusal is waited out: the consumer may well be there again.
 */
function firstSession(
  link: Link<NatsLinked>,
  session: (linked: NatsLinked, begun: () => void) => Promise<void>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const attempt = async (linked: NatsLinked): Promise<void> => {
      try {
        await session(linked, resolve);
      } catch (failure) {
        if (isFinal(failure)) reject(failure);
        throw failure;
      }
    };
    void keepRunning(link, attempt, { clock, signal }).then(resolve);
    link.get().catch((failure) => {
      if (isFinal(failure)) reject(failure);
      else resolve();
    });
  });
}

interface Pulling {
  readonly over: Promise<void>;
  /** Asks for more where there is room beside `held`. */
  ask(held: number): void;
  stop(): Promise<void>;
}

const heartbeatMs = 2_000;
const expiresMs = 30_000;

function startPulling(
  { nc, lost }: NatsLinked,
  { stream, plan, prefetch, clock }: NatsSubscribing,
  arrive: (message: Msg) => void,
): Pulling {
  const inbox = createInbox();
  const pull: Pull = createPull({ prefetch, silentMs: heartbeatMs * 2.5, clock });
  const request = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${plan.durable}`;
  let end: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  let held = 0;
  const ask = (): void => {
    const batch = pull.next(held);
    if (batch === 0 || lost.aborted) return;
    const body = { batch, expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) };
    nc.publish(request, JSON.stringify(body), { reply: inbox });
  };
  const subscription: NatsSubscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      if (error !== null) return end();
      const { reply } = message;
      if (reply?.startsWith("$JS.ACK.") === true) {
        pull.arrived();
        arrive(message);
        return;
      }
      const status = message.headers?.code ?? 0;
      const goesOn = pull.status(
        status,
        message.headers?.description ?? "",
        message.headers?.get("Nats-Pending-Messages"),
      );
      if (goesOn) ask();
      else end();
    },
  });
  // Asks again where nothing is heard any more, and after a refusal.
  const timer = setInterval(ask, 1_000).unref();
  const finish = (): void => {
    clearInterval(timer);
    end();
  };
  lost.addEventListener("abort", finish, { once: true });
  void over.then(() => {
    clearInterval(timer);
    if (!subscription.isClosed() && !subscription.isDraining()) subscription.unsubscribe();
  });
  return {
    over,
    ask(now) {
      held = now;
      ask();
    },
    async stop() {
      // What is on its way arrives before the drain ends, and is given back at once.
      if (!lost.aborted && !subscription.isClosed()) await goodbye(subscription.drain(), clock);
      finish();
    },
  };
}
