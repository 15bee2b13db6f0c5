import { alertOptions } from "./alert-settings.ts";
import type { OptionValues } from "./command.ts";

const ownOptions = {
  contract: { kind: "text", value: "file", doc: "The contract; holdfast.yaml when left out." },
  slo: {
    kind: "text",
    value: "file",
    doc: "For alerts: objectives in the format of OpenSLO or sloth, in place of a contract's.",
  },
  out: {
    kind: "text",
    value: "folder",
    doc: "Where files are written; ops/alerts, ops/dashboards or runbooks when left out.",
  },
  "with-tests": { kind: "flag", doc: "For alerts: write tests for promtool beside the rules." },
  run: {
    kind: "text",
    value: "folder",
    doc: "The run whose metrics tell what the service exports, and which runbooks quote; for these the newest when left out.",
  },
  owner: { kind: "text", value: "team", doc: "For runbooks: whose new ones are, such as @payments." },
  force: { kind: "flag", doc: "Replace what was changed, or what somebody else wrote." },
} as const;

/** What can be said to `holdfast generate`. */
export const generateOptions: typeof ownOptions & typeof alertOptions = { ...ownOptions, ...alertOptions };

/** What was said, read. */
export type GenerateGiven = OptionValues<typeof generateOptions> & { readonly json?: boolean };
