import { createHash } from "node:crypto";
import { DeliveryError } from "../errors.ts";
import type { SagaDefinition, StepDefinition } from "./definition.ts";

const namePattern = /^[a-z0-9][a-z0-9._-]{0,126}$/;
const stepPattern = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** Throws CONFIGURATION for names that cannot be, and for an older definition of another name. */
export function checkNew(
  name: string,
  steps: readonly StepDefinition[],
  previous: readonly SagaDefinition[],
): void {
  if (!namePattern.test(name))
    throw wrong(
      `The saga's name ${JSON.stringify(name)} is not one: lower-case letters, digits, dots, hyphens and underscores, 127 at most.`,
    );
  const last = steps.at(-1);
  if (last !== undefined) checkStep(last.name, steps.slice(0, -1));
  for (const old of previous)
    if (old.name !== name) throw wrong(`previous of ${name} lists a definition of ${old.name}.`);
}

function checkStep(step: string, before: readonly StepDefinition[]): void {
  // "undo" would make the key of a step and the key of another saga's undo the same text.
  if (!stepPattern.test(step) || step === "undo")
    throw wrong(
      `The step's name ${JSON.stringify(step)} is not one: letters, digits, hyphens and underscores, 63 at most, first a letter, and not "undo".`,
    );
  if (before.some(({ name }) => name === step)) throw wrong(`There are two steps of the name ${step}.`);
}

/**
 * What tells one definition from another: what a saga under way stands on. Functions cannot be compared, so a change of meaning alone
 * takes a new `version`.
 */
export function definitionHash(name: string, version: string, steps: readonly StepDefinition[]): string {
  const shape = steps.map((step) => [
    step.name,
    step.kind,
    step.work !== null,
    step.work !== null && step.work.undo !== null,
    step.work !== null && step.work.lock !== null,
    step.wait?.type ?? null,
    step.wait?.otherwise ?? null,
  ]);
  return createHash("sha256")
    .update(JSON.stringify([name, version, shape]))
    .digest("hex")
    .slice(0, 16);
}

function wrong(message: string): DeliveryError {
  return new DeliveryError("CONFIGURATION", message);
}
