import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type Baggage,
  newTraceContext,
  noBaggage,
  parseBaggage,
  seededRandom,
  startedBy,
} from "@holdfast/core";
import { runInside } from "../src/system-ambient.ts";
import {
  type ChildEnvironmentOptions,
  childEnvironment,
  insideEnvironment,
} from "../src/system-environment.ts";

const trace = newTraceContext(seededRandom(1));
const baggage = parseBaggage("tenant=acme,session=s3cret");
const request = { remainingMs: () => 50, idempotencyKey: null, trace, baggage };
const inside = (options?: ChildEnvironmentOptions) =>
  runInside(request, () => startedBy(childEnvironment(options)));

describe("the environment of a child process", () => {
  it("tells each child a span of its own in the trace, and of the baggage only what is named", () => {
    const [first, second] = [inside(), inside({ baggage: ["tenant"] })];
    assert.deepEqual(
      [first, second].map((one) => one.trace?.traceId),
      [trace.traceId, trace.traceId],
    );
    assert.equal(new Set([first, second].map((one) => one.trace?.parentId).concat(trace.parentId)).size, 3);
    assert.deepEqual(
      [first.baggage, second.baggage, inside({ baggage: "all" }).baggage],
      ["", "tenant=acme", baggage],
    );
  });

  it("is that of this process otherwise, without what that was started with", () => {
    assert.equal(childEnvironment()["PATH"], process.env["PATH"]);
    const environment = { TRACEPARENT: "00-stale", TRACESTATE: "stale=1", BAGGAGE: "stale=1", A: "1" };
    assert.deepEqual(childEnvironment({ environment }), { A: "1" });
  });

  it("goes through a real process, and on into what that one starts", async () => {
    const script = fileURLToPath(new URL("support/environment.child.ts", import.meta.url));
    const env = runInside(request, () => childEnvironment({ baggage: ["tenant"] }));
    const child = spawn(process.execPath, ["--conditions=@holdfast/source", script], { env });
    const [told] = await Promise.all([text(child.stdout), once(child, "exit")]);
    const { came, next } = JSON.parse(told) as { came: [string, Baggage]; next: [string, string, Baggage] };
    assert.deepEqual(came, [trace.traceId, "tenant=acme"]);
    const [traceId, parentId, passed] = next;
    assert.deepEqual([traceId, passed], [trace.traceId, noBaggage]);
    assert.notEqual(parentId, startedBy(env).trace?.parentId);
  });

  it("lets a command that nobody started run as ever", () => {
    assert.equal(
      insideEnvironment(() => 7, {}),
      7,
    );
  });
});
