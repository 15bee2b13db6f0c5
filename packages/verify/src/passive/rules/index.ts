import type { PassiveRule } from "../model.ts";
import { attempt } from "./attempt.ts";
import { backsOff } from "./backs-off.ts";
import { bounded } from "./bounded.ts";
import { budget } from "./budget.ts";
import { classification } from "./classification.ts";
import { deadline } from "./deadline.ts";
import { honoursRetryAfter } from "./honours-retry-after.ts";
import { idInToOut } from "./id-in-to-out.ts";
import { jitters } from "./jitters.ts";
import { keyPresent } from "./key-present.ts";
import { keyStable } from "./key-stable.ts";
import { keyUnique } from "./key-unique.ts";
import { logsCarryId } from "./logs-carry-id.ts";
import { noSecretsInLogs } from "./no-secrets-in-logs.ts";
import { retriesAfterTimeout } from "./retries-after-timeout.ts";
import { retriesAreSiblings } from "./retries-are-siblings.ts";
import { retriesTransient } from "./retries-transient.ts";

/** Every check that natural failures can decide, in the order of the checklist. */
export const passiveRules: readonly PassiveRule[] = [
  attempt,
  deadline,
  retriesTransient,
  retriesAfterTimeout,
  bounded,
  classification,
  honoursRetryAfter,
  backsOff,
  jitters,
  budget,
  keyPresent,
  keyStable,
  keyUnique,
  idInToOut,
  retriesAreSiblings,
  logsCarryId,
  noSecretsInLogs,
];
