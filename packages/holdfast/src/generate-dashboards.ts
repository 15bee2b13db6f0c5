import { relative, resolve } from "node:path";
import { CodedError } from "@holdfast/core";
import { checkQuery, contractSubjects, generateDashboards, serviceName } from "@holdfast/operate";
import { tellProblems } from "./alert-sources.ts";
import type { ExitStatus, Io } from "./command.ts";
import type { GenerateGiven } from "./generate-options.ts";
import { countOf } from "./generated-text.ts";
import { metricChoice, metricLines } from "./metric-choice.ts";
import { openContract } from "./open-contract.ts";
import { leftOver, writeGenerated } from "./system-generated-files.ts";

/** `holdfast generate dashboards`. */
export async function writeDashboards(options: GenerateGiven, io: Io): Promise<ExitStatus> {
  const json = options.json === true;
  if (options.slo !== undefined)
    throw new CodedError("USAGE", "--slo has objectives, and dashboards need to know whose calls they show", {
      remedy: "Leave --slo away: dashboards are made from the contract.",
    });
  const contract = await openContract(options.contract ?? "holdfast.yaml", json, io, { mayBeMissing: true });
  if (contract === null) return 2;
  const choice = await metricChoice(options, contract, io);
  const { settings } = choice;
  const read = contractSubjects(contract, settings);
  if (read.problems.length > 0) {
    tellProblems(contract.file, read.problems, json, io);
    return 2;
  }
  const service = serviceName(contract);
  const { files: texts, dashboards } = generateDashboards(service, read);
  const folder = resolve(io.cwd, options.out ?? "ops/dashboards");
  const files = writeGenerated(folder, texts, options.force);
  const paths = texts.map(({ path }) => path);
  const stale = leftOver(folder, paths);
  const labels = settings.match?.map(({ label }) => label) ?? [];
  const queries = dashboards.flatMap((one) => one.queries);
  const problems = queries.flatMap((expr) => checkQuery(expr, { labels }));
  if (json) {
    const document = {
      schemaVersion: 1,
      from: contract.file,
      out: folder,
      files,
      dashboards,
      problems,
      leftOver: stale,
      metrics: choice.says,
    };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  const shown = relative(io.cwd, folder) || ".";
  io.out(
    [
      ...dashboards.map(
        ({ path, title, panels, queries: of }) =>
          `${shown}/${path}: ${title}: ${panels} panels, ${of.length} queries`,
      ),
      ...problems.map(({ expr, says, remedy }) => `note: ${says}: ${expr}\n  ${remedy}`),
      ...stale.map((path) => `note: ${shown}/${path} was generated before and is not any more: remove it`),
      ...metricLines(choice),
      `${countOf(files)} in ${shown}`,
      "Next: import them in Grafana, or provision the folder",
      "",
    ].join("\n"),
  );
  return 0;
}
