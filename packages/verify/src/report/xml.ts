/** Text as XML 1.0 content or attribute value; letters that XML cannot hold become the replacement character. */
export function xml(text: string): string {
  return text
    .replace(forbidden, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** What XML 1.0 leaves out: controls, lone surrogates, U+FFFE and U+FFFF. */
const forbidden: RegExp = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;
