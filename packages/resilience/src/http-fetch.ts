import type { CallContext, CallOptions } from "./context.ts";
import { HttpCall } from "./http-call.ts";
import { type ClientOutcome, HttpClient } from "./http-client.ts";
import { dressedResponse } from "./http-fetch-response.ts";
import { HeldBody } from "./http-held-body.ts";
import type { ClientOptions, OptionsParameter, PlainClientOptions } from "./outbound/client-options.ts";
import type { HeaderChange, OutgoingRequest } from "./outbound/request-facts.ts";
import type { CheckedPolicy, PolicyDocument } from "./policy-types.ts";

export type { KeyUse, OutboundOptions, TraceUse } from "./outbound/outbound-options.ts";

/** What `fetch` is called with. */
export type FetchArguments = readonly [input: string | URL | Request, init?: RequestInit];

/** What `resilientFetch` can be told beside its policy. */
export type FetchOptions<D> = ClientOptions<D, FetchArguments, Response | Promise<Response>> & {
  /** What sends a request once; by default the global `fetch`, looked up at each attempt. */
  readonly fetch?: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
};

/** How a call of a `ResilientFetch` ended; `response` is there where it failed by a status, with its body unread. */
export type FetchOutcome = ClientOutcome<Response>;

/** `fetch` under a policy. */
export interface ResilientFetch {
  /**
   * Answers as `fetch` does: with a response whatever its status, the last one where attempts ended with a status that the policy takes
   * for a failure. Rejects only where there is no response: with the reason of the caller's signal, or else with a `CallError`.
   */
  (...args: FetchArguments): Promise<Response>;
  /** The same with options for this call; a signal here stands in for that of the request. */
  with(options: CallOptions, ...args: FetchArguments): Promise<Response>;
  /** The same, but never rejects, and a status that the policy takes for a failure is none that is `ok`. */
  outcome(options: CallOptions, ...args: FetchArguments): Promise<FetchOutcome>;
}

/**
 * Puts `fetch` under a policy. By its method a request tells whether it may be sent again, or by an idempotency key that it carries; a
 * body that is a stream, or that of a `Request`, can be read only once, so such a request is sent only once. The call keeps its place
 * and its deadline until the body of the response has ended. Redirects are left to `fetch`. Throws what `resilient` throws.
 */
export function resilientFetch<const D extends PolicyDocument>(
  policy: D & CheckedPolicy<D>,
  ...[options]: OptionsParameter<FetchOptions<D>>
): ResilientFetch {
  const plain = (options ?? {}) as PlainClientOptions & Pick<FetchOptions<D>, "fetch">;
  const client = new HttpClient<Response>(policy, plain);
  const send: Send = (input, init) => (plain.fetch ?? fetch)(input, init);
  const run = async (given: CallOptions, args: FetchArguments): Promise<FetchOutcome> => {
    const call = new FetchCall(client, given, args, send);
    return call.handOver(await client.run(call));
  };
  const answer = async (given: CallOptions, args: FetchArguments): Promise<Response> => {
    const outcome = await run(given, args);
    if (outcome.ok) return outcome.value;
    if (outcome.response !== undefined) return outcome.response;
    throw outcome.error.code === "ABORTED" ? outcome.error.cause : outcome.error;
  };
  const resilientCall = (...args: FetchArguments) => answer({}, args);
  return Object.assign(resilientCall, {
    with: (given: CallOptions, ...args: FetchArguments) => answer(given, args),
    outcome: (given: CallOptions, ...args: FetchArguments) => run(given, args),
  });
}

type Send = (input: FetchArguments[0], init: RequestInit) => Promise<Response>;

class FetchCall extends HttpCall {
  readonly #input: FetchArguments[0];
  readonly #init: RequestInit;
  readonly #headers: Headers;
  readonly #oneShot: boolean;
  readonly #send: Send;
  /** The bodies of responses that have one. */
  readonly #bodies = new WeakMap<object, HeldBody>();

  constructor(client: HttpClient<Response>, given: CallOptions, args: FetchArguments, send: Send) {
    const [input, init = {}] = args;
    const request = typeof input === "object" && "method" in input ? input : null;
    const headers = new Headers(init.headers ?? request?.headers);
    const oneShot = isOneShot(init.body ?? request?.body);
    const described: OutgoingRequest = {
      method: init.method ?? request?.method ?? "GET",
      headers,
      keyGiven: headers.get(client.facts.settings.keyHeader),
      oneShot,
    };
    // What is `null` here is meant so: the request is not to be aborted by the signal that it has.
    const signal = init.signal === undefined ? request?.signal : (init.signal ?? undefined);
    const options = { ...(signal === undefined ? {} : { signal }), ...given };
    super(client.facts, args, client.factsOf(described, options), URL.parse(request?.url ?? String(input)));
    this.#input = input;
    this.#init = init;
    this.#headers = headers;
    this.#oneShot = oneShot;
    this.#send = send;
  }

  /** `fetch` reads a stream even where there was no connection. */
  get spent(): boolean {
    return this.#oneShot;
  }

  /** The response of a call that ended by its status outlives the call. */
  handOver(outcome: FetchOutcome): FetchOutcome {
    if (!outcome.ok && outcome.response !== undefined) this.#bodies.get(outcome.response)?.outlive(this.tail);
    return outcome;
  }

  protected async send(context: CallContext, changes: readonly HeaderChange[]): Promise<Response> {
    const headers = new Headers(this.#headers);
    for (const [name, value] of changes) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    const response = await this.#send(this.#input, { ...this.#init, headers, signal: context.signal });
    if (!(response.body instanceof ReadableStream)) return response;
    const held = new HeldBody(response.body, context);
    const dressed = dressedResponse(response, held.open());
    this.#bodies.set(dressed, held);
    return dressed;
  }

  protected discard(response: Response): void {
    // Who reads it already, a fallback, is not disturbed.
    if (!response.bodyUsed && response.body?.locked !== true) void this.#bodies.get(response)?.discard();
  }

  protected cut(response: Response): void {
    this.#bodies.get(response)?.cut(undefined);
  }
}

function isOneShot(body: RequestInit["body"] | null | undefined): boolean {
  if (body === null || body === undefined || typeof body === "string") return false;
  return "getReader" in body || Symbol.asyncIterator in body || isIterator(body);
}

/** A generator is gone once it was read; what else can be iterated is a `FormData` or an array, which start afresh. */
function isIterator(body: object): boolean {
  return "next" in body && typeof body.next === "function";
}
