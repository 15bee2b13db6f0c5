import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { createRedactor } from "@holdfast/faults";
import type { ScrapeRecord } from "@holdfast/verify";
import { openScraper, type Scraped } from "../src/run/scrape.ts";
import { contractOf } from "./support/contract.ts";

const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const answers: Readonly<Record<string, { status?: number; type?: string; text: string }>> = {
  "/plain": { text: "a 1\n" },
  "/whole": { type: openMetrics, text: "a_total 1\n# EOF\n" },
  "/cut": { type: openMetrics, text: "a_total 1\n" },
  "/moved": { status: 302, text: "" },
  "/long": { text: `${"a 1\n".repeat(500_001)}` },
};

describe("reading the metrics of an instance", () => {
  let server: Server;
  let url: string;
  let asked: IncomingHttpHeaders = {};
  before(async () => {
    server = createServer((request, response) => {
      asked = request.headers;
      const answer = answers[request.url ?? ""];
      if (answer === undefined) return response.flushHeaders();
      response.writeHead(answer.status ?? 200, { "content-type": answer.type ?? "text/plain" });
      return response.end(answer.text);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Reads so often; a server that is silent is waited for very shortly. */
  async function read(
    path: string,
    instance: Partial<Scraped> = {},
    { signal = new AbortController().signal, times = 1 } = {},
  ) {
    const records: ScrapeRecord[] = [];
    const timeoutMs = path === "/silent" ? 30 : 60_000;
    const scrape = openScraper({
      timeoutMs,
      contract: contractOf("good", { service: { metrics: { method: "GET", path } } }),
      clock: systemClock,
      signal,
      redactor: createRedactor({ key: new Uint8Array(32), secrets: [] }),
      record: (record) => records.push(record),
    });
    for (let time = 0; time < times; time++)
      await scrape({ id: "i1", experiment: "e", url, exit: () => null, ...instance }, "stage", "healthy");
    return records;
  }

  it("keeps what it reads, in both formats, with whose it is and when", async () => {
    const [plain, ...others] = await read("/plain");

    assert.deepEqual(others, []);
    assert.ok(Math.abs((plain?.atMs ?? 0) - systemClock.monotonic()) < 60_000);
    const who = { type: "scrape", experiment: "e", instance: "i1", moment: "stage", stage: "healthy" };
    assert.deepEqual(plain, { ...who, atMs: plain?.atMs, text: "a 1\n", error: null });
    assert.match(
      asked.accept ?? "",
      /^application\/openmetrics-text;version=1\.0\.0,.*text\/plain;version=0\.0\.4/,
    );
    assert.equal((await read("/whole"))[0]?.text, "a_total 1\n# EOF\n");
  });

  const refused = [
    ["/cut", "GET /cut answered OpenMetrics that do not end with # EOF"],
    ["/moved", "GET /moved was answered with 302"],
    ["/long", "GET /long answered more than 2 MB"],
    ["/silent", "GET /silent was not answered within 0.03 s"],
  ] as const;
  for (const [path, error] of refused)
    it(`says why there is nothing: ${error}`, async () => {
      const [record] = await read(path);
      assert.deepEqual([record?.text, record?.error], [null, error]);
    });

  it("does not go on asking who is silent", async () => {
    const errors = (await read("/silent", {}, { times: 5 })).map(({ error }) => error);

    assert.equal(new Set(errors.slice(0, 3)).size, 1);
    assert.deepEqual(
      errors.slice(3),
      Array(2).fill("GET /silent was silent 3 times, and is not asked any more"),
    );
  });

  it("says that nobody listens, and asks nobody in the place of one that has ended", async () => {
    const [gone] = await read("/plain", { url: "http://127.0.0.1:1" });
    assert.equal(gone?.error, "GET /plain was not answered: ECONNREFUSED");
    const [ended] = await read("/plain", { exit: () => ({ code: 1 }) });
    assert.deepEqual([ended?.text, ended?.error], [null, "the service had ended"]);
  });

  it("names a service that ends when it is asked", async () => {
    let asks = 0;
    const exit = () => (asks++ === 0 ? null : { code: 1 });
    const [died] = await read("/plain", { url: "http://127.0.0.1:1", exit });
    assert.match(died?.error ?? "", /ECONNREFUSED, and the service ended when it was asked$/);
  });

  it("leaves everything where there is no url, or where the run ends", async () => {
    assert.deepEqual(await read("/plain", { url: null }), []);
    assert.deepEqual(await read("/plain", {}, { signal: AbortSignal.abort() }), []);
  });
});
