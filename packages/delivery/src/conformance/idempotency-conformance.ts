import { after, before, describe, it } from "node:test";
import { answerLaws } from "./idempotency-answer-laws.ts";
import { effectLaws } from "./idempotency-effect-laws.ts";
import { leaseLaws } from "./idempotency-lease-laws.ts";
import { recordLaws } from "./idempotency-record-laws.ts";
import { type Each, type Effects, effectsOn, type IdempotencySubject } from "./idempotency-subject.ts";

/** How the suite is run. */
export interface IdempotencyConformanceOptions {
  /** Why not, where it cannot. */
  readonly skip?: string | false;
  /** The modes that the store has beside `cache`. Default: both. */
  readonly modes?: readonly ("tx" | "lease")[];
}

/** What a store of keys must do to be trusted: call it once in a test file, with a function that opens one. */
export function idempotencyConformance(
  name: string,
  open: () => Promise<IdempotencySubject>,
  { skip = false, modes = ["tx", "lease"] }: IdempotencyConformanceOptions = {},
): void {
  describe(`idempotency keys in ${name}`, { skip }, () => {
    let subject: IdempotencySubject;
    let effects: Effects;
    before(async () => {
      if (skip !== false) return;
      subject = await open();
      effects = await effectsOn(subject.store);
    });
    after(() => subject?.close());

    const each: Each = (title, run) => {
      for (const mode of modes) it(`${title} (${mode})`, () => run(mode, subject.store, subject.again()));
    };

    recordLaws(() => subject);
    effectLaws(each, () => effects);
    answerLaws(each, () => effects);
    leaseLaws(() => subject);
  });
}
