import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isDeliveryError } from "../errors.ts";
import { capture, keptHeadersOf, replayed } from "./stored-response.ts";

const kept = keptHeadersOf([]);

function streamOf(chunks: readonly Uint8Array[], failure?: unknown): ReadableStream<Uint8Array> {
  const left = chunks.values();
  return new ReadableStream({
    pull(controller) {
      const next = left.next();
      if (!next.done) controller.enqueue(next.value);
      else if (failure === undefined) controller.close();
      else controller.error(failure);
    },
  });
}

describe("an answer that is kept", () => {
  it("is sent as it was, byte by byte, and given again the same or not at all, whatever its size and chunks", async () => {
    const reached = new Set<boolean>();
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(chunk, { maxLength: 12 }),
        fc.integer({ min: 0, max: 120 }),
        async (chunks, bytesMax) => {
          const whole = Buffer.concat(chunks);
          const { response, stored } = await capture(new Response(streamOf(chunks)), kept, bytesMax);
          assert.deepEqual(Buffer.from(await response.arrayBuffer()), whole);
          assert.equal(stored.replayable, whole.byteLength <= bytesMax);
          reached.add(stored.replayable);
          const again = replayed(stored);
          if (stored.replayable) assert.deepEqual(Buffer.from(await again.arrayBuffer()), whole);
          else assert.equal(again.status, 409);
        },
      ),
    );
    assert.equal(reached.size, 2);
  });

  it("keeps no cookie, no date and nothing of one connection, and more headers where it is told to", async () => {
    const headers = {
      "Set-Cookie": "a=b",
      Date: "now",
      Connection: "close",
      "Content-Length": "4",
      ETag: '"1"',
      "X-Trace": "t",
    };
    const { stored, response } = await capture(
      new Response("body", { headers }),
      keptHeadersOf(["X-Trace"]),
      10,
    );
    assert.deepEqual(stored.headers, [
      ["content-type", "text/plain;charset=UTF-8"],
      ["etag", '"1"'],
      ["x-trace", "t"],
    ]);
    assert.equal(response.headers.get("set-cookie"), "a=b");
    for (const name of ["Set-Cookie", "date", "Transfer-Encoding"])
      assert.throws(
        () => keptHeadersOf([name]),
        (error) => isDeliveryError(error) && error.code === "CONFIGURATION",
      );
  });

  it("fails with what its body fails with, before and behind the limit", async () => {
    const failure = new RangeError("broke off");
    const chunks = [new Uint8Array(8)];
    await assert.rejects(capture(new Response(streamOf(chunks, failure)), kept, 10), failure);
    const { response } = await capture(new Response(streamOf(chunks, failure)), kept, 4);
    await assert.rejects(response.arrayBuffer(), failure);
  });
});
