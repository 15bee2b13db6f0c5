import type { LoadDatabase } from "./databases.ts";

/** What a producer knows of one of its transactions: `unknown` when the connection broke at COMMIT. */
export interface Fact {
  readonly id: string;
  readonly kind: "note" | "step";
  readonly key: string;
  readonly end: "committed" | "rolled-back" | "unknown";
}

interface Effect {
  readonly consumer: string;
  readonly id: string;
  readonly key: string;
  readonly seq: number | null;
}

/** What is there: rows of the application's own tables, read by nothing of the library. */
export interface Found {
  readonly sales: ReadonlySet<string>;
  /** In the order in which they were written. */
  readonly effects: readonly Effect[];
}

/** Reads what is there. */
export async function found({ query }: LoadDatabase): Promise<Found> {
  const effects = await query("select consumer, message_id, message_key, seq from app_effect order by at");
  return {
    sales: new Set((await query("select id from app_sale")).map((row) => String(row["id"]))),
    effects: effects.map((row) => ({
      consumer: String(row["consumer"]),
      id: String(row["message_id"]),
      key: String(row["message_key"]),
      seq: row["seq"] === null ? null : Number(row["seq"]),
    })),
  };
}

/** How many effects there must be in the end: a note has two, its own and that of its echo. */
export function expectedEffects(facts: readonly Fact[], { sales }: Found): number {
  return facts.reduce((sum, { id, kind }) => sum + (sales.has(id) ? (kind === "note" ? 2 : 1) : 0), 0);
}

/** What does not hold: conservation, no ghosts, one effect each, and the order of each key. A transaction whose end is unknown may be there or not, and its message with it. */
export function violationsOf(facts: readonly Fact[], { sales, effects }: Found): readonly string[] {
  const times = Map.groupBy(effects, ({ consumer, id }) => `${consumer} ${id}`);
  const known = new Set(facts.map(({ id }) => id));
  return [
    ...facts.flatMap((fact) =>
      messageViolations(
        fact,
        sales.has(fact.id),
        (consumer) => times.get(`${consumer} ${fact.id}`)?.length ?? 0,
      ),
    ),
    ...effects.filter(({ id }) => !known.has(id)).map(({ id }) => `I2: nobody sent ${id}`),
    ...orderViolations(effects),
  ];
}

function messageViolations(
  { id, end, kind }: Fact,
  isStored: boolean,
  effectsAt: (consumer: string) => number,
): readonly string[] {
  if (end === "committed" && !isStored) return [`I1: ${kind} ${id} was committed and is gone`];
  if (end === "rolled-back" && isStored) return [`I2: ${kind} ${id} was rolled back and is there`];
  const expected = isStored ? 1 : 0;
  return (kind === "note" ? ["notes", "echo"] : ["ledger"]).flatMap((consumer) => {
    const count = effectsAt(consumer);
    if (count === expected) return [];
    const invariant = count > 1 ? "I3" : isStored ? "I1" : "I2";
    return [`${invariant}: ${id} (${end}) had ${count} effects at ${consumer}, not ${expected}`];
  });
}

function orderViolations(effects: readonly Effect[]): readonly string[] {
  const ledger = effects.filter(({ consumer }) => consumer === "ledger");
  return [...Map.groupBy(ledger, ({ key }) => key)].flatMap(([key, list]) =>
    list.every(({ seq }, at) => seq === at + 1)
      ? []
      : [`I4: key ${key} came in the order ${list.map(({ seq }) => seq).join(", ")}`],
  );
}
