import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Configuration, type Consumer, type ConsumerInput, consumerSchema } from "../../../config/schema";
import type { StackRun } from "../../../engine/terraform/terraform";
import { moduleFiles } from "../../../operations/consumers/export/files";
import { synthesize } from "../../../synth/synthesize";
import type { EmulatorTarget } from "../../lab/overrides";
import { stackDirectories } from "../../lab/stack-directories";
import { type ConsumerAccount, roleIn } from "./consumer-account";
import { storyEnvironment } from "./credentials";

export interface ConsumerSide {
  /** Folder for what is synthesized, absolute. */
  readonly folder: string;
  readonly region: Consumer["region"];
  /** From the provider's invitation. */
  readonly serviceName: string;
  readonly account: ConsumerAccount;
  readonly target: Omit<EmulatorTarget, "assumeRoleArn">;
}

const CLIENTS = ["10.91.0.0/24"];

/** The stack of a team that has this project and the invitation; synthesized again after each edit of its file. */
export function consumerStack(side: ConsumerSide, dns: ConsumerInput["dns"]): StackRun {
  const { account, folder, region, serviceName, target } = side;
  const consumer: Consumer = {
    name: "second-account",
    ...consumerSchema.parse({
      region,
      accountId: account.id,
      backend: { type: "local" },
      service: { name: serviceName },
      vpc: { id: account.vpcId, subnetIds: [...account.subnetIds] },
      clients: { cidrs: CLIENTS },
      dns,
    }),
  };
  const configuration: Configuration = { environments: [], consumers: [consumer] };
  const outdir = join(folder, "consumer");
  synthesize(configuration, outdir);
  const [stack] = stackDirectories(outdir, configuration, target, []);
  if (stack === undefined) throw new Error("the consumer has no stack");
  return { ...stack, env: storyEnvironment };
}

/** A root module of a team that has Terraform alone; it calls the exported module. */
export function consumerModule({ account, folder, region, serviceName }: ConsumerSide): StackRun {
  const directory = join(folder, "consumer-module");
  const root = {
    provider: {
      aws: {
        region,
        assume_role: [{ role_arn: roleIn(account.id) }],
        skip_credentials_validation: true,
        skip_metadata_api_check: true,
        skip_region_validation: true,
      },
    },
    module: {
      app: {
        source: "./consumer-module",
        name: "exported",
        service_name: serviceName,
        vpc_id: account.vpcId,
        subnet_ids: account.subnetIds,
        client_cidrs: CLIENTS,
      },
    },
    output: { nextStep: { value: "${module.app.next_step}" } },
  };
  const files: Record<string, string> = { "main.tf.json": JSON.stringify(root) };
  for (const [path, text] of Object.entries(moduleFiles())) files[join("consumer-module", path)] = text;
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return { id: "consumer-module", directory, env: storyEnvironment };
}
