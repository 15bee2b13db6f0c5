import { CodedError } from "@holdfast/core";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { writeAlerts } from "../generate-alerts.ts";
import { writeDashboards } from "../generate-dashboards.ts";
import { type GenerateGiven, generateOptions } from "../generate-options.ts";
import { writeRunbooks } from "../generate-runbooks.ts";

type Write = (given: GenerateGiven, io: Io) => Promise<ExitStatus>;

const kinds: Readonly<Record<string, Write>> = {
  alerts: writeAlerts,
  dashboards: writeDashboards,
  runbooks: writeRunbooks,
};

/** Writes what operations needs, from the contract. */
export const generate: Command = defineCommand({
  example: "holdfast generate alerts --contract holdfast.yaml --out ops/alerts --with-tests",
  arguments: [
    {
      name: "what",
      doc: "alerts: Prometheus rules · dashboards: for Grafana · runbooks: one for each failure mode.",
      optional: false,
    },
  ],
  options: generateOptions,
  run: async ({ arguments: [what = ""], options }, io) => {
    const write = Object.hasOwn(kinds, what) ? kinds[what] : undefined;
    if (write === undefined)
      throw new CodedError("USAGE", `"${what}" is nothing that can be generated`, {
        remedy: `Choose one of: ${Object.keys(kinds).join(", ")}.`,
      });
    if (options.out === "")
      throw new CodedError("USAGE", "--out is empty", { remedy: "Name a folder, or leave --out away." });
    return write(options, io);
  },
});
