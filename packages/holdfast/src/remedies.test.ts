import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { remediesOf, sectionOf } from "./remedies.ts";

const page = `# Retries

### bounded

Asks whether retries end.

Remedy: Cap the attempts,
and say so in the contract.

More text.

### \`jitters\`

Remedy: Add jitter.
## Other
Remedy: belongs to no check.
`;

describe("remedies", () => {
  it("are the Remedy paragraphs below the headings of checks, joined to one line", () => {
    assert.deepEqual(remediesOf([page]), {
      bounded: "Cap the attempts, and say so in the contract.",
      jitters: "Add jitter.",
    });
  });

  it("come from the last paragraph of a page too", () => {
    assert.deepEqual(remediesOf(["### attempt\nRemedy: Set a timeout."]), { attempt: "Set a timeout." });
  });
});

describe("sectionOf", () => {
  it("ends before the next heading", () => {
    assert.equal(sectionOf(page, "jitters"), "### `jitters`\n\nRemedy: Add jitter.");
  });

  it("is undefined for a check that the page does not have", () => {
    assert.equal(sectionOf(page, "deadline"), undefined);
  });
});
