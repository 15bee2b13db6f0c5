/** What a module scenario needs of an adapter of ../shared/clients: its call, and the answers that its library accepts. */
export function hostOf(adapter, method) {
  const { ok = {}, okStatus = {}, errors = {} } = adapter.meta;
  return {
    call: ({ addresses }) => adapter.call(addresses.provider.replace(/\/$/, ""), { method }),
    stub: { ok: { body: "{}", ...ok, status: okStatus[method] ?? ok.status ?? 200 }, errors },
  };
}
