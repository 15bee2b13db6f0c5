import { cutOnce, outage, refuseOnce, silence, statusOnce, truncateOnce } from "./experiments.ts";
import type { Evidence, Experiment, ExperimentSpec, ObservedCall, Target } from "./model.ts";

/** Kinds of failure that somebody who reads about a failed call has to tell apart. */
export const faultClasses = ["5xx", "429", "4xx", "hang", "refuse", "reset", "close", "truncate"] as const;
export type FaultClass = (typeof faultClasses)[number];

/** Three ways for a connection to end before its answer: most runtimes have one error for all of them. */
const lost: ReadonlySet<FaultClass> = new Set(["reset", "close", "truncate"]);

/** The class of an experiment that makes one call a sample and does nothing but this to it; `null` for any other. */
export function faultClassOf({ program, procedure }: Experiment): FaultClass | null {
  if (procedure !== undefined && procedure.kind !== "one-call") return null;
  const faults = program.steps.flatMap(({ fault }) => fault ?? []);
  const classes = new Set(faults.map(({ kind, ...rest }) => classOf(kind, Number(rest["status"] ?? 0))));
  const [only] = classes;
  return classes.size === 1 && only !== undefined ? only : null;
}

function classOf(kind: string, status: number): FaultClass | null {
  if (kind === "status") return status === 429 ? "429" : status >= 500 ? "5xx" : "4xx";
  return faultClasses.find((one) => one === kind) ?? null;
}

/** Experiments that make one failure of each class. */
export function oneOfEachClass(target: Target): ExperimentSpec[] {
  return [
    outage(target),
    silence(target),
    ...[429, 400, 422, 500].map((status) => statusOnce(target, status)),
    cutOnce(target, "reset", "fresh"),
    cutOnce(target, "close", "fresh"),
    truncateOnce(target),
    refuseOnce(target),
  ];
}

/** The calls of each class that ran. */
export function callsByClass({ experiments }: Evidence): ReadonlyMap<FaultClass, readonly ObservedCall[]> {
  const found = Object.values(experiments).flatMap(({ experiment, calls }) => {
    const kind = faultClassOf(experiment);
    return kind === null ? [] : calls.map((call) => ({ kind, call }));
  });
  const grouped = Map.groupBy(found, ({ kind }) => kind);
  return new Map(
    faultClasses.flatMap((kind) => {
      const calls = grouped.get(kind)?.map(({ call }) => call) ?? [];
      return calls.length === 0 ? [] : [[kind, calls] as const];
    }),
  );
}

/** How well classes can be told apart by what was written about each. */
export interface Confusion {
  /** Most classes of which each two differ, of how many should: lost connections count as one where they look alike. */
  readonly distinct: number;
  readonly of: number;
  /** Three quarters of them, six of eight. */
  readonly needed: number;
  /** Each class that cannot be told from one of those, with that one; lost connections that look alike are left out. */
  readonly alike: readonly { readonly kind: FaultClass; readonly like: FaultClass }[];
}

/**
 * Compares classes by their signatures. Two are told apart when each has one that the other has not: what is missing tells nothing to
 * those who see one failure only.
 */
export function confusionOf(signatures: ReadonlyMap<FaultClass, ReadonlySet<string>>): Confusion {
  const kinds = [...signatures.keys()];
  const differ = (one: FaultClass, other: FaultClass): boolean =>
    hasOwn(signatures.get(one), signatures.get(other)) && hasOwn(signatures.get(other), signatures.get(one));
  const apart = mostApart(kinds, differ);
  const lostKinds = kinds.filter((kind) => lost.has(kind));
  const of = kinds.length - lostKinds.length + mostApart(lostKinds, differ).length;
  const alike = kinds
    .filter((kind) => !apart.includes(kind))
    .flatMap((kind) => {
      const like = apart.filter((one) => !differ(one, kind));
      const [other] = like;
      const excused = lost.has(kind) && like.every((one) => lost.has(one));
      return other === undefined || excused ? [] : [{ kind, like: other }];
    });
  return { distinct: apart.length, of, needed: Math.ceil(0.75 * of), alike };
}

function hasOwn(one: ReadonlySet<string> = new Set(), other: ReadonlySet<string> = new Set()): boolean {
  return [...one].some((signature) => !other.has(signature));
}

/** The largest part of the classes of which each two differ: there are eight at most, so all parts can be looked at. */
function mostApart(
  kinds: readonly FaultClass[],
  differ: (one: FaultClass, other: FaultClass) => boolean,
): FaultClass[] {
  const [first, ...rest] = kinds;
  if (first === undefined) return [];
  const withFirst = [
    first,
    ...mostApart(
      rest.filter((one) => differ(first, one)),
      differ,
    ),
  ];
  const without = withFirst.length > rest.length ? [] : mostApart(rest, differ);
  return without.length > withFirst.length ? without : withFirst;
}

/** `429, 4xx look like 5xx`; empty where every class differs. */
export function alikeText({ alike }: Confusion): string {
  const byLike = Map.groupBy(alike, ({ like }) => like);
  return [...byLike]
    .map(([like, group]) => {
      const names = group.map(({ kind }) => kind).join(", ");
      return `${names} look${group.length === 1 ? "s" : ""} like ${like}`;
    })
    .join("; ");
}
