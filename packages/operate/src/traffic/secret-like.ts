const bearer = /\b(?:Bearer|Basic)\s+(?!\[?redacted|\*\*)[\w.~+/=-]{12,}/i;
const named =
  /"?(?:authorization|password|passwd|client_?secret|api[_-]?key|access[_-]?token|set-cookie|cookie)"?\s*[=:]\s*"?(?!\[?redacted|\*{2}|null\b|undefined\b|true\b|false\b|")[^\s,;"}]{8,}/i;
const digits = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w.-])/g;

/** What in a line looks like a secret by its form alone; `null` where nothing does. */
export function secretLike(text: string): string | null {
  if (bearer.test(text)) return "authorization";
  if (named.test(text)) return "a field with the name of a secret";
  for (const [found] of text.matchAll(digits)) if (isCard(found)) return "a number like that of a card";
  return null;
}

/** Whether digits begin as cards do and end in their check digit; times and ids in digits do so by chance only. */
function isCard(text: string): boolean {
  const all = text.replaceAll(/\D/g, "");
  if (!/^(?:4|5[1-5]|2[2-7]|3[47]|6)/.test(all)) return false;
  let sum = 0;
  for (const [at, digit] of [...all].reverse().entries()) {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
