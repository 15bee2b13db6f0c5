import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explain } from "../explain.ts";
import { explanationMarkdown } from "./markdown.ts";

describe("an explanation in Markdown", () => {
  const policy = {
    deadline: "2s",
    attemptTimeout: "500ms",
    retry: { attempts: 2 },
    fallback: "a_b*c",
  } as const;

  it("has headings below the title of its page, lists and tables", () => {
    const text = explanationMarkdown(explain({ ...policy, name: "catalog" }));
    assert.match(text, /^## catalog\n\nA call ends within 2s, whatever happens\./);
    assert.match(text, /\n\n### Attempts\n\n- \*\*At most:\*\* 2 attempts, the first included\n/);
    assert.match(
      text,
      /\n\| Calls per second \| 1 \| 10 \| 100 \|\n\|---\|--:\|--:\|--:\|\n\| Attempts per call, at most \| 2 \|/,
    );
    assert.match(text, /[^\n]\n$/);
  });

  it("has no title where the policy has no name", () => {
    assert.match(explanationMarkdown(explain(policy)), /^A call ends/);
  });

  it("takes names as they are, not as markup", () => {
    assert.match(explanationMarkdown(explain(policy)), /a\\_b\\\*c answers/);
  });
});
