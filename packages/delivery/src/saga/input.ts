import { DeliveryError } from "../errors.ts";
import { describeIssues, type SchemaResult } from "../standard-schema.ts";
import type { SagaDefinition } from "./definition.ts";

/** Bytes of a saga's input at most: it is read at every step. */
const charactersMax = 1_000_000;

/** A saga's input as JSON, as it was given; the schema has accepted it. Throws SAGA_INPUT_INVALID. */
export async function inputText(definition: SagaDefinition, input: unknown): Promise<string> {
  accepted(definition, await definition.schema["~standard"].validate(input));
  return jsonText(definition, input);
}

/** What the steps see of a saga's input: the schema's output. Throws SAGA_INPUT_INVALID where the schema refuses what it once took. */
export async function readInput(definition: SagaDefinition, text: string): Promise<object> {
  return accepted(definition, await definition.schema["~standard"].validate(JSON.parse(text)));
}

function accepted({ name }: SagaDefinition, result: SchemaResult<object>): object {
  if (result.issues !== undefined)
    throw invalid(
      `The input of the saga ${name} is not what its schema asks for: ${describeIssues(result.issues)}`,
    );
  if (typeof result.value !== "object" || result.value === null)
    throw invalid(`The input of the saga ${name} is no object.`);
  return result.value;
}

function jsonText({ name }: SagaDefinition, input: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(input);
  } catch (cause) {
    throw invalid(`The input of the saga ${name} cannot be written as JSON.`, cause);
  }
  if (text === undefined || text.length > charactersMax)
    throw invalid(`The input of the saga ${name} has more than ${charactersMax} characters as JSON.`);
  return text;
}

function invalid(message: string, cause?: unknown): DeliveryError {
  return new DeliveryError("SAGA_INPUT_INVALID", message, cause === undefined ? {} : { cause });
}

/** Whether two JSON texts say the same, whatever the order of their keys. */
export function sameJson(one: string, other: string): boolean {
  return one === other || ordered(JSON.parse(one)) === ordered(JSON.parse(other));
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
