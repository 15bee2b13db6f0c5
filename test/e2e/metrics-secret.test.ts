import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { folder, holdfast } from "./support/cli.ts";

const password = "kw7-plover-trunk";

/** It sells, and counts its callers by what they log in with; with LEAK=log it also prints that. */
const server = `
import { createServer } from "node:http";
const { PAYMENTS_URL, PORT, DB_PASSWORD, LEAK } = process.env;
const seen = new Map();
createServer(async (request, response) => {
  if (request.url === "/health") return response.end();
  if (request.url === "/metrics") {
    const counts = [...seen].map(([token, count]) => 'sales_total{caller="' + token + '"} ' + count + "\\n");
    response.setHeader("content-type", "text/plain; version=0.0.4");
    return response.end(counts.join("") + 'database_up{url="postgres://app:' + DB_PASSWORD + '@db/shop"} 1\\n');
  }
  const token = (request.headers.authorization ?? "none").replace("Bearer ", "");
  seen.set(token, (seen.get(token) ?? 0) + 1);
  if (LEAK === "log") console.log(JSON.stringify({ level: "info", message: "sold to " + token }));
  const answer = await fetch(PAYMENTS_URL + "/charges", { method: "POST", body: "{}" }).catch(() => null);
  await answer?.text();
  response.statusCode = answer?.ok ? 200 : 502;
  response.end();
}).listen(Number(PORT), "127.0.0.1");
`;

const contract = (leak: string): string => `holdfast: 1
service:
  name: shop
  start: ${process.execPath} server.js
  url: http://127.0.0.1:\${port}
  ready: GET /health
  metrics: GET /metrics
  logs: json
  env: { PORT: "\${port}", DB_PASSWORD: ${password}, LEAK: ${leak} }
integrations:
  payments:
    protocol: http
    provider: stub
    address: { env: PAYMENTS_URL }
    operations: { charge: { request: POST /charges, answer: { status: 201 } } }
scenarios:
  sell:
    http: { request: POST /sell, json: { id: "\${call.id}" } }
    expect: { status: 200 }
    uses: [payments.charge]
`;

async function verified(leak: string) {
  const { path, remove } = folder({
    "holdfast.yaml": contract(leak),
    "server.js": server,
    "package.json": '{"type":"module"}',
  });
  try {
    const words = ["verify", "--only", "no-secrets-in-logs", "--json"];
    const { status, stdout, stderr } = await holdfast(words, { cwd: path });
    assert.notEqual(stdout, "", stderr);
    const { items } = JSON.parse(stdout) as { items: { checks: { id: string; verdict: string }[] }[] };
    const check = items.flatMap(({ checks }) => checks).find(({ id }) => id === "no-secrets-in-logs");
    const runs = join(path, ".holdfast");
    const stored = readdirSync(runs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => ({ name: entry.name, text: readFileSync(join(entry.parentPath, entry.name), "utf8") }));
    return { status, verdict: check?.verdict, stdout, stored };
  } finally {
    remove();
  }
}

describe("a service whose metrics have secrets in their labels", { timeout: 20_000 }, () => {
  for (const [leak, verdict, status] of [
    ["metrics", "pass", 0],
    ["log", "fail", 1],
  ] as const)
    it(`leaves none in the run; the check of logs says ${verdict} where the leak is in ${leak}`, async () => {
      const came = await verified(leak);

      assert.deepEqual([came.verdict, came.status], [verdict, status], came.stdout);
      const observations = came.stored.find(({ name }) => name === "observations.ndjson")?.text ?? "";
      assert.match(observations, /sales_total\{caller=\\"«[a-z-]+:[0-9a-f]+:\d+»\\"\}/);
      assert.match(observations, /database_up\{url=\\"[^"]*«[^»]+»/);
      for (const { name, text } of [...came.stored, { name: "stdout", text: came.stdout }]) {
        assert.ok(!text.includes(password), name);
        assert.doesNotMatch(text, /hfcanary[0-9a-f]/, name);
      }
    });
});
