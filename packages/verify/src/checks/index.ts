import type { Check } from "../model.ts";
import { alertFires } from "./alert-fires.ts";
import { alertNamesProvider } from "./alert-names-provider.ts";
import { alertResolves } from "./alert-resolves.ts";
import { alertStaysQuiet } from "./alert-stays-quiet.ts";
import { attempt } from "./attempt.ts";
import { backsOff } from "./backs-off.ts";
import { bounded } from "./bounded.ts";
import { budget } from "./budget.ts";
import { bulkheadIsolates } from "./bulkhead-isolates.ts";
import { cancelsOnTheWire } from "./cancels-on-the-wire.ts";
import { classification } from "./classification.ts";
import { commandsResolve } from "./commands-resolve.ts";
import { complete } from "./complete.ts";
import { completesAfterCrash } from "./completes-after-crash.ts";
import { connect } from "./connect.ts";
import { coversObservedFailures } from "./covers-observed-failures.ts";
import { dashboardCoversSlo } from "./dashboard-covers-slo.ts";
import { dashboardQueriesResolve } from "./dashboard-queries-resolve.ts";
import { deadline } from "./deadline.ts";
import { deadlinePropagates } from "./deadline-propagates.ts";
import { doesNotFlap } from "./does-not-flap.ts";
import { exists } from "./exists.ts";
import { failsFast } from "./fails-fast.ts";
import { honoursRetryAfter } from "./honours-retry-after.ts";
import { idCreated } from "./id-created.ts";
import { idInToOut } from "./id-in-to-out.ts";
import { jitters } from "./jitters.ts";
import { keyPresent } from "./key-present.ts";
import { keyStable } from "./key-stable.ts";
import { keySurvivesRestart } from "./key-survives-restart.ts";
import { keyUnique } from "./key-unique.ts";
import { linkedFromAlert } from "./linked-from-alert.ts";
import { logVolume } from "./log-volume.ts";
import { logsCarryId } from "./logs-carry-id.ts";
import { logsDiagnose } from "./logs-diagnose.ts";
import { noHiddenReplay } from "./no-hidden-replay.ts";
import { noSecretsInLogs } from "./no-secrets-in-logs.ts";
import { oneEffectOnLateDuplicate } from "./one-effect-on-late-duplicate.ts";
import { oneEffectOnLostReply } from "./one-effect-on-lost-reply.ts";
import { opens } from "./opens.ts";
import { opensOnTimeouts } from "./opens-on-timeouts.ts";
import { ordering } from "./ordering.ts";
import { probesGently } from "./probes-gently.ts";
import { recovers } from "./recovers.ts";
import { rejectsBadCertificate } from "./rejects-bad-certificate.ts";
import { rejectsBrokenCleanly } from "./rejects-broken-cleanly.ts";
import { rejectsMismatch } from "./rejects-mismatch.ts";
import { replays } from "./replays.ts";
import { resendsIdenticalRequest } from "./resends-identical-request.ts";
import { retriesAfterTimeout } from "./retries-after-timeout.ts";
import { retriesAreSiblings } from "./retries-are-siblings.ts";
import { retriesTransient } from "./retries-transient.ts";
import { rightGranularity } from "./right-granularity.ts";
import { serialisesConcurrent } from "./serialises-concurrent.ts";
import { serverKeepsServing } from "./server-keeps-serving.ts";
import { serverSlowBody } from "./server-slow-body.ts";
import { serverSlowHeaders } from "./server-slow-headers.ts";
import { sloDeclared } from "./slo-declared.ts";
import { spansDiagnose } from "./spans-diagnose.ts";
import { spreadsRetries } from "./spreads-retries.ts";
import { staysAlive } from "./stays-alive.ts";
import { survivesUnknownVersion } from "./survives-unknown-version.ts";
import { toleratesUnknownField } from "./tolerates-unknown-field.ts";

/** Every check that is built, in the order of the checklist. */
export const checks: readonly Check[] = [
  staysAlive,
  connect,
  attempt,
  deadline,
  cancelsOnTheWire,
  ordering,
  deadlinePropagates,
  serverSlowHeaders,
  serverSlowBody,
  serverKeepsServing,
  retriesTransient,
  retriesAfterTimeout,
  bounded,
  classification,
  honoursRetryAfter,
  backsOff,
  jitters,
  spreadsRetries,
  budget,
  resendsIdenticalRequest,
  noHiddenReplay,
  keyPresent,
  keyStable,
  keyUnique,
  keySurvivesRestart,
  oneEffectOnLostReply,
  oneEffectOnLateDuplicate,
  replays,
  serialisesConcurrent,
  rejectsMismatch,
  completesAfterCrash,
  opens,
  opensOnTimeouts,
  failsFast,
  probesGently,
  recovers,
  doesNotFlap,
  rightGranularity,
  bulkheadIsolates,
  toleratesUnknownField,
  survivesUnknownVersion,
  rejectsBrokenCleanly,
  rejectsBadCertificate,
  idInToOut,
  idCreated,
  retriesAreSiblings,
  logsCarryId,
  logsDiagnose,
  spansDiagnose,
  logVolume,
  noSecretsInLogs,
  sloDeclared,
  alertFires,
  alertStaysQuiet,
  alertResolves,
  alertNamesProvider,
  dashboardCoversSlo,
  dashboardQueriesResolve,
  exists,
  complete,
  coversObservedFailures,
  commandsResolve,
  linkedFromAlert,
];
