import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { migrations } from "@holdfast/delivery/operations";
import { sqlite } from "@holdfast/delivery/sqlite";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const elements = JSON.stringify([
  ["reserve", "step"],
  ["capture", "pivot"],
  ["ship", "step"],
]);

describe("holdfast saga", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-saga-"));
  const file = join(folder, "shop.db");
  let database: DatabaseSync;

  before(() => {
    database = new DatabaseSync(file);
    const { tables } = sqlite(":memory:");
    for (const { statements } of migrations)
      for (const statement of statements(tables, "sqlite")) database.exec(statement);
    const now = Date.now();
    const row = database.prepare(
      "insert into holdfast_saga (id, name, definition, elements, input, lineage, status, during, place, failures, error, due_ms, created_ms, changed_ms, ended_ms) values (?, 'place-order', 'abc', ?, '{\"card\":\"secret\"}', '{}', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    row.run(
      "order-1",
      elements,
      "stuck",
      "compensating",
      0,
      12,
      "Error: inventory\u001b[2J is down",
      now + 600_000,
      now - 3_000,
      now - 2_000,
      null,
    );
    row.run(
      "order-2",
      elements,
      "completed",
      null,
      3,
      0,
      null,
      null,
      now - 90_000_000,
      now - 86_400_000,
      now - 86_400_000,
    );
    row.run("order-3", elements, "running", null, 2, 0, null, now - 60_000, now - 1_000, now - 60_000, null);
    database.exec(
      "insert into holdfast_saga_step (saga_id, place, name, mark, calls, undo_calls, failures, undo_failures, result, error, started_ms, changed_ms) values ('order-1', 0, 'reserve', 'done', 1, 12, 0, 12, '{\"seat\":7}', 'Error: inventory is down', 1, 1), ('order-1', 1, 'capture', 'rejected', 1, 0, 1, 0, null, 'Error: card refused', 1, 1)",
    );
  });
  after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  const run = async (...args: string[]): Promise<{ status: number; out: string; err: string }> => {
    const io = bufferIo({ env: { HOLDFAST_DATABASE_URL: `sqlite:${file}` } });
    const status = await dispatch(commands, "1.0.0", ["saga", ...args], io);
    return { status, out: io.stdout(), err: io.stderr() };
  };

  it("lists sagas, those that began last first, and what fails in them", async () => {
    const { status, out } = await run("list");
    assert.equal(status, 0);
    assert.deepEqual(
      out.split("\n").map((line) => line.replace(/ {2,}[\d.]+ (s|min|d) ago/, " …")),
      [
        "running …  order-3  place-order at ship",
        "stuck …  order-1  place-order at reserve",
        "    while compensating, failed 12 times, Error: inventory\uFFFD[2J is down",
        "completed …  order-2  place-order",
        "3 sagas.",
        "",
      ],
    );
    assert.ok(out.split("\n").every((line) => line.length <= 80));
  });

  it("lists what it is asked for", async () => {
    assert.match((await run("list", "--status", "stuck")).out, /order-1(.|\n)*1 saga\.\n$/);
    assert.match((await run("list", "--since", "1h")).out, /2 sagas\.\n$/);
    assert.match((await run("list", "--name", "other")).out, /^0 sagas\.\n$/);
    const { sagas, more } = JSON.parse((await run("list", "--limit", "2", "--json")).out);
    assert.deepEqual([sagas.map(({ id }: { id: string }) => id), more], [["order-3", "order-1"], true]);
  });

  it("shows one step by step, and its data only when asked", async () => {
    const { out } = await run("show", "order-1");
    assert.match(out, /status {3}stuck while compensating\n/);
    assert.match(out, /next {5}in (9\.\d|10) min\n/);
    assert.match(
      out,
      / {2}> reserve {2}step {3}done; 1 call; 12 undo calls, 12 failed\n {6}Error: inventory is down\n/,
    );
    assert.match(out, / {4}capture {2}pivot {2}rejected; 1 call, 1 failed\n {6}Error: card refused\n/);
    assert.match(out, / {4}ship {5}step\n/);
    assert.doesNotMatch(out, /secret|seat/);
    assert.match((await run("show", "order-1", "--payload")).out, /"seat":7(.|\n)*"card":"secret"/);
    const shown = JSON.parse((await run("show", "order-1", "--json")).out).saga;
    assert.deepEqual(
      [shown.status, shown.steps.length, shown.input, shown.steps[0].result],
      ["stuck", 3, undefined, undefined],
    );
    assert.match(
      (await run("show", "order-3")).out,
      /next {5}due, for 1 min: no worker runs, or none knows its definition\n/,
    );
  });

  it("has a stuck one tried again, and says where there is nothing to try", async () => {
    const resumed = await run("retry", "order-1");
    assert.deepEqual(
      [resumed.status, resumed.out],
      [0, "The saga order-1 is due at once; a worker that knows its definition takes it up.\n"],
    );
    const { saga: now } = JSON.parse((await run("show", "order-1", "--json")).out);
    assert.deepEqual(
      [now.status, now.during, now.failures, now.dueInMs <= 0],
      ["compensating", null, 0, true],
    );
    const over = await run("retry", "order-2", "--json");
    assert.deepEqual([over.status, JSON.parse(over.out).retried], [1, "over"]);
  });

  it("says what was written wrong", async () => {
    for (const [args, told] of [
      [["look"], /expected list, show or retry/],
      [["show"], /needs the id/],
      [["list", "--status", "lost"], /lost/],
    ] as const) {
      const { status, err } = await run(...args);
      assert.equal(status, 2);
      assert.match(err, told);
    }
    const unknown = await run("show", "order-9");
    assert.match(unknown.err, /SAGA_UNKNOWN: There is no saga order-9/);
    assert.notEqual(unknown.status, 0);
  });
});
