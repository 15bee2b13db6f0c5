import {
  type Contract,
  formatPath,
  type HttpIntegration,
  type Operation,
  type Place,
} from "@holdfast/contract";
import { defaults, type Policy } from "@holdfast/core";
import { type Explanation, explain, type LintContext, type LintFinding, lint } from "@holdfast/resilience";

/** What the policy of one integration comes to. */
export interface Explained {
  readonly name: string;
  readonly place: Place;
  /** `null`: the contract declares no policy. */
  readonly explanation: Explanation | null;
  /** Why calls are taken to do no harm twice, or not to. */
  readonly idempotency: { readonly idempotent: boolean; readonly because: string };
  readonly findings: readonly PlacedFinding[];
  /** What `verify` judges by where the policy is silent. */
  readonly judgedBy: Partial<typeof defaults>;
  /** Parts of the policy that are known, but not built yet: they are not part of the explanation. */
  readonly notBuilt: readonly string[];
}

/** A finding at its place in the contract. */
export interface PlacedFinding extends LintFinding {
  readonly place: Place;
}

/** Explains the policy of an integration and says what is doubtful in it, each at its place; `context` is what is known besides. */
export function explained(
  contract: Contract,
  { name, policy, operations }: HttpIntegration,
  context: LintContext,
): Explained {
  const at = ["integrations", name, "policy"];
  const declared = contract.declares(at);
  const idempotency = idempotencyOf(policy, operations);
  // An idempotency key says of its operation what the policy may say of all.
  const known: Policy = idempotency.idempotent ? { ...policy, idempotent: true } : policy;
  const findings = declared ? lint(known, context) : [];
  return {
    name,
    place: contract.at(["integrations", name]),
    explanation: declared ? explain(known, context) : null,
    idempotency,
    findings: findings.map((finding) => ({ ...finding, place: contract.at([...at, ...finding.path]) })),
    judgedBy: judgedBy(policy),
    notBuilt: contract.notBuilt
      .filter(({ path }) => at.every((step, depth) => path[depth] === step))
      .map(({ path }) => formatPath(path.slice(at.length))),
  };
}

/** Methods that may be sent twice by definition (RFC 9110, section 9.2.2). */
const repeatable = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"]);

function idempotencyOf(policy: Policy, operations: readonly Operation[]): Explained["idempotency"] {
  if (policy.idempotent !== undefined) {
    return { idempotent: policy.idempotent, because: `the policy says idempotent: ${policy.idempotent}` };
  }
  const harmful = operations.filter((operation) => !isRepeatable(operation)).map(({ name }) => name);
  if (harmful.length > 0) {
    const have = harmful.length === 1 ? "has" : "have";
    return { idempotent: false, because: `${harmful.join(" and ")} ${have} no idempotency key` };
  }
  const reasons = operations.map(({ name, idempotencyKey, request }) =>
    idempotencyKey === null ? `${name} is a ${request?.method}` : `${name} carries the key ${idempotencyKey}`,
  );
  return { idempotent: true, because: reasons.join(", ") };
}

function isRepeatable({ idempotencyKey, request }: Operation): boolean {
  return idempotencyKey !== null || (request !== null && repeatable.has(request.method));
}

function judgedBy({ connectTimeoutMs, attemptTimeoutMs, deadlineMs, retry }: Policy): Explained["judgedBy"] {
  const declared = { connectTimeoutMs, attemptTimeoutMs, deadlineMs, attemptsMax: retry?.attempts };
  const silent = Object.entries(defaults).filter(
    ([name]) => declared[name as keyof typeof defaults] === undefined,
  );
  return Object.fromEntries(silent);
}
