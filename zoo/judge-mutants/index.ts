import { ofBreakers } from "./breakers.ts";
import { ofCompatibility } from "./compatibility.ts";
import { ofGates } from "./gates.ts";
import { ofIdempotency } from "./idempotency.ts";
import type { JudgeMutant } from "./model.ts";
import { ofObservability } from "./observability.ts";
import { ofOperations } from "./operations.ts";
import { ofRetries } from "./retries.ts";
import { ofRunbooks } from "./runbooks.ts";
import { ofTimeouts } from "./timeouts.ts";

/** Every change of a rule that the scorecard must notice, in the order of the checklist. */
export const judgeMutants: readonly JudgeMutant[] = [
  ...ofGates,
  ...ofTimeouts,
  ...ofRetries,
  ...ofIdempotency,
  ...ofBreakers,
  ...ofCompatibility,
  ...ofObservability,
  ...ofOperations,
  ...ofRunbooks,
];
