import { numberOf, textOf } from "../../sql.ts";
import { type Check, defineCheck, type Finding } from "../check.ts";

/** Replication slots that keep log, or rows, for somebody who does not come. */
export const postgresSlots: Check = defineCheck({
  id: "postgres-slots",
  dialects: ["postgres"],
  about: "replication slots that hold back log or vacuum",
  async ask(session) {
    const { rows } = await session.query(
      `select slot_name as name, active::text as active, coalesce(wal_status, '') as status,
  coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, restart_lsn), 0)::bigint as held_bytes,
  (xmin is not null or catalog_xmin is not null)::text as holds_rows
from pg_replication_slots order by slot_name`,
    );
    return rows.map((row) => ({
      name: textOf(row, "name"),
      active: textOf(row, "active") === "true",
      lost: textOf(row, "status") === "lost",
      heldBytes: numberOf(row, "held_bytes"),
      holdsRows: textOf(row, "holds_rows") === "true",
    }));
  },
  judge(slots, { limits }) {
    return slots.flatMap<Finding>(({ name, active, lost, heldBytes, holdsRows }) => {
      const where = `replication slot ${name}`;
      if (lost)
        return [
          {
            code: "postgres-slot-lost",
            severity: "note",
            where,
            message: "Its log was removed: whoever reads it has lost changes for good.",
            remedy: "Drop the slot and build its reader anew.",
          },
        ];
      if (heldBytes <= limits.slotBytesMax && (active || !holdsRows)) return [];
      return [
        {
          code: "postgres-slot-behind",
          severity: "weakened",
          where,
          message: `It holds back ${Math.round(heldBytes / 2 ** 20)} MiB of log${active ? "" : " and nobody reads it"}: the disk fills, and then nothing can be published.`,
          remedy:
            "Bring its reader back, or drop it with pg_drop_replication_slot; set max_slot_wal_keep_size.",
        },
      ];
    });
  },
});
