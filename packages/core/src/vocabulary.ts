/**
 * One vocabulary for code, command line, reports and documentation (DESIGN §1). A new noun needs a line here.
 *
 * - **consumer** calls, **provider** is called. **integration**: one consumer–provider relation over one protocol.
 * - **operation**: one kind of call in an integration. **call**: one logical operation, as the consumer's caller sees it.
 * - **attempt**: one request on the wire for a call; *attempts* count all, *retries* are attempts − 1.
 * - **exchange**: one request and its response as the proxy recorded them; attributed to a call it is an attempt.
 * - **contract**: the file. **commitment**: one statement in it. **scenario**: how to make the service use its
 *   integrations once. **effect**: something that really happened, countable by an effect probe.
 * - **fault**: one thing done to one exchange, connection or process. **fault program**: which fault when.
 * - **experiment**: scenario × fault program × load. **sample**: one call of an experiment. **shard**: the samples that
 *   share one instance. **instance**: one started copy of the service with proxies of its own.
 * - **observation**: what was recorded. **evidence**: the observations a verdict cites.
 * - **check**: one question with a rule. **item**: a line of the checklist. **finding**: a fail or advice with diagnosis.
 * - **incident**: a finding drafted as what it would have been in production. **runbook gap**: a failure mode that a run
 *   showed and no runbook covers. **baseline**: findings accepted with a reason, an owner and an expiry date.
 */

/** What a check can say, from best to least known. */
export const verdicts = ["pass", "fail", "advice", "inconclusive", "not-applicable", "not-tested"] as const;
export type Verdict = (typeof verdicts)[number];

/**
 * What an item can say: `incomplete` when a required check is inconclusive or not tested, `advice` when nothing failed or is open
 * and a check has advice that nobody accepted.
 */
export const itemVerdicts = ["pass", "fail", "incomplete", "advice", "not-applicable"] as const;
export type ItemVerdict = (typeof itemVerdicts)[number];

/** How bad a finding would be in production. */
export const severities = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** The three headings of the checklist. */
export const headings = ["Reliability", "Resilience & Consistency", "Observability & Ops"] as const;
export type Heading = (typeof headings)[number];

/** The ten items of the checklist, in their order; ids are stable. */
export const items = [
  { id: "reliability/timeouts", heading: "Reliability", title: "Timeouts" },
  { id: "reliability/retries", heading: "Reliability", title: "Retries, backoff and jitter" },
  { id: "reliability/idempotency", heading: "Reliability", title: "Idempotency" },
  { id: "reliability/circuit-breaker", heading: "Reliability", title: "Circuit breaker" },
  {
    id: "consistency/dead-letters",
    heading: "Resilience & Consistency",
    title: "Dead letters or compensation",
  },
  { id: "consistency/outbox-inbox", heading: "Resilience & Consistency", title: "Outbox and inbox" },
  {
    id: "consistency/compatibility",
    heading: "Resilience & Consistency",
    title: "Event and version compatibility",
  },
  { id: "operations/correlation", heading: "Observability & Ops", title: "Correlated logs and trace ids" },
  { id: "operations/dashboards-alerts", heading: "Observability & Ops", title: "Dashboards and SLO alerts" },
  { id: "operations/runbooks", heading: "Observability & Ops", title: "Runbooks" },
] as const;
export type ItemId = (typeof items)[number]["id"];
