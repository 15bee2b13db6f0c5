import { setMaxListeners } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mutants } from "../mutants/index.ts";
import { type Comparison, compared, pageOf } from "./agreement.ts";
import { judgedBy, type SourceKind, sources } from "./judged.ts";
import type { Recording } from "./recorded.ts";
import { recordAll, recordingFile } from "./run-record.ts";
import { type PassiveSubject, passiveSubjects } from "./subjects.ts";

/**
 * `node --conditions=@holdfast/source zoo/passive/run.ts [--record] [--only ids] [--jobs n] [--calls n]`: records what is missing, judges all
 * recordings by traffic alone, and holds that against the verdicts of active verification in `scorecard.json`. Writes weather.md where
 * every consumer was asked for; exit status 1 when a verdict disagrees.
 */
const { values } = parseArgs({
  options: {
    record: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: "4" },
    calls: { type: "string", default: "1800" },
    seed: { type: "string", default: "7" },
  },
});
const stop = new AbortController();
setMaxListeners(0, stop.signal);
process.once("SIGINT", () => stop.abort());
const subjects = passiveSubjects(values.only.split(",").filter(Boolean));
if (values.record) {
  const options = { jobs: Number(values.jobs), seed: Number(values.seed), calls: Number(values.calls) };
  await recordAll(subjects, { ...options, signal: stop.signal }, console.log);
}

const active = activeVerdicts();
const found: Comparison[] = [];
let recordings = 0;
for (const subject of subjects) {
  for (const weather of ["wire", "gateway"] as const) {
    const file = recordingFile(subject, weather);
    if (!existsSync(file)) continue;
    recordings++;
    const recording = JSON.parse(readFileSync(file, "utf8")) as Recording;
    for (const source of kindsFor(weather)) found.push(...(await compareOne(subject, source, recording)));
  }
}
const page = pageOf(found, recordings);
if (values.only === "") writeFileSync(join(import.meta.dirname, "weather.md"), page);
console.log(page);
process.exitCode = found.some(({ agrees }) => agrees === false) ? 1 : 0;

/** An Envoy never hands a broken connection on, so it is given the weather behind a gateway alone. */
function kindsFor(weather: "wire" | "gateway"): readonly SourceKind[] {
  return sources.filter((source) => (weather === "gateway") === (source === "envoy"));
}

async function compareOne(
  subject: PassiveSubject,
  source: SourceKind,
  recording: Recording,
): Promise<readonly Comparison[]> {
  const said = await judgedBy(source, recording, subject, stop.signal);
  const { id } = subject.subject;
  const name = subject.folder === "clean" ? `clean/${id}` : id;
  const known = mutants.find((one) => one.id === id && subject.folder === "mutants");
  return said.map((one) =>
    compared({ subject: name, source, said: one, active: active.get(name)?.[one.check], known }),
  );
}

function activeVerdicts(): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const file = join(import.meta.dirname, "..", "scorecard.json");
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as {
    cases: readonly { readonly subject: string; readonly verdicts: Readonly<Record<string, string>> }[];
  };
  return new Map(cases.map(({ subject, verdicts }) => [subject, verdicts]));
}
