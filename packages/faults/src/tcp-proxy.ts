import { createServer, type Server, type Socket } from "node:net";
import { type Clock, CodedError, type Random } from "@holdfast/core";
import { Arming } from "./arming.ts";
import type { ChosenFault } from "./exchange.ts";
import { actOf, type ListenerAct } from "./fault.ts";
import type { Armed, ExchangeRecord, ProxyRecord } from "./model.ts";
import { operationMatcher, type ProviderOperation } from "./operation-match.ts";
import { Recorder } from "./recorder.ts";
import type { Redactor } from "./redaction.ts";
import type { RelayHost } from "./relay.ts";
import { Connection } from "./tcp-connection.ts";
import { diallerFor, isLoopback } from "./tcp-dial.ts";
import type { Dialler } from "./tcp-provider-link.ts";

/** What a proxy is for and where it writes. */
export interface FaultProxyOptions {
  /** Unique in the run; ids of exchanges begin with it. */
  readonly name: string;
  readonly integration: string;
  readonly operations: readonly ProviderOperation[];
  readonly provider: { readonly url: string; readonly ca?: string };
  /** A fixed port; without it any free one. */
  readonly listen?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly redactor: Redactor;
  readonly record: (record: ProxyRecord) => void;
  /** Stores the bodies of requests too, redacted, up to 1 MB each; default no. */
  readonly recordBodies?: boolean;
}

/** A running fault proxy. */
export interface FaultProxy {
  readonly port: number;
  readonly url: string;
  /** Takes effect for exchanges that arrive from now on; listener faults act before it resolves. */
  arm(armed: Armed): Promise<void>;
  /** Looks for this call's id in requests from now on. */
  expect(callId: string): void;
  /** The exchanges of a call as they stand, those under way included, in order of arrival. */
  exchangesOf(callId: string): readonly ExchangeRecord[];
  inFlight(): number;
  openConnections(): number;
  /** Closes (FIN) every connection with nothing under way; resolves when they are closed. */
  dropIdle(): Promise<void>;
  /** Ends everything; the last records are out when it resolves. */
  close(): Promise<void>;
}

/** How long a consumer may take to close a connection that the proxy closed, before it is ended for it. */
const dropGraceMs = 1000;

/** Starts a recording fault proxy in front of a provider. */
export async function startProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new TcpProxy(options);
  await proxy.listen(options.listen ?? 0);
  return proxy;
}

