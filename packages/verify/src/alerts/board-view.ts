import type { QueryFacts } from "@holdfast/operate";
import type { Target } from "../model.ts";
import { type AlertView, alertsAbout } from "./alert-view.ts";

/** Dashboards are asked for where alerts are, or where somebody declared some. */
export function boardsAbout(target: Target): null | { readonly notApplicable: string } {
  if ((target.contract.operations?.dashboards ?? []).length > 0 && target.contract.service !== null)
    return null;
  return alertsAbout(target);
}

/** What Prometheus makes of every alert. */
const alertSeries = "ALERTS";

/** The queries that show an outage of the integration: they read what its alerts read, and answer something else in it. */
export function shownAbout({ proof, loud }: AlertView): readonly QueryFacts[] {
  const own = new Set(loud.map(({ id }) => id));
  const firing = new Set(loud.flatMap((mode) => mode.firing.map(({ alert }) => alert)));
  const watched = new Set(
    proof.alerts.filter(({ name }) => firing.has(name)).flatMap(({ metrics }) => metrics),
  );
  // Where no alert fires, whatever moves is about the outage: there was nothing else.
  const isAbout = ({ metrics }: QueryFacts): boolean =>
    watched.size === 0 ||
    metrics.some((metric) => watched.has(familyOf(metric, watched)) || metric === alertSeries);
  return proof.queries.filter((query) => {
    const moves = query.faults.some(({ id, moved, values }) => own.has(id) && moved && values > 0);
    return moves && isAbout(query);
  });
}

/** Of a histogram, its count, its sum and its buckets tell of the same calls. */
function familyOf(metric: string, watched: ReadonlySet<string>): string {
  const family = metric.replace(/_(?:bucket|count|sum)$/, "");
  const found = [...watched].find((each) => each.replace(/_(?:bucket|count|sum)$/, "") === family);
  return found ?? metric;
}
