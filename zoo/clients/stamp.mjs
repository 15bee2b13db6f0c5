/**
 * Puts the id of a call on every request that is made in it, as instrumentation puts a trace there: calls of a load overlap, and the
 * libraries send nothing by which their requests could be told apart. For the load alone: a header of ours would be taken for theirs.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";

const current = new AsyncLocalStorage();
const header = "x-call";

subscribe("http.client.request.created", ({ request }) => {
  const id = current.getStore();
  if (id !== undefined && !request.headersSent) request.setHeader(header, id);
});
subscribe("undici:request:create", ({ request }) => {
  const id = current.getStore();
  if (id !== undefined) request.addHeader(header, id);
});

/** Makes a call whose requests carry its id. */
export function stamped(id, call) {
  return current.run(id, call);
}
