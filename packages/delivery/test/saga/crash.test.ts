import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CrashPoint, onCrashPoint } from "../../src/crash-points.ts";
import { message } from "../../src/message.ts";
import { permanent } from "../../src/permanent.ts";
import { saga } from "../../src/saga/builder.ts";
import { forever } from "../../src/saga/retry-policy.ts";
import { testStores } from "../support/stores.ts";
import { quick, Service, schemaOf, type World, world } from "./support.ts";

/** The row S1 of the catalogue, within one process: whoever has the saga lets go of it at a point, as a process that dies would. */
const Order = schemaOf<{ readonly sku: string }>();
const Step = message("step.done", { schema: schemaOf<{ key: string }>() });

function definitionOf(service: Service, refused: boolean) {
  const undo = (
    _s: unknown,
    _result: unknown,
    c: { key: string; doKey: string; publish: (m: never) => void },
  ) => {
    service.takeBack(c.key, c.doKey);
    c.publish(Step({ key: c.key }) as never);
  };
  const work = (_s: unknown, c: { key: string; publish: (m: never) => void }) => {
    c.publish(Step({ key: c.key }) as never);
    return service.work(c.key);
  };
  const retry = { attempts: 4, ...quick };
  return saga(refused ? "crash-back" : "crash-forward", Order)
    .step("reserve", { do: work, undo, retry })
    .step("authorize", { do: work, undo, retry })
    .pivot("capture", {
      do: (s, c) => {
        if (refused) throw permanent(new Error("card refused"));
        return work(s, c);
      },
      retry: forever(quick),
    })
    .step("ship", { do: work, retry: forever(quick) });
}

for (const testStore of testStores) {
  describe(`S1: a process dies on ${testStore.name}`, { skip: testStore.skip }, () => {
    let w: World;
    before(async () => {
      w = await world(testStore);
    });
    after(async () => {
      onCrashPoint(null);
      await w.close();
    });

    /** Leads one saga to its end with a crash at the given passage of a point; says which point it was, null when it was not reached. */
    const runWith = async (refused: boolean, passage: number): Promise<CrashPoint | null> => {
      const service = new Service();
      const definition = definitionOf(service, refused);
      const sagas = w.sagas([definition], { leaseMs: 60_000 });
      const id = `${refused}-${passage}`;
      let passed = 0;
      let crashedAt: CrashPoint | null = null;
      onCrashPoint((point) => {
        if (!point.startsWith("saga:") || ++passed !== passage) return;
        crashedAt = point;
        throw new Error(`died at ${point}`);
      });
      const sentBefore = (await w.sent()).length;
      const start = () => w.start(sagas, definition, { sku: "tea" }, id);
      await start().catch(start);
      const end = refused ? "compensated" : "completed";
      let freed = false;
      await w.until([sagas], async () => {
        if (crashedAt !== null && !freed) {
          freed = true;
          const table = w.store.tables.of("saga");
          await w.store.transaction((tx) =>
            tx.query(`update ${table} set locked_until_ms = 1 where id = '${id}'`),
          );
        }
        return w.events.some((event) => event.type === `saga.${end}` && "saga" in event && event.saga === id);
      });
      onCrashPoint(null);
      assert.equal((await sagas.get(id)).status, end);
      const keys = ["reserve", "authorize", ...(refused ? [] : ["capture", "ship"])].map(
        (step) => `saga:${id}:${step}`,
      );
      const effects = refused ? [...keys, ...keys.map((key) => `${key}:undo`)] : keys;
      assert.deepEqual([...service.effects.keys()].sort(), [...effects].sort(), "each effect happened");
      assert.ok(
        [...service.effects.values()].every((times) => times === 1),
        "and each of them once",
      );
      assert.deepEqual(service.standing(), refused ? [] : [...keys].sort());
      assert.equal(
        (await w.sent()).length - sentBefore,
        effects.length,
        "each result's message was sent once",
      );
      return crashedAt;
    };

    for (const refused of [false, true])
      it(`ends ${refused ? "compensated" : "completed"} with each effect once, whichever boundary it dies at`, async () => {
        const points: string[] = [];
        for (let passage = 1; ; passage++) {
          const point = await runWith(refused, passage);
          if (point === null) break;
          points.push(point);
        }
        const call = (direction: string) => [
          `saga:before-${direction}`,
          `saga:after-${direction}`,
          "saga:after-step",
        ];
        const start = ["saga:after-start", "saga:after-claim"];
        const steps = refused
          ? ["do", "do", "do", "undo", "undo"].flatMap(call)
          : ["do", "do", "do", "do"].flatMap(call);
        assert.deepEqual(points, [...start, ...steps.slice(0, -1), "saga:after-end"]);
      });
  });
}
