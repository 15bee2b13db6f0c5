import { CodedError, systemClock } from "@holdfast/core";
import {
  listSagas,
  retrySaga,
  type SagaFilter,
  type SagaSummary,
  sagaRegistry,
  sagaStatuses,
  showSaga,
} from "@holdfast/delivery/operations";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { databaseOptions, type OpenDatabase, withDatabase } from "../database.ts";
import { oneLine } from "../plain-text.ts";
import { sagasText, sagaText } from "../saga-text.ts";

interface Given {
  readonly json?: boolean;
  readonly status: (typeof sagaStatuses)[number] | undefined;
  readonly name: string | undefined;
  readonly since: number | undefined;
  readonly limit: number | undefined;
  readonly payload: boolean;
}

/** Shows sagas, and has stuck ones tried again. */
export const saga: Command = defineCommand({
  example: "holdfast saga list --status stuck --database postgres://app@db.internal/shop",
  arguments: [
    { name: "action", doc: "list, show or retry.", optional: false },
    { name: "id", doc: "The saga's id, for show and retry.", optional: true },
  ],
  options: {
    ...databaseOptions,
    status: { kind: "choice", choices: sagaStatuses, doc: "list: only those in this state." },
    name: { kind: "text", value: "name", doc: "list: only sagas of this name." },
    since: { kind: "duration", value: "time", doc: "list: only what changed within that time, such as 2h." },
    limit: {
      kind: "integer",
      value: "n",
      min: 1,
      max: 1_000_000,
      doc: "list: at most so many; 100 when left out.",
    },
    payload: { kind: "flag", doc: "show: print input and results as well." },
  },
  run: async ({ arguments: [action, id], options }, io) => {
    const given: Given = options;
    if (action === "list") return withDatabase(options, io, (database) => list(database, given, io));
    if (action !== "show" && action !== "retry")
      throw usage(`saga ${action}: expected list, show or retry`, "holdfast saga --help shows an example.");
    if (id === undefined)
      throw usage(`${action} needs the id of a saga`, "holdfast saga list prints the ids.");
    return withDatabase(options, io, (database) =>
      action === "show" ? show(database, id, given, io) : retry(database, id, given, io),
    );
  },
});

const listedMost = 100;

async function list({ store }: OpenDatabase, given: Given, io: Io): Promise<ExitStatus> {
  const { status, name, since, limit = listedMost } = given;
  const filter: SagaFilter = {
    ...(status === undefined ? {} : { status }),
    ...(name === undefined ? {} : { name }),
    ...(since === undefined ? {} : { changedWithinMs: since }),
  };
  const found: SagaSummary[] = [];
  for await (const one of listSagas(store, filter)) {
    found.push(one);
    if (found.length > limit) break;
  }
  const more = found.length > limit;
  const sagas = found.slice(0, limit);
  if (given.json === true) io.out(json({ sagas, more }));
  else io.out(sagasText(sagas, { nowMs: systemClock.wall(), more, columns: io.columns }));
  return 0;
}

async function show({ store }: OpenDatabase, id: string, given: Given, io: Io): Promise<ExitStatus> {
  const found = await showSaga(store, id);
  if (given.json !== true) {
    io.out(sagaText(found, { payload: given.payload, nowMs: systemClock.wall() }));
    return 0;
  }
  const { input, steps, ...rest } = found;
  const bare = steps.map(({ result: _, ...step }) => step);
  io.out(json({ saga: given.payload ? found : { ...rest, steps: bare } }));
  return 0;
}

async function retry({ store }: OpenDatabase, id: string, given: Given, io: Io): Promise<ExitStatus> {
  const retried = await retrySaga({ store, registry: sagaRegistry([]) }, id);
  const told = {
    resumed: "is due at once; a worker that knows its definition takes it up",
    held: "is with a worker already",
    over: "is over: there is nothing to try again",
    waiting: "waits for a message or a time, and has not failed",
  }[retried];
  io.out(given.json === true ? json({ id, retried }) : `The saga ${oneLine(id)} ${told}.\n`);
  return retried === "resumed" ? 0 : 1;
}

function usage(message: string, remedy: string): CodedError {
  return new CodedError("USAGE", message, { remedy });
}

function json(document: object): string {
  return `${JSON.stringify({ schemaVersion: 1, ...document }, null, 2)}\n`;
}
