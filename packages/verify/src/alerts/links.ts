/** The annotations by which alerts lead to runbooks, the usual one first. */
const keys = ["runbook_url", "runbook", "runbook_link", "playbook_url", "playbook"] as const;

/** The link of an alert to its runbook; `null` where it has none. */
export function linkOf(annotations: Readonly<Record<string, string>>): string | null {
  const key = keys.find((each) => (annotations[each] ?? "").trim() !== "");
  return key === undefined ? null : (annotations[key] ?? "").trim();
}

/** The path of a link below the contract's folder; `null` where it leads to another machine. */
export function linkPath(link: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return null;
  const [path = ""] = link.split("#");
  return path.replace(/^(?:\.?\/)+/, "");
}

/** What stands behind `#`, as headings become anchors; `null` where nothing does. */
export function anchorOf(link: string): string | null {
  const [, anchor = ""] = link.split("#");
  return anchor === "" ? null : anchor.toLowerCase();
}

/** Whether a link leads to this runbook, wherever its copy is shown: its address ends with the declared path. */
export function leadsTo(link: string, written: string): boolean {
  const [address = ""] = link.split(/[#?]/);
  const own = written.replace(/^(?:\.?\/)+/, "");
  // A runbook that is declared by its whole path may be linked by the end of it.
  const isAbsolute = written.startsWith("/") && !/^[a-z][a-z0-9+.-]*:/i.test(address);
  if (isAbsolute && own.endsWith(`/${address.replace(/^(?:\.?\/)+/, "")}`)) return true;
  return address === written || address === own || address.endsWith(`/${own}`);
}

/** The anchors of a page of Markdown, as GitHub makes them of its headings. */
export function anchorsIn(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, title = ""]) => title);
  return headings.map(anchorOfHeading);
}

/** A heading as an anchor. */
export function anchorOfHeading(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
