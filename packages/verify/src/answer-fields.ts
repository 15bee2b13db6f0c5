import type { Answer } from "@holdfast/contract";

/** Fields that are left out in turn, at most: each takes calls of its own. */
const fieldsMax = 6;

/** JSON pointers of the fields of a declared answer, those of the root before nested ones; none when it is no JSON object. */
export function fieldsOf({ body }: Answer): readonly string[] {
  const document = parsed(body);
  if (!isMapping(document)) return [];
  const own = Object.keys(document).map(escaped);
  const nested = Object.entries(document).flatMap(([name, value]) =>
    isMapping(value) ? Object.keys(value).map((below) => `${escaped(name)}${escaped(below)}`) : [],
  );
  return [...own, ...nested].slice(0, fieldsMax);
}

function escaped(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
