import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { after, before, describe, it } from "node:test";
import { answered, type RouteOptions, routeOn, within } from "../../src/conformance/idempotency-subject.ts";
import type { IdempotentHandler } from "../../src/idempotency/idempotent.ts";
import { idempotencyMigrations } from "../../src/idempotency/migrations.ts";
import type { IdempotencyMode } from "../../src/idempotency/options.ts";
import { sqlIdempotency } from "../../src/idempotency/sql-records.ts";
import { frameworks } from "../support/frameworks.ts";
import { type OpenStore, testStores } from "../support/stores.ts";

/** Sends a request by hand, so that headers go out as they are given. */
function send(
  url: string,
  {
    method = "POST",
    headers = {},
    chunks = ["{}"],
  }: { method?: string; headers?: Record<string, string | string[]>; chunks?: (string | Buffer)[] },
): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const read: Buffer[] = [];
      response.on("data", (chunk: Buffer) => read.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(read) }),
      );
      response.on("error", reject);
    });
    request.on("error", reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

for (const framework of frameworks)
  describe(`idempotent routes in ${framework.name}`, () => {
    let opened: OpenStore;
    before(async () => {
      opened = await testStores[0]!.open(idempotencyMigrations);
    });
    after(() => opened.close());

    async function served<const Mode extends IdempotencyMode>(
      options: RouteOptions<Mode>,
      handler: IdempotentHandler<Mode, never>,
      run: (url: string, errors: unknown[]) => Promise<void>,
    ): Promise<void> {
      const errors: unknown[] = [];
      const route = routeOn(sqlIdempotency(opened.store), options as never, handler as never);
      const { url, close } = await framework.serve(route as never, (error) => errors.push(error));
      try {
        await run(`${url}/charges/7?x=1`, errors);
      } finally {
        await close();
      }
    }

    for (const mode of ["tx", "lease"] as const) {
      it(`answers, and answers the same again without running (${mode})`, async () => {
        let runs = 0;
        await served(
          { mode },
          async (request) => {
            const headers = new Headers({ location: "/charges/7", "content-type": "application/json" });
            headers.append("set-cookie", "a=1");
            headers.append("set-cookie", "b=2");
            const { pathname, search } = new URL(request.url);
            return new Response(
              JSON.stringify({ runs: ++runs, sent: await request.json(), at: pathname + search }),
              { status: 201, headers },
            );
          },
          async (url, errors) => {
            const key = randomUUID();
            const headers = { "idempotency-key": key, "content-type": "application/json" };
            const first = await send(url, { headers, chunks: ['{"a"', ":1}"] });
            assert.equal(first.status, 201);
            assert.deepEqual(JSON.parse(String(first.body)), {
              runs: 1,
              sent: { a: 1 },
              at: "/charges/7?x=1",
            });
            assert.deepEqual(first.headers["set-cookie"], ["a=1", "b=2"]);
            const second = await send(url, { headers, chunks: ['{"a":1}'] });
            assert.deepEqual(
              [
                second.status,
                second.body,
                second.headers["location"],
                second.headers["idempotency-replayed"],
                second.headers["set-cookie"],
              ],
              [201, first.body, "/charges/7", "true", undefined],
            );
            assert.equal((await send(url, { headers, chunks: ['{"a":2}'] })).status, 422);
            assert.deepEqual([runs, errors], [1, []]);
          },
        );
      });
    }

    it("refuses what has no key, two keys, or too large a body, with problem details", async () => {
      await served(
        { mode: "lease", bodyBytesMax: 100_000 },
        () => new Response("done"),
        async (url) => {
          const type = "application/json";
          const codes: unknown[] = [];
          for (const [headers, chunks] of [
            [{ "content-type": type }, ["{}"]],
            [{ "content-type": type, "idempotency-key": ["a", "b"] }, ["{}"]],
            [{ "content-type": type, "idempotency-key": "x".repeat(256) }, ["{}"]],
            [
              { "content-type": type, "idempotency-key": randomUUID() },
              Array.from({ length: 30 }, () => Buffer.alloc(10_000)),
            ],
            [
              { "content-type": type, "idempotency-key": randomUUID(), "content-length": "300000" },
              [Buffer.alloc(300_000)],
            ],
          ] as const) {
            const answer = await send(url, { headers: headers as never, chunks: [...chunks] });
            const problem = JSON.parse(String(answer.body)) as { code: string; status: number; type: string };
            assert.equal(answer.headers["content-type"], "application/problem+json");
            assert.equal(problem.type, `urn:holdfast:problem:idempotency:${problem.code}`);
            codes.push([answer.status, problem.status, problem.code]);
          }
          assert.deepEqual(codes, [
            [400, 400, "key-missing"],
            [400, 400, "key-invalid"],
            [400, 400, "key-invalid"],
            [413, 413, "request-too-large"],
            [413, 413, "request-too-large"],
          ]);
        },
      );
    });

    it("goes on when the client goes away, and keeps the answer for when it comes back", async () => {
      const started = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const ended = Promise.withResolvers<void>();
      let runs = 0;
      await served(
        { mode: "lease" },
        async (request, { signal }) => {
          runs++;
          started.resolve();
          await within(gate.promise);
          ended.resolve();
          return new Response(`aborted: ${signal.aborted || request.signal.aborted}`);
        },
        async (url, errors) => {
          const headers = { "idempotency-key": randomUUID() };
          const leaving = httpRequest(url, { method: "POST", headers, agent: false });
          leaving.on("error", () => {});
          leaving.end("{}");
          await started.promise;
          leaving.destroy();
          const busy = await send(url, { headers });
          assert.deepEqual([busy.status, busy.headers["retry-after"] !== undefined], [409, true]);
          gate.resolve();
          await ended.promise;
          const again = await answered(() => send(url, { headers }));
          assert.deepEqual(
            [String(again.body), again.headers["idempotency-replayed"], runs, errors],
            ["aborted: false", "true", 1, []],
          );
        },
      );
    });

    it("passes a large stream on whole, and tells that it was not kept", async () => {
      const chunk = new Uint8Array(64 * 1024).fill(7);
      await served(
        { mode: "lease" },
        () => {
          let left = 160;
          const body = new ReadableStream({
            pull(controller) {
              if (left-- > 0) controller.enqueue(chunk);
              else controller.close();
            },
          });
          return new Response(body, { status: 201, headers: { location: "/charges/8" } });
        },
        async (url) => {
          const headers = { "idempotency-key": randomUUID() };
          const first = await send(url, { headers });
          assert.deepEqual([first.status, first.body.byteLength], [201, 160 * chunk.byteLength]);
          const second = await send(url, { headers });
          assert.deepEqual([second.status, second.headers["location"]], [409, "/charges/8"]);
        },
      );
    });

    it("lets requests that change nothing through without a key", async () => {
      await served(
        { mode: "lease" },
        (request, { key }) => new Response(`${request.method} ${key}`),
        async (url) => {
          assert.equal(String((await send(url, { method: "GET", chunks: [] })).body), "GET null");
          const head = await send(url, { method: "HEAD", chunks: [] });
          assert.deepEqual([head.status, head.body.byteLength], [200, 0]);
        },
      );
    });

    it("hands what the handler throws to the framework", async () => {
      await served(
        { mode: "tx" },
        () => {
          throw new RangeError("no");
        },
        async (url, errors) => {
          assert.equal((await send(url, { headers: { "idempotency-key": randomUUID() } })).status, 500);
          assert.deepEqual(errors.map(String), ["RangeError: no"]);
        },
      );
    });
  });
