import type { RunbookRule } from "../finding.ts";

const unfinished =
  /\bTO[D]O\b|\bFIX[M]E\b|\bTBD\b|\bTBC\b|\bXXX+\b|lorem ipsum|\?\?\?|<(your|insert|replace|fill)[^>]*>|\bcoming soon\b|(?<!\b(?:has|have|had|need|needs|needed|going|able|has not|have not)\s)\bto be (written|done|defined|added|decided)\b|\bcommand needed\b/i;

/** A gap that somebody meant to fill is found by whoever needs what should be there. */
export const finished: RunbookRule = {
  id: "finished",
  question: "Is nothing left to be written?",
  example: ["## Escalation", "", "The second number is TBD."].join("\n"),
  find({ prose, blocks, sections }) {
    const lines = [
      ...prose,
      ...sections.map(({ line, title }) => ({ line, text: title })),
      ...blocks.flatMap(({ line, text }) =>
        text.split("\n").map((each, index) => ({ line: line + 1 + index, text: each })),
      ),
    ].toSorted((a, b) => a.line - b.line);
    return lines.flatMap(({ line, text }) => {
      const found = unfinished.exec(text)?.[0];
      if (found === undefined) return [];
      const remedy = "Write what belongs there, or take the line out.";
      return [
        { severity: "error" as const, line, says: `"${found}" stands where something is missing`, remedy },
      ];
    });
  },
};
