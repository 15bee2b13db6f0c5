import { readJson, valueAt } from "./body-fields.ts";
import type { DeclaredAnswer } from "./fault.ts";
import { operationMatcher, type ProviderOperation, pathOf } from "./operation-match.ts";

/** A request as the stub decides on it. */
export interface StubRequest {
  readonly method: string;
  readonly target: string;
  header(name: string): string | null;
  readonly body: Uint8Array;
  /** Equal for equal bodies. */
  readonly bodyDigest: string;
}

/** How many executions with a key are remembered. */
const rememberedMax = 10_000;

/**
 * What the stub answers. Where an idempotency key is declared, the same key with the same body gets the stored answer again:
 * nothing is executed twice. A key that comes again with another body is executed anew and counted; a provider that refused
 * it would make the service fail without any fault, and nothing could be said about it. Whether keys are used twice is for
 * the check of keys to say. The proxy's effect ledger keeps the same rule.
 */
export function stubAnswers(
  operations: readonly ProviderOperation[],
  render: (template: string, request: StubRequest) => string,
): (request: StubRequest) => DeclaredAnswer {
  const operationOf = operationMatcher(operations);
  const executions = new Map<string, DeclaredAnswer>();
  return (request) => {
    const operation = operationOf(request.method, request.target);
    if (operation === null) return unknownRequest(request, operations);
    const key = keyOf(operation, request);
    if (key === null) return rendered(operation.answer, (template) => render(template, request));
    const execution = `${key}\n${request.bodyDigest}`;
    const earlier = executions.get(execution);
    if (earlier !== undefined) return earlier;
    const answer = rendered(operation.answer, (template) => render(template, request));
    if (isExecution(answer)) remember(executions, execution, answer);
    return answer;
  };
}

function remember(executions: Map<string, DeclaredAnswer>, execution: string, answer: DeclaredAnswer): void {
  if (executions.size >= rememberedMax) executions.clear();
  executions.set(execution, answer);
}

/** What the ledger counts as an execution: failures are not remembered and may be tried again. */
function isExecution(answer: DeclaredAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

const json = { "content-type": "application/json" };

function unknownRequest(request: StubRequest, operations: readonly ProviderOperation[]): DeclaredAnswer {
  const declared = operations.map(({ request: known }) =>
    known === null ? "any" : `${known.method} ${known.path}`,
  );
  const message = `The stub provider has no operation for ${request.method} ${pathOf(request.target)}.`;
  return {
    status: 404,
    headers: json,
    body: JSON.stringify({ error: { code: "unknown_request", message, declared } }),
  };
}

function keyOf(operation: ProviderOperation, request: StubRequest): string | null {
  const declared = operation.idempotencyKey;
  if (declared === null) return null;
  const value = declared.startsWith("/")
    ? valueAt(readJson(request.body), declared)
    : request.header(declared);
  return value === null || value === "" ? null : `${operation.name}\n${value}`;
}

function rendered(answer: DeclaredAnswer, render: (template: string) => string): DeclaredAnswer {
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, render(value)] as const);
  return { status: answer.status, headers: Object.fromEntries(headers), body: render(answer.body) };
}
