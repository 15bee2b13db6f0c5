import { createHash, type Hash } from "node:crypto";
import type { Redactor } from "./redaction.ts";

/** Bodies up to this many bytes are kept until their exchange is recorded; of longer ones only the digest is. */
export const bodyBytesMax: number = 1024 * 1024;
const noBytes = Buffer.alloc(0);

/** The body of a request as it passes: its size, its digest, and while it is small its bytes. */
export class BodyCapture {
  bytes = 0;
  #pieces: Buffer[] | null = [];
  #growing: Hash | null = null;
  #digest: { readonly bytes: number; readonly value: string } | null = null;

  /** Takes in the next bytes, which must not change afterwards. */
  add(data: Buffer): void {
    this.bytes += data.length;
    if (this.#growing !== null) {
      this.#growing.update(data);
      return;
    }
    this.#pieces?.push(data);
    if (this.bytes > bodyBytesMax) this.#grow();
  }

  /** The body in one piece, or `null` when it was too long to keep. */
  whole(): Buffer | null {
    if (this.#pieces === null) return null;
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? noBytes;
  }

  /** Equal for equal bodies; which of the two ways depends on the length alone. */
  digest(redactor: Redactor): string {
    if (this.bytes === 0) return digestOfNothing(redactor);
    if (this.#digest?.bytes !== this.bytes) {
      const value = redactor.fingerprint(this.#growing?.copy().digest() ?? this.whole() ?? noBytes);
      this.#digest = { bytes: this.bytes, value };
    }
    return this.#digest.value;
  }

  #grow(): void {
    this.#growing = createHash("sha256");
    for (const piece of this.#pieces ?? []) this.#growing.update(piece);
    this.#pieces = null;
  }
}

const digestsOfNothing = new WeakMap<Redactor, string>();

function digestOfNothing(redactor: Redactor): string {
  const known = digestsOfNothing.get(redactor) ?? redactor.fingerprint(noBytes);
  digestsOfNothing.set(redactor, known);
  return known;
}
