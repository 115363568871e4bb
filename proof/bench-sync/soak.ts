import { Command } from "commander";
import { wholeNumber } from "../../engine/arguments";
import { checkScenario } from "./invariants";
import { RandomHour } from "./worlds";

const STEPS_WANTED = 1_000_000;
const STEPS_IN_AN_HOUR = 360;
const HOURS_BETWEEN_LINES = 250;

export const command = new Command("soak-sync")
  .description("Checks the sync Lambda through at least a million ten-second steps of random hours with faults.")
  .argument("[seed]", "repeats an earlier run", wholeNumber)
  .option("--steps <count>", "ten-second steps", wholeNumber, STEPS_WANTED)
  .action(main);

/** Checks random hours until enough steps are checked. The seed is printed, so that a failure can be repeated. */
async function main(seed: number = Date.now() % 2 ** 31, { steps }: { readonly steps: number }): Promise<void> {
  console.log(`seed ${seed}: at least ${steps} ten-second steps of the sync Lambda in random hours with faults`);
  const hours = Math.ceil(steps / STEPS_IN_AN_HOUR);
  let broken = 0;
  for (let hour = 1; hour <= hours; hour++) {
    try {
      await checkScenario(new RandomHour(seed + hour - 1).scenario);
    } catch (error) {
      broken += 1;
      console.error(error instanceof Error ? error.message : error);
    }
    if (hour % HOURS_BETWEEN_LINES === 0) console.log(`${hour * STEPS_IN_AN_HOUR} steps, ${broken} broken invariants`);
  }
  console.log(`${hours * STEPS_IN_AN_HOUR} steps in ${hours} hours: ${broken} broken invariants`);
  if (broken > 0) process.exitCode = 1;
}
