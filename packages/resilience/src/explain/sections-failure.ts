import type { ChanceFacts, Explanation, OutageFacts } from "./explanation.ts";
import type { Section } from "./section.ts";
import { amount, many, share, time } from "./words.ts";

/** What an outage does to the provider and to the calls. */
export function outageSection({ outage, attempts, budget, breaker }: Explanation): Section {
  const line = (label: string, of: (facts: OutageFacts) => string): readonly string[] => [
    label,
    ...outage.map(of),
  ];
  const limited = outage.some(({ ratePerSecond, startedPerSecond }) => startedPerSecond < ratePerSecond);
  const hangs = outage.every(({ heldCalls }) => heldCalls !== null);
  const opens = outage.every((facts) => facts.opens !== null);
  const table = [
    line("Calls per second", ({ ratePerSecond }) => amount(ratePerSecond)),
    ...(limited ? [line("Calls that may start", ({ startedPerSecond }) => amount(startedPerSecond))] : []),
    line("Attempts per call, at most", ({ loadFactor }) => amount(loadFactor)),
    line("Attempts per second", ({ attemptsPerSecond }) => amount(attemptsPerSecond)),
    ...(hangs ? [line("Calls under way or waiting, if it hangs", ({ heldCalls }) => held(heldCalls))] : []),
    ...(opens
      ? [
          line("Circuit opens, if failures are quick", (facts) => after(facts.opens?.quickMs)),
          line("Circuit opens, if it hangs", (facts) => after(facts.opens?.hangingMs)),
          line("Circuit closes, once it is back", ({ closesWithinMs }) => within(closesWithinMs)),
        ]
      : []),
  ];
  const notes = [loadNote(attempts.most, budget)];
  if (opens && breaker?.mode === "on") {
    notes.push(
      "The circuit's times are the latest. The loads last until it opens; then there are only its probes.",
    );
  }
  if (table.some((cells) => cells.includes("never"))) {
    notes.push("Never: too few attempts come together for the circuit to judge.");
  }
  return { title: "When the provider fails for everybody", rows: [], table, notes };
}

function loadNote(attempts: number, budget: Explanation["budget"]): string {
  if (attempts === 1) return "There are no retries, so that an outage does not multiply the load.";
  if (budget === null) return "No budget bounds the retries: every call may make all its attempts.";
  const { ratio, minPerSecond, windowMs, key } = budget;
  const each = key === null ? "" : ` for each ${key}`;
  return (
    `The budget${each} allows retries for ${share(ratio)} of the calls and ${amount(minPerSecond)} more per second, ` +
    `counted over ${time(windowMs)}: 1 + ${amount(ratio)} + ${amount(minPerSecond)} / rate attempts per call.`
  );
}

function held(calls: number | null): string {
  return calls === null ? "" : String(Math.ceil(calls));
}

/** What takes longer than this hardly comes about. */
const dayMs = 86_400_000;

function after(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "never";
  return ms > dayMs ? "in over 1d" : `in ${time(ms)}`;
}

function within(ms: number | null): string {
  return ms === null ? "" : after(ms);
}

/** How many calls survive failures by chance. */
export function chanceSection({ chance, attempts, retried, budget, breaker }: Explanation): Section | null {
  if (retried === null) return null;
  const line = (label: string, of: (facts: ChanceFacts) => number): readonly string[] => [
    label,
    ...chance.map((facts) => share(of(facts))),
  ];
  const same = chance.every(({ quick, hanging }) => quick === hanging);
  const notes = [`With ${many(attempts.quick, "attempt")}, a call fails only if all of them do.`];
  const spent = chance.filter(({ budgetSpent }) => budgetSpent).map(({ failing }) => share(failing));
  if (budget !== null && spent.length > 0)
    notes.push(`At ${spent.join(" and ")} the budget is spent, so that fewer calls are saved.`);
  const open = chance.filter(({ breakerOpens }) => breakerOpens).map(({ failing }) => share(failing));
  if (breaker !== null && open.length > 0) {
    notes.push(`At ${open.join(" and ")} the circuit opens, and until it closes calls fail at once.`);
  }
  return {
    title: "When attempts fail by chance, each for itself",
    rows: [],
    table: [
      line("Attempts that fail", ({ failing }) => failing),
      line(same ? "Calls that succeed" : "Calls that succeed, failures quick", ({ quick }) => quick),
      ...(same ? [] : [line("Calls that succeed, failures hang", ({ hanging }) => hanging)]),
    ],
    notes,
  };
}
