import { numberOf, textOf } from "../../sql.ts";
import type { Row } from "../../tx.ts";
import type { Pending } from "../statements.ts";

/** A row of the ordered outbox, as far as deciding needs it. */
export function pendingOf(row: Row): Pending {
  return {
    id: textOf(row, "id"),
    type: textOf(row, "type"),
    key: textOf(row, "key"),
    seq: numberOf(row, "seq"),
    shard: numberOf(row, "shard"),
    bytes: numberOf(row, "bytes"),
    waitMs: numberOf(row, "wait"),
    started: numberOf(row, "started"),
    failed: numberOf(row, "failed"),
  };
}
