import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answers } from "./framing/answer-cases.ts";
import { connections } from "./framing/connection-cases.ts";
import { type Conversation, converse } from "./framing/converse.ts";
import type { FramingCase } from "./framing/framing-case.ts";
import { requestBodies, requestHeads } from "./framing/request-cases.ts";

const rows = [...requestHeads, ...requestBodies, ...connections, ...answers];
const said = ({ talk }: FramingCase, by: 0 | 1): string => talk.filter((_, turn) => turn % 2 === by).join("");
const healthy = { fault: null, bytewise: false, silent: false, answers: 0 };
const refused = (told: string): number => told.split("HTTP/1.1 503").length - 1;

/** What the proxy must say about a conversation that it could not read to its end. */
function problemsOf({ name, outcome }: FramingCase): readonly string[] {
  if (["read", "tunnel", "unsolicited"].includes(outcome)) return [];
  return [outcome === "unread" && name.startsWith("a head of") ? "HEAD_TOO_LARGE" : "OPAQUE_CONNECTION"];
}

function assertPassed(row: FramingCase, seen: Conversation): void {
  assert.equal(seen.provider, said(row, 0), "what the provider received");
  assert.equal(seen.consumer, said(row, 1), "what the consumer received");
}

for (const bytewise of [false, true]) {
  describe(`framing: bytes pass as they are and are read for what they are, ${bytewise ? "one by one" : "at once"}`, () => {
    for (const row of rows) {
      it(row.name, async () => {
        const seen = await converse(row, { ...healthy, bytewise });

        assertPassed(row, seen);
        assert.deepEqual(seen.exchanges, row.exchanges);
        assert.equal(seen.opaque, row.outcome !== "read");
        assert.deepEqual(seen.problems, problemsOf(row));
      });
    }
  });
}

describe("framing: a fault that changes nothing changes nothing, or says that it cannot act", () => {
  const fault = { kind: "latency", delayMs: 0 };
  const breaksOff = ({ outcome }: FramingCase): boolean =>
    outcome === "broken-body" || outcome === "doubtful-answer";

  for (const row of rows.filter((one) => !breaksOff(one))) {
    it(row.name, async () => {
      // Behind the last request of a connection that a fault had in its hands comes the end.
      const last = row.outcome === "behind-close";
      const held = last ? { ...row, talk: row.talk.slice(0, 2) } : row;
      const seen = await converse(held, { ...healthy, fault });

      // What nobody asked for is lost behind a fault, and is never taken for the next answer.
      if (row.outcome === "unsolicited") assert.equal(seen.consumer, row.asked);
      else assertPassed(held, seen);
      assert.deepEqual(seen.exchanges, row.exchanges);
      assert.ok(seen.fired.every(Boolean), "a fault did not take hold");
      assert.deepEqual(seen.problems, last ? [] : problemsOf(row));
    });
  }
  for (const row of rows.filter(breaksOff)) {
    it(`breaks off: ${row.name}`, async () => {
      const seen = await converse(row, { ...healthy, fault });

      assert.deepEqual(seen.problems, ["FAULT_BROKE_OFF"]);
      assert.equal(seen.ended, "ECONNRESET");
      assert.ok(said(row, 0).startsWith(seen.provider));
      assert.ok(said(row, 1).startsWith(seen.consumer));
    });
  }
});

describe("framing: a fault answers each request that is read, and of those the provider hears nothing", () => {
  const fault = { kind: "status", status: 503, body: "" };
  const isRead = ({ outcome }: FramingCase): boolean => outcome !== "unread" && outcome !== "broken-body";

  for (const row of rows.filter(isRead)) {
    it(row.name, async () => {
      const alone = row.outcome === "tunnel" || row.outcome === "behind-close";
      const talk = alone ? row.talk.slice(0, 1) : row.talk;
      const answers = row.exchanges.length;
      const seen = await converse({ ...row, talk }, { fault, bytewise: false, silent: true, answers });

      const later = row.outcome === "unread-later";
      assert.equal(refused(seen.consumer), answers);
      assert.equal(seen.provider, later ? row.talk[2] : "", "what the provider received");
      assert.ok(seen.fired.every(Boolean), "a fault did not take hold");
      assert.deepEqual(seen.problems, later ? ["OPAQUE_CONNECTION"] : []);
    });
  }
  for (const row of rows.filter(({ outcome }) => outcome === "unread")) {
    it(`cannot act: ${row.name}`, async () => {
      const seen = await converse(row, { ...healthy, fault });

      assertPassed(row, seen);
      assert.deepEqual([seen.exchanges, seen.problems], [[], problemsOf(row)]);
    });
  }
  for (const row of rows.filter(({ outcome }) => outcome === "broken-body")) {
    it(`breaks off: ${row.name}`, async () => {
      const seen = await converse(row, { fault, bytewise: false, silent: true, answers: 1 });

      assert.deepEqual([seen.provider, seen.consumer, seen.ended], ["", "", "ECONNRESET"]);
      assert.deepEqual([seen.fired, seen.problems], [[false], ["FAULT_BROKE_OFF"]]);
    });
  }
});
