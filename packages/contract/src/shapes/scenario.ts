import {
  anyJson,
  integer,
  list,
  mapped,
  object,
  oneOf,
  optional,
  type Path,
  type Problem,
  record,
  refine,
  type Shape,
  text,
} from "@holdfast/core";
import { absolutePath } from "../file-path.ts";
import type { ExecAct, HttpAct, ModuleAct, RequestPattern, Scenario } from "../model.ts";
import { command, headers, requestPattern } from "./primitives.ts";

/** How a scenario may act, of which it does exactly one. */
export const actKinds = ["http", "exec", "module", "publish"] as const;

const httpAct = object({
  doc: "One request to the service.",
  fields: {
    request: requestPattern("The request, such as POST /orders."),
    headers: optional(headers("Headers of the request.")),
    json: optional(anyJson({ doc: "The body as JSON; texts may hold templates such as ${call.id}." })),
    text: optional(text({ doc: "The body as plain text.", empty: true })),
  },
});

const expectation = object({
  doc: "What a healthy call answers; any 2xx when left out.",
  fields: {
    status: optional(integer({ min: 100, max: 599, doc: "The status." })),
    json: optional(anyJson({ doc: "What the body must hold." })),
  },
});

const reference = text({
  pattern: /^[^.\s]+(\.[^\s]+)?$/,
  expected: "integration.operation, such as payments.charge",
  doc: "What is used.",
});

const effect = oneOf(
  [
    object({
      doc: "Effects that the stub counted.",
      fields: {
        stub: reference,
        count: integer({ min: 0, default: 1, doc: "How many there are for one call that succeeded." }),
      },
    }),
    object({
      doc: "Rows of a database.",
      fields: {
        sql: text({ doc: "A query that answers with one number." }),
        on: text({ doc: "The integration to ask." }),
        params: optional(list(anyJson({ doc: "A parameter." }), { doc: "Parameters of the query." })),
        count: integer({
          min: 0,
          default: 1,
          doc: "The number it answers with after one call that succeeded.",
        }),
      },
    }),
  ],
  {
    doc: "What one successful call must have caused.",
    expected: "{ stub, count } or { sql, on, params, count }",
  },
);

const fields = {
  http: optional(httpAct),
  exec: optional(command("A command per call; it fails when it exits with another status than 0.")),
  module: optional(
    mapped(
      oneOf(
        [
          text({ doc: "The path of an ES module." }),
          object({ doc: "An ES module.", fields: { path: text({ doc: "Its path." }) } }),
        ],
        { doc: "An ES module exporting call({ addresses, id, signal, traceparent }).", expected: "a path" },
      ),
      (read) => (typeof read === "string" ? read : read.path),
    ),
  ),
  publish: optional(anyJson({ doc: "A message to a broker." })),
  setup: optional(anyJson({ doc: "What runs once before: a login, a seed row." })),
  expect: optional(expectation),
  uses: optional(list(reference, { min: 1, doc: "What a healthy call uses." })),
  effects: optional(record(effect, { doc: "What one successful call must have caused, by name." })),
};

const document = refine(
  object({ doc: "How to make the service use its integrations once.", fields }),
  oneAct,
);

/** A scenario as read: `uses` and `effects` still as written, its name completes it. `null` acts are not built yet. */
export interface ScenarioDocument {
  readonly act: Scenario["act"] | null;
  readonly expect: Scenario["expect"];
  readonly uses: readonly string[] | null;
  readonly effects: readonly { readonly name: string; readonly stub: string; readonly count: number }[];
}

/** A scenario of a contract that lies in `folder`. */
export function scenarioShape(folder: string): Shape<ScenarioDocument> {
  return mapped(document, (read) => ({
    act: actOf(read, folder),
    expect:
      read.expect === undefined
        ? null
        : { status: read.expect.status ?? null, json: read.expect.json ?? null },
    uses: read.uses ?? null,
    effects: Object.entries(read.effects ?? {}).flatMap(([name, probe]) =>
      "stub" in probe ? [{ name, stub: probe.stub, count: probe.count }] : [],
    ),
  }));
}

interface Acts {
  readonly http?: {
    readonly request: RequestPattern;
    readonly headers?: Readonly<Record<string, string>>;
    readonly json?: unknown;
    readonly text?: string;
  };
  readonly exec?: readonly string[];
  readonly module?: string;
}

function actOf({ http, exec, module }: Acts, folder: string): HttpAct | ExecAct | ModuleAct | null {
  if (http !== undefined) return httpActOf(http);
  if (exec !== undefined) return { kind: "exec", command: exec };
  return module === undefined ? null : { kind: "module", module: absolutePath(folder, module) };
}

function httpActOf({ request, headers: given = {}, json, text: plain }: NonNullable<Acts["http"]>): HttpAct {
  const body = plain ?? (json === undefined ? null : JSON.stringify(json));
  const type = plain === undefined ? "application/json" : "text/plain; charset=utf-8";
  return {
    kind: "http",
    request,
    headers: body === null ? given : { "content-type": type, ...given },
    body,
  };
}

function oneAct(read: Acts & { readonly publish?: unknown }, path: Path, problems: Problem[]): void {
  const acts = actKinds.filter((kind) => read[kind] !== undefined);
  if (acts.length === 1) return;
  const expected = `one of ${actKinds.join(", ")}`;
  problems.push(
    acts.length === 0
      ? {
          code: "MISSING",
          path,
          found: "nothing",
          expected,
          remedy: "Add http: { request: POST /… }, exec or module.",
        }
      : {
          code: "CONFLICT",
          path: [...path, acts[1] ?? ""],
          found: acts.join(" and "),
          expected,
          remedy: "Keep one, and make scenarios of their own of the others.",
        },
  );
}
