import type { Broker, ConsumerPlace } from "../broker.ts";
import { isDeliveryError } from "../errors.ts";
import type { GuaranteeFacts } from "../guarantees/facts.ts";
import { guarantees } from "../guarantees.ts";
import { checkSchema, type Migration } from "../migrations.ts";
import type { RouteStatus } from "../relay/routes.ts";
import type { Session, Store } from "../store.ts";
import { type Check, type CheckContext, type DoctorLimits, type Finding, limitsOf } from "./check.ts";
import { checks } from "./checks/index.ts";
import { routeFindings } from "./routes.ts";
import { fileSystemOf } from "./system-file-system.ts";

/** What the doctor looks at. */
export interface DoctorOptions {
  readonly store: Store;
  /** The migrations that should have been run. */
  readonly migrations: readonly Migration[];
  /** Brokers by their names in the configuration, with the destinations that are published to. */
  readonly brokers?: readonly {
    readonly name: string;
    readonly broker: Pick<Broker, "inspect">;
    readonly destinations: readonly unknown[];
    /** Where consumers listen. Default: none. */
    readonly consumers?: readonly ConsumerPlace[];
  }[];
  /** What the relay of this process says of routes that do not go. Default: nothing is known. */
  readonly waiting?: readonly RouteStatus[];
  /** Routes and consumers, for what has to fit together. */
  readonly facts?: GuaranteeFacts;
  readonly limits?: Partial<DoctorLimits>;
  /** Default: asks the platform. */
  readonly fileSystemOf?: CheckContext["fileSystemOf"];
}

/** What the doctor found. */
export interface DoctorReport {
  /** The gravest first. */
  readonly findings: readonly Finding[];
  /** Checks that were asked and answered, by id: silence of the others proves nothing. */
  readonly asked: readonly string[];
}

/** Asks database and brokers for everything that breaks or weakens a guarantee. It changes nothing, and what cannot be asked is a finding. */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  const limits = limitsOf(options.limits);
  const { tables, sharesConnections = false } = options.store;
  const another = sharesConnections ? null : () => options.store.connect({ purpose: "holdfast doctor" });
  const context = { tables, limits, fileSystemOf: options.fileSystemOf ?? fileSystemOf, another };
  const database = await databaseFindings(options, context);
  const brokers = await Promise.all((options.brokers ?? []).map(brokerFindings));
  const routes =
    options.facts === undefined ? [] : routeFindings(guarantees(options.facts), options.facts.routes, limits);
  const all = [
    database,
    ...brokers,
    { findings: (options.waiting ?? []).map(waitingFinding), asked: [] },
    { findings: routes, asked: options.facts === undefined ? [] : ["routes"] },
  ];
  const findings = all.flatMap((one) => one.findings);
  return {
    findings: findings.toSorted((one, other) => ranks[one.severity] - ranks[other.severity]),
    asked: all.flatMap(({ asked }) => asked),
  };
}

const ranks: Readonly<Record<Finding["severity"], number>> = { broken: 0, weakened: 1, note: 2 };

async function databaseFindings(
  { store, migrations }: DoctorOptions,
  context: CheckContext,
): Promise<DoctorReport> {
  let session: Session;
  try {
    session = await store.connect({ purpose: "holdfast doctor" });
  } catch (error) {
    return { findings: [unanswered("database", store.dialect, error)], asked: [] };
  }
  try {
    const schema = await schemaFindings(store, migrations);
    const answers: DoctorReport[] = [schema];
    for (const check of checks)
      if (check.dialects.includes(store.dialect)) answers.push(await askCheck(check, session, context));
    return {
      findings: answers.flatMap(({ findings }) => findings),
      asked: answers.flatMap(({ asked }) => asked),
    };
  } finally {
    await session.close();
  }
}

async function schemaFindings(store: Store, migrations: readonly Migration[]): Promise<DoctorReport> {
  try {
    await checkSchema(store, migrations);
    return { findings: [], asked: ["schema"] };
  } catch (error) {
    return { findings: [unanswered("schema", store.tables.of("migrations"), error)], asked: ["schema"] };
  }
}

/** Runs one check; a question that the database refuses is told, and does not end the others. */
export async function askCheck(check: Check, session: Session, context: CheckContext): Promise<DoctorReport> {
  try {
    const facts = await check.ask(session, context);
    return { findings: check.judge(facts, context), asked: [check.id] };
  } catch (error) {
    if (isDeliveryError(error) && error.code === "STORE_SCHEMA_MISSING") return { findings: [], asked: [] };
    const finding = unanswered(check.id, session.dialect, error);
    return { findings: [{ ...finding, severity: "note", code: "check-unanswered" }], asked: [] };
  }
}

async function brokerFindings({
  name,
  broker,
  destinations,
  consumers = [],
}: NonNullable<DoctorOptions["brokers"]>[number]): Promise<DoctorReport> {
  try {
    const found = await broker.inspect(destinations, consumers);
    return { findings: found.map((one) => ({ ...one, where: `broker ${name}` })), asked: [`broker ${name}`] };
  } catch (error) {
    return { findings: [unanswered("broker", `broker ${name}`, error)], asked: [] };
  }
}

/** What no broker can be asked for shows when a message goes: an exchange without a queue, for one. */
function waitingFinding({ route, because }: RouteStatus): Finding {
  return {
    code: "route-waits",
    severity: "broken",
    where: `route ${route}`,
    message: `Its messages wait in the outbox. The last one that was tried did not go: ${because}.`,
    remedy: "Mend what it says; the relay tries again by itself, and nothing is lost meanwhile.",
  };
}

function unanswered(what: string, where: string, error: unknown): Finding {
  const coded = isDeliveryError(error);
  return {
    code: coded ? error.code.toLowerCase().replaceAll("_", "-") : `${what}-failed`,
    severity: "broken",
    where,
    message: error instanceof Error ? error.message : String(error),
    remedy: coded ? error.remedy : "The error's own text is all that is known.",
  };
}
