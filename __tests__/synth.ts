import { readFileSync } from "node:fs";
import { join } from "node:path";
import { minimalEnvironment } from "../config/minimal";
import {
  type Configuration,
  type ConsumerInput,
  consumerSchema,
  type EnvironmentInput,
  environmentSchema,
} from "../config/schema";
import { inTemporaryFolder } from "../config/temporary-folder";
import { buildApp } from "../stacks/app";
import { kept } from "./kept";

/** One block of Terraform JSON. */
// biome-ignore lint/suspicious/noExplicitAny: Terraform JSON is read here as deep as a test wants.
export type Block = Record<string, any>;

/** Terraform JSON of one stack. */
export interface StackJson {
  readonly terraform: Block;
  readonly provider: Record<string, Block[]>;
  readonly resource: Record<string, Record<string, Block>>;
  readonly data: Record<string, Record<string, Block>>;
  readonly output: Record<string, Block>;
  readonly variable?: Record<string, Block>;
  readonly ephemeral?: Record<string, Record<string, Block>>;
}

export interface Synthesized {
  /** Terraform JSON by stack id. */
  readonly stacks: Readonly<Record<string, StackJson>>;
  /** The same as written, byte for byte. */
  readonly texts: Readonly<Record<string, string>>;
  /** Ids of the stacks that each stack reads outputs of. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

interface Manifest {
  stacks: Record<string, { synthesizedStackPath: string; dependencies: string[] }>;
}

/**
 * Synthesizes all stacks as this project has them: without the extensions of a team and the proof of their paths. Not `Testing.synth`: that prints references to other stacks as if they were local.
 */
export function synthesize(configuration: Configuration): Synthesized {
  const { texts, dependencies } = kept(configuration, () => written(configuration));
  const stacks = Object.entries(texts).map(([id, text]) => [
    id,
    { resource: {}, data: {}, output: {}, ...JSON.parse(text) } as StackJson,
  ]);
  return { texts, dependencies, stacks: Object.fromEntries(stacks) };
}

function written(configuration: Configuration): Omit<Synthesized, "stacks"> {
  return inTemporaryFolder("synth", (outdir) => {
    buildApp(configuration, { outdir, extensions: {} }).synth();
    const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as Manifest;
    const stacks = Object.entries(manifest.stacks);
    return {
      texts: Object.fromEntries(
        stacks.map(([id, { synthesizedStackPath }]) => [id, readFileSync(join(outdir, synthesizedStackPath), "utf8")]),
      ),
      dependencies: Object.fromEntries(stacks.map(([id, { dependencies }]) => [id, dependencies])),
    };
  });
}

export const environmentOf = (overrides: Partial<EnvironmentInput> = {}, name = "test") => ({
  ...environmentSchema.parse({ ...minimalEnvironment, ...overrides }),
  name,
});

export const consumerOf = (input: ConsumerInput, name = "test") => ({ ...consumerSchema.parse(input), name });

const synthesizedEnvironments = new Map<string, Synthesized>();

/** Stacks of one environment, by the first part of their ids; the same overrides are synthesized once a test file. */
export function synthesizeEnvironment(overrides: Partial<EnvironmentInput> = {}) {
  const key = JSON.stringify(overrides);
  const synthesized =
    synthesizedEnvironments.get(key) ?? synthesize({ environments: [environmentOf(overrides)], consumers: [] });
  synthesizedEnvironments.set(key, synthesized);
  return (name: string): StackJson => {
    const stack = synthesized.stacks[`${name}-test`];
    if (!stack) throw new Error(`no stack ${name}-test, but ${Object.keys(synthesized.stacks).join(", ")}`);
    return stack;
  };
}

/** All resources of a type, in the order of their names. */
export const resources = (stack: StackJson, type: string): Block[] =>
  Object.entries(stack.resource[type] ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, block]) => block);

/**
 * The only resource of a type.
 *
 * @throws Error if there is none or more than one
 */
export function only(stack: StackJson, type: string): Block {
  const found = resources(stack, type);
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
  return found[0] as Block;
}
