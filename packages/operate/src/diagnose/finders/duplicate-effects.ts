import { type KeptLine, keep } from "../failure-group.ts";
import type { Finder, Seen } from "../finding.ts";
import { Generations } from "../generations.ts";
import { ownText } from "../own-text.ts";

interface Effect {
  readonly ids: string[];
  readonly keys: string[];
  successes: number;
  unknownBefore: boolean;
  doubted: boolean;
  lines: KeptLine[];
}

const effectsMax = 5_000;
const idsMax = 10;

/** One order, two effects: shown by two ids or two yeses, or made possible by a retry whose first answer was lost. */
export const duplicateEffects: Finder = {
  id: "duplicate-effects",
  question: "Did anything happen twice that was asked for once?",
  guide: "idempotency",
  watch: () => {
    const effects = new Generations<Effect>(effectsMax);
    const shown: Effect[] = [];
    const doubted: Effect[] = [];
    return {
      entry: (seen) => {
        if (!counts(seen)) return;
        const effect = effectOf(effects, seen);
        if (effect === null) return;
        const before = isDouble(effect);
        add(effect, seen);
        if (!before && isDouble(effect)) shown.push(effect);
        else if (effect.doubted && !doubted.includes(effect) && doubted.length < 200) doubted.push(effect);
      },
      end: () => [...told(shown), ...maybe(doubted.filter((one) => !isDouble(one)))],
    };
  },
};

/** Whether an entry tells anything about an effect: an answer of the provider, a failure, or an id. */
function counts({ entry: { told }, sign }: Seen): boolean {
  if (sign.kind === "success")
    return told.effectId !== null || (told.status !== null && sign.dependency !== null);
  return sign.kind === "failure";
}

function effectOf(effects: Generations<Effect>, { entry, call }: Seen): Effect | null {
  const name = entry.told.effect ?? call?.effect ?? null;
  if (name === null || name === "") return null;
  const known = effects.get(name);
  if (known !== undefined) return known;
  const fresh: Effect = { ids: [], keys: [], successes: 0, unknownBefore: false, doubted: false, lines: [] };
  effects.set(ownText(name, 128), fresh);
  return fresh;
}

function add(effect: Effect, { entry, sign }: Seen): void {
  const { effectId, key } = entry.told;
  const answered = sign.kind === "success" && entry.told.status !== null && sign.dependency !== null;
  addOnce(effect.keys, key);
  const fresh = addOnce(effect.ids, effectId);
  if (sign.kind === "failure" && sign.class.ambiguous && sign.class.kind !== "consequence")
    effect.unknownBefore = true;
  if (answered) effect.successes++;
  if ((answered || fresh) && effect.lines.length < 3) effect.lines.push(keep(entry));
  // The same key, seen on each attempt, makes the second one harmless.
  if (answered && effect.unknownBefore && effect.keys.length !== 1) effect.doubted = true;
}

/** Whether it is a new one. */
function addOnce(known: string[], told: string | null): boolean {
  if (told === null || known.includes(told) || known.length >= idsMax) return false;
  known.push(ownText(told, 80));
  return true;
}

function isDouble({ ids, successes, keys }: Effect): boolean {
  return ids.length > 1 || (successes > 1 && keys.length !== 1);
}

function told(shown: readonly Effect[]): ReturnType<ReturnType<Finder["watch"]>["end"]> {
  if (shown.length === 0) return [];
  const byId = shown.some(({ ids }) => ids.length > 1);
  return [
    {
      certainty: byId ? "certain" : "likely",
      says: `${shown.length} effect${shown.length === 1 ? "" : "s"} happened more than once${byId ? ", each time under another id" : ": the provider said yes twice"}`,
      next: "Search the provider's list for the same orders, and send one idempotency key per order, the same on every attempt.",
      lines: shown.slice(0, 2).flatMap(({ lines }) => lines.slice(0, 2)),
    },
  ];
}

function maybe(doubted: readonly Effect[]): ReturnType<ReturnType<Finder["watch"]>["end"]> {
  if (doubted.length === 0) return [];
  return [
    {
      certainty: "possible",
      says: `${doubted.length} effect${doubted.length === 1 ? " was" : "s were"} asked for again after an attempt whose outcome is unknown; the logs show no idempotency key that would make it harmless`,
      next: "Compare with the provider's list; log the idempotency key of each attempt, so that the next diagnosis can tell.",
      lines: doubted.slice(0, 2).flatMap(({ lines }) => lines.slice(0, 1)),
    },
  ];
}
