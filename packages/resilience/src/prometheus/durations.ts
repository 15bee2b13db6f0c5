import { attribute, whose } from "../otel/names.ts";
import { headOf, labelsOf, nameOf, overflow, sampleLine, seriesMax } from "./series.ts";

/** The durations of one series. */
class Row {
  readonly labels: string;
  /** How many lie within each edge and above the one before it; last, those above all edges. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(labels: string, edges: number) {
    this.labels = labels;
    this.counts = new Float64Array(edges + 1);
  }
}

type ByName<Value> = Map<string, Value>;

/** A histogram of the durations of calls, in seconds. Taking one down finds its row and writes two numbers: nothing is allocated. */
export class Durations {
  private readonly name: string;
  private readonly description: string;
  private readonly edges: readonly number[];
  private readonly keys: boolean;
  /** Rows by policy, key and code; the code of success is the empty text. */
  private readonly rows: ByName<ByName<ByName<Row>>> = new Map();
  private readonly all: Row[] = [];
  private rest: Row | null = null;

  constructor(
    name: string,
    told: { readonly edges: readonly number[]; readonly description: string; readonly keys: boolean },
  ) {
    this.name = `${nameOf(name)}_seconds`;
    this.description = told.description;
    this.edges = told.edges;
    this.keys = told.keys;
  }

  /** Takes down a call; `code` is that of its error, and the empty text where it succeeded. */
  take(policy: string, key: string, code: string, elapsedMs: number): void {
    const ofKey = this.rows.get(policy)?.get(this.keys ? key : "");
    const row = ofKey?.get(code) ?? this.rowOf(policy, key, code);
    const seconds = elapsedMs / 1_000;
    let bin = 0;
    while (bin < this.edges.length && seconds > (this.edges[bin] ?? 0)) bin++;
    row.counts[bin] = (row.counts[bin] ?? 0) + 1;
    row.sum += seconds;
  }

  text(): string {
    if (this.all.length === 0) return "";
    return (
      headOf(this.name, "histogram", this.description) + this.all.map((row) => this.rowText(row)).join("")
    );
  }

  private rowOf(policy: string, key: string, code: string): Row {
    if (this.all.length >= seriesMax) {
      this.rest ??= this.added(overflow);
      return this.rest;
    }
    const of = whose({ policy, key }, this.keys);
    const row = this.added(labelsOf(code === "" ? of : { ...of, [attribute.errorType]: code }));
    const known = this.keys ? key : "";
    const keys = this.rows.get(policy) ?? new Map<string, ByName<Row>>();
    const codes = keys.get(known) ?? new Map<string, Row>();
    this.rows.set(policy, keys.set(known, codes.set(code, row)));
    return row;
  }

  private added(labels: string): Row {
    const row = new Row(labels, this.edges.length);
    this.all.push(row);
    return row;
  }

  private rowText({ labels, counts, sum }: Row): string {
    let count = 0;
    let text = "";
    for (const [bin, edge] of [...this.edges, Infinity].entries()) {
      count += counts[bin] ?? 0;
      const le = labelsOf({ le: edge === Infinity ? "+Inf" : String(edge) });
      text += sampleLine(`${this.name}_bucket`, `${labels},${le}`, count);
    }
    return (
      text + sampleLine(`${this.name}_sum`, labels, sum) + sampleLine(`${this.name}_count`, labels, count)
    );
  }
}
