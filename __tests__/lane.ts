/**
 * Which lane runs: `npm test`, or `npm run test:thorough`. Files named `*.sampled.test.ts` run in both: a sample of their
 * cases in the first, all of them in the second.
 */
export const thorough = process.env.TEST_LANE === "thorough";

/** All cases in the thorough lane, else one of `every`; choose a number that leaves each value of each dimension in. */
export const sample = <Case>(all: readonly Case[], every: number): Case[] =>
  thorough ? [...all] : all.filter((_, index) => index % every === 0);

/** Runs of a property: all in the thorough lane, else an eighth. */
export const runs = (all: number): number => (thorough ? all : Math.ceil(all / 8));

/**
 * Where random cases begin: the same each time, so that a test that fails does so because of what changed. Every night a
 * workflow begins somewhere else (TEST_SEED); put a seed that failed there to see it again.
 */
export const seed = Number(process.env.TEST_SEED ?? 18);
