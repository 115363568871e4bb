import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { checkBuild } from "./check-build";

export const command = new Command("check-image")
  .description(
    "Checks whether this machine can build and push an environment's image: Docker engine, login to ECR. Changes nothing.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .action(check);

async function check(options: { readonly env: string }): Promise<void> {
  const environment = environmentNamed(loadConfigurationFor(options.env), options.env);
  const accountId = environment.accountId ?? (await ownAccount(environment.region));
  console.log(await checkBuild(environment, { accountId }));
}

async function ownAccount(region: string): Promise<string> {
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === undefined)
    throw new Error("cannot determine the account of these credentials (sts:GetCallerIdentity)");
  return Account;
}
