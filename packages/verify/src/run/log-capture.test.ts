import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { describe, it } from "node:test";
import type { CallLogRecord, LeakRecord } from "../model.ts";
import { searched } from "./canaries.ts";
import { captureLogs } from "./log-capture.ts";

function capture() {
  const records: (CallLogRecord | LeakRecord)[] = [];
  const kept: string[] = [];
  const logs = captureLogs({
    instance: "i1",
    experiment: "e",
    canaries: [searched({ kind: "card", value: "4000001234567899" })],
    now: () => 7,
    redact: (text) => text.replaceAll("hunter2", "«secret»"),
    keep: (line) => kept.push(line),
    record: (record) => records.push(record),
    aside: "/metrics",
  });
  return { logs, records, kept };
}

describe("log capture", () => {
  it("counts the lines of a call, and those that carry its id", () => {
    const { logs, records } = capture();
    logs.open("c1", ["trace-1"]);
    logs.take("stdout", ["hello", "trace-1 began", "WARN slow", "trace-1 ended"], false);
    logs.close();
    const [record] = records;
    assert.deepEqual(record, {
      type: "call-log",
      call: "c1",
      instance: "i1",
      lines: 4,
      linesWithId: 2,
      excerpt: ["trace-1 began", "WARN slow", "trace-1 ended", "hello"],
    });
  });

  it("gives no call the lines that tell of the reading of metrics", () => {
    const { logs, records, kept } = capture();
    logs.open("c1", ["trace-1"]);
    logs.take("stdout", ['{"path":"/metrics","status":200}', "trace-1 before GET /metrics", "other"], false);
    logs.close();
    const [record] = records;
    assert.deepEqual(record?.type === "call-log" && record.excerpt, ["trace-1 before GET /metrics", "other"]);
    assert.equal(kept.length, 3);
  });

  it("gives a late line with an id to the call that it belongs to", () => {
    const { logs, records } = capture();
    logs.open("c1", ["trace-1"]);
    logs.open("c2", ["trace-2"]);
    logs.take("stdout", ["trace-1 ended", "neither"], false);
    logs.close();
    const counts = records.map(
      (record) => record.type === "call-log" && [record.call, record.lines, record.linesWithId],
    );
    assert.deepEqual(counts, [
      ["c1", 1, 1],
      ["c2", 1, 0],
    ]);
  });

  it("tells planted secrets with their call before it replaces them, and keeps no line with one", () => {
    const { logs, records, kept } = capture();
    logs.open("c1", ["trace-1"]);
    logs.take("stderr", ["card=4000001234567899 pw=hunter2"], false);
    const leak = records.find((record) => record.type === "leak");
    assert.equal(leak?.canary, "card");
    assert.equal(leak?.call, "c1");
    assert.equal(leak?.stream, "stderr");
    const all = JSON.stringify([records, kept, logs.lastWords()]);
    assert.ok(!all.includes("4000001234567899") && !all.includes("hunter2"), all);
    assert.ok(kept[0]?.includes("[canary: card]"));
  });

  it("takes from a file of all instances only what carries an id", () => {
    const { logs, records, kept } = capture();
    logs.open("c1", ["trace-1"]);
    logs.take("file", ["someone else's", "trace-1 mine"], true);
    logs.close();
    assert.equal(records[0]?.type === "call-log" && records[0].lines, 1);
    assert.deepEqual(kept, []);
  });

  it("puts lines together that arrive in pieces, characters cut in half included", async () => {
    const { logs, kept } = capture();
    const stream = new PassThrough();
    logs.follow("stdout", stream);
    const bytes = Buffer.from("grün\r\nblau");
    stream.write(bytes.subarray(0, 3));
    stream.write(bytes.subarray(3));
    stream.end();
    await finished(stream);
    assert.deepEqual(kept, ["7.0 i1 stdout grün", "7.0 i1 stdout blau"]);
  });

  it("remembers only the last words", () => {
    const { logs } = capture();
    logs.take(
      "stdout",
      Array.from({ length: 100 }, (_, index) => `line ${index}`),
      false,
    );
    assert.equal(logs.lastWords().length, 40);
    assert.equal(logs.lastWords().at(-1), "line 99");
  });
});
