import type { Clock, Random } from "@holdfast/core";
import type { Arming } from "./arming.ts";
import type { ConnectsSeen } from "./connect-watch.ts";
import type { ChosenFault } from "./exchange.ts";
import type { ListenerAct } from "./fault.ts";
import type { Recorder } from "./recorder.ts";
import { type BlackHole, prepareBlackHole } from "./tcp-black-hole.ts";

/** The listener of a proxy as its faults need it. */
export interface ListenerPort {
  readonly name: string;
  readonly integration: string;
  readonly clock: Clock;
  readonly random: Random;
  port(): number;
  listening(): boolean;
  listen(): Promise<void>;
  stop(): void;
  dropIdle(): Promise<void>;
}

/** Why a proxy that closes does not listen again. */
export const proxyCloses: Error = new Error("the proxy closes");

/** Lets the listener faults of an armed program act, one at a time, and records what they did. */
export class ListenerFaults {
  readonly #port: ListenerPort;
  readonly #arming: Arming;
  readonly #recorder: Recorder;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;

  constructor(port: ListenerPort, arming: Arming, recorder: Recorder) {
    this.#port = port;
    this.#arming = arming;
    this.#recorder = recorder;
  }

  /** Lets a listener fault whose turn it is act; resolves once it has taken hold. */
  async act(): Promise<void> {
    const chosen = this.#arming.listenerFault();
    if (chosen === null || this.#running !== null || chosen.fault.at !== "listener") return;
    const abort = new AbortController();
    const held = Promise.withResolvers<void>();
    const act = chosen.fault.act(chosen.settings);
    this.#running = { abort, done: this.#run(chosen, act, abort.signal, held.resolve) };
    await held.promise;
  }

  /** Ends the one that acts, if any; resolves when its record is out. */
  async end(reason?: unknown): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    running.abort.abort(reason);
    await running.done;
  }

  async #run(chosen: ChosenFault, act: ListenerAct, signal: AbortSignal, held: () => void): Promise<void> {
    const port = this.#port;
    const { clock, random } = port;
    const times = { closedMs: clock.monotonic(), reopenedMs: null as number | null };
    let hole: BlackHole | null = null;
    let seen: ConnectsSeen | null = null;
    const open = async (): Promise<void> => {
      seen = (await hole?.end()) ?? null;
      hole = null;
      if (!port.listening()) await port.listen();
      times.reopenedMs = clock.monotonic();
    };
    const close = async (): Promise<void> => {
      port.stop();
      times.closedMs = clock.monotonic();
      await port.dropIdle();
      held();
    };
    const swallow = async (): Promise<void> => {
      hole = await prepareBlackHole(port.port(), { clock, leaked: () => this.#leaked() });
      port.stop();
      await hole.begin();
      times.closedMs = clock.monotonic();
      await port.dropIdle();
      held();
    };
    const broke = (failure: unknown): void => this.#recorder.problem("FAULT_BROKE_OFF", String(failure));
    const listener = { clock, random, signal, close, swallow, open };
    await act(listener).catch((failure) => signal.aborted || broke(failure));
    if (signal.reason === proxyCloses) seen = (await endOf(hole)) ?? seen;
    else if (!port.listening()) await open().catch(broke);
    held();
    this.#arming.listenerDone();
    this.#running = null;
    this.#record(chosen, times, seen);
  }

  #leaked(): void {
    this.#recorder.problem("BLACK_HOLE_LEAKED", "A connection came about that should have got no answer.");
  }

  #record(
    chosen: ChosenFault,
    times: { readonly closedMs: number; readonly reopenedMs: number | null },
    seen: ConnectsSeen | null,
  ): void {
    const { name: proxy, integration } = this.#port;
    const fault = { spec: chosen.spec, step: chosen.step };
    const common = { proxy, integration, armedCall: this.#arming.call, fault, ...times };
    this.#recorder.other(
      seen === null ? { type: "refusal", ...common } : { type: "black-hole", ...common, ...seen },
    );
  }
}

function endOf(hole: BlackHole | null): Promise<ConnectsSeen> | null {
  return hole === null ? null : hole.end();
}
