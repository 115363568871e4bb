import { isAtLeast, MINIMUM_TERRAFORM } from "../minimum-versions";
import { runProcess } from "./process";

export interface TerraformBinary {
  readonly command: string;
  readonly product: "Terraform" | "OpenTofu";
  readonly version: string;
}

const INSTALL = "install it from https://developer.hashicorp.com/terraform/install or https://opentofu.org";

/**
 * Finds Terraform or OpenTofu: `TERRAFORM_BINARY_NAME` (CDKTF's own variable) if it is set, else `terraform`, else `tofu`.
 *
 * @throws Error with one line: what is missing, why it is needed, how to install it
 */
export async function findTerraform(env: NodeJS.ProcessEnv = process.env): Promise<TerraformBinary> {
  const chosen = env.TERRAFORM_BINARY_NAME;
  const tooOld: string[] = [];
  for (const command of chosen ? [chosen] : ["terraform", "tofu"]) {
    const said = await askVersion(command, env);
    const found = said === undefined ? undefined : readVersion(command, said);
    if (found === undefined) continue;
    if (isAtLeast(found.version, MINIMUM_TERRAFORM)) return found;
    tooOld.push(`${found.product} ${found.version}`);
  }
  const looked = chosen ? `${chosen} (TERRAFORM_BINARY_NAME)` : "terraform or tofu";
  throw new Error(
    tooOld.length > 0
      ? `${tooOld.join(" and ")} is too old: every command applies stacks with Terraform ≥ ${MINIMUM_TERRAFORM} (write-only arguments); ${INSTALL}`
      : `${looked} not found in PATH: every command applies stacks with Terraform ≥ ${MINIMUM_TERRAFORM}; ${INSTALL}`,
  );
}

/** Reads the answer of `terraform version`; undefined if it is not one. */
export function readVersion(command: string, said: string): TerraformBinary | undefined {
  const [, product, version] = /^(Terraform|OpenTofu) v(\d+\.\d+\.\d+\S*)/m.exec(said) ?? [];
  if (product === undefined || version === undefined) return undefined;
  return { command, product: product as TerraformBinary["product"], version };
}

async function askVersion(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    // The version check asks a server and would say nothing that is used here.
    const result = await runProcess(command, ["version"], {
      cwd: process.cwd(),
      env: { ...env, CHECKPOINT_DISABLE: "1" },
    });
    return result.stdout;
  } catch {
    return undefined;
  }
}
