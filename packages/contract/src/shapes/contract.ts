import {
  anyJson,
  defineShape,
  integer,
  isMapping,
  list,
  nearest,
  object,
  oneOf,
  optional,
  problemAt,
  record,
  type Shape,
  text,
  wrongType,
} from "@holdfast/core";
import type { Acceptance, PassThrough, Service } from "../model.ts";
import { acceptShape } from "./acceptance.ts";
import { type HttpDocument, httpShape } from "./integration.ts";
import { otherProtocols, otherShape, protocolSynonyms } from "./other-integration.ts";
import { type ScenarioDocument, scenarioShape } from "./scenario.ts";
import { serviceShape } from "./service.ts";

/** A contract as its shape reads it: names are keys, references are as written. */
export interface ContractDocument {
  readonly service?: Service;
  readonly integrations: Readonly<Record<string, HttpDocument | Omit<PassThrough, "name">>>;
  readonly scenarios?: Readonly<Record<string, ScenarioDocument>>;
  readonly accept?: readonly Omit<Acceptance, "place">[];
}

const names = {
  pattern: /^[A-Za-z0-9_-]+$/,
  expected: "a name of letters, digits, hyphens and underscores",
};

const integration: Shape<HttpDocument | Omit<PassThrough, "name">> = defineShape(
  { doc: "One relation to a provider over one protocol." },
  {
    expected: "a mapping",
    schema: { anyOf: [httpShape.schema, otherShape.schema] },
    read(value, path, problems) {
      const protocol = isMapping(value) ? value["protocol"] : undefined;
      if (!isMapping(value)) {
        problems.push(wrongType(path, value, "a mapping with protocol and provider"));
      } else if (protocol === undefined || protocol === "http") {
        return httpShape.read(value, path, problems);
      } else if (otherProtocols.some((known) => known === protocol)) {
        return otherShape.read(value, path, problems);
      } else {
        const known = ["http", ...otherProtocols];
        const word = String(protocol).toLowerCase();
        const near = Object.hasOwn(protocolSynonyms, word) ? protocolSynonyms[word] : nearest(word, known);
        const expected = `one of ${known.join(", ")}`;
        const remedy = near === undefined ? `Write ${expected}.` : `Did you mean ${near}?`;
        problems.push(problemAt([...path, "protocol"], protocol, "UNKNOWN_VALUE", { expected, remedy }));
      }
      return undefined;
    },
  },
);

function files(doc: string): Shape<string | readonly string[]> {
  const pattern = text({ doc: "A path or a pattern from the folder of the contract, such as ops/*.yml." });
  return oneOf([pattern, list(pattern, { doc: "Paths or patterns." })], { doc });
}

/** The whole contract, for one that lies in `folder`. */
export function contractShape(folder: string): Shape<ContractDocument> {
  return object({
    doc: "A reliability contract.",
    expected: "a mapping with holdfast, service and integrations",
    fields: {
      holdfast: integer({ min: 1, max: 1, doc: "The version of this format: 1." }),
      service: optional(serviceShape),
      integrations: record(integration, { doc: "Whom the service calls, by name.", keys: names }),
      scenarios: optional(
        record(scenarioShape(folder), {
          doc: "How to make the service use its integrations, by name.",
          keys: names,
        }),
      ),
      accept: optional(acceptShape),
      operations: optional(
        object({
          doc: "Alert rules and dashboards that the team has.",
          fields: {
            rules: optional(
              files("Files of Prometheus alerting rules: paths or patterns such as ops/*.rules.yml."),
            ),
            dashboards: optional(files("Files of Grafana dashboards: paths or patterns such as ops/*.json.")),
          },
        }),
      ),
      plugins: optional(
        list(anyJson({ doc: "A module." }), { doc: "Modules that declare checks, faults and probes." }),
      ),
    },
  });
}
