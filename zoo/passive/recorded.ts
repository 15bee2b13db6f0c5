/**
 * How a request ended: `reset` and `closed` without an answer by the provider's side, `given-up` without one by the consumer; `cut`
 * and `left` are the same two in the middle of an answer.
 */
export type RecordedEnd = "answered" | "given-up" | "reset" | "closed" | "cut" | "left";

/** A request that reached the provider, and what became of it; times in milliseconds since 1970. */
export interface RecordedExchange {
  /** The call, found in path or body. */
  readonly call: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly method: string;
  readonly target: string;
  /** `null`: the consumer closed the connection first, or the provider broke it. */
  readonly status: number | null;
  readonly end: RecordedEnd;
  readonly retryAfter: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Who was asked; `payments` when left out. */
  readonly provider?: string;
  /** The trace that a tracer beside the service gives it; that of its call when left out. */
  readonly trace?: string;
}

/** A call as the service's own caller saw it. */
export interface RecordedCall {
  readonly id: string;
  /** `null`: it came in without one. */
  readonly traceparent: string | null;
  readonly startMs: number;
  readonly endMs: number;
  /** `null`: the caller went away before there was an answer. */
  readonly status: number | null;
  /** Method and path; `POST /orders` when left out. */
  readonly request?: string;
}

/** What came of recording one consumer. */
export interface Recording {
  readonly subject: string;
  readonly seed: number;
  readonly calls: readonly RecordedCall[];
  readonly exchanges: readonly RecordedExchange[];
  /** The lines of the consumer's own log. */
  readonly log: readonly string[];
}
