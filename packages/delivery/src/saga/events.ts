interface AboutSaga {
  /** The saga's id. */
  readonly saga: string;
  /** Its definition's name. */
  readonly name: string;
}

interface AboutStep extends AboutSaga {
  readonly step: string;
}

/** Why a reply changed nothing. */
export type ReplyIgnored = "late" | "duplicate" | "unknown-saga";

/** What this part reports. */
export type SagaEvent =
  | ({ readonly type: "saga.step-done" } & AboutStep)
  | ({
      readonly type: "saga.step-failed" | "saga.undo-failed";
      readonly error: unknown;
      /** Failures in a row. */
      readonly failures: number;
    } & AboutStep)
  | ({ readonly type: "saga.step-undone" } & AboutStep)
  /** A call had been begun and its worker is gone: it is called again, or undone. */
  | ({ readonly type: "saga.call-lost" } & AboutStep)
  | ({ readonly type: "saga.waiting" | "saga.replied" | "saga.wait-over" } & AboutStep)
  /** From now on the saga goes back. */
  | ({ readonly type: "saga.compensating" } & AboutStep)
  /** It needs an operator's eye. */
  | ({ readonly type: "saga.stuck"; readonly during: "running" | "waiting" | "compensating" } & AboutStep)
  | ({ readonly type: "saga.completed" | "saga.compensated" } & AboutSaga)
  /** Another worker has taken the saga over; what this one did is not kept. */
  | ({ readonly type: "saga.lease-lost" } & AboutSaga)
  /** A message that was acknowledged and changed nothing. */
  | {
      readonly type: "saga.reply-ignored";
      readonly message: string;
      readonly saga: string | null;
      readonly reason: ReplyIgnored;
    }
  /** Sagas under way of a definition that this process was not given: they wait. */
  | {
      readonly type: "saga.unknown-definition";
      readonly name: string;
      readonly definition: string;
      readonly sagas: number;
    }
  | { readonly type: "saga.error"; readonly saga: string | null; readonly error: unknown };
