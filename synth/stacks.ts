import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unknownName } from "../config/closest";
import type { StackJson, Stacks } from "../paths/model/stacks";

/** One synthesized stack. */
export interface SynthesizedStack {
  readonly id: string;
  /** Absolute or relative to where the app was synthesized from: `<outdir>/stacks/<id>`. */
  readonly directory: string;
  /** Ids of the stacks that have to be there first. */
  readonly dependencies: readonly string[];
}

/** File in an output folder that lists its stacks. */
export const MANIFEST = "manifest.json";

/** File in a stack's directory that holds its Terraform JSON. */
export const STACK_JSON = "cdk.tf.json";

/**
 * Reads which stacks an app synthesized, in an order in which each comes after those it needs.
 *
 * @param outdir folder with CDKTF's `manifest.json`
 * @throws Error if there is no manifest
 */
export function readStacks(outdir: string): SynthesizedStack[] {
  const file = join(outdir, MANIFEST);
  if (!existsSync(file)) throw new Error(`${file} not found: synthesize first (npx cdktf synth)`);
  const manifest = JSON.parse(readFileSync(file, "utf8")) as {
    stacks: Record<string, { name: string; workingDirectory: string; dependencies?: string[] }>;
  };
  return sortByDependency(
    Object.values(manifest.stacks).map(({ name, workingDirectory, dependencies = [] }) => ({
      id: name,
      directory: join(outdir, workingDirectory),
      dependencies,
    })),
  );
}

export function readStackJson(stack: Pick<SynthesizedStack, "directory">): unknown {
  return JSON.parse(readFileSync(join(stack.directory, STACK_JSON), "utf8"));
}

/** Terraform JSON of some stacks, by id. */
export const readStackJsons = (stacks: readonly SynthesizedStack[]): Stacks =>
  Object.fromEntries(stacks.map((stack) => [stack.id, readStackJson(stack) as StackJson]));

/** Sorts stacks so that each comes after those it needs; ids decide among equals. */
export function sortByDependency<S extends Pick<SynthesizedStack, "id" | "dependencies">>(stacks: readonly S[]): S[] {
  const left = new Map(stacks.map((stack) => [stack.id, stack]));
  const sorted: S[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter((stack) => !stack.dependencies.some((id) => left.has(id)));
    if (ready.length === 0) throw new Error(`circular dependency between stacks: ${[...left.keys()].join(", ")}`);
    for (const stack of ready.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      sorted.push(stack);
      left.delete(stack.id);
    }
  }
  return sorted;
}

/** A stack together with every stack it needs, in order. */
export function withDependencies(stacks: readonly SynthesizedStack[], ids: readonly string[]): SynthesizedStack[] {
  const wanted = new Set<string>();
  const add = (id: string) => {
    const stack = stacks.find((candidate) => candidate.id === id);
    if (stack === undefined) {
      throw new Error(
        unknownName(
          "stack",
          id,
          stacks.map((candidate) => candidate.id),
        ),
      );
    }
    if (wanted.has(id)) return;
    wanted.add(id);
    for (const dependency of stack.dependencies) add(dependency);
  };
  for (const id of ids) add(id);
  return stacks.filter(({ id }) => wanted.has(id));
}
