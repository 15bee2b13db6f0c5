import { type KeptLine, keep } from "../failure-group.ts";
import type { Finder, Watch } from "../finding.ts";
import { ownText } from "../own-text.ts";

interface Turn {
  readonly to: string;
  readonly line: KeptLine;
}

const circuitsMax = 100;
const turnsMax = 500;
const flappingOpenings = 4;

/** What circuits did, in order; flapping and circuits that were left open are told apart. */
export const breakerHistory: Finder = {
  id: "breaker-history",
  question: "When did circuits open, and did they close again?",
  guide: "circuit-breaker",
  watch: () => {
    const circuits = new Map<string, Turn[]>();
    return {
      entry: ({ entry, sign }) => {
        if (sign.kind !== "breaker") return;
        const name = `${entry.service} → ${sign.dependency ?? "a dependency"}`;
        const turns = circuits.get(name) ?? [];
        if (circuits.size < circuitsMax && turns.length === 0) circuits.set(ownText(name, 200), turns);
        if (turns.length < turnsMax) turns.push({ to: ownText(sign.to, 20), line: keep(entry) });
      },
      end: () => [...circuits].map(([name, turns]) => told(name, turns)),
    };
  },
};

function told(name: string, unordered: readonly Turn[]): ReturnType<Watch["end"]>[number] {
  const turns = unordered.toSorted((a, b) => (a.line.atMs ?? 0) - (b.line.atMs ?? 0));
  const openings = turns.filter(({ to }) => to === "open");
  const last = turns.at(-1);
  const stuck = last !== undefined && last.to !== "closed";
  const shown = new Set([openings[0] ?? turns[0], last]);
  const says = [
    `the circuit ${name} opened ${openings.length === 1 ? "once" : `${openings.length} times`} (${pathOf(turns)})`,
    ...(stuck ? ["the logs end before it closed"] : []),
    ...(openings.length >= flappingOpenings ? ["it flaps"] : []),
  ];
  return {
    certainty: "certain",
    says: says.join("; "),
    next: stuck
      ? "Look whether the dependency has recovered: a circuit that stays open then never probes, or its probes fail."
      : "A breaker that opened and closed did its work; look at what opened it.",
    lines: [...shown].filter((one) => one !== undefined).map(({ line }) => line),
  };
}

function pathOf(turns: readonly Turn[]): string {
  const names = turns.map(({ to }) => to);
  return names.length <= 6 ? names.join(", ") : `${names.slice(0, 5).join(", ")}, …, ${names.at(-1)}`;
}
