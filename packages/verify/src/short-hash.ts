/** Eight hex digits that stay the same for the same text on every machine (FNV-1a, 32 bits): for ids, not for secrets. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const unit of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ unit, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}
