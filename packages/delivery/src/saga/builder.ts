import type { SchemaInput, SchemaOutput, StandardSchema } from "../standard-schema.ts";
import type { SagaDefinition, StepDefinition } from "./definition.ts";
import { checkNew, definitionHash } from "./definition-check.ts";
import { elementOf, lockOf, pauseOf, pivotOf, stepOf, waitOf } from "./elements.ts";
import type { Kept } from "./kept.ts";
import type { CompensatableStep, ForwardStep, LockOptions, WaitOptions } from "./step-options.ts";

/** A name that neither the input nor an earlier step has. */
type Fresh<Name extends string, State> = Name extends keyof State ? never : Name;
type With<State, Name extends string, Result> = State & { readonly [N in Name]: Result };
type Reply<Schema extends StandardSchema> = Kept<SchemaOutput<Schema>>;

/** A saga that can still go back: each step says how it is undone. Every call makes a new saga; this one stays as it is. */
export interface CompensatableSaga<Given, State> extends SagaDefinition<Given> {
  /** A step that can be taken back. Its result is `state.NAME` for all that follow. */
  step<const Name extends string, Result>(
    name: Fresh<Name, State>,
    options: CompensatableStep<State, Result>,
  ): CompensatableSaga<Given, With<State, Name, Kept<Result>>>;
  /** The last step that may be refused; once it is done, the saga only goes forward. */
  pivot<const Name extends string, Result>(
    name: Fresh<Name, State>,
    options: ForwardStep<State, Result>,
  ): ForwardSaga<Given, With<State, Name, Kept<Result>>>;
  /**
   * Locks a resource by its name until the saga has ended: sagas that lock the same one do their steps one after the other. Whoever
   * else writes there does not see it.
   */
  lock<const Name extends string>(
    name: Fresh<Name, State>,
    resource: (state: State) => string,
    options?: LockOptions,
  ): CompensatableSaga<Given, With<State, Name, string>>;
  /** Waits for a message, and for so long at most. The message's data is `state.NAME`. */
  wait<const Name extends string, Schema extends StandardSchema>(
    name: Fresh<Name, State>,
    options: WaitOptions<Schema, "escalate" | "compensate">,
  ): CompensatableSaga<Given, With<State, Name, Reply<Schema>>>;
  wait<const Name extends string, Schema extends StandardSchema>(
    name: Fresh<Name, State>,
    options: WaitOptions<Schema, "continue">,
  ): CompensatableSaga<Given, With<State, Name, Reply<Schema> | undefined>>;
  wait<const Name extends string, Schema extends StandardSchema, Result>(
    name: Fresh<Name, State>,
    options: WaitOptions<Schema, CompensatableStep<State, Result>>,
  ): CompensatableSaga<Given, With<State, Name, Reply<Schema> | Kept<Result>>>;
  /** Goes on after so long: `24h`, or milliseconds. */
  pause<const Name extends string>(
    name: Fresh<Name, State>,
    wait: string | number,
  ): CompensatableSaga<Given, State>;
}

/** A saga that only goes forward. */
export interface ForwardSaga<Given, State> extends SagaDefinition<Given> {
  /** A step that is tried until it goes well; it has no `undo`. */
  step<const Name extends string, Result>(
    name: Fresh<Name, State>,
    options: ForwardStep<State, Result>,
  ): ForwardSaga<Given, With<State, Name, Kept<Result>>>;
  /** Waits for a message, and for so long at most. */
  wait<const Name extends string, Schema extends StandardSchema>(
    name: Fresh<Name, State>,
    options: WaitOptions<Schema, "escalate">,
  ): ForwardSaga<Given, With<State, Name, Reply<Schema>>>;
  wait<const Name extends string, Schema extends StandardSchema>(
    name: Fresh<Name, State>,
    options: WaitOptions<Schema, "continue">,
  ): ForwardSaga<Given, With<State, Name, Reply<Schema> | undefined>>;
  wait<const Name extends string, Schema extends StandardSchema, Result>(
    name: Fresh<Name, State>,
    options: WaitOptions<Schema, ForwardStep<State, Result>>,
  ): ForwardSaga<Given, With<State, Name, Reply<Schema> | Kept<Result>>>;
  /** Goes on after so long: `24h`, or milliseconds. */
  pause<const Name extends string>(
    name: Fresh<Name, State>,
    wait: string | number,
  ): ForwardSaga<Given, State>;
}

/** Settings of a saga. */
export interface SagaOptions {
  /** Change it when the same steps come to mean something else: sagas under way then go on under the definition in `previous`. */
  readonly version?: string;
  /** Definitions of this name under which sagas may still be under way. */
  readonly previous?: readonly SagaDefinition[];
}

/**
 * Declares a saga: steps in order, each with what undoes it, up to the pivot; from there on only forward. The input is an object whose
 * fields, and the results of the steps before, are what each step is given.
 */
export function saga<Schema extends StandardSchema<unknown, object>>(
  name: string,
  schema: Schema,
  options: SagaOptions = {},
): CompensatableSaga<SchemaInput<Schema>, SchemaOutput<Schema>> {
  return builderOf(name, schema, [], options) as never;
}

function builderOf(
  name: string,
  schema: StandardSchema<unknown, object>,
  steps: readonly StepDefinition[],
  options: SagaOptions,
): SagaDefinition & Readonly<Record<"step" | "pivot" | "wait" | "pause" | "lock", unknown>> {
  checkNew(name, steps, options.previous ?? []);
  const forward = steps.some(({ kind }) => kind === "pivot");
  type Make = (forward: boolean, given: never, more: never) => Omit<StepDefinition, "name">;
  const and = (make: Make) => (element: string, given: unknown, more: unknown) =>
    builderOf(
      name,
      schema,
      [...steps, elementOf(element, make(forward, given as never, more as never))],
      options,
    );
  return {
    name,
    schema,
    steps,
    previous: options.previous ?? [],
    hash: definitionHash(name, options.version ?? "", steps),
    step: and(stepOf),
    pivot: and(pivotOf),
    lock: and(lockOf),
    wait: and(waitOf),
    pause: and(pauseOf),
  };
}
