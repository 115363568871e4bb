import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../config/project";
import type { Configuration } from "../../config/schema";
import { inTemporaryFolder } from "../../config/temporary-folder";
import { findTerraform } from "../../engine/terraform/binary";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { prepareProviders } from "../../engine/terraform/providers";
import { readStackJson, STACK_JSON } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { asModule } from "../lab/terraform-json";

export interface Validation {
  /** Stack ids that Terraform validated. */
  readonly validated: readonly string[];
  /** Stack ids left out, each with the provider that cannot be had here. */
  readonly skipped: readonly string[];
  /** Terraform's errors, by name of the configuration. */
  readonly errors: readonly { readonly configuration: string; readonly message: string }[];
}

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string };
  readonly snippet?: { readonly context: string | null };
}

/**
 * Validates every stack of some configurations with real Terraform: as modules of one root, so that the AWS provider's
 * schema, which takes seconds to load, is loaded once.
 *
 * @param configurations by a name that tells them apart in errors
 */
export async function validateTogether(configurations: Readonly<Record<string, Configuration>>): Promise<Validation> {
  const binary = await findTerraform();
  return inTemporaryFolder("validate", async (folder) => {
    const found = Object.entries(configurations).flatMap(([name, configuration]) => {
      const outdir = join(folder, "synth", name);
      mkdirSync(outdir, { recursive: true });
      return synthesize(configuration, outdir).map((stack) => ({ name, stack, json: readStackJson(stack) }));
    });
    const providers = await prepareProviders({
      binary,
      requirements: requiredProviders(found.map(({ json }) => json)),
      folder: projectPath(".rehearsal", "providers"),
    });
    const missing = new Set(providers.missing.map(({ requirement }) => requirement.source));
    const needs = (json: unknown) => requiredProviders([json]).find(({ source }) => missing.has(source))?.source;

    const modules: Record<string, Record<string, string>> = {};
    for (const { json, name, stack } of found) {
      if (needs(json)) continue;
      const source = `./stacks/${name}/${stack.id}`;
      cpSync(stack.directory, join(folder, source), { recursive: true });
      writeFileSync(join(folder, source, STACK_JSON), JSON.stringify(asModule(json)));
      modules[`of-${name}-${stack.id}`] = { source, ...givenByCaller(json) };
    }
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ module: modules }, null, 1));

    const terraform = (...args: string[]) =>
      spawnSync(binary.command, args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...providers.env } });
    const init = terraform("init", "-backend=false", "-input=false", "-no-color");
    if (init.status !== 0) throw new Error(`terraform init failed: ${init.stderr}`);
    const { diagnostics } = JSON.parse(terraform("validate", "-json").stdout) as { diagnostics: Diagnostic[] };
    return {
      validated: Object.keys(modules),
      skipped: found.flatMap(({ json, name, stack }) => {
        const provider = needs(json);
        return provider ? [`${name}-${stack.id} (no ${provider})`] : [];
      }),
      errors: diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ detail, range, snippet, summary }) => ({
          configuration: /^stacks\/([^/]+)/.exec(range?.filename ?? "")?.[1] ?? "all",
          message: `${range?.filename}${snippet?.context ? `, ${snippet.context}` : ""}: ${summary}: ${detail}`,
        })),
    };
  });
}

/** A text for each variable that a person gives when the stack is planned. */
function givenByCaller(json: unknown): Record<string, string> {
  const { variable = {} } = json as { readonly variable?: Readonly<Record<string, object>> };
  return Object.fromEntries(Object.keys(variable).map((name) => [name, "given"]));
}
