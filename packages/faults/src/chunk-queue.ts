import type { Chunk } from "./fault.ts";

/** Chunks read ahead of whoever consumes them, so that each keeps the time of its arrival; bounded by asking for a pause. */
export class ChunkQueue implements AsyncIterable<Chunk> {
  readonly #bytesMax: number;
  readonly #onFull: () => void;
  readonly #onSpace: () => void;
  readonly #chunks: Chunk[] = [];
  #bytes = 0;
  #closed = false;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(options: {
    readonly bytesMax: number;
    readonly onFull: () => void;
    readonly onSpace: () => void;
  }) {
    this.#bytesMax = options.bytesMax;
    this.#onFull = options.onFull;
    this.#onSpace = options.onSpace;
  }

  push(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.bytes.length;
    if (this.#bytes > this.#bytesMax) this.#onFull();
    this.#wake?.();
  }

  /** Nothing more comes. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Nothing more comes, and whoever reads is told why, after what came before. */
  fail(failure: Error): void {
    if (this.#closed) return;
    this.#failure = failure;
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    while (true) {
      const chunk = this.#take();
      if (chunk !== null) yield chunk;
      else if (!this.#closed) await this.#woken();
      else if (this.#failure !== null) throw this.#failure;
      else return;
    }
  }

  #take(): Chunk | null {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return null;
    const wasFull = this.#bytes > this.#bytesMax;
    this.#bytes -= chunk.bytes.length;
    if (wasFull && this.#bytes <= this.#bytesMax) this.#onSpace();
    return chunk;
  }

  async #woken(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }
}
