import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explain } from "../explain.ts";
import { explanationText } from "./text.ts";

describe("an explanation in text", () => {
  it("reads from top to bottom", () => {
    const text = explanationText(
      explain({
        name: "catalog.find",
        deadline: "2s",
        attemptTimeout: "500ms",
        connectTimeout: "100ms",
        idempotent: true,
        retry: { attempts: 2, backoff: { base: "100ms", throttledBase: "100ms" }, minAttempt: "50ms" },
        budget: { ratio: 0.2, minPerSecond: 1 },
        breaker: { key: "host", consecutive: 5, slow: { over: "300ms", rate: 0.8 } },
        limit: { concurrent: 64, queue: 32, maxWait: "100ms" },
        rate: { calls: 50, per: "1s", burst: 10, maxWait: "1s" },
        fallback: "cached",
      }),
    );
    assert.equal(text, golden);
  });

  it("sets wide tables closer, so that they still fit", () => {
    const explanation = explain({ deadline: "1s" }, { ratePerSecond: 123 });
    const [facts] = explanation.outage;
    const widthAt = (columns: number) => {
      const outage = Array.from({ length: columns }, () => facts!);
      const line = explanationText({ ...explanation, outage })
        .split("\n")
        .find((each) => each.includes("Calls per second"));
      return line?.length;
    };
    const margin = 2 + "Calls under way or waiting, if it hangs".length;
    // For each column its three digits, and three spaces or as many as there is room for.
    assert.equal(widthAt(3), margin + 3 * 6);
    assert.equal(widthAt(6), margin + 6 * 6);
    assert.equal(widthAt(7), margin + 7 * 5);
    assert.equal(widthAt(9), margin + 9 * 4);
    assert.equal(widthAt(20), margin + 20 * 4);
  });
});

const golden = `catalog.find

A call ends within 2s, whatever happens. It makes up to 2 attempts of at most
500ms each.

How long a call may take
  Deadline                2s for all of it: waiting for a place, attempts, waits
  One attempt             500ms at most
  Connecting              100ms at most, within its attempt; not under fetch
  No answer at all        the call fails after at most 1.1s: up to 2 attempts
                          and the waits between them
  Fallback                cached answers for a call that failed; its time comes
                          on top

Attempts
  At most                 2 attempts, the first included
  Before the deadline     all 2, even if none is answered and waits are the
                          longest
  Not begun               an attempt with less than 50ms left
  Wait before attempt 2   0 to 100ms, 50ms on average
  Retry-After             kept up to 2s; if the provider asks for more than
                          that, or than is left, the call ends

Which failures are tried again
  Not executed            no connection, connection refused, 425, 429, 503:
                          always tried again
  Perhaps executed        connection reset, timeout, 408, 500, 502, 504, other
                          5xx: tried again, as calls are idempotent: done twice,
                          they do no harm
  Never                   409, 501, 505, other 4xx, bad certificate, what the
                          caller gave up, what this policy refused

When the provider fails for everybody
  Calls per second                                1         10        100
  Calls that may start                            1         10         50
  Attempts per call, at most                      2        1.3       1.22
  Attempts per second                             2         13         61
  Calls under way or waiting, if it hangs         2         11         55
  Circuit opens, if failures are quick        in 5s   in 500ms   in 100ms
  Circuit opens, if it hangs                in 5.5s      in 1s   in 600ms
  Circuit closes, once it is back            in 62s   in 60.2s      in 1m
  The budget allows retries for 20% of the calls and 1 more per second, counted
  over 10s: 1 + 0.2 + 1 / rate attempts per call.
  The circuit's times are the latest. The loads last until it opens; then there
  are only its probes.

Circuit breaker
  Opens                   when 50% of 20 or more attempts within 10s fail, or
                          80% of them take longer than 300ms, or 5 in a row fail
  While open              calls are refused within 1.1s, without an attempt
  Stays open              4s to 6s at first, longer each time in a row, from the
                          5th on 48s to 1m
  Closes                  when 2 of 3 probes succeed; one that takes longer than
                          1s is given up
  Key                     each host has a circuit of its own

When attempts fail by chance, each for itself
  Attempts that fail       1%   10%   50%
  Calls that succeed   99.99%   99%   60%
  With 2 attempts, a call fails only if all of them do.
  At 50% the budget is spent, so that fewer calls are saved.
  At 50% the circuit opens, and until it closes calls fail at once.

Places
  At once                 64 calls
  Beyond that             32 calls may wait, up to 100ms; others are refused at
                          once
  While it hangs          the places serve 58.2 calls per second
  Over time               50 calls per 1s, up to 10 of them together
  Faster than that        a call waits for its turn, up to 1s

What the policy leaves out
  Defaults of retry       backoff.factor 2, backoff.cap 1s, backoff.jitter full,
                          retryAfter.cap 30s
  Defaults of budget      window 10s
  Defaults of breaker     mode on, window 10s, minCalls 20, failureRate 50%,
                          open.base 5s, open.factor 2, open.cap 1m, open.jitter
                          20%, probes 3, probeSuccess 60%, probeWait 1s
`;
