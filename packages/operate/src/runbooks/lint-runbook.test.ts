import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunbookContext } from "./finding.ts";
import { lintRunbook, queryNames } from "./lint-runbook.ts";
import { runbookRules } from "./rules/index.ts";

const context: RunbookContext = {
  metrics: queryNames,
  today: "2026-11-28",
  reviewedDaysMax: 180,
  exists: (path) => path === "payments.md" || path === "../dash board.json",
};

const base = `# ErrorBudgetBurn1h

Owner: team payments. Last reviewed: 2026-10-01.

## Meaning

Calls to the payment provider fail far too often.

## Impact

Customers cannot pay; orders stay open.

## Diagnosis

Look at how calls end:

\`\`\`promql
sum by (error_type) (rate(holdfast_resilience_calls_total{holdfast_resilience_outcome!="success"}[5m]))
\`\`\`

\`OPEN\` everywhere: see [the provider](payments.md#status), then [Mitigation](#mitigation).

## Mitigation

1. Send traffic to the second provider. To roll back, set it to the first one again.

\`\`\`sh
kubectl set env deploy/checkout PROVIDER=second
\`\`\`

## Verification

The burn rate falls below one within minutes:

\`\`\`promql
slo:current_burn_rate:ratio{slo="payments-availability"} < 1
\`\`\`

## Escalation

Call the payments lead after 15 minutes.
`;

const lint = (text: string) => lintRunbook(text, context);
const swap = (from: string, to: string): string => {
  assert.ok(base.includes(from), from);
  return base.replace(from, to);
};

const good: Readonly<Record<string, string>> = {
  "the whole form": base,
  "other names for sections": base
    .replace("## Meaning", "## What it means")
    .replace("## Diagnosis", "## Troubleshooting:")
    .replace("## Mitigation", "## Remediation")
    .replace("[Mitigation](#mitigation)", "[Remediation](#remediation)")
    .replace("## Verification", "## Verify"),
  "lines that end as on Windows": base.replaceAll("\n", "\r\n"),
  "deeper sections inside of sections": swap("Look at how calls end:", "### Calls\n\nLook at how calls end:"),
  "fences of tildes, with a fence of backticks inside": swap(
    "```sh\nkubectl set env deploy/checkout PROVIDER=second\n```",
    "~~~~sh\n```\nkubectl set env deploy/checkout PROVIDER=second\n~~~~",
  ),
  "an owner as a section": swap("Owner: team payments. ", "").replace(
    "## Escalation",
    "## Owner\n\n@payments\n\n## Escalation",
  ),
  "an owner in a table and in bold": swap(
    "Owner: team payments. ",
    "| **Owner** | team payments |\n|---|---|\n\n",
  ),
  "a step that cannot be undone, and says so": swap(
    "To roll back, set it to the first one again.",
    "This is irreversible.",
  ),
  "a step whose command says that it may be repeated": swap(
    "PROVIDER=second\n",
    "PROVIDER=second # idempotent\n",
  ).replace(" To roll back, set it to the first one again.", ""),
  "short headings that have the word of a section": base
    .replace("## Meaning", "## What does it mean")
    .replace("## Impact", "## User impact")
    .replace("## Diagnosis", "## How to diagnose")
    .replace("## Mitigation", "## Mitigations and fixes")
    .replace("[Mitigation](#mitigation)", "below")
    .replace("## Verification", "## Verify the fix")
    .replace("## Escalation", "## Whom to page"),
  "a query that promtool asks": swap(
    "kubectl set env",
    "promtool query instant $URL 'up == 0'\nkubectl set env",
  ),
  "a short section": swap("Customers cannot pay; orders stay open.", "Customers cannot pay."),
  "a section of commands whose comments say what they are for": swap(
    "The burn rate falls below one within minutes:\n",
    "",
  ).replace("slo:current_burn_rate:ratio{", "# falls below one within minutes\nslo:current_burn_rate:ratio{"),
  "a command within a line": swap(
    "```sh\nkubectl set env deploy/checkout PROVIDER=second\n```",
    "Run `kubectl set env deploy/checkout PROVIDER=second`.",
  ),
  "the way back in a section of its own": swap(" To roll back, set it to the first one again.", "").replace(
    "## Verification",
    "## Rollback\n\nSet it to the first one.\n\n## Verification",
  ),
  "the way back in a section inside of the step's": swap(
    "1. Send traffic to the second provider. To roll back, set it to the first one again.",
    "### Second provider\n\nSend traffic there.",
  ).replace("## Verification", "#### How to undo it\n\nSet it to the first one.\n\n## Verification"),
  "an owner among other things in its line": swap(
    "Owner: team payments. ",
    "Service: checkout · Owner: team payments · ",
  ),
  "commands that only read": swap("kubectl set env deploy/checkout PROVIDER=second", "kubectl get pods"),
  "links to other machines and to files with a space": swap(
    "payments.md#status",
    "../dash%20board.json",
  ).replace("orders stay open.", "orders stay open: [status](https://status.example)."),
  "a heading in a block is no section": swap("kubectl set env", "# Impact\nkubectl set env"),
  "queries of what rules record": swap("slo:current_burn_rate:ratio{", "slo:sli_error:ratio_rate1h{"),
  "a query with joins and subqueries": swap(
    'sum by (error_type) (rate(holdfast_resilience_calls_total{holdfast_resilience_outcome!="success"}[5m]))',
    'max_over_time((sum by (job) (rate(http_client_request_duration_seconds_count{server_address=~"a|b"}[5m])) / on (job) group_left (x) up)[1h:5m]) > bool 0.5 or vector(1)',
  ),
};

