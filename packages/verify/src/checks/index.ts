import type { Check } from "../model.ts";
import { attempt } from "./attempt.ts";
import { backsOff } from "./backs-off.ts";
import { bounded } from "./bounded.ts";
import { cancelsOnTheWire } from "./cancels-on-the-wire.ts";
import { classification } from "./classification.ts";
import { deadline } from "./deadline.ts";
import { honoursRetryAfter } from "./honours-retry-after.ts";
import { idInToOut } from "./id-in-to-out.ts";
import { jitters } from "./jitters.ts";
import { keyPresent } from "./key-present.ts";
import { keyStable } from "./key-stable.ts";
import { keyUnique } from "./key-unique.ts";
import { logsCarryId } from "./logs-carry-id.ts";
import { noHiddenReplay } from "./no-hidden-replay.ts";
import { noSecretsInLogs } from "./no-secrets-in-logs.ts";
import { oneEffectOnLostReply } from "./one-effect-on-lost-reply.ts";
import { retriesTransient } from "./retries-transient.ts";
import { staysAlive } from "./stays-alive.ts";

/** Every check that is built, in the order of the checklist. */
export const checks: readonly Check[] = [
  staysAlive,
  attempt,
  deadline,
  cancelsOnTheWire,
  retriesTransient,
  bounded,
  classification,
  honoursRetryAfter,
  backsOff,
  jitters,
  noHiddenReplay,
  keyPresent,
  keyStable,
  keyUnique,
  oneEffectOnLostReply,
  idInToOut,
  logsCarryId,
  noSecretsInLogs,
];
