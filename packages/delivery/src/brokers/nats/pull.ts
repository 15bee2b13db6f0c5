import type { Clock } from "@holdfast/core";

/** How many messages a consumer has asked for and not got yet. A server answers each request with messages, or with a status. */
export interface Pull {
  /** How many to ask for now, with so many held; 0 is none. Counts them as asked for. */
  next(held: number): number;
  arrived(): void;
  /** Takes a status; false when the consumer is gone. */
  status(code: number, description: string, pending: string | undefined): boolean;
  /** Asked for and not here yet. */
  readonly asked: number;
}

/** How long to hold back after the server refused a request. */
const refusedMs = 1_000;

/** The account of one subscription. */
export function createPull({
  prefetch,
  silentMs,
  clock,
}: {
  readonly prefetch: number;
  /** So long without a message or a heartbeat, and requests are taken for lost. */
  readonly silentMs: number;
  readonly clock: Clock;
}): Pull {
  let asked = 0;
  let heardMs = clock.monotonic();
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  return {
    get asked() {
      return asked;
    },
    next(held) {
      const nowMs = clock.monotonic();
      if (asked > 0 && nowMs - heardMs > silentMs) asked = 0;
      const room = prefetch - held - asked;
      // In halves: a request for every single message would double the traffic.
      if (nowMs < notBeforeMs || room <= 0 || (asked > 0 && room < prefetch / 2)) return 0;
      if (asked === 0) heardMs = nowMs;
      asked += room;
      return room;
    },
    arrived() {
      heardMs = clock.monotonic();
      asked = Math.max(0, asked - 1);
    },
    status(code, description, pending) {
      heardMs = clock.monotonic();
      if (code === 100) return true;
      if (isGone(code, description)) return false;
      // The request is over: what it did not bring will not come. Where the server does not say how much, nothing is.
      asked = /^\d+$/.test(pending ?? "") ? Math.max(0, asked - Number(pending)) : 0;
      if (code !== 404 && code !== 408) notBeforeMs = heardMs + refusedMs;
      return true;
    },
  };
}

function isGone(code: number, description: string): boolean {
  return code === 503 || (code === 409 && /deleted|push based/i.test(description));
}
