import type { DeliveryEvent } from "@holdfast/delivery";

/** Writes what happens as one line of JSON; errors by what they say. */
export function log(
  event: DeliveryEvent | { readonly type: string; readonly [name: string]: unknown },
): void {
  const text = JSON.stringify({ time: new Date().toISOString(), ...event }, (_name, value: unknown) =>
    value instanceof Error ? value.message : value,
  );
  process.stdout.write(`${text}\n`);
}
