import { writeSync } from "node:fs";
import { systemClock, systemRandom } from "@holdfast/core";
import { Pool } from "pg";
import { onCrashPoint } from "../../src/crash-points.ts";
import { createRelay } from "../../src/relay/relay.ts";
import { scriptedBroker } from "../../src/relay/testing/harness.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { servers } from "../support/servers.ts";

/**
 * A process that reads the log and dies at the nth passing of a crash point. What its broker confirms goes to standard output, before the
 * relay knows.
 */
interface Task {
  readonly schema: string;
  readonly point: string;
  readonly nth: number;
}

const task: Task = JSON.parse(process.argv[2] ?? "");
let passed = 0;
onCrashPoint((point) => {
  if (point === task.point && ++passed === task.nth) process.kill(process.pid, "SIGKILL");
});
const store = postgres(new Pool(servers.postgres), { schema: task.schema, outbox: "log", notify: false });
const broker = scriptedBroker(({ envelope }) => {
  if (envelope.type === "bad") return { ok: false, kind: "rejected", error: "no" };
  writeSync(1, `confirmed ${envelope.id}\n`);
  return { ok: true };
});
const relay = createRelay({
  store,
  routeOf: (type) => ({ broker, destination: type }),
  clock: systemClock,
  random: systemRandom,
  emit: () => {},
  options: { leaseMs: 300, attempts: 1, batch: { least: 50, most: 100 }, inFlight: { messages: 200 } },
});
void relay.run(new AbortController().signal);
process.stdin.on("end", () => process.exit(0)).resume();
