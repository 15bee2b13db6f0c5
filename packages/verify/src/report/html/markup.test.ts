import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { escaped, html, trusted } from "./markup.ts";

describe("html", () => {
  it("escapes every value for text and quoted attributes", () => {
    const { markup } = html`<a title="${'"<b>'}">${"it's & </a>"}</a>`;
    assert.equal(markup, '<a title="&quot;&lt;b&gt;">it&#39;s &amp; &lt;/a&gt;</a>');
  });
  it("keeps markup, joins lists and leaves nothing where nothing is", () => {
    assert.equal(
      html`${html`<i>a</i>`}${["<", 2, null]}${false}${trusted("<hr>")}`.markup,
      "<i>a</i>&lt;2<hr>",
    );
  });
  it("makes what hides or reorders text visible", () => {
    assert.equal(escaped("a\u202Eb\u0000c\u2066d\uD800e\tf\n"), "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\tf\n");
  });
});
