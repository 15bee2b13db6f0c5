import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changedJson, type JsonChange, jsonChanges } from "./json-changes.ts";

const charge = `{"id":"ch_1a","status":"succeeded","amount":12.50,"fee":30,"card":{"brand":"visa","last4":"4242"},"note":"Thank you."}`;

const change = (document: string, what: JsonChange, at?: string): unknown => {
  const text = changedJson(document, what, at);
  return text === null ? null : JSON.parse(text);
};

describe("a changed JSON document", () => {
  it("differs from what it was in one thing only", () => {
    const was = JSON.parse(charge);
    assert.deepEqual(change(charge, "unknown-field"), { ...was, holdfastUnknown: "added" });
    assert.deepEqual(change(charge, "unknown-nested-field"), {
      ...was,
      card: { ...was.card, holdfastUnknown: "added" },
    });
    assert.deepEqual(change(charge, "unknown-enum"), { ...was, status: "holdfast_unknown" });
    assert.deepEqual(change(charge, "null-field", "/card/brand"), {
      ...was,
      card: { ...was.card, brand: null },
    });
    assert.deepEqual(change(charge, "missing-field", "/card"), without("card"));
    assert.deepEqual(change(charge, "wrong-type", "/id"), { ...was, id: { was: "text" } });
    assert.deepEqual(change(charge, "missing-all"), {});
  });

  function without(key: string): unknown {
    const { [key]: _gone, ...rest } = JSON.parse(charge);
    return rest;
  }

  it("keeps every other number as it was written", () => {
    const long = `{"id":12345678901234567890,"rate":1.50,"count":3}`;
    assert.equal(
      changedJson(long, "unknown-field"),
      `{"id":12345678901234567890,"rate":1.50,"count":3,"holdfastUnknown":0}`,
    );
    assert.equal(
      changedJson(`{"rate":1.50,"count":3}`, "big-integer"),
      `{"rate":1.50,"count":9007199254740993}`,
    );
  });

  it("reorders keys at every depth and changes nothing else", () => {
    const text = changedJson(charge, "reordered-keys") ?? "";
    assert.deepEqual(JSON.parse(text), JSON.parse(charge));
    assert.match(text, /^\{"note".*"card":\{"last4".*"id":"ch_1a"\}$/);
    assert.equal(changedJson(`{"only":[1,2]}`, "reordered-keys"), null);
  });

  it("adds to a dictionary what its values are, and to each object of a list", () => {
    assert.equal(changedJson(`{"EUR":1,"USD":2}`, "unknown-field"), `{"EUR":1,"USD":2,"holdfastUnknown":0}`);
    assert.equal(changedJson(`{"a":true}`, "unknown-field"), `{"a":true,"holdfastUnknown":false}`);
    assert.equal(
      changedJson(`[{"a":1,"b":"x"}]`, "unknown-nested-field"),
      `[{"a":1,"b":"x","holdfastUnknown":"added"}]`,
    );
  });

  it("lengthens prose, never an id", () => {
    const { note } = change(charge, "long-string") as { note: string };
    assert.ok(note.startsWith("Thank you. and so on") && note.length > 4_000);
    assert.equal(change(`{"id":"a-1","status":"ok"}`, "long-string"), null);
  });

  it("knows versions by their names at the root, and keeps their form", () => {
    assert.deepEqual(change(`{"specversion":"1.0","a":1}`, "unknown-version"), {
      specversion: "999.0",
      a: 1,
    });
    assert.deepEqual(change(`{"schemaVersion":2}`, "unknown-version"), { schemaVersion: 999 });
    assert.equal(change(`{"conversion":2,"data":{"version":1}}`, "unknown-version"), null);
  });

  it("makes every leaf another type and keeps the shape", () => {
    assert.deepEqual(change(`{"a":"x","b":[1,{"c":null}]}`, "wrong-types"), {
      a: { was: "text" },
      b: ["not what it was", { c: "not what it was" }],
    });
  });

  it("is none where nothing can be changed so", () => {
    for (const what of jsonChanges) {
      for (const text of ["", "<html>", "[]"]) {
        assert.equal(changedJson(text, what), null, `${what} of ${text}`);
      }
      assert.equal(changedJson(`{"id":"ch_1"}`, what, "/other/field") !== null, !needsPlace(what), what);
    }
  });

  function needsPlace(what: JsonChange): boolean {
    return !["unknown-field", "missing-all", "wrong-types"].includes(what);
  }
});
