import type { HttpIntegration, Scenario } from "@holdfast/contract";
import type { Exit } from "./child.ts";
import type { DrivenRecord } from "./drive-call.ts";

/** What was seen of one instance at the gate. */
export interface GateSeen {
  readonly scenario: Scenario;
  readonly integrations: readonly HttpIntegration[];
  /** Its healthy calls, in order. */
  readonly calls: readonly DrivenRecord[];
  /** Which of them is looked at. */
  readonly at: number;
  /** How the service ended by itself, or `null` while it lives. */
  readonly exit: Exit | null;
  /** How long after the answer an integration was called by nobody's call; absent when it was not. */
  readonly lateMs: Readonly<Record<string, number>>;
  /** What the proxy of an integration said when it did not reach the provider. */
  readonly unreachable: Readonly<Record<string, string>>;
}

/** What is wrong with a healthy call, and what to do about it. */
export interface Wrong {
  readonly says: string;
  readonly remedy: string;
}

/** In the order in which a person would look: does it live, does it call its providers, what do they answer. */
export function whatIsWrong(seen: GateSeen): Wrong | null {
  const { scenario, exit } = seen;
  const driven = seen.calls[seen.at];
  if (driven === undefined) return null;
  if (exit !== null) {
    const says = `the service ended (${exit.signal ?? `exit status ${exit.code}`}) while it was called`;
    return { says, remedy: compareRemedy(seen) };
  }
  for (const use of scenario.uses) {
    const wrong = isCalled(use.integration, driven)
      ? wrongOperation(use, driven, seen)
      : notCalled(use.integration, driven, seen);
    if (wrong !== null) return wrong;
  }
  return driven.call.outcome === "succeeded" ? null : failed(driven, seen);
}

/** The integrations that the scenario uses and a call did not call at all. */
export function notCalledBy(scenario: Scenario, driven: DrivenRecord): string[] {
  const used = new Set(scenario.uses.map(({ integration }) => integration));
  return [...used].filter((integration) => !isCalled(integration, driven));
}

function isCalled(integration: string, { exchanges }: DrivenRecord): boolean {
  return exchanges.some((exchange) => exchange.integration === integration);
}

function notCalled(integration: string, { call }: DrivenRecord, seen: GateSeen): Wrong {
  const lateMs = seen.lateMs[integration];
  if (lateMs !== undefined) {
    return {
      says: `the service called ${integration} only ${Math.round(lateMs)} ms after its answer: such background calls cannot be attributed to a call yet`,
      remedy:
        "Verify the work itself: a scenario that ends when the work is done, by a request that waits for it, or by `exec` or `module`. See the limits in docs/contract.md.",
    };
  }
  const numbers = seen.calls.map((driven, index) => ({
    number: index + 1,
    called: isCalled(integration, driven),
  }));
  const reached = numbers.filter(({ called }) => called).map(({ number }) => number);
  if (reached.length > 0) {
    const missed = numbers.filter(({ called }) => !called).map(({ number }) => number);
    return {
      says: `${callsText(reached)} of an instance reached ${integration}, ${callsText(missed)} did not: does the service cache the answer?`,
      remedy:
        "Make the calls differ, with `${call.id}` in what the answer is cached by, or switch the cache off by a variable in `service.env`.",
    };
  }
  const besides = call.error === null ? "" : `, and the call ${call.error}`;
  return {
    says: `the service never called ${integration} through its proxy${besides}`,
    remedy:
      "Check that the service reads the provider's address from the variable in `integrations.*.address.env` and uses it, and that the scenario reaches that code.",
  };
}

/** `call 1`, `calls 2–5`, `calls 1, 3–4`. */
function callsText(numbers: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else spans.push([number, number]);
  }
  const listed = spans.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
  return `${numbers.length === 1 ? "call" : "calls"} ${listed}`;
}

function wrongOperation(
  use: Scenario["uses"][number],
  { exchanges }: DrivenRecord,
  seen: GateSeen,
): Wrong | null {
  const { integration, operation } = use;
  const own = exchanges.filter((exchange) => exchange.integration === integration);
  if (own.some((exchange) => exchange.operation === operation)) return null;
  const sent = [...new Set(own.map(({ request }) => `${request.method} ${request.target}`))];
  return {
    says: `the service called ${integration}, but not its operation ${operation}: it sent ${sent.slice(0, 3).join(", ")}`,
    remedy: `Correct \`request\` of ${integration}.${operation}, or name in \`uses\` what the scenario does use. ${compareRemedy(seen)}`,
  };
}

function failed({ call, exchanges }: DrivenRecord, seen: GateSeen): Wrong {
  const how = call.outcome === "unfinished" ? "did not end" : "failed";
  const provided = exchanges.map(({ integration, provider }) =>
    provider === null
      ? (unreachedText(integration, seen) ?? `${integration} did not answer`)
      : `${integration} answered ${provider.status}`,
  );
  const told = provided.length === 0 ? "" : ` (${[...new Set(provided)].join(", ")})`;
  const causes = exchanges.flatMap(({ integration, provider }) =>
    provider === null ? (seen.unreachable[integration] ?? []) : [],
  );
  const [cause] = causes;
  const remedy = cause === undefined ? compareRemedy(seen) : unreachedRemedy(cause);
  return { says: `the call ${how}: ${call.error}${told}`, remedy };
}

function unreachedText(integration: string, { unreachable, integrations }: GateSeen): string | null {
  const cause = unreachable[integration];
  if (cause === undefined) return null;
  const provider = integrations.find(({ name }) => name === integration)?.provider;
  return `${integration}${provider?.kind === "url" ? ` at ${withoutSecrets(provider.url)}` : ""}: ${cause}`;
}

/** Where a provider is, without user, password and query. */
function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

function unreachedRemedy(cause: string): string {
  if (/certificate|altnames|self.signed/i.test(cause)) {
    return "For a certificate of an authority of your own, run Holdfast with `NODE_EXTRA_CA_CERTS=/path/to/ca.pem`; one that is expired or made for another host has to be replaced at the provider.";
  }
  if (/wrong version number|EPROTO|packet length/i.test(cause)) {
    return "The provider does not speak TLS on this port: correct `provider.url`, which begins with https.";
  }
  return "Start the provider or correct `integrations.*.provider.url`, and check that it is reached from this machine.";
}

/** The stub is spoken of only where one answers. */
function compareRemedy({ scenario, integrations }: GateSeen): string {
  const used = new Set(scenario.uses.map(({ integration }) => integration));
  const providers = integrations.filter(({ name }) => used.has(name)).map(({ provider }) => provider.kind);
  const stub = providers.includes("stub") || providers.length === 0 ? "the stub's `answer`" : "";
  const real = providers.includes("url") ? "what the provider answers to the same request by hand" : "";
  const both = [stub, real].filter((text) => text !== "").join(" and ");
  return `Make the scenario work without any fault first: compare its request, \`expect\` and ${both} with what is quoted here.`;
}
