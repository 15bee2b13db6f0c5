import { defineCheck } from "../define-check.ts";
import { usualSignatures } from "../failure-lines.ts";
import { alikeText, callsByClass, confusionOf, oneOfEachClass } from "../fault-classes.ts";
import { cite, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { numbersResends, type SpanFact, spanFacts, spanFactsIn, spanLines } from "../span-facts.ts";

/** Do the spans tell failures apart? */
export const spansDiagnose: Check<null> = defineCheck<null>({
  id: "spans-diagnose",
  item: "operations/correlation",
  question: "Do the spans of a failed call tell what failed, and one kind of failure from another?",
  rule: "Of failed calls that have spans, most have a client span for each attempt, with error status, error.type or status code, and the provider's address; kinds of failure differ in them (three of four; lost connections may look alike).",
  source:
    "OpenTelemetry semantic conventions 1.44, HTTP client spans: error.type, http.request.resend_count, server.address; holdfast guide spans-diagnose",
  required: false,
  about: ({ contract, scenario }) =>
    contract.service === null || scenario.act.kind === "module"
      ? { notApplicable: "there is no service around the calls that could send spans" }
      : null,
  commitment: () => ["service", "correlation"],
  plan: (_, target) => oneOfEachClass(target),
  needs: () => ["503-forever"],
  judge: (_, evidence, target) => {
    const calls = [...callsByClass(evidence).values()].flat();
    if (evidence.spansSent === 0) {
      return say("not-applicable", "the service sends no spans by OTLP over HTTP", calls);
    }
    const failed = calls.filter((call) => call.outcome !== "succeeded");
    if (failed.length === 0) {
      return say("not-applicable", "no call failed: the service answers its callers all the same", calls);
    }
    const traced = failed.filter((call) => call.spans.length > 0);
    if (traced.length < 3) {
      const because = `${many(evidence.spansSent, "span")} came, but only ${traced.length} of ${many(failed.length, "failed call")} had one: sampled, or of another trace`;
      return say("inconclusive", because, calls);
    }
    return scored(traced, evidence, target);
  },
});

function scored(traced: readonly ObservedCall[], evidence: Evidence, target: Target): Judgement {
  const signatures = [...callsByClass(evidence)].flatMap(([kind, calls]) => {
    const lines = calls.map(spanLines).filter((one) => one.length > 0);
    return lines.length === 0 ? [] : [[kind, usualSignatures(lines)] as const];
  });
  const missing = missingIn(traced);
  const confusion = confusionOf(new Map(signatures));
  const total = spanFacts.length;
  const tells = `the spans of ${many(traced.length, "failed call")} tell ${total - missing.length} of ${total} facts${missing.length === 0 ? "" : ` (no ${missing.join(", no ")})`}`;
  const alike = alikeText(confusion);
  const differ = `; ${confusion.distinct} of ${confusion.of} kinds of failure can be told apart${alike === "" ? "" : `: ${alike}`}`;
  const because = `${tells}${confusion.of === 0 ? "" : differ}${resendText(traced)}`;
  const measured = [
    { name: "facts told", value: total - missing.length, unit: `of ${total}` },
    { name: "kinds of failure told apart", value: confusion.distinct, unit: `of ${confusion.of}` },
  ];
  const isCompared = signatures.length >= 3;
  const apart = confusion.distinct >= confusion.needed;
  if (missing.length === 0 && apart) {
    if (isCompared) return say("pass", because, traced, { measured });
    return say("inconclusive", `${because}; 3 kinds at least are needed to compare them`, traced, {
      measured,
    });
  }
  return say("advice", because, traced, {
    measured,
    severity: severityOf(target, "advice") ?? "medium",
    diagnosis: missing.includes("one span for each attempt")
      ? "The span is made around the retries instead of inside: how often and for what it was tried again cannot be seen."
      : "The spans say that a request was made, and not what came of it: an error rate by dependency or by kind cannot be made of them.",
    evidence: traced.slice(0, 3).map((call) => {
      const [line] = spanLines(call);
      return cite(
        call,
        line === undefined ? `${many(call.spans.length, "span")}, none with an error` : line.line,
      );
    }),
  });
}

/** The facts that most of the calls they apply to do not tell. */
function missingIn(traced: readonly ObservedCall[]): SpanFact[] {
  const facts = traced.map(spanFactsIn);
  const count = (of: "applies" | "told", fact: SpanFact) =>
    facts.filter((one) => one[of].includes(fact)).length;
  return spanFacts.filter((fact) => count("told", fact) < count("applies", fact) / 2);
}

/** Instrumentation below the retries cannot know of them, so an attempt without its number is told and held against nobody. */
function resendText(traced: readonly ObservedCall[]): string {
  const retried = traced.filter((call) => call.attempts.length > 1);
  const numbered = retried.filter(numbersResends).length;
  return numbered < retried.length / 2 ? "; attempts are not numbered (http.request.resend_count)" : "";
}
