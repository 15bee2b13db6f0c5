import { CodedError, type Policy, type PolicySettings, readPolicy, settingsOf } from "@holdfast/core";
import type { CheckedPolicy, PolicyDocument } from "./policy-types.ts";

const known = new WeakMap<object, Compiled>();

interface Compiled {
  readonly policy: Policy;
  readonly settings: PolicySettings;
}

/**
 * Checks a policy written in code and freezes it. It stays plain data: what `JSON.stringify` makes of it is a `policy:` block of a
 * contract. Throws `POLICY_INVALID`, which tells everything that is wrong at once.
 */
export function policy<const D extends PolicyDocument>(document: D & CheckedPolicy<D>): D {
  return parsePolicy(document) as D;
}

/** Checks a policy that comes from a file, such as the `policy:` block of a contract. */
export function parsePolicy(source: unknown): PolicyDocument {
  const document: unknown = freeze(copyOf(source));
  compiledOf(document);
  return document as PolicyDocument;
}

/** The settings of a policy document, read once. */
export function compiledOf(document: unknown): Compiled {
  const object = typeof document === "object" && document !== null ? document : null;
  const before = object === null ? undefined : known.get(object);
  if (before !== undefined) return before;
  const read = readPolicy(document, { numbers: "ms" });
  if ("problems" in read) throw invalid(read.problems);
  const compiled = { policy: read.policy, settings: settingsOf(read.policy) };
  if (object !== null && Object.isFrozen(object)) known.set(object, compiled);
  return compiled;
}

function invalid(
  problems: Extract<ReturnType<typeof readPolicy>, { readonly problems: unknown }>["problems"],
): Error {
  const lines = problems.map(({ path, expected, found, remedy }) => {
    const at = path.length === 0 ? "the policy" : path.join(".");
    return `  ${at}: expected ${expected}, found ${found}. ${remedy}`;
  });
  return new CodedError("POLICY_INVALID", `The policy cannot be used:\n${lines.join("\n")}`, {
    remedy: "Mend what is named; nothing was changed.",
    details: { problems },
  });
}

function copyOf(source: unknown): unknown {
  if (Array.isArray(source)) return source.map(copyOf);
  if (typeof source !== "object" || source === null) return source;
  return Object.fromEntries(Object.entries(source).map(([key, value]) => [key, copyOf(value)]));
}

function freeze(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
