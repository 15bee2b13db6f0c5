import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FaultSpec } from "@holdfast/faults";
import type { ExperimentEvidence } from "../model.ts";
import type { SpanRecord } from "../otlp/span-record.ts";
import { evidenceWith, experimentOf, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { spansDiagnose } from "./spans-diagnose.ts";

const kinds: Readonly<Record<string, { readonly fault: FaultSpec; readonly error: string }>> = {
  "503-forever": { fault: { kind: "status", status: 503 }, error: "503" },
  "400-once": { fault: { kind: "status", status: 400 }, error: "400" },
  "429-once": { fault: { kind: "status", status: 429 }, error: "429" },
  "hang-forever": { fault: { kind: "hang" }, error: "timeout" },
};

type Spans = (error: string, name: string) => readonly Partial<SpanRecord>[];

/** Four failed calls of each kind, of two attempts each, with the spans that a service makes of the error. */
function judged(spans: Spans, { spansSent = 99, outcome = "failed" as "failed" | "succeeded" } = {}) {
  const experiments = Object.entries(kinds).map(([name, { fault, error }]): [string, ExperimentEvidence] => {
    const attempts = [1, 500].map((at) => ({ at, fault: { spec: fault, step: 0 } }));
    const found = experimentOf(name, times(4, { attempts, outcome, spans: spans(error, name) }));
    const program = { steps: [{ fault, times: "forever" as const }] };
    return [name, { ...found, experiment: { ...found.experiment, program } }];
  });
  return verdictOf(spansDiagnose, evidenceWith(Object.fromEntries(experiments), { spansSent }));
}

function span(error: string, more: Partial<SpanRecord> = {}): Partial<SpanRecord> {
  const attributes = { "error.type": error, "server.address": "127.0.0.1", "http.request.resend_count": 1 };
  return { status: "error", attributes, ...more };
}

describe("spans-diagnose", () => {
  it("passes a whole span for each attempt, each kind with its own", () => {
    const found = judged((error) => [span(error), span(error)]);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /16 failed calls tell 4 of 4 facts; 4 of 4 kinds/);
    assert.doesNotMatch(found.because, /not numbered/);
  });

  it("tells that attempts are not numbered without holding it against anybody", () => {
    const plain = (error: string) =>
      span(error, { attributes: { "error.type": error, "peer.service": "p" } });
    const found = judged((error) => [plain(error), plain(error)]);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /attempts are not numbered/);
  });

  it("advises where errors, peers or attempts are missing", () => {
    const bare = { status: "unset", attributes: { "server.address": "x" } } as const;
    assert.match(judged(() => [bare, bare]).because, /2 of 4 facts \(no error status, no error\.type/);
    const noPeer = (error: string) => span(error, { attributes: { "error.type": error } });
    assert.match(
      judged((error) => [noPeer(error), noPeer(error)]).because,
      /no server\.address or peer\.service/,
    );
    const one = judged((error) => [span(error)]);
    assert.equal(one.verdict, "advice");
    assert.match(one.because, /no one span for each attempt/);
    assert.match(one.diagnosis ?? "", /around the retries/);
  });

  it("advises where each kind looks like the other", () => {
    const found = judged(() => [span("Error"), span("Error")]);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /1 of 4 kinds .*429, 4xx, hang look like 5xx/);
  });

  it("does not apply to a service that sends no spans, or when nothing failed", () => {
    assert.equal(judged(() => [], { spansSent: 0 }).verdict, "not-applicable");
    assert.equal(judged((error) => [span(error)], { outcome: "succeeded" }).verdict, "not-applicable");
    assert.equal(
      verdictOf(spansDiagnose, evidenceWith({}), targetWith({ service: null })).verdict,
      "not-applicable",
    );
  });

  it("is inconclusive when spans belong to other traces, or to too few kinds", () => {
    assert.match(judged(() => []).because, /99 spans came, but only 0 of 16 failed calls had one/);
    const few = judged((error, name) => (name.startsWith("503") ? [span(error), span(error)] : []));
    assert.equal(few.verdict, "inconclusive");
  });
});
