import type { Pending } from "./statements.ts";

/** What lanes need to know of a message. */
export interface LaneItem {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly seq: number;
  readonly shard: number;
}

/** A key whose first message has to wait. */
export interface BlockedKey {
  readonly type: string;
  readonly key: string;
  readonly shard: number;
  readonly waitMs: number;
  readonly failed: number;
}

/** What a reading leads to. */
export interface LanePlan {
  readonly wanted: readonly Pending[];
  /** First messages of their keys that are to go out alone. */
  readonly suspects: readonly Pending[];
  readonly blocked: readonly BlockedKey[];
}

/** How much a plan may want. */
export interface LaneLimits {
  readonly messages: number;
  readonly bytes: number;
  /** For how many keys of a message's name there is room on its route. */
  readonly keysOf: (type: string) => number;
  readonly isSuspect: (pending: Pending) => boolean;
}

/** The rows of one key. */
export interface LaneGroup {
  readonly name: string;
  readonly rows: readonly Pending[];
}

/** A key's name within all names: no message's name has a space. */
export function laneName({ type, key }: Pick<LaneItem, "type" | "key">): string {
  return `${type} ${key}`;
}

/** Rows by key; those of a key stand together, by number. */
export function groupsOf(pending: readonly Pending[]): readonly LaneGroup[] {
  const groups = new Map<string, Pending[]>();
  for (const row of pending) {
    const group = groups.get(laneName(row));
    if (group === undefined) groups.set(laneName(row), [row]);
    else group.push(row);
  }
  return [...groups].map(([name, rows]) => ({ name, rows }));
}

/** What to claim: of each key a run of messages behind those that are held, as far as nothing before them has to wait. */
export function planOf(
  groups: readonly LaneGroup[],
  heldOf: (name: string) => ReadonlyMap<string, unknown>,
  limits: LaneLimits & { readonly held: number },
): LanePlan {
  const plan: Growing = { wanted: [], suspects: [], blocked: [], bytes: 0, keys: new Map() };
  for (const { name, rows } of groups) planGroup(plan, rows, { held: heldOf(name), limits });
  return plan;
}

interface Planning {
  readonly held: ReadonlyMap<string, unknown>;
  readonly limits: LaneLimits & { readonly held: number };
}

interface Growing {
  readonly wanted: Pending[];
  readonly suspects: Pending[];
  readonly blocked: BlockedKey[];
  bytes: number;
  readonly keys: Map<string, number>;
}

function planGroup(plan: Growing, rows: readonly Pending[], { held, limits }: Planning): void {
  let count = held.size;
  for (const row of rows) {
    if (held.has(row.id)) continue;
    const place = placeOf(plan, row, count === 0, limits);
    if (place !== null) plan[place].push(row);
    if (place !== "wanted") return;
    plan.bytes += row.bytes;
    count += 1;
    if (count >= limits.held) return;
  }
}

/** Where a message goes that no other one of its key stands before, but those that are held or wanted; null where it has to wait. */
function placeOf(
  plan: Growing,
  row: Pending,
  first: boolean,
  limits: Planning["limits"],
): "wanted" | "suspects" | "blocked" | null {
  if (row.waitMs > 0) return first ? "blocked" : null;
  const suspect = limits.isSuspect(row);
  if ((suspect && !first) || !fits(plan, limits)) return null;
  if (first && !opens(plan, row.type, limits)) return null;
  return suspect ? "suspects" : "wanted";
}

/** Whether another message fits; the first one does where there is any room. */
function fits({ wanted, bytes }: Growing, limits: LaneLimits): boolean {
  if (wanted.length === 0) return limits.messages > 0;
  return wanted.length < limits.messages && bytes < limits.bytes;
}

/** Whether the route has room for another key, which then takes it. */
function opens({ keys }: Growing, type: string, limits: LaneLimits): boolean {
  const left = keys.get(type) ?? limits.keysOf(type);
  if (left < 1) return false;
  keys.set(type, left - 1);
  return true;
}
