import { panelRows, runbookModes, runbookRules } from "@holdfast/operate";

/** The tables of the pages about dashboards and runbooks, as the code has them. */
export const operateTables: Readonly<Record<string, { readonly page: string; readonly make: () => string }>> =
  {
    rows: {
      page: "docs/dashboards.md",
      make: () =>
        table(
          ["row", "on the dashboard of", "panels"],
          panelRows.map((row) => [
            row.title,
            row.of === "integration" ? "an integration" : "the service",
            row
              .panels(subjectOf(row.of))
              .map(({ title }) => title)
              .join(" · "),
          ]),
        ),
    },
    modes: {
      page: "docs/runbooks.md",
      make: () =>
        table(
          ["runbook", "of", "alerts", "shown by a verification"],
          runbookModes.map(({ title, of, alerts, shownAs }) => [
            title,
            of === "integration" ? "an integration" : "delivery",
            alerts.map((name) => `\`${name}\``).join(", "),
            shownAs.join(", "),
          ]),
        ),
    },
    rules: {
      page: "docs/runbooks.md",
      make: () =>
        table(
          ["rule", "asks"],
          runbookRules.map(({ id, question }) => [`\`${id}\``, question]),
        ),
    },
  };

function subjectOf(of: "integration" | "delivery") {
  const whose = { service: "checkout", integration: "payments", provider: "payments.example" };
  const source = of === "integration" ? ("resilience" as const) : ("delivery" as const);
  const subject = { ...whose, source, matchers: [], runbook: null };
  return { subject, objectives: [{ ...whose, id: "payments-availability" } as never] };
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`.replaceAll(/ {2,}/g, " ");
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
