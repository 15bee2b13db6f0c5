import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dies, planOf } from "../plan.ts";
import type { Setup } from "../setup.ts";

/** Waits until everything that dies is dead; then discards some letters, mends what refused the others, and redrives those one by one. */
export async function operate(setup: Setup, produced: Promise<void>): Promise<void> {
  const { d, orders, isMended } = setup;
  await produced;
  const mortal = await committedMortals(setup);
  while (!isMended() && (await d.dead.count()) + (await discardedBefore(setup)) < mortal) await sleep(50);
  const lost = planOf(orders.name).filter(({ fate }) => fate === "discarded");
  for (const { id: messageId } of lost) await d.dead.discard({ messageId }, { actor: "crash" });
  writeFileSync(join(orders.folder, "mended"), "");
  for await (const { id } of d.dead.list())
    await d.dead.redrive({ ids: [id] }, { actor: "crash", rate: 1_000 });
}

/** How many of them were committed: a process that died may have left one that never was. */
async function committedMortals({ database: { query, table }, orders }: Setup): Promise<number> {
  const stored = new Set((await query(`select id from ${table("sale")}`)).map((row) => String(row["id"])));
  return planOf(orders.name).filter((item) => dies(item) && stored.has(item.id)).length;
}

/** How many letters a process that died had discarded: the audit knows. */
async function discardedBefore({ database: { query, store } }: Setup): Promise<number> {
  const [row] = await query(
    `select count(*) as n from ${store.tables.of("dead_letter_audit")} where action = 'discarded'`,
  );
  return Number(row?.["n"]);
}
