import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { modes } from "../src/alerts/index.ts";
import { absentAlerts } from "../src/alerts/metric-absent.ts";
import type { Mode } from "../src/alerts/mode.ts";
import { modeRule } from "../src/alerts/mode-rule.ts";
import type { ModeSubject } from "../src/alerts/mode-subject.ts";
import { metricSources } from "../src/metrics/subject.ts";
import { absentProofs } from "../src/proofs/absent-proofs.ts";
import { modeProofs } from "../src/proofs/mode-proofs.ts";
import type { Proof } from "../src/proofs/proof.ts";
import { proofsYaml } from "../src/proofs/to-yaml.ts";
import type { AlertRule } from "../src/rules/rule.ts";
import { rulesYaml } from "../src/rules/to-yaml.ts";
import { dayMs, objective } from "./support/objectives.ts";
import { type Said, tested, withoutPromtool } from "./support/promtool.ts";

function subject(source: ModeSubject["source"]): ModeSubject {
  return {
    service: "checkout",
    integration: "payments",
    provider: "payments.example",
    source,
    matchers: [{ label: "job", is: "=~", value: "(.+/)?checkout" }],
    runbook: "runbooks/payments.md",
  };
}

const cases = modes.flatMap((mode) =>
  metricSources.flatMap((source) => {
    const rule = modeRule(mode, subject(source));
    return rule === null ? [] : [{ mode, rule, source, proofs: modeProofs(mode, subject(source), rule) }];
  }),
);

function prove(rules: readonly AlertRule[], proofs: readonly Proof[]): Said {
  const group = { name: "modes", intervalMs: 60_000, rules };
  return tested(rulesYaml([group]), proofsYaml(["rules.yml"], proofs));
}

describe("alerts on failure modes", { skip: withoutPromtool }, () => {
  it("fire, stay silent just below, resolve, and survive little, young and absent data: every one of every source", () => {
    for (const source of metricSources) {
      const those = cases.filter((one) => one.source === source);
      assert.ok(those.length > 0, source);
      const { ok, text } = prove(
        those.map(({ rule }) => rule),
        those.flatMap(({ proofs }) => proofs),
      );
      assert.ok(ok, `${source}: ${text.slice(0, 3_000)}`);
    }
  });

  it("tell that nothing is measured, after an hour and not before", () => {
    const one = objective(0.999, 30 * dayMs);
    const alerts = absentAlerts(one);
    const { ok, text } = prove(
      alerts,
      alerts.flatMap((alert) => absentProofs(alert, one.indicator.feed)),
    );
    assert.ok(ok, text.slice(0, 3_000));
  });
});

/** Wrong settings of a mode, of which each must be noticed. */
function spoilt(mode: Mode): readonly (readonly [string, Mode])[] {
  switch (mode.kind) {
    case "share":
      return [
        ["a lower share", { ...mode, share: mode.share * 0.9 }],
        ["a higher share", { ...mode, share: mode.share * 1.1 }],
        ["two fewer at least", { ...mode, partMin: mode.partMin - 2 }],
        ["a longer window", { ...mode, windowMs: mode.windowMs * 3 }],
      ];
    case "level":
      return [
        ["a lower limit", { ...mode, above: mode.above - 0.5 }],
        ["a higher limit", { ...mode, above: mode.above * 1.2 + 1 }],
        ["no wait", { ...mode, forMs: mode.forMs - 60_000 }],
        ["a longer wait", { ...mode, forMs: mode.forMs + 60_000 }],
      ];
    case "growth":
      return [
        ["less growth", { ...mode, byMin: mode.byMin - 1 }],
        ["more growth", { ...mode, byMin: mode.byMin + mode.byMin + 1 }],
        ["a longer window", { ...mode, windowMs: mode.windowMs * 2 }],
      ];
  }
}

describe("the stories of a failure mode", { skip: withoutPromtool }, () => {
  for (const { mode, source, proofs } of cases) {
    it(`turn red when its settings are wrong: ${mode.name} of ${source}`, () => {
      for (const [name, wrong] of spoilt(mode)) {
        const rule = modeRule(wrong, subject(source));
        assert.ok(rule !== null);
        const { ok, text } = prove([rule], proofs);
        assert.equal(ok, false, `${name} was not noticed`);
        assert.match(text, /FAILED/);
      }
    });
  }
});
