import {
  choice,
  defineShape,
  type Fields,
  type FieldsOf,
  integer,
  isMapping,
  list,
  nearest,
  object,
  oneOf,
  type Path,
  type Problem,
  problemAt,
  readShape,
  type Shape,
  wrongType,
} from "@holdfast/core";
import { actOf, type ExchangeAct, type Fault } from "./fault.ts";
import { faults } from "./faults/index.ts";
import type { FaultSpec } from "./model.ts";

/** A fault with its settings read: defaults filled in. */
export interface ReadFault {
  readonly spec: FaultSpec;
  readonly fault: Fault;
  readonly settings: FieldsOf<Fields>;
  /** What it does to exchanges; bound once, so that those of one program may share what it keeps. `null`: nothing, it acts on the listener. */
  readonly act: ExchangeAct | null;
}

/** A program whose faults were looked up and whose settings were read. */
export interface ReadProgram {
  readonly steps: readonly { readonly fault: ReadFault | null; readonly times: number | "forever" }[];
}

const faultShape: Shape<ReadFault | null> = defineShape(
  { doc: "What is done to the exchanges of this step; null lets them pass." },
  {
    expected: "a fault with its kind, or null",
    schema: { anyOf: [{ type: "null" }, { type: "object", required: ["kind"] }] },
    read: readFault,
  },
);

const programShape = object({
  doc: "Which fault when: steps are used up in order by the exchanges of one call.",
  fields: {
    steps: list(
      object({
        doc: "One step.",
        fields: {
          fault: faultShape,
          times: oneOf(
            [
              integer({ min: 1, doc: "How many exchanges." }),
              choice(["forever"], { doc: "Every exchange from here on." }),
            ],
            { doc: "How many exchanges this step is for." },
          ),
        },
      }),
      { doc: "The steps, in order; after the last one exchanges pass." },
    ),
  },
});

/** Reads a fault program: what to run, or everything that is wrong with it. */
export function readProgram(
  program: unknown,
): { readonly value: ReadProgram } | { readonly problems: readonly Problem[] } {
  return readShape(programShape, program);
}

function readFault(value: unknown, path: Path, problems: Problem[]): ReadFault | null | undefined {
  if (value === null) return null;
  if (!isMapping(value) || typeof value["kind"] !== "string") {
    problems.push(
      wrongType(path, value, "a fault with its kind, such as { kind: status, status: 503 }, or null"),
    );
    return undefined;
  }
  const { kind, ...given } = value;
  const fault = Object.hasOwn(faults, kind as string) ? faults[kind as string] : undefined;
  if (fault === undefined) {
    problems.push(unknownKind(kind as string, [...path, "kind"]));
    return undefined;
  }
  const settings = object({ doc: fault.summary, fields: fault.params }).read(given, path, problems);
  if (settings === undefined) return undefined;
  return { spec: value as unknown as FaultSpec, fault, settings, act: actOf(fault, settings) };
}

function unknownKind(kind: string, path: Path): Problem {
  const kinds = Object.keys(faults);
  const near = nearest(kind, kinds);
  return problemAt(path, kind, "UNKNOWN_VALUE", {
    expected: `one of ${kinds.join(", ")}`,
    remedy:
      near === undefined ? "Name one of the faults that `describeFaults` lists." : `Did you mean ${near}?`,
  });
}

/** Where a program stands: the step and how often it was used. */
export interface Progress {
  readonly step: number;
  readonly used: number;
}

/** The progress after one more exchange took its turn. */
export function advance(program: ReadProgram, { step, used }: Progress): Progress {
  const times = program.steps[step]?.times;
  if (times === undefined || times === "forever") return { step, used };
  return used + 1 >= times ? { step: step + 1, used: 0 } : { step, used: used + 1 };
}
