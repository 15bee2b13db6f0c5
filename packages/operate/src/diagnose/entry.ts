/** How loud a line was, as far as it says. */
export type Level = "debug" | "info" | "warn" | "error";

/** What a line tells under the one name that we have for it; `null` where it does not tell. */
export interface Told {
  time: string | number | null;
  level: string | number | null;
  message: string | null;
  service: string | null;
  trace: string | null;
  span: string | null;
  request: string | null;
  /** Who was called. */
  dependency: string | null;
  operation: string | null;
  status: string | number | null;
  /** The error's own code: `ECONNRESET`. */
  errorCode: string | null;
  /** The code of what stands around it: `EXHAUSTED`. */
  code: string | null;
  failureClass: string | null;
  event: string | null;
  reason: string | null;
  attempt: string | number | null;
  attempts: string | number | null;
  durationMs: string | number | null;
  from: string | null;
  to: string | null;
  /** What an effect is counted by: an order, a payment. */
  effect: string | null;
  /** What the effect was given as its own id: a charge. */
  effectId: string | null;
  key: string | null;
  messageId: string | null;
  deliveries: string | number | null;
  method: string | null;
  path: string | null;
}

/** What only a line of an access log tells. */
export interface AccessTold {
  /** Envoy's response flags: `UF,URX`; empty where it wrote that there are none, `null` where it does not write them down. */
  readonly flags: string | null;
  /** Whether nginx wrote that it got no first byte of an answer. */
  readonly unanswered: boolean;
  /** Whether the proxy stands at the caller's side. */
  readonly outbound: boolean;
  /** Whether the client went away before it had its answer. */
  readonly leftByClient: boolean;
}

/** One entry of a log or one span: where it stands, and what it tells. */
export interface Entry {
  readonly file: number;
  readonly line: number;
  readonly text: string;
  readonly format: "json" | "logfmt" | "text" | "access" | "span";
  readonly atMs: number | null;
  /** Whether the time names its zone; one that does not is taken for UTC. */
  readonly zoned: boolean;
  readonly level: Level | null;
  /** The service that wrote it: its own word, else the file's name. */
  readonly service: string;
  /** What ties the lines of one call together. */
  readonly call: string | null;
  readonly told: Told;
  /** For a line of an access log only. */
  readonly access?: AccessTold;
}

/** A record in which nothing is told yet. */
export function nothingTold(): Told {
  return {
    time: null,
    level: null,
    message: null,
    service: null,
    trace: null,
    span: null,
    request: null,
    dependency: null,
    operation: null,
    status: null,
    errorCode: null,
    code: null,
    failureClass: null,
    event: null,
    reason: null,
    attempt: null,
    attempts: null,
    durationMs: null,
    from: null,
    to: null,
    effect: null,
    effectId: null,
    key: null,
    messageId: null,
    deliveries: null,
    method: null,
    path: null,
  };
}
