import { textOf } from "../../sql.ts";
import { type Check, defineCheck } from "../check.ts";

/** Tables outside of InnoDB: what is written there is no part of any transaction. */
export const mysqlEngine: Check = defineCheck({
  id: "mysql-engine",
  dialects: ["mysql"],
  about: "tables that are not InnoDB's",
  async ask(session, { tables }) {
    const prefix = tables.bare("").replaceAll(/[_%\\]/g, (letter) => `\\${letter}`);
    const { rows } = await session.query(
      "select table_name as name, engine as engine from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE' and table_name like ? order by table_name",
      [`${prefix}%`],
    );
    return rows.map((row) => ({ table: textOf(row, "name"), engine: textOf(row, "engine") }));
  },
  judge(found) {
    return found
      .filter(({ engine }) => engine.toLowerCase() !== "innodb")
      .map(({ table, engine }) => ({
        code: "mysql-engine-not-innodb",
        severity: "broken",
        where: table,
        message: `The table is kept by ${engine}: what is written to it stays when the transaction rolls back.`,
        remedy: `ALTER TABLE \`${table}\` ENGINE = InnoDB.`,
      }));
  },
});
