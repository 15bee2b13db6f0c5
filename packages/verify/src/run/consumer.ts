import type { Contract, Scenario } from "@holdfast/contract";
import { invariant } from "@holdfast/core";
import type { Child } from "./child.ts";
import type { Driver } from "./drivers/driver.ts";
import { execDriver } from "./drivers/exec.ts";
import { httpDriver } from "./drivers/http.ts";
import { moduleDriver } from "./drivers/module.ts";
import { endChild } from "./end-child.ts";
import { childEnvironment } from "./environment.ts";
import type { LogCapture } from "./log-capture.ts";
import { canaryVariable, markerVariables } from "./marker.ts";
import { startModuleHost } from "./module-process.ts";
import { openProxies, type Proxies } from "./open-proxies.ts";
import { probeReady } from "./ready.ts";
import type { RunContext } from "./run-context.ts";
import { type StartedService, startService } from "./service-process.ts";
import { withStub } from "./stub-override.ts";
import { instanceValues, type TemplateValues } from "./template-values.ts";

/** What calls the providers: a service, the host of a module, or a command per call; with its proxies. */
export interface Consumer {
  readonly proxies: Proxies;
  readonly driver: Driver;
  readonly values: TemplateValues;
  /** The process that lives as long as the instance; `null` when there is none of ours. */
  readonly child: Child | null;
  /** Whether it still answers `ready`; `null` when there is nothing to ask. */
  answers(): Promise<boolean | null>;
  /** Lets it end by itself where it can. */
  beforeEnd(): Promise<void>;
  /** What is to be done once it has ended. */
  afterEnd(): Promise<void>;
}

/** How long a module may take to close. */
const closeMs = 300;

interface Wanted {
  readonly id: string;
  readonly scenario: Scenario;
  readonly logs: LogCapture;
}

/** Starts what the scenario needs; whatever fails, nothing is left running. */
export function startConsumer(context: RunContext, wanted: Wanted): Promise<Consumer> {
  return wanted.scenario.act.kind === "module"
    ? startModule(context, wanted, wanted.scenario.act.module)
    : startServed(context, wanted);
}

/** The environment that every process of an instance gets before the contract adds its own. */
function baseEnvironment(context: RunContext, instance: string): Record<string, string> {
  return childEnvironment(context.environment, markerVariables({ run: context.run, instance }), {
    [canaryVariable]: context.canaries.environment,
  });
}

/** The variables by which a service learns where its providers are. */
function addressVariables(contract: Contract, addresses: Proxies["addresses"]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name, address } of contract.integrations) {
    if (address.kind === "env") variables[address.name] = addresses[name] ?? "";
  }
  for (const { env, provider } of contract.passThrough) if (env !== null) variables[env] = provider;
  return variables;
}

async function startModule(context: RunContext, wanted: Wanted, module: string): Promise<Consumer> {
  const { contract, clock, signal } = context;
  const env = baseEnvironment(context, wanted.id);
  const host = await startModuleHost({ module, cwd: contract.folder, env, logs: wanted.logs });
  try {
    const proxies = await openProxies(context, wanted.id, ({ operations }) =>
      withStub(operations, host.stub),
    );
    const { addresses } = proxies;
    return {
      proxies,
      driver: moduleDriver({ host, addresses, clock, signal }),
      values: instanceValues({ id: wanted.id, port: null, addresses, card: context.canaries.card }),
      child: host.child,
      answers: async () => null,
      beforeEnd: async () => {
        host.close();
        await Promise.race([host.child.exited, clock.sleep(closeMs)]);
      },
      afterEnd: async () => {},
    };
  } catch (error) {
    await endChild(host.child, () => context.sweep(wanted.id), clock);
    throw error;
  }
}

async function startServed(context: RunContext, wanted: Wanted): Promise<Consumer> {
  const { contract, signal } = context;
  const proxies = await openProxies(context, wanted.id, ({ operations }) => operations);
  const variables = addressVariables(contract, proxies.addresses);
  const base = { ...baseEnvironment(context, wanted.id), ...variables };
  let service: StartedService | null;
  try {
    service = await startService(context, { ...wanted, base, addresses: proxies.addresses });
  } catch (error) {
    await proxies.close();
    throw error;
  }
  const env = service?.env ?? base;
  const values =
    service?.values ??
    instanceValues({ id: wanted.id, port: null, addresses: proxies.addresses, card: context.canaries.card });
  const probe = service?.probe ?? null;
  return {
    proxies,
    driver: served(context, wanted, service?.probe?.url ?? null, env),
    values,
    child: service?.child ?? null,
    answers: async () => {
      if (probe === null || probe.ready === null || service?.child?.exit()) return null;
      return (await probeReady(probe, signal)) === "ready";
    },
    beforeEnd: async () => {},
    afterEnd: async () => service?.afterEnd(),
  };
}

function served(
  context: RunContext,
  { scenario, logs }: Wanted,
  url: string | null,
  env: Record<string, string>,
): Driver {
  const { act } = scenario;
  const { clock, signal, contract, canaries } = context;
  if (act.kind === "exec") return execDriver({ act, cwd: contract.folder, env, logs, clock, signal });
  invariant(act.kind === "http" && url !== null, "an http scenario stands beside a service with a url");
  const correlation = contract.service?.correlation ?? null;
  const correlationHeader = correlation === "traceparent" ? null : correlation;
  return httpDriver({ scenario, act, url, correlationHeader, planted: canaries, clock, signal });
}
