import type { Firing, OperationsProof } from "@holdfast/operate";
import { outage, silence, statusOnce } from "../experiments.ts";
import { say } from "../judgement.ts";
import type { Evidence, ExperimentSpec, Judgement, Target } from "../model.ts";
import type { AlertProofRecord, CapturedMode } from "./model.ts";

/** What the proof says about one integration. */
export interface AlertView {
  readonly record: AlertProofRecord;
  readonly proof: OperationsProof;
  /** Ways to fail under which calls of this integration failed, with the alerts that fired; those that fire without a fault are left out. */
  readonly loud: readonly (CapturedMode & { readonly firing: readonly Firing[] })[];
}

/** Alerts are asked for where there is an objective, or rules that somebody declared. */
export function alertsAbout({ contract, integration }: Target): null | { readonly notApplicable: string } {
  if ((contract.service?.url ?? null) === null)
    return { notApplicable: "there is no service that runs and whose metrics could be read" };
  if (integration.slo !== null || (contract.operations?.rules ?? []).length > 0) return null;
  return {
    notApplicable: `no objective is declared for ${integration.name} and no rules are, as \`slo-declared\` says`,
  };
}

/** The faults that an alert has to notice: those of other checks, by their names. */
export function loudExperiments(target: Target): readonly ExperimentSpec[] {
  return [outage(target), silence(target), statusOnce(target, 429)];
}

/** Why a fault whose metrics were read was not put to the proof. */
export const notProved = "no metrics of healthy calls of its scenario could be read";

/** What was proved, or why nothing can be said. */
export function alertView(evidence: Evidence, target: Target): AlertView | Judgement {
  const { contract, integration } = target;
  if ((contract.service?.metrics ?? null) === null) {
    const because =
      "the contract names no metrics of the service, so no alert could be put to the proof: add metrics: GET /metrics";
    return say("inconclusive", because, []);
  }
  const record = evidence.alertProof;
  if (record === undefined) return say("inconclusive", "this run put no alert to the proof", []);
  const { proof, problem } = record;
  if (proof === null) {
    const because =
      problem === null ? "nothing was proved" : `${problem.says.replace(/\.$/, "")}: ${problem.remedy}`;
    return say("inconclusive", because, []);
  }
  const restless = new Set(proof.control.map(keyOf));
  const loud = record.modes
    .filter((mode) => mode.integration === integration.name && mode.failed > 0)
    .map((mode) => {
      const fault = proof.faults.find(({ id }) => id === mode.id);
      return {
        ...mode,
        unread: mode.unread ?? (fault === undefined ? notProved : null),
        firing: (fault?.firing ?? []).filter((one) => !restless.has(keyOf(one))),
      };
    });
  return { record, proof, loud };
}

/** Whether a view is a judgement already. */
export function isJudged(view: AlertView | Judgement): view is Judgement {
  return "verdict" in view;
}

function keyOf({ alert, labels }: Firing): string {
  return JSON.stringify([alert, labels]);
}

/** Whose rules they are, to begin a sentence: nobody should take what could be generated for what is there. */
export function whoseRules({ rules }: AlertProofRecord): string {
  return rules === "generated" ? "of the rules that holdfast generates, since operations names none: " : "";
}

/** Whether what an alert tells names an integration or its provider, addresses and the service itself left out. */
export function namesIntegration(
  { alert, labels, annotations }: Pick<Firing, "alert" | "labels" | "annotations">,
  { integration, contract }: Target,
): boolean {
  const told = [
    alert,
    ...Object.entries(labels)
      .filter(([label]) => label !== "alertname")
      .map(([, value]) => value),
    ...Object.entries(annotations)
      .filter(([key]) => !/url|link|runbook|dashboard|playbook/i.test(key))
      .map(([, value]) => value),
  ].filter((text) => text !== contract.service?.name);
  const names = [integration.name, ...hostOf(target(integration))].map(plain);
  return told.some((text) => names.some((name) => name !== "" && plain(text).includes(name)));
}

function target(integration: Target["integration"]): string | null {
  return integration.provider.kind === "url" ? integration.provider.url : null;
}

function hostOf(url: string | null): readonly string[] {
  return url !== null && URL.canParse(url) ? [new URL(url).hostname] : [];
}

/** Lower case, with nothing between letters and digits: `PaymentsApi`, `payments-api` and `payments_api` are one name. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** `after 2 min`. */
export function afterText(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return `after ${Math.round(ms / 1_000)} s`;
  return minutes < 120
    ? `after ${Number(minutes.toFixed(minutes < 10 ? 1 : 0))} min`
    : `after ${Number((minutes / 60).toFixed(1))} h`;
}

/** The firing that came first. */
export function firstOf(firing: readonly Firing[]): Firing | undefined {
  return firing.toSorted((a, b) => a.firedAtMs - b.firedAtMs)[0];
}
