import type { RunbookRule } from "../finding.ts";
import { sectionFor } from "../sections.ts";

/** Commands that change something. */
const changing =
  /\b(kubectl\s+(delete|scale|rollout\s+(restart|undo)|apply|patch|edit|drain|cordon|set|annotate)|systemctl\s+(restart|stop|start)|helm\s+(upgrade|rollback|uninstall)|docker\s+(restart|stop|rm|kill)|terraform\s+apply|redrive|discard|purge|truncate|drop\s+table|delete\s+from|update\s+\w+\s+set|insert\s+into|alter\s+\w+|rm\s+-|kill\s|curl\s[^\n]*-X\s*(POST|PUT|PATCH|DELETE)|rabbitmqctl\s+(purge|delete|stop)|nats\s+(stream|consumer)\s+(rm|purge)|--force)/i;

/** What a step says about going back. */
const reversal =
  /\b(roll(s|ed)?[- ]?back|undo|undone|revert(s|ed)?|reversible|irreversible|idempotent|harmless|safe to (repeat|run again)|can be repeated|cannot be undone|go(es)? back)\b/i;

/** Who does the wrong thing under stress wants to know whether it can be taken back. */
export const reversible: RunbookRule = {
  id: "reversible",
  question: "Does each step that changes something say how it is taken back, or that it cannot be?",
  find(outline) {
    const section = sectionFor("mitigation", outline);
    if (section === undefined) return [];
    const bounds = section.blocks.map(({ line, text }) => line + text.split("\n").length + 1);
    return section.blocks.flatMap((block, index) => {
      const command = changing.exec(block.text)?.[0];
      if (command === undefined) return [];
      // What belongs to a step stands between the block before it and the one after it.
      const [from, to] = [
        bounds[index - 1] ?? section.line,
        section.blocks[index + 1]?.line ?? Number.POSITIVE_INFINITY,
      ];
      const said = section.prose.filter(({ line }) => line >= from && line < to).map(({ text }) => text);
      if (reversal.test([...said, block.text].join("\n"))) return [];
      return [
        {
          severity: "error" as const,
          line: block.line,
          says: `"${command.trim()}" changes something, and nothing says how it is taken back`,
          remedy:
            "Write beside it how to roll it back, that it is safe to repeat, or that it is irreversible.",
        },
      ];
    });
  },
};
