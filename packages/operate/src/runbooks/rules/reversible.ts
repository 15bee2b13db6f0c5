import { changeIn } from "../changes.ts";
import type { RunbookFinding, RunbookRule } from "../finding.ts";
import { rolledBack, sectionFor } from "../sections.ts";
import { untoldSteps } from "../steps.ts";

/** What a step says about going back. */
const reversal =
  /\b(roll(s|ed|ing)?[- ](\w+[- ]){0,3}back|rollback|tak(e|es|ing)\s+(it|this|that|them)\s+back|undo|undone|revert(s|ed|ing)?|reversible|irreversible|idempotent|harmless|safe to (repeat|run again)|(can|may) be (repeated|run again)|go(es)? back|back ?out|revers(e|ed|es)|permanent(ly)?|(set|put|switch|scale|turn|bring|change|point)(s|es|ting|ing)? ([\w-]+ ){0,4}back)\b/i;

/** Who does the wrong thing under stress wants to know whether it can be taken back. */
export const reversible: RunbookRule = {
  id: "reversible",
  question: "Does each step that changes something say how it is taken back, or that it cannot be?",
  example: [
    "## Mitigation",
    "",
    "Send traffic to the second provider:",
    "",
    "```sh",
    "kubectl set env deploy/checkout PROVIDER=second",
    "```",
    "",
    "Then stop the batch: `kubectl delete job nightly`.",
  ].join("\n"),
  find(outline) {
    const section = sectionFor("mitigation", outline);
    if (section === undefined) return [];
    const ways = rolledBack(outline);
    const bounds = section.blocks.map(({ line, text }) => line + text.split("\n").length + 1);
    const isTold = (line: number): boolean => ways.some(({ from, to }) => line > from && line < to);
    const inBlocks = section.blocks.flatMap((block, index) => {
      const command = changeIn(block.text);
      if (command === null || isTold(block.line)) return [];
      // What belongs to a step stands between the block before it and the one after it.
      const [from, to] = [
        bounds[index - 1] ?? section.line,
        section.blocks[index + 1]?.line ?? Number.POSITIVE_INFINITY,
      ];
      const said = section.prose.filter(({ line }) => line >= from && line < to).map(({ text }) => text);
      return reversal.test([...said, block.text].join("\n")) ? [] : [silent(block.line, command)];
    });
    const inProse = untoldSteps(section, outline, (text) => reversal.test(text))
      .filter(({ line }) => !isTold(line))
      // A step is told of once.
      .filter(({ from, to }) => !inBlocks.some(({ line }) => line >= from && line <= to))
      .map(({ line, change }) => silent(line, change));
    return [...inBlocks, ...inProse];
  },
};

function silent(line: number, change: string): Omit<RunbookFinding, "rule"> {
  return {
    severity: "error",
    line,
    says: `"${change}" changes something, and nothing says how it is taken back`,
    remedy:
      "Write beside it, or in a section ## Rollback, how to roll it back, that it is safe to repeat, or that it is irreversible.",
  };
}
