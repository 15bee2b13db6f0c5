import type { JsonSchema } from "@holdfast/core";
import { contractShape } from "./shapes/contract.ts";

/**
 * The JSON Schema (2020-12) of `holdfast.yaml`, for editors. What takes more than one place to see (names, contradictions), and
 * values read from the environment where a notation belongs, only the reader can judge.
 */
export function contractSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Holdfast reliability contract",
    ...contractShape("/").schema,
  };
}
