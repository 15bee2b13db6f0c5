import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type CallFacts,
  evidenceWith,
  experimentOf,
  targetWith,
  times,
  verdictOf,
} from "../testing/evidence.ts";
import { handshakesOf } from "../testing/handshakes.ts";
import { rejectsBadCertificate } from "./rejects-bad-certificate.ts";

const plain = targetWith();
const secured = { ...plain, integration: { ...plain.integration, tls: true } };
const defects = ["expired", "other-host", "unknown-authority"] as const;
type Defect = (typeof defects)[number];

const refuses: CallFacts = { endedAt: 30, outcome: "failed", attempts: [] };
const takes: CallFacts = { endedAt: 60, attempts: [{ at: 20 }] };

/** What calls did under each certificate; `connections` of each. */
function judged(
  of: Partial<Record<Defect, readonly CallFacts[]>>,
  connections: number | Partial<Record<Defect, number>> = 1,
) {
  const shown = defects.map((defect) => {
    const experiment = experimentOf(`certificate-${defect}`, of[defect] ?? times(3, refuses));
    const count = typeof connections === "number" ? connections : (connections[defect] ?? 1);
    const connects = Array.from({ length: count }, (_, index) => [5 + index, 25] as const);
    const handshakes = handshakesOf(experiment, { kind: "bad-certificate", defect }, connects);
    return { name: `certificate-${defect}`, experiment, handshakes };
  });
  const experiments = Object.fromEntries(shown.map(({ name, experiment }) => [name, experiment]));
  const handshakes = shown.flatMap((one) => one.handshakes);
  return verdictOf(rejectsBadCertificate, evidenceWith(experiments, { handshakes }), secured);
}

describe("rejects-bad-certificate", () => {
  it("passes when no request is sent to whoever cannot prove who they are", () => {
    const found = judged({});
    assert.equal(found.verdict, "pass");
    assert.equal(found.fired, 9);
    assert.match(found.because, /^all 9 calls refused one that has expired, .* and ended$/);
  });

  it("fails when certificates are not looked at, and says what that means", () => {
    const all = Object.fromEntries(defects.map((defect) => [defect, times(3, takes)]));
    const found = judged(all);
    assert.equal(found.verdict, "fail");
    assert.match(
      found.because,
      /^requests were sent .*: one that has expired \(3 of 3 calls\), one of another/,
    );
    assert.match(found.diagnosis ?? "", /not looked at/);
    assert.equal(found.evidence.length, 3);
  });

  it("tells a consumer that does not ask whose the certificate is", () => {
    const found = judged({ "other-host": times(3, takes) });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /one of another host \(3 of 3 calls\)$/);
    assert.match(found.diagnosis ?? "", /whose it is/);
    assert.match(judged({ expired: times(2, takes) }).diagnosis ?? "", /in part/);
  });

  it("fails when a call that meets one never ends", () => {
    const found = judged({ expired: times(3, { endedAt: null, outcome: "unfinished", attempts: [] }) });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /never ended under one that has expired \(3 of 3 calls\)/);
  });

  it("advises against asking again", () => {
    const found = judged({}, { expired: 4 });
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /but 3 of them asked for it up to 4 times$/);
  });

  it("leaves open what one call alone did, and what nobody connected for", () => {
    const one = judged({ expired: [takes, refuses, refuses] });
    assert.equal(one.verdict, "inconclusive");
    assert.match(one.because, /one call of 3 sent its request/);
    assert.equal(one.more?.experiment, "certificate-expired");
    const none = judged({}, { "unknown-authority": 0 });
    assert.equal(none.verdict, "inconclusive");
    assert.match(none.because, /^0 calls opened a connection while the certificate was one of an authority/);
  });

  it("does not apply where the provider is reached without TLS", () => {
    const found = verdictOf(rejectsBadCertificate, evidenceWith({}), plain);
    assert.equal(found.verdict, "not-applicable");
    assert.match(found.because, /without TLS/);
  });
});
