import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { checkBuild } from "./check-build";

const program = new Command("npm run check-image --")
  .description(
    "Looks whether this machine can build and push an environment's image: Docker engine, login to ECR. Changes nothing.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .action(check);

async function check(options: { readonly env: string }): Promise<void> {
  const { environments } = loadConfiguration({ files: `config/environments/${options.env}.yaml` });
  for (const environment of environments) {
    const accountId = environment.accountId ?? (await ownAccount(environment.region));
    console.log(await checkBuild(environment, { accountId }));
  }
}

async function ownAccount(region: string): Promise<string> {
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === undefined) throw new Error("AWS doesn't say which account these credentials belong to");
  return Account;
}

program.parseAsync().catch((error: unknown) => {
  console.error(`check-image: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
