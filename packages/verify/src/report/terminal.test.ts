import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainPage, renderTerminal } from "./terminal.ts";
import { checklist } from "./testing/fixture.ts";
import { hostileChecklist } from "./testing/hostile.ts";
import { columnsOf } from "./text.ts";

const screen = { ...plainPage, rows: 36 };

describe("the one-screen checklist", () => {
  it("never writes a line wider than the terminal", () => {
    for (const columns of [60, 80, 132])
      for (const line of renderTerminal(checklist, { ...screen, columns }).split("\n"))
        assert.ok(columnsOf(line) <= columns, `${columns}: ${line}`);
  });

  it("stays within the rows it is given, and counts the findings it leaves out", () => {
    const text = renderTerminal(checklist, { ...screen, rows: 32 });
    assert.ok(text.trimEnd().split("\n").length <= 32, text);
    const left = Number(/… (\d+) more findings in the report/.exec(text)?.[1]);
    const shown = text.match(/^ {4}[✗!?] /gm)?.length ?? 0;
    assert.equal(shown + left, 11);
    for (const first of ["attempt", "bounded", "key-stable"])
      assert.match(text, new RegExp(`✗ fail +${first}`));
  });

  it("tells each verdict by mark and word, with no code at all when colour is off", () => {
    const text = renderTerminal(checklist, screen);
    assert.ok(!text.includes("\u001B"));
    const items = checklist.items.map((item) =>
      item.verdict === "advice" ? { ...item, verdict: "pass" as const } : item,
    );
    assert.ok(renderTerminal({ ...checklist, items }, screen).includes("✓ pass "));
    for (const word of [
      "✗ fail ",
      "◐ incomplete ",
      "– not applicable ",
      "! advice         Correlated",
      "? open ",
    ])
      assert.ok(text.includes(word), word);
  });

  it("says the same in colour", () => {
    const painted = renderTerminal(checklist, { ...screen, color: true });
    assert.ok(painted.includes("\u001B[31m✗ fail"));
    assert.equal(painted.replace(/\p{Cc}\[\d+m/gu, ""), renderTerminal(checklist, screen));
  });

  it("writes seven-bit letters when the terminal knows no others", () => {
    const text = renderTerminal(checklist, { ...screen, unicode: false });
    assert.match(text, /^[\n\x20-\x7E]*$/);
    assert.match(text, /x fail/);
  });

  it("says where the HTML lies and what the exit status means", () => {
    const text = renderTerminal(checklist, {
      ...screen,
      html: "runs/a/report.html",
      exit: { status: 1, meaning: "something failed" },
    });
    assert.match(text, /Report {2}runs\/a\/report\.html\nExit 1 {2}something failed\n$/);
  });

  it("names the target only when there is more than one", () => {
    assert.doesNotMatch(renderTerminal(checklist, screen), /bounded at /);
    const [first, ...rest] = checklist.items;
    assert.ok(first !== undefined);
    const other = { ...first, checks: first.checks.map((check) => ({ ...check, integration: "ledger" })) };
    const text = renderTerminal({ ...checklist, items: [other, ...rest] }, { ...screen, columns: 120 });
    assert.match(text, /attempt at ledger\.charge: /);
    assert.match(text, /bounded at payments\.charge: /);
  });

  it("lets nobody send commands to the terminal", () => {
    const text = renderTerminal(hostileChecklist(checklist), { ...screen, html: "a\u001B]0;x\u0007" });
    assert.doesNotMatch(text, /[^\P{Cc}\n]|\u202E/u);
  });

  it("says that a run ended early", () => {
    assert.match(
      renderTerminal({ ...checklist, interrupted: "stopped by Ctrl-C" }, screen),
      /Ended early: stopped by Ctrl-C/,
    );
  });
});
