import type { CallContext } from "../context.ts";

/** What the context of an attempt asks of the pipeline that made it. */
export interface ContextHost<Live> {
  readonly name: string;
  /** Whether a timeout can end an attempt before its caller does. */
  isTimed(live: Live): boolean;
  /** The key of the call that this attempt belongs to; the same for each of its attempts. */
  keyOf(live: Live | null): string;
  /** The signal that the caller of this attempt's call brought, if any. */
  signalOf(live: Live): AbortSignal | null;
  /** Its signal was read for the first time, and the caller brought one: from now on that one must be listened to. */
  listen(live: Live): void;
  /** What is left to the call; of one that has ended, nothing. */
  remainingOf(live: Live | null): number;
  hold(live: Live): (failure?: unknown) => void;
}

const nothing = (): void => {};

/** The context of one attempt. It outlives the attempt, which is reused, so it lets go of it at the end. */
export class AttemptContext<Live> implements CallContext {
  readonly attempt: number;
  /** The attempt, as long as it runs. */
  live: Live | null;
  controller: AbortController | null = null;
  private readonly host: ContextHost<Live>;
  private key: string | null = null;

  constructor(host: ContextHost<Live>, live: Live | null, attempt: number) {
    this.host = host;
    this.live = live;
    this.attempt = attempt;
  }

  get policy(): string {
    return this.host.name;
  }

  get signal(): AbortSignal {
    const { live, host } = this;
    if (this.controller !== null) return this.controller.signal;
    const caller = live === null ? null : host.signalOf(live);
    if (live !== null && caller !== null && !host.isTimed(live)) return caller;
    this.controller = new AbortController();
    if (live !== null && caller !== null) host.listen(live);
    return this.controller.signal;
  }

  get idempotencyKey(): string {
    this.key ??= this.host.keyOf(this.live);
    return this.key;
  }

  /** The attempt is no longer waited for. A function that reads its signal only now must not take it for one that nobody aborted. */
  abort(reason: unknown): void {
    this.controller ??= new AbortController();
    this.controller.abort(reason);
  }

  /** Lets go of an attempt whose function may still be at work: the key that it reads then is the one of its call. */
  leave(): void {
    if (this.live === null) return;
    this.key ??= this.host.keyOf(this.live);
    this.live = null;
  }

  remainingMs(): number {
    return this.host.remainingOf(this.live);
  }

  hold(): (failure?: unknown) => void {
    return this.live === null ? nothing : this.host.hold(this.live);
  }
}
