import { createServer, type Server, type Socket } from "node:net";
import { type Clock, CodedError, type Random } from "@holdfast/core";
import { Arming } from "./arming.ts";
import { type Arrivals, arrivalCounter } from "./arrivals.ts";
import type { Armed, ExchangeRecord, ProxyRecord } from "./model.ts";
import { operationMatcher, type ProviderOperation } from "./operation-match.ts";
import { Recorder } from "./recorder.ts";
import type { Redactor } from "./redaction.ts";
import type { RelayHost } from "./relay.ts";
import { Connection } from "./tcp-connection.ts";
import { diallerFor, isLoopback } from "./tcp-dial.ts";
import { LateDeliveries } from "./tcp-late-delivery.ts";
import { ListenerFaults, type ListenerPort, proxyCloses } from "./tcp-listener-fault.ts";
import type { Dialler } from "./tcp-provider-link.ts";
import { type ClearSocket, TlsFront } from "./tcp-tls-front.ts";
import type { TlsIdentity } from "./tcp-tls-identity.ts";

/** What a proxy is for and where it writes. */
export interface FaultProxyOptions {
  /** Unique in the run; ids of exchanges begin with it. */
  readonly name: string;
  readonly integration: string;
  readonly operations: readonly ProviderOperation[];
  readonly provider: { readonly url: string; readonly ca?: string };
  /** The certificates that consumers are shown; without it they speak plain HTTP to the proxy. */
  readonly tls?: TlsIdentity;
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
  /** How many requests of an operation have arrived so far, and when the last one did. */
  arrivals(operation: string): Arrivals;
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
  readonly #arrivals = arrivalCounter();
  readonly arrivals: FaultProxy["arrivals"] = this.#arrivals.of;
  readonly #connections = new Set<Connection>();
  readonly #host: RelayHost;
  readonly #dialler: Dialler;
  readonly #listenerFaults: ListenerFaults;
  readonly #late: LateDeliveries;
  readonly #tls: TlsFront | null;
  #server: Server | null = null;
  #accepted = 0;
  port = 0;

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#recorder = new Recorder(options);
    const { tls, clock } = options;
    this.#tls = tls === undefined ? null : new TlsFront(tls, clock, (consumer) => this.#serve(consumer));
    this.#listenerFaults = new ListenerFaults(this.#listenerPort(), this.#arming, this.#recorder);
    const url = new URL(options.provider.url);
    this.#dialler = diallerFor(url, options.provider.ca);
    this.#late = new LateDeliveries(this.#dialler, this.#recorder, options.clock);
    const operationOf = operationMatcher(options.operations);
    const arming = this.#arming;
    this.#host = {
      clock: options.clock,
      random: options.random,
      recorder: this.#recorder,
      hostToSend: isLoopback(url.hostname) ? null : url.host,
      choose: (exchange) => {
        exchange.operation = operationOf(exchange.head.method, exchange.head.target);
        exchange.armedCall = arming.call;
        this.#arrivals.add(exchange.operation?.name, options.clock.monotonic());
        exchange.fault = arming.take(exchange.operation?.name ?? null);
        return exchange.fault?.act ?? null;
      },
      settled: (exchange) => {
        this.#late.settled(exchange);
        void this.#listenerFaults.act();
      },
      deliverLate: (exchange, request) => this.#late.hold(exchange, request),
      faultWaits: () => arming.faultWaits(),
    };
  }

  get url(): string {
    return `${this.#tls === null ? "http" : "https"}://127.0.0.1:${this.port}`;
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
    await this.#listenerFaults.end();
    await this.#late.end();
    this.#arming.arm(armed);
    await this.#listenerFaults.act();
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
    await this.#listenerFaults.end(proxyCloses);
    await this.#late.end();
    this.#stopListening();
    // What the network has already brought is seen first: a FIN of this moment belongs into the records.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (const connection of [...this.#connections]) connection.destroy();
  }

  #accept(socket: Socket): void {
    if (this.#tls === null) this.#serve({ socket, reset: () => socket.resetAndDestroy() });
    else this.#tls.accept(socket);
  }

  #serve(consumer: ClearSocket): void {
    this.#accepted += 1;
    const connection = new Connection(this.#accepted, consumer, this.#host, this.#dialler);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  #listenerPort(): ListenerPort {
    const { name, integration, clock, random } = this.#options;
    return {
      name,
      integration,
      clock,
      random,
      port: () => this.port,
      listening: () => this.#server !== null,
      listen: () => this.listen(this.port),
      stop: () => this.#stopListening(),
      dropIdle: () => this.dropIdle(),
      tls: this.#tls,
    };
  }

  #stopListening(): void {
    // `close` waits for connections that live on; the listening socket itself is closed at once.
    this.#server?.close();
    this.#server = null;
  }
}
