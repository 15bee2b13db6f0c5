import type { BreakerFacts, Explanation } from "./explanation.ts";
import type { Row, Section } from "./section.ts";
import { amount, many, share, time, upTo } from "./words.ts";

/** When the circuit opens and closes. */
export function breakerSection({ breaker }: Explanation): Section | null {
  if (breaker === null) return null;
  if (breaker.mode === "off") return { title: "Circuit breaker", rows: [["Off", "it does nothing"]] };
  const rows: Row[] = [["Opens", opens(breaker)]];
  if (breaker.mode === "shadow") rows.push(["Shadow", "it only tells what it would do, and refuses nothing"]);
  else rows.push(["While open", refused(breaker)]);
  rows.push(["Stays open", staysOpen(breaker)], ["Closes", closes(breaker)]);
  if (breaker.key !== null) rows.push(["Key", `each ${breaker.key} has a circuit of its own`]);
  return { title: "Circuit breaker", rows };
}

function opens({ opensAt }: BreakerFacts): string {
  const { failureRate, minCalls, windowMs, windowCalls, consecutive, slow } = opensAt;
  const within = windowMs === null ? `of the last ${windowCalls}` : `within ${time(windowMs)}`;
  return [
    `when ${share(failureRate)} of ${minCalls} or more attempts ${within} fail`,
    ...(slow === null ? [] : [`or ${share(slow.rate)} of them take longer than ${time(slow.overMs)}`]),
    ...(consecutive === null ? [] : [`or ${consecutive} in a row fail`]),
  ].join(", ");
}

function refused({ refusedWithinMs }: BreakerFacts): string {
  if (refusedWithinMs === null) return "calls are refused without an attempt, once they have their place";
  return `calls are refused ${upTo(refusedWithinMs)}, without an attempt`;
}

function staysOpen({ firstOpening, longestOpening, openingsToLongest }: BreakerFacts): string {
  const told = ({ minMs, maxMs }: BreakerFacts["firstOpening"]): string =>
    minMs === maxMs ? time(maxMs) : `${time(minMs)} to ${time(maxMs)}`;
  if (openingsToLongest === 1) return told(firstOpening);
  return `${told(firstOpening)} at first, longer each time in a row, from the ${ordinal(openingsToLongest)} on ${told(longestOpening)}`;
}

function closes({ probes, probesNeeded, probeWaitMs }: BreakerFacts): string {
  const of = probes === 1 ? "the probe succeeds" : `${probesNeeded} of ${probes} probes succeed`;
  return `when ${of}; one that takes longer than ${time(probeWaitMs)} is given up`;
}

function ordinal(count: number): string {
  const last = count % 100 > 10 && count % 100 < 14 ? 0 : count % 10;
  return `${count}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}

/** How many calls there may be at once and over time. */
export function placesSection({ limit, rate, time: { hanging } }: Explanation): Section | null {
  const rows = [
    ...(limit === null ? [] : limitRows(limit, hanging.longestMs)),
    ...(rate === null ? [] : rateRows(rate)),
  ];
  return rows.length === 0 ? null : { title: "Places", rows };
}

function limitRows(
  { key, concurrent, queue, maxWaitMs }: NonNullable<Explanation["limit"]>,
  hangingMs: number | null,
): readonly Row[] {
  const rows: Row[] = [
    ["At once", `${many(concurrent, "call")}${each(key)}`],
    ["Beyond that", queue === 0 ? "a call is refused at once" : queued(queue, maxWaitMs)],
  ];
  if (hangingMs === null) return rows;
  const perSecond = amount((1_000 * concurrent) / hangingMs);
  return [
    ...rows,
    ["While it hangs", `the places serve ${perSecond} ${perSecond === "1" ? "call" : "calls"} per second`],
  ];
}

function rateRows({ key, calls, perMs, burst, maxWaitMs }: NonNullable<Explanation["rate"]>): readonly Row[] {
  const waits = maxWaitMs === 0 ? "is refused at once" : `waits for its turn, up to ${time(maxWaitMs)}`;
  return [
    ["Over time", `${many(calls, "call")} per ${time(perMs)}${each(key)}, up to ${burst} of them together`],
    ["Faster than that", `a call ${waits}`],
  ];
}

function each(key: string | null): string {
  return key === null ? "" : ` for each ${key}`;
}

function queued(queue: number, maxWaitMs: number | null): string {
  const wait = maxWaitMs === null ? "as long as they have time" : `up to ${time(maxWaitMs)}`;
  return `${many(queue, "call")} may wait, ${wait}; others are refused at once`;
}
