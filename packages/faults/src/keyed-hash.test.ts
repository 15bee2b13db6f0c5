import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { it } from "node:test";
import { keyedHash } from "./keyed-hash.ts";

it("is HMAC-SHA-256, for every size of key and data", () => {
  for (const keyBytes of [1, 32, 64, 65, 200]) {
    const key = randomBytes(keyBytes);
    const hash = keyedHash(key);
    for (const dataBytes of [0, 1, 63, 64, 65, 4031, 4032, 4033, 20_000]) {
      const data = randomBytes(dataBytes);
      assert.equal(
        hash(data, 32),
        createHmac("sha256", key).update(data).digest("hex"),
        `${keyBytes}/${dataBytes}`,
      );
    }
  }
});

it("takes texts as UTF-8 and shortens the digest to so many bytes", () => {
  const hash = keyedHash(Buffer.from("key"));

  assert.equal(hash("Käse", 4), createHmac("sha256", "key").update("Käse").digest("hex").slice(0, 8));
});
