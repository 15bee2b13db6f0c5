import { list, mapped, object, optional, type Shape, text } from "@holdfast/core";
import type { Acceptance } from "../model.ts";
import { isoDate } from "./primitives.ts";

const entry = object({
  doc: "A known finding that is accepted for a while.",
  fields: {
    check: text({ doc: "The check, such as reliability/retries or jitters." }),
    at: optional(text({ doc: "integration.operation; everywhere when left out." })),
    reason: text({ doc: "Why it is accepted." }),
    owner: text({ doc: "Who answers for it." }),
    until: isoDate("The last day on which it is accepted."),
  },
});

/** The list of accepted findings, in the contract and in `holdfast.baseline.yaml`; places complete it. */
export const acceptShape: Shape<readonly Omit<Acceptance, "place">[]> = mapped(
  list(entry, { doc: "Known findings that are accepted, each with a reason, an owner and a last day." }),
  (read) => read.map((acceptance) => ({ ...acceptance, at: acceptance.at ?? null })),
);
