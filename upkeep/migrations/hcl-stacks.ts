import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../config/schema";
import { readStackJson, type SynthesizedStack } from "../../synth/stacks";
import { synthesizeHcl } from "../../synth/synthesize";

/** File with the blocks that CDKTF's HCL leaves out. */
const REST_FILE = "rest.tf.json";

/** File that CDKTF writes a stack's HCL to. */
const HCL_FILE = "cdk.tf";

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Writes every stack as HCL, fixes the errors of CDKTF in it, and beside it, as JSON, what CDKTF can't write in HCL. Terraform reads both as one.
 *
 * @param json stacks of the same configuration, synthesized as JSON
 * @returns the stacks as HCL
 */
export function hclStacks(
  configuration: Configuration,
  json: readonly SynthesizedStack[],
  outdir: string,
): SynthesizedStack[] {
  const stacks = synthesizeHcl(configuration, outdir);
  for (const stack of stacks) {
    const source = json.find(({ id }) => id === stack.id);
    if (!source) throw new Error(`${stack.id} is not among the stacks synthesized as JSON`);
    const { ephemeral, resource = {} } = readStackJson(source) as { ephemeral?: Blocks; resource?: Blocks };
    const unwritable = resourcesThat(isUnwritable, resource);

    const file = join(stack.directory, HCL_FILE);
    writeFileSync(file, withoutResources(withConditionBlocks(readFileSync(file, "utf8")), unwritable));
    const rest = {
      ...(ephemeral && { ephemeral }),
      ...(Object.keys(unwritable).length > 0 && { resource: unwritable }),
    };
    if (Object.keys(rest).length === 0) continue;
    writeFileSync(join(stack.directory, REST_FILE), `${JSON.stringify(rest, undefined, 2)}\n`);
  }
  return stacks;
}

function resourcesThat(test: (block: unknown) => boolean, resources: Blocks): Blocks {
  const found = Object.entries(resources).map(([type, blocks]) => [
    type,
    Object.fromEntries(Object.entries(blocks).filter(([, block]) => test(block))),
  ]);
  return Object.fromEntries(found.filter(([, blocks]) => Object.keys(blocks ?? {}).length > 0));
}

/** CDKTF leaves quotation marks as they are in texts that hold references, e.g. in JSON: such HCL can't be read. */
function isUnwritable(value: unknown): boolean {
  if (typeof value === "string") return value.includes("${") && value.replace(/\$\{[^}]*\}/g, "").includes('"');
  return typeof value === "object" && value !== null && Object.values(value).some(isUnwritable);
}

/** Blocks of CDKTF's HCL aren't indented: one ends where the next begins. */
function withoutResources(hcl: string, resources: Blocks): string {
  const blocks = hcl.split(/^(?=(?:resource|data|output|provider|variable|terraform|locals|module) ?(?:"|\{))/m);
  const heads = Object.entries(resources).flatMap(([type, named]) =>
    Object.keys(named).map((name) => `resource "${type}" "${name}" {`),
  );
  return blocks.filter((block) => !heads.some((head) => block.startsWith(head))).join("");
}

/** CDKTF writes conditions of a lifecycle as lists of objects; Terraform knows them as blocks alone. */
function withConditionBlocks(hcl: string): string {
  return hcl.replace(
    /^ *(precondition|postcondition) = \[\n([\s\S]*?)^\]\n/gm,
    (_list, kind: string, entries: string) => entries.replace(/^\{$/gm, `${kind} {`).replace(/^\},$/gm, "}"),
  );
}
