/** What keeps a text from being well-formed XML, for the part of XML that reports use. */
export function xmlProblems(text: string): string[] {
  const problems: string[] = [];
  const open: string[] = [];
  const rest = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  if (rest === text) problems.push("no declaration");
  if (/(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/u.test(rest) || !rest.isWellFormed())
    problems.push("a letter that XML cannot hold");
  for (const [token] of rest.matchAll(/<[^>]*>|[^<]+/g)) problems.push(...tokenProblems(token, open));
  if (open.length > 0) problems.push(`not closed: ${open.join(", ")}`);
  return problems;
}

const reference = "&(?:amp|lt|gt|quot|#\\d+);";
const openTag = new RegExp(`^<([a-z-]+)((?: [a-z]+="(?:[^"<>&]|${reference})*")*)(/?)>$`);
const onlyText = new RegExp(`^(?:[^<>&]|${reference})*$`);

function tokenProblems(token: string, open: string[]): string[] {
  if (!token.startsWith("<")) return onlyText.test(token) ? [] : [`text: ${token.slice(0, 60)}`];
  const closing = /^<\/([a-z-]+)>$/.exec(token);
  if (closing !== null) return open.pop() === closing[1] ? [] : [`closes what is not open: ${token}`];
  const [, name, attributes = "", empty] = openTag.exec(token) ?? [];
  if (name === undefined) return [`tag: ${token.slice(0, 60)}`];
  if (empty !== "/") open.push(name);
  const names = [...attributes.matchAll(/ ([a-z]+)="[^"]*"/g)].map(([, attribute]) => attribute);
  return new Set(names).size === names.length ? [] : [`attribute twice: ${token}`];
}
