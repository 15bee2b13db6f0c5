import { randomUUID } from "node:crypto";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { effectsOn, routeOn } from "../../../src/conformance/idempotency-subject.ts";
import { nodeListener } from "../../../src/http-node.ts";
import type { IdempotencyStore } from "../../../src/idempotency/record.ts";

/** What rounds of simultaneous duplicates are made of. */
export interface DuplicateRounds {
  readonly store: IdempotencyStore;
  readonly mode: "tx" | "lease";
  readonly rounds: number;
  readonly parallel: number;
}

/** What came of them. */
export interface DuplicateResult {
  readonly keys: number;
  /** Keys with exactly one effect and at least one answer of it, all answers of it alike. */
  readonly once: number;
  readonly requests: number;
  /** How often each status was answered. */
  readonly statuses: string;
  readonly seconds: number;
}

/** Sends each of `rounds` fresh keys `parallel` times at once, over HTTP on the loopback. */
export async function duplicateRounds({
  store,
  mode,
  rounds,
  parallel,
}: DuplicateRounds): Promise<DuplicateResult> {
  const effects = await effectsOn(store);
  let made = 0;
  const route = routeOn(store, { mode }, async (request, context) => {
    const { key } = (await request.json()) as { key: string };
    await effects.run(context, key);
    return Response.json({ made: ++made }, { status: 201 });
  });
  const server = createServer(nodeListener(route as never));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const counted = new Map<number, number>();
  let once = 0;
  const startMs = performance.now();
  for (let round = 0; round < rounds; round++) {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: parallel }, () => send(port, agent, key)));
    for (const { status } of answers) counted.set(status, (counted.get(status) ?? 0) + 1);
    const done = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body));
    const others = answers.filter(({ status }) => status !== 201 && status !== 409);
    if ((await effects.count(key)) === 1 && done.size === 1 && others.length === 0) once++;
  }
  const seconds = (performance.now() - startMs) / 1000;
  agent.destroy();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  const statuses = [...counted].map(([status, count]) => `${count} × ${status}`).join(", ");
  return { keys: rounds, once, requests: rounds * parallel, statuses, seconds };
}

/** What a sample without a miss says: a share above 3/n of misses would have shown one, 95 times of 100. */
export function boundOf(keys: number, once: number): string {
  return once === keys
    ? `a second effect is ruled out above ${((3 / keys) * 100).toFixed(2)} % of keys (95 %)`
    : `${keys - once} MISSED`;
}

function send(port: number, agent: Agent, key: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "idempotency-key": key, "content-type": "application/json" };
    const request = httpRequest(
      { host: "127.0.0.1", port, method: "POST", path: "/charges", agent, headers },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => {
          body += text;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body })).on("error", reject);
      },
    );
    request.on("error", reject).end(JSON.stringify({ key }));
  });
}
