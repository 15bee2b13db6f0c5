import type { Assembled } from "./evidence.ts";
import type { CallRecord, CheckResult, RunbookGap } from "./model.ts";

/** A way to fail that a runbook has to know. */
interface FailureMode {
  readonly mode: string;
  /** Kinds of fault, with the first status for status faults: `status 5`, `status 429`. */
  readonly shownBy: (kind: string, status: number) => boolean;
  /** Or a check that failed. */
  readonly check?: string;
  readonly mentioned: RegExp;
  readonly todo: string;
}

const modes: readonly FailureMode[] = [
  {
    mode: "provider silent or slow",
    shownBy: (kind) => kind === "hang" || kind === "latency",
    mentioned: /time[ds]?[ -]?out|hang|silent|latency|slow|no (answer|response)/i,
    todo: "how to see that calls to the provider hang, who is affected, and how to shed or divert them",
  },
  {
    mode: "provider unavailable (5xx)",
    shownBy: (kind, status) => kind === "status" && status >= 500,
    mentioned: /5xx|50[0234]|unavailable|outage|\bdown\b/i,
    todo: "how to tell the provider's outage from our own, where its status page is, and what to switch off meanwhile",
  },
  {
    mode: "provider throttles (429)",
    shownBy: (kind, status) => kind === "status" && status === 429,
    mentioned: /429|throttl|rate.?limit|quota|too many requests/i,
    todo: "how to find what uses the quota up, how to slow it down, and whom to ask for more",
  },
  {
    mode: "connection reset or refused",
    shownBy: (kind) => kind === "reset" || kind === "close" || kind === "refuse",
    mentioned: /reset|refused|ECONN|connection (error|fail|clos|drop|lost)|broken pipe|hang ?up/i,
    todo: "how to check name resolution, network and TLS between us and the provider",
  },
  {
    mode: "answer breaks off or trickles",
    shownBy: (kind) => kind === "truncate" || kind === "drip",
    mentioned: /truncat|incomplete|partial|malformed|trickl|unexpected end/i,
    todo: "how incomplete answers show, and how to find out what the provider really did",
  },
  {
    mode: "effect happens twice",
    shownBy: () => false,
    check: "one-effect-on-lost-reply",
    mentioned: /duplicate|twice|double|idempoten|more than once/i,
    todo: "how to find duplicated effects, undo them, and tell those who are affected",
  },
  {
    mode: "connections leak",
    shownBy: () => false,
    check: "cancels-on-the-wire",
    mentioned: /leak|file descriptor|socket|EMFILE|connection pool/i,
    todo: "how to see that connections pile up, and how to restart safely",
  },
];

const sections = [
  {
    name: "diagnosis with a command",
    has: (text: string) =>
      /^#+.*(diagnos|investigat|triage|check)/im.test(text) && /```|`[^`]+ [^`]+`/.test(text),
  },
  { name: "mitigation", has: (text: string) => /mitigat|remed(y|iat)|resolution|^#+.*fix/im.test(text) },
  { name: "rollback", has: (text: string) => /roll(ing)? ?back|revert/i.test(text) },
  { name: "escalation", has: (text: string) => /escalat|on-?call|page the|contact/i.test(text) },
];

/** Failure modes that this run showed and no runbook covers well enough, by integration. */
export function runbookGaps(results: readonly CheckResult[], assembled: Assembled): RunbookGap[] {
  const integrations = new Set(results.flatMap((one) => one.integration ?? []));
  return [...integrations].flatMap((integration) => {
    const shown = modes.flatMap((mode) => {
      const signature = signatureOf(mode, integration, results, assembled);
      return signature === null ? [] : [{ mode, signature }];
    });
    const runbook = assembled.run?.runbooks[integration];
    if (runbook === undefined || runbook.text === null) {
      const gap =
        runbook === undefined ? "no runbook is declared" : `the runbook ${runbook.path} does not exist`;
      return shown.map((one) => gapOf(one, integration, gap));
    }
    const { path, text } = runbook;
    const unmentioned = shown
      .filter((one) => !one.mode.mentioned.test(text))
      .map((one) => gapOf(one, integration, `${path} does not mention it`));
    const missing = shown.length === 0 ? [] : sections.filter((section) => !section.has(text));
    return [...unmentioned, ...missing.map((section) => sectionGap(section.name, integration, path))];
  });
}

function gapOf(
  { mode, signature }: { readonly mode: FailureMode; readonly signature: string },
  integration: string,
  gap: string,
): RunbookGap {
  return { failureMode: mode.mode, integration, signature, gap, todo: `Write ${mode.todo}.` };
}

function sectionGap(name: string, integration: string, path: string): RunbookGap {
  return {
    failureMode: "every failure",
    integration,
    signature: "",
    gap: `${path} has no ${name}`,
    todo: `Add a section: ${name}.`,
  };
}

/** How the mode looked in this run, or `null` when the service did not fail under it. */
function signatureOf(
  mode: FailureMode,
  integration: string,
  results: readonly CheckResult[],
  assembled: Assembled,
): string | null {
  if (mode.check !== undefined) {
    const failed = results.find(
      (one) => one.id === mode.check && one.integration === integration && one.verdict === "fail",
    );
    return failed?.because ?? null;
  }
  const failed = assembled.calls.filter(
    (call) => call.outcome !== "succeeded" && isUnder(mode, call, integration, assembled),
  );
  if (failed.length === 0) return null;
  const looks = Map.groupBy(failed, lookOf);
  return [...looks.entries()].toSorted((a, b) => b[1].length - a[1].length)[0]?.[0] ?? null;
}

function isUnder(mode: FailureMode, call: CallRecord, integration: string, assembled: Assembled): boolean {
  const experiment = assembled.experiments.get(call.experiment);
  if (call.phase !== "sample" || experiment?.integration !== integration) return false;
  return experiment.program.steps.some(
    (step) => step.fault !== null && mode.shownBy(step.fault.kind, Number(step.fault["status"] ?? 0)),
  );
}

function lookOf(call: CallRecord): string {
  if (call.outcome === "unfinished") return "the caller gets no answer";
  const said = (call.error ?? "").replaceAll(/\s+/g, " ").slice(0, 120);
  const status = call.status === null ? "" : `status ${call.status}`;
  return [status, said].filter((part) => part !== "").join(": ") || "the call fails";
}
