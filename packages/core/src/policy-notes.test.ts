import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPolicy } from "./policy-document.ts";
import { policyNotes } from "./policy-notes.ts";

describe("notes on a policy", () => {
  it("tell of attempts that the deadline leaves no time for, without refusing them", () => {
    const read = readPolicy({
      deadline: "2s",
      attemptTimeout: "800ms",
      retry: { attempts: 3, backoff: { base: "100ms", cap: "1s" } },
    });
    assert.ok("policy" in read);
    // 800 + 100 + 800 fits, another 200 + 800 does not.
    assert.match(read.notes[0]?.note ?? "", /3 attempts take 2\.7s, but the deadline is 2s: 2 of 3 fit/);
  });

  it("count the waits that the runtime would make where none are declared", () => {
    const policy = { deadlineMs: 1_000, attemptTimeoutMs: 100, retry: { attempts: 5 } };
    // Waits of 100, 200, 400 and 800.
    assert.match(policyNotes(policy)[0]?.note ?? "", /5 attempts take 2s, .*: 3 of 5 fit/);
    assert.match(policyNotes({ ...policy, deadlineMs: 1_100 })[0]?.note ?? "", /4 of 5 fit/);
    const flat = { attempts: 5, backoff: { capMs: 50 } };
    assert.deepEqual(policyNotes({ ...policy, retry: flat }), []);
  });

  it("have nothing to say where a time or the number of attempts is not declared", () => {
    const attempts = { attempts: 9 };
    for (const policy of [
      {},
      { deadlineMs: 1_000, attemptTimeoutMs: 900, retry: {} },
      { deadlineMs: 1_000, retry: attempts },
      { attemptTimeoutMs: 900, retry: attempts },
      { deadlineMs: 1_000, attemptTimeoutMs: 900 },
    ])
      assert.deepEqual(policyNotes(policy), []);
  });
});
