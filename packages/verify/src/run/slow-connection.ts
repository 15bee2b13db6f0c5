import { connect, type Socket } from "node:net";
import type { Clock } from "@holdfast/core";
import type { PlainRequest } from "./drivers/http.ts";

/** How a slow connection ended: with an answer, or without one. */
export interface SlowEnd {
  readonly endedMs: number;
  /** The status of the answer it got, if any. */
  readonly status: number | null;
  /** `closed` (FIN) or `reset` by the service, or why there was no connection. */
  readonly error: string | null;
}

/** One connection that sends its request a little at a time. */
export interface SlowConnection {
  readonly startedMs: number;
  /** How the service ended it; `null` while it lasts. */
  ended(): SlowEnd | null;
  /** Sends the next piece. */
  push(): void;
  /** Ends it from our side. */
  drop(): void;
}

/** Opens a connection that sends the first line and the host at once, then a header line with each push: its head never ends. */
export function slowHead(request: PlainRequest, clock: Clock): SlowConnection {
  let line = 0;
  return open(request, clock, startOf(request), () => `x-slow-${line++}: a\r\n`);
}

/** Opens a connection that sends its head at once, then a byte of its body with each push, far fewer than it declares. */
export function slowBody(request: PlainRequest, bodyBytes: number, clock: Clock): SlowConnection {
  const body = Buffer.from(request.body ?? "");
  const length = Math.max(bodyBytes, body.length);
  const headers = { ...request.headers, "content-length": String(length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  let at = 0;
  // Blanks before the body keep it the JSON that it is, however many there are.
  const next = (): string => (at++ < length - body.length ? " " : "");
  return open(request, clock, `${startOf(request)}${lines.join("")}\r\n`, next);
}

function startOf({ method, url }: PlainRequest): string {
  const { pathname, search, host } = new URL(url);
  return `${method} ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n`;
}

function open({ url }: PlainRequest, clock: Clock, first: string, next: () => string): SlowConnection {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || 80,
    noDelay: true,
  });
  const startedMs = clock.monotonic();
  let end: SlowEnd | null = null;
  let status: number | null = null;
  const finish = (error: string | null): void => {
    end ??= { endedMs: clock.monotonic(), status, error: status === null ? error : null };
    socket.destroy();
  };
  socket.on("data", (bytes: Buffer) => {
    status ??= Number(/^HTTP\/1\.[01] (\d{3})/.exec(bytes.toString("latin1"))?.[1] ?? Number.NaN) || null;
    if (status !== null && status !== 100) finish(null);
    if (status === 100) status = null;
  });
  socket.on("end", () => finish("closed"));
  socket.on("close", () => finish("closed"));
  socket.on("error", (error: NodeJS.ErrnoException) =>
    finish(error.code === "ECONNRESET" || error.code === "EPIPE" ? "reset" : (error.code ?? error.message)),
  );
  socket.write(first);
  return {
    startedMs,
    ended: () => end,
    push: () => {
      const piece = next();
      if (end === null && piece !== "" && !socket.connecting) socket.write(piece);
    },
    drop: () => {
      end ??= { endedMs: Number.NaN, status: null, error: null };
      socket.destroy();
    },
  };
}
