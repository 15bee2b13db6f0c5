import type { RunbookRule } from "../finding.ts";
import { rolledBack, sectionFor } from "../sections.ts";

/** What stands between a command and its verb: `-n shop`, `--context=prod`. */
const flags = /(?:-{1,2}[\w-]+(?:[= ]\S+)?\s+){0,6}/.source;

/** Commands that change something, by program. */
const changes: readonly RegExp[] = [
  new RegExp(
    `kubectl\\s+${flags}(delete|scale|rollout\\s+(restart|undo)|apply|patch|replace|create|edit|drain|cordon|uncordon|taint|set|annotate|label)\\b`,
  ),
  new RegExp(`helm\\s+${flags}(upgrade|rollback|uninstall|install)\\b`),
  /systemctl\s+(?:-{1,2}[\w-]+\s+){0,3}(restart|stop|start|reload|disable)\b/,
  /service\s+\S+\s+(restart|stop|start)\b/,
  /docker\s+(compose\s+)?(restart|stop|rm|kill|up|down)\b/,
  /(terraform\s+apply|reboot)\b/,
  /(aws\s+\S+\s+(modify|delete|update|reboot|stop|terminate|put)-|gcloud\s[^\n]*\b(delete|update|reset|stop)\b)/,
  /vault\s+(kv\s+)?(put|delete)\b/,
  /curl\s[^\n]*(-X\s*|--request[ =])"?(POST|PUT|PATCH|DELETE)\b/,
  /(truncate|drop\s+table|delete\s+from|update\s+\w+\s+set|insert\s+into|alter\s+\w+|pg_(terminate|cancel)_backend)\b/,
  /redis-cli\s[^\n]*\b(flushall|flushdb|del|set)\b/,
  /(rabbitmqctl\s+(purge|delete|stop|set_|clear_|close_)|nats\s+(stream|consumer)\s+(rm|purge))/,
  /(redrive|discard|purge)\b/,
  /(rm\s+-|kill\s|--force)/,
];
const changing = new RegExp(`(?<![\\w-])(${changes.map(({ source }) => source).join("|")})`, "i");

/** What a step says about going back. */
const reversal =
  /\b(roll(s|ed|ing)?[- ](\w+[- ]){0,3}back|rollback|tak(e|es|ing)\s+(it|this|that|them)\s+back|undo|undone|revert(s|ed|ing)?|reversible|irreversible|idempotent|harmless|safe to (repeat|run again)|(can|may) be (repeated|run again)|go(es)? back)\b/i;

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
  ].join("\n"),
  find(outline) {
    const section = sectionFor("mitigation", outline);
    if (section === undefined) return [];
    const ways = rolledBack(outline);
    const bounds = section.blocks.map(({ line, text }) => line + text.split("\n").length + 1);
    return section.blocks.flatMap((block, index) => {
      const command = changing.exec(block.text)?.[0];
      if (command === undefined) return [];
      if (ways.some(({ from, to }) => block.line > from && block.line < to)) return [];
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
            "Write beside it, or in a section ## Rollback, how to roll it back, that it is safe to repeat, or that it is irreversible.",
        },
      ];
    });
  },
};
