import { wrapped } from "@holdfast/core";
import {
  declaredText,
  fingerprintName,
  rangeText,
  type Seen,
  type Standing,
  seenText,
  standingWords,
  traitNames,
} from "@holdfast/verify";
import type { ExitStatus } from "./command.ts";
import { type ComparedTrait, type Comparison, countOf } from "./comparison.ts";

/** The comparison as people read it: a line for each part of each policy, differences marked. */
export function comparisonText(comparison: Comparison, status: ExitStatus, columns: number): string {
  const { targets, run, against } = comparison;
  const head =
    against === null ? `${run} beside what its contract declares` : `${run} beside ${against}, the later one`;
  const tables = targets.map((one) =>
    [fingerprintName(one, targets), ...tableOf(one.traits, against, columns), ""].join("\n"),
  );
  return [head, "", ...tables, footOf(comparison), `Exit ${status}  ${meanings[status]}`, ""].join("\n");
}

const meanings: Readonly<Record<ExitStatus, string>> = {
  0: "nothing differs",
  1: "something differs",
  2: "the command or the contract is wrong",
  3: "nothing could be compared",
  4: "the environment failed",
};

/** As verdicts are marked: a word stands beside each, so that nobody needs the mark. */
const marks: Readonly<Record<Standing, string>> = {
  agrees: "✓",
  differs: "✗",
  "not-seen": "?",
  "not-declared": "–",
};

function tableOf(
  traits: readonly ComparedTrait[],
  against: string | null,
  columns: number,
): readonly string[] {
  const rows = traits.map((trait) => {
    const beside =
      against === null ? `declared ${declaredText(trait.field, trait.declared)}` : sideOf(trait.after);
    return { trait, name: traitNames[trait.field], seen: sideOf(trait.before), beside };
  });
  const name = widest(rows.map((row) => row.name));
  const head = " ".repeat(markColumns + name + 2);
  const side = Math.max(20, Math.floor((columns - head.length - 2) / 2));
  const seenColumns = Math.min(side, widest(rows.map((row) => row.seen)));
  return rows.flatMap(({ trait, ...row }) => {
    const seen = wrapped(row.seen, seenColumns);
    const beside = wrapped(row.beside, columns - head.length - seenColumns - 2);
    const first = `  ${marks[trait.standing]} ${standingWords[trait.standing].padEnd(12)}  ${row.name.padEnd(name)}  `;
    return Array.from({ length: Math.max(seen.length, beside.length) }, (_, at) =>
      `${at === 0 ? first : head}${(seen[at] ?? "").padEnd(seenColumns)}  ${beside[at] ?? ""}`.trimEnd(),
    );
  });
}

/** A mark, the words beside it, and the space around them. */
const markColumns = 18;

function sideOf(seen: Seen | null): string {
  if (seen === null) return "not tried";
  const range = rangeText(seen);
  return range === "" ? seenText(seen) : `${seenText(seen)} (${range})`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

function footOf(comparison: Comparison): string {
  const { agrees, differs, notSeen, notDeclared } = countOf(comparison);
  const parts = [
    `${differs} ${differs === 1 ? "differs" : "differ"}`,
    `${agrees} ${agrees === 1 ? "agrees" : "agree"}`,
    `${notSeen} not seen`,
    ...(comparison.against === null ? [`${notDeclared} not declared`] : []),
  ];
  return parts.join(" · ");
}
