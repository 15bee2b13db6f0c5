import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anchorsIn, leadsTo, linkOf, linkPath } from "./links.ts";
import { isKnownProgram, runbookNames } from "./runbook-names.ts";

const page = `# Payments fail

Alerts: \`PaymentsFail\`, \`ErrorBudgetBurn1h\`. An \`OrderPlaced\` event is no such thing.
The counter \`payments_calls_total{outcome="error"}\` grows; the table \`orders_open\` as well. See \`runbooks/other.md\`.

\`\`\`promql
sum(rate(payments_calls_total[5m])) / sum(rate(all_total[5m]))
\`\`\`

\`\`\`sh
# look first
journalctl -u shop | jq -r '.status | tostring' | sort
PGHOST=db sudo psql -c "select 1; drop" && ./scripts/drain.sh --all
curl -sS https://status.example/a/b.json \\
  -m 3
\`\`\`

\`\`\`console
$ paymentctl status
ok, all done
\`\`\`

\`\`\`promql
rate(x[5m]
\`\`\`
`;

describe("the names of a runbook", () => {
  const names = runbookNames(page);

  it("are the metrics of its queries, and those in backticks by how they end", () => {
    assert.deepEqual(new Set(names.metrics), new Set(["payments_calls_total", "all_total", "x"]));
    assert.equal(names.unread.length, 1);
  });

  it("are alerts where alerts are spoken of", () => {
    assert.deepEqual(names.alerts, ["PaymentsFail", "ErrorBudgetBurn1h"]);
  });

  it("are the programs that its commands begin with, and no word of their arguments or answers", () => {
    assert.deepEqual(
      new Set(names.programs),
      new Set(["journalctl", "jq", "sort", "psql", "curl", "paymentctl"]),
    );
    assert.ok(isKnownProgram("jq") && !isKnownProgram("paymentctl"));
  });

  it("are files below a folder, and not what an address ends with", () => {
    assert.deepEqual(new Set(names.files), new Set(["./scripts/drain.sh", "runbooks/other.md"]));
  });

  it("are none of a text without any", () => {
    const none = runbookNames("# Payments\n\nCall somebody.");
    assert.deepEqual(Object.values(none).flat(), []);
  });
});

describe("a link of an alert", () => {
  it("is its runbook_url, or what else people call it", () => {
    assert.equal(linkOf({ runbook_url: " a.md " }), "a.md");
    assert.equal(linkOf({ playbook: "b.md" }), "b.md");
    assert.equal(linkOf({ summary: "c" }), null);
  });

  it("is a path, or leads to another machine", () => {
    assert.equal(linkPath("./runbooks/a.md#x"), "runbooks/a.md");
    assert.equal(linkPath("https://wiki.example/a"), null);
  });

  it("leads to a runbook wherever that is shown", () => {
    assert.ok(leadsTo("https://git.example/blob/main/runbooks/a.md#b", "runbooks/a.md"));
    assert.ok(leadsTo("runbooks/a.md", "/shop/runbooks/a.md"));
    assert.ok(!leadsTo("runbooks/ba.md", "a.md") && !leadsTo("https://x.example/", "runbooks/a.md"));
  });

  it("may name a heading", () => {
    assert.deepEqual(anchorsIn("# A page\n\n## What's wrong? (5xx)\n"), ["a-page", "whats-wrong-5xx"]);
  });
});
