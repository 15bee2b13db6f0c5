import type { Case, Miss, Score } from "./score.ts";

/** The scores as a table for people, in Markdown. */
export function scoreTable(scores: readonly Score[]): string {
  const rows = scores.map((one) => [
    one.id,
    share(one.sensitivity, one.sensitivityInterval),
    share(one.specificity, one.specificityInterval),
    String(one.falsePass),
    String(one.inconclusive),
    String(one.cases),
  ]);
  return table(
    ["check", "sensitivity (95 %)", "specificity (95 %)", "false pass", "inconclusive", "cases"],
    rows,
  );
}

/** Every verdict that is not what the zoo knows to be true, as a table; a sentence when there is none. */
export function missTable(misses: readonly Miss[]): string {
  if (misses.length === 0) return "Every verdict was what the zoo knows to be true.\n";
  const alike = Map.groupBy(misses, ({ subject, check, verdict }) => `${subject} ${check} ${verdict}`);
  const rows = [...alike.values()].flatMap((those) => {
    const last = those.at(-1);
    if (last === undefined) return [];
    const { subject, check, expected, verdict, because } = last;
    return [[subject, check, expected, verdict, String(those.length), cell(because)]];
  });
  return table(["consumer", "check", "expected", "verdict", "times", "because (the last time)"], rows);
}

/** One line as a case is done. */
export function caseLine(one: Case): string {
  const own = one.said.find((said) => said.check === one.fails)?.verdict;
  const alarms = one.said.filter(
    ({ check, verdict }) =>
      check !== one.fails && !one.mayFail.includes(check) && (verdict === "fail" || verdict === "advice"),
  );
  const open = one.said.filter(({ check, verdict }) => check !== one.fails && verdict === "inconclusive");
  const says = [
    one.error ?? (one.fails === null ? "clean" : `${one.fails}: ${own ?? "nothing"}`),
    ...alarms.map(({ check, verdict }) => `! ${check}: ${verdict}`),
    ...open.map(({ check }) => `? ${check}`),
  ];
  return `${one.subject.padEnd(28)} ${seconds(one.wallMs).padStart(7)}  ${says.join("  ")}`;
}

/** A table in Markdown whose columns line up in plain text too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return `${[line(head), rule, ...rows.map(line)].join("\n")}\n`;
}

/** `12.4 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `93 %`. */
export function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

function share(value: number | null, [low, high]: readonly [number, number]): string {
  return value === null ? "no case" : `${percent(value)} (${percent(low)} – ${percent(high)})`;
}

/** Text that fits into a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
