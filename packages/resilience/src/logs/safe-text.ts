/** What is shown in place of what is left out. */
const left = "…";

/** A first line that is longer holds no message but a dump. */
const readMax = 1_000;
const shownMax = 160;

/** `https://user:password@host/path?query#fragment`: what precedes the host and what follows the path is nobody's business. */
const address = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#@]*@)?([^\s?#"'<>]*)[^\s"'<>]*/gi;
/** The query of an address without its host. */
const query = /(?<=\S)\?[^\s"')]+/g;
/** A piece that is quoted comes from a request, an answer or a row: a word of a body, a value of a column. */
const quoted = /(^|[\s([=:,])(["'`]).*?(?:\2(?!\w)|$)/g;
/** Where a body begins: JSON, HTML, XML. */
const body = /[{<]|\[\s*["'{[\d]/;
const mailbox = /[^\s@<>(]+@[^\s@<>)]+/g;
/** A signed token; else anything long with a digit in it: a key, the number of a card, an id. Names of hosts have dots. */
const opaque = /\beyJ[\w.-]+|(?=[\w+/=-]*\d)[\w+/=-]{20,}|(?:\d[ -]?){11,}\d/g;

/** Headers and fields that hold secrets are known by their names. */
const secretName =
  /[\w-]*(?:key|token|secret|passw|pwd|credential|signature|session|authorization|cookie|bearer|basic)[\w-]*/gi;
/** What makes the value of a name out of what follows it; a plain word does not, as in “the session expired”. */
const value = /^["']?(?:\s*[:=]|\s+(?![a-z]+(?:[\s,.;)]|$))\S)/;

/**
 * A message as it may be written into a log: its first line, short, without bodies, headers, queries, quoted values, and what looks
 * like a secret. It rather leaves out too much: the error itself is there for whoever catches it.
 */
export function safeText(message: string): string {
  const line = message.slice(0, readMax).split(/[\r\n]/, 1)[0] ?? "";
  const text = withoutBody(withoutSecrets(line.replace(address, "$1$2").replace(query, `?${left}`)))
    .replace(quoted, `$1$2${left}$2`)
    .replace(mailbox, left)
    .replace(opaque, left)
    .replace(/\s+/g, " ")
    .trim();
  return text.length > shownMax ? `${text.slice(0, shownMax - 1)}${left}` : text;
}

function withoutBody(text: string): string {
  const start = text.search(body);
  return start < 0 ? text : `${text.slice(0, start)}${left}`;
}

/** Where a secret has a name nobody knows where it ends, so the rest of the line goes. */
function withoutSecrets(text: string): string {
  for (const name of text.matchAll(secretName)) {
    const end = name.index + name[0].length;
    if (value.test(text.slice(end))) return `${text.slice(0, end)}${left}`;
  }
  return text;
}
