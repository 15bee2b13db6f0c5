import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entryOfSpan, spansOf } from "./otlp.ts";

const document = (attributes: readonly object[]): string =>
  JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: "a", spanId: "b", kind: 3, attributes }] }] }],
  });
const attribute = (key: string, value: object): object => ({ key, value });
const list = (...values: readonly object[]): object => ({ arrayValue: { values } });

describe("attributes of a span", () => {
  it("keep lists and maps, readable", () => {
    const [span] =
      spansOf(
        document([
          attribute("hosts", list({ stringValue: "a" }, { intValue: "2" }, { boolValue: true })),
          attribute("retry", {
            kvlistValue: {
              values: [
                attribute("after", { doubleValue: 1.5 }),
                attribute("of", list({ stringValue: "x" }, { stringValue: "y" })),
              ],
            },
          }),
          attribute("empty", list()),
          attribute("flag", { boolValue: true }),
        ]),
        1,
      ) ?? [];
    assert.deepEqual(span?.attributes, { hosts: "a, 2, true", retry: "after=1.5, of=x, y", empty: "" });
  });

  it("tell of a list with one element what the element tells", () => {
    const [span] =
      spansOf(document([attribute("server.address", list({ stringValue: "payments" }))]), 1) ?? [];
    assert.ok(span);
    assert.equal(entryOfSpan(span, 0).told.dependency, "payments");
    assert.match(entryOfSpan(span, 0).text, /"server\.address":"payments"/);
  });

  it("are bounded, however deep or long they are", () => {
    const deep = Array.from({ length: 200 }).reduce<object>((inner) => list(inner), { stringValue: "x" });
    const long = list(...Array.from({ length: 5_000 }, () => ({ stringValue: "xxxx" })));
    const [span] = spansOf(document([attribute("deep", deep), attribute("long", long)]), 1) ?? [];
    assert.equal(span?.attributes["deep"], "");
    assert.equal(String(span?.attributes["long"]).length, 2_000);
  });
});
