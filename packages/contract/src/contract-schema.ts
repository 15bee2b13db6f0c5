import type { JsonSchema } from "@holdfast/core";
import { contractShape } from "./shapes/contract.ts";

/** The JSON Schema (2020-12) of `holdfast.yaml`, for editors; templates of the environment are allowed wherever a text is. */
export function contractSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Holdfast reliability contract",
    ...contractShape("/").schema,
  };
}
