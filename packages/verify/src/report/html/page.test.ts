import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import type { Checklist, CheckResult } from "../model.ts";
import { checklist, observations } from "../testing/fixture.ts";
import { hostileChecklist, hostileObservations, hostileText } from "../testing/hostile.ts";
import { renderReportHtml } from "./page.ts";

const page = renderReportHtml(checklist, observations);
const hostile = renderReportHtml(hostileChecklist(checklist), hostileObservations(observations));

function changed(id: string, change: Partial<CheckResult>): Checklist {
  const items = checklist.items.map((item) => ({
    ...item,
    checks: item.checks.map((check) => (check.id === id ? { ...check, ...change } : check)),
  }));
  return { ...checklist, items };
}

/** The part of the page that belongs to one check. */
function sectionOf(text: string, id: string): string {
  const start = text.indexOf(`id="check-reliability-${id}`);
  assert.ok(start > 0, id);
  return text.slice(start, text.indexOf("</details>", start));
}

describe("report.html", () => {
  it("shows the ten items under their three headings", () => {
    assert.equal(page.match(/<a class="item /g)?.length, 10);
    assert.equal(page.match(/<section class="column">/g)?.length, 3);
  });

  it("says of a finding when nothing is declared at its path", () => {
    assert.equal(page.match(/<bdi>service\.logs<\/bdi> \(nothing is declared there\)/g)?.length, 1);
    assert.equal(page.match(/nothing is declared there/g)?.length, 1);
  });

  it("shows a note once, in a run that ended early too", () => {
    const early = renderReportHtml({ ...checklist, notes: ["Noted once."], interrupted: "cut off" }, []);
    assert.equal(early.match(/<b>Note\.<\/b> Noted once\./g)?.length, 1);
    assert.match(early, /<b>Ended early\.<\/b> cut off</);
  });

  it("links every item to a place that exists, and no id stands twice", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(target), target);
  });

  it("opens a failing check onto cause, remedy, timeline, numbers, rule, contract line and command", () => {
    const section = sectionOf(page, "retries-bounded");
    for (const part of [
      "A loop retries until it succeeds",
      "Count attempts and stop",
      'class="timeline"',
      "47 to 49 attempts",
      'class="whisker"',
      "A call makes no more attempts",
      "holdfast.yaml:32",
      "What more time would buy",
      "holdfast verify --only bounded",
    ])
      assert.ok(section.includes(part), part);
  });

  it("allows nothing but its own style and script", () => {
    const policy =
      /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll("&#39;", "'") ?? "";
    const hashOf = (tag: string): string => {
      const [, text = ""] = new RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(page) ?? [];
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    assert.ok(policy.startsWith("default-src 'none'; "));
    assert.ok(policy.includes(`script-src ${hashOf("script")}`));
    assert.ok(policy.includes(`style-src ${hashOf("style")}`));
    assert.doesNotMatch(page, / style="| on[a-z]+="|https?:\/\/|url\(|@import/);
  });

  it("lets no markup of others in", () => {
    assert.equal(hostile.match(/<script/g)?.length, 1);
    assert.doesNotMatch(hostile, /<img/);
    assert.doesNotMatch(hostile, /[^\P{Cc}\n]|\u202E/u);
    assert.ok(hostile.isWellFormed());
    assert.ok(hostile.includes("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert.ok(!hostile.includes(hostileText));
  });

  it("has the same tags whatever the text says", () => {
    const tags = (text: string): number =>
      text.match(/<\/?(details|section|figure|table|tr|svg|ul|ol|dl)\b/g)?.length ?? 0;
    const plain = renderReportHtml({ ...checklist, interrupted: "ended" }, observations);
    assert.ok(Math.abs(tags(hostile) - tags(plain)) < tags(plain) * 0.2);
    const balanced = (name: string): boolean =>
      hostile.match(new RegExp(`<${name}\\b`, "g"))?.length ===
      hostile.match(new RegExp(`</${name}>`, "g"))?.length;
    for (const name of ["details", "section", "figure", "table", "ul", "dl", "div", "span"])
      assert.ok(balanced(name), name);
  });

  it("draws three timelines at most and counts the rest", () => {
    const evidence = ["c-503-1", "c-503-2", "c-hang-1", "c-drip-1", "c-lost-1"].map((call) => ({
      experiment: "e",
      call,
      exchanges: [],
      note: call,
    }));
    const section = sectionOf(
      renderReportHtml(changed("bounded", { evidence }), observations),
      "retries-bounded",
    );
    assert.equal(section.match(/<figure /g)?.length, 3);
    assert.match(section, /2 more calls cited/);
  });

  it("draws a call that is cited twice once, with both notes", () => {
    const evidence = ["one", "two", "one"].map((note) => ({
      experiment: "e",
      call: "c-503-1",
      exchanges: [],
      note,
    }));
    const section = sectionOf(
      renderReportHtml(changed("bounded", { evidence }), observations),
      "retries-bounded",
    );
    assert.equal(section.match(/<figure /g)?.length, 1);
    assert.match(section, /One; two</);
  });

  it("stays of bounded size when a call has ten thousand attempts", () => {
    const sample = observations.find(
      (record) => record.type === "exchange" && record.armedCall === "c-503-1",
    );
    assert.ok(sample?.type === "exchange");
    const flood = Array.from({ length: 10_000 }, (_, at) => ({
      ...sample,
      id: `x${at}`,
      arrivedMs: sample.arrivedMs + at / 2,
    }));
    assert.ok(renderReportHtml(checklist, [...observations, ...flood]).length < page.length + 60_000);
  });

  it("tells what is cited when the observations are gone", () => {
    assert.match(
      sectionOf(renderReportHtml(checklist, []), "retries-bounded"),
      /48 attempts, one every 203 ms/,
    );
  });

  it("has no numbers where none were taken, and does not count nothing", () => {
    const none = {
      samples: 0,
      fired: 0,
      estimate: undefined,
      limit: undefined,
      measured: [],
      bound: undefined,
    };
    const bare = sectionOf(
      renderReportHtml(changed("bounded", none as never), observations),
      "retries-bounded",
    );
    assert.doesNotMatch(bare, /<h4>Numbers|<dt>judged/);
    const measured = [{ name: "alerting rules", value: 14, unit: "" }];
    const told = renderReportHtml(changed("bounded", { ...none, measured } as never), observations);
    assert.match(sectionOf(told, "retries-bounded"), /<dt>alerting rules<\/dt><dd>14</);
    assert.doesNotMatch(sectionOf(told, "retries-bounded"), /<dt>judged/);
  });

  it("names the column beside each cell, for screens on which rows are blocks", () => {
    for (const [, body = ""] of page.matchAll(/<table[^>]*>.*?<tbody>(.*?)<\/tbody>/gs)) {
      assert.ok(body.includes("<td"));
      assert.equal(body.match(/<td/g)?.length, body.match(/<td[^>]* data-label="[A-Z]/g)?.length);
    }
  });

  it("says of an incomplete item what it lacks, not what passed", () => {
    const [first, ...rest] = checklist.items;
    const [pass] = first?.checks ?? [];
    assert.ok(first !== undefined && pass !== undefined);
    const checks: readonly CheckResult[] = [
      { ...pass, id: "here", verdict: "pass", because: "all is well", required: true },
      { ...pass, id: "missing", verdict: "not-tested", because: "not built yet", required: true },
    ];
    const items = [{ ...first, verdict: "incomplete" as const, checks }, ...rest];
    const [card = ""] = /<a class="item .*?<\/a>/s.exec(renderReportHtml({ ...checklist, items }, [])) ?? [];
    assert.match(card, /item-worst">[Mm]issing: not built yet</);
  });

  it("puts untested checks together", () => assert.match(page, /1 check<\/span>/));
});
