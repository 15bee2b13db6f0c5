/**
 * Every metric that a generated rule, dashboard or runbook reads, as Prometheus names it: dots become underscores, a counter ends with `_total`, a unit is
 * appended, a unit in braces is not. A name that changes where it is made changes here, and nowhere else.
 */

/** Metrics of `@holdfast/resilience/otel` and `/prometheus`. */
export const resilience = {
  calls: "holdfast_resilience_calls_total",
  attempts: "holdfast_resilience_attempts_total",
  retries: "holdfast_resilience_retries_total",
  breakerState: "holdfast_resilience_breaker_state",
  attemptFailures: "holdfast_resilience_attempt_failures_total",
  budgetRefusals: "holdfast_resilience_budget_refusals_total",
  budgetAvailable: "holdfast_resilience_budget_available",
  transitions: "holdfast_resilience_breaker_transitions_total",
  fallbacks: "holdfast_resilience_fallbacks_total",
  limitActive: "holdfast_resilience_limit_active",
  limitWaiting: "holdfast_resilience_limit_waiting",
  duration: "holdfast_resilience_call_duration_seconds",
  label: {
    policy: "holdfast_resilience_policy",
    key: "holdfast_resilience_key",
    outcome: "holdfast_resilience_outcome",
    state: "holdfast_resilience_state",
    failureClass: "holdfast_resilience_failure_class",
    from: "holdfast_resilience_from",
    to: "holdfast_resilience_to",
    errorType: "error_type",
  },
} as const;

/** Metrics of `@holdfast/delivery/otel`. */
export const delivery = {
  outboxAge: "holdfast_delivery_outbox_age_seconds",
  parkedAge: "holdfast_delivery_parked_age_seconds",
  deadLetters: "holdfast_delivery_dead_letter_messages",
  deadLetterAge: "holdfast_delivery_dead_letter_age_seconds",
  duplicates: "holdfast_delivery_duplicates_total",
  consumed: "messaging_client_consumed_messages_total",
  sent: "messaging_client_sent_messages_total",
  publishing: "messaging_client_operation_duration_seconds",
  processing: "messaging_process_duration_seconds",
  outboxMessages: "holdfast_delivery_outbox_messages",
  outboxFailing: "holdfast_delivery_outbox_failing",
  publishFailures: "holdfast_delivery_publish_failures_total",
  routePauses: "holdfast_delivery_route_pauses_total",
  unconfirmed: "holdfast_delivery_unconfirmed_total",
  parkedMessages: "holdfast_delivery_parked_messages",
  deadLettered: "holdfast_delivery_dead_lettered_total",
  deadLetterActions: "holdfast_delivery_dead_letter_actions_total",
  errors: "holdfast_delivery_errors_total",
  requests: "holdfast_delivery_idempotency_requests_total",
  sagas: "holdfast_delivery_saga_transitions_total",
  label: {
    system: "messaging_system",
    messageType: "holdfast_delivery_message_type",
    consumer: "holdfast_delivery_consumer",
    origin: "holdfast_delivery_origin",
    reason: "holdfast_delivery_reason",
    route: "holdfast_delivery_route",
    part: "holdfast_delivery_part",
    action: "holdfast_delivery_action",
    saga: "holdfast_delivery_saga",
    errorType: "error_type",
  },
} as const;

/** Metrics of any HTTP client that follows OpenTelemetry's conventions, in any language. */
export const httpClient = {
  duration: "http_client_request_duration_seconds",
  label: {
    address: "server_address",
    method: "http_request_method",
    status: "http_response_status_code",
    errorType: "error_type",
  },
} as const;

/** Every metric of the catalogue by its name; a histogram stands for its `_count`, `_sum` and `_bucket`. */
export const metricNames: readonly string[] = [resilience, delivery, httpClient].flatMap((source) =>
  Object.values(source).filter((name) => typeof name === "string"),
);

/** Every label of our own metrics that a rule, a dashboard or a runbook reads. */
export const metricLabels: readonly string[] = [
  ...new Set([...Object.values(resilience.label), ...Object.values(delivery.label)]),
];
