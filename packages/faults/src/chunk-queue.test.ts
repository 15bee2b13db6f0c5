import assert from "node:assert/strict";
import { it } from "node:test";
import { ChunkQueue } from "./chunk-queue.ts";

function queue(): { queue: ChunkQueue; told: string[] } {
  const told: string[] = [];
  const onFull = (): void => void told.push("full");
  const onSpace = (): void => void told.push("space");
  return { queue: new ChunkQueue({ bytesMax: 4, onFull, onSpace }), told };
}

const chunk = (text: string, arrivedAt = 0) => ({ bytes: Buffer.from(text), arrivedAt });

it("gives chunks in order, those that come later too, and ends when it is closed", async () => {
  const { queue: chunks } = queue();
  chunks.push(chunk("a", 1));
  const read = (async () => {
    const seen: string[] = [];
    for await (const { bytes, arrivedAt } of chunks) seen.push(`${Buffer.from(bytes)}@${arrivedAt}`);
    return seen;
  })();
  await Promise.resolve();
  chunks.push(chunk("b", 2));
  chunks.close();

  assert.deepEqual(await read, ["a@1", "b@2"]);
});

it("asks for a pause beyond its bound and for more once there is space", async () => {
  const { queue: chunks, told } = queue();
  chunks.push(chunk("abc"));
  assert.deepEqual(told, []);
  chunks.push(chunk("de"));
  assert.deepEqual(told, ["full"]);
  await chunks[Symbol.asyncIterator]().next();

  assert.deepEqual(told, ["full", "space"]);
});

it("tells a failure after what came before it, and none once it is closed", async () => {
  const { queue: failing } = queue();
  failing.push(chunk("a"));
  failing.fail(new Error("gone"));
  const iterator = failing[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).done, false);
  await assert.rejects(iterator.next(), /gone/);

  const { queue: closed } = queue();
  closed.close();
  closed.fail(new Error("too late"));
  assert.equal((await closed[Symbol.asyncIterator]().next()).done, true);
});
