import { BodyCapture } from "./body-capture.ts";
import type { ExchangeRecord } from "./model.ts";
import type { ProviderOperation } from "./operation-match.ts";
import type { ReadFault } from "./program.ts";
import type { RequestHead, ResponseHead } from "./wire/head.ts";

/** The fault that was chosen for an exchange at its arrival. */
export interface ChosenFault extends ReadFault {
  readonly step: number;
}

/** A response as the consumer was sent it, while it is under way. */
export interface LiveResponse {
  readonly head: ResponseHead;
  readonly firstByteMs: number;
  bodyBytes: number;
  completeMs: number | null;
}

/** One request and what becomes of it, while it is under way. Only facts; the record is made of them at the end. */
export class Exchange {
  readonly connection: number;
  readonly ordinal: number;
  readonly arrivedMs: number;
  readonly head: RequestHead;
  readonly headBytes: Buffer;
  readonly body: BodyCapture = new BodyCapture();
  operation: ProviderOperation | null = null;
  armedCall: string | null = null;
  fault: ChosenFault | null = null;
  readonly hostSent: string | null;
  requestCompleteMs: number | null = null;
  firedMs: number | null = null;
  faultCompleteMs: number | null = null;
  /** Request bytes went to the provider; all of them when the request is complete too. */
  forwarded = false;
  /** The connection to the provider broke before it could take the whole request. */
  undelivered = false;
  providerStatus: number | null = null;
  providerAnsweredMs: number | null = null;
  providerDoneMs: number | null = null;
  response: LiveResponse | null = null;
  consumerClosed: { readonly atMs: number; readonly how: "fin" | "rst" } | null = null;
  end: ExchangeRecord["end"] = "open";
  /** Its request waits to be delivered late: until then nothing about it is final. */
  held = false;
  /** Its record would have gone out, had it not waited for that. */
  due = false;
  /** Its record went out. */
  emitted = false;
  /** Its effect went out. */
  counted = false;

  constructor(at: {
    readonly connection: number;
    readonly ordinal: number;
    readonly arrivedMs: number;
    readonly head: RequestHead;
    readonly headBytes: Buffer;
    readonly hostSent: string | null;
  }) {
    this.connection = at.connection;
    this.ordinal = at.ordinal;
    this.arrivedMs = at.arrivedMs;
    this.head = at.head;
    this.headBytes = at.headBytes;
    this.hostSent = at.hostSent;
  }

  /** The request reached the provider to its last byte. */
  get delivered(): boolean {
    return this.forwarded && !this.undelivered && this.requestCompleteMs !== null;
  }

  /** Nothing more will happen to it. */
  get over(): boolean {
    return this.end !== "open";
  }
}
