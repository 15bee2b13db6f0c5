import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { isCodedError } from "@holdfast/core";
import { type DiagnosedFiles, diagnoseFiles } from "../../src/diagnose/run-diagnose.ts";

const startMs = Date.UTC(2026, 10, 28, 4, 0, 0);
const iso = (at: number): string => new Date(startMs + at * 1_000).toISOString();
const clf = (at: number): string => `28/Nov/2026:04:${iso(at).slice(14, 19)} +0000`;
const rows = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");
/** The hundred seconds of the outage within ten minutes. */
const bad = (at: number): boolean => at >= 300 && at < 400;

const nginx = (at: number, status: number): string =>
  `10.0.0.${at % 250} - - [${clf(at)}] "POST /orders/${at} HTTP/1.1" ${status} 512 "-" "curl/8"`;
const envoy = (at: number, code: string, id: string): string =>
  `[${iso(at)}] "POST /v1/charges HTTP/1.1" ${code} 52 0 7 - "-" "node" "${id}" "payments:443" "10.1.2.3:443"`;

async function diagnose(
  test: TestContext,
  logs: Readonly<Record<string, string | Buffer>>,
  format?: string,
): Promise<DiagnosedFiles> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-access-"));
  test.after(() => rmSync(folder, { recursive: true }));
  const files = Object.entries(logs).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return { path: join(folder, name), name };
  });
  const { signal } = new AbortController();
  return diagnoseFiles({ files, signal, ...(format === undefined ? {} : { format }) });
}

describe("access logs of an incident", () => {
  it("tell since when nginx got no answer, at how many requests, and that its log names nobody", async (test) => {
    const { diagnosis } = await diagnose(test, {
      "nginx.log": rows(600, (at) => nginx(at, bad(at) ? 504 : 200)),
    });

    const { cause } = diagnosis;
    assert.deepEqual([cause?.class, cause?.dependency, cause?.certainty], ["timeout", null, "likely"]);
    assert.equal(cause?.onset?.atMs, startMs + 300_000);
    assert.deepEqual([cause?.blast.callsFailed, cause?.blast.callsTotal], [100, 600]);
    assert.deepEqual(cause?.blast.operations, ["POST /orders/*"]);
  });

  it("name the upstream and what Envoy met there, for certain", async (test) => {
    const { diagnosis } = await diagnose(test, {
      "envoy.log": rows(600, (at) => envoy(at, bad(at) ? "503 UF,URX" : "200 -", `r${at}`)),
    });

    const { cause } = diagnosis;
    assert.deepEqual(
      [cause?.class, cause?.dependency, cause?.certainty],
      ["unreachable", "payments", "certain"],
    );
    assert.equal(cause?.blast.callsFailed, 100);
  });

  it("are the effect where the log of the service behind them names the cause", async (test) => {
    const { diagnosis } = await diagnose(test, {
      "nginx.log": rows(600, (at) => nginx(at, bad(at) ? 502 : 200)),
      "checkout.log": rows(600, (at) =>
        JSON.stringify({
          time: startMs + at * 1_000 + 500,
          level: bad(at) ? "error" : "info",
          trace_id: `t${at}`,
          provider: "payments",
          ...(bad(at) ? { error: { code: "ECONNREFUSED" } } : { status: 200 }),
        }),
      ),
    });

    const { cause } = diagnosis;
    assert.deepEqual(
      [cause?.service, cause?.dependency, cause?.class, cause?.certainty],
      ["checkout", "payments", "unreachable", "certain"],
    );
    assert.ok(cause?.blast.services.includes("nginx"));
  });

  it("make the cause no more than likely where most of them fail beyond what failed behind", async (test) => {
    const { diagnosis } = await diagnose(test, {
      "nginx.log": rows(600, (at) => nginx(at, bad(at) ? 502 : 200)),
      "newsletter.log": rows(600, (at) =>
        JSON.stringify({
          time: startMs + at * 1_000 + 500,
          level: bad(at) && at % 3 === 0 ? "error" : "info",
          trace_id: `n${at}`,
          provider: "smtp",
          ...(bad(at) && at % 3 === 0 ? { error: { code: "ECONNREFUSED" } } : { status: 200 }),
        }),
      ),
    });

    const { cause } = diagnosis;
    assert.deepEqual([cause?.service, cause?.certainty], ["newsletter", "likely"]);
    assert.ok((cause?.untiedCalls ?? 0) > (cause?.calls.failed ?? 0));
    const door = diagnosis.hypotheses.find(({ claim }) =>
      /failed at nginx for a reason of their own/.test(claim),
    );
    assert.equal(door?.certainty, "possible");
    assert.ok(door?.claim.startsWith(`${cause?.untiedCalls} calls`));
  });

  it("are read by a format that is named, with what nginx got from its upstream", async (test) => {
    const format = '$msec $upstream_addr $upstream_header_time "$request" $status';
    const line = (at: number): string =>
      `${startMs / 1_000 + at}.250 10.1.2.3:80 ${bad(at) ? "-" : "0.020"} "GET /a HTTP/1.1" ${bad(at) ? 502 : 200}`;

    const { diagnosis } = await diagnose(test, { "edge.log": rows(600, line) }, format);

    assert.deepEqual(
      [diagnosis.cause?.class, diagnosis.cause?.dependency],
      ["connection-failed", "10.1.2.3"],
    );
    await assert.rejects(
      diagnose(test, { "edge.log": rows(3, (at) => `line ${at}`) }, format),
      (failure) => isCodedError(failure) && failure.code === "USAGE",
    );
  });

  it("tell of clients that left only where many did", async (test) => {
    const left = (every: number): string => rows(600, (at) => nginx(at, at % every === 0 ? 499 : 200));

    assert.equal((await diagnose(test, { "a.log": left(50) })).diagnosis.verdict, "clean");
    assert.equal((await diagnose(test, { "a.log": left(4) })).diagnosis.cause?.class, "cancelled");
  });
});

describe("logs that could not be read", () => {
  const fine = rows(80, (at) => nginx(at, 200));
  const verdictOf = async (test: TestContext, log: string | Buffer): Promise<string> =>
    (await diagnose(test, { "a.log": log })).diagnosis.verdict;

  it("are not said to tell of no failure: bytes, text of no format, and what breaks off", async (test) => {
    const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7919 + (at >> 8)) % 256));
    assert.equal(await verdictOf(test, bytes), "undecided");
    assert.equal(await verdictOf(test, "one thing\nand another\n"), "undecided");
    assert.equal(await verdictOf(test, ""), "undecided");
    assert.equal(await verdictOf(test, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])), "undecided");
  });

  it("may hold less than a fifth of it", async (test) => {
    const strange = (count: number): string => rows(count, (at) => `strange words ${"x".repeat(at)}`);
    assert.equal(await verdictOf(test, `${fine}\n${strange(19)}`), "clean");
    assert.equal(await verdictOf(test, `${fine}\n${strange(20)}`), "undecided");
    const { diagnosis, files } = await diagnose(test, { "a.log": `${fine}\n${"\u0000\n".repeat(20)}` });
    assert.deepEqual([diagnosis.verdict, files[0]?.leftOut], ["undecided", 20]);
  });

  it("take nothing from a failure that was read", async (test) => {
    const log = `${rows(6, (at) => nginx(at, 503))}\n${rows(60, (at) => `strange ${at}`)}`;
    assert.equal(await verdictOf(test, log), "failing");
  });
});