class TcpProxy implements FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #recorder: Recorder;
  readonly #arming = new Arming();
  readonly #connections = new Set<Connection>();
  readonly #host: RelayHost;
  readonly #dialler: Dialler;
  #server: Server | null = null;
  #listenerFault: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  #accepted = 0;
  port = 0;

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#recorder = new Recorder(options);
    const url = new URL(options.provider.url);
    this.#dialler = diallerFor(url, options.provider.ca);
    const operationOf = operationMatcher(options.operations);
    const arming = this.#arming;
    this.#host = {
      clock: options.clock,
      random: options.random,
      recorder: this.#recorder,
      hostToSend: isLoopback(url.hostname) ? null : url.host,
      choose(exchange) {
        exchange.operation = operationOf(exchange.head.method, exchange.head.target);
        exchange.armedCall = arming.call;
        exchange.fault = arming.take(exchange.operation?.name ?? null);
        return exchange.fault === null ? null : actOf(exchange.fault.fault, exchange.fault.settings);
      },
      settled: () => void this.#actOnListener(),
      faultWaits: () => arming.faultWaits(),
    };
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  listen(port: number): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    return new Promise((resolve, reject) => {
      server.once("error", (cause: NodeJS.ErrnoException) => {
        reject(
          new CodedError(
            "PROXY_PORT_TAKEN",
            `The proxy cannot listen on 127.0.0.1:${port}: ${cause.message}`,
            {
              remedy: "Free the port or declare another one.",
              details: { port, code: cause.code },
              cause,
            },
          ),
        );
      });
      server.listen(port, "127.0.0.1", () => {
        server.on("error", (failure) => this.#recorder.problem("LISTENER_FAILED", failure.message));
        const address = server.address();
        this.port = typeof address === "object" && address !== null ? address.port : port;
        this.#server = server;
        resolve();
      });
    });
  }

  async arm(armed: Armed): Promise<void> {
    await this.#endListenerFault();
    this.#arming.arm(armed);
    await this.#actOnListener();
  }

  expect(callId: string): void {
    this.#recorder.expect(callId);
  }

  exchangesOf(callId: string): readonly ExchangeRecord[] {
    return this.#recorder.exchangesOf(callId);
  }

  inFlight(): number {
    let sum = 0;
    for (const connection of this.#connections) sum += connection.inFlight;
    return sum;
  }

  openConnections(): number {
    return this.#connections.size;
  }

  async dropIdle(): Promise<void> {
    const dropped = [...this.#connections].filter((connection) => connection.dropIfIdle());
    if (dropped.length === 0) return;
    const timer = new AbortController();
    const late = this.#options.clock.sleep(dropGraceMs, timer.signal).catch(() => {});
    await Promise.race([Promise.all(dropped.map(({ closed }) => closed)), late]);
    timer.abort();
    for (const connection of dropped) connection.destroy();
  }

  async close(): Promise<void> {
    await this.#endListenerFault(proxyCloses);
    await this.#stopListening();
    // What the network has already brought is seen first: a FIN of this moment belongs into the records.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (const connection of [...this.#connections]) connection.destroy();
  }

  #accept(socket: Socket): void {
    this.#accepted += 1;
    const connection = new Connection(this.#accepted, socket, this.#host, this.#dialler);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return Promise.resolve();
    // `close` waits for connections that live on; the listening socket itself is closed at once.
    server.close();
    return Promise.resolve();
  }

  /** Lets a listener fault whose turn it is act; resolves once it has taken hold. */
  async #actOnListener(): Promise<void> {
    const chosen = this.#arming.listenerFault();
    if (chosen === null || this.#listenerFault !== null || chosen.fault.at !== "listener") return;
    const abort = new AbortController();
    const held = Promise.withResolvers<void>();
    const done = this.#runListenerFault(
      chosen,
      chosen.fault.act(chosen.settings),
      abort.signal,
      held.resolve,
    );
    this.#listenerFault = { abort, done };
    await held.promise;
  }

  async #runListenerFault(
    chosen: ChosenFault,
    act: ListenerAct,
    signal: AbortSignal,
    held: () => void,
  ): Promise<void> {
    const { clock, random } = this.#options;
    let closedMs = clock.monotonic();
    let reopenedMs: number | null = null;
    const open = async (): Promise<void> => {
      if (this.#server === null) await this.listen(this.port);
      reopenedMs = clock.monotonic();
    };
    const close = async (): Promise<void> => {
      await this.#stopListening();
      closedMs = clock.monotonic();
      await this.dropIdle();
      held();
    };
    const broke = (failure: unknown): void => this.#recorder.problem("FAULT_BROKE_OFF", String(failure));
    await act({ clock, random, signal, close, open }).catch((failure) => signal.aborted || broke(failure));
    if (this.#server === null && signal.reason !== proxyCloses) await open().catch(broke);
    held();
    this.#arming.listenerDone();
    this.#listenerFault = null;
    this.#recorder.other({
      type: "refusal",
      proxy: this.#options.name,
      integration: this.#options.integration,
      armedCall: this.#arming.call,
      fault: { spec: chosen.spec, step: chosen.step },
      closedMs,
      reopenedMs,
    });
  }

  async #endListenerFault(reason?: unknown): Promise<void> {
    const running = this.#listenerFault;
    if (running === null) return;
    running.abort.abort(reason);
    await running.done;
  }
}

const proxyCloses = new Error("the proxy closes");
