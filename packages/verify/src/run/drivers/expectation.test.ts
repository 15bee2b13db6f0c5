import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contains, mismatch } from "./expectation.ts";

const plain = (template: string): string => template;

describe("an expectation", () => {
  it("takes any 2xx when nothing is declared, and exactly the declared status otherwise", () => {
    assert.equal(mismatch(null, { status: 204, body: "" }, plain), null);
    assert.match(mismatch(null, { status: 302, body: "" }, plain) ?? "", /answered 302, expected 2xx/);
    assert.match(
      mismatch({ status: 201, json: undefined }, { status: 200, body: "" }, plain) ?? "",
      /expected 201/,
    );
  });

  it("wants all that is declared of a JSON body, and lets it have more", () => {
    const wanted = { status: null, json: { id: "${call.id}", lines: [{ n: 1 }] } };
    const render = (template: string): string => template.replace("${call.id}", "c7");
    const body = JSON.stringify({ id: "c7", lines: [{ n: 1, extra: true }], more: 1 });
    assert.equal(mismatch(wanted, { status: 200, body }, render), null);
    assert.ok(!contains({ id: "c8", lines: [{ n: 1 }] }, wanted.json, render));
    assert.ok(!contains({ id: "c7", lines: [] }, wanted.json, render));
    assert.match(mismatch(wanted, { status: 200, body: "<html>" }, render) ?? "", /not JSON/);
  });
});
