import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { EC2Client } from "@aws-sdk/client-ec2";
import { Command } from "commander";
import { sharingTheVpc } from "../../config/derive";
import { environmentNamed } from "../../config/environment-named";
import { loadConfiguration } from "../../config/load";
import { snapshotFile } from "../../config/network-snapshot";
import { runCommand } from "../../engine/command";
import { changedSince, takeSnapshot } from "../verify/network-snapshot";

interface Options {
  readonly env: string;
  readonly check: boolean;
}

export const command = new Command("network-snapshot")
  .description(
    "Reads the existing VPC of an environment from AWS and writes config/networks/<vpc id>.json, with which paths are proven. Reads only; docs/make-it-yours.md has the IAM policy it needs.",
  )
  .requiredOption("--env <name>", "environment with network.existing, e.g. dev")
  .option("--check", "write nothing; exit code 2 where the VPC is not what the file says", false)
  .action((options: Options) => runCommand("network-snapshot", () => run(options)));

async function run({ check, env }: Options): Promise<number> {
  const { environments } = loadConfiguration();
  const environment = environmentNamed({ environments }, env);
  const { network, region } = environment;
  if (!network.existing) throw new Error(`environment ${env} creates its VPC: only network.existing has a snapshot`);
  const { vpcId } = network.existing;
  const ec2 = new EC2Client({ region });
  const sharing = sharingTheVpc(environments, environment);
  const text = `${JSON.stringify(await takeSnapshot(ec2, vpcId, sharing), undefined, 2)}\n`;
  const file = snapshotFile(vpcId);
  const shown = relative(process.cwd(), file);
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (before === text) {
    console.log(`${shown}: unchanged`);
    return 0;
  }
  if (check) {
    const changed = await changedSince(ec2, vpcId, sharing);
    if (changed?.length === 0) console.log(`${shown}: unchanged, but for what the environments have created`);
    else console.log(`${shown}: ${changed ? `changed since: ${changed.join(", ")}` : "no snapshot was taken"}`);
    return changed?.length === 0 ? 0 : 2;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`${shown}: written. Review it, commit it, then: npx ecs-privatelink paths --env ${env}`);
  return 0;
}
