import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import type { Connection } from "../connection.ts";
import { postgresHints } from "./hints.ts";

function counted() {
  const told: string[] = [];
  let released = 0;
  const connection: Connection = {
    query: async (sql) => {
      told.push(sql);
      return { rows: [], count: 0, command: "NOTIFY" };
    },
    release: () => {
      released += 1;
    },
    destroy: () => {},
  };
  const hints = postgresHints({ connect: async () => connection, limitMs: 1_000, channel: "c" });
  return { hints, told, released: () => released };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe("hints by NOTIFY", () => {
  it("go at once when there was none for a while, and as one more when there were", async (test) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    test.after(() => mock.timers.reset());
    const { hints, told, released } = counted();

    hints.send();
    await settled();
    assert.deepEqual(told, ['NOTIFY "c"']);

    for (let at = 0; at < 100; at++) hints.send();
    await settled();
    assert.equal(told.length, 1);
    mock.timers.tick(10);
    await settled();
    assert.equal(told.length, 2);

    mock.timers.tick(10);
    await settled();
    assert.equal(told.length, 2);
    assert.equal(released(), 2);
  });

  it("end with the store", async (test) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    test.after(() => mock.timers.reset());
    const { hints, told } = counted();
    hints.send();
    hints.send();
    await hints.close();
    mock.timers.tick(10);
    hints.send();
    await settled();
    assert.equal(told.length, 1);
  });
});
