import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { freshText, mergeText, type Part } from "./parts.ts";

const parts: readonly Part[] = [
  { id: "meaning", text: "## Meaning\n\nIt fails." },
  { id: "mitigation", text: "## Mitigation\n\nMend it." },
];
const newer: readonly Part[] = [
  { id: "meaning", text: "## Meaning\n\nIt fails in another way." },
  { id: "impact", text: "## Impact\n\nPeople notice." },
  { id: "mitigation", text: "## Mitigation\n\nMend it." },
];
const fresh = freshText("# Title\n\nOwner: us", parts, "## Notes\n\nOurs.");

function merged(present: string, given = newer, force = false) {
  const found = mergeText(present, given, force);
  assert.ok(!("foreign" in found));
  return found;
}

describe("parts of a runbook", () => {
  it("are written anew, and a new one comes where it belongs", () => {
    const { text, kept } = merged(fresh);
    assert.equal(text, freshText("# Title\n\nOwner: us", newer, "## Notes\n\nOurs."));
    assert.deepEqual(kept, []);
    assert.equal(merged(text).text, text);
    assert.equal(merged(text, parts).text, fresh);
  });

  it("stay as somebody changed them, until they are forced", () => {
    const edited = fresh.replace("It fails.", "It fails on Mondays.");
    const { text, kept } = merged(edited);
    assert.deepEqual(kept, ["meaning"]);
    assert.ok(text.includes("on Mondays"));
    assert.ok(text.includes("People notice."));
    assert.deepEqual(merged(text).kept, ["meaning"]);
    const forced = merged(text, newer, true);
    assert.deepEqual(forced.kept, []);
    assert.ok(!forced.text.includes("on Mondays"));
    assert.ok(forced.text.includes("Ours."));
  });

  it("leave a changed part alone even when it is not generated any more", () => {
    const edited = fresh.replace("Mend it.", "Call Ada.");
    const { text, kept } = merged(edited, newer.slice(0, 2));
    assert.ok(text.includes("Call Ada."));
    assert.deepEqual(kept, ["mitigation"]);
  });

  it("are found in no text that has none, or whose marks do not pair", () => {
    const begin = fresh.split("\n").find((line) => line.startsWith("<!-- holdfast:begin")) ?? "";
    assert.notEqual(begin, "");
    for (const text of [
      "",
      "# Mine\n",
      begin,
      `${begin}\n${begin}\nx\n<!-- holdfast:end meaning -->`,
      "<!-- holdfast:end meaning -->",
      `${begin}\nx\n<!-- holdfast:end impact -->`,
    ])
      assert.deepEqual(mergeText(text, newer, true), { foreign: true }, text);
  });

  it("never cost a line that somebody wrote between them, whatever it is", () => {
    const line = fc
      .string({ maxLength: 30, unit: "grapheme" })
      .map((text) => `own ${text.replaceAll(/[\r\n\u2028\u2029]/g, " ")}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), line), { maxLength: 6 }), fc.boolean(), (inserts, force) => {
        const marks = /^<!-- holdfast:(begin|end)/;
        const lines = fresh.split("\n");
        for (const [at, text] of inserts) {
          const before = lines.slice(0, at).filter((each) => marks.test(each));
          // Inside of a part it is an edit, which another test is about.
          if (before.at(-1)?.startsWith("<!-- holdfast:begin")) continue;
          lines.splice(Math.min(at, lines.length), 0, text);
        }
        const own = lines.filter((each) => each.startsWith("own "));
        const { text, kept } = merged(lines.join("\n"), newer, force);
        const left = text.split("\n").filter((each) => each.startsWith("own "));
        assert.deepEqual(left, own);
        assert.deepEqual(kept, []);
        assert.equal(merged(text, newer, force).text, text);
      }),
    );
  });
});
