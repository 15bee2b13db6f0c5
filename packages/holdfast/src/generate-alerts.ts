import { relative, resolve } from "node:path";
import type { Contract } from "@holdfast/contract";
import { generateAlerts } from "@holdfast/operate";
import { alertSettings } from "./alert-settings.ts";
import { objectivesOf, tellProblems } from "./alert-sources.ts";
import type { ExitStatus, Io } from "./command.ts";
import type { GenerateGiven } from "./generate-options.ts";
import { generatedText } from "./generated-text.ts";
import { metricChoice, metricLines } from "./metric-choice.ts";
import { leftOver, writeGenerated } from "./system-generated-files.ts";

/** `holdfast generate alerts`. */
export async function writeAlerts(options: GenerateGiven, io: Io): Promise<ExitStatus> {
  const json = options.json === true;
  const settings = alertSettings(options);
  const choose = (contract: Contract) => metricChoice(options, contract, io);
  const source = await objectivesOf(options, choose, json, io);
  if (source === null) return 2;
  const { gate, burnMin } = settings;
  const generated = generateAlerts(source.read, { gate, burnMin, tests: options["with-tests"] });
  if ("problems" in generated) {
    tellProblems(source.file, generated.problems, json, io);
    return 2;
  }
  const folder = resolve(io.cwd, options.out ?? "ops/alerts");
  const files = writeGenerated(folder, generated.files, options.force);
  const stale = leftOver(
    folder,
    generated.files.map(({ path }) => path),
  );
  const { objectives, modes, notes } = generated;
  const shown = relative(io.cwd, folder) || ".";
  if (json) {
    const document = {
      schemaVersion: 1,
      from: source.file,
      out: folder,
      files,
      objectives,
      modes,
      notes,
      leftOver: stale,
      metrics: source.choice?.says ?? null,
    };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const from = relative(io.cwd, source.file) || source.file;
    const metrics = source.choice === null ? [] : metricLines(source.choice);
    io.out(generatedText({ generated, files, stale, folder: shown, from, metrics }));
  }
  return 0;
}
