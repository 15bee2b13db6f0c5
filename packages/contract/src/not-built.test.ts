import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readContract } from "./read-contract.ts";

const sound = readFileSync(new URL("../test/fixtures/sound.yaml", import.meta.url), "utf8");

/** What a contract with this policy is told to be not built yet, and what its policy is read as. */
function read(policy: string): { readonly notBuilt: readonly string[]; readonly policy: unknown } {
  const text = sound.replace("{ deadline: 4s }", () => policy);
  const told = readContract({ file: "/srv/holdfast.yaml", text, env: {} });
  assert.ok("contract" in told, JSON.stringify(told));
  const { notBuilt, integrations } = told.contract;
  return {
    notBuilt: notBuilt.map(
      ({ path, place, what }) => `${place.line}:${place.column} ${path.join(".")}: ${what}`,
    ),
    policy: integrations[0]?.policy,
  };
}

describe("parts of a policy that are not built yet", () => {
  const column = "    policy: { deadline: 4s, ".length + 1;

  it("are told at their place and left out, and the rest is read", () => {
    const policy = { deadlineMs: 4_000 };
    assert.deepEqual(read("{ deadline: 4s, hedge: { after: 50ms } }"), {
      notBuilt: [`16:${column} integrations.payments.policy.hedge: a second attempt beside one that is slow`],
      policy,
    });
    assert.deepEqual(read("{ deadline: 4s, throttle: true }"), {
      notBuilt: [
        `16:${column} integrations.payments.policy.throttle: dropping a share of the calls while the provider rejects them`,
      ],
      policy,
    });
    assert.deepEqual(read("{ deadline: 4s, limit: { adaptive: true, min: 4, max: 200 } }"), {
      notBuilt: [
        `16:${column + "limit: { ".length} integrations.payments.policy.limit.adaptive: a limit that finds its number by itself`,
      ],
      policy,
    });
  });

  it("are not seen in a policy that has none of them", () => {
    assert.deepEqual(read("{ deadline: 4s, limit: { concurrent: 8 } }"), {
      notBuilt: [],
      policy: { deadlineMs: 4_000, limit: { concurrent: 8 } },
    });
  });
});
