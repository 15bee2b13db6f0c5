import {
  anyJson,
  choice,
  mapped,
  object,
  optional,
  policyShape,
  record,
  type Shape,
  severities,
  text,
} from "@holdfast/core";
import type { PassThrough } from "../model.ts";
import { addressShape, sloShape } from "./integration.ts";

/** Protocols that a contract may name, though nothing is put between them and the service yet. */
export const otherProtocols = ["grpc", "postgres", "mysql", "redis", "amqp", "nats", "kafka"] as const;

/** What people call a protocol, and the name it has here. */
export const protocolSynonyms: Readonly<Record<string, string>> = {
  https: "http",
  rest: "http",
  postgresql: "postgres",
  pg: "postgres",
  mariadb: "mysql",
  rabbitmq: "amqp",
  jetstream: "nats",
  valkey: "redis",
};

/** An integration over a protocol that is passed through: its known keys are checked, its name completes it. */
export const otherShape: Shape<Omit<PassThrough, "name">> = mapped(
  object({
    doc: "An integration over another protocol: known, passed through, not verified yet.",
    fields: {
      protocol: choice(otherProtocols, { doc: "The protocol." }),
      provider: text({ doc: "The URL of the provider." }),
      isolate: optional(
        choice(["database", "schema", "vhost", "prefix"], { doc: "What instances get of their own." }),
      ),
      address: optional(addressShape),
      operations: optional(
        record(anyJson({ doc: "One kind of call." }), { doc: "The kinds of calls, by name." }),
      ),
      publishes: optional(
        record(anyJson({ doc: "One kind of message." }), { doc: "Messages that are sent." }),
      ),
      consumes: optional(
        record(anyJson({ doc: "One kind of message." }), { doc: "Messages that are received." }),
      ),
      policy: optional(policyShape),
      severity: optional(choice(severities, { doc: "How bad an outage of it is." })),
      slo: optional(sloShape),
      runbook: optional(text({ doc: "The runbook, as a path from the folder of the contract." })),
    },
  }),
  (read) => ({
    protocol: read.protocol,
    provider: read.provider,
    env: read.address?.kind === "env" ? read.address.name : null,
  }),
);
