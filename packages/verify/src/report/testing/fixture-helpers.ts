import type { Citation } from "../../model.ts";
import type { CheckResult } from "../model.ts";

/** A made-up check result without what every one of them has in common. */
export type MadeResult = Pick<CheckResult, "id" | "item" | "verdict" | "because"> & Partial<CheckResult>;

/** The scenario and operation of the made-up run. */
export const target = "place-order/payments.charge";

/** A citation of the first `count` exchanges of a made-up call. */
export function cites(experiment: string, call: string, count: number, note: string): Citation {
  const exchanges = Array.from({ length: count }, (_, index) => `p-${call}.${index + 1}.0`);
  return { experiment: `${target}/${experiment}`, call, exchanges, note };
}

/** A place in the made-up contract. */
export function at(line: number, path: string): NonNullable<CheckResult["contract"]> {
  return { file: "services/checkout/holdfast.yaml", line, column: 7, path };
}

/** Where the policy stands in the made-up contract. */
export const policy = "integrations.payments.policy";
