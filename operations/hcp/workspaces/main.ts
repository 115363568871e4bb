import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { loadConfigurationFor } from "../../../config/load-for";
import { projectPath } from "../../../config/project";
import type { Configuration } from "../../../config/schema";
import { stackId } from "../../../config/stack-ids";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { runCommand } from "../../../engine/command";
import type { Interruption } from "../../../engine/terraform/interruption";
import { deployRoleArn } from "../../../modules/deploy-roles/names";
import { synthesize } from "../../../synth/synthesize";
import { type HcpStack, hcpStacks } from "../stacks";
import { type RunRoles, workspacesDefinition } from "../workspaces";
import { validateFolder } from "./validate";

interface Options {
  readonly env: string;
  readonly planRole?: string;
  readonly applyRole?: string;
  readonly terraformVersion: string;
  readonly existingProject: boolean;
  readonly out?: string;
}

/** The version that this project is rehearsed with. */
const TERRAFORM_VERSION = "1.11.4";

export const command = new Command("workspaces")
  .description(
    "Writes Terraform JSON (provider hashicorp/tfe) of the workspaces that run an environment's stacks: settings, " +
      "credentials by OpenID Connect, run triggers, and each state shared with exactly the stacks that read it.",
  )
  .requiredOption("--env <name>", "environment with backend.type hcp, e.g. dev")
  .option("--plan-role <arn>", "role of the plan phase (default: the one of npx ecs-privatelink deploy-roles --hcp)")
  .option("--apply-role <arn>", "role of the apply phase (default: likewise)")
  .option("--terraform-version <version>", "version that the runs use", TERRAFORM_VERSION)
  .option("--existing-project", "the HCP Terraform project is there already", false)
  .option("--out <folder>", "folder for workspaces.tf.json (default: hcp-workspaces/<env>)")
  .action((options: Options) => runCommand("hcp workspaces", (interruption) => write(options, interruption)));

async function write(options: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfigurationFor(options.env);
  const stacks = synthesizedStacks(configuration, options.env);
  const definition = workspacesDefinition(stacks, {
    ...options,
    roles: (stack) => rolesOf(stack, configuration, options),
    tags: { "managed-by": "hcp-workspaces", environment: options.env },
  });
  const folder = options.out ?? projectPath("hcp-workspaces", options.env);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "workspaces.tf.json"), `${JSON.stringify(definition, undefined, 2)}\n`);
  const shown = relative(process.cwd(), folder) || ".";
  console.log(`Wrote ${join(shown, "workspaces.tf.json")}: ${stacks.map(({ workspace }) => workspace).join(", ")}`);
  const validation = await validateFolder(folder, definition, interruption);
  if ("skippedBecause" in validation) console.log(`Not validated: ${validation.skippedBecause}`);
  else if (validation.errors.length > 0) throw new Error(`not valid Terraform:\n${validation.errors.join("\n")}`);
  else console.log(`Validated with ${validation.validatedWith}`);
  console.log(
    [
      `With a token that may manage workspaces (terraform login, or TFE_TOKEN):`,
      `  terraform -chdir=${shown} init`,
      `  terraform -chdir=${shown} apply`,
    ].join("\n"),
  );
  return 0;
}

/** Synthesizes apart from `cdktf.out`: only what the stacks say of themselves is wanted. */
function synthesizedStacks(configuration: Configuration, environment: string): HcpStack[] {
  return inTemporaryFolder("hcp-workspaces", (outdir) => {
    return hcpStacks(synthesize(configuration, join(outdir, "out")), configuration, environment);
  });
}

function rolesOf({ id }: HcpStack, { environments, consumers }: Configuration, options: Options): RunRoles {
  const consumer = consumers.find((each) => id === stackId("consumer-endpoint", each));
  const owner = consumer ?? environments.find(({ name }) => name === options.env);
  const plan = options.planRole ?? (owner && deployRoleArn(owner, "plan"));
  const apply = options.applyRole ?? (owner && deployRoleArn(owner, "apply"));
  if (plan === undefined || apply === undefined) {
    throw new Error(
      `${id}: which roles its runs take on can't be told without an account: add accountId to its file, or give --plan-role and --apply-role`,
    );
  }
  return { plan, apply };
}
