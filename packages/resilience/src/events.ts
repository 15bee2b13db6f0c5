import type { CallError, ErrorCode } from "./errors.ts";
import type { Failure } from "./failure.ts";
import type { BreakerState } from "./state/breaker-settings.ts";

/** What every event tells. */
interface Told {
  readonly policy: string;
  /** The key of the state; empty where the policy has none. */
  readonly key: string;
}

/** An attempt begins; `resend` is how many came before it. `context` is the one that its function is given. */
export interface AttemptStarted extends Told {
  readonly type: "attempt.started";
  readonly attempt: number;
  readonly resend: number;
  readonly context: object;
}

/** An attempt ended, or is no longer waited for. */
export interface AttemptEnded extends Told {
  readonly type: "attempt.ended";
  readonly attempt: number;
  readonly context: object;
  /** `null`: it succeeded. */
  readonly failure: Failure | null;
  readonly error?: unknown;
}

/** A failed attempt is made again after a wait. */
export interface RetryWaiting extends Told {
  readonly type: "retry.waiting";
  /** The attempt that failed. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly failure: Failure;
}

/** A call ended. */
export interface CallEnded extends Told {
  readonly type: "call.ended";
  /** `null`: it succeeded, itself or by its fallback. */
  readonly code: ErrorCode | null;
  readonly error?: CallError;
  readonly fallback: boolean;
  readonly attempts: number;
  readonly elapsedMs: number;
}

/** A circuit changed its state. */
export interface BreakerChanged extends Told {
  readonly type: "breaker.changed";
  readonly from: BreakerState;
  readonly to: BreakerState;
}

export type ResilienceEvent = AttemptStarted | AttemptEnded | RetryWaiting | CallEnded | BreakerChanged;

/** Hears events. What it throws never reaches a call. */
export type EventListener = (event: ResilienceEvent) => void;

/** Where events go beside the runtime's own listeners: a channel of `node:diagnostics_channel`. */
export interface EventChannel {
  readonly hasSubscribers: boolean;
  publish(event: ResilienceEvent): void;
}

/** One listener; who adds the same function twice hears everything twice, and stops each by itself. */
interface Subscription {
  readonly listener: EventListener;
  /** Whether events are made for it that tell of nothing wrong. */
  readonly all: boolean;
  stopped: boolean;
  reported: boolean;
}

/**
 * The listeners of a runtime. Nothing is made for an event that nobody hears: look at `active` first, or at `hearsFailures` where the event
 * tells of something that went wrong or changed.
 */
export class Events {
  /** Replaced at every change, so that an event goes to those who listened when it happened. */
  private subscriptions: readonly Subscription[] = [];
  private listening = false;
  private listeningToAll = false;
  private telling = false;
  /** What happened while something else was told: it is told after that, lest some listeners hear the two the other way round. */
  private readonly next: { readonly event: ResilienceEvent; readonly to: readonly Subscription[] }[] = [];
  private readonly channel: EventChannel | null;
  private readonly report: (error: unknown) => void;

  /** `report` is told the first thing that each listener throws. */
  constructor(channel: EventChannel | null, report: (error: unknown) => void) {
    this.channel = channel;
    this.report = report;
  }

  get active(): boolean {
    return this.listeningToAll || this.channel?.hasSubscribers === true;
  }

  get hearsFailures(): boolean {
    return this.listening || this.channel?.hasSubscribers === true;
  }

  /** Adds a listener; returns what takes it away. One that asks for failures hears of what else is told to others, and of no more. */
  add(listener: EventListener, of: "all" | "failures" = "all"): () => void {
    const added: Subscription = { listener, all: of === "all", stopped: false, reported: false };
    this.change([...this.subscriptions, added]);
    return () => {
      added.stopped = true;
      this.change(this.subscriptions.filter((one) => one !== added));
    };
  }

  emit(event: ResilienceEvent): void {
    if (this.telling) {
      this.next.push({ event, to: this.subscriptions });
      return;
    }
    this.telling = true;
    try {
      this.tell(event, this.subscriptions);
      for (let one = this.next.shift(); one !== undefined; one = this.next.shift())
        this.tell(one.event, one.to);
    } finally {
      this.telling = false;
    }
  }

  private tell(event: ResilienceEvent, to: readonly Subscription[]): void {
    if (this.channel?.hasSubscribers === true) this.channel.publish(event);
    for (const one of to) {
      if (one.stopped) continue;
      try {
        const answer: unknown = one.listener(event);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.complain(one, error));
      } catch (error) {
        this.complain(one, error);
      }
    }
  }

  private change(subscriptions: readonly Subscription[]): void {
    this.subscriptions = subscriptions;
    this.listening = subscriptions.length > 0;
    this.listeningToAll = subscriptions.some(({ all }) => all);
  }

  private complain(about: Subscription, error: unknown): void {
    if (about.reported) return;
    about.reported = true;
    try {
      this.report(error);
    } catch {
      // What was thrown may have no text.
      this.report(new Error("what it threw cannot be shown"));
    }
  }
}
