import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Diagnosis } from "../../src/diagnose/diagnosis.ts";
import { diagnoseFiles } from "../../src/diagnose/run-diagnose.ts";

async function diagnose(test: TestContext, traces: string | Buffer): Promise<Diagnosis> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-traces-"));
  test.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "traces.json");
  writeFileSync(path, traces);
  const { signal } = new AbortController();
  return (await diagnoseFiles({ files: [], traces: { path, name: "traces.json" }, signal })).diagnosis;
}

const resource = (spans: readonly unknown[], service: string | null = "shop"): object => ({
  ...(service === null
    ? {}
    : { resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] } }),
  scopeSpans: [{ spans }],
});
const exported = (...resources: readonly unknown[]): string => JSON.stringify({ resourceSpans: resources });
const span = (more: object = {}): object => ({
  traceId: "a".repeat(32),
  spanId: "1".repeat(16),
  kind: 2,
  name: "GET /",
  startTimeUnixNano: "1795830000000000000",
  endTimeUnixNano: "1795830000100000000",
  ...more,
});

describe("traces as they come", () => {
  it("are refused where they are none: empty, binary, another document", async (test) => {
    for (const content of [
      "",
      "\n",
      "{}",
      "[]",
      "null",
      '{"spans":[]}',
      Buffer.from([0, 255, 10, 0, 10]),
      '{"resourceSpans":',
    ])
      await assert.rejects(diagnose(test, content), { code: "USAGE" });
  });

  it("may break off in their last line", async (test) => {
    const line = exported(resource([span()]));
    const { entries } = await diagnose(test, `${line}\n${line.slice(0, line.length / 2)}`);
    assert.equal(entries, 1);
  });

  it("may say nothing of what they should, or something else", async (test) => {
    const odd = [
      null,
      7,
      "x",
      [],
      {},
      { traceId: 7, spanId: {}, kind: "SPAN_KIND_X", links: [null, 3, { spanId: 4 }] },
    ];
    const times = [
      span({ startTimeUnixNano: "soon", endTimeUnixNano: -1 }),
      span({ spanId: "2".repeat(16), startTimeUnixNano: "9".repeat(400) }),
    ];
    const attributes = span({
      spanId: "3".repeat(16),
      attributes: [null, { key: "__proto__", value: { stringValue: "x" } }, { key: "a" }],
    });
    const diagnosis = await diagnose(
      test,
      exported(resource([...odd, ...times, attributes]), null, 7, { scopeSpans: 3 }),
    );
    assert.equal(diagnosis.entries, odd.length + times.length + 1);
    assert.equal(({} as { x?: unknown }).x, undefined);
  });

  it("tell what is broken in them with the line that shows it, links read by trace and span", async (test) => {
    const producer = span({ kind: 4, name: "create orders", spanId: "4".repeat(16) });
    const linked = span({
      traceId: "b".repeat(32),
      kind: 5,
      name: "process orders",
      links: [{ traceId: "A".repeat(32), spanId: "4".repeat(16) }],
      startTimeUnixNano: "1795829990000000000",
    });
    const nameless = resource([span({ spanId: "5".repeat(16) })], null);
    const { findings } = await diagnose(
      test,
      `${exported(resource([producer, linked]))}\n${exported(nameless)}`,
    );
    assert.deepEqual(
      findings.map(({ says, evidence }) => [says.split(" ").slice(0, 3).join(" "), evidence[0]?.line]),
      [
        ["1 span begins", 1],
        ["1 span does", 2],
      ],
    );
  });
});
