import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertTarget, alertVerdict, firingOf, proofRecord } from "../testing/alerts.ts";
import { linkedFromAlert } from "./linked-from-alert.ts";

const judged = (
  link: string | null,
  links: { link: string; exists: boolean | null; anchors: string[] }[] = [],
) => {
  const annotations = link === null ? {} : { runbook_url: link };
  const faults = [{ id: "payments/provider unavailable (5xx)", firing: [firingOf({ annotations })] }];
  return alertVerdict(linkedFromAlert, proofRecord({ links }, { faults }));
};

describe("linked-from-alert", () => {
  for (const link of [
    "runbooks/payments.md",
    "./runbooks/payments.md#outage",
    "https://git.example/shop/blob/main/runbooks/payments.md",
    "https://git.example/shop/runbooks/payments.md?plain=1#outage",
  ])
    it(`passes ${link}`, () => assert.equal(judged(link).verdict, "pass"));

  it("passes another page of the folder, where it is there", () => {
    const link = "runbooks/other.md#down";
    assert.equal(judged(link, [{ link, exists: true, anchors: ["down"] }]).verdict, "pass");
    assert.match(judged(link, [{ link, exists: true, anchors: [] }]).because, /no such section/);
    assert.match(judged(link, [{ link, exists: false, anchors: [] }]).because, /does not exist/);
  });

  it("fails an alert without a link, with another one, and with a section that is not there", () => {
    assert.match(judged(null).because, /PaymentsFail has no runbook_url/);
    const wiki = "https://wiki.example/alerts";
    assert.match(judged(wiki, [{ link: wiki, exists: null, anchors: [] }]).because, /the contract names/);
    assert.match(judged("runbooks/payments.md#gone").because, /leads to #gone/);
    for (const link of [null, wiki, "runbooks/payments.md#gone"]) assert.equal(judged(link).verdict, "fail");
  });

  it("does not apply without a runbook, or where nothing fired", () => {
    const target = alertTarget({ runbook: null });
    assert.equal(alertVerdict(linkedFromAlert, proofRecord(), target).verdict, "not-applicable");
    assert.equal(alertVerdict(linkedFromAlert, proofRecord({}, { faults: [] })).verdict, "not-applicable");
    assert.equal(alertVerdict(linkedFromAlert, undefined).verdict, "inconclusive");
  });
});
