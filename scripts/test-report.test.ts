import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type TestEvent, TestReport } from "./lib/test-report.ts";

const file = "/x/a.test.ts";
const event = (type: string, data: TestEvent["data"]): TestEvent => ({ type, data: { file, ...data } });
const pass = event("test:pass", { name: "works", nesting: 0 });
const skip = (reason: string | boolean) => [
  event("test:start", { name: "redis", nesting: 0 }),
  event("test:start", { name: "keeps keys", nesting: 1 }),
  event("test:pass", { name: "keeps keys", nesting: 1, skip: reason }),
];

function summaryOf(
  events: readonly TestEvent[],
  options: { requireServices?: boolean; stoppedBecause?: string } = {},
) {
  const report = new TestReport((path) => path.replace("/x/", ""));
  const lines = events.map((each) => report.take(each)).join("");
  const { requireServices = false, stoppedBecause = null } = options;
  return { lines, ...report.summary({ requireServices, stoppedBecause }) };
}

describe("test report", () => {
  it("names every skip with its path and reason", () => {
    const { ok, text } = summaryOf([pass, ...skip("service: no redis")]);
    assert.ok(ok);
    assert.match(text, /a\.test\.ts › redis › keeps keys\n\s+service: no redis/);
    assert.match(text, /1 passed, 0 failed, 1 skipped/);
  });

  it("fails on a missing service where services are required, and only then", () => {
    assert.equal(summaryOf([pass, ...skip("service: no redis")], { requireServices: true }).ok, false);
    assert.equal(summaryOf([pass, ...skip("Linux only")], { requireServices: true }).ok, true);
  });

  it("tells the tests of a helper under the file that uses it", () => {
    const law = { file: "/x/laws.ts", name: "holds", nesting: 1 };
    const { text } = summaryOf([
      event("test:start", { name: "latency", nesting: 0 }),
      event("test:start", law),
      event("test:fail", { ...law, details: { error: { cause: new Error("broken") } } }),
    ]);
    assert.match(text, /✗ a\.test\.ts › latency › holds/);
    assert.match(text, /^1 files:/m);
  });

  it("tells of the files that a bundle loads, each with its own tests and time, and of the bundle only what failed in it", () => {
    const bundle = "/x/bundle.mjs";
    const of = (path: string, name: string, ms: number) => [
      event("test:start", { file: path, name, nesting: 0 }),
      event("test:pass", { file: path, name, nesting: 0, details: { duration_ms: ms } }),
    ];
    const lost = { file: bundle, name: "loads /x/c.test.ts", nesting: 0 };
    const events = [
      ...of("/x/a.test.ts", "one", 3),
      ...of("/x/a.test.ts", "two", 4),
      ...of("/x/b.test.ts", "three", 5),
      event("test:start", lost),
      event("test:fail", { ...lost, details: { error: { cause: new Error("at load") } } }),
      event("test:summary", { file: bundle }),
    ];
    const members = ["/x/a.test.ts", "/x/b.test.ts"];
    const report = new TestReport((path) => path.replace("/x/", ""), new Map([[bundle, members]]));
    const lines = events.map((each) => report.take(each)).join("");
    assert.match(lines, /✓ a\.test\.ts {2}2 passed \(7 ms\)\n✓ b\.test\.ts {2}1 passed \(5 ms\)/);
    assert.match(lines, /✗ bundle\.mjs › loads \/x\/c\.test\.ts\n\s+Error: at load/);
    const { ok, text } = report.summary({ requireServices: false, stoppedBecause: null });
    assert.equal(ok, false);
    assert.match(text, /3 files: 3 passed, 1 failed/);
  });

  it("says so when a skip gives no reason", () => {
    assert.match(summaryOf([pass, ...skip(true)]).text, /no reason given/);
  });

  it("fails when a test failed, and shows the error and the output of the file", () => {
    const { ok, lines, text } = summaryOf([
      pass,
      event("test:stdout", { message: "it printed this\n" }),
      event("test:start", { name: "breaks", nesting: 0 }),
      event("test:fail", { name: "breaks", nesting: 0, details: { error: { cause: new Error("boom") } } }),
    ]);
    assert.equal(ok, false);
    assert.match(lines, /boom/);
    assert.match(lines, /it printed this/);
    assert.match(text, /✗ a\.test\.ts › breaks/);
  });

  it("fails when a file breaks outside of any test", () => {
    const error = { failureType: "subtestsFailed", cause: "exit 1" };
    const { ok, text } = summaryOf([
      pass,
      event("test:fail", { name: file, nesting: 0, details: { error } }),
    ]);
    assert.equal(ok, false);
    assert.match(text, /the file itself/);
  });

  it("does not count a suite twice for the failure of its tests", () => {
    const error = { failureType: "subtestsFailed" };
    const events = [pass, event("test:fail", { name: "suite", nesting: 0, details: { error } })];
    assert.match(summaryOf(events).text, /1 passed, 0 failed/);
  });

  it("fails when nothing ran or the run was stopped", () => {
    assert.equal(summaryOf([]).ok, false);
    assert.equal(summaryOf([pass], { stoppedBecause: "it hangs" }).ok, false);
  });
});
