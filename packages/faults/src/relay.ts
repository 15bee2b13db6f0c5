import type { Clock, Random } from "@holdfast/core";
import type { Exchange } from "./exchange.ts";
import type { ExchangeAct } from "./fault.ts";
import type { Recorder } from "./recorder.ts";

/** What a connection asks of its proxy. */
export interface RelayHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: Recorder;
  /** The `Host` that a provider which is not loopback is sent, else `null`. */
  readonly hostToSend: string | null;
  /** Finds operation and call of an exchange that arrives, and the fault whose turn it is. */
  choose(exchange: Exchange): ExchangeAct | null;
  /** An exchange is over. */
  settled(exchange: Exchange): void;
  /** Keeps a whole request until a later attempt of its call succeeded, and delivers it then. */
  deliverLate(exchange: Exchange, request: Buffer): void;
  /** Whether the armed program has a fault that has not had its turn. */
  faultWaits(): boolean;
}
