import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStacks, STACK_JSON, type SynthesizedStack } from "../../synth/stacks";

/** SHA-256 of a stack's Terraform JSON. */
export function hashOfJson(stack: SynthesizedStack): string {
  return createHash("sha256")
    .update(readFileSync(join(stack.directory, STACK_JSON)))
    .digest("hex");
}

/** Ids of the stacks that have the same JSON, byte for byte, in two output folders. */
export function sameJson(outdir: string, otherOutdir: string): string[] {
  const others = new Map(readStacks(otherOutdir).map((stack) => [stack.id, hashOfJson(stack)]));
  return readStacks(outdir)
    .filter((stack) => hashOfJson(stack) === others.get(stack.id))
    .map(({ id }) => id);
}

/**
 * A stack's JSON as a module of another root. Terraform takes import blocks in a root module only; the rehearsal and its
 * upgrade see them there.
 */
export function asModule(json: unknown): object {
  const { import: _imports, ...rest } = json as { readonly import?: unknown };
  return rest;
}
