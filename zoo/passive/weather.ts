import type { Random } from "../../packages/core/src/index.ts";

/** What the provider does with one request. */
export type Weather =
  | { readonly does: "answer" }
  | { readonly does: "status"; readonly status: number; readonly retryAfter?: "seconds" | "date" | "minute" }
  | { readonly does: "hang" }
  | { readonly does: "reset" };

/** A time in which so many calls begin under one kind of weather. */
export interface Phase {
  readonly calls: number;
  readonly weather: (random: Random) => Weather;
}

const fine: Weather = { does: "answer" };

/** Each of these failures comes to 2 % of requests: rare enough that the provider is well otherwise, as most are on most days. */
const showers: readonly Weather[] = [
  { does: "status", status: 503 },
  { does: "hang" },
  { does: "reset" },
  { does: "status", status: 429, retryAfter: "seconds" },
  { does: "status", status: 429, retryAfter: "date" },
  { does: "status", status: 503, retryAfter: "seconds" },
  { does: "status", status: 429, retryAfter: "minute" },
  { does: "status", status: 400 },
  { does: "status", status: 422 },
];
const showerShare = 0.02;

/** Behind a gateway, broken connections come back as answers of the gateway. */
function mixed(gateway: boolean): Phase["weather"] {
  return (random) => {
    const drawn = showers[Math.floor(random.next() / showerShare)] ?? fine;
    return gateway && drawn.does === "reset" ? { does: "status", status: 502 } : drawn;
  };
}

const always =
  (weather: Weather): Phase["weather"] =>
  () =>
    weather;

/** Most of a day with a failure now and then, two outages, and a time of silence, with fine weather in between. */
export function phases({
  gateway,
  calls,
}: {
  readonly gateway: boolean;
  readonly calls: number;
}): readonly Phase[] {
  return [
    { calls, weather: mixed(gateway) },
    { calls: 220, weather: always({ does: "status", status: 503 }) },
    { calls: 160, weather: always(fine) },
    { calls: 40, weather: always({ does: "hang" }) },
    { calls: 160, weather: always(fine) },
    { calls: 60, weather: always({ does: "status", status: 502 }) },
    { calls: 30, weather: always(fine) },
  ];
}
