import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { outlineOf } from "../markdown.ts";
import { reversible } from "./reversible.ts";

const context = { metrics: [], today: "2026-11-28", reviewedDaysMax: 180, exists: () => true };

/** The lines of a mitigation that are told of, counted from the one below its heading. */
function toldOf(mitigation: string): readonly number[] {
  const outline = outlineOf(`## Mitigation\n${mitigation}\n\n## Verification\n\nSee that it is over.`);
  return reversible.find(outline, context).map(({ line }) => line - 1);
}

const commands = [
  "kubectl delete pvc --all",
  "kubectl scale deploy/redis --replicas=0",
  "kubectl -n shop rollout restart deploy/redis",
  "redis-cli flushall",
  'psql -c "truncate orders"',
  "iptables -A INPUT -p tcp --dport 6379 -j ACCEPT",
  "sudo iptables -t nat -F",
  "curl -X POST https://flags.internal/off/cache",
  "terraform destroy -auto-approve",
  "rm -rf /var/lib/redis",
];

describe("reversible", () => {
  for (const command of commands)
    it(`asks for the way back of ${command}, in a block and within a line`, () => {
      assert.deepEqual(toldOf(`1. Do it: \`${command}\`.`), [1]);
      assert.deepEqual(toldOf(`Do it:\n\n\`\`\`sh\n${command}\n\`\`\``), [3]);
    });

  for (const prose of [
    "1. Delete all rows of the table.",
    "- **Delete the volume** in the console.",
    "Wipe every cache.",
  ])
    it(`asks for the way back of: ${prose}`, () => assert.deepEqual(toldOf(prose), [1]));

  it("takes the way back of another item for none", () => {
    assert.deepEqual(
      toldOf("1. Do: `kubectl delete pvc --all`.\n2. Do: `kubectl rollout restart x`; it is idempotent."),
      [1],
    );
    assert.deepEqual(
      toldOf("Run `kubectl delete pvc a`.\n\nRun `kubectl scale x --replicas=0`. To undo it, scale up."),
      [1],
    );
  });

  for (const sound of [
    "1. Restart: `kubectl rollout restart x`. To undo: `kubectl rollout undo x`.",
    "1. Scale: `kubectl scale x --replicas=0`.\n\n   Set it back to three afterwards.",
    "1. Scale: `kubectl scale x --replicas=0`.\n   - Rollback: scale to three.",
    "- Scale: `kubectl scale x --replicas=0`.\n- Rollback: scale to three.",
    "Every step may be repeated.\n\n1. Restart: `kubectl rollout restart x`.\n2. Purge: `redis-cli flushall`.",
    "1. Restart: `kubectl rollout restart x`.\n2. Purge: `redis-cli flushall`.\n\nNone of them can be undone.",
    "Run `kubectl scale x --replicas=0`.\n\nTo undo it, run `kubectl scale x --replicas=3`.",
    "| step | command | rollback |\n|---|---|---|\n| stop | `kubectl scale x --replicas=0` | scale to three |",
    "1. Restart:\n\n   ```sh\n   kubectl rollout restart x # idempotent\n   ```\n\n   Then see `kubectl delete pod`.",
    "### Stop it (safe to repeat)\n\nRun `kubectl scale x --replicas=0`.",
    "### Stop it\n\n1. Stop: `kubectl scale x --replicas=0`.\n\n#### Rollback\n\nScale it to three.",
    "1. Wait. Do not run `kubectl delete pvc --all` now.",
    "1. Look: `kubectl get pods`, `iptables -L -n -i eth0`, `redis-cli ping`, `terraform plan`.",
    "1. Set `PAYMENTS_API_KEY` and `delete` nothing.",
    "1. The provider deletes the rows by itself.",
  ])
    it(`is content with: ${sound.replaceAll("\n", " / ")}`, () => assert.deepEqual(toldOf(sound), []));

  it("tells of a step once, at its block", () => {
    assert.deepEqual(
      toldOf("1. Delete the volume, by `kubectl delete pvc a`:\n\n   ```sh\n   kubectl delete pvc a\n   ```"),
      [3],
    );
  });
});
