import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeliveryError } from "../errors.ts";
import { redis } from "./redis.ts";

const entry = { scope: "s:1", key: "k" };
const coded = (code: string) => (error: unknown) => isDeliveryError(error) && error.code === code;

describe("keys in Redis", () => {
  it("take a client of ioredis or of node-redis, and nothing else", async () => {
    const sent: string[][] = [];
    await redis({ call: async (...args) => void sent.push(args) }).records.find(entry);
    await redis({ sendCommand: async (args) => void sent.push([...args]) }).records.find(entry);
    assert.deepEqual(sent[0], sent[1]);
    assert.deepEqual([sent[0]?.[0], sent[0]?.[3]], ["EVALSHA", "holdfast:idempotency:3:s:1:k"]);
    assert.throws(() => redis({} as never), coded("CONFIGURATION"));
  });

  it("send a script once where the server does not know it", async () => {
    const words: string[] = [];
    const client = {
      call: async (word: string) => {
        words.push(word);
        if (word === "EVALSHA") throw new Error("NOSCRIPT No matching script.");
        return ["1"];
      },
    };
    assert.equal(await redis(client).records.find(entry), null);
    assert.deepEqual(words, ["EVALSHA", "EVAL"]);
  });

  it("give what goes wrong a code", async () => {
    const cases = {
      "NOAUTH Authentication required.": "STORE_CREDENTIALS",
      "READONLY You can't write against a read only replica.": "STORE_READ_ONLY",
      "OOM command not allowed when used memory > 'maxmemory'.": "STORE_NO_SPACE",
      "LOADING Redis is loading the dataset in memory": "STORE_UNREACHABLE",
      "connect ECONNREFUSED 127.0.0.1:1": "STORE_UNREACHABLE",
      "Connection is closed.": "STORE_UNREACHABLE",
      "ERR unknown": "STORE_FAILED",
    };
    for (const [message, code] of Object.entries(cases))
      await assert.rejects(
        redis({ call: () => Promise.reject(new Error(message)) }).records.find(entry),
        coded(code),
        message,
      );
    const silent = redis({ call: () => new Promise(() => {}) }, { answerTimeoutMs: 5 });
    await assert.rejects(silent.records.find(entry), coded("STORE_UNREACHABLE"));
  });
});
