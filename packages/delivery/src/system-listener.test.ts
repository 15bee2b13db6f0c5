import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DeliveryEvent } from "./events.ts";
import { guardedListener } from "./system-listener.ts";

const event = { type: "relay.unconfirmed", messages: 1 } as DeliveryEvent;

describe("a listener to events", () => {
  it("is told, and does nothing where there is none", () => {
    const told: DeliveryEvent[] = [];
    guardedListener((one) => void told.push(one))(event);
    guardedListener(undefined)(event);
    assert.deepEqual(told, [event]);
  });

  it("disturbs nobody when it throws or rejects: that is a warning of the process", async () => {
    const warned: Error[] = [];
    const onWarning = (warning: Error): void => void warned.push(warning);
    process.on("warning", onWarning);
    guardedListener(() => {
      throw new Error("at once");
    })(event);
    guardedListener(async () => {
      throw new Error("later on");
    })(event);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    assert.deepEqual(
      warned.map((warning) => [(warning as NodeJS.ErrnoException).code, warning.message.split("Error: ")[1]]),
      [
        ["HOLDFAST_LISTENER", "at once"],
        ["HOLDFAST_LISTENER", "later on"],
      ],
    );
  });
});
