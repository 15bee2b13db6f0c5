import type { Path } from "@holdfast/core";
import { type Document, isAlias, isMap, isSeq, type LineCounter, type Node, type YAMLMap } from "yaml";
import type { Place } from "./model.ts";

/** Finds where paths of a document stand in its text. */
export interface Places {
  /** The key at `path` (the entry itself in a list); the nearest parent when there is none. */
  key(path: Path): Place;
  /** The value at `path`; its key when the value is empty, the nearest parent when there is none. */
  value(path: Path): Place;
}

interface Spot {
  readonly key: number;
  readonly value: number;
}

type Pairs = ReadonlyMap<string, { readonly key: Node | null; readonly value: Node | null }>;

/** The places of a parsed document. */
export function placesOf(document: Document, lines: LineCounter): Places {
  const indexes = new WeakMap<YAMLMap, Pairs>();
  const pairsOf = (map: YAMLMap): Pairs => {
    const known = indexes.get(map) ?? indexPairs(map);
    indexes.set(map, known);
    return known;
  };
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const find = (path: Path): Spot => {
    let node: Node | null = document.contents as Node | null;
    const start = node?.range?.[0] ?? 0;
    let spot: Spot = { key: start, value: start };
    for (const step of path) {
      if (isAlias(node)) node = (node.resolve(document) as Node | undefined) ?? null;
      const next = childOf(node, step, pairsOf);
      // The nearest parent is told by its key: that is where something is missing.
      if (next === null) return { key: spot.key, value: spot.key };
      spot = next.spot;
      node = next.node;
    }
    return spot;
  };
  return { key: (path) => place(find(path).key), value: (path) => place(find(path).value) };
}

/** The text of a key, as it becomes a property name. */
export function keyText(key: unknown): string {
  const value = typeof key === "object" && key !== null && "value" in key ? key.value : key;
  return value === null ? "" : String(value);
}

function indexPairs(map: YAMLMap): Pairs {
  const pairs = new Map<string, { key: Node | null; value: Node | null }>();
  for (const { key, value } of map.items) {
    pairs.set(keyText(key), { key: key as Node | null, value: value as Node | null });
  }
  return pairs;
}

function childOf(
  node: Node | null,
  step: string | number,
  pairsOf: (map: YAMLMap) => Pairs,
): { readonly spot: Spot; readonly node: Node | null } | null {
  if (isMap(node)) {
    const pair = pairsOf(node).get(String(step));
    const keyAt = pair?.key?.range?.[0];
    if (pair === undefined || keyAt === undefined) return null;
    return { spot: { key: keyAt, value: startOf(pair.value) ?? keyAt }, node: pair.value };
  }
  if (!isSeq(node)) return null;
  const item = node.items[Number(step)] as Node | undefined;
  const at = item?.range?.[0];
  return item === undefined || at === undefined ? null : { spot: { key: at, value: at }, node: item };
}

/** Where a value starts; `undefined` for one that is not written at all. */
function startOf(value: Node | null): number | undefined {
  const [start, end] = value?.range ?? [];
  return start === end ? undefined : start;
}
