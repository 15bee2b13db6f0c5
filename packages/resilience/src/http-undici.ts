import { Readable } from "node:stream";
import type { CallContext } from "./context.ts";
import type { CallError } from "./errors.ts";
import { HttpCall } from "./http-call.ts";
import { HttpClient } from "./http-client.ts";
import { DispatchAttempt } from "./http-undici-attempt.ts";
import { CallController } from "./http-undici-controller.ts";
import type { Dispatch, DispatchHandler, DispatchOptions } from "./http-undici-types.ts";
import type { ClientOptions, OptionsParameter, PlainClientOptions } from "./outbound/client-options.ts";
import { headerIn, headerRecord, withHeaders } from "./outbound/header-record.ts";
import { reasonError } from "./outbound/reason-error.ts";
import type { HeaderChange } from "./outbound/request-facts.ts";
import type { CheckedPolicy, PolicyDocument } from "./policy-types.ts";

export { timedConnector } from "./http-undici-connector.ts";
export type { DispatchOptions } from "./http-undici-types.ts";
export type { KeyUse, OutboundOptions, TraceUse } from "./outbound/outbound-options.ts";

/** What a fallback answers with in place of a response. */
export interface DispatchAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

/** What `resilientInterceptor` can be told beside its policy. */
export type InterceptorOptions<D> = ClientOptions<
  D,
  readonly [options: DispatchOptions],
  DispatchAnswer | Promise<DispatchAnswer>
>;

/** An interceptor, for `compose` of undici's dispatchers. */
export type Interceptor = <Own extends (options: never, handler: never) => boolean>(dispatch: Own) => Own;

/**
 * An interceptor for undici (from version 7) that puts every request under a policy. A handler hears of one request only: that of the
 * attempt that answers, with a status whatever it is, or of a `CallError` where there is no response. Nothing is sent again once a
 * handler was given a response, nor what has a body that can be read only once. Upgrades and CONNECT pass untouched. Compose it
 * innermost, so that redirects and caches stand outside. Throws what `resilient` throws.
 */
export function resilientInterceptor<const D extends PolicyDocument>(
  policy: D & CheckedPolicy<D>,
  ...[options]: OptionsParameter<InterceptorOptions<D>>
): Interceptor {
  const client = new HttpClient<DispatchAnswer>(policy, (options ?? {}) as PlainClientOptions);
  const intercept = (dispatch: Dispatch): Dispatch => {
    return (request, handler) => {
      const upgrades = request.method === "CONNECT" || (request.upgrade ?? false) !== false;
      if (upgrades) return dispatch(request, handler);
      void new DispatchCall(client, dispatch, request, handler).run();
      return true;
    };
  };
  return intercept as unknown as Interceptor;
}

class DispatchCall extends HttpCall {
  readonly #client: HttpClient<DispatchAnswer>;
  readonly #dispatch: Dispatch;
  readonly #request: DispatchOptions;
  readonly #headers: Record<string, string | string[]>;
  readonly #handler: DispatchHandler;
  readonly #controller: CallController;

  constructor(
    client: HttpClient<DispatchAnswer>,
    dispatch: Dispatch,
    request: DispatchOptions,
    handler: DispatchHandler,
  ) {
    const controller = new CallController();
    const headers = headerRecord(request.headers);
    const described = {
      method: request.method,
      headers,
      keyGiven: headerIn(headers, client.facts.settings.keyHeader),
      oneShot: isOneShot(request.body),
    };
    const facts = client.factsOf(described, { signal: controller.signal });
    super(client.facts, [request], facts, URL.parse(String(request.origin ?? "")));
    this.#client = client;
    this.#dispatch = dispatch;
    this.#request = request;
    this.#headers = headers;
    this.#handler = handler;
    this.#controller = controller;
  }

  /** Whatever goes wrong, undici gives a stream up. */
  get spent(): boolean {
    const { body } = this.#request;
    if (!isOneShot(body)) return false;
    return !isStream(body) || body.destroyed || Readable.isDisturbed(body);
  }

  async run(): Promise<void> {
    const handler = this.#handler;
    try {
      // At once: until it knows its controller, a handler cannot abort.
      handler.onRequestStart?.(this.#controller, null);
    } catch (error) {
      handler.onResponseError?.(this.#controller, reasonError(error));
      return;
    }
    const outcome = await this.#client.run(this);
    const answer = outcome.ok ? outcome.value : outcome.response;
    if (answer === undefined) this.#fail((outcome as { readonly error: CallError }).error);
    else if (answer instanceof DispatchAttempt) {
      if (!outcome.ok) answer.outlive(this.tail);
      answer.handOver();
    } else this.#answer(answer);
  }

  protected send(context: CallContext, changes: readonly HeaderChange[]): Promise<DispatchAttempt> {
    return new Promise((resolve, reject) => {
      const attempt = new DispatchAttempt(context, this.#controller, this.#handler, { resolve, reject });
      this.#dispatch({ ...this.#request, headers: withHeaders(this.#headers, changes) }, attempt);
    });
  }

  protected discard(attempt: DispatchAttempt): void {
    attempt.discard();
  }

  protected cut(attempt: DispatchAttempt): void {
    attempt.cut();
  }

  #fail(error: CallError): void {
    const told = error.code === "ABORTED" ? reasonError(error.cause) : error;
    this.#handler.onResponseError?.(this.#controller, told);
  }

  /** Plays the answer of a fallback as if it came from undici. */
  #answer({ statusCode, headers = {}, body }: DispatchAnswer): void {
    const handler = this.#handler;
    handler.onResponseStart?.(this.#controller, statusCode, headers);
    if (body !== undefined) handler.onResponseData?.(this.#controller, Buffer.from(body as Uint8Array));
    handler.onResponseEnd?.(this.#controller, {});
  }
}

/** Whether a body can be read only once: streams, and whatever is iterated, which may be a generator. */
function isOneShot(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer || body instanceof Blob) return false;
  return Symbol.toStringTag in body ? body[Symbol.toStringTag] !== "FormData" : true;
}

function isStream(body: unknown): body is Readable {
  return typeof body === "object" && body !== null && "readable" in body && "pipe" in body;
}
