import {
  choice,
  duration,
  flag,
  integer,
  mapped,
  object,
  oneOf,
  optional,
  type Policy,
  policyShape,
  ratio,
  record,
  type Severity,
  type Shape,
  severities,
  text,
} from "@holdfast/core";
import type { Answer, HttpIntegration, Operation, RequestPattern, Slo } from "../model.ts";
import { answerOf, answerShape, errorAnswerShape } from "./answer.ts";
import { httpUrl, jsonPointer, keyPlace, requestPattern } from "./primitives.ts";

/** An HTTP integration as read; its name and the folder of the contract complete it. */
export type HttpDocument = Omit<HttpIntegration, "name" | "runbook"> & { readonly runbook: string | null };

const url = httpUrl("Where the provider listens.", "stub, or a URL such as http://127.0.0.1:9000");

const provider: Shape<HttpIntegration["provider"]> = mapped(
  oneOf(
    [
      choice(["stub"], { doc: "The built-in provider with an effect ledger." }),
      url,
      object({
        doc: "A provider that runs elsewhere.",
        fields: {
          url,
          sandbox: optional(flag({ doc: "True when it may be called with made-up data." })),
          maxCalls: optional(integer({ min: 1, doc: "How many calls a run may make at most." })),
        },
      }),
    ],
    {
      doc: "Who answers: stub (when left out), or a provider that runs at a URL.",
      expected: "stub, a URL, or { url, sandbox, maxCalls }",
    },
  ),
  (read) => {
    if (read === "stub") return { kind: "stub" };
    if (typeof read === "string") return { kind: "url", url: read, sandbox: false, maxCalls: null };
    return { kind: "url", url: read.url, sandbox: read.sandbox ?? false, maxCalls: read.maxCalls ?? null };
  },
);

/** How the service learns where a provider is. */
export const addressShape: Shape<HttpIntegration["address"]> = mapped(
  oneOf(
    [
      object({
        doc: "A variable of the environment.",
        fields: {
          env: text({
            pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
            expected: "the name of a variable such as PAYMENTS_URL",
            doc: "The variable in which the service finds the URL.",
          }),
        },
      }),
      object({
        doc: "A fixed port.",
        fields: {
          listen: integer({
            min: 1,
            max: 65_535,
            doc: "The port on which the service expects the provider.",
          }),
        },
      }),
      object({
        doc: "The proxy settings of the runtime.",
        fields: { proxy: choice(["node", "java", "python", "go", "env"], { doc: "Whose settings." }) },
      }),
    ],
    {
      doc: "How the service learns where the provider is.",
      expected: "{ env: NAME }, { listen: port } or { proxy: node | java | python | go | env }",
    },
  ),
  (read) => {
    if ("env" in read) return { kind: "env", name: read.env };
    return "listen" in read ? { kind: "listen", port: read.listen } : { kind: "template" };
  },
);

const operation = object({
  doc: "One kind of call to the provider.",
  fields: {
    request: requestPattern("The request, such as POST /v1/charges/:id/refund; :name matches one segment."),
    idempotency: optional(
      object({
        doc: "How the service marks calls that it sends again.",
        fields: { key: keyPlace("The header or JSON pointer that carries the key.") },
      }),
    ),
    effectKey: optional(jsonPointer("What in the request body makes two executions the same effect.")),
    answer: optional(answerShape),
    errors: optional(
      record(errorAnswerShape, {
        doc: "Bodies by status, as this provider writes them.",
        keys: { pattern: /^[45]\d\d$/, expected: "a status from 400 to 599" },
      }),
    ),
    compensates: optional(text({ doc: "The operation that this one undoes." })),
  },
});

/** Service-level objectives of an integration. */
export const sloShape: Shape<Slo> = mapped(
  object({
    doc: "What the integration is measured by.",
    fields: {
      availability: optional(ratio({ doc: "The share of calls that succeed." })),
      latency: optional(
        record(duration({ min: 1, doc: "The longest a call may take at this percentile." }), {
          doc: "Limits by percentile.",
          keys: { pattern: /^p\d{1,2}(\.\d+)?$/, expected: "a percentile such as p99" },
        }),
      ),
      window: optional(duration({ min: 1, doc: "The span that is looked at." })),
    },
  }),
  (read) => ({
    availability: read.availability ?? null,
    latency: read.latency ?? null,
    windowMs: read.window ?? null,
  }),
);

/** Every field of an HTTP integration but its protocol. */
export const httpShape: Shape<HttpDocument> = mapped(
  object({
    doc: "An integration over HTTP/1.1.",
    fields: {
      protocol: choice(["http"], { doc: "The protocol." }),
      provider: optional(provider),
      address: optional(addressShape),
      tls: optional(
        flag({
          doc: "True when the service is to reach the provider over TLS: its address begins with https then, and it is told of an authority to trust in NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and HOLDFAST_CA_FILE.",
        }),
      ),
      operations: optional(record(operation, { doc: "The kinds of calls, by name." })),
      policy: optional(policyShape),
      layer: optional(
        choice(["library", "mesh"], { doc: "Where retries live: in the process, or beside it." }),
      ),
      severity: optional(choice(severities, { doc: "How bad an outage of it is; high when left out." })),
      slo: optional(sloShape),
      runbook: optional(text({ doc: "The runbook, as a path from the folder of the contract." })),
    },
  }),
  (read) => ({
    protocol: "http",
    provider: read.provider ?? { kind: "stub" },
    address: read.address ?? { kind: "template" },
    tls: read.tls ?? false,
    operations: operationsOf(read.operations ?? {}),
    policy: (read.policy ?? {}) as Policy,
    layer: read.layer ?? "library",
    severity: (read.severity ?? "high") as Severity,
    slo: read.slo ?? null,
    runbook: read.runbook ?? null,
  }),
);

interface OperationDocument {
  readonly request: RequestPattern;
  readonly idempotency?: { readonly key: string };
  readonly effectKey?: string;
  readonly answer?: Answer;
  readonly errors?: Readonly<Record<string, Parameters<typeof answerOf>[1]>>;
  readonly compensates?: string;
}

function operationsOf(declared: Readonly<Record<string, OperationDocument>>): readonly Operation[] {
  const operations = Object.entries(declared).map(([name, read]) => operationOf(name, read.request, read));
  return operations.length > 0 ? operations : [operationOf("any", null, {})];
}

function operationOf(
  name: string,
  request: RequestPattern | null,
  read: Partial<OperationDocument>,
): Operation {
  const errors = Object.entries(read.errors ?? {}).map(
    ([status, document]) => [status, answerOf(Number(status), document)] as const,
  );
  return {
    name,
    request,
    idempotencyKey: read.idempotency?.key ?? null,
    effectKey: read.effectKey ?? null,
    answer: read.answer ?? answerOf(200, {}),
    errors: Object.fromEntries(errors),
    compensates: read.compensates ?? null,
  };
}
