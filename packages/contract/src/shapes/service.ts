import {
  bytes,
  choice,
  duration,
  type Fields,
  type FieldsOf,
  mapped,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  text,
} from "@holdfast/core";
import type { RequestPattern, Serves, Service } from "../model.ts";
import { command, headerName, httpUrl, keyPlace, requestPattern, scalarText } from "./primitives.ts";

const formats = ["json", "logfmt", "text"] as const;

const logs = mapped(
  oneOf(
    [
      choice(formats, { doc: "The format on standard output and standard error." }),
      object({
        doc: "The format, and the file that is written to.",
        fields: {
          format: choice(formats, { doc: "The format of a line." }),
          file: optional(text({ doc: "The file, when it is not standard output and standard error." })),
        },
      }),
    ],
    { doc: "The format of the logs, read from standard output and standard error or from a file." },
  ),
  (read) =>
    typeof read === "string"
      ? { format: read, file: null }
      : { format: read.format, file: read.file ?? null },
);

const serves = object({
  doc: "An operation of the service itself.",
  fields: {
    request: requestPattern("The request, such as POST /orders."),
    deadline: optional(duration({ min: 1, doc: "When the caller has its answer at the latest." })),
    idempotency: optional(
      object({
        doc: "How callers mark requests that they send again.",
        fields: { key: keyPlace("The header or JSON pointer that carries the key.") },
      }),
    ),
    maxBody: optional(bytes({ min: 1, doc: "The largest body that is accepted." })),
  },
});

const fields = {
  name: text({ doc: "The name of the service." }),
  prepare: optional(command("Run once per instance before start, until it exits with 0.")),
  start: optional(
    command("Starts one instance, any language, no shell; left out when url points at one that runs."),
  ),
  stop: optional(command("Run after each instance, to clean up.")),
  url: optional(
    httpUrl("Where the service listens; ${port} is a free port.", "a URL such as http://127.0.0.1:${port}"),
  ),
  ready: optional(requestPattern("The request that answers 2xx once the service is ready.")),
  env: optional(record(scalarText("The value."), { doc: "Variables of the environment of each instance." })),
  logs: optional(logs),
  metrics: optional(
    requestPattern("The request that answers with Prometheus metrics, read while faults are made."),
  ),
  correlation: optional(headerName("traceparent, or the header that carries the correlation id.")),
  serves: optional(record(serves, { doc: "What the service commits to its own callers, by name." })),
};

/** The service under test. */
export const serviceShape: Shape<Service> = mapped(
  object({ doc: "The service that is verified: how to start it and what it commits to.", fields }),
  serviceOf,
);

/** The fields of `service`, for option tables. */
export const serviceFields: Fields = fields;

function serviceOf(read: FieldsOf<typeof fields>): Service {
  return {
    name: read.name,
    prepare: read.prepare ?? null,
    start: read.start ?? null,
    stop: read.stop ?? null,
    url: read.url?.replace(/\/$/, "") ?? null,
    ready: read.ready ?? null,
    env: read.env ?? {},
    logs: read.logs ?? null,
    metrics: read.metrics ?? null,
    correlation: read.correlation ?? null,
    serves: Object.entries(read.serves ?? {}).map(([name, entry]) => servesOf(name, entry)),
  };
}

function servesOf(name: string, entry: FieldsOf<typeof serves.fields>): Serves {
  const request: RequestPattern = entry.request;
  return {
    name,
    request,
    deadlineMs: entry.deadline ?? null,
    idempotencyKey: entry.idempotency?.key ?? null,
    maxBodyBytes: entry.maxBody ?? null,
  };
}
