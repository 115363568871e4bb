import { appendFileSync } from "node:fs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { Command } from "commander";
import { sharingTheVpc } from "../../config/derive";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import type { Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { PLAN_FILE, planStack } from "../../engine/apply-stack";
import { chooseStacks } from "../../engine/choose-stacks";
import { runCommand } from "../../engine/command";
import { runStacks } from "../../engine/run-stacks";
import { openSession } from "../../engine/session";
import { Failed, showPhases } from "../../engine/show";
import type { Interruption } from "../../engine/terraform/interruption";
import type { ManagedResource } from "../../engine/terraform/resources";
import type { SynthesizedStack } from "../../synth/stacks";
import { changedSince } from "../verify/network-snapshot";
import { beyondPlan, type Unplanned } from "./beyond-plan";
import { drift, NEW_AMI, ofNewAmi, type StackDrift, summary } from "./drift";

interface Options {
  readonly env: string;
  readonly summary?: string;
}

/** As `terraform plan -detailed-exitcode`: 0 no difference, 1 error, 2 differences. */
const DRIFT_EXIT_CODE = 2;

export const command = new Command("drift")
  .description(
    "Plans every stack of an environment, checks what no plan shows (added rules, routes and targets, the " +
      "number of tasks), and reports the differences from the configuration. Changes nothing; a read-only role is enough. " +
      "Exit code: 0 no difference, 1 error, 2 differences.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .option("--summary <file>", "file that gets the differences as Markdown, at its end")
  .action((options: Options) => runCommand("drift", (interruption) => run(options, interruption)));

async function run({ env, summary: file }: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfigurationFor(env);
  const environment = environmentNamed(configuration, env);
  const { region } = environment;
  const choose = (all: readonly SynthesizedStack[]) => chooseStacks(all, configuration, env, []);
  const show = showPhases(2);
  const { terraform, stacks } = await openSession(configuration, choose, interruption, { readOnly: true, show });
  const planned = new Map<string, StackDrift>();
  const resources = new Map<string, readonly ManagedResource[]>();
  // Plans don't wait for each other.
  const each = stacks.map((stack) => ({ ...stack, dependencies: [] }));
  await runStacks(each, show, `Drift of ${env}`, { concurrency: 3 }, async (stack, onProgress) => {
    const all = drift(await planStack(terraform, stack, { onProgress }));
    const ami = all.some((difference) => difference.startsWith("update aws_launch_template."))
      ? ofNewAmi(all, await terraform.changedAttributes(stack, PLAN_FILE))
      : [];
    const differences = all.filter((difference) => !ami.includes(difference));
    const plan = all.length > 0 ? await terraform.showPlan(stack, PLAN_FILE) : "";
    planned.set(stack.id, { id: stack.id, differences, newAmi: ami.length > 0, plan });
    resources.set(stack.id, await terraform.resources(stack, PLAN_FILE));
    const said = [
      differences.length > 0 ? `differs: ${differences.join(", ")}` : "no difference",
      ...(ami.length > 0 ? [NEW_AMI] : []),
    ].join("; ");
    return differences.length > 0 ? new Failed(said) : said;
  });
  const unplanned = [
    ...(await beyondPlan(resources, { region })),
    ...(await vpcChanges(environment, configuration.environments)),
  ];
  if (unplanned.length > 0) {
    console.log("\nDifferences that no plan shows");
    for (const { stack, difference } of unplanned) console.log(`✖ ${stack}: ${difference}`);
  }
  const found = [...planned.values()].map((stack) => ({
    ...stack,
    differences: [
      ...stack.differences,
      ...unplanned.filter((one) => one.stack === stack.id).map(({ difference }) => difference),
    ],
  }));
  if (file !== undefined) appendFileSync(file, summary(env, found));
  return found.some(({ differences }) => differences.length > 0) ? DRIFT_EXIT_CODE : 0;
}

/** What has changed in an existing VPC since its snapshot, with which paths are proven. */
async function vpcChanges(environment: Environment, environments: readonly Environment[]): Promise<Unplanned[]> {
  const { existing } = environment.network;
  if (!existing) return [];
  const ec2 = new EC2Client({ region: environment.region });
  const changed = await changedSince(ec2, existing.vpcId, sharingTheVpc(environments, environment));
  return (changed ?? []).map((part) => ({
    stack: stackId("network", environment),
    difference: `${part} of ${existing.vpcId} are not what config/networks/${existing.vpcId}.json says`,
  }));
}
