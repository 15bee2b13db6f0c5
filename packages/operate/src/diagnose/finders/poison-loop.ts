import type { Entry } from "../entry.ts";
import { type KeptLine, keep } from "../failure-group.ts";
import type { Finder } from "../finding.ts";
import { ownText } from "../own-text.ts";

interface Message {
  failures: number;
  successes: number;
  readonly lines: KeptLine[];
}

const messagesMax = 20_000;
const failuresMin = 5;

/** A message that fails every time it is delivered, and comes back every time. */
export const poisonLoop: Finder = {
  id: "poison-loop",
  question: "Does one message fail again and again?",
  guide: "dead-letters",
  watch: () => {
    const messages = new Map<string, Message>();
    return {
      entry: ({ entry, sign }) => {
        const id = entry.told.messageId;
        if (id === null || id === "") return;
        if (sign.kind === "success") messageOf(messages, id).successes++;
        if (sign.kind === "failure") failed(messageOf(messages, id), entry);
      },
      end: () => {
        const loops = [...messages].filter(
          ([, { failures, successes }]) => failures >= failuresMin && successes === 0,
        );
        if (loops.length === 0) return [];
        loops.sort(([, a], [, b]) => b.failures - a.failures);
        const most = loops[0]?.[1].failures ?? 0;
        return [
          {
            certainty: "certain",
            says: `${loops.length} message${loops.length === 1 ? "" : "s"} failed at every delivery, up to ${most} times, and came back each time`,
            next: "Put a message aside after a few deliveries; holdfast dead-letters lists, mends and redrives them.",
            lines: loops[0]?.[1].lines ?? [],
          },
        ];
      },
    };
  },
};

function messageOf(messages: Map<string, Message>, id: string): Message {
  const known = messages.get(id);
  if (known !== undefined) return known;
  const fresh: Message = { failures: 0, successes: 0, lines: [] };
  if (messages.size < messagesMax) messages.set(ownText(id, 128), fresh);
  return fresh;
}

function failed(message: Message, entry: Entry): void {
  message.failures = Math.max(message.failures + 1, Number(entry.told.deliveries) || 0);
  if (message.lines.length < 2) message.lines.push(keep(entry));
}
