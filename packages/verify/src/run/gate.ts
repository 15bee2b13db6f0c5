import type { Scenario } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import type { CallIdentity } from "./call-ids.ts";
import { type DrivenRecord, driveCall } from "./drive-call.ts";
import { type Instance, startInstance } from "./instance.ts";
import { quote } from "./ready.ts";
import type { RunContext } from "./run-context.ts";

const gateHorizonMs = 30_000;

/** What the gate needs to prove that a scenario works without any fault. */
export interface GateOptions {
  readonly scenario: Scenario;
  /** How many healthy calls on each instance: one entry per instance. */
  readonly calls: readonly number[];
  readonly identity: () => CallIdentity;
  readonly nextInstance: () => string;
}

/** Drives healthy calls; answers how long each instance took to start. Anything not green is `BASELINE_FAILED`. */
export async function proveBaseline(context: RunContext, options: GateOptions): Promise<number[]> {
  const starts = options.calls.map((calls) => proveInstance(context, options, calls));
  const settled = await Promise.allSettled(starts);
  const failed = settled.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

async function proveInstance(context: RunContext, options: GateOptions, calls: number): Promise<number> {
  const { scenario } = options;
  const experiment = `${scenario.name}/gate`;
  const instance = await startInstance(context, { id: options.nextInstance(), experiment, scenario });
  try {
    for (let call = 0; call < calls; call++) {
      const driven = await driveCall(context, instance, options.identity(), {
        phase: "gate",
        horizonMs: gateHorizonMs,
        lingerGaps: 0,
        lingerMs: 0,
        fault: null,
      });
      const wrong = whatIsWrong(scenario, driven, instance);
      if (wrong !== null) throw baselineFailed(scenario, wrong, driven, instance);
    }
    return instance.startMs;
  } finally {
    await instance.end();
  }
}

/** In the order in which a person would look: does it live, does it call its providers, what do they answer. */
function whatIsWrong(scenario: Scenario, driven: DrivenRecord, instance: Instance): string | null {
  const { call, exchanges } = driven;
  const exit = instance.exit();
  if (exit !== null) {
    return `the service ended (${exit.signal ?? `exit status ${exit.code}`}) while it was called`;
  }
  const unused = scenario.uses.map((use) => notUsed(use, driven)).find((reason) => reason !== null);
  if (unused !== undefined) return unused;
  if (call.outcome === "succeeded") return null;
  const provided = exchanges.map(({ integration, provider }) =>
    provider === null ? `${integration} did not answer` : `${integration} answered ${provider.status}`,
  );
  const told = provided.length === 0 ? "" : ` (${[...new Set(provided)].join(", ")})`;
  return `the call ${call.outcome === "unfinished" ? "did not end" : "failed"}: ${call.error}${told}`;
}

/** What the scenario says it uses and a healthy call did not; `null` when it did. */
function notUsed(use: Scenario["uses"][number], { call, exchanges }: DrivenRecord): string | null {
  const { integration, operation } = use;
  const ofIntegration = exchanges.filter((exchange) => exchange.integration === integration);
  if (ofIntegration.length === 0) {
    const besides = call.error === null ? "" : `, and the call ${call.error}`;
    return `the service never called ${integration} through its proxy${besides}`;
  }
  if (ofIntegration.some((exchange) => exchange.operation === operation)) return null;
  const sent = [...new Set(ofIntegration.map(({ request }) => `${request.method} ${request.target}`))];
  return `the service called ${integration}, but not its operation ${operation}: it sent ${sent.slice(0, 3).join(", ")}`;
}

function baselineFailed(
  scenario: Scenario,
  wrong: string,
  driven: DrivenRecord,
  instance: Instance,
): CodedError {
  const never = wrong.includes("never called");
  const remedy = never
    ? "Check that the service reads the provider's address from the variable in `integrations.*.address.env` and uses it, and that the scenario reaches that code."
    : "Make the scenario work without any fault first: compare its request, `expect` and the stub's `answer` with what is quoted here.";
  return new CodedError(
    "BASELINE_FAILED",
    `The scenario ${scenario.name} does not work with no fault at all: ${wrong}.${quote(instance.logs.lastWords())}`,
    { remedy, details: { scenario: scenario.name, call: driven.call, exchanges: driven.exchanges.length } },
  );
}
