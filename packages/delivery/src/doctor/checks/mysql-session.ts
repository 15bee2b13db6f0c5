import { type Check, defineCheck, type Finding, variablesOf } from "../check.ts";

const where = "MariaDB or MySQL";

/** Whether sessions of the service can write what they are given, without loss. */
export const mysqlSession: Check = defineCheck<Readonly<Record<string, string>>>({
  id: "mysql-session",
  dialects: ["mysql"],
  about: "read_only, isolation, sql_mode and max_allowed_packet",
  async ask(session) {
    const server = await variablesOf(session, "global", [
      "read_only",
      "innodb_read_only",
      "max_allowed_packet",
      "tx_isolation",
      "transaction_isolation",
    ]);
    return { ...server, ...(await variablesOf(session, "session", ["sql_mode"])) };
  },
  judge(settings, { limits }) {
    const findings: Finding[] = [];
    if (["read_only", "innodb_read_only"].some((name) => /^(1|on)$/i.test(settings[name] ?? "")))
      findings.push({
        code: "mysql-read-only",
        severity: "broken",
        where,
        message:
          "read_only is on, as on a replica: nothing can be published, relayed or consumed through it.",
        remedy: "Connect to the primary.",
      });
    if (!/STRICT_(TRANS|ALL)_TABLES/.test(settings["sql_mode"] ?? ""))
      findings.push({
        code: "mysql-not-strict",
        severity: "weakened",
        where,
        message: "sql_mode is not strict: what is too long for its column is cut off, and no error says so.",
        remedy: "Add STRICT_TRANS_TABLES to sql_mode.",
      });
    if ((settings["transaction_isolation"] ?? settings["tx_isolation"])?.toUpperCase() === "SERIALIZABLE")
      findings.push({
        code: "mysql-serializable",
        severity: "weakened",
        where,
        message: "Transactions are SERIALIZABLE by default: publishers lock each other out of the outbox.",
        remedy: "Use READ COMMITTED or REPEATABLE READ for the transactions that publish.",
      });
    return [...findings, ...packetFindings(Number(settings["max_allowed_packet"]), limits.payloadBytesMax)];
  },
});

/** A statement that carries a payload also carries its headers and itself; mysql2 may write bytes as hexadecimal text. */
function packetFindings(packetBytes: number, payloadBytesMax: number): readonly Finding[] {
  const neededBytes = payloadBytesMax * 2 + 65_536;
  if (!(packetBytes < neededBytes)) return [];
  return [
    {
      code: "mysql-packet-small",
      severity: packetBytes < payloadBytesMax ? "broken" : "weakened",
      where,
      message: `max_allowed_packet is ${packetBytes} bytes, and payloads may have ${payloadBytesMax}: the largest ones cannot be written.`,
      remedy: `Set max_allowed_packet to ${neededBytes} or more, or lower payloadBytesMax.`,
    },
  ];
}
