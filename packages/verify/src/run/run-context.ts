import type { Contract } from "@holdfast/contract";
import type { Clock, Random } from "@holdfast/core";
import type { FaultProxy, Redactor } from "@holdfast/faults";
import type { Observation } from "../model.ts";
import type { CallCaps } from "./call-caps.ts";
import type { SearchedCanary } from "./canaries.ts";
import type { Targets } from "./open-targets.ts";
import type { Scrape } from "./scrape.ts";
import type { SpanSink } from "./span-sink.ts";
import type { Trust } from "./trust.ts";

/** The secrets planted in this run, and all that is searched for in its logs. */
export interface PlantedCanaries {
  readonly authorization: string;
  readonly cookie: string;
  readonly card: string;
  readonly environment: string;
  readonly searched: readonly SearchedCanary[];
}

/** What is looked at to see whether an instance went past its proxies. */
export interface Inspected {
  readonly id: string;
  readonly proxies: ReadonlyMap<string, FaultProxy>;
  pid(): number | null;
}

/** What every part of a run is given: the world as arguments. */
export interface RunContext {
  readonly run: string;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly random: Random;
  readonly redactor: Redactor;
  readonly canaries: PlantedCanaries;
  /** Our own environment, from which the allowed variables are passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where instances on Node keep what they compiled, for the next one to start in less time. */
  readonly codeCache: string;
  /** What providers over TLS are known by; `null` where no integration asks for TLS. */
  readonly trust: Trust | null;
  /** Aborts when the run is to end early. */
  readonly signal: AbortSignal;
  readonly record: (observation: Observation) => void;
  readonly readyTimeoutMs: number;
  /** What may still be delivered to real providers. */
  readonly caps: CallCaps;
  /** Looks now and then, or always, whether an instance went past its proxies; ends the run if it did and may not. */
  readonly inspect: (instance: Inspected, always: boolean) => Promise<void>;
  /** Reads the service's metrics and records them; at moments at which nobody is measured. */
  readonly scrape: Scrape;
  /** Where the team's own Prometheus finds the instances that run. */
  readonly targets: Targets;
  /** Ends what is left of an instance, wherever it went. */
  readonly sweep: (instance: string) => Promise<void>;
  /** Where the service's spans are listened for. */
  readonly spans: SpanSink;
  readonly keepLog: (experiment: string, line: string) => void;
}
