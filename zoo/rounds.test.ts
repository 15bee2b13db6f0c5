import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nameOf, pick } from "./pick.ts";
import { casesOf, due, type Rounds, withCase } from "./rounds.ts";
import { type Case, misses, scores } from "./score.ts";

const picked = pick({ quick: false, only: ["bounded"], own: true, seed: 1 }).slice(0, 2);
const names = picked.map(({ subject }) => subject.id);
const [first = "", second = ""] = names;

const ran = (subject: string, verdict: string): Case => ({
  subject,
  fails: "bounded",
  as: "fail",
  mayFail: [],
  said: [{ check: "bounded", verdict, because: `${subject} ${verdict}` }],
  error: null,
  wallMs: 1,
});

const roundsOf = (...cases: readonly Case[]): Rounds => cases.reduce(withCase, {});

describe("rounds of the zoo", () => {
  it("have to be of mutants that exist", () => assert.equal(new Set(names).size, 2));

  it("score as the runs themselves do", () => {
    const cases = [ran(first, "fail"), ran(first, "inconclusive"), ran(second, "fail"), ran(second, "pass")];

    const again = casesOf(roundsOf(...cases), picked);

    assert.deepEqual(scores(again), scores(cases));
    assert.deepEqual(
      misses(again).map(({ subject, verdict, because }) => [subject, verdict, because]),
      [
        [first, "inconclusive", `${first} inconclusive`],
        [second, "pass", `${second} pass`],
      ],
    );
  });

  it("count a run without a checklist as one that found nothing", () => {
    const lost: Case = { ...ran(first, "fail"), said: [], error: "verify ended with 4" };

    const rounds = roundsOf(lost, ran(first, "fail"));

    assert.equal(rounds[first]?.errors, 1);
    const bounded = scores(casesOf(rounds, picked)).find(({ id }) => id === "bounded");
    assert.equal(bounded?.sensitivity, 0.5);
  });

  it("go on with those that ran least, until each ran often enough", () => {
    const once = roundsOf(ran(first, "fail"));
    const order = (rounds: Rounds, until: number) =>
      due(rounds, picked, until).map(({ subject }) => subject.id);

    assert.deepEqual(order(once, 2), [second, first]);
    assert.deepEqual(order(once, 1), [second]);
    assert.deepEqual(order(roundsOf(ran(first, "fail"), ran(second, "fail")), 1), []);
  });

  it("verify a clean twin, which is asked for every check, a tenth as often", () => {
    const [twin] = pick({ quick: false, only: ["charge"], own: true, seed: 1 });
    const [mutant] = picked;
    assert.ok(twin?.folder === "clean" && mutant !== undefined);
    const charge = (runs: number) => Array.from({ length: runs }, () => ran("clean/charge", "pass"));
    const bounded = (runs: number) => Array.from({ length: runs }, () => ran(first, "fail"));
    const order = (twins: number, mutants: number, until: number) =>
      due(roundsOf(...charge(twins), ...bounded(mutants)), [twin, mutant], until).map(nameOf);

    assert.deepEqual(order(2, 19, 20), [first]);
    assert.deepEqual(order(2, 20, 20), []);
    assert.deepEqual(order(1, 12, 21), ["clean/charge", first]);
    assert.deepEqual(order(1, 2, 20), [first, "clean/charge"]);
  });

  it("keep why for what is no pass and no expected finding, and not for the rest", () => {
    const many = Array.from({ length: 12 }, () => ran(first, "inconclusive"));

    const { odd = [] } = roundsOf(ran(first, "fail"), ...many)[first] ?? {};

    assert.equal(odd.length, 10);
    assert.ok(odd.every(({ verdict }) => verdict === "inconclusive"));
  });
});
