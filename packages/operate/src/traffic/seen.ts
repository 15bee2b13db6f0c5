/** Where something was read: the number of its file, its line from 1, and the line as it stands there, cut at 600 characters. */
export interface Spot {
  readonly file: number;
  readonly line: number;
  readonly text: string;
}

/** How a request ended for whoever had sent it. `unknown`: the source does not say. */
export type Ending = "answered" | "given-up" | "reset" | "closed" | "refused" | "unknown";

/** One request as somebody on its way wrote it down. Times are milliseconds since 1970. */
export interface RequestSeen extends Spot {
  readonly kind: "request";
  readonly source: "access-log" | "span";
  /** `in`: what a service was asked; `out`: what it asked of others; `null`: its source does not say. */
  readonly side: "in" | "out" | null;
  /** Who wrote it, where that is known: the service of a span. */
  readonly service: string | null;
  /** Who was asked: host or cluster, without a port. */
  readonly peer: string | null;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** How far apart two times must be to be told apart, in ms. */
  readonly resolutionMs: number;
  /** `null`: no answer. With an ending other than `answered`: the answer began, and was not whole. */
  readonly status: number | null;
  readonly ending: Ending;
  /** From the request to the first byte of the answer; `null` where it is not written down. */
  readonly firstByteMs: number | null;
  readonly trace: string | null;
  readonly request: string | null;
  /** Of a span: its own id and that of the span around it. */
  readonly span: string | null;
  readonly parent: string | null;
  /** How many requests whoever wrote this made of it: a proxy that tries again by itself. 1 where nothing is said. */
  readonly tries: number;
  /** Headers of the request and the answer (`answer:…`) that the source writes down, by lower-case name; `null`: it was not sent. */
  readonly headers: Readonly<Record<string, string | null>>;
}

/** What a line of an application's log tells of a call. */
export interface LogSeen extends Spot {
  readonly kind: "log";
  readonly atMs: number | null;
  /** The trace or request id that ties it to its call. */
  readonly call: string | null;
  /** What looks like a secret in it; `null` where nothing does. */
  readonly secret: string | null;
  /** What became of an attempt; `null` where the line is not about one. */
  readonly attempt: LoggedAttempt | null;
  /** What became of the call, where the line says so. */
  readonly outcome: "succeeded" | "failed" | null;
}

/** An attempt as an application wrote it down when it had ended. */
export interface LoggedAttempt {
  /** From 1. */
  readonly number: number;
  readonly peer: string | null;
  readonly operation: string | null;
  readonly status: number | null;
  readonly ending: Ending;
  readonly succeeded: boolean;
}

export type Seen = RequestSeen | LogSeen;
