import type { FailureClass } from "./failure-class.ts";

/** What a caller's own policy says, and what a log leaves open. */
export const consequenceClasses: readonly FailureClass[] = [
  {
    id: "breaker-open",
    title: "is not called: the circuit is open",
    kind: "consequence",
    statuses: [],
    words:
      /^OPEN$|circuit (?:breaker )?(?:is )?open|breaker (?:is )?open|CallNotPermitted|BrokenCircuit|EOPENBREAKER/i,
    ambiguous: false,
    guide: "circuit-breaker",
    explanations: [
      {
        claim: "DEPENDENCY failed before, and the breaker keeps calls away from it",
        confirm: "failures of DEPENDENCY stand before the first refusal",
        refute: "there are none: then the breaker counts what is no failure, or is forced open",
      },
    ],
  },
  {
    id: "gave-up",
    title: "is not called again: a budget, a queue or a limit of the caller is used up",
    kind: "consequence",
    statuses: [],
    words:
      /^(?:BUDGET|FULL|RATE|EXHAUSTED|DISPOSED)$|retry budget|bulkhead (?:is )?full|queue (?:is )?full|RateLimiterRejected/i,
    ambiguous: false,
    guide: "retries",
    explanations: [
      {
        claim: "DEPENDENCY failed before, and what the caller may spend on it is spent",
        confirm: "failures of DEPENDENCY stand before the first refusal",
        refute: "there are none: then the limit is too small for the usual load",
      },
    ],
  },
  {
    id: "cancelled",
    title: "is no longer waited for: the caller left",
    kind: "consequence",
    statuses: [[499, 499]],
    words: /^ABORTED$|cancell?ed|client (?:disconnected|closed|gone)|request aborted|context canceled/i,
    ambiguous: true,
    guide: "timeouts",
    explanations: [
      {
        claim: "the caller's own limit is shorter than the time that the work takes",
        confirm: "calls end at the same round duration",
        refute: "they end at any duration: then people leave",
      },
    ],
  },
  {
    id: "aborted-attempt",
    title: "did not finish before the attempt was aborted",
    kind: "vague",
    statuses: [],
    words: /ABORT_ERR|^AbortError$|operation was aborted/i,
    ambiguous: true,
    guide: "timeouts",
    explanations: [
      {
        claim: "DEPENDENCY is slower than the attempt's limit, or silent",
        confirm: "attempts end at the same round duration; DEPENDENCY's own durations rise",
        refute: "attempts end at any duration: then something else aborts them",
      },
    ],
  },
  {
    id: "connection-failed",
    title: "cannot be talked to; the log does not say whether it refuses, resets or is not found",
    kind: "vague",
    statuses: [],
    words:
      /fetch failed|network error|^network$|NetworkError|^TypeError$|UND_ERR|^transient$|connect(?:ion)? failed|connection error/i,
    ambiguous: true,
    guide: "debug",
    explanations: [
      {
        claim: "DEPENDENCY is down or refuses connections",
        confirm: "connecting to it by hand from the same host is refused; failures come within milliseconds",
        refute: "the port accepts connections",
      },
      {
        claim: "connections to DEPENDENCY break while they are used",
        confirm: "failures come after some time of work; log the `cause` and its code of the error",
        refute: "failures come at once",
      },
      {
        claim: "its name does not resolve, or its certificate is not accepted",
        confirm: "the code in the `cause` of the error: ENOTFOUND, EAI_AGAIN, CERT_…",
        refute: "curl from the same host gets an answer",
      },
    ],
  },
  {
    id: "bad-gateway",
    title: "cannot be talked to, or answers 502 itself; the log does not say which",
    kind: "vague",
    statuses: [],
    words: null,
    ambiguous: true,
    guide: "debug",
    explanations: [
      {
        claim: "DEPENDENCY is down, or closes connections before it has answered",
        confirm: "the proxy's error log names a refused or closed connection to the upstream at the onset",
        refute: "the proxy's error log is silent at these moments",
      },
      {
        claim: "DEPENDENCY answers 502 itself, for something that it calls",
        confirm: "the upstream's own log has these requests with a status of 502",
        refute: "the upstream's log does not hold these requests, or $upstream_header_time is a hyphen",
      },
    ],
  },
  {
    id: "unknown",
    title: "fails in a way that the log does not name",
    kind: "vague",
    statuses: [],
    words: null,
    ambiguous: true,
    guide: "debug",
    explanations: [
      {
        claim: "something fails whose lines hold neither a status, nor a code, nor a known message",
        confirm: "the lines quoted here, read by whoever knows the service",
        refute: "another finding explains the same calls",
      },
    ],
  },
];
