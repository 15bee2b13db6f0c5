import type { Socket } from "node:net";
import type { ClearSocket } from "./tcp-tls-front.ts";

/** What happens on the consumer's side. */
export interface ConsumerEvents {
  data(chunk: Buffer): void;
  /** The consumer sent FIN. */
  fin(): void;
  /** The connection was reset. */
  broke(): void;
  /** Both directions are closed. */
  closed(): void;
  /** It takes more again. */
  drain(): void;
}

/** Beyond this many bytes that wait for their turn, the consumer is not read. */
const heldBytesMax = 1024 * 1024;

/** The connection that a consumer opened. */
export class ConsumerLink {
  readonly #socket: Socket;
  readonly #reset: () => void;
  readonly #events: ConsumerEvents;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #finSent = false;

  constructor({ socket, reset }: ClearSocket, events: ConsumerEvents) {
    this.#socket = socket;
    this.#reset = reset;
    this.#events = events;
    socket.on("data", (chunk: Buffer) => {
      // After our FIN, as with any peer that closed: nobody reads this.
      if (this.#finSent) reset();
      else events.data(chunk);
    });
    socket.on("drain", () => events.drain());
    socket.on("end", () => events.fin());
    socket.on("error", () => events.broke());
    socket.on("close", () => events.closed());
  }

  /** Whether bytes are kept whose turn has not come. */
  get holds(): boolean {
    return this.#heldBytes > 0;
  }

  /** Sends bytes; false when it is better to wait for `drain`. */
  write(bytes: Uint8Array): boolean {
    return this.#finSent || this.#socket.destroyed || this.#socket.write(bytes);
  }

  /** Sends bytes; resolves once they are handed to the network. */
  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (failure) => (failure ? reject(failure) : resolve()));
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#heldBytes <= heldBytesMax) this.#socket.resume();
  }

  /** Keeps bytes whose turn has not come. Reading goes on, so that the consumer's FIN and RST are seen. */
  hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > heldBytesMax) this.#socket.pause();
  }

  /** Gives the bytes kept back to `data`, as if they came now. */
  release(): void {
    if (this.#heldBytes === 0) return;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    this.#socket.resume();
    this.#events.data(held);
  }

  /** Sends FIN, once. */
  fin(): void {
    if (this.#finSent) return;
    this.#finSent = true;
    this.#socket.end();
  }

  reset(): void {
    this.#reset();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
