import type { Observation } from "../../packages/verify/src/model.ts";

/** Ways to take from a run what its verdicts rest on: no rule may pass on what is left but for reasons of its own. */
export const hollows: Readonly<Record<string, (seen: readonly Observation[]) => readonly Observation[]>> = {
  "no fault took hold": (seen) =>
    seen.map((one) => (one.type === "exchange" ? { ...one, firedMs: null, fault: null } : one)),
  "the baseline is red": (seen) =>
    seen.map((one) =>
      one.type === "call" && one.phase !== "sample" ? { ...one, outcome: "failed", status: 502 } : one,
    ),
  "no healthy call reached the provider": (seen) => {
    const healthy = new Set(seen.flatMap((one) => (one.type === "call" && isHealthy(one) ? [one.id] : [])));
    return seen.filter((one) => one.type !== "exchange" || !isOf(one, healthy));
  },
  "a healthy call makes several requests": (seen) => {
    const healthy = new Set(seen.flatMap((one) => (one.type === "call" && isHealthy(one) ? [one.id] : [])));
    const more = seen.flatMap((one) =>
      one.type === "exchange" && isOf(one, healthy) ? [{ ...one, id: `${one.id}.again` }] : [],
    );
    return [...seen, ...more];
  },
  "one sample of each experiment": (seen) => {
    const known = new Set<string>();
    return seen.filter((one) => {
      if (one.type !== "call" || one.phase !== "sample") return true;
      const isFirst = !known.has(one.experiment);
      known.add(one.experiment);
      return isFirst;
    });
  },
  "the proxy had a problem": (seen) => [
    ...seen,
    ...seen.flatMap((one): Observation[] =>
      one.type === "instance"
        ? [
            {
              type: "proxy-problem",
              proxy: "payments",
              atMs: 0,
              code: "PORT_LOST",
              message: "",
              instance: one.instance,
            },
          ]
        : [],
    ),
  ],
};

type Seen<T extends Observation["type"]> = Extract<Observation, { type: T }>;

/** Nothing is done to the provider meanwhile: not a sample, or one of an experiment without a fault. */
function isHealthy({ phase, experiment }: Seen<"call">): boolean {
  return phase !== "load" && (phase !== "sample" || experiment.endsWith("/healthy"));
}

function isOf({ request, armedCall }: Seen<"exchange">, calls: ReadonlySet<string>): boolean {
  return [...request.mentions, armedCall ?? ""].some((id) => calls.has(id));
}
