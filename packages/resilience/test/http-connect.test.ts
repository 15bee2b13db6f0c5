import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { type AddressInfo, createServer, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import { Agent, buildConnector, type Dispatcher, request } from "undici";
import { resilientRequest } from "../src/http-node.ts";
import { resilientInterceptor, timedConnector } from "../src/http-undici.ts";
import type { PolicyDocument } from "../src/index.ts";
import { limits } from "./support/http-law-subject.ts";
import { answer, provider } from "./support/http-provider.ts";
import { failed } from "./support/world.ts";

type Found = (
  error: Error | null,
  addresses: { readonly address: string; readonly family: number }[],
) => void;
type Lookup = (name: string, options: object, found: Found) => void;

const opened: (() => unknown)[] = [];
after(() => Promise.all(opened.map((close) => close())));

/** Finds nobody for so many times, without ever saying so: from outside a connection that does not come about. */
function silentFor(times: number): { readonly lookup: Lookup; readonly asked: () => number } {
  let asked = 0;
  const lookup: Lookup = (_name, _options, found) => {
    if (++asked > times) found(null, [{ address: "127.0.0.1", family: 4 }]);
  };
  return { lookup, asked: () => asked };
}

/** A server that takes connections and says nothing. */
async function mute(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => {}))).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  opened.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

interface Sent {
  readonly url: string;
  readonly lookup?: Lookup;
  readonly signal?: AbortSignal;
}

/** A client with one connection, which answers with the body of the response. */
type Client = (sent: Sent) => Promise<string>;

const clients: Readonly<Record<string, (policy: PolicyDocument) => Client>> = {
  "node:http": (policy) => {
    const client = resilientRequest(policy);
    const settings = { keepAlive: true, maxSockets: 1 };
    const [plain, secure] = [new HttpAgent(settings), new HttpsAgent(settings)];
    opened.push(
      () => void plain.destroy(),
      () => void secure.destroy(),
    );
    return async ({ url, ...rest }) => {
      const agent = url.startsWith("https:") ? secure : plain;
      return await text(await client(url, { method: "POST", body: "charge", agent, ...(rest as object) }));
    };
  },
  undici: (policy) => {
    let dispatcher: Dispatcher | null = null;
    const open = (options: object): Dispatcher => {
      const connect = timedConnector(policy, buildConnector(options));
      const agent = new Agent({ connections: 1, connect });
      opened.push(() => agent.destroy());
      return agent.compose(resilientInterceptor(policy));
    };
    return async ({ url, lookup, ...rest }) => {
      dispatcher ??= open(lookup === undefined ? {} : { lookup });
      const { body } = await request(url, { dispatcher, method: "POST", body: "charge", ...rest });
      return await body.text();
    };
  },
};

const patient = { deadline: "9s", attemptTimeout: "8s", connectTimeout: 80 } as const;

for (const [name, make] of Object.entries(clients)) {
  describe(`connectTimeout of ${name}`, limits, () => {
    it("ends an attempt that finds no connection, and makes the next, whatever the method: nothing was sent", async () => {
      const { url, seen } = await provider(answer(200, "charged"));
      const { lookup, asked } = silentFor(2);
      const client = make({ ...patient, retry: { attempts: 3, backoff: { base: 1, cap: 5 } } });
      const atMs = performance.now();
      assert.equal(await client({ url: url.replace("127.0.0.1", "provider.test"), lookup }), "charged");
      const tookMs = performance.now() - atMs;
      assert.ok(tookMs > 150 && tookMs < 5_000, `${tookMs}`);
      assert.deepEqual([asked(), seen.length, seen[0]?.body], [3, 1, "charge"]);
    });

    it("says so: the failure is one of connecting, and speaks against the provider", async () => {
      const error = await failed(make(patient)({ url: "http://provider.test:9/", ...silentFor(9) }));
      assert.equal(error.code, "FAILED");
      assert.partialDeepStrictEqual(error.failure, {
        class: "unsent",
        counts: true,
        word: "connect-failure",
        code: "ETIMEDOUT",
      });
      assert.match(String(error.cause), /no connection within 80 ms, the connectTimeout of the policy/);
    });

    it("bounds TLS as well, which is part of connecting", async () => {
      const error = await failed(make(patient)({ url: `https://127.0.0.1:${await mute()}/` }));
      assert.equal(error.failure?.code, "ETIMEDOUT");
      assert.ok(error.elapsedMs < 5_000, `${error.elapsedMs}`);
    });

    it("bounds nothing else: neither an answer that takes its time nor the wait for a connection", async () => {
      const slow = answer(200, "slow");
      const { url, seen } = await provider((response, sent) => void setTimeout(slow, 200, response, sent));
      const client = make(patient);
      assert.deepEqual(await Promise.all([client({ url }), client({ url })]), ["slow", "slow"]);
      assert.equal(await client({ url }), "slow");
      assert.equal(seen.length, 3);
    });

    it("leaves nothing behind where the caller gives up before", async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const call = make(patient)({ url: "http://provider.test:9/", ...silentFor(9), signal });
      const ended = assert.rejects(call);
      await later(20);
      controller.abort(new Error("enough"));
      await ended;
      await later(120);
    });
  });
}

describe("timedConnector", limits, () => {
  it("is the connector itself where the policy has no connectTimeout", () => {
    const connector = buildConnector({});
    assert.equal(timedConnector({ deadline: "1s" }, connector), connector);
  });

  it("closes a connection that comes too late, and tells its own failures and successes as they are", async () => {
    const late = new Socket();
    let finish: (socket: Socket) => void = () => {};
    type Told = (...end: [error: null, socket: Socket] | [error: Error, socket: null]) => void;
    const connector = (what: string, told: Told): void => {
      if (what === "late") finish = (socket) => told(null, socket);
      else if (what === "fails") told(new Error("refused"), null);
      else told(null, late);
    };
    const timed = timedConnector({ connectTimeout: 30 }, connector as never) as unknown as typeof connector;
    const end = (what: string) => new Promise<unknown>((resolve) => timed(what, (...told) => resolve(told)));

    const [error, none] = (await end("late")) as [Error & { code: string }, null];
    assert.deepEqual([error.code, none], ["ETIMEDOUT", null]);
    assert.deepEqual(await end("works"), [null, late]);
    assert.deepEqual(await end("fails"), [new Error("refused"), null]);
    assert.equal(late.destroyed, false);
    finish(late);
    assert.equal(late.destroyed, true);
  });
});
