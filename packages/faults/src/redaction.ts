import { findSecrets, isSecretName } from "@holdfast/core";
import { keyedHash } from "./keyed-hash.ts";
import { secretForms } from "./secret-forms.ts";

/** Replaces secrets by `«kind:hmac8:length»` before anything is stored; equal values stay equal within a run. */
export interface Redactor {
  /** The value of a header as it may be stored. */
  header(name: string, value: string): string;
  /** A text (a target, a log line, an error) as it may be stored. */
  text(value: string): string;
  /** An identifier of a value that does not tell it. */
  fingerprint(value: string | Uint8Array): string;
}

const rememberedMax = 2048;
const rememberedLengthMax = 512;

/** A redactor under the run's key; `secrets` are values known to be secret, found in their encoded forms too. */
export function createRedactor(options: {
  readonly key: Uint8Array;
  readonly secrets: readonly string[];
}): Redactor {
  const hash = keyedHash(options.key);
  const known = secretForms(options.secrets);
  const token = (kind: string, value: string): string => `«${kind}:${hash(value, 4)}:${value.length}»`;
  const text = (value: string): string => {
    let safe = value;
    for (const secret of known) {
      if (safe.includes(secret)) safe = safe.replaceAll(secret, token("secret", secret));
    }
    return findSecrets(safe, token);
  };
  const header = (name: string, value: string): string => {
    const kind = isSecretName(name);
    // Nothing is no secret, and a judge must see that nothing was sent.
    return kind === null || value === "" ? text(value) : token(kind, value);
  };
  return {
    header: remembering((name, value) => header(name.toLowerCase(), value)),
    text,
    fingerprint: (value) => hash(value, 16),
  };
}

/** Headers repeat from request to request; the last ones are remembered, up to a bound. */
function remembering(read: (name: string, value: string) => string): (name: string, value: string) => string {
  const remembered = new Map<string, string>();
  return (name, value) => {
    if (value.length > rememberedLengthMax) return read(name, value);
    const key = `${name}:${value}`;
    const found = remembered.get(key);
    if (found !== undefined) return found;
    if (remembered.size >= rememberedMax) remembered.clear();
    const safe = read(name, value);
    remembered.set(key, safe);
    return safe;
  };
}
