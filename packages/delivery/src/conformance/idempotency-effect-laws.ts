import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { IdempotencyStore } from "../idempotency/record.ts";
import { type Each, type Effects, post, routeOn } from "./idempotency-subject.ts";

/** What is done, and how often, in the modes that promise it. */
export function effectLaws(each: Each, effects: () => Effects): void {
  each(
    "runs 200 simultaneous requests of one key once, and answers the others 409 or the same",
    async (mode, store, again) => {
      const key = randomUUID();
      const routes = [store, again].map((one) =>
        routeOn(one, { mode }, async (_request, context) => {
          await effects().run(context, key);
          return Response.json({ id: key }, { status: 201 });
        }),
      );
      const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => routes[at % 2]!(post(key))));
      const bodies = await Promise.all(
        answers.map(async (answer) => `${answer.status} ${await answer.text()}`),
      );
      const done = bodies.filter((body) => body === `201 ${JSON.stringify({ id: key })}`);
      assert.ok(done.length >= 1);
      assert.deepEqual(
        bodies.filter((body) => !done.includes(body) && !body.startsWith("409 ")),
        [],
      );
      assert.equal(await effects().count(key), 1);
    },
  );

  each(
    "refuses a key for another request once it was used, and replays for the same one",
    async (mode, store, again) => {
      const key = randomUUID();
      const make = (one: IdempotencyStore) =>
        routeOn(one, { mode }, async (request, context) => {
          await effects().run(context, key);
          return new Response(await request.text(), {
            status: 201,
            headers: { location: "/charges/1", "set-cookie": "a=b", "content-type": "text/plain" },
          });
        });
      const first = await make(store)(post(key));
      assert.equal(first.headers.get("idempotency-replayed"), null);
      assert.equal(first.headers.get("set-cookie"), "a=b");
      const other = await make(again)(post(key, "{}"));
      assert.equal(other.status, 422);
      assert.equal(((await other.json()) as { code: string }).code, "key-reused");
      const second = await make(again)(post(`"${key}"`));
      assert.deepEqual(
        [
          second.status,
          await second.text(),
          second.headers.get("location"),
          second.headers.get("idempotency-replayed"),
          second.headers.get("set-cookie"),
        ],
        [201, '{"amount":1}', "/charges/1", "true", null],
      );
      assert.equal(await effects().count(key), 1);
    },
  );

  each("keeps the keys of two scopes apart", async (mode, store) => {
    const key = randomUUID();
    const route = routeOn(store, { mode, scope: (_, origin) => origin }, async (_request, context) => {
      await effects().run(context, key);
      return new Response(context.scope);
    });
    assert.equal(await (await route(post(key), "a")).text(), "a");
    assert.equal(await (await route(post(key), "b")).text(), "b");
    assert.equal(await effects().count(key), 2);
  });

  each("runs again after a failure, and repeats the failure where the route says so", async (mode, store) => {
    for (const retryable of ["rerun", "replay"] as const) {
      const key = randomUUID();
      let runs = 0;
      const route = routeOn(store, { mode, retryable }, async () => {
        runs++;
        return new Response(`run ${runs}`, { status: runs === 1 ? 503 : 200 });
      });
      assert.equal((await route(post(key))).status, 503);
      const second = await route(post(key));
      assert.deepEqual(
        [second.status, await second.text(), runs],
        retryable === "rerun" ? [200, "run 2", 2] : [503, "run 1", 1],
      );
      if (mode === "lease") assert.equal((await route(post(key, "other"))).status, 422);
    }
  });

  each("runs again after a handler that threw, and passes on what it threw", async (mode, store) => {
    const key = randomUUID();
    let runs = 0;
    const route = routeOn(store, { mode }, async (_request, context) => {
      await effects().run(context, `${key}${runs}`);
      if (++runs === 1) throw new RangeError("no");
      return new Response("done");
    });
    await assert.rejects(route(post(key)), /^RangeError: no$/);
    assert.equal(await (await route(post(key))).text(), "done");
    if (mode === "tx") assert.equal(await effects().count(`${key}0`), 0);
  });
}
