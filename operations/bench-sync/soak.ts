import fc from "fast-check";
import { histories } from "./history";
import { anyGuards, checkHistory } from "./invariants";

const RUNS_WANTED = 100_000;
const MINUTES = 60;

/** Checks random histories until enough runs are checked. The seed is printed, so that a failure can be repeated. */
async function main(seed = Date.now() % 2 ** 31): Promise<void> {
  console.log(`seed ${seed}: at least ${RUNS_WANTED} runs of the sync Lambda against random histories`);
  let runs = 0;
  let part = 0;
  while (runs < RUNS_WANTED) {
    await fc.assert(
      fc.asyncProperty(histories({ groups: 2, minutes: MINUTES }), anyGuards, async (history, guards) => {
        runs += await checkHistory(history, guards);
      }),
      { seed: seed + part++, numRuns: 500, includeErrorInReport: true },
    );
    console.log(`${runs} runs`);
  }
}

main(process.argv[2] === undefined ? undefined : Number(process.argv[2])).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
