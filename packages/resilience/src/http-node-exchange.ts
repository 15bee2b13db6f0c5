import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import type { CallContext } from "./context.ts";
import { watchConnecting } from "./http-connect-timeout.ts";
import { type NodeBody, sendBody } from "./http-node-body.ts";
import { afterDiscard, discardBytesMax, type Tail, watchTail } from "./http-tail.ts";
import { reasonError } from "./outbound/reason-error.ts";

/** What is sent, and how long it may take to be connected; `null` for no bound. */
export interface Exchange {
  readonly url: URL;
  readonly options: RequestOptions;
  readonly body: NodeBody | undefined;
  readonly connectTimeoutMs: number | null;
}

/** Sends a request once; the response is held until it has ended. Rejects where there is none. */
export function exchange(
  { url, options, body, connectTimeoutMs }: Exchange,
  context: CallContext,
): Promise<HeldMessage> {
  return new Promise((resolve, reject) => {
    const { signal } = context;
    const isSecure = url.protocol === "https:";
    const request = (isSecure ? https : http).request(url, options);
    if (connectTimeoutMs !== null) {
      request.once("socket", (socket) => {
        watchConnecting(socket, isSecure, connectTimeoutMs, (error) => void request.destroy(error));
      });
    }
    const abort = (): void => void request.destroy(reasonError(signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    request.on("error", reject);
    // Without a listener here an upgrade would leave the promise pending for ever.
    request.once("close", () => {
      signal.removeEventListener("abort", abort);
      reject(new Error("The connection was closed before there was a response."));
    });
    request.once("response", (message) => {
      signal.removeEventListener("abort", abort);
      resolve(new HeldMessage(message, context));
    });
    sendBody(request, body);
  });
}

/** A response that keeps the place, the deadline and the signal of its call until it has ended, and ends with them if they end first. */
export class HeldMessage {
  readonly message: IncomingMessage;
  readonly #signal: AbortSignal;
  #unwatch: () => void = () => {};

  constructor(message: IncomingMessage, context: CallContext) {
    this.message = message;
    this.#signal = context.signal;
    const release = context.hold();
    const abort = (): void => this.#cut(this.#signal.reason);
    this.#signal.addEventListener("abort", abort, { once: true });
    message.once("close", () => {
      this.#signal.removeEventListener("abort", abort);
      this.#unwatch();
      // Who destroys it without an error has simply read enough.
      release(message.errored ?? undefined);
    });
  }

  /** The call has ended with this response as its failure; what it held on to holds on until the body has ended. */
  outlive(tail: Tail): void {
    if (!this.message.destroyed) this.#unwatch = watchTail(tail, (reason) => this.#cut(reason));
  }

  /** Reads the body to its end, unless somebody else does, or it is too long or takes too long. */
  discard(): void {
    const { message } = this;
    if (Readable.isDisturbed(message) || message.destroyed) return;
    let left = discardBytesMax;
    this.#unwatch = afterDiscard(() => message.destroy());
    message.on("data", (chunk: Uint8Array) => {
      left -= chunk.byteLength;
      if (left < 0) message.destroy();
    });
  }

  #cut(reason: unknown): void {
    this.message.destroy(reasonError(reason));
  }
}
