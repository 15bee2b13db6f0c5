import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { playAll } from "./index.ts";
import { pageOf } from "./page.ts";
import { ours } from "./scenario.ts";
import { versions } from "./versions.ts";

/** `node scripts/bootstrap.mjs bench/peers/write.ts`: plays everything and writes the page; exit status 1 if ours is wrong. */
const page = join(import.meta.dirname, "../../docs/benchmarks/peers.md");
const played = await playAll();
writeFileSync(page, pageOf(played, versions));
const wrong = played.filter(({ library, right }) => library === ours && !right);
for (const { id, seen } of wrong) console.error(`${id}: ${seen}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
