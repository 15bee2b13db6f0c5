import { CodedError } from "@holdfast/core";
import { backlog, type DoctorReport, doctor, migrations } from "@holdfast/delivery/operations";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { databaseOptions, type OpenDatabase, withDatabase } from "../database.ts";
import { withBrokers } from "../delivery-brokers.ts";
import { backlogText, doctorText } from "../outbox-text.ts";
import { placesRemedy } from "../tables-elsewhere.ts";

/** Says what waits in the outbox, and what in database and brokers breaks a guarantee. */
export const outbox: Command = defineCommand({
  example: "holdfast outbox doctor --database postgres://app@db.internal/shop",
  arguments: [{ name: "action", doc: "status or doctor.", optional: false }],
  options: {
    ...databaseOptions,
    broker: {
      kind: "list",
      value: "url",
      doc: "doctor: also ask this broker, amqp://… or nats://…/STREAM; commas or repeated.",
    },
    "max-age": {
      kind: "duration",
      value: "time",
      doc: "doctor: how long a message may wait; 5m when left out.",
    },
  },
  run: async ({ arguments: [action], options }, io) => {
    const asJson = (options as { json?: boolean }).json === true;
    if (action === "status") return withDatabase(options, io, (database) => status(database, asJson, io));
    if (action !== "doctor")
      throw new CodedError("USAGE", `outbox ${action}: expected status or doctor`, {
        remedy: "holdfast outbox --help shows an example.",
      });
    return withBrokers(options.broker, (brokers) =>
      withDatabase(options, io, async ({ store, shown }) => {
        const maxAgeMs = options["max-age"];
        const limits = maxAgeMs === undefined ? {} : { oldestUnsentMs: maxAgeMs };
        const report = await withRemedy(await doctor({ store, migrations, brokers, limits }), store);
        if (asJson) io.out(`${JSON.stringify({ schemaVersion: 1, database: shown, ...report }, null, 2)}\n`);
        else io.out(doctorText(report, shown, io.columns));
        return statusOf(report);
      }),
    );
  },
});

async function status({ store, shown }: OpenDatabase, asJson: boolean, io: Io): Promise<ExitStatus> {
  const session = await store.connect({ purpose: "holdfast outbox" });
  try {
    const found = await backlog(session, store.tables);
    if (asJson) io.out(`${JSON.stringify({ schemaVersion: 1, database: shown, ...found }, null, 2)}\n`);
    else io.out(backlogText(found, shown));
    return 0;
  } finally {
    await session.close();
  }
}

/** Whoever named the wrong schema has no use for migrations. */
async function withRemedy(report: DoctorReport, store: OpenDatabase["store"]): Promise<DoctorReport> {
  const isMissing = ({ code }: { readonly code: string }): boolean => code === "store-schema-missing";
  const remedy = report.findings.some(isMissing) ? await placesRemedy(store) : null;
  if (remedy === null) return report;
  return { ...report, findings: report.findings.map((one) => (isMissing(one) ? { ...one, remedy } : one)) };
}

/** 4 when the database could not be asked, 1 when a guarantee is broken or weakened; a note fails nothing. */
function statusOf({ findings, asked }: DoctorReport): ExitStatus {
  if (!asked.includes("schema")) return 4;
  return findings.some(({ severity }) => severity !== "note") ? 1 : 0;
}
