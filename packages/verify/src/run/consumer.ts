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
import { endAllWith } from "./process-table.ts";
import { probeReady } from "./ready.ts";
import type { RunContext } from "./run-context.ts";
import { type StartedService, startService } from "./service-process.ts";
import { withStub } from "./stub-override.ts";
import { instanceValues, type TemplateValues } from "./template-values.ts";

/** What calls the providers: a service, the host of a module, or a command per call; with its proxies. */
export interface Consumer {
  readonly proxies: Proxies;
  readonly driver: Driver;
  /** Makes the same service do what another scenario asks of it; `null`: there is no service. */
  readonly driverOf: ((scenario: Scenario) => Driver) | null;
  readonly values: TemplateValues;
  /** The process that lives as long as the instance, as it runs now; `null` when there is none of ours. */
  readonly child: Child | null;
  /** Where a service listens; `null` when there is none. */
  readonly url: string | null;
  /** Kills the service as it stands and starts it again at the same address; `null` where that cannot be done. */
  readonly restart: (() => Promise<void>) | null;
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
    // Half of what a service on Node needs to start is compiling; other languages take no notice.
    NODE_COMPILE_CACHE: context.codeCache,
    ...context.trust?.variables,
  });
}

/** Where spans go to is ours to say unless the contract does. */
function spanVariables({ contract, spans }: RunContext): Readonly<Record<string, string>> {
  const declared = Object.keys(contract.service?.env ?? {});
  return declared.some((name) => /^OTEL_EXPORTER_OTLP_(TRACES_)?ENDPOINT$/.test(name)) ? {} : spans.variables;
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
  const start = () => startModuleHost({ module, cwd: contract.folder, env, logs: wanted.logs });
  let host = await start();
  try {
    const proxies = await openProxies(context, wanted.id, ({ operations }) =>
      withStub(operations, host.stub),
    );
    const { addresses } = proxies;
    return {
      proxies,
      driver: moduleDriver({ host: () => host, addresses, clock, signal }),
      driverOf: null,
      values: instanceValues({ id: wanted.id, port: null, addresses, card: context.canaries.card }),
      get child() {
        return host.child;
      },
      url: null,
      restart: async () => {
        await endAllWith({ run: context.run, instance: wanted.id }, clock);
        host = await start();
      },
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
  const base = { ...baseEnvironment(context, wanted.id), ...spanVariables(context), ...variables };
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
  // A command is a process of its own beside the service, and goes down with it.
  const restartCommand = async (): Promise<void> => {
    await endAllWith({ run: context.run, instance: wanted.id }, context.clock);
    await service?.restart?.();
  };
  const driverOf = (scenario: Scenario): Driver =>
    served(context, { ...wanted, scenario }, service?.probe?.url ?? null, env);
  return {
    proxies,
    driver: driverOf(wanted.scenario),
    driverOf,
    values,
    get child() {
      return service?.child ?? null;
    },
    url: probe?.url ?? null,
    restart: wanted.scenario.act.kind === "exec" ? restartCommand : (service?.restart ?? null),
    answers: async () => {
      if (probe === null || probe.ready === null || service?.child?.exit()) return null;
      const isReady = (await probeReady(probe, signal)) === "ready";
      // Whoever ends the run ends the question too: that says nothing of the service.
      return isReady || !signal.aborted ? isReady : null;
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
