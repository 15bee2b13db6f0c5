import type { Contract } from "@holdfast/contract";
import { contractObjectives } from "./contract-objectives.ts";
import { subjectOf } from "./contract-subject.ts";
import type { ObjectivesRead } from "./objectives-read.ts";
import type { AlertSettings } from "./settings.ts";

/** What a contract's dashboards and runbooks are about: every integration over HTTP, those without an objective included. */
export function contractSubjects(contract: Contract, settings: AlertSettings): ObjectivesRead {
  const read = contractObjectives(contract, settings);
  const found = contract.integrations
    .filter(({ slo }) => slo === null)
    .map((integration) => subjectOf(contract, integration, settings));
  const others = found.flatMap((one) => ("subject" in one ? [one.subject] : []));
  const all = [...read.subjects, ...others];
  const order = contract.integrations.map(({ name }) => name);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return {
    ...read,
    subjects: all.toSorted((a, b) => place(a.integration) - place(b.integration)),
    problems: [...read.problems, ...found.flatMap((one) => ("problem" in one ? [one.problem] : []))],
  };
}
