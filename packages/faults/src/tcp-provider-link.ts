import type { Socket } from "node:net";

/** Opens a connection to the provider; `ready` is the event after which it can be reached. */
export interface Dialler {
  dial(): Socket;
  readonly ready: "connect" | "secureConnect";
}

/** What happens on the provider's side. */
export interface ProviderEvents {
  /** A connection is being opened: what was read before belongs to another one. */
  opened(): void;
  data(chunk: Buffer): void;
  /** The provider sent FIN. */
  fin(): void;
  /** The connection broke, or never came about. */
  failed(failure: Error, reached: boolean): void;
  /** It takes more again. */
  drain(): void;
}

/** The connection to the provider, opened when there are bytes for it. A link that was dropped tells nothing any more. */
export class ProviderLink {
  readonly #dialler: Dialler;
  readonly #events: ProviderEvents;
  #socket: Socket | null = null;
  #paused = false;

  constructor(dialler: Dialler, events: ProviderEvents) {
    this.#dialler = dialler;
    this.#events = events;
  }

  get open(): boolean {
    return this.#socket !== null;
  }

  /** Sends bytes; false when it is better to wait for `drain`. */
  write(bytes: Buffer): boolean {
    return (this.#socket ?? this.#connect()).write(bytes);
  }

  pause(): void {
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket?.resume();
  }

  /** Sends FIN; answers may still come. */
  end(): void {
    this.#socket?.end();
  }

  /** Lets go of the connection without another word to anybody: by FIN, or by RST. */
  drop(how: "fin" | "rst"): void {
    const socket = this.#socket;
    this.#socket = null;
    if (how === "rst" && this.#dialler.ready === "connect") socket?.resetAndDestroy();
    else socket?.destroy();
  }

  #connect(): Socket {
    const socket = this.#dialler.dial();
    let reached = false;
    this.#socket = socket;
    this.#events.opened();
    socket.once(this.#dialler.ready, () => {
      reached = true;
    });
    socket.on("data", (chunk: Buffer) => {
      if (socket === this.#socket) this.#events.data(chunk);
    });
    socket.on("drain", () => {
      if (socket === this.#socket) this.#events.drain();
    });
    socket.on("end", () => {
      if (socket === this.#socket) this.#events.fin();
    });
    socket.on("error", (failure) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#events.failed(failure, reached);
    });
    if (this.#paused) socket.pause();
    return socket;
  }
}
