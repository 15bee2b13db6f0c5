import {
  defineShape,
  mapped,
  nearest,
  oneOf,
  type Path,
  type Problem,
  problemAt,
  record,
  refine,
  type Shape,
  text,
  wrongType,
} from "@holdfast/core";
import { splitCommand } from "../commands.ts";
import type { RequestPattern } from "../model.ts";

const methods = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|QUERY";
const request = new RegExp(`^(${methods}) (/[\\x21-\\x7e]*)$`);

/** A request such as `POST /orders`. */
export function requestPattern(doc: string): Shape<RequestPattern> {
  const expected = "a method and a path such as POST /orders";
  return defineShape<RequestPattern>(
    { doc },
    {
      expected,
      schema: { type: "string", pattern: request.source },
      read(value, path, problems) {
        const [, method = "", target = ""] = (typeof value === "string" && request.exec(value)) || [];
        if (method !== "") return { method, path: target };
        problems.push(requestProblem(value, path, expected));
        return undefined;
      },
    },
  );
}

function requestProblem(value: unknown, path: Path, expected: string): Problem {
  if (typeof value !== "string") return wrongType(path, value, expected);
  const word = /^[a-z]+/i.exec(value)?.[0] ?? "";
  const method = nearest(word, methods.split("|")) ?? "GET";
  const target = /\/\S*/.exec(value.replace(/[a-z]+:\/\/[^/\s]*/i, ""))?.[0] ?? "/…";
  return problemAt(path, value, "BAD_FORMAT", { expected, remedy: `Write ${method} ${target}.` });
}

/** A command: one line, split like a shell would but run without one, or a list of arguments. */
export function command(doc: string): Shape<readonly string[]> {
  const expected = "a command such as node service.js, or a list of arguments";
  return defineShape<readonly string[]>(
    { doc },
    {
      expected,
      schema: {
        anyOf: [
          { type: "string", minLength: 1 },
          { type: "array", items: { type: "string" }, minItems: 1 },
        ],
      },
      read(value, path, problems) {
        if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string"))
          return value;
        if (typeof value !== "string") {
          problems.push(wrongType(path, value, expected));
          return undefined;
        }
        const split = splitCommand(value);
        if ("argv" in split) return split.argv;
        problems.push(problemAt(path, value, "BAD_FORMAT", split));
        return undefined;
      },
    },
  );
}

/** A text, number or flag, read as text: what variables and headers are given as. */
export function scalarText(doc: string): Shape<string> {
  const expected = "a text or a number";
  return defineShape<string>(
    { doc },
    {
      expected,
      schema: { type: ["string", "number", "boolean"] },
      read(value, path, problems) {
        if (typeof value === "string") return value;
        if (typeof value === "number" || typeof value === "boolean") return String(value);
        problems.push(wrongType(path, value, expected));
        return undefined;
      },
    },
  );
}

const headerPattern = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** The name of a header, read in lower case. */
export function headerName(doc: string): Shape<string> {
  return mapped(text({ doc, pattern: headerPattern, expected: "the name of a header" }), (name) =>
    name.toLowerCase(),
  );
}

const headerValue: Shape<string> = refine(scalarText("The value."), (value, path, problems) => {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return;
  const expected = "a header value: one line of printable characters";
  problems.push(
    problemAt(path, value, "BAD_FORMAT", { expected, remedy: "Remove line breaks and special characters." }),
  );
});

/** Headers with their values; names are read in lower case. */
export function headers(doc: string): Shape<Readonly<Record<string, string>>> {
  const keys = { pattern: headerPattern, expected: "the name of a header" };
  return mapped(record(headerValue, { doc, keys }), (given) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value])),
  );
}

/** An HTTP URL; templates may stand in it where the caller allows them. */
export function httpUrl(doc: string, expected: string): Shape<string> {
  return refine(text({ pattern: /^https?:\/\/[^\s/]+(\/\S*)?$/, expected, doc }), (value, path, problems) => {
    if (URL.canParse(value.replaceAll(/\$\{[^}]*\}/g, "80"))) return;
    problems.push(problemAt(path, value, "BAD_FORMAT", { expected, remedy: `Write ${expected}.` }));
  });
}

const pointer = /^(\/([^~]|~[01])*)+$/;

/** A JSON pointer into a body, such as `/orderId`. */
export function jsonPointer(doc: string): Shape<string> {
  const expected = "a JSON pointer such as /orderId";
  return defineShape<string>(
    { doc },
    {
      expected,
      schema: { type: "string", pattern: "^/" },
      read(value, path, problems) {
        if (typeof value !== "string") {
          problems.push(wrongType(path, value, expected));
        } else if (!pointer.test(value)) {
          const name = value.replace(/^\$?\.?/, "").replaceAll(".", "/");
          problems.push(
            problemAt(path, value, "BAD_FORMAT", { expected, remedy: `Write /${name || "orderId"}.` }),
          );
        } else {
          return value;
        }
        return undefined;
      },
    },
  );
}

/** Where an idempotency key stands: a header (read in lower case), or a JSON pointer into the body. */
export function keyPlace(doc: string): Shape<string> {
  const header = headerName(doc);
  const field = jsonPointer(doc);
  return {
    ...oneOf([header, field], { doc }),
    expected: "a header such as Idempotency-Key, or a JSON pointer such as /key",
    read: (value, path, problems) =>
      (typeof value === "string" && value.startsWith("/") ? field : header).read(value, path, problems),
  };
}

/** A day such as `2026-12-31` that exists. */
export function isoDate(doc: string): Shape<string> {
  const expected = "a date such as 2026-12-31";
  return defineShape<string>(
    { doc },
    {
      expected,
      schema: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
      read(value, path, problems) {
        if (typeof value === "string" && isDay(value)) return value;
        problems.push(
          typeof value === "string"
            ? problemAt(path, value, "BAD_FORMAT", {
                expected,
                remedy: "Write a day of the calendar as YYYY-MM-DD.",
              })
            : wrongType(path, value, expected),
        );
        return undefined;
      },
    },
  );
}

function isDay(value: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}
