import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderJunit } from "./junit.ts";
import { checklist } from "./testing/fixture.ts";
import { hostileChecklist } from "./testing/hostile.ts";
import { xmlProblems } from "./testing/xml-problems.ts";

const text = renderJunit(checklist);

function testcase(name: string): string {
  return new RegExp(`<testcase name="${name}[^>]*?(?:/>|>.*?</testcase>)`, "s").exec(text)?.[0] ?? "";
}

describe("junit.xml", () => {
  it("is well-formed, also with hostile text", () => {
    assert.deepEqual(xmlProblems(text), []);
    assert.deepEqual(xmlProblems(renderJunit(hostileChecklist(checklist))), []);
  });

  it("counts what it holds", () => {
    const [, tests, failures, skipped] =
      /<testsuites[^>]* tests="(\d+)" failures="(\d+)" skipped="(\d+)"/.exec(text) ?? [];
    assert.equal(Number(tests), text.match(/<testcase /g)?.length);
    assert.equal(Number(failures), text.match(/<failure /g)?.length);
    assert.equal(Number(skipped), text.match(/<skipped /g)?.length);
    assert.equal(text.match(/<testsuite /g)?.length, 10);
  });

  it("tells a fail as a failure with diagnosis, remedy and the command that repeats it", () => {
    assert.match(
      testcase("bounded"),
      /<failure message="48 attempts[^"]*" type="critical">.*Remedy: Count attempts.*Repeat: holdfast verify --only bounded/s,
    );
    assert.match(testcase("bounded"), /file="services\/checkout\/holdfast.yaml" line="32"/);
  });

  it("tells advice without failing", () => {
    assert.match(testcase("backs-off"), /<system-out>advice: /);
    assert.doesNotMatch(testcase("backs-off"), /<failure/);
  });

  it("skips what was not decided, with the reason", () => {
    assert.match(testcase("jitters"), /<skipped message="inconclusive: The spread/);
    assert.match(testcase("opens"), /<skipped message="not tested: /);
    assert.match(testcase("poison-is-parked"), /<skipped message="not applicable: /);
  });

  it("skips an accepted fail, with who accepted it and until when", () => {
    assert.match(
      testcase("classification"),
      /<skipped message="accepted until 2026-12-31 by team-payments: /,
    );
  });
});
