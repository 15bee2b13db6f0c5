import type { ObservedCall, Target } from "./model.ts";

/** Headers that differ by their nature and are no keys. */
const notKeys =
  /^(traceparent|tracestate|x-b3-|b3$|date$|content-|x-amz-date|authorization|cookie|user-agent|baggage)/;

/** Headers that are constant within each call and distinct across calls: what could be a key without being called one. */
export function candidateKeys(calls: readonly ObservedCall[]): string[] {
  const names = new Set(
    calls.flatMap((call) => call.attempts.flatMap((one) => one.request.headers.map(([name]) => name))),
  );
  return [...names].filter((name) => {
    if (notKeys.test(name)) return false;
    const values = calls.map((call) => {
      const own = new Set(
        call.attempts.map((one) => one.request.headers.find(([header]) => header === name)?.[1]),
      );
      return own.size === 1 ? [...own][0] : undefined;
    });
    return (
      values.every((value) => value !== undefined) &&
      new Set(values).size === calls.length &&
      calls.length > 2
    );
  });
}

/** Where a contract declares the key of an operation. */
export function keyCommitment({ integration, operation }: Target): readonly string[] {
  return ["integrations", integration.name, "operations", operation.name, "idempotency", "key"];
}
