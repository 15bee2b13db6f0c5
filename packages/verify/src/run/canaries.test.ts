import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { canariesIn, searched, testCardNumber, withoutCanaries } from "./canaries.ts";

const secret = searched({ kind: "authorization", value: 'hfcanary+1/2"x' });

describe("canaries", () => {
  const shows: Record<string, string> = {
    plain: `token hfcanary+1/2"x seen`,
    "URL-encoded": `GET /?t=${encodeURIComponent('hfcanary+1/2"x')}`,
    "JSON-escaped": JSON.stringify({ authorization: 'Bearer hfcanary+1/2"x' }),
  };
  for (const before of ["", "a", "ab", "abc"]) {
    shows[`base64 after "${before}"`] = Buffer.from(`${before}hfcanary+1/2"x tail`).toString("base64");
    shows[`base64url after "${before}"`] = Buffer.from(`${before}hfcanary+1/2"x`).toString("base64url");
  }
  for (const [how, line] of Object.entries(shows)) {
    it(`finds a secret that is ${how} and takes it out`, () => {
      assert.deepEqual(canariesIn(line, [secret]), [secret]);
      assert.deepEqual(canariesIn(withoutCanaries(line, [secret]), [secret]), []);
    });
  }

  it("finds nothing in lines without it, and never looks for short values", () => {
    assert.deepEqual(canariesIn("hfcanary+1/2 and nothing else", [secret]), []);
    assert.deepEqual(canariesIn("abc", [searched({ kind: "configured-secret", value: "abc" })]), []);
  });

  it("plants card numbers that pass the check digit", () => {
    const random = seededRandom(1);
    for (let round = 0; round < 50; round++) {
      const digits = [...testCardNumber(random)].map(Number);
      assert.equal(digits.length, 16);
      const doubled = digits.map((digit, index) => (index % 2 === 0 ? digit * 2 : digit));
      const sum = doubled.reduce((total, digit) => total + (digit > 9 ? digit - 9 : digit), 0);
      assert.equal(sum % 10, 0);
    }
  });
});
