import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { atlasPath, atlasText } from "./atlas.ts";
import { clientOf, requests } from "./atlas-cells.ts";
import { evidenceFolder, evidenceFrom, evidenceName, evidenceText, readEvidence } from "./evidence.ts";
import { transports } from "./transports.ts";

const files = readEvidence();
const client = (id: string) => {
  const file = files.find(({ evidence }) => evidence.id === id);
  assert.ok(file, `no extract of ${id}`);
  return clientOf(file);
};

describe("the atlas", () => {
  it("is what the committed extracts say", () => {
    assert.equal(
      readFileSync(atlasPath, "utf8"),
      atlasText(files),
      "docs/atlas.md is not what zoo/clients/collect.ts makes of zoo/clients/evidence",
    );
  });

  it("changes with what was seen", () => {
    const [first, ...others] = files;
    assert.ok(first);
    const { evidence } = first;
    const shown = evidence.shown.map((one) =>
      one.experiment === "429-once" ? { ...one, waitsMs: [[1, 87_654, 99_000]] as const } : one,
    );
    const changed = evidenceFrom(evidenceText({ ...evidence, shown }));

    assert.match(atlasText([changed, ...others]), /\[88 s\]/);
    assert.doesNotMatch(atlasText(files), /\[88 s\]/);
  });

  it("leads from each cell to a line of the extract of its client", () => {
    const links = [...readFileSync(atlasPath, "utf8").matchAll(/\]\((\.\.[^)#]+)(?:#L(\d+))?\)/g)];
    const lengths = new Map<string, number>();
    for (const [, path = "", line] of links) {
      const file = join(dirname(atlasPath), path);
      assert.ok(existsSync(file), path);
      if (line === undefined) continue;
      const length = lengths.get(file) ?? readFileSync(file, "utf8").split("\n").length - 1;
      lengths.set(file, length);
      assert.ok(Number(line) > 1 && Number(line) <= length, `${path}#L${line}`);
    }
    assert.ok(links.length > 1_000, `${links.length} links`);
  });

  it("keeps extracts small, one for each transport", () => {
    for (const { evidence } of files) {
      assert.ok(statSync(join(evidenceFolder, evidenceName(evidence.id))).size < 20_000, evidence.id);
    }
    const known = new Set(files.map(({ evidence }) => evidence.id));
    assert.deepEqual(
      transports.filter(({ id }) => !known.has(id)),
      [],
    );
  });

  it("tells transports that repeat a POST behind the caller's back from those that do not", () => {
    const said = (id: string, experiment: string) => requests(client(id), "POST", experiment).text;

    assert.match(said("java-url-connection", "reset-once-fresh"), /^2, replay/);
    assert.match(said("php-curl", "reset-once-reused"), /^2, replay/);
    assert.equal(said("php-curl", "reset-once-fresh"), "1");
    assert.equal(said("go-net-http", "reset-once-reused"), "1");
    assert.match(said("go-net-http-keyed", "reset-once-reused"), /^2, replay/);
    assert.equal(said("python-requests", "reset-once-reused"), "1");
    assert.match(said("stripe-retries5", "reset-once-reused"), /^2, retry/);
  });
});
