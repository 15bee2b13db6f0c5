import type { Answer, Operation } from "@holdfast/contract";

/** Operations with the answers that a module exports as `stub`: what a picky client library needs to see. */
export function withStub(operations: readonly Operation[], stub: unknown): readonly Operation[] {
  if (!isMapping(stub)) return operations;
  const errors = isMapping(stub["errors"]) ? stub["errors"] : {};
  return operations.map((operation) => ({
    ...operation,
    answer: isMapping(stub["ok"]) ? okAnswer(stub["ok"], stub["okStatus"], operation) : operation.answer,
    errors: {
      ...operation.errors,
      ...Object.fromEntries(
        Object.entries(errors).map(([status, error]) => [status, errorAnswer(Number(status), error)]),
      ),
    },
  }));
}

function okAnswer(ok: Readonly<Record<string, unknown>>, okStatus: unknown, operation: Operation): Answer {
  const method = operation.request?.method ?? "";
  const byMethod = isMapping(okStatus) ? okStatus[method] : okStatus;
  return answerOf(ok, numberOr(byMethod, numberOr(ok["status"], 200)));
}

/** A bare value is the body; a mapping with a `body` may also set headers and another status. */
function errorAnswer(status: number, error: unknown): Answer {
  if (isMapping(error) && "body" in error) return answerOf(error, numberOr(error["status"], status));
  return answerOf({ body: error }, status);
}

function answerOf(written: Readonly<Record<string, unknown>>, status: number): Answer {
  const body = textOf(written["body"]);
  const headers: Record<string, string> = {};
  if (isMapping(written["headers"])) {
    for (const [name, value] of Object.entries(written["headers"]))
      headers[name.toLowerCase()] = String(value);
  }
  if (body !== "") headers["content-type"] ??= isJson(body) ? "application/json" : "text/plain";
  return { status, headers, body };
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
