import { CodedError, systemClock, systemRandom } from "@holdfast/core";
import {
  type DeadLetterFilter,
  type DeadLetterSummary,
  type DeadLetters,
  type DeliveryEvent,
  deadLetters as deadLettersOf,
  type RedriveResult,
} from "@holdfast/delivery/operations";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { databaseOptions, withDatabase } from "../database.ts";
import { checkLetter, noLetter } from "../dead-letter-named.ts";
import { type FilterGiven, filterOf, filterOptions } from "../dead-letters-given.ts";
import { letterText, listText, payloadOf } from "../dead-letters-text.ts";
import { counted, oneLine } from "../plain-text.ts";
import { usage } from "../usage.ts";

const actions = ["list", "show", "redrive", "discard"] as const;
type Action = (typeof actions)[number];

interface Given extends FilterGiven {
  readonly json?: boolean;
  readonly limit: number | undefined;
  readonly payload: boolean;
  readonly rate: string | undefined;
  readonly "dry-run": boolean;
  readonly all: boolean;
  readonly actor: string | undefined;
  readonly note: string | undefined;
}

/** Shows messages that were given up, sends them on their way again, or lets them go. */
export const deadLetters: Command = defineCommand({
  example: "holdfast dead-letters redrive --type order.placed --since 2h --rate 20 --dry-run",
  arguments: [
    { name: "action", doc: "list, show, redrive or discard.", optional: false },
    {
      name: "letter",
      doc: "The id of one letter, as list prints it; the id of its message is another: --message.",
      optional: true,
    },
  ],
  options: {
    ...databaseOptions,
    ...filterOptions,
    limit: {
      kind: "integer",
      value: "n",
      min: 1,
      max: 1_000_000_000,
      doc: "Letters at most: 100 in a list, all in a redrive, when left out.",
    },
    payload: { kind: "flag", doc: "show: print the message's payload as well." },
    rate: { kind: "text", value: "letters per second", doc: "redrive: at most so many; 50 when left out." },
    "dry-run": { kind: "flag", doc: "redrive, discard: count, and change nothing." },
    all: { kind: "flag", doc: "redrive, discard: every letter is meant, where nothing else says which." },
    actor: { kind: "text", value: "name", doc: "Who does it, for the audit; the user when left out." },
    note: { kind: "text", value: "text", doc: "Why, for the audit." },
  },
  run: async ({ arguments: [written, id], options }, io) => {
    const action = actionOf(written);
    const given: Given = options;
    checkOptions(action, given, id);
    const filter = filterOf(given, id);
    return withDatabase(options, io, async ({ store }) => {
      const emit = (event: DeliveryEvent): void => tell(event, io);
      const letters = deadLettersOf({ store, clock: systemClock, random: systemRandom, emit });
      if (id !== undefined) await checkLetter(letters, id, filter);
      switch (action) {
        case "list":
          return list(letters, filter, given, io);
        case "show":
          return show(letters, id ?? "", given, io);
        case "redrive":
          return redrive(letters, filter, given, io);
        case "discard":
          return discard(letters, filter, given, io);
      }
    });
  },
});

function actionOf(written: string | undefined): Action {
  const action = actions.find((one) => one === written);
  if (action !== undefined) return action;
  throw new CodedError("USAGE", `dead-letters ${written}: expected ${actions.join(", ")}`, {
    remedy: "holdfast dead-letters --help shows an example.",
  });
}

/** Whose the options are that not every action has. */
const owners: readonly (readonly [keyof Given, readonly Action[]])[] = [
  ["payload", ["show"]],
  ["rate", ["redrive"]],
  ["limit", ["list", "redrive"]],
  ["dry-run", ["redrive", "discard"]],
  ["all", ["redrive", "discard"]],
  ["actor", ["redrive", "discard"]],
  ["note", ["redrive", "discard"]],
];

/** Options of another action are refused: whoever wrote --dry-run in the wrong place should learn it before anything happens. */
function checkOptions(action: Action, given: Given, id: string | undefined): void {
  for (const [option, actionsOf] of owners)
    if (given[option] !== undefined && given[option] !== false && !actionsOf.includes(action))
      throw usage(
        `--${option} is no option of dead-letters ${action}`,
        `It is one of dead-letters ${actionsOf.join(" and ")}.`,
      );
  if (action === "list") return;
  if (action === "show") {
    if (id !== undefined) return;
    throw usage("show needs the id of a letter", "holdfast dead-letters list prints the ids.");
  }
  if (Object.keys(filterOf(given, id)).length > 0 || given.all) return;
  throw usage(
    `${action} was not told which letters are meant`,
    "Name some, by id or by options such as --type, or say --all.",
  );
}

