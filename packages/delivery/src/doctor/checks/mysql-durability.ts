import { type Check, defineCheck, type Finding, variablesOf } from "../check.ts";

const where = "MariaDB or MySQL";

/** Whether what the server says is committed is on disk. */
export const mysqlDurability: Check = defineCheck({
  id: "mysql-durability",
  dialects: ["mysql"],
  about: "innodb_flush_log_at_trx_commit, innodb_doublewrite and the binary log",
  ask: (session) =>
    variablesOf(session, "global", [
      "innodb_flush_log_at_trx_commit",
      "innodb_doublewrite",
      "log_bin",
      "sync_binlog",
      "binlog_format",
    ]),
  judge(settings) {
    const findings: Finding[] = [];
    if ((settings["innodb_flush_log_at_trx_commit"] ?? "1") !== "1")
      findings.push({
        code: "mysql-flush-relaxed",
        severity: "weakened",
        where,
        message: `innodb_flush_log_at_trx_commit is ${settings["innodb_flush_log_at_trx_commit"]}: a crash takes the commits of the last second or so, each with its messages.`,
        remedy: "Set innodb_flush_log_at_trx_commit = 1.",
      });
    if (/^(0|off)$/i.test(settings["innodb_doublewrite"] ?? ""))
      findings.push({
        code: "mysql-doublewrite-off",
        severity: "broken",
        where,
        message:
          "innodb_doublewrite is off: a crash of the machine may leave torn pages, which nothing mends.",
        remedy: "Set innodb_doublewrite = ON, unless the file system writes whole pages by itself.",
      });
    return [...findings, ...binlogFindings(settings)];
  },
});

function binlogFindings(settings: Readonly<Record<string, string>>): readonly Finding[] {
  if (!/^(1|on)$/i.test(settings["log_bin"] ?? "")) return [];
  const findings: Finding[] = [];
  if ((settings["sync_binlog"] ?? "1") !== "1")
    findings.push({
      code: "mysql-binlog-not-synced",
      severity: "weakened",
      where,
      message: `sync_binlog is ${settings["sync_binlog"]}: after a crash a replica may lack commits, and a failover to it loses their messages.`,
      remedy: "Set sync_binlog = 1.",
    });
  if (settings["binlog_format"]?.toUpperCase() === "STATEMENT")
    findings.push({
      code: "mysql-binlog-statement",
      severity: "broken",
      where,
      message:
        "binlog_format is STATEMENT: InnoDB refuses writes at READ COMMITTED, which every claim and every consumer needs.",
      remedy: "Set binlog_format = ROW, or MIXED.",
    });
  return findings;
}
