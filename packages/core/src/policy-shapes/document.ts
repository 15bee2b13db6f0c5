import type { BareNumbers } from "../duration.ts";
import { type Policy, timeoutModes } from "../policy.ts";
import { policyDefaults } from "../policy-defaults.ts";
import type { Path, Problem, Shape } from "../shape.ts";
import { anyJson } from "../shapes/any-json.ts";
import { choice } from "../shapes/choice.ts";
import { wrongType } from "../shapes/define.ts";
import { flag } from "../shapes/flag.ts";
import { duration } from "../shapes/notations.ts";
import { type Fields, object } from "../shapes/object.ts";
import { isMapping } from "../shapes/record.ts";
import { text } from "../shapes/text.ts";
import { mapped, optional } from "../shapes/wrap.ts";
import { limitShape, rateShape } from "./admission.ts";
import { breakerShape } from "./breaker.ts";
import { budgetShape } from "./budget.ts";
import { given, leftOut, type Time } from "./parts.ts";
import { retryShape } from "./retry.ts";

/** The fields of the policy document and the shape that reads them; contradictions between them are not looked for here. */
export function documentShape(numbers: BareNumbers): Shape<Policy> & { readonly fields: Fields } {
  const time: Time = (options) => duration({ ...options, numbers });
  const shape = object({
    doc: "How calls to the provider are protected; the document that the runtime executes.",
    fields: {
      ...callFields(time),
      retry: optional(retryShape(time)),
      budget: optional(budgetShape(time)),
      breaker: optional(breakerShape(time)),
      limit: optional(limitShape(time)),
      rate: optional(rateShape(time)),
      fallback: optional(text({ doc: "The binding that answers in place of a call that failed." })),
      hedge: optional(anyJson({ doc: "A second attempt beside one that is slow; not built yet." })),
      throttle: optional(
        anyJson({ doc: "Dropping a share of the calls while the provider rejects them; not built yet." }),
      ),
    },
  });
  const policy = mapped(
    shape,
    // What is not built yet is checked for its place only, and no part of the policy.
    ({ deadline, attemptTimeout, connectTimeout, hedge: _, throttle: __, ...read }): Policy => ({
      ...read,
      ...given({
        deadlineMs: deadline,
        attemptTimeoutMs: attemptTimeout,
        connectTimeoutMs: connectTimeout,
      }),
    }),
  );
  return { ...policy, fields: shape.fields };
}

function callFields(time: Time) {
  const { timeouts, idempotent, classify } = policyDefaults;
  return {
    name: optional(text({ doc: "What reports, metrics and errors call it." })),
    deadline: optional(time({ min: 1, doc: "The longest a call may take, retries and waits included." })),
    attemptTimeout: optional(
      time({ min: 1, doc: "The longest one attempt may take, to the last byte of the answer." }),
    ),
    connectTimeout: optional(time({ min: 1, doc: "The longest connecting may take." })),
    timeouts: optional(
      choice(timeoutModes, {
        doc: leftOut(
          "Whether a timeout ends the call at once (enforced) or asks its work to end (cooperative).",
          timeouts,
        ),
      }),
    ),
    idempotent: optional(flag({ doc: leftOut("Whether executing a call twice does no harm.", idempotent) })),
    classify: optional(
      text({ doc: leftOut("The binding that says what failed and how, such as http.", classify) }),
    ),
  };
}

/**
 * Adds a problem for each key that is there with the value `undefined`, which only code can write. It is mostly a misspelt variable;
 * taken for a key that is left out, it would quietly lift the limit that was meant.
 */
export function undefinedProblems(fields: Fields, source: unknown, path: Path, problems: Problem[]): void {
  if (!isMapping(source)) return;
  for (const [name, field] of Object.entries(fields)) {
    if (!Object.hasOwn(source, name)) continue;
    const value = source[name];
    // A required key is told as missing already.
    if (value === undefined && field.optional === true) {
      problems.push(wrongType([...path, name], value, field.expected));
    }
    if ("fields" in field) undefinedProblems(field.fields as Fields, value, [...path, name], problems);
  }
}
