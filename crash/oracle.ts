import { join } from "node:path";
import type { Database } from "./databases.ts";
import { readJournal } from "./facts.ts";
import { type Fact, inFlightMax, type ProviderCall } from "./model.ts";
import { dies, type Item, planOf, requestKeys, sagaPlans } from "./plan.ts";

/** One invariant that did not hold. */
export interface Violation {
  readonly invariant: `I${number}` | "saga" | "request" | "end";
  readonly what: string;
}

/** What was found after a case: in the files of its processes, the provider's ledger and the application's own tables. */
export interface Findings {
  readonly items: readonly Item[];
  readonly facts: readonly Fact[];
  readonly provider: readonly ProviderCall[];
  readonly sales: ReadonlySet<string>;
  readonly asked: readonly string[];
  /** In the order in which they were written. */
  readonly effects: readonly {
    readonly consumer: string;
    readonly id: string;
    readonly key: string;
    readonly seq: number | null;
  }[];
}

/** Reads what a case left, by nothing of the library. */
export async function findingsOf(
  name: string,
  folder: string,
  { query, table }: Database,
): Promise<Findings> {
  const effects = await query(
    `select consumer, message_id, message_key, seq from ${table("effect")} order by at`,
  );
  return {
    items: planOf(name),
    facts: readJournal(join(folder, "facts.ndjson")),
    provider: readJournal(join(folder, "provider.ndjson")),
    sales: new Set((await query(`select id from ${table("sale")}`)).map((row) => String(row["id"]))),
    asked: (await query(`select request_key from ${table("asked")}`)).map((row) =>
      String(row["request_key"]),
    ),
    effects: effects.map((row) => ({
      consumer: String(row["consumer"]),
      id: String(row["message_id"]),
      key: String(row["message_key"]),
      seq: row["seq"] === null ? null : Number(row["seq"]),
    })),
  };
}

/** Holds the invariants of the specification against what a case left. */
export function judge(findings: Findings): readonly Violation[] {
  return [
    ...messageViolations(findings),
    ...orderViolations(findings),
    ...deathViolations(findings),
    ...requestViolations(findings),
    ...sagaViolations(findings),
    ...endViolations(findings),
  ];
}

function messageViolations({ items, facts, sales, effects }: Findings): readonly Violation[] {
  const said = new Map(
    facts.flatMap((fact) =>
      fact.kind === "committed" || fact.kind === "rolled-back" ? [[fact.id, fact.kind] as const] : [],
    ),
  );
  const times = (consumer: string, id: string): number =>
    effects.filter((effect) => effect.consumer === consumer && effect.id === id).length;
  return items.flatMap((item): Violation[] => {
    const { id, kind, key, fate } = item;
    const stored = sales.has(id);
    const name = `${kind} ${key}`;
    const contradiction = rowViolation(name, said.get(id), stored);
    if (contradiction !== null) return [contradiction];
    const expected = stored && fate !== "discarded" ? 1 : 0;
    return [
      ...countViolation(name, times(kind === "step" ? "ledger" : "notes", id), expected),
      ...(kind === "step" ? [] : countViolation(`what ${name} caused`, times("echo", id), expected)),
    ];
  });
}

/** A process said how its transaction ended, and the application's row says otherwise. */
function rowViolation(
  name: string,
  said: "committed" | "rolled-back" | undefined,
  stored: boolean,
): Violation | null {
  if (said === "committed" && !stored)
    return { invariant: "I1", what: `${name} was committed and its row is gone` };
  if (said === "rolled-back" && stored)
    return { invariant: "I2", what: `${name} was rolled back and its row is there` };
  return null;
}

/** An effect too many is one twice, or one of what should have none; one too few is a loss. */
function countViolation(what: string, count: number, expected: number): readonly Violation[] {
  if (count === expected) return [];
  const invariant = count > 1 ? "I3" : expected === 1 ? "I1" : "I2";
  return [{ invariant, what: `${what} took effect ${count} times, not ${expected}` }];
}

function orderViolations({ effects }: Findings): readonly Violation[] {
  const byKey = Map.groupBy(
    effects.filter(({ consumer }) => consumer === "ledger"),
    ({ key }) => key,
  );
  return [...byKey].flatMap(([key, list]) =>
    list.every(({ seq }, at) => seq === at + 1)
      ? []
      : [
          {
            invariant: "I4" as const,
            what: `key ${key} came in the order ${list.map(({ seq }) => seq).join(", ")}`,
          },
        ],
  );
}

