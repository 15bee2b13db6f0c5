import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { isMapping, type JsonSchema } from "@holdfast/core";
import { parse } from "yaml";
import { badContracts } from "../test/fixtures/bad-contracts.ts";
import { contractSchema } from "./contract-schema.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../test/fixtures/${name}`, import.meta.url), "utf8");

type Rule = (wanted: unknown, value: unknown, schema: JsonSchema) => boolean;

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isMapping,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
};

/** The keywords that our schemas use, each on its own as JSON Schema defines it; others fail the test. */
const rules: Readonly<Record<string, Rule>> = {
  type: (wanted, value) => [wanted].flat().some((type) => types[String(type)]?.(value) === true),
  enum: (wanted, value) => (wanted as unknown[]).includes(value),
  anyOf: (wanted, value) => (wanted as JsonSchema[]).some((each) => fits(each, value)),
  pattern: (wanted, value) => typeof value !== "string" || new RegExp(String(wanted), "u").test(value),
  minLength: (wanted, value) => typeof value !== "string" || value.length >= Number(wanted),
  minimum: (wanted, value) => typeof value !== "number" || value >= Number(wanted),
  maximum: (wanted, value) => typeof value !== "number" || value <= Number(wanted),
  items: (wanted, value) => !Array.isArray(value) || value.every((item) => fits(wanted as JsonSchema, item)),
  minItems: (wanted, value) => !Array.isArray(value) || value.length >= Number(wanted),
  required: (wanted, value) =>
    !isMapping(value) || (wanted as string[]).every((key) => Object.hasOwn(value, key)),
  properties: (wanted, value) =>
    !isMapping(value) ||
    Object.entries(wanted as Record<string, JsonSchema>).every(
      ([key, schema]) => !Object.hasOwn(value, key) || fits(schema, value[key]),
    ),
  additionalProperties: (wanted, value, { properties = {} }) =>
    !isMapping(value) ||
    Object.keys(value)
      .filter((key) => !Object.hasOwn(properties as object, key))
      .every((key) => wanted !== false && fits(wanted as JsonSchema, value[key])),
  propertyNames: (wanted, value) =>
    !isMapping(value) || Object.keys(value).every((key) => fits(wanted as JsonSchema, key)),
};
const annotations = ["$schema", "title", "description", "default"];

function fits(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, wanted]) => {
    if (annotations.includes(keyword)) return true;
    const rule = rules[keyword];
    assert.ok(rule !== undefined, `the keyword ${keyword} is not known here`);
    return rule(wanted, value, schema);
  });
}

/** Every property of a schema, nested ones with their path. */
function propertiesOf(schema: unknown, path: string): readonly { path: string; property: JsonSchema }[] {
  if (!isMapping(schema)) return [];
  const { properties, additionalProperties, anyOf } = schema as {
    properties?: object;
    [key: string]: unknown;
  };
  const own = Object.entries(properties ?? {}).flatMap(([key, property]: [string, JsonSchema]) => [
    { path: `${path}.${key}`, property },
    ...propertiesOf(property, `${path}.${key}`),
  ]);
  const alternatives = (Array.isArray(anyOf) ? anyOf : []).flatMap((each) => propertiesOf(each, path));
  return [...own, ...propertiesOf(additionalProperties, `${path}.*`), ...alternatives];
}

describe("the JSON Schema", () => {
  const schema = contractSchema();

  it("accepts the contracts that the reader accepts", () => {
    for (const name of ["whole.yaml", "sound.yaml"]) assert.ok(fits(schema, parse(fixture(name))), name);
  });

  it("refuses most of what the reader refuses: all but what needs more than one place or the environment", () => {
    const sound = fixture("sound.yaml");
    const beyond = ["CONFLICT", "UNKNOWN_NAME", "UNSET_VARIABLE", "MISSING"];
    const accepted = badContracts.filter(([, part, becomes, code]) => {
      const text = (part === null ? becomes : sound.replace(part, () => becomes)).replace("«", "");
      return !code.includes("TEMPLATE") && !beyond.includes(code) && fits(schema, parse(text));
    });
    assert.deepEqual(
      accepted.map(([why]) => why),
      [
        "empty integrations",
        "a shell operator",
        "a command with an open quote",
        "a url that is none",
        "a NUL character",
        "a header of two lines",
        "a day that does not exist",
      ],
    );
  });

  it("tells editors what every key is for", () => {
    const properties = propertiesOf(schema, "");
    assert.ok(properties.length > 80, `${properties.length} properties`);
    assert.deepEqual(
      properties
        .filter(({ property }) => typeof property["description"] !== "string")
        .map(({ path }) => path),
      [],
    );
  });

  it("is data that JSON can hold", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(schema)), schema);
  });
});
