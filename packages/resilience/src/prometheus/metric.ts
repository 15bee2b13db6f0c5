import type { Attributes, InstrumentTold } from "../otel/meter-part.ts";
import { headOf, labelsOf, nameOf, overflow, sampleLine, seriesMax } from "./series.ts";

/** A metric with one value per series, that is added to or that is told anew whenever somebody reads. */
export class Metric {
  private readonly name: string;
  private readonly type: "counter" | "gauge";
  private readonly description: string;
  private readonly values = new Map<string, number>();

  constructor(name: string, type: "counter" | "gauge", { description = "" }: InstrumentTold) {
    this.name = type === "counter" ? `${nameOf(name)}_total` : nameOf(name);
    this.type = type;
    this.description = description;
  }

  add(value: number, attributes: Attributes): void {
    const labels = this.placeOf(attributes);
    this.values.set(labels, (this.values.get(labels) ?? 0) + value);
  }

  /** Tells the value of a series; those for which there is no place are one, their sum. */
  set(value: number, attributes: Attributes): void {
    const labels = this.placeOf(attributes);
    const others = labels === overflow ? (this.values.get(labels) ?? 0) : 0;
    this.values.set(labels, others + value);
  }

  /** Forgets all series: those that are still there are told again. */
  clear(): void {
    this.values.clear();
  }

  text(): string {
    if (this.values.size === 0) return "";
    const lines = [...this.values].map(([labels, value]) => sampleLine(this.name, labels, value));
    return headOf(this.name, this.type, this.description) + lines.join("");
  }

  private placeOf(attributes: Attributes): string {
    const labels = labelsOf(attributes);
    return this.values.has(labels) || this.values.size < seriesMax ? labels : overflow;
  }
}
