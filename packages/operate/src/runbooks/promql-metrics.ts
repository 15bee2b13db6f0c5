/** Words of PromQL that are no metrics where no bracket follows them. */
const words = new Set([
  "and",
  "or",
  "unless",
  "by",
  "without",
  "on",
  "ignoring",
  "group_left",
  "group_right",
  "offset",
  "bool",
  "inf",
  "nan",
  "atan2",
  "start",
  "end",
]);

/** The metrics that a query of PromQL names, and whether its quotes and brackets are closed. */
export function readQuery(query: string): { readonly metrics: readonly string[]; readonly closed: boolean } {
  const unquoted = query
    .replaceAll(/#[^\n]*/g, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/g, '""');
  const closed = !/["'`]/.test(unquoted.replaceAll('""', "")) && isBalanced(unquoted);
  const bare = unquoted
    .replaceAll(/\{[^{}]*\}/g, "{}")
    .replaceAll(/\[[^[\]]*\]/g, "")
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/gi, "");
  const names = [...bare.matchAll(/(?<![\w:.])([a-zA-Z_:][\w:]*)\s*(\(?)/g)];
  const metrics = names.flatMap(([, name = "", call]) =>
    call === "(" || words.has(name.toLowerCase()) ? [] : [name],
  );
  return { metrics: [...new Set(metrics)], closed };
}

function isBalanced(text: string): boolean {
  const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  const open: string[] = [];
  for (const sign of text) {
    if ("([{".includes(sign)) open.push(sign);
    else if (sign in pairs && open.pop() !== pairs[sign]) return false;
  }
  return open.length === 0;
}