const listedMost = 100;

async function list(
  letters: DeadLetters,
  filter: DeadLetterFilter,
  given: Given,
  io: Io,
): Promise<ExitStatus> {
  const limit = given.limit ?? listedMost;
  const found: DeadLetterSummary[] = [];
  for await (const letter of letters.list(filter, { limit: limit + 1 })) found.push(letter);
  const more = found.length > limit;
  const shown = found.slice(0, limit);
  if (given.json === true) io.out(json({ letters: shown, more }));
  else io.out(listText(shown, { nowMs: systemClock.wall(), more, columns: io.columns }));
  return 0;
}

async function show(letters: DeadLetters, id: string, given: Given, io: Io): Promise<ExitStatus> {
  const letter = await letters.show(id);
  if (letter === null) throw noLetter(id);
  const { body: _, ...envelope } = letter.envelope;
  if (given.json === true) {
    const payload = given.payload ? payloadOf(letter) : null;
    io.out(json({ letter: { ...letter, envelope }, payload }));
  } else io.out(letterText(letter, { payload: given.payload, nowMs: systemClock.wall() }));
  return 0;
}

async function redrive(
  letters: DeadLetters,
  filter: DeadLetterFilter,
  given: Given,
  io: Io,
): Promise<ExitStatus> {
  const rate = given.rate === undefined ? {} : { rate: rateOf(given.rate) };
  const result = await letters.redrive(filter, {
    ...actOf(given, io),
    ...rate,
    ...(given.limit === undefined ? {} : { limit: given.limit }),
    dryRun: given["dry-run"],
    signal: io.signal,
  });
  io.out(
    given.json === true
      ? json({ dryRun: given["dry-run"], ...result })
      : redriveText(result, given["dry-run"]),
  );
  if (result.skipped > 0) return 1;
  return result.end === "aborted" ? 3 : 0;
}

function redriveText({ redriven, skipped, looping, redriveId, end }: RedriveResult, dryRun: boolean): string {
  const parts = [
    dryRun
      ? `${counted(redriven, "letter")} would go`
      : `${counted(redriven, "letter")} went back (redrive ${redriveId})`,
    ...(skipped === 0 ? [] : [`${skipped} stayed`]),
    ...(looping === 0 ? [] : [`${looping} had come back more than three times`]),
    ...(end === "aborted" ? ["stopped before the end"] : []),
  ];
  return `${parts.join("; ")}.\n`;
}

async function discard(
  letters: DeadLetters,
  filter: DeadLetterFilter,
  given: Given,
  io: Io,
): Promise<ExitStatus> {
  const dryRun = given["dry-run"];
  const result = await letters.discard(filter, {
    ...actOf(given, io),
    dryRun,
    all: given.all,
    signal: io.signal,
  });
  // It was there a moment ago: somebody else has redriven or discarded it.
  const [named] = filter.ids ?? [];
  if (named !== undefined && result.discarded === 0 && result.end === "done") throw noLetter(named);
  const told = `${counted(result.discarded, "letter")} ${dryRun ? "would be discarded" : "discarded"}.\n`;
  io.out(given.json === true ? json({ dryRun, ...result }) : told);
  return result.end === "aborted" ? 3 : 0;
}

function actOf({ actor, note }: Given, { env }: Io): { readonly actor: string; readonly note: string } {
  return { actor: actor ?? env["USER"] ?? env["LOGNAME"] ?? "unknown user", note: note ?? "" };
}

function rateOf(written: string): number {
  const rate = Number(written);
  if (/^\d+(\.\d+)?$/.test(written) && rate > 0) return rate;
  throw usage(
    `--rate ${written}: expected letters per second, a number above 0`,
    "Write a number such as 0.5 or 200.",
  );
}

function tell(event: DeliveryEvent, io: Io): void {
  if (event.type === "dead-letters.skipped")
    io.err(
      `${event.letterId} stays: ${oneLine(event.error instanceof Error ? event.error.message : String(event.error))}\n`,
    );
  if (event.type === "dead-letters.looping")
    io.err(`${event.letterId} goes back for the ${event.redrives}th time: what it dies of was not mended\n`);
}

function json(document: object): string {
  return `${JSON.stringify({ schemaVersion: 1, ...document }, null, 2)}\n`;
}
