import { begins, continues, parentId, traceId } from "./trace-expectations.ts";
import type { Field } from "./trace-harness.ts";
import type { TraceCase, TraceTest } from "./traceparent-cases.ts";

const parent: Field = ["traceparent", `00-${traceId}-${parentId}-00`];

/** A request with a valid `traceparent` and these `tracestate`; what must go out as one, `null` for none. */
function states(values: readonly string[], sent: string | null): TraceCase {
  return [[parent, ...values.map((value): Field => ["tracestate", value])], continues("00", sent)];
}

/** One `tracestate` that must go out as it came in. */
const kept = (value: string) => states([value], value);

/** One `tracestate`, of which nothing may go out. */
const dropped = (value: string) => states([value], null);

function members(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}=${index}`).join();
}

const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(0x61 + index)).join("");
const key = `${letters}0123456789_-*/`;
const printable = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)).join(
  "",
);
const value = printable.replace(/[,=]/g, "");
const long = "k".repeat(256);

/** The tests of TraceContextTest that are about `tracestate`, 14 of 37; those at the end belong to strict level 2 alone. */
export const tracestateTests: readonly TraceTest[] = [
  [
    "tracestate_included_traceparent_missing",
    [
      [[["tracestate", "rojo=1"]], begins],
      [[["tracestate", "rojo=1,congo=2"]], begins],
    ],
  ],
  ["tracestate_included_traceparent_included", [kept("rojo=1,congo=2")]],
  [
    "tracestate_header_name",
    ["trace-state", "trace.state", "trace_state"].map(
      (name): TraceCase => [[parent, [name, "rojo=1"]], continues("00")],
    ),
  ],
  [
    "tracestate_header_name_valid_casing",
    ["TraceState", "TrAcEsTaTe", "TRACESTATE"].map(
      (name): TraceCase => [[parent, [name, "rojo=1"]], continues("00", "rojo=1")],
    ),
  ],
  [
    "tracestate_empty_header",
    [dropped(""), states(["rojo=1", ""], "rojo=1"), states(["", "rojo=1"], "rojo=1")],
  ],
  [
    "tracestate_multiple_headers_different_keys",
    [states(["rojo=1,congo=2", "zaire=3,amur=4", "aare=5"], "rojo=1,congo=2,zaire=3,amur=4,aare=5")],
  ],
  ["tracestate_all_allowed_characters", [kept(`${key}=${value}`), kept(`${key}@a-z0-9_-*/=${value}`)]],
  [
    "tracestate_ows_handling",
    [
      states(["rojo=1 \t , \t congo=2, \t aare=3"], "rojo=1,congo=2,aare=3"),
      states(["rojo=1\t \t,\t \tcongo=2,\t \taare=3"], "rojo=1,congo=2,aare=3"),
      ...[" rojo=1", "\trojo=1", "rojo=1 ", "rojo=1\t", "\t rojo=1 \t"].map((text) =>
        states([text], "rojo=1"),
      ),
    ],
  ],
  [
    "tracestate_duplicated_keys",
    [
      kept("rojo=1,rojo=1"),
      kept("rojo=1,rojo=2"),
      states(["rojo=1", "rojo=1"], "rojo=1,rojo=1"),
      states(["rojo=1", "rojo=2"], "rojo=1,rojo=2"),
    ],
  ],
  ["tracestate_key_illegal_characters", ["rojo =1", "ROJO=1", "rojo.eu=1", "rojo\u00e9=1"].map(dropped)],
  [
    "tracestate_key_illegal_vendor_format",
    [
      kept("rojo@=1,congo=2"),
      dropped("@rojo=1,congo=2"),
      kept("rojo@@eu=1,congo=2"),
      kept("rojo@eu@west=1,congo=2"),
    ],
  ],
  [
    "tracestate_member_count_limit",
    [
      states(
        [members(1, 10), members(11, 20), members(21, 30), members(31, 32)],
        [members(1, 10), members(11, 20), members(21, 30), members(31, 32)].join(),
      ),
      states([members(1, 10), members(11, 20), members(21, 30), members(31, 33)], null),
      dropped(members(1, 33)),
    ],
  ],
  [
    "tracestate_key_length_limit",
    [
      states(["rojo=1", `${long}=1`], `rojo=1,${long}=1`),
      states(["rojo=1", `${long}k=1`], null),
      ...[`${"t".repeat(241)}@${"v".repeat(14)}`, `${"t".repeat(242)}@v`, `t@${"v".repeat(15)}`].map(
        (tenant) => states(["rojo=1", `${tenant}=1`], `rojo=1,${tenant}=1`),
      ),
    ],
  ],
  ["tracestate_value_illegal_characters", ["rojo=1=2", "rojo=,congo=3", "rojo=a\tb"].map(dropped)],
];
