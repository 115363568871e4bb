import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { unknownName } from "../config/closest";
import { environmentNamed } from "../config/environment-named";
import { loadConfigurationFor } from "../config/load-for";
import type { Configuration } from "../config/schema";
import { STACK_JSON, type SynthesizedStack } from "../synth/stacks";
import { chooseStacks } from "./choose-stacks";
import type { Show } from "./run-stacks";
import { openSession } from "./session";
import { show } from "./show";
import type { Interruption } from "./terraform/interruption";
import { readOutputs } from "./terraform/outputs";

/** Values by output name; secret ones may be among them, so never print them whole. */
export type Outputs = Readonly<Record<string, unknown>>;

/** Option of every command that reads outputs; its value is their `outdir`. */
export const outdirOption = [
  "--outdir <folder>",
  "read the stacks of this folder, which are initialized already (default: synthesize, and read the states that the backends hold)",
] as const;

export interface DeployedOutputsOptions {
  readonly configuration: Configuration;
  /** Name of the environment whose stacks these are. */
  readonly environment: string;
  /** Ids of the stacks that the command needs. */
  readonly stacks: readonly string[];
  /** Ids of stacks whose state may be out of reach, e.g. a consumer's; these are then missing in the result. */
  readonly optional?: readonly string[];
  /** Folder with stacks that are initialized already; undefined: they are synthesized and initialized here. */
  readonly outdir?: string | undefined;
  /** Shows nothing, for a command that prints JSON. */
  readonly quiet?: boolean;
  readonly interruption: Interruption;
}

/**
 * The configuration in which an environment's stacks are found. A folder of stacks stands for itself: its environment need
 * not be one of the configuration.
 *
 * @throws Error that names those there are, if the environment is not one of them
 */
export function configurationOf(environment: string, outdir: string | undefined): Configuration {
  if (outdir !== undefined) return { environments: [], consumers: [] };
  const configuration = loadConfigurationFor(environment);
  environmentNamed(configuration, environment);
  return configuration;
}

/**
 * Reads the outputs of stacks from their states, on any machine that has the credentials: synthesizes, and reads the
 * backends that the stacks declare. Needs no provider and takes no lock; neither a state nor a resource is changed.
 *
 * @returns outputs by stack id; empty where a stack is not deployed
 * @throws TerraformError with the next step where a state can't be read
 */
export async function deployedOutputs(options: DeployedOutputsOptions): Promise<ReadonlyMap<string, Outputs>> {
  const { optional = [], outdir, stacks } = options;
  const ids = [...stacks, ...optional];
  const read = outdir === undefined ? await fromStates(options, ids) : (id: string) => fromFolder(outdir, id);
  const found = await Promise.all(
    ids.map(async (id): Promise<[string, Outputs][]> => {
      try {
        return [[id, await read(id)]];
      } catch (error) {
        if (optional.includes(id)) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}

/** Prepares Terraform without providers, and gives a function that reads the state of one stack. */
async function fromStates(
  { configuration, environment, interruption, quiet = false }: DeployedOutputsOptions,
  ids: readonly string[],
): Promise<(id: string) => Promise<Outputs>> {
  const choose = (all: readonly SynthesizedStack[]) => chooseStacks(all, configuration, environment, ids);
  const { stacks, terraform } = await openSession(configuration, choose, interruption, {
    readOnly: true,
    withProviders: false,
    show: quiet ? runSilently : show,
  });
  return async (id) => {
    const stack = stacks.find((each) => each.id === id);
    if (stack === undefined) throw new Error(unknownName("stack", id, ids));
    const state = stateOf(stack);
    await terraform.init(state, [], "init-to-read");
    return terraform.outputs(state);
  };
}

/**
 * A directory that declares a stack's backend and nothing else, so that its state is read without a provider: those are
 * hundreds of megabytes, and a registry may be out of reach.
 */
function stateOf(stack: SynthesizedStack): SynthesizedStack {
  const directory = join(stack.directory, ".state");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const overrides = readdirSync(stack.directory).filter((name) => name.endsWith("_override.tf.json"));
  for (const name of [STACK_JSON, ...overrides]) {
    const { terraform } = JSON.parse(readFileSync(join(stack.directory, name), "utf8")) as Declared;
    writeFileSync(join(directory, name), JSON.stringify({ terraform: backendOf(terraform, resolve(stack.directory)) }));
  }
  return { ...stack, directory };
}

interface Declared {
  readonly terraform?: {
    readonly backend?: { readonly local?: { readonly path?: string } };
    readonly cloud?: object;
  };
}

/** @param folder that the path of a local state is relative to */
function backendOf({ backend, cloud }: Declared["terraform"] = {}, folder: string): Declared["terraform"] {
  if (backend?.local === undefined) return { ...(backend && { backend }), ...(cloud && { cloud }) };
  const { path = "terraform.tfstate" } = backend.local;
  return { backend: { local: { path: resolve(folder, path) } } };
}

async function fromFolder(outdir: string, id: string): Promise<Outputs> {
  const directory = join(outdir, "stacks", id);
  if (!existsSync(directory)) throw new Error(`${directory} not found: give another --outdir, or none`);
  return readOutputs(directory);
}

const runSilently: Show = async (_heading, steps) => {
  await Promise.all(steps.map((step) => step.run(() => {})));
};
