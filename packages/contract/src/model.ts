import type { Path, Policy, Problem, Severity } from "@holdfast/core";

/** A place in the contract, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * The contract as typed data. Templates (`${port}`, `${call.id}`, `${instance.id}`, `${integrations.NAME.address}`,
 * `${canary.card}`) are kept as text where only a run knows their value; `${NAME}` of the environment is resolved at reading.
 */
export interface Contract {
  /** Absolute path of the file. */
  readonly file: string;
  /** Absolute path of its folder: `start` runs there, relative paths start there. */
  readonly folder: string;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  /** Left out when every scenario is a module or a command per call. */
  readonly service: Service | null;
  readonly integrations: readonly HttpIntegration[];
  readonly scenarios: readonly Scenario[];
  readonly accept: readonly Acceptance[];
  /** The team's own alerting rules and dashboards, as they were found; `null` when the contract names none. */
  readonly operations: OperationsFiles | null;
  /** Blocks that are known and checked as far as they can be, but not built yet. */
  readonly notBuilt: readonly NotBuilt[];
  /** Integrations over protocols that are not built yet: the service reaches their providers directly. */
  readonly passThrough: readonly PassThrough[];
  /** What is not wrong but hardly meant. */
  readonly warnings: readonly Warning[];
  /** Values of environment variables that the contract read and whose names speak of secrets: never to be stored or printed. */
  readonly secrets: readonly string[];
  /** Where each declared path stands: `at(["integrations", "payments", "policy", "deadline"])`; the nearest parent if absent. */
  at(path: Path): Place;
  /** Whether the document declares something at this very path. */
  declares(path: Path): boolean;
}

export interface Service {
  readonly name: string;
  /** Run once per instance before `start`, until it exits with 0. */
  readonly prepare: readonly string[] | null;
  /** Command and arguments, no shell; `null` when `url` points at a service that already runs. */
  readonly start: readonly string[] | null;
  readonly stop: readonly string[] | null;
  /** Template, usually `http://127.0.0.1:${port}`; `null` for services that only `exec` scenarios use. */
  readonly url: string | null;
  readonly ready: { readonly method: string; readonly path: string } | null;
  /** Templates by variable name. */
  readonly env: Readonly<Record<string, string>>;
  readonly logs: { readonly format: "json" | "logfmt" | "text"; readonly file: string | null } | null;
  /** The request that answers with Prometheus metrics. */
  readonly metrics: RequestPattern | null;
  /** `traceparent` or the name of the header in use, lower case; `null` when not declared. */
  readonly correlation: string | null;
  readonly serves: readonly Serves[];
}

export interface Serves {
  readonly name: string;
  readonly request: RequestPattern;
  readonly deadlineMs: number | null;
  readonly idempotencyKey: string | null;
  readonly maxBodyBytes: number | null;
}

/** `POST /v1/charges/:id/refund`: a `:name` segment matches any one segment. */
export interface RequestPattern {
  readonly method: string;
  readonly path: string;
}

export interface HttpIntegration {
  readonly name: string;
  readonly protocol: "http";
  readonly provider:
    | { readonly kind: "stub" }
    | {
        readonly kind: "url";
        readonly url: string;
        readonly sandbox: boolean;
        readonly maxCalls: number | null;
      };
  /** How the service learns where the provider is. */
  readonly address:
    | { readonly kind: "env"; readonly name: string }
    | { readonly kind: "listen"; readonly port: number }
    /** Modules receive `addresses`; other scenarios may use `${integrations.NAME.address}`. */
    | { readonly kind: "template" };
  /** Whether the consumer is given an `https:` address, and an authority of the run to trust. */
  readonly tls: boolean;
  /** Never empty: when none is declared, one named `any` that matches every request. */
  readonly operations: readonly Operation[];
  readonly policy: Policy;
  readonly layer: "library" | "mesh";
  readonly severity: Severity;
  readonly slo: Slo | null;
  /** Absolute path and the path as written. */
  readonly runbook: { readonly path: string; readonly written: string } | null;
}

export interface Operation {
  readonly name: string;
  /** `null` matches every request. */
  readonly request: RequestPattern | null;
  /** The header (lower case) or JSON pointer into the body (starts with `/`) that carries the key; `null`: none declared. */
  readonly idempotencyKey: string | null;
  /** JSON pointer into the request body: what makes two executions the same effect. */
  readonly effectKey: string | null;
  /** What the stub answers; string leaves may hold templates. */
  readonly answer: Answer;
  /** The provider's dialect: bodies by status, sent with injected statuses. */
  readonly errors: Readonly<Record<string, Answer>>;
  readonly compensates: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Slo {
  readonly availability: number | null;
  readonly latency: Readonly<Record<string, number>> | null;
  readonly windowMs: number | null;
}

export interface Scenario {
  readonly name: string;
  readonly act: HttpAct | ExecAct | ModuleAct;
  /** What a healthy call answers; `null`: any 2xx (http), exit status 0 (exec), a resolved promise (module). */
  readonly expect: { readonly status: number | null; readonly json: unknown } | null;
  /** Operations of HTTP integrations that a healthy call uses; those of blocks not built yet are left out. */
  readonly uses: readonly { readonly integration: string; readonly operation: string }[];
  readonly effects: readonly EffectProbe[];
}

export interface HttpAct {
  readonly kind: "http";
  readonly request: RequestPattern;
  readonly headers: Readonly<Record<string, string>>;
  /** Body as a template text, or `null`. */
  readonly body: string | null;
}

export interface ExecAct {
  readonly kind: "exec";
  readonly command: readonly string[];
}

export interface ModuleAct {
  readonly kind: "module";
  /** Absolute path of the ES module exporting `call({ addresses, id, signal, traceparent })`. */
  readonly module: string;
}

/** The stub saw exactly `count` effects of the operation for one succeeded call. */
export interface EffectProbe {
  readonly name: string;
  readonly integration: string;
  readonly operation: string;
  readonly count: number;
}

/** A file that a pattern of the contract matched: its absolute path, and its path from the contract's folder. */
export interface NamedFile {
  readonly path: string;
  readonly written: string;
}

/** What `operations` names. */
export interface OperationsFiles {
  readonly rules: readonly NamedFile[];
  readonly dashboards: readonly NamedFile[];
}

/** A known finding accepted for a while. */
export interface Acceptance {
  readonly check: string;
  /** `integration.operation`, or `null` for everywhere. */
  readonly at: string | null;
  readonly reason: string;
  readonly owner: string;
  /** ISO date; from the day after, the finding counts again. */
  readonly until: string;
  readonly place: Place;
}

export interface NotBuilt {
  readonly path: Path;
  readonly place: Place;
  readonly what: string;
}

/** An integration that is passed through: `${integrations.NAME.address}` is its provider. */
export interface PassThrough {
  readonly name: string;
  readonly protocol: string;
  readonly provider: string;
  /** The variable in which the service finds the provider; `null` when none is declared. */
  readonly env: string | null;
}

/** Something in the contract that is not wrong but hardly meant. */
export interface Warning {
  readonly path: Path;
  readonly place: Place;
  readonly says: string;
  readonly remedy: string;
}

/** A problem of the contract at its place. */
export interface ContractProblem extends Problem {
  readonly place: Place;
}
