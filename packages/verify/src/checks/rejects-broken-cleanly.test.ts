import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answersMet, type Met } from "../testing/answers.ts";
import { evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { rejectsBrokenCleanly } from "./rejects-broken-cleanly.ts";

const answer = { status: 201, headers: {}, body: `{"id":"\${call.id}","status":"succeeded"}` };
const target = (policy = {}) => targetWith({ policy, operation: { answer } });
const broken = ["html", "invalid-json", "empty"].map((what) => ({ kind: "malformed", what }));
const missing = [
  { kind: "mutate", change: "missing-all" },
  { kind: "mutate", change: "wrong-types" },
  { kind: "mutate", change: "missing-field", at: "/id" },
  { kind: "mutate", change: "missing-field", at: "/status" },
];
type Said = Readonly<Record<string, Omit<Met, "fault">>>;

/** Every broken answer fails but for what is said of some; `/status` is never needed. */
function judged(said: Said, policy = {}) {
  const met = ({ at, change, what }: { at?: string; change?: string; what?: string }) =>
    said[String(at ?? change ?? what)];
  const all = (faults: readonly { readonly kind: string; readonly at?: string }[]): Met[] =>
    faults.map((fault) => ({
      fault,
      calls: 2,
      outcome: fault.at === "/status" ? "succeeded" : "failed",
      ...met(fault),
    }));
  return verdictOf(
    rejectsBrokenCleanly,
    evidenceWith({
      "broken-answers": answersMet("broken-answers", all(broken)),
      "missing-fields-1": answersMet("missing-fields-1", all(missing)),
    }),
    target(policy),
  );
}

const ok = { outcome: "succeeded" } as const;

describe("rejects-broken-cleanly", () => {
  it("leaves out each declared field in turn, four failing calls to an instance", () => {
    const body = JSON.stringify({ id: "x", card: { brand: "visa", last4: "4242" }, "a/b": 1 });
    const planned = rejectsBrokenCleanly.plan(
      null,
      targetWith({ operation: { answer: { ...answer, body } } }),
    );
    assert.deepEqual(
      planned.map(({ name, program }) => [name, program.steps.length]),
      [
        ["broken-answers", 3],
        ["missing-fields-1", 4],
        ["missing-fields-2", 3],
      ],
    );
    assert.deepEqual(
      planned.flatMap(({ program }) => program.steps.flatMap(({ fault }) => fault?.["at"] ?? [])),
      ["/id", "/card", "/a~1b", "/card/brand", "/card/last4"],
    );
  });

  it("passes when calls fail and end, and says which field they need", () => {
    const found = judged({});
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /^all 12 calls failed .*an HTML page, .*no \/id; they need \/id$/);
    const none = judged({ "/id": ok, "missing-all": ok, "wrong-types": ok });
    assert.equal(none.verdict, "pass");
    assert.match(none.because, /no single field was found to be needed/);
  });

  it("fails when what cannot be read is a success although a field is needed", () => {
    for (const what of ["html", "invalid-json", "empty", "missing-all"]) {
      const found = judged({ [what]: ok });
      assert.equal(found.verdict, "fail", what);
      assert.match(found.because, /\(2 of 2\), though they need \/id/);
    }
  });

  it("advises when only some unreadable answers are refused and no field is needed", () => {
    const found = judged({ html: ok, "/id": ok, "missing-all": ok, "wrong-types": ok });
    assert.equal(found.verdict, "advice");
  });

  it("does not judge a consumer that succeeds whatever the body holds", () => {
    const names = ["html", "invalid-json", "empty", "missing-all", "wrong-types", "/id"];
    const found = judged(Object.fromEntries(names.map((name) => [name, ok])));
    assert.equal(found.verdict, "not-applicable");
    assert.match(found.because, /expect\.json/);
  });

  it("fails when the process ends or calls never do", () => {
    const crashed = judged({ "/id": { crashed: true } });
    assert.equal(crashed.verdict, "fail");
    assert.match(crashed.because, /ended by itself under no \/id \(2 of 2\)/);
    assert.match(crashed.diagnosis ?? "", /TypeError: planted/);
    assert.equal(judged({ "invalid-json": { outcome: "unfinished" } }).verdict, "fail");
  });

  it("fails or advises when a broken answer is asked for over and over", () => {
    const often: Said = { html: { outcome: "failed", attempts: 12 } };
    assert.equal(judged(often, { retry: { attempts: 3 } }).verdict, "fail");
    assert.match(
      judged(often).because,
      /up to 12 attempts a call with an HTML page \(2 of 2\), 5 are the default/,
    );
    assert.equal(judged(often).verdict, "advice");
    assert.equal(
      judged({ html: { outcome: "failed", attempts: 4 } }, { retry: { attempts: 3 } }).verdict,
      "pass",
    );
  });

  it("is inconclusive where some calls failed and others did not, or too few were made", () => {
    const mixed = answersMet("broken-answers", [
      { fault: broken[0] as (typeof broken)[0], calls: 1, outcome: "failed" },
      { fault: broken[0] as (typeof broken)[0], calls: 1, outcome: "succeeded" },
      { fault: broken[1] as (typeof broken)[0], calls: 2, outcome: "failed" },
    ]);
    const fields = answersMet(
      "missing-fields-1",
      missing.map((fault) => ({ fault, calls: 2, outcome: "failed" })),
    );
    const evidence = evidenceWith({ "broken-answers": mixed, "missing-fields-1": fields });
    const found = verdictOf(rejectsBrokenCleanly, evidence, target());
    assert.equal(found.verdict, "inconclusive");
    assert.equal(found.more?.experiment, "broken-answers");
    assert.equal(judged({ html: { calls: 1, outcome: "failed" } }).verdict, "inconclusive");
    assert.equal(verdictOf(rejectsBrokenCleanly, evidenceWith({}), target()).verdict, "inconclusive");
  });

  it("is content with broken answers where nothing is declared that could be left out", () => {
    const nothing = missing.map((fault) => ({ fault, calls: 2, fired: false }));
    const evidence = evidenceWith({
      "broken-answers": answersMet(
        "broken-answers",
        broken.map((fault) => ({ fault, outcome: "failed", calls: 2 })),
      ),
      "missing-fields-1": answersMet("missing-fields-1", nothing),
    });
    assert.equal(verdictOf(rejectsBrokenCleanly, evidence, targetWith()).verdict, "pass");
  });
});
