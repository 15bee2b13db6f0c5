import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { seededRandom } from "../../packages/core/src/index.ts";
import { startProvider } from "./provider.ts";
import type { RecordedCall, Recording } from "./recorded.ts";
import { phases, type Weather } from "./weather.ts";

/**
 * `node record.ts <module> <subject> <seed> <wire|gateway> <calls> <file>`: drives one consumer of the zoo through changing weather at a
 * steady rate, and writes down its calls, its requests and its log. A process of its own for each, because consumers remember.
 */
const [module = "", subject = "", seedText = "1", kind = "wire", callsText = "1500", file = ""] =
  process.argv.slice(2);
const seed = Number(seedText);
const ratePerSecond = 60;
/** How long late attempts are waited for after the last call. */
const lingerMs = 1_500;

const random = seededRandom(seed);
const startedAtMs = Date.now() - performance.now();
const nowMs = (): number => Math.round(startedAtMs + performance.now());
let weather: () => Weather = () => ({ does: "answer" });
const provider = await startProvider(() => weather(), nowMs);
const log: string[] = [];
const calls: RecordedCall[] = [];
const { call } = (await import(pathToFileURL(module).href)) as {
  call(input: Record<string, unknown>): Promise<unknown>;
};

let begun = 0;
const running: Promise<void>[] = [];
const firstAtMs = performance.now();
for (const phase of phases({ gateway: kind === "gateway", calls: Number(callsText) })) {
  weather = () => phase.weather(random);
  for (let at = 0; at < phase.calls; at++) {
    running.push(drive(`call-${++begun}`));
    await sleep(Math.max(0, firstAtMs + (begun * 1_000) / ratePerSecond - performance.now()));
  }
}
await Promise.all(running);
await sleep(lingerMs);
const exchanges = provider.exchanges.toSorted((a, b) => a.endMs - b.endMs);
const recording: Recording = { subject, seed, calls, exchanges, log };
writeFileSync(join(file), JSON.stringify(recording));
await provider.close();
process.exit(0);

/** One call as the service around the consumer would make it. */
async function drive(id: string): Promise<void> {
  const traceparent = `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
  const headers = { traceparent, authorization: "Bearer hf-recorded-token-0001" };
  const inbound = { order: { id, amount: 4200, card: "4111111111111111" }, headers };
  const startMs = nowMs();
  const status = await call({
    addresses: { payments: provider.url },
    id,
    traceparent,
    inbound,
    log: (record: object) => log.push(JSON.stringify({ time: new Date(nowMs()).toISOString(), ...record })),
  }).then(
    () => 201,
    () => 502,
  );
  calls.push({ id, traceparent, startMs, endMs: nowMs(), status });
}
