import type { BareNumbers } from "./duration.ts";
import type { Policy } from "./policy.ts";
import { policyConflicts } from "./policy-conflicts.ts";
import { type PolicyNote, policyNotes } from "./policy-notes.ts";
import { documentShape, undefinedProblems } from "./policy-shapes/document.ts";
import { notBuiltProblems } from "./policy-shapes/not-built.ts";
import type { Problem, Shape } from "./shape.ts";
import type { Fields } from "./shapes/object.ts";

const written = documentShape("refused");

/**
 * The policy document: its fields by the names people write, read as a `Policy`. Parts that are not built yet (`policyNotBuilt`) are
 * accepted and left out of it.
 */
export const policyShape: Shape<Policy> = consistent(written, "refused");

/** The fields of the policy document, for option tables. */
export const policyFields: Fields = written.fields;

const shapes: { readonly [Numbers in BareNumbers]: Shape<Policy> } = {
  refused: policyShape,
  ms: consistent(documentShape("ms"), "ms"),
};

/** How a policy document is read. */
export interface PolicyReading {
  /** Whether durations may be numbers of milliseconds, as in code; default `refused`, as in YAML. */
  readonly numbers?: BareNumbers;
}

/**
 * Reads a policy document that is to be run: the policy with notes, or everything that is wrong with it. A part that is not built
 * yet is a problem here, because a policy that runs without it would keep less than it declares.
 */
export function readPolicy(
  source: unknown,
  { numbers = "refused" }: PolicyReading = {},
):
  | { readonly policy: Policy; readonly notes: readonly PolicyNote[] }
  | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const policy = shapes[numbers].read(source, [], problems);
  problems.push(...notBuiltProblems(source, []));
  return policy === undefined || problems.length > 0 ? { problems } : { policy, notes: policyNotes(policy) };
}

/** The shape of a document whose parts also agree with one another. */
function consistent(shape: ReturnType<typeof documentShape>, numbers: BareNumbers): Shape<Policy> {
  const { doc, expected, schema } = shape;
  return {
    doc,
    expected,
    schema,
    read(value, path, problems) {
      const before = problems.length;
      const read = shape.read(value, path, problems);
      undefinedProblems(shape.fields, value, path, problems);
      problems.push(...policyConflicts(value, path, numbers));
      return problems.length > before ? undefined : read;
    },
  };
}
