import type { Clock, Random } from "@holdfast/core";

/**
 * Makes ids of RFC 9562 version 7: 48 bits of the wall clock, then a counter of 12 bits and chance. Ids of one maker grow strictly, even
 * within a millisecond and when the wall clock steps back, so that an index on them is appended to. Nothing depends on their time.
 */
export function uuid7Maker({
  clock,
  random,
}: {
  readonly clock: Clock;
  readonly random: Random;
}): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const nowMs = Math.floor(clock.wall());
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = random.integer(0, counterStartMax);
    } else if (++counter > counterMax) {
      lastMs += 1;
      counter = 0;
    }
    return format(lastMs, counter, random);
  };
}

/** Room for half of the counter's values within a millisecond before the time is borrowed from the next one. */
const counterStartMax = 0x7ff;
const counterMax = 0xfff;

function format(ms: number, counter: number, random: Random): string {
  const time = hex(ms, 12);
  const high = random.integer(0, 0x3fff) | 0x8000;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${hex(high, 4)}-${hex(random.integer(0, 0xffffff), 6)}${hex(random.integer(0, 0xffffff), 6)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in lower case, of any version: what a message's id is. */
export function isUuid(text: string): boolean {
  return pattern.test(text);
}
