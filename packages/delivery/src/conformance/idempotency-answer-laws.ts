import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { systemClock } from "@holdfast/core";
import { type Each, type Effects, post, routeOn } from "./idempotency-subject.ts";

/** Which answers are kept, and how they are given again. */
export function answerLaws(each: Each, effects: () => Effects): void {
  each(
    "keeps no answer that is about the attempt alone, and frees the key for another request",
    async (mode, store) => {
      for (const status of [401, 403, 408, 409, 413, 425, 429]) {
        const key = randomUUID();
        let next = status;
        const route = routeOn(store, { mode }, async (_request, context) => {
          await effects().run(context, `${key}${next}`);
          return new Response(null, { status: next });
        });
        assert.equal((await route(post(key))).status, status);
        next = 422;
        assert.equal((await route(post(key, "corrected"))).status, 422);
        next = 200;
        const replay = await route(post(key, "corrected"));
        assert.deepEqual([replay.status, replay.headers.get("idempotency-replayed")], [422, "true"]);
        if (mode === "tx") assert.equal(await effects().count(`${key}${status}`), 0);
      }
    },
  );

  each("keeps nothing of an answer that the handler dismisses", async (mode, store) => {
    const key = randomUUID();
    let valid = false;
    const route = routeOn(store, { mode }, async (_request, context) =>
      valid ? new Response("done") : context.dismiss(new Response("invalid", { status: 400 })),
    );
    assert.equal((await route(post(key, "wrong"))).status, 400);
    valid = true;
    assert.equal(await (await route(post(key, "right"))).text(), "done");
  });

  each(
    "tells that an answer was too large or a stream to be kept, and never cuts it short",
    async (mode, store) => {
      const large = "x".repeat(10 * 1_048_576);
      const bodies = {
        large: () => new Response(large, { status: 201, headers: { location: "/charges/7" } }),
        events: () => new Response("data: 1\n\n", { headers: { "content-type": "text/event-stream" } }),
      };
      for (const [kind, make] of Object.entries(bodies)) {
        const key = randomUUID();
        const route = routeOn(store, { mode }, () => make());
        assert.equal((await (await route(post(key))).text()).length, (await make().text()).length);
        const replay = await route(post(key));
        assert.equal(replay.status, 409);
        assert.equal(((await replay.json()) as { code: string }).code, "response-not-replayable");
        assert.equal(replay.headers.get("location"), kind === "large" ? "/charges/7" : null);
      }
    },
  );

  each("replays bytes as they were, and bodies that are none", async (mode, store) => {
    const bytes = new Uint8Array([0, 1, 254, 255, 31, 139]);
    for (const make of [
      () => new Response(bytes, { headers: { "content-encoding": "gzip", "content-type": "x/y" } }),
      () => new Response(null, { status: 204 }),
      () => new Response(null, { status: 304, headers: { etag: '"a"' } }),
      () => new Response("", { status: 200 }),
    ]) {
      const key = randomUUID();
      const route = routeOn(store, { mode }, () => make());
      await route(post(key));
      const replay = await route(post(key));
      const fresh = make();
      assert.deepEqual(
        [
          replay.status,
          replay.headers.get("content-encoding"),
          replay.headers.get("etag"),
          replay.headers.get("idempotency-replayed"),
        ],
        [fresh.status, fresh.headers.get("content-encoding"), fresh.headers.get("etag"), "true"],
      );
      assert.deepEqual(new Uint8Array(await replay.arrayBuffer()), new Uint8Array(await fresh.arrayBuffer()));
    }
  });

  each(
    "forgets a key when its time is over: at that moment it runs afresh or replays, nothing else",
    async (mode, store) => {
      const key = randomUUID();
      const ttlMs = 150;
      let runs = 0;
      const route = routeOn(store, { mode, ttlMs, leaseMs: 100 }, () => new Response(`${++runs}`));
      await route(post(key));
      const seen = new Set<string>();
      const endMs = systemClock.monotonic() + 2 * ttlMs;
      while (systemClock.monotonic() < endMs) {
        const answer = await route(post(key));
        seen.add(`${answer.headers.get("idempotency-replayed") ?? "fresh"} ${answer.status}`);
        assert.equal(await answer.text(), `${runs}`);
        await systemClock.sleep(3);
      }
      assert.deepEqual([...seen].sort(), ["fresh 200", "true 200"]);
      await systemClock.sleep(ttlMs + 20);
      assert.equal((await route(post(key, "another request"))).status, 200);
    },
  );
}
