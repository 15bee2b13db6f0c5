/** What the benchmark uses of mockttp, which is not among the locked packages. */
export declare function getLocal(): {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  forAnyRequest(): { thenForwardTo(url: string): Promise<unknown> };
};
