import type { Clock, Fields, FieldsOf, Random } from "@holdfast/core";
import type { Handshakes } from "./handshakes.ts";

/** A run of bytes and when it came. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly arrivedAt: number;
}

/** What an answer of the provider looks like, as declared. */
export interface DeclaredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where the consumer's connection is left after a fault: open for the next request, closed by FIN, or reset. */
export type Ending = "keep" | "fin" | "rst";

/** What every fault gets besides its settings. */
export interface FaultContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the consumer went away or the proxy closes. */
  readonly signal: AbortSignal;
}

/** One exchange in the hands of a fault. */
export interface FaultedExchange extends FaultContext {
  readonly method: string;
  /** The operation's declared answer and its dialect of errors; `null` when no operation matched. */
  readonly declared: {
    readonly answer: DeclaredAnswer;
    readonly errors: Readonly<Record<string, DeclaredAnswer>>;
  } | null;
  /** Resolves once the last byte of the request was read. */
  requestRead(): Promise<void>;
  /**
   * Reads one more piece of the request, of 64 KB at most, and no more after it; resolves when it came or the request was whole.
   * From the first call on the request is read in no other way.
   */
  readPiece(): Promise<void>;
  /** Lets the request go to the provider, as it comes, and gives its final answer as it comes. */
  provider(): AsyncIterable<Chunk>;
  /**
   * Keeps the request from the provider until a later attempt of the same call was answered with success, and delivers it then,
   * whatever became of this connection. To be called before anything is awaited, and in place of `provider`.
   */
  deliverLate(): void;
  /** Sends bytes to the consumer; resolves once they are handed to the network. */
  send(bytes: Uint8Array): Promise<void>;
  /** Says that the fault took hold: from here on this exchange is not what it would have been. */
  fired(): void;
  /** Says that the fault is done with the consumer, and how it leaves the connection. */
  end(how: Ending): void;
}

/** The listener in the hands of a fault. */
export interface FaultedListener extends FaultContext {
  /** Stops listening and drops idle connections: from here on connections are refused. */
  close(): Promise<void>;
  /** Stops accepting and drops idle connections: from here on attempts to connect get no answer at all. */
  swallow(): Promise<void>;
  /** Handshakes of TLS go like this from here on, and idle connections are dropped. Rejects where consumers speak plain HTTP. */
  handshake(how: Handshakes): Promise<void>;
  /** Listens again on the same port, and as it should. */
  open(): Promise<void>;
}

/** How one exchange is treated, with the settings bound. */
export type ExchangeAct = (exchange: FaultedExchange) => Promise<void>;
/** What is done to the listener, with the settings bound. */
export type ListenerAct = (listener: FaultedListener) => Promise<void>;
/** What is done to the bytes of the provider's answer, with the settings bound. */
export type BytesPipe = (chunks: AsyncIterable<Chunk>, context: FaultContext) => AsyncIterable<Chunk>;

/** Binds the settings of a fault to what it does; which of the three tells where it acts. */
export type Binding<Settings> =
  | { readonly at: "exchange"; readonly act: (settings: Settings) => ExchangeAct }
  | { readonly at: "bytes"; readonly pipe: (settings: Settings) => BytesPipe }
  | { readonly at: "listener"; readonly act: (settings: Settings) => ListenerAct };

/** A declared fault: data for reference and validation, and one function. */
export type FaultDeclaration<F extends Fields> = Binding<FieldsOf<F>> & {
  readonly kind: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** True when bytes of a passing answer are withheld or replaced on purpose. */
  readonly loses: boolean;
  readonly params: F;
};

/** A fault as the proxy and the tools use it. */
export type Fault = FaultDeclaration<Fields>;

/** Declares a fault: settings are typed from `params` inside, and plain data outside. */
export function defineFault<const F extends Fields>(declaration: FaultDeclaration<F>): Fault {
  // The settings a fault is given were read by its own `params`, so the narrower type holds.
  return declaration as unknown as Fault;
}

/** What a bytes fault does, as an exchange fault: the provider's answer through the pipe to the consumer. */
export function actOf(fault: Fault, settings: FieldsOf<Fields>): ExchangeAct | null {
  if (fault.at === "exchange") return fault.act(settings);
  if (fault.at === "listener") return null;
  const pipe = fault.pipe(settings);
  return async (exchange) => {
    exchange.fired();
    for await (const chunk of pipe(exchange.provider(), exchange)) await exchange.send(chunk.bytes);
    exchange.end("keep");
  };
}
