import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { type LetterRow, letterFile, letterId, writeLetters } from "../testing/letters.ts";
import { commands } from "./index.ts";

async function called(t: TestContext, letters: readonly Partial<LetterRow>[]) {
  const file = await letterFile(letters);
  t.after(() => file.close());
  const run = async (...words: string[]) => {
    const io = bufferIo({ env: { HOLDFAST_DATABASE_URL: file.address, USER: "ann" } });
    const status = await dispatch(commands, "0", ["dead-letters", ...words], io);
    return { status, out: io.stdout(), err: io.stderr() };
  };
  const rows = async (table: string) => {
    const session = await file.store.connect({ purpose: "test" });
    const { rows: read } = await session.query(`select * from ${file.store.tables.of(table)}`);
    await session.close();
    return read;
  };
  return { run, rows, store: file.store };
}

describe("holdfast dead-letters", () => {
  it("lists letters, the newest first, on two lines of 80 columns each", async (t) => {
    const { run } = await called(t, [
      { redrives: 2 },
      { consumer: null, reason: "rejected", error: `too large ${"x".repeat(200)}` },
    ]);
    const { status, out } = await run("list");
    assert.equal(status, 0);
    const lines = out.trimEnd().split("\n");
    assert.ok(
      lines.every((line) => line.length <= 80),
      out,
    );
    assert.match(lines[0] ?? "", new RegExp(`^${letterId(1)}  failed +\\d+ m?s ago  redriven 2 times$`));
    assert.equal(lines[1], "    order.placed at billing, key o-17: TypeError: no such customer");
    assert.match(lines[2] ?? "", new RegExp(`^${letterId(2)}  rejected +1(?:\\.\\d)? min ago$`));
    assert.match(lines[3] ?? "", /^ {4}order\.placed, key o-17: too large x+…$/);
    assert.equal(lines[4], "2 letters.");
  });

  it("narrows the list, says when there are more, and prints it as one document", async (t) => {
    const { run } = await called(t, [{}, { reason: "rejected" }, { type: "invoice.issued" }, {}]);
    const ids = async (...words: string[]) =>
      (JSON.parse((await run("list", "--json", ...words)).out) as { letters: { id: string }[] }).letters.map(
        ({ id }) => id,
      );
    assert.deepEqual(await ids("--reason", "rejected"), [letterId(2)]);
    assert.deepEqual(await ids("--type", "invoice.issued"), [letterId(3)]);
    assert.deepEqual(await ids("--since", "90s"), [letterId(1), letterId(2)]);
    assert.deepEqual(await ids("--until", "150s"), [letterId(4)]);
    assert.deepEqual(await ids("--since", "2100-01-01"), []);
    assert.deepEqual(await ids("--text", "NO SUCH", "--limit", "1"), [letterId(1)]);
    assert.match((await run("list", "--limit", "3")).out, /3 letters, and there are more/);
  });

  it("does not call a named letter discarded that was gone when its turn came", async (t) => {
    const { run, rows, store } = await called(t, [{}]);
    // As if somebody else had been there first: what is deleted is no longer there to be deleted.
    await store.transaction((tx) =>
      tx.query(
        `create trigger gone before delete on ${store.tables.of("dead_letter")} begin select raise(ignore); end`,
      ),
    );
    const { status, err } = await run("discard", letterId(1));
    assert.equal(status, 2);
    assert.match(err, /there is no dead letter/);
    assert.equal((await rows("dead_letter")).length, 1);
  });

  it("shows one letter whole, and its payload only when it is asked for", async (t) => {
    const { run } = await called(t, [{ error: "\u001b[31mred\nat x" }]);
    const { status, out } = await run("show", letterId(1));
    assert.equal(status, 0);
    assert.match(out, /^type +order\.placed$/m);
    assert.match(out, /^ {2}correlationid +c-9$/m);
    assert.match(out, /^ {4}\uFFFD\[31mred\n {4}at x$/m);
    assert.match(out, /^payload {2}15 bytes of application\/json; --payload shows them$/m);
    assert.doesNotMatch(out, /4111/);
    assert.match((await run("show", letterId(1), "--payload")).out, /^ {4}\{"card":"4111"\}$/m);
    const redacted = JSON.parse((await run("show", letterId(1), "--json")).out);
    assert.equal(redacted.payload, null);
    assert.equal("body" in redacted.letter.envelope, false);
    const whole = JSON.parse((await run("show", letterId(1), "--json", "--payload")).out);
    assert.deepEqual(whole.payload, { encoding: "utf8", data: '{"card":"4111"}' });
    const none = await run("show", letterId(9));
    assert.deepEqual([none.status, none.out], [2, ""]);
  });

  it("redrives what it is told to, under the user's name, after a dry run that changes nothing", async (t) => {
    const { run, rows } = await called(t, [{}, { type: "invoice.issued", consumer: null, redrives: 3 }]);
    const dry = await run("redrive", "--all", "--dry-run");
    assert.deepEqual(
      [dry.status, dry.out],
      [0, "2 letters would go; 1 had come back more than three times.\n"],
    );
    assert.equal((await rows("dead_letter")).length, 2);

    const one = await run("redrive", letterId(1), "--note", "fixed in 1.2", "--rate", "100");
    assert.equal(one.status, 0);
    assert.match(one.out, /^1 letter went back \(redrive [0-9a-f-]{36}\)\.\n$/);
    const all = JSON.parse((await run("redrive", "--all", "--actor", "bob", "--json")).out);
    assert.deepEqual([all.redriven, all.looping, all.end, all.dryRun], [1, 1, "done", false]);
    assert.deepEqual(
      (await rows("dead_letter_audit")).map(({ actor, note, action }) => [actor, note, action]),
      [
        ["ann", "fixed in 1.2", "redriven"],
        ["bob", "", "redriven"],
      ],
    );
    assert.deepEqual([(await rows("parked")).length, (await rows("outbox")).length], [1, 1]);
  });

  it("exits 1 and names the letter when one has to stay", async (t) => {
    const { run, rows, store } = await called(t, [{ consumer: null }]);
    await run("redrive", "--all");
    // The same message died once more while it is on its way: it cannot be sent twice.
    await writeLetters(store, [{ id: letterId(5), consumer: null }]);
    const { status, out, err } = await run("redrive", "--all");
    assert.equal(status, 1);
    assert.match(out, /^0 letters went back .*; 1 stayed\.\n$/);
    assert.match(err, new RegExp(`^${letterId(5)} stays: .+\\n$`));
    assert.deepEqual([(await rows("outbox")).length, (await rows("dead_letter")).length], [1, 1]);
  });

  it("discards only what it is told to", async (t) => {
    const { run, rows } = await called(t, [{}, { reason: "rejected" }]);
    assert.deepEqual(
      (await run("discard", "--reason", "rejected", "--dry-run")).out,
      "1 letter would be discarded.\n",
    );
    assert.deepEqual(
      (await run("discard", "--reason", "rejected", "--note", "test")).out,
      "1 letter discarded.\n",
    );
    assert.deepEqual(
      (await rows("dead_letter")).map(({ id }) => id),
      [letterId(1)],
    );
  });

  it("ends with 3 when it is stopped", async (t) => {
    const file = await letterFile([{}]);
    t.after(() => file.close());
    const io = bufferIo({ signal: AbortSignal.abort() });
    const words = ["dead-letters", "redrive", "--all", "--database", file.address];
    assert.equal(await dispatch(commands, "0", words, io), 3);
    assert.match(io.stdout(), /^0 letters went back .*stopped before the end\.\n$/);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ["redrive", /was not told which letters are meant/],
    ["discard", /was not told which letters are meant/],
    ["show", /needs the id/],
    ["redrive nope", /"nope" is no id of a letter\n {2}Remedy: holdfast dead-letters list prints the ids/],
    [`discard ${letterId(9)}`, new RegExp(`there is no dead letter ${letterId(9)}`)],
    [`redrive ${letterId(9)} --dry-run`, new RegExp(`there is no dead letter ${letterId(9)}`)],
    [`list ${letterId(9)}`, new RegExp(`there is no dead letter ${letterId(9)}`)],
    [
      `discard ${letterId(1_000)}`,
      new RegExp(`the id of a message\\n {2}Remedy: Say --message ${letterId(1_000)}`),
    ],
    ...["list", "show", "redrive", "discard"].map(
      (action) =>
        [
          `${action} ${letterId(1)} --type other --reason failed --redrives-max 0`,
          new RegExp(
            `${letterId(1)} is there, but is none of those that --type asks for\\n {2}Remedy: .*leave out --type `,
          ),
        ] as const,
    ),
    [
      `discard ${letterId(1)} --until 2000-01-01 --message ${letterId(9)}`,
      /that --message and --until ask for/,
    ],
    ["remove", /expected list, show, redrive, discard/],
    ["list --rate 5", /--rate is no option of dead-letters list/],
    ["list --dry-run", /--dry-run is no option of dead-letters list/],
    ["discard --all --limit 3", /--limit is no option of dead-letters discard/],
    ["redrive --all --rate fast", /a number above 0/],
    ["list --since soon", /how long ago, or a date/],
    ["list --message x", /CONFIGURATION.*is no UUID/],
    ["list --database sqlite:/no/such.db", /there is no file \/no\/such\.db/],
    ["list --database oracle://scott:tiger@db/x", /none that holdfast knows/],
    ["list --schema a", /--schema is an option of PostgreSQL/],
  ];
  for (const [line, message] of wrong)
    it(`refuses ${line} with 2 and changes nothing`, async (t) => {
      const { run, rows } = await called(t, [{}]);
      const { status, out, err } = await run(...line.split(" "));
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, message);
      assert.doesNotMatch(err, /tiger/);
      assert.equal((await rows("dead_letter")).length, 1);
    });
});
