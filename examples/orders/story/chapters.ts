import { randomBytes } from "node:crypto";
import type { System } from "../system.ts";
import type { Narrator } from "./narrator.ts";
import { order, shown, until } from "./shop.ts";

type Chapter = (system: System, told: Narrator) => Promise<void>;

/** What happens, in order. */
export const chapters: readonly Chapter[] = [anOrder, theSameTwice, aRefusedCard, aPoisonMessage, aCrash];

/** Of a dead letter: what it is, and why. */
const letterLines = /^(type|key|by|reason|redriven) |^ {4}\d{4}-/;
/** Of a saga: how it stands, and its steps with what went wrong. */
const sagaLines = /^(saga|status|steps) |^ {4}\S|Error/;

async function anOrder(system: System, told: Narrator): Promise<void> {
  told.chapter("An order");
  const traceId = randomBytes(16).toString("hex");
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  const { status, order: placed } = await order(
    system,
    "story-1",
    { sku: "lamp", quantity: 2 },
    { waitSeconds: 20, traceparent },
  );
  told.check("it is taken in, billed, paid for and shipped (201)", status === 201, status);
  const done = system.provider.doneFor(placed.id).join(", ");
  told.check("the provider has authorised and captured, once each", done === "authorised, captured", done);
  const traces = new Set(system.provider.requests.map((request) => request.traceparent?.split("-")[1]));
  told.check("both calls carry the trace of the request", traces.size === 1 && traces.has(traceId), [
    ...traces,
  ]);
  const { text } = await system.holdfast("saga", "show", placed.id);
  told.say("holdfast saga show says:");
  told.quote(text, sagaLines);
}

async function theSameTwice(system: System, told: Narrator): Promise<void> {
  told.chapter("The same request twice");
  const requests = [0, 1, 2, 3].map(() => order(system, "story-2", { sku: "chair", quantity: 1 }));
  const answers = await Promise.all(requests);
  const again = await order(system, "story-2", { sku: "chair", quantity: 1 });
  const orders = new Set([...answers, again].map(({ order: { id } }) => id));
  told.check("four requests at once and one afterwards are one order", orders.size === 1, [...orders]);
  told.check("the last one got the first answer again", again.replayed && again.text === answers[0]?.text);
  const other = await order(system, "story-2", { sku: "chair", quantity: 9 });
  told.check("the same key on another order is refused (422)", other.status === 422, other.status);
  const [id = ""] = orders;
  const shipped = await until(async () => (await shown(system, id)).status === "shipped");
  const done = system.provider.doneFor(id).join(", ");
  told.check("it was paid for once", shipped && done === "authorised, captured", done);
}

async function aRefusedCard(system: System, told: Narrator): Promise<void> {
  told.chapter("A refused card");
  const before = await shown(system, (await order(system, "story-1", { sku: "lamp", quantity: 2 })).order.id);
  const { status, order: refused } = await order(
    system,
    "story-3",
    { sku: "lamp", quantity: 3, card: "tok_refused" },
    { waitSeconds: 20 },
  );
  told.check("the order ends as cancelled (402)", status === 402 && refused.status === "cancelled", status);
  told.check("the three lamps are back in stock", refused.free === before.free, refused.free);
  const done = system.provider.doneFor(refused.id).join(", ");
  told.check("nothing was captured; what was begun is cancelled", done === "cancelled", done);
  told.quote((await system.holdfast("saga", "show", refused.id)).text, sagaLines);
}

async function aPoisonMessage(system: System, told: Narrator): Promise<void> {
  told.chapter("A poison message");
  const { order: poisoned } = await order(system, "story-4", { sku: "desk", quantity: 1 });
  told.say("A desk has no price, so that billing fails each time. After three attempts:");
  let letter = "";
  const parked = await until(async () => {
    const { text } = await system.holdfast("dead-letters", "list", "--key", poisoned.id, "--json");
    const { letters } = JSON.parse(text) as { readonly letters: readonly { readonly id: string }[] };
    letter = letters[0]?.id ?? "";
    return letter !== "";
  });
  told.check("its message is parked as a dead letter", parked);
  told.quote((await system.holdfast("dead-letters", "show", letter)).text, letterLines);
  const { status } = await order(system, "story-5", { sku: "lamp", quantity: 1 }, { waitSeconds: 20 });
  told.check("others go on meanwhile (201)", status === 201, status);
  told.say("Somebody gives the desk a price, and the message is redriven:");
  await fetch(`${system.url}/prices/desk`, { method: "PUT", body: JSON.stringify({ cents: 29_900 }) });
  const redrive = ["redrive", "--consumer", "billing", "--actor", "story", "--note", "desk has a price"];
  told.quote((await system.holdfast("dead-letters", ...redrive)).text);
  const shipped = await until(async () => (await shown(system, poisoned.id)).status === "shipped");
  told.check("the order is shipped", shipped);
}

async function aCrash(system: System, told: Narrator): Promise<void> {
  told.chapter("A crash in the middle");
  const captured = system.provider.stallCapture(1_500);
  const { order: hit } = await order(system, "story-6", { sku: "chair", quantity: 1 });
  await captured;
  await system.killWorker();
  told.say("The provider has captured, its answer is on the way, and the worker gets SIGKILL.");
  const between = system.place.broker === null ? null : await shown(system, hit.id);
  if (between !== null) {
    told.check("the order is not shipped", between.status === "placed", between.status);
    const { status } = await order(system, "story-7", { sku: "lamp", quantity: 1 });
    told.check("orders are still taken in without a worker (202)", status === 202, status);
  }
  await system.startWorker();
  told.say("Another worker starts, and takes over as soon as the dead one's lease is over.");
  const shipped = await until(async () => (await shown(system, hit.id)).status === "shipped");
  told.check("the order is shipped", shipped);
  const captures = system.provider.requests.filter(
    ({ path, body }) => path === "/v1/captures" && body["orderId"] === hit.id,
  );
  const keys = new Set(captures.map(({ key }) => key)).size;
  told.check("the capture was asked for again, under the same key", captures.length > 1 && keys === 1, keys);
  const done = system.provider.doneFor(hit.id).join(", ");
  told.check("and done once", done === "authorised, captured", done);
  const left = async (): Promise<number> => {
    const { outbox, deadLetters } = JSON.parse(
      (await system.holdfast("outbox", "status", "--json")).text,
    ) as {
      readonly outbox: { readonly messages: number };
      readonly deadLetters: { readonly letters: number };
    };
    return outbox.messages + deadLetters.letters;
  };
  const nothing = await until(async () => (await left()) === 0);
  told.check("nothing is left in the outbox and in the dead letters", nothing);
}
