/** A fault with its settings as plain data: `{ kind: "status", status: 503, headers: { "retry-after": "2" } }`. */
export interface FaultSpec {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/**
 * Which fault when. Steps are used up in order by the exchanges of one call, at *arrival* of each request head; after the
 * last step exchanges pass untouched. `fault: null` lets exchanges pass.
 */
export interface FaultProgram {
  readonly steps: readonly { readonly fault: FaultSpec | null; readonly times: number | "forever" }[];
}

/**
 * A fault program bound to one call, or to all calls of a time (`call: null`): set before they are driven, replaced by the next one.
 */
export interface Armed {
  /** The id of the call (or `null` between calls); recorded on every exchange that arrives meanwhile. */
  readonly call: string | null;
  readonly program: FaultProgram;
  /** Which operation the program is for; exchanges of other operations pass untouched and use up no step. */
  readonly operation: string | null;
}

/** A request or response head as recorded: names in lower case, order kept, values after redaction. */
export type StoredHeaders = readonly (readonly [name: string, value: string])[];

/**
 * One request and what became of it, as the proxy saw it. Times are monotonic milliseconds on the run's clock; `null` means
 * it never happened. Secrets are replaced before anything is stored (see `redaction.ts`), equal values staying equal.
 */
export interface ExchangeRecord {
  readonly type: "exchange";
  /** Unique in the run: `<proxy>.<connection>.<ordinal>`. */
  readonly id: string;
  readonly proxy: string;
  readonly integration: string;
  /** The operation whose method and path match, else `null`. */
  readonly operation: string | null;
  /** The call that was armed when the request arrived; `null` between calls. */
  readonly armedCall: string | null;
  /** The number of the connection on this proxy, from 1. */
  readonly connection: number;
  /** The number of this exchange on its connection, from 0; above 0 the connection was reused. */
  readonly ordinal: number;
  /** First byte of the request. */
  readonly arrivedMs: number;
  /** Last byte of the request body received. */
  readonly requestCompleteMs: number | null;
  readonly request: {
    readonly method: string;
    /** Path and query, redacted. */
    readonly target: string;
    readonly headers: StoredHeaders;
    readonly bodyBytes: number;
    /** HMAC of method, target, headers and body under the run's key: equal for byte-identical requests. */
    readonly digest: string;
    /** HMAC of the body alone. */
    readonly bodyDigest: string;
    /** Declared fields of the body by JSON pointer (effect key), redacted by HMAC. */
    readonly fields: Readonly<Record<string, string>>;
    /** Ids of calls whose text was found in path, query, headers or body (see `Recorder.expect`). */
    readonly mentions: readonly string[];
    /** The `Host` that the provider was sent in place of the consumer's; absent when the head passed as it was. */
    readonly hostSent?: string;
    /** The body, redacted, where recording bodies was asked for; empty beyond 1 MB. */
    readonly body?: string;
  };
  /** The fault that was chosen at arrival; `null` when the exchange was to pass. */
  readonly fault: { readonly spec: FaultSpec; readonly step: number } | null;
  /** When the fault took hold: it really did to this exchange what it says. */
  readonly firedMs: number | null;
  /** When the fault was done with the consumer: last response byte written, RST or FIN sent. */
  readonly faultCompleteMs: number | null;
  /** The request was delivered whole to the provider. */
  readonly delivered: boolean;
  /** What the provider answered (not always what the consumer saw). */
  readonly provider: { readonly status: number; readonly doneMs: number | null } | null;
  /** What the consumer was sent. */
  readonly response: {
    readonly status: number;
    readonly headers: StoredHeaders;
    readonly bodyBytes: number;
    readonly firstByteMs: number;
    readonly completeMs: number | null;
  } | null;
  /** When the consumer closed its side, if it did so before or instead of a complete response. */
  readonly consumerClosed: { readonly atMs: number; readonly how: "fin" | "rst" } | null;
  /** How the exchange ended; `open` when it still was when the proxy closed. */
  readonly end: "complete" | "consumer-closed" | "fault-closed" | "provider-closed" | "open";
}

/** One connection that a consumer opened to a proxy. */
export interface ConnectionRecord {
  readonly type: "connection";
  readonly proxy: string;
  readonly connection: number;
  readonly acceptedMs: number;
  readonly closedMs: number | null;
  readonly exchanges: number;
  /** True when the bytes were no HTTP/1.1 that the scanner trusts: relayed untouched, not recorded by exchange. */
  readonly opaque: boolean;
}

/** One execution by a provider: a line of the effect ledger. */
export interface EffectRecord {
  readonly type: "effect";
  readonly exchange: string;
  readonly integration: string;
  readonly operation: string;
  readonly atMs: number;
  /** HMAC of the value at the operation's `effectKey`, or of the body when there is none. */
  readonly effectKey: string;
  /** HMAC of the idempotency key that came with it, else `null`. */
  readonly idempotencyKey: string | null;
  /** True when the provider recognised the key and replayed its answer instead of executing again: no effect. */
  readonly deduplicated: boolean;
}

/** Something that went wrong in the proxy itself, or that it had to do on its own: makes its experiment inconclusive. */
export interface ProxyProblemRecord {
  readonly type: "proxy-problem";
  readonly proxy: string;
  readonly atMs: number;
  readonly code: string;
  readonly message: string;
}

/** A time during which a proxy refused connections, as a listener fault asked for. */
export interface RefusalRecord {
  readonly type: "refusal";
  readonly proxy: string;
  readonly integration: string;
  readonly armedCall: string | null;
  readonly fault: { readonly spec: FaultSpec; readonly step: number };
  readonly closedMs: number;
  /** `null` when the proxy closed first. */
  readonly reopenedMs: number | null;
}

/** A time during which a proxy left attempts to connect without an answer, and who tried meanwhile. */
export interface BlackHoleRecord extends Omit<RefusalRecord, "type"> {
  readonly type: "black-hole";
  /** Whether attempts to connect could be counted, from the kernel's table of sockets. */
  readonly counted: boolean;
  /** The attempts to connect, by their beginning; `endedMs` is `null` when they still went on at the end. */
  readonly connects: readonly { readonly beganMs: number; readonly endedMs: number | null }[];
}

/** A time during which TLS handshakes did not go as they should, and who connected meanwhile. */
export interface HandshakesRecord extends Omit<RefusalRecord, "type"> {
  readonly type: "handshakes";
  /** The connections, by their beginning. */
  readonly connects: readonly {
    readonly beganMs: number;
    /** When the consumer closed it; `null` when it had not at the end. */
    readonly endedMs: number | null;
    /** The handshake came to its end: what the consumer thought of the certificate shows in whether it sent a request. */
    readonly secured: boolean;
    /** Why it came to no end, as the TLS library says; `null` when it did, or was only left. */
    readonly alert: string | null;
  }[];
}

export type ProxyRecord =
  | ExchangeRecord
  | ConnectionRecord
  | EffectRecord
  | RefusalRecord
  | BlackHoleRecord
  | HandshakesRecord
  | ProxyProblemRecord;
