import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { columnsOf } from "@holdfast/core";
import { plainPage, renderTerminal } from "./terminal.ts";
import { checklist } from "./testing/fixture.ts";
import { hostileChecklist } from "./testing/hostile.ts";

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
    const left = Number(/… (\d+) more findings? in the report/.exec(text)?.[1]);
    const shown = text.match(/^ {4}[✗!?] /gm)?.length ?? 0;
    assert.equal(shown + left, 11);
    assert.match(text, /failed too: /);
  });

  it("tells a finding to its end, wrapped below itself", () => {
    const because =
      "48 attempts for one call in 10 s and not seen to give up, at one every 203 ms; declared are 3";
    const items = checklist.items.map((item) => ({
      ...item,
      checks: item.checks.map((check) => (check.id === "bounded" ? { ...check, because } : check)),
    }));
    const text = renderTerminal({ ...checklist, items }, { ...screen, rows: 80 });
    assert.match(text, /^ {4}✗ fail {3}bounded: 48 attempts.*\n {13}\S.*declared are 3$/m);
    assert.ok(text.replaceAll(/\s+/g, " ").includes(because));
    assert.doesNotMatch(text, /^ {4}.*…$/m);
  });

  it("keeps the seed, whatever else stands beside it", () =>
    assert.match(
      renderTerminal({ ...checklist, wallMs: 7_261_000 }, { ...screen, columns: 60 }),
      /seed 4207/,
    ));

  it("tells checks of one reason on one line", () => {
    const items = checklist.items.map((item, at) => ({
      ...item,
      checks: item.checks.map((check) =>
        at === 0 ? { ...check, verdict: "inconclusive" as const, because: "no metrics" } : check,
      ),
    }));
    assert.match(
      renderTerminal({ ...checklist, items }, { ...screen, rows: 80 }),
      /\? open {3}\S+ and 3 more checks: no metrics/,
    );
  });

  it("tells each verdict by mark and word, with no code at all when colour is off", () => {
    const text = renderTerminal(checklist, { ...screen, rows: 80 });
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
