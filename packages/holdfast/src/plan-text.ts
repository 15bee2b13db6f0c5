import { type Contract, formatPath } from "@holdfast/contract";
import { formatDuration, wrapped } from "@holdfast/core";
import { profileNames } from "@holdfast/verify";
import type { Planned } from "./system-verify.ts";

/** A plan as people read it, in so many columns: each experiment, what it does, for which checks. */
export function planText(
  { plan, profile, estimatesMs }: Planned,
  contract: Contract,
  columns: number,
): string {
  const running = plan.experiments.filter(({ samples }) => samples > 0);
  const samples = running.reduce((sum, experiment) => sum + experiment.samples, 0);
  const places = Map.groupBy(running, placeOf);
  const lines = [...places].flatMap(([place, experiments]) => [
    ...indented(`${place}:`, columns, "", "  "),
    ...experiments.flatMap((one) => experimentLines(one, columns)),
    "",
  ]);
  const skipped = plan.notApplicable.flatMap(({ check, at, because }) =>
    indented(`${check} at ${at}: ${because}`, columns, "  ", "    "),
  );
  const head = [
    `${running.length} experiments, ${samples} calls; nothing was run.`,
    `Expected: about ${rounded(plan.estimateMs)}; no schedule could beat ${rounded(plan.lowerBoundMs)}.`,
    `Profiles: ${profileNames.map((each) => `${each} about ${rounded(estimatesMs[each])}`).join(", ")}; this is ${profile}.`,
  ];
  return [
    ...head.flatMap((line) => indented(line, columns, "", "  ")),
    "",
    ...lines,
    ...(skipped.length === 0 ? [] : ["Not applicable here:", ...skipped, ""]),
    notesText(contract, columns),
  ].join("\n");
}

type Planning = Planned["plan"]["experiments"][number];

/** `place-order/payments.charge` of `place-order/payments.charge/hang-forever`. */
function placeOf({ id, name }: Planning): string {
  return id.endsWith(`/${name}`) ? id.slice(0, -name.length - 1) : id;
}

function experimentLines({ name, samples, summary, checks }: Planning, columns: number): readonly string[] {
  return [
    ...indented(name, columns, `${String(samples).padStart(5)} × `, "        "),
    ...indented(summary, columns, "        ", "        "),
    ...indented(`for ${checks.join(", ")}`, columns, "        ", "        "),
  ];
}

/** A text on lines of at most so many columns, the first and the further ones set in. */
function indented(text: string, columns: number, first: string, further: string): readonly string[] {
  const lines = wrapped(text, columns - Math.max(first.length, further.length));
  return lines.map((line, at) => `${at === 0 ? first : further}${line}`);
}

function rounded(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / 1_000)) * 1_000);
}

/** What the contract holds that is not built yet, and what in it is hardly meant, in so many columns; empty when there is neither. */
export function notesText({ notBuilt, warnings }: Contract, columns: number): string {
  const listed = (line: number, text: string): readonly string[] =>
    indented(`line ${line}: ${text}`, columns, "  ", "    ");
  const known = notBuilt.flatMap(({ place, path, what }) =>
    listed(place.line, `${formatPath(path)}: ${what}`),
  );
  const doubtful = warnings.flatMap(({ place, says, remedy }) => listed(place.line, `${says} ${remedy}`));
  const lines = [
    ...(known.length === 0 ? [] : ["Known, but not built yet (its checks are not-tested):", ...known]),
    ...(doubtful.length === 0 ? [] : ["Hardly meant:", ...doubtful]),
  ];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
