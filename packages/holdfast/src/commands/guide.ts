import { CodedError, items, nearest } from "@holdfast/core";
import { type Command, defineCommand } from "../command.ts";
import { sectionOf } from "../remedies.ts";
import { readGuide } from "../system-guide.ts";

/** Prints a page of the guide, or the section of one check. */
export const guide: Command = defineCommand({
  example: "holdfast guide retries",
  arguments: [
    {
      name: "topic",
      doc: "An item (retries), a page, or a check (jitters); all topics when left out.",
      optional: true,
    },
  ],
  options: {},
  run: async ({ arguments: [topic], options }, io) => {
    const { skill, pages } = readGuide();
    const text =
      topic === undefined ? `${skill}\nTopics: ${pages.map((page) => page.name).join(", ")}\n` : read(topic);
    io.out(asJson(options) ? `${JSON.stringify({ topic: topic ?? null, text }, null, 2)}\n` : text);
    return 0;

    function read(wanted: string): string {
      const short = wanted.split("/").at(-1) ?? wanted;
      const page = pages.find(({ name }) => name === short);
      if (page !== undefined) return page.text;
      const section = pages
        .map(({ text: body }) => sectionOf(body, short))
        .find((found) => found !== undefined);
      if (section !== undefined) return `${section}\n`;
      throw unknownTopic(
        short,
        pages.map(({ name }) => name),
      );
    }
  },
});

function asJson(options: object): boolean {
  return (options as { json?: boolean }).json === true;
}

function unknownTopic(topic: string, names: readonly string[]): CodedError {
  const known = nearest(topic, [...names, ...items.map(({ id }) => id.split("/")[1] ?? id)]);
  return new CodedError("GUIDE_UNKNOWN_TOPIC", `the guide has no page or check called "${topic}"`, {
    remedy:
      known === undefined
        ? "holdfast guide lists the topics."
        : `Did you mean ${known}? holdfast guide lists all.`,
  });
}
