// Runs in a process of its own: judges kept runs by the rules in the folder that it is given.
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { loadContract } from "../../packages/contract/src/index.ts";
import type { JudgeOptions } from "../../packages/verify/src/judge.ts";
import type { Checklist } from "../../packages/verify/src/report/model.ts";
import type { StoredRun } from "../../packages/verify/src/run/stored-run.ts";
import { saidBy } from "../verify-run.ts";
import { hollows } from "./hollow.ts";
import type { KeptRun } from "./kept-runs.ts";

interface Rules {
  judge(options: JudgeOptions): Checklist;
  readRun(folder: string): StoredRun;
}

async function rulesIn(folder: string): Promise<Rules> {
  const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
  const [{ judge }, { readRun }] = await Promise.all([load("judge.ts"), load("run/stored-run.ts")]);
  return { judge, readRun };
}

async function judged({ run, contract, checks, known, hollow }: KeptRun, { judge, readRun }: Rules) {
  const read = await loadContract(contract, process.env);
  if (!("contract" in read)) throw new Error(`${contract} cannot be read`);
  const stored = readRun(run);
  const { items } = judge({
    contract: read.contract,
    observations: hollow === null ? stored.observations : (hollows[hollow]?.(stored.observations) ?? []),
    only: checks,
    today: stored.run.startedAt.slice(0, 10),
    repeat: () => "",
  });
  const said = saidBy(items.flatMap((item) => item.checks));
  return {
    ...known,
    said: said.filter(({ check }) => checks.includes(check)),
    error: null,
    wallMs: 0,
    hollow,
  };
}

const rules = await rulesIn(process.argv[2] ?? "");
const asked = JSON.parse(await text(process.stdin)) as readonly KeptRun[];
const cases = [];
for (const one of asked) cases.push(await judged(one, rules));
process.stdout.write(JSON.stringify(cases));
