import { relative, resolve } from "node:path";
import { generateAlerts } from "@holdfast/operate";
import { alertSettings } from "./alert-settings.ts";
import { objectivesOf, tellProblems } from "./alert-sources.ts";
import type { ExitStatus, Io } from "./command.ts";
import type { GenerateGiven } from "./generate-options.ts";
import { generatedText } from "./generated-text.ts";
import { leftOver, writeGenerated } from "./system-generated-files.ts";

/** `holdfast generate alerts`. */
export async function writeAlerts(options: GenerateGiven, io: Io): Promise<ExitStatus> {
  const json = options.json === true;
  const settings = alertSettings(options);
  const source = await objectivesOf(options, settings, json, io);
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
    };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const from = relative(io.cwd, source.file) || source.file;
    io.out(generatedText({ generated, files, stale, folder: shown, from }));
  }
  return 0;
}
