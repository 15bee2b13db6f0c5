import { CodedError, nearest } from "@holdfast/core";
import { type AlertSettings, alertSettingsDefault, readMatchers } from "@holdfast/operate";
import type { OptionValues } from "./command.ts";

/** What can be said about alerts on the command line. */
export const alertOptions = {
  metrics: {
    kind: "list",
    value: "source",
    doc: "What the service exports: resilience or otel, for calls; delivery, for messages. Commas or repeated. Left out, --run or the contract's rules tell.",
  },
  match: {
    kind: "text",
    value: "matchers",
    doc: 'What picks out the service, such as job="checkout"; a job of its name when left out.',
  },
  address: {
    kind: "list",
    value: "name=host",
    doc: "The host of an integration's provider, for standard metrics; commas or repeated.",
  },
  buckets: {
    kind: "list",
    value: "seconds",
    doc: "Edges of the histograms' buckets, where the service has others than OpenTelemetry advises.",
  },
  "stricter-latency": {
    kind: "flag",
    doc: "Count a latency limit that is no edge of a bucket from the edge below it.",
  },
  "min-events": {
    kind: "integer",
    value: "n",
    min: 1,
    max: 1_000_000,
    doc: "Events in the long window that an alert needs; 20 when left out.",
  },
  "min-bad": {
    kind: "integer",
    value: "n",
    min: 1,
    max: 1_000_000,
    doc: "Bad events in the long window that an alert needs; 5 when left out.",
  },
  "min-burn": {
    kind: "text",
    value: "rate",
    doc: "Write no alert that fires at a lower burn rate, such as 1.",
  },
  runbooks: { kind: "text", value: "url", doc: "What comes before the path of a runbook in runbook_url." },
} as const;

type Given = OptionValues<typeof alertOptions>;

/** The settings that the options come to; throws `USAGE`. */
export function alertSettings(given: Given): AlertSettings {
  const { gate } = alertSettingsDefault;
  return {
    ...sourcesOf(given.metrics),
    match: given.match === undefined ? null : readMatchers(given.match),
    addresses: addressesOf(given.address),
    edges: given.buckets.length === 0 ? alertSettingsDefault.edges : given.buckets.map(edgeOf),
    betweenEdges: given["stricter-latency"] ? "stricter" : "refused",
    gate: {
      eventsMin: given["min-events"] ?? gate.eventsMin,
      badMin: given["min-bad"] ?? gate.badMin,
    },
    burnMin: given["min-burn"] === undefined ? 0 : burnOf(given["min-burn"]),
    runbookBase: given.runbooks ?? null,
  };
}

const sources = ["resilience", "otel", "delivery"] as const;

function sourcesOf(given: readonly string[]): Pick<AlertSettings, "calls" | "delivery"> {
  for (const word of given) {
    if (sources.some((known) => known === word)) continue;
    const near = nearest(word, sources);
    throw new CodedError("USAGE", `--metrics ${word}: expected ${sources.join(", ")}`, {
      remedy: near === undefined ? `Choose of: ${sources.join(", ")}.` : `Did you mean ${near}?`,
    });
  }
  if (given.includes("otel") && given.includes("resilience"))
    throw new CodedError("USAGE", "--metrics has two sources for calls, resilience and otel", {
      remedy:
        "Choose resilience where the service uses it: it counts calls, and standard metrics count attempts.",
    });
  const { calls, delivery } = alertSettingsDefault;
  return {
    calls: given.includes("otel") ? "otel" : calls,
    delivery: given.length === 0 ? delivery : given.includes("delivery"),
  };
}

function addressesOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((written) => {
      const [, name, host] = /^([^=]+)=([^=\s]+)$/.exec(written) ?? [];
      if (name !== undefined && host !== undefined) return [name, host];
      throw new CodedError("USAGE", `--address ${written}: expected an integration and its host`, {
        remedy: "Write payments=api.payments.example.",
      });
    }),
  );
}

function edgeOf(written: string): number {
  const edge = Number(written);
  if (/^\d+(\.\d+)?$/.test(written) && edge > 0 && Number.isFinite(edge)) return edge;
  throw new CodedError("USAGE", `--buckets ${written}: expected seconds, a number above 0`, {
    remedy: "Write the edges in seconds: 0.1,0.3,1,3.",
  });
}

function burnOf(written: string): number {
  const rate = Number(written);
  if (/^\d+(\.\d+)?$/.test(written) && Number.isFinite(rate)) return rate;
  throw new CodedError("USAGE", `--min-burn ${written}: expected a burn rate, a number from 0`, {
    remedy: "Write 1 for alerts that fire only while the objective is being missed.",
  });
}
