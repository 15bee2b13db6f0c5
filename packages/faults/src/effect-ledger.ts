import type { Exchange } from "./exchange.ts";
import { declaredValues, exchangeId } from "./exchange-record.ts";
import type { EffectRecord } from "./model.ts";
import type { Redactor } from "./redaction.ts";

/** How many executions with a key are remembered for the recognition of repeats. */
const rememberedMax = 10_000;

/**
 * Counts executions by what passes: a request delivered whole that the provider answered with 2xx is one effect. Where an
 * idempotency key is declared, a repeat of key and body is the provider's replay and no effect; the stub keeps the same rule.
 */
export class EffectLedger {
  readonly #executed = new Set<string>();
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** The effect of an exchange, once and only once it has one. */
  effectOf(
    exchange: Exchange,
    at: { readonly proxy: string; readonly integration: string },
  ): EffectRecord | null {
    const { operation, providerStatus } = exchange;
    const executed = providerStatus !== null && providerStatus >= 200 && providerStatus < 300;
    if (operation === null || !executed || !exchange.delivered || exchange.counted) return null;
    exchange.counted = true;
    const bodyDigest = exchange.body.digest(this.#redactor);
    const values = declaredValues(exchange);
    const key = idempotencyKey(exchange, values);
    const effectValue = operation.effectKey === null ? undefined : values.get(operation.effectKey);
    return {
      type: "effect",
      exchange: exchangeId(exchange, at.proxy),
      integration: at.integration,
      operation: operation.name,
      atMs: exchange.providerAnsweredMs ?? exchange.arrivedMs,
      effectKey: effectValue === undefined ? bodyDigest : this.#redactor.fingerprint(effectValue),
      idempotencyKey: key === null ? null : this.#redactor.fingerprint(key),
      deduplicated: key !== null && this.#isRepeat(`${operation.name}\n${key}\n${bodyDigest}`),
    };
  }

  #isRepeat(execution: string): boolean {
    if (this.#executed.has(execution)) return true;
    if (this.#executed.size >= rememberedMax) this.#executed.clear();
    this.#executed.add(execution);
    return false;
  }
}

/** The value of the declared idempotency key in this request, or `null`. */
function idempotencyKey(exchange: Exchange, values: ReadonlyMap<string, string>): string | null {
  const declared = exchange.operation?.idempotencyKey ?? null;
  if (declared === null) return null;
  if (declared.startsWith("/")) return values.get(declared) || null;
  const { fields } = exchange.head;
  for (let at = 0; at + 1 < fields.length; at += 2) {
    if ((fields[at] as string).toLowerCase() === declared) return (fields[at + 1] as string) || null;
  }
  return null;
}
