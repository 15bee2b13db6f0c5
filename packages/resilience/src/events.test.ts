import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type EventListener, Events, type ResilienceEvent } from "./events.ts";

const event: ResilienceEvent = { type: "breaker.changed", policy: "p", key: "", from: "closed", to: "open" };
const other: ResilienceEvent = { ...event, from: "open", to: "half-open" };

/** Events with what was reported of their listeners. */
function heard(): { readonly events: Events; readonly reports: unknown[] } {
  const reports: unknown[] = [];
  return { events: new Events(null, (error) => void reports.push(error)), reports };
}

/** A listener with what it heard. */
function ear(): { readonly listener: EventListener; readonly told: ResilienceEvent[] } {
  const told: ResilienceEvent[] = [];
  return { listener: (one) => void told.push(one), told };
}

describe("events", () => {
  it("go to each listener, in the order in which they were added", () => {
    const { events } = heard();
    const order: string[] = [];
    for (const name of ["first", "second", "third"])
      events.add(({ type }) => void order.push(`${name} ${type}`));
    events.emit(event);
    assert.deepEqual(order, ["first breaker.changed", "second breaker.changed", "third breaker.changed"]);
  });

  it("of what went well need not be made for who asks for failures", () => {
    const { events } = heard();
    const { listener, told } = ear();
    const stop = events.add(listener, "failures");
    assert.deepEqual([events.active, events.hearsFailures], [false, true]);
    const stopAll = events.add(ear().listener);
    assert.deepEqual([events.active, events.hearsFailures], [true, true]);
    events.emit(event);
    stop();
    events.emit(other);
    assert.deepEqual(told, [event]);
    stopAll();
    assert.deepEqual([events.active, events.hearsFailures], [false, false]);
  });

  it("need not be made where nobody listens any more", () => {
    const { events } = heard();
    assert.equal(events.active, false);
    const stops = [events.add(ear().listener), events.add(ear().listener)];
    assert.equal(events.active, true);
    stops[0]?.();
    stops[0]?.();
    assert.equal(events.active, true);
    stops[1]?.();
    assert.equal(events.active, false);
  });

  it("go to no listener that was taken away", () => {
    const { events } = heard();
    const { listener, told } = ear();
    const stop = events.add(listener);
    events.emit(event);
    stop();
    events.emit(other);
    assert.deepEqual(told, [event]);
  });

  it("go twice to a function that was added twice, until each is taken away", () => {
    const { events } = heard();
    const { listener, told } = ear();
    const stop = events.add(listener);
    events.add(listener);
    events.emit(event);
    stop();
    events.emit(other);
    assert.deepEqual(told, [event, event, other]);
  });

  it("go to those who listened when they happened: not to who is added or taken away meanwhile", () => {
    const { events } = heard();
    const late = ear();
    const gone = ear();
    let stop = (): void => {};
    const stopFirst = events.add(() => {
      events.add(late.listener);
      stop();
      stopFirst();
    });
    stop = events.add(gone.listener);
    events.emit(event);
    assert.deepEqual([late.told, gone.told], [[], []]);
    events.emit(other);
    assert.deepEqual([late.told, gone.told], [[other], []]);
  });

  it("can be told from inside a listener, and come to all in the order in which they happened", () => {
    const { events } = heard();
    const [before, after, late] = [ear(), ear(), ear()];
    const third: ResilienceEvent = { ...event, from: "half-open", to: "closed" };
    events.add(before.listener);
    events.add((one) => {
      if (one !== event) return;
      events.emit(other);
      events.add(late.listener);
      events.emit(third);
    });
    events.add(after.listener);
    events.emit(event);
    assert.deepEqual(before.told, [event, other, third]);
    assert.deepEqual(after.told, [event, other, third]);
    assert.deepEqual(late.told, [third]);
  });

  it("reach the others although one listener throws, and that is reported once for each", async () => {
    const { events, reports } = heard();
    const errors = ["first", "second", "later"].map((name) => new Error(name));
    const { listener, told } = ear();
    for (const error of errors.slice(0, 2)) {
      events.add(() => {
        throw error;
      });
    }
    events.add((() => Promise.reject(errors[2])) as unknown as EventListener);
    events.add(listener);
    for (let count = 0; count < 3; count++) events.emit(event);
    await Promise.resolve();
    assert.deepEqual(told, [event, event, event]);
    assert.deepEqual(reports, errors);
  });

  it("reach the others although what was thrown cannot be reported", () => {
    const reports: string[] = [];
    const events = new Events(null, (error) => void reports.push(String(error)));
    const { listener, told } = ear();
    events.add(() => {
      throw Object.create(null);
    });
    events.add(listener);
    events.emit(event);
    assert.deepEqual(told, [event]);
    assert.deepEqual(reports, ["Error: what it threw cannot be shown"]);
  });

  it("go to the channel too, as long as it has subscribers", () => {
    const told: ResilienceEvent[] = [];
    const channel = { hasSubscribers: false, publish: (one: ResilienceEvent) => void told.push(one) };
    const events = new Events(channel, (error) => assert.fail(String(error)));
    assert.equal(events.active, false);
    events.emit(event);
    channel.hasSubscribers = true;
    assert.equal(events.active, true);
    events.emit(other);
    assert.deepEqual(told, [other]);
  });
});
