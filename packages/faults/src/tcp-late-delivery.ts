import type { Clock } from "@holdfast/core";
import type { Exchange } from "./exchange.ts";
import type { Recorder } from "./recorder.ts";
import { ResponseReader } from "./response-reader.ts";
import { type Dialler, ProviderLink } from "./tcp-provider-link.ts";

/** How long a provider may take to answer a request that comes late. */
const answerMs = 5_000;

/** Requests that wait to overtake nobody: each is delivered once a later attempt of its call was answered with success. */
export class LateDeliveries {
  readonly #dialler: Dialler;
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #waiting = new Map<Exchange, Buffer>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(dialler: Dialler, recorder: Recorder, clock: Clock) {
    this.#dialler = dialler;
    this.#recorder = recorder;
    this.#clock = clock;
  }

  /** Keeps a whole request; its record waits with it. */
  hold(exchange: Exchange, request: Buffer): void {
    exchange.held = true;
    this.#waiting.set(exchange, request);
  }

  /** An exchange is over: where it is a later attempt that succeeded, what waited for that is delivered. */
  settled(later: Exchange): void {
    const status = later.response?.head.status ?? 0;
    if (later.response?.completeMs == null || status < 200 || status > 299) return;
    for (const [exchange, request] of this.#waiting) {
      if (!overtakes(later, exchange)) continue;
      this.#waiting.delete(exchange);
      const done = this.#deliver(exchange, request).finally(() => this.#underWay.delete(done));
      this.#underWay.add(done);
    }
  }

  /** Drops what still waits, and resolves when what is under way is done. */
  async end(): Promise<void> {
    for (const exchange of this.#waiting.keys()) this.#recorder.release(exchange);
    this.#waiting.clear();
    await Promise.all(this.#underWay);
  }

  async #deliver(exchange: Exchange, request: Buffer): Promise<void> {
    const inTime = new AbortController();
    const late = this.#clock.sleep(answerMs, inTime.signal).then(
      () => Promise.reject(new Error(`no answer within ${answerMs} ms`)),
      () => {},
    );
    try {
      await Promise.race([this.#send(exchange, request, inTime.signal), late]);
    } catch (failure) {
      const told = failure instanceof Error ? failure.message : String(failure);
      this.#recorder.problem("LATE_DELIVERY_FAILED", `A request could not be delivered late: ${told}`);
    } finally {
      inTime.abort();
      this.#recorder.release(exchange);
    }
  }

  /** On a connection of its own: that of the consumer may be long gone. */
  #send(exchange: Exchange, request: Buffer, signal: AbortSignal): Promise<void> {
    const nothing = (): void => {};
    return new Promise((resolve, reject) => {
      const reader = new ResponseReader({
        current: () => exchange,
        faulted: () => true,
        interim: nothing,
        deliver: nothing,
        payload: nothing,
        head: (_, head, startedMs) => {
          exchange.providerStatus = head.status;
          exchange.providerAnsweredMs = startedMs;
          this.#recorder.executed(exchange);
        },
        complete: () => {
          exchange.providerDoneMs = this.#clock.monotonic();
          resolve();
        },
        opaque: () => reject(new Error("the provider's answer is no HTTP that can be trusted")),
      });
      const link = new ProviderLink(this.#dialler, {
        opened: nothing,
        data: (chunk) => reader.read(chunk, this.#clock.monotonic()),
        fin: () => {
          if (!reader.close()) reject(new Error("the provider closed the connection"));
        },
        failed: (failure, reached) => {
          exchange.undelivered = !reached;
          reject(failure);
        },
        drain: nothing,
      });
      signal.addEventListener("abort", () => link.drop("fin"), { once: true });
      exchange.forwarded = true;
      link.write(request);
    });
  }
}

function overtakes(later: Exchange, held: Exchange): boolean {
  return (
    later !== held &&
    later.armedCall === held.armedCall &&
    later.operation === held.operation &&
    later.arrivedMs >= held.arrivedMs
  );
}
