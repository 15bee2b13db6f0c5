import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderIncident } from "./incident.ts";
import { renderMarkdown } from "./markdown.ts";
import { cellCode, code, md, prose } from "./markdown-text.ts";
import { renderRunbookGaps } from "./runbook-gaps.ts";
import { checklist, observations } from "./testing/fixture.ts";
import { hostileChecklist, hostileObservations } from "./testing/hostile.ts";

const hostile = hostileChecklist(checklist);

describe("Markdown reports", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["checklist.md", renderMarkdown(hostile)],
    ["runbook-gaps.md", renderRunbookGaps(hostile)],
    ...hostile.incidents.map((one): readonly [string, string] => [
      one.id,
      renderIncident(hostile, hostileObservations(observations), one),
    ]),
  ];
  for (const [name, text] of texts)
    it(`let no markup of others into ${name}`, () => {
      const outsideCode = text.replace(/(`+)[^`].*?[^`]?\1(?!`)/g, "");
      assert.doesNotMatch(outsideCode, /<(?!\/?(?:b|br)>)/);
      assert.doesNotMatch(outsideCode, /(?<!\\)\[a\]\(/);
      assert.doesNotMatch(text, /[^\P{Cc}\n]|\u202E/u);
    });

  it("say nothing of calls and exchanges where none was judged", () => {
    const items = checklist.items.map((item) => ({
      ...item,
      checks: item.checks.map((check) => ({ ...check, samples: 0, fired: 0 })),
    }));
    assert.match(renderMarkdown(checklist), /8 calls judged; fault took hold on/);
    assert.doesNotMatch(renderMarkdown({ ...checklist, items }), /calls judged|took hold|Numbers: *$/m);
  });

  it("keep their tables whole", () => {
    for (const line of renderMarkdown(hostile)
      .split("\n")
      .filter((one) => one.startsWith("| "))) {
      const bars = line.replaceAll("\\|", "").match(/\|/g)?.length ?? 0;
      assert.ok([3, 4, 5, 6].includes(bars), line);
    }
  });

  it("tell the rule, the numbers, the contract line and the command of a check", () => {
    const text = renderMarkdown(checklist);
    for (const part of [
      "`holdfast.yaml:32`",
      "attempts per call 48 attempts (95 %: 47 to 49 attempts)",
      "- Repeat: `holdfast verify --only bounded --seed 4207`",
      "- Accepted: until 2026-12-31 by team-payments",
    ])
      assert.ok(text.includes(part), part);
  });
});

describe("Markdown text", () => {
  it("makes letters with a meaning harmless", () =>
    assert.equal(md("a*b_c|<d>&[e]"), "a\\*b\\_c\\|&lt;d&gt;&amp;\\[e\\]"));
  it("starts no heading, list or link", () => {
    assert.equal(md("# a"), "\\# a");
    assert.equal(md("- a"), "\\- a");
    assert.equal(md("1. a"), "\\1. a");
    assert.equal(md("http://x"), "http&#58;//x");
  });
  it("fences code with more backticks than it holds", () => {
    assert.equal(code("a`b"), "``a`b``");
    assert.equal(code("`a"), "`` `a ``");
    assert.equal(cellCode("a|b"), "`a\\|b`");
  });
  it("keeps code that our own sentences quote", () =>
    assert.equal(prose("Call `destroy()` at *once*."), "Call `destroy()` at \\*once\\*."));
});

describe("an incident draft", () => {
  const [incident] = checklist.incidents;
  assert.ok(incident !== undefined);
  const text = renderIncident(checklist, observations, incident);

  it("has the sections of a post-mortem, in order", () => {
    const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    assert.deepEqual(titles, [
      "Summary",
      "Impact",
      "Timeline",
      "What was seen",
      "Likely cause",
      "Mitigation",
      "Follow-ups",
      "Evidence",
    ]);
  });
  it("counts its timeline from the first event", () => assert.match(text, /\| \+0 ms \| Attempt 1 is sent/));
  it("tells what was seen from the observations", () => {
    assert.match(
      text,
      /Attempt 2 at 207 ms, 201 ms later: answered 201, over in 4 ms, executed by the provider/,
    );
  });
  it("names the command that shows the mending", () =>
    assert.match(text, /- \[ \] See `holdfast verify --only one-effect-on-lost-reply/));
  it("still stands when its finding and observations are gone", () => {
    const bare = renderIncident({ ...checklist, findings: [] }, [], incident);
    assert.match(bare, /## Impact/);
    assert.doesNotMatch(bare, /undefined|null/);
  });
});
