import { nowMs } from "../sql.ts";
import type { Store } from "../store.ts";
import type { SqlValue, Tx } from "../tx.ts";
import { binderOf } from "./filter.ts";
import type { AuditEntry, DeadLetterSummary } from "./read.ts";

/** Who did what, and why. */
export interface Act {
  readonly action: AuditEntry["action"];
  readonly actor: string;
  readonly note: string;
  readonly redriveId: string | null;
}

/** What an audit row keeps of a letter. */
export type Audited = Pick<DeadLetterSummary, "id" | "messageId" | "consumer" | "reason"> & {
  readonly type: string;
};

/** Writes one audit row for each letter, in the transaction that takes the letters away. */
export async function recordAct(
  tx: Tx,
  tables: Store["tables"],
  letters: readonly Audited[],
  { act, newId }: { readonly act: Act; readonly newId: () => string },
): Promise<void> {
  if (letters.length === 0) return;
  const binder = binderOf(tx.dialect);
  const rows = letters.map((letter) => {
    const marks = valuesOf(letter, act, newId).map(([value, type]) => binder.bind(value, type));
    return `(${marks.join(", ")}, ${nowMs[tx.dialect]})`;
  });
  await tx.query(
    `insert into ${tables.of("dead_letter_audit")} (id, letter_id, message_id, type, consumer, reason, action, actor, note, redrive_id, at_ms) values ${rows.join(", ")}`,
    binder.params,
  );
}

function valuesOf(letter: Audited, act: Act, newId: () => string): readonly (readonly [SqlValue, string])[] {
  return [
    [newId(), "uuid"],
    [letter.id, "uuid"],
    [letter.messageId, "uuid"],
    [letter.type, "text"],
    [letter.consumer, "text"],
    [letter.reason, "text"],
    [act.action, "text"],
    [act.actor, "text"],
    [act.note, "text"],
    [act.redriveId, "uuid"],
  ];
}
