import type { HttpIntegration, Operation, Scenario } from "@holdfast/contract";
import type { Target } from "../model.ts";

/** The scenario that `withNeighbour` adds. */
export const besideScenario = "read-price";

/** The same target in a contract that knows something else to ask the service for: of the same provider, or of another. */
export function withNeighbour(
  target: Target,
  from: "same" | "other" = "other",
  more: Partial<HttpIntegration> = {},
): Target {
  const quote: Operation = {
    ...target.operation,
    name: "quote",
    request: { method: "GET", path: "/v1/prices/:id" },
  };
  const own = { ...target.integration, operations: [...target.integration.operations, quote] };
  const prices: HttpIntegration = { ...target.integration, name: "prices", operations: [quote], ...more };
  const scenario: Scenario = {
    name: besideScenario,
    act: { kind: "http", request: { method: "GET", path: "/prices" }, headers: {}, body: null },
    expect: null,
    uses: [{ integration: from === "same" ? own.name : prices.name, operation: "quote" }],
    effects: [],
  };
  const { contract } = target;
  const integrations = from === "same" ? [own] : [...contract.integrations, prices];
  return { ...target, contract: { ...contract, integrations, scenarios: [...contract.scenarios, scenario] } };
}
