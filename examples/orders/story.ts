import { cleanUp } from "./clean-up.ts";
import { chapters } from "./story/chapters.ts";
import { narrator } from "./story/narrator.ts";
import { placeOf, startSystem } from "./system.ts";

// A name of its own, since what has it is taken away at the end.
const name = `orders_story_${process.pid}_${Date.now().toString(36)}`;
const place = { ...(await placeOf(process.argv.slice(2))), name };
const told = narrator((line) => process.stdout.write(`${line}\n`));
const system = await startSystem(place);
try {
  told.say(
    place.broker === null
      ? `One process, SQLite in ${place.folder}, messages within the process.`
      : `A web process and a worker, PostgreSQL (schema ${place.name}), RabbitMQ.`,
  );
  for (const chapter of chapters) await chapter(system, told);
} catch (error) {
  told.wrong(error instanceof Error ? error.message : String(error));
} finally {
  await system.stop();
  await cleanUp(place);
}
process.exitCode = told.end();
