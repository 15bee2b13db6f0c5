import { setTimeout as sleep } from "node:timers/promises";
import { readJournal } from "../facts.ts";
import { Note, Refused, Step } from "../messages.ts";
import type { Fact } from "../model.ts";
import { type Item, planOf } from "../plan.ts";
import type { Setup } from "../setup.ts";

const kinds = { note: Note, step: Step, refused: Refused } as const;

class RollBack extends Error {}

/** Sends everything of the plan that no process has begun yet, each in a transaction with a row of its own. */
export async function produce({ orders, database, facts, d }: Setup, factsPath: string): Promise<void> {
  const begun = new Set(
    readJournal<Fact>(factsPath).flatMap((fact) => (fact.kind === "intent" ? [fact.id] : [])),
  );
  for (const item of planOf(orders.name)) {
    if (begun.has(item.id)) continue;
    facts.write({ kind: "intent", id: item.id });
    try {
      await d.transaction(async ({ tx, publish }) => {
        await tx.query(`insert into ${database.table("sale")} (id) values (${database.mark(1)})`, [item.id]);
        publish(messageOf(item));
        if (item.fate === "rolled-back") throw new RollBack();
      });
      facts.write({ kind: "committed", id: item.id });
    } catch (error) {
      if (!(error instanceof RollBack)) throw error;
      facts.write({ kind: "rolled-back", id: item.id });
    }
    await sleep(2);
  }
}

function messageOf({ id, kind, key, fate }: Item) {
  return kinds[kind]({ id, key, fate }, { id });
}
