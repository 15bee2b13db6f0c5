import { createHash } from "node:crypto";

/** What happens to a message on its way. */
export type Fate = "plain" | "rolled-back" | "fails-once" | "poison" | "refused" | "discarded";

/** One message that a producer sends in a transaction with a row of its own. */
export interface Item {
  readonly id: string;
  readonly kind: "note" | "step" | "refused";
  readonly key: string;
  readonly fate: Fate;
}

/** The same id for the same place, so that a process that starts again knows what the one before it began. */
function idOf(case_: string, place: string): string {
  const hex = createHash("sha256").update(`${case_}/${place}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const fates: readonly Fate[] = ["plain", "fails-once", "plain", "rolled-back", "poison"];

/** Everything that the producers of a case send, in order. */
export function planOf(case_: string): readonly Item[] {
  const notes = Array.from({ length: 15 }, (_, at): Item => {
    const fate = fates[at % fates.length] as Fate;
    return { id: idOf(case_, `note ${at}`), kind: "note", key: `n${at}`, fate };
  });
  const steps = Array.from({ length: 12 }, (_, at): Item => {
    const fate = at % 6 === 5 ? "rolled-back" : "plain";
    return { id: idOf(case_, `step ${at}`), kind: "step", key: `k${at % 3}`, fate };
  });
  const refused = Array.from({ length: 6 }, (_, at): Item => {
    const fate = at % 2 === 0 ? "refused" : "discarded";
    return { id: idOf(case_, `refused ${at}`), kind: "refused", key: `r${at}`, fate };
  });
  return [...notes.slice(0, 8), ...steps, ...refused, ...notes.slice(8)];
}

/** Whether a message becomes a dead letter before what refuses it is mended. */
export function dies({ fate }: Item): boolean {
  return fate === "poison" || fate === "refused" || fate === "discarded";
}

/** The requests that a client sends, and sends again until it has an answer. */
export const requestKeys: readonly { readonly key: string; readonly mode: "tx" | "lease" }[] = [
  { key: "tx-1", mode: "tx" },
  { key: "lease-1", mode: "lease" },
  { key: "tx-2", mode: "tx" },
  { key: "lease-2", mode: "lease" },
  { key: "tx-3", mode: "tx" },
  { key: "lease-3", mode: "lease" },
];

/** The sagas that are started, and how each must end. */
export const sagaPlans: readonly { readonly id: string; readonly ends: "completed" | "compensated" }[] = [
  { id: "saga-1", ends: "completed" },
  { id: "saga-2", ends: "compensated" },
  { id: "saga-3", ends: "completed" },
  { id: "saga-4", ends: "compensated" },
  { id: "saga-5", ends: "completed" },
  { id: "saga-6", ends: "compensated" },
];
