import type { RunbookRule } from "../finding.ts";
import type { Outline } from "../markdown.ts";

/** A link that leads nowhere costs the minutes that count. */
export const links: RunbookRule = {
  id: "links",
  question: "Does every link to a file or a section lead somewhere?",
  example: ["See [the provider](payments.md), then [Mitigation](#mitigaton).", "", "## Mitigation"].join(
    "\n",
  ),
  find(outline, { exists }) {
    const anchors = anchorsOf(outline);
    const leads = (target: string): boolean => {
      const [path = "", anchor = ""] = target.split("#");
      if (target === "") return false;
      return path === "" ? anchors.has(anchor.toLowerCase()) : exists(decoded(path));
    };
    return outline.prose.flatMap(({ line, text }) =>
      targetsIn(text)
        .filter((target) => !leads(target))
        .map((target) => ({
          severity: "error" as const,
          line,
          says: target === "" ? "a link leads nowhere" : `the link to ${target} leads nowhere`,
          remedy: "Mend the path, or remove the link.",
        })),
    );
  },
};

/** Where the links of a line lead to, those to other machines left out. */
function targetsIn(text: string): readonly string[] {
  const found = text.matchAll(/\[[^\][]*\]\(\s*([^()\s]*)[^()]*\)/g);
  return [...found]
    .map(([, target = ""]) => target.replaceAll(/[<>]/g, ""))
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** A path as it is on the disk; one that is not encoded well is none. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function anchorsOf({ sections }: Outline): ReadonlySet<string> {
  return new Set(
    sections.map(({ title }) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
