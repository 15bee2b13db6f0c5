import type { LogSeen, RequestSeen } from "@holdfast/operate";
import type { Target } from "../model.ts";

/** What has been read so far of one call: everything with one request id or one trace. */
export interface Draft {
  /** Requests of the service's own callers; more than one where ids are shared. */
  readonly callers: RequestSeen[];
  readonly requests: {
    readonly request: RequestSeen;
    readonly target: Target;
    readonly byRequest: boolean;
  }[];
  readonly logged: { readonly seen: LogSeen; readonly target: Target }[];
  logLines: number;
  firstLog: LogSeen | null;
  outcome: LogSeen["outcome"];
  /** More was seen than is kept of one call. */
  overflowed: boolean;
  finished: boolean;
}

/** A call of which nothing is known yet. */
export function newDraft(): Draft {
  return {
    callers: [],
    requests: [],
    logged: [],
    logLines: 0,
    firstLog: null,
    outcome: null,
    overflowed: false,
    finished: false,
  };
}

const requestsMax = 300;

/** Keeps a part of a call, as long as it is not too long to be one. */
export function addTo<Part>(draft: Draft, parts: Part[], part: Part): void {
  if (parts.length < requestsMax) parts.push(part);
  else draft.overflowed = true;
}

/** A proxy and a tracer write down the same request: the proxy's word is taken. */
export function callersOfOneSource({ callers }: Draft): void {
  const logged = callers.filter(({ source }) => source === "access-log");
  if (logged.length > 0 && logged.length < callers.length) callers.splice(0, callers.length, ...logged);
}
