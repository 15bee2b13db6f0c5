import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Ended, folder, holdfast } from "./support/cli.ts";

const root = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const scripts = (
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> }
).scripts;

/** The smallest service that the README's contract fits: it sells by charging its provider, once, with no timeout. */
const server = `
import { createServer } from "node:http";
createServer(async (request, response) => {
  if (request.url === "/health") return response.end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = await fetch(process.env.PAYMENTS_URL + "/charges", { method: "POST", body: Buffer.concat(chunks) });
  await answer.text();
  response.statusCode = answer.ok ? 200 : 502;
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

function npmRun(script: string): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn("npm", ["run", "--silent", script], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.on("error", reject);
  child.on("close", (status) => resolve({ status, stdout, stderr }));
  return promise;
}

describe("the README", { timeout: 300_000 }, () => {
  it("names commands that exist", () => {
    const named = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map((match) => match[1] ?? "");
    assert.ok(named.length >= 2);
    for (const name of named) assert.ok(scripts[name] !== undefined, `npm run ${name}`);
  });

  it("links to files that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? "");
    assert.ok(links.length > 5);
    for (const link of links) assert.ok(existsSync(join(root, link)), link);
  });

  it("shows a demo that runs: every planted mistake is found, nothing of the hardened service fails", async () => {
    const { status, stdout, stderr } = await npmRun("demo");

    assert.equal(status, 0, `${stdout}\n${stderr.slice(-2_000)}`);
    const promised = /Mistakes planted in examples\/checkout\/naive: (\d+)\. Found: \1\./;
    assert.match(readme, promised);
    assert.equal(promised.exec(stdout)?.[0], promised.exec(readme)?.[0]);
    for (const html of stdout.match(/\S+report\.html/g) ?? []) assert.ok(existsSync(join(root, html)), html);
  });

  it("has a minimal contract that verifies a service as it stands", async () => {
    const block = /```yaml\n([\s\S]*?)\n *```/.exec(readme)?.[1] ?? "";
    const contract = block.replaceAll(/^ {3}/gm, "");
    const { path, remove } = folder({
      "holdfast.yaml": contract,
      "server.js": server,
      "package.json": '{"type":"module"}',
    });
    try {
      const { status, stdout, stderr } = await holdfast(["verify", "--only", "attempt,bounded", "--json"], {
        cwd: path,
      });

      const { items } = JSON.parse(stdout) as { items: { checks: { id: string; verdict: string }[] }[] };
      const verdict = (id: string) =>
        items.flatMap(({ checks }) => checks).find((check) => check.id === id)?.verdict;
      assert.deepEqual([verdict("attempt"), verdict("bounded"), status], ["fail", "pass", 1], stderr);
    } finally {
      remove();
    }
  });
});
