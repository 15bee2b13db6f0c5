/** The command that repeats one check of a run: the same contract, the same seed. */
export function repeatCommand(contract: string, seed: number): (check: string) => string {
  return (check) => `holdfast verify ${quoted(contract)} --only ${check} --seed ${seed}`;
}

function quoted(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
