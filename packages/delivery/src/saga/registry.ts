import { DeliveryError } from "../errors.ts";
import type { MessageDefinition } from "../message.ts";
import type { SagaDefinition, StepWait } from "./definition.ts";

/** A wait of some definition for a kind of message. */
export interface WaitingPlace {
  readonly hash: string;
  readonly place: number;
  readonly wait: StepWait;
}

/** The definitions that this process was given, older ones among them. */
export interface SagaRegistry {
  readonly hashes: readonly string[];
  get(hash: string): SagaDefinition | undefined;
  /** Whether it was given: a definition that is not in `definitions` cannot be started. */
  has(definition: SagaDefinition): boolean;
  /** The waits for a kind of message. */
  waitsFor(type: string): readonly WaitingPlace[];
  /** Every kind of message that is waited for. */
  readonly replies: readonly MessageDefinition[];
}

/** Puts them in order; throws CONFIGURATION for two definitions of one name where neither lists the other as `previous`. */
export function sagaRegistry(definitions: readonly SagaDefinition[]): SagaRegistry {
  checkNames(definitions);
  const byHash = new Map(
    // The newest last, so that it is the one that counts where nothing but a function has changed.
    definitions.flatMap(withPrevious).map((one) => [one.hash, one]),
  );
  for (const { name, steps } of byHash.values())
    if (steps.length === 0) throw wrong(`The saga ${name} has no steps.`);
  const places = Map.groupBy([...byHash.values()].flatMap(waitsOf), ({ wait }) => wait.type);
  places.delete(null);
  return {
    hashes: [...byHash.keys()],
    get: (hash) => byHash.get(hash),
    has: ({ hash }) => byHash.has(hash),
    waitsFor: (type) => places.get(type) ?? [],
    replies: [...places.values()].flatMap(([first]) => first?.wait.message ?? []),
  };
}

function checkNames(definitions: readonly SagaDefinition[]): void {
  const names = new Set<string>();
  for (const { name } of definitions) {
    if (names.has(name))
      throw wrong(`Two definitions of ${name} were given: list the older one in the newer one's previous.`);
    names.add(name);
  }
}

function waitsOf({ hash, steps }: SagaDefinition): readonly WaitingPlace[] {
  return steps.flatMap(({ wait }, place) => (wait === null ? [] : [{ hash, place, wait }]));
}

function withPrevious(definition: SagaDefinition): readonly SagaDefinition[] {
  return [...definition.previous.flatMap(withPrevious), definition];
}

function wrong(message: string): DeliveryError {
  return new DeliveryError("CONFIGURATION", message);
}
