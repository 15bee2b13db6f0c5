import { isCodedError } from "@holdfast/core";
import type { Instance } from "./instance.ts";
import type { RunContext } from "./run-context.ts";

const lookMs = 10;
/** How long a call may take to reach the provider. */
const reachMs = 5_000;

/** How the error of a call begins whose service did not start again. */
const cameNotBack = "the service did not come back after it was killed";

/** Waits until the fault has taken hold of an exchange of the call, or the call has ended, or it is not to be expected any more. */
export async function reached(
  { clock, signal }: RunContext,
  at: { readonly instance: Instance; readonly integration: string; readonly call: string },
  ended: Promise<unknown>,
): Promise<boolean> {
  let over = false;
  void ended.finally(() => {
    over = true;
  });
  const proxy = at.instance.proxies.get(at.integration);
  const untilMs = clock.monotonic() + reachMs;
  while (!over && clock.monotonic() < untilMs) {
    if (proxy?.exchangesOf(at.call).some((one) => one.firedMs !== null)) return true;
    await clock.sleep(lookMs, signal);
  }
  return false;
}

/** From here on everything passes; what comes still belongs to the call. */
export async function disarm(instance: Instance, call: string): Promise<void> {
  for (const proxy of instance.proxies.values()) {
    await proxy.arm({ call, program: { steps: [] }, operation: null });
  }
}

/** Kills the process and starts it again; answers why it did not come back, or `null` when it did. */
export async function crashed({ restart }: Instance): Promise<string | null> {
  if (restart === null) return "it cannot be started again";
  try {
    await restart();
    return null;
  } catch (error) {
    if (isCodedError(error)) return `${cameNotBack}: ${error.message.split("\n")[0]}`;
    throw error;
  }
}
