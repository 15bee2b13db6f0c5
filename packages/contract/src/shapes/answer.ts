import {
  anyJson,
  integer,
  mapped,
  object,
  optional,
  type Path,
  type Problem,
  refine,
  type Shape,
  text,
} from "@holdfast/core";
import type { Answer } from "../model.ts";
import { headers } from "./primitives.ts";

interface AnswerDocument {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

const body = {
  headers: optional(headers("Headers of the answer.")),
  json: optional(anyJson({ doc: "The body as JSON; texts may hold templates such as ${call.id}." })),
  text: optional(text({ doc: "The body as plain text.", empty: true })),
};

/** What the stub answers; `{ openapi }` and `{ recording }` are known and give the default answer for now. */
export const answerShape: Shape<Answer> = mapped(
  refine(
    object({
      doc: "What the stub answers when nothing is broken; 200 and {} when left out.",
      fields: {
        status: optional(integer({ min: 200, max: 599, doc: "The status." })),
        ...body,
        openapi: optional(text({ doc: "An OpenAPI document to take the answer from." })),
        recording: optional(text({ doc: "A recording to take the answer from." })),
      },
    }),
    oneBody,
  ),
  (read) => answerOf(read.status ?? 200, read),
);

/** The body that the provider sends with an error status; the status itself is the key it stands under. */
export const errorAnswerShape: Shape<AnswerDocument> = refine(
  object({ doc: "Body and headers that the provider sends with this status.", fields: body }),
  oneBody,
);

/** An answer with its body as text and its content type: JSON `{}` when none is given and the status allows one. */
export function answerOf(status: number, document: AnswerDocument): Answer {
  const { headers: given = {}, json, text: plain } = document;
  const bodiless = json === undefined && plain === undefined && (status === 204 || status === 304);
  if (bodiless) return { status, headers: given, body: "" };
  const type = plain === undefined ? "application/json" : "text/plain; charset=utf-8";
  return {
    status,
    headers: { "content-type": type, ...given },
    body: plain ?? JSON.stringify(json ?? (json === null ? null : {})),
  };
}

function oneBody(answer: AnswerDocument, path: Path, problems: Problem[]): void {
  if (answer.json === undefined || answer.text === undefined) return;
  problems.push({
    code: "CONFLICT",
    path: [...path, "text"],
    found: "json and text",
    expected: "one body: json or text",
    remedy: "Remove one of the two.",
  });
}
