import type { ExperimentSpec, Profile } from "./model.ts";

/** From the quickest to the longest. */
export const profileNames: readonly ["pr", "full", "nightly"] = ["pr", "full", "nightly"];

/** What a run does when nobody says how thorough it should be. */
export const profileDefault: Profile = "pr";

interface ProfileSettings {
  /** One sentence for `--help` and the documentation. */
  readonly summary: string;
  /** How many times the usual number of calls an experiment makes: "none seen in n" says more with every one. */
  readonly times: number;
}

/** The three profiles. What a check plans for a longer one is left out of the shorter, and its verdict says so. */
export const profiles: Readonly<Record<Profile, ProfileSettings>> = {
  pr: { summary: "every experiment that takes seconds; for each change", times: 1 },
  full: { summary: "longer loads, and three times the calls; before a release", times: 3 },
  nightly: { summary: "rules that take minutes, and ten times the calls", times: 10 },
};

/** Whether what is planned for `least` and longer profiles belongs to `profile`. */
export function belongsTo(profile: Profile, least: Profile = profileDefault): boolean {
  return profileNames.indexOf(profile) >= profileNames.indexOf(least);
}

/** An experiment as a profile makes it. A sample that is more than one call is as long as its rule needs, and is not made more often. */
export function scaled<Spec extends ExperimentSpec>(spec: Spec, profile: Profile): Spec {
  const { times } = profiles[profile];
  if (times === 1 || !isOneCall(spec)) return spec;
  return { ...spec, samples: spec.samples * times, samplesMax: spec.samplesMax * times };
}

function isOneCall({ procedure }: ExperimentSpec): boolean {
  return procedure === undefined || procedure.kind === "one-call";
}
