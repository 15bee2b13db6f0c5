import type { Exchange } from "./exchange.ts";
import { opensTunnel } from "./wire/head.ts";

/** What a provider says behind an answer that a fault still has in its hands: kept, as it may be the beginning of a tunnel. */
export class AnswerTail {
  #kept: Buffer[] = [];
  readonly #pause: () => void;

  /** `pause` asks the provider for no more. */
  constructor(pause: () => void) {
    this.#pause = pause;
  }

  /** Keeps bytes that came while the fault of a completely answered exchange goes on; false when they are none of that kind. */
  keep(exchange: Exchange | null, bytes: Buffer): boolean {
    if (exchange === null || exchange.fault === null || exchange.providerDoneMs === null) return false;
    this.#kept.push(bytes);
    this.#pause();
    return true;
  }

  /** What was kept; it is the caller's from now on. */
  take(): readonly Buffer[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }
}

/** Whether a fault passed on an answer after which the connection speaks another protocol. */
export function passedTunnel({ head, providerStatus, response }: Exchange): boolean {
  if (response === null || response.completeMs === null || response.head.status !== providerStatus)
    return false;
  return opensTunnel(head.method, response.head.status);
}