function deathViolations({ items, facts }: Findings): readonly Violation[] {
  const mortal = new Set(items.filter(dies).map(({ id }) => id));
  return facts.flatMap((fact): Violation[] =>
    fact.kind === "dead" && !mortal.has(fact.id)
      ? [{ invariant: "I5", what: `nothing refuses what ${fact.where} gave up as ${fact.reason}` }]
      : [],
  );
}

/** What is wrong, out of what may be. */
function unless(
  invariant: Violation["invariant"],
  ...tests: readonly (readonly [holds: boolean, what: string])[]
): readonly Violation[] {
  return tests.flatMap(([holds, what]) => (holds ? [] : [{ invariant, what }]));
}

function requestViolations({ facts, asked, effects, provider }: Findings): readonly Violation[] {
  return requestKeys.flatMap(({ key, mode }) => {
    const rows = asked.filter((one) => one === key).length;
    const sent = effects.filter(({ consumer, id }) => consumer === "asked" && id === key).length;
    const charges = provider.filter((call) => call.what === "charge" && call.key.includes(key)).length;
    const answers = facts.flatMap((fact) => (fact.kind === "answered" && fact.key === key ? [fact] : []));
    const texts = new Set(answers.map(({ status, body }) => `${status} ${body}`));
    return unless(
      "request",
      [rows === 1, `${key} wrote ${rows} rows`],
      [sent === 1, `the message of ${key} took effect ${sent} times`],
      [charges === (mode === "lease" ? 1 : 0), `${key} was charged ${charges} times`],
      [answers.length === 2 && texts.size === 1, `${key} was answered ${[...texts].join(" and ")}`],
      [answers.at(-1)?.replayed !== false, `${key} was not answered from its record`],
    );
  });
}

function sagaViolations({ facts, provider }: Findings): readonly Violation[] {
  const end = facts.findLast((fact) => fact.kind === "settled");
  if (end === undefined) return [];
  const keys = new Set(provider.map(({ key }) => key));
  return sagaPlans.flatMap(({ id, ends }) => {
    const back = ends === "compensated";
    const steps = ["reserve", "authorize"].flatMap((step) =>
      unless(
        "saga",
        [keys.has(`saga:${id}:${step}`), `${id} never did ${step}`],
        [keys.has(`saga:${id}:${step}:undo`) === back, `${id}: ${step} was ${back ? "not " : ""}undone`],
      ),
    );
    return [
      ...steps,
      ...unless(
        "saga",
        [end.sagas[id] === ends, `${id} ended ${end.sagas[id]}, not ${ends}`],
        [keys.has(`saga:${id}:capture`) === !back, `${id}: the pivot's effect does not fit its end`],
      ),
    ];
  });
}

/** A process that starts again has made its first progress within lease, poll and its own start (I8). */
const recoveryLimitMs = 12_000;
const rssLimitBytes = 400 * 2 ** 20;

function endViolations({ facts }: Findings): readonly Violation[] {
  const end = facts.findLast((fact) => fact.kind === "settled");
  if (end === undefined) {
    const stuck = facts.findLast((fact) => fact.kind === "stuck");
    return [{ invariant: "I8", what: `it did not settle: ${stuck?.why ?? "no process reached the end"}` }];
  }
  const violations: Violation[] = [];
  const left = end.outbox + end.parked + end.deadLetters;
  if (left > 0) violations.push({ invariant: "end", what: `${left} messages were left` });
  if (end.rssBytes > rssLimitBytes)
    violations.push({ invariant: "I7", what: `${end.rssBytes} bytes of memory` });
  if ((end.firstProgressMs ?? 0) > recoveryLimitMs)
    violations.push({ invariant: "I8", what: `first progress after ${end.firstProgressMs} ms` });
  const deaths = facts.filter(({ kind }) => kind === "dying").length;
  const duplicates = facts.filter(({ kind }) => kind === "duplicate").length;
  // What was on its way to the broker, and what was on its way from it to four consumers, may come again with each death.
  const allowed = deaths * (inFlightMax + 4 * 4);
  if (duplicates > allowed)
    violations.push({
      invariant: "I9",
      what: `${duplicates} duplicates, and ${allowed} are explained by ${deaths} deaths`,
    });
  return violations;
}
