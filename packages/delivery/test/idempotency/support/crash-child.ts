import { post } from "../../../src/conformance/idempotency-subject.ts";
import { onCrashPoint } from "../../../src/crash-points.ts";
import { crashRoute } from "./crash-route.ts";
import { type NamedKind, openNamed } from "./named-stores.ts";

/** Sends one request and dies at a point: KIND NAME MODE POINT KEY FILE. */
const [kind, name = "", mode, point, key = "", foreign = ""] = process.argv.slice(2);
const die = (): void => void process.kill(process.pid, "SIGKILL");
const { store } = await openNamed(kind as NamedKind, name);
onCrashPoint((passed) => {
  if (passed === point) die();
});
const called = (): void => {
  if (point === "between call and record") die();
};
await crashRoute({ store, mode: mode as "tx" | "lease", foreign, called })(post(key));
process.exit(3);
