import { CodedError } from "@holdfast/core";
import type { ChosenFault } from "./exchange.ts";
import type { Armed } from "./model.ts";
import { advance, type Progress, type ReadProgram, readProgram } from "./program.ts";

/** The armed program and how far it got. */
export class Arming {
  #call: string | null = null;
  #operation: string | null = null;
  #program: ReadProgram = { steps: [] };
  #progress: Progress = { step: 0, used: 0 };

  get call(): string | null {
    return this.#call;
  }

  /** Replaces the program; throws `FAULT_PROGRAM_INVALID` with all that is wrong with it. */
  arm(armed: Armed): void {
    const read = readProgram(armed.program);
    if ("problems" in read) {
      const told = read.problems.map(({ path, expected }) => `${path.join(".")}: expected ${expected}`);
      throw new CodedError("FAULT_PROGRAM_INVALID", `The fault program is not valid: ${told.join("; ")}`, {
        remedy: "Mend the program; `describeFaults` lists the kinds of faults and their settings.",
        details: { problems: read.problems },
      });
    }
    this.#call = armed.call;
    this.#operation = armed.operation;
    this.#program = read.value;
    this.#progress = { step: 0, used: 0 };
  }

  /** The fault for an exchange of this operation that arrives now, and its turn is used up. */
  take(operation: string | null): ChosenFault | null {
    if (this.#operation !== null && operation !== this.#operation) return null;
    const { step } = this.#progress;
    const fault = this.#program.steps[step]?.fault ?? null;
    if (fault?.fault.at === "listener") return null;
    this.#progress = advance(this.#program, this.#progress);
    return fault === null ? null : { ...fault, step };
  }

  /** The listener fault whose turn it is; `done` ends its turn. */
  listenerFault(): ChosenFault | null {
    const { step } = this.#progress;
    const fault = this.#program.steps[step]?.fault ?? null;
    return fault?.fault.at === "listener" ? { ...fault, step } : null;
  }

  /** The listener fault of the current step had its turn. */
  listenerDone(): void {
    if (this.listenerFault() !== null) this.#progress = { step: this.#progress.step + 1, used: 0 };
  }

  /** Whether a fault waits for exchanges that are still to come. */
  faultWaits(): boolean {
    return this.#program.steps.slice(this.#progress.step).some(({ fault }) => fault !== null);
  }
}
