import { begins, continues, type Expectation, parentId, traceId } from "./trace-expectations.ts";
import type { Field } from "./trace-harness.ts";

/** One request, what must come of it, and how many addresses it names (one when left out). */
export type TraceCase = readonly [fields: readonly Field[], expected: Expectation, count?: number];

/** A test of the official suite, by its name there. */
export type TraceTest = readonly [name: string, cases: readonly TraceCase[]];

const sampled = continues("01");
const ids = `${traceId}-${parentId}`;
const valid = `00-${ids}-01`;

/** A request with one `traceparent`. */
function parent(value: string, expected: Expectation): TraceCase {
  return [[["traceparent", value]], expected];
}

/** The tests of TraceContextTest that are about `traceparent`, 23 of 37. */
export const traceparentTests: readonly TraceTest[] = [
  ["both_traceparent_and_tracestate_missing", [[[], begins]]],
  ["traceparent_included_tracestate_missing", [parent(valid, sampled)]],
  [
    "traceparent_duplicated",
    [
      [
        [
          ["traceparent", valid],
          ["traceparent", `00-${traceId.slice(0, -1)}d-${parentId}-01`],
        ],
        begins,
      ],
      [
        [
          ["traceparent", valid],
          ["TraceParent", valid],
        ],
        begins,
      ],
      [
        [
          ["traceparent", `cc-${ids}-01-a`],
          ["traceparent", `cc-${ids}-01-b`],
        ],
        begins,
      ],
    ],
  ],
  [
    "traceparent_header_name",
    [
      [[["trace-parent", valid]], begins],
      [[["trace.parent", valid]], begins],
      [[["trace_parent", valid]], begins],
    ],
  ],
  [
    "traceparent_header_name_valid_casing",
    ["TraceParent", "TrAcEpArEnT", "TRACEPARENT"].map((name): TraceCase => [[[name, valid]], sampled]),
  ],
  [
    "traceparent_version_0x00",
    [parent(`${valid}.`, begins), parent(`${valid}-and-more`, begins), parent(`${valid}-`, begins)],
  ],
  [
    "traceparent_version_0xcc",
    [
      parent(`cc-${ids}-01`, sampled),
      parent(`cc-${ids}-01-and-more`, sampled),
      parent(`cc-${ids}-01.and-more`, begins),
      parent(`cc-${ids}-f5`, sampled),
    ],
  ],
  ["traceparent_version_0xff", [parent(`ff-${ids}-01`, begins), parent(`ff-${ids}-01-and-more`, begins)]],
  [
    "traceparent_version_illegal_characters",
    [".0", "0.", "CC", "0g"].map((version) => parent(`${version}-${ids}-01`, begins)),
  ],
  ["traceparent_version_too_long", ["000", "0000"].map((version) => parent(`${version}-${ids}-01`, begins))],
  ["traceparent_version_too_short", ["0", ""].map((version) => parent(`${version}-${ids}-01`, begins))],
  ["traceparent_trace_id_all_zero", [parent(`00-${"0".repeat(32)}-${parentId}-01`, begins)]],
  [
    "traceparent_trace_id_illegal_characters",
    [`.${traceId.slice(1)}`, `${traceId.slice(0, -1)}.`, traceId.toUpperCase()].map((id) =>
      parent(`00-${id}-${parentId}-01`, begins),
    ),
  ],
  ["traceparent_trace_id_too_long", [parent(`00-${traceId}3-${parentId}-01`, begins)]],
  ["traceparent_trace_id_too_short", [parent(`00-${traceId.slice(0, -1)}-${parentId}-01`, begins)]],
  ["traceparent_parent_id_all_zero", [parent(`00-${traceId}-${"0".repeat(16)}-01`, begins)]],
  [
    "traceparent_parent_id_illegal_characters",
    [`.${parentId.slice(1)}`, `${parentId.slice(0, -1)}.`, parentId.toUpperCase()].map((id) =>
      parent(`00-${traceId}-${id}-01`, begins),
    ),
  ],
  ["traceparent_parent_id_too_long", [parent(`00-${traceId}-${parentId}7-01`, begins)]],
  ["traceparent_parent_id_too_short", [parent(`00-${traceId}-${parentId.slice(0, -1)}-01`, begins)]],
  [
    "traceparent_trace_flags_illegal_characters",
    [".0", "0.", "0A"].map((flags) => parent(`00-${ids}-${flags}`, begins)),
  ],
  ["traceparent_trace_flags_too_long", [parent(`00-${ids}-001`, begins)]],
  ["traceparent_trace_flags_too_short", [parent(`00-${ids}-1`, begins), parent(`00-${ids}-`, begins)]],
  [
    "traceparent_ows_handling",
    [` ${valid}`, `\t${valid}`, `${valid} `, `${valid}\t`, `\t ${valid} \t`].map((value) =>
      parent(value, sampled),
    ),
  ],
];

/** AdvancedTest, 3 tests, and TraceContext2Test, one. */
export const severalRequestsTests: readonly TraceTest[] = [
  ["multiple_requests_with_valid_traceparent", [[[["traceparent", valid]], sampled, 3]]],
  ["multiple_requests_without_traceparent", [[[], begins, 3]]],
  [
    "multiple_requests_with_illegal_traceparent",
    [[[["traceparent", `00-${"0".repeat(32)}-${parentId}-01`]], begins, 3]],
  ],
  [
    "propagates_random_flag",
    ["02", "03", "00"].map((flags) => parent(`00-${ids}-${flags}`, continues(flags))),
  ],
];
