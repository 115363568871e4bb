import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackRun, Terraform } from "./terraform";

/** What a stack's JSON says of its AWS provider. */
export interface ProviderJson {
  readonly terraform?: { readonly required_providers?: { readonly aws?: object } };
  readonly provider?: {
    readonly aws?: readonly {
      readonly region?: string;
      readonly default_tags?: readonly { tags: { stack?: string } }[];
    }[];
  };
}

/** Data sources to read, as in a module's JSON, and one value made of them. */
export interface AccountQuery {
  readonly data: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** Terraform expression. */
  readonly value: string;
}

/**
 * Asks AWS with data sources alone, in a small Terraform module with the stack's own provider blocks: the same account,
 * credentials and role, whatever they are.
 *
 * @throws TerraformError if a data source finds nothing
 */
export async function queryAccount(
  terraform: Terraform,
  stack: StackRun,
  { terraform: settings, provider }: ProviderJson,
  { data, value }: AccountQuery,
): Promise<unknown> {
  const directory = join(stack.directory, ".recovery");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const main = {
    terraform: { required_providers: { aws: settings?.required_providers?.aws } },
    provider: { aws: provider?.aws },
    data,
    output: { answer: { value } },
  };
  writeFileSync(join(directory, "main.tf.json"), JSON.stringify(main));
  for (const name of readdirSync(stack.directory).filter((each) => each.endsWith("_override.tf.json"))) {
    const { provider: override } = JSON.parse(readFileSync(join(stack.directory, name), "utf8")) as ProviderJson;
    if (override?.aws !== undefined) {
      writeFileSync(join(directory, name), JSON.stringify({ provider: { aws: override.aws } }));
    }
  }
  const asking: StackRun = { ...stack, id: `${stack.id}.recovery`, directory };
  try {
    await terraform.init(asking);
    await terraform.apply(asking);
    return (await terraform.outputs(asking)).answer;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
