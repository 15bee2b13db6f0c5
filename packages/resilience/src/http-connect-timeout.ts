import type { Socket } from "node:net";
import { systemTimers } from "./system-timers.ts";

/** What a connection failed with that took too long: the error of a system that gave it up by itself, so that it counts as unsent. */
function connectTimedOut(timeoutMs: number): Error {
  const message = `connect ETIMEDOUT: no connection within ${timeoutMs} ms, the connectTimeout of the policy`;
  return Object.assign(new Error(message), { code: "ETIMEDOUT", syscall: "connect" });
}

/**
 * Calls `fail` if `timeoutMs` have passed and what is returned was not called before. What has already arrived is looked at first, so
 * that a busy process does not take its own delay for that of the network.
 */
export function whileConnecting(timeoutMs: number, fail: (error: Error) => void): () => void {
  let isOver = false;
  const timer = systemTimers.set(timeoutMs, () => {
    setImmediate(() => {
      if (!isOver) fail(connectTimedOut(timeoutMs));
    });
  });
  return () => {
    isOver = true;
    systemTimers.clear(timer);
  };
}

/** Watches over a socket until it is connected, by TLS too where that is wanted; one that is in use already has nothing to wait for. */
export function watchConnecting(
  socket: Socket,
  isSecure: boolean,
  timeoutMs: number,
  fail: (error: Error) => void,
): void {
  if (!socket.connecting) return;
  const stop = whileConnecting(timeoutMs, fail);
  socket.once(isSecure ? "secureConnect" : "connect", stop);
  socket.once("close", stop);
}
