import type { CallContext } from "./context.ts";
import type { Tail } from "./http-tail.ts";
import {
  attemptHeaders,
  type ClientFacts,
  type HeaderChange,
  type RequestFacts,
} from "./outbound/request-facts.ts";

/** The latest call that each answer or error came out of, for the classifier, which is told nothing else. */
const owners = new WeakMap<object, HttpCall>();

/** The call from which an answer or an error comes. */
export function callOf(end: unknown): HttpCall | undefined {
  return typeof end === "object" && end !== null ? owners.get(end) : undefined;
}

/**
 * One call of a client over all its attempts. What is the same for every client stands here: the headers of an attempt, and that an
 * answer which is not handed over is got rid of, since its connection serves nobody else until then.
 */
export abstract class HttpCall {
  /** What the user's own functions are given. */
  readonly args: readonly unknown[];
  readonly facts: RequestFacts;
  /** `null` where the address cannot be read. */
  readonly url: URL | null;
  /** The latest answer, as long as nobody has got rid of it. */
  last: object | null = null;
  #settled = false;
  #endsAtMs = Number.POSITIVE_INFINITY;
  #attempts = 0;
  /** What is being read to its end. */
  #discarded: object | null = null;
  readonly #client: ClientFacts;

  constructor(client: ClientFacts, args: readonly unknown[], facts: RequestFacts, url: URL | null) {
    this.#client = client;
    this.args = args;
    this.facts = facts;
    this.url = url;
  }

  /** Sends the request once. */
  protected abstract send(context: CallContext, headers: readonly HeaderChange[]): Promise<object>;
  /** Whether the request's body has been read and cannot be read again. */
  abstract get spent(): boolean;
  /** Reads to the end what nobody wants of an answer, or leaves it off if that takes too long. */
  protected abstract discard(answer: object): void;
  /** Leaves off an answer now, with its connection if need be. */
  protected abstract cut(answer: object): void;

  /** Makes an attempt. */
  async attempt(context: CallContext): Promise<object> {
    this.#clear();
    this.#attempts = context.attempt;
    this.#endsAtMs = performance.now() + context.remainingMs();
    try {
      const answer = await this.send(context, attemptHeaders(this.#client, this.facts, context));
      if (context.signal.aborted) this.#refuse(answer, context.signal.reason);
      owners.set(answer, this);
      this.last = answer;
      return answer;
    } catch (error) {
      if (typeof error === "object" && error !== null) owners.set(error, this);
      throw error;
    }
  }

  /**
   * The answer was judged a failure. Whether the call ends with it or is made again is decided within this turn; if it has not ended
   * then, there is a wait ahead in which the connection need not be held.
   */
  judged(answer: object): void {
    setImmediate(() => {
      if (this.#settled || this.last !== answer) return;
      this.last = null;
      this.#discarded = answer;
      this.discard(answer);
    });
  }

  /** The latest answer is left alone from now on: the fallback of the call has begun, which may still look at it. */
  keepLast(): void {
    this.#settled = true;
  }

  /** The call has ended. Tells its latest answer, if there is one that nobody has got rid of, and does not keep it any longer. */
  settle(): object | null {
    const { last } = this;
    this.#settled = true;
    this.last = null;
    return last;
  }

  /** Gets rid of an answer with which the call did not end. */
  drop(answer: object | null): void {
    if (answer !== null) this.discard(answer);
  }

  /** What holds on when the call has ended with an answer that is not at its end yet. */
  get tail(): Tail {
    const { facts } = this;
    return {
      policy: this.#client.policy,
      attempts: this.#attempts,
      remainingMs: this.#endsAtMs - performance.now(),
      signal: facts.options.signal,
    };
  }

  #clear(): void {
    for (const answer of [this.last, this.#discarded]) if (answer !== null) this.cut(answer);
    this.last = null;
    this.#discarded = null;
  }

  /** An answer for which the wait was over when it came. */
  #refuse(answer: object, reason: unknown): never {
    this.cut(answer);
    throw reason;
  }
}
