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

interface Execution {
  readonly bodyDigest: string;
  readonly answer: DeclaredAnswer;
}

/** How many executions with a key are remembered. */
const rememberedMax = 10_000;

/**
 * What the stub answers. Where an idempotency key is declared, the same key with the same body gets the stored answer again,
 * and with another body 422; nothing is executed twice. The proxy's effect ledger keeps the same rule.
 */
export function stubAnswers(
  operations: readonly ProviderOperation[],
  render: (template: string) => string,
): (request: StubRequest) => DeclaredAnswer {
  const operationOf = operationMatcher(operations);
  const executions = new Map<string, Execution>();
  return (request) => {
    const operation = operationOf(request.method, request.target);
    if (operation === null) return unknownRequest(request, operations);
    const key = keyOf(operation, request);
    if (key === null) return rendered(operation.answer, render);
    const { bodyDigest } = request;
    const earlier = executions.get(key);
    if (earlier !== undefined) return earlier.bodyDigest === bodyDigest ? earlier.answer : keyReused;
    const answer = rendered(operation.answer, render);
    if (isExecution(answer)) remember(executions, key, { bodyDigest, answer });
    return answer;
  };
}

function remember(executions: Map<string, Execution>, key: string, execution: Execution): void {
  if (executions.size >= rememberedMax) executions.clear();
  executions.set(key, execution);
}

/** What the ledger counts as an execution: failures are not remembered and may be tried again. */
function isExecution(answer: DeclaredAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

const json = { "content-type": "application/json" };

const keyReused: DeclaredAnswer = {
  status: 422,
  headers: json,
  body: JSON.stringify({
    error: { code: "idempotency_key_reused", message: "This key came with another body before." },
  }),
};

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
  return value === null ? null : `${operation.name}\n${value}`;
}

function rendered(answer: DeclaredAnswer, render: (template: string) => string): DeclaredAnswer {
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, render(value)] as const);
  return { status: answer.status, headers: Object.fromEntries(headers), body: render(answer.body) };
}
