import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Connection, withinLimit } from "./connection.ts";
import { settledSession } from "./session.ts";

function connection(): Connection & { readonly ends: string[] } {
  const ends: string[] = [];
  return {
    ends,
    query: () => Promise.resolve({ rows: [], count: 0, command: "" }),
    release: () => void ends.push("released"),
    destroy: () => void ends.push("destroyed"),
  };
}

describe("a connection that is asked for", () => {
  it("is had within the limit or not at all, and goes back to its pool when it comes late", async () => {
    const late = Promise.withResolvers<Connection>();
    await assert.rejects(withinLimit(late.promise, 5), { code: "STORE_UNREACHABLE" });
    const one = connection();
    late.resolve(one);
    await late.promise;
    assert.deepEqual(one.ends, ["released"]);

    const other = connection();
    assert.equal(await withinLimit(Promise.resolve(other), 1_000), other);
    assert.deepEqual(other.ends, []);
    await assert.rejects(withinLimit(Promise.reject(new Error("no")), 1_000), /no/);
  });

  it("is ended when its settings cannot be made, or its pool would never have it back", async () => {
    let closed = 0;
    const session = {
      dialect: "postgres" as const,
      query: () => Promise.reject(new Error("the server went away")),
      transaction: () => Promise.reject(new Error("unused")),
      close: async () => void closed++,
    };
    await assert.rejects(
      settledSession(session, async (on) => void (await on.query("set x"))),
      /went away/,
    );
    assert.equal(closed, 1);
  });
});
