import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const contract = `holdfast: 1
service: { name: checkout, start: node service.ts, url: "http://127.0.0.1:\${port}", correlation: traceparent }
integrations:
  payments:
    protocol: http
    address: { env: PAYMENTS_URL }
    operations: { price: { request: GET /v1/prices/:id } }
    policy: { deadline: 4s, attemptTimeout: 500ms, retry: { attempts: 3 } }
scenarios:
  order: { http: { request: POST /orders }, uses: [payments.price] }
`;
const format = '$msec $request_time "$request" $status "$http_traceparent"';

/** A call that came in, with its attempts. */
function lines(at: number, statuses: readonly number[]): string {
  const traceparent = `00-${(at + 1).toString(16).padStart(32, "0")}-00000000000000${10 + (at % 80)}-01`;
  const row = (ms: number, tookMs: number, request: string, status: number) =>
    `${((1_795_839_600_000 + at * 1_000 + ms) / 1_000).toFixed(3)} ${(tookMs / 1_000).toFixed(3)} "${request} HTTP/1.1" ${status} "${traceparent}"`;
  const tried = statuses.map((status, n) => row(12 + n * 100, 10, `GET /v1/prices/${at}`, status));
  const last = statuses.at(-1) ?? 200;
  return [
    ...tried,
    row(100 * statuses.length, 100 * statuses.length, "POST /orders", last < 400 ? 201 : 502),
  ].join("\n");
}

const day = (failing: readonly number[]): string =>
  Array.from({ length: 300 }, (_, at) => lines(at, at > 40 && at % 10 === 0 ? failing : [200])).join("\n");

async function run(
  test: TestContext,
  log: string,
  words: readonly string[],
  columns = 80,
  commitments = contract,
) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-judge-"));
  test.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "holdfast.yaml"), commitments);
  writeFileSync(join(folder, "access.log"), `${log}\n`);
  const io = bufferIo({ cwd: folder, columns });
  const status = await dispatch(commands, "0", ["judge", ...words], io);
  return { status, stdout: io.stdout(), stderr: io.stderr() };
}

const passive = ["--passive", "access.log", "--format", format, "--contract", "holdfast.yaml"];

describe("holdfast judge --passive", () => {
  it("fails on a broken commitment, with the lines that show it, in 80 columns", async (t) => {
    const { status, stdout } = await run(t, day([503]), [...passive, "--only", "retries-transient"]);

    assert.equal(status, 1);
    assert.match(stdout, /FAIL +retries-transient: after one 503, 0 of 25 calls were made again/);
    assert.match(stdout, /access\.log:\d+\n +> \d+\.\d+ 0\.010 "GET \/v1\/prices/);
    assert.ok(
      stdout.split("\n").every((line) => line.length <= 80),
      stdout,
    );
  });

  it("does not fail on a finding that the contract accepts, and says until when", async (t) => {
    const accepting = `${contract}accept: [{ check: retries-transient, reason: soon, owner: ann, until: 2027-01-01 }]\n`;
    const words = [...passive, "--only", "retries-transient"];

    const { status, stdout } = await run(t, day([503]), words, 80, accepting);

    assert.equal(status, 0, stdout);
    assert.match(
      stdout,
      /FAIL +retries-transient.*Accepted: until 2027-01-01 by ann, and not counted: soon/s,
    );
  });

  it("says how many requests failed where no call can be told", async (t) => {
    const log = Array.from(
      { length: 9 },
      (_, at) =>
        `10.0.0.1 - - [28/Nov/2026:04:20:0${at} +0000] "GET /v1/prices/7 HTTP/1.1" ${at < 6 ? 503 : 200} 0 "-" "-"`,
    );

    const { stdout } = await run(t, log.join("\n"), ["--passive", "access.log"]);

    assert.match(stdout, /9 requests, 6 failed; 0 calls told from them, 0 met a failure/);
  });

  it("passes what natural failures show to be kept", async (t) => {
    const { status, stdout } = await run(t, day([503, 503, 503]), [...passive, "--only", "bounded"]);

    assert.equal(status, 0, stdout);
    assert.match(stdout, /PASS +bounded: no call made more than 3 attempts/);
  });

  it("says what would decide what it leaves open", async (t) => {
    const { status, stdout } = await run(t, day([200]), [...passive, "--only", "bounded"]);

    assert.equal(status, 3);
    assert.match(stdout, /OPEN +bounded: .*12\s+are needed/s);
  });

  it("prints one document with --json", async (t) => {
    const { stdout } = await run(t, day([503]), [...passive, "--json"]);

    const { schemaVersion, mode, targets } = JSON.parse(stdout);

    assert.deepEqual([schemaVersion, mode], [1, "passive"]);
    assert.equal(targets[0].operation, "price");
  });

  for (const [words, says] of [
    [["--passive", "gone.log"], /gone\.log cannot be read/],
    [["--passive", "access.log", "--format", "$status"], /names no request/],
    [["--passive", "access.log", "--write"], /--write writes into a run's folder/],
    [["--traces", "otlp.json"], /--traces belongs to --passive/],
    [["a", "b"], /one run is judged at a time/],
  ] as const) {
    it(`refuses ${words.join(" ")}`, async (t) => {
      const { status, stderr } = await run(t, day([200]), words);

      assert.equal(status, 2);
      assert.match(stderr, says);
    });
  }
});
