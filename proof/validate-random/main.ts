import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import fc from "fast-check";
import { stringify } from "yaml";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { wholeNumber } from "../../engine/arguments";
import { runCommand } from "../../engine/command";
import { anyConfiguration, type ConfigurationInput } from "../arbitraries/configuration";
import { fuzzLoader } from "../fuzz-loader";
import { validateTogether } from "./validate-together";

const NAME = "validate-random";

/** Configurations that one Terraform validates together: more save time, and take more memory. */
const BATCH = 20;

/** Where the files of a configuration are kept that Terraform does not accept. */
const FOLDER = join(".rehearsal", "validate-random");

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly only?: number;
}

export const command = new Command(NAME)
  .description("Creates random valid configurations, synthesizes them, and validates every stack with real Terraform.")
  .option("--runs <number>", "configurations", wholeNumber, 200)
  .option("--seed <number>", "seed of the random choices (default: a new one each time)", wholeNumber)
  .option("--only <number>", "only this configuration, counted from 1, to repeat a failure", wholeNumber)
  .option(
    "--files <number>",
    "instead, read this many random files: noise, odd YAML, damaged configurations",
    wholeNumber,
  )
  .action(({ files, seed = Date.now() % 2 ** 31, ...options }: Given) =>
    runCommand(NAME, () => (files === undefined ? validateRandom({ ...options, seed }) : readRandom(files, seed))),
  );

type Given = Omit<Options, "seed"> & { readonly seed?: number; readonly files?: number };

/** Each file is accepted, or refused by messages that name place and fix. */
async function readRandom(files: number, seed: number): Promise<number> {
  const { accepted, failures, problems, slowestMilliseconds } = fuzzLoader(files, seed);
  for (const { bytes, what } of failures) console.log(`✖ ${what}\n  file in base64: ${bytes}`);
  console.log(
    `seed ${seed}: ${files} files, ${accepted} accepted, ${problems} messages, the slowest file ${Math.ceil(slowestMilliseconds)} ms, ${failures.length} not as they have to be`,
  );
  return failures.length === 0 ? 0 : 1;
}

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
    console.log(
      `again: npx ecs-privatelink ${NAME} --seed ${seed} --only ${number}    files: ${join(FOLDER, String(number))}`,
    );
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
