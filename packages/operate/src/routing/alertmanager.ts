import { absentNames } from "../alerts/metric-absent.ts";
import { burnAlertName } from "../rules/burn-alerts.ts";
import { toYaml } from "../rules/to-yaml.ts";
import { burnPairs, periodMsDefault } from "../slo/burn-pairs.ts";

/** An example of a configuration of Alertmanager that fits the generated alerts: who is told of what, once. */
export function alertmanagerExample(): string {
  return toYaml({
    route: {
      receiver: "tickets",
      // One message for all that one provider brings about, in one service.
      group_by: ["service", "provider"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "1d",
      routes: [
        { matchers: ['severity="page"'], receiver: "pager", group_wait: "10s", repeat_interval: "1h" },
        { matchers: ['severity="ticket"'], receiver: "tickets" },
      ],
    },
    inhibit_rules: [
      {
        source_matchers: ['severity="page"'],
        // That something is not measured stays true while something else is wrong.
        target_matchers: ['severity="ticket"', `alertname!~"${Object.values(absentNames).join("|")}"`],
        equal: ["service", "integration", "provider"],
      },
      ...fasterInhibits(),
    ],
    receivers: [{ name: "pager" }, { name: "tickets" }],
  });
}

/** Of two alerts on one objective and of one urgency, the faster one says it all. */
function fasterInhibits(): readonly unknown[] {
  const pairs = burnPairs(periodMsDefault);
  return pairs.flatMap((fast, index) =>
    pairs
      .slice(index + 1)
      .filter(({ urgency }) => urgency === fast.urgency)
      .map((slow) => ({
        source_matchers: [`alertname="${burnAlertName(fast)}"`],
        target_matchers: [`alertname="${burnAlertName(slow)}"`],
        equal: ["service", "slo", "severity"],
      })),
  );
}
