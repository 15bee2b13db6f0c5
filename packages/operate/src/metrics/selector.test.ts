import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import fc from "fast-check";
import { equal, literal, quote, readMatchers, sampleLabels, selector } from "./selector.ts";

describe("selectors", () => {
  it("are written as PromQL reads them", () => {
    assert.equal(selector("up", []), "up");
    assert.equal(
      selector("up", [equal("job", 'a"b\\c'), { label: "env", is: "=~", value: "prod|stage" }]),
      'up{job="a\\"b\\\\c", env=~"prod|stage"}',
    );
  });

  it("read back as they were written, whatever the value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom("=", "!=", "=~", "!~"), (value, is) => {
        const matchers = [{ label: "a", is, value } as const, equal("b", "c")];
        const text = matchers.map((one) => `${one.label}${one.is}${quote(one.value)}`).join(", ");
        assert.deepEqual(readMatchers(text), matchers);
      }),
    );
  });

  it("refuse what is no list of matchers", () => {
    for (const text of ["job", "job=checkout", 'job="a" env="b"', 'job="a', '"a"="b"', 'up{job="a"}'])
      assert.throws(
        () => readMatchers(text),
        (error) => isCodedError(error) && error.code === "USAGE",
      );
  });

  it("take a name literally", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, other) => {
        const pattern = new RegExp(`^(?:${literal(name)})$`, "s");
        assert.ok(pattern.test(name));
        assert.equal(pattern.test(other), other === name);
      }),
    );
  });

  it("have a sample that they accept", () => {
    for (const value of [
      "(.+/)?checkout",
      "payments(\\..+)?",
      "a|b",
      "1(\\.0)?",
      "(prod|stage)-eu",
      literal("a.b(c)"),
    ]) {
      const { label = "" } = sampleLabels([{ label: "label", is: "=~", value }]);
      assert.match(label, new RegExp(`^(?:${value})$`));
    }
  });
});
