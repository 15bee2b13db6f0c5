/** A text that does not keep the chunk alive from which it was cut: engines cut strings without copying them. */
export function ownText(text: string, charsMax: number): string {
  const end = text.length > charsMax ? wholeEnd(text, charsMax) : text.length;
  return ` ${text.slice(0, end)}`.slice(1);
}

/** Where to cut so that no pair of surrogates is halved. */
function wholeEnd(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? at - 1 : at;
}
