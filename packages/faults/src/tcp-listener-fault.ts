import { type Clock, CodedError, type Random } from "@holdfast/core";
import type { Arming } from "./arming.ts";
import type { ConnectsSeen } from "./connect-watch.ts";
import type { ChosenFault } from "./exchange.ts";
import type { ListenerAct } from "./fault.ts";
import type { Handshakes } from "./handshakes.ts";
import type { Recorder } from "./recorder.ts";
import { type BlackHole, prepareBlackHole } from "./tcp-black-hole.ts";
import type { SeenHandshake, TlsFront } from "./tcp-tls-front.ts";

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
  /** `null` where consumers speak plain HTTP. */
  readonly tls: TlsFront | null;
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
    let tookHold = false;
    const takesHold = (): void => {
      tookHold = true;
      held();
    };
    let hole: BlackHole | null = null;
    let seen: ConnectsSeen | null = null;
    let handshakes: readonly SeenHandshake[] | null = null;
    const open = async (): Promise<void> => {
      seen = (await hole?.end()) ?? null;
      hole = null;
      handshakes = port.tls?.end() ?? handshakes;
      if (!port.listening()) await port.listen();
      times.reopenedMs = clock.monotonic();
    };
    const close = async (): Promise<void> => {
      port.stop();
      times.closedMs = clock.monotonic();
      await port.dropIdle();
      takesHold();
    };
    const swallow = async (): Promise<void> => {
      hole = await prepareBlackHole(port.port(), { clock, leaked: () => this.#leaked() });
      port.stop();
      await hole.begin();
      times.closedMs = clock.monotonic();
      await port.dropIdle();
      takesHold();
    };
    const handshake = async (how: Handshakes): Promise<void> => {
      if (port.tls === null) throw noTls();
      port.tls.begin(how);
      times.closedMs = clock.monotonic();
      await port.dropIdle();
      takesHold();
    };
    const broke = (failure: unknown): void => this.#recorder.problem("FAULT_BROKE_OFF", String(failure));
    const listener = { clock, random, signal, close, swallow, handshake, open };
    await act(listener).catch((failure) => signal.aborted || broke(failure));
    handshakes = port.tls?.end() ?? handshakes;
    if (signal.reason === proxyCloses) seen = (await endOf(hole)) ?? seen;
    else if (!port.listening()) await open().catch(broke);
    else times.reopenedMs ??= clock.monotonic();
    held();
    this.#arming.listenerDone();
    this.#running = null;
    // What never took hold was done to nobody: its problem is on record.
    if (!tookHold) return;
    if (handshakes === null) this.#record(chosen, times, seen);
    else this.#recordHandshakes(chosen, times, handshakes);
  }

  #leaked(): void {
    this.#recorder.problem("BLACK_HOLE_LEAKED", "A connection came about that should have got no answer.");
  }

  #record(chosen: ChosenFault, times: Times, seen: ConnectsSeen | null): void {
    const common = { ...this.#about(chosen), ...times };
    this.#recorder.other(
      seen === null ? { type: "refusal", ...common } : { type: "black-hole", ...common, ...seen },
    );
  }

  #recordHandshakes(chosen: ChosenFault, times: Times, connects: readonly SeenHandshake[]): void {
    this.#recorder.other({ type: "handshakes", ...this.#about(chosen), ...times, connects });
  }

  #about({ spec, step }: ChosenFault) {
    const { name: proxy, integration } = this.#port;
    return { proxy, integration, armedCall: this.#arming.call, fault: { spec, step } };
  }
}

interface Times {
  readonly closedMs: number;
  readonly reopenedMs: number | null;
}

function noTls(): CodedError {
  return new CodedError(
    "FAULT_NEEDS_TLS",
    "Consumers speak plain HTTP to this proxy: there is no handshake.",
    {
      remedy: "Start the proxy with `tls`, or declare `tls: true` for the integration in the contract.",
    },
  );
}

function endOf(hole: BlackHole | null): Promise<ConnectsSeen> | null {
  return hole === null ? null : hole.end();
}
