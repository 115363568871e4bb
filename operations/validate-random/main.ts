import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import fc from "fast-check";
import { stringify } from "yaml";
import { anyConfiguration, type ConfigurationInput } from "../../__tests__/config/arbitraries/configuration";
import { validateTogether } from "../../__tests__/terraform/validate-together";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";

const NAME = "npm run validate:random";

/** Configurations that one Terraform validates together: more save time, and take more memory. */
const BATCH = 20;

/** Where the files of a configuration are kept that Terraform does not accept. */
const FOLDER = join(".rehearsal", "validate-random");

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly only?: number;
}

new Command(`${NAME} --`)
  .description("Makes random valid configurations, synthesizes them, and lets real Terraform validate every stack.")
  .option("--runs <number>", "configurations", wholeNumber, 200)
  .option("--seed <number>", "what the random choices begin with (default: another one each time)", wholeNumber)
  .option("--only <number>", "this configuration alone, counted from 1: what a failure is repeated with", wholeNumber)
  .action(({ seed = Date.now() % 2 ** 31, ...options }: Omit<Options, "seed"> & { readonly seed?: number }) =>
    runCommand(NAME, () => validateRandom({ ...options, seed })),
  )
  .parse();

async function validateRandom({ only, runs, seed }: Options): Promise<number> {
  const numbers = only === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [only];
  const samples = fc.sample(anyConfiguration, { seed, numRuns: Math.max(...numbers) });
  console.log(`seed ${seed}: ${numbers.length} random configurations`);
  rmSync(projectPath(FOLDER), { recursive: true, force: true });

  const left = new Set<string>();
  const failed = new Set<number>();
  let stacks = 0;
  for (let begin = 0; begin < numbers.length; begin += BATCH) {
    const batch = numbers.slice(begin, begin + BATCH);
    const folders = batch.map((number) => write(number, samples[number - 1] as ConfigurationInput));
    const configurations = batch.map((number, index) => [
      String(number),
      loadConfiguration({ folder: folders[index] as string }),
    ]);
    const { errors, skipped, validated } = await validateTogether(Object.fromEntries(configurations));
    stacks += validated.length;
    for (const stack of skipped) left.add(/no [^)]+/.exec(stack)?.[0] ?? stack);
    for (const { configuration, message } of errors) {
      // Without a name it is about what all of them are in: each may be the one.
      for (const number of batch.includes(Number(configuration)) ? [Number(configuration)] : batch) failed.add(number);
      console.log(`✖ configuration ${configuration}: ${message}`);
    }
    for (const [index, number] of batch.entries()) {
      if (!failed.has(number)) rmSync(folders[index] as string, { recursive: true });
    }
    console.log(`${begin + batch.length} configurations, ${stacks} stacks`);
  }

  for (const provider of left) console.log(`some stacks are not validated: ${provider}`);
  console.log(`seed ${seed}: ${numbers.length - failed.size} accepted, ${failed.size} not`);
  for (const number of failed) {
    console.log(`again: ${NAME} -- --seed ${seed} --only ${number}    files: ${join(FOLDER, String(number))}`);
  }
  return failed.size === 0 ? 0 : 1;
}

/** @returns the folder, absolute */
function write(number: number, configuration: ConfigurationInput): string {
  const folder = projectPath(FOLDER, String(number));
  for (const [kind, files] of Object.entries(configuration)) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (const [name, input] of Object.entries<unknown>(files)) {
      writeFileSync(join(folder, kind, `${name}.yaml`), stringify(input));
    }
  }
  return folder;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("give a whole number above 0");
}
