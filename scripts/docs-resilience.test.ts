import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { policyDefaults } from "@holdfast/core";
import { errorCodes, failureClasses, type ResilienceEvent } from "@holdfast/resilience";
import { repository } from "./lib/tree.ts";

const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const [capability, migration, guide] = [
  "docs/resilience.md",
  "docs/migrate-to-resilience.md",
  "guide/references/circuit-breaker.md",
];

/** The first cells, in marks of code, of the table below a header. */
function firstCells(text: string, header: string): string[] {
  const [, after = ""] = text.split(`${header}\n`);
  const [table = ""] = after.split("\n\n");
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = ""]) => cell);
}

/** The names of a page's headings, as a link spells them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** Numbers that pages tell in words: the words, what is true of the code, and what the words say. */
const { retry, breaker } = policyDefaults;
const quoted: readonly (readonly [page: string, words: string, is: unknown, says: unknown])[] = [
  [capability, "one of twelve [codes]", errorCodes.length, 12],
  [capability, "one of seven classes", failureClasses.length, 7],
  [capability, "five times as long by default", retry.backoff.throttledBaseMs / retry.backoff.baseMs, 5],
  [capability, "with `full`, the default", retry.backoff.jitter, "full"],
  [capability, "By default nothing is idempotent", policyDefaults.idempotent, false],
  [capability, "`timeouts: enforced`, the default", policyDefaults.timeouts, "enforced"],
  [capability, "(default: it does not wait)", policyDefaults.rate.maxWaitMs, 0],
  [migration, "`retry.attempts`, left out: 3 |", retry.attempts, 3],
  [migration, "left out: 100 ms, doubling", [retry.backoff.baseMs, retry.backoff.factor], [100, 2]],
  [migration, "up to 1 s, full jitter", [retry.backoff.capPerBase, retry.backoff.jitter], [10, "full"]],
  [migration, "left out: ten times the base", retry.backoff.capPerBase, 10],
  [migration, "`retry.retryAfter.cap`, left out: 30 s", retry.retryAfter.capMs, 30_000],
  [migration, "`breaker.minCalls`, left out: 20", breaker.minCalls, 20],
  [migration, "`breaker.failureRate`, left out: 50 %", breaker.failureRate, 0.5],
  [migration, "`breaker.window`, left out: 10 s", breaker.windowMs, 10_000],
  [migration, "`breaker.open.base`, left out: 5 s", breaker.open.baseMs, 5_000],
  [
    migration,
    "doubles up to a minute, ±20 %",
    breaker.open,
    { ...breaker.open, factor: 2, capMs: 60_000, jitter: 0.2 },
  ],
  [migration, "left out: 3 probes of which 60 %", [breaker.probes, breaker.probeSuccess], [3, 0.6]],
  [migration, "`breaker.probes`, left out: 3", breaker.probes, 3],
  [
    guide,
    "50 % of 20 or more calls in 10 s",
    [breaker.failureRate, breaker.minCalls, breaker.windowMs],
    [0.5, 20, 10_000],
  ],
  [guide, "5 s at first and a minute at most", [breaker.open.baseMs, breaker.open.capMs], [5_000, 60_000]],
  [guide, "60 % of 3 probes", [breaker.probeSuccess, breaker.probes], [0.6, 3]],
];

describe("the pages about @holdfast/resilience", () => {
  it("have the headings of a capability's page", () => {
    const headings = [...read(capability).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, [
      "What it does",
      "When to use it",
      "Settings",
      "What it reports",
      "How it goes wrong",
    ]);
  });

  it("name every class of failures, every code of an error and every event", () => {
    const text = read(capability);
    const events: Readonly<Record<ResilienceEvent["type"], true>> = {
      "attempt.started": true,
      "attempt.ended": true,
      "retry.waiting": true,
      "call.ended": true,
      "breaker.changed": true,
    };
    assert.deepEqual(
      firstCells(text, "| class | it says | for example | sent again |").sort(),
      [...failureClasses].sort(),
    );
    assert.deepEqual(firstCells(text, "| code | the call |"), [...errorCodes]);
    assert.deepEqual(firstCells(text, "| event | tells |"), Object.keys(events));
  });

  it("name every entry point, and none that there is not", () => {
    const manifest = JSON.parse(read("packages/resilience/package.json")) as {
      exports: Record<string, unknown>;
    };
    const entries = Object.keys(manifest.exports).filter(
      (entry) => entry !== "." && entry !== "./package.json",
    );
    const named = read(capability).matchAll(/@holdfast\/resilience\/([\w-]+)/g);
    assert.deepEqual([...new Set([...named].map(([, name]) => `./${name}`))].sort(), entries.sort());
  });

  for (const [page, words, is, says] of quoted) {
    it(`tell a number as it is: ${words}`, () => {
      assert.ok(read(page).replaceAll(/\s+/g, " ").includes(words), page);
      assert.deepEqual(is, says);
    });
  }

  it("link to nothing that is not there", () => {
    for (const page of [capability, migration]) {
      for (const [, target = "", anchor = ""] of read(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
        const path = target === "" ? page : join(dirname(page), target);
        assert.ok(existsSync(join(repository, path)), `${page}: ${target}`);
        assert.ok(anchor === "" || anchorsOf(read(path)).includes(anchor), `${page}: ${target}#${anchor}`);
      }
    }
  });
});
