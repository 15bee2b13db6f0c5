import type { FailureClass } from "./failure-class.ts";

/** Failures that somebody answered. */
export const answerClasses: readonly FailureClass[] = [
  {
    id: "throttled",
    title: "turns calls away because there are too many",
    kind: "cause",
    statuses: [[429, 429]],
    words: /too many requests|rate.?limit|throttl|quota (?:exceeded|used up)/i,
    ambiguous: false,
    guide: "retries",
    explanations: [
      {
        claim: "more calls than DEPENDENCY's quota allows, retries included",
        confirm: "calls per second before the onset reach the quota, or attempts per call rose",
        refute: "the rate was as usual: then the quota was lowered or somebody else uses it up",
      },
      {
        claim: "DEPENDENCY lowered its quota or sheds load",
        confirm: "its status page or its RateLimit headers say so",
        refute: "the limit in its headers is the usual one",
      },
    ],
  },
  {
    id: "credentials",
    title: "does not accept the credentials",
    kind: "cause",
    statuses: [
      [401, 401],
      [403, 403],
      [407, 407],
    ],
    words:
      /unauthori[sz]ed|forbidden|invalid (?:api )?key|expired token|token expired|authentication failed|access denied/i,
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "the key expired, was rotated, or is not that of this environment",
        confirm:
          "the same request by hand with the key of the process is refused, with a fresh key it is not",
        refute: "the same key works from elsewhere: then it is an address list or a permission",
      },
    ],
  },
  {
    id: "redirected",
    title: "answers with a redirect or “not modified” instead of an answer",
    kind: "cause",
    statuses: [[300, 399]],
    words: null,
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "DEPENDENCY moved, or a proxy or a cache answers in its place",
        confirm: "curl -i shows a Location or a cache's header",
        refute: "asked directly, DEPENDENCY answers 2xx",
      },
    ],
  },
  {
    id: "server-error",
    title: "answers that it failed itself (5xx)",
    kind: "cause",
    statuses: [[500, 599]],
    words: /internal server error|bad gateway|service unavailable|gateway time-?out/i,
    ambiguous: true,
    guide: "debug",
    explanations: [
      {
        claim: "DEPENDENCY fails inside: overload, a deployment, or something it depends on",
        confirm: "its own log at the onset; its status page",
        refute: "it has no trace of the requests: then a proxy in between answers for it",
      },
      {
        claim: "requests of a kind that is new break DEPENDENCY",
        confirm: "the failing requests share a field or a version that the good ones lack",
        refute: "the same request fails and succeeds at different times",
      },
    ],
  },
  {
    id: "rejected",
    title: "rejects what it is asked for (4xx)",
    kind: "cause",
    statuses: [[400, 499]],
    words: /bad request|unprocessable|card_declined|invalid_request/i,
    ambiguous: false,
    guide: "compatibility",
    explanations: [
      {
        claim: "the caller sends what DEPENDENCY no longer accepts, or never did",
        confirm: "a deployment of either side at the onset; the body of the answer names a field",
        refute: "only some callers' input is rejected: then it is theirs",
      },
    ],
  },
  {
    id: "unreadable",
    title: "answers something that cannot be read",
    kind: "cause",
    statuses: [],
    words:
      /unreadable|not (?:valid )?JSON|Unexpected token|Unexpected end of JSON|SyntaxError|JSONDecodeError|JsonParse|invalid json|malformed|HPE_|Unterminated string|in JSON at position|Expected .{1,30} in JSON/i,
    ambiguous: true,
    guide: "compatibility",
    explanations: [
      {
        claim: "a proxy or an error page answers in DEPENDENCY's place",
        confirm: "the body begins with HTML or names another product",
        refute: "the body is JSON that breaks off: then something cuts answers",
      },
      {
        claim: "DEPENDENCY changed the form of its answers, or cuts them",
        confirm: "a deployment of DEPENDENCY at the onset; the same answer by hand",
        refute: "by hand the answer is whole and of the old form",
      },
    ],
  },
  {
    id: "incompatible",
    title: "answers in a form that the caller does not understand",
    kind: "cause",
    statuses: [],
    words:
      /missing (?:required )?(?:field|property)|Cannot read propert|is not a function|KeyError|UnrecognizedProperty|schema validation|does not match the schema/i,
    ambiguous: true,
    guide: "compatibility",
    explanations: [
      {
        claim: "DEPENDENCY changed a field that the caller needs",
        confirm: "an old recorded answer compared with one of today",
        refute: "both are the same: then it is a defect of the caller's last deployment",
      },
    ],
  },
];
