import { type HttpIntegration, type Operation, render } from "@holdfast/contract";
import { type FaultProxy, type ProxyRecord, type StubRequest, startProxy, startStub } from "@holdfast/faults";
import type { RunContext } from "./run-context.ts";
import { callValues, type TemplateValues } from "./template-values.ts";

/** The proxies of one instance, one per integration, with a provider behind each. */
export interface Proxies {
  readonly byIntegration: ReadonlyMap<string, FaultProxy>;
  /** What the consumer is told: the address of each proxy by integration. */
  readonly addresses: Readonly<Record<string, string>>;
  /** What the stub's answers are filled with from here on: for the call that a request mentions, else for the last one served. */
  serve(values: TemplateValues, call: string): void;
  close(): Promise<void>;
}

/** Opens a proxy for each integration, and a stub behind it where the contract says so. */
export async function openProxies(
  context: RunContext,
  instance: string,
  operationsOf: (integration: HttpIntegration) => readonly Operation[],
): Promise<Proxies> {
  const byIntegration = new Map<string, FaultProxy>();
  const closers: (() => Promise<void>)[] = [];
  const served = new Map<string, TemplateValues>();
  let last: TemplateValues = {};
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0)) await closeOne();
  };
  const record = (r: ProxyRecord): void => context.record({ ...r, instance });

  async function open(integration: HttpIntegration): Promise<void> {
    const { clock, redactor } = context;
    const operations = operationsOf(integration);
    let url = integration.provider.kind === "url" ? integration.provider.url : "";
    if (integration.provider.kind === "stub") {
      const fill = (template: string, request: StubRequest): string =>
        render(template, valuesFor(request, served) ?? last);
      const stub = await startStub({
        integration: integration.name,
        operations,
        clock,
        redactor,
        render: fill,
        record,
      });
      closers.push(() => stub.close());
      url = stub.url;
    }
    const proxy = await startProxy({
      name: `${instance}-${integration.name}`,
      integration: integration.name,
      operations,
      provider: { url },
      ...(integration.tls && context.trust !== null ? { tls: context.trust.identity } : {}),
      ...(integration.address.kind === "listen" ? { listen: integration.address.port } : {}),
      clock,
      random: context.random.fork(`${instance}-${integration.name}`),
      redactor,
      record,
    });
    byIntegration.set(integration.name, proxy);
    closers.unshift(() => proxy.close());
  }

  try {
    for (const integration of context.contract.integrations) await open(integration);
  } catch (error) {
    await close();
    throw error;
  }
  const direct = context.contract.passThrough.map(({ name, provider }) => [name, provider]);
  const addresses = Object.fromEntries([
    ...direct,
    ...context.contract.integrations.map((integration) => [
      integration.name,
      addressOf(integration, byIntegration),
    ]),
  ]);
  return {
    byIntegration,
    addresses,
    serve: (instanceValues, call) => {
      last = callValues(instanceValues, call);
      served.set(call, last);
      for (const oldest of served.keys()) {
        if (served.size <= servedMax) break;
        served.delete(oldest);
      }
    },
    close,
  };
}

/** How many calls back a request is still answered as its own call's. */
const servedMax = 256;

/** The values of the call whose id stands in a request: where calls overlap, the last one served may be another. */
function valuesFor(
  { target, body }: StubRequest,
  served: ReadonlyMap<string, TemplateValues>,
): TemplateValues | undefined {
  if (served.size < 2) return undefined;
  const text = `${target}\n${Buffer.from(body).toString("latin1")}`;
  return [...served].findLast(([call]) => text.includes(call))?.[1];
}

/** The proxy stands for the provider's host; the path in its URL stays what the consumer is told. */
function addressOf(integration: HttpIntegration, proxies: ReadonlyMap<string, FaultProxy>): string {
  const { provider, name } = integration;
  const path = provider.kind === "url" ? new URL(provider.url).pathname.replace(/\/$/, "") : "";
  return `${proxies.get(name)?.url ?? ""}${path}`;
}
