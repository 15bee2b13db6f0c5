import { code, page, table } from "./markdown.ts";

type Schema = { readonly [key: string]: unknown };

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const schemas = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const entries = (value: unknown): [string, Schema][] =>
  isSchema(value)
    ? Object.entries(value).filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    : [];

/** Follows `#/$defs/…`, so that the table shows what stands there. */
function resolved(schema: Schema, root: Schema): Schema {
  const reference = schema["$ref"];
  if (typeof reference !== "string" || !reference.startsWith("#/")) return schema;
  let at: unknown = root;
  for (const key of reference.slice(2).split("/")) at = isSchema(at) ? at[key] : undefined;
  return isSchema(at) ? { ...resolved(at, root), ...without(schema, "$ref") } : schema;
}

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

/** The alternatives of a schema, itself when it has none. */
function alternatives(schema: Schema, root: Schema): Schema[] {
  const listed = [...schemas(schema["anyOf"]), ...schemas(schema["oneOf"])];
  if (listed.length === 0) return [schema];
  return listed.flatMap((each) => alternatives(resolved(each, root), root));
}

function typeOf(schema: Schema, root: Schema): string {
  const names = alternatives(schema, root).map((each) => {
    if ("const" in each) return code(JSON.stringify(each["const"]));
    if (Array.isArray(each["enum"])) return each["enum"].map((value) => code(String(value))).join(", ");
    if (isSchema(each["items"])) return `list of ${typeOf(resolved(each["items"], root), root)}`;
    return String(each["type"] ?? "anything");
  });
  return [...new Set(names)].join(" or ");
}

interface Row {
  readonly path: string;
  readonly type: string;
  /** `required`, or what stands in its place. */
  readonly required: "" | "required" | "required in this form";
  readonly doc: string;
  readonly standard: unknown;
}

/** Every field below a schema, depth first, with its parents in its path; recursion ends at the eighth level. */
function rowsOf(schema: Schema, root: Schema, path: string, depth = 0): Row[] {
  if (depth > 8) return [];
  const forms = alternatives(resolved(schema, root), root);
  const must: Row["required"] = forms.length > 1 ? "required in this form" : "required";
  return forms.flatMap((each) => {
    const required = Array.isArray(each["required"]) ? each["required"] : [];
    const named = entries(each["properties"]).flatMap(([key, value]) => {
      const field = resolved(value, root);
      const at = path === "" ? key : `${path}.${key}`;
      const row: Row = {
        path: at,
        type: typeOf(field, root),
        required: required.includes(key) ? must : "",
        doc: String(field["description"] ?? ""),
        standard: field["default"],
      };
      return [row, ...rowsOf(field, root, at, depth + 1)];
    });
    const free = isSchema(each["additionalProperties"])
      ? rowsOf(each["additionalProperties"], root, `${path}.NAME`, depth + 1)
      : [];
    const items = isSchema(each["items"]) ? rowsOf(each["items"], root, `${path}[]`, depth + 1) : [];
    return [...named, ...free, ...items];
  });
}

function unique(rows: readonly Row[]): Row[] {
  const byPath = new Map<string, Row>();
  for (const row of rows) {
    const known = byPath.get(row.path);
    byPath.set(
      row.path,
      known === undefined
        ? row
        : { ...known, doc: known.doc || row.doc, required: known.required && row.required },
    );
  }
  return [...byPath.values()];
}

/** The reference of all fields of the contract, from its JSON Schema. */
export function contractPage(schema: Schema): string {
  const rows = unique(rowsOf(schema, schema, "")).map(({ path, type, required, doc, standard }) => [
    code(path),
    type,
    required !== "" ? required : standard === undefined ? "" : code(JSON.stringify(standard)),
    doc,
  ]);
  const intro =
    "Every field that `holdfast.yaml` may hold. `NAME` stands for a name that you choose, `[]` for each entry of a list.";
  return page("Contract fields", intro, table(["field", "type", "default", "meaning"], rows));
}
