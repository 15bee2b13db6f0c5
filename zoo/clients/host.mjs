import { stamped } from "./stamp.mjs";

/**
 * What a module scenario needs of an adapter of ../shared/clients: its call, and the answers that its library accepts. `kind` is `load`
 * where calls overlap and their requests have to be told apart.
 */
export function hostOf(adapter, method, kind) {
  const { ok = {}, okStatus = {}, errors = {} } = adapter.meta;
  const make = (addresses) => adapter.call(addresses.provider.replace(/\/$/, ""), { method });
  return {
    call: ({ addresses, id }) => (kind === "load" ? stamped(id, () => make(addresses)) : make(addresses)),
    stub: { ok: { body: "{}", ...ok, status: okStatus[method] ?? ok.status ?? 200 }, errors },
  };
}
