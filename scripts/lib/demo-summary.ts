import type { Defect } from "../../examples/checkout/defects.ts";
import { type Verdict, wrapped } from "../../packages/core/src/index.ts";
import type { Checklist, CheckResult } from "../../packages/verify/src/index.ts";

/** What a verified version of the example brought. */
export interface Verified {
  readonly checklist: Checklist;
  /** Where its HTML lies; `null` when none was found. */
  readonly html: string | null;
}

/** A mistake with what its check said. */
interface Looked {
  readonly defect: Defect;
  readonly result: CheckResult | undefined;
}

/** The demo's last page, and what did not come out as it should. */
export interface DemoSummary {
  readonly text: string;
  /** Empty when every mistake was found and nothing of the hardened version failed, nor stayed open where it is required. */
  readonly problems: readonly string[];
}

const pageColumns = 100;

/** How the verdict of a check begins that needs what this machine does not have. */
const withoutPromtool = "promtool is not on the PATH";

const marks: Readonly<Record<Verdict | "incomplete", string>> = {
  pass: "✓ pass",
  fail: "✗ FAIL",
  advice: "! advice",
  inconclusive: "? open",
  incomplete: "◐ incomplete",
  "not-applicable": "– n/a",
  "not-tested": "○ not tested",
};

/** Compares both versions and the list of mistakes that one of them makes. */
export function demoSummary(naive: Verified, hardened: Verified, defects: readonly Defect[]): DemoSummary {
  const looked = defects.map((defect) => ({ defect, result: resultFor(naive.checklist, defect) }));
  const missed = looked.filter(({ result }) => result?.verdict !== "fail");
  const open = ofVerdict(hardened.checklist, "inconclusive");
  const isAsItMayBe = ({ required, because }: CheckResult): boolean =>
    required === false || because.startsWith(withoutPromtool);
  const problems = [
    ...missed.map(missedText),
    ...ofVerdict(hardened.checklist, "fail").map(({ id, because }) => `hardened fails ${id}: ${because}`),
    ...open.filter((one) => !isAsItMayBe(one)).map(openText),
  ];
  const lines = [
    ...sideBySide(naive.checklist, hardened.checklist),
    "",
    `Mistakes planted in examples/checkout/naive: ${defects.length}. Found: ${defects.length - missed.length}.`,
    "",
    ...looked.flatMap(foundLines),
    "",
    ...otherLines(naive.checklist, defects),
    // What no item needs may stay open on a machine that is busy with other things, alerts on one without Prometheus: that is told, and no more.
    ...open.filter(isAsItMayBe).flatMap((one) => hanging("  ? ", openText(one))),
    ...(problems.length === 0
      ? []
      : ["NOT AS IT SHOULD BE", ...problems.map((problem) => `  ✗ ${problem}`), ""]),
    ...reportLines("naive   ", naive),
    ...reportLines("hardened", hardened),
  ];
  return { text: `${lines.join("\n")}\n`, problems };
}

function resultFor({ items }: Checklist, defect: Defect): CheckResult | undefined {
  return items
    .flatMap(({ checks }) => checks)
    .find(
      ({ id, integration, operation }) =>
        id === defect.check && integration === defect.integration && operation === defect.operation,
    );
}

function ofVerdict({ items }: Checklist, verdict: Verdict): readonly CheckResult[] {
  return items.flatMap(({ checks }) => checks).filter((check) => check.verdict === verdict);
}

function missedText({ defect, result }: Looked): string {
  const said = result === undefined ? "did not run" : `says ${result.verdict}: ${result.because}`;
  return `mistake not found: ${defect.id}. ${defect.check} ${said}`;
}

function openText({ id, because }: CheckResult): string {
  return `hardened leaves ${id} open: ${because}`;
}

/** Items, and below them every check that was built, naive left and hardened right. */
function sideBySide(naive: Checklist, hardened: Checklist): readonly string[] {
  const row = (name: string, left: string, right: string): string =>
    `${name.padEnd(36)}${left.padEnd(16)}${right}`;
  const lines = [row("", "naive", "hardened"), "─".repeat(66)];
  for (const [at, item] of naive.items.entries()) {
    const other = hardened.items[at];
    lines.push(row(item.title, marks[item.verdict], other === undefined ? "" : marks[other.verdict]));
    for (const check of item.checks.filter(({ verdict }) => verdict !== "not-tested")) {
      const twin = other?.checks.find(
        ({ id, operation }) => id === check.id && operation === check.operation,
      );
      lines.push(row(`    ${check.id}`, marks[check.verdict], twin === undefined ? "" : marks[twin.verdict]));
    }
  }
  return lines;
}

function foundLines({ defect, result }: Looked): readonly string[] {
  const found = result?.verdict === "fail";
  const because = found ? `${defect.check}: ${result.because}` : `by ${defect.check}`;
  return [
    ...hanging(found ? "  ✓ " : "  ✗ ", found ? defect.what : `NOT FOUND  ${defect.what}`),
    ...hanging("      ", because),
  ];
}

/** A paragraph that fits a page, indented below its mark. */
function hanging(mark: string, text: string): readonly string[] {
  return wrapped(text, pageColumns - mark.length).map(
    (line, at) => (at === 0 ? mark : " ".repeat(mark.length)) + line,
  );
}

function otherLines(naive: Checklist, defects: readonly Defect[]): readonly string[] {
  const known = new Set(defects.map(({ check }) => check));
  const others = ofVerdict(naive, "fail").filter(({ id }) => !known.has(id));
  if (others.length === 0) return [];
  return [`Also failing there, as a consequence: ${others.map(({ id }) => id).join(", ")}.`, ""];
}

function reportLines(name: string, { checklist, html }: Verified): readonly string[] {
  const took = `${(checklist.wallMs / 1_000).toFixed(1)} s`;
  const more = `${checklist.incidents.length} incident drafts, ${checklist.runbookGaps.length} runbook gaps`;
  return [`Report ${name}  ${html ?? "(no HTML was written)"}`, `                 ${took}, ${more}`];
}
