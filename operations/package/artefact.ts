import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Configuration, Environment } from "../../config/schema";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { packFolder } from "../../engine/pack";
import type { SynthesizedStack } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";

export interface Artefact {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * The Terraform JSON of one environment and the consumers that use it, for plain Terraform: a folder per stack below
 * `stacks/`, their order in `ORDER`, and a configuration for Atlantis. The same configuration gives the same bytes.
 *
 * @param version part of the file's name, e.g. `v1.2.0`
 */
export function packageEnvironment(configuration: Configuration, environment: Environment, version: string): Artefact {
  return inTemporaryFolder("package", (folder) => {
    const consumers = configuration.consumers.filter(({ service }) => service.environment === environment.name);
    const stacks = bucketFirst(synthesize({ environments: [environment], consumers }, folder));
    writeFileSync(join(folder, "ORDER"), stacks.map(({ id }) => `${id}\n`).join(""));
    writeFileSync(join(folder, "atlantis.yaml"), stringify(atlantis(stacks)));
    const name = `${environment.project}-${environment.name}-${version}.tar.gz`;
    return { name, content: packFolder(folder, (entry) => entry === "manifest.json") };
  });
}

/** The stack whose bucket keeps every state, its own too; no reference shows that the others need it. */
const holdsStates = ({ id }: SynthesizedStack) => id.startsWith("state-backend-");

const bucketFirst = (stacks: readonly SynthesizedStack[]): SynthesizedStack[] => [
  ...stacks.filter(holdsStates),
  ...stacks.filter((stack) => !holdsStates(stack)),
];

/** All stacks but the one that is made once, by hand. Source: https://www.runatlantis.io/docs/repo-level-atlantis-yaml */
function atlantis(stacks: readonly SynthesizedStack[]): object {
  return {
    version: 3,
    // Stacks of one group run side by side, groups one after the other.
    abort_on_execution_order_fail: true,
    projects: stacks
      .filter((stack) => !holdsStates(stack))
      .map(({ id, dependencies }) => ({
        name: id,
        dir: `stacks/${id}`,
        execution_order_group: depth(stacks, id),
        autoplan: { when_modified: ["**/*"] },
        ...(dependencies.length > 0 ? { depends_on: [...dependencies] } : {}),
      })),
  };
}

/** How many stacks have to be applied one after the other before this one. */
function depth(stacks: readonly SynthesizedStack[], id: string): number {
  const dependencies = stacks.find((stack) => stack.id === id)?.dependencies ?? [];
  return Math.max(0, ...dependencies.map((dependency) => depth(stacks, dependency) + 1));
}

/** Text of `SHA256SUMS`, as `sha256sum --check` reads it. */
export function checksums(artefacts: readonly Artefact[]): string {
  return artefacts
    .map(({ name, content }) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
    .join("");
}

/** Writes artefacts and their checksums into a folder. */
export function writeArtefacts(folder: string, artefacts: readonly Artefact[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, content } of artefacts) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, "SHA256SUMS"), checksums(artefacts));
}
