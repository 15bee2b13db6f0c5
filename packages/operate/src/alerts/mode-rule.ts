import { type AlertRule, promDuration } from "../rules/rule.ts";
import type { GrowthMode, LevelMode, Mode, ShareMode } from "./mode.ts";
import { type ModeSubject, modeAlert, selected } from "./mode-subject.ts";

/** Every instance of a service tells of the same table: one of them is believed. */
const toldTwice = "instance, pod, service_instance_id";

/** The alert of a mode for a subject; `null` where its source of metrics does not show it. */
export function modeRule(mode: Mode, subject: ModeSubject): AlertRule | null {
  switch (mode.kind) {
    case "share":
      return shareRule(mode, subject);
    case "level":
      return levelRule(mode, subject);
    case "growth":
      return growthRule(mode, subject);
  }
}

function shareRule(mode: ShareMode, subject: ModeSubject): AlertRule | null {
  const reads = mode.reads[subject.source];
  if (reads === undefined) return null;
  const grown = (of: keyof typeof reads, windowMs: number): string =>
    `sum(increase(${selected(reads[of], subject)}[${promDuration(windowMs)}]))`;
  const above = (windowMs: number): string =>
    `(${grown("part", windowMs)} > ${mode.share} * ${grown("whole", windowMs)})`;
  const enough = `(${grown("part", mode.windowMs)} >= ${mode.partMin})`;
  return modeAlert(mode, subject, `${above(mode.windowMs)}\nand ${above(mode.windowMs / 3)}\nand ${enough}`);
}

function levelRule(mode: LevelMode, subject: ModeSubject): AlertRule | null {
  const reading = mode.reads[subject.source];
  if (reading === undefined) return null;
  const level = selected(reading, subject);
  const held = mode.heldMs === null ? level : `max_over_time(${level}[${promDuration(mode.heldMs)}])`;
  return modeAlert(mode, subject, `max(${held}) > ${mode.above}`, mode.forMs);
}

function growthRule(mode: GrowthMode, subject: ModeSubject): AlertRule | null {
  const reading = mode.reads[subject.source];
  if (reading === undefined) return null;
  const level = `sum(max without (${toldTwice}) (${selected(reading, subject)}))`;
  const least = `min_over_time((${level})[${promDuration(mode.windowMs)}:1m])`;
  return modeAlert(mode, subject, `${level} - ${least} >= ${mode.byMin}`);
}