/** What is broken, the rule that says so, and the line where it says it. */
const broken: readonly (readonly [name: string, text: string, rule: string, line: number])[] = [
  ["nothing", "", "complete", 1],
  ["no title", base.replace("# ErrorBudgetBurn1h\n", "\n"), "complete", 1],
  ["no section for the impact", swap("## Impact", "## History"), "complete", 1],
  [
    "a misspelt section",
    swap("## Mitigation", "## Mitigaton").replace(" then [Mitigation](#mitigation)", ""),
    "complete",
    23,
  ],
  ["a section of a word", swap("Customers cannot pay; orders stay open.", "Bad."), "complete", 9],
  ["an empty section", swap("Customers cannot pay; orders stay open.", "<!-- see below -->"), "complete", 9],
  [
    "a section with a command and no word",
    swap(
      "1. Send traffic to the second provider. To roll back, set it to the first one again.\n",
      "",
    ).replace("set env deploy/checkout PROVIDER=second", "get pods"),
    "complete",
    23,
  ],
  [
    "a way back in another step",
    swap(
      "1. Send traffic to the second provider. To roll back, set it to the first one again.",
      "### Wait\n\nWait.\n\n#### Rollback\n\nStop waiting then.\n\n### Send traffic to the second provider",
    ),
    "reversible",
    35,
  ],
  [
    "a way back that is an empty section",
    swap(" To roll back, set it to the first one again.", "").replace(
      "## Verification",
      "## Rollback\n\n## Verification",
    ),
    "reversible",
    27,
  ],
  [
    "a diagnosis without a command",
    swap(/```promql\nsum by[\s\S]*?```\n/.exec(base)?.[0] ?? "", ""),
    "commands",
    13,
  ],
  ["a mitigation without a command", swap(/```sh\n[\s\S]*?```\n/.exec(base)?.[0] ?? "", ""), "commands", 23],
  [
    "a metric that there is not",
    swap("holdfast_resilience_calls_total", "holdfast_resilience_call_total"),
    "metrics-exist",
    18,
  ],
  [
    "a metric in a later line of its query",
    swap("slo:current_burn_rate:ratio{", "1 -\n  slo:burn{"),
    "metrics-exist",
    37,
  ],
  ["a bracket that is not closed", swap("[5m]))\n", "[5m])\n"), "metrics-exist", 17],
  [
    "a quote that is not closed",
    swap('"payments-availability"}', '"payments-availability}'),
    "metrics-exist",
    35,
  ],
  [
    "a step that cannot be taken back, silently",
    swap(" To roll back, set it to the first one again.", ""),
    "reversible",
    27,
  ],
  [
    "a query that deletes",
    swap("kubectl set env deploy/checkout PROVIDER=second", "delete from outbox where id < 10").replace(
      " To roll back, set it to the first one again.",
      "",
    ),
    "reversible",
    27,
  ],
  [
    "a metric that promtool asks for",
    swap("kubectl set", 'promtool query instant $URL "rate(gone_total[5m])"\nkubectl set'),
    "metrics-exist",
    28,
  ],
  [
    "a metric that promtool asks for within a line",
    swap("then [Mitigation]", "`promtool query instant $URL gone_total`, then [Mitigation]"),
    "metrics-exist",
    21,
  ],
  [
    "a page of that name without the section",
    swap("## Impact", "## Notes").replace(/^# .*/m, "# Payments impact"),
    "complete",
    1,
  ],
  ["a section about the past", swap("## Impact", "## Impact history"), "complete", 1],
  [
    "a section about something else",
    swap("## Mitigation", "## Impact of the mitigation").replace("(#mitigation)", "(#impact)"),
    "complete",
    1,
  ],
  ["a long heading", swap("## Impact", "## Somebody should write the impact of this"), "complete", 1],
  ["no owner", swap("Owner: team payments. ", ""), "owned", 1],
  ["a review of long ago", swap("2026-10-01", "2026-05-31"), "owned", 3],
  ["a review that has not been", swap("2026-10-01", "2026-12-01"), "owned", 3],
  ["a day that is none", swap("2026-10-01", "2026-02-30"), "owned", 3],
  ["no review", swap(" Last reviewed: 2026-10-01.", ""), "owned", 1],
  ["a link to no file", swap("payments.md#status", "refunds.md"), "links", 21],
  ["a link to no section", swap("#mitigation", "#repair"), "links", 21],
  ["an empty link", swap("(#mitigation)", "()"), "links", 21],
  ["something that was to be written", swap("orders stay open.", "orders stay open. TBD"), "finished", 11],
  ["a placeholder in a command", swap("deploy/checkout", "deploy/<your deployment>"), "finished", 28],
  ["a heading that is a promise", swap("## Escalation", "## Escalation (coming soon)"), "finished", 39],
  ["no way to see that it is over", swap("## Verification", "## Notes"), "complete", 1],
];

describe("runbooks", () => {
  for (const [name, text] of Object.entries(good)) {
    it(`are fine with ${name}`, () => assert.deepEqual(lint(text), []));
  }

  for (const [name, text, rule, line] of broken) {
    it(`are told of at their line for ${name}`, () => {
      const found = lint(text).filter((finding) => finding.rule === rule);
      assert.ok(found.length > 0, JSON.stringify(lint(text)));
      assert.ok(
        found.some((finding) => finding.line === line),
        JSON.stringify(found.map((finding) => [finding.line, finding.says])),
      );
      for (const { says, remedy } of found)
        assert.ok(says.length > 5 && /^[A-Z].*[.?]$/.test(remedy), remedy);
    });
  }

  it("break every rule somewhere above, and nothing else with it", () => {
    assert.deepEqual(
      [...new Set(broken.map(([, , rule]) => rule))].sort(),
      runbookRules.map(({ id }) => id).sort(),
    );
    for (const [name, text, rule] of broken.slice(1)) {
      const others = lint(text).filter((finding) => finding.rule !== rule);
      assert.ok(others.length <= 1, `${name}: ${JSON.stringify(others)}`);
    }
  });

  for (const { id, example } of runbookRules)
    it(`show what ${id} finds by its own example`, () => {
      assert.ok(lint(example).some(({ rule, line }) => rule === id && line <= example.split("\n").length));
    });

  it("are read in time, whatever stands in them", () => {
    for (const piece of [
      "# a#",
      "[",
      "[](",
      "kubectl ",
      "reviewed ",
      "<your",
      "```promql\n{",
      "by(",
      '"',
      "Owner ",
    ]) {
      assert.ok(lint(piece.repeat(20_000)).length > 0);
      assert.ok(lint(`${base}\n${piece.repeat(20_000)}`).length >= 0);
    }
  });

  it("say of a section what it lacks: all, words, or more of them", () => {
    const says = (text: string) => lint(text).find(({ rule }) => rule === "complete");
    const of = (instead: string) => says(swap("Customers cannot pay; orders stay open.", instead));
    for (const none of ["", "<!-- what stands here is generated -->"])
      assert.deepEqual([of(none)?.severity, of(none)?.says], ["error", "the section Impact is empty"]);
    assert.deepEqual(
      [of("Bad.")?.severity, of("Bad.")?.says],
      ["advice", 'the section Impact says only "Bad."'],
    );
    const bare = says(swap("The burn rate falls below one within minutes:\n", ""));
    assert.match(bare?.says ?? "", /^the section Verification has commands and no word about them$/);
  });

  it("tell what is no date from no date at all", () => {
    const says = (date: string) => lint(swap("2026-10-01", date)).map((found) => found.says);
    for (const date of ["2027-13-45", "10/2026", "1 October 2026", "October 2026"])
      assert.deepEqual(says(date), [`"${date}", when it was reviewed, is no date`]);
    for (const none of ["by nobody", "with each of 3 drills"])
      assert.deepEqual(says(none), ["it does not say when it was reviewed"]);
  });

  it("are an error without anybody to call, and advice where a sentence names somebody", () => {
    const escalation = "## Escalation\n\nCall the payments lead after 15 minutes.\n";
    const severity = (instead: string) =>
      lint(swap(escalation, instead)).map((found) => [found.rule, found.severity]);
    assert.deepEqual(severity(""), [["complete", "error"]]);
    assert.deepEqual(severity("Then page the team of payments.\n"), [["complete", "advice"]]);
    assert.deepEqual(severity("## Owner\n\nteam payments\n"), [["complete", "advice"]]);
  });

  it("suggest the metric and the section that were meant", () => {
    const remedies = lint(swap("holdfast_resilience_calls_total", "holdfast_resilience_call_total")).map(
      ({ remedy }) => remedy,
    );
    assert.deepEqual(remedies, ["Did you mean holdfast_resilience_calls_total?"]);
    assert.match(lint(swap("## Impact", "## Impakt"))[0]?.remedy ?? "", /Call the section "Impakt" Impact\./);
  });
});
