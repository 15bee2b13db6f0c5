import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, systemClock } from "@holdfast/core";
import { createRedactor, type FaultSpec, startProxy } from "@holdfast/faults";
import { freePort } from "./prometheus.ts";

/** The hardened checkout. */
export const hardened: string = join(import.meta.dirname, "../../../examples/checkout/hardened");

/** The hardened checkout as it runs, with a provider behind a faults proxy and steady traffic. */
export interface CheckoutStage extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly target: string;
  metrics(): Promise<string>;
  /** Places one order; answers the status. */
  order(): Promise<number>;
  /** Places so many orders a second from now on, whatever becomes of those before. */
  drive(perSecond: number): void;
  /** What the proxy does to every request from now on; `null`: nothing. */
  breakWith(fault: FaultSpec | null): Promise<void>;
}

/** Starts it; all of it ends with it. */
export async function startCheckout(): Promise<CheckoutStage> {
  const provider = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(201, { "content-type": "application/json" });
      response.end('{"id":"ch_1","status":"succeeded"}');
    });
  }).listen(0, "127.0.0.1");
  await once(provider, "listening");
  const proxy = await startProxy({
    name: "p",
    integration: "payments",
    operations: [],
    provider: { url: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` },
    clock: systemClock,
    random: seededRandom(1),
    redactor: createRedactor({ key: Buffer.alloc(32, 7), secrets: [] }),
    record: () => {},
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const words = ["--conditions=@holdfast/source", "--disable-warning=ExperimentalWarning", "service.mjs"];
  const env = { PATH: process.env["PATH"], PORT: String(port), PAYMENTS_URL: proxy.url };
  const child = spawn(process.execPath, words, { cwd: hardened, env, stdio: "ignore" });
  const reap = (): void => void child.kill("SIGKILL");
  process.once("exit", reap);
  let orders = 0;
  let traffic: NodeJS.Timeout | undefined;
  const order = async (): Promise<number> => {
    const body = JSON.stringify({ id: `live-${++orders}`, amount: 4200, card: "4242424242424242" });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/orders`, { method: "POST", headers, body });
    await answer.text();
    return answer.status;
  };
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) break;
    if (child.exitCode !== null || tries > 600) throw new Error("the checkout does not start");
    await sleep(50);
  }
  return {
    target: `127.0.0.1:${port}`,
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    order,
    drive: (perSecond) => {
      clearInterval(traffic);
      traffic = setInterval(() => void order().catch(() => {}), 1_000 / perSecond);
    },
    breakWith: (fault) =>
      proxy.arm({ call: null, operation: null, program: { steps: [{ fault, times: "forever" }] } }),
    async [Symbol.asyncDispose]() {
      clearInterval(traffic);
      const ended = once(child, "exit");
      reap();
      await ended;
      process.off("exit", reap);
      await proxy.close();
      provider.close();
      provider.closeAllConnections();
    },
  };
}
