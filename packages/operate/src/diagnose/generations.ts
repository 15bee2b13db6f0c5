/**
 * Remembers what was used lately, twice `sizeMax` at most. A whole generation is let go at once: taking the oldest key out of a map, one at
 * a time, makes engines walk over all that were taken out before.
 */
export class Generations<Value> {
  readonly #sizeMax: number;
  readonly #leaves: (value: Value) => void;
  #young: Map<string, Value> = new Map();
  #old: Map<string, Value> = new Map();

  constructor(sizeMax: number, leaves: (value: Value) => void = () => {}) {
    this.#sizeMax = sizeMax;
    this.#leaves = leaves;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#sizeMax) return;
    for (const one of this.#old.values()) this.#leaves(one);
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Lets all of them go. */
  end(): void {
    for (const generation of [this.#old, this.#young])
      for (const one of generation.values()) this.#leaves(one);
    this.#old = new Map();
    this.#young = new Map();
  }
}
