import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { quotable } from "./quote.ts";

describe("quotable", () => {
  it("lets nothing through that drives a terminal or hides text", () => {
    assert.equal(quotable("a\u001B[2Jb\u202Ec\u200Bd\r\ne"), "a\uFFFD[2Jb\uFFFDc\uFFFDd e");
  });

  const secrets: readonly (readonly [string, string])[] = [
    ['{"caller":"Bearer abcdef123456"}', '{"caller":"Bearer [redacted]"}'],
    ['{"password":"hunter2","a":1}', '{"password":"[redacted]","a":1}'],
    ["no route to amqp://app:hunter2@mq:5672/v", "no route to amqp://app:[redacted]@mq:5672/v"],
    ["401 for eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "401 for [redacted]"],
    ["Invalid API Key provided: sk_live_abcdefgh12345678", "Invalid API Key provided: [redacted]"],
    ["Cookie: a=b1; sid=c2", "Cookie: [redacted]"],
    ["routing_key=orders key=order-7 took 3 ms", "routing_key=orders key=order-7 took 3 ms"],
    ["api_key=abc123 next=1", "api_key=[redacted] next=1"],
    ["card 4000 0566 5566 5556 used", "card [card] used"],
    ["id 4000056655665557 kept", "id 4000056655665557 kept"],
    ["mail to jane.doe@example.org", "mail to [address]"],
  ];
  for (const [line, shown] of secrets)
    it(`shows ${shown}`, () => {
      assert.equal(quotable(line), shown);
    });

  it("keeps to a length", () => {
    assert.equal(quotable("x".repeat(10_000)).length, 400);
  });
});
