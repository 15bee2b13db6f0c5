import { type Document, isCollection, isNode, visit, YAMLParseError } from "yaml";
import { keyText } from "./place.ts";

/**
 * What the parser lets pass: keys that stand twice (its own search takes quadratic time), keys that are no words, aliases of
 * anchors that do not exist. The first of them, or nothing.
 */
export function structureError(document: Document.Parsed): YAMLParseError | undefined {
  const anchors = new Set<string>();
  let found: YAMLParseError | undefined;
  const stop = (code: YAMLParseError["code"], node: unknown): symbol => {
    const [start = 0, end = start] = (isNode(node) ? node.range : undefined) ?? [];
    found = new YAMLParseError([start, end], code, "");
    return visit.BREAK;
  };
  visit(document, {
    Node(_, node) {
      if ("anchor" in node && typeof node.anchor === "string") anchors.add(node.anchor);
    },
    Alias(_, alias) {
      return anchors.has(alias.source) ? undefined : stop("BAD_ALIAS", alias);
    },
    Map(_, map) {
      if (map.anchor !== undefined) anchors.add(map.anchor);
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (isCollection(key)) return stop("NON_STRING_KEY", key);
        const name = keyText(key);
        if (seen.has(name)) return stop("DUPLICATE_KEY", key);
        seen.add(name);
      }
      return undefined;
    },
  });
  return found;
}

/** Where the quote or bracket was opened whose end is missing at `offset`; `offset` itself when that is not known. */
export function openedAt(document: Document.Parsed, offset: number): number {
  let opened: number | undefined;
  visit(document, {
    Node(_, node) {
      const [start, end] = node.range ?? [];
      const delimited =
        ("flow" in node && node.flow === true) || ("type" in node && String(node.type).startsWith("QUOTE"));
      if (delimited && start !== undefined && end === offset) opened = Math.max(opened ?? 0, start);
    },
  });
  return opened ?? offset;
}
