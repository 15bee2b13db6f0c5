import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { type LawSubject, limits, thrice, whole } from "./http-law-subject.ts";
import { type Act, answer, hang, inParts, provider, reset, stall, until } from "./http-provider.ts";
import { failed } from "./world.ts";

/** Declares the tests of connections and bodies that every client of HTTP has to pass. */
export function httpAnswerLaws(name: string, { make }: LawSubject): void {
  describe(`${name}: answers`, limits, () => {
    it("passes an answer through as it came", async () => {
      const { url, seen } = await provider(answer(201, "made"));
      const answered = await make(thrice)(`${url}a?b=c`, {
        method: "PUT",
        body: "new",
        headers: { "x-own": "1" },
      });
      assert.equal(answered.status, 201);
      assert.equal(await answered.text(), "made");
      assert.deepEqual(
        seen.map(({ method, path, body, headers }) => [method, path, body, headers["x-own"]]),
        [["PUT", "/a?b=c", "new", "1"]],
      );
    });

    it("passes a large body through untouched", async () => {
      const bytes = randomBytes(6 * 1024 * 1024).toString("base64");
      const { url } = await provider(answer(200, bytes));
      const text = (await whole(make(thrice)(url))).text;
      const digest = (whole: string) => createHash("sha256").update(whole).digest("hex");
      assert.equal(digest(text), digest(bytes));
    });

    it("tries again after 503 until it is served", async () => {
      const { url, seen } = await provider(answer(503), answer(503), answer(200, "at last"));
      const answered = await make(thrice)(url);
      assert.equal(await answered.text(), "at last");
      assert.equal(seen.length, 3);
    });

    it("hands over the last answer, whole and once, where all fail by their status", async () => {
      const { url, seen } = await provider(answer(503), answer(500), answer(503, "sorry"));
      const answered = await make(thrice)(url);
      assert.equal(answered.status, 503);
      assert.equal(await answered.text(), "sorry");
      assert.equal(seen.length, 3);
    });

    it("waits as long as the provider asks, and gives up at once where that is longer than the policy allows", async () => {
      const asked = await provider(answer(503, "", { "retry-after-ms": "120" }), answer(200));
      await whole(make(thrice)(asked.url));
      const [first, second] = asked.seen;
      assert.ok((second?.atMs ?? 0) - (first?.atMs ?? 0) >= 119);

      const long = await provider(answer(429, "later", { "retry-after": "3600" }));
      const answered = await make(thrice)(long.url);
      assert.equal(answered.status, 429);
      assert.equal(await answered.text(), "later");
      assert.equal(long.seen.length, 1);
    });
  });

  describe(`${name}: connections`, limits, () => {
    it("tries again after a reset, on a fresh connection and on one that was used", async () => {
      const { url, seen } = await provider(reset, answer(200, "a"), reset, answer(200, "b"));
      const client = make(thrice);
      assert.equal((await whole(client(url))).text, "a");
      assert.equal((await whole(client(url))).text, "b");
      assert.equal(seen.length, 4);
      assert.equal(seen[2]?.connection, seen[1]?.connection, "the second reset met a used connection");
    });

    it("ends an attempt that hangs, on the wire too, and makes another", async () => {
      const { url, seen } = await provider(hang, answer(200, "ok"));
      const answered = await make({ ...thrice, idempotent: true, attemptTimeout: "100ms" })(url);
      assert.equal(await answered.text(), "ok");
      await seen[0]?.closed;
      assert.equal(seen.length, 2);
    });

    it("ends within its deadline, whatever hangs, and closes the connection", async () => {
      const { url, seen } = await provider(answer(503), hang);
      const begunMs = performance.now();
      const error = await failed(make({ ...thrice, deadline: "150ms" })(url));
      assert.equal(error.code, "TIMEOUT_TOTAL");
      const tookMs = performance.now() - begunMs;
      assert.ok(tookMs >= 149 && tookMs < 3_000, `${tookMs}`);
      await seen[1]?.closed;
    });

    it("gets rid of an answer that it tries again after, so that a pool of one connection serves others meanwhile", async () => {
      const asked = { "retry-after-ms": "600" };
      const large = answer(503, "x".repeat(400_000), asked);
      for (const unwanted of [inParts(503, asked), large]) {
        const { url, seen } = await provider(unwanted, answer(200, "other"), answer(200, "again"));
        const client = make(thrice);
        const first = whole(client(url));
        await until(() => seen.length === 1);
        assert.equal((await whole(client(url))).text, "other");
        assert.ok(
          (seen[1]?.atMs ?? 0) - (seen[0]?.atMs ?? 0) < 500,
          "it is served while the first call waits",
        );
        assert.equal((await first).text, "again");
        // What was read to its end leaves a connection behind; what is too long for that does not.
        assert.equal(seen[1]?.connection === seen[0]?.connection, unwanted !== large);
      }
    });

    it("cuts off an answer that is not wanted and does not end", async () => {
      const { url, seen } = await provider(stall(503), answer(200, "again"));
      assert.equal((await whole(make(thrice)(url))).text, "again");
      await seen[0]?.closed;
      const waitedMs = (seen[1]?.atMs ?? 0) - (seen[0]?.atMs ?? 0);
      assert.ok(waitedMs < 900, `the next attempt does not wait for it: ${waitedMs} ms`);
    });
  });

  describe(`${name}: bodies`, limits, () => {
    it("ends a body that stalls, at the deadline and on the wire", async () => {
      const { url, seen } = await provider(stall(200));
      const answered = await make({ deadline: "150ms" })(url);
      assert.equal(answered.status, 200);
      const error = await failed(answered.text());
      assert.equal(error.code, "TIMEOUT_TOTAL");
      await seen[0]?.closed;
    });

    it("ends a body that takes longer than one attempt may, and holds that against the provider", async () => {
      const { url } = await provider(stall(200));
      const client = make({
        deadline: "5s",
        attemptTimeout: "100ms",
        breaker: { windowCalls: 1, minCalls: 1 },
      });
      assert.equal((await failed((await client(url)).text())).code, "TIMEOUT_ATTEMPT");
      assert.equal((await failed(client(url))).code, "OPEN");
    });

    it("ends the body of an answer that failed, too: its deadline outlives the call", async () => {
      const { url, seen } = await provider(stall(503));
      const begunMs = performance.now();
      const answered = await make({ deadline: "150ms" })(url);
      assert.equal(answered.status, 503);
      assert.equal((await failed(answered.text())).code, "TIMEOUT_TOTAL");
      assert.ok(performance.now() - begunMs >= 149, "and not before");
      await seen[0]?.closed;
    });

    it("does not send again what broke off after its head, for the reader has begun", async () => {
      const breaksOff: Act = (response, request) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("begun", () => setTimeout(() => request.socket.destroy(), 20));
      };
      const { url, seen } = await provider(breaksOff, answer(200));
      const client = make({ ...thrice, breaker: { windowCalls: 1, minCalls: 1 } });
      await assert.rejects(whole(client(url)));
      assert.equal(seen.length, 1);
      assert.equal((await failed(client(url))).code, "OPEN", "it counts against the provider");
    });

    it("hands over what the provider closes the connection behind", async () => {
      const { url } = await provider(answer(503, "sorry", { connection: "close" }));
      assert.deepEqual(await whole(make(thrice)(url)), { status: 503, text: "sorry" });
    });

    it("keeps the place of its call until the body has ended", async () => {
      const { url } = await provider(answer(200, "x".repeat(300_000)));
      const client = make({ limit: { concurrent: 1 } });
      const answered = await client(url);
      assert.equal((await failed(client(url))).code, "FULL");
      await answered.text();
      // A connection may be told of its end a moment after its reader.
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal((await whole(client(url))).text, "x".repeat(300_000));
    });
  });
}
