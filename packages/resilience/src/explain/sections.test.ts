import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explain } from "../explain.ts";
import type { PolicyLike } from "../policy-subject.ts";
import { sectionsOf, summaryOf } from "./sections.ts";

const sections = (policy: PolicyLike, ratePerSecond = 10) => sectionsOf(explain(policy, { ratePerSecond }));

/** What is said about a name, in whichever section. */
function says(policy: PolicyLike, name: string): string | undefined {
  const rows = sections(policy).flatMap((section) => section.rows);
  return rows.find(([label]) => label === name)?.[1];
}

function notes(policy: PolicyLike): string {
  return sections(policy)
    .flatMap((section) => section.notes ?? [])
    .join(" ");
}

const titles = (policy: PolicyLike) => sections(policy).map(({ title }) => title);

describe("what is said of a policy", () => {
  it("begins with how long and how often", () => {
    const summary = (policy: PolicyLike) => summaryOf(explain(policy));
    assert.equal(summary({}), "Nothing bounds how long a call may take. It makes one attempt.");
    assert.equal(
      summary({ deadline: "1s", attemptTimeout: "400ms" }),
      "A call ends within 1s, whatever happens. It makes one attempt of at most 400ms.",
    );
    assert.equal(
      summary({ timeouts: "cooperative", deadline: "1s", attemptTimeout: "400ms", retry: { attempts: 2 } }),
      "A call is told to end within 1s, whatever happens. It makes up to 2 attempts of at most 400ms each.",
    );
  });

  it("has no section for what is not there", () => {
    assert.deepEqual(titles({}), [
      "How long a call may take",
      "When the provider fails for everybody",
      "What the policy leaves out",
    ]);
    assert.deepEqual(titles({ retry: { attempts: 1 } }).length, 3);
  });

  it("says what becomes of a call that is never answered", () => {
    const name = "No answer at all";
    assert.equal(says({}, name), "the call hangs for ever");
    assert.equal(says({ attemptTimeout: "1s" }, name), "the call fails after at most 1s: one attempt");
    const cut = {
      deadline: "1s",
      attemptTimeout: "800ms",
      idempotent: true,
      retry: { attempts: 2 },
    } as const;
    assert.match(
      says(cut, name) ?? "",
      /at most 1s: up to 2 attempts and the waits .*, cut off by the deadline$/,
    );
    assert.match(says({ ...cut, idempotent: false }, name) ?? "", /; one if the call is not idempotent$/);
  });

  it("says that cooperative timeouts only ask", () => {
    assert.match(says({ timeouts: "cooperative" }, "Timeouts") ?? "", /as long as its work/);
    assert.equal(says({}, "Timeouts"), undefined);
  });

  it("says how many attempts fit", () => {
    const fits = (policy: PolicyLike) => says(policy, "Before the deadline");
    const retry = { attempts: 3, backoff: { base: "100ms", cap: "1s" } } as const;
    assert.match(fits({ deadline: "4s", attemptTimeout: "800ms", retry }) ?? "", /^all 3, even if none/);
    assert.equal(
      fits({ deadline: "2600ms", attemptTimeout: "800ms", retry }),
      "2 if none is answered, 3 with waits of average length; all 3 if they fail quickly",
    );
    assert.match(
      fits({ deadline: "250ms", retry }) ?? "",
      /^one, which has no end of its own; 2 if they fail/,
    );
    assert.equal(fits({ retry }), undefined);
  });

  it("tells few waits one by one, and of many the first and the last", () => {
    const waits = (attempts: number) =>
      sections({ retry: { attempts, backoff: { jitter: "none" } } })
        .flatMap((section) => section.rows)
        .filter(([name]) => name.startsWith("Wait before"))
        .map(([name, said]) => `${name}: ${said}`);
    assert.deepEqual(waits(3), [
      "Wait before attempt 2: always 100ms",
      "Wait before attempt 3: always 200ms",
    ]);
    assert.equal(waits(5).length, 4);
    assert.deepEqual(
      waits(6).map((wait) => wait.slice(0, 21)),
      ["Wait before attempt 2", "Wait before attempt 6"],
    );
  });

  it("tells the waits after throttling only where they differ", () => {
    const told = (throttledBase: string) =>
      says({ retry: { attempts: 2, backoff: { throttledBase } } } as PolicyLike, "If throttled (429)");
    assert.equal(told("100ms"), undefined);
    assert.equal(told("200ms"), "0 to 200ms, 100ms on average");
  });

  it("leaves out what there is none of", () => {
    const named = (policy: PolicyLike) => sections(policy).flatMap(({ rows }) => rows.map(([name]) => name));
    assert.ok(!named({ retry: { on: ["429"] } }).includes("Perhaps executed"));
    assert.ok(!named({ retry: { on: ["reset"] } }).includes("Not executed"));
    assert.ok(!named({ deadline: "1s", retry: {} }).includes("Not begun"));
    assert.equal(
      says({ deadline: "1s", retry: { minAttempt: 1 } }, "Not begun"),
      "an attempt with less than 1ms left",
    );
    const all = { retry: {}, budget: {}, breaker: {}, limit: { concurrent: 1 }, rate: { calls: 1 } };
    assert.ok(!named(all).includes("Not declared"));
    assert.equal(
      says({ rate: { calls: 1, maxWait: 1 } }, "Faster than that"),
      "a call waits for its turn, up to 1ms",
    );
    assert.doesNotMatch(notes({ retry: {} }), /budget is spent|circuit opens, and/);
    assert.doesNotMatch(
      notes({ retry: {}, budget: { ratio: 1 }, breaker: { failureRate: 0.6 } }),
      /is spent|opens, and/,
    );
    const [, outage] = sections({ rate: { calls: 10 } });
    assert.ok(outage?.table?.every(([name]) => name !== "Calls that may start"));
  });

  it("says who bounds the load of an outage", () => {
    assert.match(notes({}), /There are no retries/);
    assert.match(notes({ retry: {} }), /No budget bounds the retries/);
    assert.match(notes({ retry: {}, budget: { key: "host" } }), /for each host allows retries for 20%/);
  });

  it("tells when the circuit never opens, and of no circuit that does nothing", () => {
    const breaker = { minCalls: 500 };
    assert.match(notes({ breaker }), /Never: too few attempts/);
    assert.match(notes({ breaker: {} }), /then there are only its probes/);
    assert.doesNotMatch(notes({ breaker: { mode: "shadow" } }), /only its probes/);
    const [, outage] = sections({ breaker: { mode: "off" } });
    assert.ok(outage?.table?.every(([label]) => !label?.startsWith("Circuit")));
    assert.equal(says({ breaker: { mode: "off" } }, "Off"), "it does nothing");
  });

  it("says how the circuit opens and closes", () => {
    const shadow = {
      breaker: { mode: "shadow", windowCalls: 30, open: { factor: 1, jitter: 0 }, probes: 1 },
    } as const;
    assert.match(says(shadow, "Opens") ?? "", /when 50% of 20 or more attempts of the last 30 fail/);
    assert.match(says(shadow, "Shadow") ?? "", /refuses nothing/);
    assert.equal(says(shadow, "While open"), undefined);
    assert.equal(says(shadow, "Stays open"), "5s");
    assert.match(says(shadow, "Closes") ?? "", /when the probe succeeds/);
    const queued = { breaker: {}, limit: { concurrent: 1, queue: 1 } } as const;
    assert.match(says(queued, "While open") ?? "", /once they have their place/);
    assert.match(says({ breaker: {} }, "While open") ?? "", /refused at once/);
    const ordinals = [2, 3, 11, 12, 13, 14, 21].map((count) => {
      const open = { base: 1_000, factor: 2, cap: 1_000 * 2 ** (count - 1) };
      return /the (\w+) on/.exec(says({ breaker: { open } }, "Stays open") ?? "")?.[1];
    });
    assert.deepEqual(ordinals, ["2nd", "3rd", "11th", "12th", "13th", "14th", "21st"]);
  });

  it("says who may wait for a place", () => {
    const beyond = (limit: object) => says({ limit: { concurrent: 1, ...limit } }, "Beyond that");
    assert.equal(beyond({}), "a call is refused at once");
    assert.equal(
      beyond({ queue: 1 }),
      "1 call may wait, as long as they have time; others are refused at once",
    );
    assert.equal(says({ limit: { concurrent: 1, key: "host" } }, "At once"), "1 call for each host");
    assert.equal(says({ limit: { concurrent: 1 } }, "While it hangs"), undefined);
    const served = (concurrent: number) =>
      says({ attemptTimeout: "1s", limit: { concurrent } }, "While it hangs");
    assert.equal(served(1), "the places serve 1 call per second");
    assert.equal(served(2), "the places serve 2 calls per second");
  });
});
