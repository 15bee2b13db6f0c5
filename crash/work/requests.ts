import { setTimeout as sleep } from "node:timers/promises";
import { readJournal } from "../facts.ts";
import { Requested } from "../messages.ts";
import { type Fact, leaseMs } from "../model.ts";
import { requestKeys } from "../plan.ts";
import type { Setup } from "../setup.ts";

type Route = (request: Request) => Promise<Response>;

/** The two routes of a case. */
function routesOf({ database, provider, d }: Setup): Readonly<Record<"tx" | "lease", Route>> {
  const scope = () => "crash";
  const asked = `insert into ${database.table("asked")} (request_key) values (${database.mark(1)})`;
  return {
    tx: d.idempotent({ mode: "tx", scope }, async (_request, { tx, key, publish }) => {
      await tx.query(asked, [key]);
      await publish(Requested({ of: String(key) }));
      return Response.json({ key }, { status: 201 });
    }),
    lease: d.idempotent({ mode: "lease", scope, leaseMs }, async (_request, { key, step, atomic }) => {
      const receipt = await step("charge", (downstream) => provider.call(downstream, "charge"));
      await atomic("order", async ({ tx, publish }) => {
        await tx.query(asked, [key]);
        await publish(Requested({ of: String(key) }));
      });
      return Response.json({ key, receipt }, { status: 201 });
    }),
  };
}

/** A client that sends every request until it is answered, and once more when it was. */
export async function request(setup: Setup, factsPath: string): Promise<void> {
  const routes = routesOf(setup);
  const answers = readJournal<Fact>(factsPath).flatMap((fact) => (fact.kind === "answered" ? [fact] : []));
  for (const { key, mode } of requestKeys) {
    const seen = answers.filter((answer) => answer.key === key);
    for (let sent = seen.length; sent < 2; sent++) {
      const response = await untilAnswered(routes[mode], key);
      setup.facts.write({
        kind: "answered",
        key,
        status: response.status,
        body: await response.text(),
        replayed: response.headers.get("idempotency-replayed") === "true",
      });
    }
  }
}

async function untilAnswered(route: Route, key: string): Promise<Response> {
  for (;;) {
    const response = await route(
      new Request("http://shop.test/orders", {
        method: "POST",
        headers: { "idempotency-key": key, "content-type": "application/json" },
        body: JSON.stringify({ key }),
      }),
    );
    if (response.status < 400) return response;
    await response.body?.cancel();
    await sleep(100);
  }
}
