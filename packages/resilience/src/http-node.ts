import type { IncomingMessage, RequestOptions } from "node:http";
import type { CallContext, CallOptions } from "./context.ts";
import { HttpCall } from "./http-call.ts";
import { type ClientOutcome, HttpClient } from "./http-client.ts";
import { isOneShot, isSpent, type NodeBody } from "./http-node-body.ts";
import { exchange, type HeldMessage } from "./http-node-exchange.ts";
import type { ClientOptions, OptionsParameter, PlainClientOptions } from "./outbound/client-options.ts";
import { headerIn, headerRecord, withHeaders } from "./outbound/header-record.ts";
import type { HeaderChange } from "./outbound/request-facts.ts";
import type { CheckedPolicy, PolicyDocument } from "./policy-types.ts";

export type { KeyUse, OutboundOptions, TraceUse } from "./outbound/outbound-options.ts";

/** A request: the options of `http.request`, its body, and no signal but one that ends the whole call. */
export interface NodeRequest extends RequestOptions {
  readonly body?: NodeBody;
}

/** What a request is called with; the address decides between `node:http` and `node:https`. */
export type NodeArguments = readonly [url: string | URL, request?: NodeRequest];

/** What `resilientRequest` can be told beside its policy. */
export type RequestClientOptions<D> = ClientOptions<
  D,
  NodeArguments,
  IncomingMessage | Promise<IncomingMessage>
>;

/** How a call of a `ResilientRequest` ended; `response` is there where it failed by a status, with its body unread. */
export type RequestOutcome = ClientOutcome<IncomingMessage>;

/** `http.request` under a policy, as a promise of the response. */
export interface ResilientRequest {
  /**
   * Answers with the response whatever its status, the last one where attempts ended with a status that the policy takes for a failure.
   * Rejects with a `CallError` where there is no response. Its body must be read, resumed or destroyed, as always.
   */
  (...args: NodeArguments): Promise<IncomingMessage>;
  /** The same with options for this call; a signal here stands in for that of the request. */
  with(options: CallOptions, ...args: NodeArguments): Promise<IncomingMessage>;
  /** The same, but never rejects, and a status that the policy takes for a failure is none that is `ok`. */
  outcome(options: CallOptions, ...args: NodeArguments): Promise<RequestOutcome>;
}

/**
 * Puts `http.request` and `https.request` under a policy. By its method a request tells whether it may be sent again, or by an
 * idempotency key that it carries; a stream as its body is sent again only where nothing of it was read. The call keeps its place and
 * its deadline until the body of the response has ended. Throws what `resilient` throws.
 */
export function resilientRequest<const D extends PolicyDocument>(
  policy: D & CheckedPolicy<D>,
  ...[options]: OptionsParameter<RequestClientOptions<D>>
): ResilientRequest {
  const client = new HttpClient<IncomingMessage>(policy, (options ?? {}) as PlainClientOptions);
  const run = async (given: CallOptions, args: NodeArguments): Promise<RequestOutcome> => {
    const call = new NodeCall(client, given, args);
    return call.handOver(await client.run(call));
  };
  const answer = async (given: CallOptions, args: NodeArguments): Promise<IncomingMessage> => {
    const outcome = await run(given, args);
    if (outcome.ok) return outcome.value;
    if (outcome.response !== undefined) return outcome.response;
    throw outcome.error;
  };
  const resilientCall = (...args: NodeArguments) => answer({}, args);
  return Object.assign(resilientCall, {
    with: (given: CallOptions, ...args: NodeArguments) => answer(given, args),
    outcome: (given: CallOptions, ...args: NodeArguments) => run(given, args),
  });
}

class NodeCall extends HttpCall {
  readonly #url: URL;
  readonly #request: RequestOptions;
  readonly #headers: Record<string, string | string[]>;
  readonly #body: NodeBody | undefined;
  readonly #connectTimeoutMs: number | null;
  readonly #messages = new WeakMap<object, HeldMessage>();

  constructor(client: HttpClient<IncomingMessage>, given: CallOptions, args: NodeArguments) {
    const [address, { body, signal, ...request } = {}] = args;
    const url = new URL(address);
    const headers = headerRecord(request.headers);
    const described = {
      method: request.method ?? "GET",
      headers,
      keyGiven: headerIn(headers, client.facts.settings.keyHeader),
      oneShot: isOneShot(body),
    };
    const options = { ...(signal === undefined ? {} : { signal }), ...given };
    super(client.facts, args, client.factsOf(described, options), url);
    this.#url = url;
    this.#request = request;
    this.#headers = headers;
    this.#body = body;
    this.#connectTimeoutMs = client.connectTimeoutMs;
  }

  get spent(): boolean {
    return isSpent(this.#body);
  }

  /** The response of a call that ended by its status outlives the call. */
  handOver(outcome: RequestOutcome): RequestOutcome {
    if (!outcome.ok && outcome.response !== undefined)
      this.#messages.get(outcome.response)?.outlive(this.tail);
    return outcome;
  }

  protected async send(context: CallContext, changes: readonly HeaderChange[]): Promise<IncomingMessage> {
    const options = { ...this.#request, headers: withHeaders(this.#headers, changes) };
    const held = await exchange(
      { url: this.#url, options, body: this.#body, connectTimeoutMs: this.#connectTimeoutMs },
      context,
    );
    this.#messages.set(held.message, held);
    return held.message;
  }

  protected discard(message: IncomingMessage): void {
    this.#messages.get(message)?.discard();
  }

  protected cut(message: IncomingMessage): void {
    message.destroy();
  }
}
