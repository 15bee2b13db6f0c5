const space = 0x20;
const tab = 0x09;

/** A header's value without the spaces and tabs around it, which HTTP calls optional; other white space is content and stays. */
export function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}
