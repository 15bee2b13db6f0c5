import { say } from "../judgement.ts";
import type { Judgement } from "../model.ts";

type Kind = "rules" | "dashboards";

const words = {
  rules: { command: "holdfast generate alerts", none: "operations.rules names no rules" },
  dashboards: { command: "holdfast generate dashboards", none: "operations.dashboards names none" },
} as const;

/** Advice where what Holdfast would write is refused: the contract names no files, and nothing in it can be mended. */
export function ourDefect(kind: Kind, found: string): Judgement {
  const { command, none } = words[kind];
  return say("advice", `${none}, and what ${command} writes is refused: ${found}`, [], {
    severity: "low",
    diagnosis: `This is a defect of Holdfast, and the file is not there: report it with this text and the slo. Until it is mended, write ${kind} of your own and name them under operations.${kind}.`,
  });
}

/** What to do about a file that is refused and as Holdfast wrote it. */
export function refusedAsWritten(kind: Kind): string {
  const { command } = words[kind];
  return `${command} wrote the file and nobody changed it: run it again with --force; if the file is refused still, that is a defect of Holdfast: report it.`;
}

/** What to do where files as Holdfast wrote them read what the service does not export. */
export function madeForOtherMetrics(kind: Kind): string {
  return `${words[kind].command} wrote that for other metrics: run it again with --run RUN, which takes what the service was seen to export.`;
}
