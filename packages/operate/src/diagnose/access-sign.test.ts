import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readEntry } from "./read-entry.ts";
import { type Sign, signOf } from "./sign.ts";

const origin = { file: 0, service: "edge", year: 2026 };
const signIn = (text: string): Sign => signOf(readEntry(origin, 1, text));
const nginx = (status: number): string =>
  `10.0.0.1 - - [28/Nov/2026:04:20:08 +0000] "POST /orders/17?a=1 HTTP/1.1" ${status} 0 "-" "curl/8"`;
const envoy = (code: string): string =>
  `[2026-11-28T04:20:08.301Z] "POST /v1/charges HTTP/1.1" ${code} 52 0 7 - "-" "node" "7e1c" "payments:443" "10.1.2.3:443"`;
const istio = (code: string, cluster: string): string =>
  `[2026-11-28T04:20:08.301Z] "GET /p HTTP/1.1" ${code} - "-" 0 24 12 - "-" "node" "7e1c" "prices:443" "10.1.2.3:443" ${cluster} 10.0.0.1:5 10.0.0.2:80 10.0.0.3:9 - default`;

/** What a sign comes to, short: its kind, its class, and whom it names. */
const short = (sign: Sign): string =>
  "class" in sign
    ? `${sign.kind} ${sign.class?.id ?? (sign.kind === "answered" && sign.failed)} ${sign.dependency}`
    : sign.kind;

describe("a line of an access log", () => {
  const rows: readonly (readonly [name: string, line: string, expected: string])[] = [
    ["nginx 200", nginx(200), "answered false null"],
    ["nginx 404", nginx(404), "answered false null"],
    ["nginx 499", nginx(499), "answered cancelled null"],
    ["nginx 500", nginx(500), "answered server-error null"],
    ["nginx 502", nginx(502), "answered bad-gateway null"],
    ["nginx 503", nginx(503), "answered server-error null"],
    ["nginx 504", nginx(504), "answered timeout null"],
    ["nginx with one more field", `${nginx(504)} "10.9.9.9"`, "answered timeout null"],
    ["Apache's common", nginx(500).replace(' "-" "curl/8"', ""), "answered server-error null"],
    ["Envoy, well", envoy("200 -"), "answered false payments"],
    ["Envoy, passed on", envoy("503 -"), "answered server-error payments"],
    ["Envoy, 502 passed on", envoy("502 -"), "answered server-error payments"],
    ["Envoy UF", envoy("503 UF,URX"), "failure unreachable payments"],
    ["Envoy UH", envoy("503 UH"), "failure unreachable payments"],
    ["Envoy UC", envoy("503 UC"), "failure connection-lost payments"],
    ["Envoy UT", envoy("504 UT"), "failure timeout payments"],
    ["Envoy UO", envoy("503 UO"), "failure gave-up payments"],
    ["Envoy URX alone", envoy("503 URX"), "answered server-error payments"],
    ["Envoy FI", envoy("503 FI"), "failure injected payments"],
    ["Envoy NC", envoy("503 NC"), "failure not-routed payments"],
    ["Envoy NR of a stranger", envoy("404 NR"), "answered false payments"],
    ["Envoy RL", envoy("429 RL"), "failure throttled payments"],
    ["Envoy DC", envoy("0 DC"), "answered cancelled payments"],
    ["Envoy without an answer", envoy("0 UR"), "failure connection-lost payments"],
    [
      "Istio, the caller's side",
      istio("403 - via_upstream", "outbound|443||prices.example.org"),
      "failure credentials prices.example.org",
    ],
    ["Istio, the other side", istio("403 - via_upstream", "inbound|8080||"), "answered false prices"],
    [
      "JSON of Envoy",
      '{"start_time":"2026-11-28T04:20:08.301Z","duration":12,"method":"GET","path":"/p","response_code":504,"response_flags":"UT","upstream_cluster":"outbound|443||prices","x_request_id":"r1"}',
      "failure timeout prices",
    ],
    [
      "an application's own line, which names whom it called",
      '{"level":"error","method":"POST","path":"/charges","status":503,"duration_ms":12,"provider":"payments"}',
      "failure server-error payments",
    ],
    [
      "an application's own line on what it answered",
      '{"level":"info","method":"POST","path":"/orders","status":503,"duration_ms":12}',
      "answered server-error null",
    ],
  ];
  for (const [name, line, expected] of rows)
    it(`is told as “${expected}”: ${name}`, () => assert.equal(short(signIn(line)), expected));

  it("has the time at which the request ended, its id, how long it took, and no ids in its operation", () => {
    const { atMs, zoned, call, told, format } = readEntry(origin, 1, envoy("503 UF"));
    assert.deepEqual(
      [atMs, zoned, call, told.durationMs, told.operation, format],
      [Date.UTC(2026, 10, 28, 4, 20, 8, 308), true, "7e1c", 7, "POST /v1/charges", "access"],
    );
    assert.equal(readEntry(origin, 1, nginx(503)).told.operation, "POST /orders/*");
    assert.equal(readEntry(origin, 1, nginx(503)).atMs, Date.UTC(2026, 10, 28, 4, 20, 8));
  });

  it("is read behind what a container runtime writes, as other lines are", () => {
    const before = "2026-11-28T04:20:09.000000000Z stdout F ";
    assert.equal(short(signIn(`${before}${envoy("503 UF")}`)), "failure unreachable payments");
    assert.equal(readEntry(origin, 1, `${before}{"msg":"x","trace_id":"t1"}`).call, "t1");
    assert.equal(readEntry(origin, 1, `${before}x`).atMs, Date.UTC(2026, 10, 28, 4, 20, 9));
  });
});
