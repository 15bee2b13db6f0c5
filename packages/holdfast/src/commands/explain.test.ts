import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const contract = `holdfast: 1
integrations:
  payments:
    protocol: http
    provider: stub
    address: { env: PAYMENTS_URL }
    policy:
      deadline: 4s
      attemptTimeout: 800ms
      retry: { attempts: 3 }
      budget: { ratio: 20% }
      breaker: { window: 10s }
  mail:
    protocol: http
    provider: stub
    address: { env: MAIL_URL }
  orders: { protocol: postgres, provider: "postgres://127.0.0.1:5432/orders" }
scenarios: { pay: { module: ./pay.mjs, uses: [payments, mail] } }
`;

/** Runs the command in a folder with this contract. */
async function run(test: TestContext, words: readonly string[], text: string | null = contract) {
  const cwd = mkdtempSync(join(tmpdir(), "holdfast-explain-"));
  test.after(() => rmSync(cwd, { recursive: true, force: true }));
  if (text !== null) writeFileSync(join(cwd, "holdfast.yaml"), text);
  const io = bufferIo({ cwd });
  const status = await dispatch(commands, "0.0.0", ["explain", ...words], io);
  return { status, stdout: io.stdout(), stderr: io.stderr() };
}

describe("holdfast explain", () => {
  it("explains every integration of the contract in this folder", async (test) => {
    const { status, stdout, stderr } = await run(test, []);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^payments \(holdfast\.yaml:3\)[\s\S]*A call ends within 4s/);
    assert.match(stdout, /\n\nmail \(holdfast\.yaml:13\)[\s\S]*mail declares no policy/);
    assert.match(stdout, /\n0 errors, 0 warnings, 0 advice\n$/);
    assert.equal(stderr, "");
  });

  it("explains the one that is named, at the rate that is given", async (test) => {
    const { status, stdout } = await run(test, ["holdfast.yaml", "payments", "--rate", "50"]);
    assert.equal(status, 0);
    assert.match(stdout, /Calls per second +50\n/);
    assert.doesNotMatch(stdout, /mail/);
  });

  it("takes into account what else is known: hosts, how slow the provider may be, layers below that try again", async (test) => {
    const about = ["holdfast.yaml", "payments"];
    const plain = await run(test, about);
    assert.doesNotMatch(plain.stdout, /breaker-without-key|timeout-below-latency|nested-amplification/);
    const { status, stdout, stderr } = await run(test, [
      ...about,
      ...["--hosts", "2", "--p99", "900ms", "--rate", "50", "--nested", "3,2"],
    ]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /holdfast\.yaml:12:7 warning breaker-without-key/);
    assert.match(stdout, /holdfast\.yaml:9:7 warning timeout-below-latency/);
    assert.match(stdout, /warning nested-amplification\n +In an outage 1\.22 × 3 × 2 attempts make 7\.32/);
  });

  it("ends with 1 where a policy cannot do what it declares, and says where", async (test) => {
    const { status, stdout } = await run(test, ["holdfast.yaml", "payments", "--rate", "0.5"]);
    assert.equal(status, 1);
    assert.match(stdout, /holdfast\.yaml:12:7 error min-calls-unreachable/);
  });

  it("prints one document with the numbers, the findings and their places", async (test) => {
    const { status, stdout, stderr } = await run(test, ["--json", "--rate=0.5"]);
    assert.equal(status, 1);
    assert.equal(stderr, "");
    const { schemaVersion, integrations } = JSON.parse(stdout) as {
      schemaVersion: number;
      integrations: {
        name: string;
        explanation: { time: { deadlineMs: number } } | null;
        findings: object[];
      }[];
    };
    assert.equal(schemaVersion, 1);
    assert.deepEqual(
      integrations.map(({ name, explanation }) => [name, explanation?.time.deadlineMs ?? null]),
      [
        ["payments", 4_000],
        ["mail", null],
      ],
    );
    assert.partialDeepStrictEqual(integrations[0]?.findings[0], {
      rule: "min-calls-unreachable",
      severity: "error",
      place: { line: 12, column: 7 },
    });
  });

  const refused: readonly (readonly [words: readonly string[], says: RegExp])[] = [
    [
      ["holdfast.yaml", "payment"],
      /no integration "payment"\n.*Did you mean payments\? .*payments, mail, orders\./,
    ],
    [["holdfast.yaml", "xyz"], /no integration "xyz"\n {2}Remedy: The contract has payments, mail, orders\./],
    [["holdfast.yaml", "orders"], /orders speaks postgres/],
    [["--rate", "0"], /--rate 0: expected calls per second/],
    [["--rate", "fast"], /a number such as 0\.5 or 200/],
    [["--nested", "3,none"], /--nested none: expected attempts, a number from 1 to 100\n.*3, or 3,2/],
    [["--nested", "101"], /--nested 101/],
    [["--hosts", "0"], /--hosts/],
    [["--p99", "fast"], /--p99/],
    [["other.yaml"], /FILE_MISSING/],
  ];
  for (const [words, says] of refused)
    it(`ends with 2 on ${words.join(" ")}, and says what to do`, async (test) => {
      const { status, stdout, stderr } = await run(test, words);
      assert.equal(status, 2);
      assert.match(stderr, says);
      assert.equal(stdout, "");
    });

  it("ends with 2 on a contract that is wrong, and on one with nothing to explain", async (test) => {
    const wrong = await run(test, [], contract.replace("deadline: 4s", "deadline: 100ms"));
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /CONFLICT[\s\S]*attemptTimeout/);
    const none = contract
      .replace(/ {2}payments:[\s\S]*(?= {2}orders)/, "")
      .replace("payments, mail", "orders");
    const { status, stderr } = await run(test, [], none);
    assert.equal(status, 2);
    assert.match(stderr, /no integration over HTTP/);
  });
});
