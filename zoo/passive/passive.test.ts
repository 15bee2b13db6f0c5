import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { mutants } from "../mutants/index.ts";
import { type Comparison, compared } from "./agreement.ts";
import { judgedBy, type SourceKind } from "./judged.ts";
import type { Recording } from "./recorded.ts";
import { passiveSubjects } from "./subjects.ts";

const zoo = join(import.meta.dirname, "..");
const { cases } = JSON.parse(readFileSync(join(zoo, "scorecard.json"), "utf8")) as {
  cases: readonly { readonly subject: string; readonly verdicts: Readonly<Record<string, string>> }[];
};

async function compare(id: string, source: SourceKind, signal: AbortSignal): Promise<readonly Comparison[]> {
  const [subject] = passiveSubjects([id]);
  assert.ok(subject);
  const packed = readFileSync(join(import.meta.dirname, "recordings", `${id}.json.br`));
  const recording = JSON.parse(brotliDecompressSync(packed).toString("utf8")) as Recording;
  const name = subject.folder === "clean" ? `clean/${id}` : id;
  const active = cases.find((one) => one.subject === name)?.verdicts;
  assert.ok(active, `${name} is not in the scorecard`);
  const known = mutants.find((one) => one.id === id && subject.folder === "mutants");
  const said = await judgedBy(source, recording, subject, signal);
  return said.map((one) => compared({ subject: name, source, said: one, active: active[one.check], known }));
}

/** Few enough for every push; `zoo/passive.md` has them all. */
const samples = [
  { id: "charge", source: "nginx", finds: null, decided: 8 },
  { id: "charge", source: "otlp", finds: null, decided: 4 },
  { id: "retries-422", source: "otlp", finds: "classification", decided: 5 },
  { id: "retry-after-ignored", source: "nginx", finds: "honours-retry-after", decided: 8 },
] as const;

describe("traffic of the zoo against its verification", () => {
  for (const { id, source, finds, decided } of samples) {
    it(`agrees wherever it decides: ${id}, ${source}`, async (t) => {
      const found = await compare(id, source, t.signal);

      const wrong = found.filter(({ agrees }) => agrees === false);
      assert.deepEqual(wrong, []);
      const counted = found.filter(({ agrees }) => agrees === true);
      assert.ok(counted.length >= decided, `${counted.length} decided: ${counted.map(({ check }) => check)}`);
      const failed = found.filter(({ passive }) => passive === "fail").map(({ check }) => check);
      assert.deepEqual(failed, finds === null ? [] : [finds]);
    });
  }

  it("sees a disagreement where there is one", () => {
    const said = { check: "bounded", at: "payments.charge", verdict: "pass", because: "seen" };
    const one = (active: string) =>
      compared({ subject: "a", source: "otlp", said, active, known: undefined });

    assert.equal(one("fail").agrees, false);
    assert.equal(one("pass").agrees, true);
    assert.equal(one("inconclusive").agrees, null);
  });
});
