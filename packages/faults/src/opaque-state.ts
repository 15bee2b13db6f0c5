import type { RelayHost } from "./relay.ts";
import type { OpaqueReason } from "./request-reader.ts";

/** Whether a connection is relayed without being read, and why; tells what a fault cannot do about it. */
export class OpaqueState {
  readonly #host: RelayHost;
  readonly #connection: number;
  #reason: OpaqueReason | null = null;
  #told = false;

  constructor(host: RelayHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  get on(): boolean {
    return this.#reason !== null;
  }

  /** From here on nothing is read; the first reason stays. */
  begin(reason: OpaqueReason): void {
    if (this.#reason === null && reason === "head-too-large") {
      this.#told = true;
      this.problem("HEAD_TOO_LARGE", "A request head was too long to be read.");
    }
    this.#reason ??= reason;
  }

  /** Bytes of an exchange pass unread: a problem, once, as the records lack it. After an upgrade nobody expects it there. */
  pass(): void {
    if (this.#reason === "tunnel" || this.#told) return;
    this.#told = true;
    const what = this.#host.faultWaits()
      ? "A fault is armed, but these bytes are no HTTP/1.1 to trust."
      : "These bytes are no HTTP/1.1 to trust: they pass, and the records lack them.";
    this.problem("OPAQUE_CONNECTION", what);
  }

  /** Records a problem of this connection. */
  problem(code: string, message: string): void {
    this.#host.recorder.problem(code, `${message} (connection ${this.#connection})`);
  }
}
