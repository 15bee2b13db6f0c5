import type { RunbookRule } from "../finding.ts";
import { commands } from "./commands.ts";
import { complete } from "./complete.ts";
import { finished } from "./finished.ts";
import { links } from "./links.ts";
import { metricsExist } from "./metrics-exist.ts";
import { owned } from "./owned.ts";
import { reversible } from "./reversible.ts";

/** Every rule that a runbook is held against. */
export const runbookRules: readonly RunbookRule[] = [
  complete,
  commands,
  metricsExist,
  reversible,
  owned,
  links,
  finished,
];
