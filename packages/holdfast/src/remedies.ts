/** Remedies by check id: the `Remedy:` paragraph below each `### <check-id>` heading of the guide's pages. */
export function remediesOf(pages: readonly string[]): Readonly<Record<string, string>> {
  const sections = pages.flatMap((page) => page.split(/^(?=#{1,6} )/m));
  const remedies = sections.flatMap((section) => {
    const check = /^### +`?([a-z][a-z0-9-]*)`?\s*\n/.exec(section)?.[1];
    const paragraph = /^Remedy: (.+(?:\n.+)*)/m.exec(section)?.[1];
    if (check === undefined || paragraph === undefined) return [];
    return [[check, paragraph.replaceAll(/\s+/g, " ").trim()]];
  });
  return Object.fromEntries(remedies);
}

/** The part of a page below `### <check-id>`, up to the next heading of that depth or above; `undefined` when there is none. */
export function sectionOf(page: string, check: string): string | undefined {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^### +\`?${check}\`?$`).test(line));
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => /^#{1,3} /.test(line));
  return lines
    .slice(start, length < 0 ? lines.length : start + 1 + length)
    .join("\n")
    .trimEnd();
}
