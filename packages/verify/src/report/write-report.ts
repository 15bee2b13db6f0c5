import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CodedError, invariant } from "@holdfast/core";
import type { Observation } from "../model.ts";
import { clearIncidents } from "../run/claim-folder.ts";
import { indexObservations } from "./evidence-index.ts";
import { renderIncident } from "./incident.ts";
import { formats } from "./index.ts";
import type { Checklist } from "./model.ts";

/**
 * Writes every format and the incident drafts into a run's folder, each whole or not at all. Drafts of an earlier judgement
 * that no longer holds are taken away. Resolves to the paths written, relative to the folder.
 */
export async function writeReport(
  folder: string,
  checklist: Checklist,
  observations: readonly Observation[],
): Promise<readonly string[]> {
  const index = indexObservations(observations);
  const files = [
    ...formats.flatMap(({ file, render }) =>
      file === null ? [] : [{ file, text: render(checklist, observations) }],
    ),
    ...checklist.incidents.map((incident) => {
      invariant(/^INC-[0-9A-Za-z-]+$/.test(incident.id), `an incident is called ${incident.id}`);
      return {
        file: `incidents/${incident.id}.md`,
        text: renderIncident(checklist, observations, incident, index),
      };
    }),
  ];
  try {
    clearIncidents(folder);
    await mkdir(checklist.incidents.length > 0 ? join(folder, "incidents") : folder, { recursive: true });
    for (const { file, text } of files) await writeWhole(join(folder, file), text);
  } catch (cause) {
    throw notWritten(folder, cause);
  }
  return files.map(({ file }) => file);
}

async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, path);
  } catch (failure) {
    await rm(draft, { force: true });
    throw failure;
  }
}

function notWritten(folder: string, cause: unknown): CodedError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  const remedy =
    code === "ENOSPC"
      ? "Make room on the disk, then run `holdfast report` on the same run."
      : "Make the folder writable or choose another one with --out, then run `holdfast report` on the same run.";
  return new CodedError("REPORT_NOT_WRITTEN", `The report could not be written to ${folder} (${code}).`, {
    remedy,
    details: { folder, code },
    cause,
  });
}
