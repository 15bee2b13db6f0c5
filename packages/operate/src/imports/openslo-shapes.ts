import {
  anyJson,
  choice,
  flag,
  list,
  number,
  type OptionalShape,
  object,
  optional,
  record,
  type Shape,
  text,
} from "@holdfast/core";

/** What an SLO of OpenSLO v1 says of itself. */
export interface OpenSloMetadata {
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A metric, and where it comes from. */
export interface OpenSloMetric {
  readonly metricSource: { readonly type?: string; readonly spec: Readonly<Record<string, unknown>> };
}

/** The specification of an SLI. */
export interface OpenSloIndicator {
  readonly thresholdMetric?: OpenSloMetric;
  readonly ratioMetric?: {
    readonly counter?: boolean;
    readonly good?: OpenSloMetric;
    readonly bad?: OpenSloMetric;
    readonly total?: OpenSloMetric;
  };
}

/** A target. */
export interface OpenSloObjective {
  readonly target?: number;
  readonly targetPercent?: number;
  readonly indicator?: unknown;
  readonly indicatorRef?: unknown;
  readonly compositeWeight?: unknown;
}

/** The specification of an SLO. */
export interface OpenSloSpec {
  readonly description?: string;
  readonly service: string;
  readonly indicator?: { readonly spec: OpenSloIndicator };
  readonly indicatorRef?: string;
  readonly timeWindow: readonly { readonly duration: string; readonly isRolling?: boolean }[];
  readonly budgetingMethod: string;
  readonly objectives: readonly OpenSloObjective[];
}

/** An SLO of OpenSLO v1. */
export interface OpenSlo {
  readonly metadata: OpenSloMetadata;
  readonly spec: OpenSloSpec;
}

/** An SLI of OpenSLO v1. */
export interface OpenSli {
  readonly metadata: OpenSloMetadata;
  readonly spec: OpenSloIndicator;
}

const any = (doc: string): OptionalShape<unknown> => optional(anyJson({ doc }));
const texts: Shape<Readonly<Record<string, string>>> = record(text({ doc: "A value." }), {
  doc: "Values by name.",
});

const metadata: Shape<OpenSloMetadata> = object({
  doc: "Whose it is.",
  fields: {
    name: text({ doc: "Its name." }),
    displayName: optional(text({ doc: "Its name for people." })),
    labels: any("Labels."),
    annotations: optional(texts),
  },
});

const metric: Shape<OpenSloMetric> = object({
  doc: "A metric.",
  fields: {
    metricSource: object({
      doc: "Where it comes from.",
      fields: {
        metricSourceRef: optional(text({ doc: "A data source by name." })),
        type: optional(text({ doc: "The kind of the source." })),
        spec: record(anyJson({ doc: "What the source is asked." }), { doc: "The query." }),
      },
    }),
  },
});

const indicator: Shape<OpenSloIndicator> = object({
  doc: "What is measured.",
  fields: {
    description: optional(text({ doc: "What it is about." })),
    thresholdMetric: optional(metric),
    ratioMetric: optional(
      object({
        doc: "Good or bad events of all.",
        fields: {
          counter: optional(flag({ doc: "Whether the metrics only grow." })),
          good: optional(metric),
          bad: optional(metric),
          total: optional(metric),
          raw: any("A share, computed by a query."),
          rawType: any("Of what it is the share."),
        },
      }),
    ),
  },
});

const objective: Shape<OpenSloObjective> = object({
  doc: "A target.",
  fields: {
    displayName: optional(text({ doc: "Its name for people." })),
    op: any("How a value is compared."),
    value: any("What it is compared with."),
    target: optional(number({ min: 0, max: 1, doc: "The share of good events." })),
    targetPercent: optional(number({ min: 0, max: 100, doc: "The same in percent." })),
    timeSliceTarget: any("The share that makes a slice of time good."),
    timeSliceWindow: any("The length of a slice of time."),
    indicator: any("An indicator of its own, in a composite."),
    indicatorRef: any("The same by name."),
    compositeWeight: any("Its weight in a composite."),
  },
});

const spec: Shape<OpenSloSpec> = object({
  doc: "The objective.",
  fields: {
    description: optional(text({ doc: "What it is about." })),
    service: text({ doc: "The service." }),
    indicator: optional(
      object({
        doc: "The indicator.",
        fields: { metadata: any("Whose it is."), spec: indicator },
      }),
    ),
    indicatorRef: optional(text({ doc: "An SLI by name." })),
    timeWindow: list(
      object({
        doc: "The period.",
        fields: {
          duration: text({ doc: "Its length, such as 30d or 4w." }),
          isRolling: optional(flag({ doc: "Whether it moves with the time." })),
          calendar: any("The calendar's period."),
        },
      }),
      { doc: "The period." },
    ),
    budgetingMethod: text({ doc: "What the budget is counted in." }),
    objectives: list(objective, { doc: "The targets." }),
    alertPolicies: any("Alert policies."),
  },
});

const apiVersion: Shape<"openslo/v1"> = choice(["openslo/v1"], { doc: "The format." });

/** An SLO as a document. */
export const sloShape: Shape<OpenSlo> = object({
  doc: "An objective in the format of OpenSLO.",
  fields: { apiVersion, kind: choice(["SLO"], { doc: "What it is." }), metadata, spec },
});

/** An SLI as a document. */
export const sliShape: Shape<OpenSli> = object({
  doc: "An indicator in the format of OpenSLO.",
  fields: { apiVersion, kind: choice(["SLI"], { doc: "What it is." }), metadata, spec: indicator },
});
