import { scenes } from "./child-scenes.ts";

/** Plays the scene that the command line names, and leaves it to the event loop when the process ends. */
const name = process.argv[2] ?? "";
const scene = scenes[name];
if (scene === undefined) throw new Error(`There is no scene called ${name}.`);
scene().then((told) => process.stdout.write(told));
