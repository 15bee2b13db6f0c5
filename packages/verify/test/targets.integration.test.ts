import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { openTargets, type Targets } from "../src/run/open-targets.ts";
import { contractOf, temporaryFolder } from "./support/contract.ts";

const metrics = { method: "GET", path: "/internal/metrics" } as const;
const about = { experiment: "place-order/payments.charge/hang", phase: "experiment", fault: "hang" } as const;
const alive = { exit: () => null } as const;

/** A service that counts how often its metrics were read; `silent`: it says nothing from then on. */
async function counting() {
  let reads = 0;
  let accepted = "";
  const state = { silent: false };
  const server = createServer((request, response) => {
    if (request.url !== metrics.path) {
      response.writeHead(404).end();
      return;
    }
    if (state.silent) return;
    accepted = request.headers.accept ?? "";
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
    response.end(`reads_total ${++reads}\n`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const end = (): void => {
    server.close();
    server.closeAllConnections();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, end, state, reads: () => reads, accepted: () => accepted };
}

describe("the file of targets of a run", { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  const file = join(folder, "targets.json");
  after(() => rmSync(folder, { recursive: true }));
  const stopped = AbortSignal.abort();
  const running = new AbortController().signal;

  function opened(changes: { readonly signal?: AbortSignal; readonly file?: string } = {}) {
    const failures: unknown[] = [];
    const contract = contractOf("good", { service: { metrics } });
    const rest = { run: "r1", contract, clock: systemClock, signal: running, file, ...changes };
    return { failures, targets: openTargets({ ...rest, onFailure: (error) => failures.push(error) }) };
  }

  interface Group {
    readonly targets: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  }
  const groups = (): readonly Group[] => JSON.parse(readFileSync(file, "utf8")) as Group[];
  const listed = (): readonly unknown[] => groups().map(({ labels }) => labels["instance"]);
  const scrape = async ({ targets, labels }: Group) => {
    const url = `http://${targets[0]}${labels["__metrics_path__"]}`;
    const answer = await fetch(url, { headers: { accept: "text/plain;version=0.0.4" } });
    return { status: answer.status, text: await answer.text(), type: answer.headers.get("content-type") };
  };

  it("passes on what a running instance tells, and what it told last once it has ended", async () => {
    const service = await counting();
    const targets = await opened().targets;
    const hold = targets.list({ id: "i1", url: service.url, ...about, ...alive });
    const [group] = groups();
    assert.ok(group !== undefined);
    const type = "text/plain; version=0.0.4";
    assert.deepEqual(await scrape(group), { status: 200, text: "reads_total 1\n", type });
    assert.equal(service.accepted(), "text/plain;version=0.0.4");
    await hold();
    service.end();
    assert.equal(service.reads(), 2, "once more before its end");
    for (let again = 0; again < 2; again++)
      assert.deepEqual(await scrape(group), { status: 200, text: "reads_total 2\n", type });
    await targets.close();
    assert.deepEqual(groups(), []);
    await assert.rejects(scrape(group));
  });

  it("lists an instance until what it told last was read, and no longer", async () => {
    const service = await counting();
    const targets = await opened({ signal: stopped }).targets;
    const hold = targets.list({ id: "i1", url: service.url, ...about, ...alive });
    await hold();
    targets.list({ id: "i2", url: service.url, ...about, ...alive });
    assert.deepEqual(listed(), ["i1", "i2"]);
    await scrape(groups()[0] as Group);
    targets.list({ id: "i3", url: service.url, ...about, ...alive });
    assert.deepEqual(listed(), ["i2", "i3"]);
    service.end();
    await targets.close();
  });

  it("waits at the end of a run for what nobody has read yet", async () => {
    const service = await counting();
    const targets = await opened().targets;
    await targets.list({ id: "i1", url: service.url, ...about, ...alive })();
    service.end();
    const closed = targets.close();
    await systemClock.sleep(500);
    const [group] = groups();
    assert.ok(group !== undefined, "it is still listed");
    assert.equal((await scrape(group)).text, "reads_total 1\n");
    await closed;
    assert.deepEqual(groups(), []);
  });

  it("answers 502 for one that says nothing, and does not wait for it", async () => {
    const service = await counting();
    service.state.silent = true;
    const targets = await opened({ signal: stopped }).targets;
    const begunMs = systemClock.monotonic();
    await targets.list({ id: "i1", url: service.url, ...about, ...alive })();
    assert.ok(systemClock.monotonic() - begunMs < 3_000);
    assert.equal((await scrape(groups()[0] as Group)).status, 502);
    service.end();
    await targets.close();
  });

  it("does not ask at the address of one that ended by itself: another may listen there", async () => {
    const service = await counting();
    const targets = await opened({ signal: stopped }).targets;
    targets.list({ id: "i1", url: service.url, ...about, exit: () => ({ code: 1, signal: null }) });
    assert.equal((await scrape(groups()[0] as Group)).status, 502);
    assert.equal(service.reads(), 0);
    service.end();
    await targets.close();
  });

  it("leaves nothing beside it, and tells once when it can no longer be written", async () => {
    const inner = temporaryFolder();
    const { targets, failures } = opened({ file: join(inner, "targets.json"), signal: stopped });
    const list: Targets["list"] = (await targets).list;
    assert.deepEqual(readdirSync(inner), ["targets.json"]);
    rmSync(inner, { recursive: true });
    for (const id of ["i1", "i2"]) list({ id, url: "http://127.0.0.1:1", ...about, ...alive });
    assert.deepEqual(
      failures.map((error) => (error as { readonly code: string }).code),
      ["TARGETS_NOT_WRITABLE"],
    );
    await (await targets).close();
    assert.ok(!existsSync(inner));
  });

  const refused = [
    ["another file", "package.json", "FILE_EXISTS"],
    ["a folder", "folder.json", "FILE_EXISTS"],
    ["a folder that is not there", "no/targets.json", "FOLDER_MISSING"],
    ["a name that Prometheus does not read", "targets.txt", "USAGE"],
  ] as const;
  for (const [what, name, code] of refused) {
    it(`is refused: ${what}`, async () => {
      const inner = temporaryFolder();
      writeFileSync(join(inner, "package.json"), "{}");
      mkdirSync(join(inner, "folder.json"));
      await assert.rejects(opened({ file: join(inner, name) }).targets, { code });
      assert.equal(readFileSync(join(inner, "package.json"), "utf8"), "{}");
      rmSync(inner, { recursive: true });
    });
  }

  it("needs a service that tells its metrics", async () => {
    const contract = contractOf("good", { service: { metrics: null } });
    const rest = { run: "r1", contract, clock: systemClock, signal: running, onFailure: () => {} };
    await assert.rejects(openTargets({ ...rest, file }), { code: "CONTRACT_WITHOUT_METRICS" });
    await (await openTargets({ ...rest, file: null })).close();
  });
});
