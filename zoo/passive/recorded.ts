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
  readonly end: "answered" | "given-up" | "reset";
  readonly retryAfter: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A call as the service's own caller saw it. */
export interface RecordedCall {
  readonly id: string;
  readonly traceparent: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly status: number;
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
