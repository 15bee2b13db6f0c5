import { hasStableKey, keyOf } from "../attempts.ts";
import { many } from "../judgement.ts";
import { candidateKeys } from "../key-candidates.ts";
import type { Evidence, Target } from "../model.ts";
import type { Seen } from "./model.ts";

/** Where the idempotency key of the operation stands, and whether it stays the same over the attempts of a call. */
export function keySeen(evidence: Evidence, target: Target): readonly Seen[] {
  const calls = evidence.healthy.filter((call) => call.attempts.length > 0);
  if (calls.length === 0) return [];
  const { operation } = target;
  const unnamed = { ...operation, idempotencyKey: null };
  const found = [unnamed, operation]
    .map((place) => ({ place, keys: calls.flatMap((call) => call.attempts.map((one) => keyOf(one, place))) }))
    .find(({ keys }) => keys.length > 0 && keys.every((key) => key !== null));
  const shared = { field: "idempotency.key", samples: calls.length, experiments: ["healthy calls"] } as const;
  if (found === undefined) {
    const others = candidateKeys(calls);
    const hint =
      others.length > 0 ? `; ${others.join(", ")} changes with every call, but nothing says it is one` : "";
    return [{ ...shared, value: "none", note: `no key on ${many(calls.length, "healthy call")}${hint}` }];
  }
  const again = Object.values(evidence.experiments)
    .flatMap((one) => one.calls)
    .filter((call) => call.attempts.length > 1);
  const stable = again.filter((call) => hasStableKey(call.attempts, found.place)).length;
  const value = placeOf(found.keys[0]?.name ?? "");
  const note =
    again.length === 0
      ? `on all of ${many(calls.length, "healthy call")}`
      : `the same on every attempt of ${stable} of ${many(again.length, "repeated call")}`;
  return [{ ...shared, value, note, samples: calls.length + again.length }];
}

/** As contracts write it: a header by its name, a field of the body by its pointer. */
function placeOf(name: string): string {
  return name.startsWith("body ") ? name.slice("body ".length) : name;
}
