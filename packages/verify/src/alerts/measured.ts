import type { Contract, HttpIntegration } from "@holdfast/contract";
import { alertSettingsDefault, type DraftFor, familyOf, readExposition } from "@holdfast/operate";
import type { Observation } from "../model.ts";

/** How a service was seen to count its calls, and the settings of drafts that fit. */
export function measuredBy(
  contract: Contract,
  observations: readonly Observation[],
): Pick<DraftFor, "settings" | "family" | "recorded"> {
  const proof = observations.findLast((one) => one.type === "alert-proof");
  const family = familyOf(exportedIn(observations), contract.integrations.every(isAddressed));
  return {
    settings: { ...alertSettingsDefault, calls: family.kind === "otel" ? "otel" : "resilience" },
    family,
    // Generated rules are proved in place of those that nobody has: nothing records by them.
    recorded: proof?.rules === "declared" && proof.recorded.includes("slo:current_burn_rate:ratio"),
  };
}

/** The names of metrics that a run saw exported, by its alert checks or else in its scrapes; none where it read none. */
export function exportedIn(observations: readonly Observation[]): readonly string[] {
  const proved = observations.findLast((one) => one.type === "alert-proof")?.metrics ?? [];
  if (proved.length > 0) return proved;
  const scraped = observations.flatMap((one) => (one.type === "scrape" ? namesIn(one.text) : []));
  return [...new Set(scraped)].toSorted();
}

/** What cannot be read tells of no metric. */
function namesIn(text: string | null): readonly string[] {
  try {
    return readExposition(text ?? "").map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Whether the host of its provider in production is known: the proxy's, which a run sees, is another one. */
export function isAddressed({ provider }: HttpIntegration): boolean {
  return (
    provider.kind === "url" &&
    URL.canParse(provider.url) &&
    !/^(localhost|127\..*|\[::1\]|0\.0\.0\.0)$/.test(new URL(provider.url).hostname)
  );
}
