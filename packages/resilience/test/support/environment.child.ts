import { startedBy } from "@holdfast/core";
import { currentBaggage, currentTrace } from "../../src/system-ambient.ts";
import { childEnvironment, insideEnvironment } from "../../src/system-environment.ts";

/** A command that is started in a trace: tells what came, and what it would tell a command of its own. */
insideEnvironment(() => {
  const { trace, baggage } = startedBy(childEnvironment());
  const told = {
    came: [currentTrace()?.traceId, currentBaggage()],
    next: [trace?.traceId, trace?.parentId, baggage],
  };
  process.stdout.write(JSON.stringify(told));
});
