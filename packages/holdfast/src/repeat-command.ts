import { type Profile, profileDefault } from "@holdfast/verify";

/** The command that repeats one check of a run: the same contract, the same seed, as thoroughly. */
export function repeatCommand(
  contract: string,
  seed: number,
  profile: Profile = profileDefault,
): (check: string) => string {
  const thorough = profile === profileDefault ? "" : ` --profile ${profile}`;
  return (check) => `holdfast verify ${quoted(contract)} --only ${check} --seed ${seed}${thorough}`;
}

function quoted(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
