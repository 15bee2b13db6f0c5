import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { isCodedError } from "@holdfast/core";
import { readTraffic, type TrafficOptions } from "./run-traffic.ts";
import type { Seen } from "./seen.ts";

const format = '$msec $request_time "$request" $status';
const line = (second: number) => `17958396${second}.000 0.010 "GET /v1/prices/${second} HTTP/1.1" 200`;

async function read(
  t: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  options: Partial<TrafficOptions> & { readonly tracesText?: string } = {},
) {
  const home = mkdtempSync(join(tmpdir(), "holdfast-traffic-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const seen: Seen[] = [];
  const places = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(home, name), text);
    return { path: join(home, name), name };
  });
  const { tracesText, ...rest } = options;
  if (tracesText !== undefined) writeFileSync(join(home, "otlp.json"), tracesText);
  const traces =
    tracesText === undefined ? {} : { traces: { path: join(home, "otlp.json"), name: "otlp.json" } };
  const done = await readTraffic({
    files: places,
    signal: t.signal,
    take: (one) => seen.push(one),
    ...traces,
    ...rest,
  });
  return { seen, done };
}

const fails = (says: RegExp) => (error: unknown) =>
  isCodedError(error) && error.code === "USAGE" && says.test(error.message);

describe("traffic", () => {
  it("of several files comes in the order of its times, gzip or not", async (t) => {
    const files = {
      "a.log": `${line(10)}\n${line(30)}\n`,
      "b.log.gz": gzipSync(`${line(20)}\n${line(40)}\n`),
    };

    const { seen } = await read(t, files, { format });

    assert.deepEqual(
      seen.map((one) => (one.kind === "request" ? one.target : "")),
      ["/v1/prices/10", "/v1/prices/20", "/v1/prices/30", "/v1/prices/40"],
    );
  });

  it("says which line is the first that nothing could be made of", async (t) => {
    const { done } = await read(t, { "a.log": `${line(10)}\n\u0000\u0001\n` }, { format });

    assert.deepEqual(done.files[0]?.unreadable, { line: 2, count: 1 });
    assert.equal(done.files[0]?.requests, 1);
  });

  it("refuses a format that fits no line", async (t) => {
    await assert.rejects(read(t, { "a.log": "something else\n" }, { format }), fails(/no line of a\.log/));
  });

  it("refuses traces that are none, and a file that is not there", async (t) => {
    await assert.rejects(read(t, {}, { tracesText: "{}" }), fails(/holds no traces/));
    const gone = { path: join(tmpdir(), "holdfast-is-not-there.log"), name: "gone.log" };
    await assert.rejects(read(t, {}, { files: [gone] }), fails(/gone\.log cannot be read \(ENOENT\)/));
  });

  it("reads traces, one document or one on each line", async (t) => {
    const attributes = [
      { key: "http.request.method", value: { stringValue: "GET" } },
      { key: "url.path", value: { stringValue: "/a" } },
    ];
    const span = {
      traceId: "9a",
      spanId: "1",
      name: "GET",
      kind: 3,
      startTimeUnixNano: "1000000",
      endTimeUnixNano: "2000000",
      attributes,
    };
    const document = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });

    const whole = await read(t, {}, { tracesText: document });
    const lines = await read(t, {}, { tracesText: `${document}\n${document}\n` });

    assert.deepEqual([whole.done.spans, lines.done.spans], [1, 2]);
  });
});
