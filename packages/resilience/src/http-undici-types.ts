/** Headers of a response, as undici hands them to handlers. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What undici lets a handler do with its request. */
export interface DispatchController {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: Error | null;
  rawHeaders?: unknown;
  rawTrailers?: unknown;
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** What undici tells about a request, from version 7 on. */
export interface DispatchHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void;
  onRequestUpgrade?(
    controller: DispatchController,
    statusCode: number,
    headers: ResponseHeaders,
    socket: unknown,
  ): void;
  onResponseStarted?(): void;
  onResponseStart?(
    controller: DispatchController,
    statusCode: number,
    headers: ResponseHeaders,
    statusMessage?: string,
  ): void;
  onResponseData?(controller: DispatchController, chunk: Uint8Array): void;
  onResponseEnd?(controller: DispatchController, trailers: ResponseHeaders): void;
  onResponseError?(controller: DispatchController, error: Error): void;
  onBodySent?(chunk: Uint8Array): void;
  onRequestSent?(): void;
}

/** A request as undici dispatches it; what is not read here is passed on as it is. */
export interface DispatchOptions {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method: string;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly upgrade?: unknown;
}

/** How undici sends a request. */
export type Dispatch = (options: DispatchOptions, handler: DispatchHandler) => boolean;
