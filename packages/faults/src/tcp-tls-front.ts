import type { Socket } from "node:net";
import { createServer } from "node:tls";
import type { Clock } from "@holdfast/core";
import type { Handshakes } from "./handshakes.ts";
import type { HandshakesRecord } from "./model.ts";
import type { TlsIdentity } from "./tcp-tls-identity.ts";

/** A connection that was opened while handshakes did not go as they should. */
export type SeenHandshake = HandshakesRecord["connects"][number];

/** A consumer's connection in the clear, and how it is reset: TLS has no word for that, the connection under it has. */
export interface ClearSocket {
  readonly socket: Socket;
  reset(): void;
}

/** Takes TLS off the connections that consumers open, and lets their handshakes go wrong where a fault asks for it. */
export class TlsFront {
  readonly #identity: TlsIdentity;
  readonly #clock: Clock;
  readonly #clear: (consumer: ClearSocket) => void;
  #fault: { readonly how: Handshakes; readonly seen: Handshake[] } | null = null;

  /** `clear` is given each connection whose handshake came to its end. */
  constructor(identity: TlsIdentity, clock: Clock, clear: (consumer: ClearSocket) => void) {
    this.#identity = identity;
    this.#clock = clock;
    this.#clear = clear;
  }

  /** Takes a connection that was accepted. */
  accept(raw: Socket): void {
    const handshake = new Handshake(raw, this.#clock);
    this.#fault?.seen.push(handshake);
    const how = this.#fault?.how ?? "valid";
    if (how === "silent") handshake.leave();
    else handshake.answer(this.#identity.certificate(how), this.#clear);
  }

  /** From here on handshakes go wrong like this. */
  begin(how: Handshakes): void {
    this.#fault = { how, seen: [] };
  }

  /** Handshakes go well again; ends what came about meanwhile, and answers what that was. `null`: they always went well. */
  end(): readonly SeenHandshake[] | null {
    const seen = this.#fault?.seen.map((one) => one.end()) ?? null;
    this.#fault = null;
    return seen;
  }
}

/** One connection from its acceptance on. */
class Handshake {
  readonly #raw: Socket;
  readonly #clock: Clock;
  readonly #beganMs: number;
  #endedMs: number | null = null;
  #secured = false;
  #alert: string | null = null;

  constructor(raw: Socket, clock: Clock) {
    this.#raw = raw;
    this.#clock = clock;
    this.#beganMs = clock.monotonic();
    this.#watch(raw);
  }

  /** Reads what comes and answers nothing. */
  leave(): void {
    this.#raw.once("end", () => this.#raw.end());
    this.#raw.resume();
  }

  answer(
    { cert, key }: { readonly cert: string; readonly key: string },
    clear: (consumer: ClearSocket) => void,
  ): void {
    // A server for one connection, so that an error of the handshake is known to be this one's.
    const server = createServer({ cert, key, ALPNProtocols: ["http/1.1"], noDelay: true });
    // Half of a handshake is no use to anybody; half-open connections are, once there are requests.
    this.#raw.allowHalfOpen = false;
    server.on("secureConnection", (socket) => {
      socket.allowHalfOpen = true;
      this.#secured = true;
      this.#watch(socket);
      clear({ socket, reset: () => this.#raw.resetAndDestroy() });
    });
    server.on("tlsClientError", ({ message }) => {
      this.#alert = message;
      this.#ended();
    });
    // It takes connections that others accepted by this very event (Node's documentation of tls.Server).
    server.emit("connection", this.#raw);
  }

  end(): SeenHandshake {
    const [beganMs, endedMs] = [this.#beganMs, this.#endedMs];
    this.#raw.destroy();
    return { beganMs, endedMs, secured: this.#secured, alert: this.#alert };
  }

  #watch(socket: Socket): void {
    for (const event of ["end", "error", "close"]) socket.once(event, () => this.#ended());
  }

  #ended(): void {
    this.#endedMs ??= this.#clock.monotonic();
  }
}
